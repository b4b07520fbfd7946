#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""net.tcp and TLS, damaged on the way: every message is decoded or told of by its frame, and no verdict is made
of what is missing.

usage: carriers_test.py WSSC SOURCE_DIR
"""
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CAPTURES = os.path.join(SOURCE, 'captures')
REAL = os.path.join(SOURCE, 'tests', 'data', 'captures-real')


class Damage(unittest.TestCase):
    """One capture; the frames of its messages are those that the undamaged file gives."""
    path = keylog = None
    count = 0            # messages, from the capture's sidecar
    step = 1             # every how many-th message is the one that suffers
    directory = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        whole = os.path.join(cls.directory.name, 'whole.pcap')
        subprocess.run(['editcap', '-F', 'pcap', cls.path, whole], check=True, capture_output=True)
        with open(whole, 'rb') as file:
            data = file.read()
        cls.head, cls.frames, at = data[:24], [], 24
        while at < len(data):
            size = struct.unpack_from('<I', data, at + 8)[0]
            cls.frames.append(data[at:at + 16 + size])
            at += 16 + size
        status, cls.messages, damaged, _ = cls.read(data)
        assert (status, len(cls.messages), damaged) == (0, cls.count, {}), (status, cls.messages, damaged)

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    @classmethod
    def read(cls, data):
        """Status, frames of messages read, frames of damaged ones with the reason, verdicts."""
        path = os.path.join(cls.directory.name, 'damaged.pcap')
        with open(path, 'wb') as file:
            file.write(data)
        argv = [WSSC, 'events', path] + (['--tls-keylog', cls.keylog] if cls.keylog else [])
        done = served.run(argv, capture_output=True, text=True, timeout=120, check=False)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        messages = [e for e in events if e['type'] == 'message']
        return (done.returncode, [m['frame'] for m in messages if not m['damage']],
                {m['frame']: m['damage'] for m in messages if m['damage']},
                {e['verdict'] for e in events if e['type'] == 'signature'})

    def read_frames(self, frames):
        return self.read(self.head + b''.join(frames))

    def check_lost(self, lost):
        status, seen, damaged, verdicts = self.read_frames(self.frames[:lost - 1] + self.frames[lost:])
        seen = [f if f < lost else f + 1 for f in seen]
        damaged = {(f if f < lost else f + 1): why for f, why in damaged.items()}
        self.assertEqual(status, 3)
        self.assertNotIn('invalid', verdicts)
        self.assertNotIn(lost, seen)
        # The message of the lost frame is told at the next frame that shows the gap.
        self.assertTrue(any('octets are missing before' in why for f, why in damaged.items() if f > lost), damaged)
        for frame in self.messages:
            if frame != lost:
                self.assertIn(frame, set(seen) | set(damaged))

    def test_lost(self):
        for frame in self.messages[::self.step]:
            with self.subTest(lost=frame):
                self.check_lost(frame)

    def test_late(self):
        """A segment comes three frames late: nothing is lost."""
        for frame in self.messages[:-1:self.step]:
            with self.subTest(late=frame):
                order = self.frames[:frame - 1] + self.frames[frame:frame + 3] + [self.frames[frame - 1]] + \
                    self.frames[frame + 3:]
                status, seen, damaged, verdicts = self.read_frames(order)
                self.assertEqual((status, len(seen), damaged), (0, self.count, {}))
                self.assertNotIn('invalid', verdicts)

    def test_cut(self):
        """The file breaks off inside a frame."""
        for frame in self.messages[::self.step]:
            with self.subTest(cut=frame):
                data = self.head + b''.join(self.frames[:frame - 1]) + self.frames[frame - 1][:60]
                status, seen, damaged, verdicts = self.read(data)
                self.assertEqual(status, 3)
                self.assertEqual(set(seen) | set(damaged), {f for f in self.messages if f < frame})
                self.assertNotIn('invalid', verdicts)

    def check_snaplen(self, snaplen):
        short = []
        for frame in self.frames:
            seconds, micro, captured, length = struct.unpack_from('<IIII', frame)
            captured = min(captured, snaplen)
            short.append(struct.pack('<IIII', seconds, micro, captured, length) + frame[16:16 + captured])
        status, seen, damaged, verdicts = self.read_frames(short)
        self.assertEqual(status, 3)
        self.assertNotIn('invalid', verdicts)
        return set(seen), set(damaged)


class NetTcp(Damage):
    path = os.path.join(REAL, 'mono-nettcp-none.pcap')
    count = 8  # four calls and their answers

    def test_snaplen(self):
        for snaplen in (96, 200, 600):
            seen, damaged = self.check_snaplen(snaplen)
            self.assertEqual(seen | damaged, set(self.messages))
            # Whole are those whose frames are short enough.
            self.assertEqual(seen, {f for f in self.messages if len(self.frames[f - 1]) - 16 <= snaplen})


class NetTcpInTls(Damage):
    path = os.path.join(CAPTURES, 'corewcf-nettcp.pcapng')
    keylog = os.path.join(CAPTURES, 'corewcf-nettcp.keylog')
    count = 10

    def test_late(self):
        """Not where an answer would come before its question: from the second session's calls on."""
        for frame in self.messages[2:-3]:
            with self.subTest(late=frame):
                order = self.frames[:frame - 1] + self.frames[frame:frame + 3] + [self.frames[frame - 1]] + \
                    self.frames[frame + 3:]
                status, seen, damaged, verdicts = self.read_frames(order)
                self.assertEqual((status, len(seen), damaged), (0, self.count, {}))
                self.assertNotIn('invalid', verdicts)

    def test_snaplen(self):
        self.check_snaplen(96)
        self.check_snaplen(600)

    def test_lost_handshake(self):
        """What the session began with: then nothing in it can be read, and that is told."""
        for lost in (8, 30, 34, 35):
            status, seen, damaged, verdicts = self.read_frames(self.frames[:lost - 1] + self.frames[lost:])
            self.assertEqual(status, 3, lost)
            self.assertLess(len(seen), self.count)
            self.assertTrue(damaged)
            self.assertNotIn('invalid', verdicts)


class Https(Damage):
    path = os.path.join(CAPTURES, 'corewcf-renew.pcapng')
    keylog = os.path.join(CAPTURES, 'corewcf-renew.keylog')
    count = 42
    step = 5

    def test_snaplen(self):
        self.check_snaplen(96)
        self.check_snaplen(900)


del Damage
unittest.main(argv=sys.argv[:1])
