#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Contexts of every capture with a truth file: identifiers, instances, versions, entropy modes, renewals,
keys and end states, as the implementations themselves said.

usage: contexts_test.py WSSC [--encoders text,binary,...] [--keys] [--twice] [NAME...]
"""
import argparse
import concurrent.futures
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

from truth import captures


def run(wssc, command, capture, with_keys, times=1):
    argv = [wssc, command, '--format', 'json']
    if capture.keylog:
        argv += ['--tls-keylog', capture.keylog]
    with tempfile.NamedTemporaryFile('w', suffix='.keys') as keys:
        if with_keys:
            keys.write('\n'.join(capture.key_file_lines()) + '\n')
            keys.flush()
            argv += ['-k', keys.name]
        done = served.run(argv + [capture.path] * times, capture_output=True, text=True, timeout=300)
    if done.returncode not in (0, 1):
        raise RuntimeError('status %d: %s' % (done.returncode, done.stderr.strip()[:400]))
    return json.loads(done.stdout)


def expected_rows(capture, is_open):
    rows = {}
    for identifier, instances in capture.contexts().items():
        state = capture.end_state(identifier)
        if not is_open and state in ('abandoned', 'expired'):
            state = 'observed'  # neither its beginning nor its lifetime can be read; a cancel or a refusal can
        rows[identifier] = {
            'state': state, 'version': capture.version, 'renewals': len(instances) - 1,
            'entropy_mode': capture.entropy_mode if is_open else None,
            'instances': {name: fingerprint if is_open else None
                          for name, (fingerprint, _) in instances.items()},
        }
    return rows


def compare(capture, rows, is_open):
    """Lines that say what differs."""
    problems = []
    expected = expected_rows(capture, is_open)
    seen = {row['identifier']: row for row in rows if row['identifier']}
    for identifier, want in expected.items():
        row = seen.get(identifier)
        if row is None:
            # Never in clear: no use, every RST and RSTR encrypted.
            if not is_open and capture.truth['calls'][0]['operation'] == 'issue':
                continue
            problems.append('%s: not found' % identifier)
            continue
        have = {'state': row['state'], 'version': row['version'], 'renewals': row['renewals'],
                'entropy_mode': row['entropy_mode'],
                'instances': {i['instance']: i['key_fingerprint'] for i in row['instances']}}
        if want['entropy_mode'] is None and is_open:
            have.pop('entropy_mode')
            want = {k: v for k, v in want.items() if k != 'entropy_mode'}
        if want['state'] is None:
            want.pop('state')
        problems += ['%s: %s expected %s, seen %s' % (identifier, member, want[member], have[member])
                     for member in want if want[member] != have[member]]
    if capture.is_refused_at_start:
        states = [row['state'] for row in rows if row['identifier'] is None]
        if states != ['refused']:
            problems.append('a refused request expected, seen %s' % states)
    # A damaged identifier on the way makes a context that neither end knows.
    if not ('unknown' in capture.name or 'identifier' in capture.name):
        problems += ['%s: not known to the programs' % i for i in seen if i not in expected]
    return problems


def check(wssc, capture, with_keys, times):
    is_open = with_keys or not capture.hides_rstr
    try:
        rows = run(wssc, 'contexts', capture, with_keys, times)
        return compare(capture, rows, is_open), len(rows)
    except Exception as error:  # pylint: disable=broad-except
        return [str(error)], 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('wssc')
    parser.add_argument('--encoders', default='text,binary,net.tcp')
    parser.add_argument('--keys', action='store_true', help='with the keys of the bootstrap')
    parser.add_argument('--twice', action='store_true',
                        help='each capture as two files, as if taken at two places: nothing else happened')
    parser.add_argument('names', nargs='*')
    args = parser.parse_args()
    encoders = args.encoders.split(',')
    chosen = [c for c in captures('corewcf', 'dotnet', 'cxf', 'metro')
              if c.encoder in encoders and (not args.names or c.name in args.names)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = pool.map(lambda c: check(args.wssc, c, args.keys, 2 if args.twice else 1), chosen)
        for capture, (problems, rows) in zip(chosen, results):
            expected = {i: list(n) for i, n in capture.contexts().items()}
            print('%-4s %-34s expected %d context(s), %d key(s); seen %d row(s)' % (
                'FAIL' if problems else 'ok', capture.name, len(expected),
                sum(len(n) for n in expected.values()), rows))
            for problem in problems:
                print('       ' + problem)
            failed += bool(problems)
    print('%d passed, %d failed' % (len(chosen) - failed, failed))
    return 1 if failed or not chosen else 0


if __name__ == '__main__':
    sys.exit(main())
