#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Export Objects, Follow and the flow graph in a stock tshark. What Metro says that it sent and received stands in the
exported messages and in what is followed; certificates are the files that the ends were configured with; secrets stay
masked; contexts are followed across connections. All the same with one pass, with two and in the window (by sharkd).

usage: documents_test.py WSSC PLUGIN SOURCE_DIR
"""
import base64
import json
import os
import re
import shutil
import ssl
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

PLUGIN, SOURCE = (os.path.abspath(a) for a in sys.argv[2:4])
METRO = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'metro', 'sym05-renew')
TWO_CONNECTIONS = os.path.join(SOURCE, 'captures', 'corewcf-badcontext')
DOT_NET = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf', 'sc-13-binary')


class Documents(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)
        with open(METRO + '.truth.json', encoding='utf-8') as file:
            cls.truth = json.load(file)
        shutil.copy(METRO + '.server.key.pem', os.path.join(cls.tshark.home, 'server.pem'))
        cls.keys = os.path.join(cls.tshark.home, 'keys')
        with open(cls.keys, 'w', encoding='ascii') as file:
            file.write('PRIVATE_KEY server.pem\n')
        for name in ('server.pem', 'keys'):
            os.chmod(os.path.join(cls.tshark.home, name), 0o644)
        cls.metro = ['-r', cls.tshark.place(METRO + '.pcapng'), '-o', 'wssc.keylog_file:' + cls.keys]

    @staticmethod
    def tls(tshark, base):
        return ['-r', tshark.place(base + '.pcapng'), '-o', 'tls.keylog_file:' + tshark.place(base + '.keylog')]

    def export(self, options):
        """name -> octets"""
        folder = tempfile.mkdtemp(dir=self.tshark.home)
        os.chmod(folder, 0o777)
        self.tshark.run('-q', *options, '--export-objects', 'wssc,' + folder)
        found = {}
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), 'rb') as file:
                found[name] = file.read()
        return found

    def secrets(self):
        for context in self.truth['contexts']:
            octets = bytes.fromhex(context['secret_hex'])
            yield context['secret_hex'].encode()
            yield base64.b64encode(octets)

    def said(self):
        return [call['text'] for call in self.truth['calls'] if 'text' in call and call['result'] == 'ok']

    def test_objects(self):
        objects = self.export(self.metro)
        everything = b''.join(objects.values())
        trees = {name: ET.fromstring(octets) for name, octets in objects.items() if name.endswith('.xml')}
        calls = [''.join(tree.itertext()) for name, tree in trees.items() if name.endswith('-call.xml')]
        self.assertTrue(self.said())
        for text in self.said():
            self.assertTrue(any(text in call for call in calls), text)
        for secret in self.secrets():
            self.assertNotIn(secret, everything)
        self.assertNotIn(self.truth['password'].encode(), everything)
        self.assertIn(b'octets, fingerprint', everything)
        kinds = {name.split('-', 2)[2] for name in objects if '-token' in name}
        self.assertEqual(kinds, {'SecurityContextToken.xml', 'UsernameToken.xml'})
        scts = [tree for name, tree in trees.items() if name.endswith('-SecurityContextToken.xml')]
        self.assertEqual({id.text for tree in scts for id in tree if id.tag.endswith('Identifier')},
                         {context['identifier'] for context in self.truth['contexts']})
        self.assertEqual(self.export(self.metro + ['-2']), objects)

    def test_certificates(self):
        base = os.path.join(os.path.dirname(METRO), 'sym05-mutual')
        objects = self.export(['-r', self.tshark.place(base + '.pcapng')])
        told = {octets for name, octets in objects.items() if name.endswith('.cer')}
        with open(base + '.client.cert.pem', encoding='ascii') as file:
            self.assertEqual(told, {ssl.PEM_cert_to_DER_cert(file.read())})

    def test_binary_is_text(self):
        objects = self.export(self.tls(self.tshark, DOT_NET))
        with open(DOT_NET + '.truth.json', encoding='utf-8') as file:
            actions = {message['action'] for message in json.load(file)['messages']}
        told = {element.text for name, octets in objects.items() if name.endswith('.xml')
                for element in ET.fromstring(octets).iter() if element.tag.endswith('}Action')}
        self.assertTrue(actions)
        self.assertLessEqual(actions, told)

    # ---- follow ---------------------------------------------------------------------------------------------------

    def follow(self, options, number, *more):
        return self.raw(self.tshark.run('-q', *options, '-z', 'follow,wssc,raw,%s' % number, *more))

    @staticmethod
    def raw(text):
        """What was followed; "ascii" has points for what is not ASCII, and the oldest tshark no other text."""
        lines = [line.strip() for line in text.splitlines()]
        return b''.join(bytes.fromhex(line) for line in lines if re.fullmatch('([0-9a-f]{2})+', line)).decode()

    @staticmethod
    def frames(text):
        return [int(frame) for frame in re.findall(r'Frame (\d+), \S+ to \S+: ', text)]

    def context_frames(self, options, number):
        path, rest = options[1], options[2:]
        rows = self.tshark.fields(path, ['frame.number'], '-2', '-Y', 'wssc.context.index == %d' % number, *rest)
        return [int(row['frame.number'][0]) for row in rows]

    def test_follow_says_what_was_said(self):
        text = self.follow(self.metro, 1)
        self.assertEqual(self.frames(text), self.context_frames(self.metro, 1))
        for said in self.said():
            self.assertIn(said.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;'), text)
        for secret in self.secrets():
            self.assertNotIn(secret.decode(), text)
        self.assertEqual(self.follow(self.metro, 1, '-2'), text)
        plain = self.tshark.run('-q', *self.metro, '-z', 'follow,wssc,ascii,1')
        self.assertIn('Node 0: %s\nNode 1: ' % re.search(r'Frame \d+, (\S+) to ', text).group(1), plain)
        self.assertEqual(self.frames(plain), self.frames(text))

    def test_follow_goes_across_connections(self):
        options = self.tls(self.tshark, TWO_CONNECTIONS)
        text = self.follow(options, 1)
        self.assertEqual(self.frames(text), self.context_frames(options, 1))
        clients = set(re.findall(r'Frame \d+, (\S+) to \S+:28443: ', text))
        self.assertGreater(len(clients), 1)
        self.assertEqual(self.follow(options, 1, '-2'), text)
        self.assertEqual(self.frames(self.follow(options, 9)), [])

    def test_two_are_followed_apart(self):
        base = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-why', 'why-pending-13')
        options = self.tls(self.tshark, base)
        text = self.tshark.run('-q', *options, '-z', 'follow,wssc,raw,1', '-z', 'follow,wssc,raw,3')
        told = {int(part.split(' ', 1)[0]): self.frames(self.raw(part))
                for part in text.split('Filter: wssc.context.index == ')[1:]}
        self.assertEqual(told, {n: self.context_frames(options, n) for n in (1, 3)})

    def test_follow_a_connection(self):
        options = self.tls(self.tshark, TWO_CONNECTIONS)
        rows = self.tshark.fields(options[1], ['frame.number', 'tcp.srcport', 'tcp.dstport'], '-Y', 'wssc', *options[2:])
        port = sorted({p for row in rows for p in row['tcp.srcport'] + row['tcp.dstport']} - {'28443'})[0]
        wanted = [int(row['frame.number'][0]) for row in rows if port in row['tcp.srcport'] + row['tcp.dstport']]
        text = self.follow(options, '127.0.0.1:%s,127.0.0.1:28443' % port)
        self.assertEqual(self.frames(text), wanted)

    # ---- flow, window ----------------------------------------------------------------------------------------------

    def test_flow(self):
        options = self.tls(self.tshark, TWO_CONNECTIONS)
        text = self.tshark.run('-q', *options, '-z', 'flow,wssc,standard')
        rows = self.tshark.fields(options[1], ['_ws.col.Info'], '-2', '-Y', 'wssc', *options[2:])
        told = [line.split('|')[3].strip() for line in text.splitlines() if re.match(r'\|\d', line)]
        self.assertEqual(told, [row['_ws.col.Info'][0] for row in rows])
        self.assertEqual(self.tshark.run('-q', '-2', *options, '-z', 'flow,wssc,standard'), text)

    def test_the_window_sees_the_same(self):
        sharkd = self.tshark.sharkd()
        try:
            sharkd.call('setconf', name='wssc.keylog_file', value=self.keys)
            sharkd.load(self.metro[1])
            eo = sharkd.call('tap', tap0='eo:wssc')['taps'][0]
            self.assertEqual({o['filename'] for o in eo['objects']}, set(self.export(self.metro)))
            asked = {'filter': 'wssc.context.index == 1'}
            try:
                follow = sharkd.call('follow', follow='wssc', **asked)
            except RuntimeError:  # older ones know followers by the short name of their protocol
                follow = sharkd.call('follow', follow='WSSC', **asked)
            text = b''.join(base64.b64decode(p['d']) for p in follow['payloads']).decode()
            self.assertEqual(self.frames(text), self.context_frames(self.metro, 1))
            for said in self.said():
                self.assertIn(said.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;'), text)
        finally:
            sharkd.close()


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
