#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: statuses, formats, member names, input forms, diagnostics, secrecy.

usage: cli_test.py WSSC SOURCE_DIR
"""
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SESSION = os.path.join(SOURCE, 'captures', 'corewcf-session.pcap')
RENEW = os.path.join(SOURCE, 'captures', 'corewcf-renew.pcapng')
RENEW_KEYLOG = os.path.join(SOURCE, 'captures', 'corewcf-renew.keylog')
MESSAGES = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-session')
# The key of corewcf-session: P_SHA1 of the entropies, as computed by its publisher's stack.
SESSION_KEY = '1ff37f409a40233bd7eb9d9d4e6a5229fc798ef72175595635a48f88f90db8ff'

CONTEXT_MEMBERS = {'identifier', 'version', 'state', 'requestor', 'issuer', 'entropy_mode', 'key_size', 'key_size_assumed',
                   'bootstrap', 'transport', 'instances', 'renewals', 'messages', 'signatures',
                   'established_frame', 'ended_frame', 'findings'}
INSTANCE_MEMBERS = {'instance', 'issued_frame', 'created', 'expires', 'first_use_frame', 'last_use_frame',
                    'key', 'key_source', 'key_fingerprint'}
VERIFY_MEMBERS = {'file', 'frame', 'message_id', 'signature', 'algorithm', 'key_kind', 'context', 'instance',
                  'verdict', 'reason', 'deviation', 'hypothesis', 'references', 'decrypted'}
FINDING_MEMBERS = {'id', 'severity', 'file', 'frame', 'context', 'text'}
MESSAGE_MEMBERS = {'message_id', 'relates_to', 'action', 'soap', 'encoding', 'transport', 'src', 'dst',
                   'context', 'instance'}


def run(*args, data=None):
    return subprocess.run([WSSC, *args], capture_output=True, input=data, timeout=120, check=False)


def rows(*args):
    done = run(*args, '--format', 'json')
    return json.loads(done.stdout)


class Statuses(unittest.TestCase):
    def test_done(self):
        self.assertEqual(run('contexts', SESSION).returncode, 0)
        self.assertEqual(run('--help').returncode, 0)
        self.assertEqual(run('--version').returncode, 0)

    def test_usage(self):
        for args in ([], ['contexts'], ['contexts', '--nonsense', SESSION],
                     ['contexts', '--format', 'yaml', SESSION], ['findings', '--fail-on', 'bad', SESSION],
                     ['contexts', '-o', 'no.such:1', SESSION], ['contexts', '-d', 'tcp.port=80', SESSION],
                     ['contexts', '-Y', 'no such filter', SESSION],
                     ['contexts', '-k', '/not/there', SESSION],
                     ['contexts', '--tls-keylog', '/not/there', SESSION],
                     ['timeline', '--context', 'urn:none', SESSION], ['derive']):
            done = run(*args)
            self.assertEqual(done.returncode, 2, args)

    def test_usage_names_the_value(self):
        done = run('contexts', '--format', 'yaml', SESSION)
        self.assertIn(b'"yaml"', done.stderr)

    def test_unreadable(self):
        done = run('contexts', '/not/there.pcap')
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'/not/there.pcap', done.stderr)

    def test_check_failed(self):
        self.assertEqual(run('findings', '--fail-on', 'note', SESSION).returncode, 1)
        self.assertEqual(run('findings', '--fail-on', 'error', '--tls-keylog', RENEW_KEYLOG, RENEW).returncode, 0)


class Formats(unittest.TestCase):
    def test_contexts_json(self):
        (row,) = rows('contexts', SESSION)
        self.assertLessEqual(CONTEXT_MEMBERS, set(row))
        self.assertLessEqual(INSTANCE_MEMBERS, set(row['instances'][0]))
        self.assertEqual((row['state'], row['version'], row['entropy_mode'], row['key_size'], row['messages']),
                         ('cancelled', '2005/02', 'combined', 256, 6))
        self.assertEqual(set(row['signatures']), {'valid', 'invalid', 'no-key', 'unsupported'})

    def test_contexts_ndjson_is_json_in_lines(self):
        lines = run('contexts', '--format', 'ndjson', SESSION).stdout.splitlines()
        self.assertEqual([json.loads(line) for line in lines], rows('contexts', SESSION))

    def test_contexts_csv(self):
        text = run('contexts', '--format', 'csv', SESSION).stdout.decode()
        (row,) = csv.DictReader(io.StringIO(text, newline=''))
        self.assertEqual(row['state'], 'cancelled')
        self.assertEqual(json.loads(row['bootstrap']), ['x509'])

    def test_table_fits(self):
        for line in run('contexts', SESSION).stdout.decode().splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_verify_members(self):
        found = rows('verify', SESSION)
        self.assertTrue(found)
        for row in found:
            self.assertLessEqual(VERIFY_MEMBERS, set(row))
            for reference in row['references']:
                self.assertLessEqual({'uri', 'element', 'digest'}, set(reference))

    def test_bounds(self):
        """Timestamps of corewcf-session are ahead of the capture by 0, 74 and 155 seconds."""
        def skewed(*args):
            return [row['frame'] for row in rows('findings', *args, SESSION) if row['id'] == 'clock-skew']
        self.assertEqual(skewed(), [])
        self.assertEqual(skewed('--bound', 'skew=100'), [17])
        self.assertEqual(skewed('--bound', 'skew=50'), [12, 17])
        self.assertEqual(skewed('-o', 'wssc.bound_skew:100'), [17])
        self.assertEqual(skewed('-o', 'wssc.bound_skew:100', '--bound', 'skew=50'), [12, 17])
        for bad in ('skew', 'skw=1', 'skew=', 'skew=-1', 'skew=1.5', 'skew=99999999999'):
            done = run('findings', '--bound', bad, SESSION)
            self.assertEqual(done.returncode, 2, bad)
            self.assertIn('"%s"' % bad, done.stderr.decode())
        listed = run('findings', '--list-bounds').stdout.decode()
        self.assertRegex(listed, '(?m)^skew +300 s ')

    def test_limits(self):
        """What is set counts, by option or preference; what is fixed, unknown or out of range is refused."""
        def spent(*args):
            return ('work-limit' in {row['id'] for row in rows('findings', *args, SESSION)},
                    {row['verdict'] for row in rows('verify', *args, SESSION)})
        usual = spent()
        self.assertIn('valid', usual[1])
        self.assertNotIn('unsupported', usual[1])
        self.assertFalse(usual[0])
        least = ('--limit', 'work-octets=1', '--limit', 'work-times=1')
        self.assertEqual(spent(*least)[0], True)
        self.assertIn('unsupported', spent(*least)[1])
        self.assertNotIn('invalid', spent(*least)[1])
        by_preference = ('-o', 'wssc.limit_work_octets:1', '-o', 'wssc.limit_work_times:1')
        self.assertEqual(spent(*by_preference), spent(*least))
        self.assertEqual(spent(*by_preference, '--limit', 'work-octets=10485760'), usual)
        for bad in ('work-octets', 'work=1', 'work-octets=0', 'work-octets=-1', 'work-octets=1.5', 'work-times=65',
                    'xml-depth=100'):
            done = run('findings', '--limit', bad, SESSION)
            self.assertEqual(done.returncode, 2, bad)
            self.assertIn('"%s"' % bad, done.stderr.decode())
        listed = run('--list-limits').stdout.decode()
        self.assertRegex(listed, '(?m)^work-times +4 times +1 to 64 ')
        self.assertRegex(listed, '(?m)^xml-depth +200 elements +fixed ')

    def test_findings_members(self):
        for row in rows('findings', SESSION):
            self.assertLessEqual(FINDING_MEMBERS, set(row))

    def test_events(self):
        events = [json.loads(line) for line in run('events', SESSION).stdout.splitlines()]
        for event in events:
            self.assertLessEqual({'v', 'type', 'file', 'frame', 'time'}, set(event))
            self.assertEqual(event['v'], 2)
        types = {event['type'] for event in events}
        self.assertLessEqual({'capture', 'message', 'exchange', 'key', 'signature', 'transition', 'finding'}, types)
        for event in events:
            if event['type'] == 'message':
                self.assertLessEqual(MESSAGE_MEMBERS, set(event))

    def test_timeline_of_one_context(self):
        identifier = rows('contexts', SESSION)[0]['identifier']
        events = rows('timeline', '--context', identifier, SESSION)
        self.assertEqual({event['context'] for event in events}, {identifier})
        self.assertEqual(len({event['frame'] for event in events if event['frame']}), 6)

    def test_colour_only_when_asked(self):
        self.assertNotIn(b'\x1b[', run('contexts', SESSION).stdout)
        self.assertIn(b'\x1b[', run('contexts', '--color', 'always', SESSION).stdout)


class Input(unittest.TestCase):
    def test_standard_input(self):
        with open(SESSION, 'rb') as file:
            done = run('contexts', '--format', 'json', '-', data=file.read())
        (row,) = json.loads(done.stdout)
        self.assertEqual(row['state'], 'cancelled')

    def test_pipe_as_a_file(self):
        """What can be read but once is looked at more than once all the same."""
        pipe, other_end = os.pipe()
        with open(SESSION, 'rb') as file:
            os.write(other_end, file.read())  # which a pipe holds
        os.close(other_end)
        done = subprocess.run([WSSC, 'contexts', '--format', 'json', '/dev/fd/%d' % pipe], capture_output=True, timeout=120,
                              pass_fds=[pipe], check=False)
        os.close(pipe)
        self.assertEqual(done.returncode, 0)
        (row,) = json.loads(done.stdout)
        self.assertEqual((row['state'], row['signatures']['valid']), ('cancelled', 2))

    def test_empty_file_in_front(self):
        with tempfile.NamedTemporaryFile(suffix='.pcap') as empty:
            done = run('contexts', '--format', 'json', empty.name, SESSION)
        self.assertEqual(done.returncode, 3)
        self.assertEqual([row['state'] for row in json.loads(done.stdout)], ['cancelled'])

    def test_name_of_other_octets(self):
        """What is written is UTF-8, whatever a file is called."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(os.fsencode(folder), b'a\xff.pcap')
            shutil.copy(SESSION, path)
            for command in (['events'], ['verify', '--format', 'json'], ['verify', '--format', 'csv'], ['timeline']):
                done = subprocess.run([WSSC, *command, path], capture_output=True, timeout=120, check=True)
                shown = done.stdout.decode()
                if command != ['timeline']:
                    self.assertIn('a\ufffd.pcap', shown)

    def test_several_files_are_one_analysis(self):
        found = rows('contexts', '--tls-keylog', RENEW_KEYLOG, SESSION, RENEW)
        self.assertEqual([row['renewals'] for row in found], [0, 3])
        files = {row['file'] for row in rows('verify', '--tls-keylog', RENEW_KEYLOG, SESSION, RENEW)}
        self.assertEqual(files, {SESSION, RENEW})

    def test_a_bad_file_among_good_ones(self):
        done = run('contexts', '--format', 'json', '/not/there', SESSION)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(len(json.loads(done.stdout)), 1)

    def test_tls_that_stays_closed_is_told(self):
        done = run('contexts', RENEW)
        self.assertIn(b'could not be opened', done.stderr)
        self.assertNotIn(b'could not be opened', run('contexts', '--tls-keylog', RENEW_KEYLOG, RENEW).stderr)

    def test_filter(self):
        self.assertEqual(rows('contexts', '-Y', 'frame.number < 1', SESSION), [])
        (row,) = rows('contexts', '-Y', 'wssc.action contains "Cancel"', SESSION)
        self.assertEqual((row['state'], row['messages']), ('cancelled', 2))


class Keys(unittest.TestCase):
    def test_key_file_diagnostics_have_line_numbers(self):
        with tempfile.NamedTemporaryFile('w', suffix='.keys') as file:
            file.write('# comment\nNONSENSE x y\nSCT urn:x zz!\nSCT urn:y 00112233445566778899aabbccddeeff\n')
            file.flush()
            done = run('contexts', '-k', file.name, SESSION)
        self.assertEqual(done.returncode, 0)
        self.assertIn((file.name + ':2:').encode(), done.stderr)
        self.assertIn((file.name + ':3:').encode(), done.stderr)
        self.assertNotIn((file.name + ':4:').encode(), done.stderr)

    def test_keys_gives_what_the_capture_reveals(self):
        text = run('keys', SESSION).stdout.decode()
        self.assertIn('SCT urn:uuid:40859149-0ab7-4ee2-a7cc-22bc21adfe08 ', text)
        self.assertIn(SESSION_KEY, text.lower())

    def test_secrets_stay_inside(self):
        secret = bytes.fromhex(SESSION_KEY)
        forms = [SESSION_KEY.encode(), __import__('base64').b64encode(secret)]
        for args in (['contexts', '--format', 'json'], ['timeline'], ['verify', '--format', 'json'],
                     ['findings'], ['events'], []):
            done = run(*args, SESSION)
            for form in forms:
                self.assertNotIn(form, done.stdout + done.stderr, args)
        self.assertIn(forms[0], run('events', '--emit-keys', SESSION).stdout)

    def test_written_keys_can_be_read_back(self):
        with tempfile.NamedTemporaryFile(suffix='.keys') as file:
            file.write(run('keys', SESSION).stdout)
            file.flush()
            done = run('verify', '-k', file.name, '-Y', 'frame.number == 12', '--format', 'json', SESSION)
        self.assertEqual([row['verdict'] for row in json.loads(done.stdout)], ['valid'])


class Decode(unittest.TestCase):
    def test_message(self):
        done = run('decode', os.path.join(MESSAGES, '2-rstr-sct.unindented.xml'))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b'Context issued', done.stdout)
        self.assertIn(b'urn:uuid:40859149-0ab7-4ee2-a7cc-22bc21adfe08', done.stdout)

    def test_standard_input_and_damage(self):
        done = run('decode', '-', data=b'<a><b></a>')
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'octet', done.stderr)


class Derive(unittest.TestCase):
    """Published vectors: leandrob/node-psha1, and apache/ws-wss4j UTDerivedKeyTest."""

    def test_combined_entropy(self):
        done = run('derive', '--client-entropy', '192e689557af60c238bd6d437ffec55291dc249a294ecce9eaca1d94ae3facff',
                   '--server-entropy', '2e617d3237fd95831af589316438da4457ba88c01f45e2a3ce12c70f1dfbea30')
        self.assertIn(b'64c38fd4d15ae5529343c2366b01970e3cca3feebce9eba389a9e00207f937e4', done.stdout)

    def test_bad_octets(self):
        done = run('derive', '--secret', '!!')
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'--secret', done.stderr)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
