# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversations inside TLS, made by OpenSSL in memory: for streams.write and a key log."""
import os
import ssl
import subprocess
import tempfile


class Pair:
    """The two ends of one TLS connection. version: ssl.TLSVersion."""

    def __init__(self, keylog, version):
        with tempfile.TemporaryDirectory() as folder:
            key, cert = os.path.join(folder, 'key.pem'), os.path.join(folder, 'cert.pem')
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
                            '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=service.example'],
                           check=True, capture_output=True, timeout=60)
            server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.load_cert_chain(cert, key)
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.keylog_filename = keylog
        client.minimum_version = client.maximum_version = version
        self.ways = {True: ssl.MemoryBIO(), False: ssl.MemoryBIO()}  # what that end wrote
        self.ends = {True: client.wrap_bio(self.ways[False], self.ways[True], server_hostname='service.example'),
                     False: server.wrap_bio(self.ways[True], self.ways[False], server_side=True)}
        self.pieces = []
        self.pending = {True: b'', False: b''}

    def flight(self, is_client):
        """What that end wrote goes into the capture, and to the other end."""
        octets = self.ways[is_client].read()
        if octets:
            self.pieces.append((is_client, octets))
            self.ways[is_client].write(octets)

    def shake(self):
        open_ends = {True, False}
        while open_ends:
            for way in (True, False):
                try:
                    if way in open_ends:
                        self.ends[way].do_handshake()
                        open_ends.discard(way)
                except ssl.SSLWantReadError:
                    pass
                self.flight(way)

    def say(self, is_client, octets):
        self.ends[is_client].write(octets)
        self.flight(is_client)
        try:
            while self.ends[not is_client].read(65536):
                pass
        except ssl.SSLWantReadError:
            pass


def talk(pieces, keylog, version=ssl.TLSVersion.TLSv1_3):
    """The same conversation in TLS, one record or more for each piece; its secrets go to the key log."""
    pair = Pair(keylog, version)
    pair.shake()
    for is_client, octets in pieces:
        pair.say(is_client, octets)
    return pair.pieces
