#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every signature and every encrypted part of every capture with a truth file: the verdict, the key and the
covered elements are those of the implementation that received the message.

Each message of the truth is found again in wssc's events (by place in the capture, or by signature value) and
compared; what nobody judged must at least never be called invalid.

usage: verdicts_test.py WSSC [--encoders text,binary,...] [NAME...]
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

import judges
from truth import captures

FOLDERS = ('corewcf', 'dotnet', 'cxf', 'metro', 'mono', 'wss4j', 'wss4j4')

# What is told of messages that somebody has built anew: nobody has done so with these.
ATTACKS = {'signature-wrapping', 'signature-for-others', 'nested-message', 'signed-inside-body', 'token-unsigned', 'key-unproven',
           'two-readings', 'duplicate-id'}


class Message:
    """What wssc says of one message."""

    def __init__(self, event):
        self.event = event
        self.signatures = []
        self.decryptions = []

    def __str__(self):
        return 'frame %s' % self.event['frame']

    def is_to(self, port):
        return self.event['dst'].endswith(':%d' % port)

    @property
    def parts(self):
        """The encrypted parts (the keys for them are apart)."""
        return [d for d in self.decryptions if d['element'] != 'EncryptedKey']

    def refusals(self):
        """Why this message would not be accepted."""
        return (['%s: signature %d %s (%s)' % (self, s['signature'], s['verdict'], s['reason'])
                 for s in self.signatures if s['verdict'] != 'valid'] +
                ['%s: %s in %s %s (%s)' % (self, d['element'], d['parent'], d['result'], d['reason'])
                 for d in self.decryptions if d['result'] != 'decrypted'])


def fingerprint(key_hex):
    return hashlib.sha256(bytes.fromhex(key_hex)).hexdigest()[:16]


def run(wssc, capture):
    argv = [wssc, 'events']
    if capture.keylog:
        argv += ['--tls-keylog', capture.keylog]
    with tempfile.NamedTemporaryFile('w', suffix='.keys') as keys:
        keys.write('\n'.join(judges.key_file_lines(capture)) + '\n')
        keys.flush()
        done = served.run(argv + ['-k', keys.name, capture.path], capture_output=True, text=True,
                          timeout=300, check=False)
    if done.returncode != 0:
        raise RuntimeError('status %d: %s' % (done.returncode, done.stderr.strip()[:400]))
    if 'key file' in done.stderr:
        raise RuntimeError(done.stderr.strip()[:400])
    messages, told = [], []
    for line in done.stdout.splitlines():
        event = json.loads(line)
        if event['type'] == 'message':
            messages.append(Message(event))
        elif event['type'] == 'signature':
            messages[-1].signatures.append(event)
        elif event['type'] == 'decryption':
            messages[-1].decryptions.append(event)
        elif event['type'] == 'finding' and event['id'] in ATTACKS:
            told.append('nobody attacked it: %s: %s' % (event['id'], event['text']))
    return messages, told


def check(wssc, capture):
    try:
        messages, told = run(wssc, capture)
        expected, problems = judges.compare(capture, messages)
    except Exception as error:  # pylint: disable=broad-except
        return 0, [], ['%s: %s' % (type(error).__name__, error)]
    return expected, messages, problems + told


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('wssc')
    parser.add_argument('--encoders', default='text,binary,net.tcp,mtom')
    parser.add_argument('names', nargs='*')
    args = parser.parse_args()
    encoders = args.encoders.split(',')
    chosen = [c for c in captures(*FOLDERS)
              if c.encoder in encoders and (not args.names or c.name in args.names)]
    failed = signatures = parts = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = pool.map(lambda c: check(args.wssc, c), chosen)
        for capture, (expected, messages, problems) in zip(chosen, results):
            seen = sum(len(m.signatures) for m in messages)
            opened = sum(len(m.parts) for m in messages)
            print('%-4s %-34s expected %3d judged; seen %3d messages, %3d signatures, %3d encrypted parts' % (
                'FAIL' if problems else 'ok', capture.name, expected, len(messages), seen, opened))
            for problem in problems:
                print('       ' + problem)
            failed += bool(problems)
            signatures += seen
            parts += opened
    print('%d passed, %d failed; %d signatures, %d encrypted parts' % (
        len(chosen) - failed, failed, signatures, parts))
    return 1 if failed or not chosen else 0


if __name__ == '__main__':
    sys.exit(main())
