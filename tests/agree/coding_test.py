#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Content codings of HTTP: undone by the analyzer and by a stock tshark with the plugin, with a bound, and named where they
are not read.

usage: coding_test.py WSSC PLUGIN
"""
import ctypes
import gzip
import json
import os
import subprocess
import sys
import unittest
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import streams  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
START = {True: 'POST /service HTTP/1.1\r\nHost: service.example\r\n', False: 'HTTP/1.1 200 OK\r\n'}
MOST_MEMORY = 900 << 20  # with a sanitizer: a third of it is that
CUT = 'cut off'


def zstd(octets):
    library = ctypes.CDLL('libzstd.so.1')
    library.ZSTD_compressBound.restype = library.ZSTD_compress.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(library.ZSTD_compressBound(ctypes.c_size_t(len(octets))))
    size = library.ZSTD_compress(room, ctypes.c_size_t(len(room)), octets, ctypes.c_size_t(len(octets)), 3)
    return room.raw[:size]


def brotli(octets):
    library = ctypes.CDLL('libbrotlienc.so.1')
    room = ctypes.create_string_buffer(len(octets) + 1024)
    size = ctypes.c_size_t(len(room))
    assert library.BrotliEncoderCompress(5, 22, 0, ctypes.c_size_t(len(octets)), octets, ctypes.byref(size), room) == 1
    return room.raw[:size.value]


def raw_deflate(octets):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(octets) + squeeze.flush()


CODINGS = {'gzip': gzip.compress, 'x-gzip': gzip.compress, 'deflate': zlib.compress, 'Deflate': raw_deflate, 'br': brotli,
           'zstd': zstd, 'gzip, zstd': lambda octets: zstd(gzip.compress(octets)), 'identity': lambda octets: octets}


def envelope(number):
    return ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">'
            '<s:Header><a:Action>urn:echo</a:Action><a:MessageID>urn:uuid:%04d</a:MessageID></s:Header><s:Body><t>%s</t>'
            '</s:Body></s:Envelope>' % (number, 'text ' * 100)).encode()


def message(way, body, coding, chunk=0):
    head = START[way] + 'Content-Type: application/soap+xml; charset=utf-8\r\nContent-Encoding: %s\r\n' % coding
    if not chunk:
        return way, (head + 'Content-Length: %d\r\n\r\n' % len(body)).encode() + body
    chunks = b''.join(b'%x\r\n%s\r\n' % (len(body[at:at + chunk]), body[at:at + chunk]) for at in range(0, len(body), chunk))
    return way, head.encode() + b'Transfer-Encoding: chunked\r\n\r\n' + chunks + b'0\r\n\r\n'


class Coding(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def made(self, name, *talks, most=60000, port=8080):
        path = os.path.join(self.tshark.home, name)
        streams.write(path, [streams.segmented(talk, most) for talk in talks], port, one_service=True)
        os.chmod(path, 0o644)
        return path

    def measured(self, argv):
        """Output, status; no more memory than is allowed."""
        with open(os.path.join(self.tshark.home, 'out'), 'w+', encoding='utf-8') as out:
            child = subprocess.Popen(argv, stdout=out, stderr=subprocess.DEVNULL, env=self.tshark.env)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            self.assertLess(usage.ru_maxrss * 1024, MOST_MEMORY)
            out.seek(0)
            return out.read(), child.returncode

    def analyzed(self, path):
        out, status = self.measured([WSSC, 'events', '--no-progress', path])
        messages = [e for e in map(json.loads, out.splitlines()) if e['type'] == 'message']
        messages.sort(key=lambda e: (e['frame'], e['ordinal']))
        return [(e['frame'], e['message_id'], e['damage']) for e in messages], status

    def seen(self, path, *passes):
        names = ['frame.number', 'wssc.message_id', 'wssc.damage']
        argv = [*self.tshark.prefix, 'tshark', '-r', path, *self.tshark.as_fields(names), *passes, '-Y', 'wssc']
        out, status = self.measured(argv)
        self.assertEqual(status, 0)
        return [(int(row['frame.number'][0]), (row['wssc.message_id'] or [None])[0], (row['wssc.damage'] or [None])[0])
                for row in self.tshark.rows(out, names)]

    def test_codings(self):
        for most, chunk, port in ((60000, 0, 8080), (113, 100, 18100)):
            talk, want = [], []
            for number, (coding, squeeze) in enumerate(CODINGS.items()):
                for way in (True, False):
                    want.append('urn:uuid:%04d' % (2 * number + way))
                    talk.append(message(way, squeeze(envelope(2 * number + way)), coding, chunk))
            path = self.made('codings.pcap', talk, most=most, port=port)
            found, status = self.analyzed(path)
            self.assertEqual(([id_ for _, id_, _ in found], status), (want, 0))
            for passes in ([], ['-2']):
                self.assertEqual(self.seen(path, *passes), found)

    def test_what_cannot_be_undone(self):
        body = envelope(1)
        cases = [('lzma', body, 'Content-Encoding lzma is not read'), ('gzip', gzip.compress(body)[:-20], CUT),
                 ('zstd', zstd(body)[:-9], CUT), ('br', brotli(body)[:-9], CUT), ('gzip', body, CUT)]
        talk = []
        for coding, octets, _ in cases:
            talk += [message(True, octets, coding), message(False, envelope(2), 'identity')]
        path = self.made('damaged.pcap', talk)
        found, status = self.analyzed(path)
        self.assertEqual((len(found), status), (len(talk), 3))
        for (_, id_, damage), (coding, _, why) in zip(found[::2], cases):
            self.assertIsNone(id_)
            self.assertEqual(damage, 'Content-Encoding %s: the compressed octets are damaged or cut' % coding if why == CUT
                             else why)
        self.assertEqual([id_ for _, id_, _ in found[1::2]], ['urn:uuid:0002'] * len(cases))
        self.assertEqual(self.seen(path), found)

    def test_bombs(self):
        """700 MB in some hundred thousand octets."""
        squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
        bomb = squeeze.compress(envelope(3)) + b''.join(squeeze.compress(bytes(1 << 20)) for _ in range(700)) + squeeze.flush()
        large = b'x' * (1 << 20)
        for coding, octets, chunk in (('gzip', bomb, 0), ('zstd', zstd(large) * 700, 0)):
            path = self.made('bomb.pcap', [message(True, octets, coding, chunk), message(False, envelope(4), 'identity')])
            found, status = self.analyzed(path)
            self.assertEqual(status, 3)
            self.assertEqual(found[0][2], 'Content-Encoding %s: more than 67108864 octets come out, the limit' % coding)
            self.assertEqual(found[1][1:], ('urn:uuid:0004', None))
            self.assertEqual(self.seen(path), found)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
