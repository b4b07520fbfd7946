#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What xmlsec1 and Santuario say of the messages of attacks.py: written to others.json, beside the hash of what they were
asked. Each is given the right key for each signature, and the ids. Needs the packages of tests/interop/make-corpus.sh.

usage: others.py
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
INTEROP = os.path.join(HERE, '..', 'interop')
sys.path[:0] = [HERE, INTEROP]
import attacks  # noqa: E402  pylint: disable=wrong-import-position
import make_corpus  # noqa: E402  pylint: disable=wrong-import-position

JARS = ['/usr/share/java/%s.jar' % jar for jar in ('wss4j', 'xmlsec', 'slf4j-api', 'slf4j-nop', 'commons-logging')]
XPATH = "(//*[local-name()='Signature' and namespace-uri()='%s'])[%d]"


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def specs_of(attack, text):
    """One for each ds:Signature in order; those that were made around them have no value and are asked of nobody."""
    specs = list(attack.base.specs if attack.specs is None else attack.specs)
    return ['-'] * (len(re.findall(r'<(?:ds:)?Signature[ >]', text)) - len(specs)) + specs


def by_xmlsec1(folder, file, specs):
    said = []
    for position, spec in enumerate(specs, 1):
        if spec == '-':
            said.append(None)
            continue
        kind, value = spec.split(':', 1)
        key = ['--pubkey-cert-pem', os.path.join(folder, value + '.crt.pem')]
        if kind == 'hmac':
            with open(os.path.join(folder, 'secret'), 'wb') as out:
                out.write(bytes.fromhex(value))
            key = ['--hmackey', os.path.join(folder, 'secret')]
        done = subprocess.run(['xmlsec1', '--verify', '--enabled-key-data', 'key-name', *key, *make_corpus.id_options(file),
                               '--node-xpath', XPATH % (attacks.DS, position), str(file)], capture_output=True, timeout=60,
                              check=False)
        words = (done.stdout + done.stderr).decode('utf-8', 'replace').split('\n')
        said.append('valid' if done.returncode == 0 else 'invalid' if 'FAIL' in words else 'error')
    return said


def by_santuario(folder, jobs):
    classes = os.path.join(folder, 'classes')
    oracle = os.path.join(INTEROP, 'oracle')
    subprocess.run(['javac', '-encoding', 'UTF-8', '-d', classes, '-cp', ':'.join(JARS),
                    *[os.path.join(oracle, name) for name in os.listdir(oracle)]], check=True, timeout=300)
    write(os.path.join(folder, 'jobs'), ''.join('\t'.join(job) + '\n' for job in jobs))
    done = subprocess.run(['java', '-cp', ':'.join([classes] + JARS), 'Oracle', 'check', folder, os.path.join(folder, 'jobs')],
                          check=True, capture_output=True, text=True, timeout=300)
    rows = (line.split('\t') for line in done.stdout.splitlines())
    return {row[0]: [None if word == '-' else 'error' if word.startswith('error') else word for word in row[1:]] for row in rows}


def version(package):
    done = subprocess.run(['dpkg-query', '-W', '-f', '${Version}', package], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split('-')[0]


def main():
    record, jobs = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for name, pem in attacks.asked_certificates().items():
            write(os.path.join(folder, name + '.crt.pem'), pem)
        for number, (_, attack) in enumerate(attacks.all_attacks()):
            file, text = os.path.join(folder, '%d.xml' % number), attack.text()
            write(file, text)
            specs = specs_of(attack, text)
            assert attack.title not in record, attack.title
            record[attack.title] = {'sha256': hashlib.sha256(text.encode()).hexdigest(),
                                    'xmlsec1': by_xmlsec1(folder, file, specs)}
            jobs.append([file, *specs])
        answers = by_santuario(folder, jobs)
    for number, title in enumerate(record):
        record[title]['santuario'] = answers['%d.xml' % number]
    versions = 'xmlsec1 %s, Santuario %s' % (version('xmlsec1'), version('libxml-security-java'))
    write(os.path.join(HERE, 'others.json'), json.dumps({'versions': versions, 'attacks': record}, indent=1) + '\n')


if __name__ == '__main__':
    main()
