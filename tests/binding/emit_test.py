#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What wssc binding --emit writes. The C compiles without a warning with Wine's webservices.h, in both ways that people
compile it; the policy is valid by the schema here, with each assertion where it belongs, and compared with the capture
that it is from nothing differs; the form of WCF is well-formed and has known names only. No form has a password.

usage: emit_test.py [--all] WSSC [NAME...]     WINE_INCLUDE: the folder of webservices.h

By default a share that has every stack, transport, version and way to ask for a context; every capture with --all.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
from xml.etree import ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, '..', '..')
sys.path[:0] = [os.path.join(HERE, '..', 'truth'), os.path.join(HERE, '..', 'support')]
import served  # pylint: disable=wrong-import-position
from truth import captures  # noqa: E402  pylint: disable=wrong-import-position

import profile_test  # noqa: E402  pylint: disable=wrong-import-position
from wwsapi import Session  # noqa: E402  pylint: disable=wrong-import-position

# Where scripts/common.sh unpacks the package, and where it is when it is installed.
INCLUDES = ['build/wine/usr/include/wine/wine/windows', 'build/wine/usr/include/wine/windows',
            '/usr/include/wine/wine/windows', '/usr/include/wine/windows']
SHARE = ['corewcf/sc-13-entropy-server', 'corewcf/sc-13-renew', 'corewcf/tcp-feb05', 'dotnet/sc-feb05-soap11', 'cxf/tls13-derive',
         'cxf/sym05-asymboot', 'cxf/sym13-gcm128', 'metro/tls05-entropy-server', 'metro/sym13', 'wwsapi-2005-02',
         'wwsapi-1.3', 'wwsapi-clear']
WAYS = [['-std=c11', '-Wall', '-Wextra', '-pedantic'], ['-std=gnu11', '-fshort-wchar', '-Wall', '-Wextra']]
WSP = 'http://schemas.xmlsoap.org/ws/2004/09/policy'
SP = {'1.1': 'http://schemas.xmlsoap.org/ws/2005/07/securitypolicy',
      '1.2': 'http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702'}
CXF = 'http://cxf.apache.org/custom/security-policy'
NETF = 'http://schemas.microsoft.com/ws/2006/05/framing/policy'

# Which assertions may stand in which, past the operators in between.
BINDING = {'AlgorithmSuite', 'Layout', 'IncludeTimestamp'}
TOKENS = {'UsernameToken', 'KerberosToken', 'SamlToken', 'X509Token', 'SecureConversationToken'}
SUITES = {b + s + r for b in ('Basic256', 'Basic192', 'Basic128', 'TripleDes') for s in ('', 'Sha256') for r in ('', 'Rsa15')}
# WS-SecurityPolicy has none of these: CXF's own.
SUITES_OF_CXF = {'Basic128GCM', 'Basic192GCM', 'Basic256GCM'}
TRUST = {'RequireClientEntropy', 'RequireServerEntropy'}
TOP = {'TransportBinding', 'SymmetricBinding', 'EndorsingSupportingTokens', 'SignedParts', 'EncryptedParts', 'Wss11',
       'Trust10', 'Trust13'}
NESTING = {
    None: TOP,
    'TransportBinding': BINDING | {'TransportToken'},
    'SymmetricBinding': BINDING | {'ProtectionToken'},
    'AsymmetricBinding': BINDING | {'InitiatorToken', 'RecipientToken'},
    'TransportToken': {'HttpsToken', 'SslTransportSecurity', 'WindowsTransportSecurity'},
    'ProtectionToken': {'SecureConversationToken', 'X509Token'},
    'InitiatorToken': {'X509Token'}, 'RecipientToken': {'X509Token'},
    'EndorsingSupportingTokens': TOKENS - {'UsernameToken'}, 'SignedSupportingTokens': {'UsernameToken'},
    'SecureConversationToken': {'RequireDerivedKeys', 'BootstrapPolicy'},
    'BootstrapPolicy': (TOP | {'AsymmetricBinding', 'SignedSupportingTokens'}) - {'SignedParts', 'EncryptedParts'},
    'AlgorithmSuite': SUITES | SUITES_OF_CXF, 'Layout': {'Strict', 'Lax'}, 'Wss11': set(),
    'Trust10': TRUST | {'MustSupportIssuedTokens'}, 'Trust13': TRUST | {'MustSupportIssuedTokens'},
    'UsernameToken': {'WssUsernameToken10'}, 'KerberosToken': {'WssGssKerberosV5ApReqToken11'},
    'SamlToken': {'WssSamlV11Token10', 'WssSamlV20Token11'}, 'X509Token': {'WssX509V3Token10'},
    'SignedParts': {'Body'}, 'EncryptedParts': {'Body'}, 'WindowsTransportSecurity': {'ProtectionLevel'},
}
ONE_OF = {'AlgorithmSuite', 'Layout', 'TransportToken', 'ProtectionToken', 'InitiatorToken', 'RecipientToken'}

# Names of the form of WCF, and what the attributes may say; None: whatever.
BOOLEAN = ('true', 'false')
TIMESPAN = re.compile(r'(\d+\.)?\d\d:\d\d:\d\d(\.\d{7})?')
VERSIONS = ('WSSecurity11WSTrustFebruary2005WSSecureConversationFebruary2005WSSecurityPolicy11',
            'WSSecurity11WSTrust13WSSecureConversation13WSSecurityPolicy12')
WCF = {
    'customBinding': {}, 'binding': {'name': None},
    'security': {'authenticationMode': ('SecureConversation',), 'defaultAlgorithmSuite': tuple(SUITES),
                 'requireDerivedKeys': BOOLEAN, 'securityHeaderLayout': ('Strict', 'Lax'), 'includeTimestamp': BOOLEAN,
                 'keyEntropyMode': ('ClientEntropy', 'ServerEntropy', 'CombinedEntropy'),
                 'requireSecurityContextCancellation': BOOLEAN, 'canRenewSecurityContextToken': BOOLEAN,
                 'messageSecurityVersion': VERSIONS},
    'localClientSettings': {'sessionKeyRenewalInterval': TIMESPAN, 'sessionKeyRolloverInterval': TIMESPAN},
    'localServiceSettings': {'sessionKeyRenewalInterval': TIMESPAN, 'sessionKeyRolloverInterval': TIMESPAN,
                             'maxPendingSessions': re.compile(r'\d+')},
    'secureConversationBootstrap': {
        'authenticationMode': ('UserNameOverTransport', 'KerberosOverTransport', 'IssuedTokenOverTransport',
                               'CertificateOverTransport'),
        'defaultAlgorithmSuite': tuple(SUITES), 'requireDerivedKeys': BOOLEAN, 'includeTimestamp': BOOLEAN,
        'messageSecurityVersion': VERSIONS},
    'textMessageEncoding': {'messageVersion': re.compile('Soap1[12](WSAddressing10|WSAddressingAugust2004)?')},
    'binaryMessageEncoding': {}, 'httpsTransport': {}, 'tcpTransport': {}, 'sslStreamSecurity': {},
    'windowsStreamSecurity': {},
}
ORDER = ['security', 'sslStreamSecurity', 'windowsStreamSecurity', 'textMessageEncoding', 'binaryMessageEncoding',
         'httpsTransport', 'tcpTransport']


# ---- the forms ----------------------------------------------------------------------------------------------

def check_c(text, folder):
    path = os.path.join(folder, 'emitted.c')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    for way in WAYS:
        done = subprocess.run(['gcc', *way, '-I', wine_include(), '-c', path, '-o', os.path.join(folder, 'emitted.o')],
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0 or done.stderr:
            yield 'gcc %s: %s' % (' '.join(way), done.stderr[:600])
    done = subprocess.run(['nm', os.path.join(folder, 'emitted.o')], capture_output=True, text=True, timeout=60)
    for name in ('client_description', 'service_description'):
        if not re.search(r' [BD] %s$' % name, done.stdout, re.MULTILINE):
            yield 'no %s in the object' % name


def names_below(element, parent, problems):
    """Each assertion stands in the one that it belongs to."""
    for child in element:
        space, name = child.tag[1:].split('}')
        if space == WSP:
            names_below(child, parent, problems)
            continue
        if name not in NESTING.get(parent, set()) or (name in SUITES_OF_CXF) != (space == CXF):
            problems.append('%s stands in %s' % (name, parent))
        names_below(child, name, problems)
        if name in ONE_OF and len([c for c in child.iter() if c is not child and c.tag[1:].split('}')[0] != WSP]) < 1:
            problems.append('%s is empty' % name)


def schema_for(version, folder):
    """The schema of that version of WS-SecurityPolicy, in a folder of its own."""
    into = os.path.join(folder, 'schema-' + version)
    if os.path.isdir(into):
        return os.path.join(into, 'wsp.xsd')
    os.mkdir(into)
    words = {'@SP@': SP[version], '@TRUST@': {'1.1': 'Trust10', '1.2': 'Trust13'}[version],
             '@HTTPS@': {'1.1': 'Https11', '1.2': 'Nested'}[version],
             '@SAML@': {'1.1': 'WssSamlV11Token11', '1.2': 'WssSamlV20Token11'}[version]}
    for name in ('wsp.xsd', 'sp.xsd', 'netf.xsd', 'wsu.xsd', 'cxf.xsd'):
        with open(os.path.join(HERE, 'schema', name), encoding='utf-8') as file:
            text = file.read()
        for word, value in words.items():
            text = text.replace(word, value)
        with open(os.path.join(into, name), 'w', encoding='utf-8') as file:
            file.write(text)
    return os.path.join(into, 'wsp.xsd')


def check_policy(text, folder, schemas, row):
    path = os.path.join(folder, 'policy.xml')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    version = '1.2' if row['properties']['secure_conversation_version']['value'] == '1_3' else '1.1'
    done = subprocess.run(['xmllint', '--nonet', '--noout', '--schema', schemas[version], path], capture_output=True,
                          text=True, timeout=60)
    if done.returncode != 0:
        yield 'xmllint: %s' % done.stderr[:600]
        return
    problems = []
    root = ElementTree.fromstring(text)
    names_below(root, None, problems)
    yield from problems
    token = [e for e in root.iter() if e.tag.endswith('}SecureConversationToken')]
    if len(token) != 1 or token[0].tag != '{%s}SecureConversationToken' % SP[version]:
        yield 'one SecureConversationToken of %s expected, seen %s' % (version, [t.tag for t in token])


def check_wcf(text):
    root = ElementTree.fromstring(text)
    for element in root.iter():
        if element.tag not in WCF:
            yield 'element %s is none of the form' % element.tag
            continue
        for name, value in element.attrib.items():
            wanted = WCF[element.tag].get(name, ())
            if not (wanted is None or (wanted.fullmatch(value) if hasattr(wanted, 'fullmatch') else value in wanted)):
                yield '%s %s="%s" is not of the form' % (element.tag, name, value)
    places = [ORDER.index(e.tag) for e in root.find('binding')]
    if places != sorted(places):
        yield 'order: %s' % [e.tag for e in root.find('binding')]


# ---- captures -----------------------------------------------------------------------------------------------

def wine_include():
    for folder in [os.environ.get('WINE_INCLUDE', '')] + [os.path.join(ROOT, include) for include in INCLUDES]:
        if folder and os.path.exists(os.path.join(folder, 'webservices.h')):
            return folder
    raise RuntimeError('no webservices.h: test.sh fetches the headers of libwine-dev into build/wine')


class Sample:
    def __init__(self, name, path, keylog=None, key_lines=(), secrets=()):
        self.name, self.path, self.keylog, self.key_lines, self.secrets = name, path, keylog, key_lines, secrets


def run(wssc, sample, folder, *options):
    argv = [wssc, 'binding', *options] + (['--tls-keylog', sample.keylog] if sample.keylog else [])
    if sample.key_lines:
        with open(os.path.join(folder, 'keys'), 'w', encoding='utf-8') as file:
            file.write('\n'.join(sample.key_lines) + '\n')
        argv += ['-k', file.name]
    return served.run(argv + [sample.path], capture_output=True, text=True, timeout=300)


def check_endpoint(wssc, sample, folder, schemas, row):
    endpoint, problems = row['endpoint'], []
    for form in ('c', 'wcf', 'policy'):
        done = run(wssc, sample, folder, '--emit', form, '--endpoint', endpoint)
        if done.returncode not in (0, 3) or done.stderr:
            problems.append('--emit %s: status %d: %s' % (form, done.returncode, done.stderr[:300]))
            continue
        found = list(check_c(done.stdout, folder) if form == 'c' else
                     check_policy(done.stdout, folder, schemas, row) if form == 'policy' else check_wcf(done.stdout))
        found += ['a secret is in it' for secret in sample.secrets if secret in done.stdout]
        problems += ['%s: %s' % (form, problem) for problem in found]
    done = run(wssc, sample, folder, '--expect', os.path.join(folder, 'policy.xml'), '--endpoint', endpoint, '--format', 'json')
    lines = [line for row in json.loads(done.stdout or '[]') for c in row['comparisons'] for line in c['lines']]
    differs = ['%s: configured %s, observed %s' % (line['name'], line['configured'], line['observed'])
               for line in lines if line['result'] == 'differs']
    if done.returncode not in (0, 3) or differs or not lines:
        problems.append('--expect of the policy: status 0 without differences expected, seen %d, %s%s' % (
            done.returncode, differs or '%d lines' % len(lines), done.stderr[:300]))
    same = sum(line['result'] == 'same' for line in lines)
    return 'expected 3 forms that are right, no line differs; seen %d lines, %d of them the same' % (len(lines), same), problems


def check(wssc, sample, schemas):
    """[(name, text, problems)] of the endpoints."""
    with tempfile.TemporaryDirectory() as folder:
        done = run(wssc, sample, folder, '--format', 'json')
        if done.returncode not in (0, 3):
            return [(sample.name, '', ['status %d: %s' % (done.returncode, done.stderr[:300])])]
        rows = [row for row in json.loads(done.stdout) if row['scope'] == 'endpoint']
        return [(sample.name, *check_endpoint(wssc, sample, folder, schemas, row)) for row in rows]


def samples(folder):
    for capture in captures('corewcf', 'corewcf-why', 'dotnet', 'cxf', 'metro'):
        if capture.truth.get('ws_sc'):
            password = capture.truth.get('password')
            yield Sample(capture.name, capture.path, capture.keylog, capture.key_file_lines(),
                         [password] if password and len(password) > 5 else [])
    for version in ('2005/02', '1.3'):
        name = 'wwsapi-' + version.replace('/', '-')
        path = profile_test.capture(Session(version=version), folder, name)
        yield Sample(name, path, os.path.join(folder, 'tls.keylog'))
    yield Sample('wwsapi-clear', profile_test.capture(Session(scheme='http'), folder, 'wwsapi-clear'))


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != '--all']
    wssc, names = arguments[0], arguments[1:] or ([] if '--all' in sys.argv else SHARE)
    failed = done = 0
    print('webservices.h in %s' % wine_include())
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        schemas = {version: schema_for(version, folder) for version in SP}
        chosen = [s for s in samples(folder) if not names or s.name in names]
        for results in pool.map(lambda s: check(wssc, s, schemas), chosen):
            for name, text, problems in results:
                print('%-4s %-44s %s' % ('FAIL' if problems else 'ok', name, text))
                for problem in problems:
                    print('       ' + problem)
                failed, done = failed + bool(problems), done + 1
    print('%d bindings, %d failed' % (done, failed))
    return 1 if failed or not done else 0


if __name__ == '__main__':
    sys.exit(main())
