#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A snippet of docs/guide.md in a file that a compiler takes: snippet.py GUIDE PRODUCT TEMPLATE > SOURCE

The snippet is the block behind the paragraph that begins with PRODUCT in bold; it stands for the template's line SNIPPET.
"""
import re
import sys

guide, product, template = sys.argv[1:]
with open(guide, encoding='utf-8') as file:
    found = re.search(r'(?m)^\*\*%s\*\*(?:.+\n)+\n((?:    .*\n|\n)+)' % re.escape(product), file.read())
with open(template, encoding='utf-8') as file:
    print(file.read().replace('SNIPPET\n', found.group(1)), end='')
