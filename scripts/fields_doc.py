#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes docs/fields.md from plugin/fields.def (a test holds it to that, and to what tshark says).

usage: fields_doc.py SOURCE_DIR > docs/fields.md
"""
import os
import re
import sys

KINDS = {'NONE': 'container', 'STRING': 'string', 'UINT': 'number', 'TIME': 'time', 'BYTES': 'octets', 'BOOL': 'boolean',
         'FRAME': 'frame', 'REQUEST': 'frame', 'RESPONSE': 'frame', 'DURATION': 'duration', 'SECONDS': 'seconds'}
# As the specifications write them.
PREFIXES = {'SOAP': 'soap', 'WSA': 'wsa', 'WSSE': 'wsse', 'WSSE11': 'wsse11', 'WSU': 'wsu', 'WST': 'wst', 'WSC': 'wsc',
            'WSP': 'wsp', 'DS': 'ds', 'DS11': 'dsig11', 'XENC': 'xenc', 'XENC11': 'xenc11', 'EC': 'ec', 'SAML': 'saml',
            'NONE': ''}
ROW = re.compile(r'WSSC_(FIELD|ELEMENT|ATTRIBUTE)\((.*?)\)\s*(?=\n|$)', re.S)
HEAD = '''# Fields

What the plugin names in the tree, for display filters (`-Y`), columns (`-e`) and `wssc -Y`. Made from `plugin/fields.def` by
`scripts/fields_doc.py`; "from" is the element or attribute whose text it is, whatever the version of its specification. Findings
are expert items as well, `wssc.finding.NAME` with the names of `wssc findings --list-findings`, and so is why a message was
refused, `wssc.cause.expert`. The fields of net.tcp (`nettcp.`) and of binary XML (`nbfx.`) are what their records hold: `tshark -G fields | grep -E 'nettcp\\.|nbfx\\.'`.
'''


def arguments(text):
    return [a.strip('"') for a in re.findall(r'"[^"]*"|[^",\s]+', text)]


def named(family, name):
    prefix = PREFIXES.get(family, family.lower().replace('_', '-'))
    return (prefix + ':' if prefix else '') + name


def read(source):
    """Sections, each a title and its fields (filter, kind, name, origins), in the order of the file."""
    with open(os.path.join(source, 'plugin', 'fields.def'), encoding='utf-8') as file:
        text = file.read()
    sections, origins = [], {}
    for part in re.split(r'(?m)^/\* -+ ', text)[1:]:
        title = part[:part.index(' ----')].strip()
        fields = []
        for kind, inside in ROW.findall(part):
            row = arguments(inside)
            if kind == 'FIELD':
                fields.append(row)
            elif kind == 'ELEMENT':
                family, parent, element, identity = row
                origins.setdefault(identity, []).append(
                    (parent + '/' if parent != 'NULL' else '') + named(family, element))
            else:
                family, element, own, attribute, identity = row
                origins.setdefault(identity, []).append(
                    '%s@%s' % (named(family, element) if element != 'NULL' else '', named(own, attribute)))
        sections.append((title[:1].upper() + title[1:], fields))
    return [(title, [(f[2], KINDS[f[1]], f[3], origins.get(f[0], [])) for f in fields]) for title, fields in sections]


def document(source):
    out = HEAD
    for title, fields in read(source):
        if not fields:
            continue
        out += '\n## %s\n\n| filter | kind | name | from |\n| --- | --- | --- | --- |\n' % title
        for name, kind, label, origins in fields:
            out += '| `%s` | %s | %s | %s |\n' % (name, kind, label, ', '.join('`%s`' % o for o in origins))
    return out


if __name__ == '__main__':
    sys.stdout.write(document(sys.argv[1]))
