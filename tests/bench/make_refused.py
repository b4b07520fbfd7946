# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture of many contexts, some of which are refused for four reasons.

usage: make_refused.py OUT.pcap CONTEXTS REFUSED [CLIENTS [USES]]

Each context has a TCP connection of its own: issued, used twice (USES) with a signed Timestamp, cancelled. Those that are refused
lie evenly among the others; the reasons take turns.
"""
import os
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
# pylint: disable=wrong-import-position
from messages import (DS, SC, TRUST, WSA, WSSE, b64, body, envelope, http, key_info, reference, sct, security, signature,
                      signed_info, str_to, timestamp)

START = 1700000000
STEP = 20000  # microseconds between two messages
REASONS = ('bad-password', 'clock-skew-client-ahead', 'context-cancelled', 'context-expired')
FAULTS = {'bad-password': 'o:FailedAuthentication', 'clock-skew-client-ahead': 'o:InvalidSecurity',
          'context-cancelled': 'c:BadContextToken', 'context-expired': 'c:RenewNeeded'}
SERVER = b'\xc0\x00\x02\x02'
USER = ('<wsse:UsernameToken xmlns:wsse="%s"><wsse:Username>user</wsse:Username><wsse:Password>x</wsse:Password>'
        '</wsse:UsernameToken>' % WSSE)


def stamp(seconds):
    return tuple(time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(s)) for s in (seconds, seconds + 300))


def headers(action, ident, relates=False):
    return ('<a:Action xmlns:a="%s">%s</a:Action><a:%s xmlns:a="%s">%s</a:%s>' % (
        WSA, action, 'RelatesTo' if relates else 'MessageID', WSA, ident, 'RelatesTo' if relates else 'MessageID'))


def request(now, action, ident, content, tokens='', key=None):
    moment = timestamp(*stamp(now))
    signed = ''
    if key:
        signed = signature(signed_info(reference('#T', moment)), key, key_info(str_to('#SCT')))
    return True, http(envelope(headers(action, ident) + security(moment + tokens + signed), body(content)), True, action)


def answer(action, ident, content, status='200 OK'):
    return False, http(envelope(headers(action, ident, True), body(content)), False, status=status)


def fault(ident, code):
    return answer('http://www.w3.org/2005/08/addressing/fault', ident,
                  '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:o="%s" xmlns:c="%s">%s</s:Value>'
                  '</s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">refused</s:Text></s:Reason></s:Fault>'
                  % (WSSE, SC, code), '500 Internal Server Error')


def trust(kind, content):
    return ('<t:RequestSecurityToken xmlns:t="%s"><t:TokenType>%s/sct</t:TokenType><t:RequestType>%s/%s</t:RequestType>%s'
            '</t:RequestSecurityToken>' % (TRUST, SC, TRUST, kind, content))


def response(content):
    return ('<t:RequestSecurityTokenResponseCollection xmlns:t="%s"><t:RequestSecurityTokenResponse>%s'
            '</t:RequestSecurityTokenResponse></t:RequestSecurityTokenResponseCollection>' % (TRUST, content))


def length(uses):
    """Of a session, in microseconds."""
    return (8 + 2 * uses) * STEP


def session(number, reason, uses):
    """The messages of one context: (is from the client, octets)."""
    now = START + number * length(uses) // 1000000
    name, key = 'urn:uuid:%08x-0000-4000-8000-000000000000' % number, struct.pack('>QQ', number, 7)
    ids = ['urn:uuid:%08x-%04x-4000-8000-000000000001' % (number, i) for i in range(uses + 3)]
    token, talk = sct(name), []
    asked = now + (1800 if reason == 'clock-skew-client-ahead' else 0)
    talk.append(request(asked, TRUST + '/RST/SCT', ids[0], trust('Issue', '<t:KeySize>128</t:KeySize>'), USER))
    if reason in ('bad-password', 'clock-skew-client-ahead'):
        return talk + [fault(ids[0], FAULTS[reason])]
    life = '<t:Lifetime><u:Created xmlns:u="%s">%s</u:Created><u:Expires xmlns:u="%s">%s</u:Expires></t:Lifetime>'
    wsu = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'
    life %= (wsu, stamp(now)[0], wsu, stamp(now + 36000)[1])
    talk.append(answer(TRUST + '/RSTRC/SCT', ids[0], response(
        '<t:RequestedSecurityToken>%s</t:RequestedSecurityToken><t:RequestedProofToken><t:BinarySecret>%s</t:BinarySecret>'
        '</t:RequestedProofToken>%s' % (token, b64(key), life))))

    def call(ident, is_served):
        talk.append(request(now, 'urn:app/call', ident, '<q xmlns="urn:app">%d</q>' % number, token, key))
        talk.append(answer('urn:app/answer', ident, '<r xmlns="urn:app"></r>') if is_served else
                    fault(ident, FAULTS[reason]))

    for use in range(uses):
        call(ids[1 + use], use < uses - 1 or reason != 'context-expired')
    target = '<t:CancelTarget>%s</t:CancelTarget>' % str_to(name, SC + '/sct')
    talk.append(request(now, TRUST + '/RST/SCT/Cancel', ids[-2], trust('Cancel', target), token, key))
    talk.append(answer(TRUST + '/RSTR/SCT/Cancel', ids[-2], response('<t:RequestedTokenCancelled></t:RequestedTokenCancelled>')))
    if reason == 'context-cancelled':
        call(ids[-1], False)
    return talk


def packet(ends, numbers, flags, data=b''):
    (source, from_port), (target, to_port) = ends
    tcp = struct.pack('>HHIIBBHHH', from_port, to_port, *numbers, 0x50, flags, 65535, 0, 0)
    return struct.pack('>BBHHHBBH', 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0) + source + target + tcp + data


def write(path, contexts, refused, clients=20, uses=2):
    """Gives how many were refused for each reason."""
    counts = dict.fromkeys(REASONS, 0)
    clock = START * 1000000
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        for number in range(contexts):
            turn = (number + 1) * refused // contexts
            is_refused = turn > number * refused // contexts
            reason = REASONS[turn % len(REASONS)] if is_refused else None
            if reason:
                counts[reason] += 1
            client = struct.pack('>BH', 10, number * 7 // 3 % clients) + b'\x01'
            ends = {True: ((client, 1024 + number % 60000), (SERVER, 80))}
            ends[False] = ends[True][::-1]
            at = {True: 1000, False: 2000}
            pieces = [(True, 2, b''), (False, 0x12, b''), (True, 0x10, b'')]
            pieces += [(way, 0x18, octets) for way, octets in session(number, reason, uses)]
            pieces += [(True, 0x11, b''), (False, 0x11, b''), (True, 0x10, b'')]
            for way, flags, octets in pieces:
                clock = max(clock + 1, START * 1000000 + number * length(uses)) if flags == 2 else clock + STEP // 2
                data = packet(ends[way], (at[way], at[not way]), flags, octets)
                file.write(struct.pack('<IIII', clock // 1000000, clock % 1000000, len(data), len(data)) + data)
                at[way] += len(octets) + (flags & 3 != 0)
    return counts


if __name__ == '__main__':
    print(write(sys.argv[1], *map(int, sys.argv[2:])))
