#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whose key it is: a signature that fits is told with a doubt where nobody vouches for the key that it was made with. The
conversation is CoreWCF's (captures-real/corewcf-session), its answer put on another server or forged; the assertion is one
that AD FS issued (captures-real/msal-dotnet-wstrust), without its signature and with a key of the sender's choice in it.

usage: trust_test.py WSSC SOURCE_DIR
"""
import base64
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import make_pcap  # noqa: E402  pylint: disable=wrong-import-position
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

WSSC, SOURCE = os.path.abspath(sys.argv[1]), sys.argv[2]
DATA = os.path.join(SOURCE, 'tests/data/captures-real')
CONTEXT = 'urn:uuid:40859149-0ab7-4ee2-a7cc-22bc21adfe08'
# P_SHA1 over both entropies of messages 1 and 2 (published_test.py).
CONTEXT_KEY = '1ff37f409a40233bd7eb9d9d4e6a5229fc798ef72175595635a48f88f90db8ff'
SECRET = bytes(range(32))  # whoever forges chose it
SERVER, STRANGER = make_pcap.SERVER, b'\xc0\x00\x02\x63'
OTHER = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><a/></s:Body></s:Envelope>'
SESSION = ('1-rst-sct', '2-rstr-sct', '3-request', '4-response', '5-rst-cancel', '6-rstr-cancel')
LIMITS = ('kept-messages=1', 'kept-messages=4096')  # at once, and never
SAML_REFERENCE = 'http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.0#SAMLAssertionID'


def read(*parts):
    with open(os.path.join(DATA, *parts), encoding='utf-8') as file:
        return file.read()


def session():
    return [read('corewcf-session', name + '.unindented.xml') for name in SESSION]


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


class Trust(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def judge(self, file, keys=''):
        """The signatures by (frame, number), and the frames that are told to have an unproven key."""
        write(self.path('keys'), keys)
        done = subprocess.run([WSSC, 'events', '-k', self.path('keys'), file], capture_output=True, text=True, timeout=120,
                              check=True)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        rows = {(e['frame'], e['signature']): e for e in events if e['type'] == 'signature'}
        for limit in LIMITS:
            self.assertEqual(self.doubts(file, limit), {place: row['key_doubt'] for place, row in rows.items()}, limit)
        return rows, [e['frame'] for e in events if e['type'] == 'finding' and e['id'] == 'key-unproven']

    def doubts(self, file, limit):
        """Of the list of verdicts, for which messages are let go of."""
        done = subprocess.run([WSSC, 'verify', '--format', 'json', '--limit', limit, '-k', self.path('keys'), file],
                              capture_output=True, text=True, timeout=120, check=False)
        return {(row['frame'], row['signature']): row['key_doubt'] for row in json.loads(done.stdout)}

    def expect(self, file, doubt, keys='', count=1):
        """That many signatures are valid, and all have that doubt; None: none has any."""
        rows, told = self.judge(file, keys)
        valid = [row for row in rows.values() if row['verdict'] == 'valid']
        self.assertEqual(len(valid), count, [(r['verdict'], r['reason']) for r in rows.values()])
        for row in valid:
            if doubt is None:
                self.assertIsNone(row['key_doubt'])
            else:
                self.assertIn(doubt, row['key_doubt'] or '')
        self.assertEqual(len(told), count if doubt else 0)
        return valid

    # ---- contexts ---------------------------------------------------------------------------------------------

    def talk(self, texts, issuer=SERVER, port=8080, legs=1):
        """Two connections: the context is given on the first one, and used on the other. legs: with 2 it is seen once more how it
        was given, as it went on to that server."""
        posts = [m.http(text, i % 2 == 0) for i, text in enumerate(texts)]
        capture = self.path('talk.pcap')
        turns = [(i % 2 == 0, post) for i, post in enumerate(posts)]
        others = [(is_request, m.http(OTHER, is_request)) for is_request in (True, False) * 4]  # and time goes by
        make_pcap.write(capture, (8080, turns[:2]), *[(8080, turns[:2])] * (legs - 1), (8080, others), (port, turns[2:]))
        with open(capture, 'rb') as file:
            data = bytearray(file.read())
        at = 24
        while at < len(data):
            length = struct.unpack_from('<I', data, at + 8)[0]
            packet = at + 16
            ports = struct.unpack_from('>HH', data, packet + 20)
            for place in (12, 16):
                if 50000 in ports and data[packet + place:packet + place + 4] == SERVER:
                    data[packet + place:packet + place + 4] = issuer
            at = packet + length
        with open(capture, 'wb') as file:
            file.write(data)
        return capture

    def test_given_by_the_server_that_it_is_used_with(self):
        valid = self.expect(self.talk(session()), None, count=2)
        self.assertEqual({row['context'] for row in valid}, {CONTEXT})

    def test_given_by_another_server(self):
        self.expect(self.talk(session(), STRANGER), 'given by 192.0.2.99:8080, and is used with 192.0.2.2:8080', count=2)

    def test_given_through_a_proxy(self):
        """Who gave it had asked the server that it is used with."""
        self.expect(self.talk(session(), STRANGER, legs=2), None, count=2)

    def test_given_on_another_port(self):
        """A node of the same service, if messages are addressed to that."""
        self.expect(self.talk(session(), port=8081), None, count=2)
        texts = session()
        texts[:2] = [text.replace('/WSHttpWcfService/', '/another/') for text in texts[:2]]
        self.assertTrue(texts[0] != session()[0])
        self.expect(self.talk(texts, port=8081), 'given by 192.0.2.2:8080, and is used with 192.0.2.2:8081', count=2)

    def test_another_key_in_the_key_file(self):
        keys = 'SCT %s %s\n' % (CONTEXT, SECRET.hex())
        self.expect(self.talk(session()), 'the key file has another key for this context (line 1)', keys, 2)

    def test_the_same_key_in_the_key_file(self):
        keys = 'SCT %s %s\n' % (CONTEXT, CONTEXT_KEY)
        self.expect(self.talk(session()), None, keys, 2)

    def test_another_instance_of_a_context_of_the_key_file(self):
        """As an answer to a renewal, which nothing protects."""
        identifier = '<c:Identifier>%s</c:Identifier>' % CONTEXT
        texts = [text.replace(identifier, identifier + '<c:Instance>urn:forged</c:Instance>') for text in session()]
        self.expect(self.talk(texts), 'the key file knows this context, and nothing protects the answer',
                    'SCT %s %s\n' % (CONTEXT, SECRET.hex()), 2)
        self.expect(self.talk(texts), None, '', 2)

    def test_another_instance_that_a_known_key_vouches_for(self):
        """The answer is signed with the key that the user knows the context by."""
        identifier = '<c:Identifier>%s</c:Identifier>' % CONTEXT
        texts = [text.replace(identifier, identifier + '<c:Instance>urn:renewed</c:Instance>') for text in session()]
        inner = re.search(r'<s:Body[^>]*>(.*)</s:Body>', texts[1], re.DOTALL).group(1)
        body = m.body(inner)
        references = m.reference('#T', m.timestamp())
        texts[1] = m.envelope(m.security(m.timestamp() + m.sct(CONTEXT) +
                                         m.signature(m.signed_info(references), SECRET, m.key_info(m.str_to('#SCT')))), body)
        self.expect(self.talk(texts), None, 'SCT %s %s\n' % (CONTEXT, SECRET.hex()), 3)

    # ---- tokens -----------------------------------------------------------------------------------------------

    def assertion(self, key, ident='_forged', is_signed=False):
        """Of AD FS, with a holder of a key: that is not signed over then, so that its signature goes or no longer fits."""
        text = re.search(r'<(\w+:)?Assertion.*</(\w+:)?Assertion>',
                         read('msal-dotnet-wstrust', 'WsTrustResponse13.xml'), re.DOTALL).group(0)
        text = re.sub(r'<saml:SubjectConfirmation>.*?</saml:SubjectConfirmation>',
                      lambda _: '<saml:SubjectConfirmation><saml:ConfirmationMethod>urn:oasis:names:tc:SAML:1.0:cm:holder-of-key'
                      '</saml:ConfirmationMethod>%s</saml:SubjectConfirmation>' % key, text, flags=re.DOTALL)
        self.assertIn(key, text)
        if not is_signed:
            text = re.sub(r'<ds:Signature\b.*?</ds:Signature>', '', text, flags=re.DOTALL)
            text = re.sub(r'<Signature\b.*?</Signature>', '', text, flags=re.DOTALL)
        return re.sub(r'AssertionID="[^"]*"', 'AssertionID="%s"' % ident, text)

    def message(self, tokens, *signatures):
        write(self.path('message.xml'), m.envelope(m.security(m.timestamp() + tokens + ''.join(signatures)), m.body('<q></q>')))
        return self.path('message.xml')

    @staticmethod
    def signed(key, key_info, *more):
        """Over Body and Timestamp; more: references beside."""
        references = m.reference('#B', m.body('<q></q>')) + m.reference('#T', m.timestamp()) + ''.join(more)
        return m.signature(m.signed_info(references), key, key_info)

    @staticmethod
    def by_assertion(ident='_forged'):
        return m.key_info('<wsse:SecurityTokenReference xmlns:wsse="%s"><wsse:KeyIdentifier ValueType="%s">%s'
                          '</wsse:KeyIdentifier></wsse:SecurityTokenReference>' % (m.WSSE, SAML_REFERENCE, ident))

    @staticmethod
    def secret(ident=None):
        return '<t:BinarySecret xmlns:t="%s"%s>%s</t:BinarySecret>' % (
            m.TRUST, ' xmlns:wsu="%s" wsu:Id="%s"' % (m.WSU, ident) if ident else '', base64.b64encode(SECRET).decode())

    def test_unsigned_assertion_with_a_secret(self):
        self.expect(self.message(self.assertion(m.key_info(self.secret())), self.signed(SECRET, self.by_assertion())),
                    'an Assertion that no valid signature vouches for')

    def test_assertion_whose_signature_no_longer_fits(self):
        """It is there, and proves nothing."""
        file = self.message(self.assertion(m.key_info(self.secret()), is_signed=True), self.signed(SECRET, self.by_assertion()))
        rows, told = self.judge(file)
        self.assertEqual([row['verdict'] for row in rows.values()], ['invalid', 'valid'])
        self.assertIn('an Assertion that no valid', rows[sorted(rows)[1]]['key_doubt'])
        self.assertEqual(len(told), 1)

    def test_assertion_that_a_known_key_vouches_for(self):
        """The canonical form of what stands there is as it stands: nothing inside declares or orders anything anew."""
        assertion = '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:1.0:assertion" AssertionID="_kept"><saml:Subject>' \
            '<saml:SubjectConfirmation>%s</saml:SubjectConfirmation></saml:Subject></saml:Assertion>' % m.key_info(self.secret())
        by_sct = m.key_info(m.str_to('#SCT'))
        vouching = self.signed(bytes.fromhex(CONTEXT_KEY), by_sct, m.reference('#_kept', assertion))
        keys = 'SCT %s %s\n' % (CONTEXT, CONTEXT_KEY)
        file = self.message(m.sct(CONTEXT) + assertion, vouching, self.signed(SECRET, self.by_assertion('_kept')))
        self.expect(file, None, keys, 2)

    def test_assertions_that_vouch_for_each_other(self):
        """Each holds the key of the signature over the other one: nobody else vouches for either."""
        form = '<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:1.0:assertion" AssertionID="%s"><saml:Subject>' \
            '<saml:SubjectConfirmation>%s</saml:SubjectConfirmation></saml:Subject></saml:Assertion>'
        one, two = (form % (ident, m.key_info(self.secret())) for ident in ('_one', '_two'))
        file = self.message(one + two, self.signed(SECRET, self.by_assertion('_one'), m.reference('#_two', two)),
                            self.signed(SECRET, self.by_assertion('_two'), m.reference('#_one', one)))
        self.expect(file, 'an Assertion that no valid signature vouches for', count=2)

    def test_secret_in_the_header(self):
        self.expect(self.message(self.secret('S'), self.signed(SECRET, m.key_info(m.str_to('#S')))),
                    'a BinarySecret that no valid signature vouches for')

    def test_key_wrapped_by_a_secret_in_the_header(self):
        """The octets are those of RFC 3394 section 4.3, whose key is SECRET."""
        key = bytes.fromhex('00112233445566778899aabbccddeeff')
        wrapped = bytes.fromhex('64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7')
        encrypted = '<e:EncryptedKey xmlns:e="%s" Id="EK"><e:EncryptionMethod Algorithm="%skw-aes256"/>%s<e:CipherData>' \
            '<e:CipherValue>%s</e:CipherValue></e:CipherData></e:EncryptedKey>' % (
                m.XENC, m.XENC, m.key_info(m.str_to('#S')), base64.b64encode(wrapped).decode())
        self.expect(self.message(self.secret('S') + encrypted, self.signed(key, m.key_info(m.str_to('#EK')))),
                    'a BinarySecret that no valid signature vouches for')

    def test_bare_public_key(self):
        """Whoever changes the message puts his own beside it; the same key in the key file proves whose it is."""
        key = self.path('key.pem')
        subprocess.run(['openssl', 'genrsa', '-out', key, '2048'], check=True, capture_output=True, timeout=60)
        modulus = subprocess.run(['openssl', 'rsa', '-in', key, '-noout', '-modulus'], check=True, capture_output=True,
                                 text=True, timeout=60).stdout.strip().partition('=')[2]
        info = m.signed_info(m.reference('#B', m.body('<q></q>')) + m.reference('#T', m.timestamp()), m.DS + 'rsa-sha1')
        value = subprocess.run(['openssl', 'dgst', '-sha1', '-sign', key], input=info.encode(), check=True,
                               capture_output=True, timeout=60).stdout
        value_of_key = '<ds:KeyValue xmlns:ds="%s"><ds:RSAKeyValue><ds:Modulus>%s</ds:Modulus><ds:Exponent>AQAB</ds:Exponent>' \
            '</ds:RSAKeyValue></ds:KeyValue>' % (m.DS, base64.b64encode(bytes.fromhex(modulus)).decode())
        signature = '<ds:Signature xmlns:ds="%s">%s<ds:SignatureValue>%s</ds:SignatureValue>%s</ds:Signature>' % (
            m.DS, info, base64.b64encode(value).decode(), m.key_info(value_of_key))
        file = self.message('', signature)
        self.expect(file, 'a KeyValue that no valid signature vouches for')
        self.expect(file, None, 'PRIVATE_KEY %s\n' % key)


if __name__ == '__main__':
    del sys.argv[1:]
    unittest.main(verbosity=2)
