# SPDX-License-Identifier: GPL-2.0-or-later
"""Signed messages as text, by the octets' arithmetic alone: what is signed is written in exclusive canonical form already,
so that hashlib and hmac give digests and values, and no canonicalizer takes part."""
import base64
import hashlib
import hmac

S12 = 'http://www.w3.org/2003/05/soap-envelope'
WSA = 'http://www.w3.org/2005/08/addressing'
OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-'
WSSE, WSU = OASIS + 'wssecurity-secext-1.0.xsd', OASIS + 'wssecurity-utility-1.0.xsd'
TRUST = 'http://docs.oasis-open.org/ws-sx/ws-trust/200512'
SC = 'http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512'
DS, XENC = 'http://www.w3.org/2000/09/xmldsig#', 'http://www.w3.org/2001/04/xmlenc#'
EXC = 'http://www.w3.org/2001/10/xml-exc-c14n#'
LABEL = b'WS-SecureConversationWS-SecureConversation'
DIGESTS = {'sha1': DS + 'sha1', 'sha256': XENC + 'sha256'}


def b64(octets):
    return base64.b64encode(octets).decode()


def psha1(secret, seed, length, offset=0):
    """RFC 2246 section 5."""
    a, out = seed, b''
    while len(out) < offset + length:
        a = hmac.new(secret, a, hashlib.sha1).digest()
        out += hmac.new(secret, a + seed, hashlib.sha1).digest()
    return out[offset:offset + length]


def body(content, ident='B', soap=S12):
    return '<s:Body xmlns:s="%s" xmlns:wsu="%s" wsu:Id="%s">%s</s:Body>' % (soap, WSU, ident, content)


def timestamp(created='2023-11-14T22:13:20Z', expires='2023-11-14T22:18:20Z', ident='T'):
    return ('<wsu:Timestamp xmlns:wsu="%s" wsu:Id="%s"><wsu:Created>%s</wsu:Created><wsu:Expires>%s</wsu:Expires>'
            '</wsu:Timestamp>' % (WSU, ident, created, expires))


def sct(identifier, ident='SCT', instance=None):
    more = '<c:Instance>%s</c:Instance>' % instance if instance else ''
    return ('<c:SecurityContextToken xmlns:c="%s" xmlns:wsu="%s" wsu:Id="%s"><c:Identifier>%s</c:Identifier>%s'
            '</c:SecurityContextToken>' % (SC, WSU, ident, identifier, more))


def str_to(uri, value_type=None):
    kind = ' ValueType="%s"' % value_type if value_type else ''
    return ('<wsse:SecurityTokenReference xmlns:wsse="%s"><wsse:Reference URI="%s"%s></wsse:Reference>'
            '</wsse:SecurityTokenReference>' % (WSSE, uri, kind))


def dkt(source, nonce, ident='DKT', more=''):
    return ('<c:DerivedKeyToken xmlns:c="%s" xmlns:wsu="%s" wsu:Id="%s">%s%s<c:Nonce>%s</c:Nonce></c:DerivedKeyToken>'
            % (SC, WSU, ident, source, more, b64(nonce)))


def key_info(content):
    return '<ds:KeyInfo xmlns:ds="%s">%s</ds:KeyInfo>' % (DS, content)


def transform(algorithm=EXC, content=''):
    return '<ds:Transform Algorithm="%s">%s</ds:Transform>' % (algorithm, content)


def reference(uri, octets, digest='sha1', transforms=None, method=None):
    """octets: what is digested. method: the whole ds:DigestMethod where it is another than the digest's."""
    if isinstance(octets, str):
        octets = octets.encode()
    return ('<ds:Reference URI="%s"><ds:Transforms>%s</ds:Transforms>%s<ds:DigestValue>%s</ds:DigestValue></ds:Reference>'
            % (uri, transforms if transforms is not None else transform(),
               method or '<ds:DigestMethod Algorithm="%s"></ds:DigestMethod>' % DIGESTS[digest],
               b64(hashlib.new(digest, octets).digest())))


def signed_info(references, method=DS + 'hmac-sha1', c14n=EXC):
    """In canonical form."""
    return ('<ds:SignedInfo xmlns:ds="%s"><ds:CanonicalizationMethod%s></ds:CanonicalizationMethod><ds:SignatureMethod%s>'
            '</ds:SignatureMethod>%s</ds:SignedInfo>'
            % (DS, ' Algorithm="%s"' % c14n if c14n else '', ' Algorithm="%s"' % method if method else '', references))


def signature(info, key, info_of_key, digest='sha1'):
    """The value is an HMAC over info as it stands."""
    value = b64(hmac.new(key, info.encode(), digest).digest())
    return ('<ds:Signature xmlns:ds="%s">%s<ds:SignatureValue>%s</ds:SignatureValue>%s</ds:Signature>'
            % (DS, info, value, info_of_key))


def security(content):
    return '<wsse:Security xmlns:wsse="%s">%s</wsse:Security>' % (WSSE, content)


def envelope(header, body_text, soap=S12):
    return '<s:Envelope xmlns:s="%s"><s:Header>%s</s:Header>%s</s:Envelope>' % (soap, header, body_text)


def http(text, is_request, action='', media='application/soap+xml; charset=utf-8', status='200 OK'):
    """The octets of an HTTP message around a SOAP message."""
    octets = text if isinstance(text, bytes) else text.encode()
    first = 'POST /service HTTP/1.1\r\nHost: service.example.org\r\n' if is_request else 'HTTP/1.1 %s\r\n' % status
    if action:
        first += 'SOAPAction: "%s"\r\n' % action
    return ('%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n' % (first, media, len(octets))).encode() + octets
