#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A large capture of one connection of net.tcp in clear: the messages of a real session of HTTP in one session of net.tcp,
over and over.

usage: make_nettcp.py OUT.pcap MEGABYTES [CAPTURE]

CAPTURE is one that make_capture.py takes; each copy of its messages has uuids of its own.
"""
import itertools
import os
import random
import re
import struct
import sys

import mix
from make_capture import is_tcp4, marked, records, server_port

HERE = os.path.dirname(os.path.abspath(__file__))
SESSION = os.path.join(HERE, '..', 'data', 'captures-real', 'cxf', 'sym13.pcapng')  # each answer says what it answers
VIA, SOAP12 = b'net.tcp://service.example/a', 3
CLIENT, SERVER = (b'\x0a\0\0\1', 50001), (b'\xc0\0\2\1', 20808)


def messages(path):
    """(side, octets) of each body that the capture's HTTP announces a length of."""
    frames = [packet for _, _, _, packet in records(path) if is_tcp4(packet)]
    server = server_port([(0, 0, 0, packet) for packet in frames])
    waiting = {}
    for packet in frames:
        tcp = 14 + (packet[14] & 15) * 4
        end = 14 + struct.unpack_from('>H', packet, 16)[0]
        way = packet[tcp:tcp + 4] + packet[26:34]
        waiting[way] = waiting.get(way, b'') + packet[tcp + (packet[tcp + 12] >> 4) * 4:end]
        while b'\r\n\r\n' in waiting[way]:
            head, rest = waiting[way].split(b'\r\n\r\n', 1)
            length = re.search(rb'(?i)\r\ncontent-length: *(\d+)', head)
            size = int(length.group(1)) if length else 0
            if len(rest) < size:
                break
            waiting[way] = rest[size:]
            if size:
                yield int(packet[tcp:tcp + 2] == server), rest[:size]


def size_of(octets):
    left, out = len(octets), b''
    while left > 127:
        out, left = out + bytes([left & 127 | 128]), left >> 7
    return out + bytes([left])


def sized(octets):
    return b'\6' + size_of(octets) + octets


def preamble(encoding=SOAP12, mode=2, via=VIA):
    return b'\0\1\0\1' + bytes([mode, 2]) + size_of(via) + via + b'\3' + bytes([encoding, 12])


ACKNOWLEDGED, END = b'\x0b', b'\7'


def main():
    out, megabytes, *rest = sys.argv[1:]
    said = list(messages(rest[0] if rest else SESSION))
    own = mix.Tcp(random.Random(1), CLIENT, SERVER, 1700000000).open().say(0, preamble()).say(1, ACKNOWLEDGED)
    written = frames = 0
    with open(out, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))

        def write():
            nonlocal written, frames
            for time, octets in own.frames:
                file.write(struct.pack('<IIII', int(time), int(time % 1 * 1000000), len(octets), len(octets)) + octets)
                written += 16 + len(octets)
            frames += len(own.frames)
            own.frames.clear()

        for copy in itertools.count():
            if written >= int(megabytes) * 1000000:
                break
            for side, octets in said:
                own.say(side, sized(bytes(marked(octets, b'%08x' % copy))))
            write()
        own.say(0, END).say(1, END).close()
        write()
    print('%d copies, %d frames, %.1f MB' % (copy, frames, written / 1e6))


if __name__ == '__main__':
    main()
