# SPDX-License-Identifier: GPL-2.0-or-later
"""subprocess.run for command lines of wssc that need no start of their own: where the build has wssc_served (with sanitizers,
whose starts are dear), one process for each thread starts libwireshark, and each command line is a fork of it."""
import os
import socket
import struct
import subprocess
import tempfile
import threading

HERE = threading.local()
# What libwireshark asks for when it starts.
OF_THE_START = ('-C', '--profile', '-Y', '--display-filter', 'nameres.')


class Server:
    def __init__(self, program, name):
        self.program = program
        own, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket = own
        self.process = subprocess.Popen([name, '%d' % other.fileno()], executable=program, pass_fds=(other.fileno(),))
        other.close()

    def number(self):
        octets = self.socket.recv(4)
        if len(octets) < 4:
            raise RuntimeError('%s ended' % self.program)
        return struct.unpack('i', octets)[0]

    def run(self, argv, cwd, streams, timeout):
        words = [cwd, *argv]
        socket.send_fds(self.socket, [b''.join(os.fsencode(w) + b'\0' for w in words)], streams)
        child = self.number()
        self.socket.settimeout(timeout)
        try:
            status = self.number()
        except TimeoutError:
            os.kill(child, 9)
            self.socket.settimeout(None)
            self.number()
            raise subprocess.TimeoutExpired(argv, timeout) from None
        finally:
            self.socket.settimeout(None)
        return os.waitstatus_to_exitcode(status)

    def __del__(self):
        self.socket.close()
        self.process.wait()


def server_of(program):
    """None: there is none."""
    served = os.path.join(os.path.dirname(os.path.abspath(program)), '..', 'tests', 'served', 'wssc_served')
    servers = HERE.__dict__.setdefault('servers', {})
    if served not in servers:
        servers[served] = Server(served, program) if os.path.exists(served) else None
    return servers[served]


def run(argv, capture_output=False, text=False, timeout=None, check=False, cwd=None, stdout=None, stderr=None, **more):
    argv = [os.fspath(word) for word in argv]
    more = {name: value for name, value in more.items() if value is not None}
    is_ours = os.path.basename(argv[0]) == 'wssc'
    is_plain = is_ours and not more and not any(word.startswith(OF_THE_START) for word in argv) and stdout is None and stderr is None
    server = server_of(argv[0]) if is_plain and capture_output else None
    if server is None:
        return subprocess.run(argv, capture_output=capture_output, text=text, timeout=timeout, check=check, cwd=cwd, stdout=stdout,
                              stderr=stderr, **more)
    with open(os.devnull, 'rb') as nothing, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        status = server.run(argv, os.path.abspath(cwd or '.'), [nothing.fileno(), out.fileno(), err.fileno()], timeout)
        said = []
        for file in (out, err):
            file.seek(0)
            octets = file.read()
            said.append(octets.decode().replace('\r\n', '\n').replace('\r', '\n') if text else octets)
    if check and status != 0:
        raise subprocess.CalledProcessError(status, argv, *said)
    return subprocess.CompletedProcess(argv, status, *said)
