#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Habits that only a conversation shows: messages are written, and their keys and values made, by plain arithmetic over
octets; captures of other implementations are cut.

usage: sessions_test.py WSSC SOURCE_DIR
"""
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
import served  # pylint: disable=wrong-import-position

import make_pcap  # noqa: E402  pylint: disable=wrong-import-position
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

ONE, OTHER = bytes(range(32)), bytes(range(50, 82))
BODY = m.body('<a xmlns="urn:a">1</a>')


def run(command, path, *args):
    done = served.run([WSSC, command, '--format', 'ndjson', *args, path], capture_output=True, text=True, timeout=60,
                      check=False)
    # 3: a capture that begins late has octets that nobody can read.
    assert done.returncode in (0, 1, 3), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def addressed(action, ident, relates=None):
    more = '<a:RelatesTo xmlns:a="%s">%s</a:RelatesTo>' % (m.WSA, relates) if relates else ''
    return ('<a:Action xmlns:a="%s">%s</a:Action><a:MessageID xmlns:a="%s">%s</a:MessageID>%s'
            % (m.WSA, action, m.WSA, ident, more))


def secret(octets, kind='Nonce'):
    return '<t:BinarySecret Type="%s/%s">%s</t:BinarySecret>' % (m.TRUST, kind, m.b64(octets))


def request(entropy, more='', number=1):
    """RST/SCT with the client's entropy."""
    return m.envelope(addressed(m.TRUST + '/RST/SCT', 'urn:m:rst:%d' % number), m.body(
        '<t:RequestSecurityToken xmlns:t="%s"><t:TokenType>%s/sct</t:TokenType><t:RequestType>%s/Issue</t:RequestType>'
        '<t:Entropy>%s</t:Entropy>%s</t:RequestSecurityToken>' % (m.TRUST, m.SC, m.TRUST, secret(entropy), more)))


def response(token, entropy=None, more='', number=1):
    """RSTR/SCT; without entropy the client's is the key."""
    own = ('<t:RequestedProofToken><t:ComputedKey>%s/CK/PSHA1</t:ComputedKey></t:RequestedProofToken><t:Entropy>%s</t:Entropy>'
           % (m.TRUST, secret(entropy))) if entropy else ''
    return m.envelope(addressed(m.TRUST + '/RSTRC/IssueFinal', 'urn:m:rstr:%d' % number, 'urn:m:rst:%d' % number), m.body(
        '<t:RequestSecurityTokenResponseCollection xmlns:t="%s"><t:RequestSecurityTokenResponse>'
        '<t:RequestedSecurityToken>%s</t:RequestedSecurityToken>%s%s</t:RequestSecurityTokenResponse>'
        '</t:RequestSecurityTokenResponseCollection>' % (m.TRUST, token, more, own)))


def issued(identifier, key, ident='SCT', more='', number=1, instance=None):
    """The exchange that issues a context whose key is the client's entropy."""
    return [(True, request(key, number=number)), (False, response(m.sct(identifier, ident, instance), more=more, number=number))]


def call(tokens, key, info_of_key):
    return m.envelope(addressed('urn:call', 'urn:m:call') +
                      m.security(tokens + m.signature(m.signed_info(m.reference('#B', BODY)), key, info_of_key)), BODY)


def named_by(uri, value_type=m.SC + '/sct'):
    return m.key_info(m.str_to(uri, value_type))


SEEN = set()  # habits that a conversation showed to be such


def tearDownModule():  # pylint: disable=invalid-name
    """Every habit of the table is one that a message shows, here or in the folders beside."""
    with open(os.path.join(SOURCE, 'core', 'keys', 'deviations.def'), encoding='utf-8') as file:
        table = set(re.findall(r'^WSSC_DEVIATION\(\w+, "([^"]+)"', file.read(), re.M))
    shown = set(SEEN)
    for index in glob.glob(os.path.join(SOURCE, 'tests', 'habits', '*', 'index.json')):
        with open(index, encoding='utf-8') as file:
            for row in json.load(file):
                shown |= {row.get('deviation'), *(s.get('deviation') for s in row.get('signatures', []) if 'strict' in row)}
    assert table and table == shown - {None}, table ^ (shown - {None})


class Conversation(unittest.TestCase):
    def rows(self, command, turns, *args, lines=()):
        with tempfile.TemporaryDirectory() as work:
            path, keys = os.path.join(work, 'c.pcap'), os.path.join(work, 'keys')
            make_pcap.write(path, (80, [(is_request, m.http(text, is_request)) for is_request, text in turns]))
            with open(keys, 'w', encoding='utf-8') as file:
                file.write(''.join(line + '\n' for line in lines))
            return run(command, path, '-k', keys, *args)

    def check(self, turns, verdict, deviation=None, context=None, strict=None, reason=None, **more):
        """The last message's only signature. By a habit: --strict has to be said, and altered it is not valid."""
        row = self.rows('verify', turns, **more)[-1]
        self.assertEqual((row['verdict'], row['deviation']), (verdict, deviation), row)
        if deviation is not None:
            self.assertIsNotNone(strict)
            altered = [*turns[:-1], (turns[-1][0], turns[-1][1].replace('>1<', '>2<'))]
            self.assertNotEqual(turns, altered)
            self.assertNotEqual(self.rows('verify', altered, **more)[-1]['verdict'], 'valid')
            SEEN.add(deviation)
        if context is not None:
            self.assertEqual(row['context'], context)
        if reason is not None:
            self.assertRegex(row['reason'], reason)
        if strict is not None:
            row = self.rows('verify', turns, '--strict', **more)[-1]
            self.assertEqual((row['verdict'], row['deviation']), (strict, None), row)


class ContextsOfOtherMessages(Conversation):
    """References to a token that is not in the message."""
    HABIT = 'token-of-another-message'

    def test_the_id_of_the_token_when_it_was_issued(self):
        turns = issued('urn:one', ONE, 'sctId-7') + [(True, call('', ONE, named_by('#sctId-7')))]
        self.check(turns, 'valid', self.HABIT, 'urn:one', 'no-key')
        (row,) = self.rows('contexts', turns)
        self.assertEqual((row['messages'], row['state'], row['signatures']['valid']), (3, 'abandoned', 1))

    def test_the_id_of_the_token_in_an_earlier_call(self):
        turns = (issued('urn:one', ONE) + [(True, call(m.sct('urn:one', 'later'), ONE, named_by('#later'))),
                                           (False, m.envelope('', BODY)), (True, call('', ONE, named_by('#later')))])
        self.check(turns, 'valid', self.HABIT, 'urn:one', 'no-key')

    def test_what_the_issuer_said(self):
        def told(kind, uri):
            return '<t:Requested%sReference>%s</t:Requested%sReference>' % (kind, m.str_to(uri), kind)

        for kind in ('Attached', 'Unattached'):
            turns = issued('urn:one', ONE, 'x', told(kind, '#y')) + [(True, call('', ONE, named_by('#y')))]
            self.check(turns, 'valid', self.HABIT, 'urn:one', 'no-key')
        # By the specification: the name that the issuer gave for the token where it is not in the message.
        turns = issued('urn:one', ONE, 'x', told('Unattached', 'urn:name')) + [(True, call('', ONE, named_by('urn:name')))]
        self.check(turns, 'valid', None, 'urn:one')
        turns[-1] = (True, call('', OTHER, named_by('urn:name')))
        self.check(turns, 'no-key')

    def test_hash_before_the_identifier(self):
        turns = issued('urn:one', ONE) + [(True, call('', ONE, named_by('#urn:one')))]
        self.check(turns, 'valid', 'hash-before-identifier', 'urn:one', 'no-key')

    def test_derived_from_it(self):
        nonce = bytes(range(16))
        derived = m.psha1(ONE, m.LABEL + nonce, 32)
        turns = issued('urn:one', ONE, 'sctId-7') + [
            (True, call(m.dkt(m.str_to('#sctId-7'), nonce), derived, m.key_info(m.str_to('#DKT'))))]
        self.check(turns, 'valid', self.HABIT, 'urn:one', 'no-key')

    def test_another_key(self):
        turns = issued('urn:one', ONE, 'sctId-7') + [(True, call('', OTHER, named_by('#sctId-7')))]
        self.check(turns, 'no-key', reason='urn:one')

    def test_a_name_of_two(self):
        first, second = issued('urn:one', ONE, 'SCT'), issued('urn:two', OTHER, 'SCT', number=2)
        self.check(first + second + [(True, call('', ONE, named_by('#SCT')))], 'valid', self.HABIT, 'urn:one', 'no-key')
        self.check(first + second + [(True, call('', OTHER, named_by('#SCT')))], 'valid', self.HABIT, 'urn:two', 'no-key')

    def test_altered(self):
        text = call('', ONE, named_by('#sctId-7')).replace('>1<', '>2<')
        self.check(issued('urn:one', ONE, 'sctId-7') + [(True, text)], 'invalid')

    def test_a_token_that_is_there_is_itself(self):
        """Its identifier counts, whatever its id: the hint alone tells whose key would fit."""
        turns = issued('urn:one', ONE, 'sctId-7') + [(True, call(m.sct('urn:unknown', 'sctId-7'), ONE, named_by('#sctId-7')))]
        self.check(turns, 'no-key')
        row = self.rows('verify', turns)[-1]
        self.assertEqual(row['context'], 'urn:unknown')
        self.assertRegex(row['reason'], 'urn:unknown is not known; the key of context urn:one fits')
        turns = issued('urn:one', ONE, 'sctId-7') + [(True, call(m.sct('urn:unknown', 'sctId-7'), OTHER, named_by('#sctId-7')))]
        self.assertNotRegex(self.rows('verify', turns)[-1]['reason'], 'fits')


class LaterInstances(Conversation):
    """Metro signs a renewal with the context's first key under a token that names a later instance."""
    def test_the_first_key_is_not_known(self):
        lines = ['SCT urn:one instance=i2 ' + OTHER.hex()]
        turns = [(True, call(m.sct('urn:one', 'S', 'i2'), ONE, named_by('#S')))]
        self.check(turns, 'no-key', lines=lines, strict='invalid', reason='first key')
        self.check(turns, 'valid', 'first-key-of-context', lines=lines + ['SCT urn:one ' + ONE.hex()], strict='invalid')
        self.check([(True, call(m.sct('urn:one', 'S', 'i2'), OTHER, named_by('#S')))], 'valid', lines=lines)
        turns = [(True, turns[0][1].replace('>1<', '>2<'))]
        self.check(turns, 'invalid', lines=lines)

    def test_the_first_key_has_a_name(self):
        """Then there is no other that could be meant."""
        turns = issued('urn:one', ONE, instance='i1') + [(True, call(m.sct('urn:one', 'S', 'i1'), OTHER, named_by('#S')))]
        self.check(turns, 'invalid')

    def test_captures_that_begin_late(self):
        """What is valid in the whole is no more than unknown without its beginning."""
        path = os.path.join(SOURCE, 'captures', 'metro-message-security.pcapng')
        args = ('-k', path.replace('.pcapng', '.keys'))
        whole = {(r['frame'], r['signature']): r for r in run('verify', path, *args)}
        self.assertEqual({r['verdict'] for r in whole.values()}, {'valid'})
        for cut in (20, 38, 46, 60, 76):
            with tempfile.NamedTemporaryFile(suffix='.pcapng') as file:
                subprocess.run(['editcap', path, file.name, '1-%d' % cut], check=True, capture_output=True)
                rows = run('verify', file.name, *args)
            self.assertGreaterEqual(len(rows), len([k for k in whole if k[0] > cut]) - 2)
            for row in rows:
                self.assertIn(row['verdict'], ('valid', 'no-key'), row)
                if row['verdict'] == 'valid':
                    self.assertEqual(row['key_fingerprint'], whole[row['frame'] + cut, row['signature']]['key_fingerprint'])


class OtherKeys(Conversation):
    """Keys of the context that another reading gives."""
    def test_the_second_half_first(self):
        """P_SHA1 with the issuer's entropy as the secret and the requestor's as the seed."""
        size = '<t:KeySize xmlns:t="%s">256</t:KeySize>' % m.TRUST
        start = [(True, request(ONE, size)), (False, response(m.sct('urn:one'), OTHER, size))]
        swapped = (True, call(m.sct('urn:one'), m.psha1(OTHER, ONE, 32), named_by('#SCT')))
        self.check(start + [swapped], 'valid', 'entropy-swapped', 'urn:one', 'invalid')
        right = (True, call(m.sct('urn:one'), m.psha1(ONE, OTHER, 32), named_by('#SCT')))
        self.check(start + [right], 'valid', context='urn:one')

    def test_a_later_key_without_its_name(self):
        lines = ['SCT urn:one ' + ONE.hex(), 'SCT urn:one instance=i2 ' + OTHER.hex()]
        turns = [(True, call(m.sct('urn:one', 'S'), OTHER, named_by('#S')))]
        self.check(turns, 'valid', 'unnamed-instance', 'urn:one', 'invalid', lines=lines)
        self.check([(True, call(m.sct('urn:one', 'S', 'i2'), OTHER, named_by('#S')))], 'valid', lines=lines)
        self.check([(True, call(m.sct('urn:one', 'S'), ONE, named_by('#S')))], 'valid', lines=lines)


FAULT = m.envelope(addressed('urn:fault', 'urn:m:fault', 'urn:m:call'), m.body(
    '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:w="%s">w:InvalidSecurity</s:Value></s:Subcode>'
    '</s:Code><s:Reason><s:Text xml:lang="en">no</s:Text></s:Reason></s:Fault>' % m.WSSE))


class Said(Conversation):
    """What is said about messages whose signatures are as they should be, or about those that are not there."""
    NONCE = bytes(range(16))

    def texts(self, turns, ident):
        return [r['text'] for r in self.rows('findings', turns) if r['id'] == ident]

    def test_order_of_header_children(self):
        derived = m.psha1(ONE, m.LABEL + self.NONCE, 32)
        token, key = m.sct('urn:one'), m.dkt(m.str_to('#SCT'), self.NONCE)

        def turns(*children, answer=FAULT, body=BODY):
            signature = m.signature(m.signed_info(m.reference('#B', BODY)), derived, m.key_info(m.str_to('#DKT')))
            header = ''.join(signature if child == 'signature' else child for child in children)
            return issued('urn:one', ONE) + [
                (True, m.envelope(addressed('urn:call', 'urn:m:call') + m.security(header), body)), (False, answer)]

        (text,) = self.texts(turns(token, 'signature', key), 'header-order')
        self.assertRegex(text, r'Signature stands before the DerivedKeyToken \(DKT\).*frame \d+.*signatures are valid')
        (text,) = self.texts(turns(key, token, 'signature'), 'header-order')
        self.assertRegex(text, r'DerivedKeyToken stands before the SecurityContextToken \(SCT\)')
        for fine in (turns(token, key, 'signature'), turns(token, 'signature', key, answer=m.envelope('', BODY)),
                     turns(token, 'signature', key, body=BODY.replace('>1<', '>2<'))):
            self.assertEqual(self.texts(fine, 'header-order'), [])

    def test_open_parts_are_told_once(self):
        text = call(m.sct('urn:one'), ONE, named_by('#SCT')).replace(
            '<wsse:Security', '<a:To xmlns:a="%s">urn:to</a:To><wsse:Security' % m.WSA, 1)
        self.assertEqual(self.texts(issued('urn:one', ONE) + [(True, text)], 'part-unsigned'),
                         ['the Body is signed, To and Action are not'])

    def test_a_forged_identifier_counts_nothing(self):
        text = call(m.sct('urn:forged', 'F') + m.sct('urn:one'), ONE, named_by('#SCT'))
        rows = {r['identifier']: r['signatures']['valid'] for r in self.rows('contexts', issued('urn:one', ONE) + [(True, text)])}
        self.assertEqual(rows, {'urn:one': 1, 'urn:forged': 0})

    def test_what_did_not_open_is_named(self):
        path = os.path.join(SOURCE, 'captures', 'metro-message-security.pcapng')
        missing = [e['missing'] for e in run('events', path) if e['type'] == 'key']
        self.assertEqual([re.search(r'(issued|renewed) in frames (\d+ and \d+), but .* did not open: ', text).groups()
                          for text in missing],
                         [('issued', '6 and 14'), ('renewed', '42 and 50'), ('renewed', '78 and 86')])
        with tempfile.NamedTemporaryFile(suffix='.pcapng') as file:
            subprocess.run(['editcap', path, file.name, '1-20'], check=True, capture_output=True)
            missing = [e['missing'] for e in run('events', file.name) if e['type'] == 'key']
        self.assertRegex(missing[0], 'not in the capture')
        self.assertRegex(missing[1], 'renewed in frames 22 and 30')


class Attachments(unittest.TestCase):
    def test_a_message_of_another_stack(self):
        """AS4 by phase4 and WSS4J: what is encrypted for somebody else is not known, the rest fits."""
        with open(os.path.join(SOURCE, 'tests', 'data', 'phase4', 'dump-raw.as4out'), 'rb') as file:
            head, content = file.read().split(b'\r\n\r\n', 1)
        (media,) = re.findall(rb'(?m)^Content-Type: (.*?)\r?$', head)
        altered = content.replace(b'originalSender', b'originalSendex', 1)
        for octets, verdict in ((content, 'no-key'), (altered, 'invalid')):
            with tempfile.TemporaryDirectory() as work:
                path = os.path.join(work, 'c.pcap')
                make_pcap.write(path, (80, [(True, m.http(octets, True, media=media.decode()))]))
                (row,) = run('verify', path)
            self.assertEqual((row['verdict'], row['key_kind']), (verdict, 'x509'), row)
            self.assertEqual([r['digest'] for r in row['references']],
                             ['ok' if verdict == 'no-key' else 'mismatch', 'ok', 'unchecked'])
            if verdict == 'no-key':
                self.assertRegex(row['reason'], 'value fits.*cid:.*still encrypted')


class Negotiations(Conversation):
    """SPNEGO and TLSNEGO: one exchange of several legs, whatever the client calls them."""
    NTLM = b'NTLMSSP\0\1\0\0\0'
    KERBEROS = bytes.fromhex('60820200' '06092a864886f712010202' '0100' '6e8201')
    OFFER = bytes.fromhex('602806062b0601050502a01e301ca01a3018' '060a2b06010401823702020a' '06092a864882f712010202')

    def leg(self, name, octets, value_type='spnego', context=' Context="u1"', number=1, more=''):
        action = addressed(m.TRUST + ('/RST/SCT' if name == 'RequestSecurityToken' else '/RSTR/SCT'), 'urn:m:leg:%d' % number)
        asked = '<t:TokenType>%s/sct</t:TokenType><t:RequestType>%s/Issue</t:RequestType>' % (m.SC, m.TRUST)
        return m.envelope(action, m.body(
            '<t:%s xmlns:t="%s"%s>%s<t:BinaryExchange ValueType="%s/%s">%s</t:BinaryExchange>%s</t:%s>'
            % (name, m.TRUST, context, asked if name == 'RequestSecurityToken' else '', m.TRUST, value_type, m.b64(octets),
               more, name)))

    def turns(self, second, octets, value_type='spnego', context=' Context="u1"'):
        final = m.envelope(addressed(m.TRUST + '/RSTR/SCT', 'urn:m:leg:4'), m.body(
            '<t:RequestSecurityTokenResponseCollection xmlns:t="%s"><t:RequestSecurityTokenResponse%s>'
            '<t:RequestedSecurityToken>%s</t:RequestedSecurityToken></t:RequestSecurityTokenResponse>'
            '</t:RequestSecurityTokenResponseCollection>' % (m.TRUST, context, m.sct('urn:one'))))
        answer = 'RequestSecurityTokenResponse'
        return [(True, self.leg('RequestSecurityToken', octets, value_type, context, 1)),
                (False, self.leg(answer, b'challenge', value_type, context, 2)),
                (True, self.leg(second, octets + b'2', value_type, context, 3)), (False, final)]

    def test_a_second_leg_is_of_the_same_exchange(self):
        for context in (' Context="u1"', ''):
            for second, count in (('RequestSecurityToken', 1), ('RequestSecurityTokenResponse', 0)):
                turns = self.turns(second, self.NTLM, context=context)
                exchanges = [e for e in self.rows('events', turns) if e['type'] == 'exchange']
                with self.subTest(second=second, context=context):
                    self.assertEqual([(e['kind'], e['outcome']) for e in exchanges], [('issue', 'done')])
                    (row,) = self.rows('contexts', turns)
                    self.assertEqual((row['identifier'], row['bootstrap'], row['messages']), ('urn:one', ['spnego', 'ntlm'], 4))
                    found = [r['text'] for r in self.rows('findings', turns) if r['id'] == 'negotiation-leg']
                    self.assertEqual(len(found), count)

    def test_by_what_the_ends_prove_themselves(self):
        for octets, value_type, kinds in ((self.NTLM, 'spnego', ['spnego', 'ntlm']), (self.OFFER, 'spnego', ['spnego']),
                                          (self.KERBEROS, 'spnego', ['spnego', 'kerberos']),
                                          (b'\x16\x03\x01', 'tlsnego', ['tlsnego'])):
            (row,) = self.rows('contexts', self.turns('RequestSecurityTokenResponse', octets, value_type))
            self.assertEqual(row['bootstrap'], kinds)


class KeySizes(Conversation):
    """WS-Trust has no default for the size of a key: what is not stated each end takes from elsewhere."""
    KEY = m.psha1(ONE, OTHER, 64)

    @staticmethod
    def size(bits):
        return '<t:KeySize xmlns:t="%s">%d</t:KeySize>' % (m.TRUST, bits) if bits else ''

    def turns(self, asked, given, octets, answer=None):
        turns = [(True, request(ONE, self.size(asked))), (False, response(m.sct('urn:one'), OTHER, self.size(given)))]
        if octets:
            turns.append((True, call(m.sct('urn:one'), self.KEY[:octets], named_by('#SCT'))))
        return turns + ([(False, answer)] if answer else [])

    def context(self, turns):
        (row,) = self.rows('contexts', turns)
        return row['key_size'], row['key_size_assumed'], row['signatures']['valid']

    def disagreements(self, turns):
        return [r['text'] for r in self.rows('findings', turns) if r['id'] == 'key-size-disagrees']

    def test_nobody_states_it(self):
        self.assertEqual(self.context(self.turns(0, 0, 0)), (256, True, 0))
        self.check(self.turns(0, 0, 32), 'valid', context='urn:one')
        self.assertEqual(self.context(self.turns(0, 0, 32)), (256, False, 1))
        for octets in (16, 24):
            turns = self.turns(0, 0, octets)
            self.check(turns, 'valid', 'key-size-unstated', 'urn:one', 'no-key')
            self.assertEqual(self.context(turns), (octets * 8, False, 1))
            (row,) = self.rows('contexts', turns)
            self.assertEqual(row['instances'][0]['key_fingerprint'],
                             hashlib.sha256(self.KEY[:octets]).hexdigest()[:16])
            self.assertEqual(self.disagreements(turns), [])
        self.check(self.turns(0, 0, 20), 'invalid', strict='no-key')

    def test_it_is_stated(self):
        for asked, given in ((128, 128), (0, 128), (256, 128)):
            self.check(self.turns(asked, given, 16), 'valid', context='urn:one')
            self.assertEqual(self.context(self.turns(asked, given, 16)), (128, False, 1))
        self.check(self.turns(128, 128, 32), 'invalid')
        self.check(self.turns(256, 128, 32), 'valid', 'key-size-asked', 'urn:one', 'invalid')

    def test_one_side_states_it(self):
        self.check(self.turns(128, 0, 16), 'valid', context='urn:one')
        self.check(self.turns(128, 0, 32), 'valid', 'key-size-unstated', 'urn:one', 'no-key')
        self.check(self.turns(0, 128, 32), 'valid', 'key-size-unstated', 'urn:one', 'no-key')

    def test_the_ends_disagree(self):
        answer = call(m.sct('urn:one'), self.KEY[:32], named_by('#SCT'))
        (text,) = self.disagreements(self.turns(0, 0, 16, answer))
        self.assertRegex(text, 'the client used a key of 128 bits, the service one of 256')
        (text,) = self.disagreements(self.turns(0, 0, 16, FAULT))
        self.assertRegex(text, '128 bits; nobody states a size, and 256 .* likely why it was refused')
        self.assertEqual(self.context(self.turns(0, 0, 16, FAULT))[:2], (256, True))
        (text,) = self.disagreements(self.turns(256, 128, 32, FAULT))
        self.assertRegex(text, 'used a key of 256 bits, the service gave one of 128: this is why it was refused')
        for turns in (self.turns(0, 0, 32, FAULT), self.turns(0, 0, 32, answer), self.turns(0, 0, 16)):
            self.assertEqual(self.disagreements(turns), [])

    def test_assumed_is_marked(self):
        def table(turns):
            with tempfile.TemporaryDirectory() as work:
                path = os.path.join(work, 'c.pcap')
                make_pcap.write(path, (80, [(is_request, m.http(text, is_request)) for is_request, text in turns]))
                return served.run([WSSC, 'contexts', path], capture_output=True, text=True, timeout=60, check=True).stdout

        self.assertRegex(table(self.turns(0, 0, 0)), r'combined 256\?(?s:.*)neither side states')
        self.assertNotRegex(table(self.turns(0, 0, 16)), r'\d\?|neither side')
        self.assertNotRegex(table(self.turns(0, 256, 0)), r'\d\?|neither side')


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
