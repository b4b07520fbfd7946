#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc compare: a session that failed beside one of the same binding that did not. The difference that is the cause stands
among the first three lines, by what the implementations said of themselves.

usage: compare_test.py WSSC CAPTURES_DIR
"""
import json
import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

WSSC, FOLDER = os.path.abspath(sys.argv[1]), os.path.join(os.path.abspath(sys.argv[2]), 'corewcf-why')

# What stands in the capture itself for a cause, and not only in the refusal: the line has to be among the first three as well,
# with what the truth says of the failing session. A wrong password or credential looks as the right one does, and
# so does a client's suite that another service would take; what is lost behind a proxy is not in the capture in front of it.
SHOWN = {'clock-skew-client-ahead': ('clock', None), 'clock-skew-client-behind': ('clock', None),
         'context-expired': ('lifetime', None), 'wrong-version': ('version', None),
         'too-many-pending': ('load', None), 'never-cancelled': ('ending', None), 'renewal-refused': ('exchange', 'fault'),
         'inactivity': ('pause', None)}


def load(name):
    with open(os.path.join(FOLDER, name + '.truth.json'), encoding='utf-8') as file:
        return json.load(file)


NAMES = sorted(f[:-len('.truth.json')] for f in os.listdir(FOLDER) if f.endswith('.truth.json'))
TRUTH = {name: load(name) for name in NAMES}


def binding(truth):
    client = truth['configuration']['client']
    return truth['framing'], truth['encoder'], truth['ws_sc'], truth['entropy_mode'], client['credential'], client['key_size_bits']


def run(a, b, *options):
    with tempfile.NamedTemporaryFile(suffix='.keylog') as log:
        for name in (a, b):
            with open(os.path.join(FOLDER, name + '.keylog'), 'rb') as file:
                log.write(file.read() + b'\n')
        log.flush()
        return served.run([WSSC, 'compare', '--tls-keylog', log.name, *options,
                           *(os.path.join(FOLDER, n + '.pcapng') for n in (a, b))],
                          capture_output=True, text=True, timeout=300, check=False)


def rows(a, b):
    done = run(a, b, '--format', 'json')
    return json.loads(done.stdout), done


PAIRS = [(bad, good) for bad in NAMES for good in NAMES if TRUTH[bad]['cause'] != 'none' and TRUTH[good]['cause'] == 'none' and
         binding(TRUTH[bad]) == binding(TRUTH[good])]


class Causes(unittest.TestCase):
    def test_every_pair(self):
        self.assertGreater(len(PAIRS), 40)
        self.assertEqual({p[1] for p in PAIRS}, {n for n in NAMES if TRUTH[n]['cause'] == 'none'})
        for bad, good in PAIRS:
            with self.subTest(bad=bad, good=good):
                found, done = rows(bad, good)
                self.assertEqual(done.returncode, 0, done.stderr)
                first = found[:3]
                cause = TRUTH[bad]['cause']
                self.assertIn(cause, [r['cause'] for r in first if r['aspect'] == 'cause'], done.stdout[:3000])
                if cause in SHOWN:
                    aspect, value = SHOWN[cause]
                    shown = [r for r in first if r['aspect'] == aspect and r['cause'] == cause]
                    self.assertTrue(shown, done.stdout[:3000])
                    if value is not None:
                        self.assertIn(value, shown[0]['a'])


class Structure(unittest.TestCase):
    """What the hosts were configured with differs as their truth says."""

    def compare(self, a, b):
        folder = os.path.join(os.path.dirname(FOLDER), 'corewcf')
        truths = []
        with tempfile.NamedTemporaryFile(suffix='.keylog') as log:
            for name in (a, b):
                with open(os.path.join(folder, name + '.truth.json'), encoding='utf-8') as file:
                    truths.append(json.load(file))
                if os.path.exists(os.path.join(folder, name + '.keylog')):
                    with open(os.path.join(folder, name + '.keylog'), 'rb') as file:
                        log.write(file.read() + b'\n')
            log.flush()
            done = served.run([WSSC, 'compare', '--format', 'json', '--tls-keylog', log.name,
                               *(os.path.join(folder, n + '.pcapng') for n in (a, b))],
                              capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return truths, {r['what']: (r['a'], r['b']) for r in json.loads(done.stdout)}

    def test_entropy(self):
        truths, found = self.compare('sc-feb05-entropy-client', 'sc-feb05-entropy-combined')
        modes = tuple({'client': 'CLIENT_ONLY', 'combined': 'COMBINED'}[t['entropy_mode']] for t in truths)
        self.assertEqual(found['entropy (SECURITY_CONTEXT_KEY_ENTROPY_MODE)'], modes)
        self.assertNotIn('algorithm suite', found)

    def test_suite(self):
        for a, b in (('sc-13-renew', 'sc-13-sha256'), ('sc-feb05-entropy-combined', 'sc-feb05-tripledes')):
            truths, found = self.compare(a, b)
            for side, truth in enumerate(truths):
                self.assertIn(truth['suite'], re.split(r' or |; ', found['algorithm suite'][side]))
            self.assertNotIn('version of SOAP', found)

    def test_versions(self):
        _, found = self.compare('sc-feb05-soap11', 'sc-feb05-entropy-combined')
        self.assertEqual(found['version of SOAP'], ('1.1', '1.2'))
        truths, found = self.compare('sc-13-renew', 'sc-feb05-badcontext')
        self.assertEqual([t['ws_sc'][:3] for t in truths], ['1.3', '200'])
        self.assertEqual(found['version (SECURE_CONVERSATION_VERSION)'], ('1_3', 'FEBRUARY_2005'))
        self.assertEqual(found['version of WS-SecureConversation in answers'][0][:6], '200512')

    def test_both_ways(self):
        _, there = self.compare('sc-13-renew', 'sc-feb05-badcontext')
        _, back = self.compare('sc-feb05-badcontext', 'sc-13-renew')
        self.assertEqual(there, {what: (b, a) for what, (a, b) in back.items()})

    def test_nothing(self):
        self.assertEqual(self.compare('sc-13-renew', 'sc-13-renew')[1], {})


class Faces(unittest.TestCase):
    def test_text(self):
        a, b = 'why-clock-ahead-13', 'why-suite-harmless-13'
        done = run(a, b)
        lines = done.stdout.splitlines()
        self.assertIn(a, lines[0])
        self.assertIn(b, lines[1])
        self.assertEqual(lines[3], ' 1  what went wrong: clock-skew-client-ahead')
        self.assertRegex(done.stdout, r'A +(19 min 5\d s|20 min \d+ s) ahead of the capture\'s \(frame \d+\)')
        self.assertLessEqual(max(map(len, lines[3:])), 100)

    def test_usage(self):
        path = os.path.join(FOLDER, NAMES[0] + '.pcapng')
        for files in ([path], [path] * 3):
            done = served.run([WSSC, 'compare', *files], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual((done.returncode, done.stdout), (2, ''))
            self.assertIn('two files', done.stderr)
        done = served.run([WSSC, 'compare', path, '/not/there'], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (3, ''))

    def test_filter(self):
        """Each capture is filtered by itself."""
        done = run(NAMES[0], 'why-suite-harmless-13', '--format', 'json', '-Y', 'wssc.operation == "issue"')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn('"call"', done.stdout)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
