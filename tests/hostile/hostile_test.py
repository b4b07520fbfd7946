#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that ask for as much work as they can: each is looked at in bounded time, what is not looked at for that is told by
a finding and never "invalid", and no signature that does not fit is "valid".

usage: hostile_test.py WSSC [unittest's arguments]
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

import messages

WSSC = os.path.abspath(sys.argv.pop(1))
SPENT = 'the message asks for more work than is done for one'
messages.SIZE = 400000  # sanitizers are slow; tests/bench/hostile.py takes a megabyte
# Whose signatures were made with the right key over what stands there.
GOOD = {'benign', 'headers_for_others', 'timestamps_and_signatures', 'references_over_one_body'}
# They ask for more than is done for messages of this size, as they are built to.
TOO_MUCH = {'nested_references', 'rsa_16384_64'}


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        for i in range(8):
            subprocess.run(['openssl', 'genrsa', '-out', cls.path('key%d.pem' % i), '2048'], check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder.name, name)

    def rows(self, text, keys, command='verify'):
        for name, content in (('message.xml', text), ('keys', keys)):
            with open(self.path(name), 'w', encoding='utf-8') as file:
                file.write(content)
        done = subprocess.run([WSSC, command, '--format', 'json', '-k', self.path('keys'), self.path('message.xml')],
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout)

    def test_each(self):
        for name, text, keys in messages.messages():
            with self.subTest(name):
                rows = self.rows(text, keys)
                verdicts = {row['verdict'] for row in rows}
                self.assertEqual('valid' in verdicts, name in GOOD, rows[:2])
                for row in rows:
                    if SPENT in (row.get('reason') or ''):
                        self.assertEqual(row['verdict'], 'unsupported', row)
                findings = {row['id'] for row in self.rows(text, keys, 'findings')}
                is_spent = any(SPENT in (row.get('reason') or '') for row in rows)
                self.assertTrue('work-limit' in findings or not is_spent, findings)
                if name in TOO_MUCH:
                    self.assertIn('work-limit', findings)
                if name in GOOD:
                    self.assertNotIn('work-limit', findings)


if __name__ == '__main__':
    unittest.main(verbosity=2)
