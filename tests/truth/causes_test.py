#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Why sessions went wrong, by what the implementations said: the cause of each session of corewcf-why with frames that
bear it out, the causes of damaged, replayed, expired and refused sessions of other stacks, and nothing where all was
well.

usage: causes_test.py WSSC [NAME...]
"""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

from truth import captures

FOLDERS = ('corewcf-why', 'corewcf', 'dotnet', 'cxf', 'metro', 'wss4j', 'wss4j4', 'mono', 'wine')
# Causes that only other contexts or connections of the same service show.
SERVICE_WIDE = ('too-many-pending', 'service-recycled', 'never-cancelled', 'inactivity', 'suite-mismatch')
# What a receiver's own log says of a message, as the causes that it stands for.
REASONS = {'expired': {'context-expired'}, 'Could not locate SecureConversation session': {'unknown-context'},
           'WSS1717': {'tampered'}, 'MustNotSendRenew': {'renewal-refused'},
           'CharConversionException': {'tampered', 'decryption-failed'}}
# What a sender did to a message by intent.
EXPECTED = {'fail:digest': {'tampered'}, 'fail:signature': {'tampered'},
            'fail:decrypt': {'tampered', 'decryption-failed'},
            'fail:decrypt-or-digest': {'tampered', 'decryption-failed'}, 'fail:expired': {'message-expired'},
            'fail:created-in-future': {'clock-skew-client-ahead'}}
# What was done to a session, as its description or the notes of the programs have it: of CXF, whose faults hide the cause,
# and of .NET's.
ABOUT = {'changed on the way': {'tampered'}, 'sent twice': {'replayed'}, 'cancelled context': {'context-cancelled'},
         'every renewal is answered with a fault': {'renewal-refused'}, 'refuses the password': {'bad-password'}}
NOTES = {'service stopped and started again': {'service-recycled'},
         'security context token is expired or is not valid': {'unknown-context'}}
# Another program judged these messages, and the service in the capture took them all; or the client just left; or
# services of no stack answered (wine).
NOT_REFUSED = {'wss4j4/dk-label', 'wss4j4/ecdsa', 'wss4j4/gcm-128', 'wss4j4/gcm-192', 'wss4j4/oaep-sha256',
               'wss4j4/xop-sign-encrypt', 'corewcf/sc-feb05-abort', 'dotnet/sc-feb05-abort'}


def run(wssc, command, capture, folder, *more):
    """The rows that a command gives of a capture with all that its truth file has of keys."""
    arguments = [wssc, command, '--format', 'json', '--no-progress']
    if capture.keylog:
        arguments += ['--tls-keylog', capture.keylog]
    lines = capture.key_file_lines() + session_keys(capture)
    if lines:
        path = os.path.join(folder, capture.name.replace('/', '_') + '.wssc.keys')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('\n'.join(lines) + '\n')
        arguments += ['-k', path]
    done = served.run(arguments + [capture.path, *more], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in (0, 1, 3) or not done.stdout:
        raise RuntimeError('%s: status %d: %s' % (command, done.returncode, done.stderr.strip()[:400]))
    return json.loads(done.stdout)


def session_keys(capture):
    """WSS4J's sessions begin before the capture: their keys are given."""
    lines = []
    if capture.folder in ('wss4j', 'wss4j4') and os.path.exists(capture.base + '.keys'):
        with open(capture.base + '.keys', encoding='utf-8') as file:
            for line in file:
                kind, _, rest = line.rstrip('\n').partition('\t')
                name, _, value = rest.partition('\t')
                if kind == 'sct':
                    lines.append('SCT %s %s' % (name, value))
    return lines


def connections(capture):
    """frame -> number of its TCP connection; and the connections of each context, by its identifier in clear."""
    done = subprocess.run(['tshark', '-r', capture.path, '-T', 'fields', '-e', 'frame.number', '-e', 'tcp.stream'],
                          capture_output=True, text=True, timeout=300, check=True)
    return {int(line.split('\t')[0]): line.split('\t')[1] for line in done.stdout.splitlines() if '\t' in line}


def check_evidence(wssc, capture, trouble, problems):
    """Each frame is on a connection that the context or the refused message was on."""
    if not trouble['evidence']:
        problems.append('no evidence')
    arguments = [wssc, 'timeline', '--format', 'json', '--tls-keylog', capture.keylog, capture.path]
    done = served.run(arguments, capture_output=True, text=True, timeout=300, check=True)
    rows = json.loads(done.stdout)
    streams = connections(capture)
    allowed = {streams.get(frame) for frame in trouble['frames']}
    allowed |= {streams.get(row['frame']) for row in rows if row['frame'] and
                (trouble['cause'] in SERVICE_WIDE or row['context'] in (trouble['contexts'] or [None]))}
    for one in trouble['evidence']:
        if one['frame'] is not None and streams.get(one['frame']) not in allowed:
            problems.append('frame %s (%s) is not on a connection of the context' % (one['frame'], one['role']))


def is_healthy(capture):
    """All calls succeeded and nothing was done to the session."""
    truth = capture.truth
    if truth.get('client_error') or truth.get('not_wine'):
        return False
    if any('fault' in (call.get('result') or '') or call.get('error') for call in truth.get('calls', [])):
        return False
    if any(not str(m.get('expected', 'ok')).startswith('ok') for m in truth.get('messages', [])):
        return False
    return 'abort' not in capture.name


def expected_causes(capture):
    """Sets of causes, one for each thing that was wrong; empty where the truth does not say."""
    truth, wanted = capture.truth, []
    for message in truth.get('messages', []):
        reason = message.get('reason') or ''
        if message.get('verdict') == 'refused' and message.get('direction') == 'request':
            wanted += [causes for text, causes in REASONS.items() if text in reason]
        wanted += [EXPECTED[message['expected']]] if message.get('expected') in EXPECTED and \
            capture.folder == 'wss4j' else []
    if capture.folder in ('cxf', 'corewcf', 'dotnet') and not is_healthy(capture):
        wanted += [causes for text, causes in ABOUT.items() if text in truth['about']]
        said = ' '.join(note['text'] for note in truth.get('notes', []))
        wanted += [causes for text, causes in NOTES.items() if text in said][:1]
    return wanted


def check_damaged(capture, troubles, problems):
    """The first entry's cause is that of the first thing that was wrong, and all others are told as well."""
    wanted = expected_causes(capture)
    may_be_silent = capture.name in NOT_REFUSED or capture.truth.get('not_wine')
    if not wanted and not may_be_silent:
        problems.append('nobody says what was wrong')
    if wanted and (not troubles or troubles[0]['cause'] not in wanted[0]):
        problems.append('%s first expected, seen %s' % (sorted(wanted[0]), [t['cause'] for t in troubles]))
    # That a stub forgets is nothing that a capture could show.
    sure = {t['cause'] for t in troubles if t['confidence'] != 'possible' or t['cause'] == 'unknown-context'}
    problems += ['one of %s expected, seen %s' % (sorted(causes), sorted(sure)) for causes in wanted if not causes & sure]
    if may_be_silent and sure:
        problems.append('nothing was refused, seen %s' % sorted(sure))


def check_why(wssc, capture, troubles, problems):
    cause = capture.truth['cause']
    seen = [(t['cause'], t['confidence'], t['frame']) for t in troubles]
    if cause == 'none':
        problems += ['nothing is wrong, seen %s (%s) in frame %s' % one for one in seen]
        return
    if not seen or seen[0][0] != cause or seen[0][1] == 'possible':
        problems.append('%s expected, seen %s' % (cause, seen))
        return
    check_evidence(wssc, capture, troubles[0], problems)


def check(wssc, capture, folder):
    problems = []
    try:
        troubles = run(wssc, 'why', capture, folder)
        sure = {t['cause'] for t in troubles if t['confidence'] != 'possible'}
        if capture.folder == 'corewcf-why':
            check_why(wssc, capture, troubles, problems)
        elif is_healthy(capture) and sure:
            problems.append('nothing is wrong, seen %s' % sorted(sure))
        elif not is_healthy(capture):
            check_damaged(capture, troubles, problems)
    except Exception as error:  # pylint: disable=broad-except
        problems.append('%s: %s' % (type(error).__name__, error))
    return problems


def main():
    wssc, names = sys.argv[1], sys.argv[2:]
    chosen = [c for c in captures(*FOLDERS) if not names or c.name in names]
    failed = told = 0
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for capture, problems in zip(chosen, pool.map(lambda c: check(wssc, c, folder), chosen)):
            wrong = not is_healthy(capture) or capture.truth.get('cause', 'none') != 'none'
            told += wrong and bool(capture.truth.get('cause') or expected_causes(capture))
            print('%-4s %-42s %s' % ('FAIL' if problems else 'ok', capture.name, capture.truth.get('cause') or ''))
            for problem in problems:
                print('       ' + problem)
            failed += bool(problems)
    print('%d passed, %d failed; %d with a cause to be told' % (len(chosen) - failed, failed, told))
    return 1 if failed or not chosen or (not names and told < 51) else 0


if __name__ == '__main__':
    sys.exit(main())
