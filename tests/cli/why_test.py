#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc why over many refusals: each reason once, with the right number of occurrences, on one page.

usage: why_test.py WSSC
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'bench'))
from make_refused import write  # pylint: disable=wrong-import-position

PAGE = 66  # lines


def run(wssc, *arguments):
    done = served.run([wssc, 'why', '--no-progress', *arguments], capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def check_counts(wssc, capture, counts, clients, problems):
    troubles = json.loads(run(wssc, '--format', 'json', capture))
    seen = {}
    for trouble in troubles:
        seen[trouble['cause']] = seen.get(trouble['cause'], 0) + trouble['occurrences']
        if trouble['occurrences'] != len(trouble['frames']) or len(set(trouble['frames'])) != len(trouble['frames']):
            problems.append('%s: %d occurrences, frames %s' % (trouble['cause'], trouble['occurrences'], trouble['frames']))
        if trouble['confidence'] == 'possible':
            problems.append('%s is only possible' % trouble['cause'])
    if seen != counts:
        problems.append('expected %s, seen %s' % (counts, seen))
    # A few clients are told apart, many are not.
    if len(troubles) > len(counts) * (3 if clients > 1 else 1) or (clients == 300 and len(troubles) != len(counts)):
        problems.append('%d clients: %d troubles' % (clients, len(troubles)))
    if clients == 2 and {t['clients'] for t in troubles} != {1}:
        problems.append('two clients are told as one')


def check_page(wssc, capture, counts, problems):
    lines = run(wssc, capture).splitlines()
    if len(lines) > PAGE:
        problems.append('%d lines' % len(lines))
    problems += ['%s is not told' % cause for cause in counts if not any(cause + ':' in line for line in lines)]
    if max(map(len, lines)) > 100:
        problems.append('a line of %d columns' % max(map(len, lines)))


def check_one(wssc, capture, problems):
    """--frame asks about one of them, and about one that was not refused."""
    trouble = json.loads(run(wssc, '--format', 'json', capture))[-1]
    for frame in (trouble['frames'][0], trouble['frames'][-1]):
        if [t['cause'] for t in json.loads(run(wssc, '--format', 'json', '--frame', str(frame), capture))] != [trouble['cause']]:
            problems.append('--frame %d: not %s' % (frame, trouble['cause']))
    if not run(wssc, '--frame', '4', capture).startswith('Nothing was refused, lost or late in frame 4.'):
        problems.append('frame 4 was not refused')


def main():
    wssc, problems = sys.argv[1], []
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, 'refused.pcap')
        for clients in (1, 2, 20, 300):
            counts = write(capture, 300, 40, clients)
            check_counts(wssc, capture, counts, clients, problems)
            check_page(wssc, capture, counts, problems)
        check_one(wssc, capture, problems)
    print('\n'.join(problems) or 'all well')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
