#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks on signatures of kinds that no recorded message has: signed here by octets' arithmetic alone (support/messages.py).

usage: signed_test.py WSSC
"""
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
import make_pcap  # noqa: E402  pylint: disable=wrong-import-position
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

WSSC = os.path.abspath(sys.argv.pop(1))
KEY, CONTEXT = bytes(range(32)), 'urn:ctx'
BASE64 = '<ds:Transform Algorithm="%sbase64"></ds:Transform>' % m.DS
XMLNS = 'xmlns:s="%s" xmlns:wsu="%s" wsu:Id="B"' % (m.S12, m.WSU)
STAMP = m.timestamp()


class Signed(unittest.TestCase):
    def judge(self, references, header, body):
        """(verdict, reason) of the signature, and the texts of the findings by their ids."""
        signature = m.signature(m.signed_info(references), KEY, m.key_info(m.str_to('#SCT')))
        with tempfile.TemporaryDirectory() as folder:
            file, keys = os.path.join(folder, 'message.xml'), os.path.join(folder, 'keys')
            for path, text in ((keys, 'SCT %s %s\n' % (CONTEXT, KEY.hex())),
                               (file, m.envelope(header + m.security(m.sct(CONTEXT) + STAMP + signature), body))):
                with open(path, 'w', encoding='utf-8') as out:
                    out.write(text)
            rows, findings = (json.loads(served.run([WSSC, command, '--format', 'json', '-k', keys, file], timeout=120,
                                                    capture_output=True, text=True, check=False).stdout)
                              for command in ('verify', 'findings'))
        self.assertEqual(len(rows), 1)
        return rows[0]['verdict'], rows[0]['reason'], {f['id']: f['text'] for f in findings}

    def test_it_covers_nothing(self):
        self.assertEqual(self.judge('', '', m.body(''))[:2], ('invalid', 'it covers nothing: no reference'))

    def test_reference_to_nothing(self):
        """Which octets are meant only the application knows."""
        reference = m.reference('#T', STAMP).replace(' URI="#T"', '')
        self.assertEqual(self.judge(reference, '', m.body(''))[0], 'unsupported')

    def test_text_alone(self):
        """By the base64 transform the text is signed, whatever it stands in."""
        references = m.reference('#T', STAMP) + m.reference('#B', b'hello', transforms=BASE64)
        other = m.body('<evil></evil>', 'other')
        for header, body in (('', '<s:Body %s>aGVsbG8=</s:Body>' % XMLNS), ('', '<s:Body %s><evil>aGVsbG8=</evil></s:Body>' % XMLNS),
                             ('<x:w xmlns:x="urn:x" %s>aGVsbG8=</x:w>' % XMLNS, other)):
            verdict, reason, told = self.judge(references, header, body)
            self.assertEqual((verdict, reason), ('valid', None))
            self.assertIn('only the text is signed', told.get('part-unsigned', ''))
        verdict, reason, _ = self.judge(references, '<x:w xmlns:x="urn:x"><x:v %s>aGVsbG8=</x:v></x:w>' % XMLNS, other)
        self.assertEqual(verdict, 'invalid', reason)

    def test_two_attachments_of_one_name(self):
        """Some receivers take the first and some the last."""
        digested = m.transform('http://docs.oasis-open.org/wss/oasis-wss-SwAProfile-1.1#Attachment-Content-Signature-Transform')
        references = m.reference('#T', STAMP) + m.reference('cid:att', b'good', transforms=digested)
        signature = m.signature(m.signed_info(references), KEY, m.key_info(m.str_to('#SCT')))
        envelope = m.envelope(m.security(m.sct(CONTEXT) + STAMP + signature), m.body('')).encode()
        media = 'multipart/related; boundary=q; type="application/soap+xml"; start="<root>"'
        for contents, verdict in (([b'good'], 'valid'), ([b'good', b'evil'], 'invalid'), ([b'evil', b'good'], 'invalid')):
            octets = b'--q\r\nContent-Type: application/soap+xml\r\nContent-ID: <root>\r\n\r\n' + envelope + b''.join(
                b'\r\n--q\r\nContent-ID: <att>\r\n\r\n' + content for content in contents) + b'\r\n--q--\r\n'
            with tempfile.TemporaryDirectory() as folder:
                capture, keys = os.path.join(folder, 'a.pcap'), os.path.join(folder, 'keys')
                make_pcap.write(capture, (8080, [(True, m.http(octets, True, media=media))]))
                with open(keys, 'w', encoding='utf-8') as out:
                    out.write('SCT %s %s\n' % (CONTEXT, KEY.hex()))
                rows = json.loads(served.run([WSSC, 'verify', '--format', 'json', '-k', keys, capture], timeout=120,
                                             capture_output=True, text=True, check=False).stdout)
            self.assertEqual([row['verdict'] for row in rows], [verdict], rows)


if __name__ == '__main__':
    unittest.main(verbosity=2)
