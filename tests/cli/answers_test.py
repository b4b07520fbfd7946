#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which answer belongs to which request where nothing in the messages says so (SOAP 1.1 without addressing): behind
interim answers of HTTP, in frames of their own and in the answer's; and what is said where there is none.

usage: answers_test.py WSSC SOURCE_DIR
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
import talks  # noqa: E402  pylint: disable=wrong-import-position

SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'
CONTINUE = b'HTTP/1.1 100 Continue\r\n\r\n'
MONO = 'tests/data/captures-real/mono-basichttp.pcap'  # interim answers in frames of their own, 2 calls


def envelope(name):
    return ("<s:Envelope xmlns:s='%s'><s:Body><%s xmlns='urn:app'/></s:Body></s:Envelope>" % (SOAP, name)).encode()


def ask(name):
    return b'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n' % (
        len(envelope(name))) + envelope(name)


def answer(name):
    return b'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n' % len(envelope(name)) + envelope(name)


def head_first(name):
    """A client that waits for the interim answer before it sends the body."""
    head, body = ask(name).split(b'\r\n\r\n')
    return [(True, head + b'\r\n\r\n'), (False, CONTINUE), (True, body), (False, answer(name))]


CASES = {  # name -> turns, exchanges (has request, has response), causes
    'in frames of their own': ([(True, ask('a')), (False, CONTINUE), (False, answer('a')),
                                (True, ask('b')), (False, CONTINUE), (False, answer('b'))], [(1, 1), (1, 1)], []),
    'several interim ones': ([(True, ask('a')), (False, CONTINUE), (False, b'HTTP/1.1 102 Processing\r\n\r\n'),
                              (False, answer('a'))], [(1, 1)], []),
    'in one frame': ([(True, ask('a')), (False, CONTINUE + answer('a')),
                      (True, ask('b')), (False, CONTINUE + answer('b'))], [(1, 1), (1, 1)], []),
    'after the head': (head_first('a') + head_first('b'), [(1, 1), (1, 1)], []),
    'no interim ones': ([(True, ask('a')), (False, answer('a')), (True, ask('b')), (False, answer('b'))],
                        [(1, 1), (1, 1)], []),
    'a request is lost': ([(True, ask('a')), (False, answer('a')), (False, answer('b'))], [(0, 1), (1, 1)], []),
    'nothing but an interim one': ([(True, ask('a')), (False, CONTINUE)], [(1, 0)], ['no-answer']),
}


def run(wssc, command, *arguments):
    done = served.run([wssc, command, '--no-progress', *arguments], capture_output=True, text=True, timeout=120,
                      check=True)
    return done.stdout


def exchanges(wssc, capture):
    rows = [json.loads(line) for line in run(wssc, 'events', capture).splitlines()]
    return sorted((int(row['request_frame'] is not None), int(row['response_frame'] is not None))
                  for row in rows if row['type'] == 'exchange')


def causes(wssc, capture):
    return [row['cause'] for row in json.loads(run(wssc, 'why', '--format', 'json', capture))]


def connection(start, turns):
    """Turns a tenth of a second apart."""
    return 8080, [(1700000000 + start + nth / 10, is_client, octets) for nth, (is_client, octets) in enumerate(turns)]


def main():
    wssc, source, problems = sys.argv[1], sys.argv[2], []
    with tempfile.TemporaryDirectory() as folder:
        for name, (turns, wanted, wanted_causes) in CASES.items():
            capture = os.path.join(folder, 'answers.pcap')
            # A minute later all is well: the capture does not end in the middle.
            talks.write(capture, connection(0, turns), connection(60, [(True, ask('c')), (False, answer('c'))]))
            if exchanges(wssc, capture) != sorted(wanted + [(1, 1)]):
                problems.append('%s: exchanges %s expected, seen %s' % (name, wanted, exchanges(wssc, capture)))
            if causes(wssc, capture) != wanted_causes:
                problems.append('%s: %s expected, seen %s' % (name, wanted_causes, causes(wssc, capture)))
    mono = os.path.join(source, MONO)
    if exchanges(wssc, mono) != [(1, 1), (1, 1)] or causes(wssc, mono):
        problems.append('%s: %s, %s' % (MONO, exchanges(wssc, mono), causes(wssc, mono)))
    print('\n'.join(problems) or 'all well')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
