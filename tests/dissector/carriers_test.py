#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Carriers and encodings in a stock tshark with the plugin: HTTP/2, chunked gzip, WebSocket, net.tcp, binary XML.

usage: carriers_test.py PLUGIN SOURCE_DIR
"""
import base64
import os
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import make_pcap  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

PLUGIN, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
DATA = os.path.join(SOURCE, 'tests', 'data')
COREWCF = os.path.join(DATA, 'captures-real', 'corewcf')
SOAP12 = '{http://www.w3.org/2003/05/soap-envelope}'
WSA = '{http://www.w3.org/2005/08/addressing}'


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark, cls.stock = Tshark(PLUGIN), Tshark()
        cls.addClassCleanup(cls.tshark.close)
        cls.addClassCleanup(cls.stock.close)

    def made(self, name, *connections):
        path = os.path.join(self.tshark.home, name)
        make_pcap.write(path, *connections)
        os.chmod(path, 0o644)
        return path

    def keys_of(self, path):
        keylog = os.path.splitext(path)[0] + '.keylog'
        return ['-o', 'tls.keylog_file:' + self.tshark.place(keylog)] if os.path.exists(keylog) else []


class Carriers(Case):
    """What was recorded over HTTPS or net.tcp and sent once more tells the same story."""

    def story(self, path):
        names = ['wssc.action', 'wssc.message_id', 'wssc.relates_to', 'wssc.context.identifier', 'wssc.context.state',
                 'wssc.signature.verdict', 'wssc.entropy.mode', 'wssc.key.fingerprint']
        links = ['frame.number', 'wssc.request_in', 'wssc.response_in']
        rows = self.tshark.fields(self.tshark.place(path), names + links, '-2', '-Y', 'wssc', *self.keys_of(path))
        place = {row['frame.number'][0]: i for i, row in enumerate(rows)}
        return [[row[name] for name in names] + [[place[frame] for frame in row[link]] for link in links[1:]]
                for row in rows]

    def same(self, carrier, recorded, layer, count):
        path = os.path.join(DATA, 'carriers', carrier + '.pcapng')
        seen, want = self.story(path), self.story(os.path.join(COREWCF, recorded + '.pcapng'))
        self.assertEqual(len(want), count)
        self.assertEqual(seen, want)
        layers = self.tshark.fields(self.tshark.place(path), ['frame.protocols'], '-Y', 'wssc', *self.keys_of(path))
        self.assertTrue(all(layer in row['frame.protocols'][0] for row in layers))

    def test_http2_with_prior_knowledge(self):
        self.same('h2c', 'sc-13-entropy-combined', 'tcp:http:http2:wssc', 10)

    def test_http2_in_tls(self):
        self.same('h2-tls', 'sc-feb05-soap11', 'tls:http2:wssc', 10)

    def test_chunked_gzip(self):
        self.same('chunked-gzip', 'sc-13-entropy-combined', 'tcp:http:wssc', 10)

    def test_websocket(self):
        self.same('websocket', 'tcp-feb05', 'websocket:wssc', 10)

    def test_session_strings_over_http(self):
        """A binary session's envelope as one HTTP body: its string table is its own."""
        rows = self.tshark.fields(self.tshark.place(os.path.join(COREWCF, 'tcp-none.pcapng')), ['tcp.payload'], '-Y',
                                  'frame.number == 10')
        envelope = bytes.fromhex(rows[0]['tcp.payload'][0])[3:]
        head = ('POST /service HTTP/1.1\r\nHost: service\r\nContent-Type: application/soap+msbinsession1\r\n'
                'Content-Length: %d\r\n\r\n' % len(envelope)).encode()
        path = self.made('session.pcap', (80, [(True, head + envelope), (True, head + envelope)]))
        rows = self.tshark.fields(path, ['wssc.action', 'nbfx.unknown_id', 'nbfx.table.string'], '-Y', 'wssc')
        self.assertEqual([row['wssc.action'] for row in rows], [['urn:gen:app/Echo/Say']] * 2)
        self.assertEqual([row['nbfx.unknown_id'] for row in rows], [[], []])
        self.assertEqual(len(rows[1]['nbfx.table.string']), 5)


class Binary(Case):
    def test_tree(self):
        """Frame 10: the ids are those of [MC-NBFS] and of the table before the document."""
        path = self.tshark.place(os.path.join(COREWCF, 'tcp-none.pcapng'))
        names = ['nbfx.element', 'nbfx.id', 'nbfx.table.string', 'nbfx.text', 'nbfx.xmlns', 'nbfx.attribute', 'nbfx.record']
        row = self.tshark.fields(path, names, '-Y', 'frame.number == 10')[0]
        self.assertEqual(row['nbfx.element'][:3], ['s:Envelope', 's:Header', 'a:Action'])
        self.assertEqual(row['nbfx.id'][:6], ['2', '4', '6', '8', '10', '0'])
        self.assertEqual(row['nbfx.table.string'], ['urn:gen:app/Echo/Say', 'net.tcp://localhost:28443/echo', 'Say',
                                                    'urn:gen:app', 'text'])
        self.assertEqual(row['nbfx.text'][0], 'urn:gen:app/Echo/Say')
        self.assertEqual(row['nbfx.xmlns'][0], SOAP12[1:-1])
        self.assertEqual(row['nbfx.attribute'], ['1', '1'])
        self.assertEqual(row['nbfx.record'][:2], ['0x56', '0x0b'])
        text = self.tshark.run('-r', path, '-Y', 'frame.number == 10', '-O', 'nbfx')
        self.assertIn('Dictionary id: 2 = "Envelope" (static dictionary)', text)
        self.assertIn('Dictionary id: 5 = "Say" (string of this session)', text)

    def test_octets(self):
        """Where the octets of "Say" stand in the string table."""
        sharkd = self.tshark.sharkd()
        try:
            sharkd.load(self.tshark.place(os.path.join(COREWCF, 'tcp-none.pcapng')))
            shown = sharkd.call('frame', frame=10, proto=True, bytes=True)
        finally:
            sharkd.close()
        octets = base64.b64decode(shown['bytes'])

        def find(items):
            for item in items:
                if item.get('f', '') == 'nbfx.table.string == "Say"':
                    return item['h']
                found = find(item.get('n', []))
                if found:
                    return found
            return None
        start, length = find(shown['tree'])
        self.assertEqual(octets[start:start + length], b'\x03Say')
        source = [s for s in shown['ds'] if s['name'].startswith('Equivalent XML')]
        envelope = ElementTree.fromstring(base64.b64decode(source[0]['bytes']))
        self.assertEqual(envelope.tag, SOAP12 + 'Envelope')
        self.assertEqual(envelope.findtext(SOAP12 + 'Header/' + WSA + 'Action'), 'urn:gen:app/Echo/Say')

    def test_from_the_middle(self):
        """A stream without its preamble and its first strings."""
        cut = os.path.join(self.tshark.home, 'middle.pcapng')
        subprocess.run(['editcap', '-r', os.path.join(COREWCF, 'tcp-none.pcapng'), cut, '14-99'], check=True)
        os.chmod(cut, 0o644)
        rows = self.tshark.fields(cut, ['nbfx.unknown_id', 'wssc.address', '_ws.malformed', '_ws.expert.message'], '-d',
                                  'tcp.port==28443,nettcp', '-Y', 'wssc')
        self.assertEqual(len(rows), 10)
        self.assertEqual(rows[0]['nbfx.unknown_id'], ['1', '3', '5', '7', '9'])
        self.assertEqual(rows[0]['wssc.address'], [WSA[1:-1] + '/anonymous'])
        self.assertTrue(all(not row['_ws.malformed'] for row in rows))
        self.assertIn('the capture begins inside the session', ' '.join(rows[0]['_ws.expert.message']))


PREAMBLE = b'\0\1\0\1\2\2\x1enet.tcp://127.0.0.1:28443/echo\3\x08'
NEGOTIATE = b'\x09\x15application/negotiate'
# [MS-NNS] 2.2.1: in progress, in progress, done, done; the tokens are no real ones.
HANDSHAKE = [(True, b'\x16\1\0\0\x04NTLM'), (False, b'\x16\1\0\0\x04NTLM'), (True, b'\x14\1\0\0\x04NTLM'),
             (False, b'\x14\1\0\0\0')]


class Upgrades(Case):
    def rows(self, name, turns):
        path = self.made(name, (28443, turns))
        names = ['frame.number', 'nettcp.record', 'nettcp.protected', 'wssc.action', 'frame.protocols', 'nettcp.unknown']
        once, twice = (self.tshark.fields(path, names, '-Y', 'nettcp || wssc', *two) for two in ([], ['-2']))
        self.assertEqual(once, twice)
        return once

    def test_negotiate_stream(self):
        """Two records of protected data, one of them in two segments: one size begins as our records do."""
        data = [(True, b'\x05\0\0\0abcde'), (False, b'\x0a\0\0\0abc'), (False, b'defghij')]
        rows = self.rows('negotiate.pcap', [(True, PREAMBLE + NEGOTIATE), (False, b'\x0a')] + HANDSHAKE + data)
        said = [row['nettcp.protected'] for row in rows]
        self.assertEqual([s[0].split(': ')[1] for s in said if s],
                         ['handshake'] * 4 + ['what it protects cannot be read without its key'] * 2)
        self.assertTrue(all('ms-nns' in row['frame.protocols'][0] for row in rows if row['nettcp.protected']))
        self.assertTrue(all(not row['nettcp.unknown'] for row in rows))

    def test_negotiate_stream_that_protects_nothing(self):
        """Protection level None: our records follow the handshake as they are."""
        rows = self.tshark.fields(self.tshark.place(os.path.join(COREWCF, 'tcp-none.pcapng')), ['tcp.payload'], '-Y',
                                  'frame.number == 10')
        envelope = bytes.fromhex(rows[0]['tcp.payload'][0])
        rows = self.rows('none.pcap', [(True, PREAMBLE + NEGOTIATE), (False, b'\x0a')] + HANDSHAKE +
                         [(True, b'\x0c'), (False, b'\x0b'), (True, envelope), (True, b'\x07')])
        self.assertEqual([row['nettcp.record'] for row in rows][-4:],
                         [['PreambleEnd'], ['PreambleAck'], ['SizedEnvelope'], ['End']])
        self.assertEqual(rows[-2]['wssc.action'], ['urn:gen:app/Echo/Say'])

    def test_ports_by_preference(self):
        """Without a Via that is known, the port tells; another port by preference."""
        turns = [(True, b'\0\1\0\1\2\2\x0cx://host/abc\3\x08\x0c'), (False, b'\x0b')]
        for port, options in ((808, []), (7777, ['-o', 'nettcp.tcp.port:7777'])):
            path = self.made('port%d.pcap' % port, (port, turns))
            rows = self.tshark.fields(path, ['nettcp.record'], '-Y', 'nettcp', *options)
            self.assertEqual(rows[0]['nettcp.record'], ['Version', 'Mode', 'Via', 'KnownEncoding', 'PreambleEnd'])
        path = self.made('other.pcap', (7777, turns))
        self.assertEqual(self.tshark.fields(path, ['nettcp.record'], '-Y', 'nettcp'), [])


class Neighbours(Case):
    BODIES = (('text/xml', b'<?xml version="1.0"?><a><b c="d">e</b></a>'), ('application/xml', b'<feed><entry/></feed>'),
              ('text/html', b'<html><body>hello</body></html>'), ('application/xml', b'<not well formed'),
              ('multipart/related; boundary=x', b'--x\r\nContent-Type: text/html\r\n\r\n<p>\r\n--x--\r\n'),
              ('application/json', b'{"a": 1}'))

    def turns(self, bodies):
        for kind, body in bodies:
            yield True, b'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
            yield False, b'HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n' % (kind.encode(), len(body)) + body

    def test_what_is_no_soap(self):
        path = self.made('plain.pcap', (80, list(self.turns(self.BODIES))))
        ours, stock = (tshark.run('-r', tshark.place(path), '-V') for tshark in (self.tshark, self.stock))
        self.assertIn('eXtensible Markup Language', stock)
        self.assertEqual(ours, stock)

    def test_soap_under_another_type(self):
        envelope = ('<s:Envelope xmlns:s="%s"><s:Body><x/></s:Body></s:Envelope>' % SOAP12[1:-1]).encode()
        path = self.made('soap.pcap', (80, list(self.turns([('application/xml', envelope), ('foo/bar', envelope)]))))
        self.assertEqual(len(self.tshark.fields(path, ['wssc.body'], '-Y', 'wssc')), 1)
        rows = self.tshark.fields(path, ['wssc.body'], '-Y', 'wssc', '-d', 'media_type==foo/bar,wssc')
        self.assertEqual(len(rows), 2)

    def test_more_elements_than_wireshark_shows(self):
        """A message with more elements than Wireshark allows items: shown in part, with nobody giving up."""
        envelope = ('<s:Envelope xmlns:s="%s"><s:Body>%s</s:Body></s:Envelope>' % (SOAP12[1:-1], '<x a=""/>' * 600000)).encode()
        path = self.made('many.pcap', (80, list(self.turns([('text/xml', envelope)]))))
        rows = self.tshark.fields(path, ['wssc.omitted', '_ws.malformed', '_ws.expert.message'], '-Y', 'wssc')
        self.assertEqual(len(rows[0]['wssc.omitted']), 1)
        self.assertEqual(rows[0]['_ws.malformed'], [])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
