#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What wssc binding infers, against what the implementations were configured with.

For every capture whose truth file says the configuration, or part of it: an exact property equals the configured value,
bounds contain it, and both ends are like the stacks that they were. The cases below are those of the captures in which
one property shows, one by one.

usage: binding_test.py WSSC [NAME...]
"""
import concurrent.futures
import datetime
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

from truth import captures, Capture, DATA

VERSIONS = {'2005/02': 'FEBRUARY_2005', '1.3 (200512)': '1_3', '200512': '1_3'}
MODES = {'combined': 'COMBINED', 'both': 'COMBINED', 'client': 'CLIENT_ONLY', 'server': 'SERVER_ONLY'}
STACKS = {'corewcf': 'WCF', 'corewcf-why': 'WCF', 'dotnet': 'WCF', 'cxf': 'CXF', 'metro': 'Metro'}


def run(wssc, capture, with_keys, command=('binding', '--format', 'json')):
    argv = [wssc, *command]
    if capture.keylog:
        argv += ['--tls-keylog', capture.keylog]
    with tempfile.NamedTemporaryFile('w', suffix='.keys') as keys:
        if with_keys:
            keys.write('\n'.join(capture.key_file_lines()) + '\n')
            keys.flush()
            argv += ['-k', keys.name]
        done = served.run(argv + [capture.path], capture_output=True, text=True, timeout=300)
    if done.returncode not in (0, 3):
        raise RuntimeError('status %d: %s' % (done.returncode, done.stderr.strip()[:400]))
    return json.loads(done.stdout)


# ---- what was configured ----------------------------------------------------------------------------------

def seconds(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


def lives(truth):
    """Lengths of the keys' lives that the ends themselves report; the .NET ends do."""
    return {round(seconds(c['valid_to']) - seconds(c['valid_from']))
            for c in truth.get('contexts', []) if c.get('valid_from') and c.get('valid_to')}


def configured(capture):
    """property -> value, or a tuple of the client's and the service's where they differ."""
    truth = capture.truth
    config = truth.get('configuration') or {}
    want = {'secure_conversation_version': VERSIONS.get(truth.get('ws_sc'))}
    if capture.folder == 'metro':
        want['key_entropy_mode'] = MODES[config['entropy']]
        if config['service_lifetime_ms'] is not None:
            want['renewal_interval_service'] = config['service_lifetime_ms'] / 1000
    elif truth.get('entropy_mode'):
        want['key_entropy_mode'] = MODES[truth['entropy_mode']]
    if lives(truth) and len(lives(truth)) == 1 and capture.folder != 'cxf':
        want['renewal_interval_service'] = lives(truth).pop()
    client, service = config.get('client'), config.get('service')
    if isinstance(client, dict) and isinstance(service, dict):
        both = {'secure_conversation_version': ('ws_sc', VERSIONS.get), 'key_entropy_mode': ('entropy_mode', MODES.get),
                'key_size': ('key_size_bits', lambda bits: bits)}
        for name, (member, of) in both.items():
            want[name] = (of(client[member]), of(service[member]))
        want['renewal_interval_client'] = client['session_key_renewal_interval_seconds']
        want['renewal_interval_service'] = service['session_key_renewal_interval_seconds']
        want['rollover_interval'] = service['session_key_rollover_interval_seconds']
        want['max_pending_contexts'] = service['max_pending_sessions']
        want['support_renew'] = bool(service['renewal_works'])
    return {name: value for name, value in want.items() if value is not None}


def shown(prop):
    return '%s %s' % (prop['knowledge'], {k: prop[k] for k in ('value', 'min', 'max') if prop[k] is not None})


def compare_property(prop, want):
    """What is wrong; None."""
    values = want if isinstance(want, tuple) else (want,)
    knowledge = prop['knowledge']
    if knowledge == 'exact' and prop['value'] not in values:
        return 'exact, and wrong'
    # Where the ends differ nothing is exact, but what was agreed on: the size of the key is the client's wish.
    if knowledge == 'likely' and prop['value'] not in values:
        return 'probable, and wrong'
    if knowledge in ('at-least', 'between') and not isinstance(want, (str, bool)) and prop['min'] > max(values):
        return 'more than configured'
    if knowledge in ('at-most', 'between') and not isinstance(want, (str, bool)) and prop['max'] < min(values):
        return 'less than configured'
    return None


def suite_of(capture):
    suite = capture.truth.get('suite')
    return suite.split('}')[-1] if suite else None


def check_suite(capture, row):
    """The service's suite may be another one: then what the client does counts."""
    suite = suite_of(capture)
    config = capture.truth.get('configuration') or {}
    if isinstance(config.get('client'), dict):
        suite = config['client']['suite']
    if row['algorithm_suites'] and suite not in row['algorithm_suites']:
        return ['%s: algorithm_suite expected %s, seen %s' % (row['scope'], suite, row['algorithm_suites'])]
    return []


def check_stacks(capture, row):
    problems = []
    like = {part: row['stack'][part]['like'] for part in ('client', 'service')}
    # A service that answers nothing but HTTP, or nothing at all, shows no stack.
    for part, seen in like.items():
        if seen != STACKS[capture.folder] and not (seen is None and part == 'service' and capture.name in SILENT):
            problems.append('%s: %s expected like %s, seen %s' % (row['scope'], part, STACKS[capture.folder], seen))
    return problems


SILENT = {'corewcf-why/why-offloaded-13'}


def check(wssc, capture, with_keys):
    problems, exact, bounds = [], 0, 0
    try:
        rows = run(wssc, capture, with_keys)
    except Exception as error:  # pylint: disable=broad-except
        return [str(error)], 0, 0
    want = configured(capture)
    if want.get('secure_conversation_version') and not rows:
        problems.append('no context found')
    for row in rows:
        for name, value in want.items():
            prop = row['properties'][name]
            wrong = compare_property(prop, value)
            exact += prop['knowledge'] == 'exact'
            bounds += prop['knowledge'] in ('at-least', 'at-most', 'between')
            if wrong:
                problems.append('%s: %s configured %s, seen %s: %s' % (row['scope'], name, value, shown(prop), wrong))
        problems += check_suite(capture, row) + (check_stacks(capture, row) if row['scope'] == 'endpoint' else [])
        if set(row['properties']) != PROPERTIES:
            problems.append('properties seen: %s' % sorted(row['properties']))
    return problems, exact, bounds


PROPERTIES = {'key_size', 'key_entropy_mode', 'message_properties', 'max_pending_contexts', 'max_active_contexts',
              'secure_conversation_version', 'support_renew', 'renewal_interval_client', 'renewal_interval_service',
              'rollover_interval'}

# ---- cases -------------------------------------------------------------------------------------------------
# What must follow from the wire, by property: exact value; ('>', at least), ('<', at most), ('between', a, b) within a
# hundredth; '~' probable; '?' unknown. "broken": the rules that do not hold; "template"; "suite".

CASES = [
    ('corewcf/ws-feb05', False, {
        'secure_conversation_version': 'FEBRUARY_2005', 'key_entropy_mode': 'COMBINED', 'key_size': 256,
        'renewal_interval_service': 54000, 'support_renew': '?', 'rollover_interval': '?',
        'max_pending_contexts': ('>', 1), 'max_active_contexts': ('>', 1),
        'template': 'HTTP_SSL_USERNAME_SECURITY_CONTEXT', 'broken': [], 'usage': 'supporting'}),
    ('corewcf/ws-13', False, {'secure_conversation_version': '1_3', 'key_entropy_mode': 'COMBINED', 'key_size': 256,
                              'renewal_interval_service': 54000,
                              'template': 'HTTP_SSL_USERNAME_SECURITY_CONTEXT'}),
    ('corewcf/sc-feb05-entropy-client', False, {'key_entropy_mode': 'CLIENT_ONLY'}),
    ('corewcf/sc-13-entropy-server', False, {'key_entropy_mode': 'SERVER_ONLY', 'key_size': 256}),
    ('corewcf/sc-13-sha256', False, {'suite': 'Basic256Sha256', 'broken': ['suite']}),
    ('corewcf/sc-13-renew', False, {'support_renew': True, 'renewal_interval_client': ('between', 3.48, 4.06),
                                    'renewal_interval_service': 54000, 'rollover_interval': '?'}),
    ('corewcf-why/why-renew-refused-feb05', False, {'renewal_interval_client': ('between', 2.75, 3.57),
                                                    'support_renew': ('~', False)}),
    ('corewcf-why/why-stale-instance-13', False, {'rollover_interval': ('<', 4.33)}),
    ('corewcf-why/why-expired-13', False, {'renewal_interval_service': 5, 'support_renew': ('~', False)}),
    ('corewcf-why/why-expired-renewed-13', False, {'support_renew': True, 'renewal_interval_client': ('>', 7.2)}),
    ('corewcf-why/why-pending-13', False, {'max_pending_contexts': 3}),
    ('corewcf-why/why-pending-tcp-feb05', False, {'max_pending_contexts': 2, 'broken': ['tls-on-tcp'],
                                                  'template': None}),
    ('corewcf-why/why-healthy-many-13', False, {'max_pending_contexts': ('>', 7), 'max_active_contexts': ('>', 10),
                                                'renewal_interval_client': ('>', 2.85)}),
    ('corewcf-why/why-replaced-13', False, {'support_renew': '?'}),
    ('corewcf-why/why-version-13-to-feb05', False, {'secure_conversation_version': ('~', '1_3')}),
    ('corewcf-why/why-suite-harmless-13', False, {'key_size': 256, 'suite': 'Basic256'}),
    ('cxf/tls05', False, {'renewal_interval_service': ('>', 300), 'key_entropy_mode': 'COMBINED'}),
    ('cxf/tls13-renew', False, {'renewal_interval_service': 4, 'support_renew': True, 'template': None,
                                'not_wwsapi': 'renewal'}),
    ('cxf/sym05', False, {'broken': ['bootstrap-kind', 'protected', 'supporting-only'], 'usage': 'protection'}),
    ('metro/tls05-entropy-server', False, {'key_entropy_mode': 'SERVER_ONLY'}),
    ('metro/tls13-entropy-client', False, {'key_entropy_mode': 'CLIENT_ONLY'}),
    ('metro/sym13-serverlife', True, {'renewal_interval_service': 4, 'key_size': 128}),
    ('metro/tls13-derive', False, {'derived_keys': True, 'template': None, 'not_wwsapi': 'derived'}),
    ('cxf/tls13-derive', False, {'derived_keys': True, 'template': None, 'not_wwsapi': 'derived'}),
]


def near(a, b):
    return a is not None and abs(a - b) <= 0.01


def fits(prop, want):
    if want == '?':
        return prop['knowledge'] == 'unknown' and prop['value'] is None
    if not isinstance(want, tuple):
        return prop['knowledge'] == 'exact' and prop['value'] == want and type(prop['value']) is type(want)
    if want[0] == '~':
        return prop['knowledge'] == 'likely' and prop['value'] == want[1]
    if want[0] == '>':
        return prop['knowledge'] == 'at-least' and (near(prop['min'], want[1]) or prop['min'] >= want[1])
    if want[0] == '<':
        return prop['knowledge'] == 'at-most' and near(prop['max'], want[1])
    return prop['knowledge'] == 'between' and near(prop['min'], want[1]) and near(prop['max'], want[2])


def check_case(wssc, name, with_keys, want):
    capture = Capture(os.path.join(DATA, name + '.truth.json'))
    rows = [row for row in run(wssc, capture, with_keys) if row['scope'] == 'endpoint']
    if len(rows) != 1:
        return ['one endpoint expected, seen %d' % len(rows)]
    row, problems = rows[0], []
    for member, value in want.items():
        if member in PROPERTIES:
            seen, is_right = shown(row['properties'][member]), fits(row['properties'][member], value)
        elif member == 'broken':
            seen = sorted(rule['id'] for rule in row['rules'] if rule['holds'] is False)
            is_right = seen == value
        elif member == 'not_wwsapi':
            seen = row['not_wwsapi']
            is_right = any(value in reason for reason in seen)
        else:
            seen = row[{'suite': 'algorithm_suite'}.get(member, member)]
            is_right = seen == value
        if not is_right:
            problems.append('%s expected %s, seen %s' % (member, value, seen))
    return problems


def report(name, expected, problems):
    print('%-4s %-44s %s' % ('FAIL' if problems else 'ok', name, expected))
    for problem in problems:
        print('       ' + problem)
    return bool(problems)


def main():
    wssc, names = sys.argv[1], sys.argv[2:]
    failed = done = 0
    chosen = [c for c in captures('corewcf', 'corewcf-why', 'dotnet', 'cxf', 'metro')
              if (not names or c.name in names) and c.truth.get('ws_sc')
              and not c.name.startswith('cxf/plain')]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for with_keys in (False, True):
            for capture, (problems, exact, bounds) in zip(
                    chosen, pool.map(lambda c, k=with_keys: check(wssc, c, k), chosen)):
                failed += report(capture.name + (' with keys' if with_keys else ''),
                                 'expected %d values; seen %d exact, %d bounds' % (
                                     len(configured(capture)), exact, bounds), problems)
                done += 1
        cases = [case for case in CASES if not names or case[0] in names]
        for case, problems in zip(cases, pool.map(lambda c: check_case(wssc, *c), cases)):
            failed += report('case ' + case[0], 'expected %s' % case[2], problems)
            done += 1
    print('%d passed, %d failed' % (done - failed, failed))
    return 1 if failed or not done else 0


if __name__ == '__main__':
    sys.exit(main())
