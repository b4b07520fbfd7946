# SPDX-License-Identifier: GPL-2.0-or-later
"""How the truth file of each implementation reads, as expectations on wssc's messages.

compare(capture, messages) gives how many judgements the truth holds, and the lines that say what differs.
"""
import hashlib
import os

# What a receiver refused that has nothing to do with a key or a digest: the signature itself is good.
NOT_OF_THE_SIGNATURE = ('fail:expired', 'fail:created-in-future', 'fail:replay')
# What damaged content may be called, by what the sender had done to it. The receivers say no more than "the
# signature or decryption was invalid": where cipher octets were changed that a signature covers, either may be told.
DAMAGED = {'fail': ('signature', 'part'), 'fail:digest': ('signature', 'part'), 'fail:signature': ('signature',), 'fail:decrypt': ('part',),
           'fail:decrypt-or-digest': ('signature', 'part')}


def key_file_lines(capture):
    """The keys of the bootstrap and, where no exchange made the contexts, those of the contexts."""
    lines = capture.key_file_lines()
    path = capture.base + '.keys'
    if capture.folder not in ('wss4j', 'wss4j4') or not os.path.exists(path):
        return lines
    with open(path, encoding='utf-8') as file:
        rows = [line.rstrip('\n').split('\t') for line in file if not line.startswith('#')]
    for row in rows:
        if row[0] == 'sct':
            identifier, _, instance = row[1].partition('#')
            lines.append('SCT %s %s%s' % (identifier, 'instance=%s ' % instance if instance else '', row[2]))
        elif row[0] == 'password':
            lines.append('PASSWORD %s %s' % (row[1], bytes.fromhex(row[2]).decode()))
    return lines


def fingerprint(key_hex):
    return hashlib.sha256(bytes.fromhex(key_hex)).hexdigest()[:16]


def covered(reference):
    """The local name of the element that a reference names: /soap:Envelope/soap:Body -> Body"""
    if any(t.endswith('#STR-Transform') for t in reference.get('transforms') or []):
        return 'SecurityTokenReference'  # WSS4J tells the token behind it
    if reference['xpath'] is None:
        return reference['element'].rsplit('}', 1)[-1]
    return reference['xpath'].rsplit('/', 1)[-1].rsplit(':', 1)[-1]


def accepted(message, signatures=None, parts=None):
    """The receiver accepted it, and said how many signatures and encrypted parts it found (None: did not say)."""
    problems = message.refusals()
    if signatures is not None and len(message.signatures) != signatures:
        problems.append('%s: %d signature(s) expected, seen %d' % (message, signatures, len(message.signatures)))
    if parts is not None and len(message.parts) != parts:
        problems.append('%s: %d encrypted part(s) expected, seen %d' % (message, parts, len(message.parts)))
    return problems


def refused(message, expected):
    """The receiver refused it for the damage named: that is seen here too, in the right place."""
    if expected in NOT_OF_THE_SIGNATURE:
        return accepted(message)
    kinds = DAMAGED[expected]
    invalid = [s for s in message.signatures if s['verdict'] == 'invalid']
    failed = [d for d in message.parts if d['result'] == 'failed']
    problems = ['%s: signature %d is called valid' % (message, s['signature'])
                for s in message.signatures if s['verdict'] == 'valid' and 'part' not in kinds]
    if not ('signature' in kinds and invalid or 'part' in kinds and failed):
        problems.append('%s: %s expected, seen signatures %s, parts %s' % (
            message, expected, [s['verdict'] for s in message.signatures],
            [d['result'] for d in message.parts]))
    if expected == 'fail:digest':
        problems += ['%s: a digest mismatch expected, seen %s' % (message, s['reason'])
                     for s in invalid if not failed and 'mismatch' not in [r['digest'] for r in s['references']]]
    return problems


def never_invalid(message):
    """Nobody judged it, and nobody damaged it."""
    return ['%s: nobody damaged it: %s (%s)' % (message, s['verdict'], s['reason'])
            for s in message.signatures if s['verdict'] == 'invalid']


def same_signature(row, value, elements=None, key_hex=None):
    problems = []
    where = 'frame %s, signature %d' % (row['frame'], row['signature'])
    if row['verdict'] != 'valid':
        problems.append('%s: valid expected, seen %s (%s)' % (where, row['verdict'], row['reason']))
    if value is not None and row['signature_value'] != value:
        problems.append('%s: value %s expected, seen %s' % (where, value, row['signature_value']))
    seen = sorted(r['element'] or '?' for r in row['references'])
    if elements is not None and seen != sorted(elements):
        problems.append('%s: covers %s expected, seen %s' % (where, sorted(elements), seen))
    if key_hex is not None and row['key_fingerprint'] != fingerprint(key_hex):
        problems.append('%s: key %s expected, seen %s' % (where, fingerprint(key_hex), row['key_fingerprint']))
    return problems


# ---- WSS4J: one truth entry a message, in order ----------------------------------------------------------

def wss4j_signatures(result):
    """(value, elements, key) of each signature that WSS4J verified."""
    for entry in result.get('signatures', []):
        yield (entry['value_b64'], [covered(r) for r in entry['references']], entry.get('key_hex'))
    for entry in result.get('results', []):
        if entry['action'] == 2:
            yield None, [covered(r) for r in entry['references']], entry.get('secret_hex')


def wss4j_parts(result):
    count = sum(len(entry['references'] or []) for entry in result.get('decrypted', [])
                if isinstance(entry, dict))
    return count + sum(len(entry['references']) for entry in result.get('results', []) if entry['action'] == 4)


def compare_wss4j(capture, messages):
    truth = capture.truth['messages']
    port = int(capture.truth.get('transport', ':18443').rsplit(':', 1)[-1])
    directions = {entry['direction'] for entry in truth}
    told = [m for m in messages if ('request' if m.is_to(port) else 'response') in directions]
    if len(told) != len(truth):
        return len(truth), ['%d messages expected, seen %d' % (len(truth), len(told))]
    problems = []
    for entry, message in zip(truth, told):
        result = entry.get('wss4j', {})
        if 'bytes' in entry and not entry.get('mime_parts') and message.event['octets'] != entry['bytes']:
            problems.append('%s: %d octets expected, seen %d' % (message, entry['bytes'],
                                                                 message.event['octets']))
        if entry['expected'].startswith('fail'):
            # WSS4J 4 says only that it refused; 1.6 does as the sender's note foresees.
            is_said = capture.folder == 'wss4j'
            problems += refused(message, entry['expected'] if is_said else 'fail')
        elif result.get('verdict') != 'ok':
            problems += accepted(message)  # meant to be good, and not judged by this version
        else:
            expected = list(wss4j_signatures(result))
            problems += accepted(message, len(expected), wss4j_parts(result))
            by_value = {row['signature_value']: row for row in message.signatures}
            for place, (value, elements, key) in enumerate(expected):
                row = by_value.get(value) if value else message.signatures[place]
                problems += (same_signature(row, value, elements, key) if row
                             else ['%s: no signature with value %s' % (message, value)])
    return len(truth), problems


# ---- CXF: one entry for each thing verified at either end ------------------------------------------------

def compare_cxf(capture, messages):
    truth = capture.truth
    rows = {}
    for message in messages:
        for row in message.signatures:
            rows.setdefault(row['signature_value'], []).append((message, row))
    problems, judged = [], 0
    parts = {d['id'] for m in messages for d in m.parts if d['result'] == 'decrypted'}
    for entry in truth['messages']:
        if entry['action'] == 2:
            judged += 1
            found = rows.get(entry['signature_value'], [])
            if not found:
                problems.append('signature %s is nowhere' % entry['signature_value'])
            for _, row in found:
                problems += same_signature(row, entry['signature_value'],
                                           [covered(r) for r in entry['references']],
                                           entry['secret_hex'])
        elif entry['action'] == 4:
            judged += len(entry['references'])
            problems += ['part %s is not decrypted' % r['wsu_id'] for r in entry['references']
                         if r['wsu_id'].lstrip('#') not in parts]
    verified = {e['signature_value'] for e in truth['messages'] if e['action'] == 2}
    left = [m for m in messages if not {s['signature_value'] for s in m.signatures} <= verified]
    problems += cxf_left(truth, left)
    return judged, problems


def cxf_left(truth, messages):
    """Messages with a signature that no end verified: damaged on the way, or never looked at."""
    expected = [c for c in truth['calls'] if c.get('expected', '').startswith('fail')]
    wanted = {'tamper': 'fail:digest', 'cipher': 'fail:decrypt-or-digest'}.get(truth['damage'])
    problems, damaged = [], 0
    for message in messages:
        if wanted and not refused(message, wanted):
            damaged += 1
        else:
            problems += never_invalid(message)
    if wanted and damaged != len(expected):
        problems.append('%d damaged message(s) expected, seen %d' % (len(expected), damaged))
    return problems


# ---- Metro: the service's word on each request -----------------------------------------------------------

# A second complaint about the same request: the fault that answers it was looked at, too.
ECHO = 'No security header found'
METRO_DAMAGE = (('digest verification', 'fail:digest'), ('Invalid UTF-8', 'fail:decrypt-or-digest'))


def compare_metro(capture, messages):
    truth = capture.truth
    port = int(messages[0].event['dst'].rsplit(':', 1)[-1])
    entries = [e for e in truth['messages'] if ECHO not in e.get('reason', '')]
    requests = [m for m in messages if m.is_to(port)]
    if len(requests) != len(entries):
        return len(entries), ['%d requests expected, seen %d' % (len(entries), len(requests))]
    problems = []
    for entry, message in zip(entries, requests):
        damage = [expected for text, expected in METRO_DAMAGE if text in entry.get('reason', '')]
        if entry['verdict'] == 'served':
            problems += accepted(message)
            # Inside TLS a context is asked for with a UsernameToken alone.
            is_alone = truth['framing'] == 'https' and entry['operation'] == 'issue'
            if not message.signatures and not is_alone:
                problems.append('%s: no signature' % message)
        elif damage:
            problems += refused(message, damage[0])
        else:
            problems += never_invalid(message)
    # The client took every answer but faults, which carry no signature.
    for message in messages:
        if not message.is_to(port):
            problems += accepted(message)
    return len(entries), problems


# ---- WCF: the service's word on each message -------------------------------------------------------------

def context_key(capture, row):
    keys = capture.contexts().get(row['context'], {})
    return keys.get(row['instance'], (None, None))[0]


def right_keys(capture, messages):
    problems = []
    for message in messages:
        for row in message.signatures:
            if row['key_kind'] == 'sct' and row['key_fingerprint'] != context_key(capture, row):
                problems.append('%s: key %s expected, seen %s' % (message, context_key(capture, row),
                                                                  row['key_fingerprint']))
    return problems


def compare_dotnet(capture, messages):
    truth = [e for e in capture.truth['messages'] if e['direction'] in ('request', 'response')]
    if len(truth) != len(messages):
        return len(truth), ['%d messages expected, seen %d' % (len(truth), len(messages))]
    problems = right_keys(capture, messages)
    for entry, message in zip(truth, messages):
        signature = entry.get('signature')
        if signature is None:
            problems += accepted(message)
            continue
        if len(message.signatures) != 1:
            problems.append('%s: one signature expected, seen %d' % (message, len(message.signatures)))
            continue
        row = message.signatures[0]
        # Signatures by certificate were not checked there: nothing was damaged, so they are good.
        problems += same_signature(row, None, [r['element'] for r in signature['references']])
        if row['algorithm'] != signature['method'] or row['context'] != entry.get('sct'):
            problems.append('%s: %s under %s expected, seen %s under %s' % (
                message, signature['method'], entry.get('sct'), row['algorithm'], row['context']))
    return len(truth), problems


def compare_corewcf(capture, messages):
    served = [e for e in capture.truth['messages'] if e['direction'] == 'served' and e.get('sct')]
    problems = right_keys(capture, messages)
    for message in messages:
        problems += accepted(message)  # both ends are sound: nothing was damaged on the way
    uses = [(row['context'], row['instance']) for m in messages for row in m.signatures
            if row['key_kind'] == 'sct' and row['verdict'] == 'valid']
    for entry in served:
        use = (entry['sct'], entry['instance'] or None)
        if use in uses:
            uses.remove(use)
        else:
            problems.append('a call served under %s, %s has no valid signature' % use)
    return len(served), problems


# ---- Mono: everything was accepted -----------------------------------------------------------------------

def compare_mono(capture, messages):
    problems = []
    for message in messages:
        problems += accepted(message)
    is_secured = 'no security' not in capture.truth['about']
    if any(m.signatures for m in messages) != is_secured or not messages:
        problems.append('signatures expected: %s' % is_secured)
    return len(capture.truth['messages']), problems


def compare(capture, messages):
    table = {'wss4j4': compare_wss4j}
    judge = table.get(capture.folder) or globals()['compare_' + capture.folder]
    return judge(capture, messages)
