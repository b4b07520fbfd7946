#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""valgrind over the analyzer: no error, and nothing lost that our code allocated.

usage: leaks_test.py WSSC SOURCE_DIR CAPTURE [OPTION...]
"""
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

WSSC, SOURCE = sys.argv[1], sys.argv[2]


def is_ours(error):
    """The allocation was made by our code, not by libwireshark's start or GLib's tables."""
    stack = error.find('stack')
    for frame in stack.findall('frame'):
        path = os.path.join(frame.findtext('dir') or '', frame.findtext('file') or '')
        if re.search(r'/(core|plugin|analyzer)/', path):
            return True
        if frame.findtext('fn') in ('epan_init', 'wtap_init', 'proto_init', 'epan_load_settings'):
            return False
    return False


def main():
    with tempfile.NamedTemporaryFile(suffix='.xml') as log:
        done = subprocess.run(
            ['valgrind', '--quiet', '--leak-check=full', '--show-leak-kinds=definite,indirect', '--num-callers=40',
             '--xml=yes', '--xml-file=' + log.name, WSSC, *sys.argv[3:]],
            capture_output=True, text=True, timeout=1500, check=False,
            env={**os.environ, 'G_SLICE': 'always-malloc', 'WSSC_FREE_ALL': '1'})
        errors = ElementTree.parse(log.name).getroot().findall('error')
    wrong = [e for e in errors if not (e.findtext('kind') or '').startswith('Leak_')]
    leaks = [e for e in errors if (e.findtext('kind') or '').startswith('Leak_') and is_ours(e)]
    for error in (wrong + leaks)[:5]:
        print(error.findtext('kind'), error.findtext('what') or error.findtext('xwhat/text'))
        for frame in error.find('stack').findall('frame')[:14]:
            print('    %s (%s:%s)' % (frame.findtext('fn'), frame.findtext('file'), frame.findtext('line')))
    print('status %d, %d errors, %d leaks of ours' % (done.returncode, len(wrong), len(leaks)))
    return 1 if wrong or leaks or done.returncode not in (0, 1) else 0


sys.exit(main())
