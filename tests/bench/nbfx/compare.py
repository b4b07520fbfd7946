#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Binary XML documents a second of wssc's core and of Mono's XmlDictionaryReader, in turns, in one run.

    compare.py SOURCE BENCH_NBFX BENCH_NBFX_EXE [ROUNDS [SECONDS]]"""
import base64
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'support'))
import streams  # pylint: disable=wrong-import-position

WAYS = ('read', 'text', 'tree')
TLS = ('corewcf/sc-13-binary', 'dotnet/sc-13-binary')
HTTP = ('corewcf/http-binary.pcapng', 'dotnet/http-binary.pcapng', 'mono-http-msbin1.pcap')
NETTCP = (('mono-nettcp-none.pcap', 18088), ('mono/tcp-none.pcapng', 18443), ('corewcf/tcp-none.pcapng', 28443),
          ('dotnet/tcp-none.pcapng', 18443), ('wine/tcp-bin-session.pcapng', 18808))


# ---- the documents: (octets, strings of the session) -----------------------------------------------------------

def vectors(source):
    for vector in json.loads((source / 'tests/vectors/nbfx/reference.json').read_text())['vectors']:
        if vector['dictionary'] == 'nbfs':
            yield bytes.fromhex(vector['hex']), [s.encode() for s in vector.get('session_strings') or []]
    for vector in json.loads((source / 'tests/vectors/nbfx/wine.json').read_text())['vectors']:
        if vector['static'] == 'nbfs' and 'malformed' not in vector:
            yield bytes.fromhex(vector['hex']), [s.encode() for s in vector['dictionary'] or []]


def http_bodies(path, keylog=None):
    options = ['-o', 'tls.keylog_file:%s' % keylog] if keylog else []
    done = subprocess.run(['tshark', '-r', path, *options, '-Y', 'http.content_type contains "msbin1"', '-T', 'fields',
                           '-e', 'media.type'], capture_output=True, text=True, check=True)
    return [(bytes.fromhex(line), []) for line in done.stdout.split()]


def session_bodies(pieces, way):
    """Envelopes of one direction, each with the strings known when it is read."""
    octets, strings = streams.joined(pieces, way), []
    for kind, _, content, end in streams.records(octets):
        if kind == streams.SIZED:
            size, at = streams.number(octets, content)
            content = at + size
            while at < content:
                length, at = streams.number(octets, at)
                strings.append(octets[at:at + length])
                at += length
            yield octets[content:end], list(strings)


def envelopes(data):
    for name in HTTP:
        yield from http_bodies(data / name)
    for name in TLS:
        yield from http_bodies(data / (name + '.pcapng'), data / (name + '.keylog'))
    for name, port in NETTCP:
        for pieces in streams.conversations(str(data / name), port):
            for way in (True, False):
                yield from session_bodies(pieces, way)


# ---- running ------------------------------------------------------------------------------------------------------

class Program:
    def __init__(self, command):
        self.rates = []
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self, seconds, keep=True):
        self.process.stdin.write('%g\n' % seconds)
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit('a program ended: ' + ' '.join(self.process.args))
        if keep:
            self.rates.append(float(answer))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def texts(command):
    done = subprocess.run(command + ['print'], capture_output=True, text=True, check=True,
                          env=dict(os.environ, TZ='UTC'))  # local times are rendered where they are read
    return [None if line.startswith('!') else base64.b64decode(line).decode() for line in done.stdout.splitlines()]


def write(path, documents):
    path.write_text(''.join('%s\t%s\n' % (octets.hex(), ','.join(s.hex() for s in strings))
                            for octets, strings in documents))


def canonical(text):
    """Mono's writer puts declarations in another order and escapes more. None for vectors that are no document."""
    try:
        return xml.etree.ElementTree.canonicalize(text, with_comments=True)
    except xml.etree.ElementTree.ParseError:
        return None


def prepare(name, documents, path, commands):
    """Documents that Mono reads and that both read alike: a fast wrong answer is no result."""
    documents = list(documents)
    write(path, documents)
    ours, theirs = (texts(command) for command in commands)
    kept = []
    for document, our, their in zip(documents, ours, theirs):
        if their is None or canonical(their) is None:
            continue
        if canonical(our) != canonical(their):
            sys.exit('%s: read differently: %s: %s and %s' % (name, document[0].hex(), our, their))
        kept.append(document)
    write(path, kept)
    octets = [len(d[0]) for d in kept]
    print('%s: %d documents of %d to %d octets, %d on average, both read them alike; %d left out that Mono refuses or '
          'that are none' % (name, len(kept), min(octets), max(octets), sum(octets) // len(octets), len(documents) - len(kept)))
    return sum(octets) / len(octets)


def measure(commands, rounds, seconds):
    programs = {way: [Program(command + [way]) for command in commands] for way in WAYS}
    for pair in programs.values():
        pair[1].round(3, keep=False)  # until the JIT has compiled what is hot
    for _ in range(rounds):
        for pair in programs.values():
            for program in pair:
                program.round(seconds)
    for pair in programs.values():
        for program in pair:
            program.close()
    return {way: [statistics.median(program.rates) for program in pair] for way, pair in programs.items()}


def main():
    source, ours, theirs = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 7
    seconds = float(sys.argv[5]) if len(sys.argv) > 5 else 1
    dictionary = str(source / 'tests/vectors/nbfx/nbfs-dictionary.tsv')
    sets = {'vectors': vectors(source), 'envelopes': envelopes(source / 'tests/data/captures-real')}
    with tempfile.TemporaryDirectory() as folder:
        for name, documents in sets.items():
            path = pathlib.Path(folder) / name
            commands = [[ours, str(path)], ['mono', theirs, str(path), dictionary]]
            average = prepare(name, documents, path, commands)
            print('medians of %d rounds of %g s, in turns; documents a second (MB a second):' % (rounds, seconds))
            for way, (we, they) in measure(commands, rounds, seconds).items():
                print('  %-5s wssc %9.0f (%5.1f)   Mono %9.0f (%5.1f)   ratio %5.2fx'
                      % (way, we, we * average / 1e6, they, they * average / 1e6, we / they))


if __name__ == '__main__':
    main()
