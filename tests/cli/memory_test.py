#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is let go of changes nothing: the table of contexts, made of rows alone, and one that a filter which every frame
passes has made of whole messages are the same; who falls out of those that wait for keys is told.

usage: memory_test.py WSSC SOURCE_DIR
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

WSSC, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
DATA = os.path.join(ROOT, 'tests', 'data', 'captures-real')
SHARE, FILES = 12, 6  # one capture in so many; so many at once
LISTS_SHARE = 30
SOON = ('--limit', 'kept-messages=1')  # each exchange is freed as soon as it is over


def said(command, *options):
    done = subprocess.run([WSSC, command, '--no-progress', *options], capture_output=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


def captures():
    found = []
    for where, _, names in os.walk(DATA):
        found += [os.path.join(where, name) for name in names if name.endswith(('.pcap', '.pcapng'))]
    return sorted(found)


def keys_of(paths):
    """Options with the keys beside them."""
    lines = [path[:path.rindex('.')] + '.keys' for path in paths]
    return [word for path in lines if os.path.exists(path) for word in ('--keys', path)]


class Memory(unittest.TestCase):
    def test_rows(self):
        every = captures()
        self.assertGreater(len(every), 100)
        chosen, rows = every[::SHARE], 0
        for at in range(0, len(chosen), FILES):
            paths = chosen[at:at + FILES]
            for keys in ([], keys_of(paths)):
                brief = said('contexts', *keys, *paths)
                self.assertEqual(brief, said('contexts', '-Y', 'frame', *keys, *paths), paths)
                self.assertEqual(brief, said('contexts', *SOON, *keys, *paths), paths)
                rows += brief[1].count(b'signatures:')
        self.assertGreater(rows, 10)

    def test_lists(self):
        """The lists of all messages: made while the capture is read, of verdicts that are let go then, and, where a filter
        that every frame passes makes them wait, of whole messages at the end."""
        every, rows = captures(), 0
        for path in every[5::LISTS_SHARE]:
            for keys in ([], keys_of([path])):
                for command in (('verify',), ('verify', '--format', 'json'), ('findings', '--format', 'json'), ('events',)):
                    brief, whole = said(*command, *keys, path), said(*command, '-Y', 'frame', *keys, path)
                    if command == ('events',):  # what was read of the file comes before messages that wait
                        brief, whole = ((status, sorted(out.splitlines()), err) for status, out, err in (brief, whole))
                    self.assertEqual(brief, whole, (path, command))
                    if command[0] == 'verify':
                        self.assertEqual(brief, said(*command, *SOON, *keys, path), (path, command))
                    rows += str(brief[1]).count('"verdict"')
        self.assertGreater(rows, 50)

    def test_doubled(self):
        """Two captures of the same traffic: copies are known by what was kept of the first."""
        for name in ('wss4j/sct12-two-contexts.pcapng', 'axis2c-rampart/replay.pcap', 'metro/sym05.pcapng'):
            path = os.path.join(DATA, name)
            for keys in ([], keys_of([path])):
                whole = said('contexts', '-Y', 'frame', *keys, path, path)
                self.assertEqual(whole, said('contexts', *keys, path, path), path)
                self.assertEqual(whole, said('contexts', *SOON, *keys, path, path), path)
                whole = said('verify', '--format', 'json', '-Y', 'frame', *keys, path, path)
                self.assertEqual(whole, said('verify', '--format', 'json', *SOON, *keys, path, path), path)

    def test_waiting(self):
        """Each message but the latest one is given up: its verdict stays, the reason says so, and it is told once."""
        path = os.path.join(DATA, 'wss4j', 'sct12-sign-encrypt.pcapng')
        reasons = {}
        for limit in ('1', '100000000'):
            _, out, _ = said('verify', '--format', 'json', '--limit', 'waiting-octets=' + limit, path)
            shown = json.loads(out)
            self.assertEqual({s['verdict'] for s in shown}, {'no-key'})
            reasons[limit] = [s['reason'] for s in shown]
        self.assertGreater(len(reasons['1']), 2)
        given_up = [r for r in reasons['1'] if r.endswith('beyond the limit waiting-octets')]
        self.assertEqual(len(given_up), len(reasons['1']) - 1)
        self.assertFalse([r for r in reasons['100000000'] if 'limit' in r])
        _, out, _ = said('findings', '--format', 'json', '--limit', 'waiting-octets=1', path)
        told = [f for f in json.loads(out) if f['id'] == 'limit-reached']
        self.assertEqual(len(told), 1)
        self.assertIn('waiting-octets', told[0]['text'])

    def halves(self, path, folder):
        """Its frames that go to the port of its first SYN, and the others."""
        port = subprocess.run(['tshark', '-r', path, '-Y', 'tcp.flags == 2', '-T', 'fields', '-e', 'tcp.dstport'], capture_output=True,
                              text=True, timeout=300, check=True).stdout.split()[0]
        paths = []
        for name, only in (('asked', 'tcp.dstport == ' + port), ('answered', 'tcp.srcport == ' + port)):
            paths.append(os.path.join(folder, name))
            subprocess.run(['tshark', '-r', path, '-Y', only, '-w', paths[-1]], capture_output=True, timeout=300, check=True)
        return paths

    def test_one_direction(self):
        """Calls that nobody waits for any more change no row, and answers that come later find them."""
        rows = 0
        for name in ('wss4j/sct12-two-contexts.pcapng', 'metro/sym05.pcapng', 'wss4j/sct05-dksign.pcapng'):
            path = os.path.join(DATA, name)
            keys = keys_of([path])
            with tempfile.TemporaryDirectory() as folder:
                asked, answered = self.halves(path, folder)
                for files in ([asked], [asked, answered]):
                    whole = said('contexts', '-Y', 'frame', *keys, *files)
                    self.assertEqual(whole, said('contexts', *keys, *files), (name, len(files)))
                    self.assertEqual(whole, said('contexts', *SOON, *keys, *files), (name, len(files)))
                    rows += whole[1].count(b'signatures:')
        self.assertGreater(rows, 4)

    def test_many_rows(self):
        """The table has the rows of the JSON, in their order, where they are more than stand on one page."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'many.pcap')
            subprocess.run([sys.executable, os.path.join(ROOT, 'tests', 'bench', 'make_capture.py'), path, '15',
                            os.path.join(ROOT, 'captures', 'corewcf-session.pcap')], check=True, capture_output=True)
            _, table, _ = said('verify', '--format', 'table', path)
            _, rows, _ = said('verify', '--format', 'json', path)
        shown = [line.split()[:3] for line in table.decode().splitlines()[1:] if line.split()[0].isdigit()]
        self.assertEqual(shown, [[str(row['frame']), str(row['signature']), row['verdict']] for row in json.loads(rows)])
        self.assertGreater(len(table), 300000)

    def test_bound_suffices(self):
        """A key that comes while the message is among those that wait still settles it."""
        path = os.path.join(ROOT, 'captures', 'corewcf-session.pcap')
        self.assertEqual(said('verify', path), said('verify', '--limit', 'waiting-octets=100000', path))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
