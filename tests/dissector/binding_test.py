#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The binding behind a context as fields of each of its messages, in a stock tshark: in two passes settled, the same in
every frame and what wssc binding says; in one pass what was known so far; filters choose by it.

usage: binding_test.py WSSC PLUGIN SOURCE_DIR
"""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # noqa: E402  pylint: disable=wrong-import-position

WSSC, PLUGIN, ROOT = sys.argv[1], os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])
REAL = os.path.join(ROOT, 'tests/data/captures-real')
TIMES = ['renewal_interval_client', 'renewal_interval_service', 'rollover_interval']
COUNTS = ['key_size', 'max_pending_contexts', 'max_active_contexts']
WORDS = ['key_entropy_mode', 'message_properties', 'secure_conversation_version', 'support_renew']
NAMES = ([n + end for n in TIMES + COUNTS for end in ('', '.min', '.max')] + WORDS +
         ['endpoint', 'usage', 'transport', 'bootstrap', 'algorithm_suite', 'template', 'stack.client', 'stack.service'])
FIELDS = ['frame.number', 'wssc.context.identifier', 'wssc.binding'] + ['wssc.binding.' + name for name in NAMES]


def member(row, name):
    """What the JSON of the analyzer has of it, as text; numbers as numbers."""
    for end, key in (('.min', 'min'), ('.max', 'max'), ('', 'value')):
        base = name[:len(name) - len(end)] if end else name
        if name.endswith(end) and base in row['properties']:
            return row['properties'][base][key]
    if name.startswith('stack.'):
        return row['stack'][name[6:]]['like']
    value = row[name]
    return value if not isinstance(value, list) else value or None


def same(expected, seen):
    """seen: the values of a field, as tshark writes them."""
    if expected is None:
        return seen == []
    if isinstance(expected, bool):
        return [s in ('1', 'True') for s in seen] == [expected]
    if isinstance(expected, (int, float)):
        return len(seen) == 1 and abs(float(seen[0]) - expected) < 0.001
    return seen == (expected if isinstance(expected, list) else [expected])


class Binding(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def options(self, name):
        path, keylog = os.path.join(REAL, name + '.pcapng'), os.path.join(REAL, name + '.keylog')
        log = ['-o', 'tls.keylog_file:' + self.tshark.place(keylog)] if os.path.exists(keylog) else []
        return path, self.tshark.place(path), log

    def contexts(self, name):
        path, keylog = os.path.join(REAL, name + '.pcapng'), os.path.join(REAL, name + '.keylog')
        done = served.run([WSSC, 'binding', '--format', 'json', path] +
                          (['--tls-keylog', keylog] if os.path.exists(keylog) else []),
                          capture_output=True, text=True, timeout=120, check=True)
        return {row['context']: row for row in json.loads(done.stdout) if row['scope'] == 'context'}

    def test_settled(self):
        """Two passes: each frame of a context says what the analyzer says of it."""
        for name in ('corewcf/sc-13-renew', 'corewcf/ws-feb05', 'corewcf-why/why-stale-instance-13', 'metro/sym13',
                     'corewcf/tcp-feb05'):
            _, copy, log = self.options(name)
            rows, known = self.tshark.fields(copy, FIELDS, '-2', *log, '-Y', 'wssc.binding'), self.contexts(name)
            self.assertTrue(rows, name)
            for row in rows:
                for context in set(row['wssc.context.identifier']):
                    if len(set(row['wssc.context.identifier'])) > 1:
                        continue
                    for field in NAMES:
                        expected, seen = member(known[context], field), row['wssc.binding.' + field]
                        self.assertTrue(same(expected, list(dict.fromkeys(seen))), '%s, frame %s, %s: expected %s, seen %s' % (
                            name, row['frame.number'][0], field, expected, seen))
            used = self.tshark.fields(copy, FIELDS, '-2', *log, '-Y', 'wssc.context.identifier')
            self.assertEqual([r['frame.number'] for r in used], [r['frame.number'] for r in rows], name)

    def test_filter(self):
        """The client of this one renews at 4 s, the service gives 15 h."""
        _, copy, log = self.options('corewcf/sc-13-renew')
        frames = lambda expression: self.tshark.fields(copy, ['frame.number'], '-2', *log, '-Y', expression)
        uses = frames('wssc.context.identifier')
        self.assertTrue(uses)
        self.assertEqual(frames('wssc.binding.renewal_interval.max < 3600'), uses)
        self.assertEqual(frames('wssc.binding.renewal_interval_client.max < 5 && wssc.binding.renewal_interval_client.min > 3'), uses)
        self.assertEqual(frames('wssc.binding.renewal_interval_service == 54000'), uses)
        self.assertEqual(frames('wssc.binding.renewal_interval_client.max > 3600'), [])
        self.assertEqual(frames('wssc.binding.stack.client == "WCF" && !wssc.binding.template'), [])

    def test_one_pass(self):
        """What was known so far: the last message of the context says what all say in two passes."""
        _, copy, log = self.options('corewcf/sc-13-renew')
        one = self.tshark.fields(copy, FIELDS, *log, '-Y', 'wssc.binding')
        two = self.tshark.fields(copy, FIELDS, '-2', *log, '-Y', 'wssc.binding')
        self.assertEqual([r['frame.number'] for r in one], [r['frame.number'] for r in two])
        self.assertEqual(one[-1]['wssc.binding.renewal_interval_client.max'], two[-1]['wssc.binding.renewal_interval_client.max'])
        self.assertEqual(one[0]['wssc.binding.renewal_interval_client.max'], [])
        self.assertEqual(one, self.tshark.fields(copy, FIELDS, *log, '-Y', 'wssc.binding'))

    def test_evidence(self):
        """A link to the frame that shows it, and words."""
        _, copy, log = self.options('corewcf/sc-13-renew')
        text = self.tshark.run('-r', copy, '-2', *log, '-Y', 'wssc.binding', '-V', '-O', 'wssc')
        self.assertIn('Binding: ', text)
        self.assertRegex(text, r'\[renewal, client: between 3\.\d+ s and 4\.\d+ s\]')
        self.assertRegex(text, r'\[Shown in: \d+, ')


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
