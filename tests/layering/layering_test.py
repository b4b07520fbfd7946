#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The arrows of inclusion, and what may not stand in the tree.

usage: layering_test.py SOURCE_DIR CORE_ARCHIVE [PLUGIN]
"""
import os
import pwd
import re
import subprocess
import sys

# Who may include whom inside core/, besides itself.
CORE = {
    'base': set(),
    'findings': {'base'},
    'xml': {'base'},
    'nbfx': {'base', 'xml'},
    'carrier': {'base', 'xml', 'nbfx'},
    'exports': {'base', 'xml', 'nbfx', 'carrier'},
    'keys': {'base', 'xml'},
    'soap': {'base', 'xml'},
    'security': {'base', 'xml', 'keys', 'soap'},
    'model': {'base', 'xml', 'soap', 'keys', 'security', 'findings'},
    'rules': {'base', 'xml', 'soap', 'keys', 'security', 'findings', 'model'},
    'why': {'base', 'xml', 'soap', 'keys', 'security', 'findings', 'model', 'rules', 'carrier'},
    'session': {'base', 'xml', 'soap', 'keys', 'security', 'findings', 'model', 'rules'},
    'binding': {'base', 'xml', 'soap', 'keys', 'security', 'findings', 'model', 'rules'},
    'compare': {'base', 'xml', 'soap', 'keys', 'security', 'findings', 'model', 'rules', 'why', 'binding'},
    'report': {'compare', 'base', 'xml', 'soap', 'keys', 'security', 'findings', 'model', 'session', 'why', 'binding', 'rules'},
}
# Who may write the model; for all others a build with WSSC_WERROR has it const, and here nobody casts that away.
MODEL_WRITERS = {'model', 'session', 'merge'}
MODEL_WRITTEN = re.compile(r"(?<!const )\b(?:WSSC_MODEL )?Wssc(?:Message|Context|Exchange|Instance|Event|Renewal|Rollover|Service|Served|Peer|"
                           r"Replay|Token|Model|Connection|Sign) ?\*|WSSC_READS_MODEL")
# Where this checkout and its user live: nobody else's files are there.
HERE = {os.path.abspath(sys.argv[1]), pwd.getpwuid(os.getuid()).pw_dir} - {'/'}
WIRESHARK = re.compile(r'^(epan|wiretap|wsutil|ws_version|ws_symbol|cfile|file)\b')
PLUGIN_SYMBOLS = {'plugin_version', 'plugin_want_major', 'plugin_want_minor', 'plugin_register',
                  'plugin_describe'}
IO = re.compile(r'\b(printf|fprintf|puts|fputs|fopen|g_print|g_printerr|g_file_get_contents|exit|abort|system)\s*\(')

# What stands above analyzer/workers.
WORKERS_KNOW_NOT = {'analysis.h', 'commands.h', 'options.h', 'print.h', 'settings.h', 'bring.h'}

# Files that need each other: the binary reader's halves, and tokens that refer to tokens. One circle in each of these folders, and
# no other.
CIRCLES = ['core/nbfx/', 'core/security/keyinfo/']

problems = []


def tracked(root):
    done = subprocess.run(['git', '-C', root, 'ls-files', '-z'], capture_output=True, check=False)
    if done.returncode == 0 and done.stdout:
        return [f for f in done.stdout.decode().split('\0') if f]
    found = []
    for folder, _, names in os.walk(root):
        if '/build' in folder or '/.git' in folder:
            continue
        found += [os.path.relpath(os.path.join(folder, n), root) for n in names]
    return found


def read(root, name):
    with open(os.path.join(root, name), encoding='utf-8', errors='replace') as file:
        return file.read()


def strip_comments(text):
    return re.sub(r'"(\\.|[^"\\])*"', '""', re.sub(r'/\*.*?\*/|//[^\n]*', '', text, flags=re.S))


MOST_LINES = 500  # of a source file; a table (.def) may be longer


def check_source(name, text):
    parts = name.split('/')
    if not name.endswith('.def') and text.count('\n') > MOST_LINES:
        problems.append('%s: %d lines, %d at most' % (name, text.count('\n'), MOST_LINES))
    if 'SPDX-License-Identifier:' not in text[:300]:
        problems.append('%s: no SPDX line' % name)
    elif parts[0] == 'core' and 'Apache-2.0 OR GPL-2.0-or-later' not in text[:300]:
        problems.append('%s: core/ is Apache-2.0 OR GPL-2.0-or-later' % name)
    for include in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.M):
        if parts[0] == 'core':
            if WIRESHARK.match(include):
                problems.append('%s includes Wireshark\'s %s' % (name, include))
            folder = include.split('/')[0]
            if folder in CORE and folder != parts[1] and folder not in CORE[parts[1]]:
                problems.append('%s: core/%s may not include %s' % (name, parts[1], include))
            if os.path.basename(include) == include and include.endswith('.h') and \
                    os.path.exists(os.path.join(ROOT, 'plugin', include)):
                problems.append('%s includes the plugin\'s %s' % (name, include))
        if parts[0] == 'plugin' and os.path.exists(os.path.join(ROOT, 'analyzer', include)):
            problems.append('%s includes the analyzer\'s %s' % (name, include))
        if name.startswith('analyzer/watch/') and not include.startswith('watch/') and \
                os.path.exists(os.path.join(ROOT, 'analyzer', include)):
            problems.append('%s includes %s: analyzer/watch knows nothing of what uses it' % (name, include))
        if name.startswith('analyzer/workers/') and include in WORKERS_KNOW_NOT:
            problems.append('%s includes %s: analyzer/workers knows nothing of what uses it' % (name, include))
        if parts[0] == 'analyzer' and os.path.exists(os.path.join(ROOT, 'plugin', include)) and \
                include not in ('compat.h', 'dissect.h', 'ends.h', 'key_file.h', 'outlet.h', 'packet.h', 'secrets.h',
                                'tls_place.h'):
            problems.append('%s includes the plugin\'s %s, which is not for the analyzer' % (name, include))
    if parts[0] in ('plugin', 'analyzer') or parts[0] == 'core' and parts[1] not in MODEL_WRITERS:
        match = MODEL_WRITTEN.search(strip_comments(text))
        if match:
            problems.append('%s: only core/session may write the model, here is "%s"' % (name, match.group()))
    if parts[0] == 'core':
        match = IO.search(strip_comments(text))
        if match:
            problems.append('%s: %s in core/' % (name, match.group(1)))


def defined_symbols(path, *options):
    done = subprocess.run(['nm', *options, path], capture_output=True, text=True, check=True)
    return done.stdout


def uses_of(sources):
    """Which file calls functions of which, by what stands in their text: definitions that are not static, and names."""
    text = {name: strip_comments(read(ROOT, name)) for name in sources}
    defined = {}
    for name, body in text.items():
        for match in re.finditer(r'^(?!static\b|typedef\b)[A-Za-z_][\w \t*]*?\b(\w+)\([^;{]*?\)\s*\{', body, re.M):
            defined[match.group(1)] = name
    return {name: {defined[word] for word in re.findall(r'\w+', body) if defined.get(word, name) != name}
            for name, body in text.items()}


def circles(uses):
    """The sets of files of which each needs each other one (Tarjan's strongly connected components)."""
    number, low, stack, found = {}, {}, [], []

    def visit(node):
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in uses[node]:
            if other not in number:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == number[node]:
            circle = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(circle) > 1:
                found.append(sorted(circle))

    for node in uses:
        if node not in number:
            visit(node)
    return found


def check_circles(sources):
    in_folder = dict.fromkeys(CIRCLES, 0)
    for circle in circles(uses_of(sources)):
        home = [folder for folder in CIRCLES if all(name.startswith(folder) for name in circle)]
        if not home:
            problems.append('a circle of files: ' + ' '.join(circle))
        for folder in home:
            in_folder[folder] += 1
    problems.extend('%s: %d circles of files' % item for item in in_folder.items() if item[1] > 1)


def main():
    for name in tracked(ROOT):
        if name.startswith(('tests/data/', 'captures/', 'tests/vectors/', 'tests/fuzz/corpus',
                            'tests/interop/corpus')):
            continue
        if not os.path.isfile(os.path.join(ROOT, name)):
            continue
        if re.search(r'\.(c|h|def)$', name):
            check_source(name, read(ROOT, name))
        if re.search(r'\.(c|h|def|py|sh|md|txt|cmake|json|map)$', name):
            text = read(ROOT, name)
            problems.extend('%s: a path of this machine: %s' % (name, path) for path in HERE if path + '/' in text)
    check_circles([name for name in tracked(ROOT) if re.match(r'(core|plugin|analyzer)/.*\.c$', name) and
                   os.path.isfile(os.path.join(ROOT, name))])
    undefined = defined_symbols(sys.argv[2], '-u')
    for symbol in ('proto_register', 'epan_', 'wtap_', 'tvb_', 'wmem_'):
        if re.search(r'\bU %s' % symbol, undefined):
            problems.append('libwssc_core wants %s*' % symbol)
    if len(sys.argv) > 3:
        exported = set(re.findall(r' [TDRB] (\w+)', defined_symbols(sys.argv[3], '-D', '--defined-only')))
        if not exported <= PLUGIN_SYMBOLS or 'plugin_register' not in exported:
            problems.append('the plugin exports %s' % sorted(exported - PLUGIN_SYMBOLS))
    for problem in problems:
        print(problem)
    print('%d problem(s)' % len(problems))
    return 1 if problems else 0


ROOT = sys.argv[1]
sys.exit(main())
