#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames look the same in whatever order they are visited, and nothing of one file is left in the next: sharkd, which
visits frames as Wireshark's window does, with the plugin.

usage: order_test.py PLUGIN DATA_DIR
"""
import glob
import itertools
import os
import random
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import streams  # pylint: disable=wrong-import-position
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


class LateKeys(unittest.TestCase):
    """A call stands before the messages that make its key, and the capture goes on until after the context's lifetime
    with a frame that holds no message."""
    CALL, ANSWER, REQUEST, ISSUE = range(4)

    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        path = os.path.join(folder.name, 'late.pcap')
        session = os.path.join(DATA, '..', '..', 'captures', 'corewcf-session.pcap')
        (talk,) = streams.conversations(session, 8080)
        turns = [(way, b''.join(octets for _, octets in run)) for way, run in itertools.groupby(talk, lambda p: p[0])]
        frames = streams.write(path, [turns[2:4], turns[0:2]], 8080, one_service=True)
        cls.frames = [n for talk_frames in frames for n in talk_frames]
        with open(path, 'r+b') as file:
            file.seek(24)
            (seconds,) = struct.unpack_from('<I', file.read(16))
            frame = file.read(2) + struct.pack('>H', 40) + file.read(38)[2:]  # headers alone
            file.seek(0, os.SEEK_END)
            file.write(struct.pack('<IIII', seconds + 2 * 86400, 0, 40, 40) + frame)
        cls.path = cls.tshark.place(path)

    def verdicts(self, *options):
        names = ['wssc.signature.verdict', '_ws.col.Info', 'wssc.context.state']
        return self.tshark.fields(self.path, names, *options)[self.frames[self.CALL] - 1]

    def test_what_a_later_visit_shows_is_settled(self):
        first, later = self.verdicts(), self.verdicts('-2')
        self.assertEqual(first['wssc.signature.verdict'], ['no-key'])
        self.assertEqual(later['wssc.signature.verdict'], ['valid'])
        self.assertIn('signature no-key', first['_ws.col.Info'][0])
        self.assertIn('signature valid', later['_ws.col.Info'][0])
        sharkd = self.tshark.sharkd()
        self.addCleanup(sharkd.close)
        count = sharkd.load(self.path)
        for order in (range(1, count + 1), range(count, 0, -1)):
            for frame in order:
                shown = sharkd.call('frame', frame=frame, proto=True, columns=True)
                if frame == self.frames[self.CALL]:
                    self.assertEqual(shown['col'][6], later['_ws.col.Info'][0])
                    self.assertIn('signature valid', str(shown['tree']))
                    self.assertNotIn('no-key', str(shown['tree']))

    def test_table_is_the_same_in_one_pass_and_in_two(self):
        """The last message says nothing of the capture's end."""
        once = self.tshark.run('-q', '-z', 'wssc,contexts', '-r', self.path)
        self.assertIn('expired', once)
        self.assertEqual(self.tshark.run('-2', '-q', '-z', 'wssc,contexts', '-r', self.path), once)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
