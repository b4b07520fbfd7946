#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""-Y: a filter on what wssc finds out chooses among what is shown without it; one on packets leaves frames away.

usage: filter_test.py WSSC SOURCE_DIR
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SESSION = os.path.join(SOURCE, 'captures', 'corewcf-session.pcap')
METRO = ['-k', os.path.join(SOURCE, 'captures', 'metro-message-security.keys'),
         os.path.join(SOURCE, 'captures', 'metro-message-security.pcapng')]
NETTCP = ['--tls-keylog', os.path.join(SOURCE, 'captures', 'corewcf-nettcp.keylog'),
          os.path.join(SOURCE, 'captures', 'corewcf-nettcp.pcapng')]
REAL = os.path.join(SOURCE, 'tests', 'data', 'captures-real')
TAMPERED = [os.path.join(REAL, 'wss4j', 'neg-body.pcapng')]
RENEW = ['--tls-keylog', os.path.join(SOURCE, 'captures', 'corewcf-renew.keylog'),
         os.path.join(SOURCE, 'captures', 'corewcf-renew.pcapng')]


def run(*args, data=None, statuses=(0, 1)):
    done = served.run([WSSC, *args], capture_output=True, input=data, timeout=120, check=False)
    if done.returncode not in statuses:
        raise AssertionError('status %d: %s' % (done.returncode, done.stderr.decode()))
    return done.stdout


def rows(command, *args, **how):
    return [json.loads(line) for line in run(command, '--format', 'ndjson', *args, **how).splitlines()]


def place(row):
    return row['file'], row['frame']


class OnResults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def chosen(self, command, member, expression, capture):
        """Each value that the rows have by that member: what a filter on it gives is the rows of those frames as they
        stand."""
        everything = rows(command, *capture)
        values = {row[member] for row in everything if row[member] is not None}
        self.assertTrue(values, (command, member))
        for value in values:
            frames = {row['frame'] for row in everything if row[member] == value}
            self.assertEqual(rows(command, '-Y', expression % value, *capture),
                             [row for row in everything if row['frame'] in frames], value)
        return values

    def test_verdicts_with_keys(self):
        self.assertEqual(self.chosen('verify', 'verdict', 'wssc.signature.verdict == "%s"', METRO), {'valid'})
        self.assertEqual(rows('verify', '-Y', 'wssc.signature.verdict == "no-key"', *METRO), [])

    def test_verdicts_without_keys(self):
        without = METRO[2:]
        self.assertEqual(self.chosen('verify', 'verdict', 'wssc.signature.verdict == "%s"', without), {'no-key'})

    def test_verdicts_that_the_capture_itself_settles(self):
        self.assertEqual(self.chosen('verify', 'verdict', 'wssc.signature.verdict == "%s"', RENEW), {'valid'})

    def test_hypotheses(self):
        self.chosen('verify', 'hypothesis', 'wssc.signature.hypothesis == "%s"', TAMPERED)

    def test_keys_that_come_late(self):
        """The uses are in a file that is read before the one with their establishment."""
        early, late = (os.path.join(self.folder, name) for name in ('early.pcapng', 'late.pcapng'))
        subprocess.run(['editcap', '-r', SESSION, early, '1-10'], check=True, capture_output=True)
        subprocess.run(['editcap', SESSION, late, '1-10'], check=True, capture_output=True)
        everything = rows('verify', late, early)
        uses = [row for row in everything if row['key_kind'] == 'sct']
        self.assertEqual([row['verdict'] for row in uses], ['valid', 'valid'])
        for files in ([late, early], [early, late]):
            self.assertEqual([place(r) for r in rows('verify', '-Y', 'wssc.signature.verdict == "valid"', *files)],
                             [place(r) for r in uses])

    def test_findings_and_their_severity(self):
        for capture in (METRO, TAMPERED):
            self.chosen('findings', 'id', 'wssc.finding == "%s"', capture)
        errors = rows('findings', '-Y', '_ws.expert.severity == "Error"', *TAMPERED)
        self.assertIn('signature-invalid', {row['id'] for row in errors})
        self.assertEqual([row for row in errors if row['severity'] == 'error'],
                         [row for row in rows('findings', *TAMPERED) if row['severity'] == 'error'])

    def test_a_state_that_other_frames_brought(self):
        (whole,) = rows('contexts', SESSION)
        (row,) = rows('contexts', '-Y', 'wssc.context.state == "cancelled"', SESSION)
        self.assertEqual((row['identifier'], row['state']), (whole['identifier'], 'cancelled'))
        self.assertLess(row['messages'], whole['messages'])
        self.assertEqual(row['instances'], whole['instances'])
        self.assertEqual(rows('contexts', '-Y', 'wssc.context.state == "refused"', SESSION), [])

    def test_what_each_command_counts(self):
        only = ('-Y', 'wssc.signature.verdict == "valid" && wssc.action contains "Cancel"', SESSION)
        (signature,) = rows('verify', *only)
        (context,) = rows('contexts', *only)
        self.assertEqual(context['messages'], 1)
        self.assertEqual(context['signatures'], {'valid': 1, 'invalid': 0, 'no-key': 0, 'unsupported': 0})
        frames = {row['frame'] for row in rows('timeline', *only) if row['frame'] is not None}
        self.assertEqual(frames, {signature['frame']})
        self.assertIn(b'1 SOAP message', run(*only))
        events = rows('events', *only)
        self.assertEqual({e['frame'] for e in events if e['type'] in ('message', 'signature')}, {signature['frame']})

    def test_keys_of_frames_that_match(self):
        self.assertEqual(run('keys', '-Y', 'wssc.rstr.key_size', SESSION), run('keys', SESSION))
        self.assertEqual(run('keys', '-Y', 'wssc.action contains "Cancel"', SESSION), b'')

    def test_framing_and_binary_xml(self):
        everything = rows('events', *NETTCP)
        messages = sorted(place(e) for e in everything if e['type'] == 'message')
        self.assertTrue(messages)
        for expression in ('nbfx', 'nettcp.record contains "Envelope"', 'wssc'):
            self.assertEqual(sorted(place(e) for e in rows('events', '-Y', expression, *NETTCP)
                                    if e['type'] == 'message'), messages, expression)
        signatures = [e for e in everything if e['type'] == 'signature']
        self.assertEqual([e for e in rows('events', '-Y', 'wssc.signature.verdict == "valid"', *NETTCP)
                          if e['type'] == 'signature'], signatures)

    def test_a_pipe_and_several_files(self):
        with open(SESSION, 'rb') as file:
            data = file.read()
        filtered = ('-Y', 'wssc.signature.verdict == "valid"')
        want = [dict(row, file='-') for row in rows('verify', *filtered, SESSION)]
        self.assertTrue(want)
        self.assertEqual(rows('verify', *filtered, '-', data=data), want)
        both = rows('verify', *filtered, SESSION, METRO[-1], '-k', METRO[1])
        self.assertEqual({row['file'] for row in both}, {SESSION, METRO[-1]})

    def test_a_file_that_is_not_there_is_in_nobodys_way(self):
        done = rows('verify', '-Y', 'wssc.signature.verdict == "valid"', '/not/there', SESSION, statuses=(3,))
        self.assertEqual([row['frame'] for row in done], [12, 17])


class OnPackets(unittest.TestCase):
    def test_frames_are_left_away(self):
        self.assertEqual(rows('contexts', '-Y', 'frame.number < 1', SESSION), [])
        late = rows('verify', '-Y', 'frame.number > 10', SESSION)
        self.assertEqual({row['verdict'] for row in late}, {'no-key'})
        self.assertEqual({row['frame'] for row in late}, {12, 17})
        self.assertEqual(rows('verify', '-Y', 'tcp.port == 8080', SESSION), rows('verify', SESSION))

    def test_an_empty_filter_is_none(self):
        self.assertEqual(rows('verify', '-Y', '', SESSION), rows('verify', SESSION))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
