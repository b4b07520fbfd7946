#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc inject and extract: keys | inject is one pipe, and what comes out needs no key file any more; extract gives back
the lines, and octet for octet the capture that there was. Either byte order, beside TLS secrets of editcap's, behind the
packets; damaged, cut and foreign files are told. A stock tshark reads the lines from 4.4 on.

usage: inject_test.py WSSC PLUGIN SOURCE_DIR
"""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN, SOURCE = (os.path.abspath(a) for a in sys.argv[1:4])
METRO, RENEW = (os.path.join(SOURCE, 'captures', n) for n in ('metro-message-security', 'corewcf-renew'))
SECTION, SECRETS, TYPE = 0x0A0D0D0A, 10, 0xD7535343


def blocks_of(octets):
    """(type, whole block) of a little-endian file."""
    at = 0
    while at < len(octets):
        kind, length = struct.unpack_from('<II', octets, at)
        yield kind, octets[at:at + length]
        at += length


def as_big_endian(octets):
    """The same packets, written anew: section, one interface, enhanced packets."""
    def block(kind, body):
        body += bytes(-len(body) % 4)
        return struct.pack('>II', kind, len(body) + 12) + body + struct.pack('>I', len(body) + 12)
    out = b''
    for kind, old in blocks_of(octets):
        if kind == SECTION:
            out += block(kind, struct.pack('>IHHq', 0x1A2B3C4D, 1, 0, -1))
        elif kind == 1:
            link, _, snap = struct.unpack_from('<HHI', old, 8)
            # Nanoseconds where the old one has them.
            option = b'\x09\x00\x01\x00\x09' in old
            out += block(kind, struct.pack('>HHI', link, 0, snap) + (struct.pack('>HHB3xHH', 9, 1, 9, 0, 0) if option else b''))
        elif kind == 6:
            head = struct.unpack_from('<IIIII', old, 8)
            out += block(kind, struct.pack('>IIIII', *head) + old[28:28 + head[3]])
    return out


class Inject(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.keys = cls.run_wssc('keys', '-k', METRO + '.keys', METRO + '.pcapng').stdout
        with open(METRO + '.pcapng', 'rb') as file:
            cls.capture = file.read()

    @staticmethod
    def run_wssc(*args, octets=None):
        if args[0] not in ('inject', 'extract'):
            args = (*args, '--no-progress')
        return subprocess.run([WSSC, *args], input=octets, capture_output=True, check=False, timeout=120)

    def path(self, name, octets=None):
        path = os.path.join(self.folder, name)
        if octets is not None:
            with open(path, 'wb') as file:
                file.write(octets)
        return path

    def injected(self, name='injected.pcapng', capture=METRO + '.pcapng'):
        path = self.path(name)
        done = self.run_wssc('inject', capture, '-o', path, octets=self.keys)
        self.assertEqual((done.returncode, done.stderr), (0, b''))
        return path

    def contexts(self, *args):
        rows = json.loads(self.run_wssc('contexts', '--format', 'json', *args).stdout)
        return [(r['identifier'], r['state'], r['signatures'], len(r['instances'])) for r in rows]

    def test_one_pipe(self):
        path = self.path('piped.pcapng')
        line = '"%s" keys --no-progress -k "%s" "%s" | "%s" inject "%s" -o "%s"' % (
            WSSC, METRO + '.keys', METRO + '.pcapng', WSSC, METRO + '.pcapng', path)
        subprocess.run(['sh', '-c', line], check=True, timeout=120)
        told = self.contexts(path)
        self.assertEqual(told, self.contexts('-k', METRO + '.keys', METRO + '.pcapng'))
        self.assertGreater(told[0][2]['valid'], 0)
        self.assertEqual(self.contexts(METRO + '.pcapng')[0][2]['valid'], 0)
        self.assertEqual(os.stat(path).st_mode & 0o077, 0)

    def test_a_block_as_specified(self):
        with open(self.injected(), 'rb') as file:
            kinds = list(blocks_of(file.read()))
        kind, block = kinds[1]
        length = len(self.keys)
        self.assertEqual(kind, SECRETS)
        self.assertEqual(block, struct.pack('<IIII', SECRETS, 20 + length + -length % 4, TYPE, length) + self.keys +
                         bytes(-length % 4) + struct.pack('<I', 20 + length + -length % 4))

    def test_extract(self):
        without = self.path('without.pcapng')
        done = self.run_wssc('extract', self.injected(), '-o', without)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, self.keys, b''))
        with open(without, 'rb') as file:
            self.assertEqual(file.read(), self.capture)
        done = self.run_wssc('extract', without)
        self.assertEqual((done.returncode, done.stdout), (1, b''))
        self.assertIn(b'no key lines in it', done.stderr)

    def test_the_other_byte_order(self):
        big = self.path('big.pcapng', as_big_endian(self.capture))
        self.assertEqual(self.contexts(self.injected('big-injected.pcapng', big)),
                         self.contexts('-k', METRO + '.keys', METRO + '.pcapng'))
        done = self.run_wssc('extract', self.path('big-injected.pcapng'), '-o', self.path('big-without.pcapng'))
        self.assertEqual(done.stdout, self.keys)
        with open(self.path('big-without.pcapng'), 'rb') as file, open(big, 'rb') as before:
            self.assertEqual(file.read(), before.read())

    def test_beside_tls_secrets(self):
        with_tls = self.path('tls.pcapng')
        subprocess.run(['editcap', '--inject-secrets', 'tls,' + RENEW + '.keylog', RENEW + '.pcapng', with_tls],
                       check=True, capture_output=True, timeout=60)
        both = self.injected('both.pcapng', with_tls)
        self.assertEqual(self.contexts(both), self.contexts('--tls-keylog', RENEW + '.keylog', RENEW + '.pcapng'))
        self.run_wssc('extract', both, '-o', self.path('tls-again.pcapng'))
        with open(self.path('tls-again.pcapng'), 'rb') as file, open(with_tls, 'rb') as before:
            self.assertEqual(file.read(), before.read())

    def test_behind_the_packets(self):
        with open(self.injected(), 'rb') as file:
            blocks = list(blocks_of(file.read()))
        late = self.path('late.pcapng', b''.join(b for _, b in blocks[:1] + blocks[2:] + blocks[1:2]))
        # Keys that come last settle every verdict, though not which context the first request asked for.
        self.assertEqual(sum(context[2]['valid'] for context in self.contexts(late)), 20)

    def test_what_is_no_line_is_left_out(self):
        keys = b'# a comment\nPRIVATE_KEY /etc/hostname\nSCT urn:x 00112233445566778899aabbccddeeff\nSCT urn:y ??\n'
        path = self.path('few.pcapng')
        done = self.run_wssc('inject', METRO + '.pcapng', '-k', self.path('few.keys', keys), '-o', path)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b'few.keys:2: /etc/hostname: keys inside of a capture name no files: left out', done.stderr)
        self.assertIn(b'few.keys:4: ', done.stderr)
        self.assertEqual(self.run_wssc('extract', path).stdout, keys.splitlines(keepends=True)[2])

    def test_a_capture_names_no_files(self):
        """Nor does one that somebody else made."""
        text = b'PRIVATE_KEY ' + (METRO + '.server.key.pem').encode() + b'\n'
        text += bytes(-len(text) % 4)
        block = struct.pack('<IIII', SECRETS, 20 + len(text), TYPE, len(text)) + text + struct.pack('<I', 20 + len(text))
        first = next(blocks_of(self.capture))[1]
        done = self.run_wssc('contexts', '--format', 'json',
                             self.path('names.pcapng', first + block + self.capture[len(first):]))
        self.assertEqual(json.loads(done.stdout)[0]['signatures']['valid'], 0)
        self.assertIn(b'keys inside of a capture name no files', done.stderr)

    def test_keys_without_end(self):
        """What a capture brings is bounded in all: the first block serves, one that goes beyond does not."""
        text = b'SCT urn:x 00112233445566778899aabbccddeeff\n' * 400000
        text += b'\n' * (-len(text) % 4)
        block = struct.pack('<IIII', SECRETS, 20 + len(text), TYPE, len(text)) + text + struct.pack('<I', 20 + len(text))
        with open(self.injected('first.pcapng'), 'rb') as file:
            blocks = [b for _, b in blocks_of(file.read())]
        path = self.path('endless.pcapng', b''.join(blocks[:2] + [block] * 3 + blocks[2:]))
        done = self.run_wssc('contexts', '--format', 'json', path)
        self.assertEqual(json.loads(done.stdout)[0]['signatures']['valid'], 20)
        self.assertEqual(done.stderr.count(b'too many: those of this block are left out'), 3)

    def test_refusals(self):
        path = self.injected()
        for args, octets, status, words in (
                ((path,), self.keys, 2, b'say where to'), (('-', '-o', self.path('x')), self.keys, 2, b'cannot both come'),
                ((path, '-o', path), self.keys, 3, b'that is the capture itself'),
                ((path, '-o', self.path('x')), b'', 2, b'no key lines'),
                ((path, path, '-o', self.path('x')), self.keys, 2, b'one file'),
                ((os.path.join(SOURCE, 'captures', 'corewcf-session.pcap'), '-o', self.path('x')), self.keys, 3,
                 b'block at octet 0: this is no pcapng file'),
                ((self.path('none'), '-o', self.path('x')), self.keys, 3, b'No such file')):
            with self.subTest(words):
                done = self.run_wssc('inject', *args, octets=octets)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertIn(words, done.stderr)

    def test_damage(self):
        with open(self.injected(), 'rb') as file:
            octets = file.read()
        ends, at = [], 0
        for _, block in list(blocks_of(octets))[:4]:
            at += len(block)
            ends.append(at)
        for end in (1, 7, 11, 20, ends[0] + 3, ends[0] + 30, ends[1] - 2, ends[2] + 5):
            done = self.run_wssc('extract', self.path('cut.pcapng', octets[:end]))
            self.assertEqual(done.returncode, 3, end)
            self.assertIn(b'block at octet ', done.stderr)
        for length in (0, 8, 11, 0x7fffffff, 0xffffffff):
            bad = octets[:ends[0] + 4] + struct.pack('<I', length) + octets[ends[0] + 8:]
            done = self.run_wssc('extract', self.path('bad.pcapng', bad))
            self.assertEqual(done.returncode, 3, length)
        lying = octets[:ends[0] + 12] + struct.pack('<I', 0xfffffff0) + octets[ends[0] + 16:]
        self.assertEqual(self.run_wssc('extract', self.path('lying.pcapng', lying)).returncode, 1)

    def test_tshark(self):
        tshark = Tshark(PLUGIN)
        self.addCleanup(tshark.close)
        version = tuple(int(n) for n in re.search(r'(\d+)\.(\d+)', tshark.run('-v')).groups())
        path = tshark.place(self.injected())
        for options in ((), ('-2',)):
            text = tshark.run('-q', '-r', path, '-z', 'wssc,contexts', *options)
            self.assertIn('20 valid' if version >= (4, 4) else '18 no-key', text)
        if version < (4, 4):
            return
        # Dissected anew, by the window's server, and behind a capture without keys.
        plain = tshark.place(METRO + '.pcapng')
        sharkd = tshark.sharkd()
        try:
            for file, verdict in ((path, 'valid'), (plain, 'no-key'), (path, 'valid')):
                sharkd.load(file)
                stats = sharkd.call('tap', tap0='stat:wssc')['taps'][0]['stats']
                node = next(n for n in stats if n['name'] == 'Signatures')
                self.assertEqual({s['name'] for s in node['sub']}, {verdict})
        finally:
            sharkd.close()


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
