#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every message of the captures of Wine's webservices.dll is found, with the action and the form that its truth
file tells; what is no document there is told as damaged, with nothing else lost.

usage: wine_test.py WSSC
"""
import collections
import concurrent.futures
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

from truth import captures

WSSC = sys.argv[1]
FORMS = {'text': ('text',), 'nbfx': ('binary', 'binary-session')}


def run(capture):
    done = served.run([WSSC, 'events', capture.path], capture_output=True, text=True, timeout=300, check=False)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, [e for e in events if e['type'] == 'message']


def by_way(messages, way):
    """Messages of each connection and direction, in order: what goes both ways at once has no common order."""
    ways = collections.OrderedDict()
    for message in messages:
        ways.setdefault(way(message), []).append(message)
    return ways


def compare_message(capture, number, entry, event):
    wire = entry['wire']
    octets = wire.get('record_bytes', wire['envelope_bytes'])
    is_malformed = 'not a well-formed' in wire.get('remark', '')
    has_action = 'none' not in capture.truth['channel']['addressing'] and entry['action'] and not is_malformed
    problems = []
    if event['octets'] != octets:
        problems.append('%d octets expected, seen %d' % (octets, event['octets']))
    if event['encoding'] not in FORMS[wire['form']]:
        problems.append('%s expected, seen %s' % (wire['form'], event['encoding']))
    if has_action and event['action'] != entry['action']:
        problems.append('action %s expected, seen %s' % (entry['action'], event['action']))
    if is_malformed != (event['damage'] is not None):
        problems.append('damage: %s expected, seen %s' % (wire.get('remark'), event['damage']))
    if not is_malformed and 'SOAP ' + (event['soap'] or '') != capture.truth['channel']['envelope']:
        problems.append('%s expected, seen %s' % (capture.truth['channel']['envelope'], event['soap']))
    return ['message %d, frame %d: %s' % (number, event['frame'], p) for p in problems]


def check(capture):
    port = ':%d' % capture.truth['port']
    status, events = run(capture)
    told = [m for m in capture.truth['messages'] if m['wire'] is not None]
    expected = by_way(told, lambda m: (m['wire']['connection'], m['direction'].startswith('client')))
    clients = {}
    for event in events:
        client = event['src'] if event['dst'].endswith(port) else event['dst']
        clients.setdefault(client, len(clients))
    seen = by_way(events, lambda e: (clients[e['src'] if e['dst'].endswith(port) else e['dst']],
                                     e['dst'].endswith(port)))
    problems = []
    if {way: len(m) for way, m in expected.items()} != {way: len(m) for way, m in seen.items()}:
        return len(told), ['messages expected %s, seen %s' % ({w: len(m) for w, m in expected.items()},
                                                             {w: len(m) for w, m in seen.items()})]
    for way, entries in expected.items():
        for entry, event in zip(entries, seen[way]):
            problems += compare_message(capture, entry['n'], entry, event)
    damaged = any(e['damage'] for e in events)
    if status != (3 if damaged else 0):
        problems.append('status %d' % status)
    return len(told), problems


def main():
    chosen = list(captures('wine'))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for capture, (told, problems) in zip(chosen, pool.map(check, chosen)):
            print('%-4s %-34s %3d messages' % ('FAIL' if problems else 'ok', capture.name, told))
            for problem in problems:
                print('       ' + problem)
            failed += bool(problems)
    print('%d passed, %d failed' % (len(chosen) - failed, failed))
    return 1 if failed or not chosen else 0


sys.exit(main())
