#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture of HTTP inside TLS with its key log: browsers, and SOAP in between.

usage: make_tls.py OUT.pcap KEYLOG [MEGABYTES [SEED [CAPTURE...]]]

OpenSSL encrypts, TLS 1.2 and 1.3 in turn (Python's ssl, both ends in this process); only TCP and IP are written around it. The
SOAP is what the ends of real captures said, one frame in twenty. Keys are new each time, so octets differ from run to run, and
sizes do not.
"""
import os
import re
import ssl
import struct
import subprocess
import sys
import tempfile

import make_capture
import mix

SHARE = 20  # one frame in so many is SOAP's; 0: none
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


def turns(path):
    """What the ends of a capture with one connection said: [(side, octets)]."""
    said, server = [], None
    for _, _, _, packet in make_capture.records(path):
        if not make_capture.is_tcp4(packet):
            continue
        tcp = 14 + (packet[14] & 15) * 4
        end = 14 + struct.unpack('>H', packet[16:18])[0]
        if server is None and packet[tcp + 13] & (mix.SYN | mix.ACK) == mix.SYN:
            server = packet[tcp + 2:tcp + 4]
        payload = packet[tcp + (packet[tcp + 12] >> 4) * 4:end]
        if payload and server is not None:
            side = 1 if packet[tcp:tcp + 2] == server else 0
            if said and said[-1][0] == side:
                said[-1] = (side, said[-1][1] + payload)
            else:
                said.append((side, payload))
    return said


class Ends:
    """Contexts of OpenSSL for clients and servers."""

    def __init__(self, keylog):
        self.servers, self.clients = [], []
        with tempfile.TemporaryDirectory() as folder:
            cert, key = os.path.join(folder, 'cert.pem'), os.path.join(folder, 'key.pem')
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
                            '-keyout', key, '-out', cert, '-subj', '/CN=www.example', '-days', '9'],
                           check=True, capture_output=True)
            for version in VERSIONS:
                server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                server.load_cert_chain(cert, key)
                client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
                client.keylog_filename = keylog
                for context in (server, client):
                    context.minimum_version = context.maximum_version = version
                self.servers.append(server)
                self.clients.append(client)


class Tls:
    """A TLS connection on a connection of TCP (mix.Tcp)."""

    def __init__(self, ends, number, talk, name, session=None):
        """session: of an earlier one, which it goes on with."""
        self.talk = talk
        self.got = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.sent = ssl.MemoryBIO(), ssl.MemoryBIO()
        kind = number % len(ends.clients)
        self.ends = (ends.clients[kind].wrap_bio(self.got[0], self.sent[0], server_hostname=name, session=session),
                     ends.servers[kind].wrap_bio(self.got[1], self.sent[1], server_side=True))
        is_done = [False, False]
        while not all(is_done):
            for side in (0, 1):
                try:
                    self.ends[side].do_handshake()
                    is_done[side] = True
                except ssl.SSLWantReadError:
                    pass
                self.deliver(side)

    def deliver(self, side):
        octets = self.sent[side].read()
        if octets:
            self.talk.say(side, octets)
            self.got[1 - side].write(octets)

    def say(self, side, octets):
        self.ends[side].write(octets)
        self.deliver(side)
        while self.got[1 - side].pending:
            try:
                self.ends[1 - side].read(1 << 16)
            except ssl.SSLWantReadError:
                return

    def close(self):
        try:
            self.ends[0].unwrap()
        except ssl.SSLWantReadError:
            pass
        self.deliver(0)
        return self.talk.close().frames


class Traffic:
    def __init__(self, seed, keylog, paths):
        self.mix, self.ends = mix.Mix(seed), Ends(keylog)
        self.sessions = [turns(path) for path in paths]
        self.number = 0

    def open(self, start, name):
        self.number += 1
        return Tls(self.ends, self.number, self.mix.tcp(start, 443), name)

    def browse(self, start):
        rng = self.mix.rng
        tls = self.open(start, 'www%d.example' % rng.randrange(1000))
        for number in range(rng.randrange(1, 8)):
            tls.say(0, b'GET /files/%d HTTP/1.1\r\nHost: www.example\r\nUser-Agent: browser/1.0\r\nAccept: */*\r\n\r\n' % number)
            size = int(rng.paretovariate(1.1) * 10000) % 1000000
            tls.say(1, b'HTTP/1.1 200 OK\r\nServer: files\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n' % (
                rng.choice(mix.TYPES).encode(), size) + self.mix.octets(size))
        return tls.close()

    def soap(self, start, number):
        tls = self.open(start, 'service.example')
        for side, octets in self.sessions[number % len(self.sessions)]:
            tls.say(side, re.sub(rb'(uuid:)[0-9a-f]{8}(?=-)', rb'\g<1>' + b'%08x' % number, octets))
        return tls.close()

    def conversations(self):
        now, others, ours, number = 1700000000.0, 0, 0, 0
        while True:
            if self.sessions and others >= ours * (SHARE - 1):
                frames = self.soap(now, number)
                number += 1
                ours += len(frames)
            else:
                frames = self.browse(now)
                others += len(frames)
            yield now, [(when, len(octets), octets) for when, octets in frames]
            now += self.mix.rng.random() * 0.05


def write_lasting(out, keylog, megabytes, number, paths):
    """One connection that lives through the capture and carries SOAP alone; number: which version. Returns the number of frames."""
    traffic = Traffic(1, keylog, paths)
    traffic.number = number
    tls, said, size = traffic.open(1700000000.0, 'service.example'), 0, 0
    while size < megabytes * 1000000:
        for side, octets in traffic.sessions[said % len(traffic.sessions)]:
            tls.say(side, re.sub(rb'(uuid:)[0-9a-f]{8}(?=-)', rb'\g<1>' + b'%08x' % said, octets))
            size += len(octets)
        said += 1
    frames = [(when, len(octets), octets) for when, octets in tls.close()]
    return mix.write_all(out, megabytes * 10, iter([(0, frames), (float('inf'), [])]))


def write(out, keylog, megabytes, seed=1, paths=()):
    """Returns the number of frames."""
    return mix.write_all(out, megabytes, Traffic(seed, keylog, paths).conversations())


def main():
    out, keylog = sys.argv[1:3]
    megabytes = float(sys.argv[3]) if len(sys.argv) > 3 else 300
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    frames = write(out, keylog, megabytes, seed, sys.argv[5:] or mix.SESSIONS)
    print('%d frames, %.1f MB' % (frames, os.path.getsize(out) / 1e6))


if __name__ == '__main__':
    main()
