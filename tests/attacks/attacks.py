# SPDX-License-Identifier: GPL-2.0-or-later
"""One list of attacks on signed messages: what is done to a message that somebody else signed, what a receiver must do by
which clause, and what is to be said of it. docs/attacks.md is made from it (attacks_test.py), and other implementations are
asked about the same octets (others.py).

Nothing is signed here: each message was signed by another implementation and is changed by its text alone, where its
signature does not look. all_attacks() gives Attack rows; an Attack's text() is the message.
"""
import base64
import dataclasses
import os
import re
import subprocess

TESTS = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
REAL = os.path.join(TESTS, 'data', 'captures-real')
S11, S12 = 'http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'
WSA, WSA_OLD = 'http://www.w3.org/2005/08/addressing', 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-'
WSSE, WSU = OASIS + 'wssecurity-secext-1.0.xsd', OASIS + 'wssecurity-utility-1.0.xsd'
WSSE_DRAFT, WSU_DRAFT = 'http://schemas.xmlsoap.org/ws/2003/06/secext', 'http://schemas.xmlsoap.org/ws/2003/06/utility'
DS = 'http://www.w3.org/2000/09/xmldsig#'
SAML = 'urn:oasis:names:tc:SAML:1.0:assertion'
NEXT, NONE = S12 + '/role/next', S12 + '/role/none'
CONTEXT = 'urn:uuid:40859149-0ab7-4ee2-a7cc-22bc21adfe08'
CONTEXT_KEY = '1ff37f409a40233bd7eb9d9d4e6a5229fc798ef72175595635a48f88f90db8ff'  # published_test.py


def read(*parts):
    with open(os.path.join(*parts), encoding='utf-8') as file:
        return file.read()


def once(text, old, new):
    assert text.count(old) == 1, '%d times: %s' % (text.count(old), old[:80])
    return text.replace(old, new)


def element(text, name):
    """The only element of that prefixed name, whole."""
    found = re.findall(r'<%s[ >].*?</%s>' % (name, name), text, re.DOTALL)
    assert len(found) == 1, (name, len(found))
    return found[0]


def wrapped(content, more=''):
    return '<x:w xmlns:x="urn:x"%s>%s</x:w>' % (more, content)


class Base:
    """A message as it was signed. specs: for the others, the key of each signature in order ("-": not asked)."""

    def __init__(self, name, path, keys, specs, **names):
        self.name, self.text, self.keys, self.specs = name, read(path), keys, specs
        self.parts = {key: element(self.text, name) for key, name in names.items()}

    def __getattr__(self, name):
        return self.parts[name]


def pem_of(text, position):
    """Of a certificate in the message, for the others."""
    found = re.findall(r'<ds:X509Certificate>(.*?)</ds:X509Certificate>', text, re.DOTALL)[position]
    return '-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n' % base64.encodebytes(base64.b64decode(found)).decode()


ALICE = os.path.join(REAL, 'axis2c-rampart', 'keys', 'alice_cert.cert')
RAMPART = Base('Rampart/C', os.path.join(REAL, 'axis2c-rampart', 'scenario4.request.unindented.xml'),
               ['CERTIFICATE ' + ALICE], ['cert:alice'], to='wsa:To', action='wsa:Action', message_id='wsa:MessageID',
               security='wsse:Security', token='wsse:BinarySecurityToken', signature='ds:Signature', body='soapenv:Body',
               header='soapenv:Header', envelope='soapenv:Envelope', key_info='ds:KeyInfo')
COREWCF = Base('CoreWCF', os.path.join(REAL, 'corewcf-session', '3-request.unindented.xml'),
               ['SCT %s %s' % (CONTEXT, CONTEXT_KEY)], ['hmac:' + CONTEXT_KEY], timestamp='u:Timestamp', security='o:Security',
               signature='Signature', sct='c:SecurityContextToken', body='s:Body', header='s:Header', to='a:To',
               action='a:Action', key_info='KeyInfo')
MY_ALIAS = os.path.join(REAL, 'cxf-signed', 'keys', 'myAlias.cert.pem')
CXF = Base('CXF', os.path.join(REAL, 'cxf-signed', 'signed_x509_direct_ref.xml'), ['CERTIFICATE ' + MY_ALIAS],
           ['cert:myAlias'], security='wsse:Security', header='soap:Header', signature='ds:Signature')
CXF.parts['own'] = re.search(r'<Header wsu:Id="8".*?</Header>', CXF.text).group(0)
WSS4J = Base('WSS4J', os.path.join(TESTS, 'interop', 'corpus', '394-saml1-holder-certificate.xml'), [],
             ['cert:sts', 'cert:holder'], assertion='saml:Assertion', timestamp='wsu:Timestamp', security='wsse:Security', body='s:Body')
WSS4J.parts['own_signature'] = re.search(r'<ds:Signature .*?</ds:Signature>', WSS4J.assertion, re.DOTALL).group(0)


def asked_certificates():
    """name -> PEM, for the others."""
    return {'alice': read(ALICE), 'myAlias': read(MY_ALIAS), 'sts': pem_of(WSS4J.text, 1), 'holder': pem_of(WSS4J.text, 0)}


@dataclasses.dataclass
class Attack:
    title: str
    base: Base
    change: object  # text -> text
    must: str       # what a receiver must do
    clause: str
    verdicts: tuple  # one word a signature, in order
    finding: str = None
    keys: tuple = None  # in place of the base's
    specs: tuple = None  # likewise
    protects: str = None  # of the first signature, where it is said what it protects instead

    def text(self):
        text = self.change(self.base.text)
        assert text != self.base.text or self.title.startswith('as '), self.title
        return text

    def key_lines(self):
        return list(self.base.keys if self.keys is None else self.keys)


def put(old, new):
    return lambda text: once(text, old, new)


def moved(part, before, new, instead=''):
    """Takes the part away (leaving instead) and puts new, which holds it, before that text."""
    return lambda text: once(once(text, part, instead), before, new + before)


# ---- sections -------------------------------------------------------------------------------------------------

WRAPPING = 'the part that is signed is the part that is processed'
PLACE = 'WSS 1.1 section 13; XML Signature 1.1 section 8.1.3'
ROLES = 'WSS 1.1 section 5; SOAP 1.2 part 1 section 2.2'
WRAPPED, VALID = ('invalid',), ('valid',)
EVIL = ('<soapenv:Body><ns1:echoIn xmlns:ns1="http://ws.apache.org/rampart/c/samples"><text>Evil</text></ns1:echoIn>'
        '</soapenv:Body>')
END = {'header': '</soapenv:Header>', 'security': '</wsse:Security>', 'envelope': '</soapenv:Envelope>',
       'signature': '</ds:Signature>', 'body': '</soapenv:Body>'}
XMLNS_WSA = ' xmlns:wsa="%s"' % WSA


def untouched():
    nothing = 'takes the message'
    for base in (RAMPART, COREWCF, CXF):
        yield Attack('as %s signed it' % base.name, base, lambda text: text, nothing, 'XML Signature 1.1 section 3.2', VALID)
    yield Attack('as WSS4J signed it, with an assertion', WSS4J, lambda text: text, nothing, 'SAML token profile 1.1 section 3.5',
                 ('valid', 'valid'))


def parts_moved():
    r = RAMPART
    for where, end, around in (
            ('into a wrapper in the Header', 'header', wrapped), ('into the Security header', 'security', lambda b: b),
            ('into a wrapper in the Security header', 'security', wrapped),
            ("into the signature's Object", 'signature', lambda b: '<ds:Object>%s</ds:Object>' % b),
            ('behind the Body, in a wrapper', 'envelope', wrapped)):
        for evil, left in (('another one in its place', EVIL), ('nothing in its place', '')):
            yield Attack('signed Body moved %s, %s' % (where, evil), r, moved(r.body, END[end], around(r.body), left),
                         'looks whether ' + WRAPPING, PLACE, WRAPPED, 'signature-wrapping')
    yield Attack('signed Body behind another one', r, put(r.body, EVIL + r.body), 'takes no message with two Bodies',
                 'SOAP 1.2 part 1 section 5.1', WRAPPED, 'signature-wrapping')
    yield Attack('signed Body before another one', r, put(r.body, r.body + EVIL), 'takes no message with two Bodies',
                 'SOAP 1.2 part 1 section 5.1', WRAPPED, 'signature-wrapping')
    yield Attack('signed To in an EndpointReference, another one in its place', r,
                 put(r.to, '<wsa:To>urn:evil</wsa:To><wsa:ReplyTo>%s</wsa:ReplyTo>' % r.to), 'looks whether ' + WRAPPING, PLACE,
                 WRAPPED, 'signature-wrapping')
    yield Attack('signed Action in another Body', r,
                 lambda text: once(once(text, r.action, ''), r.body,
                                   '<soapenv:Body%s>%s</soapenv:Body>' % (XMLNS_WSA, r.action) + wrapped(r.body)),
                 'looks whether ' + WRAPPING, PLACE, WRAPPED, 'signature-wrapping')
    own = CXF.own
    yield Attack('signed header of the application in another header', CXF, put(own, wrapped(own)),
                 'reads header blocks where they are children of the Header', 'SOAP 1.2 part 1 section 5.2', WRAPPED,
                 'signature-wrapping')
    yield Attack('signed header of the application among signed properties', CXF,
                 moved(own, '</ds:Signature>', '<ds:Object><x:QualifyingProperties xmlns:x="http://uri.etsi.org/01903/v1.3.2#">%s'
                       '</x:QualifyingProperties></ds:Object>' % own),
                 'reads header blocks where they are children of the Header', 'SOAP 1.2 part 1 section 5.2', WRAPPED,
                 'signature-wrapping')
    t = COREWCF.timestamp
    yield Attack('signed Timestamp as a header block', COREWCF, moved(t, '</s:Header>', t),
                 'reads the Timestamp of its own Security header', 'WSS 1.1 section 10', WRAPPED, 'signature-wrapping')
    yield Attack('signed Timestamp in the Body', COREWCF, moved(t, '</s:Body>', t),
                 'reads the Timestamp of its own Security header', 'WSS 1.1 section 10', WRAPPED, 'signature-wrapping')


def parts_doubled():
    r, c, t = RAMPART, COREWCF, COREWCF.timestamp
    evil = '<wsa:To>urn:evil</wsa:To>'
    must, clause = 'takes no message with two of them', 'WS-Addressing 1.0 SOAP binding section 3.2'
    yield Attack('unsigned To before the signed one', r, put(r.to, evil + r.to), must, clause, WRAPPED, 'signature-wrapping')
    yield Attack('unsigned To behind the signed one', r, put(r.to, r.to + evil), must, clause, WRAPPED, 'signature-wrapping')
    yield Attack('unsigned Action before the signed one', r, put(r.action, '<wsa:Action>urn:evil</wsa:Action>' + r.action), must,
                 clause, WRAPPED, 'signature-wrapping')
    for role in ('next', 'ultimateReceiver'):
        yield Attack('unsigned To for role %s before the signed one' % role, r,
                     put(r.to, '<wsa:To soapenv:role="%s/role/%s">urn:evil</wsa:To>' % (S12, role) + r.to),
                     'sees that both are its own', ROLES, WRAPPED, 'signature-wrapping')
    yield Attack('unsigned To for a gateway before the signed one', r,
                 put(r.to, '<wsa:To soapenv:role="urn:gateway">urn:gateway</wsa:To>' + r.to),
                 "leaves the gateway's alone: nothing of its own is changed", ROLES, VALID)
    yield Attack('unsigned To of the addressing of 2004 before the signed one', r,
                 put(r.to, '<b:To xmlns:b="%s">urn:evil</b:To>' % WSA_OLD + r.to),
                 'goes by one version, as the signer did', clause, WRAPPED, 'signature-wrapping')
    yield Attack("unsigned Body of SOAP 1.1 before the signed one of 1.2", r,
                 put(r.body, '<t:Body xmlns:t="%s"/>' % S11 + r.body), "goes by the Envelope's version",
                 'SOAP 1.2 part 1 section 5', WRAPPED, 'signature-wrapping')
    yield Attack('unsigned Timestamp beside the signed one', c, put(t, '<u:Timestamp/>' + t),
                 'takes no Security header with two Timestamps', 'WSS 1.1 section 10', WRAPPED, 'signature-wrapping')
    yield Attack('unsigned Timestamp of a draft beside the signed one', c,
                 put(t, '<d:Timestamp xmlns:d="%s"/>' % WSU_DRAFT + t), 'goes by one version, as the signer did',
                 'WSS 1.1 section 10', WRAPPED, 'signature-wrapping')
    yield Attack('signed header of the application beside an unsigned one of its name', CXF,
                 put(CXF.own, '<Header xmlns="http://www.sdj.pl">evil</Header>' + CXF.own),
                 'has all blocks of a name signed that its policy wants signed', 'WS-SecurityPolicy 1.2 section 4.1.1', VALID,
                 'part-unsigned')
    for name, content in (('ReplyTo', '<wsa:Address>urn:evil</wsa:Address>'), ('RelatesTo', 'urn:evil')):
        yield Attack('unsigned %s where there was none' % name, r, put(r.to, r.to + '<wsa:%s>%s</wsa:%s>' % (name, content, name)),
                     'has signed what it goes by', 'WS-Addressing 1.0 core section 6', VALID, 'part-unsigned')
    yield Attack('unsigned UsernameToken where there was none', r,
                 put(r.token, r.token + '<wsse:UsernameToken><wsse:Username>evil</wsse:Username></wsse:UsernameToken>'),
                 'has signed what it goes by', 'WSS 1.1 section 13', VALID, 'part-unsigned')
    yield Attack('unsigned assertion where there was none', r,
                 put(r.token, r.token + '<l:Assertion xmlns:l="%s" AssertionID="evil"/>' % SAML),
                 'has signed what it goes by', 'SAML token profile 1.1 section 3.5', VALID, 'token-unsigned')
    yield Attack('id of the signed Body on a second element', r,
                 put('</soapenv:Header>', '<x:w xmlns:x="urn:x" xmlns:u="%s" u:Id="%s"/></soapenv:Header>' % (
                     WSU, re.search(r'wsu:Id="([^"]*)"', r.body).group(1))),
                 'takes no message where two elements have one id', 'WSS 1.1 section 4.2', WRAPPED, 'duplicate-id')
    yield Attack('a second Header before the signed one', r,
                 lambda text: once(text, '<soapenv:Header', '<soapenv:Header/><soapenv:Header'),
                 'takes no message with two Headers', 'SOAP 1.2 part 1 section 5.1', WRAPPED, 'signature-wrapping')
    yield Attack('the Header behind the Body', r, lambda text: once(once(text, r.header, ''), r.body, r.body + r.header),
                 'takes no message whose Header is not its first child', 'SOAP 1.1 section 4; SOAP 1.2 part 1 section 5.1',
                 WRAPPED, 'signature-wrapping')


def signatures_moved():
    r, s = RAMPART, RAMPART.signature
    must, clause = 'looks for signatures in its Security header alone', 'WSS 1.1 section 8'
    for where, before, new in (
            ('into the Header', END['header'], s), ('into a wrapper in the Security header', END['security'], wrapped(s)),
            ("into the Object of another signature", END['security'],
             '<ds:Signature xmlns:ds="%s"><ds:Object>%s</ds:Object></ds:Signature>' % (DS, s)),
            ('behind the Body', END['envelope'], s)):
        yield Attack('signature moved ' + where, r, moved(s, before, new), must, clause,
                     ('invalid', 'invalid') if 'Object' in where else WRAPPED, 'signature-wrapping')
    yield Attack('signature moved into an assertion', r,
                 moved(s, END['security'], '<l:Assertion xmlns:l="urn:oasis:names:tc:SAML:2.0:assertion">%s</l:Assertion>' % s),
                 'holds the signature in an assertion to that assertion', 'SAML 2.0 core section 5.4.2', WRAPPED,
                 'signature-wrapping')
    for name, uri in (('an unknown namespace', 'urn:x'), ('a draft of WS-Security', WSSE_DRAFT)):
        yield Attack('Security header of ' + name, r,
                     lambda text, uri=uri: once(once(text, '<wsse:Security ', '<o:Security xmlns:o="%s" ' % uri), END['security'],
                                                '</o:Security>'),
                     'does not take it for its Security header', 'WSS 1.1 section 5', WRAPPED, 'signature-wrapping')
    whole = r.security
    for where, new in (('in a wrapper', wrapped(whole)),
                       ('in another one', '<o:Security xmlns:o="%s">%s</o:Security>' % (WSSE, whole))):
        yield Attack('the whole Security header ' + where, r, put(whole, new), must, clause, WRAPPED, 'signature-wrapping')


def roles():
    c, t = COREWCF, COREWCF.timestamp

    def for_role(role):
        return put('<o:Security ', '<o:Security s:role="%s" ' % role)

    yield Attack('Security header for role none', c, for_role(NONE), 'does not read it', ROLES, WRAPPED, 'signature-wrapping')
    yield Attack('Security header for a gateway', c, for_role('urn:gateway'), 'does not read it', ROLES, VALID,
                 'signature-for-others', protects='others')
    yield Attack('Security header for role next', c, for_role(NEXT),
                 'may read it: every receiver is next, and nothing else is changed', ROLES, VALID)
    for name, role in (('next', NEXT), ('a gateway', 'urn:gateway')):
        yield Attack('signed Timestamp in a Security header for %s' % name, c,
                     moved(t, '</s:Header>', '<o:Security xmlns:o="%s" s:role="%s">%s</o:Security>' % (WSSE, role, t)),
                     'reads the Timestamp of its own Security header', 'WSS 1.1 section 10', WRAPPED, 'signature-wrapping')
    yield Attack('signed Timestamp in a Security header of a draft', c,
                 moved(t, '</s:Header>', '<d:Security xmlns:d="%s">%s</d:Security>' % (WSSE_DRAFT, t)),
                 'reads the Timestamp of its own Security header', 'WSS 1.1 section 10', WRAPPED, 'signature-wrapping')


def nested():
    r = RAMPART
    must = 'goes by the Security header of the message itself'

    def outer(header, body, behind=''):
        return '<e:Envelope xmlns:e="%s"><e:Header>%s</e:Header><e:Body>%s</e:Body>%s</e:Envelope>' % (S12, header, body, behind)

    clause = 'WSS 1.1 section 5'
    yield Attack('whole message in the Body of another one', r, lambda text: outer('', text), must, clause, VALID, 'nested-message',
                 protects='payload')
    for where, around in (
            ('in a header of another one', lambda text: outer(wrapped(text), '')),
            ("in another one's Security header", lambda text: outer('<o:Security xmlns:o="%s">%s</o:Security>' % (WSSE, text), '')),
            ('behind the Body of another one', lambda text: outer('', '', text)),
            ('under an Envelope of no version', lambda text: re.sub(
                r'<soapenv:Envelope xmlns:soapenv="([^"]*)">', r'<x:Envelope xmlns:x="urn:x" xmlns:soapenv="\1">', text).replace(
                    '</soapenv:Envelope>', '</x:Envelope>'))):
        yield Attack('whole message ' + where, r, around, must, clause, WRAPPED, 'signature-wrapping')
    yield Attack('whole message in a header of one that has its Security header', r,
                 lambda text: once(outer(r.security + wrapped(once(text, r.security, '')), ''), '<e:Header>',
                                   '<e:Header xmlns:soapenv="%s">' % S12), must, clause, WRAPPED, 'signature-wrapping')


def readings():
    c = COREWCF
    yield Attack('two Actions, neither signed', c, put(c.action, '<a:Action>urn:evil</a:Action>' + c.action),
                 'takes no message with two of them', 'WS-Addressing 1.0 SOAP binding section 3.2', VALID, 'two-readings')
    yield Attack('two Bodies, neither signed', c, put(c.body, '<s:Body/>' + c.body), 'takes no message with two Bodies',
                 'SOAP 1.2 part 1 section 5.1', VALID, 'two-readings')
    yield Attack('two Security headers for one role', c, put(c.security, '<o:Security xmlns:o="%s"/>' % WSSE + c.security),
                 'takes no message with two of them', 'WSS 1.1 section 5', VALID, 'two-readings')
    yield Attack('context token with two Identifiers', c,
                 put('<c:Identifier>%s' % CONTEXT, '<c:Identifier>%s</c:Identifier><c:Identifier>urn:evil' % CONTEXT),
                 'takes no such token', 'WS-SC 1.4 section 2', VALID, 'two-readings')


def assertions():
    w, a, s = WSS4J, WSS4J.assertion, WSS4J.own_signature
    forged = re.sub('AssertionID="[^"]*"', 'AssertionID="forged"', once(a, s, ''))
    start, end = forged[:forged.index('>') + 1], forged[forged.index('>') + 1:]
    unsigned = a.replace(s, '')
    with_signature = start + s + end
    must, clause = 'takes the assertion alone that its signature refers to', 'SAML 1.1 core section 5.4.2'
    ways = (
        ('1: the signed one inside the forged one', start + a + end),
        ('2: the forged one before the signed one', forged + a),
        ('3: the forged one behind the signed one', a + forged),
        ('4: its signature in the forged one, the signed one beside', with_signature + unsigned),
        ('5: the signed one in an extension of the forged one', start + wrapped(a) + end),
        ('6: the forged one has the signature, its Object the signed one',
         start + once(s, '</ds:Signature>', '<ds:Object>%s</ds:Object></ds:Signature>' % unsigned) + end),
        ('7: the signed one as advice of the forged one', start + '<saml:Advice>%s</saml:Advice>' % a + end),
        ('8: the forged one has the signature and the signed one as advice',
         start + s + '<saml:Advice>%s</saml:Advice>' % unsigned + end),
    )
    for way, text in ways:
        yield Attack('assertion wrapped, way ' + way, w, put(a, text), must, clause, ('invalid', 'valid'), 'signature-wrapping')
    yield Attack('signed assertion behind the Body, a forged one in its place', w,
                 lambda text: once(once(text, a, forged), '</s:Body>', '</s:Body>' + wrapped(a)), must, clause,
                 ('valid', 'invalid'), 'signature-wrapping', specs=('cert:holder', 'cert:sts'))


def trust():
    r = RAMPART
    der = subprocess.run(['openssl', 'x509', '-in', ALICE, '-noout', '-modulus'], capture_output=True, text=True, check=True,
                         timeout=60).stdout.strip().partition('=')[2]
    value = ('<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>%s</ds:Modulus><ds:Exponent>AQAB</ds:Exponent>'
             '</ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>' % base64.b64encode(bytes.fromhex(der)).decode())
    secret = '<t:BinarySecret xmlns:t="http://docs.oasis-open.org/ws-sx/ws-trust/200512" u:Id="own">%s</t:BinarySecret>' % (
        base64.b64encode(bytes.fromhex(CONTEXT_KEY)).decode())
    by_secret = '<KeyInfo><o:SecurityTokenReference><o:Reference URI="#own"/></o:SecurityTokenReference></KeyInfo>'
    must, clause = 'takes no key that nobody vouches for', 'WS-Trust 1.4 section 13'
    yield Attack('bare public key in the KeyInfo', r, put(r.key_info, value), must, 'XML Signature 1.1 section 4.5.2', VALID,
                 'key-unproven', keys=())
    c = COREWCF
    yield Attack('secret of its own in the Security header', c,
                 lambda text: once(once(text, c.key_info, by_secret), c.sct, secret), must, clause, VALID, 'key-unproven', keys=())
    assertion = ('<l:Assertion xmlns:l="%s" AssertionID="own"><l:AttributeStatement><l:Subject><l:SubjectConfirmation>'
                 '<KeyInfo xmlns="%s">%s</KeyInfo></l:SubjectConfirmation></l:Subject></l:AttributeStatement></l:Assertion>' % (
                     SAML, DS, secret.replace(' u:Id="own"', '')))
    yield Attack('unsigned assertion with a secret of its own', c,
                 lambda text: once(once(text, c.key_info, by_secret), c.sct, assertion), must, 'SAML token profile 1.1 section 3.5',
                 VALID, 'key-unproven', keys=())


SECTIONS = (('Nothing is done', untouched), ('Signed parts in other places', parts_moved),
            ('Another one beside what is signed', parts_doubled), ('Signatures in other places', signatures_moved),
            ('Roles and versions of the Security header', roles), ('Messages inside messages', nested),
            ('Two readings', readings), ('Assertions', assertions), ('Whose key it is', trust))


def all_attacks():
    """(section, Attack), in order."""
    for section, rows in SECTIONS:
        for attack in rows():
            yield section, attack
