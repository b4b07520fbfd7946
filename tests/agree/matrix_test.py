#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The same packets under every link layer, as IPv6, with Decode As and without, with segments sent again and with every
frame twice: the analyzer, and a stock tshark with the plugin in one pass and in two, find the same messages as ever.

usage: matrix_test.py WSSC PLUGIN SOURCE_DIR [--each-link | --all] [--only REGEX] [-j N]

By default a share, the same each time; --each-link: every capture under every link layer, the ports and the traffic
going round so that each of their pairs meets every link layer; --all: every combination on every capture.
"""
import argparse
import concurrent.futures
import glob
import itertools
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
import relink  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

FOLDERS = ('captures', 'tests/data/captures-real', 'tests/data/carriers')
PORTS = ('as-it-is', 'decode-as')
TRAFFIC = ('once', 'sent-again', 'doubled')
NAMES = ['frame.number', 'wssc.message_id', 'wssc.action', 'wssc.damage']


def captures(source):
    for folder in FOLDERS:
        for path in sorted(glob.glob(os.path.join(source, folder) + '/**/*.pcap*', recursive=True)):
            yield path


def chosen(paths, args):
    """(capture, link, ports, traffic)"""
    combinations = list(itertools.product(relink.LINKS, PORTS, TRAFFIC))
    paths = [path for path in paths if re.search(args.only, path)]
    if args.each_link:
        rounds = list(itertools.product(PORTS, TRAFFIC))
        return [(path, link, *rounds[(nth + turn) % len(rounds)])
                for nth, path in enumerate(paths) for turn, link in enumerate(relink.LINKS)]
    if args.all or args.only:
        return [(path, *combination) for path in paths for combination in combinations]
    jobs = [(path, *combinations[nth * 11 % len(combinations)]) for nth, path in enumerate(paths) if nth % 5 == 0]
    # One of HTTPS in TLS 1.3 and one of 1.2, one of net.tcp, one of HTTP: where a wrong guess costs most.
    for name in ('cxf/tls13-renew', 'cxf/tls05', 'corewcf-nettcp', 'corewcf-session'):
        (path,) = [p for p in paths if os.path.splitext(p)[0].endswith('/' + name)]
        jobs += [(path, *combination) for nth, combination in enumerate(combinations)
                 if nth % 4 == 0 or combination[1:] == ('decode-as', 'sent-again')]
    # Sessions that follow one another on pooled connections, the last segments of one sent again within the next.
    jobs += [(path, 'vlan', 'as-it-is', 'sent-again') for path in paths if 'why-healthy-tcp-feb05' in path]
    return list(dict.fromkeys(jobs))


# ---- variants ------------------------------------------------------------------------------------------------

def repeated(frames, traffic):
    """Sent again: every third segment with payload once more behind the frame that follows it."""
    if traffic == 'once':
        return frames
    if traffic == 'doubled':
        return [frame for frame in frames for _ in range(2)]
    out, waiting, count = [], None, 0
    for frame in frames:
        out.append(frame)
        if waiting is not None:
            out.append(frame[:2] + (waiting,))
            waiting = None
        elif relink.tcp_payload(frame[2]) > 0:
            count += 1
            waiting = frame[2] if count % 3 == 1 else None
    return out


def read_packets(path, scratch):
    link, frames = relink.read(path, scratch)
    packets = []
    for seconds, fraction, octets, length in frames:
        packet = relink.ip_of(link, octets)
        if packet is None or len(octets) < length:
            return None  # not a capture of whole IP packets
        packets.append((seconds, fraction, relink.without_padding(packet)))
    return packets


def decode_as(tshark, path, keylog):
    """Who reads which port, said aloud."""
    out = set()
    rows = tshark.fields(path, ['tcp.srcport', 'tcp.dstport', 'frame.protocols'], *keylog, '-Y', 'tcp.len > 0')
    talking = [(row['tcp.srcport'][0], row['tcp.dstport'][0], row['frame.protocols'][0].split(':')) for row in rows]
    for source, target, protocols in talking:
        above = protocols[protocols.index('tcp') + 1:]
        if above and above[0] in ('http', 'tls', 'nettcp'):
            port = source if sum(source in pair[:2] for pair in talking) > sum(target in pair[:2] for pair in talking) \
                else target
            out.add((port, above[0]))
    by_port = {}
    for port, protocol in out:
        by_port.setdefault(port, set()).add(protocol)
    return ['tcp.port==%s,%s' % (port, 'nettcp' if 'nettcp' in told else 'tls' if 'tls' in told else 'http')
            for port, told in sorted(by_port.items())]


# ---- what is found -------------------------------------------------------------------------------------------

def analyzed(wssc, path, keylog, decode):
    """[(frame, MessageID, action)], status"""
    argv = [wssc, 'events', '--no-progress', path] + (['--tls-keylog', keylog] if keylog else [])
    argv += [word for rule in decode for word in ('-d', rule)]
    done = served.run(argv, capture_output=True, text=True, timeout=300, check=False)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    damaged = [(e['frame'], e['damage']) for e in events if e['type'] == 'message' and e['damage']]
    found = [(e['frame'], e['message_id'], e['action']) for e in events if e['type'] == 'message' and not e['damage']]
    return found, damaged, done.returncode


def seen(tshark, path, keylog, decode, *passes):
    """[(frame, MessageIDs, actions)]: several messages of one frame stand in one row."""
    options = ['-o', 'tls.keylog_file:' + keylog] if keylog else []
    options += [word for rule in decode for word in ('-d', rule)]
    return [(int(row['frame.number'][0]), sorted(row['wssc.message_id']), len(row['wssc.damage']))
            for row in tshark.fields(path, NAMES, *passes, *options, '-Y', 'wssc')]


def by_frame(found):
    frames = {}
    for frame, message_id, _ in found:
        frames.setdefault(frame, []).append(message_id)
    return [(frame, sorted(m for m in ids if m), 0) for frame, ids in sorted(frames.items())]


class Matrix:
    def __init__(self, args):
        self.args = args
        self.tshark = Tshark(args.plugin)
        self.known = {}

    def original(self, path):
        """What the untouched capture holds, its packets, and what -d would say of it."""
        if path not in self.known:
            keylog = os.path.splitext(path)[0] + '.keylog'
            keylog = self.tshark.place(keylog) if os.path.exists(keylog) else None
            with tempfile.NamedTemporaryFile(suffix='.pcap') as scratch:
                packets = read_packets(path, scratch.name)
            found, damaged, status = analyzed(self.args.wssc, path, keylog, [])
            options = ['-o', 'tls.keylog_file:' + keylog] if keylog else []
            rules = decode_as(self.tshark, self.tshark.place(path), options)
            self.known[path] = keylog, packets, found, damaged, status, rules
        return self.known[path]

    def check(self, job):
        path, link, ports, traffic = job
        keylog, packets, found, damaged, status, rules = self.original(path)
        if packets is None:
            return job, 0, ['not a capture of whole IP packets']
        rules = rules if ports == 'decode-as' else []
        copy = os.path.join(self.tshark.home, '%s-%s.pcap' % (os.path.basename(path), '-'.join(job[1:])))
        relink.write(copy, link, repeated(packets, traffic))
        os.chmod(copy, 0o644)
        problems, messages = [], [m[1:] for m in found]
        try:
            mine, lost, mine_status = analyzed(self.args.wssc, copy, keylog, rules)
            if [m[1:] for m in mine] != messages:
                problems.append('%d messages, the analyzer finds %d' % (len(messages), len(mine)))
            if (len(lost), mine_status) != (len(damaged), status):
                problems.append('%d damaged and status %d, in the analyzer %d and %d: %s' %
                                (len(damaged), status, len(lost), mine_status, lost[:3]))
            damaged_frames = {frame for frame, _ in lost}  # left out of what tshark shows as well
            want = by_frame([m for m in mine if m[0] not in damaged_frames])
            for passes in ([], ['-2']):
                rows = [row for row in seen(self.tshark, copy, keylog, rules, *passes) if not row[2]]
                if rows != want:
                    odd = [pair for pair in itertools.zip_longest(want, rows) if pair[0] != pair[1]]
                    problems.append('tshark %s: analyzer and tshark differ, first in %s' % (' '.join(passes), odd[0]))
        finally:
            os.unlink(copy)
        return job, len(found), problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('wssc')
    parser.add_argument('plugin')
    parser.add_argument('source')
    parser.add_argument('--each-link', action='store_true')
    parser.add_argument('--all', action='store_true')
    parser.add_argument('--only', default='', metavar='REGEX')
    parser.add_argument('-j', type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    args.wssc = os.path.abspath(args.wssc)
    jobs = chosen(list(captures(args.source)), args)
    matrix, failed, messages = Matrix(args), 0, 0
    try:
        with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
            for job, count, problems in pool.map(matrix.check, jobs):
                messages += count
                failed += bool(problems)
                if problems:
                    print('FAIL %s: %s' % (os.path.relpath(job[0], args.source), ', '.join(job[1:])))
                    print(''.join('     %s\n' % problem for problem in problems), end='', flush=True)
    finally:
        matrix.tshark.close()
    print('%d variants with %d messages, %d failed' % (len(jobs), messages, failed))
    return 1 if failed or not messages else 0


sys.exit(main())
