#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""wssc contexts by two processes that share the work, against one process on one processor, and against tshark: ratios of medians
in one run.

usage: jobs.py WSSC [MEGABYTES [ROUNDS]]

The captures are those of contexts.py. Wanted: 1.6 times as fast with two jobs as with one and everything bound to one processor,
and 5 times as fast as tshark -T fields -e xml.tag. Peak memory is that of all processes together, by their proportional share.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from contexts import HERE, MANY, ONE, measure  # pylint: disable=wrong-import-position

WANTED_JOBS, WANTED_TSHARK = 1.6, 5


def family(pid):
    """A process and all that it begot."""
    found = [pid]
    for own in found:
        try:
            with open('/proc/%d/task/%d/children' % (own, own), encoding='ascii') as file:
                found += [int(word) for word in file.read().split()]
        except OSError:
            pass
    return found


def megabytes_of(pids):
    total = 0
    for pid in pids:
        try:
            with open('/proc/%d/smaps_rollup' % pid, encoding='ascii') as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith('Pss:'))
        except OSError:
            pass
    return total / 1024


def peak(argv):
    """Megabytes of the whole family at a time, as far as looking every 20 ms tells."""
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most, is_over = [0], threading.Event()

    def look():
        while not is_over.wait(0.02):
            most[0] = max(most[0], megabytes_of(family(process.pid)))

    thread = threading.Thread(target=look)
    thread.start()
    process.wait()
    is_over.set()
    thread.join()
    return most[0]


def compare(wssc, capture, rounds):
    one = [wssc, 'contexts', '--no-progress', '--jobs', '1', capture]
    two = [wssc, 'contexts', '--no-progress', '--jobs', '2', capture]
    commands = {'one job, one processor': ['taskset', '-c', '1', *one], 'one job': one, 'two jobs': two,
                'tshark -e xml.tag': ['tshark', '-r', capture, '-T', 'fields', '-e', 'xml.tag']}
    runs = {name: [] for name in commands}
    for _ in range(rounds):
        for name, argv in commands.items():
            runs[name].append(measure(argv))
    median = {name: statistics.median(wall for wall, _, _ in results) for name, results in runs.items()}
    for name, results in runs.items():
        print('  %-22s median %6.2f s, processor %6.2f s' % (name, median[name], statistics.median(r[1] for r in results)))
    print('  two jobs: %.2f times as fast as one on one processor (%.1f wanted), %.1f times as fast as tshark (%d wanted)' % (
        median['one job, one processor'] / median['two jobs'], WANTED_JOBS, median['tshark -e xml.tag'] / median['two jobs'],
        WANTED_TSHARK))
    print('  peak of all processes: %.0f MB with one job, %.0f MB with two' % (peak(one), peak(two)))


def main():
    wssc = sys.argv[1]
    megabytes = sys.argv[2] if len(sys.argv) > 2 else '60'
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    print('started %s, %d processors' % (time.strftime('%H:%M'), os.cpu_count()))
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, 'soap.pcap')
        for title, sessions in (('one implementation', ONE), ('many implementations', MANY)):
            print(title + ': ', end='', flush=True)
            subprocess.run([sys.executable, os.path.join(HERE, 'make_capture.py'), capture, megabytes, *sessions], check=True)
            compare(wssc, capture, rounds)


if __name__ == '__main__':
    main()
