#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages that show what wssc says: the tables of causes and findings as the build makes them, and docs/questions.md, in
which the command of each question is run and its output compared with the one that is shown.

usage: docs_test.py WSSC SOURCE [--write]     --write: put into the pages what wssc says now
"""
import difflib
import os
import re
import shlex
import subprocess
import sys

TABLES = {'causes.md': ['why', '--list-causes=markdown'], 'findings.md': ['findings', '--list-findings=markdown'],
          'limits.md': ['--list-limits=markdown']}
QUESTION = re.compile(r'(?m)^## (\d+)\. (.+)\n\n((?:[^`\n].*\n+)*)```\n(wssc .+)\n```\n\n```text\n((?:.*\n)*?)```\n')
WANTED = 10


def run(wssc, source, arguments):
    done = subprocess.run([wssc, *arguments], cwd=source, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout


def compare(name, shown, said, problems):
    if shown != said:
        lines = difflib.unified_diff(shown.splitlines(), said.splitlines(), name, 'wssc', lineterm='', n=1)
        problems.append('\n'.join(list(lines)[:40]))


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def check_questions(wssc, source, is_writing, problems):
    path = os.path.join(source, 'docs', 'questions.md')
    text = read(path)
    found = list(QUESTION.finditer(text))
    numbers = [int(match.group(1)) for match in found]
    if len(found) < WANTED or numbers != list(range(1, len(found) + 1)) or len(re.findall('(?m)^## ', text)) != len(found):
        problems.append('questions 1 to %d expected, read %s' % (WANTED, numbers))
    for match in reversed(found):
        command, shown = match.group(4), match.group(5)
        if not match.group(2).endswith('?'):
            problems.append('%s: no question' % match.group(2))
        said = run(wssc, source, shlex.split(command)[1:])
        if not said:
            problems.append('%s: nothing is said' % command)
        if is_writing:
            text = text[:match.start(5)] + said + text[match.end(5):]
        else:
            compare(command, shown, said, problems)
    if is_writing:
        write(path, text)


def main():
    wssc, source, is_writing, problems = sys.argv[1], sys.argv[2], '--write' in sys.argv, []
    for name, arguments in TABLES.items():
        path = os.path.join(source, 'docs', name)
        said = run(wssc, source, arguments)
        if is_writing:
            write(path, said)
        compare(name, read(path), said, problems)
    check_questions(wssc, source, is_writing, problems)
    print('\n'.join(problems) or 'all well')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
