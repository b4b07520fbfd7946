#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Small captures of kinds that people meet (tests/data/cases): what is right is what their octets say.

usage: cases_test.py WSSC
"""
import json
import os
import subprocess
import sys
import unittest

WSSC = os.path.abspath(sys.argv[1])
CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'cases')


def rows(command, *path):
    done = subprocess.run([WSSC, command, '--no-progress', '--format', 'json', os.path.join(CASES, *path)],
                          capture_output=True, timeout=120, check=False)
    return json.loads(done.stdout)


class NestedTrust(unittest.TestCase):
    """RST and RSTR two levels down in an application's element are what they are at the Body's top."""
    CAPTURE = ('rst-nested-in-app-body', 'session.pcap')

    def test_context(self):
        (row,) = rows('contexts', *self.CAPTURE)
        self.assertEqual((row['identifier'], row['state'], row['entropy_mode'], row['key_size']),
                         ('urn:uuid:5b0f7f0e-2f5d-4d3e-9a3c-000000000001', 'cancelled', 'combined', 256))
        self.assertEqual((row['established_frame'], row['ended_frame']), (6, 10))
        self.assertEqual(row['instances'][0]['key'], 'known')

    def test_signature(self):
        (row,) = rows('verify', *self.CAPTURE)
        self.assertEqual((row['frame'], row['verdict'], row['key_kind']), (9, 'valid', 'derived'))

    def test_findings(self):
        self.assertEqual([row['frame'] for row in rows('findings', *self.CAPTURE) if row['id'] == 'clear-secret'],
                         [4, 6])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
