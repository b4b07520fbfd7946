#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The snippet of docs/guide.md for WCF as a file that a compiler takes: snippet.py GUIDE > Snippet.cs"""
import re
import sys

USING = ('System', 'System.IO', 'System.ServiceModel', 'System.IdentityModel.Tokens', 'System.ServiceModel.Security.Tokens')

with open(sys.argv[1], encoding='utf-8') as guide:
    found = re.search(r'(?m)^\*\*WCF and CoreWCF\*\*.*\n\n((?:    .*\n|\n)+)', guide.read())
print('%s\nclass Snippet { static void Called() {\n%s}}' % ('\n'.join('using %s;' % name for name in USING), found.group(1)))
