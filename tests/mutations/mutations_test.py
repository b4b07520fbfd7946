#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Gathers the captures of real traffic with their keys and runs the mutations over them and over the corpus; or gathers
the messages of tests/habits that a habit makes valid, and runs them over these.

usage: mutations_test.py [--habits] PROGRAM [ARGUMENT...]
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'truth'))

import judges  # noqa: E402  pylint: disable=wrong-import-position
import published_test  # noqa: E402  pylint: disable=wrong-import-position
from truth import captures  # noqa: E402  pylint: disable=wrong-import-position
DATA = published_test.DATA
FOLDERS = ('corewcf', 'corewcf-why', 'dotnet', 'cxf', 'metro', 'mono', 'wss4j', 'wss4j4')
# Messages that others published, as captures, and which of their keys.
PUBLISHED = {'axis2c-rampart': 'axis2c', 'cxf-signed': 'myAlias-private', 'rampart-java': 'service'}


HABITS = os.path.join(HERE, '..', 'habits')


# A KeyInfo that names nothing leaves it to the tokens which of them is meant, and a value over the same octets under any of them
# fits as well: what the families change there is not altered for these messages. tests/habits holds them by themselves.
APART = {'tokens'}


def habits():
    """Every message whose one signature is valid by a habit."""
    count = 0
    with tempfile.TemporaryDirectory() as work:
        for index in sorted(glob.glob(os.path.join(HABITS, '*', 'index.json'))):
            folder = os.path.dirname(index)
            if os.path.basename(folder) in APART:
                continue
            with open(index, encoding='utf-8') as file:
                rows = json.load(file)
            for row in rows:
                is_by_habit = [s.get('deviation') is not None for s in row.get('signatures', [])] == [True] or 'opened_by' in row
                if not is_by_habit or row['file'][-4:] != '.xml':
                    continue
                path = os.path.join(work, '%s-%s' % (os.path.basename(folder), row['file']))
                shutil.copyfile(os.path.join(folder, row['file']), path)
                with open(path[:-4] + '.keys', 'w', encoding='utf-8') as file:
                    file.write(''.join(line.replace(' ../', ' %s/../' % folder) + '\n' for line in row['keys']))
                count += 1
        assert count > 0
        return subprocess.run(sys.argv[2:], env=dict(os.environ, WSSC_MUTATIONS_HABITS=work), check=False).returncode


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
        for folder, keys in PUBLISHED.items():
            add(folder, folder + '/replay', os.path.join(DATA, folder, 'replay.pcap'),
                [line.format(DATA) for line in published_test.KEYS[keys]], None)
        add('corewcf-session', 'corewcf-session/replay', os.path.join(DATA, 'corewcf-session', 'replay.pcap'), [], None)
        plan, keylog = os.path.join(work, 'plan'), os.path.join(work, 'keylog')
        for path, parts in ((plan, rows), (keylog, keylogs)):
            with open(path, 'w', encoding='utf-8') as file:
                file.write('\n'.join(parts) + '\n')
        environment = dict(os.environ, WSSC_MUTATIONS_PLAN=plan, WSSC_MUTATIONS_KEYLOG=keylog)
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


sys.exit(habits() if sys.argv[1] == '--habits' else main())
