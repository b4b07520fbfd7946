#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections of TLS for which there are keys, and that go on while libwireshark is made to forget them: the analyzer says the same
as where it is made to forget nothing, and it is made to, where records of TLS allow it. It gets none of those for which the key log
has nothing.

usage: lasting_tls_test.py WSSC_COUNTING SOURCE_DIR [--all | --more SECONDS [SEED]]
"""
import itertools
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
import unittest

WSSC, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
MODE = sys.argv[3] if len(sys.argv) > 3 else ''
sys.path[:0] = [os.path.join(ROOT, 'tests', 'support'), os.path.join(ROOT, 'tests', 'bench'), os.path.join(ROOT, 'tests', 'agree')]
import mix  # pylint: disable=wrong-import-position
import strange  # pylint: disable=wrong-import-position
import strange_tls  # pylint: disable=wrong-import-position

FORGETFUL = ('--limit', 'remembered-frames=1')
COMMANDS = ('events', 'why', 'contexts', 'findings') if MODE else ('events', 'why')
CALLS = 12


def in_vlan(frame):
    return frame[:12] + b'\x81\0\0\5' + frame[12:]


class LastingTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        cls.keys = os.path.join(cls.folder.name, 'keys')
        cls.ends = strange_tls.Ends(cls.folder.name, cls.keys)
        cls.closed = strange_tls.Ends(cls.folder.name, None)
        cls.halves = strange_tls.Ends(cls.folder.name, os.path.join(cls.folder.name, 'other keys'))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def said(self, command, files, *options):
        """And how often libwireshark began anew."""
        seen, _, begun = self.counted(command, files, *options)
        return seen, begun

    def counted(self, command, files, *options, keys='log'):
        """Likewise; before that, how many frames it got."""
        count = os.path.join(self.folder.name, 'count')
        log = ('--tls-keylog', self.keys) if keys else ()
        done = subprocess.run([WSSC, command, '--no-progress', *log, *options, *files], capture_output=True,
                              timeout=600, check=False, env=dict(os.environ, WSSC_COUNT=count))
        with open(count, encoding='ascii') as file:
            frames, begun = (int(word) for word in file.read().split())
        return (done.returncode, done.stdout, done.stderr), frames, begun

    def same(self, command, files):
        """Returns how often libwireshark began anew with one job."""
        (whole, _), begun = self.said(command, files, '--no-triage'), {}
        for jobs in ('1', '3'):
            seen, begun[jobs] = self.said(command, files, *FORGETFUL, '--jobs', jobs)
            for part, (one, other) in enumerate(zip(seen, whole)):
                if one != other:
                    one, other = str(one), str(other)
                    at = max(0, len(os.path.commonprefix((one, other))) - 200)
                    self.fail('%s %s jobs %s: %s differs: %s | %s' % (
                        command, files[:3], jobs, ('status', 'output', 'errors')[part], one[at:at + 600], other[at:at + 600]))
        return begun['1']

    def write(self, name, frames):
        return strange.write(os.path.join(self.folder.name, name), frames)

    def test_kinds(self):
        for kind, (_, _, may_rest) in strange_tls.KINDS.items():
            exchanges = [((0, strange.ask()), (1, strange.tell()))] * CALLS
            path = self.write(kind, strange_tls.lasting(self.ends, kind, exchanges))
            with self.subTest(kind):
                begun = self.same('events', [path])
                (status, out, _), _ = self.said('events', [path])
                self.assertEqual((status, out.count(b'"type":"message"')), (0, 2 * CALLS))
                if may_rest:
                    self.assertGreaterEqual(begun, CALLS)
                else:
                    self.assertLess(begun, 3)

    def test_large(self):
        """Messages of several records, and records of several segments."""
        large = strange.body(strange.POST, strange.envelope() + b' ' * 40000), strange.body(strange.OK, strange.envelope() + b' ' * 30000)
        for kind in ('gcm', 'cbc', '1.3'):
            path = self.write('large', strange_tls.lasting(self.ends, kind, [((0, large[0]), (1, large[1]))] * 4))
            self.assertGreaterEqual(self.same('events', [path]), 4, kind)

    def test_links(self):
        """What is shown once more has the heads of the connection's own frames: some of them tell lengths."""
        def padded(frame):
            return frame + b'\0' * (60 - len(frame))

        exchanges = [((0, strange.ask()), (1, strange.tell()))] * 6
        for kind in ('gcm', '1.3'):
            for wrap in (strange.in_pppoe, strange.in_mpls, strange.in_ip6, in_vlan, padded):
                path = self.write('links', [wrap(frame) for frame in strange_tls.lasting(self.ends, kind, exchanges)])
                self.assertGreaterEqual(self.same('events', [path]), 6, (kind, wrap))

    def test_no_http_behind_a_rest(self):
        """What was HTTP's before is taken for its as well where it begins anew, by whichever end."""
        call = (0, strange.ask()), (1, strange.tell())
        page = (0, strange.GET), (1, strange.page(900))
        junks = b'no such thing here ' * 3, random.Random(8).randbytes(50)
        for kind in ('gcm', '1.3'):
            for side in (0, 1):
                paths = [self.write('junk%d' % number, strange_tls.lasting(self.ends, kind, exchanges, port=port))
                         for number, (exchanges, port) in enumerate(
                             ([before, before, ((side, junk),), call, call], port)
                             for before in (call, page) for junk in junks
                             for port in (443, 8443, 50777))]
                self.assertGreaterEqual(self.same('events', paths), 4)

    def test_in_the_file(self):
        """Keys in the capture leave out what a log beside it would; those of ours open no connection."""
        exchanges = [((0, strange.ask()), (1, strange.tell()))] * 4
        own, closed = (strange_tls.lasting(ends, 'gcm', exchanges) for ends in (self.ends, self.closed))
        closed = [frame.replace(b'\x0a\0\2\2', b'\x0a\0\2\3', 1) for frame in closed]
        counts = {}
        for name, frames in (('own', own), ('both', own + closed), ('closed', closed)):
            plain, keyed = self.write(name, frames), self.path(name + '.pcapng')
            subprocess.run(['editcap', '-F', 'pcapng', '--inject-secrets', 'tls,' + self.keys, plain, keyed], check=True,
                           capture_output=True)
            (_, out, _), counts[name], _ = self.counted('events', [keyed], keys=None)
            self.assertEqual(out.count(b'"type":"message"'), 0 if name == 'closed' else 8)
            self.assertEqual(sorted(out.splitlines()),
                             sorted(self.counted('events', [keyed], '--no-triage', keys=None)[0][1].splitlines()))
        self.assertEqual(counts['own'], counts['both'])
        self.assertEqual(counts['closed'], 0)
        ours, keys = self.path('ours.pcapng'), self.path('ours.keys')
        with open(keys, 'w', encoding='ascii') as file:
            file.write('SCT\turn:ctx\t' + '00' * 32 + '\n')
        subprocess.run(['editcap', '-F', 'pcapng', self.path('closed'), self.path('plain.pcapng')], check=True)
        subprocess.run([WSSC, 'inject', '-k', keys, self.path('plain.pcapng'), '-o', ours], check=True, capture_output=True,
                       env=dict(os.environ, WSSC_COUNT=self.path('count')))
        self.assertEqual(self.counted('events', [ours], keys=None)[1], 0)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def test_without_keys(self):
        """Of one connection: it keeps libwireshark from forgetting, and is told as closed."""
        frames = [strange_tls.lasting(ends, '1.3', [((0, strange.ask()), (1, strange.tell()))] * 6)
                  for ends in (self.ends, self.closed)]
        for own in (frames[1], frames[0] + frames[1], frames[1] + frames[0]):
            self.same('events', [self.write('closed', own)])

    def test_session_of_before(self):
        """One that goes on with another's session has secrets of its own, or needs that one's: then both are remembered."""
        exchange = ((0, strange.ask()), (1, strange.tell()))
        for kind in ('gcm', 'cbc', '1.3'):
            (first, second), log_before = strange_tls.going_on(self.ends, kind, exchange)
            with open(self.keys, encoding='ascii') as file:
                log = file.read()
            for name, frames, alone in (('both', first + second, False), ('the second', second, True),
                                        ('mixed', strange.interleaved(random.Random(3), [first[:], second[:]]), False)):
                path = self.write('before', frames)
                with self.subTest(kind=kind, name=name):
                    self.assertGreaterEqual(self.same('events', [path]), 6)
                    self.write_log(log_before)
                    begun = self.same('events', [path])
                    if kind != '1.3':
                        self.assertEqual(begun, 1)
                    self.assertEqual(self.messages(path) > 0, not alone)
                    self.write_log(log)

    def test_session_of_one_joined(self):
        """The capture begins with the ClientHello of the one that has secrets: what another goes on with is not known."""
        exchange = ((0, strange.ask()), (1, strange.tell()))
        with open(self.keys, encoding='ascii') as file:
            before = file.read()
        for kind in ('gcm', 'cbc', '1.1'):
            (first, second), log = strange_tls.going_on(self.ends, kind, exchange)
            self.write_log(log)
            path = self.write('joined', first[3:] + second)
            with self.subTest(kind):
                self.same('events', [path])
                self.assertEqual(self.messages(path), 24)
        self.write_log(before)

    def test_beside_others(self):
        """What others began before the capture, or go on with by a ticket that nobody has secrets for, opens nothing: a connection
        with keys is forgotten as if it were alone."""
        exchange = ((0, strange.ask()), (1, strange.tell()))
        rng = random.Random(5)
        for kind in ('gcm', '1.3'):
            own = strange_tls.lasting(self.ends, kind, [exchange] * 6)
            pair = [[frame.replace(b'\x0a\0\2', b'\x0a\0\3', 1) for frame in frames]
                    for frames in strange_tls.going_on(self.closed, 'gcm', exchange)[0]]
            # of both connections, from data on; and a hello that comes late
            data = next(i for i, frame in enumerate(pair[0]) if frame[54:57] == b'\x17\3\3')
            hello = next(i for i, frame in enumerate(pair[0]) if frame[54:57] == b'\x16\3\1')
            late = pair[0][data:] + pair[0][hello:hello + 1]
            # whether it may be forgotten behind those, and among them
            for name, others, may_rest in (
                    ('ticket', pair, (True, True)), ('second', pair[1:], (True, True)), ('midway', [pair[0][data:]], (True, False)),
                    ('both', [pair[0][data:], pair[1]], (True, False)), ('late', [late], (False, False))):
                mixed = strange.interleaved(rng, [own[:], *(other[:] for other in others)])
                for may, frames in zip(may_rest, (sum(others, []) + own, mixed)):
                    path = self.write('beside', frames)
                    with self.subTest(kind=kind, name=name):
                        begun = self.same('events', [path])
                        self.assertEqual(self.messages(path), 12)
                        if may:
                            self.assertGreaterEqual(begun, 5)

    def test_among_strays(self):
        """Frames of which it is not known what they are leave a connection that lasts to a process of its own."""
        def datagram(ports, payload):
            return mix.ethernet(*strays, 17, struct.pack('>HHHH', *ports, 8 + len(payload), 0) + payload)

        def binary(*sides):
            other = strange.talk(9999, (b'\x0a\0\4\1', 50000))
            for side in sides:
                other.say(side, bytes(range(1, 60)))
            return strange_tls.frames_of(other)

        strays = b'\x0a\1\1\1', b'\x0a\1\1\2'
        large = strange.body(strange.POST, strange.envelope() + b' ' * 30000), strange.body(strange.OK, strange.envelope() + b' ' * 30000)
        owns = {'log': strange_tls.lasting(self.ends, '1.3', [((0, large[0]), (1, large[1]))] * 160),
                None: strange.turns(*large * 160, client=(b'\x0a\0\2\2', 40001))}
        # in VXLAN another datagram, and what may be QUIC's
        inside = struct.pack('>HH', 9, 9) + b'\0' * 4 + datagram((7, 8), b'inside of something')
        others = ([datagram((5555, 4789), inside)] * 40, [datagram((50000, 443), b'\x43' + b'q' * 60)] * 40, binary(0, 1) * 20,
                  [frame.replace(b'\x0a\0\2\2', b'\x0a\0\2\3', 1)
                   for frame in strange_tls.lasting(self.closed, 'gcm', [((0, b'a' * 50), (1, b'b' * 50))] * 20)[8:]])
        for (keys, own), (number, frames) in itertools.product(owns.items(), enumerate(others)):
            apart = len(own) // len(frames)
            mixed = [frame for at in range(len(frames)) for frame in [*own[at * apart:(at + 1) * apart], frames[at]]]
            path = self.write('strays', mixed + own[len(frames) * apart:])
            with self.subTest(keys=keys, number=number):
                seen, _, begun = self.counted('contexts', [path], '--limit', 'remembered-frames=100', '--jobs', '1', keys=keys)
                self.assertEqual(seen, self.counted('contexts', [path], '--no-triage', keys=keys)[0])
                self.assertGreater(begun, 30)

    def test_sent_again(self):
        """What is sent again, or keeps a connection alive, brings nothing; nor do frames of another one that were swapped."""
        def alive(frame):
            seq, = struct.unpack_from('>I', frame, 38)
            return frame[:38] + struct.pack('>I', seq - 1 & 0xffffffff) + frame[42:]

        exchange = ((0, strange.ask()), (1, strange.tell()))
        swapped = strange.turns(strange.ask(), strange.tell(), strange.ask(), strange.tell(), client=(b'\x0a\0\3\1', 50001))
        answer = next(at for at, frame in enumerate(swapped) if frame[54:58] == b'HTTP')
        swapped[answer - 1:answer + 1] = swapped[answer:answer - 2:-1]
        for kind in ('plain', 'gcm', '1.3'):
            own = strange_tls.lasting(self.ends, kind, [exchange] * 8) if kind != 'plain' else strange.turns(
                *[octets for _, octets in exchange * 8])
            said = [at for at, frame in enumerate(own) if len(frame) > 60][6:]
            again, idle = own[:], own[:]
            for at in reversed(said):
                again[at + 1:at + 1] = [own[at]] * 2
                idle[at + 1:at + 1] = [alive(own[at][:16] + b'\0\x28' + own[at][18:54])]
            for name, frames in (('again', again), ('idle', idle), ('swapped', swapped + own)):
                with self.subTest(kind=kind, name=name):
                    self.assertGreaterEqual(self.same('events', [self.write('again', frames)]), 6)

    def test_late(self):
        """Segments that were lost, and sent once more behind others: the connection goes on as if they had come in their places."""
        large = strange.body(strange.POST, strange.envelope() + b' ' * 4000), strange.body(strange.OK, strange.envelope() + b' ' * 4000)
        exchange = ((0, large[0]), (1, large[1]))
        for kind in ('plain', 'gcm', 'cbc', '1.3'):
            own = strange_tls.lasting(self.ends, kind, [exchange] * 8) if kind != 'plain' else strange.turns(
                *[octets for _, octets in exchange * 8])
            own = own[:3] + [frame for frame in own[3:] if len(frame) > 54 or frame[47] != mix.ACK]
            for behind in (1, 2):
                late, at = own[:], 12
                while at + behind < len(late):
                    run = late[at:at + behind + 1]
                    is_run = all(len(frame) > 60 and frame[26:30] == run[0][26:30] for frame in run)
                    if is_run:
                        late.insert(at + behind, late.pop(at))
                    at += 5 if is_run else 1
                self.assertTrue(late != own)
                with self.subTest(kind=kind, behind=behind):
                    path = self.write('late', late)
                    self.assertGreaterEqual(self.same('events', [path]), 6)
                    (status, out, errors), _ = self.said('events', [path])
                    self.assertEqual((status, out.count(b'"type":"message"'), errors), (0, 16, b''))

    def test_left_out(self):
        """The key log has nothing of it, nor is its session another's: libwireshark gets none of its frames."""
        exchanges = [((0, strange.ask()), (1, strange.tell()))] * 4
        own, closed = (strange_tls.lasting(ends, 'gcm', exchanges) for ends in (self.ends, self.closed))
        closed = [frame.replace(b'\x0a\0\2\2', b'\x0a\0\2\3', 1) for frame in closed]
        paths = [self.write('left-out%d' % number, frames) for number, frames in enumerate((own, own + closed))]
        alone, both = (self.counted('contexts', [path])[1] for path in paths)
        self.assertEqual(alone, both)
        with open(self.keys, encoding='ascii') as file:
            log = file.read()
        self.write_log(log + 'RSA 0011223344556677 ' + '00' * 48 + '\n')  # of whatever server: it may open any
        self.assertGreater(self.counted('contexts', [paths[1]])[1], both)
        self.write_log(log)
        self.same('events', paths)

    def write_log(self, text):
        with open(self.keys, 'w', encoding='ascii') as file:
            file.write(text)

    def messages(self, path):
        return self.said('events', [path])[0][1].count(b'"type":"message"')

    def going_on(self, rng):
        """Two of one session, to neither of which there are keys, or to the first one only; perhaps joined in their middle."""
        ends, exchange = rng.choice((self.closed, self.halves)), rng.choice(strange.EXCHANGES[:6])(rng)
        before = os.path.getsize(ends.keylog) if ends.keylog else 0
        pair, log = strange_tls.going_on(ends, rng.choice(('gcm', 'cbc', 'old cbc', '1.1', '1.3')), exchange, rng.randrange(1, 4))
        with open(self.keys, 'a', encoding='ascii') as file:
            file.write(log[before:])
        return [[frame.replace(b'\x0a\0\2', b'\x0a\0\3', 1) for frame in frames[rng.choice((0, 0, 0, 3, 6, 9, 12)):]] for frames in pair]

    def some(self, seed):
        rng = random.Random(seed)
        talks = [strange_tls.any_lasting(rng, number, self.ends if rng.random() < 0.9 else self.closed)
                 for number in range(rng.choice((1, 1, 2, 3)))]
        if rng.random() < 0.3:
            talks.append(strange.lasting(rng, 200))
        if rng.random() < 0.3:
            talks += self.going_on(rng)[rng.choice((0, 0, 1)):]
        wrap = rng.choice((None,) * 8 + (strange.in_pppoe, strange.in_mpls, strange.in_ip6, in_vlan))
        frames = strange.interleaved(rng, talks)
        return [wrap(frame) for frame in frames] if wrap else frames

    def test_any(self):
        begin, seed, begun = time.monotonic(), int(sys.argv[5]) if len(sys.argv) > 5 else 0, 0
        span = float(sys.argv[4]) if MODE == '--more' else 0
        end = seed + (400 if MODE == '--all' else 40)
        while seed < end or time.monotonic() - begin < span:
            paths = [self.write('any%d' % i, self.some(seed + i)) for i in range(10)]
            with self.subTest(seeds=(seed, seed + 9)):
                for command in COMMANDS:
                    begun += self.same(command, paths)
            seed += 10
        self.assertGreater(begun, 40)
        if MODE == '--more':
            print('seeds up to %d, begun anew %d times' % (seed - 1, begun))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + (['LastingTls.test_any'] if MODE == '--more' else []))
