# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP connections over IPv4 as a capture file, for what nobody has recorded."""
import struct

CLIENT, SERVER = b'\xc0\x00\x02\x01', b'\xc0\x00\x02\x02'


def tcp_packet(is_client, ports, seq, ack, flags, data):
    source, target = (CLIENT, SERVER) if is_client else (SERVER, CLIENT)
    from_port, to_port = ports if is_client else ports[::-1]
    tcp = struct.pack('>HHIIBBHHH', from_port, to_port, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
    return struct.pack('>BBHHHBBH', 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0) + source + target + tcp + data


def write(path, *connections):
    """Each connection: (server's port, [(is_client, octets), ...]); long octets go in segments."""
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        clock = 1700000000000000

        def put(packet):
            nonlocal clock
            clock += 1000
            file.write(struct.pack('<IIII', clock // 1000000, clock % 1000000, len(packet), len(packet)) + packet)

        for number, (port, turns) in enumerate(connections):
            ports = (50000 + number, port)
            at = {True: 1000, False: 2000}
            put(tcp_packet(True, ports, 999, 0, 2, b''))
            put(tcp_packet(False, ports, 1999, 1000, 0x12, b''))
            put(tcp_packet(True, ports, 1000, 2000, 0x10, b''))
            for is_client, octets in turns:
                for start in range(0, len(octets), 1400):
                    part = octets[start:start + 1400]
                    put(tcp_packet(is_client, ports, at[is_client], at[not is_client], 0x18, part))
                    at[is_client] += len(part)
