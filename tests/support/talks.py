# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversations over TCP as captures whose times are chosen, in the clear or over TLS: the two ends of OpenSSL write to
each other in memory, and what they wrote is put in packets."""
import os
import ssl
import struct
import subprocess

from make_pcap import tcp_packet


class Clear:
    """A connection without TLS."""

    def begin(self):
        return []

    def say(self, is_client, octets):
        """What goes over the wire: [(is_client, octets)]."""
        return [(is_client, octets)]


class Tls:
    """A connection with TLS 1.2 or the version that is given; the key log in the folder gets its secrets. The server may
    ask for a client's certificate, and the client may have one."""

    def __init__(self, folder, version=ssl.TLSVersion.TLSv1_2, is_asked=False, has_certificate=False):
        key, certificate = os.path.join(folder, 'tls.key.pem'), os.path.join(folder, 'tls.cert.pem')
        if not os.path.exists(certificate):
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj',
                            '/CN=service.example.org', '-keyout', key, '-out', certificate],
                           check=True, capture_output=True, timeout=60)
        server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        server.load_cert_chain(certificate, key)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.minimum_version = client.maximum_version = server.maximum_version = version
        if is_asked:
            server.verify_mode = ssl.CERT_OPTIONAL
            server.load_verify_locations(certificate)
        if has_certificate:
            client.load_cert_chain(certificate, key)
        client.keylog_filename = os.path.join(folder, 'tls.keylog')
        self.pipes = {True: ssl.MemoryBIO(), False: ssl.MemoryBIO()}  # by who writes
        self.ends = {True: client.wrap_bio(self.pipes[False], self.pipes[True], server_hostname='service.example.org'),
                     False: server.wrap_bio(self.pipes[True], self.pipes[False], server_side=True)}

    def _carry(self, is_client):
        """What that end wrote; the other end gets it."""
        octets = self.pipes[is_client].read()
        self.pipes[is_client].write(octets)
        return [(is_client, octets)] if octets else []

    def begin(self):
        said, done = [], {True: False, False: False}
        while not all(done.values()):
            for is_client in (True, False):
                if done[is_client]:
                    continue
                try:
                    self.ends[is_client].do_handshake()
                    done[is_client] = True
                except ssl.SSLWantReadError:
                    pass
                said += self._carry(is_client)
        return said

    def say(self, is_client, octets):
        self.ends[is_client].write(octets)
        said = self._carry(is_client)
        self.ends[not is_client].read(len(octets) + 65536)
        return said


def write(path, *connections):
    """Each connection: (server's port, [(time in seconds, is_client, octets), ...]); what happens first comes first."""
    packets = []
    for number, (port, turns) in enumerate(connections):
        ports, at, start = (50000 + number, port), {True: 1000, False: 2000}, turns[0][0] - 0.01
        for step, (is_client, seq, ack, flags) in enumerate([(True, 999, 0, 2), (False, 1999, 1000, 0x12),
                                                              (True, 1000, 2000, 0x10)]):
            packets.append((start + step * 0.001, tcp_packet(is_client, ports, seq, ack, flags, b'')))
        for time, is_client, octets in turns:
            for begin in range(0, len(octets), 1400):
                part = octets[begin:begin + 1400]
                packets.append((time + begin * 1e-8, tcp_packet(is_client, ports, at[is_client], at[not is_client], 0x18,
                                                                part)))
                at[is_client] += len(part)
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for time, packet in sorted(packets, key=lambda entry: entry[0]):
            clock = round(time * 1000000)
            file.write(struct.pack('<IIII', clock // 1000000, clock % 1000000, len(packet), len(packet)) + packet)
