#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The analyzer and a stock tshark with the plugin say the same of every capture with text SOAP; nothing is
called malformed; tshark in one and in two passes agree.

usage: agree_test.py WSSC PLUGIN DATA_DIR
"""
import concurrent.futures
import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN, DATA = sys.argv[1:4]
NAMES = ['frame.number', 'wssc.context.identifier', 'wssc.context.state', 'wssc.context.instance',
         'wssc.signature.verdict', 'wssc.prev_use', 'wssc.request_in', 'wssc.damage', '_ws.malformed']
# Wine sent what is no document: tests/truth tells which messages.
DAMAGED = {'wine/tcp-bin-session-malformed.pcapng'}


def capture_files():
    yield from sorted(glob.glob(DATA + '/*/*.pcapng') + glob.glob(DATA + '/*/*.pcap') +
                      glob.glob(DATA + '/*.pcap'))


def analyzer(command, path, keylog):
    argv = [WSSC, command, '--format', 'ndjson'] + (['--tls-keylog', keylog] if keylog else []) + [path]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def frames_of(events):
    """frame -> what the analyzer knows of its messages."""
    frames = {}
    for event in events:
        if event['type'] == 'message':
            row = frames.setdefault(event['frame'],
                                    {'contexts': [], 'instances': [], 'verdicts': [], 'damages': []})
            row['damages'] += [event['damage']] if event['damage'] else []
            row['contexts'] += [event['context']] if event['context'] else []
            row['instances'] += [event['instance']] if event['instance'] else []
    for event in events:
        if event['type'] == 'signature':
            frames[event['frame']]['verdicts'].append(event['verdict'])
    return frames


def same_passes(once, twice):
    """The second pass knows the future (the name of a context that was only asked for); else it says the same."""
    if len(once) != len(twice):
        return False
    for first, second in zip(once, twice):
        for name in NAMES:
            early = name == 'wssc.context.identifier' and not first[name]
            if first[name] != second[name] and not early:
                return False
    return True


def compare_contexts(contexts, seen):
    """Rows of contexts against the fields of the frames that they name."""
    problems = []
    named = {c['identifier'] for c in contexts} - {None}
    shown = {i for row in seen.values() for i in row['wssc.context.identifier']}
    if named != shown:
        problems.append('contexts: analyzer %s, tshark %s' % (sorted(named), sorted(shown)))
    for context in contexts:
        told = set()
        for row in seen.values():
            if context['identifier'] in row['wssc.context.identifier']:
                told |= set(row['wssc.context.instance'])
        instances = {i['instance'] for i in context['instances']} - {None}
        if len(named) == 1 and not told <= instances:
            problems.append('instances of %s: analyzer %s, tshark %s' % (context['identifier'], instances, told))
        end = seen.get(context['ended_frame'])
        if end is not None and context['state'] not in end['wssc.context.state']:
            problems.append('frame %d: %s and %s' % (context['ended_frame'], context['state'],
                                                     end['wssc.context.state']))
    return problems


def compare(tshark, path):
    name = os.path.relpath(path, DATA)
    keylog = os.path.splitext(path)[0] + '.keylog'
    keylog = keylog if os.path.exists(keylog) else None
    events = analyzer('events', path, keylog)
    contexts = analyzer('contexts', path, keylog)
    want = frames_of(events)
    options = ['-o', 'tls.keylog_file:' + tshark.place(keylog)] if keylog else []
    copy = tshark.place(path)
    once = tshark.fields(copy, NAMES, '-Y', 'wssc', *options)
    twice = tshark.fields(copy, NAMES, '-2', '-Y', 'wssc', *options)
    problems = []
    if not same_passes(once, twice):
        problems.append('one pass and two passes differ')
    damage = [e for e in events if e['type'] == 'finding' and e['id'] in ('malformed-xml', 'damaged-message')]
    if bool(damage) != (name in DAMAGED):
        problems.append('something is called malformed or damaged')
    seen = {int(row['frame.number'][0]): row for row in twice}
    if set(seen) != set(want):
        problems.append('frames: analyzer %s, tshark %s' % (sorted(want), sorted(seen)))
    for frame in set(seen) & set(want):
        row = seen[frame]
        # A context that was only asked for has its name in tshark once it is known.
        if want[frame]['contexts'] and row['wssc.context.identifier'] != want[frame]['contexts']:
            problems.append('frame %d: contexts %s and %s' % (frame, want[frame]['contexts'],
                                                              row['wssc.context.identifier']))
        if row['wssc.context.instance'] != want[frame]['instances']:
            problems.append('frame %d: instances %s and %s' % (frame, want[frame]['instances'],
                                                               row['wssc.context.instance']))
        if row['wssc.signature.verdict'] != want[frame]['verdicts']:
            problems.append('frame %d: verdicts %s and %s' % (frame, want[frame]['verdicts'],
                                                              row['wssc.signature.verdict']))
        if row['wssc.damage'] != want[frame]['damages']:
            problems.append('frame %d: damage %s and %s' % (frame, want[frame]['damages'], row['wssc.damage']))
        if row['_ws.malformed']:
            problems.append('frame %d: malformed in tshark' % frame)
    problems += compare_contexts(contexts, seen)
    if name.startswith('plain-soap-pcaps'):
        if [e for e in events if e['type'] in ('finding', 'transition', 'key') or e.get('context')]:
            problems.append('a context or a finding in plain SOAP')
    return name, len(want), problems


def main():
    tshark = Tshark(PLUGIN)
    failed = total = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for name, messages, problems in pool.map(lambda p: compare(tshark, p), capture_files()):
                total += 1
                failed += bool(problems)
                print('%-4s %-50s %3d messages' % ('FAIL' if problems else 'ok', name, messages))
                for problem in problems[:5]:
                    print('       ' + problem)
    finally:
        tshark.close()
    print('%d passed, %d failed' % (total - failed, failed))
    return 1 if failed or not total else 0


sys.exit(main())
