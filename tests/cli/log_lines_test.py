#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Logs with something of their own before each line of a message: it is taken away, and where what was signed cannot be had
again no signature is called invalid for it.

usage: log_lines_test.py WSSC SOURCE_DIR
"""
import json
import os
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
