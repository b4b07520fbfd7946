#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Replays: found in every capture of captures-real that holds one, in no other; and neither found nor lost where frames
come twice for another reason: segments sent again, frames captured twice, two capture points in one file and in two, a
copy on another leg of the way, one session in two files.

usage: replays_test.py WSSC [all|copies|every-copy]
"""
import concurrent.futures
import glob
import json
import os
import struct
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'support'))
import served  # pylint: disable=wrong-import-position
import relink  # noqa: E402  pylint: disable=wrong-import-position

DATA = os.path.realpath(os.path.join(HERE, '..', 'data', 'captures-real'))
# Sent again by intent, as their truth files say; how often each.
REPLAYS = {'cxf/neg13-replay.pcapng': 1, 'wss4j/neg-replay.pcapng': 2}
FINDINGS = {'message-replayed', 'username-nonce-repeated', 'derived-nonce-repeated'}
# HTTP in the clear, TLS, net.tcp; signed and encrypted, renewed, with a user name; the replays themselves.
SESSIONS = ('cxf/sym13.pcapng', 'metro/sym13-renew.pcapng', 'dotnet/sc-13-renew.pcapng', 'corewcf/tcp-feb05.pcapng',
            'mono-http-username-for-certificate.pcap', 'mono-nettcp-none.pcap')
BATCH = 40


def name_of(path):
    return os.path.relpath(path, DATA)


def keylog_of(paths, folder):
    """One key log for all of them; or None."""
    logs = [os.path.splitext(path)[0] + '.keylog' for path in paths]
    logs = [log for log in logs if os.path.exists(log)]
    if not logs:
        return None
    handle, joined = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, 'wb') as file:
        for log in logs:
            with open(log, 'rb') as one:
                file.write(one.read() + b'\n')
    return joined


def findings(wssc, paths, keylog):
    """[(file, finding)] of what is said of replays."""
    options = ['--tls-keylog', keylog] if keylog else []
    done = served.run([wssc, 'findings', '--format', 'json', '--no-progress', *options, *paths],
                      capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError('status %d: %s' % (done.returncode, done.stderr[:400]))
    return [(row['file'], row['id']) for row in json.loads(done.stdout) if row['id'] in FINDINGS]


# ---- all captures --------------------------------------------------------------------------------------------------

def check_batch(wssc, paths, folder):
    problems, seen = [], {}
    for file, finding in findings(wssc, paths, keylog_of(paths, folder)):
        seen.setdefault(os.path.realpath(file), []).append(finding)
    for path in paths:
        wanted = ['message-replayed'] * REPLAYS.get(name_of(path), 0)
        if seen.get(path, []) != wanted:
            problems.append('%s: %s expected, seen %s' % (name_of(path), wanted, seen.get(path, [])))
    return problems


def check_all(wssc, folder, pool):
    paths = sorted(glob.glob(os.path.join(DATA, '**', '*.pcap*'), recursive=True))
    assert len(paths) > 200 and set(REPLAYS) <= {name_of(path) for path in paths}, len(paths)
    batches = [paths[at:at + BATCH] for at in range(0, len(paths), BATCH)]
    problems = []
    for found in pool.map(lambda batch: check_batch(wssc, batch, folder), batches):
        problems += found
    return len(paths), problems


# ---- copies --------------------------------------------------------------------------------------------------------

def checksummed(header):
    """An IPv4 header with its checksum (RFC 791 section 3.1)."""
    header = header[:10] + b'\0\0' + header[12:]
    total = sum(struct.unpack('>%dH' % (len(header) // 2), header))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return header[:10] + struct.pack('>H', ~total & 0xffff) + header[12:]


def at_second_point(packet):
    """Behind a router: its time to live is one less."""
    if packet[0] >> 4 == 6:
        return packet[:7] + bytes([packet[7] - 1]) + packet[8:]
    size = (packet[0] & 15) * 4
    return checksummed(packet[:8] + bytes([packet[8] - 1]) + packet[9:size]) + packet[size:]


def on_next_leg(packet):
    """Between a relay and the service: other addresses. TCP's checksum is not right any more; nobody looks at it."""
    if packet[0] >> 4 == 6:
        return packet[:22] + b'\1' + packet[23:38] + b'\1' + packet[39:]
    size = (packet[0] & 15) * 4
    return checksummed(packet[:13] + b'\7' + packet[14:17] + b'\7' + packet[18:size]) + packet[size:]


def port_of_server(packets):
    """Where the first SYN went, else the lower port."""
    ports = []
    for _, packet in packets:
        at = (packet[0] & 15) * 4 if packet[0] >> 4 == 4 else 40
        if packet[9 if packet[0] >> 4 == 4 else 6] != 6:
            continue
        ports = struct.unpack_from('>HH', packet, at)
        if packet[at + 13] & 0x12 == 2:
            return ports[1]
    return min(ports)


def is_request(packet, port):
    at = (packet[0] & 15) * 4 if packet[0] >> 4 == 4 else 40
    return struct.unpack_from('>H', packet, at + 2)[0] == port


def sent_again(packets):
    """Each segment with payload once more a third of a second later: after the answer to what it holds."""
    return [packets + [(time + 333333, packet) for time, packet in packets if relink.tcp_payload(packet)]]


def doubled(packets):
    return [packets + [(time + 1, packet) for time, packet in packets]]


def second_point(packets):
    return [packets + [(time + 150, at_second_point(packet)) for time, packet in packets]]


def second_file(packets):
    """Its clock is a second and a half ahead."""
    return [packets, [(time + 1500000, at_second_point(packet)) for time, packet in packets]]


def file_before(packets):
    return list(reversed(second_file(packets)))


def relayed(packets):
    """A request is seen a little later on the second leg, its answer a little earlier."""
    port = port_of_server(packets)
    return [packets + [(time + (40 if is_request(packet, port) else -40), on_next_leg(packet)) for time, packet in packets]]


def in_two_files(packets):
    """Rotated in the middle; the two overlap by a few frames."""
    half = len(packets) // 2
    return [packets[:half + 4], packets[half:]]


COPIES = (sent_again, doubled, second_point, second_file, file_before, relayed, in_two_files)


def read(path, folder):
    """[(microseconds, IP packet)]"""
    handle, scratch = tempfile.mkstemp(dir=folder)
    os.close(handle)
    link, frames = relink.read(path, scratch)
    found = [(seconds * 1000000 + fraction, relink.ip_of(link, octets)) for seconds, fraction, octets, _ in frames]
    return [(time, relink.without_padding(packet)) for time, packet in found if packet]


def check_copies(wssc, name, make, folder):
    path, problems = os.path.join(DATA, name), []
    written = []
    for packets in make(read(path, folder)):
        handle, place = tempfile.mkstemp(dir=folder, suffix='.pcap')
        os.close(handle)
        relink.write(place, 'ethernet', [(*divmod(time, 1000000), packet)
                                         for time, packet in sorted(packets, key=lambda one: one[0])])
        written.append(place)
    seen = [finding for _, finding in findings(wssc, written, keylog_of([path], folder))]
    wanted = ['message-replayed'] * REPLAYS.get(name, 0)
    if seen != wanted:
        problems.append('%s, %s: %s expected, seen %s' % (name, make.__name__, wanted, seen))
    return problems


def check_all_copies(wssc, folder, pool, is_every=False):
    pairs = [(name, make) for name in REPLAYS for make in COPIES]
    # Of the others each kind of copy has two, whose turn comes, or all of them.
    pairs += [(name, make) for nth, make in enumerate(COPIES) for at, name in enumerate(SESSIONS)
              if is_every or (at - nth) % 3 == 0]
    problems = []
    for found in pool.map(lambda pair: check_copies(wssc, *pair, folder), pairs):
        problems += found
    return len(pairs), problems


def main():
    wssc, what = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    count, problems = 0, []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for name, check in (('all', check_all), ('copies', check_all_copies),
                            ('every-copy', lambda *three: check_all_copies(*three, is_every=True))):
            if what == name or (what is None and name != 'every-copy'):
                more, found = check(wssc, folder, pool)
                count, problems = count + more, problems + found
    for problem in problems:
        print(problem)
    print('%d captures, %d problems' % (count, len(problems)))
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
