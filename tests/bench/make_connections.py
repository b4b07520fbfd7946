#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture of many connections, each from others' ends: it opens, its client says a few octets in binary, its server resets it.

usage: make_connections.py OUT.pcap [CONNECTIONS]
"""
import struct
import sys

SYN, SYN_ACK, SAYS, RESET = 0x02, 0x12, 0x18, 0x14
SERVER, PORT = b'\xc0\xa8\x01\x01', 8081
A_SECOND = 1000  # connections
OF_A_HOST = 16


def segment(from_client, client, port, numbers, flags, octets=b''):
    ends = (client, SERVER) if from_client else (SERVER, client)
    ports = (port, PORT) if from_client else (PORT, port)
    tcp = struct.pack('>HHIIBBHHH', *ports, *numbers, 0x50, flags, 65535, 0, 0) + octets
    return b'\0' * 12 + b'\x08\0' + struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, *ends) + tcp


def connection(number):
    client, port = struct.pack('>I', 0x0a000000 + number // OF_A_HOST), 1024 + number % OF_A_HOST * 100 + number % 97
    ours, theirs = 1000, 5000
    yield segment(True, client, port, (ours, 0), SYN)
    yield segment(False, client, port, (theirs, ours + 1), SYN_ACK)
    said = b'\x01\x02 and more'
    yield segment(True, client, port, (ours + 1, theirs + 1), SAYS, said)
    yield segment(False, client, port, (theirs + 1, ours + 1 + len(said)), RESET)


def write(path, count):
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for number in range(count):
            second, rest = divmod(number, A_SECOND)
            for frame in connection(number):
                file.write(struct.pack('<IIII', 1700000000 + second, rest * (1000000 // A_SECOND), len(frame), len(frame)) + frame)


if __name__ == '__main__':
    write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000000)
