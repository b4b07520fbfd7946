# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections of TLS that last: HTTP inside of it, of versions and suites whose records do and do not depend on each other. OpenSSL
is both of their ends (Python's ssl)."""
import os
import random
import ssl
import subprocess
import warnings

import make_tls
import mix
import strange
from strange import EXCHANGES, SERVER

ECDSA = 'ECDHE-ECDSA-'
# Whether libwireshark can be made to forget it: version, suites, that.
KINDS = {
    'gcm': (ssl.TLSVersion.TLSv1_2, ECDSA + 'AES128-GCM-SHA256', True),
    'chacha': (ssl.TLSVersion.TLSv1_2, ECDSA + 'CHACHA20-POLY1305', True),
    'ccm': (ssl.TLSVersion.TLSv1_2, ECDSA + 'AES256-CCM', True),
    'ccm8': (ssl.TLSVersion.TLSv1_2, ECDSA + 'AES128-CCM8', True),
    'cbc': (ssl.TLSVersion.TLSv1_2, ECDSA + 'AES128-SHA256', True),
    'old cbc': (ssl.TLSVersion.TLSv1_2, ECDSA + 'AES256-SHA', True),
    '1.1': (ssl.TLSVersion.TLSv1_1, ECDSA + 'AES128-SHA', True),
    '1.0': (ssl.TLSVersion.TLSv1, ECDSA + 'AES128-SHA', False),
    '1.3': (ssl.TLSVersion.TLSv1_3, None, True),
}
ENDS = ('close', 'close', 'fin', 'reset', 'asked', 'cut off', '')


class Ends:
    """Contexts of OpenSSL by kind, as make_tls.Tls takes them; their keys go to a log."""

    def __init__(self, folder, keylog):
        cert, key = os.path.join(folder, 'cert.pem'), os.path.join(folder, 'key.pem')
        if not os.path.exists(cert):
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
                            '-keyout', key, '-out', cert, '-subj', '/CN=www.example', '-days', '9'],
                           check=True, capture_output=True)
        self.clients, self.servers, self.keylog = [], [], keylog
        for version, suites, _ in KINDS.values():
            client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
            client.load_cert_chain(cert, key)
            client.post_handshake_auth = True
            server.load_cert_chain(cert, key)
            server.load_verify_locations(cert)
            server.verify_mode = ssl.CERT_OPTIONAL  # the client is asked for a certificate, and shows one
            if keylog:
                client.keylog_filename = keylog
            for context in (client, server):
                context.set_ciphers((suites or 'ALL') + ':@SECLEVEL=0')
                with warnings.catch_warnings():  # that some versions are old
                    warnings.simplefilter('ignore')
                    context.minimum_version = context.maximum_version = version
            self.clients.append(client)
            self.servers.append(server)

    def tls(self, kind, own, name='www.example', session=None):
        return make_tls.Tls(self, list(KINDS).index(kind), own, name, session)


class Cut:
    """A connection of TCP whose segments are small."""

    def __init__(self, own, size):
        self.own, self.size = own, size

    def say(self, side, octets):
        self.own.say(side, octets, self.size)
        return self

    def close(self):
        return self.own.close()


def connect(rng, number, port=443):
    return mix.Tcp(rng, (b'\x0a\0\2' + bytes([number % 250 + 1]), 40000 + number), (SERVER[0], port), 0).open()


def frames_of(own):
    return [octets for _, octets in own.frames]


def lasting(ends, kind, exchanges, port=443):
    """Frames of one connection; exchanges: [(side, octets)] each."""
    own = connect(random.Random(1), 1, port)
    tls = ends.tls(kind, own)
    for exchange in exchanges:
        for side, octets in exchange:
            tls.say(side, octets)
    tls.close()
    return frames_of(own)


def going_on(ends, kind, exchange, count=6):
    """Frames of two connections of one session, and the key log as it was before the second."""
    frames, session, log = [], None, ''
    for number in range(2):
        if ends.keylog:
            with open(ends.keylog, encoding='ascii') as file:
                log = file.read()
        own = connect(random.Random(number), number)
        tls = ends.tls(kind, own, session=session)
        for side, octets in exchange * count:
            tls.say(side, octets)
        session = tls.ends[0].session
        is_same = tls.ends[0].session_reused
        tls.close()
        frames.append(frames_of(own))
    assert is_same
    return frames, log


def any_lasting(rng, number, ends):
    """The same with whatever may come."""
    own = connect(rng, number, rng.choice((443, 443, 8443, 50777)))
    tls = ends.tls(rng.choice(list(KINDS)), Cut(own, rng.choice((mix.MSS, mix.MSS, 700, 200))))
    asks = rng.random() < 0.1 and tls.ends[1].version() == 'TLSv1.3'  # for a certificate, once, after a while
    for _ in range(rng.randrange(1, 8)):
        for side, octets in EXCHANGES[rng.randrange(rng.choice((3, 6, len(EXCHANGES))))](rng):
            tls.say(side, octets)
        if rng.random() < 0.2:
            own.segment(rng.randrange(2), mix.ACK)
        if rng.random() < 0.05:
            own.frames.append(own.frames[-rng.randrange(1, 4)])  # sent again
        if rng.random() < 0.08:
            strange.come_late(rng, own.frames)
        if rng.random() < 0.03:
            del own.frames[-rng.randrange(1, 4)]  # and lost
        if rng.random() < 0.03:
            tls.say(rng.randrange(2), rng.randbytes(50))  # no HTTP
    if asks:
        tls.ends[1].verify_client_post_handshake()
        tls.deliver(1)
        tls.say(0, strange.ask())
        tls.say(1, strange.tell())
    end = rng.choice(ENDS)
    if end in ('asked', 'cut off'):
        tls.say(0, EXCHANGES[0](rng)[0][1][:None if end == 'asked' else 200])
    if end == 'close':
        tls.close()
    elif end == 'fin':
        own.close(rng.randrange(2))
    if end in ('asked', 'reset'):
        own.segment(rng.randrange(2), mix.RST | mix.ACK)
    seen = rng.choice((0,) * 12 + (1, 3, 4))  # it was there before the capture began
    return frames_of(own)[seen:]
