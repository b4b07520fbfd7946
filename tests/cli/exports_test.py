#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Files that are no captures: messages found in an export of a real capture have the verdicts and contexts that the
capture has. The exports are made with Python's own libraries (tests/support/exports.py) from what tshark sees.

usage: exports_test.py WSSC SOURCE_DIR
"""
import functools
import gzip
import io
import json
import os
import sys
import tempfile
import unittest
import zipfile

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
import served  # pylint: disable=wrong-import-position
import exports  # noqa: E402

REAL = os.path.join(SOURCE, 'tests', 'data', 'captures-real')
CASES = os.path.join(SOURCE, 'tests', 'data', 'cases')
# Text over HTTP: contexts made, renewed, refused; signed and encrypted bodies; keys of the bootstrap from a file.
TEXT = ('corewcf/sc-13-renew', 'corewcf/sc-feb05-badcontext', 'cxf/sym05-renew', 'metro/sym13-renew')
BINARY = ('corewcf/sc-13-binary',)


def run(*args, data=None):
    return served.run([WSSC, *args], input=data, capture_output=True, timeout=120, check=False)


class Capture:
    def __init__(self, name):
        base = os.path.join(REAL, name)
        self.path = base + '.pcapng'
        self.tls = ['--tls-keylog', base + '.keylog'] if os.path.exists(base + '.keylog') else []
        shark = ['-o', 'tls.keylog_file:%s.keylog' % base] if self.tls else []
        self.found = exports.messages(self.path, *shark)
        self.pairs = exports.exchanges(self.found)
        self.keys = []
        with open(base + '.truth.json', encoding='utf-8') as file:
            truth = json.load(file)
        lines = ['%s %s' % ('PRIVATE_KEY' if f.endswith('.key.pem') else 'CERTIFICATE',
                            os.path.join(os.path.dirname(base), f))
                 for f in sorted(os.listdir(os.path.dirname(base)))
                 if f.startswith(os.path.basename(base) + '.') and f.endswith(('.key.pem', '.cert.pem'))]
        if truth.get('user') and truth.get('password') and ' ' not in truth['user']:
            lines.append('PASSWORD %s %s' % (truth['user'], truth['password']))
        with tempfile.NamedTemporaryFile('w', suffix='.keys', delete=False) as file:
            file.write('\n'.join(lines) + '\n')
        self.keyfile = file.name

    def rows(self, command, path, *options):
        done = run(command, '--format', 'json', '-k', self.keyfile, *options, path)
        return json.loads(done.stdout), done

    @functools.cached_property
    def verdicts(self):
        return verdicts(self.rows('verify', self.path, *self.tls)[0])

    @functools.cached_property
    def contexts(self):
        return contexts(self.rows('contexts', self.path, *self.tls)[0])


@functools.cache
def capture(name):
    return Capture(name)


def verdicts(rows):
    return sorted((r['message_id'] or '', r['signature'], r['verdict'], r['key_kind'], r['algorithm'], r['context'] or '',
                   r['instance'] or '', r['deviation'] or '', str([(x['uri'], x['digest']) for x in r['references']]))
                  for r in rows)


def contexts(rows):
    return [(r['identifier'], r['version'], r['state'], r['entropy_mode'], r['key_size'], r['bootstrap'], r['renewals'],
             r['signatures'], [(i['instance'], i['key'], i['key_source'], i['key_fingerprint']) for i in r['instances']])
            for r in rows]


class Same(unittest.TestCase):
    maxDiff = 4000

    def same(self, name, octets, suffix='.x', context=True):
        of = capture(name)
        with tempfile.NamedTemporaryFile(suffix=suffix) as file:
            file.write(octets)
            file.flush()
            rows, done = of.rows('verify', file.name)
            self.assertTrue(of.verdicts)
            self.assertEqual(verdicts(rows), of.verdicts, done.stderr.decode())
            if context:
                self.assertTrue(of.contexts)
                self.assertEqual(contexts(of.rows('contexts', file.name)[0]), of.contexts)
        return done

    def each(self, names, make, **more):
        for name in names:
            with self.subTest(name):
                done = self.same(name, make(capture(name)), **more)
                self.assertNotIn(b'no SOAP', done.stderr)

    # A name that says nothing, or something wrong: the octets tell.
    def test_har(self):
        self.each(TEXT + BINARY, lambda c: exports.har(c.pairs), suffix='.pcap')

    def test_har_base64(self):
        self.each(TEXT[:1], lambda c: exports.har(c.pairs, force_base64=True))

    def test_saz(self):
        self.each(TEXT + BINARY, lambda c: exports.saz(c.pairs))

    def test_burp(self):
        self.each(TEXT + BINARY, lambda c: exports.burp(c.pairs))

    def test_burp_without_base64(self):
        self.each(TEXT[:2], lambda c: exports.burp(c.pairs, as_base64=False))

    def test_mitmproxy(self):
        self.each(TEXT + BINARY, lambda c: exports.mitmproxy(c.pairs))

    def test_svclog(self):
        self.each(TEXT, lambda c: exports.svclog(c.pairs))

    def test_both_levels_of_a_svclog(self):
        for name in TEXT[:2]:
            done = self.same(name, exports.svclog(capture(name).pairs, levels=('ServiceLevel', 'Transport')))
            self.assertIn(b'message of the service level', done.stderr)

    def test_wwsapi(self):
        self.each(TEXT, lambda c: exports.wwsapi(c.found))

    def test_wwsapi_binary(self):
        self.each(BINARY, lambda c: exports.wwsapi(c.found, binary=True))

    def test_http_stream(self):
        self.each(TEXT + BINARY, lambda c: exports.http_stream(c.found))

    def test_chunked(self):
        self.each(TEXT[:2], lambda c: b''.join(exports.chunked(m) for m in c.found))

    def test_cxf_log(self):
        for name in TEXT:
            with self.subTest(name):
                done = self.same(name, exports.cxf_log(capture(name).pairs))
                self.assertIn(b'UTC+2', done.stderr)

    def test_json_lines(self):
        self.each(TEXT, lambda c: exports.json_lines(c.found))

    def test_json_of_dotnet(self):
        self.each(TEXT, lambda c: exports.system_text_json_lines(c.found))

    def test_csv(self):
        self.each(TEXT, lambda c: exports.csv_rows(c.found))

    def test_html(self):
        self.each(TEXT, lambda c: exports.html_page(c.found))

    def test_forms(self):
        self.each(TEXT, lambda c: exports.form_posts(c.found))

    def test_layers(self):
        """JSON in JSON, HTML in JSON, JSON in HTML."""
        import html
        for name in TEXT[:2]:
            found = [m for m in capture(name).found if m.body]
            twice = ''.join(json.dumps({'log': json.dumps({'time': m.iso, 'text': m.envelope})}) + '\n' for m in found)
            page = ''.join(json.dumps({'time': m.iso, 'text': html.escape(m.envelope)}) + '\n' for m in found)
            inside = html.escape(''.join(json.dumps({'time': m.iso, 'text': m.envelope}) + '\n' for m in found))
            again = html.escape(html.escape('\n'.join(m.iso + m.envelope for m in found)))
            for text in (twice, page, inside, again):
                self.same(name, text.encode(), context=False)

    def test_compressed(self):
        name = TEXT[0]
        log = exports.json_lines(capture(name).found)
        self.same(name, gzip.compress(log))
        self.same(name, gzip.compress(log[:len(log) // 2]) + gzip.compress(log[len(log) // 2:]))
        out = io.BytesIO()
        with zipfile.ZipFile(out, 'w') as archive:
            archive.writestr('readme.txt', 'nothing')
            archive.writestr('logs/messages.svclog', exports.svclog(capture(name).pairs), zipfile.ZIP_DEFLATED)
        done = self.same(name, out.getvalue())
        self.assertIn(b'readme.txt', done.stderr)

    def test_pipe(self):
        of = capture(TEXT[0])
        done = run('verify', '--format', 'json', '-', data=exports.har(of.pairs))
        self.assertEqual(verdicts(json.loads(done.stdout)), of.verdicts)

    def test_capture_and_log_together(self):
        """Each copy of a message is a message; the context is one."""
        of = capture(TEXT[0])
        with tempfile.NamedTemporaryFile() as file:
            file.write(exports.har(of.pairs))
            file.flush()
            done = run('contexts', '--format', 'json', *of.tls, of.path, file.name)
        self.assertEqual([r['identifier'] for r in json.loads(done.stdout)], [c[0] for c in of.contexts])

    def test_times_and_ends(self):
        of = capture(TEXT[0])
        want = run('events', '--format', 'ndjson', *of.tls, of.path).stdout
        want = {e['message_id']: e for e in map(json.loads, want.splitlines()) if e['type'] == 'message'}
        self.assertTrue(want)
        for make in (exports.har, exports.saz, exports.mitmproxy):
            with tempfile.NamedTemporaryFile() as file:
                file.write(make(of.pairs))
                file.flush()
                got = [json.loads(line) for line in run('events', '--format', 'ndjson', file.name).stdout.splitlines()]
            got = {e['message_id']: e for e in got if e['type'] == 'message'}
            self.assertEqual(set(got), set(want))
            for identity, event in got.items():
                other = want[identity]
                self.assertEqual(event['transport'], other['transport'])
                self.assertEqual(event['time'][:22], other['time'][:22])
                if make is not exports.har:  # which has no client's address
                    self.assertEqual((event['src'], event['dst']), (other['src'], other['dst']))


class Cases(unittest.TestCase):
    def test_forms(self):
        folder = os.path.join(CASES, 'log-and-export-forms')
        names = sorted(os.listdir(folder))
        self.assertIn('wcf.svclog', names)
        for name in names:
            path = os.path.join(folder, name)
            for command in ('decode', 'verify'):
                done = run(command, path)
                if name == 'plain-text.txt':
                    self.assertEqual((done.returncode, done.stdout), (3, b''))
                    self.assertIn(b'no SOAP message found (text)', done.stderr)
                    continue
                with self.subTest(name=name, command=command):
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertRegex(done.stdout, rb'valid +rsa-sha256 +x509')
                    self.assertNotIn(b'binary', done.stderr)
                    if name != 'wcf.svclog':
                        self.assertIn(b'passed over', done.stderr)

    def test_bare_xml(self):
        for name in ('signed.xml', 'signed.xml.gz'):
            path = os.path.join(CASES, 'verify-bare-xml', name)
            for args in (['verify', path], [path], ['decode', path], ['verify', '--explain', '1', path],
                         ['verify', '--explain', path], ['decode', '--explain', path], ['verify', path, '--explain']):
                with self.subTest(args):
                    done = run(*args)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertIn(b'valid', done.stdout)
                    self.assertNotIn(b'No signature', done.stdout)
                    if '--explain' in args:
                        self.assertIn(b'<ds:SignedInfo', done.stdout)

    def test_changed(self):
        with open(os.path.join(CASES, 'verify-bare-xml', 'signed.xml'), 'rb') as file:
            text = file.read()
        changed = text.replace(b'</soap:Body>', b'<!----> </soap:Body>')
        self.assertNotEqual(text, changed)
        for command in ('decode', 'verify'):
            for octets in (changed, gzip.compress(changed), b'2024-05-06 10:11:12 INFO ' + changed + b'\n'):
                done = run(command, '-', data=octets)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(b'invalid', done.stdout)


class Untimed(unittest.TestCase):
    """Messages of which nothing tells a time."""

    ENVELOPE = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>%s</s:Header><s:Body><a/></s:Body></s:Envelope>\n')
    CREATED = ('<o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><u:Timestamp '
               'xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">'
               '<u:Created>2025-03-04T05:06:07Z</u:Created></u:Timestamp></o:Security>')

    def times(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'log')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
            os.utime(path, (1700000000, 1700000000))
            events = [json.loads(line) for line in run('events', path).stdout.splitlines()]
        return [e['time'] for e in events if e['type'] == 'message']

    def test_none_at_all(self):
        self.assertEqual(self.times(self.ENVELOPE % ''), ['2023-11-14T22:13:20.000000Z'])

    def test_told_later(self):
        told = '2025-03-04T05:06:07.000000Z'
        self.assertEqual(self.times(self.ENVELOPE % '' + self.ENVELOPE % self.CREATED + self.ENVELOPE % ''), [told] * 3)


class NotFound(unittest.TestCase):
    def test_missing_file(self):
        for command in ('contexts', 'timeline', 'verify', 'findings', 'events', 'decode'):
            done = run(command, '/not/there')
            self.assertEqual((done.returncode, done.stdout), (3, b''))
            self.assertIn(b'/not/there', done.stderr)

    def test_what_it_is(self):
        keystore = b'\xfe\xed\xfe\xed\0\0\0\2\0\0\0\0'
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, 'w') as out:
            out.writestr('a.txt', 'nothing')
        har = json.dumps({'log': {'entries': [{'request': {'url': 'http://x/', 'headers': []}, 'response': {
            'status': 404, 'headers': [], 'content': {'mimeType': 'text/html', 'text': '<html></html>'}}}]}}).encode()
        for octets, words in ((b'{"a": 1}\n', b'text'), (b'just words\n', b'text'), (keystore, b'Java key store'),
                              (b'%PDF-1.4\n\x80', b'PDF'), (archive.getvalue(), b'ZIP'), (b'<a><b/></a>', b'XML'),
                              (b'\x80\x81\x00\x01' * 9, b'binary octets'), (har, b'HTTP archive'),
                              ('nur W\u00f6rter\n'.encode('latin-1'), b'text'), ('words\n'.encode('utf-16'), b'text')):
            for command in ('decode', 'verify', 'contexts'):
                with self.subTest(words=words, command=command):
                    done = run(command, '-', data=octets)
                    self.assertEqual(done.returncode, 3, done.stdout)
                    self.assertIn(b'no SOAP message found', done.stderr)
                    self.assertIn(words, done.stderr)

    def test_capture_for_decode(self):
        done = run('decode', capture(TEXT[0]).path)
        self.assertEqual((done.returncode, done.stdout), (3, b''))
        self.assertIn(b'capture', done.stderr)

    def test_filter(self):
        done = run('verify', '-Y', 'no such filter (', os.path.join(CASES, 'verify-bare-xml', 'signed.xml'))
        self.assertEqual(done.returncode, 2)


class Damage(unittest.TestCase):
    """What can be read is read; what is cut is never invalid."""

    def check(self, octets, least):
        done = run('verify', '--format', 'json', '-', data=octets)
        rows = json.loads(done.stdout) if done.stdout else []
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertGreaterEqual(len(rows), least)
        self.assertNotIn('invalid', {r['verdict'] for r in rows})
        return done

    def test_cut_files(self):
        of = capture(TEXT[0])
        whole = len(of.verdicts)
        for make in (exports.har, exports.svclog, exports.burp, exports.mitmproxy, exports.cxf_log):
            octets = make(of.pairs)
            for part in (0.5, 0.9, 0.99):
                with self.subTest(make=make.__name__, part=part):
                    end = int(len(octets) * part)
                    if make is exports.cxf_log:  # inside a message
                        end = octets.rindex(b':Envelope>', 0, end) - 100
                    self.check(octets[:end], int(whole * part * 0.5))

    def test_cut_archive(self):
        octets = gzip.compress(exports.svclog(capture(TEXT[0]).pairs))
        self.check(octets[:len(octets) * 2 // 3], 1)
        done = run('verify', '-', data=exports.saz(capture(TEXT[0]).pairs)[:-30])
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'cut or damaged', done.stderr)

    def test_cut_message_in_a_log(self):
        """As loggers cut what is long; the next message is whole."""
        of = capture(TEXT[0])
        found = [m for m in of.found if m.body]
        log = ''
        for number, m in enumerate(found):
            text = m.envelope if number != 2 else m.envelope[:700] + '...(truncated)'
            log += '%s INFO %s\n' % (m.iso, text)
        done = run('verify', '--format', 'json', '-', data=log.encode())
        rows = json.loads(done.stdout)
        self.assertEqual(done.returncode, 3)
        self.assertNotIn('invalid', {r['verdict'] for r in rows})
        self.assertGreaterEqual(len(rows), len(of.verdicts) // 2)

    def test_masked(self):
        """What a log took out makes no signature invalid, and none valid."""
        with open(os.path.join(CASES, 'verify-bare-xml', 'signed.xml'), encoding='utf-8') as file:
            text = file.read()
        start, end = text.index('<soap:Body'), text.index('</soap:Body>')
        start = text.index('>', start) + 1
        for mask in ('... stream ...', '<x><!-- Removed--></x>', '<x>XXX</x>', '<x>*****</x>'):
            done = run('verify', '--format', 'json', '-', data=(text[:start] + mask + text[end:]).encode())
            rows = json.loads(done.stdout)
            self.assertEqual([r['verdict'] for r in rows], ['unsupported'], mask)
            self.assertIn('the log', rows[0]['reason'])

    def test_encrypted_archive(self):
        archive = bytearray(exports.saz(capture(TEXT[0]).pairs))
        at = 0
        while (at := archive.find(b'PK\1\2', at)) >= 0:
            archive[at + 8] |= 1
            at += 4
        done = run('verify', '-', data=bytes(archive))
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'encrypted', done.stderr)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
