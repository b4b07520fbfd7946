#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin shows no password and no key material of a message: in the tree, in its values, in the octets that it made.

usage: secrets_test.py PLUGIN SOURCE_DIR
"""
import base64
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import streams  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

PLUGIN, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
REAL = os.path.join(SOURCE, 'tests', 'data', 'captures-real')
OURS = ['wssc', 'nbfx', 'nettcp']
WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
PROFILE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0'
WST = 'http://docs.oasis-open.org/ws-sx/ws-trust/200512'
KEY = base64.b64encode(b'thirty-two octets of a secret...').decode()
# Each on its own; "%s" is the secret.
FORMS = ['<o:Password>%s</o:Password>',
         '<o:Password Type="' + PROFILE + '#PasswordText">%s</o:Password>',
         '<o:Password Type="' + PROFILE + '#PasswordDigest">%s</o:Password>',
         '<o:Password Type="urn:whatever">%s</o:Password>',
         '<o:Password><![CDATA[%s]]></o:Password>',
         '<o:Password><deep>%s</deep></o:Password>',
         '<Password>%s</Password>',
         '<x:Password xmlns:x="urn:other">%s</x:Password>']


def envelope(inside, body=''):
    return ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:o="%s"><s:Header><o:Security>'
            '<o:UsernameToken><o:Username>alice</o:Username>%s</o:UsernameToken></o:Security></s:Header>'
            '<s:Body>%s</s:Body></s:Envelope>' % (WSSE, inside, body)).encode()


def post(body):
    return ('POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/soap+xml\r\nContent-Length: %d\r\n\r\n' % len(body)
            ).encode() + body


class Secrets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def shown(self, path, *options):
        """Everything that is ours, as text and as JSON, in one pass and in two."""
        for passes in ([], ['-2']):
            yield self.tshark.run('-r', path, *passes, *options, '-V', '-O', ','.join(OURS), '-Y', 'wssc')
            yield self.tshark.run('-r', path, *passes, *options, '-T', 'json', '-J', ' '.join(OURS), '-Y', 'wssc')

    def made(self, path, keylog=''):
        """The octets that the plugin made: what was decrypted, and binary XML as text."""
        sharkd, frames = self.tshark.sharkd(), []
        try:
            for frame in range(1, sharkd.load(path, keylog) + 1):
                shown = sharkd.call('frame', frame=frame, proto=True, bytes=True)
                frames += [base64.b64decode(source['bytes']) for source in shown.get('ds', [])
                           if source['name'].startswith(('Decrypted ', 'Equivalent XML')) and 'TLS' not in source['name']]
        finally:
            sharkd.close()
        return frames

    def check_made(self, octets):
        for text in re.findall(rb'<(?:\w+:)?(?:BinarySecret|Password)\b[^>]*[^/>]>([^<]*)<', octets):
            self.assertEqual(text.strip(b'*'), b'')

    def test_every_form_of_a_password_and_a_key(self):
        path = os.path.join(self.tshark.home, 'forms.pcap')
        secrets = ['open-sesame-%d' % i for i in range(len(FORMS))]
        body = '<t:RequestSecurityToken xmlns:t="%s"><t:Entropy><t:BinarySecret>%s</t:BinarySecret></t:Entropy>' \
               '</t:RequestSecurityToken>' % (WST, KEY)
        talk = [(True, post(envelope(form % secret, body))) for form, secret in zip(FORMS, secrets)]
        streams.write(path, [talk], 8080)
        os.chmod(path, 0o644)
        for text in self.shown(path):
            self.assertEqual([s for s in secrets + [KEY] if s in text], [])
            self.assertGreaterEqual(text.count('alice'), len(FORMS))  # in lists of names, too
            self.assertIn('32 octets, fingerprint', text)
        rows = self.tshark.fields(path, ['wssc.binary_secret', 'wssc.element'], '-Y', 'wssc')
        self.assertEqual(len(rows), len(FORMS))
        self.assertRegex(rows[0]['wssc.binary_secret'][0], r'^\[32 octets, fingerprint [0-9a-f]{16}\]$')
        self.assertEqual(self.tshark.run('-r', path, '-Y', 'wssc.binary_secret == "%s"' % KEY), '')

    def password(self, base):
        with open(base + '.truth.json', encoding='utf-8') as file:
            return json.load(file)['password']

    def test_decrypted_content(self):
        base = os.path.join(REAL, 'metro', 'sym05-renew')
        path, password = self.tshark.place(base + '.pcapng'), self.password(base)
        keys = os.path.join(self.tshark.home, 'metro.keys')
        with open(keys, 'w', encoding='utf-8') as file:
            file.writelines('PRIVATE_KEY %s\n' % self.tshark.place('%s.%s.key.pem' % (base, who))
                            for who in ('server', 'client'))
        os.chmod(keys, 0o644)
        for text in self.shown(path, '-o', 'wssc.keylog_file:' + keys):
            self.assertNotIn(password, text)
            self.assertIn('alice', text)
            self.assertIn('octets, fingerprint', text)
        config = os.path.join(self.tshark.home, '.config', 'wireshark')
        os.makedirs(config, exist_ok=True)
        for folder, _, _ in os.walk(os.path.join(self.tshark.home, '.config')):
            os.chmod(folder, 0o755)
        with open(os.path.join(config, 'preferences'), 'w', encoding='utf-8') as file:
            file.write('wssc.keylog_file: %s\n' % keys)
        made = self.made(path)
        os.unlink(os.path.join(config, 'preferences'))
        self.assertTrue([octets for octets in made if b'BinarySecret' in octets])
        self.assertTrue([octets for octets in made if b'alice' in octets])
        for octets in made:
            self.assertNotIn(password.encode(), octets)
            self.check_made(octets)

    def test_binary_xml(self):
        base = os.path.join(REAL, 'corewcf', 'tcp-feb05')
        path, keylog, password = self.tshark.place(base + '.pcapng'), self.tshark.place(base + '.keylog'), self.password(base)
        for text in self.shown(path, '-o', 'tls.keylog_file:' + keylog):
            self.assertNotIn(password, text)
            self.assertIn('alice', text)
            self.assertIn('[not shown]', text)
        made = self.made(path, keylog)
        self.assertTrue([octets for octets in made if b'BinarySecret' in octets])
        for octets in made:
            self.assertNotIn(password.encode(), octets)
            self.check_made(octets)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
