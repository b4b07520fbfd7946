#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures whole, cut by a snapshot length, and with frames missing: tshark shows every frame in full, none of our
dissectors throws, and what is lost is never called malformed or invalid by us.

usage: robust_test.py PLUGIN DATA_DIR [EVERY]      (each EVERYth capture only: all of them take minutes)
"""
import concurrent.futures
import glob
import os
import random
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

PLUGIN, DATA = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
EVERY = int(sys.argv[3]) if len(sys.argv) > 3 else 1
# What a dissector that threw leaves in the tree, with the name of the protocol it was in.
THROWN = re.compile(r'\[(?:Malformed Packet|Packet size limited during capture|'
                    r'Reassembly error, protocol)[ :,]*(?:WSSC|NETTCP|NBFX)|Dissector bug')


def capture_files():
    return sorted(path for pattern in ('captures-real/*', 'captures-real/*/*', 'carriers/*')
                  for path in glob.glob(os.path.join(DATA, pattern)) if path.endswith(('.pcap', '.pcapng')))


def editcap(tshark, path, name, *args):
    copy = os.path.join(tshark.home, name + os.path.basename(path))
    subprocess.run(['editcap', *args[:-1], path, copy, *args[-1]], check=True, capture_output=True)
    os.chmod(copy, 0o644)
    return copy


def frame_count(path):
    out = subprocess.run(['capinfos', '-c', '-M', '-T', '-r', path], check=True, capture_output=True, text=True).stdout
    return int(out.split('\t')[-1])


def variants(tshark, path, number):
    prefix = '%d-' % number
    chance = random.Random(number)
    count = frame_count(path)
    missing = [str(frame) for frame in range(1, count + 1) if chance.random() < 0.15]
    yield 'whole', tshark.place(path)
    yield 'cut', editcap(tshark, path, prefix + 'cut-', '-s', '96', [])
    if missing:
        yield 'missing', editcap(tshark, path, prefix + 'missing-', missing[:500])


def check(tshark, path, number):
    keylog = os.path.splitext(path)[0] + '.keylog'
    options = ['-o', 'tls.keylog_file:' + tshark.place(keylog)] if os.path.exists(keylog) else []
    problems, invalid = [], {}
    for kind, copy in variants(tshark, path, number):
        out = tshark.run('-2', '-r', copy, '-V', *options)
        problems += ['%s: %s' % (kind, line.strip()) for line in out.splitlines() if THROWN.search(line)]
        invalid[kind] = out.count('[Verdict: invalid]')
        os.unlink(copy)
    # A signature that is invalid where octets are lost was so before.
    problems += ['%s: %d invalid signatures' % item for item in invalid.items() if item[1] > invalid['whole']]
    return os.path.relpath(path, DATA), problems


def main():
    tshark = Tshark(PLUGIN)
    tshark.env['WIRESHARK_ABORT_ON_DISSECTOR_BUG'] = '1'
    failed = total = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for name, problems in pool.map(lambda job: check(tshark, job[1], job[0]), enumerate(capture_files()[::EVERY])):
                total += 1
                failed += bool(problems)
                print('%-4s %s' % ('FAIL' if problems else 'ok', name))
                for problem in problems[:5]:
                    print('       ' + problem)
    finally:
        tshark.close()
    print('%d passed, %d failed' % (total - failed, failed))
    return 1 if failed or not total else 0


sys.exit(main())
