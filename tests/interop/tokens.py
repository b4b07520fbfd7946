# SPDX-License-Identifier: GPL-2.0-or-later
"""Hand-written messages by the token that made the signature and the way it is referred to."""
import base64
import hashlib

from parts import (DS11, KRB, S11, S12, SCT_TYPE, SMS10, SMS11, STP10, STP11, TIMESTAMP, UTP, WSC, WSSE11, X509,
                   Certificate, Message, Ref, b64, envelope, escape, key_name, psha1, secret, signature, str_,
                   str_identifier, str_uri, token)

BODY = [Ref("#Body", digest="sha256"), Ref("#TS")]
DEFAULT_LABEL = b"WS-SecureConversationWS-SecureConversation"


def signed(name, spec, key_info, lines, security="", method="hmac-sha1", soap=S12, wss4j=False, refs=None, **more):
    """A message signed over Body and Timestamp, the token standing before the signature."""
    block = security + TIMESTAMP + signature(refs or BODY, key_info, method)
    return Message(name, "tokens", envelope(block, soap=soap), ["a=" + spec], [spec], lines, wss4j=wss4j, **more)


# ---- certificates -------------------------------------------------------------------------------

def issuer_serial(certificate, issuer=None, gap=""):
    name = escape(issuer or certificate.issuer)
    return (f"<ds:X509Data>{gap}<ds:X509IssuerSerial><ds:X509IssuerName>{name}</ds:X509IssuerName>"
            f"<ds:X509SerialNumber>{gap}{certificate.serial}{gap}</ds:X509SerialNumber></ds:X509IssuerSerial>{gap}"
            "</ds:X509Data>")


def certificate_forms(keys):
    a, odd = Certificate(keys, "rsa-a"), Certificate(keys, "rsa-odd")
    whole = f"<ds:X509Data><ds:X509Certificate>{a.base64}</ds:X509Certificate></ds:X509Data>"
    folded = "\n".join(a.base64[i:i + 64] for i in range(0, len(a.base64), 64))
    forms = {
        "direct": (token(a), str_uri("#X509-1", X509 + "#X509v3")),
        "direct-folded": (token(a).replace(a.base64, "\n" + folded + "\n"), str_uri("#X509-1", X509 + "#X509v3")),
        "direct-after": ("", str_uri("#X509-1", X509 + "#X509v3")),
        "ski": ("", str_identifier(a.ski, X509 + "#X509SubjectKeyIdentifier")),
        "thumbprint": ("", str_identifier(a.thumbprint, SMS11 + "#ThumbprintSHA1")),
        "whole-identifier": ("", str_identifier(a.base64, X509 + "#X509v3")),
        "serial": ("", str_(issuer_serial(a))),
        "serial-spaced": ("", str_(issuer_serial(a, a.issuer.replace(",", " , "), "\n  "))),
        "in-reference": ("", str_(whole)),
        "embedded": ("", str_(f'<wsse:Embedded wsu:Id="E">{token(a)}</wsse:Embedded>')),
        "bare-certificate": ("", whole),
        "bare-serial": ("", issuer_serial(a)),
        "bare-ski": ("", f"<ds:X509Data><ds:X509SKI>{a.ski}</ds:X509SKI></ds:X509Data>"),
        "bare-subject": ("", f"<ds:X509Data><ds:X509SubjectName>{escape(a.issuer)}</ds:X509SubjectName></ds:X509Data>"),
        "bare-digest": ("", f'<ds:X509Data><d:X509Digest xmlns:d="{DS11}" '
                        f'Algorithm="http://www.w3.org/2001/04/xmlenc#sha256">{a.sha256}</d:X509Digest></ds:X509Data>'),
    }
    for label, (security, key_info) in forms.items():
        message = signed("x509-" + label, "cert:rsa-a", key_info, [a.line], security, "rsa-sha256")
        message.wss4j = label in ("direct", "direct-folded", "ski", "thumbprint", "serial", "direct-after")
        if label == "direct-after":
            message.text = message.text.replace("</wsse:Security>", token(a) + "</wsse:Security>")
        if label == "bare-digest":
            # Santuario's DOM does not mind; named here because few verifiers know it.
            message.expect, message.why = ["valid", "no-key"], "dsig11:X509Digest may be left out"
        if label == "bare-subject":
            message.expect, message.why = ["valid", "no-key"], "a subject's name alone need not be looked up"
        yield message
    escaped = odd.issuer.replace("\u00fc", "\\C3\\BC").replace("\u00f6", "\\C3\\B6")
    for label, issuer in (("rfc2253", odd.issuer), ("escaped", escaped), ("spaced", odd.issuer.replace(",ST", ", ST"))):
        yield signed("x509-odd-name-" + label, "cert:rsa-odd", str_(issuer_serial(odd, issuer)), [odd.line],
                     method="rsa-sha1")
    yield signed("x509-odd-direct", "cert:rsa-odd", str_uri("#X509-1"), [], token(odd), "rsa-sha1", wss4j=True)
    yield signed("x509-unknown-thumbprint", "cert:rsa-odd", str_identifier(odd.thumbprint, SMS11 + "#ThumbprintSHA1"),
                 [a.line], method="rsa-sha1", expect=["no-key"], why="the certificate is not among the keys")
    path = b64(der_sequence(a.der))
    yield signed("x509-pki-path", "cert:rsa-a", str_uri("#P", X509 + "#X509PKIPathv1"), [],
                 f'<wsse:BinarySecurityToken wsu:Id="P" ValueType="{X509}#X509PKIPathv1" '
                 f'EncodingType="{SMS10}#Base64Binary">{path}</wsse:BinarySecurityToken>', "rsa-sha256", wss4j=True)
    yield from key_values(keys)


def der_sequence(content):
    length = len(content).to_bytes(2, "big")
    return b"\x30\x82" + length + content


def key_values(keys):
    modulus, exponent = Certificate(keys, "rsa-a").numbers()
    rsa = (f"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus><ds:Exponent>{exponent}</ds:Exponent>"
           "</ds:RSAKeyValue></ds:KeyValue>")
    curves = {"ec-256": ("1.2.840.10045.3.1.7", 65), "ec-384": ("1.3.132.0.34", 97), "ec-521": ("1.3.132.0.35", 133)}
    yield signed("key-value-rsa", "cert:rsa-a", rsa, [], method="rsa-sha256", wss4j=True)
    yield signed("key-value-rsa-in-reference", "cert:rsa-a", str_(rsa), [], method="rsa-sha256")
    for name, (oid, octets) in curves.items():
        point = Certificate(keys, name).point(octets)
        value = (f'<ds:KeyValue><d:ECKeyValue xmlns:d="{DS11}"><d:NamedCurve URI="urn:oid:{oid}"/>'
                 f"<d:PublicKey>{point}</d:PublicKey></d:ECKeyValue></ds:KeyValue>")
        yield signed("key-value-" + name, "cert:" + name, value, [], method="ecdsa-sha256")


# ---- contexts and derived keys ------------------------------------------------------------------

def sct(version, identifier, instance=None, id_="SCT"):
    wsc = WSC[version]
    second = "" if instance is None else f"<c:Instance>{instance}</c:Instance>"
    return (f'<c:SecurityContextToken xmlns:c="{wsc}" wsu:Id="{id_}"><c:Identifier>{identifier}</c:Identifier>'
            f"{second}</c:SecurityContextToken>")


def contexts(_keys):
    for version in WSC:
        label = "sct-" + version.replace("/", "-")
        ident = "urn:uuid:" + label
        key = secret(label)
        wss4j = version != "2004/04"
        lines = [f"SCT {ident} {key}"]
        yield signed(label + "-direct", "hmac:" + key, str_uri("#SCT", SCT_TYPE[version]), lines,
                     sct(version, ident), wss4j=wss4j)
        yield signed(label + "-untyped", "hmac:" + key, str_uri("#SCT"), lines, sct(version, ident), "hmac-sha256")
        yield signed(label + "-by-identifier", "hmac:" + key, str_uri(ident, SCT_TYPE[version]), lines, wss4j=wss4j)
        renewed = secret(label + " renewed", 16)
        both = lines + [f"SCT {ident} instance=urn:uuid:second {renewed}"]
        yield signed(label + "-instance", "hmac:" + renewed, str_uri("#SCT"), both,
                     sct(version, ident, "urn:uuid:second"), "hmac-sha256")
        named = str_uri(ident, SCT_TYPE[version]).replace(
            " ValueType", f' c:Instance="urn:uuid:second" xmlns:c="{WSC[version]}" ValueType')
        yield signed(label + "-instance-by-identifier", "hmac:" + renewed, named, both)
    yield signed("sct-unknown", "hmac:" + secret("unknown"), str_uri("#SCT"), ["SCT urn:uuid:other " + secret("x")],
                 sct("200512", "urn:uuid:not-known"), expect=["no-key"], why="the context is not among the keys")
    yield signed("sct-embedded", "hmac:" + secret("embedded"),
                 str_("<wsse:Embedded>" + sct("200512", "urn:uuid:embedded") + "</wsse:Embedded>"),
                 ["SCT urn:uuid:embedded " + secret("embedded")])
    yield signed("sct-base64-key", "hmac:" + secret("base64"), str_uri("#SCT"),
                 ["SCT urn:uuid:base64 " + b64(bytes.fromhex(secret("base64")))], sct("200512", "urn:uuid:base64"))


def dkt(version, reference, nonce, inner="", id_="DKT", attributes=""):
    return (f'<c:DerivedKeyToken xmlns:c="{WSC[version]}" wsu:Id="{id_}"{attributes}>{reference}{inner}'
            f"<c:Nonce>{b64(nonce)}</c:Nonce></c:DerivedKeyToken>")


def derived(_keys):
    nonce = b"0123456789abcdef"
    ident, key = "urn:uuid:derive", secret("derive")
    lines = [f"SCT {ident} {key}"]
    raw = bytes.fromhex(key)
    cases = {  # label: (children, label octets, length, offset)
        "plain": ("", DEFAULT_LABEL, 32, 0),
        "length-16": ("<c:Length>16</c:Length>", DEFAULT_LABEL, 16, 0),
        "length-odd": ("<c:Length>37</c:Length>", DEFAULT_LABEL, 37, 0),
        "offset": ("<c:Offset>7</c:Offset><c:Length>24</c:Length>", DEFAULT_LABEL, 24, 7),
        "generation": ("<c:Generation>3</c:Generation><c:Length>24</c:Length>", DEFAULT_LABEL, 24, 72),
        "generation-zero": ("<c:Generation>0</c:Generation>", DEFAULT_LABEL, 32, 0),
        "label": ("<c:Label>my label</c:Label>", b"my label", 32, 0),
        "label-not-ascii": ("<c:Label>Schl\u00fcssel</c:Label>", "Schl\u00fcssel".encode(), 32, 0),
        "numbers-spaced": ("<c:Offset> 3 </c:Offset><c:Length>\n20\n</c:Length>", DEFAULT_LABEL, 20, 3),
    }
    for label, (children, seed, length, offset) in cases.items():
        for version in ("2005/02", "200512"):
            made = psha1(raw, seed + nonce, length, offset).hex()
            security = sct(version, ident) + dkt(version, str_uri("#SCT"), nonce, children)
            # WSS4J 1.6 takes numbers without white space only.
            yield signed(f"derived-{label}-{version.replace('/', '-')}", "hmac:" + made, str_uri("#DKT"), lines,
                         security, wss4j="spaced" not in label)
    version = "200512"
    first = psha1(raw, DEFAULT_LABEL + nonce, 32)
    second = psha1(first, b"two" + nonce[::-1], 20)
    chain = (sct(version, ident) + dkt(version, str_uri("#SCT"), nonce, id_="D1")
             + dkt(version, str_uri("#D1"), nonce[::-1], "<c:Length>20</c:Length><c:Label>two</c:Label>"))
    yield signed("derived-from-derived", "hmac:" + second.hex(), str_uri("#DKT"), lines, chain)
    by_name = dkt(version, str_uri(ident, SCT_TYPE[version]), nonce)
    yield signed("derived-by-identifier", "hmac:" + first.hex(), str_uri("#DKT"), lines, by_name)
    embedded = str_("<wsse:Embedded>" + dkt(version, str_uri("#SCT"), nonce) + "</wsse:Embedded>")
    yield signed("derived-embedded", "hmac:" + first.hex(), embedded, lines, sct(version, ident))
    after = sct(version, ident)
    message = signed("derived-token-after", "hmac:" + first.hex(), str_uri("#DKT"), lines, after)
    message.text = message.text.replace("</wsse:Security>",
                                        dkt(version, str_uri("#SCT"), nonce) + "</wsse:Security>")
    yield message
    for label, extra, length in (("", "", 32), ("-length", ' c:Length="20"', 20)):
        implied = str_uri("#SCT", attributes=f' xmlns:c="{WSC[version]}" c:Nonce="{b64(nonce)}"{extra}')
        made = psha1(raw, DEFAULT_LABEL + nonce, length).hex()
        yield signed("derived-implied" + label, "hmac:" + made, implied, lines, sct(version, ident))
    p_sha1 = WSC[version] + "/dk/p_sha1"
    yield signed("derived-algorithm-named", "hmac:" + first.hex(), str_uri("#DKT"), lines, sct(version, ident)
                 + dkt(version, str_uri("#SCT"), nonce, attributes=f' Algorithm="{p_sha1}"'), wss4j=True)
    bad = dkt(version, str_uri("#SCT"), nonce, attributes=' Algorithm="urn:some-other-derivation"')
    yield signed("derived-algorithm-unknown", "hmac:" + first.hex(), str_uri("#DKT"), lines, sct(version, ident) + bad,
                 expect=["unsupported", "no-key"], why="the derivation algorithm is not known")


# ---- other symmetric tokens ---------------------------------------------------------------------

def username_key(password, salt, iterations):
    key = hashlib.sha1(password.encode() + salt).digest()
    for _ in range(iterations - 1):
        key = hashlib.sha1(key).digest()
    return key


def usernames(_keys):
    password, salt = "p\u00e4ss word#1", b"\x01" + bytes(range(15))
    lines = ["PASSWORD alice " + password]

    def user(children):
        return (f'<wsse:UsernameToken wsu:Id="UT" xmlns:k="{WSSE11}"><wsse:Username>alice</wsse:Username>'
                f"<k:Salt>{b64(salt)}</k:Salt>{children}</wsse:UsernameToken>")
    for label, children, iterations in (("1000", "<k:Iteration>1000</k:Iteration>", 1000),
                                        ("7", "<k:Iteration>7</k:Iteration>", 7), ("default", "", 1000)):
        key = username_key(password, salt, iterations)
        yield signed("username-" + label, "hmac:" + key.hex(), str_uri("#UT", UTP + "#UsernameToken"), lines,
                     user(children), wss4j=label != "default")
    key = username_key(password, salt, 1000)
    made = psha1(key, DEFAULT_LABEL + b"nonce", 24)
    yield signed("username-derived", "hmac:" + made.hex(), str_uri("#DKT"), lines, user("")
                 + dkt("200512", str_uri("#UT"), b"nonce", "<c:Length>24</c:Length>"))
    yield signed("username-unknown", "hmac:" + key.hex(), str_uri("#UT"), ["PASSWORD bob x"], user(""),
                 expect=["no-key"], why="the user's password is not among the keys")


def saml(version, id_, key_info):
    if version == 1:
        return (f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:1.0:assertion" AssertionID="{id_}" '
                'Issuer="urn:sts" IssueInstant="2026-10-15T10:00:00Z" MajorVersion="1" MinorVersion="1">'
                "<saml:AttributeStatement><saml:Subject><saml:SubjectConfirmation><saml:ConfirmationMethod>"
                "urn:oasis:names:tc:SAML:1.0:cm:holder-of-key</saml:ConfirmationMethod>"
                f'<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{key_info}</ds:KeyInfo>'
                "</saml:SubjectConfirmation></saml:Subject></saml:AttributeStatement>@@</saml:Assertion>")
    return (f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{id_}" Version="2.0" '
            'IssueInstant="2026-10-15T10:00:00Z"><saml:Issuer>urn:sts</saml:Issuer>@@<saml:Subject>'
            '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key">'
            "<saml:SubjectConfirmationData>"
            f'<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{key_info}</ds:KeyInfo>'
            "</saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject></saml:Assertion>")


def saml_tokens(keys):
    a, b = Certificate(keys, "rsa-a"), Certificate(keys, "rsa-b")
    kinds = {1: (STP10 + "#SAMLAssertionID", STP11 + "#SAMLV1.1"), 2: (STP11 + "#SAMLID", STP11 + "#SAMLV2.0")}
    holder = f"<ds:X509Data><ds:X509Certificate>{a.base64}</ds:X509Certificate></ds:X509Data>"
    for version, (value_type, token_type) in kinds.items():
        id_ = f"assertion-{version}"
        token_attribute = f' xmlns:k="{WSSE11}" k:TokenType="{token_type}"'
        by_id = str_identifier(id_, value_type, False, token_attribute)
        direct = str_uri("#" + id_, attributes=token_attribute)
        key = secret(id_)
        plain = saml(version, id_, key_name("proof")).replace("@@", "")
        for label, reference in (("by-id", by_id), ("direct", direct)):
            yield signed(f"saml{version}-{label}-secret", "hmac:" + key, reference, [f"TOKEN {id_} {key}"], plain)
        yield signed(f"saml{version}-absent-secret", "hmac:" + key, by_id, [f"TOKEN {id_} {key}"])
        # The issuer's signature inside, the holder's certificate named in the assertion.
        issuer_key = f"<ds:X509Data><ds:X509Certificate>{b.base64}</ds:X509Certificate></ds:X509Data>"
        envelope_out = ('<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>')
        own = signature([Ref("#" + id_, "exc", "sha256", before=envelope_out)], issuer_key, "rsa-sha256", name="i")
        token_text = saml(version, id_, holder).replace("@@", own)
        message = signed(f"saml{version}-holder-certificate", "cert:rsa-a", by_id, [], token_text, "rsa-sha256")
        message.signers = ["i=cert:rsa-b"] + message.signers
        message.checkers = ["cert:rsa-b"] + message.checkers
        yield message


def other_tokens(_keys):
    key, wrapped = secret("kerberos", 16), hashlib.sha512(b"wrapped").digest()
    request = b64(hashlib.sha1(b"AP-REQ").digest())
    yield signed("kerberos-sha1", "hmac:" + key, str_identifier(request, KRB + "#Kerberosv5APREQSHA1"),
                 [f"TOKEN {request} {key}"])
    sha1 = b64(hashlib.sha1(wrapped).digest())
    yield signed("encrypted-key-sha1", "hmac:" + key, str_identifier(sha1, SMS11 + "#EncryptedKeySHA1"),
                 [f"ENCRYPTED_KEY sha1:{sha1} {key}"], soap=S11, wss4j=True)
    yield signed("encrypted-key-sha1-typed", "hmac:" + key, str_identifier(
        sha1, SMS11 + "#EncryptedKeySHA1", attributes=f' xmlns:k="{WSSE11}" k:TokenType="{SMS11}#EncryptedKey"'),
                 [f"ENCRYPTED_KEY sha1:{sha1} {key}"], wss4j=True)
    made = psha1(bytes.fromhex(key), DEFAULT_LABEL + b"n", 32)
    yield signed("encrypted-key-sha1-derived", "hmac:" + made.hex(), str_uri("#DKT"),
                 [f"ENCRYPTED_KEY sha1:{sha1} {key}"],
                 dkt("200512", str_identifier(sha1, SMS11 + "#EncryptedKeySHA1"), b"n"))
    yield signed("key-name-in-reference", "hmac:" + key, str_(key_name("in a reference")),
                 ["KEY_NAME in%20a%20reference " + key])
    yield signed("key-name-not-ascii", "hmac:" + key, key_name("Schl\u00fcssel & Co"),
                 ["KEY_NAME Schl%C3%BCssel%20%26%20Co " + key])
    yield signed("key-name-unknown", "hmac:" + key, key_name("nobody"), ["KEY_NAME somebody " + key],
                 expect=["no-key"], why="the name is not among the keys")


FAMILIES = [certificate_forms, contexts, derived, usernames, saml_tokens, other_tokens]
