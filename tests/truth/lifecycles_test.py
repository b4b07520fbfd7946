#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lifecycles by what the implementations said: the outcome and the timing of each renewal, rollovers within the
configured interval, replays where one was made and nowhere else, and no finding on a lifecycle above chat where all was
well.

usage: lifecycles_test.py WSSC [NAME...]
"""
import concurrent.futures
import datetime
import os
import re
import subprocess
import sys
import tempfile

from causes_test import is_healthy, run
from truth import captures

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDERS = ('corewcf-why', 'corewcf', 'dotnet', 'cxf', 'metro', 'wss4j')
# Sent again by intent.
REPLAYS = {'cxf/neg13-replay', 'wss4j/neg-replay'}
# The service refuses every renewal.
REFUSED = {'corewcf/sc-13-renew-refused', 'corewcf-why/why-renew-refused-feb05', 'corewcf-why/why-expired-13'}
LEVELS = ('chat', 'note', 'warn', 'error')
MOST = 400000  # octets: larger captures hold the same in greater number


def lifecycle_findings():
    with open(os.path.join(HERE, '..', 'unit', 'lifecycle_findings.def'), encoding='utf-8') as file:
        return {name.lower().replace('_', '-') for name in re.findall(r'(?m)^LIFECYCLE\((\w+),', file.read())}


def moment(text):
    return datetime.datetime.fromisoformat(text[:23].rstrip('Z'))


def frame_times(capture):
    done = subprocess.run(['tshark', '-r', capture.path, '-T', 'fields', '-e', 'frame.number', '-e', 'frame.time_epoch'],
                          capture_output=True, text=True, timeout=300, check=True)
    return {int(number): datetime.datetime.fromtimestamp(float(time), datetime.timezone.utc).replace(tzinfo=None)
            for number, time in (line.split('\t') for line in done.stdout.splitlines())}


def check_timing(capture, row, times, problems):
    """Late is what is asked for after the end of the key that it renews."""
    expires = {instance: end for instance, (_, end) in capture.contexts()[row['identifier']].items()}
    for renewal in row['renewal_list']:
        end = expires.get(renewal['before'])
        if end is None or renewal['frame'] is None or renewal['needed_frame'] is not None:
            continue
        is_late = times[renewal['frame']] > moment(end)
        if is_late != (renewal['timing'] == 'late'):
            problems.append('frame %d: renewed %s the key\'s end, seen %s' % (
                renewal['frame'], 'after' if is_late else 'before', renewal['timing']))


def check_renewals(capture, rows, problems):
    truth, times = capture.contexts(), None
    for row in rows:
        if row['identifier'] not in truth:
            continue
        done = [r for r in row['renewal_list'] if r['outcome'] in ('done', 'same-key')]
        if len(done) != len(truth[row['identifier']]) - 1:
            problems.append('%s: %d renewals expected, seen %s' % (
                row['identifier'], len(truth[row['identifier']]) - 1, [r['outcome'] for r in row['renewal_list']]))
        if any(r['outcome'] == 'unknown' for r in row['renewal_list']):
            problems.append('%s: a renewal without verdict' % row['identifier'])
        if row['renewal_list']:
            times = times or frame_times(capture)
            check_timing(capture, row, times, problems)
    outcomes = [r['outcome'] for row in rows for r in row['renewal_list']]
    if capture.name in REFUSED and 'refused' not in outcomes:
        problems.append('a refused renewal expected, seen %s' % outcomes)
    if is_healthy(capture) and set(outcomes) - {'done', 'same-key'}:
        problems.append('all renewals succeeded, seen %s' % outcomes)


def check_rollovers(capture, rows, problems):
    configured = (capture.truth.get('configuration') or {}).get('service') or {}
    interval = configured.get('session_key_rollover_interval_seconds') if isinstance(configured, dict) else None
    seen = [r for row in rows for r in row['rollovers']]
    for rollover in seen if interval is not None else []:
        if rollover['at_least'] > interval or (rollover['at_most'] is not None and rollover['at_most'] < interval):
            problems.append('rollover of %s s, seen %s to %s' % (interval, rollover['at_least'], rollover['at_most']))
    if capture.name == 'corewcf-why/why-stale-instance-13' and [r['at_most'] is not None for r in seen] != [True]:
        problems.append('one rollover with an upper bound expected, seen %s' % seen)


def check_findings(wssc, capture, folder, known, problems):
    findings = run(wssc, 'findings', capture, folder)
    replayed = {f['frame'] for f in findings if f['id'] == 'message-replayed'}
    if bool(replayed) != (capture.name in REPLAYS):
        problems.append('replays in frames %s' % sorted(replayed))
    if is_healthy(capture) and capture.truth.get('cause', 'none') == 'none' and capture.name not in REPLAYS:
        problems += ['all was well, seen %s (%s) in frame %d: %s' % (f['id'], f['severity'], f['frame'], f['text'])
                     for f in findings if f['id'] in known and LEVELS.index(f['severity']) > 0]


def check_twice(wssc, capture, folder, problems):
    """Two capture points see one message twice: no replay."""
    seen = {f['id'] for f in run(wssc, 'findings', capture, folder, capture.path)}
    problems += ['captured at two places, seen %s' % name for name in seen & {
        'message-replayed', 'username-nonce-repeated', 'derived-nonce-repeated'}]


def check(wssc, capture, folder, known):
    problems = []
    try:
        rows = run(wssc, 'contexts', capture, folder)
        check_renewals(capture, rows, problems)
        check_rollovers(capture, rows, problems)
        check_findings(wssc, capture, folder, known, problems)
        if capture.folder in ('metro', 'dotnet') and 'renew' in capture.name:
            check_twice(wssc, capture, folder, problems)
    except Exception as error:  # pylint: disable=broad-except
        problems.append('%s: %s' % (type(error).__name__, error))
    return problems


def is_chosen(capture):
    """Those with more than one key, those that something was done to, those of two stacks whose clients renew late."""
    has_many = any(len(instances) > 1 for instances in capture.contexts().values()) if capture.truth.get('contexts') else False
    return os.path.getsize(capture.path) < MOST and (
        has_many or capture.name in REPLAYS | REFUSED or 'neg' in capture.name or 'stale' in capture.name or
        'retrans' in capture.name or capture.name.split('/')[1] in ('sym13', 'tls13', 'sc-13', 'sc-feb05-soap11'))


def main():
    wssc, names = sys.argv[1], sys.argv[2:]
    chosen = [c for c in captures(*FOLDERS) if (c.name in names if names else is_chosen(c))]
    known, failed = lifecycle_findings(), 0
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for capture, problems in zip(chosen, pool.map(lambda c: check(wssc, c, folder, known), chosen)):
            print('%-4s %s' % ('FAIL' if problems else 'ok', capture.name))
            for problem in problems:
                print('       ' + problem)
            failed += bool(problems)
    print('%d passed, %d failed' % (len(chosen) - failed, failed))
    return 1 if failed or (not names and len(chosen) < 20) else 0


if __name__ == '__main__':
    sys.exit(main())
