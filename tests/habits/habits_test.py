#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Habits of stacks, each with messages that another implementation made so: opened or valid with the habit named in
table, events and findings; with --strict what the specification alone says.

usage: habits_test.py WSSC SOURCE_DIR
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import unittest

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
HERE = os.path.join(SOURCE, 'tests', 'habits')


def run(*args):
    return subprocess.run([WSSC, 'decode', *args], capture_output=True, text=True, timeout=60, check=False)


def absolute(line, folder):
    kind, path = line.split(' ', 1)
    return '%s %s' % (kind, os.path.join(folder, path)) if kind in ('PRIVATE_KEY', 'CERTIFICATE') else line


class Message:
    """One row of an index."""
    def __init__(self, folder, row):
        self.row, self.path = row, os.path.join(folder, row['file'])
        self.lines = [absolute(line, folder) for line in row['keys']]

    def decode(self, *args, lines=None):
        with tempfile.NamedTemporaryFile('w', suffix='.keys') as keys:
            keys.write(''.join(line + '\n' for line in (self.lines if lines is None else lines)))
            keys.flush()
            return run('-k', keys.name, *args, self.path)

    def events(self, *args, lines=None):
        done = self.decode('--format', 'ndjson', *args, lines=lines)
        assert done.returncode in (0, 1), done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


def messages(folder):
    folder = os.path.join(HERE, folder)
    with open(os.path.join(folder, 'index.json'), encoding='utf-8') as file:
        return [Message(folder, row) for row in json.load(file)]


def decryptions(events):
    return {e['element']: e for e in events if e['type'] == 'decryption'}


class Lengths(unittest.TestCase):
    """Keys whose length is not the algorithm's, and OAEP that is none."""
    def test_opened_by_the_habit_alone(self):
        for message in messages('lengths'):
            with self.subTest(message.row['file']):
                row = message.row
                events = message.events()
                seen = decryptions(events)
                self.assertTrue(all(d['result'] == 'decrypted' for d in seen.values()), seen)
                self.assertEqual(seen[row['of']]['deviation'], row['deviation'])
                findings = [e for e in events if e['type'] == 'finding' and e['id'] == 'decryption-deviation']
                self.assertEqual(len(findings), 1)
                self.assertIn(row['deviation'], findings[0]['text'])
                table = message.decode().stdout
                self.assertIn(' '.join(row['plaintext'].split()), table)
                self.assertIn('deviation ' + row['deviation'], table)

    def test_strict(self):
        for message in messages('lengths'):
            with self.subTest(message.row['file']):
                seen = decryptions(message.events('--strict'))
                self.assertEqual(seen[message.row['of']]['result'], 'failed', seen)
                self.assertIsNone(seen[message.row['of']]['deviation'])
                if message.row['deviation'] != 'oaep-as-rsa15':
                    self.assertRegex(seen[message.row['of']]['reason'], r'the key has \d+ octets, \S+ takes \d+')
                self.assertNotEqual(seen['EncryptedData']['result'], 'decrypted')

    def test_wrong_key(self):
        """Another key of the same length opens nothing (bit 0 is parity to DES)."""
        for message in messages('lengths'):
            kind, name, *secret = message.row['keys'][0].split(' ')
            if not secret:
                continue
            other = '%02x' % (int(secret[0][:2], 16) ^ 2) + secret[0][2:]
            with self.subTest(message.row['file']):
                seen = decryptions(message.events(lines=['%s %s %s' % (kind, name, other)]))
                self.assertFalse([d for d in seen.values() if d['result'] == 'decrypted'], seen)


if __name__ == '__main__':
    assert glob.glob(os.path.join(HERE, '*', 'index.json'))
    unittest.main(argv=sys.argv[:1])
