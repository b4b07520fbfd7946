#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every capture made with Mono decodes completely in a stock tshark with the plugin and in the analyzer: as many
messages as the programs sent, nothing malformed, every segment of net.tcp accounted for, values as they were written.

usage: mono_test.py WSSC PLUGIN SOURCE_DIR
"""
import glob
import json
import os
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
import streams  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN, SOURCE = (os.path.abspath(a) for a in sys.argv[1:4])
DATA = os.path.join(SOURCE, 'tests', 'data', 'captures-real')
BAD = '_ws.malformed || nettcp.unknown || nettcp.skipped || wssc.damage || nbfx.unknown_id'
# Segments that end no record or HTTP message are part of one that a later segment ends.
UNREAD = '(tcp.len > 0 && !nettcp && !http && !tcp.reassembled_in)'
# What the programs sent: a request and an answer a call; MTOM requests and a bare RST were never answered.
MESSAGES = {'mono-nettcp-none': 8, 'mono-nettcp-streamed': 2, 'mono-http-msbin1': 4 + 2, 'mono-basichttp': 4,
            'mono-http-mtom-request-only': 2, 'mono-http-plain-rst-unanswered': 1,
            'mono-http-anonymous-for-certificate': 4, 'mono-http-username-for-certificate': 4,
            'mono-http-x509-mutual-signed-encrypted': 4}
# The structure that went through mono-nettcp-none and back.
VALUES = {'Number': '-70000', 'Text': 'café & <tag>', 'When': '2024-02-29T12:34:56.12345Z',
          'Key': '00112233-4455-6677-8899-aabbccddeeff', 'Span': 'P1DT2H3M4S', 'Money': '12345.6700', 'Ratio': '2.5E-07',
          'Flag': 'true', 'Blob': 'AAECA/r7/P3+/w==', 'Numbers': '1 2 3 -4', 'Single': '1.1', 'Big': '1099511627776'}


class Mono(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def check(self, path, expected):
        done = served.run([WSSC, 'events', path], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        messages = [e for e in events if e['type'] == 'message']
        self.assertEqual(len(messages), expected)
        self.assertEqual([e['damage'] for e in messages if e['damage']], [])
        self.assertEqual([e['id'] for e in events if e['type'] == 'finding' and
                          e['id'] in ('malformed-xml', 'damaged-message', 'odd-encoding', 'unknown-string')], [])
        copy = self.tshark.place(path)
        for passes, bad in ([], BAD), (['-2'], BAD + ' || ' + UNREAD):
            rows = self.tshark.fields(copy, ['frame.number', 'wssc.envelope'], *passes, '-Y', 'wssc.envelope || ' + bad)
            self.assertEqual([row for row in rows if not row['wssc.envelope']], [])
            self.assertEqual(sum(len(row['wssc.envelope']) for row in rows), expected)
            self.assertEqual(self.tshark.run('-r', copy, *passes, '-Y', 'wssc.envelope && (%s)' % bad), '')

    def trees(self, name):
        """The equivalent XML of every binary message."""
        copy = self.tshark.place(os.path.join(DATA, name))
        return [xml.etree.ElementTree.fromstring(octets)
                for _, octets in streams.sources(self.tshark, copy, 'Equivalent XML', '-Y', 'nbfx.xml')]

    def test_every_value_of_nettcp_none(self):
        trees = self.trees('mono-nettcp-none.pcap')
        self.assertEqual(len(trees), 8)
        for tree in trees[6:]:
            seen = {}
            for element in tree.iter():
                name = element.tag.rsplit('}', 1)[-1]
                if name in VALUES:
                    seen[name] = element.text or ' '.join(child.text for child in element)
            self.assertEqual(seen, VALUES)

    def test_texts_of_tcp_none(self):
        with open(os.path.join(DATA, 'mono', 'tcp-none.truth.json'), encoding='utf-8') as file:
            told = [m['text'] for m in json.load(file)['messages'] if m['who'] in ('client sends', 'client got')]
        self.assertEqual([''.join(tree[1].itertext()) for tree in self.trees('mono/tcp-none.pcapng')], told)

    def test_streamed_envelopes(self):
        seen = [''.join(tree[1].itertext()) for tree in self.trees('mono-nettcp-streamed.pcap')]
        self.assertEqual(len(seen), 2)
        self.assertEqual(seen[0], seen[1])  # the service says what it was told


def add_tests():
    paths = glob.glob(os.path.join(DATA, 'mono-*.pcap')) + glob.glob(os.path.join(DATA, 'mono', '*.pcapng'))
    for path in sorted(paths):
        name = os.path.splitext(os.path.basename(path))[0]
        expected = MESSAGES.get(name)
        if expected is None:
            with open(path.replace('.pcapng', '.truth.json'), encoding='utf-8') as file:
                told = [m['who'] for m in json.load(file)['messages']]
            expected = told.count('client sends') + told.count('client got')
        setattr(Mono, 'test_' + name.replace('-', '_'), lambda self, p=path, n=expected: self.check(p, n))
    return len(paths)


if __name__ == '__main__':
    if add_tests() != len(MESSAGES) + 6:
        sys.exit('captures are missing')
    unittest.main(argv=sys.argv[:1], verbosity=2)
