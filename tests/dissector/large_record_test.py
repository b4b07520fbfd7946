#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A record of net.tcp that is larger than the limit is told and passed over by its length; what follows it on the
connection is read as ever, by the analyzer and by a stock tshark with the plugin.

usage: large_record_test.py WSSC PLUGIN SOURCE_DIR
"""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import streams  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN, SOURCE = (os.path.abspath(a) for a in sys.argv[1:4])
CAPTURE = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'mono-nettcp-none.pcap')
LIMIT = 64 << 20


def varint(number):
    out = b''
    while number > 0x7f:
        out += bytes([number & 0x7f | 0x80])
        number >>= 7
    return out + bytes([number])


def sized(size):
    """Its string table is empty: those behind it count on."""
    return b'\x06' + varint(size) + bytes(size)


def unsized(size):
    """A chunk that is too large, and two others."""
    return b'\x05' + varint(size) + bytes(size) + 2 * (varint(200) + bytes(200)) + b'\0'


class LargeRecord(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def analyzed(self, path):
        done = subprocess.run([WSSC, 'events', '--no-progress', path], capture_output=True, text=True, timeout=300, check=False)
        messages = [e for e in map(json.loads, done.stdout.splitlines()) if e['type'] == 'message']
        return [e['message_id'] for e in messages if not e['damage']], [e for e in messages if e['damage']], done.returncode

    def check(self, record, word):
        """In front of the second message of the client, in its session's strings too."""
        tshark = Tshark()
        self.addCleanup(tshark.close)
        port = int(tshark.fields(tshark.place(CAPTURE), ['tcp.dstport'], '-Y', 'tcp.flags.syn == 1')[0]['tcp.dstport'][0])
        pieces = streams.conversations(CAPTURE, port)[0]
        places = [nth for nth, (way, octets) in enumerate(pieces) if way and octets[:1] == b'\x06']
        path = os.path.join(self.tshark.home, 'large.pcap')
        streams.write(path, [pieces], port)
        want, damaged, status = self.analyzed(path)
        self.assertTrue(len(want) >= 4 and not damaged and status == 0)
        changed = pieces[:places[1]] + [(True, record)] + pieces[places[1]:]
        frames = streams.write(path, [streams.segmented(changed, 60000)], port)[0]
        os.chmod(path, 0o644)
        found, damaged, status = self.analyzed(path)
        self.assertEqual((found, status), (want, 3))
        self.assertEqual([e['direction'] for e in damaged], ['request'])
        self.assertIn(word, damaged[0]['damage'])
        self.assertIn(damaged[0]['frame'], frames)
        rows = self.tshark.fields(path, ['frame.number', 'wssc.message_id', 'wssc.damage'], '-Y', 'wssc')
        self.assertEqual([id_ for row in rows for id_ in row['wssc.message_id']], [id_ for id_ in want if id_])
        self.assertEqual([(int(row['frame.number'][0]), row['wssc.damage'][0]) for row in rows if row['wssc.damage']],
                         [(damaged[0]['frame'], damaged[0]['damage'])])

    def test_sized(self):
        self.check(sized(LIMIT + 1000), 'a record of %d octets, the limit is %d' % (LIMIT + 1000, LIMIT))

    def test_unsized(self):
        self.check(unsized(LIMIT + 1000), 'a record of more than %d octets' % LIMIT)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
