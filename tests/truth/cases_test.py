#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Small captures of kinds that people meet (tests/data/cases): what is right is what their octets say.

usage: cases_test.py WSSC
"""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

WSSC = os.path.abspath(sys.argv[1])
CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'cases')


def rows(command, *path, keys=()):
    done = served.run([WSSC, command, '--no-progress', '--format', 'json', *keys, os.path.join(CASES, *path)],
                      capture_output=True, timeout=120, check=False)
    return json.loads(done.stdout)


class NestedTrust(unittest.TestCase):
    """RST and RSTR two levels down in an application's element are what they are at the Body's top."""
    CAPTURE = ('rst-nested-in-app-body', 'session.pcap')

    def test_context(self):
        (row,) = rows('contexts', *self.CAPTURE)
        self.assertEqual((row['identifier'], row['state'], row['entropy_mode'], row['key_size']),
                         ('urn:uuid:5b0f7f0e-2f5d-4d3e-9a3c-000000000001', 'cancelled', 'combined', 256))
        self.assertEqual((row['established_frame'], row['ended_frame']), (6, 10))
        self.assertEqual(row['instances'][0]['key'], 'known')

    def test_signature(self):
        (row,) = rows('verify', *self.CAPTURE)
        self.assertEqual((row['frame'], row['verdict'], row['key_kind']), (9, 'valid', 'derived'))

    def test_findings(self):
        self.assertEqual([row['frame'] for row in rows('findings', *self.CAPTURE) if row['id'] == 'clear-secret'],
                         [4, 6])


class EncryptedAssertion(unittest.TestCase):
    """A token that came encrypted is proved where its wrapper stands, and only there."""

    def verdicts(self, folder, name, is_keyed):
        keys = ('-k', os.path.join(CASES, folder, 'keys')) if is_keyed else ()
        return [row['verdict'] for row in rows('verify', folder, name, keys=keys)]

    def test_reference_to_it(self):
        """The digest covers the wrapper, or what is in it; both were made and checked by other implementations."""
        for name in ('str-of-encrypted-assertion.xml', 'str-of-encrypted-data.xml'):
            for is_keyed in (False, True):
                with self.subTest(name=name, keyed=is_keyed):
                    self.assertEqual(self.verdicts('str-encrypted-assertion', name, is_keyed), ['valid'])

    def test_signed_before(self):
        """xmlsec1 signed it and encrypted it then."""
        self.assertEqual(self.verdicts('encrypted-signed-assertion', 'message.xml', True), ['valid'])
        self.assertEqual(self.verdicts('encrypted-signed-assertion', 'message.xml', False), [])

    def test_wrapped(self):
        for name, why in (('unsigned-beside.xml', 'beside an unsigned one'),
                          ('unsigned-inside.xml', 'beside an unsigned one'),
                          ('elsewhere.xml', 'where no receiver looks for it'),
                          # In the wrapper of an encrypted one, but in the clear: that is not read.
                          ('never-encrypted.xml', 'where no receiver looks for it')):
            with self.subTest(name=name):
                self.assertEqual(self.verdicts('encrypted-signed-assertion', name, True), ['invalid'])
                (row,) = rows('verify', 'encrypted-signed-assertion', name,
                              keys=('-k', os.path.join(CASES, 'encrypted-signed-assertion', 'keys')))
                self.assertIn(why, json.dumps(row))


class RewrittenOnTheWay(unittest.TestCase):
    """Never valid, but told from what was forged."""
    WHOLE = 'the whole signature, digests and value, fits then, so it was rewritten, not forged'

    def test_hypotheses(self):
        for path, verdict, hypothesis in (
                (('reindented-copy', 'original.xml'), 'valid', None),
                (('reindented-copy', 'reindented.xml'), 'invalid',
                 'white space between the tags of Body, Timestamp, SignedInfo was changed on the way: '),
                (('rewritten-on-the-way', '0-original.xml'), 'valid', None),
                (('rewritten-on-the-way', '1-attribute-prefix.xml'), 'invalid',
                 'the attribute prefix of urn:example:attr was q and became r'),
                (('rewritten-on-the-way', '2-element-prefix.xml'), 'invalid',
                 'the element prefix of urn:example:ping was p and became x')):
            with self.subTest(path):
                (row,) = rows('verify', *path)
                self.assertEqual(row['verdict'], verdict)
                if hypothesis is None:
                    self.assertIsNone(row['hypothesis'])
                else:
                    self.assertIn(hypothesis, row['hypothesis'])
                    self.assertIn(self.WHOLE, row['hypothesis'])


class Unreadable(unittest.TestCase):
    """What cannot be checked says why."""

    def test_undeclared_prefix(self):
        """Namespaces in XML 1.0 section 5."""
        said = 'the prefix o is not declared (element o:SecurityTokenReference)'
        (row,) = rows('verify', 'undeclared-prefix', 'message.pcap')
        self.assertEqual(row['verdict'], 'no-key')
        self.assertIn(said, row['reason'])
        self.assertEqual([f['text'] for f in rows('findings', 'undeclared-prefix', 'message.pcap')
                          if f['id'] == 'malformed-xml'], [said])
        done = served.run([WSSC, 'decode', os.path.join(CASES, 'undeclared-prefix', 'message.xml')],
                          capture_output=True, text=True, timeout=60, check=False)
        self.assertIn('the prefix o is not declared', ' '.join(done.stdout.split()))

    def test_unknown_digest(self):
        (row,) = rows('verify', 'unknown-digest-no-reason', 'message.xml')
        self.assertEqual(row['verdict'], 'no-key')
        self.assertIn('nobody', row['reason'])
        self.assertIn('http://www.w3.org/2001/04/xmldsig-more#gostr3411 is not known', row['reason'])
        self.assertEqual([(r['uri'], r['element'], r['digest']) for r in row['references']],
                         [('#B', 'Body', 'unsupported')])


class FaultReason(unittest.TestCase):
    """A context that a service no longer takes: the request carries neither a user nor a password."""
    CAPTURE = ('fault-reason', 'session.pcap')
    REASON = 'Session ended by the administrator at 22:13'

    def test_reason(self):
        for command in ('timeline', 'findings', 'events'):
            done = served.run([WSSC, command, os.path.join(CASES, *self.CAPTURE)], capture_output=True, text=True,
                              timeout=60, check=False)
            with self.subTest(command):
                self.assertIn(self.REASON, ' '.join(done.stdout.split()))
                self.assertNotIn('password', ' '.join(line for line in done.stdout.splitlines() if 'Session ended' in line))

    def test_explanation(self):
        (fault,) = [f for f in rows('findings', *self.CAPTURE) if self.REASON in f['text']]
        self.assertIn('the service ended the session', fault['text'])

    def test_no_proof(self):
        """The one use of the context carries nothing but its identifier."""
        (found,) = [f for f in rows('findings', *self.CAPTURE) if f['id'] == 'context-unproven']
        self.assertIn('neither a signature nor anything encrypted', found['text'])


class PasswordDigest(unittest.TestCase):
    """UsernameToken Profile 1.1 section 3.1: Base64(SHA-1(nonce + created + password))."""

    def test_findings(self):
        found = {row['frame']: row for row in
                 rows('findings', 'password-digest', 'all.pcap',
                      keys=('-k', os.path.join(CASES, 'password-digest', 'keys')))
                 if row['id'].startswith('password-')}
        self.assertEqual({frame: row['id'] for frame, row in found.items()},
                         {4: 'password-fits', 5: 'password-wrong', 6: 'password-wrong'})
        self.assertNotIn('it would fit if', json.dumps(found[5]))
        self.assertIn("the nonce's base64 text was hashed", json.dumps(found[6]))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
