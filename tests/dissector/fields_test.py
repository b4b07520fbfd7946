#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/fields.md is what plugin/fields.def says and what tshark knows.

usage: fields_test.py PLUGIN SOURCE_DIR
"""
import os
import re
import sys
import unittest

PLUGIN, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path[:0] = [os.path.join(SOURCE, 'tests', 'support'), os.path.join(SOURCE, 'scripts')]
import fields_doc  # noqa: E402
from stock_tshark import Tshark  # noqa: E402

TYPES = {'FT_NONE': 'container', 'FT_STRING': 'string', 'FT_UINT32': 'number', 'FT_ABSOLUTE_TIME': 'time',
         'FT_BYTES': 'octets', 'FT_BOOLEAN': 'boolean', 'FT_FRAMENUM': 'frame', 'FT_RELATIVE_TIME': 'duration',
         'FT_DOUBLE': 'seconds'}


class Fields(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tshark = Tshark(PLUGIN)
        cls.addClassCleanup(tshark.close)
        rows = [line.split('\t') for line in tshark.run('-G', 'fields').splitlines()]
        cls.known = {r[2]: (TYPES[r[3]], r[1]) for r in rows if r[0] == 'F' and r[4] == 'wssc'}
        cls.all = {r[2] for r in rows if r[0] == 'F'}
        with open(os.path.join(SOURCE, 'docs', 'fields.md'), encoding='utf-8') as file:
            cls.page = file.read()

    def test_as_made(self):
        self.assertEqual(self.page, fields_doc.document(SOURCE), 'run scripts/fields_doc.py SOURCE_DIR > docs/fields.md')

    def test_as_tshark_has_them(self):
        rows = re.findall(r'^\| `([^`]+)` \| (\w+) \| (.*?) \| .*\|$', self.page, re.M)
        told = {name: (kind, label) for name, kind, label in rows}
        self.assertEqual(len(told), len(rows))
        # Expert items are fields to tshark, of the names of findings.
        self.assertEqual(told, {n: v for n, v in self.known.items() if not n.startswith(('wssc.finding.', 'wssc.cause.expert'))})
        self.assertGreater(len(told), 150)

    def test_what_is_pointed_to(self):
        for name in ('nettcp.', 'nbfx.'):
            self.assertTrue([f for f in self.all if f.startswith(name)])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
