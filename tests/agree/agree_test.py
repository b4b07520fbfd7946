#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The analyzer and a stock tshark with the plugin say the same of every capture: contexts, instances, states, keys,
verdicts with their reasons, decryptions, exchanges, findings, and the table of contexts line by line; nothing is called
malformed; tshark in one and in two passes agree.

usage: agree_test.py WSSC PLUGIN DATA_DIR
"""
import concurrent.futures
import glob
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

WSSC, PLUGIN, DATA = sys.argv[1:4]
# Fields that tell of each message, in both faces under the same word: field -> member of the events.
SAME = {
    'wssc.context.identifier': 'contexts', 'wssc.context.instance': 'instances', 'wssc.damage': 'damages',
    'wssc.signature.verdict': 'verdicts', 'wssc.signature.reason': 'reasons',
    'wssc.signature.deviation': 'deviations', 'wssc.signature.hypothesis': 'hypotheses',
    'wssc.signature.key_kind': 'key_kinds', 'wssc.signature.reference.digest': 'digests',
    'wssc.decryption.result': 'decryptions', 'wssc.decryption.deviation': 'decryption_deviations', 'wssc.finding': 'findings', 'wssc.request_in': 'requests',
    'wssc.response_in': 'responses'}
NAMES = ['frame.number', *SAME, 'wssc.context.state', 'wssc.context.version', 'wssc.entropy.mode',
         'wssc.key.fingerprint', 'wssc.issued_in', 'wssc.prev_use', '_ws.malformed']
# What a first pass cannot know yet: who answers, and what only the end of the capture tells.
LATER = {'wssc.response_in'}
# Wine sent what is no document: tests/truth tells which messages.
DAMAGED = {'wine/tcp-bin-session-malformed.pcapng'}


def capture_files():
    """(name, path)"""
    for folder in (os.path.join(DATA, 'captures-real'), os.path.join(DATA, 'carriers')):
        for path in sorted(glob.glob(folder + '/**/*.pcap*', recursive=True)):
            yield os.path.relpath(path, folder), path


def analyzer(command, path, keylog, form='ndjson'):
    argv = [WSSC, command, '--format', form] + (['--tls-keylog', keylog] if keylog else []) + [path]
    done = served.run(argv, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr)
    return done.stdout if form == 'table' else [json.loads(line) for line in done.stdout.splitlines()]


def frames_of(events):
    """frame -> what the analyzer knows of its messages."""
    frames = {e['frame']: {member: [] for member in SAME.values()} for e in events if e['type'] == 'message'}
    told = {'message': (('contexts', 'context'), ('instances', 'instance'), ('damages', 'damage')),
            'signature': (('verdicts', 'verdict'), ('reasons', 'reason'), ('deviations', 'deviation'),
                          ('hypotheses', 'hypothesis'), ('key_kinds', 'key_kind')),
            'decryption': (('decryptions', 'result'), ('decryption_deviations', 'deviation')),
            'finding': (('findings', 'id'),)}
    for event in events:
        row = frames.get(event['frame'])
        if event['type'] == 'exchange':
            request, response = event['request_frame'], event['response_frame']
            if request in frames and response in frames and request != response:
                frames[response]['requests'].append(str(request))
                frames[request]['responses'].append(str(response))
        elif row is not None:
            for member, key in told.get(event['type'], ()):
                row[member] += [event[key]] if event[key] is not None else []
            if event['type'] == 'signature':
                row['digests'] += [r['digest'] for r in event['references']]
    return frames


def pass_problems(once, twice):
    """What one pass shows, two show as well; the second knows more: the name of a context that was only asked for,
    the answer, what a key learned late settles, the findings of the end."""
    if len(once) != len(twice):
        return ['one pass and two passes show different frames']
    for first, second in zip(once, twice):
        # A context that was only asked for, and whose answer is not readable, turns out to be one that is in use.
        is_found = first['wssc.context.state'] == ['requested'] and not second['wssc.context.state']
        for name in NAMES:
            a, b = first[name], second[name]
            is_late = name in LATER or 'no-key' in a or (is_found and name.startswith('wssc.context.'))
            if not set(a) <= set(b) and not is_late:
                return ['frame %s in one pass: %s %s, then %s' % (first['frame.number'][0], name, a, b)]
    return []


def context_problems(contexts, seen):
    """Rows of contexts against the fields of the frames that they name."""
    problems = []
    named = {c['identifier'] for c in contexts} - {None}
    shown = {i for row in seen.values() for i in row['wssc.context.identifier']}
    if named != shown:
        problems.append('contexts: analyzer %s, tshark %s' % (sorted(named), sorted(shown)))
    for context in contexts:
        rows = [row for row in seen.values() if row['wssc.context.identifier'] == [context['identifier']]]
        told = {name: {v for row in rows for v in row[name]} for name in NAMES}
        wanted = {
            'wssc.context.instance': {i['instance'] for i in context['instances']},
            'wssc.context.version': {context['version']},
            'wssc.entropy.mode': {i['entropy_mode'] for i in context['instances']},
            'wssc.issued_in': {str(i['issued_frame']) for i in context['instances']}}
        for name, values in wanted.items():
            if not told[name] <= values:
                problems.append('%s of %s: analyzer %s, tshark %s' % (name, context['identifier'], values, told[name]))
        known = {i['key_fingerprint'] for i in context['instances']} - {None}
        if rows and not known <= told['wssc.key.fingerprint']:
            problems.append('keys of %s: analyzer %s, tshark %s' % (context['identifier'], known,
                                                                  told['wssc.key.fingerprint']))
        end = seen.get(context['ended_frame'])
        if end is not None and context['state'] not in end['wssc.context.state']:
            problems.append('frame %d: %s and %s' % (context['ended_frame'], context['state'],
                                                     end['wssc.context.state']))
    return problems


def message_problems(want, seen):
    problems = []
    if set(seen) != set(want):
        problems.append('frames: analyzer %s, tshark %s' % (sorted(want), sorted(seen)))
    for frame in sorted(set(seen) & set(want)):
        for name, member in SAME.items():
            expected, shown = want[frame][member], seen[frame][name]
            if name == 'wssc.finding':
                expected, shown = sorted(expected), sorted(shown)
            # A context that was only asked for has its name in tshark once it is known.
            if shown != expected and (expected or name != 'wssc.context.identifier'):
                problems.append('frame %d: %s %s, in tshark %s' % (frame, member, expected, shown))
        if seen[frame]['_ws.malformed']:
            problems.append('frame %d: malformed in tshark' % frame)
    return problems


def compare(tshark, name, path):
    keylog = os.path.splitext(path)[0] + '.keylog'
    keylog = keylog if os.path.exists(keylog) else None
    events = analyzer('events', path, keylog)
    contexts = analyzer('contexts', path, keylog)
    want = frames_of(events)
    options = ['-o', 'tls.keylog_file:' + tshark.place(keylog)] if keylog else []
    copy = tshark.place(path)
    table = analyzer('contexts', path, keylog, 'table')
    out = tshark.run('-r', copy, *tshark.as_fields(NAMES), '-Y', 'wssc', '-z', 'wssc,contexts', *options)
    once = tshark.rows(out[:-len(table)], NAMES)
    twice = tshark.fields(copy, NAMES, '-2', '-Y', 'wssc', *options)
    seen = {int(row['frame.number'][0]): row for row in twice}
    problems = pass_problems(once, twice) + message_problems(want, seen) + context_problems(contexts, seen)
    damage = [e for e in events if e['type'] == 'finding' and e['id'] in ('malformed-xml', 'damaged-message')]
    if bool(damage) != (name in DAMAGED):
        problems.append('something is called malformed or damaged')
    if not out.endswith(table):
        problems.append('the tables of contexts differ')
    if name.startswith('plain-soap-pcaps'):
        if [e for e in events if e['type'] in ('finding', 'transition', 'key') or e.get('context')]:
            problems.append('a context or a finding in plain SOAP')
    return name, len(want), problems


def main():
    tshark = Tshark(PLUGIN)
    failed = total = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for name, messages, problems in pool.map(lambda job: compare(tshark, *job), capture_files()):
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
