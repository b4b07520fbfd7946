#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reasons give the numbers: lengths found and wanted, bounds that were met, the frames that are meant. What is wrong is put
into messages by arithmetic, so each number is known.

usage: reasons_test.py WSSC SOURCE_DIR
"""
import hashlib
import json
import os
import re
import sys
import tempfile
import unittest

WSSC, SOURCE = sys.argv[1:3]
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
import served  # pylint: disable=wrong-import-position
import make_pcap  # noqa: E402
import messages as m  # noqa: E402

SECRET = bytes(range(32))
KEY_INFO = m.key_info('<ds:KeyName>k</ds:KeyName>')
AES = '<e:EncryptionMethod Algorithm="%saes128-%s"/>'
GCM = 'http://www.w3.org/2009/xmlenc11#'


def signed(change=str, references=1):
    body = m.body('<a>1</a>')
    info = change(m.signed_info(m.reference('#B', body) * references))
    return m.envelope(m.security(m.signature(info, SECRET, KEY_INFO)), body)


def value(text):
    """Another SignatureValue."""
    return re.sub('(<ds:SignatureValue>)[^<]*', lambda found: found.group(1) + text, signed())


def digest(text):
    return signed(lambda info: re.sub('(<ds:DigestValue>)[^<]*', lambda found: found.group(1) + text, info))


def encrypted(cipher, mode='cbc', of=m.XENC):
    data = ('<e:EncryptedData xmlns:e="%s">%s<ds:KeyInfo xmlns:ds="%s"><ds:KeyName>k</ds:KeyName></ds:KeyInfo>'
            '<e:CipherData><e:CipherValue>%s</e:CipherValue></e:CipherData></e:EncryptedData>'
            % (m.XENC, AES % (of, mode), m.DS, cipher if isinstance(cipher, str) else m.b64(cipher)))
    return m.envelope('', m.body(data))


def derived(more):
    token = m.sct('urn:uuid:1') + m.dkt(m.str_to('#SCT'), bytes(16), more=more)
    body = m.body('<a>1</a>')
    return m.envelope(m.security(token + m.signature(m.signed_info(m.reference('#B', body)), SECRET,
                                                     m.key_info(m.str_to('#DKT')))), body)


def password(text):
    return m.envelope(m.security('<wsse:UsernameToken><wsse:Username>u</wsse:Username><wsse:Password Type="%s'
                                 'username-token-profile-1.0#PasswordDigest">%s</wsse:Password></wsse:UsernameToken>'
                                 % (m.OASIS, text)), m.body('<a/>'))


SIGNATURES = (
    (value(m.b64(bytes(19))), 'value does not fit the known key .line 1 .*: it has 19 octets, one of that key has 20$'),
    (value(''), '^the SignatureValue is empty$'),
    (value('a*b'), '^the SignatureValue of 3 characters is no base64$'),
    (digest(m.b64(bytes(19))), 'reference #B: the DigestValue has 19 octets, SHA-?1 makes 20'),
    (digest('?'), 'reference #B: the DigestValue of 1 characters is no base64'),
    (signed(references=257), '^more than 256 references$'),
    (signed(lambda info: info.replace(m.transform(), m.transform() * 17)), 'more than 16 transforms'),
    (derived('<c:Length>70000</c:Length>'), 'Length is 70000: no more than 65536 is done'),
    (derived('<c:Length>0</c:Length>'), 'Length is 0: no more than 65536, and at least 1, is done'),
    (derived('<c:Offset>65530</c:Offset>'), 'offset is 65530: no more than 65504 is done'),
)
DECRYPTIONS = (
    (encrypted(bytes(35)), 'it has 35 octets, not an IV and whole blocks of 16'),
    (encrypted(bytes(16)), 'it has 16 octets, not an IV and whole blocks of 16'),
    (encrypted(bytes(27), 'gcm', GCM), 'it has 27 octets, IV and tag alone are 28'),
    (encrypted(''), '^the CipherValue is empty$'),
    (encrypted('abc*'), '^the CipherValue of 4 characters is no base64$'),
)


def run(args, keys, path):
    with tempfile.NamedTemporaryFile('w', suffix='.keys') as file:
        file.write(''.join(line + '\n' for line in keys))
        file.flush()
        done = served.run([WSSC, *args, '--format', 'ndjson', '-k', file.name, path], capture_output=True, text=True,
                          timeout=60, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def decoded(text, kind, secret=SECRET):
    keys = ['KEY_NAME k ' + secret.hex(), 'SCT urn:uuid:1 ' + secret.hex(), 'PASSWORD u secret']
    with tempfile.NamedTemporaryFile('w', suffix='.xml') as file:
        file.write(text)
        file.flush()
        return [e for e in run(['decode'], keys, file.name) if e['type'] == kind]


class Reasons(unittest.TestCase):
    def test_signatures(self):
        for text, wanted in SIGNATURES:
            with self.subTest(wanted):
                (signature,) = decoded(text, 'signature')
                self.assertRegex(signature['reason'], wanted)
                self.assertNotEqual(signature['verdict'], 'valid')

    def test_digests(self):
        """What the signer said and what the octets give, of each that does not fit."""
        body, changed = m.body('<a>1</a>'), m.body('<a>2</a>')
        said, given = ([m.b64(hashlib.new(name, text.encode()).digest()) for name in ('sha1', 'sha256')] for text in (body, changed))
        text = m.envelope(m.security(m.timestamp() + m.signature(m.signed_info(
            m.reference('#B', body) + m.reference('#T', m.timestamp()) + m.reference('#B', body, 'sha256')), SECRET, KEY_INFO)), changed)
        (signature,) = decoded(text, 'signature')
        self.assertEqual([(r['expected'], r['computed']) for r in signature['references']],
                         [(said[0], given[0]), (None, None), (said[1], given[1])])
        with tempfile.NamedTemporaryFile('w', suffix='.xml') as file:
            file.write(text)
            file.flush()
            table = ' '.join(served.run([WSSC, 'decode', file.name], capture_output=True, text=True, timeout=60,
                                        check=False).stdout.split())
        for pair in zip(said, given):
            self.assertIn('digest of Body: signed %s, as it is here %s' % pair, table)

    def test_decryptions(self):
        for text, wanted in DECRYPTIONS:
            with self.subTest(wanted):
                (decryption,) = decoded(text, 'decryption', SECRET[:16])
                self.assertRegex(decryption['reason'], wanted)

    def test_password(self):
        (check,) = decoded(password(m.b64(bytes(19))), 'password')
        self.assertRegex(check['reason'], 'has 19 octets, a SHA-1 has 20')


def contexts(rst, rstr):
    turns = [(True, m.http(m.envelope('', m.body(rst)), True)), (False, m.http(m.envelope('', m.body(rstr)), False))]
    with tempfile.NamedTemporaryFile(suffix='.pcap') as file:
        make_pcap.write(file.name, (80, turns))
        return run(['contexts'], [], file.name)


def rst(size, more):
    return ('<t:RequestSecurityToken xmlns:t="%s"><t:RequestType>%s/Issue</t:RequestType><t:TokenType>%s/sct</t:TokenType>'
            '<t:KeySize>%d</t:KeySize>%s</t:RequestSecurityToken>' % (m.TRUST, m.TRUST, m.SC, size, more))


def rstr(size, more):
    return ('<t:RequestSecurityTokenResponseCollection xmlns:t="%s"><t:RequestSecurityTokenResponse><t:TokenType>%s/sct'
            '</t:TokenType><t:RequestedSecurityToken>%s</t:RequestedSecurityToken><t:RequestedProofToken><t:ComputedKey>'
            '%s/CK/PSHA1</t:ComputedKey></t:RequestedProofToken>%s<t:KeySize>%d</t:KeySize>'
            '</t:RequestSecurityTokenResponse></t:RequestSecurityTokenResponseCollection>'
            % (m.TRUST, m.SC, m.sct('urn:uuid:2'), m.TRUST, more, size))


def entropy(text):
    return '<t:Entropy><t:BinarySecret>%s</t:BinarySecret></t:Entropy>' % text


class Establishment(unittest.TestCase):
    GOOD = entropy(m.b64(bytes(32)))
    CASES = (
        (rst(13, GOOD), rstr(13, GOOD), 'no key of 13 bits is made: whole octets'),
        (rst(256, GOOD), rstr(256, ''), 'the response has no entropy of the issuer'),
        (rst(256, GOOD), rstr(256, entropy('abc*')), 'entropy of the issuer.*: the BinarySecret of 4 characters is no base64'),
        (rst(256, entropy('')), rstr(256, GOOD), 'entropy in the request cannot be read: the BinarySecret is empty'),
    )

    def test_frames(self):
        for asked, given, wanted in self.CASES:
            with self.subTest(wanted):
                rows = contexts(asked, given)
                missing = json.dumps(rows)
                self.assertRegex(missing, wanted + '[^"]* .request in frame [0-9]+, response in frame [0-9]+.')


unittest.main(argv=sys.argv[:1], verbosity=0)
