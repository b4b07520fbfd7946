#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether two builds say the same, octet for octet, of every capture of the project: standard output, standard error and
status of each command, and of a stock tshark with each build's plugin, without keys and with those beside the capture.

usage: compare_builds.py BUILD_A BUILD_B [options]      (directories with analyzer/wssc and plugin/wssc.so)

Status 1 if anything differs. A build with sanitizers has no plugin that a stock tshark could load: --without-tshark.
"""
import argparse
import concurrent.futures
import difflib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, '..', 'support'))
import key_material  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

COMMANDS = ['contexts', 'timeline', 'verify', 'findings', 'events']
FORMS = ['table', 'json']  # events have one form
# What a log line says of the process and the time.
LOG = re.compile(rb'\((?:\w*):?\d+\) \d\d:\d\d:\d\d\.\d+')
SHOWN = 6


def captures(folders, pattern, every):
    """Paths, without those whose octets and keys are another's as well."""
    seen, found = set(), []
    for folder in folders:
        for root, names, files in os.walk(folder):
            names.sort()
            for name in sorted(files):
                path = os.path.join(root, name)
                if not re.search(r'\.(pcap|pcapng|cap)(\.gz)?$', name) or not re.search(pattern, path):
                    continue
                with open(path, 'rb') as file:
                    mark = hashlib.sha256(file.read()).digest(), key_material.keylog(path) is None, \
                        len(key_material.key_lines(path))
                if mark not in seen:
                    seen.add(mark)
                    found.append(path)
    return found[::every]


class Build:
    def __init__(self, folder, with_tshark):
        self.wssc = os.path.join(os.path.abspath(folder), 'analyzer', 'wssc')
        self.tshark = Tshark(os.path.join(folder, 'plugin', 'wssc.so')) if with_tshark else None
        if not os.access(self.wssc, os.X_OK):
            raise SystemExit('%s: no program' % self.wssc)

    def run(self, argv):
        """(status, standard output, standard error)"""
        prefix, env = [self.wssc], dict(os.environ, TZ='UTC', LC_ALL='C.UTF-8')
        if argv[0] == 'tshark':
            prefix, env = self.tshark.prefix, self.tshark.env
        try:
            done = subprocess.run(prefix + argv, capture_output=True, env=env, timeout=600, check=False)
        except subprocess.TimeoutExpired:
            return 'no end within 600 s', b'', b''
        return done.returncode, done.stdout, LOG.sub(b'', done.stderr)

    def close(self):
        if self.tshark:
            self.tshark.close()


class Stage:
    """One capture and its keys where nobody, too, may read them; every build sees the same paths."""

    def __init__(self, path):
        self.folder = tempfile.mkdtemp(prefix='wssc-same-')
        self.capture = self.place(path)
        self.lines = [self.placed_line(line) for line in key_material.key_lines(path)]
        self.keylog = key_material.keylog(path)
        self.keylog = self.keylog and self.place(self.keylog)
        self.keys = None
        if self.lines:
            self.keys = os.path.join(self.folder, 'all.keys')
            with open(self.keys, 'w', encoding='utf-8') as file:
                file.write('\n'.join(self.lines) + '\n')
        os.chmod(self.folder, 0o755)
        for name in os.listdir(self.folder):
            os.chmod(os.path.join(self.folder, name), 0o644)

    def place(self, path):
        return shutil.copy(path, os.path.join(self.folder, os.path.basename(path)))

    def placed_line(self, line):
        words = line.split(' ')
        if words[0] in ('PRIVATE_KEY', 'CERTIFICATE'):
            words[1] = self.place(words[1])
        return ' '.join(words)

    def options(self, program):
        """By name, what to give with and without keys."""
        given = {'without keys': []}
        log, keys = ('-o', 'tls.keylog_file:%s'), ('-o', 'wssc.keylog_file:%s')
        if program == 'wssc':
            log, keys = ('--tls-keylog', '%s'), ('-k', '%s')
        with_keys = [log[0], log[1] % self.keylog] if self.keylog else []
        with_keys += [keys[0], keys[1] % self.keys] if self.keys else []
        if with_keys:
            given['with keys'] = with_keys
        return given

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- comparing -----------------------------------------------------------------------------------------------

class Trim:
    """What is taken out before outputs are compared."""

    def __init__(self, members, lines):
        self.members, self.lines = set(members), [re.compile(line.encode()) for line in lines]

    def without(self, value):
        if isinstance(value, list):
            return [self.without(v) for v in value]
        if isinstance(value, Pairs):
            return Pairs((k, self.without(v)) for k, v in value.pairs if k not in self.members)
        return value

    def json(self, octets):
        """Readable lines; JSON that says a member twice, as tshark's, keeps both."""
        try:
            values = [json.loads(octets, object_pairs_hook=Pairs)]
        except ValueError:
            try:
                values = [json.loads(line, object_pairs_hook=Pairs) for line in octets.splitlines()]
            except ValueError:
                return octets
        lines = []
        for value in values:
            show(self.without(value), '', lines)
        return '\n'.join(lines).encode()

    def output(self, octets, is_json):
        if is_json and self.members:
            octets = self.json(octets)
        if self.lines:
            octets = b'\n'.join(line for line in octets.split(b'\n') if not any(p.search(line) for p in self.lines))
        return octets


class Pairs:
    """A JSON object as it stands."""

    def __init__(self, pairs):
        self.pairs = list(pairs)


def show(value, path, lines):
    if isinstance(value, Pairs):
        lines.append(path + ' {')
        for key, member in value.pairs:
            show(member, path + '.' + key, lines)
    elif isinstance(value, list):
        lines.append('%s [%d]' % (path, len(value)))
        for member in value:
            show(member, path + '[]', lines)
    else:
        lines.append('%s = %s' % (path, json.dumps(value, ensure_ascii=False)))


def cut(line):
    text = line.decode('utf-8', 'replace')
    return text if len(text) <= 300 else text[:300] + '...'


def near(a, b):
    """Two long lines from a little before where they part."""
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    start = max(0, at - 60) if len(a) > 300 or len(b) > 300 else 0
    return a[start:], b[start:]


def line_differences(a, b):
    a, b, told = a.split(b'\n'), b.split(b'\n'), []
    if len(a) + len(b) > 20000:  # difflib would take minutes
        pairs = [(n, x, y) for n, (x, y) in enumerate(zip(a, b), 1) if x != y]
        for number, x, y in pairs[:SHOWN // 2]:
            told += ['%d - %s' % (number, cut(near(x, y)[0])), '%d + %s' % (number, cut(near(x, y)[1]))]
        return told + (['%d lines and %d lines' % (len(a), len(b))] if len(a) != len(b) else [])
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == 'equal':
            continue
        old, new = a[a1:a2], b[b1:b2]
        if len(old) == len(new):
            both = [near(x, y) for x, y in zip(old, new)]
            old, new = [x for x, _ in both], [y for _, y in both]
        told += ['%d - %s' % (a1 + 1 + n, cut(line)) for n, line in enumerate(old)]
        told += ['%d + %s' % (b1 + 1 + n, cut(line)) for n, line in enumerate(new)]
    return told[:SHOWN] + (['... %d lines more' % (len(told) - SHOWN)] if len(told) > SHOWN else [])


def differences(a, b, is_json, trim):
    told = []
    if a[0] != b[0]:
        told.append('status %s and %s' % (a[0], b[0]))
    for name, old, new in (('output', a[1], b[1]), ('error', a[2], b[2])):
        if old == new:
            continue
        old, new = trim.output(old, is_json and name == 'output'), trim.output(new, is_json and name == 'output')
        if old != new:
            told += ['%s, line %s' % (name, line) for line in line_differences(old, new)]
    return told


# ---- what is run ---------------------------------------------------------------------------------------------

def explained_frame(events):
    """The first frame with a signature that is not valid, else the first with one."""
    rows = []
    for line in events.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if event.get('type') == 'signature':
            rows.append(event)
    chosen = [row for row in rows if row.get('verdict') != 'valid'] or rows
    return str(chosen[0]['frame']) if chosen else None


def calls(stage, first, commands, with_tshark):
    """(label, argv, whether its output is JSON)"""
    for label, options in stage.options('wssc').items():
        for command in [c for c in commands if c in COMMANDS]:
            for form in FORMS if command != 'events' else ['ndjson']:
                yield ('%s --format %s, %s' % (command, form, label),
                       [command, '--no-progress', '--format', form, *options, stage.capture], form != 'table')
        if 'explain' in commands:
            frame = explained_frame(first.run(['events', '--no-progress', *options, stage.capture])[1])
            if frame:
                yield ('verify --explain %s, %s' % (frame, label),
                       ['verify', '--no-progress', '--explain', frame, *options, stage.capture], False)
    for label, options in stage.options('tshark').items() if with_tshark else ():
        yield 'tshark -T json, %s' % label, ['tshark', '-r', stage.capture, '-T', 'json', *options], True


def compare(path, builds, args, trim):
    stage, told, count = Stage(path), [], 0
    try:
        for label, argv, is_json in calls(stage, builds[0], args.commands, not args.without_tshark):
            results = [build.run(argv) for build in builds]
            count += 1
            lines = differences(*results, is_json, trim)
            if lines:
                told.append((label, lines))
    finally:
        stage.close()
    return path, count, told


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('build_a')
    parser.add_argument('build_b')
    parser.add_argument('--more', metavar='DIR', action='append', default=[], help='captures of this folder, too')
    parser.add_argument('--only', metavar='REGEX', default='', help='captures whose path it is found in')
    parser.add_argument('--every', metavar='N', type=int, default=1, help='each N-th capture only')
    parser.add_argument('--ignore-member', metavar='NAME', action='append', default=[],
                        help='of JSON, at any depth: taken out before comparing')
    parser.add_argument('--ignore-line', metavar='REGEX', action='append', default=[],
                        help='lines of output taken out before comparing')
    parser.add_argument('--commands', metavar='LIST', type=lambda text: text.split(','), default=COMMANDS + ['explain'],
                        help='by default ' + ','.join(COMMANDS + ['explain']))
    parser.add_argument('--without-tshark', action='store_true')
    parser.add_argument('-j', type=int, default=os.cpu_count() or 1, metavar='N', help='captures at a time')
    args = parser.parse_args()
    unknown = set(args.commands) - set(COMMANDS) - {'explain', ''}
    if unknown:
        parser.error('no such command: ' + ', '.join(sorted(unknown)))
    trim = Trim(args.ignore_member, args.ignore_line)
    folders = [os.path.join(PROJECT, 'captures'), os.path.join(PROJECT, 'tests', 'data'), *args.more]
    chosen = captures(folders, args.only, args.every)
    builds = [Build(folder, not args.without_tshark) for folder in (args.build_a, args.build_b)]
    compared = differing = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
            for path, count, told in pool.map(lambda p: compare(p, builds, args, trim), chosen):
                compared, differing = compared + count, differing + len(told)
                for label, lines in told:
                    print('%s: %s' % (os.path.relpath(path, PROJECT), label))
                    print(''.join('    %s\n' % line for line in lines), end='', flush=True)
    finally:
        for build in builds:
            build.close()
    print('%d captures, %d outputs compared, %d differ' % (len(chosen), compared, differing))
    return 1 if differing or not compared else 0


if __name__ == '__main__':
    sys.exit(main())
