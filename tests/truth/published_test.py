#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that other projects published with their keys: the verdict on each, through the command, from the
captures and from the bare files.

What to expect was found by those who collected the messages, with the JDK's XML signature code (tests/data/ORIGIN.md
has the origins); where that is not so, a comment says how. Key files are made here from the published keys.

usage: published_test.py WSSC
"""
import hashlib
import json
import os
import re
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

DATA = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'captures-real'))
LABEL = 'WS-SecureConversationWS-SecureConversation'

# P_SHA1(client entropy of message 1, server entropy of message 2), 32 octets.
CONTEXT = 'urn:uuid:40859149-0ab7-4ee2-a7cc-22bc21adfe08'
CONTEXT_KEY = '1ff37f409a40233bd7eb9d9d4e6a5229fc798ef72175595635a48f88f90db8ff'

KEYS = {
    'none': [],
    'context': ['SCT %s %s' % (CONTEXT, CONTEXT_KEY)],
    'axis2c': ['PRIVATE_KEY {}/axis2c-rampart/keys/alice_key.pem', 'PRIVATE_KEY {}/axis2c-rampart/keys/bob_key.pem',
               'CERTIFICATE {}/axis2c-rampart/keys/alice_cert.cert', 'CERTIFICATE {}/axis2c-rampart/keys/bob_cert.cert'],
    'service': ['PRIVATE_KEY {}/rampart-java/keys/service.p12 password=apache'],
    'myAlias': ['CERTIFICATE {}/cxf-signed/keys/myAlias.cert.pem'],
    'myAlias-private': ['PRIVATE_KEY {}/cxf-signed/keys/myAlias.p12 password=keyStorePassword'],
}


def fingerprint(key_hex):
    return hashlib.sha256(bytes.fromhex(key_hex)).hexdigest()[:16]


def sig(verdict, algorithm, key_kind, elements, **more):
    return dict(more, verdict=verdict, algorithm=algorithm, key_kind=key_kind, elements=elements.split())


def dec(element, parent, key_kind):
    return {'element': element, 'parent': parent, 'key_kind': key_kind, 'result': 'decrypted', 'reason': None}


AXIS_KEY = dec('EncryptedKey', 'Security', 'x509')
AXIS_REQUEST = 'To Action MessageID Body Timestamp UsernameToken'
CONTEXT_SIGNATURE = sig('valid', 'hmac-sha1', 'sct', 'Timestamp', context=CONTEXT,
                        key_fingerprint=fingerprint(CONTEXT_KEY))
CXF = {'certificate': 'CN=myAlias'}

# Folder: key file, exit status of verify, and by frame what its messages hold. Other messages hold nothing.
CAPTURES = {
    'corewcf-session': ('none', 0, {
        # Certificate and value were cut by the author: never valid, and the digests tell that the rest is whole.
        6: [sig('no-key', 'rsa-sha1', 'x509', 'Timestamp To', says='certificate in the message cannot be read')],
        12: [CONTEXT_SIGNATURE],
        17: [CONTEXT_SIGNATURE]}),
    'axis2c-rampart': ('axis2c', 0, {
        25: [AXIS_KEY, dec('EncryptedData', 'Body', 'encrypted-key')],
        28: [AXIS_KEY, dec('EncryptedData', 'Body', 'encrypted-key')],
        39: [sig('valid', 'rsa-sha1', 'x509', 'To Action MessageID Body', certificate='CN=Alice')],
        43: [sig('valid', 'rsa-sha1', 'x509', 'Action From MessageID RelatesTo Body', certificate='CN=Bob')],
        53: [AXIS_KEY, dec('EncryptedData', 'Body', 'derived')],
        57: [AXIS_KEY, dec('EncryptedData', 'Body', 'derived')],
        69: [AXIS_KEY, sig('valid', 'hmac-sha1', 'derived', AXIS_REQUEST)],
        73: [AXIS_KEY, sig('valid', 'hmac-sha1', 'derived', 'Body Timestamp')],
        86: [AXIS_KEY, dec('EncryptedData', 'Body', 'derived'), sig('valid', 'hmac-sha1', 'derived', AXIS_REQUEST)],
        91: [AXIS_KEY, dec('EncryptedData', 'Body', 'derived'), sig('valid', 'hmac-sha1', 'derived', 'Body Timestamp')],
    }),
    'rampart-java': ('service', 0, {
        6: [dec('EncryptedKey', 'Security', 'x509'), sig('valid', 'hmac-sha1', 'encrypted-key', 'Body Timestamp')],
        10: [sig('valid', 'hmac-sha1', 'encrypted-key', 'Body Timestamp SignatureConfirmation')]}),
    'cxf-signed': ('myAlias-private', 1, {
        6: [sig('valid', 'rsa-sha1', 'x509', 'Header Header Body', **CXF)],
        16: [sig('valid', 'rsa-sha1', 'x509', 'Header Header Body BinarySecurityToken', **CXF)],
        26: [sig('valid', 'rsa-sha1', 'x509', 'Header Header Body', **CXF)],
        35: [sig('valid', 'rsa-sha1', 'x509', 'Header Header', **CXF)],
        48: [sig('invalid', 'rsa-sha1', None, 'Body', says='digest of Body')],
        # Its encrypted header's key opens by myAlias as well.
        59: [sig('valid', 'rsa-sha1', 'x509', 'EncryptedData', **CXF), dec('EncryptedKey', 'Security', 'x509'),
             dec('EncryptedData', 'Header', 'encrypted-key')],
        # Key and value found with the openssl command and Python's canonical XML and hmac.
        72: [sig('valid', 'hmac-sha1', 'encrypted-key', 'Body EncryptedData EncryptedData',
                 key_fingerprint='1ade0a369b0ce211'),
             dec('EncryptedKey', 'Security', 'x509'), dec('EncryptedData', 'Header', 'encrypted-key'),
             dec('EncryptedData', 'Header', 'encrypted-key'), dec('EncryptedData', 'Body', 'encrypted-key')]}),
    # Certificates and values were shortened and the text indented by the authors.
    'msal-dotnet-wstrust': ('none', 1, {
        11: [sig('invalid', 'rsa-sha256', 'x509', 'Assertion', says='digest of Assertion')],
        27: [sig('invalid', 'rsa-sha256', 'x509', 'Assertion', says='digest of Assertion')]}),
}

# File, key file, verdict (None: no signature), algorithm, kind of key.
FILES = [
    ('corewcf-session/1-rst-sct.as-published.xml', 'context', 'invalid', 'rsa-sha1', 'x509'),
    ('corewcf-session/1-rst-sct.unindented.xml', 'context', 'no-key', 'rsa-sha1', 'x509'),
    ('corewcf-session/2-rstr-sct.as-published.xml', 'context', None, None, None),
    ('corewcf-session/2-rstr-sct.unindented.xml', 'context', None, None, None),
    ('corewcf-session/3-request.as-published.xml', 'context', 'invalid', 'hmac-sha1', 'sct'),
    ('corewcf-session/3-request.unindented.xml', 'context', 'valid', 'hmac-sha1', 'sct'),
    ('corewcf-session/3-request.unindented.xml', 'none', 'no-key', 'hmac-sha1', 'sct'),
    ('corewcf-session/4-response.as-published.xml', 'context', None, None, None),
    ('corewcf-session/4-response.unindented.xml', 'context', None, None, None),
    ('corewcf-session/5-rst-cancel.as-published.xml', 'context', 'invalid', 'hmac-sha1', 'sct'),
    ('corewcf-session/5-rst-cancel.unindented.xml', 'context', 'valid', 'hmac-sha1', 'sct'),
    ('corewcf-session/6-rstr-cancel.as-published.xml', 'context', None, None, None),
    ('corewcf-session/6-rstr-cancel.unindented.xml', 'context', None, None, None),
    ('axis2c-rampart/scenario4.request.unindented.xml', 'none', 'valid', 'rsa-sha1', 'x509'),
    ('axis2c-rampart/scenario4.response.unindented.xml', 'axis2c', 'valid', 'rsa-sha1', 'x509'),
    ('axis2c-rampart/scenario9.request.unindented-decrypted.xml', 'axis2c', 'valid', 'hmac-sha1', 'derived'),
    ('axis2c-rampart/scenario9.request.unindented-decrypted.xml', 'none', 'no-key', 'hmac-sha1', 'derived'),
    ('axis2c-rampart/scenario9.response.unindented-decrypted.xml', 'axis2c', 'valid', 'hmac-sha1', 'derived'),
    ('axis2c-rampart/scenario11.request.unindented-decrypted.xml', 'axis2c', 'valid', 'hmac-sha1', 'derived'),
    ('axis2c-rampart/scenario11.response.unindented-decrypted.xml', 'axis2c', 'valid', 'hmac-sha1', 'derived'),
    ('rampart-java/req02.whitespace-restored.xml', 'service', 'valid', 'hmac-sha1', 'encrypted-key'),
    ('rampart-java/req02.whitespace-restored.xml', 'none', 'no-key', 'hmac-sha1', 'encrypted-key'),
    ('rampart-java/req02.as-published.xml', 'service', 'invalid', 'hmac-sha1', 'encrypted-key'),
    ('rampart-java/res02.whitespace-restored.xml', 'service', 'no-key', 'hmac-sha1', 'encrypted-key'),
    ('rampart-java/res02.as-published.xml', 'service', 'invalid', 'hmac-sha1', 'encrypted-key'),
    ('cxf-signed/signed_x509_direct_ref.xml', 'none', 'valid', 'rsa-sha1', 'x509'),
    ('cxf-signed/signed_x509_direct_ref_token_prot.xml', 'none', 'valid', 'rsa-sha1', 'x509'),
    ('cxf-signed/wss-242.xml', 'none', 'valid', 'rsa-sha1', 'x509'),
    ('cxf-signed/signed_x509_issuer_serial.xml', 'myAlias', 'valid', 'rsa-sha1', 'x509'),
    ('cxf-signed/signed_x509_issuer_serial.xml', 'none', 'no-key', 'rsa-sha1', 'x509'),
    ('cxf-signed/signed_x509_issuer_serial_missing_signed_body.xml', 'myAlias', 'valid', 'rsa-sha1', 'x509'),
    ('cxf-signed/signed_invalid.xml', 'myAlias', 'invalid', 'rsa-sha1', None),
    ('cxf-signed/encrypted_body_content_signed.xml', 'myAlias-private', 'valid', 'hmac-sha1', 'encrypted-key'),
    ('msal-dotnet-wstrust/WsTrustResponse.xml', 'none', 'invalid', 'rsa-sha256', 'x509'),
    ('msal-dotnet-wstrust/WsTrustResponse13.xml', 'none', 'invalid', 'rsa-sha256', 'x509'),
]
# Service descriptions: told as no SOAP.
NO_SOAP = ['msal-dotnet-wstrust/TestMex.xml', 'msal-dotnet-wstrust/TestMex2005.xml']

# Traces as their logging tool indented them: request and response. The echoed text is the same in every scenario,
# and stands in the clear in the first.
TRACES = {1: (None, None), 2: (None, None), 3: (None, None), 8: (None, None), 4: ('rsa-sha1', 'x509'),
          9: ('hmac-sha1', 'derived'), 11: ('hmac-sha1', 'derived')}
ECHO = [[('{http://ws.apache.org/rampart/c/samples}echoIn', ''), ('text', 'Hello')],
        [('{http://ws.apache.org/axis2/rampart/samples}RecievedNode', ''), ('LocalName', 'echoIn')]]


class Run:
    """The command, with key files made for the time of the test."""

    def __init__(self, wssc, folder):
        self.wssc = wssc
        self.folder = folder
        for name, lines in KEYS.items():
            self.write(name + '.keys', '\n'.join(line.format(DATA) for line in lines) + '\n')

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8', newline='') as file:
            file.write(text)
        return path

    def __call__(self, command, keys, *args, status=0):
        argv = [self.wssc, command, '-k', os.path.join(self.folder, keys + '.keys'), *args]
        done = served.run(argv, capture_output=True, text=True, timeout=120, check=False)
        if command == 'decode' and status == 0 and re.search(r'^ +\d+ +\d+ +invalid ', done.stdout, re.M):
            status = 1  # a signature of it is invalid
        if done.returncode != status:
            raise AssertionError('%s: status %d expected, seen %d: %s' % (command, status, done.returncode,
                                                                          done.stderr.strip()[:400]))
        if 'key file' in done.stderr or '.keys' in done.stderr:
            raise AssertionError(done.stderr.strip()[:400])
        return done.stdout


def read_data(name):
    with open(os.path.join(DATA, name), encoding='utf-8', newline='') as file:
        return file.read()


# ---- captures -----------------------------------------------------------------------------------------------------

def differs(expected, event):
    """What of an expected signature or decryption an event does not bear out."""
    problems = []
    for name, value in expected.items():
        if name == 'says':
            seen, is_same = event['reason'], value in (event['reason'] or '')
        elif name == 'elements':
            seen = [r['element'] for r in event['references']]
            is_same = seen == value
        elif name == 'algorithm':
            seen = event['algorithm']
            is_same = seen.endswith('#' + value)
        elif name == 'certificate':
            seen = event['certificate']
            is_same = value in (seen or '')
        else:
            seen = event[name]
            is_same = value is None and name == 'key_kind' or seen == value
        if not is_same:
            problems.append('%s: %r expected, seen %r' % (name, value, seen))
    if expected.get('verdict') == 'valid':
        problems += ['reference %s: %s' % (r['uri'], r['digest']) for r in event['references'] if r['digest'] != 'ok']
        if event['deviation'] or event['reason']:
            problems.append('deviation %r, reason %r' % (event['deviation'], event['reason']))
    return problems


def check_message(frame, expected, events):
    problems = []
    for kind in ('signature', 'decryption'):
        wanted = [e for e in expected if ('verdict' in e) == (kind == 'signature')]
        seen = [e for e in events if e['type'] == kind]
        if len(wanted) != len(seen):
            problems.append('frame %d: %d %s(s) expected, seen %d' % (frame, len(wanted), kind, len(seen)))
        for one, event in zip(wanted, seen):
            problems += ['frame %d, %s' % (frame, p) for p in differs(one, event)]
    return problems


def check_capture(run, folder):
    keys, status, frames = CAPTURES[folder]
    path = os.path.join(DATA, folder, 'replay.pcap')
    by_frame = {}
    for line in run('events', keys, path).splitlines():
        event = json.loads(line)
        if event['type'] == 'message':
            by_frame.setdefault(event['frame'], [])
        elif event['type'] in ('signature', 'decryption'):
            by_frame[event['frame']].append(event)
    problems = ['frame %d: no message seen' % frame for frame in frames if frame not in by_frame]
    for frame, events in by_frame.items():
        problems += check_message(frame, frames.get(frame, []), events)
    run('verify', keys, path, status=status)
    return problems


def check_context(run):
    """The session's key follows from the capture alone."""
    path = os.path.join(DATA, 'corewcf-session', 'replay.pcap')
    contexts = json.loads(run('contexts', 'none', '--format', 'json', path))
    expected = {'identifier': CONTEXT, 'version': '2005/02', 'state': 'cancelled', 'entropy_mode': 'combined',
                'key_size': 256}
    problems = [] if len(contexts) == 1 else ['%d contexts' % len(contexts)]
    for context in contexts:
        problems += ['%s: %r expected, seen %r' % (name, value, context[name])
                     for name, value in expected.items() if context[name] != value]
        seen = [(i['key'], i['key_source'], i['key_fingerprint']) for i in context['instances']]
        if seen != [('known', 'capture', fingerprint(CONTEXT_KEY))]:
            problems.append('instances %r' % seen)
    if run('keys', 'none', path).split() != ['SCT', CONTEXT, CONTEXT_KEY]:
        problems.append('wssc keys does not give the published key')
    return problems


def check_derivation(run):
    """axis2c: derived with the default label, 32 octets."""
    path = os.path.join(DATA, 'axis2c-rampart', 'replay.pcap')
    problems = []
    for frame in (69, 73, 86, 91):
        text = run('verify', 'axis2c', '--explain', str(frame), path)
        found = re.search(r'label "([^"]*)".* length (\d+)', text)
        if not found or found.groups() != (LABEL, '32'):
            problems.append('frame %d: derivation %s' % (frame, found and found.groups()))
    return problems


# ---- bare files ----------------------------------------------------------------------------------------------------

def check_decode(text, verdict, algorithm, key_kind):
    """The table under "VERDICT" in what decode prints."""
    rows = [line.split(None, 5) for line in text.splitlines() if re.match(r' +1 +\d+ +[a-z-]+ ', line)]
    if verdict is None:
        return [] if not rows and 'No signature.' in text else ['no signature expected, seen %r' % rows]
    if len(rows) != 1:
        return ['one signature expected, seen %r' % rows]
    seen = rows[0][2:5]
    expected = [verdict, algorithm, key_kind or seen[2]]
    return [] if seen == expected else ['%r expected, seen %r' % (expected, seen)]


def body_of(text):
    """Names and texts below the Body in the envelope that decode prints."""
    end = re.search(r'</[A-Za-z]*:?Envelope>', text).end()
    body = ET.fromstring(text[:end]).find('{http://www.w3.org/2003/05/soap-envelope}Body')
    return [(e.tag, (e.text or '').strip()) for e in body.iter() if e is not body]


def check_trace(run, scenario):
    """As published: indented, so what is signed does not fit, but what is encrypted opens."""
    algorithm, key_kind = TRACES[scenario]
    text = read_data('axis2c-rampart/scenario%d.tcpmon.txt' % scenario)
    envelopes = re.findall(r'<soapenv:Envelope.*?</soapenv:Envelope>', text, re.S)
    problems = [] if len(envelopes) == 2 else ['%d envelopes' % len(envelopes)]
    for envelope, echo in zip(envelopes, ECHO):
        seen = run('decode', 'axis2c', run.write('envelope.xml', envelope))
        problems += check_decode(seen, 'invalid' if algorithm else None, algorithm, key_kind)
        if body_of(seen) != echo:
            problems.append('Body %r expected, seen %r' % (echo, body_of(seen)))
    return problems


def check_without_line_feeds(run, name):
    """Without the line feeds in SignedInfo the digests fit, the value does not."""
    text = read_data('rampart-java/%s.whitespace-restored.xml' % name)
    info = re.search(r'<ds:SignedInfo.*?</ds:SignedInfo>', text, re.S).group(0)
    bare = re.sub(r'>\s+<', '><', info)
    if bare == info:
        return ['there were no line feeds in SignedInfo']
    # The request before it: the response is signed with the key that it carries.
    key = run('keys', 'service', os.path.join(DATA, 'rampart-java', 'replay.pcap'))
    run.write('session.keys', key)
    whole = run('decode', 'session', run.write('whole.xml', text))
    seen = run('decode', 'session', run.write('bare.xml', text.replace(info, bare)))
    problems = check_decode(whole, 'valid', 'hmac-sha1', 'encrypted-key')
    problems += check_decode(seen, 'invalid', 'hmac-sha1', 'encrypted-key')
    if '(!)' in seen or 'value does not fit' not in seen:
        problems.append('the value alone should not fit')
    return problems


# ---- all ------------------------------------------------------------------------------------------------------------

def cases(run):
    for folder in CAPTURES:
        yield 'capture/' + folder, lambda folder=folder: check_capture(run, folder)
    yield 'context/corewcf-session', lambda: check_context(run)
    yield 'derivation/axis2c-rampart', lambda: check_derivation(run)
    for row in FILES:
        yield 'file/%s (keys: %s)' % row[:2], lambda row=row: check_decode(
            run('decode', row[1], os.path.join(DATA, row[0])), *row[2:])
    for name in NO_SOAP:
        yield 'file/' + name, lambda name=name: run('decode', 'none', os.path.join(DATA, name), status=3) and []
    for scenario in TRACES:
        yield 'trace/axis2c-rampart/scenario%d' % scenario, lambda scenario=scenario: check_trace(run, scenario)
    for name in ('req02', 'res02'):
        yield 'no-line-feeds/rampart-java/' + name, lambda name=name: check_without_line_feeds(run, name)


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, check in cases(Run(sys.argv[1], folder)):
            try:
                problems = check()
            except (AssertionError, AttributeError, KeyError, ValueError, ET.ParseError) as error:
                problems = ['%s: %s' % (type(error).__name__, error)]
            print('%-4s %s' % ('FAIL' if problems else 'ok', name))
            for problem in problems:
                print('       ' + problem)
            passed += not problems
            failed += bool(problems)
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
