#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Peak memory of wssc on SOAP alone: captures of several sizes with the same number of contexts alive at any time.

usage: memory.py WSSC [MEGABYTES,... [COMMAND,...]]      (6,60,600 of contexts; others: verify,findings,events)

Counted are the command and its workers together. Wanted: at the largest size no more than 1.3 times what the size before
it takes, beyond 2 KB a context.
"""
import os
import random
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make_connections  # pylint: disable=wrong-import-position
import make_tls  # pylint: disable=wrong-import-position
import mix  # pylint: disable=wrong-import-position
from contexts import HERE, MANY, ONE  # pylint: disable=wrong-import-position

TIMES, A_CONTEXT = 1.3, 2 / 1024  # MB
DISTURBANCES = ('nothing', 'datagrams', 'joined TLS', 'sent again', 'late')
CONNECTIONS = (250000, 500000, 1000000, 2000000)


def tree_of(process):
    """The process and those that it started."""
    try:
        tasks = os.listdir('/proc/%d/task' % process)
        children = ' '.join(open('/proc/%d/task/%s/children' % (process, task), encoding='ascii').read() for task in tasks)
    except OSError:
        return []
    return [process] + [each for child in children.split() for each in tree_of(int(child))]


def held(process):
    """Its memory in kB, with a share of what others have as well."""
    try:
        with open('/proc/%d/smaps_rollup' % process, encoding='ascii') as file:
            return sum(int(line.split()[1]) for line in file if line.startswith('Pss:'))
    except OSError:
        return 0


def peak(argv):
    """Of the process and its workers together, in MB, as far as looks at it every tenth of a second show."""
    most = 0
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        while child.poll() is None:
            most = max(most, sum(held(process) for process in tree_of(child.pid)))
            time.sleep(0.1)
    if child.returncode not in (0, 3):  # 3: the capture ends within a message
        raise RuntimeError('%s: status %d' % (argv, child.returncode))
    return most / 1024


def contexts_of(wssc, capture, keys):
    rows = subprocess.run([wssc, 'contexts', '--format', 'csv', '--no-progress', *keys, capture], check=False, capture_output=True).stdout
    return rows.count(b'\n') - 1


def make(capture, size, sessions, options):
    """TLS, one long connection of it or of net.tcp, or what make_capture.py makes. Options that it takes to read it."""
    if '--tls' in options:
        make_tls.write(capture, capture + '.keys', size)
        return ['--tls-keylog', capture + '.keys', '--jobs', '1']
    if '--lasting-tls' in options:
        make_tls.write_lasting(capture, capture + '.keys', size, 1, sessions)
        return ['--tls-keylog', capture + '.keys']
    if '--net.tcp' in options:
        argv = ['make_nettcp.py', capture, str(size)]
    else:
        argv = ['make_capture.py', capture, str(size), *options, *sessions]
    subprocess.run([sys.executable, os.path.join(HERE, argv[0]), *argv[1:]], check=True, stdout=subprocess.DEVNULL)
    return []


def table(wssc, sessions, sizes, commands, *options):
    peaks = {command: [] for command in commands}
    counts = []
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, 'soap.pcap')
        for size in sizes:
            keys = make(capture, size, sessions, options)
            for command in commands:
                peaks[command].append(peak([wssc, command, '--no-progress', *keys, capture]))
            counts.append(contexts_of(wssc, capture, keys))
    print('  %-12s %s' % ('MB', ' '.join('%7d' % size for size in sizes)))
    print('  %-12s %s' % ('contexts', ' '.join('%7d' % count for count in counts)))
    for command, own in peaks.items():
        print('  %-12s %s   MB at most' % (command, ' '.join('%7.0f' % megabytes for megabytes in own)), end='')
        if len(own) > 1:
            most = TIMES * (own[-2] - A_CONTEXT * counts[-2]) + A_CONTEXT * counts[-1]
            print('; %.0f wanted at %d MB' % (most, sizes[-1]), end='')
        print(flush=True)


def connections(wssc):
    """Of many connections, none of which is dissected: some hundred octets each at most are wanted."""
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, 'connections.pcap')
        for count in CONNECTIONS:
            make_connections.write(capture, count)
            print('  %8d     %4.0f MB at most' % (count, peak([wssc, 'contexts', '--no-progress', capture])), flush=True)


def records(path):
    """The file's head; then (head, octets) of each frame."""
    with open(path, 'rb') as file:
        yield file.read(24)
        while len(head := file.read(16)) == 16:
            yield head, file.read(struct.unpack('<I', head[8:12])[0])


def datagram(head, number):
    own = mix.udp(b'\x0a\2\0' + bytes([number % 200]), 4000 + number % 999, b'\x0a\2\1\1', 4567, b'state %d' % number)
    return head[:8] + struct.pack('<II', len(own), len(own)), own


def joined_tls(head, number):
    """Of a connection that was there before the capture, and of whose keys nobody knows."""
    own = mix.Tcp(random.Random(7), (b'\x0a\2\0\1', 40001), (b'\x0a\2\1\1', 443), 0)
    own.next[0] = own.next[0] + 69 * number & 0xffffffff
    own.say(0, b'\x17\3\3\0\x40' + bytes(range(64)))
    octets = own.frames[-1][1]
    return head[:8] + struct.pack('<II', len(octets), len(octets)), octets


def is_run(one, other):
    """Both say something, in one direction."""
    return one[1][26:34] == other[1][26:34] and min(len(one[1]), len(other[1])) > 60


def disturb(path, out, kind):
    every = 500
    stream = records(path)
    with open(out, 'wb') as file:
        file.write(next(stream))
        frames, last = list(stream), 0
        for number, (head, octets) in enumerate(frames):
            if kind == 'late' and number > last + every and number + 1 < len(frames) and is_run(frames[number], frames[number + 1]):
                frames[number], frames[number + 1] = frames[number + 1], frames[number]
                (head, octets), last = frames[number], number
            file.write(head + octets)
            if kind in ('datagrams', 'joined TLS') and number % every == 0:
                file.write(b''.join((datagram if kind == 'datagrams' else joined_tls)(head, number // every)))
            if kind == 'sent again' and number > last + every and len(octets) > 60:
                file.write(head + octets)
                last = number


def disturbed(wssc):
    """60 MB of SOAP, as other traffic and losses on the way leave it: libwireshark is made to forget all the same."""
    with tempfile.TemporaryDirectory() as folder:
        plain, capture = os.path.join(folder, 'soap.pcap'), os.path.join(folder, 'disturbed.pcap')
        for what, options in (('many', ()), ('one', ('--one-connection',)), ('one of TLS', ('--lasting-tls',))):
            keys = make(plain, 60, ONE, options)
            peaks = []
            for kind in DISTURBANCES:
                disturb(plain, capture, kind)
                peaks.append('%s %.0f' % (kind, peak([wssc, 'contexts', '--no-progress', *keys, capture])))
            print('  %-12s %s   MB at most' % (what, ', '.join(peaks)), flush=True)


def main():
    sizes = [int(size) for size in (sys.argv[2] if len(sys.argv) > 2 else '6,60,600').split(',')]
    commands = (sys.argv[3] if len(sys.argv) > 3 else 'contexts').split(',')
    for title, sessions in (('one implementation', ONE), ('many implementations', MANY)):
        print(title)
        table(sys.argv[1], sessions, sizes, commands)
    print('one connection that lives through the capture')
    table(sys.argv[1], ONE, sizes, commands, '--one-connection')
    print('one connection of net.tcp that does')
    table(sys.argv[1], ONE, sizes, commands, '--net.tcp')
    print('one connection of TLS with a key log that does')
    table(sys.argv[1], ONE, sizes, commands, '--lasting-tls')
    print('TLS with a key log, by one process')
    table(sys.argv[1], ONE, sizes, commands, '--tls')
    print('all connections alive at once')
    table(sys.argv[1], ONE, sizes, commands, '--alive')
    print('connections that others have')
    connections(sys.argv[1])
    print('60 MB of SOAP by connections, with other traffic between and what losses leave')
    disturbed(sys.argv[1])


if __name__ == '__main__':
    main()
