#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A session that follows WWSAPI's profile to the letter is like WWSAPI at both ends, with its template and its defaults;
each single breach of the profile rules WWSAPI out at the end that commits it, with that reason.

usage: profile_test.py WSSC [NAME...]
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

import wwsapi
from wwsapi import Session, put, XENC, XENC_DATA, WSSE, WSU, b64  # wwsapi adds tests/support to the path

import talks

TEMPLATE = 'HTTP_SSL_USERNAME_SECURITY_CONTEXT'
WSSE11 = 'http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd'
X509 = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3'
GSS = 'http://docs.oasis-open.org/wss/oasis-wss-kerberos-token-profile-1.1#GSS_Kerberosv5_AP_REQ'
SC = wwsapi.VERSIONS['2005/02'][1]


def capture(session, folder, name, tls=None):
    """The session as a capture file; over TLS when its address says so, as that of talks if one is given."""
    is_tls = session.address.startswith('https:')
    talk = (tls or talks.Tls(folder)) if is_tls else talks.Clear()
    path, turns = os.path.join(folder, name + '.pcap'), []
    said = session.said or session.whole()
    for is_client, octets in talk.begin():
        turns.append((said[0][0] - 0.005 + 0.0001 * len(turns), is_client, octets))
    for time, is_client, octets in said:
        turns += [(time, *entry) for entry in talk.say(is_client, octets)]
    talks.write(path, (443 if is_tls else 80, turns))
    return path


def run(wssc, path, folder, *options):
    keylog = os.path.join(folder, 'tls.keylog')
    argv = [wssc, 'binding', '--format', 'json', *options, path]
    done = served.run(argv + (['--tls-keylog', keylog] if os.path.exists(keylog) else []), capture_output=True,
                      text=True, timeout=120)
    if done.returncode not in (0, 3):
        raise RuntimeError('%s: status %d: %s' % (path, done.returncode, done.stderr[-500:]))
    return {row['scope']: row for row in json.loads(done.stdout or '[]')}


# ---- to the letter --------------------------------------------------------------------------------------------

def like(row):
    return {part: row['stack'][part]['like'] for part in ('client', 'service')}


def properties(row):
    return {name: (p['knowledge'], p['value'], p['min'], p['max'], p['default']) for name, p in row['properties'].items()}


def check_letter(rows, version):
    """(what is looked at, expected, seen) of a session to the letter."""
    row = rows['endpoint']
    seen = properties(row)
    yield 'transport', 'https', row['transport']
    yield 'like', {'client': 'WWSAPI', 'service': 'WWSAPI'}, like(row)
    yield 'not WWSAPI', [], row['not_wwsapi']
    yield 'template', TEMPLATE, row['template']
    yield 'usage', 'supporting', row['usage']
    yield 'bootstrap', ['username'], row['bootstrap']
    yield 'suite', 'Basic256', row['algorithm_suite']
    yield 'derived keys', False, row['derived_keys']
    yield 'broken rules', [], [rule['id'] for rule in row['rules'] if rule['holds'] is False]
    yield 'life of the key', ('exact', 54000, 54000, 54000, True), seen['renewal_interval_service']
    yield 'version', ('exact', '1_3' if version == '1.3' else 'FEBRUARY_2005', None, None, version != '1.3'), \
        seen['secure_conversation_version'][:2] + (None, None) + seen['secure_conversation_version'][4:]
    yield 'entropy', ('exact', 'COMBINED', True), seen['key_entropy_mode'][:2] + seen['key_entropy_mode'][4:]
    yield 'key size', ('exact', 256), seen['key_size'][:2]
    yield 'renewals', ('exact', True, True), seen['support_renew'][:2] + seen['support_renew'][4:]
    knowledge, value, least, most, is_default = seen['renewal_interval_client']
    yield 'interval of the client', ('between', None, True), (knowledge, value, is_default)
    yield '10 h within its bounds', True, least is not None and 35000 < least < 36000 <= most < 36002
    yield 'rollover', 'unknown', seen['rollover_interval'][0]


# ---- breaches --------------------------------------------------------------------------------------------------

def header(more):
    """Adds it at the end of the Security header."""
    return lambda text: put(text, '</o:Security>', more)


def encrypted(text):
    start, end = text.index('<Echo'), text.index('</s:Body>')
    return text[:start] + XENC_DATA + text[end:]


def without(start, end):
    def edit(text):
        first = text.index(start)
        return text[:first] + text[text.index(end, first) + len(end):]
    return edit


def both(*edits):
    def edit(text):
        for each in edits:
            text = each(text)
        return text
    return edit


def replaced(old, new):
    return lambda text: text.replace(old, new)


def in_collection(text):
    text = put(text, '<RequestSecurityTokenResponse ', '<RequestSecurityTokenResponseCollection xmlns="%s">'
               % wwsapi.VERSIONS['2005/02'][0])
    return text.replace('</RequestSecurityTokenResponse>',
                        '</RequestSecurityTokenResponse></RequestSecurityTokenResponseCollection>')


def twice(text):
    """The answer in a collection, with itself beside it."""
    text = in_collection(text)
    start, end = text.index('<RequestSecurityTokenResponse '), text.index('</RequestSecurityTokenResponseCollection>')
    return text[:end] + text[start:end] + text[end:]


DERIVED = ('<DerivedKeyToken xmlns="%s" xmlns:u="%s" u:Id="_dk">%s<Offset>0</Offset><Length>24</Length><Nonce>%s</Nonce>'
           '</DerivedKeyToken>' % (SC, WSU, Session().reference('#_sct'), b64(bytes(16))))
ENCRYPTED_KEY = '<EncryptedKey xmlns="%s"><CipherData><CipherValue>%s</CipherValue></CipherData></EncryptedKey>' % (
    XENC, b64(bytes(128)))
LIST = '<ReferenceList xmlns="%s"><DataReference URI="#_e"></DataReference></ReferenceList>' % XENC
BINARY = '<o:BinarySecurityToken ValueType="%s">%s</o:BinarySecurityToken>'
OTHER_TOKEN = '<SecurityContextToken xmlns="%s"><Identifier>urn:uuid:%s</Identifier></SecurityContextToken>' % (
    SC, wwsapi.uuid('another'))
SECOND_TIME = '<a:Timestamp xmlns:a="%s"><a:Created>2023-11-14T22:13:20Z</a:Created></a:Timestamp>' % WSU
PROOF = both(without('<SecurityContextToken', '</SecurityContextToken>'), without('<Signature', '</Signature>'))

# name, end, words of the reason, parameters of the session
BREACHES = [
    ('derived-key', 'client', 'a derived key', {'edit': {'call': header(DERIVED)}}),
    ('encrypted-key', 'client', 'an encrypted key', {'edit': {'rst': header(ENCRYPTED_KEY)}}),
    ('reference-list', 'client', 'a list of encrypted parts', {'edit': {'call': header(LIST)}}),
    ('signature-confirmation', 'service', 'a signature confirmation', {
        'edit': {'answer': header('<k:SignatureConfirmation xmlns:k="%s"></k:SignatureConfirmation>' % WSSE11)}}),
    ('unknown-child', 'client', 'an element that the profile does not have', {
        'edit': {'call': header('<x:Ticket xmlns:x="urn:example"></x:Ticket>')}}),
    ('saml-2', 'client', 'a SAML 2.0 assertion', {'edit': {'rst': header(
        '<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0"></Assertion>')}}),
    ('encrypted-body', 'client', 'the message is encrypted', {'edit': {'call': encrypted}}),
    ('encrypted-answer', 'service', 'the message is encrypted', {'edit': {'answer': encrypted}}),
    ('x509-bootstrap', 'client', 'a binary token that is no GSS-API', {
        'edit': {'rst': header(BINARY % (X509, b64(bytes(300))))}}),
    ('password-digest', 'client', 'no PasswordText', {'edit': {'rst': replaced('#PasswordText', '#PasswordDigest')}}),
    ('two-timestamps', 'client', 'two Timestamps', {'edit': {'call': header(SECOND_TIME)}}),
    ('no-timestamp', 'client', 'a signature without a Timestamp', {'has_timestamp': False}),
    ('cut-signature', 'client', 'HMACOutputLength', {'output_length': 96}),
    ('signed-body', 'client', 'covers more than the Timestamp', {'sign_body': True}),
    ('key-by-identifier', 'client', 'by other means than the id of its token', {'key_by': 'identifier'}),
    ('cookie', 'service', 'a cookie', {'edit': {'rstr': replaced('</Identifier></SecurityContextToken>', (
        '</Identifier><k:Cookie xmlns:k="http://schemas.microsoft.com/ws/2006/05/security">%s</k:Cookie>'
        '</SecurityContextToken>') % b64(bytes(64)))}}),
    ('negotiation', 'client', 'several legs', {'edit': {'rst': lambda text: put(
        text, '<KeySize>', '<BinaryExchange ValueType="urn:example" EncodingType="urn:example">%s</BinaryExchange>'
        % b64(bytes(48)))}}),
    ('context-by-context', 'client', 'protected by another context', {'edit': {'rst': header(OTHER_TOKEN)}}),
    ('renewal-unproven', 'client', 'a renewal is asked for without', {'edit': {'renew': PROOF}}),
    ('cancel-unproven', 'client', 'a cancel is asked for without', {'edit': {'cancel': PROOF}}),
    ('collection-in-2005', 'service', 'a collection, which 2005/02 has not', {'edit': {'rstr': in_collection}}),
    ('bare-in-1.3', 'service', 'no collection', {'version': '1.3', 'edit': {'rstr': both(
        replaced('<RequestSecurityTokenResponseCollection xmlns="%s">' % wwsapi.VERSIONS['1.3'][0], ''),
        replaced('<RequestSecurityTokenResponse ', '<RequestSecurityTokenResponse xmlns="%s" ' % wwsapi.VERSIONS['1.3'][0]),
        replaced('</RequestSecurityTokenResponseCollection>', ''))}}),
    ('two-tokens', 'service', 'several tokens', {'edit': {'rstr': twice}}),
    ('signed-answers', 'service', 'more than a Timestamp', {'answers_signed': True}),
    ('clear-http', 'client', 'no protection of the transport', {'scheme': 'http'}),
]


def check_breach(rows, part, words):
    row = rows['endpoint']
    reasons = row['not_wwsapi']
    yield 'reason', '"%s ... %s"' % (part, words), \
        '"%s ... %s"' % (part, words) if any(r.startswith(part + ': ') and words in r for r in reasons) else reasons
    yield 'ends with reasons', [part], sorted({p for p in ('client', 'service') for r in reasons if r.startswith(p + ': ')})
    yield 'template', None, row['template']
    yield 'the %s like WWSAPI' % part, False, row['stack'][part]['like'] in ('WWSAPI', 'Wine')


# ---- the same with a service that differs -------------------------------------------------------------------------

def check_other(rows, values):
    seen = properties(rows['endpoint'])
    for name, value in values.items():
        yield name, value, seen[name][:2]


def main():
    wssc, names = sys.argv[1], sys.argv[2:]
    failed = done = 0
    with tempfile.TemporaryDirectory() as folder:
        tests = [('to-the-letter-' + v, {'version': v}, lambda rows, v=v: check_letter(rows, v)) for v in ('2005/02', '1.3')]
        tests += [(name, options, lambda rows, p=part, w=words: check_breach(rows, p, w))
                  for name, part, words, options in BREACHES]
        tests.append(('other-settings', {'life': 7200, 'interval': 1800}, lambda rows: check_other(rows, {
            'renewal_interval_service': ('exact', 7200), 'renewal_interval_client': ('between', None)})))
        for name, options, check in tests:
            if names and name not in names:
                continue
            print(name)
            name = name.replace('/', '-')
            rows = run(wssc, capture(Session(**options), folder, name), folder)
            for what, expected, seen in check(rows):
                is_wrong = expected != seen
                print('  %-4s %-24s expected %s, seen %s' % ('FAIL' if is_wrong else 'ok', what, expected, seen))
                failed, done = failed + is_wrong, done + 1
    print('%d checks, %d failed' % (done, failed))
    return 1 if failed or not done else 0


if __name__ == '__main__':
    sys.exit(main())
