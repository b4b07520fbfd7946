#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sessions that went wrong (captures-real/corewcf-why): contexts, keys, verdicts, refusals and end states as far as
the programs at both ends said them. Why a session went wrong is not asked here.

usage: why_test.py WSSC [NAME...]
"""
import collections
import concurrent.futures
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

from truth import captures

# What the rules for one message or one exchange can tell of a cause.
FINDINGS = {
    'context-expired': ['use-after-expiry'],
    'clock-skew-client-ahead': ['clock-skew'],
    'clock-skew-client-behind': ['clock-skew'],
}
LEVELS = ('chat', 'note', 'warn', 'error')


def run(wssc, command, capture):
    done = served.run([wssc, command, '--format', 'json', '--tls-keylog', capture.keylog, capture.path],
                      capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError('%s: status %d: %s' % (command, done.returncode, done.stderr.strip()[:400]))
    return json.loads(done.stdout)


def suffix(action):
    return (action or '').rsplit('/', 1)[-1]


class Truth:
    """What the programs said, as expectations."""

    def __init__(self, capture):
        self.capture = capture
        self.truth = capture.truth
        self.is_http = self.truth['framing'] == 'https'

    def answers(self, operation, status):
        return sum(1 for m in self.truth['messages'] if m['direction'] in ('answered', 'reset') and
                   suffix(m.get('action')) == operation and m.get('http_status') == status)

    def fault_codes(self):
        """The faults that clients were told, by the most specific code."""
        codes = collections.Counter()
        for error in self.truth['client_errors']:
            while error is not None and not error.get('fault_subcode'):
                error = error.get('inner')
            if error is not None:
                codes[error['fault_subcode']] += 1
        return codes

    def refused_contexts(self):
        """How many contexts a service no longer knew in the middle of their use; None where nobody said."""
        codes = [e for e in self.truth['client_errors'] if e.get('during', '').startswith('call')]
        return sum(1 for e in codes if 'BadContextToken' in json.dumps(e))

    def reset_calls(self):
        return sum(1 for m in self.truth['messages'] if m['direction'] == 'reset')


def check_contexts(truth, rows, problems):
    expected = truth.capture.contexts()
    seen = {row['identifier']: row for row in rows if row['identifier']}
    for identifier in sorted(set(expected) | set(seen)):
        if identifier not in seen or identifier not in expected:
            problems.append('%s: %s' % (identifier, 'not found' if identifier in expected else 'nobody knows it'))
            continue
        row, instances = seen[identifier], expected[identifier]
        have = {i['instance']: i['key_fingerprint'] for i in row['instances']}
        want = {name: fingerprint for name, (fingerprint, _) in instances.items()}
        for what, wanted, found in (('keys', want, have), ('version', truth.capture.version, row['version']),
                                    ('entropy', truth.capture.entropy_mode, row['entropy_mode']),
                                    ('renewals', len(instances) - 1, row['renewals'])):
            if wanted != found:
                problems.append('%s: %s expected %s, seen %s' % (identifier, what, wanted, found))


def check_states(truth, rows, problems):
    states = collections.Counter(row['state'] for row in rows)
    nameless = [row['state'] for row in rows if row['identifier'] is None]
    refused = sum(1 for row in rows if row['state'] == 'refused' and row['identifier'])
    if truth.is_http:
        not_issued = sum(truth.answers('SCT', status) for status in (404, 500))
        cancelled = truth.answers('Cancel', 200)
    else:
        not_issued = sum(1 for e in truth.truth['client_errors'] if e.get('during') == 'open')
        cancelled = len(truth.capture.contexts()) if truth.truth['cause'] == 'none' else None
    if nameless != ['refused'] * not_issued:
        problems.append('%d refused request(s) for a context expected, seen %s' % (not_issued, nameless))
    if refused != truth.refused_contexts():
        problems.append('%d refused context(s) expected, seen %d' % (truth.refused_contexts(), refused))
    if cancelled is not None and states['cancelled'] != cancelled:
        problems.append('%d cancelled context(s) expected, seen %d' % (cancelled, states['cancelled']))
    # Expired for good is what was told so and not renewed.
    expired = int(truth.truth['cause'] == 'context-expired' and truth.answers('Renew', 200) == 0)
    if states['expired'] != expired:
        problems.append('%d expired context(s) expected, seen %d' % (expired, states['expired']))


def check_verdicts(truth, events, problems):
    """Every served call has a valid signature under its context and key; what was changed on the way has none."""
    keys = truth.capture.contexts()
    signatures = [e for e in events if e['type'] == 'signature']
    uses = collections.Counter()
    for row in signatures:
        if row['verdict'] != 'valid':
            continue
        key = keys.get(row['context'], {}).get(row['instance'], (None,))[0]
        if row['key_kind'] != 'sct' or row['key_fingerprint'] != key:
            problems.append('frame %s: key %s expected, seen %s' % (row['frame'], key, row['key_fingerprint']))
        uses[row['context'], row['instance']] += 1
    for message in truth.truth['messages']:
        if message['direction'] == 'served' and message.get('sct'):
            use = (message['sct'], message['instance'] or None)
            uses[use] -= 1
            if uses[use] < 0:
                problems.append('a call served under %s, %s has no valid signature' % use)
    bad = [(row['frame'], row['verdict']) for row in signatures if row['verdict'] != 'valid']
    unsigned = truth.capture.name.endswith('tampered-unsigned-13')
    is_tampered = truth.truth['cause'] == 'tampered'
    if [verdict for _, verdict in bad] != ['invalid'] * int(is_tampered and not unsigned):
        problems.append('%s invalid signature expected, seen %s' % (
            'one' if is_tampered and not unsigned else 'no', bad))
    if unsigned:
        signed = {row['frame'] for row in signatures}
        bare = [e for e in events if e['type'] == 'message' and e['is_use'] and
                e['frame'] not in signed and suffix(e['action']) == 'Say']
        if len(bare) != truth.reset_calls():
            problems.append('%d call(s) without signature expected, seen %d' % (truth.reset_calls(), len(bare)))


def check_refusals(truth, events, problems):
    """Each fault that a client was told stands in the capture as the answer to a request."""
    exchanges = [e for e in events if e['type'] == 'exchange']
    faults = sum(1 for e in exchanges if e['outcome'] == 'fault')
    told = truth.fault_codes()
    if faults < sum(told.values()):
        problems.append('%d fault(s) expected, seen %d' % (sum(told.values()), faults))
    texts = ' '.join(e['text'] for e in events if e['type'] == 'finding' and e['id'] == 'fault-response')
    for code, count in told.items():
        if texts.count('answered with ' + code) < count:
            problems.append('%d answer(s) %s expected in: %s' % (count, code, texts))
    unanswered = sum(1 for e in exchanges if e['outcome'] in ('no-response', 'reset'))
    if truth.is_http and unanswered != truth.reset_calls():
        problems.append('%d call(s) without answer expected, seen %d' % (truth.reset_calls(), unanswered))


def check_findings(truth, findings, problems):
    ids = {f['id'] for f in findings}
    cause = truth.truth['cause']
    # A service's wrong clock is not seen in a client's message.
    is_client = truth.truth['configuration']['client']['clock'] != 'right'
    if not cause.startswith('clock-skew') or is_client:
        problems += ['finding %s expected' % name for name in FINDINGS.get(cause, []) if name not in ids]
    if cause == 'none':
        problems += ['nothing is wrong, seen %s in frame %s' % (f['id'], f['frame']) for f in findings
                     if LEVELS.index(f['severity']) > 0]
    if cause != 'context-expired' and 'use-after-expiry' in ids:
        problems.append('nothing was used after its end, seen use-after-expiry')
    for name in ('duplicate-response', 'damaged-message', 'malformed-xml', 'use-after-cancel', 'unknown-instance'):
        if name in ids:
            problems.append('seen %s' % name)


def check(wssc, capture):
    problems = []
    truth = Truth(capture)
    try:
        done = served.run([wssc, 'events', '--tls-keylog', capture.keylog, capture.path],
                          capture_output=True, text=True, timeout=300, check=True)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        rows = run(wssc, 'contexts', capture)
        check_contexts(truth, rows, problems)
        check_states(truth, rows, problems)
        check_verdicts(truth, events, problems)
        check_refusals(truth, events, problems)
        check_findings(truth, run(wssc, 'findings', capture), problems)
    except Exception as error:  # pylint: disable=broad-except
        problems.append('%s: %s' % (type(error).__name__, error))
    return problems


def main():
    wssc, names = sys.argv[1], sys.argv[2:]
    chosen = [c for c in captures('corewcf-why') if not names or c.name in names]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for capture, problems in zip(chosen, pool.map(lambda c: check(wssc, c), chosen)):
            print('%-4s %-42s %s' % ('FAIL' if problems else 'ok', capture.name, capture.truth['cause']))
            for problem in problems:
                print('       ' + problem)
            failed += bool(problems)
    print('%d passed, %d failed' % (len(chosen) - failed, failed))
    return 1 if failed or not chosen else 0


if __name__ == '__main__':
    sys.exit(main())
