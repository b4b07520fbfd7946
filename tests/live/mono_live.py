#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures a Mono client and service and holds wssc and tshark to what the two said they sent and received.

usage: mono_live.py LIVE_EXE WSSC PLUGIN [--keep FOLDER] [CASE...]
"""
import collections
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

# case -> the encoding that its messages have on the wire
CASES = {'tcp-buffered': 'binary-session', 'tcp-streamed': 'binary', 'tcp-text': 'text', 'tcp-mtom': 'mtom',
         'http-text11': 'text', 'http-text12': 'text', 'http-binary': 'binary', 'http-mtom': 'mtom',
         'secured-anonymous': 'text', 'secured-username': 'text', 'secured-mutual': 'text'}
BINARY = ('tcp-buffered', 'tcp-streamed', 'http-binary')
NO_ADDRESSING = 'http-text11'  # its actions stand in HTTP headers
TEXT = 'a < b & "c" é世😀'      # in every Mirror message, see Contract.cs
BAD_FINDINGS = ('malformed-xml', 'damaged-message', 'odd-encoding', 'unknown-string')
SECONDS = 60                    # for each step of a case


class Failure(Exception):
    pass


# ---- running client and service ----------------------------------------------------------------------------

@contextlib.contextmanager
def running(argv, **options):
    process = subprocess.Popen(argv, **options)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()


def wait_for_line(stream, word):
    """Reads lines up to one that holds the word; the clock is the process's own bound."""
    lines = []
    for line in stream:
        lines.append(line)
        if word in line:
            return
    raise Failure('ended without "%s": %s' % (word, ''.join(lines)[-500:]))


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def make_keys(folder):
    for name in ('server', 'client'):
        at = os.path.join(folder, name)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj',
                        '/CN=' + name, '-keyout', at + '.key.pem', '-out', at + '.cert.pem'], check=True, capture_output=True)
        # Mono reads no newer protection of PKCS#12 than this.
        subprocess.run(['openssl', 'pkcs12', '-export', '-inkey', at + '.key.pem', '-in', at + '.cert.pem', '-out',
                        at + '.pfx', '-passout', 'pass:live', '-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES',
                        '-macalg', 'sha1'], check=True, capture_output=True)
    keys = os.path.join(folder, 'wssc.keys')
    with open(keys, 'w', encoding='utf-8') as file:
        for name in ('server', 'client'):
            file.write('PRIVATE_KEY %s.key.pem\nCERTIFICATE %s.cert.pem\n' % ((os.path.join(folder, name),) * 2))
        file.write('PASSWORD alice live-password\n')
    return keys


def told(lines, name):
    """direction -> Counter of actions, of one end."""
    ways = {'request': collections.Counter(), 'response': collections.Counter()}
    mine = {'client': ('request', 'response'), 'server': ('response', 'request')}[name]
    for line in lines:
        what, _, action = line.strip().partition(' ')
        if what in ('sent', 'received'):
            ways[mine[what == 'received']][action] += 1
    return ways


def converse(live, case, folder, path):
    """One capture. Gives the port and the messages that at least one end told of."""
    port = str(free_port())
    mono = ['mono', live, case]
    dumpcap = [] if os.getuid() == 0 else ['sudo']
    dumpcap += ['dumpcap', '-q', '-i', 'lo', '-f', 'tcp port ' + port, '-w', '-', '-a', 'duration:%d' % (3 * SECONDS)]
    with open(path, 'wb') as capture, running(dumpcap, stdout=capture, stderr=subprocess.PIPE, text=True) as dumper:
        wait_for_line(dumper.stderr, 'File:')
        drain = threading.Thread(target=dumper.stderr.read, daemon=True)
        drain.start()
        with running(mono + ['server', port, folder, str(2 * SECONDS)], stdout=subprocess.PIPE,
                     stderr=subprocess.DEVNULL, text=True) as server:
            wait_for_line(server.stdout, 'ready')
            client = subprocess.run(mono + ['client', port, folder], capture_output=True, text=True, timeout=SECONDS,
                                    check=False)
            server.terminate()
            served = server.stdout.read().splitlines()
        if client.returncode != 0:
            raise Failure('the client failed: ' + client.stdout[:1500])
        threading.Event().wait(0.5)  # the last segments reach dumpcap
    ends = [told(client.stdout.splitlines(), 'client'), told(served, 'server')]
    # Mono's client does not tell of one-way messages, its service not of what it cannot read.
    return port, {way: ends[0][way] | ends[1][way] for way in ends[0]}


# ---- what the two faces make of it -------------------------------------------------------------------------

def check_analyzer(wssc, case, path, port, truth, keys):
    argv = [wssc, 'events', '-k', keys, path]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS, check=False)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    messages = [e for e in events if e['type'] == 'message']
    seen = {'request': collections.Counter(), 'response': collections.Counter()}
    problems = ['wssc: status %d: %s' % (done.returncode, done.stderr)] if done.returncode != 0 else []
    for message in messages:
        seen['request' if message['dst'].endswith(':' + port) else 'response'][message['action']] += 1
        if message['damage']:
            problems.append('wssc: frame %d: %s' % (message['frame'], message['damage']))
        if message['encoding'] != CASES[case]:
            problems.append('wssc: frame %d is %s' % (message['frame'], message['encoding']))
    if case == NO_ADDRESSING:
        seen, truth = ({way: c.total() for way, c in both.items()} for both in (seen, truth))
    if seen != truth:
        problems.append('wssc: messages told %s, seen %s' % (truth, seen))
    for event in events:
        if event['type'] == 'finding' and event['id'] in BAD_FINDINGS:
            problems.append('wssc: frame %d: %s' % (event['frame'], event['text']))
    if case.startswith('secured-'):
        problems += check_security(messages, events)
    return len(messages), problems


def check_security(messages, events):
    """Both ends accepted every message: all is opened, and every signature is good."""
    problems = []
    for message in messages:
        here = [e for e in events if e['frame'] == message['frame']]
        verdicts = [e['verdict'] for e in here if e['type'] == 'signature']
        results = [e['result'] for e in here if e['type'] == 'decryption']
        if not verdicts or set(verdicts) != {'valid'}:
            problems.append('wssc: frame %d: signatures %s' % (message['frame'], verdicts))
        if not results or set(results) != {'decrypted'}:
            problems.append('wssc: frame %d: encrypted parts %s' % (message['frame'], results))
    return problems


def check_tshark(tshark, case, path, port, truth, keys):
    copy = tshark.place(path)
    options = ['-o', 'wssc.keylog_file:' + keys]
    problems = []
    bad = tshark.run('-r', copy, *options, '-Y',
                     '_ws.malformed || nettcp.unknown || nettcp.skipped || wssc.damage || nbfx.unknown_id')
    if bad:
        problems.append('tshark: not readable: ' + bad[:500])
    total = sum(sum(c.values()) for c in truth.values())
    for passes in ([], ['-2']):
        names = ['tcp.dstport', 'wssc.envelope', 'wssc.action', 'wssc.signature.verdict']
        rows = tshark.fields(copy, names, *options, *passes, '-Y', 'wssc.envelope')
        if case.startswith('secured-'):
            # One message a frame, and drawn once more as it reads when opened.
            rows = [dict(row, **{name: row[name][:1] for name in names[1:3]}) for row in rows]
            problems += ['tshark: signatures %s' % row[names[3]] for row in rows if set(row[names[3]]) != {'valid'}]
        count = sum(len(row['wssc.envelope']) for row in rows)
        if count != total:
            problems.append('tshark%s: messages told %d, seen %d' % (''.join(passes), total, count))
        actions = collections.Counter(a for row in rows for a in row['wssc.action'] if row['tcp.dstport'] == [port])
        if case != NO_ADDRESSING and actions != truth['request']:
            problems.append('tshark: requests told %s, seen %s' % (truth['request'], actions))
    # In the message's tree and, of binary XML, in that of its records.
    trees = 2 if case in BINARY else 1
    told_texts = trees * sum(n for c in truth.values() for action, n in c.items() if 'Mirror' in action)
    texts = tshark.run('-r', copy, *options, '-V').count('Text: ' + TEXT)
    if case != NO_ADDRESSING and texts != told_texts:
        problems.append('tshark: texts told %d, seen %d' % (told_texts, texts))
    return problems


def main():
    live, wssc, plugin, *rest = sys.argv[1:]
    keep = None
    if rest[:1] == ['--keep']:
        keep, rest = rest[1], rest[2:]
        os.makedirs(keep, exist_ok=True)
    tshark = Tshark(plugin)
    failed = 0
    with tempfile.TemporaryDirectory(prefix='wssc-live-') as folder:
        keys = make_keys(folder)
        os.chmod(folder, 0o755)
        for name in os.listdir(folder):
            os.chmod(os.path.join(folder, name), 0o644)  # tshark may run as another user
        for case in rest or CASES:
            path = os.path.join(folder, case + '.pcapng')
            count, problems = 0, []
            try:
                port, truth = converse(live, case, folder, path)
                count, problems = check_analyzer(wssc, case, path, port, truth, keys)
                problems += check_tshark(tshark, case, path, port, truth, keys)
            except (Failure, subprocess.TimeoutExpired) as failure:
                problems = [str(failure)]
            failed += bool(problems)
            print('%-4s %-20s %3d messages' % ('FAIL' if problems else 'ok', case, count), flush=True)
            for problem in problems:
                print('       ' + problem)
            if keep and os.path.exists(path):
                shutil.copy(path, keep)
        if keep:
            for name in os.listdir(folder):
                shutil.copy(os.path.join(folder, name), keep)
    tshark.close()
    print('%d failed' % failed)
    return 1 if failed else 0


sys.exit(main())
