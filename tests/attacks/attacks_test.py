#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every attack of attacks.py, through the command: the verdict on each signature and the finding are those of the list; and
docs/attacks.md is what the list, wssc and the others (others.json) say.

usage: attacks_test.py WSSC SOURCE_DIR [--write]     --write: write docs/attacks.md
"""
import concurrent.futures
import difflib
import hashlib
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import attacks  # noqa: E402  pylint: disable=wrong-import-position

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = '''# Attacks

What is done here to messages that other implementations signed, what a receiver must do by which clause, and what wssc says.
Nothing that is signed is changed, so the value and all digests fit: xmlsec1 and Santuario, which were asked about the same
octets, judge these alone and know neither places nor roles. This table is made from tests/attacks/attacks.py by its test,
which runs all of it.

A verdict stands where nothing that is signed is read otherwise, or where it is said beside it what the signature does not
protect: `protects` names it (docs/events.md), the finding says why. A certificate that stands in the message is named with
the verdict, and only with `--ca-file` is said whether it is trusted: without, it may be anybody's.

'''
TAIL = '''
## What else is tried

| what | where |
| --- | --- |
'''
ELSEWHERE = (
    ('every signed part of every real message moved, doubled, nested, for other roles, of other versions', 'tests/mutations'),
    ('answers that bring keys forged, or from another server than the one that is used; claims that vouch for each other',
     'tests/cli/trust_test.py'),
    ('none of these findings on captures that nobody touched', 'tests/truth/verdicts_test.py'),
    ('MD5, SHA-1, short keys, RSA 1.5, CBC, comments in signed text, prefixes declared anew',
     'tests/unit/test_findings_signed.c'),
    ('messages that ask for much work', 'tests/hostile'),
    ('limits, and what falls out at one', 'tests/unit/test_limits.c'),
    ('key files without an end', 'tests/cli/key_limits_test.py'),
    ('compressed bodies that grow', 'tests/agree/coding_test.py'),
    ('damaged captures', 'tests/damage'),
    ('output that runs or hides something', 'tests/cli/output_test.py'),
)
WORDS = {None: 'not asked', 'error': 'cannot read it'}


def ask(wssc, folder, number, attack):
    """Its signatures, and the ids of its findings."""
    message, keys = (os.path.join(folder, '%d.%s' % (number, end)) for end in ('xml', 'keys'))
    for path, text in ((message, attack.text()), (keys, ''.join(line + '\n' for line in attack.key_lines()))):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    done = served.run([wssc, 'events', '-k', keys, message], capture_output=True, text=True, timeout=120, check=True)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [e for e in events if e['type'] == 'signature'], {e['id'] for e in events if e['type'] == 'finding'}


# Findings that are told of a message which somebody has built anew.
ALARMS = {'signature-wrapping', 'signature-for-others', 'nested-message', 'signed-inside-body', 'token-unsigned', 'key-unproven',
          'two-readings', 'duplicate-id'}


def check(attack, rows, findings):
    problems = []
    verdicts = tuple(row['verdict'] for row in rows)
    if verdicts != attack.verdicts:
        problems.append('%s expected, seen %s (%s)' % (attack.verdicts, verdicts, [row['reason'] for row in rows]))
    if attack.finding is None and findings & ALARMS:
        problems.append('nothing to be told expected, seen %s' % sorted(findings & ALARMS))
    if attack.finding is not None and attack.finding not in findings:
        problems.append('%s expected, seen %s' % (attack.finding, sorted(findings)))
    if attack.protects is not None and rows and rows[0]['protects'] != attack.protects:
        problems.append('it protects %s, not %s' % (rows[0]['protects'], attack.protects))
    if attack.finding == 'key-unproven' and not (rows and rows[0]['key_doubt']):
        problems.append('no doubt beside the key')
    return ['%s: %s' % (attack.title, problem) for problem in problems]


def others_of(attack, others, problems):
    record = others['attacks'].get(attack.title)
    if record is None or record['sha256'] != hashlib.sha256(attack.text().encode()).hexdigest():
        problems.append('%s: the others were asked about other octets: run others.py' % attack.title)
        return ['?', '?']
    return [', '.join(WORDS.get(word, word) for word in record[who]) for who in ('xmlsec1', 'santuario')]


def line_of(attack, rows, others, problems):
    said = ', '.join(row['verdict'] for row in rows)
    if attack.protects is not None:
        said += ' (protects %s)' % attack.protects
    if attack.finding is not None:
        said += '; `%s`' % attack.finding
    return '| %s | %s (%s) | %s | %s |\n' % (attack.title, attack.must, attack.clause, said,
                                           ' | '.join(others_of(attack, others, problems)))


def document(wssc, others, problems):
    listed = list(attacks.all_attacks())
    text, section = HEAD + 'The others: %s.\n' % others['versions'], None
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda n: ask(wssc, folder, n, listed[n][1]), range(len(listed)))
        for (name, attack), (rows, findings) in zip(listed, answers):
            problems += check(attack, rows, findings)
            if name != section:
                text += '\n## %s\n\n| attack | a receiver | wssc | xmlsec1 | Santuario |\n| --- | --- | --- | --- | --- |\n' % name
                section = name
            text += line_of(attack, rows, others, problems)
    return text + TAIL + ''.join('| %s | %s |\n' % row for row in ELSEWHERE)


def main():
    wssc, source, is_writing = os.path.abspath(sys.argv[1]), sys.argv[2], '--write' in sys.argv
    path, problems = os.path.join(source, 'docs', 'attacks.md'), []
    problems += ['%s is not there' % where for _, where in ELSEWHERE if not os.path.exists(os.path.join(source, where))]
    with open(os.path.join(HERE, 'others.json'), encoding='utf-8') as file:
        text = document(wssc, json.load(file), problems)
    if is_writing:
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    with open(path, encoding='utf-8') as file:
        shown = file.read()
    if shown != text:
        lines = difflib.unified_diff(shown.splitlines(), text.splitlines(), 'docs/attacks.md', 'the test', lineterm='', n=1)
        problems.append('\n'.join(list(lines)[:40]))
    print('\n'.join(problems) or 'all well')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
