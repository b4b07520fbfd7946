#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A command line that is forked from a process where libwireshark has started says what one with a start of its own says.

usage: served_test.py WSSC SOURCE_DIR
"""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SESSION = os.path.join(SOURCE, 'captures', 'corewcf-session.pcap')
RENEW = os.path.join(SOURCE, 'captures', 'corewcf-renew.pcapng')
KEYS = ['--tls-keylog', os.path.splitext(RENEW)[0] + '.keylog']
LINES = ([], ['--version'], ['contexts', SESSION], ['events', *KEYS, RENEW], ['events', '--jobs', '2', *KEYS, RENEW], ['verify', RENEW],
         ['findings', '-d', 'tcp.port==80,http', SESSION], ['contexts', '-o', 'no.such:1', SESSION], ['contexts', '/not/there'],
         ['why', '--format', 'json', SESSION], ['nonsense'])


class Served(unittest.TestCase):
    def test_same(self):
        self.assertIsNotNone(served.server_of(WSSC))
        for line in (*LINES, *reversed(LINES)):
            with self.subTest(line):
                here, alone = (run([WSSC, *line], capture_output=True, timeout=120) for run in (served.run, subprocess.run))
                self.assertEqual((here.returncode, here.stdout, here.stderr), (alone.returncode, alone.stdout, alone.stderr))

    def test_who_goes_alone(self):
        for argv in (['sh', '-c', 'echo $PPID'], ['sh', '-c', 'cat']):
            done = served.run(argv, capture_output=True, text=True, input='%d\n' % os.getpid())
            self.assertEqual(done.stdout, '%d\n' % os.getpid())
        done = served.run([WSSC, 'contexts', '-Y', 'no.such', SESSION], capture_output=True, text=True)
        self.assertIn('no.such', done.stderr)

    def test_too_long(self):
        with self.assertRaises(subprocess.TimeoutExpired):
            served.run([WSSC, 'events', RENEW], capture_output=True, timeout=0.0001)
        self.assertEqual(served.run([WSSC, 'contexts', SESSION], capture_output=True).returncode, 0)
        with self.assertRaises(subprocess.CalledProcessError):
            served.run([WSSC, 'contexts', '/not/there'], capture_output=True, check=True)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
