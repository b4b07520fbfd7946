#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A real capture, damaged on the way: every message is decoded or told of by frame.

usage: damage_test.py WSSC CAPTURE      (CAPTURE: corewcf-session.pcap)
"""
import json
import os
import struct
import subprocess
import sys
import tempfile

WSSC, CAPTURE = sys.argv[1:3]


def records(data):
    at = 24
    while at < len(data):
        size = struct.unpack_from('<I', data, at + 8)[0]
        yield data[at:at + 16 + size]
        at += 16 + size


def shortened(record, snaplen):
    seconds, micro, captured, length = struct.unpack_from('<IIII', record)
    captured = min(captured, snaplen)
    return struct.pack('<IIII', seconds, micro, captured, length) + record[16:16 + captured]


def run(command, data, expected_status):
    with tempfile.NamedTemporaryFile(suffix='.pcap') as file:
        file.write(data)
        file.flush()
        done = subprocess.run([WSSC, command, '--format', 'json', file.name], capture_output=True,
                              text=True, timeout=120)
    assert done.returncode == expected_status, (done.returncode, done.stderr)
    return json.loads(done.stdout), done.stderr


def frames_of(data, status):
    """Frames of messages that were read, and of damaged ones."""
    with tempfile.NamedTemporaryFile(suffix='.pcap') as file:
        file.write(data)
        file.flush()
        done = subprocess.run([WSSC, 'events', file.name], capture_output=True, text=True, timeout=120)
    assert done.returncode == status, (done.returncode, done.stderr)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    messages = [e for e in events if e['type'] == 'message']
    return ({e['frame'] for e in messages if not e['damage']},
            {e['frame'] for e in messages if e['damage']}, done.stderr)


def main():
    with open(CAPTURE, 'rb') as file:
        data = file.read()
    head, all_records = data[:24], list(records(data))
    whole, damaged, _ = frames_of(data, 0)
    assert damaged == set() and len(whole) == 6, (whole, damaged)

    # The second of the three segments of the first request (frames 4 to 6) is missing: that message is told
    # of at its first frame, every other one is read (its frames come one earlier).
    lost = head + b''.join(all_records[:4] + all_records[5:])
    seen, damaged, _ = frames_of(lost, 3)
    assert seen == {frame - 1 for frame in whole if frame != 6}, seen
    assert damaged == {4}, damaged
    contexts, _ = run('contexts', lost, 3)
    assert [c['state'] for c in contexts] == ['cancelled'], contexts

    # Two segments in the wrong order: nothing is damaged.
    swapped = head + b''.join(all_records[:4] + [all_records[5], all_records[4]] + all_records[6:])
    seen, damaged, _ = frames_of(swapped, 0)
    assert len(seen) == 6 and damaged == set(), (seen, damaged)
    contexts, _ = run('contexts', swapped, 0)
    assert contexts[0]['instances'][0]['key'] == 'known', contexts

    # The capture ends inside the first request.
    seen, damaged, _ = frames_of(head + b''.join(all_records[:5]), 3)
    assert seen == set() and damaged == {4}, (seen, damaged)

    # The file itself breaks off inside a frame.
    size = 24 + sum(len(r) for r in all_records[:8]) + 100
    seen, damaged, stderr = frames_of(data[:size], 3)
    assert seen == {6} and damaged == {8}, (seen, damaged)
    assert 'after frame 8' in stderr and 'cut short' in stderr, stderr

    # Only the first 96 octets of each frame: each message's first frame is told of.
    snapped = head + b''.join(shortened(r, 96) for r in all_records)
    seen, damaged, _ = frames_of(snapped, 3)
    assert seen == set() and damaged == {4, 8, 11, 14, 16, 19}, (seen, damaged)

    # What is no capture at all, and what is not there.
    with tempfile.NamedTemporaryFile(suffix='.pcap') as file:
        file.write(b'not a capture')
        file.flush()
        for path in (file.name, os.path.join(os.path.dirname(file.name), 'not-there.pcap')):
            done = subprocess.run([WSSC, 'contexts', path], capture_output=True, text=True, timeout=60)
            assert done.returncode == 3 and path in done.stderr, (done.returncode, done.stderr)
    print('damage: all as expected')


main()
