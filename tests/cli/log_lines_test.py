#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Logs with something of their own before each line of a message: it is taken away, and where what was signed cannot be had
again no signature is called invalid for it.

usage: log_lines_test.py WSSC SOURCE_DIR
"""
import base64
import functools
import json
import os
import quopri
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import exports_test  # noqa: E402
from exports_test import REAL, TEXT, capture, exports, run, verdicts  # noqa: E402

# Signed by WSS4J over several lines, white space between tags included.
SIGNED = ('signed_x509_direct_ref.xml', 'signed_x509_direct_ref_token_prot.xml')
PREFIXES = (lambda n: '2024-05-06 10:11:12.%d INFO  ' % n,
            lambda n: '2024-05-06T10:11:12,%d [http-nio-8080-exec-%d] DEBUG org.x.Y - ' % (99 + n, n % 3),
            lambda n: 'service-1  | ',
            lambda n: 'INFO   | jvm 1    | 2024/05/06 10:11:12 | [%3d] ' % (5 * n),
            lambda n: 'May 06 10:11:%02d host app[4711]: ' % (n % 60),
            lambda n: '> ')


def signed(name):
    with open(os.path.join(REAL, 'cxf-signed', name), encoding='utf-8') as file:
        text = file.read()
    return text[text.index('<', text.index('?>') + 2 if text.startswith('<?xml') else 0):].splitlines()


def judged(octets, *options):
    done = run('verify', '--format', 'json', *options, '-', data=octets)
    return json.loads(done.stdout), done


class Restored(exports_test.Same):
    """What the capture itself gives."""

    def test_wire_log(self):
        self.each(TEXT, lambda c: exports.wire_log(c.found), context=False)

    def test_divided_lines(self):
        self.each(TEXT, lambda c: exports.container_log(c.found))


# Those of the base class run where they stand.
for inherited in [n for n in dir(exports_test.Same) if n.startswith('test_')]:
    setattr(Restored, inherited, None)


class Prefixes(unittest.TestCase):
    def test_taken_away(self):
        for name in SIGNED:
            want, _ = judged('\n'.join(signed(name)).encode())
            self.assertEqual({r['verdict'] for r in want}, {'valid'})
            for number, prefix in enumerate(PREFIXES):
                for begin in ('', 'request: '):
                    lines = signed(name)
                    octets = exports.prefixed([begin + lines[0]] + lines[1:], prefix)
                    with self.subTest(name=name, number=number, begin=begin):
                        rows, done = judged(octets)
                        self.assertEqual(verdicts(rows), verdicts(want), done.stderr.decode())
                        self.assertIn(b"the log's prefix on each line", done.stderr)

    def test_changed_is_invalid(self):
        """SignedInfo stands as it was signed, so the log laid nothing out anew."""
        lines = signed(SIGNED[0])
        changed = [line.replace('<in0>A</in0>', '<in0>B</in0>') for line in lines]
        self.assertNotEqual(lines, changed)
        for octets in (exports.prefixed(changed, PREFIXES[0]), exports.prefixed(changed, lambda n: '' if n else 'INFO ')):
            rows, done = judged(octets)
            self.assertEqual((done.returncode, [r['verdict'] for r in rows]), (1, ['invalid']))


class Records(unittest.TestCase):
    """A record of JSON for each line of a message."""

    @staticmethod
    @functools.cache
    def want(name):
        rows, _ = judged('\n'.join(signed(name)).encode())
        return verdicts(rows)

    def check(self, name, octets, *reasons):
        rows, done = judged(octets)
        self.assertEqual({r['verdict'] for r in rows}, {'valid'}, done.stderr.decode())
        self.assertEqual(verdicts(rows), self.want(name))
        for reason in (b'JSON around each line of a log',) + reasons:
            self.assertIn(reason, done.stderr)
        return rows

    def test_put_together(self):
        for name in SIGNED:
            lines = [line + '\n' for line in ['starting', 'request:'] + signed(name) + ['done']]
            for size in (16384, 100, 7):
                with self.subTest(name=name, size=size):
                    self.check(name, exports.docker_log(lines, size), b'octets of other text')
            for kind, octets in exports.record_logs(lines) if name == SIGNED[0] else ():
                with self.subTest(name=name, kind=kind):
                    self.check(name, octets)

    def test_times(self):
        lines = [line + '\n' for line in signed(SIGNED[0])]
        for octets in [exports.docker_log(lines)] + [octets for _, octets in exports.record_logs(lines)]:
            events = [json.loads(line) for line in run('events', '--format', 'ndjson', '-', data=octets).stdout.splitlines()]
            self.assertEqual([e['time'][:18] for e in events if e['type'] == 'message'], ['2024-05-06T10:11:1'])

    def test_two_streams(self):
        """What a program says of its errors meanwhile is not the message's."""
        lines = exports.docker_log([line + '\n' for line in signed(SIGNED[0])]).splitlines(keepends=True)
        other = json.dumps({'log': 'a <word> & more\n', 'stream': 'stderr', 'time': '2024-05-06T10:11:12Z'}).encode() + b'\n'
        self.check(SIGNED[0], b''.join(line + other for line in lines))

    def test_lines_between_that_are_none(self):
        lines = exports.docker_log([line + '\n' for line in signed(SIGNED[0])]).splitlines(keepends=True)
        self.check(SIGNED[0], b''.join(lines[:3]) + b'plain {"\n' + b''.join(lines[3:]) + b'{"log":"cu', b'2 lines that are no JSON')

    def test_what_is_missing_is_never_invalid(self):
        lines = exports.docker_log([line + '\n' for line in signed(SIGNED[0])]).splitlines(keepends=True)
        for octets in (lines[:-1], lines[:5] + lines[6:]):
            rows, _ = judged(b''.join(octets))
            self.assertNotIn('invalid', [r['verdict'] for r in rows if r['reason'] and 'SignedInfo' in r['reason']])
        rows, done = judged(b''.join(lines[:-1]))
        self.assertEqual(([r for r in rows if r['verdict'] == 'invalid'], done.returncode), ([], 3))

    def test_changed_is_invalid(self):
        changed = [line.replace('<in0>A</in0>', '<in0>B</in0>') + '\n' for line in signed(SIGNED[0])]
        rows, _ = judged(exports.docker_log(changed))
        self.assertEqual([r['verdict'] for r in rows], ['invalid'])


class FieldsAlone(unittest.TestCase):
    """HTTP's fields without the line before them, as AS4 gateways dump what they send and get (phase4: .as4in, .as4out)."""

    def test_dump_of_a_gateway(self):
        path = os.path.join(exports_test.SOURCE, 'tests', 'data', 'phase4', 'dump-raw.as4out')
        with open(path, 'rb') as file:
            octets = file.read()
        for data, digests in ((octets, ['ok', 'ok', 'unchecked']), (octets.replace(b'originalSender', b'originalSendex', 1),
                                                                    ['mismatch', 'ok', 'unchecked'])):
            (row,), done = judged(data)
            self.assertEqual([r['digest'] for r in row['references']], digests, done.stderr.decode())
            self.assertIn(b'without its first line', done.stderr)

    def test_one_envelope(self):
        text = '\n'.join(signed(SIGNED[0])).encode()
        want, _ = judged(text)
        head = b'X-Forwarded-For: 10.0.0.1\r\nHost: service:8080\r\nContent-Type: text/xml;\r\n charset=utf-8\r\n\r\n'
        for data in (head + text, head.replace(b'\r\n', b'\n') + text):
            rows, done = judged(data)
            self.assertEqual(verdicts(rows), verdicts(want), done.stderr.decode())

    def test_as_mail_has_it(self):
        """Folded lines, transfer encodings: with Python's own codecs."""
        text = '\n'.join(signed(SIGNED[0])).encode()
        want, _ = judged(text)
        head = b'MIME-Version: 1.0\nContent-Type: text/xml;\n charset=utf-8\nContent-Transfer-Encoding: '
        for data in (head + b'base64\n\n' + base64.encodebytes(text), head + b'quoted-printable\n\n' + quopri.encodestring(text)):
            rows, done = judged(data)
            self.assertEqual(verdicts(rows), verdicts(want), done.stderr.decode())
        path = os.path.join(exports_test.SOURCE, 'tests', 'data', 'phase4', 'dump-raw.as4out')
        with open(path, 'rb') as file:
            octets = file.read()
        folded = octets.replace(b'multipart/related; boundary', b'multipart/related;\r\n\tboundary', 1)
        self.assertNotEqual(octets, folded)
        self.assertEqual(verdicts(judged(folded)[0]), verdicts(judged(octets)[0]))

    def test_a_log_is_none(self):
        """A log of such lines, the message on one of them."""
        text = ' '.join(signed(SIGNED[0])).encode()
        rows, done = judged(b'ID: 1\nAddress: http://a/b\nContent-Type: text/xml\nPayload: ' + text + b'\n\nmore words\n')
        self.assertEqual(len(rows), 1)
        self.assertNotIn(b'without its first line', done.stderr)


class NotRestored(unittest.TestCase):
    """The log put white space between tags, or text that does not repeat."""

    def lines(self, name):
        for m in capture(name).found:
            if m.body:
                yield m.envelope.replace('><', '>\n<').split('\n')

    def hold(self, name, octets, reason):
        rows, done = judged(octets, '-k', capture(name).keyfile)
        # Where headers or keys are not what they were the messages may not be tied together; but nothing is invalid.
        self.assertTrue(rows)
        self.assertEqual({r['verdict'] for r in rows} - {'unsupported', 'no-key'}, set(), done.stderr.decode())
        self.assertEqual(done.returncode, 0)
        self.assertIn(reason, ' '.join(r['reason'] for r in rows))
        return rows

    def test_laid_out(self):
        for name in TEXT:
            for prefix in PREFIXES[:2] + (lambda n: '',):
                octets = b'INFO\n'.join(exports.prefixed(lines, prefix) for lines in self.lines(name))
                with self.subTest(name):
                    self.hold(name, b'INFO\n' + octets, 'white space between tags may be the log')

    def test_text_between(self):
        other = 'abcdefgh'
        for name in TEXT[:2]:
            for prefix in (lambda n: '2024-05-06 10:11:12 [%s] ' % other[n % 8] if n else '2024-05-06 10:11:12 [main] ',
                           lambda n: 'node-%s> ' % other[n % 8] if n else 'INFO '):
                octets = b''.join(exports.prefixed(lines, prefix) for lines in self.lines(name))
                with self.subTest(name):
                    self.hold(name, octets, "log's own stands inside")

    def test_hypothesis(self):
        """Of the layout, where that is all."""
        octets = b''.join(exports.prefixed(lines, PREFIXES[0]) for lines in self.lines(TEXT[0]))
        rows = self.hold(TEXT[0], octets, 'white space between tags')
        self.assertTrue(any('white space between the tags' in (r['hypothesis'] or '') for r in rows))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
