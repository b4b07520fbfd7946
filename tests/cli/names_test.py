#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The names under which a message is on its way, To, Host, the name asked of TLS, net.tcp's Via and HTTP's: told where
they do not agree, in findings and by why, and not told where they do.

usage: names_test.py WSSC
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
import talks  # noqa: E402  pylint: disable=wrong-import-position

SOAP = 'http://www.w3.org/2003/05/soap-envelope'
ENVELOPE = ("<s:Envelope xmlns:s='" + SOAP + "' xmlns:a='http://www.w3.org/2005/08/addressing' xmlns:o='http://docs.oasis-"
            "open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' xmlns:c='http://docs.oasis-open.org/ws-sx/ws-"
            "secureconversation/200512'><s:Header><a:Action>%s</a:Action>%s</s:Header><s:Body>%s</s:Body></s:Envelope>")
SCT = '<o:Security><c:SecurityContextToken><c:Identifier>urn:ctx</c:Identifier></c:SecurityContextToken></o:Security>'
NAME = 'service.example.org'  # that talks.Tls asks for


def call(to):
    return (ENVELOPE % ('urn:app/call', '<a:MessageID>urn:m:1</a:MessageID><a:To>%s</a:To>%s' % (to, SCT),
                        "<q xmlns='urn:app'/>")).encode()


ANSWER = (ENVELOPE % ('urn:app/answer', '<a:RelatesTo>urn:m:1</a:RelatesTo>', "<r xmlns='urn:app'/>")).encode()


def post(host, envelope, more=''):
    return ('POST /echo HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/soap+xml\r\nContent-Length: %d\r\n\r\n' % (
        host, more, len(envelope))).encode() + envelope


def answer(status='200 OK', envelope=ANSWER):
    return ('HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n' % (
        status, 'application/soap+xml' if envelope else 'text/html', len(envelope))).encode() + envelope


def carried(wire, port, turns, most=1 << 20):
    """A connection of talks.write: what the wire makes of the turns, from one moment on, a tenth of a second apart. The
    beginning comes in pieces of so many octets."""
    said = [[(is_client, octets[at:at + most]) for is_client, octets in wire.begin() for at in range(0, len(octets), most)]]
    said += [wire.say(is_client, octets) for is_client, octets in turns]
    return port, [(1700000000 + step / 10 + nth / 1000, is_client, octets)
                  for step, all_said in enumerate(said) for nth, (is_client, octets) in enumerate(all_said)]


def framed(via, envelope):
    """[MC-NMF]: version 1.0, duplex, Via, text of SOAP 1.2; and one message each way."""
    def record(octets):
        assert len(octets) < 1 << 14
        size = bytes([len(octets)]) if len(octets) < 128 else bytes([len(octets) & 127 | 128, len(octets) >> 7])
        return b'\6' + size + octets
    preamble = b'\0\1\0\1\2\2' + bytes([len(via)]) + via.encode() + b'\3\3\x0c'
    return [(True, preamble), (False, b'\x0b'), (True, record(envelope)), (False, record(ANSWER))]


def run(wssc, command, capture, keylog):
    options = ['--tls-keylog', keylog] if os.path.exists(keylog) else []
    done = served.run([wssc, command, '--format', 'json', '--no-progress', *options, capture],
                      capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


def https(folder, host, to, more='', reply=None, most=1 << 20):
    return carried(talks.Tls(folder), 443, [(True, post(host, call(to), more)), (False, reply or answer())], most)


def http(host, to):
    return carried(talks.Clear(), 8080, [(True, post(host, call(to))), (False, answer())])


def cases(folder):
    """name, connection, what the finding says (None: there is none), cause and what it says"""
    yield 'all agree', https(folder, NAME, 'https://%s/echo' % NAME), None, None
    yield 'another port', https(folder, NAME + ':443', 'https://%s/echo' % NAME.upper()), None, None
    yield 'Host', https(folder, 'inner:8443', 'https://%s/echo' % NAME), ['Host is inner:8443'], None
    yield 'server name', https(folder, 'other.example.org', 'https://other.example.org/echo'), \
        ['To is https://other.example.org/echo', 'TLS was asked for ' + NAME], None
    yield 'name in pieces', https(folder, 'other.example.org', 'https://other.example.org/echo', most=60), \
        ['TLS was asked for ' + NAME], None
    yield 'relayed', https(folder, 'inner', 'https://%s/echo' % NAME, 'Via: 1.1 edge (proxy)\r\n'), \
        ['Host is inner', 'passed on by 1.1 edge (proxy)'], None
    yield 'misdirected', https(folder, 'other.example.org', 'https://other.example.org/echo',
                               reply=answer('421 Misdirected Request', b'')), \
        ['TLS was asked for ' + NAME], ('to-mismatch', 'TLS was asked for ' + NAME)
    yield 'TLS ended', http(NAME, 'https://%s/echo' % NAME), ['comes in the clear'], None
    yield 'no TLS', http(NAME, 'http://%s/echo' % NAME), None, None
    yield 'Via', carried(talks.Clear(), 808, framed('net.tcp://inner:808/echo', call('net.tcp://%s/echo' % NAME))), \
        ['Via is inner:808'], None
    yield 'Via agrees', carried(talks.Clear(), 808, framed('net.tcp://%s:808/echo' % NAME, call('net.tcp://%s/echo' % NAME))), \
        None, None


def check(wssc, folder, name, connection, wanted, cause):
    capture, problems = os.path.join(folder, 'names.pcap'), []
    talks.write(capture, connection)
    keylog = os.path.join(folder, 'tls.keylog')
    texts = [row['text'] for row in run(wssc, 'findings', capture, keylog) if row['id'] == 'address-mismatch']
    if len(texts) != (wanted is not None) or any(part not in texts[0] for part in wanted or []):
        problems.append('%s: %s expected, seen %s' % (name, wanted, texts))
    troubles = run(wssc, 'why', capture, keylog)
    if cause is None and troubles:
        problems.append('%s: nothing was refused, seen %s' % (name, troubles))
    if cause is not None and (not troubles or troubles[0]['cause'] != cause[0] or cause[1] not in troubles[0]['text']):
        problems.append('%s: %s expected, seen %s' % (name, cause, [(t['cause'], t['text']) for t in troubles]))
    return problems


def main():
    wssc, problems = sys.argv[1], []
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(folder):
            problems += check(wssc, folder, *case)
    print('\n'.join(problems) or 'all well')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
