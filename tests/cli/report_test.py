#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of "wssc report": whole, self-contained, and unmoved by what a capture says.

usage: report_test.py WSSC SOURCE_DIR
"""
import base64
import contextlib
import hashlib
import html.parser
import json
import os
import re
import sys
import tempfile
import unittest

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(SOURCE, 'tests', 'support'))
import served  # pylint: disable=wrong-import-position
import make_pcap  # noqa: E402

CAPTURES = os.path.join(SOURCE, 'captures')
RENEW = ['--tls-keylog', os.path.join(CAPTURES, 'corewcf-renew.keylog'), os.path.join(CAPTURES, 'corewcf-renew.pcapng')]
WHY = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-why')
METRO = ['-k', os.path.join(CAPTURES, 'metro-message-security.keys'),
         os.path.join(CAPTURES, 'metro-message-security.pcapng')]
VOID = {'meta', 'link', 'input', 'br', 'rect', 'circle', 'path'}


class Page(html.parser.HTMLParser):
    """Elements nested as they have to be; text, ids, links, scripts apart."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.problems = [], [], [], []
        self.scripts, self.data, self.text, self.elements = [], {}, [], []
        self.policy = None
        self.feed(text)
        self.close()
        if self.open:
            self.problems.append('not closed: %s' % self.open)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements.append((tag, attrs))
        if 'id' in attrs:
            self.ids.append(attrs['id'])
        if attrs.get('href', '').startswith('#'):
            self.links.append(attrs['href'][1:])
        if attrs.get('http-equiv') == 'Content-Security-Policy':
            self.policy = attrs['content']
        if tag == 'script':
            self.scripts.append([attrs, ''])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.problems.append('</%s> at %s' % (tag, self.getpos()))

    def handle_data(self, data):
        if self.open and self.open[-1] == 'script':
            self.scripts[-1][1] += data
        elif not self.open or self.open[-1] != 'style':
            self.text.append(data)


def report(*args):
    done = served.run([WSSC, 'report', '--no-progress', *args, '-o', '-'], capture_output=True, timeout=300,
                      check=False)
    return done.returncode, done.stdout.decode('utf-8'), done.stderr.decode('utf-8', 'replace')


def rows(page, table):
    for attrs, text in page.scripts:
        if attrs.get('id') == table + '-data':
            return json.loads(text)
    return None


def shown(cell):
    return cell[0] if isinstance(cell, list) else cell


@contextlib.contextmanager
def both_keylogs(*names):
    """Options with their key logs put together, and their captures."""
    paths = [os.path.join(WHY, name) for name in names]
    with tempfile.NamedTemporaryFile('w', suffix='.keylog') as log:
        for path in paths:
            with open(path + '.keylog', encoding='ascii') as file:
                log.write(file.read())
        log.flush()
        yield ['--tls-keylog', log.name], *(path + '.pcapng' for path in paths)


class Report(unittest.TestCase):
    def page(self, *args):
        status, text, errors = report(*args)
        self.assertEqual(status, 0, errors)
        page = Page(text)
        self.assertEqual(page.problems, [])
        self.assertEqual(len(page.ids), len(set(page.ids)), 'an id stands twice')
        return page, text

    def test_is_whole_and_asks_for_nothing(self):
        page, text = self.page(*RENEW)
        for tag, attrs in page.elements:
            for name in ('src', 'href', 'action', 'data', 'xlink:href'):
                value = attrs.get(name, '#')
                self.assertTrue(value.startswith('#') or value == 'data:,', '%s %s=%s' % (tag, name, value))
            self.assertEqual([name for name in attrs if name.startswith('on') or name == 'style'], [])
        self.assertNotIn('@import', text)
        self.assertNotIn('url(', text)
        for link in page.links:
            self.assertTrue(link in page.ids or link in ('findings', 'bindings'), link)

    def test_only_its_own_script_may_run(self):
        page, _ = self.page(*RENEW)
        programs = [text for attrs, text in page.scripts if attrs.get('type') != 'application/json']
        self.assertEqual(len(programs), 1)
        digest = base64.b64encode(hashlib.sha256(programs[0].encode()).digest()).decode()
        self.assertIn("default-src 'none'", page.policy)
        self.assertIn("script-src 'sha256-%s'" % digest, page.policy)

    def test_says_what_the_other_commands_say(self):
        for args in (RENEW, METRO):
            page, _ = self.page(*args)
            contexts, signatures = (json.loads(served.run([WSSC, command, '--no-progress', '--format', 'json', *args],
                                                          capture_output=True, check=False).stdout)
                                    for command in ('contexts', 'verify'))
            table = rows(page, 'contexts')
            self.assertEqual([shown(row['cells'][1]) for row in table], [c['identifier'] for c in contexts])
            self.assertEqual([shown(row['cells'][2]) for row in table], [c['state'] for c in contexts])
            self.assertEqual(sorted(shown(row['cells'][1]) for row in rows(page, 'signatures')),
                             sorted(s['verdict'] for s in signatures))
            lanes = [attrs for tag, attrs in page.elements
                     if tag == 'a' and attrs.get('aria-label', '').startswith('context ')]
            self.assertEqual(len(lanes), len(contexts))

    def test_messages_by_choice(self):
        counts = {}
        for which in ('none', 'troubled', 'all'):
            page, _ = self.page(*METRO, '--messages', which)
            counts[which] = len([i for i in page.ids if i.startswith('message-')])
        self.assertEqual(counts['none'], 0)
        self.assertLess(counts['troubled'], counts['all'])
        events = served.run([WSSC, 'events', '--no-progress', *METRO], capture_output=True, check=False).stdout
        messages = [e for e in map(json.loads, events.splitlines()) if e['type'] == 'message']
        self.assertEqual(counts['all'], len(messages))

    def test_documents_of_messages_in_trouble_are_kept(self):
        """Wherever in the captures they stand, here behind five hundred without trouble: those go when there is no more room."""
        with both_keylogs('why-healthy-many-13', 'why-clock-ahead-13') as (keys, healthy, failing):
            for limit in ('100000000', '300000'):
                page, _ = self.page(*keys, healthy, failing, '--limit', 'kept-octets=' + limit)
                messages = len([i for i in page.ids if i.startswith('message-')])
                documents = [attrs for tag, attrs in page.elements if tag == 'div' and attrs.get('class') == 'xml']
                self.assertEqual(len(documents), messages, limit)
                self.assertIn(messages, range(2, 50))

    def test_content_that_was_encrypted_is_marked(self):
        page, text = self.page(*METRO, '--messages', 'all')
        self.assertTrue(any('opened' in attrs.get('class', '').split() for _, attrs in page.elements))
        without_keys, _ = self.page(METRO[-1], '--messages', 'all')
        self.assertFalse(any('opened' in attrs.get('class', '').split() for _, attrs in without_keys.elements))
        self.assertTrue(any('closed' in attrs.get('class', '').split() for _, attrs in without_keys.elements))

    def test_secrets_are_masked_unless_asked_for(self):
        _, masked = self.page(*RENEW, '--messages', 'all')
        _, clear = self.page(*RENEW, '--messages', 'all', '--show-secrets')
        secret = re.compile(r'BinarySecret</span>[^\n]{0,400}?&gt;([A-Za-z0-9+/]{40,}=*)&lt;')
        found = secret.findall(re.sub(r'</?(span|div|mark)[^>]*>', '', clear).replace('BinarySecret', 'BinarySecret</span>'))
        self.assertTrue(found, 'the capture holds entropy in clear')
        for value in found:
            self.assertNotIn(value, masked)

    def test_compared_with_another(self):
        """The rows that wssc compare prints, in their order, beside everything that the page alone has."""
        with both_keylogs('why-clock-ahead-13', 'why-healthy-many-13') as (keys, failing, healthy):
            page, _ = self.page(*keys, failing, '--compare', healthy)
            alone, _ = self.page(*keys, failing)
            wanted = json.loads(served.run([WSSC, 'compare', '--no-progress', '--format', 'json', *keys, failing, healthy],
                                           capture_output=True, check=True).stdout)
        self.assertGreater(len(wanted), 2)
        found = [[shown(cell) for cell in row['cells']] for row in rows(page, 'compared')]
        self.assertEqual(found, [[d['rank'], d['what'], d['a'], str(d['a_frame'] or '-'), d['b'], str(d['b_frame'] or '-'),
                                  d['cause'], d['aspect']] for d in wanted])
        self.assertIn('compared', page.links)
        self.assertIn('What differs in why-healthy-many-13.pcapng', ''.join(page.text))
        self.assertIsNone(rows(alone, 'compared'))
        self.assertNotIn('compared', alone.ids)
        for table in ('contexts', 'signatures'):
            self.assertEqual(rows(page, table), rows(alone, table))

    def test_compared_with_itself_or_nothing(self):
        page, _ = self.page(*METRO, '--compare', METRO[-1])
        self.assertEqual(rows(page, 'compared'), [])
        self.assertIn('No difference in what is compared.', ''.join(page.text))
        status, _, errors = report(*METRO, '--compare', '/nonexistent.pcapng')
        self.assertEqual(status, 3)
        self.assertIn('/nonexistent.pcapng', errors)

    def test_usage(self):
        self.assertEqual(served.run([WSSC, 'report', RENEW[-1]], capture_output=True, check=False).returncode, 2)
        self.assertEqual(report(RENEW[-1], '--messages', 'some')[0], 2)
        done = served.run([WSSC, 'report', RENEW[-1], '-o', '/nonexistent/page.html'], capture_output=True, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b'/nonexistent/page.html', done.stderr)


HOSTILE = ['<script>alert(1)</script>', '</script><script>alert(2)</script>', ']]>', '"\'><img src=x onerror=alert(3)>',
           '\u202egnol\u202c', '\u200b\u0085', '&lt;b&gt;', '<!--', '{{7*7}}']


def escape(text):
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;')


def hostile_message(number):
    """A call under a context; every value that is shown holds markup."""
    bad = escape(HOSTILE[number % len(HOSTILE)])
    return ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">'
            '<s:Header><a:Action>urn:%(bad)s</a:Action><a:MessageID>urn:id:%(n)d:%(bad)s</a:MessageID><a:To>%(bad)s</a:To>'
            '<o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">'
            '<c:SecurityContextToken xmlns:c="http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512">'
            '<c:Identifier>urn:%(bad)s</c:Identifier><c:Instance>%(bad)s</c:Instance></c:SecurityContextToken></o:Security>'
            '</s:Header><s:Body><x y="%(bad)s">%(bad)s</x></s:Body></s:Envelope>' % {'bad': bad, 'n': number}).encode()


def hostile_fault(number):
    bad = escape(HOSTILE[number % len(HOSTILE)])
    return ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing">'
            '<s:Header><a:RelatesTo>urn:id:%d:%s</a:RelatesTo></s:Header><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>'
            '<s:Subcode><s:Value xmlns:c="http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512">c:BadContextToken'
            '</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">%s</s:Text></s:Reason></s:Fault></s:Body>'
            '</s:Envelope>' % (number, bad, bad)).encode()


def http(first, body):
    return (first + '\r\nContent-Type: application/soap+xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n'
            % len(body)).encode() + body


class Hostile(unittest.TestCase):
    def test_nothing_a_capture_says_becomes_markup(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, '<img src=x onerror=alert(9)>&.pcap')
            turns = []
            for number in range(len(HOSTILE)):
                turns += [(True, http('POST /%3Cscript%3E HTTP/1.1\r\nHost: x', hostile_message(number))),
                          (False, http('HTTP/1.1 500 Error', hostile_fault(number)))]
            make_pcap.write(path, (80, turns))
            status, text, errors = report(path, '--messages', 'all')
        self.assertEqual(status, 0, errors)
        page = Page(text)
        self.assertEqual(page.problems, [])
        self.assertEqual([e for e in page.elements if e[0] in ('img', 'b ', 'iframe')], [])
        self.assertEqual(len([s for s in page.scripts if s[0].get('type') != 'application/json']), 1)
        for _, attrs in page.elements:
            self.assertEqual([name for name in attrs if name.startswith('on')], [])
        words = ''.join(page.text)
        self.assertIn('<script>alert(1)</script>', words)
        self.assertIn('</script><script>alert(2)</script>', words)
        for character in '\u202e\u200b\u0085':
            self.assertNotIn(character, text)
        self.assertEqual(len(rows(page, 'contexts')), len(HOSTILE))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
