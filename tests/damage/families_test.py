#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of every carrier, damaged in every way of a family: each message of the untouched one is found or told, nothing is
called invalid where octets were lost, and what only came twice or in another order is no damage.

usage: families_test.py WSSC PLUGIN SOURCE_DIR [--all] [CAPTURE ...]
--all: every frame and 200 seeds, else a share that is the same each time.
"""
import concurrent.futures
import os
import random
import subprocess
import sys
import tempfile
import unittest

WSSC, PLUGIN, SOURCE = (os.path.abspath(path) for path in sys.argv[1:4])
sys.path += [os.path.join(SOURCE, 'tests', 'support'), os.path.dirname(os.path.abspath(__file__))]
import families  # pylint: disable=wrong-import-position
import stock_tshark  # pylint: disable=wrong-import-position

IS_ALL = '--all' in sys.argv[4:]
NAMES = [name for name in sys.argv[4:] if name != '--all']
SHARE = {'dropped': 1, 'doubled': 1, 'swapped': 1, 'cut': 1, 'flipped': 1}
SEEDS = 200
EVERY_TSHARK = 1 if IS_ALL else 8  # so many runs of the analyzer to one of tshark


class Families(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.captures = [families.Capture(WSSC, SOURCE, row, folder.name) for row in families.CAPTURES
                        if row[0] in NAMES or not NAMES]
        cls.tshark = stock_tshark.Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def chosen(self, capture, family):
        """(title, frames)"""
        if family == 'flipped':
            yield from capture.flipped(range(1, SEEDS + 1) if IS_ALL else random.Random(capture.name).sample(
                range(1, SEEDS + 1), SHARE[family]))
            return
        every = list(getattr(capture, family)())
        yield from every if IS_ALL else random.Random(family + capture.name).sample(every, SHARE[family])

    def problems(self, capture, family, title, frames, number):
        path = capture.write(frames, '%s-%d' % (family, number))
        reading = families.Reading(WSSC, path, capture.keylog)
        yield from self.problems_of(capture, family, frames, reading)
        if number % EVERY_TSHARK == 0:
            yield from self.problems_of_tshark(capture, family, path, reading)
        os.unlink(path)

    @staticmethod
    def problems_of(capture, family, frames, reading):
        if reading.status not in (0, 3):
            yield 'status %d: %s' % (reading.status, reading.words[-300:])
        for message in capture.missing(frames, reading, family == 'flipped'):
            yield 'nothing is told of frames %d-%d, %s -> %s' % (message.first, message.last, message.src, message.dst)
        has_word = reading.damaged or reading.unread or reading.words
        if len(reading.messages) < len(capture.messages) and (reading.status != 3 or not has_word):
            yield '%d of %d messages, status %d' % (len(reading.messages), len(capture.messages), reading.status)
        if family == 'flipped':
            return
        if reading.invalid:
            yield 'invalid: %s' % reading.invalid
        if len(reading.messages) > len(capture.messages):
            yield '%d messages for %d' % (len(reading.messages), len(capture.messages))
        if family in ('doubled', 'swapped') and (
                reading.status != 0 or reading.damaged or len(reading.messages) != len(capture.messages)):
            yield 'status %d, %d of %d messages, %d damaged' % (reading.status, len(reading.messages),
                                                                len(capture.messages), len(reading.damaged))

    def problems_of_tshark(self, capture, family, path, reading):
        """It tells nothing of what it does not see, but sees no more than the analyzer, and judges no better."""
        options = ['-o', 'tls.keylog_file:' + self.tshark.place(capture.keylog)] if capture.keylog else []
        names = ['wssc.message_id', 'wssc.damage', 'wssc.signature.verdict']
        copy = self.tshark.place(path)
        try:
            rows = self.tshark.fields(copy, names, '-Y', 'wssc', *options)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            yield str(error)
            return
        finally:
            os.unlink(copy)
        if family != 'flipped' and any('invalid' in row['wssc.signature.verdict'] for row in rows):
            yield 'tshark: invalid'
        told = {m['message_id'] for m in reading.messages}
        seen = {i for row in rows if not row['wssc.damage'] for i in row['wssc.message_id']}
        if seen - told:
            yield 'tshark alone sees %s' % (seen - told)

    def check(self, family):
        runs, number = [], 0
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for capture in self.captures:
                for title, frames in self.chosen(capture, family):
                    number += 1
                    runs.append((capture.name, title, pool.submit(
                        lambda *args: list(self.problems(*args)), capture, family, title, frames, number)))
            for name, title, run in runs:
                with self.subTest(capture=name, damage=title):
                    self.assertEqual(run.result(), [])
        self.assertTrue(runs)

    def test_dropped(self):
        self.check('dropped')

    def test_doubled(self):
        self.check('doubled')

    def test_swapped(self):
        self.check('swapped')

    def test_cut(self):
        self.check('cut')

    def test_flipped(self):
        self.check('flipped')


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
