# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of about one megabyte that ask for as much work as they can, each of another kind, and their keys.

messages() gives (name, text of the message, text of the key file).
"""
import base64
import hashlib
import hmac
import os
import re
import subprocess

S = 'http://www.w3.org/2003/05/soap-envelope'
SIZE = 1000000
KEY = b'0123456789abcdef'
KEYS = 'SCT urn:ctx %s\nKEY_NAME k %s\n' % (KEY.hex(), KEY.hex())
DS = 'http://www.w3.org/2000/09/xmldsig#'
EXC = 'http://www.w3.org/2001/10/xml-exc-c14n#'
DECLARATIONS = (
    'xmlns:s="%s" xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:d="%s" '
    'xmlns:c="http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512" xmlns:e="http://www.w3.org/2001/04/xmlenc#" '
    'xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" '
    'xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"') % (S, DS)
SCT = '<c:SecurityContextToken u:Id="sct"><c:Identifier>urn:ctx</c:Identifier></c:SecurityContextToken>'
BY_SCT = '<o:SecurityTokenReference><o:Reference URI="#sct"/></o:SecurityTokenReference>'
BY_NAME = '<d:KeyName>k</d:KeyName>'


def envelope(header, security, body, attributes=' u:Id="body"'):
    return '<s:Envelope %s><s:Header>%s<o:Security>%s</o:Security></s:Header><s:Body%s>%s</s:Body></s:Envelope>' % (
        DECLARATIONS, header, security, attributes, body)


def reference(name, digest=b'', transform=EXC):
    return ('<d:Reference URI="#%s"><d:Transforms><d:Transform Algorithm="%s"/></d:Transforms>'
            '<d:DigestMethod Algorithm="%ssha1"/><d:DigestValue>%s</d:DigestValue></d:Reference>') % (
                name, transform, DS, base64.b64encode(digest or b'0' * 20).decode())


# The namespaces that stand in the canonical form of an element that uses these prefixes, in order.
NAMESPACES = dict(re.findall(r'xmlns:(\w+)="([^"]+)"', DECLARATIONS))


def apex(text):
    """The exclusive canonical form of an element without comments, whose inner elements declare nothing and use no other
    prefixes than its own tag; attributes are in order already."""
    name, rest = re.match(r'<([\w:]+)(.*)', text, re.S).groups()
    tag = rest[:rest.index('>')]
    used = sorted({name.split(':')[0]} | set(re.findall(r' (\w+):', tag)))
    declared = ''.join(' xmlns:%s="%s"' % (p, NAMESPACES[p]) for p in used)
    return re.sub(r'<([\w:]+)([^<>]*)/>', r'<\1\2></\1>', '<' + name + declared + rest).encode()


def signed_info(references):
    return ('<d:SignedInfo><d:CanonicalizationMethod Algorithm="%s"/><d:SignatureMethod Algorithm="%shmac-sha1"/>%s'
            '</d:SignedInfo>') % (EXC, DS, references)


def signature(references, key_info=BY_SCT, more=''):
    info = signed_info(references)
    value = hmac.new(KEY, apex(info), hashlib.sha1).digest()
    return '<d:Signature>%s<d:SignatureValue>%s</d:SignatureValue><d:KeyInfo>%s</d:KeyInfo>%s</d:Signature>' % (
        info, base64.b64encode(value).decode(), key_info, more)


def signed(text, name):
    return reference(name, hashlib.sha1(apex(text)).digest())


def fill(unit, size=None):
    return unit * ((SIZE if size is None else size) // len(unit))


def benign():
    body = '<s:Body u:Id="body">%s</s:Body>' % fill('<q>some text of a body</q>')
    return envelope('', SCT + signature(signed(body, 'body')), fill('<q>some text of a body</q>')), KEYS


def headers_of_one_name():
    own = '<a:To u:Id="to">urn:to</a:To>'
    return envelope(own + fill('<a:To/>'), SCT + signature(signed(own, 'to')), ''), KEYS


def headers_for_others(name='Own'):
    """Each signature signs one of them; the others have its name and another role."""
    own = '<a:%s u:Id="to">urn:to</a:%s>' % (name, name)
    signatures = signature(signed(own, 'to')) * min(64, SIZE // 6000)
    others = fill('<a:%s s:role="urn:g"/>' % name, SIZE - len(signatures))
    return envelope(own + others, SCT + signatures, ''), KEYS


def bodies():
    own = '<s:Body u:Id="body"></s:Body>'
    text = envelope('', SCT + signature(signed(own, 'body')), '')
    return text.replace('</s:Envelope>', fill('<s:Body/>') + '</s:Envelope>'), KEYS


def timestamps_and_signatures():
    stamps = ['<u:Timestamp u:Id="t%d"></u:Timestamp>' % i for i in range(256)]
    references = ''.join(signed(t, 't%d' % i) for i, t in enumerate(stamps))
    one = signature(references)
    return envelope('', SCT + ''.join(stamps) + one * (SIZE // len(one)), ''), KEYS


def signatures_of_many_parts():
    """Each signature covers few, so that every part is asked of every signature."""
    stamps = ['<u:Timestamp u:Id="t%d"></u:Timestamp>' % i for i in range(4000)]
    parts = ''.join('<a:%s u:Id="%s%d"/>' % (n, n, i) for n in ('To', 'Action', 'MessageID', 'RelatesTo')
                    for i in range(1000))
    signatures = ''.join(signature(signed(stamps[i], 't%d' % i), more='<d:Object><x/></d:Object>') for i in range(64))
    return envelope(parts, SCT + ''.join(stamps) + signatures, fill('<q/>', SIZE * 4 // 10)), KEYS


def references_over_one_body(count=31):
    content = fill('<q>some text of a body</q>', SIZE - 40000)
    body = '<s:Body u:Id="body">%s</s:Body>' % content
    return envelope('', SCT + signature(signed(body, 'body') * count), content), KEYS


def references_that_misfit():
    content = fill('<q>some text of a body</q>', SIZE - 100000)
    return envelope('', SCT + signature(reference('body') * 200), content), KEYS


def deep_and_many_ids():
    depth = 190
    one = ''.join('<x u:Id="i%d">' % i for i in range(depth)) + '</x>' * depth
    return envelope('', SCT + signature(''.join(reference('i%d' % i) for i in range(200))), fill(one)), KEYS


def nested_references(count=60):
    """Each inside the one before: nothing of their octets is the same, and all of them are most of the message."""
    content = fill('<q>some text of a body</q>', SIZE - 60000)
    for i in range(count):
        content = '<x u:Id="x%d">%s</x>' % (i, content)
    return envelope('', SCT + signature(''.join(reference('x%d' % i) for i in range(count))), content), KEYS


def one_id_for_all():
    return envelope('', SCT + signature(reference('i') * 200), fill('<x u:Id="i"/>')), KEYS


def invalid_signatures_with_many_keys():
    keys = ''.join('SCT urn:ctx instance=urn:i%d %s\n' % (i, os.urandom(32).hex()) for i in range(4000))
    one = signature(reference('body'))[:-len('</d:Signature>')].replace('<d:SignatureValue>', '<d:SignatureValue>AAAA')
    one += '</d:Signature>'
    return envelope('', SCT + one * min(64, SIZE // len(one)), fill('<q/>', SIZE * 9 // 10)), keys


def derived_tokens():
    one = ('<c:DerivedKeyToken u:Id="k%d"><o:SecurityTokenReference><o:Reference URI="#%s"/></o:SecurityTokenReference>'
           '<c:Offset>60000</c:Offset><c:Length>16</c:Length><c:Nonce>AAAA</c:Nonce></c:DerivedKeyToken>')
    tokens = ''.join(one % (i, 'sct' if i % 7 == 0 else 'k%d' % (i - 1)) for i in range(1500))
    uses = ''.join(signature(reference('body'), BY_SCT.replace('sct', 'k%d' % (i * 7 + 6))) for i in range(64))
    return envelope('', SCT + tokens + uses, fill('<q/>', SIZE * 3 // 10)), KEYS


def references_in_circles():
    one = ('<o:SecurityTokenReference u:Id="r%d"><o:Reference URI="#r%d"/><o:Reference URI="#r%d"/>'
           '</o:SecurityTokenReference>')
    count = 4000
    tokens = ''.join(one % (i, (i * 7 + 1) % count, (i * 3 + 2) % count) for i in range(count))
    uses = ''.join(signature(reference('body'), BY_SCT.replace('sct', 'r%d' % i)) for i in range(64))
    return envelope('', tokens + uses, fill('<q/>', SIZE * 3 // 10)), KEYS


def number(bits):
    return base64.b64encode((1 << (bits - 1) | 1).to_bytes((bits + 7) // 8, 'big')).decode()


def rsa_key_values(modulus, exponent):
    info = signed_info(reference('body')).replace('hmac-sha1', 'rsa-sha1')
    key = '<d:KeyValue><d:RSAKeyValue><d:Modulus>%s</d:Modulus><d:Exponent>%s</d:Exponent></d:RSAKeyValue></d:KeyValue>' % (
        number(modulus), number(exponent))
    one = '<d:Signature>%s<d:SignatureValue>%s</d:SignatureValue><d:KeyInfo>%s</d:KeyInfo></d:Signature>' % (
        info, base64.b64encode(b'\1' * (modulus // 8)).decode(), key)
    return envelope('', one * min(64, SIZE // len(one)), fill('<q/>', SIZE * 3 // 10)), KEYS


def encrypted_keys():
    one = ('<e:EncryptedKey><e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"/>'
           '<e:CipherData><e:CipherValue>%s</e:CipherValue></e:CipherData></e:EncryptedKey>')
    keys = ''.join(one % base64.b64encode(os.urandom(256)).decode() for _ in range(1500))
    return envelope('', keys, ''), KEYS + ''.join('PRIVATE_KEY key%d.pem\n' % i for i in range(8))


def encrypted_data():
    one = ('<e:EncryptedData><e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><d:KeyInfo>'
           + BY_SCT + '</d:KeyInfo><e:CipherData><e:CipherValue>%s</e:CipherValue></e:CipherData></e:EncryptedData>')
    return envelope('', SCT, ''.join(one % base64.b64encode(os.urandom(96)).decode() for _ in range(1500))), KEYS


def tokens_that_stay_closed():
    """Each of many references asks where an encrypted token is in the tree behind a decryption, which was of another one."""
    command = ['openssl', 'enc', '-aes-128-cbc', '-K', KEY.hex(), '-iv', '0' * 32]
    cipher = subprocess.run(command, input=b'<q></q>', check=True, capture_output=True).stdout
    one = ('<e:EncryptedData Id="e%%d"><e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
           '<d:KeyInfo><d:KeyName>%%s</d:KeyName></d:KeyInfo>'
           '<e:CipherData><e:CipherValue>%s</e:CipherValue></e:CipherData></e:EncryptedData>') % base64.b64encode(
               bytes(16) + cipher).decode()
    token = '<o:SecurityTokenReference u:Id="r%d"><o:Reference URI="#e%d"/></o:SecurityTokenReference>'
    inner = '<o:TransformationParameters><d:CanonicalizationMethod Algorithm="%s"/></o:TransformationParameters>' % EXC
    dereference = ('"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform">%s'
                   '</d:Transform>') % inner
    references = ''.join(reference('r%d' % i).replace('"%s"/>' % EXC, dereference) for i in range(30))
    tokens = ''.join(one % (i, 'another') + token % (i, i) for i in range(30))
    return envelope('', SCT + tokens + signature(references) * 30, one % (30, 'k') + fill('<q/>', SIZE * 4 // 10)), KEYS


def data_references():
    """Each EncryptedData without KeyInfo is looked for in all lists."""
    listed = ''.join('<e:DataReference URI="#e%d"/>' % i for i in range(10000))
    one = ('<e:EncryptedData Id="e%d"><e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
           '<e:CipherData><e:CipherValue>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</e:CipherValue></e:CipherData>'
           '</e:EncryptedData>')
    return envelope('', '<e:ReferenceList>%s</e:ReferenceList>' % listed,
                    ''.join(one % i for i in range(9000, 10000)) + fill('<q/>', SIZE * 3 // 10)), KEYS


def messages():
    kinds = [benign, headers_of_one_name, headers_for_others, bodies, timestamps_and_signatures, signatures_of_many_parts,
             references_over_one_body, references_that_misfit, nested_references, deep_and_many_ids, one_id_for_all,
             invalid_signatures_with_many_keys, derived_tokens, references_in_circles, encrypted_keys, encrypted_data,
             tokens_that_stay_closed, data_references]
    for kind in kinds:
        yield (kind.__name__, *kind())
    for modulus, exponent in ((4096, 4096), (16384, 64), (16384, 16384), (2048, 17)):
        yield ('rsa_%d_%d' % (modulus, exponent), *rsa_key_values(modulus, exponent))
    one = ''.join('SCT urn:ctx %s\n' % os.urandom(32).hex() for _ in range(40000))
    yield 'keys_of_one_identifier', envelope('', SCT + signature(reference('body')) * 40, fill('<q/>', SIZE * 9 // 10)), one
