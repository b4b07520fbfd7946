# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures as lists of packets, to be written again with another link layer, as IPv6, with frames repeated."""
import struct
import subprocess

ETHERNET, NULL, RAW, SLL, SLL2 = 1, 0, 101, 113, 276
MAC = b'\x02\0\0\0\0\x01' + b'\x02\0\0\0\0\x02'


def read(path, scratch):
    """(link type, [(seconds, microseconds, octets, length on the wire)]) of any capture that editcap reads."""
    subprocess.run(['editcap', '-F', 'pcap', path, scratch], check=True, capture_output=True)
    with open(scratch, 'rb') as file:
        data = file.read()
    link, frames, at = struct.unpack_from('<I', data, 20)[0] & 0xffff, [], 24
    while at < len(data):
        seconds, fraction, captured, length = struct.unpack_from('<IIII', data, at)
        frames.append((seconds, fraction, data[at + 16:at + 16 + captured], length))
        at += 16 + captured
    return link, frames


def ip_of(link, octets):
    """The IP packet in a frame; None when there is none."""
    if link == ETHERNET:
        kind, at = octets[12:14], 14
        while kind in (b'\x81\0', b'\x88\xa8'):
            kind, at = octets[at + 2:at + 4], at + 4
        return octets[at:] if kind in (b'\x08\0', b'\x86\xdd') else None
    start = {NULL: 4, RAW: 0, SLL: 16, SLL2: 20}[link]
    return octets[start:] if octets[start:start + 1] and octets[start] >> 4 in (4, 6) else None


def without_padding(packet):
    size = struct.unpack_from('>H', packet, 2)[0] if packet[0] >> 4 == 4 else 40 + struct.unpack_from('>H', packet, 4)[0]
    return packet[:size] if size >= 20 else packet


def as_ip6(packet):
    """IPv4 to IPv6, with the addresses in a prefix for documentation; anything else stays."""
    if packet[0] >> 4 != 4:
        return packet
    header = (packet[0] & 15) * 4
    size = (struct.unpack_from('>H', packet, 2)[0] or len(packet)) - header  # 0: segmentation was the adapter's
    prefix = bytes.fromhex('20010db8') + bytes(8)
    return struct.pack('>IHBB', 0x60000000, size, packet[9], 64) + prefix + packet[12:16] + prefix + packet[16:20] + \
        packet[header:]


def in_ethernet(packet):
    return MAC + (b'\x86\xdd' if packet[0] >> 4 == 6 else b'\x08\0') + packet


def in_vlans(packet):
    frame = in_ethernet(packet)
    return frame[:12] + b'\x88\xa8\0\x05\x81\0\0\x07' + frame[12:]


def in_null(packet):
    return struct.pack('<I', 24 if packet[0] >> 4 == 6 else 2) + packet


def in_sll(packet):
    frame = in_ethernet(packet)
    return struct.pack('>HHH', 0, 1, 6) + MAC[:6] + b'\0\0' + frame[12:14] + packet


def in_sll2(packet):
    frame = in_ethernet(packet)
    return frame[12:14] + b'\0\0' + struct.pack('>IHBB', 1, 1, 0, 6) + MAC[:6] + b'\0\0' + packet


# Name -> (link type of the file, how a packet stands in a frame).
LINKS = {'ethernet': (ETHERNET, in_ethernet), 'vlan': (ETHERNET, in_vlans), 'raw': (RAW, bytes), 'null': (NULL, in_null),
         'sll': (SLL, in_sll), 'sll2': (SLL2, in_sll2), 'ipv6': (ETHERNET, lambda packet: in_ethernet(as_ip6(packet)))}


def tcp_payload(packet):
    """How many octets of payload its segment has; 0 for anything else."""
    header, total = (packet[0] & 15) * 4, struct.unpack_from('>H', packet, 2)[0]
    if packet[0] >> 4 == 6:
        header, total = 40, 40 + struct.unpack_from('>H', packet, 4)[0]
    if len(packet) < header + 20 or packet[9 if packet[0] >> 4 == 4 else 6] != 6:
        return 0
    return max(0, total - header - (packet[header + 12] >> 4) * 4)


def write(path, link, frames):
    """link: one of LINKS. Frames: (seconds, microseconds, IP packet)."""
    number, wrap = LINKS[link]
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, number))
        for seconds, fraction, packet in frames:
            frame = wrap(packet)
            file.write(struct.pack('<IIII', seconds, fraction, len(frame), len(frame)) + frame)
