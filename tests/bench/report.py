#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc report of many contexts and messages, 3 % of them in trouble: how long it takes to make, how large the page is, and
how long Debian's chromium works until its first view stands, beyond what an empty page costs it; memory of both.

usage: report.py WSSC [CONTEXTS [MESSAGES [ROUNDS [WHICH...]]]]     WHICH: values of --messages; what is wanted is of the first
"""
import os
import statistics
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'support'))
# pylint: disable=wrong-import-position
from browser import Browser
from contexts import measure
from make_refused import write

MOST_OCTETS, MOST_SECONDS = 20e6, 3.0
EMPTY = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>empty</title></head><body></body></html>'
AT_REST = 1.0  # seconds without work after a view


def view(folder, path):
    """A new browser each time. Processor seconds of all of its processes, wall seconds until the first contents are painted
    and until the page is loaded, megabytes: beyond the browser alone."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        browser = Browser(home)
        try:
            browser.show('about:blank')
            time.sleep(AT_REST)
            used, memory = browser.used()
            begin = time.monotonic()
            browser.show('file://' + path)
            # Two frames drawn: what is seen first stands.
            browser.ask('new Promise(function (done) { requestAnimationFrame(function () { requestAnimationFrame(done); }); })',
                        awaitPromise=True)
            wall = time.monotonic() - begin
            now, more = browser.used()
            painted = browser.ask('(performance.getEntriesByName("first-contentful-paint")[0] || {startTime: 0}).startTime')
            height = browser.ask('document.documentElement.scrollHeight')
            return now - used, wall, painted / 1000, more - memory, height
        finally:
            browser.close()


def median_of(folder, path, rounds):
    return [statistics.median(column) for column in zip(*(view(folder, path) for _ in range(rounds)))]


def main():
    wssc = sys.argv[1]
    contexts, messages, rounds = (int(a) for a in (sys.argv[2:5] + ['10000', '1000000', '5'][len(sys.argv[2:5]):]))
    asked = sys.argv[5:] or ['troubled']
    uses = max(2, (messages // contexts - 4) // 2)
    ok = True
    with tempfile.TemporaryDirectory(dir='/var/tmp') as folder:
        capture, empty = os.path.join(folder, 'many.pcap'), os.path.join(folder, 'empty.html')
        write(capture, contexts, contexts * 3 // 100, uses=uses)
        with open(empty, 'w', encoding='utf-8') as file:
            file.write(EMPTY)
        print('%d contexts of %d messages, %.0f MB' % (contexts, uses * 2 + 4, os.stat(capture).st_size / 1e6), flush=True)
        nothing = median_of(folder, empty, rounds)
        print('empty page: cpu %.2f s, loaded %.2f s, %.0f MB' % (nothing[0], nothing[1], nothing[3]), flush=True)
        for which in asked:
            page = os.path.join(folder, which + '.html')
            wall, used, peak = measure([wssc, 'report', '--no-progress', '--messages', which, capture, '-o', page])
            size = os.stat(page).st_size
            seen = median_of(folder, page, rounds)
            own = seen[0] - nothing[0]
            print('--messages %s: made in %.1f s (cpu %.1f s, peak %.0f MB), %.2f MB; chromium: cpu %.2f s, painted after '
                  '%.2f s, loaded %.2f s, %.0f MB beyond the empty page, %.0f pixels high' % (
                      which, wall, used, peak, size / 1e6, own, seen[2], seen[1] - nothing[1], seen[3] - nothing[3],
                      seen[4]), flush=True)
            if which == asked[0]:
                ok = size < MOST_OCTETS and own < MOST_SECONDS
    print('at most %.0f MB and %.1f s are wanted by default: %s' % (MOST_OCTETS / 1e6, MOST_SECONDS, 'met' if ok else 'missed'))
    return 0 if ok else 1


if __name__ == '__main__':
    sys.exit(main())
