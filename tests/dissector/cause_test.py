#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a message was refused, in a stock tshark: the cause that the truth file names, on the frames that wssc why names, with
links to its evidence and an expert item; nothing where all was well; in one pass, which ends too late to tell, nothing at
all, and in any order of visits the same.

usage: cause_test.py WSSC PLUGIN SOURCE_DIR
"""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN, SOURCE = (os.path.abspath(a) for a in sys.argv[1:4])
FOLDER = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-why')
REFUSED = ('why-farm-13', 'why-tampered-value-13', 'why-pending-13', 'why-expired-13', 'why-clock-ahead-13')
HEALTHY = 'why-suite-harmless-13'
NAMES = ['wssc.cause', 'wssc.cause.confidence', 'wssc.cause.text', 'wssc.cause.evidence', 'wssc.cause.advice',
         'wssc.cause.occurrences', 'wssc.cause.expert']


class Cause(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def rows(self, name, *options):
        """frame -> its fields, of frames with a message."""
        base = os.path.join(FOLDER, name)
        path = self.tshark.place(base + '.pcapng')
        rows = self.tshark.fields(path, ['frame.number', *NAMES], '-Y', 'wssc', '-o',
                                  'tls.keylog_file:' + self.tshark.place(base + '.keylog'), *options)
        return {int(row['frame.number'][0]): row for row in rows}

    @staticmethod
    def why(name):
        base = os.path.join(FOLDER, name)
        done = served.run([WSSC, 'why', '--format', 'json', '--no-progress', '--tls-keylog', base + '.keylog',
                           base + '.pcapng'], capture_output=True, text=True, check=True, timeout=120)
        return json.loads(done.stdout)

    def check(self, name):
        rows, troubles = self.rows(name, '-2'), self.why(name)
        with open(os.path.join(FOLDER, name + '.truth.json'), encoding='utf-8') as file:
            cause = json.load(file)['cause']
        told = {frame: row for frame, row in rows.items() if row['wssc.cause']}
        self.assertIn([cause], [row['wssc.cause'] for row in told.values()])
        for trouble in troubles:
            mine = {frame: row for frame, row in told.items() if row['wssc.cause'] == [trouble['cause']]}
            # A connection that was closed is no message.
            self.assertTrue(mine or trouble['cause'] == 'never-cancelled', '%s is told nowhere' % trouble['cause'])
            for frame in set(trouble['frames']) & set(rows):
                self.assertIn(frame, mine)
            for row in mine.values():
                self.assertEqual(row['wssc.cause.confidence'], [trouble['confidence']])
                self.assertEqual(row['wssc.cause.occurrences'], [str(trouble['occurrences'])])
                self.assertEqual(row['wssc.cause.advice'], [trouble['advice']])
                self.assertEqual([int(f) for f in row['wssc.cause.evidence']],
                                 [e['frame'] for e in trouble['evidence'] if e['frame'] is not None])
                self.assertEqual(len(row['wssc.cause.expert']), 1)
        self.assertEqual({row['wssc.cause'][0] for row in told.values()}, {t['cause'] for t in troubles} - {'never-cancelled'})
        return told

    def test_refused_messages_say_why(self):
        for name in REFUSED:
            with self.subTest(name):
                self.check(name)

    def test_nothing_went_wrong(self):
        self.assertEqual([row for row in self.rows(HEALTHY, '-2').values() if row['wssc.cause']], [])

    def test_one_pass_says_nothing(self):
        rows = self.rows(REFUSED[0])
        self.assertTrue(rows)
        self.assertEqual([row for row in rows.values() if row['wssc.cause']], [])

    def test_filter(self):
        base = os.path.join(FOLDER, REFUSED[0])
        out = self.tshark.run('-r', self.tshark.place(base + '.pcapng'), '-2', '-o',
                              'tls.keylog_file:' + self.tshark.place(base + '.keylog'), '-Y',
                              'wssc.cause == "farm-without-affinity"', '-T', 'fields', '-e', 'frame.number')
        frames = {int(frame) for frame in out.split()}
        self.assertTrue(set(self.why(REFUSED[0])[0]['frames']) <= frames)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], '-v'])
