#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of "wssc report" in Debian's chromium, without a window and without anything else: a hostile capture runs nothing and
breaks nothing, the page asks for nothing, says nothing on the console, and its filter, order, links and zoom work.

Not in test.sh: chromium is larger than all that the suite needs. The browser is driven over its own pipe (DevTools protocol).

usage: browser_test.py WSSC SOURCE_DIR [SCREENSHOT_DIR]
"""
import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
PICTURES = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
sys.path[:0] = [os.path.join(SOURCE, 'tests', 'cli'), os.path.join(SOURCE, 'tests', 'support')]
import make_pcap  # noqa: E402
import report_test  # noqa: E402

PATIENCE = 120
MANY = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-why', 'why-healthy-many-13')
MANY = ['--tls-keylog', MANY + '.keylog', MANY + '.pcapng']  # 60 contexts


class Browser:
    """One page; what it says and asks for is kept."""

    def __init__(self, home):
        to_read, self.write = os.pipe()
        self.read, to_write = os.pipe()
        for number in (to_read, to_write):
            os.set_inheritable(number, True)
        options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
                   '--user-data-dir=' + home, '--remote-debugging-pipe', '--window-size=1200,900', 'about:blank']
        command = ['bash', '-c', 'exec 3<&%d 4>&%d; exec chromium "$@"' % (to_read, to_write), 'chromium', *options]
        self.process = subprocess.Popen(command, pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, env={**os.environ, 'HOME': home})
        os.close(to_read)
        os.close(to_write)
        self.number, self.rest, self.events, self.session = 0, b'', [], None
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(domain + '.enable')

    def next(self, until):
        while b'\0' not in self.rest:
            if not select.select([self.read], [], [], max(0, until - time.monotonic()))[0]:
                raise RuntimeError('the browser does not answer')
            octets = os.read(self.read, 1 << 20)
            if not octets:
                raise RuntimeError('the browser ended')
            self.rest += octets
        one, self.rest = self.rest.split(b'\0', 1)
        return json.loads(one)

    def call(self, method, **params):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.write, json.dumps(message).encode() + b'\0')
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.next(until)
            if answer.get('id') == self.number:
                if 'error' in answer:
                    raise RuntimeError('%s: %s' % (method, answer['error']))
                return answer['result']
            self.events.append(answer)

    def show(self, url):
        self.events.clear()
        self.call('Page.navigate', url=url)
        until = time.monotonic() + PATIENCE
        while not any(e.get('method') == 'Page.loadEventFired' for e in self.events):
            self.events.append(self.next(until))

    def ask(self, expression):
        answer = self.call('Runtime.evaluate', expression=expression, returnByValue=True)
        if 'exceptionDetails' in answer:
            raise RuntimeError(json.dumps(answer['exceptionDetails']))
        return answer['result'].get('value')

    def said(self):
        """Whatever shows on the console, opens a window or leaves the page."""
        loud = ('Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded', 'Page.javascriptDialogOpening',
                'Page.windowOpen')
        asked = [e['params']['request']['url'] for e in self.events if e.get('method') == 'Network.requestWillBeSent']
        return [e for e in self.events if e.get('method') in loud], [u for u in asked if not u.startswith(('file:', 'data:'))]

    def picture(self, name):
        if PICTURES:
            os.makedirs(PICTURES, exist_ok=True)
            with open(os.path.join(PICTURES, name + '.png'), 'wb') as file:
                file.write(base64.b64decode(self.call('Page.captureScreenshot')['data']))

    def close(self):
        os.close(self.write)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.read)


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.mkdtemp(prefix='wssc-browser-')
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.browser = Browser(os.path.join(cls.home, 'profile'))
        cls.addClassCleanup(cls.browser.close)

    def page(self, name, *args):
        status, text, errors = report_test.report('--messages', 'all', *args)
        self.assertEqual(status, 0, errors)
        path = os.path.join(self.home, name + '.html')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        self.browser.show('file://' + path)

    def quiet(self):
        loud, asked = self.browser.said()
        self.assertEqual((json.dumps(loud), asked), ("[]", []))

    def use_everything(self):
        """Every button, every heading, every fold, every hint; then a filter that leaves nothing, and one that leaves some."""
        return self.browser.ask('''(function () {
            function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }
            each('details', function (d) { d.open = true; });
            each('th button', function (b) { b.click(); b.click(); });
            each('figure.timed button', function (b) { b.click(); });
            each('[data-hint]', function (n) { n.dispatchEvent(new MouseEvent('mousemove', {bubbles: true})); });
            var rows = [];
            each('section.rows', function (s) {
                var input = s.querySelector('input[type=search]');
                if (!input) return;
                function filter(text) { input.value = text; input.dispatchEvent(new Event('input')); return s.querySelector('tbody').rows.length; }
                var all = filter(''), none = filter('no row has this \\u2603'), first;
                filter('');
                first = s.querySelector('tbody').rows[0];
                var word = first ? first.cells[1].textContent.trim() : '';
                rows.push([s.id, all, none, word ? filter(word) : all]);
                filter('');
            });
            return rows;
        })()''')

    def hold_tables(self):
        tables = self.use_everything()
        self.assertTrue([t for t in tables if t[1] > 0], tables)
        for name, everything, none, some in tables:
            self.assertEqual(none, 0, name)
            self.assertLessEqual(some, everything, name)
            self.assertGreater(some if everything else 1, 0, name)

    def test_hostile(self):
        path = os.path.join(self.home, '<img src=x onerror=alert(9)>&.pcap')
        turns = []
        for number, bad in enumerate(report_test.HOSTILE):
            agent = bad.encode('utf-8').decode('latin-1').replace('\r', '').replace('\n', '')
            turns += [(True, report_test.http('POST /%%3Cscript%%3E HTTP/1.1\r\nHost: x\r\nUser-Agent: %s' % agent,
                                              report_test.hostile_message(number))),
                      (False, report_test.http('HTTP/1.1 500 Error\r\nServer: %s' % agent, report_test.hostile_fault(number)))]
        make_pcap.write(path, (80, turns))
        self.page('hostile', path)
        self.hold_tables()
        self.assertEqual(self.browser.ask('document.querySelectorAll("img, iframe, object, embed, base, form").length'), 0)
        self.assertEqual(self.browser.ask('document.scripts.length - document.querySelectorAll('
                                          '"script[type=\'application/json\']").length'), 1)
        self.assertEqual(self.browser.ask('Array.prototype.filter.call(document.querySelectorAll("*"), function (e) { return '
                                          'Array.prototype.some.call(e.attributes, function (a) { return /^on/.test(a.name); }); }).length'), 0)
        shown = self.browser.ask('document.body.textContent')
        for bad in ('<script>alert(1)</script>', '</script><script>alert(2)</script>', ']]>'):
            self.assertIn(bad, shown)
        for character in '\u202e\u200b\u0085':
            self.assertNotIn(character, shown)
        self.browser.picture('hostile')
        self.quiet()

    def test_a_page_at_work(self):
        self.page('renew', *report_test.RENEW)
        self.hold_tables()
        self.browser.picture('renew')
        # A link to something folded away opens it; ours is the first link into the page.
        self.assertTrue(self.browser.ask('''(function () {
            var link = document.querySelector('td a[href^="#"]');
            location.hash = link.getAttribute('href');
            return document.getElementById(link.getAttribute('href').slice(1)) !== null;
        })()'''))
        self.quiet()

    def test_without_script(self):
        self.browser.call('Emulation.setScriptExecutionDisabled', value=True)
        try:
            self.page('plain', *report_test.RENEW)
            self.quiet()
        finally:
            self.browser.call('Emulation.setScriptExecutionDisabled', value=False)
        self.assertIn('urn:uuid:31ae8357', self.browser.ask('document.body.innerText'))

    def test_widths_and_colours(self):
        for width in (360, 800, 1600):
            for scheme in ('light', 'dark'):
                self.browser.call('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1, mobile=False)
                self.browser.call('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': scheme}])
                self.page('w%d-%s' % (width, scheme), *MANY)
                # Nothing but tables, which scroll in themselves, is wider than the page.
                self.assertLessEqual(self.browser.ask('document.documentElement.scrollWidth'), width)
                self.browser.picture('%d-%s' % (width, scheme))
                self.quiet()
        self.browser.call('Emulation.clearDeviceMetricsOverride')
        printed = base64.b64decode(self.browser.call('Page.printToPDF', printBackground=True)['data'])
        self.assertTrue(printed.startswith(b'%PDF'))
        if PICTURES:
            with open(os.path.join(PICTURES, 'printed.pdf'), 'wb') as file:
                file.write(printed)
        self.quiet()
        self.browser.call('Emulation.setEmulatedMedia', features=[])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
