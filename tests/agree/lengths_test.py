#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Envelopes that are longer than their Content-Length: read where what follows completes them, by the analyzer and by a
stock tshark with the plugin, in segments of any size, in the clear and in TLS; and what follows them is not lost.

usage: lengths_test.py WSSC PLUGIN
"""
import json
import os
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
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


def said(way, short=0, tail=b'', **how):
    """One message, announced with so many octets less than it has: (way, octets, MessageID number, (said, has))."""
    body = envelope(**how).encode()
    length = len(body) - short
    head = START[way] + 'Content-Type: application/soap+xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n' % length
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
    yield 'large', [said(True, 3000, text='x' * 9000), said(False, 3000, text='y\n' * 4000), said(True), said(False)]


def broken():
    """What is behind the announced length completes nothing, and other messages are not lost by it."""
    way, octets, number, _ = said(True, 200)
    cut = way, octets[:-100], number, None
    return [said(True), said(False), cut, said(False), said(True), said(False)], number


class Lengths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    @staticmethod
    def analyzed(path, keylog):
        options = ['--tls-keylog', keylog] if keylog else []
        done = subprocess.run([WSSC, 'events', '--no-progress', path, *options], capture_output=True, text=True, timeout=300,
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
        for most in (60000, 113):
            talk, lost = broken()
            path = os.path.join(self.tshark.home, 'broken.pcap')
            streams.write(path, [streams.segmented([piece[:2] for piece in talk], most)], 8080)
            messages, found, _, damaged, status = self.analyzed(path, None)
            self.assertEqual([id_ for _, id_ in messages], ['urn:uuid:%032d' % p[2] for p in talk if p[2] != lost])
            self.assertEqual((found, status), ([], 3))
            self.assertTrue(damaged)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
