#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the commands print over real captures: members and their types, tables, secrecy; and what they leave alone.

usage: output_test.py WSSC SOURCE_DIR
"""
import base64
import concurrent.futures
import csv
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'truth'))
from truth import captures  # noqa: E402

CAPTURES = os.path.join(SOURCE, 'captures')
SESSION = os.path.join(CAPTURES, 'corewcf-session.pcap')
RENEW, RENEW_KEYLOG = (os.path.join(CAPTURES, 'corewcf-renew.' + end) for end in ('pcapng', 'keylog'))
TABLES = ([], ['contexts'], ['timeline'], ['verify'], ['findings'])
STRING, NUMBER, BOOL, LIST, OBJECT = str, int, bool, list, dict
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z')

# Every member with its type; a member with "?" may be null.
CONTEXT = {'identifier?': STRING, 'version?': STRING, 'state': STRING, 'requestor?': STRING, 'issuer?': STRING,
           'entropy_mode?': STRING, 'key_size?': NUMBER, 'key_size_assumed': BOOL, 'bootstrap': LIST, 'transport?': STRING, 'instances': LIST,
           'renewals': NUMBER, 'messages': NUMBER, 'signatures': OBJECT, 'established_frame?': NUMBER,
           'ended_frame?': NUMBER, 'findings': LIST, 'file?': STRING, 'established_file?': STRING,
           'ended_file?': STRING, 'fault?': OBJECT, 'end': STRING, 'renewal_list': LIST, 'rollovers': LIST, 'tokens': LIST}
INSTANCE = {'instance?': STRING, 'issued_frame?': NUMBER, 'created?': TIME, 'expires?': TIME,
            'first_use_frame?': NUMBER, 'last_use_frame?': NUMBER, 'key': ('known', 'unknown'),
            'key_source?': ('capture', 'keyfile'), 'key_fingerprint?': re.compile('[0-9a-f]{16}')}
SIGNATURE = {'message_id?': STRING, 'signature': NUMBER, 'algorithm?': STRING,
             'key_kind': ('sct', 'derived', 'x509', 'encrypted-key', 'username', 'saml', 'kerberos', 'unknown'),
             'context?': STRING, 'instance?': STRING, 'verdict': ('valid', 'invalid', 'no-key', 'unsupported'),
             'reason?': STRING, 'deviation?': STRING, 'hypothesis?': STRING, 'references': LIST, 'decrypted': BOOL}
REFERENCE = {'uri?': STRING, 'element?': STRING, 'digest': ('ok', 'mismatch', 'unresolved', 'unsupported',
                                                             'unchecked')}
FINDING = {'id': STRING, 'severity': ('chat', 'note', 'warn', 'error'), 'file': STRING, 'frame?': NUMBER,
           'context?': STRING, 'text': STRING, 'evidence': LIST}
EVIDENCE = {'role': ('request', 'response', 'fault', 'status', 'issue', 'use', 'renew', 'cancel', 'expiry', 'reset',
                     'timestamp', 'lifetime', 'clock', 'signature', 'decryption', 'key', 'token', 'header', 'policy',
                     'connection', 'tls', 'copy', 'end'), 'file?': STRING, 'frame?': NUMBER, 'text': STRING}


def some(folder, every):
    return list(captures(folder))[::every]


SAMPLE = (some('corewcf', 17) + some('dotnet', 19) + some('cxf', 14) + some('metro', 14) + some('wss4j', 12) +
          some('wss4j4', 9) + some('mono', 5))


def run(*args, data=None, **kwargs):
    return served.run([WSSC, *args], capture_output=True, input=data, timeout=300, check=False, **kwargs)


def ndjson(*args):
    return [json.loads(line) for line in run(*args, '--format', 'ndjson').stdout.splitlines()]


class KeyFile:
    """The capture's bootstrap keys in our form, or none."""

    def __init__(self, capture):
        self.capture = capture
        self.args = ['--tls-keylog', capture.keylog] if capture.keylog else []

    def __enter__(self):
        self.file = tempfile.NamedTemporaryFile('w', suffix='.keys')
        self.file.write('\n'.join(self.capture.key_file_lines()) + '\n')
        self.file.flush()
        return self.args + ['-k', self.file.name, self.capture.path]

    def __exit__(self, *_):
        self.file.close()


class Members(unittest.TestCase):
    def check(self, thing, members, where):
        for name, kind in members.items():
            may_be_null, name = name.endswith('?'), name.rstrip('?')
            self.assertIn(name, thing, where)
            value = thing[name]
            if value is None:
                self.assertTrue(may_be_null, '%s: %s is null' % (where, name))
            elif isinstance(kind, tuple):
                self.assertIn(value, kind, where)
            elif isinstance(kind, re.Pattern):
                self.assertRegex(value, kind, where)
            else:
                self.assertIs(type(value), kind, '%s: %s is %r' % (where, name, value))

    def test_types(self):
        for capture in SAMPLE:
            with KeyFile(capture) as args:
                for row in ndjson('contexts', *args):
                    self.check(row, CONTEXT, capture.name)
                    self.assertEqual(set(row['signatures']), {'valid', 'invalid', 'no-key', 'unsupported'})
                    for instance in row['instances']:
                        self.check(instance, INSTANCE, capture.name)
                        self.assertEqual(instance['key'] == 'known', instance['key_fingerprint'] is not None)
                for row in ndjson('verify', *args):
                    self.check(row, {'file': STRING, 'frame': NUMBER, **SIGNATURE}, capture.name)
                    self.assertEqual(row['verdict'] == 'valid', row['reason'] is None)
                    for reference in row['references']:
                        self.check(reference, REFERENCE, capture.name)
                for row in ndjson('findings', *args):
                    self.check(row, FINDING, capture.name)
                    self.assertEqual((row['evidence'][0]['file'], row['evidence'][0]['frame']),
                                     (row['file'], row['frame']))
                    for entry in row['evidence']:
                        self.check(entry, EVIDENCE, capture.name)

    def test_forms_say_the_same(self):
        for command in ('contexts', 'verify', 'findings', 'events', 'timeline'):
            rows = ndjson(command, SESSION)
            self.assertEqual(json.loads(run(command, '--format', 'json', SESSION).stdout), rows)
            text = run(command, '--format', 'csv', SESSION).stdout.decode()
            table = list(csv.DictReader(io.StringIO(text, newline=''), strict=True))
            self.assertEqual(len(table), len(rows))
            for cells, row in zip(table, rows):
                self.assertLessEqual(set(row), set(cells))
                for name, value in row.items():
                    self.assertEqual(cells[name], '' if value is None else value if isinstance(value, str)
                                     else json.dumps(value, separators=(',', ':')))

    def test_csv_has_its_header_without_rows(self):
        for command in ('contexts', 'verify', 'findings', 'timeline'):
            some_rows = run(command, '--format', 'csv', SESSION).stdout.splitlines()
            none = run(command, '--format', 'csv', '-Y', 'frame.number < 1', SESSION).stdout.splitlines()
            self.assertEqual(none, some_rows[:1])

    def test_context_across_files(self):
        """Established in the first file, used and cancelled in the second."""
        with tempfile.TemporaryDirectory() as directory:
            first, second = (os.path.join(directory, name) for name in ('first.pcap', 'second.pcap'))
            subprocess.run(['editcap', '-r', SESSION, first, '1-10'], check=True, capture_output=True)
            subprocess.run(['editcap', SESSION, second, '1-10'], check=True, capture_output=True)
            (row,) = ndjson('contexts', first, second)
            self.assertEqual((row['state'], row['messages'], row['established_file'], row['ended_file']),
                             ('cancelled', 6, first, second))
            (instance,) = row['instances']
            self.assertEqual((instance['key'], instance['issued_file'], instance['first_use_file']),
                             ('known', first, second))
            uses = [r for r in ndjson('verify', first, second) if r['key_kind'] == 'sct']
            self.assertEqual([(r['file'], r['verdict']) for r in uses], [(second, 'valid')] * 2)
            self.assertIn('second.pcap:', run('verify', first, second).stdout.decode())

    def test_frames_of_another_file_say_which(self):
        """The request for the context is the last frame of the first file, all that follows stands in the second."""
        with tempfile.TemporaryDirectory() as directory:
            first, second = (os.path.join(directory, name) for name in ('first.pcap', 'second.pcap'))
            subprocess.run(['editcap', '-r', SESSION, first, '1-6'], check=True, capture_output=True)
            subprocess.run(['editcap', SESSION, second, '1-6'], check=True, capture_output=True)
            exchanges = [e for e in ndjson('events', first, second) if e['type'] == 'exchange']
            self.assertEqual([(e['request_file'], e['request_frame'], e['response_file'], e['response_frame'])
                              for e in exchanges], [(first, 6, second, 3), (second, 6, second, 8),
                                                    (second, 11, second, 13)])
            shown = run('verify', '--explain', '6', first, second).stdout.decode()
            self.assertIn('key from frame second.pcap:3', shown)
            self.assertIn('established in frame second.pcap:3', shown)
            self.assertIn("the requestor's entropy (frame 6 of first.pcap, 32 octets", shown)
            self.assertIn("the issuer's entropy (frame 3, 32 octets", shown)
            # The same call after the context was cancelled, in a third file.
            third = os.path.join(directory, 'third.pcap')
            subprocess.run(['editcap', '-r', '-t', '60', SESSION, third, '11-14'], check=True, capture_output=True)
            rows = [r for r in ndjson('findings', first, second, third) if r['id'] == 'use-after-cancel']
            self.assertEqual([(r['file'], r['text']) for r in rows], [(third, 'it was cancelled in frame 13 of second.pcap')])
            self.assertEqual([(e['role'], e['file'], e['frame']) for e in rows[0]['evidence']],
                             [('use', third, 2), ('cancel', second, 13)])
            table = ' '.join(run('findings', first, second, third).stdout.decode().split())
            self.assertIn('use-after-cancel: it was cancelled in frame 13 of second.pcap', table)

    def test_fault_in_full(self):
        """Layer, codes and text in every output."""
        args = [os.path.join(CAPTURES, 'corewcf-badcontext.pcapng'), '--tls-keylog',
                os.path.join(CAPTURES, 'corewcf-badcontext.keylog')]
        (context,) = ndjson('contexts', *args)
        fault = context['fault']
        self.assertEqual((fault['layer'], fault['secured'], [c['name'] for c in fault['codes']], fault['effect']),
                         ('wsc', False, ['Sender', 'BadContextToken'], 'refused'))
        # As tshark's own XML dissector reads it.
        shown = subprocess.run(['tshark', '-r', args[0], '-o', 'tls.keylog_file:' + args[2], '-Y', 'frame.number == 31',
                                '-T', 'fields', '-e', 'xml.cdata', '-E', 'aggregator=\x1f'], capture_output=True, text=True,
                               check=True, timeout=120).stdout
        self.assertIn(fault['reason'], shown.strip().split('\x1f'))
        (event,) = [e for e in ndjson('timeline', *args) if e['kind'] == 'fault']
        self.assertEqual(event['fault'], fault)
        for command in (['contexts'], ['timeline'], ['findings'], []):
            text = ' '.join(run(*command, *args).stdout.decode().split())
            self.assertIn(fault['reason'], text, command)
            self.assertIn('Sender > BadContextToken', text)
        (row,) = ndjson('findings', *args)
        self.assertIn(fault['reason'], row['text'])

    def test_exchanges_have_their_frames_as_evidence(self):
        found = [[(e['role'], e['frame']) for e in event['evidence']] for event in ndjson('events', SESSION)
                 if event['type'] == 'exchange']
        self.assertEqual(found, [[('request', 6), ('issue', 9)], [('use', 12), ('response', 14)],
                                 [('cancel', 17), ('response', 19)]])


class Tables(unittest.TestCase):
    def width(self, line):
        return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in 'WF' else 1
                   for c in line)

    def test_fit(self):
        for capture in SAMPLE:
            with KeyFile(capture) as args:
                for command in TABLES:
                    for line in run(*command, *args).stdout.decode().splitlines():
                        # Only a word that is longer than a line may stand out.
                        if self.width(line) > 100:
                            self.assertGreater(len(line.split()[-1]), 50, (capture.name, command, line))

    def test_faultless_timeline(self):
        events = ndjson('timeline', SESSION)
        self.assertEqual([e['kind'] for e in events if e['from'] is None and e['kind'] == 'fault'], [])
        frames = sorted({e['frame'] for e in events})
        self.assertEqual(frames, [6, 9, 12, 14, 17, 19])
        self.assertEqual([e['to'] for e in events if e['to']], ['issued', 'active', 'cancelled'])

    def test_control_characters_of_a_capture_do_not_reach_the_terminal(self):
        """U+009B begins a command for terminals, U+202E turns text round."""
        with open(os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-session',
                               '3-request.unindented.xml'), encoding='utf-8') as file:
            text = file.read()
        evil = text.replace('EchoString<', 'Echo\u009b31m\u202e\nString<', 1)
        self.assertNotEqual(evil, text)
        body = evil.encode()
        with tempfile.TemporaryDirectory() as directory:
            dump = os.path.join(directory, 'dump.txt')
            payload = (b'POST /x HTTP/1.1\r\nContent-Type: application/soap+xml; charset=utf-8\r\n'
                       b'Content-Length: %d\r\n\r\n' % len(body)) + body
            with open(dump, 'w', encoding='ascii') as file:
                for at in range(0, len(payload), 16):
                    file.write('%06x %s\n' % (at, payload[at:at + 16].hex(' ')))
            capture = os.path.join(directory, 'evil.pcap')
            subprocess.run(['text2pcap', '-q', '-T', '4000,80', dump, capture], check=True, capture_output=True)
            for command in TABLES:
                shown = run(*command, capture).stdout.decode()
                self.assertNotRegex(shown, '[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]')
            self.assertIn('calls', run('timeline', capture).stdout.decode())


class Secrecy(unittest.TestCase):
    def forms(self, secret):
        return [secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(secret), secret]

    def test_nothing_but_the_three_tells_keys(self):
        told = 0
        for capture in SAMPLE[::2]:
            secrets = [bytes.fromhex(entry.get('key_hex') or entry.get('secret_hex'))
                       for entry in capture.truth.get('contexts', [])]
            password = capture.truth.get('password')
            with KeyFile(capture) as args:
                frames = {row['frame'] for row in ndjson('verify', *args)}
                commands = [[*command, *args] for command in TABLES]
                commands += [[command, '--format', 'json', *args] for command in ('contexts', 'verify')]
                commands += [['events', *args]] + [['verify', '--explain', str(f), *args]
                                                   for f in sorted(frames)[:3]]
                for command in commands:
                    done = run(*command)
                    for secret in secrets:
                        for form in self.forms(secret):
                            self.assertNotIn(form, done.stdout + done.stderr, (capture.name, command))
                    if password and len(password) > 6:
                        self.assertNotIn(password.encode(), done.stdout + done.stderr, (capture.name, command))
                asked = run('events', '--emit-keys', *args).stdout + run('keys', *args).stdout
            told += sum(secret.hex().encode() in asked for secret in secrets)
        self.assertGreater(told, 2)

    def test_explanation(self):
        """Every step and no secret: the digest and value stand in the message itself."""
        with open(os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-session',
                               '3-request.unindented.xml'), encoding='utf-8') as file:
            message = file.read()
        text = run('verify', '--explain', '12', SESSION).stdout.decode()
        for name in ('DigestValue', 'SignatureValue'):
            value = re.search('<%s>([^<]*)<' % name, message).group(1)
            self.assertIn('computed ' + value, text.replace('HMAC-SHA1 computed', 'computed'))
            self.assertIn('expected ' + value, text)
        self.assertIn('P_SHA1', text)
        self.assertIn('frame 6, 32 octets', text)
        self.assertIn('frame 9, 32 octets', text)
        self.assertIn('<SignedInfo', text)

    def test_keys_bring_the_same_verdicts_without_the_start(self):
        with tempfile.TemporaryDirectory() as directory:
            keys, late = (os.path.join(directory, name) for name in ('all.keys', 'late.pcapng'))
            with open(keys, 'wb') as file:
                file.write(run('keys', '--tls-keylog', RENEW_KEYLOG, RENEW).stdout)
            # TLS needs the handshake, so it is what the messages of issue carry that is left away.
            whole = {r['signature_value']: r['verdict'] for r in ndjson('verify', '--tls-keylog', RENEW_KEYLOG, RENEW)}
            args = ['--tls-keylog', RENEW_KEYLOG, '-Y', 'frame.number > 60', RENEW]
            without = ndjson('verify', *args)
            given = ndjson('verify', '-k', keys, *args)
            self.assertTrue(given)
            self.assertEqual({r['verdict'] for r in without if r['instance'] is not None and r['frame'] < 65} -
                             {'no-key'}, set())
            self.assertEqual({r['signature_value']: r['verdict'] for r in given},
                             {v: whole[v] for v in (r['signature_value'] for r in given)})
            subprocess.run(['editcap', SESSION, late, '1-10'], check=True, capture_output=True)
            with open(keys, 'wb') as file:
                file.write(run('keys', SESSION).stdout)
            self.assertEqual({r['verdict'] for r in ndjson('verify', late)}, {'no-key'})
            self.assertEqual({r['verdict'] for r in ndjson('verify', '-k', keys, late)}, {'valid'})


class Surroundings(unittest.TestCase):
    def test_nothing_is_read_of_a_profile_and_nothing_left_behind(self):
        with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as cwd:
            plugins = os.path.join(home, '.local', 'lib', 'wireshark', 'plugins', '4.0', 'epan')
            config = os.path.join(home, '.config', 'wireshark')
            tmp = os.path.join(home, 'tmp')
            for path in (plugins, config, tmp):
                os.makedirs(path)
            with open(os.path.join(plugins, 'wssc.so'), 'w', encoding='ascii') as file:
                file.write('of another version')
            with open(os.path.join(config, 'preferences'), 'w', encoding='ascii') as file:
                file.write('http.tcp.port: 1\ntcp.desegment_tcp_streams: FALSE\n')
            os.chmod(cwd, 0o555)
            before = sorted(os.walk(home))
            environment = {'HOME': home, 'TMPDIR': tmp, 'PATH': '/usr/bin:/bin',
                           'XDG_CONFIG_HOME': os.path.join(home, '.config')}
            for name in ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS'):
                if name in os.environ:
                    environment[name] = os.environ[name]
            with open(SESSION, 'rb') as file:
                for done in (run('contexts', '--format', 'ndjson', SESSION, env=environment, cwd=cwd),
                             run('contexts', '--format', 'ndjson', '-', data=file.read(), env=environment, cwd=cwd)):
                    self.assertEqual((done.returncode, done.stderr), (0, b''))
                    self.assertEqual(json.loads(done.stdout)['state'], 'cancelled')
            self.assertEqual(sorted(os.walk(home)), before)

    def test_runs_side_by_side(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            outputs = set(pool.map(lambda _: run('verify', '--format', 'json', SESSION).stdout, range(8)))
        self.assertEqual(len(outputs), 1)

    def test_bad_files_among_good_ones(self):
        with tempfile.TemporaryDirectory() as directory:
            bad = {}
            for name, content in (('empty.pcap', b''), ('garbage.pcap', os.urandom(3) + b'garbage' * 99)):
                bad[name] = os.path.join(directory, name)
                with open(bad[name], 'wb') as file:
                    file.write(content)
            bad['missing'] = os.path.join(directory, 'missing.pcap')
            done = run('contexts', '--format', 'json', *bad.values(), SESSION)
            self.assertEqual(done.returncode, 3)
            self.assertEqual(len(json.loads(done.stdout)), 1)
            for path in bad.values():
                self.assertRegex(done.stderr.decode(), re.escape(path) + ': .+')

    def test_compressed_standard_input(self):
        packed = subprocess.run(['gzip', '-c', SESSION], capture_output=True, check=True).stdout
        (row,) = json.loads(run('contexts', '--format', 'json', '-', data=packed).stdout)
        self.assertEqual(row['state'], 'cancelled')

    def test_secrets_inside_the_capture(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'with-secrets.pcapng')
            subprocess.run(['editcap', '--inject-secrets', 'tls,' + RENEW_KEYLOG, RENEW, path], check=True,
                           capture_output=True)
            done = run('contexts', '--format', 'ndjson', path)
            self.assertEqual((json.loads(done.stdout)['renewals'], done.stderr), (3, b''))

    def test_closed_tls_names_the_sessions(self):
        for name, sessions, text in (('corewcf-renew', 1, '(localhost)'), ('corewcf-nettcp', 2, '127.0.0.1:28443')):
            done = run('contexts', os.path.join(CAPTURES, name + '.pcapng'))
            self.assertIn('%d of %d TLS session' % (sessions, sessions), done.stderr.decode())
            self.assertIn(text, done.stderr.decode())
            (event,) = [e for e in ndjson('events', os.path.join(CAPTURES, name + '.pcapng'))
                        if e['type'] == 'capture']
            self.assertEqual(len(event['closed_tls']), sessions)

    def test_preferences_and_decode_as(self):
        moved = ['-o', 'http.tcp.port:1']
        self.assertEqual(ndjson('contexts', *moved, '-o', 'tcp.try_heuristic_first:FALSE',
                                '-d', 'tcp.port==8080,data', SESSION), [])
        (row,) = ndjson('contexts', *moved, '-d', 'tcp.port==8080,http', SESSION)
        self.assertEqual(row['state'], 'cancelled')

    def test_clock_of_the_capture_says_anything(self):
        """Seconds that no date has (pcapng counts in 64 bits) do not stand in the way of the messages."""
        with tempfile.TemporaryDirectory() as folder:
            odd = os.path.join(folder, 'odd.pcapng')
            with open(odd, 'wb') as file:
                file.write(beyond_all_dates(SESSION))
            done = run('contexts', '--format', 'ndjson', odd)
            self.assertEqual((done.returncode, done.stderr), (0, b''))
            (row,) = map(json.loads, done.stdout.splitlines())
            (instance,) = row['instances']
            self.assertEqual((row['messages'], instance['issued_frame'], row['signatures']['valid']), (6, 9, 2))
            self.assertEqual({e['time'] for e in ndjson('events', odd) if e['type'] == 'message'},
                             {'9999-12-31T23:59:59.000000Z'})

    def test_progress_only_on_a_terminal(self):
        """A bar appears after a while: a long input."""
        with tempfile.TemporaryDirectory() as folder:
            long = os.path.join(folder, 'long.pcap')
            subprocess.run([sys.executable, os.path.join(SOURCE, 'tests', 'bench', 'make_capture.py'), long, '32', SESSION],
                           check=True, stdout=subprocess.DEVNULL)
            self.assertRegex(on_terminal('contexts', long), rb'\rlong\.pcap \[#* *\] +\d+ % \d+ frames')
            self.assertEqual(on_terminal('contexts', '--no-progress', long), b'')
            self.assertEqual(run('contexts', long).stderr, b'')

    def test_full_disk_is_told(self):
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([WSSC, 'events', SESSION], stdout=full, stderr=subprocess.PIPE, timeout=60,
                                  check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'standard output', done.stderr)


def beyond_all_dates(pcap):
    """The frames of a pcap file as pcapng, which counts whole seconds from 2^62 on."""
    with open(pcap, 'rb') as file:
        data = file.read()
    (link,) = struct.unpack_from('<I', data, 20)
    blocks = [(0x0A0D0D0A, struct.pack('<IHHq', 0x1A2B3C4D, 1, 0, -1)),
              (1, struct.pack('<HHI', link, 0, 65535) + struct.pack('<HHB3xHH', 9, 1, 0, 0, 0))]
    at = 24
    while at < len(data):
        _, _, size, length = struct.unpack_from('<IIII', data, at)
        frame = data[at + 16:at + 16 + size]
        seconds = (1 << 62) + len(blocks)
        blocks.append((6, struct.pack('<IIIII', 0, seconds >> 32, seconds & 0xFFFFFFFF, size, length) + frame +
                       b'\0' * (-size % 4)))
        at += 16 + size
    return b''.join(struct.pack('<II', kind, len(body) + 12) + body + struct.pack('<I', len(body) + 12)
                    for kind, body in blocks)


def on_terminal(*args):
    """What the command writes to standard error when that is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([WSSC, *args], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs) as child:
        os.close(theirs)
        written = b''
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the child's end is closed
                break
            if not piece:
                break
            written += piece
        os.close(ours)
        child.wait(timeout=120)
    return written


class Usage(unittest.TestCase):
    def test_the_wrong_value_is_quoted(self):
        for args, value in ((['--nonsense', SESSION], '"--nonsense"'), (['contexst'], '"contexst"'),
                            (['merge', 'x'], '"merge"'), (['reprot', 'x'], '"reprot"'),
                            (['verify', '--explain', '0', SESSION], '"0"'),
                            (['keys', '--format', 'json', SESSION], '"json"'),
                            (['findings', '--fail-on', 'bad', SESSION], '"bad"'),
                            (['contexts', '-d', 'tcp.port=80', SESSION], '"tcp.port=80"'),
                            (['contexts', '-o', 'no.such:1', SESSION], '"no.such:1"'),
                            (['contexts', '-Y', 'no such', SESSION], '"no such"'),
                            (['contexts', '--color', 'mauve', SESSION], '"mauve"'),
                            (['verify', '--ca-file', '/not/there', SESSION], '"/not/there"'),
                            (['derive', 'x'], '"x"'), (['derive', '--length', '0', '--secret', '00'], '"0"')):
            done = run(*args)
            self.assertEqual(done.returncode, 2, args)
            self.assertIn(value, done.stderr.decode(), args)

    def test_help_names_only_what_works(self):
        for command in re.findall(r'^  wssc (\w+)', run('--help').stdout.decode(), re.M):
            self.assertEqual(run(command, '--help').returncode, 0)

    def test_derive(self):
        # apache/ws-wss4j UTDerivedKeyTest: password "security", salt and 1000 rounds; EncryptedKeySHA1: SHA-1 itself.
        done = run('derive', '--encrypted-key', base64.b64encode(b'abc').decode())
        self.assertIn(base64.b64encode(bytes.fromhex('a9993e364706816aba3e25717850c26c9cd0d89d')), done.stdout)


unittest.main(argv=sys.argv[:1])
