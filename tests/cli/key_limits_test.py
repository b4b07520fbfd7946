#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Key files that never end, are too large, or ask for hours of work: refused at once, with a word that says why.

usage: key_limits_test.py WSSC SOURCE_DIR
"""
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CAPTURE = os.path.join(SOURCE, 'captures', 'corewcf-session.pcap')
LARGE = 'more than 16 MB'
WORK = 'iterations of its password, the limit is 1000000'


def asn1(number):
    octets = number.to_bytes(number.bit_length() // 8 + 1, 'big')
    return b'\x02' + bytes([len(octets)]) + octets


class Limits(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def openssl(self, *argv):
        subprocess.run(['openssl', *argv], check=True, capture_output=True, timeout=60, cwd=self.folder.name)

    def refused(self, argv, word, status=2, command='contexts'):
        begin = time.monotonic()
        done = served.run([WSSC, command, '--no-progress', *argv, CAPTURE], capture_output=True, text=True, timeout=60,
                          check=False)
        self.assertIn(word, done.stderr)
        if status is not None:
            self.assertEqual(done.returncode, status)
        self.assertLess(time.monotonic() - begin, 8)

    def test_without_end(self):
        self.refused(['-k', '/dev/zero'], LARGE)
        self.refused(['--ca-file', '/dev/zero'], LARGE, command='verify')
        self.refused(['--tls-keylog', '/dev/zero'], 'is no file')

    def test_a_pipe_without_end(self):
        pipe = self.path('pipe')
        os.mkfifo(pipe)

        def write():
            try:
                with open(pipe, 'wb') as file:
                    while True:
                        file.write(b'# nothing\n' * 1000)
            except BrokenPipeError:
                pass
        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        self.refused(['-k', pipe], LARGE)

    def test_a_pipe(self):
        """One that is written to late is read as ever."""
        pipe = self.path('pipe')
        os.mkfifo(pipe)

        def write():
            time.sleep(0.5)
            with open(pipe, 'w', encoding='ascii') as file:
                file.write('NO_SUCH_WORD x\n')
        threading.Thread(target=write, daemon=True).start()
        self.refused(['-k', pipe], 'begins with no keyword', None)

    def test_a_gigabyte(self):
        for name in ('key.pem', 'key.p12'):
            with open(self.path(name), 'wb') as file:
                file.write(b'-----BEGIN PRIVATE KEY-----\n')
                file.truncate(1 << 30)
            self.refused(['-k', self.path(name)], LARGE)

    def test_iterations(self):
        """A number of the same length in its place: 8,388,607 for 100,000."""
        self.openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'k.pem', '-out', 'c.pem', '-days', '2',
                     '-subj', '/CN=x')
        self.openssl('pkcs12', '-export', '-inkey', 'k.pem', '-in', 'c.pem', '-out', 's.p12', '-passout', 'pass:', '-iter',
                     '100000', '-maciter')
        self.openssl('pkcs8', '-topk8', '-in', 'k.pem', '-outform', 'DER', '-out', 'e.der', '-passout', 'pass:x', '-iter',
                     '100000')
        before, after = asn1(100000), asn1(8388607)
        for name in ('s.p12', 'e.der'):
            with open(self.path(name), 'rb') as file:
                octets = file.read()
            places = [at for at in range(len(octets)) if octets.startswith(before, at)]
            self.assertTrue(places, name)
            for at in places:
                with open(self.path('changed'), 'wb') as file:
                    file.write(octets[:at] + after + octets[at + len(after):])
                self.refused(['-k', self.path('changed')], WORK)
        # Inside what a password protects, too, and one that is as it should be opens.
        for argv, word in ((['-iter', '2000000', '-nomaciter'], WORK), (['-iter', '100000'], 'frame')):
            self.openssl('pkcs12', '-export', '-inkey', 'k.pem', '-in', 'c.pem', '-out', 'n.p12', '-passout', 'pass:',
                         '-certpbe', 'NONE', *argv)
            if word == WORK:
                self.refused(['-k', self.path('n.p12')], word)
            else:
                done = subprocess.run([WSSC, 'contexts', '--no-progress', '-k', self.path('n.p12'), CAPTURE], timeout=60,
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ''))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
