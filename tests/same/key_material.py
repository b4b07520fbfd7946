# SPDX-License-Identifier: GPL-2.0-or-later
"""The keys that lie beside a capture, in wssc's own forms: what the tests of each folder put together for themselves, for
whoever takes every capture."""
import glob
import json
import os
import re

OWN = re.compile(r'(SCT|ENCRYPTED_KEY|PRIVATE_KEY|CERTIFICATE|PASSWORD|TOKEN|KEY_NAME)\s')
# The published key stores that need one (tests/truth/published_test.py).
STORE_PASSWORDS = {'service.p12': 'apache', 'client.p12': 'apache', 'myAlias.p12': 'keyStorePassword'}


def keylog(capture):
    path = os.path.splitext(capture)[0] + '.keylog'
    return path if os.path.exists(path) else None


def _of_generator(row):
    """One line of the generators' form: KIND<TAB>IDENTIFIER[#INSTANCE]<TAB>HEX"""
    kind, name, value = row
    if kind == 'sct':
        identifier, _, instance = name.partition('#')
        return ['SCT %s %s%s' % (identifier, 'instance=%s ' % instance if instance else '', value)]
    if kind == 'encryptedkey-sha1':
        return ['ENCRYPTED_KEY sha1:%s %s' % (name, value)]
    if kind == 'password':
        return ['PASSWORD %s %s' % (name, bytes.fromhex(value).decode())]
    return []  # PEM files are found by their names


def _of_file(path):
    if not os.path.exists(path):
        return []
    lines, folder = [], os.path.dirname(path)
    with open(path, encoding='utf-8') as file:
        for line in file.read().splitlines():
            if OWN.match(line):
                kind, rest = line.split(None, 1)
                has_path = kind in ('PRIVATE_KEY', 'CERTIFICATE')
                lines.append('%s %s' % (kind, os.path.join(folder, rest) if has_path else rest))
            elif line.count('\t') == 2 and not line.startswith('#'):
                lines += _of_generator(line.split('\t'))
    return lines


def _of_truth(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding='utf-8') as file:
        truth = json.load(file)
    user, password = truth.get('user'), truth.get('password')
    return ['PASSWORD %s %s' % (user, password)] if user and password and ' ' not in user else []


def key_lines(capture):
    """Lines of a key file, without repetition; paths in them are absolute."""
    base, folder = os.path.splitext(os.path.abspath(capture))[0], os.path.dirname(os.path.abspath(capture))
    lines = ['PRIVATE_KEY ' + path for path in sorted(glob.glob(glob.escape(base) + '.*key.pem'))]
    lines += ['CERTIFICATE ' + path for path in sorted(glob.glob(glob.escape(base) + '.*cert.pem'))]
    for path in sorted(glob.glob(glob.escape(folder) + '/keys/*')):
        name = os.path.basename(path)
        if name.endswith('key.pem'):
            lines.append('PRIVATE_KEY ' + path)
        elif name.endswith(('cert.pem', '.cert')):
            lines.append('CERTIFICATE ' + path)
        elif name in STORE_PASSWORDS:
            lines.append('PRIVATE_KEY %s password=%s' % (path, STORE_PASSWORDS[name]))
    return list(dict.fromkeys(lines + _of_file(base + '.keys') + _of_truth(base + '.truth.json')))
