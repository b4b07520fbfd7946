# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that are made to be left out or shared out wrongly: connections of HTTP, TLS and others with something of ours in
them, or not, in every form that a first look over the packets could take for another (HOSTILE)."""
import random
import struct

import mix
from mix import ACK, PSH, RST, SYN, Tcp

CLIENT, SERVER = (b'\x0a\0\0\1', 50001), (b'\xc0\0\2\1', 80)
ENVELOPE = (b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">'
            b'<s:Header><a:Action>urn:echo</a:Action><a:MessageID>urn:uuid:%032d</a:MessageID></s:Header><s:Body/></s:Envelope>')
SOAP = b'Content-Type: application/soap+xml; charset=utf-8\r\n'
PAGE = b'Content-Type: text/html\r\n'
OK = b'HTTP/1.1 200 OK\r\n'
POST = b'POST /service HTTP/1.1\r\nHost: a\r\n'
GET = b'GET /file HTTP/1.1\r\nHost: a\r\n\r\n'


def body(start, octets, fields=SOAP):
    return start + fields + b'Content-Length: %d\r\n\r\n' % len(octets) + octets


class Numbers:
    count = 0


def envelope():
    Numbers.count += 1
    return ENVELOPE % Numbers.count


def ask():
    return body(POST, envelope())


def tell():
    return body(OK, envelope())


def past():
    """Longer than it announces: up to there, and what follows."""
    octets = envelope()
    announced = len(octets) - 60
    return OK + SOAP + b'Content-Length: %d\r\n\r\n' % announced + octets[:announced], octets[announced:]


def broken():
    """Of its length, but no XML."""
    return body(POST, envelope().replace(b'</', b'<', 1))


def page(size=4000):
    return body(OK, b'p' * size, PAGE)


def write(path, frames, linktype=1):
    """frames: octets, or (octets, length on the wire)."""
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, linktype))
        for number, frame in enumerate(frames):
            octets, length = frame if isinstance(frame, tuple) else (frame, len(frame))
            file.write(struct.pack('<IIII', 1700000000 + number // 1000, number % 1000 * 1000, len(octets), length) + octets)
    return path


# ---- what is made to be left out wrongly --------------------------------------------------------------------------------

def talk(port=80, client=CLIENT, server=SERVER[0], seed=0):
    return Tcp(random.Random(client[1] * 65536 + port + seed), client, (server, port), 0).open()


def turns(*pieces, port=80, close=True, **ends):
    """Octets of the client and the server in turn."""
    own = talk(port, **ends)
    for number, octets in enumerate(pieces):
        own.say(number % 2, octets)
    if close:
        own.close()
    return [octets for _, octets in own.frames]


def split_type():
    own, (head, rest) = talk(), ask().split(b'ap+xml', 1)
    own.segment(0, ACK | PSH, head)
    own.segment(0, ACK | PSH, b'ap+xml' + rest)
    return [f for _, f in own.say(1, tell()).close().frames]


def lost(number, frames):
    return frames[:number] + frames[number + 1:]


def moved(number, frames):
    number %= len(frames)
    return frames[:number] + [frames[number + 1], frames[number]] + frames[number + 2:]


def fragments(frame, size=64):
    """The IPv4 packet in fragments of so many octets."""
    head, payload = frame[:34], frame[34:]
    for at in range(0, len(payload), size):
        more = 0x2000 if at + size < len(payload) else 0
        part = payload[at:at + size]
        yield head[:16] + struct.pack('>HHH', 20 + len(part), 77, more | at // 8) + head[22:] + part


def in_vxlan(frame, port=55555):
    return mix.udp(b'\x0a\1\1\1', port, b'\x0a\1\1\2', 4789, b'\x08\0\0\0\0\0\x2a\0' + frame)


def in_pppoe(frame):
    return frame[:12] + struct.pack('>HBBHHH', 0x8864, 0x11, 0, 7, len(frame) - 14 + 2, 0x21) + frame[14:]


def in_mpls(frame, labels=(16,)):
    stack = [label << 12 | 64 for label in labels]
    stack[-1] |= 1 << 8
    return frame[:12] + struct.pack('>H%dI' % len(stack), 0x8847, *stack) + frame[14:]


def in_ip(frame):
    return mix.ethernet(b'\x0a\1\1\1', b'\x0a\1\1\2', 4, frame[14:])


def in_ip6(frame, extension=b''):
    """The packet of TCP over IPv6, behind extension headers from 60 on (the last says that TCP follows)."""
    payload = extension + frame[34:]
    return frame[:12] + struct.pack('>HIHBB', 0x86dd, 6 << 28, len(payload), 60 if extension else 6, 64) + b''.join(
        b'\x20\1' + b'\0' * 10 + frame[at:at + 4] for at in (26, 30)) + payload


def at_home(address):
    """The header by which a mobile node says what its address is (RFC 6275 section 6.3)."""
    return b'\6\2\1\2\0\0\xc9\x10\x20\1' + b'\0' * 10 + address


def abroad():
    """Another connection's client writes from the address of one that downloads."""
    home = (b'\x0a\0\0\x63', 50050)
    frames = turns(ask(), tell(), client=home)
    return [in_ip6(f) for f in turns(GET, page())] + [
        in_ip6(f[:26] + CLIENT[0] + f[30:], at_home(home[0])) if f[26:30] == home[0] else in_ip6(f) for f in frames]


def unreachable(frame, kept=60):
    quoted = frame[14:14 + kept]
    return mix.ethernet(SERVER[0], CLIENT[0], 1, b'\x03\x03\0\0\0\0\0\0' + quoted)


def reused():
    return turns(GET, page()) + turns(ask(), tell(), seed=1)


def sent_twice(with_other):
    own = talk()
    own.say(0, GET)
    again = own.next[1]
    own.say(1, page(1000))
    behind, own.next[1] = own.next[1], again
    own.say(1, tell() if with_other else page(1000))
    own.next[1] = max(behind, own.next[1])
    return [f for _, f in own.say(0, ask()).say(1, tell()).close().frames]


def tls(*more, suite=b'\xc0\x2f', port=443, close=0, cut=None, name='www.example'):
    """more: (side, octets)."""
    rng = random.Random(7)
    own = talk(port)
    hello = mix.client_hello(rng, name)
    for at in range(0, len(hello), cut or len(hello)):
        own.segment(0, ACK | PSH, hello[at:at + (cut or len(hello))])
    own.say(1, mix.server_hello(rng, suite) + mix.record(22, b'c' * 3000))
    for side, octets in more:
        own.say(side, octets)
    if close is not None:
        own.close(close)
    return [f for _, f in own.frames]


DATA = (0, mix.record(23, b'q' * 300)), (1, mix.record(23, b'a' * 5000))


def rpcap(frames):
    """As rpcapd sends them to whoever asked, in turn with an octet of the other end's."""
    for frame in frames:
        yield struct.pack('>BBHIIIIII', 0, 7, 0, 20 + len(frame), 0, 0, len(frame), len(frame), 0) + frame
        yield b'\0\1\0\0\0\0\0\0'


def refused(port):
    own = Tcp(random.Random(5), (CLIENT[0], 50009), (SERVER[0], port), 0)
    own.segment(0, SYN)
    own.segment(1, RST | ACK)
    return [f for _, f in own.frames]


def reset(frames, side=1):
    own = talk(client=(CLIENT[0], 50010))
    own.say(0, GET)
    own.segment(side, RST | ACK)
    return frames + [f for _, f in own.frames]


def broken_off(*pieces):
    """Joined before what its ends say in turn, and reset behind that."""
    own = talk()
    for number, octets in enumerate(pieces):
        own.say(number % 2, octets)
    own.segment(0, RST | ACK)
    return [octets for _, octets in own.frames][2:]


def cut(frames, number, size):
    octets = frames[number]
    return frames[:number] + [(octets[:size], len(octets))] + frames[number + 1:]


def chunked(octets, size, extension=b'', trailer=b''):
    parts = b''.join(b'%x%s\r\n%s\r\n' % (len(octets[at:at + size]), extension, octets[at:at + size])
                     for at in range(0, len(octets), size))
    return OK + PAGE + b'Transfer-Encoding: chunked\r\n\r\n' + parts + b'0\r\n' + trailer + b'\r\n'


def in_segments(*pieces, port=80):
    own = talk(port)
    for side, octets in pieces:
        own.segment(side, ACK | PSH, octets)
    return [f for _, f in own.close().frames]


def preamble(port):
    via = b'net.tcp://a/service'
    octets = b'\0\1\0\1\2\2' + bytes([len(via)]) + via + b'\3\7\x0c'
    return turns(octets, b'\x0b', b'\6' + bytes([10]) + b'V\x02\x0b\x01s\x04\x0b\x01a\x06', port=port)


SYNS = [f for _, f in talk().frames]
MIXED = b'HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Length: %d\r\n\r\n'
PARTS = b'--b\r\nContent-Type: text/xml\r\n\r\n' + ENVELOPE % 0 + b'\r\n--b--\r\n'

LONG_CALL, LONG_PAGE = (body(start, b'<a>' + b'x' * 4000 + b'</a>') for start in (POST, OK))


def quic(*more, port=50010, first=b'\xc3\0\0\0\1\x08', size=1250, seed=1):
    """How a connection of QUIC begins, data of both ends, and more from its client."""
    rng = random.Random(seed)
    client, server = (CLIENT[0], port), (SERVER[0], 443)
    hello = first + rng.randbytes(8) + b'\0\0' + struct.pack('>H', 0x4000 | (size - 18))
    said = [(0, hello + rng.randbytes(size - len(hello))), (1, b'\xc1\0\0\0\1\0\x08' + rng.randbytes(1230))]
    said += [(n % 2, b'\x4a' + rng.randbytes(rng.randrange(30, 1200))) for n in range(6)] + [(0, octets) for octets in more]
    return [mix.udp(*((*server, *client) if side else (*client, *server)), octets) for side, octets in said]


def smb(command, more=b''):
    """A message of SMB 2 behind its length."""
    message = b'\xfeSMB\x40\0\0\0' + b'\0' * 4 + struct.pack('<H', command) + b'\1\0' + b'\0' * 48 + more
    return struct.pack('>I', len(message)) + message


def long_hello(name, more=1300, is_first=False, cut=(), **ends):
    """TLS whose ClientHello takes two segments, its server's name in the second one of them, as with keys of newer kinds."""
    rng = random.Random(len(name))
    extensions = [struct.pack('>HHHHH', 51, more + 6, more + 4, 0x11ec, more) + rng.randbytes(more), struct.pack('>HH', 21, 300) + bytes(300),
                  struct.pack('>HHHBH', 0, len(name) + 5, len(name) + 3, 0, len(name)) + name]
    tail = b''.join(extensions[::-1] if is_first else extensions)
    message = b'\3\3' + rng.randbytes(32) + b'\x20' + rng.randbytes(32) + b'\0\2\x13\1' + b'\1\0' + struct.pack('>H', len(tail)) + tail
    message = b'\1' + struct.pack('>I', len(message))[1:] + message
    own = talk(443, **ends)
    own.say(0, b'\x16\3\1' + struct.pack('>H', len(message)) + message)
    own.say(1, mix.server_hello(random.Random(2)))
    for side, octets in DATA:
        own.say(side, octets)
    frames = [octets for _, octets in own.close().frames]
    return [frame for number, frame in enumerate(frames) if number not in cut]


def misnumbered(frames, more):
    """The third acknowledgement without payload says so many octets more: those come, but far behind it."""
    bare = [i for i, frame in enumerate(frames) if len(frame) == 54 and frame[47] == ACK]
    at = bare[3]
    ack = struct.unpack('>I', frames[at][42:46])[0]
    return frames[:at] + [frames[at][:42] + struct.pack('>I', (ack + more) & 0xFFFFFFFF) + frames[at][46:]] + frames[at + 1:]


# name: frames, and how many messages the analyzer finds (None: whatever)
HOSTILE = {
    'behind 64 KB of headers': (turns(POST + b''.join(b'X-%d: %s\r\n' % (i, b'v' * 1000) for i in range(64)) +
                                      body(b'', envelope()), tell()), None),
    'behind 8 KB of headers': (turns(POST + b''.join(b'X-%d: %s\r\n' % (i, b'v' * 1000) for i in range(8)) +
                                     body(b'', envelope()), tell()), 2),
    'type in two segments': (split_type(), 2),
    'first segment lost': (lost(3, turns(ask() + b' ' * 2000, tell(), ask(), tell())), None),
    'SYN lost': (lost(0, turns(GET, page(), ask(), tell())), None),
    'second SYN lost': (lost(1, turns(GET, page(), ask(), tell())), None),
    'after a download': (turns(GET, page(100000), ask(), tell()), 2),
    'pipelined after a download': (turns(GET + ask(), page() + tell()), 2),
    'pipelined in segments of their own': (in_segments((0, GET), (0, ask()), (1, page(100)), (1, tell())), 2),
    'answered before it was asked': (in_segments((1, tell()), (0, GET)), None),
    'behind the answer': (in_segments((0, GET), (1, page(100) + tell())), None),
    'CONNECT': (turns(b'CONNECT b:80 HTTP/1.1\r\nHost: b\r\n\r\n', OK + b'\r\n', ask(), tell(), port=8080), None),
    'Upgrade': (turns(b'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
                      b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n', ask(), tell()), None),
    'in clear, then TLS': (turns(GET, page(), mix.client_hello(random.Random(1), 'a'), mix.server_hello(random.Random(2))), None),
    'binary, then HTTP': (turns(b'\1\2\3\4\5\6\7', b'\4\3\2\1\0\1\2', ask(), tell(), port=20777), None),
    'binary, then a sign over segments': (in_segments((0, b'\1\2\3\4'), (1, b'\2\3\4\5'), (0, b'\1<Enve'), (0, b'lope>')), None),
    'binary, then TLS': (turns(b'\1\2\3\4\5\6\7', b'\4\3\2\1\0\1\2', mix.client_hello(random.Random(1), 'late.example'),
                               mix.server_hello(random.Random(2)), *(o for _, o in DATA), port=20777), 0),
    'binary, then HTTP/2': (turns(b'\1\2\3\4\5\6\7', b'\4\3\2\1\0\1\2', b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + b'\0\0\0\4' +
                                  b'\0' * 5, b'\0\0\0\4\0\0\0\0\0', port=20777), None),
    'a capture from afar': (turns(b'\0\1\0\0\0\0\0\1x', *rpcap(turns(GET, page()) + turns(ask(), tell(), seed=1)), port=20777), None),
    'a tunnel from the port of the time': ([in_vxlan(f, 123) for f in turns(ask(), tell())], None),
    'text, then HTTP': (turns(b'EHLO a\r\n', b'250 STARTTLS\r\n', ask(), tell(), port=20777), None),
    'text, then HTTP, then another': (turns(b'EHLO a\r\n', b'250 STARTTLS\r\n', ask(), tell(), port=20777) +
                                      turns(ask(), tell(), port=20778), None),
    'past the length': (in_segments((0, ask()), *((1, part) for part in past()), (0, ask()), (1, tell())), 4),
    'HTTP on an odd port': (turns(GET, page(), ask(), tell(), port=20777), None),
    'SOAP on an odd port': (turns(ask(), tell(), port=20777), 2),
    'ports used again': (reused(), 2),
    'ports used again the other way': (turns(ask(), tell()) + turns(GET, page(), seed=1), 2),
    'sent twice': (sent_twice(False), 2),
    'sent twice, otherwise': (sent_twice(True), None),
    'out of order': (moved(5, turns(GET, page(20000), ask(), tell())), 2),
    'a hello of two segments': (long_hello(b'long.example') + long_hello(b'first.example', is_first=True, client=(CLIENT[0], 50012)), 0),
    'a hello of many segments': (long_hello(b'longer.example', 9000), 0),
    'a hello whose second segment is lost': (long_hello(b'lost.example', cut=(4,)), 0),
    'a hello in the wrong order': (moved(3, long_hello(b'moved.example')), 0),
    'files': (turns(smb(0, b'\x24\0\5\0' + b'\1' * 40), smb(0, b'\x41\0\1\0' + b'\2' * 60), smb(8), smb(8, b'\x11\0\x50\0' + b'f' * 30000),
                    smb(9, b'w' * 20000), smb(9), port=445), 0),
    'files with SOAP in them': (turns(smb(8), smb(8, b'\x11\0\x50\0' + b'f' * 3000 + tell()), smb(9, ask()), smb(9), port=445), None),
    'HTTP on the port of files': (turns(GET, page(), ask(), tell(), port=445), None),
    'files, then HTTP': (turns(smb(0), smb(0), ask(), tell(), port=445), None),
    'a directory': (turns(b'\x30\x0c\2\1\1\x60\7\2\1\3\4\0\x80\0', b'\x30\x0c\2\1\1\x61\7\x0a\1\0\4\0\4\0',
                          b'\x30\5\2\1\2\x42\0', port=389), 0),
    'a directory, then TLS': (turns(b'\x30\x1d\2\1\1\x77\x18\x80\x161.3.6.1.4.1.1466.20037', b'\x30\x0c\2\1\1\x78\7\x0a\1\0\4\0\4\0',
                                    mix.client_hello(random.Random(1), 'directory.example'), mix.server_hello(random.Random(2)),
                                    *(o for _, o in DATA), port=389), 0),
    'a database': (in_segments((1, b'\x4a\0\0\0\x0a8.0.1\0' + b'\1' * 66), (0, b'\x20\0\0\1' + b'\2' * 32), (1, b'\7\0\0\2\0\0\0\2\0\0\0'),
                              port=3306), 0),
    'tickets': (turns(b'\0\0\0\x40\x6a\x3e' + b'\1' * 62, b'\0\0\0\x40\x6b\x3e' + b'\2' * 62, port=88), 0),
    'QUIC': (quic() + quic(port=50011, seed=2), 0),
    'QUIC, then text': (quic(ask()), None),
    'QUIC, then what has no bit of it': (quic(b'\2' * 40), 0),
    'QUIC from its middle': (quic()[1:], 0),
    'QUIC of another version': (quic(first=b'\xc3\1\2\3\4\x08'), 0),
    'QUIC that begins too small': (quic(size=300), 0),
    'QUIC on ports of others': (quic(port=47808) + quic(port=4789) + quic(port=51820), 0),
    'QUIC in a tunnel': ([in_vxlan(f, 443) for f in quic() + turns(ask(), tell())], None),
    'a tunnel between QUIC': (quic() + [in_vxlan(f, 443) for f in turns(ask(), tell())], None),
    'an acknowledgement of what comes later': (misnumbered(turns(GET, page(20000), GET, page(20000)), 20000), 0),
    'an acknowledgement of what comes later, and SOAP': (misnumbered(turns(GET, page(20000), ask(), tell() + b' ' * 9000), 14000), None),
    'a hole in a download': (lost(6, turns(GET, page(20000), ask(), tell())), None),
    'a download that does not end': (turns(GET, page(20000), close=False)[:-4], 0),
    'a download until the end': (turns(GET, OK + PAGE + b'\r\n' + b'p' * 5000), 0),
    'two types': (turns(POST + PAGE + body(b'', envelope()), tell()), None),
    'a folded type': (turns(POST + b'Content-Type:\r\n application/soap+xml\r\n' + body(b'', envelope(), b''), tell()), None),
    'bare line feeds': (turns(ask().replace(b'\r\n', b'\n'), tell()), None),
    'no type': (turns(body(POST, envelope(), b''), body(OK, envelope(), b'')), None),
    'a wrong type': (turns(body(POST, envelope(), PAGE), body(OK, envelope(), PAGE)), None),
    'a type of several': (turns(GET, MIXED % len(PARTS) + PARTS), None),
    'a page that shows SOAP': (turns(GET, body(OK, b'p' * 3000 + ENVELOPE % 1 + b'p' * 3000, PAGE)), 0),
    'a sign over chunks': (turns(GET, chunked(b'p' * 1000 + ENVELOPE % 1, 50)), 0),
    'chunks': (turns(GET, chunked(b'p' * 50000, 4000), ask(), tell()), 2),
    'chunks of a segment': (in_segments((0, GET), *((1, part) for part in (
        OK + PAGE + b'Transfer-Encoding: chunked\r\n\r\n', b'3e8\r\n' + b'p' * 1000 + b'\r\n', b'3e8\r\n' + b'p' * 1000 + b'\r\n',
        b'0\r\n\r\n')), (0, ask()), (1, tell())), None),
    'chunks alone, of a segment': (in_segments((0, GET), *((1, part) for part in (
        OK + PAGE + b'Transfer-Encoding: chunked\r\n\r\n', b'3e8\r\n' + b'p' * 1000 + b'\r\n', b'3e8\r\n' + b'p' * 1000 + b'\r\n',
        b'0\r\n\r\n'))), 0),
    'chunks with more': (turns(GET, chunked(b'p' * 5000, 400, b';a=b', b'X: y\r\n'), ask(), tell()), None),
    'HEAD': (turns(b'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n', OK + PAGE + b'Content-Length: 999999\r\n\r\n', ask(), tell()), 2),
    '204 and 304': (turns(GET, b'HTTP/1.1 204 No\r\n\r\n', GET, b'HTTP/1.1 304 Not\r\n\r\n'), 0),
    'interim': (turns(b'POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n' + PAGE + b'\r\n',
                      b'HTTP/1.1 100 Continue\r\n\r\n', b'abc', page(), ask(), tell()), None),
    'one direction': ([f for f in turns(GET, page(), GET, page()) if f[26:30] == CLIENT[0]], 0),
    'fragments': ([p for f in turns(ask(), tell()) for p in fragments(f)], 2),
    'some fragments': ([p for n, f in enumerate(turns(GET, page(100), ask(), tell())) for p in (fragments(f) if n == 5 else [f])],
                       None),
    'IPv6': ([in_ip6(f) for f in turns(GET, page(), ask(), tell())], 2),
    'IPv6 and a header': ([in_ip6(f, b'\6\0\1\4\0\0\0\0') for f in turns(GET, page(), ask(), tell())], 2),
    'IPv6 from abroad': (abroad(), None),
    'in a tunnel': ([in_vxlan(f) for f in turns(ask(), tell())], 2),
    'in IP': ([in_ip(f) for f in turns(ask(), tell())], 2),
    'with and in a tunnel': ([x for f in turns(GET, page()) for x in (f, in_vxlan(f))], None),
    'closed, with and in a tunnel': ([x for f in tls(*DATA) for x in (f, in_vxlan(f))], None),
    'another in the tunnel': (turns(GET, page()) + [in_vxlan(f) for f in turns(ask(), tell())], None),
    'quoted': (turns(GET, page()) + [unreachable(turns(GET, page())[3])], 0),
    'quoted whole': (turns(GET, page()) + [unreachable(turns(ask(), tell())[3], 2000)], None),
    'cut': (cut(turns(GET, page(), ask(), tell()), 4, 100), None),
    'cut TLS': (cut(tls(*DATA), 5, 100), 0),
    'cut padding': (cut([f + b'\0' * 6 for f in turns(GET, page())], 4, len(turns(GET, page())[4])), 0),
    'SYN twice': (SYNS[:1] + turns(GET, page(), ask(), tell()), 2),
    'reset': (reset([]), 0),
    'reset by the client': (reset([], 0), 0),
    'refused': (refused(8081), 0),
    'refused where another was not': (refused(80) + turns(GET, page()), 0),
    'refused where TLS was not': (refused(443) + tls(*DATA), 0),
    'TLS': (tls(*DATA), 0),
    'TLS without an end': (tls(*DATA, close=None), 0),
    'TLS without data': (tls(), 0),
    'TLS that the server ends': (tls(*DATA, DATA[0], close=1), 0),
    'TLS that the server ends after a word': (tls(*DATA, (0, mix.record(21, b'e' * 26)), close=1), 0),
    'TLS that the server ends after a piece': (tls(*DATA, (0, mix.record(23, b'q' * 3000)[:-2900]), close=1), 0),
    'TLS and an alert': (tls((1, mix.record(21, b'\2\x28'))), 0),
    'TLS and an alert later': (tls(*DATA, (1, mix.record(21, b'\2\x28'))), 0),
    'TLS that hides nothing': (tls(*DATA, suite=b'\0\2'), None),
    'TLS on an odd port': (tls(*DATA, port=20777), 0),
    'TLS on a port of HTTP': (tls(*DATA, port=80), 0),
    'a hello in pieces': (tls(*DATA, cut=60), 0),
    'a hello again': (tls(*DATA, (0, mix.client_hello(random.Random(9), 'other.example')), *DATA), 0),
    'a record that does not end': (tls(*DATA, (1, mix.record(23, b'a' * 5000)[:-1000])), 0),
    'a record with signs': (tls(*DATA, (1, mix.record(23, b'HTTP/1.1 200 OK\r\n' * 300)[:-1000])), None),
    'records inside of records': (tls(*DATA, (1, mix.record(23, mix.record(21, b'\2\x28') * 1000))), 0),
    'TLS behind a FIN': (moved(len(tls(*DATA)) - 4, tls(*DATA)), 0),
    'refused beside a tunnel': (refused(443)[:1] + [in_vxlan(refused(443)[0])] + refused(443)[1:] + tls(*DATA), 0),
    'acknowledged before it came, at the end': (moved(-5, tls(*DATA, (1, mix.record(23, b'a' * 300)),
                                                              (0, mix.record(21, b'a' * 26)))), 0),
    'TLS, then SOAP': (tls(*DATA, (0, ask()), (1, tell())), None),
    'DNS with SOAP': ([mix.udp(*CLIENT, SERVER[0], 53, ask())], None),
    'SOAP on the port of DNS': (turns(ask(), tell(), port=53), None),
    'SIP': ([mix.udp(*CLIENT, SERVER[0], 5060, b'MESSAGE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nContent-Type: text/xml\r\n'
                     b'Content-Length: %d\r\n\r\n' % len(ENVELOPE % 3) + ENVELOPE % 3)], None),
    'net.tcp on an odd port': (preamble(20777), None),
    'net.tcp': (preamble(808), None),
    'HTTP/2': (turns(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + b'\0\0\0\4\0\0\0\0\0', b'\0\0\0\4\0\0\0\0\0', port=20777), None),
    'SSH': (turns(b'SSH-2.0-a\r\n', b'SSH-2.0-b\r\n', b'\0\0\1\x2c' + b'x' * 300, b'\0\0\1\x2c' + b'x' * 300, port=22), 0),
    'SSH with SOAP': (turns(b'SSH-2.0-a\r\n', b'SSH-2.0-b\r\n', ask(), tell(), port=22), None),
    'nothing said': (turns(), 0),
    'both ends of one port': (turns(ask(), tell(), port=80, client=(CLIENT[0], 80)), None),
    'joined before a request': (turns(ask(), tell(), ask(), tell())[3:], 4),
    'joined before a request on an odd port': (turns(ask(), tell(), GET, page(), ask(), tell(), port=50777, client=(CLIENT[0], 1024))[3:], 4),
    'joined before an answer': (turns(ask(), tell(), ask(), tell())[4:], 3),
    'joined in IPv6': ([in_ip6(f) for f in turns(ask(), tell(), ask(), tell())[3:]], 4),
    'joined, and ports used again': (turns(ask(), tell())[3:] + turns(ask(), tell(), seed=1), 4),
    'joined, with padding': ([f + b'\0' * 6 for f in turns(ask(), tell(), ask(), tell())[3:]], 4),
    'joined in a request': (turns(body(POST, envelope() + b' ' * 4000), tell(), ask(), tell())[4:], 3),
    'joined in a request without white space': (turns(body(POST, b'<a>' + b'x' * 4000 + b'</a>'), tell(), ask(), tell(), ask(), tell())[4:], 5),
    'joined in an answer': (turns(GET, page(9000), ask(), tell(), ask(), tell())[6:], 4),
    'the head of a request is lost': (lost(3, turns(*[LONG_CALL, tell()] * 3)), 6),
    'the middle of a request is lost': (lost(4, turns(*[LONG_CALL, tell()] * 3)), 6),
    'the head of an answer is lost': (lost(4, turns(ask(), LONG_PAGE, *[ask(), tell()] * 2)), 6),
    'answered before the request is whole': (in_segments((0, ask()), (1, tell()), (0, ask()[:-9]), (1, tell())), None),
    'answered before the end past the length': (in_segments((0, ask()), (1, tell()), (0, broken()), (1, tell()), (0, ask()), (1, tell())), None),
    'answered with a middle': (in_segments((0, ask()), (1, tell()), (0, broken()), (1, b'nd of it</a>' + tell()), (0, ask()), (1, tell())), None),
    'joined, and reset': (broken_off(ask(), tell()), 2),
    'joined, and reset before the answer': (broken_off(ask()), 1),
    'joined, and a segment is lost': (lost(3, turns(ask(), tell(), ask(), tell())[3:]), None),
}


# ---- what goes on for long ------------------------------------------------------------------------------------------------

FAULT = b'HTTP/1.1 500 Internal Server Error\r\n'
HASTY = POST + b'Expect: 100-continue\r\n' + SOAP


def interim():
    """A client that waits before the body of its request."""
    octets = envelope()
    return ((0, HASTY + b'Content-Length: %d\r\n\r\n' % len(octets)), (1, b'HTTP/1.1 100 Continue\r\n\r\n'), (0, octets), (1, tell()))


EXCHANGES = (
    lambda rng: ((0, ask()), (1, tell())),
    lambda rng: ((0, ask()), (1, tell())),
    lambda rng: ((0, GET), (1, page(rng.randrange(1, 5000)))),
    lambda rng: ((0, ask()), (1, body(FAULT, envelope()))),
    lambda rng: ((0, ask()), (1, b'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n')),
    lambda rng: ((0, ask()), (1, b'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n')),
    lambda rng: ((0, ask()), (1, chunked(envelope(), 100).replace(PAGE, SOAP))),
    lambda rng: ((0, body(POST, envelope() + b' ' * 4000)), (1, tell())),
    lambda rng: interim(),
    lambda rng: ((0, ask() + ask()), (1, tell() + tell())),
    lambda rng: ((0, ask()), (1, OK + b'Upgrade: h2c\r\n' + body(b'', envelope()))),
)
ENDS = ('close', 'close', 'server', 'reset', 'asked', 'cut off', '')


def come_late(rng, frames):
    """One of the last frames that say something, behind the next ones of its direction, or behind any."""
    at = max(4, len(frames) - rng.randrange(2, 8))
    behind = at + rng.randrange(1, 4)
    if rng.random() < 0.7:
        while behind > at and any(frame[1][26:30] != frames[at][1][26:30] for frame in frames[at:behind + 1]):
            behind -= 1
    if at < len(frames):
        frames.insert(min(behind, len(frames) - 1), frames.pop(at))


def lasting(rng, number):
    """Frames of a connection with some exchanges, whose ports may mislead."""
    own = Tcp(rng, (b'\x0a\0\1' + bytes([number % 250 + 1]), rng.choice((40000, 60000)) + number),
              (SERVER[0], rng.choice((80, 80, 8080, 20777, 50777))), 0).open()
    for _ in range(rng.randrange(1, 7)):
        for side, octets in EXCHANGES[rng.randrange(rng.choice((3, 6, len(EXCHANGES))))](rng):
            own.say(side, octets)
        if rng.random() < 0.2:
            own.segment(rng.randrange(2), ACK)
        if rng.random() < 0.1:  # as if to keep it alive
            own.next[0] = own.next[0] - 1 & 0xffffffff
            own.segment(0, ACK, b'\0' * rng.randrange(2))
            own.next[0] = own.next[0] + (0 if own.frames[-1][1][54:] else 1) & 0xffffffff
            own.segment(1, ACK)
        if rng.random() < 0.05:
            own.frames.append(own.frames[-rng.randrange(1, 4)])  # sent again
        if rng.random() < 0.08:
            come_late(rng, own.frames)
    end = rng.choice(ENDS)
    if end in ('close', 'server'):
        own.close(end == 'server')
    elif end in ('asked', 'cut off'):
        own.say(0, ask()[:None if end == 'asked' else 200])
    if end in ('asked', 'reset'):
        own.segment(rng.randrange(2), RST | ACK)
    seen = rng.choice((0, 0, 0, 0, 1, 2, 3, 3, 3, 4, 6))  # it was there before the capture began
    return [octets for _, octets in own.frames][seen:]


def interleaved(rng, talks):
    """Their frames, each talk's in order; mostly one after the other, for a while."""
    talks, frames = [talk for talk in talks if talk], []
    while talks:
        own = rng.choice(talks)
        frames += [own.pop(0) for _ in range(min(len(own), rng.choice((1, 2, 5, 20))))]
        talks = [talk for talk in talks if talk]
    return frames


def asides(rng, frames):
    """What switches, routers and tunnels of keys say, some of it with packets of TCP in it."""
    tree = b'\1\x80\xc2\0\0\0\0\1\2\3\4\5\0\x26\x42\x42\3' + b'\0' * 35
    cdp = b'\1\0\x0c\xcc\xcc\xcc\0\1\2\3\4\5\0\x20\xaa\xaa\3\0\0\x0c\x20\0\2\xb4' + b'\0' * 22
    ends = b'\x0a\1\1\1', b'\x0a\1\1\2'
    for _ in range(rng.randrange(1, 10)):
        inside = rng.choice((rng.randbytes(60), rng.choice(frames)[14:]))
        yield rng.choice((tree, cdp, mix.ethernet(*ends, 50, rng.randbytes(8) + inside), mix.ethernet(*ends, 89, b'\2\1' + inside),
                          mix.ethernet(*ends, 1, b'\3\1\0\0\0\0\0\0' + inside), mix.ethernet(*ends, 47, b'\0\0\x08\0' + inside)))


def datagrams(rng, frames):
    """Of nothing that is known, some with packets of TCP or SOAP in them, on ports that seldom mean anything."""
    ends = CLIENT[0], rng.randrange(1024, 65536), SERVER[0], rng.choice((rng.randrange(1024, 65536), 1900, 443, 5246))
    for _ in range(rng.randrange(1, 30)):
        yield mix.udp(*ends, rng.choice((lambda: rng.randbytes(rng.randrange(1300)), lambda: b'some text',
                                         lambda: rng.randbytes(rng.randrange(8)) + rng.choice(frames)[14:], ask, tell))())


def others(frames):
    """With a download before and after on connections of their own."""
    return (turns(GET, page(), client=(CLIENT[0], 50101)) + tls(*DATA, name='before.example') + frames +
            turns(GET, page(), client=(CLIENT[0], 50102)))
