#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Octets flipped in heads, of HTTP, net.tcp, TCP and TLS: whatever is lost by it is told, never with status 0; what no dissector
could read is told by its frames and its connection.

usage: unread_test.py WSSC SOURCE_DIR [--all]
--all: every octet of every head, else a share that is the same each time.
"""
import json
import mimetypes
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import unittest

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
import served  # pylint: disable=wrong-import-position
import make_pcap  # noqa: E402

HTTP = os.path.join(SOURCE, 'captures', 'corewcf-session.pcap')
NETTCP = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'mono-nettcp-none.pcap')
WEBSOCKET = os.path.join(SOURCE, 'tests', 'data', 'carriers', 'websocket.pcapng')
TLS = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf', 'sc-13-renew.pcapng')
IS_ALL = '--all' in sys.argv[3:]
ENVELOPE = b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>'
SHARE = 14  # flips of each kind of head
LINE = re.compile(r'frames? (\d+)(?:-(\d+))?, (\S+) -> (\S+): (\d+) (octets|kB) that no dissector could read')


def http_heads(frames, payloads):
    """Up to the empty line."""
    for index, payload, _ in payloads:
        if frames[index][payload:].startswith((b'POST', b'HTTP/')):
            yield from ((index, at) for at in range(payload, frames[index].index(b'\r\n\r\n') + 4))


def nettcp_heads(frames, payloads):
    """The preamble's records, and of each other segment what stands before its envelope."""
    for index, payload, _ in payloads:
        size = len(frames[index]) - payload
        yield from ((index, payload + at) for at in range(size if size < 60 else 4))


def tcp_heads(_, payloads):
    for index, payload, tcp in payloads:
        yield from ((index, at) for at in range(tcp, payload))


class Unread(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)

    def frames(self, path):
        whole = os.path.join(self.folder.name, 'whole.pcap')
        subprocess.run(['editcap', '-F', 'pcap', path, whole], check=True, capture_output=True)
        with open(whole, 'rb') as file:
            data = file.read()
        at, frames = 24, []
        while at < len(data):
            size = struct.unpack_from('<I', data, at + 8)[0]
            frames.append(data[at:at + 16 + size])
            at += 16 + size
        return data[:24], frames

    def payloads(self, path):
        """(index, offset of the TCP payload in its record, of the TCP header) of frames that have one."""
        done = subprocess.run(['tshark', '-r', path, '-T', 'fields', '-e', 'frame.len', '-e', 'tcp.len', '-e', 'tcp.hdr_len'],
                              capture_output=True, text=True, check=True, timeout=60)
        for index, line in enumerate(done.stdout.splitlines()):
            size, length, header = (int(x or 0) for x in line.split('\t'))
            if length:
                yield index, 16 + size - length, 16 + size - length - header

    @staticmethod
    def line_of(event):
        """The groups of LINE."""
        last = str(event['last_frame']) if event['last_frame'] != event['frame'] else ''
        size = (str(event['octets']), 'octets') if event['octets'] < 10000 else (str(event['octets'] // 1000), 'kB')
        return (str(event['frame']), last, event['src'], event['dst'], *size)

    def read(self, head, frames, *options):
        path = os.path.join(self.folder.name, 'flipped.pcap')
        with open(path, 'wb') as file:
            file.write(head + b''.join(frames))
        done = served.run([WSSC, 'events', '--no-progress', *options, path], capture_output=True, text=True, timeout=120, check=False)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        unread = [e for e in events if e['type'] == 'unread']
        self.assertEqual([(e['file'], e['frame'], e['time']) for e in unread],
                         [(e['file'], e['frame'], e['time']) for e in events if e.get('id') == 'unread-octets'])
        by_tls = [e for e in unread[:10] if e['reason'] == 'TLS could not decrypt']
        self.assertEqual(LINE.findall(done.stderr), [self.line_of(e) for e in unread[:10] if e not in by_tls])
        whole = [e['frame'] for e in events if e['type'] == 'message' and not e['damage']]
        return whole, done.returncode, done.stderr, {e['verdict'] for e in events if e['type'] == 'signature'}

    def check(self, path, heads):
        """heads: of the capture, (index of a frame, offset in its record)."""
        head, frames = self.frames(path)
        whole, status, _, _ = self.read(head, frames)
        self.assertEqual(status, 0)
        places = list(heads(frames, self.payloads(path)))
        self.assertGreater(len(places), SHARE)
        for index, at in places if IS_ALL else random.Random(heads.__name__).sample(places, SHARE):
            octets = bytearray(frames[index])
            octets[at] ^= 0x85
            found, status, _, _ = self.read(head, frames[:index] + [bytes(octets)] + frames[index + 1:])
            if len(found) < len(whole):
                self.assertEqual(status, 3, 'frame %d, octet %d of its record' % (index + 1, at))

    def test_heads_of_http(self):
        self.check(HTTP, http_heads)

    def test_heads_of_nettcp(self):
        self.check(NETTCP, nettcp_heads)

    def test_heads_of_tcp(self):
        self.check(HTTP, tcp_heads)

    def test_said_by_connection(self):
        """The first octet of each client's preamble: nothing on the connection is known for net.tcp any more."""
        head, frames = self.frames(NETTCP)
        changed = [bytearray(frame) for frame in frames]
        for index, payload, _ in self.payloads(NETTCP):
            if frames[index][payload:payload + 4] == b'\0\1\0\1':
                changed[index][payload] ^= 0x85
        found, status, stderr, _ = self.read(head, [bytes(frame) for frame in changed])
        self.assertEqual((found, status), ([], 3))
        lines = LINE.findall(stderr)
        self.assertTrue(lines, stderr)
        payloads = {index + 1: len(frames[index]) - payload for index, payload, _ in self.payloads(NETTCP)}
        for first, last, _, _, count, unit in lines:
            self.assertIn(int(first), payloads)
            last = last or first
            self.assertIn(int(last), payloads)
            most = sum(size for frame, size in payloads.items() if int(first) <= frame <= int(last))
            self.assertLessEqual(int(count) * (1000 if unit == 'kB' else 1), most)

    def changed(self, frames, index, at, octets):
        """With those octets there; a copy."""
        frame = frames[index]
        self.assertNotEqual(frame[at:at + len(octets)], octets)
        return frames[:index] + [frame[:at] + octets + frame[at + len(octets):]] + frames[index + 1:]

    def test_acknowledged_ahead(self):
        """By one octet that was changed: what comes then counts as sent again for libwireshark, and the frame behind it, which
        is unmasked, is not what it waited for."""
        head, frames = self.frames(WEBSOCKET)
        whole, _, _, _ = self.read(head, frames)
        payloads = {index: tcp for index, _, tcp in self.payloads(WEBSOCKET)}
        asked = [frame for frame in whole if frame - 1 in payloads][-2]  # the last one is its answer
        ack = payloads[asked - 2] + 8  # of the answer before it
        octets = struct.pack('>I', struct.unpack_from('>I', frames[asked - 2], ack)[0] + 0x10000)
        found, status, stderr, _ = self.read(head, self.changed(frames, asked - 2, ack, octets))
        self.assertEqual((found, status), ([frame for frame in whole if frame != asked], 3))
        self.assertIn((str(asked), ''), [line[:2] for line in LINE.findall(stderr)])

    def test_damaged_upgrade(self):
        """The answer that agrees to a WebSocket no longer names what it carries: the client asked for SOAP."""
        head, frames = self.frames(WEBSOCKET)
        whole, _, _, _ = self.read(head, frames)
        field = b'\r\nSec-WebSocket-Protocol: soap'
        index = [i for i, frame in enumerate(frames) if b' 101 ' in frame and field in frame][-1]
        found, status, stderr, _ = self.read(head, self.changed(frames, index, frames[index].index(field) + 1, b'\b'))
        self.assertEqual((found, status), ([frame for frame in whole if frame < index], 3))
        self.assertLess(len(found), len(whole))
        self.assertEqual(len(LINE.findall(stderr)), 2)  # each way

    def test_head_of_last_record(self):
        """It is no record any more, and nothing follows that could not be decrypted."""
        head, frames = self.frames(TLS)
        keys = ('--tls-keylog', TLS.replace('.pcapng', '.keylog'))
        whole, status, _, _ = self.read(head, frames, *keys)
        self.assertEqual(status, 0)
        index, payload, _ = max(self.payloads(TLS))
        self.assertEqual(whole[-1], index + 1)
        for at, octets in ((0, b'\x57'), (1, b'\x43'), (3, b'\x84')):
            found, status, stderr, _ = self.read(head, self.changed(frames, index, payload + at, octets), *keys)
            self.assertEqual((found, status), (whole[:-1], 3), at)
            self.assertRegex(stderr, r'frame %d, .* (TLS could not decrypt|no dissector could read)' % (index + 1))

    def unread_types(self, types, octets):
        """Of downloads of those octets beside SOAP from one server, those that are told."""
        message = ENVELOPE
        path = os.path.join(self.folder.name, 'types.pcap')
        turns = [(True, b'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/soap+xml\r\nContent-Length: %d\r\n\r\n%s'
                  % (len(message), message)), (False, b'HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n')]
        answers = [[(True, b'GET /%d HTTP/1.1\r\nHost: a\r\n\r\n' % number),
                    (False, b'HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s' % (name.encode(), len(octets), octets))]
                   for number, name in enumerate(types)]
        make_pcap.write(path, (8080, turns), *((8080, answer) for answer in answers))
        out = served.run([WSSC, 'events', '--no-progress', '--no-triage', path], capture_output=True, check=False, timeout=300).stdout
        told = {end for e in map(json.loads, out.splitlines()) if e['type'] == 'unread' for end in (e['src'], e['dst'])}
        return [name for number, name in enumerate(types) if '192.0.2.1:%d' % (50001 + number) in told]

    def test_types_of_others(self):
        """Registered ones, some of them two letters from SOAP's own."""
        near = ['application/coap-group+json', 'application/coap-payload', 'application/epp+xml', 'application/rdap+json',
                'application/sep+xml', 'application/zip', 'application/x-tar', 'application/json', 'multipart/report']
        types = near + sorted(set(mimetypes.types_map.values()) - {'text/xml'})
        self.assertGreater(len(types), 80)
        self.assertEqual(self.unread_types(types, b'\1\2' * 1500), [])
        damaged = ['apqlication/soap+xml', 'multipasu/related']
        self.assertEqual(self.unread_types(near[:2] + damaged, ENVELOPE)[-2:], damaged)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
