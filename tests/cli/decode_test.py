#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc decode: every form of a message in a file, against vectors of other decoders.

usage: decode_test.py WSSC SOURCE_DIR
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
VECTORS = os.path.join(SOURCE, 'tests', 'vectors', 'nbfx', 'reference.json')
MESSAGES = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-session')


def decode(data, *args):
    return subprocess.run([WSSC, 'decode', *args, '-'], input=data, capture_output=True, timeout=60, check=False)


def varint(number):
    out = b''
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def table(strings):
    body = b''.join(varint(len(s.encode())) + s.encode() for s in strings)
    return varint(len(body)) + body


def framed(*envelopes, encoding=8):
    """A client's half of a session ([MC-NMF] 2.2)."""
    via = b'net.tcp://localhost/x'
    return (b'\0\1\0' + b'\1\2' + b'\2' + varint(len(via)) + via + b'\3' + bytes([encoding]) + b'\x0c' +
            b''.join(b'\6' + varint(len(e)) + e for e in envelopes) + b'\7')


with open(VECTORS, encoding='utf-8') as file:
    ALL = [v for v in json.load(file)['vectors']
           if v['dictionary'] == 'nbfs' and 'decoder_gives' not in v and 'static_strings' not in v]
PLAIN = [v for v in ALL if 'session_strings' not in v]
SESSION = [v for v in ALL if 'session_strings' in v]


class Forms(unittest.TestCase):
    def same(self, done, xml):
        self.assertEqual((done.returncode, done.stdout.decode()), (0, xml), done.stderr)

    def test_nbfs(self):
        for vector in PLAIN[::8]:
            with self.subTest(vector['name']):
                self.same(decode(bytes.fromhex(vector['hex']), '--xml', '--from', 'nbfs'), vector['xml'])

    def test_dictionary_file(self):
        self.assertTrue(SESSION)
        for vector in SESSION:
            with self.subTest(vector['name']), tempfile.NamedTemporaryFile('w', newline='') as strings:
                strings.write(''.join(s + '\n' for s in vector['session_strings']))
                strings.flush()
                self.same(decode(bytes.fromhex(vector['hex']), '--xml', '--from', 'nbfs', '--dictionary',
                                 strings.name), vector['xml'])

    def test_nbfse(self):
        for vector in SESSION:
            with self.subTest(vector['name']):
                data = table(vector['session_strings']) + bytes.fromhex(vector['hex'])
                self.same(decode(data, '--xml', '--from', 'nbfse'), vector['xml'])
                self.same(decode(data, '--xml'), vector['xml'])  # known by its form

    def test_framed_stream(self):
        vector = SESSION[0]
        first = table(vector['session_strings']) + bytes.fromhex(vector['hex'])
        again = table([]) + bytes.fromhex(vector['hex'])  # its strings came with the first
        self.same(decode(framed(first, again), '--xml'), vector['xml'] + '\n' + vector['xml'])

    def test_text(self):
        text = b'<?xml version="1.0" encoding="utf-16"?>' + b'<a x="1"><b/>\xc3\xa9</a>'
        data = b'\xff\xfe' + text.decode().encode('utf-16-le')
        self.same(decode(data, '--xml'), '<a x="1"><b></b>\u00e9</a>')

    def test_mime(self):
        parts = (b'--B\r\nContent-Type: application/xop+xml; type="text/xml"\r\nContent-ID: <root>\r\n\r\n'
                 b'<a><x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:p"></x:Include></a>\r\n'
                 b'--B\r\nContent-ID: <p>\r\n\r\nabc\r\n--B--\r\n')
        for args in ([], ['--from', 'mime']):
            self.same(decode(parts, '--xml', *args), '<a>YWJj</a>')

    def test_no_static_dictionary(self):
        # A short dictionary element with id 2: "Envelope" only in the static dictionary.
        self.same(decode(b'\x42\x02\x01', '--xml', '--from', 'nbfs'), '<Envelope></Envelope>')
        self.assertNotIn(b'Envelope', decode(b'\x42\x02\x01', '--xml', '--from', 'nbfx').stdout)


class Damage(unittest.TestCase):
    def test_what_was_read_and_where_it_ended(self):
        done = decode(bytes.fromhex('4003646f6399ff'), '--xml', '--from', 'nbfx')
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stdout, b'<doc></doc>')
        self.assertRegex(done.stderr, rb'octet \d+')

    def test_cut_stream(self):
        vector = SESSION[0]
        whole = framed(table(vector['session_strings']) + bytes.fromhex(vector['hex']))
        done = decode(whole[:-4], '--xml')
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'octets are missing', done.stderr)

    def test_nothing(self):
        for data in (b'', b'<a><b></a>', b'\0\0\0', b'--B\r\n\r\n'):
            done = decode(data, '--xml')
            self.assertEqual(done.returncode, 3, data)
            self.assertTrue(done.stderr)

    def test_upgraded_stream(self):
        name = b'application/ssl-tls'
        stream = framed()[:-2] + b'\x09' + varint(len(name)) + name + b'\x16\x03\x01\x00\x05hello'
        done = decode(stream, '--xml', '--from', 'nettcp')
        self.assertEqual(done.returncode, 3)
        self.assertIn(name, done.stderr)

    def test_usage(self):
        for args, value in ((['--from', 'json'], b'"json"'), (['--dictionary', '/not/there'], b'"/not/there"')):
            done = decode(b'<a/>', *args)
            self.assertEqual(done.returncode, 2)
            self.assertIn(value, done.stderr)


class View(unittest.TestCase):
    def test_secrets_are_masked(self):
        path = os.path.join(MESSAGES, '2-rstr-sct.unindented.xml')
        with open(path, encoding='utf-8') as file:
            text = file.read()
        secret = text.split('BinarySecret', 1)[1].split('>', 1)[1].split('<', 1)[0].strip()
        self.assertGreater(len(secret), 20)
        shown = decode(text.encode()).stdout.decode()
        self.assertNotIn(secret, shown)
        self.assertIn('32 octets, fingerprint', shown)
        self.assertIn(secret, decode(text.encode(), '--xml').stdout.decode())  # the message itself

    def test_password(self):
        wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
        message = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><o:Security xmlns:o="%s">'
                   '<o:UsernameToken><o:Username>alice</o:Username><o:Password>open sesame</o:Password>'
                   '</o:UsernameToken></o:Security></s:Header><s:Body/></s:Envelope>' % wsse).encode()
        for args in ([], ['--format', 'json']):
            done = decode(message, *args)
            self.assertEqual(done.returncode, 0)
            self.assertNotIn(b'sesame', done.stdout + done.stderr)
        self.assertIn(b'alice', decode(message).stdout)

    def test_events(self):
        with open(os.path.join(MESSAGES, '3-request.unindented.xml'), 'rb') as file:
            done = decode(file.read(), '--format', 'ndjson')
        types = [json.loads(line)['type'] for line in done.stdout.splitlines()]
        self.assertIn('message', types)
        self.assertIn('signature', types)


unittest.main(argv=sys.argv[:1])
