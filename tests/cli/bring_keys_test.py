#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys by themselves for -k, and tokens, headers and answers by themselves as messages.

usage: bring_keys_test.py WSSC SOURCE_DIR
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from exports_test import CASES, REAL, TEXT, capture, run  # noqa: E402


class Fragments(unittest.TestCase):
    """A token, a header or an answer by itself."""

    def test_security_header_and_answer(self):
        of = capture(TEXT[0])
        text = next(m.envelope for m in of.found if b'RequestSecurityTokenResponse' in m.body)
        start = text.index('<trust:RequestSecurityTokenResponseCollection')
        end = text.index('</trust:RequestSecurityTokenResponseCollection>') + len(
            '</trust:RequestSecurityTokenResponseCollection>')
        declarations = ' xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"'
        answer = text[start:end].replace(' xmlns:trust=', declarations + ' xmlns:trust=', 1)
        for octets in (answer.encode(), b'12:00 INFO ' + answer.encode() + b'\n'):
            done = run('decode', '-', data=octets)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(of.contexts[0][0].encode(), done.stdout)

    def test_signed_document(self):
        """The signature of an assertion or of any document is judged where it stands; one that is changed is invalid."""
        with open(os.path.join(CASES, 'verify-bare-xml', 'signed.xml'), encoding='utf-8') as file:
            text = file.read()
        start, end = text.index('<wsse:Security'), text.index('</wsse:Security>') + len('</wsse:Security>')
        header = text[start:end].replace('<wsse:Security', '<wsse:Security xmlns:soap='
                                         '"http://schemas.xmlsoap.org/soap/envelope/"', 1)
        done = run('verify', '--format', 'json', '-', data=header.encode())
        rows = json.loads(done.stdout)
        # What it signs beside itself is not there: nothing can be said, least of all "valid" or "invalid".
        self.assertEqual([r['verdict'] for r in rows], ['unsupported'])
        self.assertIn('unresolved', [x['digest'] for x in rows[0]['references']])
        # What is there and does not fit contradicts it all the same.
        changed = header.replace('<wsu:Created>2', '<wsu:Created>1', 1)
        self.assertNotEqual(header, changed)
        done = run('verify', '--format', 'json', '-', data=changed.encode())
        self.assertEqual((done.returncode, [r['verdict'] for r in json.loads(done.stdout)]), (1, ['invalid']))


class Keys(unittest.TestCase):
    """-k takes keys by themselves."""

    def test_private_key(self):
        base = os.path.join(REAL, 'cxf', 'sym05-renew')
        files = sorted(f for f in os.listdir(os.path.dirname(base)) if f.startswith('sym05-renew.') and
                       f.endswith('.key.pem'))
        self.assertTrue(files)
        of = capture('cxf/sym05-renew')
        args = [x for f in files for x in ('-k', os.path.join(os.path.dirname(base), f))]
        rows = json.loads(run('verify', '--format', 'json', *args, of.path).stdout)
        self.assertEqual([r['verdict'] for r in rows], [r['verdict'] for r in of.rows('verify', of.path)[0]])
        with tempfile.TemporaryDirectory() as folder:
            key = os.path.join(os.path.dirname(base), files[0])
            der, store = os.path.join(folder, 'k.der'), os.path.join(folder, 'k.p12')
            subprocess.run(['openssl', 'pkey', '-in', key, '-outform', 'DER', '-out', der], check=True, timeout=60)
            subprocess.run(['openssl', 'req', '-x509', '-key', key, '-subj', '/CN=x', '-out', folder + '/c.pem'],
                           check=True, timeout=60, capture_output=True)
            subprocess.run(['openssl', 'pkcs12', '-export', '-inkey', key, '-in', folder + '/c.pem', '-passout', 'pass:',
                            '-out', store], check=True, timeout=60)
            for path in (der, store):
                again = json.loads(run('verify', '--format', 'json', '-k', path, *args[2:], of.path).stdout)
                self.assertEqual([r['verdict'] for r in again], [r['verdict'] for r in rows], path)

    def test_what_cannot_be_used(self):
        message = os.path.join(CASES, 'verify-bare-xml', 'signed.xml')
        with tempfile.NamedTemporaryFile(suffix='.jks') as store:
            store.write(b'\xfe\xed\xfe\xed\0\0\0\2\0\0\0\0')
            store.flush()
            done = run('verify', '-k', store.name, message)
            self.assertEqual((done.returncode, done.stdout), (2, b''))
            self.assertIn(b'keytool -importkeystore -srckeystore ' + store.name.encode(), done.stderr)
        locked = os.path.join(REAL, 'rampart-java', 'keys', 'service.p12')
        done = run('verify', '-k', locked, message)
        self.assertEqual((done.returncode, done.stdout), (2, b''))
        self.assertIn(b'password', done.stderr)
        self.assertIn(b'PRIVATE_KEY ' + locked.encode(), done.stderr)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
