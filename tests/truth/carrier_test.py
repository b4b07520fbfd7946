#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Requests whose only answer is the carrier's: a TCP reset, or an HTTP status without a SOAP message. The truth
files say in which captures that happened and give a filter for the frames; a tshark without our plugin finds them.

usage: carrier_test.py WSSC
"""
import concurrent.futures
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

from truth import captures

WSSC = sys.argv[1]
# What the filter of the truth file looks for -> what the timeline calls it.
KINDS = {'tcp.flags.reset == 1': 'resets the connection', 'http.response.code == 404': 'HTTP status 404'}


def lines(*argv):
    return served.run(argv, capture_output=True, text=True, timeout=300, check=True).stdout.splitlines()


def frames_of_stock(capture):
    """Frames that answer a call so. One reset may be told by two segments: the first one counts."""
    rows = lines('tshark', '-r', capture.path, '-o', 'tls.keylog_file:' + capture.keylog, '-Y',
                 capture.truth['wire_filter'], '-T', 'fields', '-e', 'tcp.stream', '-e', 'frame.number')
    first = {}
    for row in rows:
        stream, frame = row.split('\t')
        first.setdefault(stream, int(frame))
    return sorted(first.values())


def check(capture):
    told = [KINDS[kind] for kind in KINDS if kind in capture.truth['wire_filter']]
    common = ['--tls-keylog', capture.keylog, capture.path]
    story = [json.loads(line) for line in lines(WSSC, 'timeline', '--format', 'ndjson', *common)]
    outcomes = [e['outcome'] for e in map(json.loads, lines(WSSC, 'events', *common)) if e['type'] == 'exchange']
    seen = {text: sorted({e['frame'] for e in story if text in e['text']}) for text in KINDS.values()}
    problems = []
    for text, frames in seen.items():
        if text not in told:
            problems += ['frame %d: "%s" was not told by the programs' % (frame, text) for frame in frames]
        # A service that was recycled resets connections on which nothing is owed.
        elif capture.truth['cause'] != 'service-recycled' and frames != frames_of_stock(capture):
            problems.append('"%s" in frames %s expected, seen %s' % (text, frames_of_stock(capture), frames))
    if capture.truth['cause'] == 'none' and set(outcomes) != {'done'}:
        problems.append('every exchange succeeded, seen %s' % outcomes)
    return bool(told), problems


def main():
    chosen = list(captures('corewcf-why'))
    failed = with_carrier = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for capture, (is_told, problems) in zip(chosen, pool.map(check, chosen)):
            print('%-4s %-40s %s' % ('FAIL' if problems else 'ok', capture.name,
                                     'answered by the carrier' if is_told else ''))
            for problem in problems:
                print('       ' + problem)
            failed += bool(problems)
            with_carrier += is_told
    print('%d passed, %d failed' % (len(chosen) - failed, failed))
    return 1 if failed or not with_carrier else 0


sys.exit(main())
