#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Statistics in a stock tshark: wssc,tree counts what the analyzer's JSON has, wssc,srt the response times of its
events; the tables have a row each; wssc,findings and wssc,why print what the commands print. All the same with one pass,
with two and when the window taps again (by sharkd).

usage: stats_test.py WSSC PLUGIN SOURCE_DIR
"""
import collections
import functools
import json
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN, SOURCE = (os.path.abspath(a) for a in sys.argv[1:4])
WHY = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-why')
CAPTURES = [os.path.join(SOURCE, 'captures', 'corewcf-renew'), os.path.join(SOURCE, 'captures', 'corewcf-badcontext'),
            os.path.join(SOURCE, 'captures', 'corewcf-nettcp'), os.path.join(WHY, 'why-farm-13'),
            os.path.join(WHY, 'why-pending-13'), os.path.join(WHY, 'why-tampered-value-13')]
FEW = [CAPTURES[1], CAPTURES[4]]
BRANCHES = ('Messages', 'Contexts', 'Exchanges', 'Signatures', 'Decryptions', 'Findings', 'Causes')


def tree_of(text):
    """branch -> {name: count}; the count of the branch itself under ''."""
    found, branch = {}, None
    for line in text.splitlines():
        match = re.match(r'( ?)(\S.*?) {2,}(\d+) ', line)
        if match and not match.group(1) and match.group(2) in BRANCHES:
            branch = found.setdefault(match.group(2), {'': int(match.group(3))})
        elif match and match.group(1) and branch is not None:
            branch[match.group(2)] = int(match.group(3))
    return found


def counted(names):
    counts = dict(collections.Counter(names))
    counts[''] = sum(counts.values())
    return counts


class Stats(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.tshark = Tshark(PLUGIN)
        cls.addClassCleanup(cls.tshark.close)

    def options(self, base):
        return ['-r', self.tshark.place(base + '.pcapng'), '-o',
                'tls.keylog_file:' + self.tshark.place(base + '.keylog')]

    def tap(self, base, tap, *options):
        return self.tshark.run('-q', *self.options(base), '-z', tap, *options)

    @staticmethod
    def wssc(base, command, *options):
        done = served.run([WSSC, command, *options, '--no-progress', '--tls-keylog', base + '.keylog',
                           base + '.pcapng'], capture_output=True, text=True, check=False, timeout=120)
        return done.stdout

    @functools.lru_cache(maxsize=None)
    def rows(self, base, command):
        out = self.wssc(base, command, *([] if command == 'events' else ['--format', 'json']))
        return [json.loads(line) for line in out.splitlines()] if command == 'events' else json.loads(out)

    def expected(self, base):
        events = self.rows(base, 'events')
        exchanges = [e for e in events if e['type'] == 'exchange']
        return {
            'Contexts': counted(c['state'] for c in self.rows(base, 'contexts')),
            'Exchanges': counted('%s: %s' % (e['kind'].replace('none', 'call'), e['outcome']) for e in exchanges),
            'Signatures': counted(v['verdict'] for v in self.rows(base, 'verify')),
            'Decryptions': counted(e['result'] for e in events if e['type'] == 'decryption'),
            'Findings': counted('%s: %s' % (f['severity'], f['id']) for f in self.rows(base, 'findings')),
            'Causes': counted('%s: %s' % (t['confidence'], t['cause']) for t in self.rows(base, 'why')),
        }

    def test_counts_are_the_analyzers(self):
        for base in CAPTURES:
            with self.subTest(os.path.basename(base)):
                text = self.tap(base, 'wssc,tree')
                tree, expected = tree_of(text), self.expected(base)
                for branch, counts in expected.items():
                    self.assertEqual(tree[branch], counts, branch)
                messages = [e for e in self.rows(base, 'events') if e['type'] == 'message']
                self.assertEqual(tree['Messages'][''], len(messages))
                # Rates and bursts as well.
                self.assertEqual(self.tap(base, 'wssc,tree', '-2'), text)

    def test_a_filter_leaves_what_it_does_not_let_through(self):
        tree = tree_of(self.tap(CAPTURES[0], 'wssc,tree,wssc.operation == "renew"'))
        self.assertEqual(tree['Exchanges'], {'': 3, 'renew: done': 3})

    def test_response_times(self):
        base = CAPTURES[0]
        text = self.tap(base, 'wssc,srt')
        self.assertEqual(self.tap(base, 'wssc,srt', '-2'), text)
        told = {}
        for line in text.splitlines():
            match = re.match(r'\s*\d+\s+(\S+)\s+(\d+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)', line)
            if match:
                told[match.group(1)] = (int(match.group(2)), *(float(match.group(i)) for i in (3, 4, 6)))
        # The times of the frames, as Wireshark has them; the pairs as the events have them.
        rows = self.tshark.fields(self.options(base)[1], ['frame.number', 'frame.time_epoch'])
        clock = {int(r['frame.number'][0]): float(r['frame.time_epoch'][0]) for r in rows}
        events = self.rows(base, 'events')
        actions = {m['frame']: m['action'] for m in events if m['type'] == 'message'}
        times = collections.defaultdict(list)
        for exchange in (e for e in events if e['type'] == 'exchange' and e['response_frame']):
            pair = exchange['request_frame'], exchange['response_frame']
            times[actions[pair[0]]].append(clock[pair[1]] - clock[pair[0]])
        self.assertEqual(set(told), set(times))
        for action, spans in times.items():
            for value, right in zip(told[action], (len(spans), min(spans), max(spans), sum(spans))):
                self.assertAlmostEqual(value, right, delta=0.00002, msg=action)

    def test_texts_are_the_commands(self):
        for base in FEW:
            for command in ('contexts', 'findings', 'why'):
                with self.subTest(os.path.basename(base) + ' ' + command):
                    text = self.tap(base, 'wssc,' + command)
                    self.assertEqual(text.strip(), self.wssc(base, command).strip())
                    self.assertEqual(self.tap(base, 'wssc,' + command, '-2'), text)

    def test_texts_take_no_filter(self):
        done = subprocess.run(self.tshark.prefix + ['tshark', '-q', *self.options(CAPTURES[0]), '-z', 'wssc,why,tcp'],
                              capture_output=True, text=True, env=self.tshark.env, check=False, timeout=60)
        self.assertIn('wssc,why: it takes no filter', done.stderr)

    def test_tables(self):
        for base in FEW:
            with self.subTest(os.path.basename(base)):
                for name, key in (('contexts', 'identifier'), ('findings', 'id'), ('why', 'cause')):
                    text = self.tap(base, 'wssc_table,' + name)
                    cells = [line for line in text.splitlines() if line.count('|') > 4][1:]
                    wanted = [row[key] or '' for row in self.rows(base, name)]
                    self.assertEqual(len(cells), len(wanted), text)
                    for value in set(wanted):
                        self.assertGreaterEqual(sum(value in line for line in cells), wanted.count(value))
                    self.assertEqual(self.tap(base, 'wssc_table,' + name, '-2'), text)

    def test_the_window_sees_the_same(self):
        for base in FEW:
            with self.subTest(os.path.basename(base)):
                sharkd = self.tshark.sharkd()
                try:
                    sharkd.load(self.options(base)[1], self.tshark.place(base + '.keylog'))
                    for _ in range(2):
                        answer = sharkd.call('tap', tap0='stat:wssc', tap1='nstat:wssc_table,contexts')
                        taps = {tap['tap']: tap for tap in answer['taps']}
                        tree = {n['name']: {'': n['vals'] if 'vals' in n else n['count'], **{
                            s['name']: s['count'] for s in n.get('sub', [])}} for n in taps['stats:wssc']['stats']}
                        for branch, counts in self.expected(base).items():
                            self.assertEqual(tree[branch], counts, branch)
                finally:
                    sharkd.close()


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
