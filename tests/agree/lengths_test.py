#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Envelopes that are longer than their Content-Length: read where what follows completes them, by the analyzer and by a
stock tshark with the plugin, in segments of any size, in the clear and in TLS; and what follows them is not lost.

usage: lengths_test.py WSSC PLUGIN
"""
import io
import json
import os
import ssl
import struct
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
import streams  # pylint: disable=wrong-import-position
import tls_streams  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
START = {True: 'POST /service HTTP/1.1\r\nHost: service.example\r\n', False: 'HTTP/1.1 200 OK\r\n'}


class Ids:
    count = 0


def envelope(text='', nested=False):
    """A MessageID of its own, and text that has more octets than characters."""
    Ids.count += 1
    body = ('<s:Envelope xmlns:s="urn:inner"><s:Body/></s:Envelope>' if nested else '') + text
    return ('<?xml version="1.0"?>\n<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
            'xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header><a:Action>urn:echo</a:Action>'
            '<a:MessageID>urn:uuid:%032d</a:MessageID></s:Header><s:Body><t>%s</t></s:Body></s:Envelope>' %
            (Ids.count, body))


BOUNDARY = 'uuid:0--1'


def as_mtom(text):
    """The envelope and a part of 700 octets behind it."""
    part = '--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <%s>\r\n\r\n'
    return ((part % (BOUNDARY, 'application/xop+xml; charset=utf-8; type="application/soap+xml"', 'root')).encode() +
            text.encode() + b'\r\n' + (part % (BOUNDARY, 'image/png', 'more')).encode() + bytes(range(1, 176)) * 4 +
            b'\r\n--%s--\r\n' % BOUNDARY.encode())


def as_binary(text):
    """[MC-NBFX], every string inline: Element (0x41), XmlnsAttribute (0x09), Chars16TextWithEndElement (0x9B), EndElement."""
    def string(value):
        octets, count = value.encode(), b''
        length = len(octets)
        while length > 127:
            count, length = count + bytes([length % 128 | 128]), length // 128
        return count + bytes([length]) + octets

    out = b''
    for event, node in xml.etree.ElementTree.iterparse(io.BytesIO(text.encode()), ('start', 'end')):
        if event == 'start':
            uri, name = node.tag[1:].split('}') if node.tag[0] == '{' else ('', node.tag)
            prefix = {'http://www.w3.org/2003/05/soap-envelope': 's', 'http://www.w3.org/2005/08/addressing': 'a', '': 'n'}[uri]
            out += b'\x41' + string(prefix) + string(name) + b'\x09' + string(prefix) + string(uri or 'urn:n')
        elif len(node) or not node.text:
            out += b'\x01'
        else:
            out += b'\x9b' + struct.pack('<H', len(node.text.encode())) + node.text.encode()
    return out


FORMS = {
    'text': ('application/soap+xml; charset=utf-8', str.encode),
    'utf-16': ('application/soap+xml; charset=utf-16', lambda text: text.encode('utf-16')),
    'utf-16be': ('text/xml; charset=utf-16', lambda text: text.encode('utf-16-be')),
    'mtom': ('multipart/related; type="application/xop+xml"; start="<root>"; boundary="%s"' % BOUNDARY, as_mtom),
    'binary': ('application/soap+msbin1', as_binary),
}


def said(way, short=0, tail=b'', form='text', **how):
    """One message, announced with so many octets less than it has: (way, octets, MessageID number, (said, has))."""
    media, make = FORMS[form]
    body = make(envelope(**how))
    length = len(body) - short
    head = START[way] + 'Content-Type: %s\r\nContent-Length: %d\r\n\r\n' % (media, length)
    return way, head.encode() + body + tail, Ids.count, (length, len(body)) if short else None


def in_characters(way):
    text = 'Grüße, 東京 ' * 40
    return said(way, len(text.encode()) - len(text), text=text)


def cases():
    """name -> messages of one connection, each answered."""
    yield 'the first', [said(True, 270), said(False), said(True), said(False)]
    yield 'a response', [said(True), said(False, 250), said(True), said(False)]
    yield 'both', [said(True, 120), said(False, 90), said(True, 60), said(False, 30)]
    yield 'characters are counted', [in_characters(True), in_characters(False), said(True), said(False)]
    yield 'one octet', [said(True, 1), said(False, 1), said(True), said(False)]
    yield 'inside the first tag', [said(True, len(envelope()) - 40), said(False), said(True), said(False)]
    yield 'a line end behind it', [said(True, 200, b'\r\n'), said(False), said(True), said(False)]
    yield 'an envelope inside', [said(True, 200, nested=True), said(False), said(True), said(False)]
    for form in ('utf-16', 'utf-16be', 'mtom', 'binary'):
        yield form, [said(True, 101, form=form), said(False, 40, form=form), said(True, form=form), said(False, form=form)]
        yield form + ', large', [said(True, 2000, form=form, text='z' * 5000), said(False, form=form), said(True), said(False)]
    yield 'large', [said(True, 3000, text='x' * 9000), said(False, 3000, text='y\n' * 4000), said(True), said(False)]


def broken(form):
    """What is behind the announced length completes nothing, and other messages are not lost by it."""
    way, octets, number, _ = said(True, 1300 if form == 'mtom' else 200, form=form)  # inside the root part
    cut = way, octets[:-1200 if form == 'mtom' else -100], number, None
    return [said(True), said(False), cut, said(False), said(True), said(False)], number


class Lengths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    @staticmethod
    def analyzed(path, keylog):
        options = ['--tls-keylog', keylog] if keylog else []
        done = served.run([WSSC, 'events', '--no-progress', path, *options], capture_output=True, text=True, timeout=300,
                          check=False)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        found = [e['text'] for e in events if e['type'] == 'finding' and e['id'] == 'length-too-short']
        messages = [e for e in events if e['type'] == 'message']
        whole = sorted((e['frame'], e['ordinal'], e['message_id']) for e in messages if not e['damage'])
        pairs = sorted((e['request_frame'], e['response_frame']) for e in events
                       if e['type'] == 'exchange' and e['request_frame'] and e['response_frame'])
        return [(frame, id_) for frame, _, id_ in whole], found, pairs, [e for e in messages if e['damage']], done.returncode

    def seen(self, path, keylog, *passes):
        options = ['-o', 'tls.keylog_file:' + keylog] if keylog else []
        rows = self.tshark.fields(path, ['frame.number', 'wssc.message_id', 'wssc.damage'], *passes, *options, '-Y', 'wssc')
        return [(int(row['frame.number'][0]), id_) for row in rows for id_ in row['wssc.message_id']]

    def check(self, talks, port, keylog=None, most=60000):
        path = os.path.join(self.tshark.home, 'lengths.pcap')
        pieces = [[piece[:2] for piece in talk] for talk in talks]
        if keylog:
            pieces = [tls_streams.talk(streams.segmented(talk, most), keylog[0], keylog[1]) for talk in pieces]
            os.chmod(keylog[0], 0o644)
        streams.write(path, [streams.segmented(talk, most) for talk in pieces], port, one_service=True)
        os.chmod(path, 0o644)
        key = keylog[0] if keylog else None
        messages, found, pairs, damaged, status = self.analyzed(path, key)
        self.assertEqual([id_ for _, id_ in messages], ['urn:uuid:%032d' % p[2] for talk in talks for p in talk])
        wrong = [piece[3] for talk in talks for piece in talk if piece[3]]
        self.assertEqual(sorted(found), sorted('Content-Length says %d octets, the envelope has %d' % pair for pair in wrong))
        self.assertEqual((damaged, status), ([], 0))
        self.assertEqual(len(pairs), sum(len(talk) for talk in talks) // 2)
        for passes in ([], ['-2']):
            self.assertEqual(self.seen(path, key, *passes), messages)

    def test_in_the_clear(self):
        for port, most in ((8080, 60000), (18100, 113)):
            with self.subTest(port=port, most=most):
                self.check([talk for _, talk in cases()], port, most=most)

    def test_in_tls(self):
        for port, version, most in ((443, ssl.TLSVersion.TLSv1_3, 60000), (18443, ssl.TLSVersion.TLSv1_2, 113)):
            with self.subTest(port=port, version=version, most=most):
                keylog = os.path.join(self.tshark.home, 'keys-%d' % port)
                self.check([talk for _, talk in cases()], port, (keylog, version), most)

    def test_segments_at_the_announced_end(self):
        """The head with the octets that it announces in one segment, the rest in another."""
        request, response = said(True, 150), said(False)
        at = len(request[1]) - 150
        talk = [(True, request[1][:at]), (True, request[1][at:]), response[:2]]
        path = os.path.join(self.tshark.home, 'border.pcap')
        streams.write(path, [talk], 8080)
        messages, found, _, damaged, status = self.analyzed(path, None)
        self.assertEqual(([id_ for _, id_ in messages], len(found), damaged, status),
                         (['urn:uuid:%032d' % n for n in (request[2], response[2])], 1, [], 0))

    def test_what_does_not_complete_it(self):
        for form, most in (('text', 60000), ('text', 113), ('utf-16', 113), ('mtom', 113), ('binary', 113)):
            talk, lost = broken(form)
            path = os.path.join(self.tshark.home, 'broken.pcap')
            streams.write(path, [streams.segmented([piece[:2] for piece in talk], most)], 8080)
            messages, found, _, damaged, status = self.analyzed(path, None)
            self.assertEqual([id_ for _, id_ in messages], ['urn:uuid:%032d' % p[2] for p in talk if p[2] != lost])
            self.assertEqual((found, status), ([], 3))
            self.assertTrue(damaged)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
