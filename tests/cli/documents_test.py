#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What README, docs/, the man pages and --help show is what the program does: each command is run and its output compared.

In the documents a command stands behind "$ ", in a block that is indented or fenced, with its output under it; "..." in a line
of its own stands for lines left away. The man pages have theirs in .EX. Names that stand for files of the reader's (keys.log,
capture.pcapng) are files of ours here.

usage: documents_test.py WSSC SOURCE_DIR
"""
import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

WSSC, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])

OURS = {'capture.pcapng': 'captures/corewcf-renew.pcapng',
        'works.pcapng': 'captures/corewcf-renew.pcapng', 'fails.pcapng': 'captures/corewcf-badcontext.pcapng',
        'service.key.pem': 'captures/metro-message-security.server.key.pem',
        'message.xml': 'tests/data/cases/verify-bare-xml/signed.xml',
        'messages.svclog': 'tests/data/cases/log-and-export-forms/wcf.svclog'}
WORDS = {'urn:uuid:...': 'urn:uuid:31ae8357-1213-49c9-b753-c5c9b5199b97', 'HEX': '00112233445566778899aabbccddeeff',
         'TEXT': 'WS-SecureConversation', 'BASE64': 'AAECAwQFBgcICQoLDA0ODw==', '--explain 42': '--explain 60'}


def run(command, folder):
    """As typed into a shell, with the program under test as wssc."""
    bin_folder = os.path.join(folder, 'bin')
    if not os.path.exists(bin_folder):
        os.mkdir(bin_folder)
        os.symlink(WSSC, os.path.join(bin_folder, 'wssc'))
    env = {**os.environ, 'PATH': bin_folder + os.pathsep + os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC'}
    return subprocess.run(['bash', '-o', 'pipefail', '-c', command], cwd=folder, capture_output=True, text=True, timeout=300,
                          check=False, env=env)


def blocks(text):
    """Blocks of code: lines without their indentation."""
    found, block, fence = [], [], False
    for line in text.splitlines() + ['']:
        if line.startswith('```'):
            fence = not fence
        elif fence or line.startswith('    '):
            block.append(line if fence else line[4:])
            continue
        elif not line and block:
            block.append('')
            continue
        if block:
            found.append(block)
        block = []
    return found + ([block] if block else [])


def shown(path):
    """Each command of the document with the lines that it shows."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    commands = []
    for block in blocks(text):
        for line in block:
            if line.startswith('$ '):
                commands.append((line[2:], []))
            elif commands and any(line2.startswith('$ ') for line2 in block):
                commands[-1][1].append(line)
    for command, lines in commands:
        while lines and not lines[-1]:
            lines.pop()
    return commands


def pattern(lines):
    """Lines as one expression; "..." is any number of lines."""
    return '\n'.join(r'(.*\n)*?.*' if line.strip() == '...' else re.escape(line.rstrip()) for line in lines)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name in ('captures', 'tests', 'docs'):
            os.symlink(os.path.join(SOURCE, name), os.path.join(self.folder, name))
        for log in ('both.log', 'keys.log'):  # of the capture that fails and of the one that works
            with open(os.path.join(self.folder, log), 'wb') as both:
                for name in ('corewcf-badcontext', 'corewcf-renew'):
                    with open(os.path.join(SOURCE, 'captures', name + '.keylog'), 'rb') as file:
                        both.write(file.read())
        for name, ours in OURS.items():
            os.symlink(os.path.join(SOURCE, ours), os.path.join(self.folder, name))

    def hold(self, command, lines):
        for word, ours in WORDS.items():
            command = command.replace(word, ours)
        done = run(command, self.folder)
        with self.subTest(command):
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.assertTrue(done.stdout or '>' in command or '-o' in command or not command.startswith('wssc'), done.stderr)
            if lines:
                out = '\n'.join(line.rstrip() for line in done.stdout.rstrip('\n').split('\n'))
                self.assertRegex(out, r'\A%s\Z' % pattern(lines))


class Documents(Case):
    def test_commands_and_output(self):
        documents = [os.path.join(SOURCE, 'README.md')] + sorted(glob.glob(os.path.join(SOURCE, 'docs', '*.md')))
        self.assertIn('guide.md', [os.path.basename(d) for d in documents])
        count = {}
        for path in documents:
            for command, lines in shown(path):
                count[os.path.basename(path)] = count.get(os.path.basename(path), 0) + 1
                self.hold(command, lines)
        for name in ('README.md', 'guide.md'):
            self.assertGreater(count.get(name, 0), 1)

    def test_options_named(self):
        """Every option that README and the guide name is one of some command."""
        known = {'--version', '--completions', '--help', '--list-findings=markdown'}
        for command in re.findall(r'^  wssc (\w+) ', run('wssc --help', self.folder).stdout, re.M) + ['verify']:
            known |= set(re.findall(r'^  (?:-\w, )?(--[a-z-]+)', run('wssc %s --help' % command, self.folder).stdout, re.M))
        for name in ('README.md', 'docs/guide.md'):
            with open(os.path.join(SOURCE, name), encoding='utf-8') as file:
                text = file.read()
            spans = re.findall(r'`(wssc [^`]+|--[^`]+)`', text) + [
                c for c, _ in shown(os.path.join(SOURCE, name)) if c.startswith('wssc')]
            for option in (o for s in spans for o in re.findall(r'(?<![\w-])--[a-z-]+', s)):
                self.assertIn(option, known, name)

    def test_snippets_of_c(self):
        """They are C: what they use of OpenSSL is there, with these types."""
        with open(os.path.join(SOURCE, 'docs', 'guide.md'), encoding='utf-8') as file:
            found = [block for block in blocks(file.read()) if any('log_secret' in x or 'fprintf(keys' in x for x in block)]
        self.assertEqual(len(found), 2)
        callback, key = ('\n'.join(block) for block in found)
        before, after = callback.split('...')
        source = ('#include <openssl/ssl.h>\n#include <stdio.h>\n%s\nvoid set(SSL_CTX *context);\nvoid set(SSL_CTX *context)\n{%s}\n'
                  'void put(FILE *keys, const char *identifier, const unsigned char *key, size_t length);\n'
                  'void put(FILE *keys, const char *identifier, const unsigned char *key, size_t length)\n{%s}\n'
                  % (before, after, key))
        done = subprocess.run(['cc', '-std=c11', '-Wall', '-Wextra', '-Werror', '-fsyntax-only', '-x', 'c', '-'], input=source,
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


class Examples(Case):
    def test_help(self):
        commands = re.findall(r'^  wssc (\w+) ', run('wssc --help', self.folder).stdout, re.M)
        self.assertIn('compare', commands)
        for command in commands:
            for example in re.findall(r'^Example: (.*)$', run('wssc %s --help' % command, self.folder).stdout, re.M):
                self.hold(example, [])

    def test_man_pages(self):
        count = 0
        for path in sorted(glob.glob(os.path.join(SOURCE, 'docs', 'man', '*.1'))):
            with open(path, encoding='utf-8') as file:
                text = file.read().replace('\\-', '-')
            for block in re.findall(r'^\.EX\n(.*?)^\.EE', text, re.M | re.S):
                for command in block.splitlines():
                    self.assertTrue(shlex.split(command)[0] == 'wssc', command)
                    self.hold(command, [])
                    count += 1
        self.assertGreater(count, 2)

    def test_key_file_of_the_man_page(self):
        """Each kind of line is read, with what it names beside it."""
        with open(os.path.join(SOURCE, 'docs', 'man', 'wssc-keys.5'), encoding='utf-8') as file:
            lines = re.search(r'^\.EX\n(.*?)^\.EE', file.read().replace('\\-', '-'), re.M | re.S).group(1)
        path = os.path.join(self.folder, 'my.keys')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(lines)
        done = run('openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k.pem -out c.pem && openssl pkcs12 -export '
                   '-inkey k.pem -in c.pem -passout pass:secret -out service.p12 && wssc verify -k my.keys message.xml', self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn('my.keys:', done.stderr)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
