#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How many frames the analyzer has libwireshark dissect: none of what leads nowhere, but without triage most (acknowledgements
alone are never), as of what may hold something. That it says the same with and without is triage_test.py's.

usage: left_out_test.py WSSC_COUNTING SOURCE_DIR
"""
import os
import random
import struct
import subprocess
import sys
import tempfile
import unittest

WSSC, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path[:0] = [os.path.join(ROOT, 'tests', 'support'), os.path.join(ROOT, 'tests', 'same')]
import key_material  # pylint: disable=wrong-import-position
import make_pcap  # pylint: disable=wrong-import-position

QUIC = os.path.join(ROOT, 'tests', 'data', 'carriers', 'h3.pcap')
SOAP = os.path.join(ROOT, 'captures', 'corewcf-session.pcap')
# Kerberos, LDAP, MySQL, SMB, TNS (MongoDB's port is TLS's with Wireshark 4.0), a port that no dissector has; RDP, whose dissector
# goes on to others'.
NOWHERE, SOMEWHERE = (88, 389, 3306, 445, 1521, 40404), (3389,)
OCTETS = 6000


def frames_of(path):
    done = subprocess.run(['capinfos', '-T', '-M', '-c', '-r', path], capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout.split('\t')[1])


class LeftOut(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def dissected(self, capture, *options):
        count = self.path('count')
        done = subprocess.run([WSSC, 'contexts', '--no-progress', '--jobs', '1', *options, capture], capture_output=True,
                              timeout=300, check=False, env=dict(os.environ, WSSC_COUNT=count))
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(count, encoding='ascii') as file:
            return int(file.read())

    def talk(self, port):
        """Records of a length and octets that mean nothing; both ends begin so."""
        rng = random.Random(port)
        octets = [struct.pack('>i', OCTETS) + rng.randbytes(OCTETS) for _ in range(4)]
        capture = self.path('%d.pcap' % port)
        make_pcap.write(capture, (port, [(i % 2 == 0, part) for i, part in enumerate(octets)]))
        return capture

    def test_ports(self):
        for port in NOWHERE + SOMEWHERE:
            capture = self.talk(port)
            frames = frames_of(capture)
            self.assertGreater(frames, 20)
            self.assertGreater(self.dissected(capture, '--no-triage'), frames // 2, port)
            if port in NOWHERE:
                self.assertEqual(self.dissected(capture), 0, port)
            else:
                self.assertGreater(self.dissected(capture), 4, port)

    def test_quic(self):
        frames = frames_of(QUIC)
        self.assertEqual(self.dissected(QUIC), 0)
        self.assertGreater(self.dissected(QUIC, '--no-triage'), frames // 2)
        self.assertGreater(self.dissected(QUIC, '--tls-keylog', key_material.keylog(QUIC)), frames // 2)

    def test_soap(self):
        self.assertGreater(self.dissected(SOAP), 5)


unittest.main(argv=sys.argv[:1])
