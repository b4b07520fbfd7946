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
sys.path[:0] = [os.path.join(ROOT, 'tests', 'support'), os.path.join(ROOT, 'tests', 'same'), os.path.join(ROOT, 'tests', 'bench'),
                os.path.join(ROOT, 'tests', 'agree')]
import key_material  # pylint: disable=wrong-import-position
import make_pcap  # pylint: disable=wrong-import-position
import strange  # pylint: disable=wrong-import-position

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

    def counted(self, capture, *options, status=0):
        """Frames that are dissected, and how often libwireshark begins anew."""
        count = self.path('count')
        done = subprocess.run([WSSC, 'contexts', '--no-progress', '--jobs', '1', *options, capture], capture_output=True,
                              timeout=300, check=False, env=dict(os.environ, WSSC_COUNT=count))
        self.assertEqual(done.returncode, status, done.stderr)
        with open(count, encoding='ascii') as file:
            return tuple(int(word) for word in file.read().split())

    def dissected(self, capture, *options):
        return self.counted(capture, *options)[0]

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

    def test_links(self):
        """Behind labels of MPLS and in PPPoE as without."""
        talk = strange.turns(strange.GET, strange.page(), client=(strange.CLIENT[0], 50003))
        for number, wrap in enumerate((lambda f: f, strange.in_pppoe, strange.in_mpls, lambda f: strange.in_mpls(f, (17, 18)))):
            capture = strange.write(self.path('link%d' % number), [wrap(frame) for frame in talk])
            self.assertEqual(self.dissected(capture), 0, number)
            self.assertGreater(self.dissected(capture, '--no-triage'), 4, number)

    def test_asides(self):
        """Of switches and routers nothing is dissected, of others what they may quote."""
        rng = random.Random(1)
        said = [frame for _ in range(20) for frame in strange.asides(rng, [strange.turns(strange.ask())[3]])]
        nothing = [f for f in said if f[12:14] != b'\x08\0' or f[23] == 89]
        self.assertGreater(len(nothing), 10)
        self.assertEqual(self.dissected(strange.write(self.path('nothing'), nothing)), 0)
        self.assertEqual(self.dissected(strange.write(self.path('said'), said)), len(said) - len(nothing))

    def test_forgetting(self):
        """Datagrams, errors and ESP between connections keep libwireshark from nothing; what may go on does."""
        def beginnings(aside):
            frames = [f for number in range(6) for f in [aside, *strange.turns(strange.ask(), client=(strange.CLIENT[0], 51000 + number))]]
            return self.counted(strange.write(self.path('aside'), [*frames, aside]), '--limit', 'remembered-frames=1')[1]

        def udp(port, octets=b'state'):
            return strange.mix.udp(*strange.CLIENT, strange.SERVER[0], port, octets)

        def ip(protocol, octets=b'\3\1' + b'\xff' * 40):
            return strange.mix.ethernet(strange.CLIENT[0], strange.SERVER[0], protocol, octets)

        inside = strange.turns(strange.ask(), client=(b'\x0a\5\5\5', 50000))[3][14:]
        for aside in (udp(20777), ip(1), ip(50)):
            self.assertGreater(beginnings(aside), 6, aside)
        # GRE, a tunnel's port, blocks of CoAP, a word of SOAP; a connection inside of datagrams, and of an error.
        for aside in (ip(47), udp(4789), udp(5683), udp(20777, b'<Envelope/>'), udp(20777, inside), ip(1, b'\3\1' + b'\0' * 6 + inside)):
            self.assertLess(beginnings(aside), 4, aside)

    def test_joined(self):
        """HTTP that was there before the capture rests between its messages, too, where its port is HTTP's or a request comes first."""
        long = strange.body(strange.POST, strange.envelope() + b' ' * 4000)
        talk = (long, strange.tell()) + (strange.ask(), strange.tell()) * 10

        def beginnings(first, **ends):
            path = strange.write(self.path('joined'), strange.turns(*talk, **ends)[first:])
            return self.counted(path, '--limit', 'remembered-frames=1')[1]

        requests = [i for i, frame in enumerate(strange.turns(*talk)) if frame[54:58] == b'POST']
        for first in (0, 3, requests[1], requests[1] + 1, requests[2]):
            self.assertGreater(beginnings(first), 8, first)
        self.assertGreater(beginnings(requests[1], port=50777), 8)
        self.assertLess(beginnings(requests[1] + 1, port=50777), 4)

    def test_apart(self):
        """In a large capture what never rests is dissected by a process of its own, with one job, too: the other forgets."""
        long = strange.body(strange.POST, strange.envelope() + b' ' * 60000)
        calls = [f for number in range(150) for f in strange.turns(long, strange.tell(), client=(strange.CLIENT[0], 51000 + number))]
        frames = self.dissected(strange.write(self.path('calls'), calls))

        def counted(own, status, *options):
            path = strange.write(self.path('apart'), [*own[:-2], *calls, *own[-2:]])
            return self.counted(path, '--limit', 'remembered-frames=200', *options, status=status)

        gre = strange.mix.ethernet(strange.CLIENT[0], strange.SERVER[0], 47, b'\3\1' + b'\xff' * 40)
        ends = {'client': (strange.CLIENT[0], 50500), 'close': False}
        joined = strange.turns(*[b'\1\2' * 60] * 8, port=40404, **ends)[3:]
        broken = strange.lost(6, strange.turns(*[strange.ask(), strange.tell()] * 4, **ends))
        for name, own, status in (('GRE', [gre] * 4, 0), ('joined in its middle', joined, 0), ('a segment is lost', broken, 3)):
            begun = counted(own, status)
            self.assertGreater(begun[1], 20, name)
            self.assertLess(counted(own, status, '--no-triage')[1], 4, name)
            again = 2 * begun[1]  # SYNs of connections that go on
            self.assertGreaterEqual(begun[0], frames, name)
            self.assertLessEqual(begun[0], frames + len(own) + again, name)

    def test_soap(self):
        self.assertGreater(self.dissected(SOAP), 5)


unittest.main(argv=sys.argv[:1])
