#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One process and several that share the work say the same, octet for octet: on output, on standard error, by their status.

usage: jobs_test.py WSSC SOURCE_DIR [--all | --damage SECONDS]

Over all that triage_test.py has, and over captures with the keys that belong to them. With few frames to a generation each
connection has a process of its own.
"""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import triage_test  # pylint: disable=wrong-import-position
import make_tls  # pylint: disable=wrong-import-position
from triage_test import key_material  # pylint: disable=wrong-import-position
from strange import ask, others, tell, turns, write  # pylint: disable=wrong-import-position
from strange_nettcp import after_each_other  # pylint: disable=wrong-import-position
from triage_test import COMMANDS, FORGETFUL, MODE, ROOT, said  # pylint: disable=wrong-import-position

WAYS = (('--jobs', '2'), ('--jobs', '3', *FORGETFUL))
BATCH = 8  # captures that are one analysis: most are small, and each run starts libwireshark
KEYED = ('contexts', 'events', 'verify') if MODE == '--all' else ('events',)


class Jobs(triage_test.Triage):
    ways, turn = WAYS, 0

    def same(self, command, files, *options):
        one = said(command, files, *options, '--jobs', '1')
        type(self).turn += 1
        for way in self.ways if MODE else [self.ways[self.turn % len(self.ways)]]:  # of a share, one way in turn
            other = said(command, files, *options, *way)
            for part, (left, right) in enumerate(zip(one, other)):
                if left != right:
                    lines = zip(left.split(b'\n'), right.split(b'\n')) if part else [(left, right)]
                    first = next((pair for pair in lines if pair[0] != pair[1]), ('', 'length'))
                    self.fail('%s %s %s %s: %s differs: %s | %s' % (command, files[:3], options, way, (
                        'status', 'output', 'errors')[part], str(first[0])[:400], str(first[1])[:400]))
        return one

    def test_captures(self):
        captures = self.captures()
        self.assertGreater(len(captures), 200)
        if MODE != '--all':
            super().test_captures()
        for begin in range(0, len(captures) if MODE == '--all' else 0, BATCH):
            for command in COMMANDS:
                self.same(command, captures[begin:begin + BATCH])

    def test_keys(self):
        """Captures of which a key log or a key file is there; of many, a share."""
        keyed = [c for c in self.captures() if key_material.keylog(c) or key_material.key_lines(c)]
        logs = [c for c in keyed if key_material.keylog(c)]
        self.assertGreater(len(keyed), 40)
        self.assertGreater(len(logs), 3)
        chosen = keyed if MODE == '--all' else keyed[::40] + logs[::max(1, len(logs) // 4)]
        self.ways = (*WAYS, ('--jobs', '1', *FORGETFUL))
        for number, capture in enumerate(chosen):
            options, log, lines = [], key_material.keylog(capture), key_material.key_lines(capture)
            if log:
                options += ['--tls-keylog', log]
            if lines:
                path = self.path('keys%d' % number)
                with open(path, 'w', encoding='utf-8') as file:
                    file.write('\n'.join(lines) + '\n')
                options += ['-k', path]
            for command in KEYED:
                self.same(command, [capture], *options)

    def test_cut(self):
        """Captures that end within answers in TLS: what was under way is told with the frame that it went on to."""
        path, keys, told = self.path('tls'), self.path('tls.keys'), 0
        count = make_tls.write(path, keys, 1)
        for at in range(1, 8):
            cut = self.path('cut%d' % at)
            subprocess.run(['editcap', '-r', path, cut, '1-%d' % (count * at // 8)], check=True, capture_output=True)
            _, out, _ = self.same('events', [cut], '--tls-keylog', keys)
            told += sum(e['type'] == 'unread' and e['last_frame'] > e['frame'] for e in map(json.loads, out.splitlines()))
        self.assertGreater(told, 0)

    def test_strings(self):
        """What a worker has of one session's strings is not another one's, though libwireshark was made to forget between."""
        self.ways = (('--jobs', '2', *FORGETFUL),)
        _, out, _ = self.same('events', [write(self.path('strings'), after_each_other(200))])
        self.assertIn(b'urn:of-199-0', out)

    def test_arrangers(self):
        """Where one connection may say what another one is, all is dissected together: the second one is FTP's."""
        ftp = turns(b'USER a\r\n', b'227 Entering Passive Mode (192,0,2,1,80,80)\r\n', port=21)
        data = turns(ask(), tell(), port=80 * 256 + 80)
        self.ways = (('--jobs', '2'),)  # libwireshark does not know any more what was arranged when it has forgotten all
        _, out, _ = self.same('events', [write(self.path('ftp'), others(ftp + data))])
        self.assertNotIn(b'urn:echo', out)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], failfast=MODE == '--damage')
