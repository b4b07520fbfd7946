#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc contexts against tshark -T fields -e xml.tag on the same capture: ratio of medians in one run.

usage: contexts.py WSSC [MEGABYTES [ROUNDS]]
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, '..', '..')
# Each copy gets contexts and ids of its own: that leaves signatures valid where only the Timestamp is signed.
SESSIONS = [os.path.join(ROOT, 'captures', 'corewcf-session.pcap')]


def measure(argv):
    """Wall seconds and peak resident megabytes of one run."""
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(argv[0], argv)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise RuntimeError('%s: status %d' % (argv, status))
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    wssc = sys.argv[1]
    megabytes = sys.argv[2] if len(sys.argv) > 2 else '60'
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, 'soap.pcap')
        subprocess.run([sys.executable, os.path.join(HERE, 'make_capture.py'), capture, megabytes, *SESSIONS],
                       check=True)
        commands = {'wssc contexts': [wssc, 'contexts', '--no-progress', capture],
                    'tshark -e xml.tag': ['tshark', '-r', capture, '-T', 'fields', '-e', 'xml.tag']}
        times = {name: [] for name in commands}
        cpu = {name: [] for name in commands}
        peak = {name: 0 for name in commands}
        for _ in range(rounds):
            for name, argv in commands.items():
                wall, used, memory = measure(argv)
                times[name].append(wall)
                cpu[name].append(used)
                peak[name] = max(peak[name], memory)
    for name in commands:
        print('%-18s median %6.2f s (%s), cpu %6.2f s, peak %5.0f MB' % (
            name, statistics.median(times[name]), ' '.join('%.2f' % t for t in times[name]),
            statistics.median(cpu[name]), peak[name]))
    ours, theirs = (statistics.median(times[name]) for name in commands)
    print('ratio of medians: %.1f (at least 5 wanted)' % (theirs / ours))


main()
