#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""libcrypto is opened with the first message, not before; where it cannot be opened the plugin says so and steps aside.

usage: late_crypto_test.py PLUGIN SOURCE_DIR
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from stock_tshark import Tshark  # pylint: disable=wrong-import-position

SOAP = ['captures/corewcf-session.pcap', 'tests/data/captures-real/metro/sym05.pcapng']
OTHERS = ['captures/corewcf-nettcp.pcapng']  # TLS without its keys
problems = []


def check(what, is_so, shown=''):
    if not is_so:
        problems.append(what)
        print('not so: %s\n%s' % (what, shown))


def run(tshark, path, env, *args):
    done = subprocess.run([*tshark.prefix, 'tshark', '-r', path, *args], env={**tshark.env, **env}, capture_output=True,
                          text=True, timeout=60, check=False)
    check('tshark ends well on %s' % path, done.returncode == 0, done.stderr[-500:])
    return done


def main():
    tshark, stock = Tshark(sys.argv[1]), Tshark()
    damaged = os.path.join(tshark.home, 'damaged')
    os.mkdir(damaged)
    os.chmod(damaged, 0o755)
    with open(os.path.join(damaged, 'libcrypto.so.3'), 'w', encoding='ascii') as file:
        file.write('no library')
    for name in SOAP + OTHERS:
        path = tshark.place(os.path.join(sys.argv[2], name))
        opened = 'file=libcrypto.so' in run(tshark, path, {'LD_DEBUG': 'files'}).stderr
        check('%s: opened for SOAP and only for it' % name, opened == (name in SOAP))
        without = run(tshark, path, {'LD_LIBRARY_PATH': damaged})
        told = without.stderr.count('SOAP messages are left to other dissectors')
        check('%s: told once, and only where it is needed' % name, told == (1 if name in SOAP else 0), without.stderr)
        if name in SOAP:
            plain = run(stock, stock.place(os.path.join(sys.argv[2], name)), {}, '-V').stdout
            shown = run(tshark, path, {'LD_LIBRARY_PATH': damaged}, '-V').stdout
            check('%s: without it, what a stock tshark shows' % name, shown == plain)
    tshark.close()
    stock.close()
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
