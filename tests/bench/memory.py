#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Peak memory of wssc on SOAP alone: captures of several sizes with the same number of contexts alive at any time.

usage: memory.py WSSC [MEGABYTES,... [COMMAND,...]]      (6,60,600 of contexts)

Wanted: at the largest size no more than 1.3 times what the size before it takes, beyond 2 KB a context.
"""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from contexts import HERE, MANY, ONE, measure  # pylint: disable=wrong-import-position

TIMES, A_CONTEXT = 1.3, 2 / 1024  # MB


def contexts_of(wssc, capture):
    rows = subprocess.run([wssc, 'contexts', '--format', 'csv', '--no-progress', capture], check=True, capture_output=True).stdout
    return rows.count(b'\n') - 1


def table(wssc, sessions, sizes, commands, *options):
    peaks = {command: [] for command in commands}
    counts = []
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, 'soap.pcap')
        for size in sizes:
            subprocess.run([sys.executable, os.path.join(HERE, 'make_capture.py'), capture, str(size), *options, *sessions], check=True,
                           stdout=subprocess.DEVNULL)
            for command in commands:
                peaks[command].append(measure([wssc, command, '--no-progress', capture])[2])
            counts.append(contexts_of(wssc, capture))
    print('  %-12s %s' % ('MB', ' '.join('%7d' % size for size in sizes)))
    print('  %-12s %s' % ('contexts', ' '.join('%7d' % count for count in counts)))
    for command, own in peaks.items():
        print('  %-12s %s   MB at most' % (command, ' '.join('%7.0f' % peak for peak in own)), end='')
        if len(own) > 1:
            most = TIMES * (own[-2] - A_CONTEXT * counts[-2]) + A_CONTEXT * counts[-1]
            print('; %.0f wanted at %d MB' % (most, sizes[-1]), end='')
        print(flush=True)


def main():
    sizes = [int(size) for size in (sys.argv[2] if len(sys.argv) > 2 else '6,60,600').split(',')]
    commands = (sys.argv[3] if len(sys.argv) > 3 else 'contexts').split(',')
    for title, sessions in (('one implementation', ONE), ('many implementations', MANY)):
        print(title)
        table(sys.argv[1], sessions, sizes, commands)
    print('one connection that lives through the capture')
    table(sys.argv[1], ONE, sizes, commands, '--one-connection')


if __name__ == '__main__':
    main()
