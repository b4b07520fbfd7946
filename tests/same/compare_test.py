#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""compare_builds.py finds what differs, and nothing where nothing does.

usage: compare_test.py WSSC PLUGIN
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

WSSC, PLUGIN = (os.path.abspath(path) for path in sys.argv[1:3])
HERE = os.path.dirname(os.path.abspath(__file__))


class Compared(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix='wssc-same-test-')
        self.addCleanup(shutil.rmtree, self.work)

    def build(self, name, script='exec %s "$@"' % WSSC):
        folder = os.path.join(self.work, name)
        os.makedirs(os.path.join(folder, 'analyzer'))
        os.makedirs(os.path.join(folder, 'plugin'))
        program = os.path.join(folder, 'analyzer', 'wssc')
        with open(program, 'w', encoding='utf-8') as file:
            file.write('#!/bin/sh\n' + script + '\n')
        os.chmod(program, 0o755)
        shutil.copy(PLUGIN, os.path.join(folder, 'plugin'))
        return folder

    def compare(self, other, *options):
        done = subprocess.run([sys.executable, os.path.join(HERE, 'compare_builds.py'), self.build('a'), other, '--only',
                               'captures/corewcf-nettcp', *options], capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.stderr, '')
        return done.returncode, done.stdout

    def test_the_same(self):
        status, out = self.compare(self.build('b'))
        self.assertEqual(status, 0, out)
        self.assertRegex(out, r'^1 captures, 2\d outputs compared, 0 differ\n$')

    def test_a_member(self):
        other = self.build('b', '%s "$@" | sed \'s/"state" *: *"/&more/\'' % WSSC)
        options = ('--commands', 'findings,contexts', '--without-tshark')
        status, out = self.compare(other, *options)
        self.assertEqual(status, 1)
        self.assertIn('contexts --format json, with keys', out)
        self.assertIn('more', out)
        self.assertNotIn('findings --format', out)
        shutil.rmtree(os.path.join(self.work, 'a'))
        status, out = self.compare(other, *options, '--ignore-member', 'state')
        self.assertEqual(status, 0, out)

    def test_a_status_and_what_is_said_of_it(self):
        status, out = self.compare(self.build('b', 'echo odd >&2; %s "$@"; exit 7' % WSSC), '--commands', 'verify',
                                   '--without-tshark')
        self.assertEqual(status, 1)
        self.assertIn('status 0 and 7', out)
        self.assertIn('error, line 1 + odd', out)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
