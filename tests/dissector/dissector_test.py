#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin in a stock tshark: fields, links, columns, filters, preferences, and what it must leave alone.

usage: dissector_test.py PLUGIN SOURCE_DIR
"""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

PLUGIN, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CAPTURES = os.path.join(SOURCE, 'captures')
DATA = os.path.join(SOURCE, 'tests', 'data', 'captures-real')
CONTEXT = 'urn:uuid:40859149-0ab7-4ee2-a7cc-22bc21adfe08'
KEY = '1ff37f409a40233bd7eb9d9d4e6a5229fc798ef72175595635a48f88f90db8ff'


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark, cls.stock = Tshark(PLUGIN), Tshark()
        cls.addClassCleanup(cls.tshark.close)
        cls.addClassCleanup(cls.stock.close)
        cls.session = cls.tshark.place(os.path.join(CAPTURES, 'corewcf-session.pcap'))

    def fields(self, *names, options=('-2',)):
        rows = self.tshark.fields(self.session, ['frame.number', *names], '-Y', 'wssc', *options)
        return {int(row['frame.number'][0]): row for row in rows}


class Fields(Case):
    def test_exchange_links(self):
        rows = self.fields('wssc.request_in', 'wssc.response_in', 'wssc.issued_in', 'wssc.prev_use',
                           'wssc.next_use', 'wssc.response_time')
        self.assertEqual(rows[6]['wssc.response_in'], ['9'])
        self.assertEqual(rows[9]['wssc.request_in'], ['6'])
        self.assertEqual(rows[12]['wssc.issued_in'], ['9'])
        self.assertEqual(rows[12]['wssc.next_use'], ['17'])
        self.assertEqual(rows[17]['wssc.prev_use'], ['12'])
        self.assertEqual(len(rows[9]['wssc.response_time']), 1)

    def test_elements(self):
        rows = self.fields('wssc.action', 'wssc.rstr.key_size', 'wssc.sct.identifier', 'wssc.entropy.mode',
                           'wssc.context.state', 'wssc.lifetime.expires', 'wssc.rst.request_type')
        self.assertTrue(rows[6]['wssc.action'][0].endswith('/RST/SCT'))
        self.assertEqual(rows[9]['wssc.rstr.key_size'], ['256'])
        self.assertEqual(rows[9]['wssc.sct.identifier'], [CONTEXT])
        self.assertEqual(rows[9]['wssc.entropy.mode'], ['combined'])
        self.assertIn('2024', rows[9]['wssc.lifetime.expires'][0])
        self.assertTrue(rows[17]['wssc.rst.request_type'][0].endswith('/Cancel'))
        self.assertEqual([rows[n]['wssc.context.state'][0] for n in sorted(rows)],
                         ['requested', 'issued', 'active', 'active', 'active', 'cancelled'])

    def test_verdicts(self):
        rows = self.fields('wssc.signature.verdict', 'wssc.signature.reason')
        # The certificate of the first message was cut by its publisher; 12 and 17 are whole.
        self.assertNotEqual(rows[6]['wssc.signature.verdict'], ['valid'])
        self.assertEqual(rows[12]['wssc.signature.verdict'], ['valid'])
        self.assertEqual(rows[17]['wssc.signature.verdict'], ['valid'])
        out = self.tshark.run('-r', self.session, '-Y', 'wssc.signature.verdict == "valid"', '-T', 'fields',
                              '-e', 'frame.number')
        self.assertEqual(out.split(), ['12', '17'])

    def test_columns(self):
        out = self.tshark.run('-r', self.session, '-Y', 'wssc')
        self.assertEqual(out.count(' WSSC '), 6)
        self.assertIn('Asks for a context', out)
        self.assertIn('Cancelled', out)

    def test_octets_are_those_of_the_element(self):
        out = self.tshark.run('-r', self.session, '-Y', 'frame.number == 9', '-T', 'json', '-x',
                              '-J', 'wssc')
        text = json.dumps(json.loads(out)[0]['_source']['layers'])
        self.assertTrue('["323536",' in text, 'the octets of "256" are not those of KeySize')

    def test_findings_are_expert_items(self):
        out = self.tshark.run('-r', self.session, '-Y', 'wssc.finding == "clear-secret"', '-T', 'fields',
                              '-e', 'frame.number', '-e', '_ws.expert.severity')
        self.assertEqual(len(out.splitlines()), 2)

    def test_expert_table(self):
        out = self.tshark.run('-q', '-z', 'expert', '-r', self.session)
        self.assertRegex(out, r'WSSC +key material in the clear')

    def test_findings_on_signatures_in_one_pass(self):
        """A signed part that was changed on the way: told with the message, in one pass and in two."""
        path = self.tshark.place(os.path.join(DATA, 'corewcf-why', 'why-tampered-timestamp-13.pcapng'))
        keylog = self.tshark.place(os.path.join(DATA, 'corewcf-why', 'why-tampered-timestamp-13.keylog'))
        for passes in ([], ['-2']):
            rows = self.tshark.fields(path, ['wssc.signature.verdict', 'wssc.finding', '_ws.expert.severity'], *passes,
                                      '-o', 'tls.keylog_file:' + keylog, '-Y', 'wssc.finding == "signature-invalid"')
            self.assertEqual([row['wssc.signature.verdict'] for row in rows], [['invalid']])

    def test_context_table(self):
        out = self.tshark.run('-q', '-z', 'wssc,contexts', '-r', self.session)
        self.assertIn(CONTEXT, out)
        self.assertIn('cancelled', out)
        self.assertIn('signatures: 2 valid', out)


class Neighbours(Case):
    def test_plain_xml_is_left_alone(self):
        for name in ('ndpi-ws-discovery.pcap',):
            path = os.path.join(DATA, 'plain-soap-pcaps', name)
            ours = self.tshark.run('-r', self.tshark.place(path), '-V')
            stock = self.stock.run('-r', self.stock.place(path), '-V')
            self.assertEqual(ours, stock)

    def test_soap_without_security_has_no_context(self):
        path = os.path.join(DATA, 'plain-soap-pcaps', 'tcpdump-http_xml_tso.pcap')
        out = self.tshark.run('-r', self.tshark.place(path), '-Y', 'wssc.context.index || wssc.finding')
        self.assertEqual(out, '')

    def test_stock_xml_tree_beside_ours(self):
        without = self.tshark.run('-r', self.session, '-Y', 'xml.tag && wssc')
        beside = self.tshark.run('-o', 'wssc.stock_xml:TRUE', '-r', self.session, '-Y', 'xml.tag && wssc')
        self.assertEqual(without, '')
        self.assertEqual(len(beside.splitlines()), 6)


class Keys(Case):
    def test_key_file(self):
        """A context whose establishment is not in the capture: its key comes from the file."""
        cut = os.path.join(self.tshark.home, 'cut.pcap')
        subprocess.run(['editcap', '-r', self.session, cut, '10-23'], check=True)
        os.chmod(cut, 0o644)
        keys = os.path.join(self.tshark.home, 'context.keys')
        with open(keys, 'w', encoding='utf-8') as file:
            file.write('SCT %s %s\n' % (CONTEXT, KEY))
        os.chmod(keys, 0o644)
        names = ['frame.number', 'wssc.signature.verdict', 'wssc.key_line']
        without = self.tshark.fields(cut, names, '-Y', 'wssc.signature.verdict')
        self.assertEqual([row['wssc.signature.verdict'] for row in without], [['no-key'], ['no-key']])
        given = self.tshark.fields(cut, names, '-o', 'wssc.keylog_file:' + keys, '-Y', 'wssc.signature.verdict')
        self.assertEqual([row['wssc.signature.verdict'] for row in given], [['valid'], ['valid']])
        # The context's key, and the signature's.
        self.assertEqual(given[0]['wssc.key_line'], ['1', '1'])

    def test_key_table(self):
        """Rows of the table from the command line; a row that is none is refused."""
        cut = os.path.join(self.tshark.home, 'table.pcap')
        subprocess.run(['editcap', '-r', self.session, cut, '10-23'], check=True)
        os.chmod(cut, 0o644)
        names = ['wssc.signature.verdict', 'wssc.key_line']
        rows = self.tshark.fields(cut, names, '-Y', 'wssc.signature.verdict', '-o',
                                  'uat:wssc_keys:"PASSWORD","somebody else"', '-o',
                                  'uat:wssc_keys:"SCT","%s %s"' % (CONTEXT, KEY))
        self.assertEqual([row['wssc.signature.verdict'] for row in rows], [['valid'], ['valid']])
        self.assertEqual(rows[0]['wssc.key_line'], ['2', '2'])
        with self.assertRaises(RuntimeError):
            self.tshark.run('-r', cut, '-o', 'uat:wssc_keys:"SCX","%s"' % KEY)

    def test_key_file_of_another_time(self):
        """The preference changes while the program runs: the next reading has the keys, the one after has not."""
        cut = os.path.join(self.tshark.home, 'later.pcap')
        subprocess.run(['editcap', '-r', self.session, cut, '10-23'], check=True)
        keys = os.path.join(self.tshark.home, 'later.keys')
        with open(keys, 'w', encoding='utf-8') as file:
            file.write('SCT %s %s\n' % (CONTEXT, KEY))
        os.chmod(cut, 0o644)
        os.chmod(keys, 0o644)
        sharkd = self.tshark.sharkd()
        try:
            for path, verdict in (('', 'no-key'), (keys, 'valid'), ('', 'no-key')):
                sharkd.call('setconf', name='wssc.keylog_file', value=path)
                sharkd.load(cut)
                shown = json.dumps(sharkd.call('frame', frame=3, proto=True))
                self.assertIn('Verdict: %s' % verdict, shown)
                self.assertNotIn(KEY, shown)
        finally:
            sharkd.close()


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
