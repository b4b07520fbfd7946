#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What messages of a megabyte cost that ask for as much work as they can (tests/hostile/messages.py), beside a benign signed one
of the same size: processor time beyond that of a message with nothing in it, and peak memory. Rounds take turns; the least
of them counts, which what else runs on the machine changes least. With the plugin: the peak memory of a stock tshark that
draws each message as well.

usage: hostile.py WSSC [--rounds N] [--plugin WSSC.SO]
Status 1 if one takes more than five times the benign one's time, or more than 500 MB.
"""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'hostile'))
sys.path.append(os.path.join(os.path.dirname(HERE), 'support'))  # behind: both have messages
import make_pcap  # pylint: disable=wrong-import-position
import messages  # pylint: disable=wrong-import-position
import stock_tshark  # pylint: disable=wrong-import-position

MOST_TIMES, MOST_MEGABYTES = 5, 500


def run(argv, env=None):
    """(seconds of processor time, megabytes at the peak)"""
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    _, _, usage = os.wait4(child.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def place(folder, name, text, keys):
    paths = [os.path.join(folder, name + end) for end in ('.xml', '.keys')]
    for path, content in zip(paths, (text, keys)):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(content)
    return paths


def in_tshark(tshark, folder, text, keys):
    """Megabytes at the peak of tshark -V of a capture with the message."""
    body = text.encode()
    head = ('POST /service HTTP/1.1\r\nHost: a\r\nContent-Type: application/soap+xml\r\nContent-Length: %d\r\n\r\n' %
            len(body)).encode()
    capture = os.path.join(folder, 'message.pcap')
    make_pcap.write(capture, (80, [(True, head + body)]))
    copy, key_file = tshark.place(capture), tshark.place(keys)
    _, peak = run(tshark.prefix + ['tshark', '-r', copy, '-V', '-o', 'wssc.keylog_file:' + key_file], tshark.env)
    os.unlink(copy)
    os.unlink(key_file)
    return peak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('wssc')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--plugin')
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for i in range(8):
            subprocess.run(['openssl', 'genrsa', '-out', os.path.join(folder, 'key%d.pem' % i), '2048'], check=True,
                           capture_output=True)
        # Reading a key file is no message's work: the nothing that is subtracted is run with the same keys.
        cases = {name: (place(folder, name, text, keys), place(folder, name + '-nothing', messages.envelope('', '', ''), keys))
                 for name, text, keys in messages.messages()}
        times, bases = {name: [] for name in cases}, {name: [] for name in cases}
        peaks, drawn = dict.fromkeys(cases, 0), dict.fromkeys(cases, 0)
        if args.plugin:
            tshark = stock_tshark.Tshark(args.plugin)
            for name, text, _ in messages.messages():
                drawn[name] = in_tshark(tshark, folder, text, cases[name][0][1])
            tshark.close()
        for _ in range(args.rounds):
            for name, (own, nothing) in cases.items():
                bases[name].append(run([args.wssc, 'decode', '-k', nothing[1], nothing[0]])[0])
                taken, peak = run([args.wssc, 'decode', '-k', own[1], own[0]])
                times[name].append(taken)
                peaks[name] = max(peaks[name], peak)
    # The least of each, apart: the least difference of pairs is what noise made of it.
    beyond = {name: min(own) - min(bases[name]) for name, own in times.items()}
    is_over = False
    for name, own in beyond.items():
        ratio = own / beyond['benign']
        is_bad = ratio > MOST_TIMES or max(peaks[name], drawn[name]) > MOST_MEGABYTES
        is_over = is_over or is_bad
        print('%-36s %6.3f s  %5.1fx  %4d MB%s%s' % (
            name, own, ratio, peaks[name], '  tshark %4d MB' % drawn[name] if args.plugin else '', '  <-' if is_bad else ''))
    return 1 if is_over else 0


if __name__ == '__main__':
    sys.exit(main())
