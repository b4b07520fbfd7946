#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The sources are as .clang-format has them.

usage: format_test.py SOURCE_DIR CLANG_FORMAT
"""
import os
import re
import subprocess
import sys

FOLDERS = ('core', 'plugin', 'analyzer', 'tests')


def sources(root):
    for folder in FOLDERS:
        for where, _, names in os.walk(os.path.join(root, folder)):
            yield from (os.path.join(where, name) for name in names if re.search(r'\.[ch]$', name))


def main():
    root, program = sys.argv[1:]
    files = sorted(sources(root))
    done = subprocess.run([program, '--dry-run', '-Werror', *files], capture_output=True, text=True, check=False)
    wrong = sorted({line.split(':')[0] for line in done.stderr.splitlines() if ' error: ' in line})
    for name in wrong:
        print('%s is not as clang-format -i leaves it' % os.path.relpath(name, root))
    print('%d files, %d not formatted' % (len(files), len(wrong)))
    return 1 if done.returncode != 0 or len(files) < 100 else 0


sys.exit(main())
