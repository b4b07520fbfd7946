#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Policies by which the implementations were configured, compared with the captures that came of it: with its own nothing
differs, with another scenario's that which the scenarios differ in and nothing else.

By default each policy of another scenario and a share of the own ones; with --all every one, with keys and without.

usage: expect_test.py [--all] WSSC [NAME...]
"""
import concurrent.futures
import glob
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'truth'))
from truth import captures, Capture, DATA  # noqa: E402  pylint: disable=wrong-import-position

# Of which capture, with which policy, what differs. The reasons are in the truth files (ws_sc, suite, configuration) and
# in the names of CXF's scenarios.
PAIRS = [
    ('metro/sym13', 'metro/sym05.service.wsdl', {'version'}),
    ('metro/sym05', 'metro/sym13.client.wsdl', {'version'}),
    ('metro/sym13', 'metro/sym13-noderive.service.wsdl', {'derived keys'}),
    ('metro/sym13-noderive', 'metro/sym13.client.wsdl', {'derived keys'}),
    ('metro/sym13', 'metro/sym13-256.service.wsdl', {'algorithm suite'}),
    ('metro/sym13', 'metro/sym13-sha256.service.wsdl', {'algorithm suite'}),
    ('metro/sym05', 'metro/sym05-signonly.service.wsdl', {'encrypted body'}),
    ('metro/sym05-signonly', 'metro/sym05.service.wsdl', {'encrypted body'}),
    ('metro/sym05-mutual', 'metro/sym05.service.wsdl', {'bootstrap token'}),
    ('metro/sym13-renew', 'metro/sym13-mustnotrenew.service.wsdl', {'renewal'}),
    ('metro/sym13', 'metro/sym13-mustnotcancel.service.wsdl', {'cancel'}),
    ('metro/tls05', 'metro/tls05-entropy-server.service.wsdl', {'entropy'}),
    ('metro/tls05-entropy-server', 'metro/tls05.service.wsdl', {'entropy'}),
    ('metro/tls13-derive', 'metro/tls13-entropy-client.service.wsdl', {'entropy'}),
    ('metro/tls13-derive', 'metro/tls13-renew.client.wsdl', {'derived keys'}),
    ('cxf/sym05', 'cxf/sym13.policy.xml', {'version'}),
    ('cxf/sym13', 'cxf/sym05.policy.xml', {'version'}),
    ('cxf/sym13', 'cxf/sym13-noderive.policy.xml', {'derived keys'}),
    ('cxf/sym13-noderive', 'cxf/sym13.policy.xml', {'derived keys'}),
    ('cxf/sym13', 'cxf/sym13-sha256.policy.xml', {'algorithm suite'}),
    ('cxf/sym05', 'cxf/sym05-128.policy.xml', {'algorithm suite'}),
    ('cxf/sym05', 'cxf/sym05-signonly.policy.xml', {'encrypted body'}),
    ('cxf/sym05-asymboot', 'cxf/sym05.policy.xml', {'bootstrap token'}),
    ('cxf/tls13-renew', 'cxf/tls13-derive.policy.xml', {'derived keys'}),
    ('cxf/tls13-derive', 'cxf/tls13-renew.policy.xml', {'derived keys'}),
]


# What an end did though its own policy forbids it, as the truth files say.
AGAINST_ITS_OWN = {'metro/sym13-mustnotcancel': {'cancel'}, 'metro/sym13-mustnotrenew': {'renewal'}}
SHARE = 5


def compare(wssc, capture, policy, with_keys):
    """(status, [line], what is on standard error)"""
    argv = [wssc, 'binding', '--format', 'json', '--expect', policy]
    argv += ['--tls-keylog', capture.keylog] if capture.keylog else []
    with tempfile.NamedTemporaryFile('w', suffix='.keys') as keys:
        if with_keys:
            keys.write('\n'.join(capture.key_file_lines()) + '\n')
            keys.flush()
            argv += ['-k', keys.name]
        done = served.run(argv + [capture.path], capture_output=True, text=True, timeout=300)
    lines = [line for row in json.loads(done.stdout or '[]') for c in row['comparisons'] for line in c['lines']]
    return done.returncode, lines, done.stderr.strip()


def check(wssc, name, policy, expected, with_keys):
    """(text, problems)"""
    capture, problems = Capture(os.path.join(DATA, name + '.truth.json')), []
    status, lines, errors = compare(wssc, capture, policy, with_keys)
    differs = {line['name']: 'configured %s, observed %s%s' % (line['configured'], line['observed'], ' (%s)' % line['text']
                                                               if line['text'] else '')
               for line in lines if line['result'] == 'differs'}
    wanted = 1 if expected else 0
    if status not in ((1,) if wanted else (0, 3)) or (not lines and wanted):
        problems.append('status %d expected, seen %d; %s' % (wanted, status, errors[:300]))
    if set(differs) != expected:
        problems.append('differs: expected %s, seen %s' % (sorted(expected), differs))
    for line in lines:
        if line['result'] == 'differs' and line['name'] != 'transport' and not line['evidence']:
            problems.append('%s: no frame shows it' % line['name'])
    results = [line['result'] for line in lines]
    return 'expected to differ %s; seen %s, same %d, cannot tell %d' % (
        sorted(expected), sorted(differs), results.count('same'), results.count('cannot tell')), problems


def own():
    """Each capture with each policy of its own."""
    for capture in captures('metro', 'cxf'):
        for path in sorted(glob.glob(capture.base + '.*wsdl') + glob.glob(capture.base + '.policy.xml')):
            yield capture.name, path, AGAINST_ITS_OWN.get(capture.name, set())


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != '--all']
    wssc, names = arguments[0], arguments[1:]
    failed = done = 0
    tests = [test + (keys,) for test in own() for keys in (False, True)]
    if '--all' not in sys.argv and not names:
        tests = [test for i, test in enumerate(tests) if i % SHARE == 0 or test[2]]
    tests += [(name, os.path.join(DATA, policy), expected, True) for name, policy, expected in PAIRS]
    tests = [test for test in tests if not names or test[0] in names]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for (name, policy, _, keys), (text, problems) in zip(tests, pool.map(lambda t: check(wssc, *t), tests)):
            print('%-4s %-28s %-36s %s%s' % ('FAIL' if problems else 'ok', name, os.path.basename(policy), text,
                                             '' if keys else ' (no keys)'))
            for problem in problems:
                print('       ' + problem)
            failed, done = failed + bool(problems), done + 1
    print('%d comparisons, %d failed' % (done, failed))
    return 1 if failed or not done else 0


if __name__ == '__main__':
    sys.exit(main())
