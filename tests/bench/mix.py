#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A large capture such as an engineer brings: a little SOAP among downloads, TLS, DNS and binary protocols.

usage: mix.py OUT.pcap [MEGABYTES [SEED [CAPTURE...]]]

The SOAP is that of real captures (over Ethernet, IPv4 and TCP), repeated from many client addresses: one frame in a
hundred. Everything stands in order of time. The same seed gives the same octets.
"""
import heapq
import os
import random
import re
import struct
import sys

import make_capture

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, '..', '..')
REAL = os.path.join(ROOT, 'tests', 'data', 'captures-real')
SESSIONS = [os.path.join(ROOT, 'captures', 'corewcf-session.pcap')] + [os.path.join(REAL, name) for name in (
    'axis2c-rampart/replay.pcap', 'rampart-java/replay.pcap', 'cxf/sym05.pcapng', 'metro/sym05.pcapng',
    'mono-http-anonymous-for-certificate.pcap', 'mono-http-username-for-certificate.pcap')]
SHARE = 100  # one frame in so many is SOAP's
MSS = 1448
FILE_HEADER = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1)
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TYPES = ('application/octet-stream', 'image/png', 'video/mp4', 'application/zip', 'text/html; charset=utf-8',
         'application/json', 'application/javascript')


def ethernet(src, dst, protocol, payload):
    """A frame over IPv4; src, dst: four octets each."""
    return b'\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0' + struct.pack(
        '>BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0, src, dst) + payload


def udp(src, sport, dst, dport, payload):
    return ethernet(src, dst, 17, struct.pack('>HHHH', sport, dport, 8 + len(payload), 0) + payload)


class Tcp:
    """A connection, frame by frame: [(time, octets)]. Ends are 0 (client) and 1 (server)."""

    def __init__(self, rng, client, server, start, step=0.0002):
        self.rng, self.ends, self.time, self.step = rng, (client, server), start, step
        self.next = [rng.getrandbits(32), rng.getrandbits(32)]
        self.frames = []

    def segment(self, side, flags, payload=b''):
        (src, sport), (dst, dport) = self.ends[side], self.ends[1 - side]
        ack = self.next[1 - side] if flags & ACK else 0
        header = struct.pack('>HHIIBBHHH', sport, dport, self.next[side], ack, 0x50, flags, 64240, 0, 0)
        self.frames.append((self.time, ethernet(src, dst, 6, header + payload)))
        self.next[side] = (self.next[side] + len(payload) + (1 if flags & (SYN | FIN) else 0)) & 0xffffffff
        self.time += self.step

    def open(self):
        self.segment(0, SYN)
        self.segment(1, SYN | ACK)
        self.segment(0, ACK)
        return self

    def say(self, side, octets, size=MSS):
        for at in range(0, len(octets), size):
            self.segment(side, ACK | PSH, octets[at:at + size])
            if at // size % 2 == 1:
                self.segment(1 - side, ACK)
        return self

    def close(self, side=0):
        self.segment(side, FIN | ACK)
        self.segment(1 - side, FIN | ACK)
        self.segment(side, ACK)
        return self


# ---- what others say ----------------------------------------------------------------------------------------------------

def record(kind, octets):
    return struct.pack('>BHH', kind, 0x0303, len(octets)) + octets


def client_hello(rng, name, suites=b'\x13\x01\xc0\x2f'):
    name = name.encode()
    extension = struct.pack('>HHHBH', 0, len(name) + 5, len(name) + 3, 0, len(name)) + name
    body = (b'\x03\x03' + rng.randbytes(32) + b'\x20' + rng.randbytes(32) + struct.pack('>H', len(suites)) + suites + b'\1\0' +
            struct.pack('>H', len(extension)) + extension)
    return record(22, b'\1' + struct.pack('>I', len(body))[1:] + body)


def server_hello(rng, suite=b'\xc0\x2f'):
    body = b'\x03\x03' + rng.randbytes(32) + b'\0' + suite + b'\0'
    return record(22, b'\2' + struct.pack('>I', len(body))[1:] + body)


class Mix:
    """Makes conversations of others. Payloads are slices of one pool of random octets."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.pool = self.rng.randbytes(4 << 20)
        self.ports = 0

    def octets(self, count):
        at = self.rng.randrange(len(self.pool) - 65536)
        return b''.join(self.pool[at:at + min(count - done, 65536)] for done in range(0, count, 65536))

    def client(self):
        self.ports += 1
        return struct.pack('>BBBB', 10, 9, self.ports >> 14 & 255, 7), 40000 + (self.ports & 16383)

    def server(self, port):
        return struct.pack('>BBBB', 192, 0, 2, self.rng.randrange(1, 255)), port

    def tcp(self, start, port):
        return Tcp(self.rng, self.client(), self.server(port), start).open()

    def download(self, start):
        talk = self.tcp(start, self.rng.choice((80, 80, 8080)))
        for number in range(self.rng.randrange(1, 5)):
            talk.say(0, b'GET /files/%d.bin HTTP/1.1\r\nHost: files.example\r\nUser-Agent: browser/1.0\r\n'
                        b'Accept: text/html,*/*\r\n\r\n' % number)
            size = int(self.rng.paretovariate(0.9) * 20000) % 3000000
            head = b'HTTP/1.1 200 OK\r\nServer: files\r\nContent-Type: %s\r\n' % self.rng.choice(TYPES).encode()
            if self.rng.random() < 0.3:
                body = b''.join(b'%x\r\n%s\r\n' % (len(piece), piece) for piece in (
                    self.octets(min(8192, size - at)) for at in range(0, size, 8192))) + b'0\r\n\r\n'
                talk.say(1, head + b'Transfer-Encoding: chunked\r\n\r\n' + body)
            else:
                talk.say(1, head + b'Content-Length: %d\r\n\r\n' % size + self.octets(size))
        return talk.close().frames

    def tls(self, start):
        talk = self.tcp(start, 443)
        talk.say(0, client_hello(self.rng, 'www%d.example' % self.rng.randrange(1000)))
        talk.say(1, server_hello(self.rng) + record(22, self.octets(2500)) + record(20, b'\1'))
        talk.say(0, record(20, b'\1') + record(22, self.octets(40)))
        for _ in range(self.rng.randrange(1, 6)):
            talk.say(0, record(23, self.octets(self.rng.randrange(100, 900))))
            size = int(self.rng.paretovariate(1.1) * 20000) % 2000000
            talk.say(1, b''.join(record(23, self.octets(min(16000, size - at))) for at in range(0, size, 16000)))
        talk.say(0, record(21, self.octets(26)))
        return talk.close().frames

    def dns(self, start):
        (client, port), (server, _) = self.client(), self.server(53)
        query = self.octets(2) + b'\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1'
        answer = query[:2] + b'\x81\x80\0\1\0\1\0\0\0\0' + query[12:] + b'\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4' + self.octets(4)
        return [(start, udp(client, port, server, 53, query)), (start + 0.01, udp(server, 53, client, port, answer))]

    def binary(self, start):
        talk = self.tcp(start, 20777)
        for _ in range(self.rng.randrange(5, 60)):
            for side in (0, 1):
                size = self.rng.randrange(20, 4000)
                talk.say(side, struct.pack('>I', size) + self.octets(size))
        return talk.close().frames

    def any(self, start):
        kind = self.rng.choices((self.download, self.tls, self.dns, self.binary), (10, 10, 60, 6))[0]
        return kind(start)


# ---- SOAP ---------------------------------------------------------------------------------------------------------------

def records(path):
    """(time, length on the wire, octets) of each frame with TCP over IPv4 and Ethernet."""
    for seconds, micro, length, packet in make_capture.records(path):
        if make_capture.is_tcp4(packet):
            yield seconds + micro / 1e6, length, packet


def session(path):
    """Port of its server, frames with times from 0."""
    frames = list(records(path))
    for _, _, packet in frames:
        tcp = 14 + (packet[14] & 15) * 4
        if packet[tcp + 13] & (SYN | ACK) == SYN:
            return packet[tcp + 2:tcp + 4], [(when - frames[0][0], length, packet) for when, length, packet in frames]
    raise SystemExit('%s: no SYN' % path)


def copied(packet, server, client, mark):
    """From another client, with uuids of its own."""
    data = bytearray(re.sub(rb'(uuid:)[0-9a-f]{8}(?=-)', rb'\g<1>' + mark, packet))
    tcp = 14 + (data[14] & 15) * 4
    at = 26 if data[tcp + 2:tcp + 4] == server else 30
    data[at:at + 4] = client
    return bytes(data)


def soap(sessions, number, start):
    server, frames = sessions[number % len(sessions)]
    client = struct.pack('>BBBB', 10, 64 + (number >> 16 & 63), number >> 8 & 255, number & 255)
    return [(start + when, length, copied(packet, server, client, b'%08x' % number)) for when, length, packet in frames]


# ---- the whole ----------------------------------------------------------------------------------------------------------

def conversations(mix, sessions):
    """(start, [(time, length, octets)]) without end, in order of their starts."""
    now, others, ours, number = 1700000000.0, 0, 0, 0
    while True:
        if sessions and others >= ours * (SHARE - 1):
            frames = soap(sessions, number, now)
            number += 1
            ours += len(frames)
        else:
            frames = [(when, len(octets), octets) for when, octets in mix.any(now)]
            others += len(frames)
        yield now, frames
        now += mix.rng.random() * 0.05


def in_order(conversations_):
    """Their frames, in order of time."""
    waiting, count = [], 0
    for start, frames in conversations_:
        while waiting and waiting[0][0] < start:
            when, _, length, octets = heapq.heappop(waiting)
            yield when, length, octets
        for when, length, octets in frames:
            count += 1
            heapq.heappush(waiting, (when, count, length, octets))


def write_all(out, megabytes, conversations_):
    """As far as the size goes. Returns the number of frames."""
    written, frames = 0, 0
    with open(out, 'wb', buffering=1 << 20) as file:
        file.write(FILE_HEADER)
        for when, length, octets in in_order(conversations_):
            file.write(struct.pack('<IIII', int(when), int(when % 1 * 1e6), len(octets), length) + octets)
            written += 16 + len(octets)
            frames += 1
            if written >= megabytes * 1000000:
                break
    return frames


def write(out, megabytes, seed=1, paths=()):
    """Returns the number of frames."""
    return write_all(out, megabytes, conversations(Mix(seed), [session(path) for path in paths]))


def main():
    out = sys.argv[1]
    megabytes = float(sys.argv[2]) if len(sys.argv) > 2 else 500
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    frames = write(out, megabytes, seed, sys.argv[4:] or SESSIONS)
    print('%d frames, %.1f MB' % (frames, os.path.getsize(out) / 1e6))


if __name__ == '__main__':
    main()
