# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP conversations out of captures, and captures out of conversations: for tests that cut and rearrange what was
captured. A conversation is a list of (is_from_client, octets), in order."""
import re
import struct
import subprocess

SIZED, UNSIZED, NO_PAYLOAD = 6, 5, (7, 10, 11, 12)


def conversations(path, port, *options):
    """Of each TCP connection to that port, what was written. Segments that one end sent in a row are one entry each."""
    done = subprocess.run(['tshark', '-r', path, *options, '-Y', 'tcp.port == %d && tcp.len > 0' % port, '-T', 'fields',
                           '-e', 'tcp.stream', '-e', 'tcp.dstport', '-e', 'tcp.payload'],
                          capture_output=True, text=True, check=True, timeout=120)
    found = {}
    for line in done.stdout.splitlines():
        stream, target, payload = line.split('\t')
        found.setdefault(int(stream), []).append((int(target) == port, bytes.fromhex(payload)))
    return [found[stream] for stream in sorted(found)]


def sources(tshark, path, title, *options):
    """(frame number, octets) of each data source of that title, from the hexdumps of a stock_tshark.Tshark. The options'
    filter lets through only frames that have more sources than the frame itself: others have no titles."""
    numbers = [int(n) for n in tshark.run('-r', path, *options, '-T', 'fields', '-e', 'frame.number').split()]
    nth, source, found = -1, None, []
    for line in tshark.run('-r', path, *options, '-x', '-O', 'frame').splitlines():
        head = re.fullmatch(r'(.*) \(\d+ bytes?\):', line)
        if head:
            source = head.group(1)
            nth += source == 'Frame'
            if source == title:
                found.append((numbers[nth], b''))
        elif source == title and re.match('[0-9a-f]{4,}  ', line):
            number, octets = found[-1]
            found[-1] = (number, octets + bytes.fromhex(line.split('  ')[1]))
    return found


def tls_content(tshark, path, keylog, port):
    """What TLS records to and from that port carry, record by record."""
    path = tshark.place(path)
    options = ['-o', 'tls.keylog_file:' + tshark.place(keylog), '-Y', 'tls.app_data']
    rows = tshark.fields(path, ['frame.number', 'tcp.dstport'], *options)
    ways = {int(row['frame.number'][0]): row['tcp.dstport'] == [str(port)] for row in rows}
    return [(ways[number], octets) for number, octets in sources(tshark, path, 'Decrypted TLS', *options)]


def segmented(pieces, most):
    """The same octets in segments of no more than so many."""
    return [(way, octets[i:i + most]) for way, octets in pieces for i in range(0, len(octets), most)]


def write(path, talks, port, client_port=50000, one_service=False):
    """A capture of raw IPv4 with these conversations one after the other, each on a TCP connection that was open before
    and stays so; the i-th is to the service at port + i, or from client_port + i to one service. Gives for each the range
    of its frame numbers."""
    hosts = {True: b'\xc0\0\x02\x01', False: b'\xc0\0\x02\x02'}
    frames, number = [], 0
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 101))
        for nth, pieces in enumerate(talks):
            sent, first = {True: 1000, False: 5000}, number
            client, service = (client_port + nth, port) if one_service else (client_port, port + nth)
            for way, octets in pieces:
                ends = (client, service) if way else (service, client)
                tcp = struct.pack('>HHIIBBHHH', *ends, sent[way], sent[not way], 5 << 4, 0x18, 65535, 0, 0)
                ip = struct.pack('>BBHHHBBH', 0x45, 0, 40 + len(octets), number & 0xffff, 0x4000, 64, 6, 0)
                frame = ip + hosts[way] + hosts[not way] + tcp + octets
                time = (1700000000 + number // 1000, number % 1000 * 1000)
                file.write(struct.pack('<IIII', *time, len(frame), len(frame)) + frame)
                sent[way] += len(octets)
                number += 1
            frames.append(range(first + 1, number + 1))
    return frames


# ---- net.tcp, read apart from what is tested with it ------------------------------------------------------

def number(octets, at):
    value = shift = 0
    while True:
        value |= (octets[at] & 0x7f) << shift
        shift, at = shift + 7, at + 1
        if not octets[at - 1] & 0x80:
            return value, at


def records(octets):
    """(type, start, where its content starts, end) of each record of one direction."""
    at = 0
    while at < len(octets):
        start, kind = at, octets[at]
        at += 1
        if kind in (0, 1, 3):
            content, at = at, at + (2 if kind == 0 else 1)
        elif kind in NO_PAYLOAD:
            content = at
        elif kind == UNSIZED:
            content, size = at, 1
            while size:
                size, at = number(octets, at)
                at += size
        else:
            size, content = number(octets, at)
            at = content + size
        yield kind, start, content, at


def joined(pieces, way):
    return b''.join(octets for is_client, octets in pieces if is_client == way)
