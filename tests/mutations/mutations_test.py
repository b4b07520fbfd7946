#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Gathers the captures of real traffic with their keys and runs the mutations over them and over the corpus.

usage: mutations_test.py PROGRAM [ARGUMENT...]
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'truth'))

import judges  # noqa: E402  pylint: disable=wrong-import-position
from truth import DATA, captures  # noqa: E402  pylint: disable=wrong-import-position

FOLDERS = ('corewcf', 'dotnet', 'cxf', 'metro', 'mono', 'wss4j', 'wss4j4')


def main():
    with tempfile.TemporaryDirectory() as work:
        rows, keylogs = [], []

        def add(source, name, path, lines, keylog):
            key_file = os.path.join(work, '%d.keys' % len(rows))
            with open(key_file, 'w', encoding='utf-8') as file:
                file.write('\n'.join(lines) + '\n')
            rows.append('\t'.join((source, name, path, key_file)))
            if keylog:
                with open(keylog, encoding='utf-8') as file:
                    keylogs.append(file.read())

        for capture in captures(*FOLDERS):
            add(capture.folder, capture.name, capture.path, judges.key_file_lines(capture), capture.keylog)
        add('corewcf-session', 'corewcf-session/replay', os.path.join(DATA, 'corewcf-session', 'replay.pcap'), [], None)
        plan, keylog = os.path.join(work, 'plan'), os.path.join(work, 'keylog')
        for path, parts in ((plan, rows), (keylog, keylogs)):
            with open(path, 'w', encoding='utf-8') as file:
                file.write('\n'.join(parts) + '\n')
        environment = dict(os.environ, WSSC_MUTATIONS_PLAN=plan, WSSC_MUTATIONS_KEYLOG=keylog)
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


sys.exit(main())
