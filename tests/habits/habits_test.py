#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Habits of stacks, each with messages that another implementation made so: opened or valid with the habit named in
table, events and findings; with --strict what the specification alone says.

usage: habits_test.py WSSC SOURCE_DIR
"""
import glob
import json
import os
import sys
import tempfile
import unittest

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
HERE = os.path.join(SOURCE, 'tests', 'habits')
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
import served  # pylint: disable=wrong-import-position

import make_pcap  # noqa: E402  pylint: disable=wrong-import-position
import messages as soap  # noqa: E402  pylint: disable=wrong-import-position


def run(*args):
    return served.run([WSSC, 'decode', *args], capture_output=True, text=True, timeout=60, check=False)


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


def folder_of(message):
    return os.path.basename(os.path.dirname(message.path))


def decryptions(events):
    return {e['element']: e for e in events if e['type'] == 'decryption'}


def signatures(events):
    return [e for e in events if e['type'] == 'signature']


def check_signatures(test, events, expected):
    """expected: a row a signature, of members and what they are; of text: what it matches."""
    seen = signatures(events)
    test.assertEqual(len(seen), len(expected))
    for have, wanted in zip(seen, expected):
        for member, value in wanted.items():
            if member in ('reason', 'hypothesis') and value is not None:
                test.assertRegex(have[member] or '', value)
            else:
                test.assertEqual(have[member], value, '%s: %s' % (member, have))


class Signed(unittest.TestCase):
    """Folders of signed messages: verdicts, with and without habits."""
    FOLDERS = ['tokens', 'rewritten', 'methods', 'derived', 'carried']

    def test_verdicts(self):
        for message in (m for folder in self.FOLDERS for m in messages(folder)):
            with self.subTest(message.path):
                events = message.events()
                check_signatures(self, events, message.row['signatures'])
                found = {e['id'] for e in events if e['type'] == 'finding'}
                self.assertLessEqual(set(message.row.get('findings', [])), found)
                self.assertFalse(set(message.row.get('no_findings', [])) & found)

    def test_strict(self):
        """What no habit is needed for is as before; a habit alone explains the rest."""
        for message in (m for folder in self.FOLDERS for m in messages(folder)):
            if folder_of(message) == 'rewritten':
                continue  # nothing that --strict has to do with
            with self.subTest(message.path):
                check_signatures(self, message.events('--strict'), message.row.get('strict', message.row['signatures']))
                for row, strict in zip(message.row['signatures'], message.row.get('strict', [])):
                    self.assertNotEqual(row['verdict'], strict['verdict'])

    def test_habits_are_shown(self):
        for message in (m for folder in self.FOLDERS for m in messages(folder)):
            named = [s['deviation'] for s in message.row['signatures'] if s.get('deviation')]
            with self.subTest(message.path):
                table = message.decode().stdout if named else ''
                for deviation in named:
                    self.assertIn('deviation ' + deviation, table)
                    self.assertIn('signature-deviation', message.row.get('findings', ['signature-deviation']))


class Scope(unittest.TestCase):
    """The inclusive canonical form signs the declarations around a part: what a station does to the envelope's start tag."""
    INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
    XSI, XSD = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    WHOLE = 'the whole signature, digests and value, fits then'

    def message(self, signed, sent, text='1', sent_text='1', space=''):
        """signed, sent: declarations of the envelope beside SOAP's; the canonical form sorts them."""
        key, around = bytes(range(32)), ''.join(sorted(signed + [' xmlns:s="%s"' % soap.S12, ' xmlns:wsu="%s"' % soap.WSU]))
        body = '<s:Body xmlns:wsu="%s" wsu:Id="B"><a xmlns="urn:a">%s</a></s:Body>'
        start = '<s:Body%s wsu:Id="B"><a xmlns="urn:a">%s</a></s:Body>' % (around, text)
        info = soap.signed_info(soap.reference('#B', start, transforms=soap.transform(self.INCLUSIVE)), c14n=self.INCLUSIVE)
        place = '<ds:SignedInfo%s' % ''.join(sorted(signed + [' xmlns:s="%s"' % soap.S12, ' xmlns:ds="%s"' % soap.DS,
                                                              ' xmlns:wsse="%s"' % soap.WSSE]))
        canonical = place + info[len('<ds:SignedInfo xmlns:ds="%s"' % soap.DS):]
        signature = soap.signature(canonical, key, soap.key_info('<ds:KeyName>k</ds:KeyName>')).replace(canonical, info)
        return '<s:Envelope xmlns:s="%s"%s><s:Header>%s</s:Header>%s</s:Envelope>' % (
            soap.S12, ''.join(sent), soap.security(signature), (body % (soap.WSU, sent_text)).replace('<a', space + '<a'))

    def check(self, verdict, hypothesis, *args, **more):
        with tempfile.NamedTemporaryFile('w', suffix='.xml') as file:
            file.write(self.message(*args, **more))
            file.flush()
            row = {'file': file.name, 'keys': ['KEY_NAME k ' + bytes(range(32)).hex()]}
            (signature,) = signatures(Message(HERE, row).events())
        self.assertEqual(signature['verdict'], verdict, signature)
        if hypothesis:
            self.assertRegex(signature['hypothesis'] or '', hypothesis)
        else:
            self.assertNotIn(self.WHOLE, signature['hypothesis'] or '')

    def test_added_and_left_out(self):
        other = [' xmlns:x="urn:x"', ' xmlns:y="urn:y"', ' xmlns:z="urn:z"']
        self.check('valid', None, [], [])
        self.check('valid', None, [self.XSD, self.XSI], [self.XSI, self.XSD])
        kind = 'namespace declarations around Body, SignedInfo were changed on the way .*'
        self.check('invalid', kind + 'added: xmlns:x="urn:x".*' + self.WHOLE, [self.XSI], [self.XSI] + other[:1])
        self.check('invalid', kind + 'added: xmlns:x="urn:x" xmlns:y="urn:y" xmlns:z.*' + self.WHOLE, [self.XSI], [self.XSI] + other)
        self.check('invalid', kind + 'added: xmlns:x="urn:x".*' + self.WHOLE, other[1:], other)
        self.check('invalid', kind + 'left out: xmlns:xsi=.*' + self.WHOLE, [self.XSI], [])
        self.check('invalid', kind + 'left out: xmlns:xsd=.*xmlns:xsi=.*' + self.WHOLE, [self.XSD, self.XSI], [])
        self.check('invalid', 'declarations .*white space.*' + self.WHOLE, other[1:], other, space='\n ')

    def test_altered(self):
        self.check('invalid', None, [], [' xmlns:x="urn:x"'], sent_text='2')
        self.check('invalid', None, [self.XSI], [], sent_text='2')


class Carried(unittest.TestCase):
    """What was signed came out of a decryption by a habit: that is named, and the signature is no better than it was."""
    def test_opened_by_the_habit_alone(self):
        rows = [m for m in messages('carried') if 'opened_by' in m.row]
        self.assertEqual({m.row['opened_by'] for m in rows}, {'aes-at-key-length', 'key-cut', 'two-key-3des'})
        for message in rows:
            with self.subTest(message.row['file']):
                events = message.events()
                self.assertEqual([d['deviation'] for d in decryptions(events).values()], [message.row['opened_by']])
                self.assertIn('decryption-deviation', [e['id'] for e in events if e['type'] == 'finding'])

    def test_altered(self):
        """Its ciphertext, the key that it is read with, what is beside it: any octet."""
        for message in (m for m in messages('carried') if 'opened_by' in m.row):
            with open(message.path, encoding='utf-8') as file:
                text = file.read()
            start = text.index('CipherValue>') + len('CipherValue>')
            end = text.index('<', start)
            places = [*range(start, end, (end - start) // 6), end - 4, text.index('2023-11-14'), text.index('SignatureValue>') + 20]
            for place in places:
                with tempfile.NamedTemporaryFile('w', suffix='.xml') as file:
                    file.write(text[:place] + ('A' if text[place] != 'A' else 'B') + text[place + 1:])
                    file.flush()
                    altered = Message(os.path.dirname(message.path), dict(message.row, file=file.name))
                    with self.subTest(message.row['file'], place=place):
                        (signature,) = signatures(altered.events())
                        self.assertNotEqual(signature['verdict'], 'valid')


def analyse(command, turns, *args, lines=()):
    """The rows of a command over a capture of one HTTP connection: turns of (is_request, message)."""
    with tempfile.TemporaryDirectory() as work:
        path, keys = os.path.join(work, 'c.pcap'), os.path.join(work, 'keys')
        make_pcap.write(path, (80, [(is_request, soap.http(text, is_request)) for is_request, text in turns]))
        with open(keys, 'w', encoding='utf-8') as file:
            file.write(''.join(line + '\n' for line in lines))
        done = served.run([WSSC, command, '--format', 'ndjson', '-k', keys, *args, path], capture_output=True,
                          text=True, timeout=60, check=False)
        assert done.returncode in (0, 1), done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


class Tokens(unittest.TestCase):
    def test_a_key_in_the_clear_is_told(self):
        for message in (m for m in messages('tokens') if 'secret' in m.row['file']):
            with open(message.path, encoding='utf-8') as file:
                found = analyse('findings', [(True, file.read())])
            with self.subTest(message.row['file']):
                self.assertIn('clear-secret', [f['id'] for f in found])


class Passwords(unittest.TestCase):
    FINDINGS = {'fits': 'password-fits', 'misfit': 'password-wrong', 'unsupported': None}

    def test_held_to_the_known_one(self):
        for message in messages('passwords'):
            row = message.row
            with self.subTest(row['file']):
                events = message.events()
                (seen,) = [e for e in events if e['type'] == 'password']
                self.assertEqual(seen['result'], row['result'], seen)
                if row['hypothesis'] is None:
                    self.assertIsNone(seen['hypothesis'])
                else:
                    self.assertRegex(seen['hypothesis'], row['hypothesis'])
                found = [e['id'] for e in events if e['type'] == 'finding' and e['id'].startswith('password')]
                self.assertEqual(found, [self.FINDINGS[row['result']]] if self.FINDINGS[row['result']] else [])
                self.assertNotIn(row['keys'][0].split(' ', 2)[2], message.decode().stdout)

    def test_without_the_password(self):
        for message in messages('passwords'):
            with self.subTest(message.row['file']):
                (seen,) = [e for e in message.events(lines=['PASSWORD another x']) if e['type'] == 'password']
                self.assertIn(seen['result'], ('no-key', 'unsupported'))

    def test_in_the_clear(self):
        for message in messages('passwords'):
            with open(message.path, encoding='utf-8') as file:
                found = analyse('findings', [(True, file.read())])
            with self.subTest(message.row['file']):
                self.assertEqual('clear-password' in [f['id'] for f in found], 'text' in message.row['file'].split('-')[:2]
                                 or message.row['file'] == 'text.xml' or message.row['file'] == 'wss4j-text.xml')


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
