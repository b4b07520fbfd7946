#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Help, version, man pages and completions say what the program does.

usage: manners_test.py WSSC SOURCE_DIR BINARY_DIR
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

WSSC, SOURCE, BINARY = (os.path.abspath(p) for p in sys.argv[1:4])


def run(*args, **more):
    return subprocess.run([WSSC, *args], capture_output=True, text=True, timeout=60, check=False, **more)


COMMANDS = re.findall(r'^  wssc (\w+) +(?:FILE|\.\.\.)', run('--help').stdout, re.M)


def options(command):
    return set(re.findall(r'^  (?:-\w, )?--([a-z-]+)', run(*command, '--help').stdout, re.M)) - {'help'}


class Help(unittest.TestCase):
    def test_commands(self):
        self.assertIn('verify', COMMANDS)
        self.assertGreaterEqual(len(COMMANDS), 8)

    def test_fits_a_screen(self):
        for command in [[]] + [[c] for c in COMMANDS]:
            text = run(*command, '--help').stdout
            with self.subTest(command):
                self.assertLessEqual(len(text.splitlines()), 30)
                self.assertLessEqual(max(map(len, text.splitlines())), 96)
                if command:
                    self.assertEqual(len(re.findall('^Example: wssc %s\\b' % command[0], text, re.M)), 1)

    def test_version(self):
        first, libraries = run('--version').stdout.splitlines()
        self.assertRegex(first, r'^wssc \d+\.\d+\.\d+$')
        for library in ('libwireshark', 'libxml2', 'OpenSSL', 'GLib'):
            self.assertRegex(libraries, library + r' \d')


class Man(unittest.TestCase):
    def test_everything_is_told(self):
        with open(os.path.join(SOURCE, 'docs', 'man', 'wssc.1'), encoding='utf-8') as file:
            text = file.read().replace('\\-', '-')
        for command in COMMANDS:
            self.assertRegex(text, r'(?m)^\.BI? %s\b' % command)
        for command in [['verify']] + [[c] for c in COMMANDS]:
            for option in options(command):
                self.assertIn('--' + option, text, '%s of %s' % (option, command))

    def test_key_file(self):
        with open(os.path.join(SOURCE, 'docs', 'man', 'wssc-keys.5'), encoding='utf-8') as file:
            page = file.read()
        with open(os.path.join(SOURCE, 'core', 'keys', 'keyfile.c'), encoding='utf-8') as file:
            words = re.findall(r'\{"([A-Z_]+)", take_', file.read())
        self.assertIn('SCT', words)
        for word in words:
            self.assertIn(word + ' ', page)


    def test_events(self):
        with open(os.path.join(SOURCE, 'docs', 'events.md'), encoding='utf-8') as file:
            types = re.findall(r'^### (\w+)$', file.read(), re.M)
        types = types[:types.index('finding') + 1]
        self.assertIn('connection', types)
        with open(os.path.join(SOURCE, 'docs', 'man', 'wssc-events.5'), encoding='utf-8') as file:
            self.assertEqual(sorted(re.findall(r'^\.TP\n\.B (\w+)$', file.read(), re.M)), sorted(types))


class Completions(unittest.TestCase):
    def script(self, shell):
        done = run('--completions', shell)
        self.assertEqual(done.returncode, 0)
        return done.stdout

    def test_all_commands_and_options(self):
        for shell in ('bash', 'zsh', 'fish'):
            text = self.script(shell)
            for command in COMMANDS:
                self.assertIn(command, text)
                for option in options([command]):
                    self.assertIn(option, text, shell)

    def test_bash(self):
        def complete(*words):
            line = ('source /dev/stdin; COMP_WORDS=(%s); COMP_CWORD=%d; _wssc; printf "%%s\\n" "${COMPREPLY[@]}"' % (
                ' '.join(words), len(words) - 1))
            return subprocess.run(['bash', '-c', line], input=self.script('bash'), capture_output=True, text=True,
                                  timeout=60, check=True, cwd=SOURCE).stdout.split()
        self.assertEqual(complete('wssc', 'ver'), ['verify'])
        self.assertEqual(complete('wssc', 'verify', '--expl'), ['--explain'])
        self.assertEqual(complete('wssc', 'contexts', '--expl'), [])
        self.assertIn('README.md', complete('wssc', 'verify', 'READ'))

    def test_syntax(self):
        for shell in ('bash', 'zsh', 'fish'):
            with tempfile.NamedTemporaryFile('w', suffix='.' + shell) as file:
                file.write(self.script(shell))
                file.flush()
                done = subprocess.run([shell, '-n', file.name], capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ''), shell)

    def test_fish(self):
        def complete(line):
            with tempfile.TemporaryDirectory() as home:
                done = subprocess.run(['fish', '--no-config', '-c', 'source; complete -C "%s"' % line], input=self.script('fish'),
                                      capture_output=True, text=True, timeout=60, check=True, cwd=SOURCE,
                                      env={**os.environ, 'HOME': home})
            return [line.split('\t')[0] for line in done.stdout.splitlines()]
        self.assertIn('verify', complete('wssc ver'))
        self.assertIn('--explain', complete('wssc verify --expl'))
        self.assertNotIn('--explain', complete('wssc contexts --expl'))

    def test_unknown(self):
        self.assertEqual(run('--completions', 'csh').returncode, 2)
        self.assertEqual(run('--completions').returncode, 2)


class Install(unittest.TestCase):
    def test_install_and_uninstall(self):
        with tempfile.TemporaryDirectory() as folder:
            env = dict(os.environ, DESTDIR=folder)
            subprocess.run(['cmake', '--install', BINARY, '--prefix', '/usr'], check=True, capture_output=True,
                           timeout=300, env=env)
            found = {os.path.relpath(os.path.join(where, name), folder) for where, _, names in os.walk(folder)
                     for name in names}
            for path in ('usr/bin/wssc', 'usr/share/man/man1/wssc.1', 'usr/share/man/man5/wssc-keys.5',
                         'usr/share/bash-completion/completions/wssc', 'usr/share/zsh/vendor-completions/_wssc'):
                self.assertIn(path, found)
            self.assertTrue([p for p in found if re.search(r'wireshark/plugins/[\d.]+/epan/wssc\.so$', p)])
            subprocess.run(['cmake', '-P', os.path.join(SOURCE, 'cmake', 'uninstall.cmake')], check=True,
                           capture_output=True, timeout=300, cwd=BINARY, env=env)
            left = [name for _, _, names in os.walk(folder) for name in names]
            self.assertEqual(left, [])


class Width(unittest.TestCase):
    def test_terminal(self):
        capture = os.path.join(SOURCE, 'captures', 'corewcf-badcontext.pcapng')
        keylog = capture[:-len('.pcapng')] + '.keylog'

        def widest(columns):
            done = subprocess.run(['script', '-qec', '%s timeline --tls-keylog %s --color never %s' % (WSSC, keylog, capture),
                                   '/dev/null'], capture_output=True, text=True, timeout=60, check=False,
                                  stdin=subprocess.DEVNULL, env={**os.environ, 'COLUMNS': str(columns)})
            return max(len(line) for line in done.stdout.replace('\r', '').splitlines())
        self.assertGreater(widest(140), 100)
        self.assertLess(widest(70), 100)


class Colour(unittest.TestCase):
    def test_when(self):
        message = os.path.join(SOURCE, 'tests', 'data', 'cases', 'verify-bare-xml', 'signed.xml')
        self.assertNotIn('\x1b', run('verify', message).stdout)
        self.assertNotIn('\x1b', run('verify', '--color', 'never', message).stdout)
        self.assertIn('\x1b', run('verify', '--color', 'always', message).stdout)
        # On a terminal, unless NO_COLOR says otherwise.
        for env, is_colored in (({}, True), ({'NO_COLOR': '1'}, False), ({'TERM': 'dumb'}, False)):
            done = subprocess.run(['script', '-qec', '%s verify %s' % (WSSC, message), '/dev/null'], capture_output=True,
                                  text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
                                  env={**{k: v for k, v in os.environ.items() if k != 'NO_COLOR'}, 'TERM': 'xterm', **env})
            self.assertEqual('\x1b[' in done.stdout, is_colored, done.stdout)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
