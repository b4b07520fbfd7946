#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc why against wssc contexts on a capture of many contexts of which some are refused: the ratio of the medians of
their times in one run, and whether each reason is told once with its number of occurrences.

usage: refused.py WSSC [CONTEXTS [REFUSED [ROUNDS]]]
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

from contexts import measure
from make_refused import write

WANTED = 1.2


def main():
    wssc = sys.argv[1]
    contexts, refused, rounds = (int(a) for a in (sys.argv[2:] + ['10000', '300', '5'][len(sys.argv) - 2:]))
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, 'refused.pcap')
        counts = write(capture, contexts, refused)
        runs = {'contexts': [], 'why': []}
        for _ in range(rounds):
            for command, times in runs.items():
                times.append(measure([wssc, command, '--no-progress', capture])[0])
        medians = {command: statistics.median(times) for command, times in runs.items()}
        done = subprocess.run([wssc, 'why', '--format', 'json', '--no-progress', capture], capture_output=True, check=True)
        seen = {t['cause']: t['occurrences'] for t in json.loads(done.stdout)}
    ratio = medians['why'] / medians['contexts']
    print('contexts %.2f s, why %.2f s: ratio %.2f (at most %.1f wanted); %s' % (
        medians['contexts'], medians['why'], ratio, WANTED, seen))
    return 0 if ratio <= WANTED and seen == counts else 1


if __name__ == '__main__':
    sys.exit(main())
