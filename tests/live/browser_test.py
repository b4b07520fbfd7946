#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of "wssc report" in Debian's chromium, without a window and without anything else: a hostile capture runs nothing and
breaks nothing, the page asks for nothing, says nothing on the console, and its filter, order, links and zoom work.

Registered where a chromium is: test.sh installs none, browser.sh does.

usage: browser_test.py WSSC SOURCE_DIR [SCREENSHOT_DIR]
"""
import base64
import json
import os
import re
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
from browser import PATIENCE, Browser  # noqa: E402

MANY = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf-why', 'why-healthy-many-13')
MANY = ['--tls-keylog', MANY + '.keylog', MANY + '.pcapng']  # 60 contexts


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

    def picture(self, name):
        if PICTURES:
            os.makedirs(PICTURES, exist_ok=True)
            self.browser.picture(os.path.join(PICTURES, name + '.png'))

    def quiet(self):
        loud, asked = self.browser.said()
        self.assertEqual((json.dumps(loud), asked), ("[]", []))

    def until(self, expression):
        """The browser's own events come when they come."""
        end = time.monotonic() + PATIENCE
        while not self.browser.ask(expression):
            self.assertLess(time.monotonic(), end, expression)
            time.sleep(0.02)

    def use_everything(self):
        """Every fold, every button, every heading, every hint; then a filter that leaves nothing, and one that leaves some."""
        messages = self.browser.ask('document.querySelectorAll("details[id^=message-]").length')
        self.assertEqual(self.browser.ask('document.querySelectorAll("details > noscript").length'), messages)
        # What a message says is text until it is opened: the event comes later.
        self.until('''document.querySelectorAll('details').forEach(function (d) { d.open = true; }),
                      document.querySelectorAll("details > noscript").length === 0''')
        self.assertGreaterEqual(self.browser.ask('document.querySelectorAll("details[id^=message-] > div > .scroll > table").length'),
                                messages)
        return self.browser.ask('''(function () {
            function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }
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
        self.picture('hostile')
        self.quiet()

    def test_a_page_at_work(self):
        self.page('renew', *report_test.RENEW)
        self.hold_tables()
        self.picture('renew')
        # A link to something folded away opens it; ours is the first link into the page.
        self.assertTrue(self.browser.ask('''(function () {
            var link = document.querySelector('td a[href^="#"]');
            location.hash = link.getAttribute('href');
            return document.getElementById(link.getAttribute('href').slice(1)) !== null;
        })()'''))
        self.quiet()

    def test_a_link_to_a_message_opens_it(self):
        self.page('link', *report_test.RENEW)
        self.assertFalse(self.browser.ask('document.querySelector("details[id^=message-]").open'))
        self.browser.ask('location.hash = "#" + document.querySelector("details[id^=message-]").id')
        self.until('''(function (fold) { return fold.open && !fold.querySelector('noscript') && fold.querySelector('table') !== null; })(
                      document.querySelector('details[id^=message-]'))''')
        self.quiet()

    def test_compared(self):
        """The differences stand below the answer, in the order of wssc compare, and can be filtered."""
        log = os.path.join(self.home, 'both.keylog')
        failing, healthy = (os.path.join(report_test.WHY, name) for name in ('why-clock-ahead-13', 'why-healthy-many-13'))
        with open(log, 'w', encoding='ascii') as both:
            for path in (failing, healthy):
                with open(path + '.keylog', encoding='ascii') as file:
                    both.write(file.read())
        self.page('compared', '--tls-keylog', log, failing + '.pcapng', '--compare', healthy + '.pcapng')
        cells = self.browser.ask('Array.prototype.map.call(document.querySelectorAll("#compared tbody tr"), function (row) { '
                                 'return Array.prototype.map.call(row.cells, function (cell) { return cell.textContent; }); })')
        wanted = json.loads(subprocess.run([WSSC, 'compare', '--no-progress', '--format', 'json', '--tls-keylog', log,
                                            failing + '.pcapng', healthy + '.pcapng'], capture_output=True, check=True).stdout)
        self.assertEqual([[row[1], row[2], row[4]] for row in cells], [[d['what'], d['a'], d['b']] for d in wanted])
        self.assertEqual(self.browser.ask('document.querySelector("nav a[href=\'#compared\']").textContent'), 'Differences')
        self.hold_tables()
        self.browser.ask('document.getElementById("compared").scrollIntoView()')
        self.picture('compared')
        self.quiet()

    def test_without_script(self):
        self.browser.call('Emulation.setScriptExecutionDisabled', value=True)
        try:
            self.page('plain', *report_test.RENEW)
            self.quiet()
        finally:
            self.browser.call('Emulation.setScriptExecutionDisabled', value=False)
        # Not innerText: that leaves out what the browser has not laid out yet.
        self.assertIn('urn:uuid:31ae8357', self.browser.ask('Array.prototype.map.call('
                                                            'document.querySelectorAll("main td, main th"), function (cell) { '
                                                            'return cell.textContent; }).join(" ")'))
        # Messages are elements at once: folding needs no script.
        self.assertGreater(self.browser.ask('document.querySelectorAll("details > noscript table").length'), 0)

    def test_widths_and_colours(self):
        for width in (360, 800, 1600):
            for scheme in ('light', 'dark'):
                self.browser.call('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1, mobile=False)
                self.browser.call('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': scheme}])
                self.page('w%d-%s' % (width, scheme), *MANY)
                # Nothing but tables, which scroll in themselves, is wider than the page.
                self.assertLessEqual(self.browser.ask('document.documentElement.scrollWidth'), width)
                self.picture('%d-%s' % (width, scheme))
                self.quiet()
        self.browser.call('Emulation.clearDeviceMetricsOverride')
        printed = base64.b64decode(self.browser.call('Page.printToPDF', printBackground=True)['data'])
        self.assertTrue(printed.startswith(b'%PDF'))
        # On paper as many pages as its height asks for: sections that were not seen are laid out, too.
        self.assertGreater(len(re.findall(rb'/Type\s*/Page\b', printed)), 4)
        if PICTURES:
            with open(os.path.join(PICTURES, 'printed.pdf'), 'wb') as file:
                file.write(printed)
        self.quiet()
        self.browser.call('Emulation.setEmulatedMedia', features=[])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
