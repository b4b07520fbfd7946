#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every event of every capture is as docs/events.md says, and the same whenever it is written.

usage: events_test.py WSSC SOURCE_DIR
"""
import concurrent.futures
import csv
import io
import json
import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'same'))
import key_material  # pylint: disable=wrong-import-position

SESSION = os.path.join(SOURCE, 'captures', 'corewcf-session.pcap')
NETTCP = [os.path.join(SOURCE, 'tests', 'data', 'captures-real', name)
          for name in ('mono-nettcp-none.pcap', 'corewcf-why/why-recycled-tcp-feb05.pcapng',
                       'wine/tcp-bin-session-three.pcapng')]
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z')
PLAIN = {'string': str, 'number': int, 'boolean': bool}
PARTS = ('evidence', 'fault', 'code', 'reference', 'closed_tls', 'security', 'sct', 'token_reference', 'derived_key', 'wst')


class Schema:
    """The tables of docs/events.md."""

    def __init__(self):
        with open(os.path.join(SOURCE, 'docs', 'events.md'), encoding='utf-8') as file:
            text = file.read()
        self.version = int(re.match(r'# Events, version (\d+)', text).group(1))
        self.members, self.words = {}, {}
        for name, section in re.findall(r'^### ([a-z_ ]+)\n(.*?)(?=^##|\Z)', text, re.M | re.S):
            rows = re.findall(r'^\| `(\w+)` \| ([^|]+?) \|', section, re.M)
            if rows:
                self.members[name] = rows
            else:
                self.words[name] = re.findall('"([^"]+)"', section)
        self.types = [name for name in self.members if name not in PARTS and name != 'every event']

    def fits(self, value, kind, where):
        if kind.endswith(' or null'):
            if value is None:
                return
            kind = kind[:-len(' or null')]
        kind = kind.removesuffix(', optional')
        if kind.startswith('"'):
            self.expect(value in re.findall('"([^"]+)"', kind), where, value)
        elif kind.startswith('list of '):
            self.expect(type(value) is list, where, value)
            for item in value:
                self.fits(item, kind[len('list of '):], where)
        elif kind in self.words:
            self.expect(value in self.words[kind], where, value)
        elif kind == 'time':
            self.expect(type(value) is str and TIME.fullmatch(value), where, value)
        elif kind in PLAIN:
            self.expect(type(value) is PLAIN[kind], where, value)
        else:
            self.expect(type(value) is dict, where, value)
            self.holds(value, self.members[kind], where)

    def holds(self, thing, members, where):
        """All of the members, no others, in their order."""
        wanted = [name for name, kind in members if name in thing or not kind.endswith('optional')]
        self.expect(list(thing) == wanted, where, list(thing))
        for name, kind in members:
            if name in thing:
                self.fits(thing[name], kind, '%s.%s' % (where, name))

    def event(self, event, where):
        kind = event.get('type')
        self.expect(kind in self.types, where, kind)
        self.expect(event.get('v') == self.version, where, event.get('v'))
        self.holds(event, self.members['every event'] + self.members[kind], '%s: %s' % (where, kind))

    @staticmethod
    def expect(is_so, where, value):
        if not is_so:
            raise AssertionError('%s: %r' % (where, value))


def captures():
    found = []
    for folder in ('captures', os.path.join('tests', 'data')):
        for root, _, names in os.walk(os.path.join(SOURCE, folder)):
            found += [os.path.join(root, n) for n in names if re.search(r'\.(pcap|pcapng|cap)(\.gz)?$', n)]
    return sorted(found)


def run(*args):
    done = served.run([WSSC, 'events', *args], capture_output=True, timeout=300, check=False)
    return done.stdout.decode().splitlines()


class Keys:
    """Options for all that lies beside a capture."""

    def __init__(self, path):
        log, self.file = key_material.keylog(path), tempfile.NamedTemporaryFile('w', suffix='.keys')
        self.file.write('\n'.join(key_material.key_lines(path)) + '\n')
        self.file.flush()
        self.args = (['--tls-keylog', log] if log else []) + ['-k', self.file.name]

    def close(self):
        self.file.close()


def all_events(numbered):
    """With all keys, and of some captures without any."""
    number, path = numbered
    keys = Keys(path)
    lines = run(*keys.args, path) + (run(path) if number % 4 == 0 else [])
    keys.close()
    return path, lines


class Events(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = Schema()

    def test_schema_is_read(self):
        self.assertEqual(set(self.schema.types), {'capture', 'message', 'signature', 'decryption', 'password', 'connection',
                                                  'exchange', 'key', 'transition', 'finding', 'unread'})
        self.assertEqual(set(self.schema.words), {'layer', 'state'})
        self.assertLessEqual(set(PARTS), set(self.schema.members))

    def test_every_event_of_every_capture(self):
        seen, parts = {}, set()
        with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
            for path, lines in pool.map(all_events, enumerate(captures() + list(self.unreadable(folder)))):
                for event in map(json.loads, lines):
                    self.schema.event(event, os.path.relpath(path, SOURCE))
                    seen[event['type']] = seen.get(event['type'], 0) + 1
                    parts |= {part for part in PARTS if event.get(part)}
                    if event['type'] == 'key' and event['is_known']:
                        parts.add('key')
        self.assertEqual(set(seen), set(self.schema.types))
        self.assertGreater(min(seen.values()), 5, seen)
        self.assertLessEqual({'evidence', 'fault', 'closed_tls', 'security', 'wst', 'key'}, parts)

    @staticmethod
    def unreadable(folder):
        """Captures of net.tcp whose preambles are none: nothing that follows them can be read."""
        for path in NETTCP:
            with open(path, 'rb') as file, open(os.path.join(folder, os.path.basename(path)), 'wb') as damaged:
                damaged.write(file.read().replace(b'\0\1\0\1\2', b'\x85\1\0\1\2'))
            yield damaged.name

    def test_same_whenever_written(self):
        """A filter on results that lets everything through is decided at the end: nothing is written before."""
        early = 0
        for path in captures()[::3]:
            keys = Keys(path)
            as_settled, at_end = run(*keys.args, path), run('-Y', 'wssc or frame', *keys.args, path)
            self.assertEqual(sorted(as_settled), sorted(at_end), path)
            early += as_settled != at_end
            keys.close()
        self.assertGreater(early, 10)

    def test_csv_has_a_column_for_each_member(self):
        text = '\r\n'.join(run('--format', 'csv', SESSION))
        header = next(csv.reader(io.StringIO(text, newline='')))
        self.assertEqual(len(header), len(set(header)))
        wanted = {name for kind in ['every event', *self.schema.types] for name, _ in self.schema.members[kind]}
        self.assertEqual(set(header), wanted)

    def test_written_before_the_end(self):
        """Of two files the first one's messages come before the second one is looked at, all in their order."""
        renew = os.path.join(SOURCE, 'captures', 'corewcf-renew.pcapng')
        events = [json.loads(line) for line in run('--tls-keylog', renew.replace('.pcapng', '.keylog'), renew, SESSION)]
        kinds = [(e['type'], e['file']) for e in events]
        self.assertLess(kinds.index(('message', renew)), kinds.index(('capture', renew)))
        self.assertLess(kinds.index(('capture', renew)), kinds.index(('message', SESSION)))
        places = [(e['file'] != renew, e['frame'], e['ordinal']) for e in events if e['type'] == 'message']
        self.assertEqual(places, sorted(places))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
