#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc contexts against tshark -T fields -e xml.tag on the same captures: ratios of medians in one run.

usage: contexts.py WSSC [MEGABYTES [ROUNDS]]

Two captures are made: sessions of one implementation whose messages are small, and sessions of many. Each copy has
contexts and ids of its own (see make_capture.py): that leaves signatures valid where only the Timestamp is signed.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, '..', '..')
REAL = os.path.join(ROOT, 'tests', 'data', 'captures-real')
ONE = [os.path.join(ROOT, 'captures', 'corewcf-session.pcap')]
MANY = ONE + [os.path.join(REAL, name) for name in (
    'axis2c-rampart/replay.pcap', 'rampart-java/replay.pcap', 'cxf/sym05.pcapng', 'cxf/sym13.pcapng', 'cxf/plain-sym.pcapng',
    'metro/sym05.pcapng', 'metro/sym13.pcapng', 'mono-http-anonymous-for-certificate.pcap',
    'mono-http-username-for-certificate.pcap', 'wss4j/sct05-direct.pcapng', 'wss4j/sct12-sign-encrypt.pcapng')]
WANTED = 5


def measure(argv, fine=(0,)):
    """Wall seconds, processor seconds and peak resident megabytes of one run, which is to end with one of those."""
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(argv[0], argv)
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in fine:
        raise RuntimeError('%s: status %d' % (argv, status))
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(wssc, capture, rounds):
    """Ratio of the medians of their times."""
    commands = {'wssc contexts': [wssc, 'contexts', '--no-progress', capture],
                'tshark -e xml.tag': ['tshark', '-r', capture, '-T', 'fields', '-e', 'xml.tag']}
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, argv in commands.items():
            runs[name].append(measure(argv))
    medians = []
    for name, results in runs.items():
        wall, used, peak = zip(*results)
        medians.append(statistics.median(wall))
        print('  %-18s median %6.2f s (%s), cpu %6.2f s, peak %5.0f MB' % (
            name, medians[-1], ' '.join('%.2f' % t for t in wall), statistics.median(used), max(peak)))
    return medians[1] / medians[0]


def main():
    wssc = sys.argv[1]
    megabytes = sys.argv[2] if len(sys.argv) > 2 else '100'
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, 'soap.pcap')
        for title, sessions in (('one implementation', ONE), ('many implementations', MANY)):
            print(title + ': ', end='', flush=True)
            subprocess.run([sys.executable, os.path.join(HERE, 'make_capture.py'), capture, megabytes, *sessions], check=True)
            print('  ratio of medians: %.1f (at least %d wanted)' % (compare(wssc, capture, rounds), WANTED))


if __name__ == '__main__':
    main()
