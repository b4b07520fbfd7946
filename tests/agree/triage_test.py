#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""With and without triage the analyzer says the same, octet for octet: on output, on standard error, by its status.

usage: triage_test.py WSSC SOURCE_DIR [--all | --damage SECONDS [SEED]]

Over captures of the test data (a share of them, and few commands; --all: every one, every command), over mixes of them with
traffic of others (tests/bench/mix.py), over mixes whose frames were damaged at random (--damage: for so long, from that seed
on, in search of more), and over what is made to be left out wrongly (strange.py).
"""
import collections
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

WSSC, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
MODE = sys.argv[3] if len(sys.argv) > 3 else ''
sys.path[:0] = [os.path.join(ROOT, 'tests', 'bench'), os.path.join(ROOT, 'tests', 'same')]
import key_material  # pylint: disable=wrong-import-position
import mix  # pylint: disable=wrong-import-position
import strange  # pylint: disable=wrong-import-position
import strange_nettcp  # pylint: disable=wrong-import-position
from strange import CLIENT, DATA, GET, asides, ask, datagrams, fragments, in_mpls, in_pppoe, in_vxlan, lasting  # pylint: disable=wrong-import-position
from strange import others, page, tell, tls, turns, unreachable, write  # pylint: disable=wrong-import-position
from strange_nettcp import lasting_nettcp, mixed  # pylint: disable=wrong-import-position

HOSTILE = {**strange.HOSTILE, **strange_nettcp.HOSTILE}
FORGETFUL = ('--limit', 'remembered-frames=1')  # libwireshark begins anew wherever it may: only with triage it is known where
FEW = ('--limit', 'followed-connections=2')  # of most connections what they came down to is kept, and many go on
COMMANDS = ('contexts', 'timeline', 'verify', 'findings', 'events', 'why')
SHARE = 20  # one capture in so many


def said(command, files, *options):
    done = served.run([WSSC, command, '--no-progress', *options, *files], capture_output=True, timeout=600, check=False)
    return done.returncode, done.stdout, done.stderr


class Triage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def same(self, command, files, *options):
        seen = self.same_with(command, files, *options)
        self.same_with(command, files, *options, *FEW)
        return seen

    def same_with(self, command, files, *options):
        with_it, without = (said(command, files, *options, *more) for more in (FORGETFUL, ('--no-triage',)))
        for part, (one, other) in enumerate(zip(with_it, without)):
            if one != other:
                one, other = str(one), str(other)
                at = max(0, len(os.path.commonprefix((one, other))) - 200)
                self.fail('%s %s %s: %s differs: %s | %s' % (command, files[:3], options, ('status', 'output', 'errors')[part],
                                                             one[at:at + 600], other[at:at + 600]))
        return with_it

    def test_hostile(self):
        paths = {name: write(self.path(name.replace(' ', '-').replace('/', '-')), frames) for name, (frames, _) in HOSTILE.items()}
        for command in ('events',) if MODE != '--all' else COMMANDS:
            _, out, _ = self.same(command, list(paths.values()))
            if command == 'events':
                events = [json.loads(line) for line in out.splitlines()]
        found = collections.Counter(e['file'] for e in events if e['type'] == 'message')
        for name, (_, count) in HOSTILE.items():
            if count is not None:
                self.assertEqual(found[paths[name]], count, name)
        joined = paths['joined before a request on an odd port']
        ends = [e for e in events if e['type'] == 'connection' and e['sign'] == 'fin' and e['file'] == joined]
        self.assertEqual({(e['client'], e['is_answer_due']) for e in ends}, {('10.0.0.1:1024', False)})
        for name, is_due in (('joined, and reset', False), ('joined, and reset before the answer', True)):
            resets = [e for e in events if e['type'] == 'connection' and e['sign'] == 'reset' and e['file'] == paths[name]]
            self.assertEqual([e['is_answer_due'] for e in resets], [is_due], name)
        _, _, err = self.same('contexts', [paths['a hello of two segments'], paths['a hello of many segments']])
        for server in (b'(long.example)', b'(first.example)', b'(longer.example)'):
            self.assertIn(server, err)
        with_others = [write(path + '.with', others(HOSTILE[name][0])) for name, path in paths.items()]
        self.same('events', with_others)
        for path in list(paths.values()) + with_others if MODE == '--all' else []:
            for command in COMMANDS:
                self.same(command, [path])

    def test_keys_of_others(self):
        """A key log that has nothing of the capture: its TLS is as closed as without."""
        log = self.path('log')
        with open(log, 'w', encoding='ascii') as file:
            file.write('CLIENT_RANDOM %s %s\n' % ('12' * 32, '34' * 48))
        names = sorted(name for name in HOSTILE if 'TLS' in name) + sorted(HOSTILE)[::SHARE]
        self.assertGreater(len(names), 20)
        paths = [write(self.path('others%d' % number), HOSTILE[name][0]) for number, name in enumerate(names)]
        self.same('events', paths, '--tls-keylog', log)
        self.same('events', self.captures()[1::SHARE], '--tls-keylog', log)

    def test_link_types(self):
        paths = []
        for linktype, head in ((113, b'\0\0\0\1\0\6' + b'\0' * 8 + b'\x08\0'), (101, b''), (0, b'\2\0\0\0'),
                               (276, b'\x08\0' + b'\0' * 18), (1, b'\0' * 12 + b'\x81\0\0\5\x08\0')):
            frames = [head + f[14:] for f in turns(GET, page(), client=(CLIENT[0], 50003)) + tls(*DATA) + turns(ask(), tell())]
            paths.append(write(self.path('link%d-%d' % (linktype, len(head))), frames, linktype))
        for name, wrap in (('pppoe', in_pppoe), ('mpls', in_mpls), ('null', lambda f: in_mpls(f, (0,))), ('both', lambda f: in_mpls(f, (17, 1000)))):
            frames = [wrap(f) for f in turns(GET, page(), client=(CLIENT[0], 50003)) + tls(*DATA) + turns(ask(), tell())]
            paths.append(write(self.path(name), frames))
        _, out, _ = self.same('events', paths)
        self.assertEqual(out.count(b'"type":"message"'), 2 * len(paths))

    def test_files(self):
        """Frames are read where they lie, or from the beginning."""
        frames = others(turns(ask(), tell()))
        plain = write(self.path('plain'), frames)
        with open(plain, 'rb') as file:
            octets = file.read()
        paths = [plain, self.path('cut'), self.path('gz'), self.path('ng'), self.path('secrets')]
        with open(paths[1], 'wb') as file:
            file.write(octets[:-10])
        with gzip.open(paths[2], 'wb') as file:
            file.write(octets)
        with open(self.path('log'), 'w', encoding='ascii') as file:
            file.write('CLIENT_RANDOM %s %s\n' % ('00' * 32, '00' * 48))
        for path, more in ((paths[3], ()), (paths[4], ('--inject-secrets', 'tls,' + self.path('log')))):
            subprocess.run(['editcap', '-F', 'pcapng', *more, plain, path], check=True, capture_output=True)
        for path in paths:
            status, out, _ = self.same('events', [path])
            self.assertEqual(status, 3 if path == paths[1] else 0, path)
            events = [json.loads(line) for line in out.splitlines()]
            self.assertEqual(sum(e['type'] == 'message' for e in events), 2, path)
            seen = next(e for e in events if e['type'] == 'capture')
            self.assertEqual(seen['frames'], len(frames) - (1 if path == paths[1] else 0), path)
            self.assertEqual(seen['damage'] is not None, path == paths[1], path)

    def test_quic(self):
        """As curl and nginx speak it, with its keys and without."""
        path = os.path.join(ROOT, 'tests', 'data', 'carriers', 'h3.pcap')
        for keys in ((), ('--tls-keylog', key_material.keylog(path))):
            _, out, _ = self.same('events', [path], *keys)
            seen = next(e for e in map(json.loads, out.splitlines()) if e['type'] == 'capture')
            self.assertEqual((seen['tls_sessions'], len(seen['closed_tls'])), (1, 0 if keys else 1))

    def test_secrets(self):
        """Keys for TLS lie in the file: in front of what they open, in several sections, in the middle."""
        logs = [c for c in self.captures() if key_material.keylog(c)]
        self.assertGreater(len(logs), 20)
        pairs = list(zip(logs, logs[1:] + logs[:1]))
        for number, pair in enumerate(pairs if MODE == '--all' else pairs[3::29]):
            keyed = [self.path('keyed%d-%d' % (number, i)) for i in range(2)]
            for capture, path in zip(pair, keyed):
                subprocess.run(['editcap', '-F', 'pcapng', '--inject-secrets', 'tls,' + key_material.keylog(capture), capture, path],
                               check=True, capture_output=True)
            both = self.path('both%d' % number)
            with open(both, 'wb') as file:
                for path in keyed:
                    with open(path, 'rb') as section:
                        file.write(section.read())
            opened = []
            for path in (*keyed, both):
                _, out, _ = self.same('events', [path])
                opened.append(sum(json.loads(line)['type'] == 'message' for line in out.splitlines()))
            self.assertEqual(opened[2], opened[0] + opened[1], pair)
            self.assertGreater(opened[2], 0, pair)

    def test_options(self):
        path = write(self.path('options'), others(turns(ask(), tell(), port=20777)) + turns(ask(), tell(), port=20778))
        cases = (('-d', 'tcp.port==443,http'), ('-Y', 'tcp.port == 20777'), ('-o', 'tcp.desegment_tcp_streams:FALSE'),
                 ('-d', 'tcp.port==20777,http'), ('-Y', 'wssc.action'), ('-o', 'http.tcp.port:20778'))
        for options in cases[:3] if MODE != '--all' else cases:
            for command in ('events',) if MODE != '--all' else COMMANDS:
                self.same(command, [path], *options)

    def captures(self):
        found = []
        for folder in (os.path.join(ROOT, 'captures'), os.path.join(ROOT, 'tests', 'data')):
            for where, _, names in os.walk(folder):
                found += [os.path.join(where, name) for name in names if name.endswith(('.pcap', '.pcapng'))]
        return sorted(found)

    def test_captures(self):
        captures = self.captures()
        self.assertGreater(len(captures), 200)
        if MODE == '--all':
            for capture in captures:
                for command in COMMANDS:
                    self.same(command, [capture])
            return
        self.same('events', captures[::SHARE])

    def test_mix(self):
        size, sessions = (60, 12) if MODE == '--all' else (3, 3)
        for seed in (1,) if MODE != '--all' else range(8):
            path = self.path('mix')
            mix.write(path, size, seed, random.Random(seed).sample(mix.SESSIONS, min(sessions, len(mix.SESSIONS))))
            for command in ('events',) if MODE != '--all' else COMMANDS:
                self.same(command, [path])

    def test_lasting(self):
        """Connections that go on while libwireshark is made to forget them."""
        for first in range(0, 400 if MODE == '--all' else 20, 10):
            paths = []
            for seed in range(first, first + 10):
                for name, makers in (('http', (lasting,)), ('nettcp', (lasting_nettcp,)), ('both', (lasting, lasting_nettcp))):
                    frames = mixed(random.Random(seed), makers)
                    paths.append(write(self.path('lasting-%s%d' % (name, seed)), frames))
            with self.subTest(seeds=(first, first + 9)):
                for command in COMMANDS if MODE == '--all' else ('events', 'why'):
                    self.same(command, paths)

    def damaged(self, seed):
        """A small mix with frames lost, doubled, moved, cut, and octets of them changed."""
        rng = random.Random(seed)
        made = mix.Mix(seed)
        talks = [made.any(0) for _ in range(rng.randrange(5, 40))] + [
            [(0, f) for f in rng.choice((lasting, lasting_nettcp))(rng, number)] for number in range(rng.randrange(4))] + [
            [(0, f) for f in rng.choice(list(HOSTILE.values()))[0] if not isinstance(f, tuple)] for _ in range(rng.randrange(3))]
        if talks:
            inside = [frame for _, frame in rng.choice(talks)]
            talks += [[(0, f) for f in rng.choice((asides, datagrams))(rng, inside)] for _ in range(rng.randrange(5))]
        for own in talks:
            wrap = rng.choice((None,) * 6 + (in_pppoe, in_mpls))
            own[:] = [(when, wrap(f) if wrap and f[12:14] == b'\x08\0' else f) for when, f in own]
        frames = []
        while talks:
            own = rng.choice(talks)
            frames += [own.pop(0)[1] for _ in range(min(len(own), rng.randrange(1, 6)))]
            talks = [t for t in talks if t]
        frames = frames[:3000]
        rate = rng.choice((0, 0.001, 0.01, 0.1))
        out = []
        for frame in frames:
            if rng.random() >= rate:
                out.append(frame)
                continue
            how = rng.randrange(6)
            if how == 1:
                out += [frame, frame]
            elif how == 2:
                out.insert(max(0, len(out) - rng.randrange(1, 4)), frame)
            elif how == 3:
                out.append((frame[:rng.randrange(1, len(frame))], len(frame)))
            elif how == 4:
                at = rng.randrange(14, min(len(frame), rng.choice((54, 200, 1514))))
                out.append(frame[:at] + bytes([rng.randrange(256)]) + frame[at + 1:])
            elif how == 5:
                out += list(fragments(frame)) if rng.random() < 0.5 else [frame, in_vxlan(frame), unreachable(frame)]
        return out

    def test_damaged(self):
        begin, seed = time.monotonic(), int(sys.argv[5]) if len(sys.argv) > 5 else 0
        span = float(sys.argv[4]) if MODE == '--damage' else 600 if MODE == '--all' else 0
        end = seed + (40 if MODE == '--all' else 8)
        while seed < end or time.monotonic() - begin < span:
            paths = [write(self.path('damaged%d' % i), self.damaged(seed + i)) for i in range(8)]
            with self.subTest(seeds=(seed, seed + 7)):
                for command in ('events', 'why') if MODE else ('events',):
                    self.same(command, paths)
            seed += 8
        if MODE == '--damage':
            print('seeds up to %d' % (seed - 1))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + (['Triage.test_damaged'] if MODE == '--damage' else []))
