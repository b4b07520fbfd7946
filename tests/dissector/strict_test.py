#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The preference wssc.strict: messages that a habit alone makes valid (tests/habits) are what the specifications say.

usage: strict_test.py PLUGIN SOURCE_DIR
"""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import make_pcap  # noqa: E402  pylint: disable=wrong-import-position
import messages as soap  # noqa: E402  pylint: disable=wrong-import-position
from stock_tshark import Tshark  # noqa: E402  pylint: disable=wrong-import-position

PLUGIN, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
NAMES = ['wssc.signature.verdict', 'wssc.signature.deviation']


def rows(folder):
    """The messages that are valid by a habit, by keys of a key file's own lines."""
    folder = os.path.join(SOURCE, 'tests', 'habits', folder)
    with open(os.path.join(folder, 'index.json'), encoding='utf-8') as file:
        for row in json.load(file):
            if 'strict' in row and row['signatures'][0].get('deviation') and row['file'].endswith('.xml'):
                with open(os.path.join(folder, row['file']), encoding='utf-8') as message:
                    yield row, message.read()


class Strict(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def check(self, folder):
        """All messages in one capture, each on a connection of its own."""
        cases = list(rows(folder))
        self.assertGreater(len(cases), 3)
        path, keys = (os.path.join(self.tshark.home, '%s.%s' % (folder, kind)) for kind in ('pcap', 'keys'))
        make_pcap.write(path, *((80, [(True, soap.http(text, True))]) for _, text in cases))
        with open(keys, 'w', encoding='utf-8') as file:
            file.write('\n'.join(sorted({line for row, _ in cases for line in row['keys']})) + '\n')
        options = ('-o', 'wssc.keylog_file:' + keys, '-Y', 'wssc.signature.verdict')
        for passes in ((), ('-2',)):
            for strict in ('FALSE', 'TRUE'):
                seen = self.tshark.fields(path, NAMES, '-o', 'wssc.strict:' + strict, *options, *passes)
                right = [(row['strict'] if strict == 'TRUE' else row['signatures'])[0] for row, _ in cases]
                with self.subTest(strict=strict, passes=passes):
                    self.assertEqual([(s[NAMES[0]], s.get(NAMES[1]) or []) for s in seen],
                                     [([r['verdict']], [r['deviation']] if r['deviation'] else []) for r in right])

    def test_methods_without_algorithm(self):
        self.check('methods')

    def test_derived_keys(self):
        self.check('derived')


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
