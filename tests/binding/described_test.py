#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a service says of itself in the capture, as a WSDL that is asked for by GET or in an answer of
WS-MetadataExchange: compared with its contexts, and told apart from a file that is given.

The service is the synthetic one of wwsapi.py; the policies are those of Metro and of this test.

usage: described_test.py WSSC
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position

import profile_test
import wwsapi
from wwsapi import Session

MEX = 'http://schemas.xmlsoap.org/ws/2004/09/mex'
GET = 'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get'
WSP = 'http://schemas.xmlsoap.org/ws/2004/09/policy'
SP = 'http://schemas.xmlsoap.org/ws/2005/07/securitypolicy'
WSDL = 'http://schemas.xmlsoap.org/wsdl/'
FROM_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'data', 'captures-real', 'metro', 'tls05.service.wsdl')


def nested(name, *inner, attributes=''):
    return '<sp:%s%s><wsp:Policy>%s</wsp:Policy></sp:%s>' % (name, attributes, ''.join(inner), name)


def leaf(name):
    return '<sp:%s/>' % name


def policy(suite='Basic256', entropy=('RequireClientEntropy', 'RequireServerEntropy'), more=''):
    """That of the session to the letter (reference section 6c)."""
    include = ' sp:IncludeToken="%s/IncludeToken/AlwaysToRecipient"' % SP
    binding = nested('TransportBinding', nested('TransportToken', '<sp:HttpsToken RequireClientCertificate="false"/>'),
                     nested('AlgorithmSuite', leaf(suite)), nested('Layout', leaf('Strict')), leaf('IncludeTimestamp'))
    boot = binding + nested('SignedSupportingTokens', nested('UsernameToken', leaf('WssUsernameToken10'), attributes=include)) + \
        nested('Trust10', *(leaf(name) for name in entropy))
    token = nested('SecureConversationToken', more, nested('BootstrapPolicy', boot), attributes=include)
    return binding + nested('EndorsingSupportingTokens', token)


def wsdl(content, address='https://service.example.org/service', around=''):
    return ('<w:definitions xmlns:w="%s" xmlns:wsp="%s" xmlns:sp="%s" xmlns:wsu="%s" targetNamespace="urn:t" xmlns:t="urn:t">'
            '<wsp:Policy wsu:Id="P">%s</wsp:Policy><w:binding name="B" type="t:T"><wsp:PolicyReference URI="#P"/></w:binding>'
            '<w:service name="S"><w:port name="Port" binding="t:B"><x:address xmlns:x="http://schemas.xmlsoap.org/wsdl/soap12/" '
            'location="%s"/></w:port></w:service>%s</w:definitions>' % (WSDL, WSP, SP, wwsapi.WSU, content, address, around))


def http(first, head, body):
    octets = body.encode()
    return ('%s\r\n%sContent-Length: %d\r\n\r\n' % (first, head, len(octets))).encode() + octets


def by_get(session, document):
    session.said += [
        (session.now, True, http('GET /service?wsdl HTTP/1.1', 'Host: service.example.org\r\n', '')),
        (session.now + 0.001, False, http('HTTP/1.1 200 OK', 'Content-Type: text/xml; charset=utf-8\r\n', document))]
    session.now += 0.01


def by_exchange(session, document):
    asks = ('<s:Envelope xmlns:s="%s" xmlns:a="%s"><s:Header><a:Action>%s</a:Action><a:MessageID>urn:uuid:%s</a:MessageID><a:To>'
            '%s</a:To></s:Header><s:Body/></s:Envelope>' % (wwsapi.S12, wwsapi.WSA, GET, wwsapi.uuid('mex'), session.address))
    answers = ('<s:Envelope xmlns:s="%s" xmlns:a="%s"><s:Header><a:Action>%sResponse</a:Action><a:RelatesTo>urn:uuid:%s'
               '</a:RelatesTo></s:Header><s:Body><m:Metadata xmlns:m="%s"><m:MetadataSection Dialect="%s">%s</m:MetadataSection>'
               '</m:Metadata></s:Body></s:Envelope>' % (wwsapi.S12, wwsapi.WSA, GET, wwsapi.uuid('mex'), MEX, WSDL, document))
    head = 'Content-Type: application/soap+xml; charset=utf-8\r\n'
    session.said += [(session.now, True, http('POST /mex HTTP/1.1', 'Host: service.example.org\r\n' + head, asks)),
                     (session.now + 0.001, False, http('HTTP/1.1 200 OK', head, answers))]
    session.now += 0.01


def run(wssc, folder, path, *options):
    done = served.run([wssc, 'binding', '--tls-keylog', os.path.join(folder, 'tls.keylog'), *options, path],
                      capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def comparisons(out):
    return [c for row in json.loads(out or '[]') if row['scope'] == 'endpoint' for c in row['comparisons']]


def differs(comparison):
    return {line['name'] for line in comparison['lines'] if line['result'] == 'differs'}


# name, how it is told, the document, what differs; None: it is no description of that service's contexts
TESTS = [
    ('get', by_get, wsdl(policy()), set()),
    ('metadata', by_exchange, wsdl(policy()), set()),
    ('get-other-suite', by_get, wsdl(policy(suite='Basic128')), {'algorithm suite'}),
    ('metadata-other-entropy', by_exchange, wsdl(policy(entropy=('RequireServerEntropy',))), {'entropy'}),
    ('nearest', by_get, wsdl('<wsp:ExactlyOne><wsp:All>%s</wsp:All><wsp:All>%s</wsp:All></wsp:ExactlyOne>' % (
        policy(more=leaf('RequireDerivedKeys')), policy())), set()),
    ('without-context', by_get, wsdl(leaf('Wss11')), None),
]


def check(wssc, folder, name, how, document, expected):
    """(what, expected, seen)"""
    session = Session(name=name)
    how(session, document)
    session.whole()
    path = profile_test.capture(session, folder, name)
    status, out, errors = run(wssc, folder, path, '--expect', 'capture', '--format', 'json')
    found = comparisons(out)
    if expected is None:
        yield 'status', 2, status
        yield 'said so', True, 'in the capture' in errors
        return
    yield 'status', 1 if expected else 0, status
    yield 'comparisons', 1, len(found)
    yield 'differs', expected, differs(found[0])
    yield 'source', 'capture', found[0]['source']
    yield 'its frame', True, found[0]['frame'] > 0
    yield 'the port', 'Port', found[0]['subject']
    # Without a word after the option the same.
    yield '--expect at the end', (status, found), (lambda s, o, e: (s, comparisons(o)))(
        *run(wssc, folder, '--format=json', path, '--expect'))
    # A file stays a file, whatever the capture says; and without --expect what the capture says stands beside.
    _, out, _ = run(wssc, folder, path, '--expect', FROM_FILE, '--format', 'json')
    yield 'a file', [('file', FROM_FILE)], [(c['source'], c['name']) for c in comparisons(out)]
    _, out, _ = run(wssc, folder, path)
    yield 'beside', True, 'beside what the service says of itself in frame %d' % found[0]['frame'] in out


def main():
    wssc, failed, done = sys.argv[1], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, how, document, differing in TESTS:
            print(name)
            for what, expected, seen in check(wssc, folder, name, how, document, differing):
                print('  %-4s %-24s expected %s, seen %s' % ('ok' if expected == seen else 'FAIL', what,
                                                            str(expected)[:300], str(seen)[:300]))
                failed, done = failed + (expected != seen), done + 1
    print('%d checks, %d failed' % (done, failed))
    return 1 if failed or not done else 0


if __name__ == '__main__':
    sys.exit(main())
