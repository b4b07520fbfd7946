# SPDX-License-Identifier: GPL-2.0-or-later
"""A session as WWSAPI's profile of the protocols has it ([MS-LWSSP], its examples in section 4), as HTTP messages: a
context is asked for with a user name, used, renewed after ten hours, used again, cancelled. Digests, signatures and keys
are Python's own hashlib and hmac, over the canonical octets written down beside the text on the wire.

What a session may do otherwise: parameters of Session for what has to be signed, and edit for the rest.
"""
import datetime
import hashlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'support'))
from messages import DS, EXC, S12, WSA, WSSE, WSU, XENC, b64, psha1  # noqa: E402  pylint: disable=wrong-import-position
import hmac  # noqa: E402  pylint: disable=wrong-import-position,wrong-import-order

START = 1700000000
HOUR = 3600
PASSWORD_TYPE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#Password'
VERSIONS = {
    '2005/02': ('http://schemas.xmlsoap.org/ws/2005/02/trust', 'http://schemas.xmlsoap.org/ws/2005/02/sc',
                'http://schemas.xmlsoap.org/ws/2005/02/trust/RST%s', 'http://schemas.xmlsoap.org/ws/2005/02/trust/RSTR%s'),
    '1.3': ('http://docs.oasis-open.org/ws-sx/ws-trust/200512',
            'http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512',
            'http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST%s',
            'http://docs.oasis-open.org/ws-sx/ws-trust/200512/RSTR%s'),
}


def uuid(text):
    """Always the same one for the same words."""
    digits = hashlib.md5(text.encode()).hexdigest()
    return '-'.join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def clock(seconds, digits):
    when = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
    fraction = ('%.7f' % (seconds - int(seconds)))[2:2 + digits]
    return when.strftime('%Y-%m-%dT%H:%M:%S') + ('.' + fraction if digits else '') + 'Z'


class Session:
    """scheme and port of the service; life of a key and the client's interval in seconds; sign_body: the signatures cover
    the Body, too; answers_signed: the service signs; key_by: the attribute of the reference in KeyInfo; referring: URI of
    the reference in the signature; output_length: of the signature; edit: {name of a message: what makes another text of
    it}."""

    def __init__(self, version='2005/02', scheme='https', life=15 * HOUR, interval=10 * HOUR, sign_body=False,
                 answers_signed=False, key_by='#_sct', output_length=None, has_timestamp=True, agent='MS-WebServices/1.0',
                 server='Microsoft-HTTPAPI/2.0', edit=None, name='session'):
        self.trust, self.sc, self.rst, self.rstr = VERSIONS[version]
        self.version, self.life, self.interval, self.name = version, life, interval, name
        self.address = '%s://service.example.org/service' % scheme
        self.sign_body, self.answers_signed, self.key_by, self.output_length = sign_body, answers_signed, key_by, output_length
        self.has_timestamp, self.agent, self.server, self.edit = has_timestamp, agent, server, edit or {}
        self.identifier = 'urn:uuid:' + uuid(name)
        self.keys, self.said, self.now = [], [], START + 0.25

    # ---- pieces ----------------------------------------------------------------------------------------

    @property
    def instance(self):
        return 'urn:uuid:' + uuid('%s-%d' % (self.name, len(self.keys))) if len(self.keys) > 1 else None

    def timestamp(self):
        """As it is written, and in exclusive canonical form."""
        times = '<a:Created>%s</a:Created><a:Expires>%s</a:Expires></a:Timestamp>' % (clock(self.now, 3),
                                                                                     clock(self.now + 300, 3))
        return '<a:Timestamp a:Id="_0" xmlns:a="%s">%s' % (WSU, times), '<a:Timestamp xmlns:a="%s" a:Id="_0">%s' % (WSU, times)

    def token(self, ident='_sct'):
        instance = '<Instance>%s</Instance>' % self.instance if self.instance else ''
        return ('<SecurityContextToken a:Id="%s" xmlns="%s" xmlns:a="%s"><Identifier>%s</Identifier>%s'
                '</SecurityContextToken>' % (ident, self.sc, WSU, self.identifier, instance))

    def reference(self, uri):
        return ('<o:SecurityTokenReference xmlns:o="%s"><o:Reference URI="%s" ValueType="%s/sct"></o:Reference>'
                '</o:SecurityTokenReference>' % (WSSE, uri, self.sc))

    @staticmethod
    def digest(uri, canonical):
        return ('<Reference URI="%s"><Transforms><Transform Algorithm="%s"></Transform></Transforms><DigestMethod '
                'Algorithm="%ssha1"></DigestMethod><DigestValue>%s</DigestValue></Reference>'
                % (uri, EXC, DS, b64(hashlib.sha1(canonical.encode()).digest())))

    def signature(self, references):
        length = '<HMACOutputLength>%d</HMACOutputLength>' % self.output_length if self.output_length else ''
        info = ('<SignedInfo xmlns="%s"><CanonicalizationMethod Algorithm="%s"></CanonicalizationMethod><SignatureMethod '
                'Algorithm="%shmac-sha1">%s</SignatureMethod>%s</SignedInfo>'
                % (DS, EXC, DS, length, ''.join(self.digest(*each) for each in references)))
        value = hmac.new(self.keys[-1], info.encode(), 'sha1').digest()[:(self.output_length or 160) // 8]
        by = self.key_by if self.key_by != 'identifier' else self.identifier
        return ('<Signature xmlns="%s">%s<SignatureValue>%s</SignatureValue><KeyInfo>%s</KeyInfo></Signature>'
                % (DS, info.replace(' xmlns="%s"' % DS, ''), b64(value), self.reference(by)))

    def username(self):
        return ('<o:UsernameToken a:Id="_user" xmlns:a="%s"><o:Username>alice</o:Username><o:Password Type="%sText">secret'
                '</o:Password></o:UsernameToken>' % (WSU, PASSWORD_TYPE))

    def security(self, body, is_signed, tokens=''):
        written, canonical = self.timestamp()
        references = [('#_0', canonical)] if self.has_timestamp else [('#_body', self.body(body, True))]
        if self.sign_body and self.has_timestamp:
            references.append(('#_body', self.body(body, True)))
        signature = self.signature(references) if is_signed else ''
        return '<o:Security s:mustUnderstand="1" xmlns:o="%s">%s%s%s</o:Security>' % (
            WSSE, written if self.has_timestamp or not is_signed else '', tokens, signature)

    def body(self, content, is_canonical=False):
        if is_canonical:
            return '<s:Body xmlns:a="%s" xmlns:s="%s" a:Id="_body">%s</s:Body>' % (WSU, S12, content)
        ident = ' a:Id="_body" xmlns:a="%s"' % WSU if self.sign_body or not self.has_timestamp else ''
        return '<s:Body%s>%s</s:Body>' % (ident, content)

    # ---- messages --------------------------------------------------------------------------------------

    def say(self, name, action, content, is_signed=False, tokens='', answers=None):
        """Adds the message; gives its MessageID."""
        message_id = 'urn:uuid:' + uuid('%s-%d' % (self.name, len(self.said)))
        if answers is None:
            head = ('<a:MessageID>%s</a:MessageID><a:To s:mustUnderstand="1">%s</a:To>' % (message_id, self.address))
        else:
            head = '<a:RelatesTo>%s</a:RelatesTo>' % answers
        text = ('<s:Envelope xmlns:a="%s" xmlns:s="%s"><s:Header><a:Action s:mustUnderstand="1">%s</a:Action>%s%s</s:Header>'
                '%s</s:Envelope>' % (WSA, S12, action, head, self.security(content, is_signed, tokens), self.body(content)))
        if name in self.edit:
            edited = self.edit[name](text)
            assert edited != text, 'the edit of %s finds nothing' % name
            text = edited
        octets = text.encode()
        first = ('HTTP/1.1 200 OK\r\nServer: %s\r\n' % self.server if answers else
                 'POST /service HTTP/1.1\r\nHost: service.example.org\r\nUser-Agent: %s\r\n' % self.agent)
        http = '%sContent-Type: application/soap+xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n' % (first, len(octets))
        self.said.append((self.now, answers is None, http.encode() + octets))
        self.now += 0.01
        return message_id

    def entropy(self, secret):
        return '<Entropy><BinarySecret Type="%s/Nonce">%s</BinarySecret></Entropy>' % (self.trust, b64(secret))

    def grant(self, name, kind, operation, target='', is_signed=False):
        """A request for a key and its answer; kind: the last step of RequestType."""
        asked = hashlib.sha256(('client %s %d' % (self.name, len(self.keys))).encode()).digest()
        given = hashlib.sha256(('server %s %d' % (self.name, len(self.keys))).encode()).digest()
        context = 'uuid-' + uuid('context %s %d' % (self.name, len(self.keys)))
        content = ('<RequestSecurityToken xmlns="%s" Context="%s"><TokenType>%s/sct</TokenType><RequestType>%s/%s'
                   '</RequestType>%s%s<KeySize>256</KeySize></RequestSecurityToken>'
                   % (self.trust, context, self.sc, self.trust, kind, target, self.entropy(asked)))
        message_id = self.say(name, self.rst % operation, content, is_signed, self.token() if is_signed else self.username())
        self.keys.append(psha1(asked, given, 32))
        unattached = self.reference(self.identifier)
        if self.instance:
            unattached = unattached.replace('></o:Reference>', ' e:Instance="%s" xmlns:e="%s"></o:Reference>' % (
                self.instance, self.sc))
        answer = ('<RequestSecurityTokenResponse Context="%s"%s><TokenType>%s/sct</TokenType><RequestedSecurityToken>%s'
                  '</RequestedSecurityToken><RequestedAttachedReference>%s</RequestedAttachedReference>'
                  '<RequestedUnattachedReference>%s</RequestedUnattachedReference><RequestedProofToken><ComputedKey>%s'
                  '</ComputedKey></RequestedProofToken>%s<Lifetime><a:Created xmlns:a="%s">%s</a:Created><a:Expires xmlns:a='
                  '"%s">%s</a:Expires></Lifetime><KeySize>256</KeySize></RequestSecurityTokenResponse>'
                  % (context, '' if self.version == '1.3' else ' xmlns="%s"' % self.trust, self.sc, self.token(),
                     self.reference('#_sct'), unattached,
                     self.trust + ('/CK/PSHA1'), self.entropy(given), WSU,
                     clock(self.now, 7), WSU, clock(self.now + self.life, 7)))
        if self.version == '1.3':
            answer = '<RequestSecurityTokenResponseCollection xmlns="%s">%s</RequestSecurityTokenResponseCollection>' % (
                self.trust, answer)
        self.answer(name + 'r', self.rstr % operation, answer, message_id)

    def answer(self, name, action, content, message_id):
        self.say(name, action, content, self.answers_signed, self.token() if self.answers_signed else '', message_id)

    def issue(self):
        self.grant('rst', 'Issue', '/SCT')

    def renew(self):
        target = '<RenewTarget>%s</RenewTarget>' % self.reference(self.identifier)
        self.grant('renew', 'Renew', '/SCT/Renew', target, True)

    def call(self):
        message_id = self.say('call', 'urn:example:Echo', '<Echo xmlns="urn:example">hello</Echo>', True, self.token())
        self.answer('answer', 'urn:example:EchoResponse', '<EchoResponse xmlns="urn:example">hello</EchoResponse>',
                    message_id)

    def cancel(self):
        content = ('<RequestSecurityToken xmlns="%s"><RequestType>%s/Cancel</RequestType><CancelTarget>%s</CancelTarget>'
                   '</RequestSecurityToken>' % (self.trust, self.trust, self.reference(self.identifier)))
        message_id = self.say('cancel', self.rst % '/SCT/Cancel', content, True, self.token())
        answer = ('<RequestSecurityTokenResponse xmlns="%s"><RequestedTokenCancelled></RequestedTokenCancelled>'
                  '</RequestSecurityTokenResponse>' % self.trust)
        self.answer('cancelled', self.rstr % '/SCT/Cancel', answer, message_id)

    def whole(self):
        """All of it: [(time, is_client, octets)]."""
        issued = self.now
        self.issue()
        for age in sorted({60, min(HOUR, self.interval / 2), self.interval - 30}):
            self.now = issued + age
            self.call()
        self.now = issued + self.interval + 1
        self.renew()
        self.call()
        self.now += min(HOUR, self.interval / 2)
        self.call()
        self.cancel()
        return self.said


def put(text, before, more):
    """more, in front of the first occurrence of the words."""
    assert before in text, before
    return text.replace(before, more + before, 1)


XENC_DATA = ('<EncryptedData xmlns="%s"><EncryptionMethod Algorithm="%saes256-cbc"></EncryptionMethod><CipherData>'
             '<CipherValue>%s</CipherValue></CipherData></EncryptedData>' % (XENC, XENC, b64(bytes(64))))
