# SPDX-License-Identifier: GPL-2.0-or-later
"""Families of damage: a capture as frames, the ways to damage it, and the account of its messages.

A message of the untouched capture is accounted for when the damaged one gives it, or gives a damaged message, or tells of
octets that nobody read, where its frames were: the frames of its direction since the message before it.
"""
import collections
import json
import os
import re
import struct
import subprocess

CAPTURES = (  # name, path, what carries its messages
    ('http', 'captures/corewcf-session.pcap', 'HTTP/1'),
    ('chunked', 'tests/data/carriers/chunked-gzip.pcapng', 'HTTP/1, chunked, gzip'),
    ('mtom', 'tests/data/captures-real/wss4j4/xop-sign-encrypt.pcapng', 'HTTP/1, MTOM'),
    ('websocket', 'tests/data/carriers/websocket.pcapng', 'WebSocket'),
    ('h2c', 'tests/data/carriers/h2c.pcapng', 'HTTP/2'),
    ('h2-tls', 'tests/data/carriers/h2-tls.pcapng', 'HTTP/2 in TLS 1.3'),
    ('tls12', 'tests/data/captures-real/dotnet/sc-13-tls12.pcapng', 'HTTP/1 in TLS 1.2'),
    ('tls13', 'tests/data/captures-real/corewcf/sc-13-renew.pcapng', 'HTTP/1 in TLS 1.3'),
    ('nettcp', 'tests/data/captures-real/mono-nettcp-none.pcap', 'net.tcp'),
    ('streamed', 'tests/data/captures-real/mono-nettcp-streamed.pcap', 'net.tcp, streamed'),
    ('nettcp-tls', 'captures/corewcf-nettcp.pcapng', 'net.tcp with an upgrade to TLS'),
)
# number: in the untouched capture, from 1; tcp: where its head is in the record; payload: octets at the end of the record
Frame = collections.namedtuple('Frame', 'record number src dst tcp payload')
RECORD_HEAD = 16
Message = collections.namedtuple('Message', 'key src dst first last')


def keylog_of(path):
    log = re.sub(r'\.pcap(ng)?$', '.keylog', path)
    return log if os.path.exists(log) else None


def split(data):
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from('<I', data, at + 8)[0]
        yield data[at:at + 16 + size]
        at += 16 + size


class Reading:
    """What `wssc events` says of a capture."""

    def __init__(self, events, words):
        self.status, self.words = events[-1]['status'], words
        messages = [e for e in events if e['type'] == 'message']
        self.messages = [m for m in messages if not m['damage']]
        self.damaged = [m for m in messages if m['damage']]
        self.unread = [e for e in events if e['type'] == 'unread']
        self.closed = [c for e in events if e['type'] == 'capture' for c in e['closed_tls']]
        signatures = [e for e in events if e['type'] == 'signature']
        self.invalid = [e['frame'] for e in signatures if e['verdict'] == 'invalid']
        self.keys = {e['frame']: e['key_frame'] for e in signatures if e['key_frame'] is not None}


def read_each(program, paths, keylog):
    """A Reading of each, in order."""
    done = subprocess.run([program, keylog or '', *paths], capture_output=True, text=True, timeout=600, check=True)
    events = []
    for line in done.stdout.splitlines():
        events.append(json.loads(line))
        if events[-1]['type'] == 'status':
            path = paths.pop(0)
            yield Reading(events, ''.join(w + '\n' for w in done.stderr.splitlines() if path + ':' in w))
            events = []
    assert not paths, paths


def key_of(message):
    """What tells a message from others, however its frames lie."""
    return tuple(message[name] for name in ('action', 'message_id', 'relates_to', 'octets', 'soap', 'body'))


class Capture:
    def __init__(self, program, source, row, folder):
        self.program, self.name, self.folder = program, row[0], folder
        self.path = os.path.join(source, row[1])
        self.keylog = keylog_of(self.path)
        whole = self.place('whole')
        subprocess.run(['editcap', '-F', 'pcap', self.path, whole], check=True, capture_output=True, timeout=60)
        with open(whole, 'rb') as file:
            data = file.read()
        self.head = data[:24]
        self.frames = [Frame(record, i + 1, src, dst, len(record) - size - head, size)
                       for i, (record, (src, dst, head, size)) in enumerate(zip(split(data), self.ends(whole)))]
        reading, = self.read([whole])
        assert reading.status == 0 and reading.messages and not reading.damaged, (row, reading.status, reading.words)
        assert not reading.unread and not reading.invalid, row
        self.messages = list(self.spans(reading.messages))
        self.keys = reading.keys
        # What one message says is read with nothing that came before it.
        self.is_plain = row[2].startswith(('HTTP/1', 'WebSocket')) and 'TLS' not in row[2]

    def place(self, title):
        return os.path.join(self.folder, '%s-%s.pcap' % (self.name, title))

    @staticmethod
    def ends(path):
        names = ['ip.src', 'ipv6.src', 'tcp.srcport', 'ip.dst', 'ipv6.dst', 'tcp.dstport', 'tcp.hdr_len', 'tcp.len']
        argv = ['tshark', '-r', path, '-T', 'fields'] + [o for name in names for o in ('-e', name)]
        done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=120)
        for line in done.stdout.splitlines():
            v4, v6, port, to_v4, to_v6, to_port, head, size = line.split('\t')
            yield ('%s:%s' % (v4 or '[%s]' % v6, port), '%s:%s' % (to_v4 or '[%s]' % to_v6, to_port), int(head or 0),
                   int(size or 0))

    def spans(self, messages):
        before = {}
        for message in messages:
            way = (message['src'], message['dst'])
            own = [f.number for f in self.frames if (f.src, f.dst) == way and f.payload and
                   before.get(way, 0) < f.number <= message['frame']]
            # Several in one frame, or the last octets of an answer that a frame of the request completes.
            first = own[0] if own else before.get(way, message['frame'])
            yield Message(key_of(message), *way, first, message['frame'])
            before[way] = message['frame']

    def write(self, frames, title):
        path = self.place(title)
        with open(path, 'wb') as file:
            file.write(self.head + b''.join(f.record for f in frames))
        return path

    def read(self, paths):
        return list(read_each(self.program, list(paths), self.keylog))

    # ---- the families: (title, frames) -----------------------------------------------------------------------------

    def dropped(self):
        for i, frame in enumerate(self.frames):
            yield 'frame %d dropped' % frame.number, self.frames[:i] + self.frames[i + 1:]

    def doubled(self):
        for i, frame in enumerate(self.frames):
            yield 'frame %d doubled' % frame.number, self.frames[:i + 1] + self.frames[i:]

    def swapped(self):
        for i in range(len(self.frames) - 1):
            yield 'frames %d and %d swapped' % (i + 1, i + 2), \
                self.frames[:i] + [self.frames[i + 1], self.frames[i]] + self.frames[i + 2:]

    def cut(self):
        for most in (96, 200):
            frames = []
            for frame in self.frames:
                seconds, micro, captured, length = struct.unpack_from('<IIII', frame.record)
                captured = min(captured, most)
                record = struct.pack('<IIII', seconds, micro, captured, length) + frame.record[16:16 + captured]
                frames.append(frame._replace(record=record))
            yield 'cut to %d octets' % most, frames

    def flipped(self, seeds, rate='0.02'):
        for seed in seeds:
            path = self.place('flipped')
            subprocess.run(['editcap', '-F', 'pcap', '-E', rate, '--seed', str(seed), self.place('whole'), path],
                           check=True, capture_output=True, timeout=60)
            with open(path, 'rb') as file:
                records = split(file.read())
                yield 'seed %d' % seed, [f._replace(record=r) for f, r in zip(self.frames, records)]

    def scattered(self, seeds):
        """So few octets that most messages stay as they were."""
        yield from self.flipped(seeds, '0.0002')

    # ---- what a signature may be called ------------------------------------------------------------------------------

    def not_to_be_invalid(self, frames, invalid):
        """Those of the frames in which a message ends that cannot be called invalid: (frame, why). Whether others may is not
        known here: octets that were signed may be among those that were changed."""
        changed = {f.number: f for f in frames if f.record != self.frames[f.number - 1].record}
        for message in self.messages:
            if message.last not in invalid:
                continue
            own = self.frames_of(message)
            astray = [f.number for f in own if f.number in changed and self.is_elsewhere(f, changed[f.number])]
            read = own if self.is_plain else [f for f in self.frames if f.number <= message.last]
            read = read + [f for m in self.key_messages(message) for f in self.frames_of(m)]
            if astray:
                yield message.last, 'octets are lost: frames %s are elsewhere' % astray
            elif not any(f.number in changed and self.is_other(f, changed[f.number]) for f in read):
                yield message.last, 'nothing of it was changed'

    def frames_of(self, message):
        return [f for f in self.frames if (f.src, f.dst) == (message.src, message.dst) and f.payload and
                message.first <= f.number <= message.last]

    def key_messages(self, message):
        """That brought the key of its signature, and the one that is answered there."""
        for at, key in enumerate(self.messages):
            if key.last == self.keys.get(message.last):
                yield from [m for m in self.messages[:at] if (m.src, m.dst) == (key.dst, key.src)][-1:] + [key]

    @staticmethod
    def is_elsewhere(frame, now):
        """Its addresses, ports or number are others."""
        ip = 2 * (16 if frame.src.startswith('[') else 4)
        assert frame.tcp >= RECORD_HEAD + ip, frame
        return frame.record[frame.tcp - ip:frame.tcp + 8] != now.record[frame.tcp - ip:frame.tcp + 8]

    @staticmethod
    def is_other(frame, now):
        return frame.record[-frame.payload:] != now.record[-frame.payload:] if frame.payload else False

    # ---- the account -------------------------------------------------------------------------------------------------

    def missing(self, frames, reading, is_changed):
        """Messages that are neither found nor told. is_changed: octets are others than they were, addresses among them."""
        place = [0] + [f.number for f in frames]
        found = collections.Counter(key_of(m) for m in reading.messages)
        seen = [(place[m['frame']], m['src'], m['dst']) for m in reading.messages]
        told = [(*self.extent(d, seen, place), d['src'], d['dst']) for d in reading.damaged]
        ends = seen + [(place[d['frame']], d['src'], d['dst']) for d in reading.damaged]
        told += [(*self.since(d, ends, place), d['src'], d['dst']) for d in reading.damaged if d['octets']]
        told += [(place[u['frame']], place[u['last_frame']], u['src'], u['dst']) for u in reading.unread]
        for closed in reading.closed:  # whatever else it carried and lost
            ends = place[closed['first_frame']], place[-1]
            told += [(*ends, closed['client'], closed['server']), (*ends, closed['server'], closed['client'])]
        lost = []
        for message in self.messages:
            if (message.last, message.src, message.dst) in seen and found[message.key] > 0:
                found[message.key] -= 1
            elif (message.last, message.src, message.dst) not in seen:
                lost.append(message)
        for message in lost:
            if found[message.key] > 0:
                found[message.key] -= 1
            elif is_changed and any(message.first <= at <= message.last for at, _, _ in seen):
                continue
            elif not any(self.is_about(message, *one, is_changed) for one in told):
                yield message

    @staticmethod
    def extent(damage, seen, place):
        """A gap shows at the first frame behind it that can be read: it may be all since the message before. What began and
        never ended takes what follows it for its own."""
        frame, why = place[damage['frame']], damage['damage']
        others = [at for at, src, dst in seen if (src, dst) == (damage['src'], damage['dst'])]
        gap = re.search('missing before (?:this frame|frame ([0-9]+))', why)
        first = max([at for at in others if at < frame], default=0) + 1 if gap else frame
        if gap and gap.group(1):
            return first, place[int(gap.group(1))]
        return first, min([at for at in others if at > frame], default=place[-1]) if 'was whole' in why else frame

    @staticmethod
    def since(damage, ends, place):
        """A damaged message that was read takes the frames since the one before it, as all messages do."""
        frame = place[damage['frame']]
        before = [at for at, src, dst in ends if at < frame and (src, dst) == (damage['src'], damage['dst'])]
        return max(before, default=0) + 1, frame

    def is_about(self, message, first, last, src, dst, is_changed):
        if not is_changed and (src, dst) != (message.src, message.dst):
            return False
        # A gap is seen at the frame behind it.
        behind = [f.number for f in self.frames if f.number > message.last and (f.src, f.dst) == (src, dst)]
        return first <= (behind[0] if behind else message.last) and last >= message.first
