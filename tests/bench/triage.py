#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc contexts on a capture of mixed traffic (mix.py) against tshark -q -z http,tree and capinfos -c: medians of one run.

usage: triage.py WSSC [MEGABYTES [ROUNDS [CAPTURE]]]

Of each command a run that does not count goes before the one that does: what comes first after a program that took 800 MB was seen
to take up to twice its own time, here on a virtual machine.

"keys": with a key log that opens none of the TLS in it.

Wanted: a twentieth of tshark's processor time, three times capinfos' wall time and 0.3 s more, 150 MB at most.
"""
import os
import statistics
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mix  # pylint: disable=wrong-import-position
from contexts import measure  # pylint: disable=wrong-import-position

START = 0.3


def run(wssc, capture, empty, keys, rounds):
    commands = {'wssc': [wssc, 'contexts', '--no-progress', capture],
                'wssc --no-triage': [wssc, 'contexts', '--no-progress', '--no-triage', capture],
                'wssc, keys': [wssc, 'contexts', '--no-progress', '--tls-keylog', keys, capture],
                'wssc, no frames': [wssc, 'contexts', '--no-progress', empty],
                'tshark': ['tshark', '-q', '-z', 'http,tree', '-r', capture],
                'capinfos': ['capinfos', '-c', capture]}
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, argv in commands.items():
            fine = (3,) if name == 'wssc, keys' else (0,)  # 3: they open nothing
            measure(argv, fine)
            runs[name].append(measure(argv, fine))
    median = {name: [statistics.median(values) for values in zip(*results)] for name, results in runs.items()}
    for name, (wall, used, _) in median.items():
        print('  %-17s wall %6.2f s, processor %6.2f s, peak %4.0f MB at most' % (name, wall, used, max(r[2] for r in runs[name])))
    print('  processor: tshark %.1f times as much (20 wanted)' % (median['tshark'][1] / median['wssc'][1]))
    print('  wall: %.2f s, %.2f s at most wanted' % (median['wssc'][0], 3 * median['capinfos'][0] + START))
    print('  peak: %.0f MB, 150 MB at most wanted' % max(r[2] for r in runs['wssc']))


def main():
    wssc = sys.argv[1]
    megabytes = float(sys.argv[2]) if len(sys.argv) > 2 else 500
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder:
        capture = sys.argv[4] if len(sys.argv) > 4 else os.path.join(folder, 'mix.pcap')
        empty = os.path.join(folder, 'empty.pcap')
        if len(sys.argv) <= 4:
            print('%d frames' % mix.write(capture, megabytes, 1, mix.SESSIONS), flush=True)
        with open(empty, 'wb') as file:
            file.write(mix.FILE_HEADER)
        keys = os.path.join(folder, 'keys')
        with open(keys, 'w', encoding='ascii') as file:
            file.write('CLIENT_RANDOM %s %s\n' % ('00' * 32, '00' * 48))
        run(wssc, capture, empty, keys, rounds)


if __name__ == '__main__':
    main()
