#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc contexts on TLS with its key log (make_tls.py) against tshark -q -z http,tree with the same log: medians of one run.

usage: tls.py WSSC [MEGABYTES [ROUNDS [CAPTURE KEYLOG]]]

Wanted: half of tshark's time.
"""
import os
import statistics
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make_tls  # pylint: disable=wrong-import-position
import mix  # pylint: disable=wrong-import-position
from contexts import measure  # pylint: disable=wrong-import-position


def run(wssc, capture, keylog, rounds):
    commands = {'wssc': [wssc, 'contexts', '--no-progress', '--tls-keylog', keylog, capture],
                'tshark': ['tshark', '-q', '-o', 'tls.keylog_file:' + keylog, '-z', 'http,tree', '-r', capture]}
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, argv in commands.items():
            runs[name].append(measure(argv))
    median = {name: [statistics.median(values) for values in zip(*results)] for name, results in runs.items()}
    for name, (wall, used, peak) in median.items():
        print('  %-7s wall %6.2f s, processor %6.2f s, peak %4.0f MB' % (name, wall, used, peak))
    print('  tshark: %.2f times as long, %.2f times as much processor time (2 wanted)' % (
        median['tshark'][0] / median['wssc'][0], median['tshark'][1] / median['wssc'][1]))


def main():
    megabytes = float(sys.argv[2]) if len(sys.argv) > 2 else 300
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder:
        capture, keylog = sys.argv[4:6] if len(sys.argv) > 5 else (os.path.join(folder, name) for name in ('tls.pcap', 'keys'))
        if len(sys.argv) <= 5:
            print('%d frames' % make_tls.write(capture, keylog, megabytes, 1, mix.SESSIONS), flush=True)
        run(sys.argv[1], capture, keylog, rounds)


if __name__ == '__main__':
    main()
