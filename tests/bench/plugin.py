#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin costs a stock tshark: processor time with it and without it, of the same runs in turn.

usage: plugin.py [--instructions] WSSC.SO [MEGABYTES [ROUNDS [KIND...]]]

On captures without SOAP (kinds below), -z http,tree and -V: one part in a hundred at most is wanted. On SOAP alone -V: less than the
stock XML tree takes. Each round runs both, in turn the one or the other first; the ratio is the median of the rounds' ratios, beside
which stands how far the middle half of them lies apart: on a busy machine it tells what the figure is worth. --instructions: as
valgrind's callgrind counts them, whatever else the machine does; fifty times slower.
"""
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'support')]
import make_tls  # pylint: disable=wrong-import-position
import mix  # pylint: disable=wrong-import-position
from contexts import ONE  # pylint: disable=wrong-import-position
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

COUNT = ['-q', '-z', 'http,tree']
TREE = ['-V']
WANTED = 1.01


class Requests(mix.Mix):
    """Pages of many small pieces."""

    def browse(self, start):
        talk = self.tcp(start, 80)
        for number in range(self.rng.randrange(10, 60)):
            talk.say(0, b'GET /icons/%d.png HTTP/1.1\r\nHost: www.example\r\nUser-Agent: browser/1.0\r\nAccept: */*\r\n'
                        b'Cookie: session=%d\r\n\r\n' % (number, start))
            size = self.rng.randrange(100, 4000)
            talk.say(1, b'HTTP/1.1 200 OK\r\nServer: files\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n' % (
                self.rng.choice(mix.TYPES).encode(), size) + self.octets(size))
        return talk.close().frames


def one_kind(own, make):
    now = 1700000000.0
    while True:
        yield now, [(when, len(octets), octets) for when, octets in make(now)]
        now += own.rng.random() * 0.05


def made(method, kind=mix.Mix):
    def write(path, megabytes):
        own = kind(1)
        mix.write_all(path, megabytes, one_kind(own, getattr(own, method)))
        return []
    return write


def keyed(path, megabytes):
    make_tls.write(path, path + '.keys', megabytes)
    return ['-o', 'tls.keylog_file:' + path + '.keys']


def mixed(path, megabytes):
    mix.write(path, megabytes)
    return []


def soap(path, megabytes):
    subprocess.run([sys.executable, os.path.join(HERE, 'make_capture.py'), path, '%d' % megabytes, *ONE], check=True,
                   stdout=subprocess.DEVNULL)
    return []


OTHERS = {'mix': mixed, 'others': made('any'), 'downloads': made('download'), 'requests': made('browse', Requests),
          'closed TLS': made('tls'), 'opened TLS': keyed, 'DNS': made('dns'), 'bare TCP': made('binary')}


def counted(tshark, args):
    """Instructions of one run, in millions."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        out = os.path.join(folder, 'counts')
        subprocess.run([*tshark.prefix, 'valgrind', '--tool=callgrind', '--callgrind-out-file=' + out, 'tshark', *args], check=True,
                       env=tshark.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(out, encoding='utf-8', errors='replace') as file:
            return next(int(line.split()[1]) / 1e6 for line in file if line.startswith('summary:'))


def used(tshark, args):
    """Processor seconds of one run."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        argv = tshark.prefix + ['tshark', *args]
        os.execvpe(argv[0], argv, tshark.env)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise RuntimeError('tshark %s: status %d' % (args, status))
    return usage.ru_utime + usage.ru_stime


def compare(name, both, args, rounds, wanted, is_counting):
    times = [], []
    measure, unit = (counted, 'M') if is_counting else (used, 's')
    for number in range(rounds):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            times[which].append(measure(both[which], args))
    ratios = sorted(with_it / without for without, with_it in zip(*times))
    print('  %-10s %-9s %7.3f %s without, %7.3f %s with: %.4f (middle half %.4f to %.4f; %.2f wanted)' % (
        name, 'http,tree' if args[:3] == COUNT else args[0], statistics.median(times[0]), unit,
        statistics.median(times[1]), unit, statistics.median(ratios), ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4], wanted),
          flush=True)


def main():
    is_counting = sys.argv[1] == '--instructions'
    if is_counting:
        del sys.argv[1]
    plugin = sys.argv[1]
    megabytes = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 11
    kinds = sys.argv[4:] or [*OTHERS, 'SOAP']
    both = Tshark(), Tshark(plugin)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        for kind in kinds:
            path = os.path.join(folder, 'capture.pcap')
            options = (soap if kind == 'SOAP' else OTHERS[kind])(path, megabytes)
            for name in os.listdir(folder):
                os.chmod(os.path.join(folder, name), 0o644)
            for args in (TREE,) if kind == 'SOAP' else (COUNT, TREE):
                compare(kind, both, [*args, *options, '-r', path], rounds, 1 if kind == 'SOAP' else WANTED,
                        is_counting)
    for tshark in both:
        tshark.close()


if __name__ == '__main__':
    main()
