#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The client's certificate in TLS, compared with a policy that requires one or does not: both ends are OpenSSL's, in TLS
1.2 and 1.3, asked or not, with a certificate or without; and with the client's answer lost.

usage: certificate_test.py WSSC
"""
import json
import os
import ssl
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

import described_test
import profile_test
from profile_test import talks
from wwsapi import Session

VERSIONS = {'1.2': ssl.TLSVersion.TLSv1_2, '1.3': ssl.TLSVersion.TLSv1_3}
# is asked for, is there; what is seen, and what a policy says that requires none, or one
CASES = [
    ('not-asked', False, True, 'none shown', 'same', 'differs'),
    ('has-none', True, False, 'none shown', 'same', 'differs'),
    ('shown', True, True, 'shown', 'cannot tell', 'same'),
]


def line_of(wssc, folder, path, is_required):
    policy = os.path.join(folder, 'policy.wsdl')
    text = described_test.wsdl(described_test.policy())
    with open(policy, 'w', encoding='utf-8') as file:
        file.write(text.replace('RequireClientCertificate="false"', 'RequireClientCertificate="true"') if is_required else text)
    done = served.run([wssc, 'binding', '--expect', policy, '--format', 'json', '--no-progress', '--tls-keylog',
                       os.path.join(folder, 'tls.keylog'), path], capture_output=True, text=True, timeout=120)
    lines = [line for row in json.loads(done.stdout or '[]') if row['scope'] == 'endpoint'
             for c in row['comparisons'] for line in c['lines'] if line['name'] == 'client certificate']
    return lines[0] if len(lines) == 1 else {'result': done.stderr, 'observed': None, 'evidence': []}


def shows_certificate(path, keylog):
    """The frames in which tshark sees a client's certificate, compressed or not."""
    done = subprocess.run(['tshark', '-r', path, '-o', 'tls.keylog_file:' + keylog, '-Y',
                           'tls.handshake.type in {11, 25} and tcp.dstport == 443', '-T', 'fields', '-e', 'frame.number'],
                          capture_output=True, text=True, check=True, timeout=60)
    return [int(line) for line in done.stdout.split()]


def without(path, frame):
    lost = path + '.lost'
    subprocess.run(['editcap', path, lost, str(frame)], check=True, capture_output=True, timeout=60)
    return lost


def check(wssc, folder, version, case):
    name, is_asked, is_there, observed, if_none, if_required = case
    path = profile_test.capture(Session(name=name), folder, name + version,
                                talks.Tls(folder, VERSIONS[version], is_asked, is_there))
    frames = shows_certificate(path, os.path.join(folder, 'tls.keylog'))
    yield 'asked for', is_asked, len(frames) == 1
    for is_required, result in ((False, if_none), (True, if_required)):
        line = line_of(wssc, folder, path, is_required)
        yield 'required' if is_required else 'not required', (observed, result), (line['observed'], line['result'])
        if is_asked:
            yield 'its frame', frames, [e['frame'] for e in line['evidence']]
    if is_asked and version == '1.2': # TLS 1.3 cannot be opened behind it
        line = line_of(wssc, folder, without(path, frames[0]), True)
        yield 'lost', ('unknown', 'cannot tell'), (line['observed'], line['result'])


def main():
    wssc, failed = sys.argv[1], 0
    with tempfile.TemporaryDirectory() as folder:
        for version in VERSIONS:
            for case in CASES:
                for what, expected, seen in check(wssc, folder, version, case):
                    print('%-4s TLS %s %-10s %-13s expected %s, seen %s' % (
                        'ok' if expected == seen else 'FAIL', version, case[0], what, expected, seen))
                    failed += expected != seen
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
