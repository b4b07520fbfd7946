#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""From the token of a security token service to the context: the assertion is one that AD FS issued
(captures-real/msal-dotnet-wstrust), the rest of the way is as WS-Trust has it. contexts, timeline and why name the token.

usage: federation_test.py WSSC SOURCE_DIR
"""
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
import served  # pylint: disable=wrong-import-position
import talks  # noqa: E402  pylint: disable=wrong-import-position

S12 = 'http://www.w3.org/2003/05/soap-envelope'
WST = 'http://docs.oasis-open.org/ws-sx/ws-trust/200512'
WSC = 'http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512'
WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
WSU = WSSE.replace('secext', 'utility')
ISSUED = 1507681206.5  # when AD FS issued it: 2017-10-11T00:20:06Z, for an hour
NAME = 'assertion _cff9b34a-859a-48d6-a9f0-6265832196cb of urn:federation:MSFT for 1171983'
ENTROPY = '<t:Entropy><t:BinarySecret>AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=</t:BinarySecret></t:Entropy>'


def envelope(header, body):
    return ("<s:Envelope xmlns:s='%s' xmlns:a='http://www.w3.org/2005/08/addressing' xmlns:t='%s' xmlns:c='%s' xmlns:o='%s' "
            "xmlns:u='%s'><s:Header>%s</s:Header><s:Body>%s</s:Body></s:Envelope>" % (
                S12, WST, WSC, WSSE, WSU, header, body)).encode()


def post(octets):
    return b'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/soap+xml\r\nContent-Length: %d\r\n\r\n' % len(octets) + octets


def answer(octets, status='200 OK'):
    return ('HTTP/1.1 %s\r\nContent-Type: application/soap+xml\r\nContent-Length: %d\r\n\r\n' % (
        status, len(octets))).encode() + octets


def ask_token():
    return envelope('<a:Action>%s/RST/Issue</a:Action><a:MessageID>urn:uuid:6e8ce948-eb66-4720-916b-0695697e6e45</a:MessageID>'
                    % WST, '<t:RequestSecurityToken><t:RequestType>%s/Issue</t:RequestType></t:RequestSecurityToken>' % WST)


def ask_context(assertion, number):
    return envelope('<a:Action>%s/RST/SCT</a:Action><a:MessageID>urn:m:%d</a:MessageID><o:Security>%s</o:Security>' % (
        WST, number, assertion), '<t:RequestSecurityToken><t:TokenType>%s/sct</t:TokenType><t:RequestType>%s/Issue'
        '</t:RequestType>%s</t:RequestSecurityToken>' % (WSC, WST, ENTROPY))


def give_context(number):
    return envelope('<a:Action>%s/RSTRC/SCT</a:Action><a:RelatesTo>urn:m:%d</a:RelatesTo>' % (WST, number),
                    '<t:RequestSecurityTokenResponseCollection><t:RequestSecurityTokenResponse><t:RequestedSecurityToken>'
                    '<c:SecurityContextToken><c:Identifier>urn:ctx</c:Identifier></c:SecurityContextToken>'
                    '</t:RequestedSecurityToken><t:RequestedProofToken><t:ComputedKey>%s/CK/PSHA1</t:ComputedKey>'
                    '</t:RequestedProofToken>%s</t:RequestSecurityTokenResponse></t:RequestSecurityTokenResponseCollection>' % (
                        WST, ENTROPY))


def refuse(number):
    return envelope('<a:Action>urn:fault</a:Action><a:RelatesTo>urn:m:%d</a:RelatesTo>' % number,
                    '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>o:FailedAuthentication</s:Value>'
                    '</s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">At least one security token in the message could '
                    'not be validated.</s:Text></s:Reason></s:Fault>')


def write(capture, source, with_issue):
    path = os.path.join(source, 'tests/data/captures-real/msal-dotnet-wstrust/WsTrustResponse13.xml')
    with open(path, 'rb') as file:
        response = file.read()
    assertion = re.search(rb'<(\w+:)?Assertion.*</(\w+:)?Assertion>', response, re.DOTALL).group(0).decode()
    sts = (8080, [(ISSUED, True, post(ask_token())), (ISSUED + .1, False, answer(response))])
    service = (8081, [(ISSUED + 1, True, post(ask_context(assertion, 1))),
                      (ISSUED + 1.1, False, answer(give_context(1)))])
    late = (8081, [(ISSUED + 2 * 3600, True, post(ask_context(assertion, 2))),
                   (ISSUED + 2 * 3600 + .1, False, answer(refuse(2), '500 Internal Server Error'))])
    talks.write(capture, *([sts] if with_issue else []), service, late)


def run(wssc, command, capture):
    done = served.run([wssc, command, '--format', 'json', '--no-progress', capture], capture_output=True, text=True,
                      timeout=120, check=True)
    return json.loads(done.stdout)


def check_timeline(rows, with_issue, problems):
    seen = [row['text'] for row in rows if row['context'] == 'urn:ctx' and row['kind'] in ('token', 'request', 'issue')]
    wanted = ['192.0.2.2:8080 issues %s, good until 2017-10-11T01:20:06.447000Z' % NAME] if with_issue else []
    shows = [text for text in seen if text.endswith('shows ' + NAME)]
    if seen[:len(wanted)] != wanted or len(shows) != 1:
        problems.append('timeline: %s' % seen)


def check(wssc, source, folder, with_issue, problems):
    capture = os.path.join(folder, 'federation.pcap')
    write(capture, source, with_issue)
    token = run(wssc, 'contexts', capture)[0]['tokens'][0]
    seen = (token['kind'], token['uses'], token['contexts'], token['issued_by'])
    if seen != ('saml11', 2, 2, '192.0.2.2:8080' if with_issue else None):
        problems.append('token: %s' % token)
    check_timeline(run(wssc, 'timeline', capture), with_issue, problems)
    if [row['id'] for row in run(wssc, 'findings', capture)].count('token-expired') != 1:
        problems.append('one use of an expired token expected')
    troubles = run(wssc, 'why', capture)
    if [(t['cause'], t['confidence']) for t in troubles] != [('wrong-credential', 'certain')] or \
            'expired' not in troubles[0]['text'] or 'token' not in {e['role'] for e in troubles[0]['evidence']}:
        problems.append('why: %s' % [(t['cause'], t['confidence'], t['text']) for t in troubles])


def main():
    wssc, source, problems = sys.argv[1], sys.argv[2], []
    with tempfile.TemporaryDirectory() as folder:
        for with_issue in (True, False):
            check(wssc, source, folder, with_issue, problems)
    print('\n'.join(problems) or 'all well')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
