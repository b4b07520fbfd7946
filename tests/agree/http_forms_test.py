#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Forms that HTTP messages have: the analyzer sees the same messages and pairs as a stock tshark with the plugin.

usage: http_forms_test.py WSSC PLUGIN

The analyzer takes whole bodies past Wireshark's HTTP dissector where that is safe (plugin/whole_http.h). Responses have
no RelatesTo here, so that only HTTP pairs them.
"""
import gzip
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
import streams  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
OK = 'HTTP/1.1 200 OK\r\n'
POST = 'POST /service HTTP/1.1\r\nHost: service.example\r\n'
SOAP = 'Content-Type: application/soap+xml; charset=utf-8\r\n'


class Ids:
    count = 0


def envelope(size=0):
    Ids.count += 1
    return ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">'
            '<s:Header><a:Action>urn:echo</a:Action><a:MessageID>urn:uuid:%032d</a:MessageID></s:Header>'
            '<s:Body><t>%s</t></s:Body></s:Envelope>' % (Ids.count, 'x' * size)).encode()


def message(start, body, fields=SOAP, length=None):
    head = start + fields + 'Content-Length: %d\r\n\r\n' % (len(body) if length is None else length)
    return head.encode() + body


def ask(**how):
    return True, message(POST, envelope(), **how)


def tell(start=OK, **how):
    return False, message(start, envelope(), **how)


def joined(*pieces):
    return pieces[0][0], b''.join(octets for _, octets in pieces)


def chunked(start, body, size=100):
    octets = (start + SOAP + 'Transfer-Encoding: chunked\r\n\r\n').encode()
    for at in range(0, len(body), size):
        part = body[at:at + size]
        octets += b'%x\r\n%s\r\n' % (len(part), part)
    return octets + b'0\r\n\r\n'


def mime():
    parts = (b'--b\r\nContent-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"\r\n\r\n' + envelope() +
             b'\r\n--b--\r\n')
    fields = 'Content-Type: multipart/related; type="application/xop+xml"; boundary=b; start-info="application/soap+xml"\r\n'
    return message(POST, parts, fields)


def plain(*pieces, count=2, pairs=1):
    return count, pairs, pieces


def with_status(status):
    return False, ('HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n' % status).encode()


def halves():
    return ask()[1].split(b'\r\n\r\n', 1)


def interim():
    head, body = halves()
    return plain((True, head + b'\r\nExpect: 100-continue\r\n\r\n'), (False, b'HTTP/1.1 100 Continue\r\n\r\n'),
                 (True, body), tell())


def bare_line_feeds():
    head, body = halves()
    return plain((True, head.replace(b'\r\n', b'\n') + b'\n\n' + body), tell())


def length_of_chunks():
    octets = chunked(OK, envelope())
    size = len(octets.split(b'\r\n\r\n', 1)[1])
    return octets.replace(OK.encode(), OK.encode() + b'Content-Length: %d\r\n' % size, 1)


def in_gzip():
    body = gzip.compress(envelope(), mtime=0)
    return plain((True, message(POST, body, SOAP + 'Content-Encoding: gzip\r\n')), tell(), ask(), tell(), count=4, pairs=2)


ODD = 'content-type:\t application/soap+xml;charset="utf-8" \r\nX-Other: Content-Length: 5\r\n'
TO_UPGRADE = SOAP + 'Connection: Upgrade\r\nUpgrade: h2c\r\n'
OTHER_XML = (False, message(OK, b'<other/>', 'Content-Type: text/xml; charset=utf-8\r\n'))

# Each on a connection of its own, behind one request and its response. None: as many as this Wireshark makes of it.
CASES = {
    'plain': plain(ask(), tell(), ask(), tell(), ask(), tell(), count=6, pairs=3),
    'names and blanks': plain(ask(fields=ODD), tell(fields=ODD)),
    'types in capitals': plain(ask(fields='CONTENT-TYPE: Text/XML ; Charset=UTF-8\r\n'),
                               tell(fields='Content-Type: TEXT/xml\r\n')),
    'a fault': plain(ask(), tell('HTTP/1.1 500 Internal Server Error\r\n')),
    'pipelined': plain(joined(ask(), ask()), joined(tell(), tell()), ask(), tell(), count=6, pairs=None),
    'interim response': interim(),
    '202': plain(ask(), with_status('202 Accepted'), ask(), tell(), count=3),
    '204': plain(ask(), with_status('204 No Content'), ask(), tell(), count=3),
    '304': plain(ask(), with_status('304 Not Modified'), ask(), tell(), count=3),
    'HEAD': plain((True, b'HEAD /service HTTP/1.1\r\nHost: service.example\r\n\r\n'),
                  (False, (OK + SOAP + 'Content-Length: 500\r\n\r\n').encode()), ask(), tell()),
    'HEAD answered as if it were GET': plain((True, b'HEAD /service HTTP/1.1\r\nHost: service.example\r\n\r\n'), tell(), ask(),
                                             tell(), count=None, pairs=None),
    'GET': plain((True, b'GET /service?wsdl HTTP/1.1\r\nHost: service.example\r\n\r\n'), OTHER_XML, ask(), tell()),
    'XML that is no SOAP': plain(ask(), OTHER_XML, count=1, pairs=0),
    'chunks': plain((True, chunked(POST, envelope())), (False, chunked(OK, envelope(300))), ask(), tell(), count=4, pairs=2),
    'a length and chunks': plain(ask(), (False, chunked(OK + 'Content-Length: 20\r\n', envelope())), ask(), tell(),
                                 count=4, pairs=2),
    'the length of the chunks': plain(ask(), (False, length_of_chunks()), ask(), tell(), count=4, pairs=2),
    'gzip': in_gzip(),
    'a folded field': plain(ask(fields='X-Long: one\r\n  two\r\n' + SOAP), tell(fields=SOAP + 'X-Long: one\r\n\ttwo\r\n'),
                            count=None, pairs=None),
    'an upgrade that is not taken': plain(ask(fields=TO_UPGRADE), tell(), ask(), tell(), count=4, pairs=2),
    'MIME': plain((True, mime()), tell()),
    'large': plain((True, message(POST, envelope(20000))), (False, message(OK, envelope(20000)))),
    'a line end in front': plain((True, b'\r\n' + ask()[1]), tell()),
    'bare line feeds': bare_line_feeds(),
    'two types': plain(ask(fields='Content-Type: text/plain\r\n' + SOAP), tell()),
    'too long a length': plain(ask(), tell(length=5000), count=None, pairs=None),
    'too short a length': plain(ask(length=20), tell(), count=None, pairs=None),
    'a tunnel': plain((True, b'CONNECT service.example:80 HTTP/1.1\r\nHost: service.example\r\n\r\n'),
                      (False, b'HTTP/1.1 200 Connection established\r\n\r\n'), ask(), tell(), count=None, pairs=None),
}


class Forms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def stock(self, path, *passes):
        names = ['frame.number', 'wssc.message_id', 'wssc.request_in']
        rows = self.tshark.fields(path, names, *passes, '-Y', 'wssc.message_id')
        messages = [(int(row['frame.number'][0]), text) for row in rows for text in row['wssc.message_id']]
        pairs = {(int(asked), int(row['frame.number'][0])) for row in rows for asked in row['wssc.request_in']}
        return messages, pairs

    @staticmethod
    def analyzed(path):
        out = served.run([WSSC, 'events', '--no-progress', path], capture_output=True, text=True, timeout=300).stdout
        events = [json.loads(line) for line in out.splitlines()]
        whole = [e for e in events if e['type'] == 'message' and e['damage'] is None]
        pairs = {(e['request_frame'], e['response_frame']) for e in events
                 if e['type'] == 'exchange' and e['request_frame'] and e['response_frame']}
        whole.sort(key=lambda e: (e['frame'], e['ordinal']))  # they are written as they become final
        return [(e['frame'], e['message_id']) for e in whole], pairs, {e['frame']: e['http_status'] for e in whole}

    def same(self, port, most, **how):
        path = os.path.join(self.tshark.home, 'forms.pcap')
        talks = [streams.segmented([ask(), tell(), *pieces], most) for _, _, pieces in CASES.values()]
        places = streams.write(path, talks, port, **how)
        os.chmod(path, 0o644)
        stock, (messages, pairs, statuses) = self.stock(path), self.analyzed(path)
        for (name, (count, answered, _)), place in zip(CASES.items(), places):
            mine = [m for m in messages if m[0] in place], {p for p in pairs if p[1] in place}
            with self.subTest(form=name):
                self.assertEqual(mine, ([m for m in stock[0] if m[0] in place], {p for p in stock[1] if p[1] in place}))
                if count is not None:
                    self.assertEqual(len(mine[0]), count + 2)
                if answered is not None:
                    self.assertEqual(len(mine[1]), answered + 1)
                found = {statuses[answer] for _, answer in mine[1] if answer in statuses}
                self.assertEqual(found, {200, 500} if name == 'a fault' else {200})

    def test_without_a_beginning(self):
        """What the capture does not have of a message costs that message alone, in one pass and in two."""
        path = os.path.join(self.tshark.home, 'middle.pcap')
        talks, counts = [], []
        for first in (0, 1):
            for without in (1, 2):
                calls = [(way, message(POST if way else OK, envelope(3000))) for way in (True, False) * 3][first:]
                talks.append(streams.segmented(calls, 1000)[without:])
                counts.append(len(calls) - 1)
        places = streams.write(path, talks, 8080, one_service=True)
        os.chmod(path, 0o644)
        messages, _, _ = self.analyzed(path)
        for passes in ((), ('-2',)):
            self.assertEqual(self.stock(path, *passes)[0], messages)
        self.assertEqual([len([m for m in messages if m[0] in place]) for place in places], counts)

    def test_whole_segments_on_a_port_of_http(self):
        self.same(8080, 60000, one_service=True)

    def test_small_segments_on_a_port_of_http(self):
        self.same(8080, 113, one_service=True)

    def test_whole_segments_elsewhere(self):
        self.same(18100, 60000)

    def test_small_segments_elsewhere(self):
        self.same(18100, 113)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
