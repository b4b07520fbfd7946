#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile folder in a stock tshark: its columns, colours, buttons and macros are taken, and Info has instances by number.

usage: profile_test.py PLUGIN SOURCE_DIR
"""
import os
import re
import shutil
import subprocess
import sys
import unittest

PLUGIN, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
from stock_tshark import Tshark  # noqa: E402

PROFILE = os.path.join(SOURCE, 'profile', 'WSSC')


class Profile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)
        folder = re.search(r'Personal configuration:\s*(\S+)', cls.tshark.run('-G', 'folders')).group(1)
        shutil.copytree(PROFILE, os.path.join(folder, 'profiles', 'WSSC'))
        for where, folders, files in os.walk(cls.tshark.home):
            for name in folders + files:
                os.chmod(os.path.join(where, name), 0o755)
        cls.renewed = cls.place('corewcf-renew')
        cls.refused = cls.place('corewcf-badcontext')

    @classmethod
    def place(cls, name):
        base = os.path.join(SOURCE, 'captures', name)
        return ['-o', 'tls.keylog_file:' + cls.tshark.place(base + '.keylog'), '-2', '-r', cls.tshark.place(base + '.pcapng')]

    def run_with(self, *args):
        """Without a word of complaint."""
        done = subprocess.run([*self.tshark.prefix, 'tshark', '-C', 'WSSC', *args], capture_output=True, text=True,
                              env={**self.tshark.env, 'COLORTERM': 'truecolor'}, timeout=300, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return done.stdout

    def test_columns(self):
        with open(os.path.join(PROFILE, 'preferences'), encoding='utf-8') as file:
            names = re.findall(r'^\s+"([^"]+)", "%', file.read(), re.M)
        lines = [[cell for cell in line.split('\t') if cell != '\u2192']
                 for line in self.run_with(*self.renewed, '-Y', 'wssc', '-T', 'tabs').splitlines()]
        self.assertEqual({len(line) for line in lines}, {len(names)})
        rows = [dict(zip(names, (cell.strip() for cell in line))) for line in lines]
        self.assertEqual({r['Context'] for r in rows}, {'1'})
        self.assertEqual([r['Operation'] for r in rows if r['Operation']].count('renew'), 6)
        self.assertIn('valid', {r['Verdict'] for r in rows})
        self.assertEqual(rows[-1]['State'], 'cancelled')

    def test_instances_by_number(self):
        info = self.tshark.fields(self.renewed[-1], ['_ws.col.Info', 'wssc.context.instance'], *self.renewed[:2], '-2',
                                  '-Y', 'wssc.context.instance')
        numbers = {}
        for row in info:
            shown = re.search(r', instance (\d+)(,|$)', row['_ws.col.Info'][0])
            numbers.setdefault(row['wssc.context.instance'][0], set()).add(shown and shown.group(1))
            self.assertNotIn(row['wssc.context.instance'][0], row['_ws.col.Info'][0])
        # The first key of WCF's contexts has no name, and three renewals give one each.
        self.assertEqual(list(numbers.values()), [{'2'}, {'3'}, {'4'}])

    def colors(self, args):
        out = self.run_with('--color', *args, '-Y', 'wssc', '-T', 'fields', '-e', 'frame.coloring_rule.name', '-e',
                            'wssc.operation', '-e', 'wssc.fault.codes', '-e', 'wssc.signature.verdict')
        return [re.sub(r'\x1b\[[\d;]*m', '', line).split('\t') for line in out.splitlines()]

    def test_colors(self):
        found = set()
        for color, operation, fault, verdict in self.colors(self.renewed) + self.colors(self.refused):
            found.add(color)
            self.assertTrue(color.startswith('WSSC'), color)
            if fault:
                self.assertEqual(color, 'WSSC refused')
            elif operation == 'renew':
                self.assertIn(color, ('WSSC renewed', 'WSSC finding'))
            elif color == 'WSSC signature valid':
                self.assertIn('valid', verdict)
        self.assertLessEqual({'WSSC refused', 'WSSC renewed', 'WSSC issued', 'WSSC signature valid', 'WSSC cancelled'}, found)

    def test_rules_and_buttons_are_filters(self):
        with open(os.path.join(PROFILE, 'colorfilters'), encoding='utf-8') as file:
            filters = re.findall(r'^@[^@]+@([^@]+)@\[', file.read(), re.M)
        with open(os.path.join(PROFILE, 'dfilter_buttons'), encoding='utf-8') as file:
            filters += [f.replace('\\x22', '"') for f in re.findall(r'^"TRUE","[^"]+","([^"]+)"', file.read(), re.M)]
        self.assertEqual(len(filters), 15)
        # Fields that are not there would be refused.
        self.run_with(*self.refused, '-Y', ' || '.join('(%s)' % f for f in filters))

    def test_macros(self):
        frames = {}
        for macro in ('${context:1}', '${exchange:10}'):
            out = self.run_with(*self.renewed, '-Y', macro, '-T', 'fields', '-e', 'frame.number')
            frames[macro] = [int(n) for n in out.split()]
        self.assertGreater(len(frames['${context:1}']), 40)
        self.assertEqual(len(frames['${exchange:10}']), 2)
        self.assertIn(10, frames['${exchange:10}'])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
