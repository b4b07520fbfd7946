#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes tests/data/carriers anew: recorded WS-SecureConversation sessions of CoreWCF, sent once more over other
carriers between real peers on the loopback device, and captured.

h2c, h2-tls    curl -> nghttpx (HTTP/2; TLS with a key log)
chunked-gzip   curl -> Python's http.server: HTTP/1.1, bodies chunked, and compressed with gzip in both directions
websocket      the websockets library, both ends: subprotocol "soap", binary messages with session strings

Needs root or the right to capture, and Debian's nghttp2-proxy, curl, openssl, tshark and python3-websockets.
usage: make_carriers.py PLUGIN
"""
import asyncio
import gzip
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

PLUGIN = os.path.abspath(sys.argv[1])
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
RECORDED = os.path.join(SOURCE, 'tests', 'data', 'captures-real', 'corewcf')
TARGET = os.path.join(SOURCE, 'tests', 'data', 'carriers')
CLEAR, TLS, BACK = 8080, 28580, 28581  # Wireshark knows HTTP/2 in clear on HTTP's ports only


# ---- what was recorded -----------------------------------------------------------------------------------------

def recorded_http(name):
    """(content type, request body, status, response content type, response body), in order."""
    base = os.path.join(RECORDED, name)
    out = subprocess.run(['tshark', '-r', base + '.pcapng', '-o', 'tls.keylog_file:' + base + '.keylog', '-Y', 'http',
                          '-T', 'json', '-x', '-J', 'http frame'], capture_output=True, text=True, check=True).stdout
    requests, pairs = {}, []
    for packet in json.loads(out):
        layers = packet['_source']['layers']
        fields = layers['http']
        body = bytes.fromhex(fields['http.file_data_raw'][0])
        kind = fields['http.content_type']
        if 'http.request_in' not in fields:
            requests[layers['frame']['frame.number']] = (kind, body)
        else:
            status = next(v for k, v in walk(fields) if k == 'http.response.code')
            pairs.append((*requests[fields['http.request_in']], int(status), kind, body))
    return pairs


def walk(fields):
    for key, value in fields.items():
        yield key, value
        if isinstance(value, dict):
            yield from walk(value)


def recorded_nettcp(name):
    """Sessions of (is_client, envelope), as the plugin finds them inside TLS."""
    base = os.path.join(RECORDED, name)
    tshark = Tshark(PLUGIN)
    try:
        out = tshark.run('-r', tshark.place(base + '.pcapng'), '-o',
                         'tls.keylog_file:' + tshark.place(base + '.keylog'), '-Y', 'nettcp', '-T', 'json', '-x')
    finally:
        tshark.close()
    sessions = []
    for packet in json.loads(out, object_pairs_hook=list):
        layers = dict(dict(packet)['_source'])['layers']
        if 'PreambleEnd' in str(layers):
            sessions.append([])
        port = dict(dict(layers)['tcp'])['tcp.dstport']
        sessions[-1:] and sessions[-1].extend((port == '28443', bytes.fromhex(value[0]))
                                              for key, value in layers if key == 'nbfx_raw')
    return [s for s in sessions if s]


# ---- peers -------------------------------------------------------------------------------------------------------

class Service(http.server.ThreadingHTTPServer):
    """Answers each recorded request with what was recorded."""
    daemon_threads = True

    def __init__(self, port, pairs, squeeze):
        self.answers = {request: answer for _, request, *answer in pairs}
        self.squeeze = squeeze
        super().__init__(('127.0.0.1', port), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def body(self):
        if self.headers.get('Transfer-Encoding') != 'chunked':
            return self.rfile.read(int(self.headers['Content-Length']))
        out = b''
        while True:
            size = int(self.rfile.readline(), 16)
            out += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return out

    def do_POST(self):  # pylint: disable=invalid-name
        body = self.body()
        if self.headers.get('Content-Encoding') == 'gzip':
            body = gzip.decompress(body)
        status, kind, answer = self.server.answers[body]
        self.send_response(status)
        self.send_header('Content-Type', kind)
        if not self.server.squeeze:
            self.send_header('Content-Length', str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            return
        self.send_header('Content-Encoding', 'gzip')
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        answer = gzip.compress(answer, mtime=0)
        for at in range(0, len(answer), 500):
            part = answer[at:at + 500]
            self.wfile.write(b'%x\r\n%s\r\n' % (len(part), part))
        self.wfile.write(b'0\r\n\r\n')

    def log_message(self, *_):
        pass


def curl(folder, pairs, options, url, env=None, squeeze=False):
    """All requests given, over one connection."""
    argv = ['curl', '-sS', '--max-time', '20']
    for i, (kind, body, *_) in enumerate(pairs):
        path = os.path.join(folder, 'request-%d' % i)
        with open(path, 'wb') as file:
            file.write(gzip.compress(body, mtime=0) if squeeze else body)
        argv += (['--next'] if i else []) + options + [
            '-o', os.devnull, '-H', 'Content-Type: ' + kind, '-H', 'Expect:', '--data-binary', '@' + path, url]
    subprocess.run(argv, check=True, env={**os.environ, **(env or {})}, timeout=60)


class Capture:
    def __init__(self, name, port):
        self.path = os.path.join(TARGET, name + '.pcapng')
        handle, self.part = tempfile.mkstemp(suffix='.pcapng')
        os.close(handle)
        self.process = subprocess.Popen(['dumpcap', '-q', '-i', 'lo', '-f', 'tcp port %d' % port, '-w', self.part],
                                        stderr=subprocess.DEVNULL)
        time.sleep(2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        time.sleep(2)
        self.process.terminate()
        self.process.wait(20)
        # Without the capturing machine's description.
        subprocess.run(['editcap', '-F', 'pcapng', '--discard-capture-comment', '-F', 'nsecpcap', self.part,
                        self.part + '.plain'], check=True)
        subprocess.run(['editcap', '-F', 'pcapng', self.part + '.plain', self.path], check=True)
        os.unlink(self.part)
        os.unlink(self.part + '.plain')


def http2(folder, name, pairs, is_tls):
    keys = [os.path.join(folder, 'key.pem'), os.path.join(folder, 'cert.pem')]
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', keys[0], '-out', keys[1],
                    '-days', '30', '-subj', '/CN=localhost'], check=True, stderr=subprocess.DEVNULL)
    port = TLS if is_tls else CLEAR
    service = Service(BACK, pairs, False)
    proxy = subprocess.Popen(['nghttpx', '--conf=' + os.devnull, '--workers=1', '--log-level=FATAL',
                              '--accesslog-file=' + os.devnull,
                              '--frontend=127.0.0.1,%d%s' % (port, '' if is_tls else ';no-tls'),
                              '--backend=127.0.0.1,%d' % BACK] + (keys if is_tls else []))
    time.sleep(2)
    keylog = os.path.join(TARGET, name + '.keylog')
    try:
        with Capture(name, port):
            if is_tls:
                curl(folder, pairs, ['--http2', '-k'], 'https://127.0.0.1:%d/service' % TLS,
                     {'SSLKEYLOGFILE': keylog})
            else:
                # Debian 12's curl can't use such a connection twice.
                for pair in pairs:
                    curl(folder, [pair], ['--http2-prior-knowledge'], 'http://127.0.0.1:%d/service' % CLEAR)
    finally:
        proxy.terminate()
        proxy.wait(20)
        service.shutdown()
        service.server_close()


def chunked(folder, name, pairs):
    service = Service(CLEAR, pairs, True)
    try:
        with Capture(name, CLEAR):
            curl(folder, pairs, ['-H', 'Transfer-Encoding: chunked', '-H', 'Content-Encoding: gzip', '--compressed'],
                 'http://127.0.0.1:%d/service' % CLEAR, squeeze=True)
    finally:
        service.shutdown()
        service.server_close()


async def websocket(name, sessions):
    import websockets  # pylint: disable=import-outside-toplevel
    turns = iter(sessions)

    async def serve(socket):
        for client, envelope in next(turns):
            if client:
                await socket.recv()
            else:
                await socket.send(envelope)
        await socket.wait_closed()

    async with websockets.serve(serve, '127.0.0.1', CLEAR, subprotocols=['soap'], compression=None):
        with Capture(name, CLEAR):
            for session in sessions:
                async with websockets.connect('ws://127.0.0.1:%d/service' % CLEAR, subprotocols=['soap'],
                                              compression=None,
                                              extra_headers={'soap-content-type': 'application/soap+msbinsession1'}) as socket:
                    for client, envelope in session:
                        if client:
                            await socket.send(envelope)
                        else:
                            await socket.recv()


def main():
    os.makedirs(TARGET, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        soap12, soap11 = recorded_http('sc-13-entropy-combined'), recorded_http('sc-feb05-soap11')
        http2(folder, 'h2c', soap12, False)
        http2(folder, 'h2-tls', soap11, True)
        chunked(folder, 'chunked-gzip', soap12)
        asyncio.run(websocket('websocket', recorded_nettcp('tcp-feb05')))


main()
