#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A large capture: real sessions repeated from many client addresses.

usage: make_capture.py OUT.pcap MEGABYTES [--one-connection | --alive] CAPTURE...

The captures are over Ethernet and IPv4 (a capture on a loopback device is). Each copy gets its own client
address, its own time, and its own uuids (same length), so that every copy has contexts of its own. With --one-connection all
copies of the first capture, which is to hold one connection, follow each other on that one. With --alive all copies of the
first capture begin before any goes on: each connection lives through the capture.
"""
import itertools
import re
import struct
import subprocess
import sys
import tempfile


def records(path):
    """(seconds, microseconds, length, octets) of each frame."""
    with tempfile.NamedTemporaryFile(suffix='.pcap') as file:
        subprocess.run(['editcap', '-F', 'pcap', path, file.name], check=True)
        data = file.read()
    at = 24
    while at < len(data):
        seconds, micro, size, length = struct.unpack_from('<IIII', data, at)
        yield seconds, micro, length, data[at + 16:at + 16 + size]
        at += 16 + size


def is_tcp4(packet):
    return len(packet) > 54 - 1 and packet[12:14] == b'\x08\x00' and packet[23] == 6


def server_port(frames):
    """Where the first SYN goes to."""
    for _, _, _, packet in frames:
        tcp = 14 + (packet[14] & 15) * 4
        if packet[tcp + 13] & 0x12 == 2:
            return packet[tcp + 2:tcp + 4]
    raise SystemExit('no SYN')


def marked(packet, mark):
    return bytearray(re.sub(rb'(uuid:)[0-9a-f]{8}(?=-)', rb'\g<1>' + mark, packet))


def copied(packet, server, client, mark):
    data = marked(packet, mark)
    tcp = 14 + (data[14] & 15) * 4
    at = 26 if data[tcp + 2:tcp + 4] == server else 30
    data[at:at + 4] = client
    return bytes(data)


class OneConnection:
    """The octets of both ends begin where those of the copy before ended; only the first one opens the connection."""

    def __init__(self, server, frames):
        self.server, self.said, self.copies, self.is_over = server, [0, 0], 0, False
        for _, _, _, packet in frames:
            self.said[self.side(packet)] += self.length(packet)

    def side(self, packet):
        tcp = 14 + (packet[14] & 15) * 4
        return int(packet[tcp:tcp + 2] == self.server)

    @staticmethod
    def length(packet):
        tcp = 14 + (packet[14] & 15) * 4
        return 14 + struct.unpack_from('>H', packet, 16)[0] - tcp - (packet[tcp + 12] >> 4) * 4

    def copied(self, packet, mark):
        """None for what opens or ends it again."""
        tcp = 14 + (packet[14] & 15) * 4
        flags, side = packet[tcp + 13], self.side(packet)
        self.is_over |= flags & 5 != 0
        if self.is_over or (flags & 2 and self.copies > 0):
            return None
        data = marked(packet, mark)
        for at, own in ((tcp + 4, side), (tcp + 8, 1 - side)):
            number = struct.unpack_from('>I', data, at)[0]
            if flags & 0x10 or own == side:
                struct.pack_into('>I', data, at, (number + self.copies * self.said[own]) & 0xffffffff)
        return bytes(data)


def client_of(copy):
    return struct.pack('>BBBB', 10, copy >> 16 & 255, copy >> 8 & 255, copy & 255)


def one_after_the_other(sessions, one):
    """(copy, frame, octets) without end; octets of what is not repeated are None."""
    for copy in itertools.count():
        server, frames = sessions[copy % len(sessions)]
        mark = b'%08x' % copy
        if one:
            one.copies, one.is_over = copy, False
        for number, frame in enumerate(frames):
            packet = frame[3]
            yield copy, number, one.copied(packet, mark) if one else copied(packet, server, client_of(copy), mark)


def all_at_once(session, octets):
    """The same of as many copies as have so many octets."""
    server, frames = session
    copies = octets // sum(16 + len(packet) for _, _, _, packet in frames)
    for number, (_, _, _, packet) in enumerate(frames):
        for copy in range(copies):
            yield copy, number, copied(packet, server, client_of(copy), b'%08x' % copy)


def main():
    options = [word for word in sys.argv[1:] if word.startswith('--')]
    out, megabytes, *paths = [word for word in sys.argv[1:] if word not in options]
    octets = int(megabytes) * 1000000
    sessions = []
    for path in paths:
        frames = [r for r in records(path) if is_tcp4(r[3])]
        sessions.append((server_port(frames), frames))
    is_alive = '--alive' in options
    one = OneConnection(*sessions[0]) if '--one-connection' in options else None
    start = 1700000000 * 1000000
    written = copies = frames_out = 0
    with open(out, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for copy, number, octets_of in all_at_once(sessions[0], octets) if is_alive else one_after_the_other(sessions, one):
            if number == 0 and not is_alive and written >= octets:
                break
            copies = max(copies, copy + 1)
            if octets_of is None:
                continue
            frames = sessions[copy % len(sessions)][1]
            seconds, micro, length, _ = frames[number]
            time = start + seconds * 1000000 + micro - frames[0][0] * 1000000 - frames[0][1]
            time = start + number * 1000000 + copy if is_alive else time + copy * 30000000
            file.write(struct.pack('<IIII', time // 1000000, time % 1000000, len(octets_of), length) + octets_of)
            written += 16 + len(octets_of)
            frames_out += 1
    print('%d sessions, %d frames, %.1f MB' % (copies, frames_out, written / 1e6))


if __name__ == '__main__':
    main()
