# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections of net.tcp in clear that are made to be forgotten wrongly while they rest: see strange.py."""
import random

import mix
from make_nettcp import ACKNOWLEDGED, END, preamble, size_of, sized
from mix import ACK, PSH, RST, Tcp
from strange import CLIENT, SERVER, envelope, in_segments, interleaved, lost, moved, turns

BINARY, SESSION = 7, 8  # encodings ([MC-NMF] 2.2.3.4.1)
FAULT = b'http://schemas.microsoft.com/ws/2006/05/framing/faults/EndpointNotFound'
UPGRADE = b'application/ssl-tls'
LARGE = 64 * 1024 * 1024


def text():
    return sized(envelope())


def unsized(octets, size=100):
    return b'\5' + b''.join(size_of(octets[at:at + size]) + octets[at:at + size] for at in range(0, len(octets), size)) + b'\0'


class Strings:
    """Binary envelopes of one direction of a session, whose actions stand in the session's table."""

    def __init__(self, name=b'action'):
        self.name, self.count = name, 0

    def say(self, number, is_new=True):
        """An envelope with the action of that number; new: it brings one more string."""
        action = b'urn:%s-%d' % (self.name, self.count)
        table = size_of(action) + action if is_new else b''
        self.count += is_new
        number = 2 * (number % self.count) + 1
        return sized(size_of(table) + table + b'V\2\x0b\1s\4\x0b\1a\6V\x08D\x0a\xab' + size_of(b'x' * number) + b'\1V\x0e\1\1')


def in_pieces(*said, size, port=20808, close=True, **ends):
    """Octets of the ends in turn, each in segments of that size."""
    own = Tcp(random.Random(port), ends.get('client', CLIENT), (SERVER[0], port), 0).open()
    for number, octets in enumerate(said):
        own.say(number % 2, octets, size if number > 0 else 1460)
    if close:
        own.close()
    return [octets for _, octets in own.frames]


def growing(*more, name=b'action', **ends):
    """A session whose tables grow from message to message; later ones name early strings."""
    client, server = Strings(name), Strings(name)
    said = [preamble(SESSION), ACKNOWLEDGED]
    for number in range(8):
        said += [client.say(number * 3), server.say(number * 5, number % 2 == 0)]
    return turns(*said, *more, port=20808, **ends)


def after_each_other(count):
    """Connections with tables of strings, each with strings of its own."""
    return [frame for number in range(count) for frame in growing(name=b'of-%d' % number, client=(CLIENT[0], 50001 + number))]


def session():
    return [preamble(), ACKNOWLEDGED, text(), text(), text(), text(), END, END]


def upgraded():
    return preamble()[:-1] + b'\x09' + size_of(UPGRADE) + UPGRADE, b'\x0a'


def pipelined():
    return in_segments((0, preamble()), (1, ACKNOWLEDGED), (0, text() + text()), (0, text()), (1, text() + text()), (0, text()),
                       (1, text()[:100]), (0, text()), (1, b''))


def one_way():
    """The client spoke last when it rests, and when the connection is dropped."""
    own = [preamble(), ACKNOWLEDGED, text(), text(), text()]
    frames = turns(*own, port=20808, close=False)
    reset = Tcp(random.Random(0), CLIENT, (SERVER[0], 20808), 0)
    reset.next = [int.from_bytes(frames[-1][38:42], 'big') + len(frames[-1]) - 54, int.from_bytes(frames[-1][42:46], 'big')]
    reset.segment(1, RST | ACK)
    return frames + [octets for _, octets in reset.frames]


# name: frames, and how many messages the analyzer finds (None: whatever)
HOSTILE = {
    'net.tcp': (turns(*session(), port=20808), 4),
    'net.tcp on its port': (turns(*session(), port=808), 4),
    'net.tcp on the port of HTTP': (turns(*session(), port=80), None),
    'net.tcp in octets': (in_pieces(*session(), size=1), 4),
    'net.tcp in threes': (in_pieces(*session(), size=3), 4),
    'net.tcp in octets from its first on': (in_segments(*((0, bytes([octet])) for octet in preamble()), (1, ACKNOWLEDGED),
                                                        (0, text()), (1, text()), (0, text())), None),
    'net.tcp, two sessions': (turns(*session(), *session(), port=20808), 8),
    'net.tcp, a session in the other': (turns(*session()[:-1], b'', *session(), port=20808), None),
    'net.tcp, both ways at once': (pipelined(), None),
    'net.tcp, one way': (one_way(), 3),
    'net.tcp, chunks': (turns(preamble(), ACKNOWLEDGED, *(unsized(envelope(), 90) for _ in range(4)), port=20808), 4),
    'net.tcp, chunks in octets': (in_pieces(preamble(), ACKNOWLEDGED, *(unsized(envelope(), 90) for _ in range(4)), size=1), 4),
    'net.tcp, a stream': (turns(preamble(mode=1), ACKNOWLEDGED, unsized(envelope()) + END, unsized(envelope()) + END, port=20808), 2),
    'net.tcp, upgraded later': (turns(*session(), *upgraded(), mix.client_hello(random.Random(1), 'a'), mix.server_hello(
        random.Random(2)), port=20808), 4),
    'net.tcp, upgraded first': (turns(*upgraded(), mix.client_hello(random.Random(1), 'a'), b'', *session(), port=20808), None),
    'net.tcp, a fault': (turns(*session(), preamble(), b'\x08' + size_of(FAULT) + FAULT, port=20808), 4),
    'net.tcp, no record': (turns(*session()[:4], b'\x20' + text(), text(), text(), text(), port=20808), None),
    'net.tcp, first segment lost': (lost(3, turns(*session(), *session(), port=20808)), None),
    'net.tcp, acknowledgement lost': (lost(4, turns(*session(), *session(), port=20808)), None),
    'net.tcp, a segment lost': (lost(6, turns(*session(), *session(), port=20808)), None),
    'net.tcp, a segment late': (moved(6, turns(*session(), *session(), port=20808)), None),
    'net.tcp, a large record': (turns(*session()[:4], b'\6' + size_of(bytes(LARGE + 1)) + b'x' * 5000, text(), port=20808), None),
    'net.tcp, strings': (growing(), 16),
    'net.tcp, strings of many': (after_each_other(20), 320),
    'net.tcp, strings and an end': (growing(END, END, *session()), 20),
    'net.tcp, strings and a hole': (lost(12, growing()), None),
    'net.tcp, ports used again': (turns(*session(), port=20808) + turns(*session(), port=20808, seed=1), 8),
    'net.tcp, then HTTP': (turns(*session(), b'GET / HTTP/1.1\r\nHost: a\r\n\r\n', port=20808), None),
}


# ---- what goes on for long ------------------------------------------------------------------------------------------------

def cut_up(rng, own, side, octets):
    """Said in one segment, or in some, of which the first are short."""
    for _ in range(rng.choice((0, 0, 1, 3))):
        if len(octets) > 1:
            at = rng.randrange(1, min(len(octets), rng.choice((4, 9, 2000))))
            own.segment(side, ACK | PSH, octets[:at])
            octets = octets[at:]
    own.say(side, octets)


def lasting_nettcp(rng, number):
    """Frames of a connection with some sessions, some of which are broken."""
    own = Tcp(rng, (b'\x0a\0\2' + bytes([number % 250 + 1]), rng.choice((40000, 60000)) + number),
              (SERVER[0], rng.choice((808, 20777, 20808, 50777))), 0).open()
    for nth in range(rng.randrange(1, 4)):
        encoding = rng.choice((3, 3, SESSION))
        first = preamble(encoding, rng.choice((2, 2, 2, 1)))
        if nth == 0 and rng.random() < 0.9:
            own.say(0, first)
        else:
            cut_up(rng, own, 0, first)
        own.say(1, ACKNOWLEDGED)
        strings = Strings(), Strings()
        for _ in range(rng.randrange(8)):
            side = rng.choice((0, 0, 1))
            if encoding == SESSION:
                record = strings[side].say(rng.randrange(100), strings[side].count == 0 or rng.random() < 0.6)
            else:
                record = rng.choice((text, text, lambda: text() + text(), lambda: unsized(envelope())))()
            cut_up(rng, own, side, record)
            if rng.random() < 0.2:
                own.segment(rng.randrange(2), ACK)
        if rng.random() < 0.05:
            own.frames.append(own.frames[-rng.randrange(1, 4)])  # sent again
        own.say(0, END)
        if rng.random() < 0.9:
            own.say(1, END)
        if rng.random() < 0.1:
            for side, octets in enumerate(upgraded()):
                own.say(side, octets)
    end = rng.choice(('close', 'server', 'reset', 'cut off', ''))
    if end in ('close', 'server'):
        own.close(end == 'server')
    elif end == 'cut off':
        own.say(0, text()[:200])
    elif end == 'reset':
        own.segment(rng.randrange(2), RST | ACK)
    return [octets for _, octets in own.frames]


def mixed(rng, makers):
    """Of several connections at once, made by any of them."""
    return interleaved(rng, [rng.choice(makers)(rng, number) for number in range(rng.choice((1, 1, 2, 3)))])
