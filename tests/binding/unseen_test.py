#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that show less: in the clear, from the middle, without the key log, with the answer encrypted. Every property
is reported all the same, as unknown where it is unknown, with words on what would show it; and what is still known is the
same as in the whole capture, or less.

usage: unseen_test.py WSSC
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'truth'))
from truth import Capture, DATA  # noqa: E402  pylint: disable=wrong-import-position

import profile_test  # noqa: E402  pylint: disable=wrong-import-position
from wwsapi import Session  # noqa: E402  pylint: disable=wrong-import-position

PROPERTIES = ['key_size', 'key_entropy_mode', 'message_properties', 'max_pending_contexts', 'max_active_contexts',
              'secure_conversation_version', 'support_renew', 'renewal_interval_client', 'renewal_interval_service',
              'rollover_interval']


def run(wssc, path, *options):
    done = served.run([wssc, 'binding', '--format', 'json', *options, path], capture_output=True, text=True, timeout=120)
    return done.returncode, json.loads(done.stdout or '[]'), done.stderr


def shown(row):
    return {name: (p['knowledge'], p['value'], p['min'], p['max']) for name, p in row['properties'].items()}


def check_whole(row):
    """(what, expected, seen): that nothing is left away."""
    yield 'properties', PROPERTIES, list(row['properties'])
    for name, p in row['properties'].items():
        if p['knowledge'] == 'unknown':
            yield name + ' unknown', (None, None, None), (p['value'], p['min'], p['max'])
        yield name + ' has words', True, bool(p['text'])
        if p['knowledge'] != 'unknown':
            yield name + ' has frames', True, bool(p['evidence'])
    yield 'rules', 8, len(row['rules'])


def knowledge(row, *names):
    return {name: row['properties'][name]['knowledge'] for name in names}


def expect(row, **values):
    for name, value in values.items():
        yield name, value, row['properties'][name]['knowledge'] if name in row['properties'] else row[name]


def middle(session):
    """Without the request for the context and its answer."""
    session.whole()
    session.said = session.said[2:]
    return session


def cut_renewed(session):
    """Ends before the renewal."""
    session.whole()
    session.said = session.said[:8]
    return session


def real(name):
    return Capture(os.path.join(DATA, name + '.truth.json'))


def cases(folder):
    """(name, path, options, checks of the endpoint's row)"""
    def made(session, name):
        return profile_test.capture(session, folder, name)

    log = ('--tls-keylog', os.path.join(folder, 'tls.keylog'))
    yield 'clear', made(Session(scheme='http'), 'clear'), (), lambda row: expect(
        row, transport='http', template=None, secure_conversation_version='exact', renewal_interval_service='exact',
        # No WWSAPI without TLS, and another stack may renew by the life of the key.
        renewal_interval_client='at-least', key_entropy_mode='exact', support_renew='exact')
    yield 'middle', made(middle(Session()), 'middle'), log, lambda row: expect(
        row, transport='https', template=None, bootstrap=[], secure_conversation_version='exact', support_renew='exact',
        max_pending_contexts='unknown', max_active_contexts='at-least')
    yield 'short', made(cut_renewed(Session()), 'short'), log, lambda row: expect(
        row, renewal_interval_client='at-least', support_renew='unknown', renewal_interval_service='exact')
    capture = real('metro/sym13-serverlife')
    yield 'answer encrypted', capture.path, (), lambda row: expect(
        row, key_size='unknown', renewal_interval_service='unknown', secure_conversation_version='exact',
        transport='http', template=None)
    capture = real('cxf/sym05')
    yield 'answer encrypted, CXF', capture.path, (), lambda row: expect(
        row, renewal_interval_service='unknown', transport='http', template=None)


def main():
    wssc, failed, done = sys.argv[1], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, path, options, check in cases(folder):
            print(name)
            status, rows, errors = run(wssc, path, *options)
            checks = [('status', True, status in (0, 3) or errors)]
            checks.append(('a context and an endpoint', {'context', 'endpoint'}, {row['scope'] for row in rows}))
            for row in rows:
                checks += list(check_whole(row)) + (list(check(row)) if row['scope'] == 'endpoint' else [])
            for what, expected, seen in checks:
                if expected != seen or not what.endswith(('words', 'frames')):
                    print('  %-4s %-36s expected %s, seen %s' % ('ok' if expected == seen else 'FAIL', what, expected, seen))
                failed, done = failed + (expected != seen), done + 1
        # Without the key log nothing of the messages is seen: no context, and that is said.
        path = profile_test.capture(Session(name='dark'), folder, 'dark')
        status, rows, _ = run(wssc, path)
        print('no key log\n  %-4s expected no rows, seen %d, status %d' % ('FAIL' if rows else 'ok', len(rows), status))
        failed, done = failed + bool(rows), done + 1
    print('%d checks, %d failed' % (done, failed))
    return 1 if failed or not done else 0


if __name__ == '__main__':
    sys.exit(main())
