#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""net.tcp captured from its middle: by Decode As both faces find the records again, name what the lost string table
hides, and say the same. Streams are real ones whose beginning is taken away; what must be seen is counted on them here.

usage: midstream_test.py WSSC PLUGIN SOURCE_DIR
"""
import collections
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
import streams  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position
from streams import SIZED, UNSIZED, joined, records  # pylint: disable=wrong-import-position

WSSC, PLUGIN, SOURCE = (os.path.abspath(a) for a in sys.argv[1:4])
DATA = os.path.join(SOURCE, 'tests', 'data', 'captures-real')
NAMES = ['frame.number', 'wssc.action', 'nbfx.unknown_id', 'wssc.finding', 'wssc.damage', 'nettcp.skipped',
         'wssc.request_in', 'wssc.signature.verdict', 'nettcp.unknown', '_ws.malformed']


# ---- streams, and where their records are ------------------------------------------------------------------

def cut(pieces, gone):
    """Without the first gone[way] octets of each way."""
    left = dict(gone)
    kept = []
    for way, octets in pieces:
        away = min(left[way], len(octets))
        left[way] -= away
        if octets[away:]:
            kept.append((way, octets[away:]))
    return kept


def truth(name):
    with open(os.path.join(DATA, name), encoding='utf-8') as file:
        return json.load(file)


def http_bodies(pieces, way):
    octets, bodies = joined(pieces, way), []
    for head in re.finditer(rb'(?:POST|HTTP/1.1 [2-5]).*?\r\n\r\n', octets, re.S):
        length = re.search(rb'Content-Length: *(\d+)', head.group(), re.I)
        if length:
            bodies.append(octets[head.end():head.end() + int(length.group(1))])
    return bodies


def sized(envelope):
    """A SizedEnvelope record."""
    size = len(envelope)
    return bytes([SIZED]) + (bytes([size]) if size < 128 else bytes([size & 0x7f | 0x80, size >> 7])) + envelope


def as_sized(bodies):
    """Requests and responses in turn."""
    return [(way, sized(body)) for pair in zip(*bodies) for way, body in zip((True, False), pair)]


# ---- one capture, both faces -------------------------------------------------------------------------------

# What the end of the capture tells: the second of two passes knows it already.
LATE = {
    'address-mismatch', 'clock-set', 'context-unused', 'contexts-lost', 'contexts-replaced',
    'derived-nonce-repeated', 'instances-mixed', 'message-replayed', 'no-response', 'not-cancelled',
    'old-key-answer', 'peer-clock', 'refused-between', 'refused-elsewhere', 'renewal-beside', 'renewal-early',
    'renewal-identity', 'renewal-late', 'renewal-missing', 'renewal-refused', 'renewal-reissued',
    'renewal-unsigned', 'renewal-unused', 'rollover-refused', 'several-servers', 'timestamp-rejected',
    'use-after-refusal', 'username-nonce-repeated'}


class Case(unittest.TestCase):
    PORT = 20001

    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def place(self, talks, port=PORT):
        """The conversations as one capture: its path, the options to decode it, the frames of each."""
        path = os.path.join(self.tshark.home, 'midstream.pcap')
        frames = streams.write(path, talks, port)
        os.chmod(path, 0o644)
        return path, [o for i in range(len(talks)) for o in ('-d', 'tcp.port==%d,nettcp' % (port + i))], frames

    @staticmethod
    def known_early(rows):
        """Without the findings that rest on the whole capture: those of the binding among them."""
        return [dict(row, **{'wssc.finding': [f for f in row['wssc.finding']
                                             if f not in LATE and not f.startswith('binding-')]}) for row in rows]

    def look(self, talks, port=PORT, keys=None):
        """For each conversation the analyzer's events and tshark's rows, after holding one to the other."""
        path, decode_as, frames = self.place(talks, port)
        done = served.run([WSSC, 'events', *decode_as, *(['-k', keys] if keys else []), path], capture_output=True,
                          text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        events.sort(key=lambda e: (e['frame'] or 0, e.get('ordinal', 0)))  # they are written as they become final
        options = decode_as + (['-o', 'wssc.keylog_file:' + keys] if keys else [])
        options += ['-Y', 'wssc || _ws.malformed || nettcp.unknown']
        once = self.tshark.fields(path, NAMES, *options)
        rows = self.tshark.fields(path, NAMES, '-2', *options)
        self.assertEqual(self.known_early(once), self.known_early(rows), 'one pass and two passes differ')
        self.agree(events, rows)
        return [([e for e in events if e['frame'] in mine], [r for r in rows if int(r['frame.number'][0]) in mine])
                for mine in frames]

    def agree(self, events, rows):
        seen = {}
        for event in events:
            if event['type'] == 'message':
                row = seen.setdefault(event['frame'], collections.defaultdict(list))
                row['wssc.action'] += [event['action']] if event['action'] else []
                row['wssc.damage'] += [event['damage']] if event['damage'] else []
            elif event['type'] == 'finding':
                seen[event['frame']]['wssc.finding'].append(event['id'])
            elif event['type'] == 'signature':
                seen[event['frame']]['wssc.signature.verdict'].append(event['verdict'])
        self.assertEqual(sorted(seen), [int(r['frame.number'][0]) for r in rows])
        for row in rows:
            self.assertEqual(row['_ws.malformed'] + row['nettcp.unknown'], [])
            for name in ('wssc.action', 'wssc.damage', 'wssc.finding', 'wssc.signature.verdict'):
                self.assertEqual(sorted(seen[int(row['frame.number'][0])][name]), sorted(row[name]))

    def hold(self, pieces, places, actions=None):
        """Every record that begins behind the cut is seen, wherever that is and whatever the segments are."""
        variants = [(gone, most) for gone in places for most in (65000, 100, 7)
                    if sum(len(octets) for _, octets in pieces) < 1000 * most]
        seen = self.look([streams.segmented(cut(pieces, gone), most) for gone, most in variants])
        for nth, ((gone, most), (events, _)) in enumerate(zip(variants, seen)):
            messages = [e for e in events if e['type'] == 'message']
            for way in (True, False):
                whole = [r for r in records(joined(pieces, way)) if r[0] in (SIZED, UNSIZED)]
                expected = [i for i, r in enumerate(whole) if r[1] >= gone[way]]
                mine = [m for m in messages if m['dst'].endswith(':%d' % (self.PORT + nth)) == way]
                self.assertEqual(len(mine), len(expected), 'cut at %s, segments of %d' % (gone, most))
                for i, message in zip(expected, mine):
                    self.assertEqual(message['octets'], whole[i][3] - whole[i][2])
                    self.assertIsNone(message['damage'])
                    if actions:
                        self.assertEqual(message['action'], actions[way][i])
        return seen

    def places(self, pieces, nth):
        """Octets to take away of each way: up to the n-th envelope, and into its middle."""
        start, middle = {}, {}
        for way in (True, False):
            own = [r for r in records(joined(pieces, way)) if r[0] in (SIZED, UNSIZED)][nth:nth + 1]
            for _, begin, content, end in own or [(None, 0, 0, 0)]:
                start[way], middle[way] = begin, (content + end) // 2
        return start, middle


# ---- encoding 8 --------------------------------------------------------------------------------------------

class StringTables(Case):
    """Binary sessions: the table came with what is not in the capture."""

    def corewcf(self):
        return streams.conversations(os.path.join(DATA, 'corewcf', 'tcp-none.pcapng'), 28443)[0]

    def test_corewcf(self):
        # Of six calls the first brings the strings, five of the client's and four of the service's; no other does.
        pieces = self.corewcf()
        for events, rows in self.hold(pieces, self.places(pieces, 1)):
            for row in rows:
                self.assertEqual(row['wssc.action'], ['unknown-id-1'])
                self.assertEqual(row['wssc.finding'], ['unknown-string'])
                self.assertIn(set(row['nbfx.unknown_id']), ({'1', '3', '5', '7', '9'}, {'1', '3', '5', '7'}))
            links = [r['wssc.request_in'] for r in rows if r['wssc.request_in']]
            self.assertIn(len(links), (4, 5))
            self.assertEqual(len(links), len([e for e in events if e['type'] == 'exchange' and e['outcome'] == 'done']))

    def test_what_is_inline_stays_readable(self):
        pieces = self.corewcf()
        path, options, _ = self.place([cut(pieces, self.places(pieces, 1)[0])])
        out = self.tshark.run('-r', path, *options, '-V')
        for i in range(1, 6):
            # In the message's tree and in that of its records.
            self.assertEqual(out.count(': call %d  ä€' % i), 4, 'the text of call %d and of its answer' % i)
        self.assertEqual(out.count('MessageID: urn:uuid:'), 5)
        self.assertIn('Action: unknown-id-1', out)
        self.assertIn('strings of the message are not in the capture', out)  # the expert item

    def test_mono(self):
        for name, port, actions in (
                ('mono/tcp-none.pcapng', 18443, ['urn:gen:app/Echo/Say'] * 4),
                ('mono-nettcp-none.pcap', 18088,
                 ['urn:lab:echo/IEcho/' + n for n in ('Echo', 'Add', 'Echo', 'Mirror')])):
            pieces = streams.conversations(os.path.join(DATA, name), port)[0]
            both = {True: actions, False: [a + 'Response' for a in actions]}
            for _, rows in self.hold(pieces, self.places(pieces, 1) + self.places(pieces, 2), both):
                self.assertTrue(any(r['nbfx.unknown_id'] for r in rows))
                self.assertTrue(all(int(i) % 2 == 1 for r in rows for i in r['nbfx.unknown_id']))

    def test_wine(self):
        for name in ('tcp-bin-session', 'tcp-bin-session-orders', 'tcp-bin-session-transport', 'tcp-bin', 'tcp-text'):
            told = truth('wine/%s.truth.json' % name)
            talks = streams.conversations(os.path.join(DATA, 'wine', name + '.pcapng'), told['port'])
            self.assertEqual(len(talks), 1)
            ways = {True: [], False: []}
            for message in told['messages']:
                if message['wire']:
                    ways[message['direction'].startswith('client')].append(message['action'])
            self.assertGreaterEqual(len(ways[True]), 4)
            self.hold(talks[0], self.places(talks[0], 1), ways if 'none' not in told['channel']['addressing'] else None)

    def test_service_on_the_higher_port(self):
        """Which end is the service's is told by the port of Decode As, not by its size."""
        pieces = self.corewcf()
        events, _ = self.look([cut(pieces, self.places(pieces, 1)[0])], 60001)[0]
        self.assertEqual([e['outcome'] for e in events if e['type'] == 'exchange'], ['done'] * 5)

    def test_a_new_session_is_read_again(self):
        """Behind the End of the session whose start is missing, another starts on the same connection."""
        pieces = self.corewcf()
        events, rows = self.look([cut(pieces, self.places(pieces, 5)[1]) + pieces])[0]
        self.assertEqual([e['action'] for e in events if e['type'] == 'message'],
                         ['urn:gen:app/Echo/Say', 'urn:gen:app/Echo/SayResponse'] * 6)
        self.assertEqual([r['nbfx.unknown_id'] for r in rows], [[]] * 12)


# ---- encoding 7 --------------------------------------------------------------------------------------------

class StaticStrings(Case):
    """Without a session's table nothing is unknown, once the records are found."""

    def test_sized(self):
        told = {'corewcf/http-binary.pcapng': 'urn:gen:app/Echo/Say', 'mono-http-msbin1.pcap': None}
        for name, action in told.items():
            port = truth('corewcf/http-binary.truth.json')['port'] if action else 18091
            bodies = [[], []]
            for pieces in streams.conversations(os.path.join(DATA, name), port):
                for i, way in enumerate((True, False)):
                    bodies[i] += [b for b in http_bodies(pieces, way) if b[:2] == b'\x56\x02']
            actions = {True: [action] * 6, False: [str(action) + 'Response'] * 6}
            if action is None:
                names = ['urn:lab:echo/IEcho/Echo', 'urn:lab:echo/IEcho/Mirror']
                actions = {True: names, False: [n + 'Response' for n in names]}
            pieces = as_sized(bodies)
            self.assertGreaterEqual(len(pieces), 4)
            places = ({True: 0, False: 0}, *self.places(pieces, 0), *self.places(pieces, 1))
            for _, rows in self.hold(pieces, places, actions):
                self.assertEqual([f for r in rows for f in r['wssc.finding'] + r['nbfx.unknown_id']], [])

    def test_unsized(self):
        pieces = streams.conversations(os.path.join(DATA, 'mono-nettcp-streamed.pcap'), 18088)[0]
        kept = []
        for way in (True, False):
            octets = joined(pieces, way)
            first = next(r for r in records(octets) if r[0] == UNSIZED)
            kept.append((way, octets[first[1]:first[3] + 1]))  # and the End behind it
        for events, rows in self.look([streams.segmented(kept, most) for most in (65000, 50, 1)]):
            self.assertEqual([e['action'] for e in events if e['type'] == 'message'],
                             ['urn:lab:echo/IEcho/Echo', 'urn:lab:echo/IEcho/EchoResponse'])
            self.assertEqual([r['nettcp.skipped'] for r in rows], [[], []])


# ---- verdicts ----------------------------------------------------------------------------------------------

class Verdicts(Case):
    """A session under a security context, taken out of its TLS, whose contexts and first messages are not in the
    capture: keys come from the truth file. What cannot be checked is not called invalid."""

    def session(self, name):
        """The calls under the context: what goes the connection's second session, behind that of the bootstrap."""
        path = os.path.join(DATA, 'corewcf', name)
        pieces = streams.tls_content(self.tshark, path + '.pcapng', path + '.keylog', 28443)
        starts = [i for i, (way, octets) in enumerate(pieces) if way and b'net.tcp://' in octets[:64]]
        return [(way, octets) for way, octets in pieces[starts[-1]:] if octets[0] == SIZED]

    def keys(self, name):
        path = os.path.join(self.tshark.home, name + '.keys')
        with open(path, 'w', encoding='utf-8') as file:
            for context in truth('corewcf/%s.truth.json' % name)['contexts']:
                instance = 'instance=%s ' % context['instance'] if context['instance'] else ''
                file.write('SCT %s %s%s\n' % (context['identifier'], instance, context['key_hex']))
        os.chmod(path, 0o644)
        return path

    def test_signatures(self):
        pieces = self.session('tcp-feb05')
        left = [cut(pieces, gone) for gone in self.places(pieces, 1)]
        without, given = self.look(left), self.look(left, keys=self.keys('tcp-feb05'))
        for (blind, _), (events, rows) in zip(without, given):
            self.assertTrue(any(r['nbfx.unknown_id'] for r in rows))
            verdicts = [e['verdict'] for e in blind if e['type'] == 'signature']
            self.assertGreaterEqual(len(verdicts), 2)
            self.assertEqual(set(verdicts), {'no-key'})
            # The signed Timestamp is all static strings and inline values.
            self.assertEqual([e['verdict'] for e in events if e['type'] == 'signature'], ['valid'] * len(verdicts))

    def test_signed_names_in_the_lost_table(self):
        """As if the sender had put a name of the signed parts into its table, for it may put any there."""
        names = {'Created': b'\x58\x6c', 'Timestamp': b'\x58\x6a'}  # by static ids, prefix u
        for name in ('Reference', 'DigestValue', 'SignatureMethod', 'CanonicalizationMethod', 'SignedInfo'):
            names[name] = b'\x40' + bytes([len(name)]) + name.encode()
        pieces = self.session('tcp-feb05')
        left = cut(pieces, self.places(pieces, 1)[0])
        talks = []
        for element in names.values():
            talk = []
            for way, octets in left:
                ((_, _, content, end),) = records(octets)
                name = bytes([element[0] if element[0] != 0x40 else 0x42, 0xff, 0x01])  # the id 255
                talk.append((way, sized(octets[content:end].replace(element, name))))
            self.assertNotEqual(talk, left)
            talks.append(talk)
        for name, (events, _) in zip(names, self.look(talks, keys=self.keys('tcp-feb05'))):
            verdicts = {e['verdict'] for e in events if e['type'] == 'signature'}
            self.assertTrue(verdicts, name)
            self.assertLessEqual(verdicts, {'unsupported', 'no-key'}, name)
            self.assertNotIn('signature-invalid', [e['id'] for e in events if e['type'] == 'finding'], name)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
