#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames look the same in whatever order they are visited, and nothing of one file is left in the next: sharkd, which
visits frames as Wireshark's window does, with the plugin.

usage: order_test.py PLUGIN DATA_DIR
"""
import glob
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

PLUGIN, DATA = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
OURS = ('wssc', 'nettcp', 'nbfx')
PATTERNS = ['carriers/*', 'captures-real/corewcf/tcp-*', 'captures-real/corewcf/sc-13-renew*',
            'captures-real/corewcf/sc-13-binary*', 'captures-real/corewcf-session/*', 'captures-real/dotnet/*tcp*',
            'captures-real/mono-*', 'captures-real/mono/*', 'captures-real/cxf/sym*', 'captures-real/metro/sym*',
            'captures-real/wine/*']


def captures():
    found = {path for pattern in PATTERNS for path in glob.glob(os.path.join(DATA, pattern))
             if path.endswith(('.pcap', '.pcapng'))}
    return sorted(found)


class Order(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)
        cls.sharkd = cls.tshark.sharkd()
        cls.addClassCleanup(cls.sharkd.close)

    def load(self, sharkd, path):
        keylog = os.path.splitext(path)[0] + '.keylog'
        return sharkd.load(self.tshark.place(path), self.tshark.place(keylog) if os.path.exists(keylog) else '')

    def look(self, sharkd, frame):
        """Our trees of a frame, its other data sources and its columns."""
        shown = sharkd.call('frame', frame=frame, proto=True, bytes=True, columns=True)
        trees = [item for item in shown['tree'] if item.get('f', '').split(' ')[0] in OURS]
        sources = [(s['name'], s['bytes']) for s in shown.get('ds', [])]
        return trees, sources if trees else [], shown.get('col')

    def visit(self, sharkd, order):
        return {frame: self.look(sharkd, frame) for frame in order}

    def same(self, name, want, seen):
        for frame in want:
            self.assertEqual(want[frame], seen[frame], '%s, frame %d' % (name, frame))

    def test_any_order(self):
        trees = 0
        for path in captures():
            name = os.path.relpath(path, DATA)
            count = self.load(self.sharkd, path)
            frames = list(range(1, count + 1))
            want = self.visit(self.sharkd, frames)
            trees += sum(len(shown[0]) for shown in want.values())
            self.same(name + ' backwards', want, self.visit(self.sharkd, frames[::-1]))
            random.Random(1).shuffle(frames)
            self.same(name + ' shuffled', want, self.visit(self.sharkd, frames + frames[:20]))
            count = self.load(self.sharkd, path)
            self.same(name + ' loaded again, backwards', want, self.visit(self.sharkd, range(count, 0, -1)))
        self.assertGreater(trees, 1000)

    def test_nothing_is_left_of_another_file(self):
        """Two captures of one kind, each alone and behind the other."""
        paths = [os.path.join(DATA, 'captures-real', 'corewcf', name + '.pcapng')
                 for name in ('tcp-feb05', 'sc-13-renew', 'tcp-none')]
        alone = []
        for path in paths:
            sharkd = self.tshark.sharkd()
            alone.append(self.visit(sharkd, range(1, self.load(sharkd, path) + 1)))
            sharkd.close()
        for i in (0, 1, 2, 1, 0, 2):
            count = self.load(self.sharkd, paths[i])
            self.same(paths[i], alone[i], self.visit(self.sharkd, range(1, count + 1)))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
