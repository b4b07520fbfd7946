#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks on signatures of kinds that no recorded message has: signed here by octets' arithmetic alone (support/messages.py).

usage: signed_test.py WSSC
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
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
            rows, findings = (json.loads(subprocess.run([WSSC, command, '--format', 'json', '-k', keys, file], timeout=120,
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


if __name__ == '__main__':
    unittest.main(verbosity=2)
