# SPDX-License-Identifier: GPL-2.0-or-later
"""The building blocks of the hand-written messages: namespaces, algorithms, envelope, signature.

Messages are text, never trees, so that what is odd about their writing survives. Where a digest or
a value belongs stands @@DV:sig:n@@ or @@SV:sig@@, which an oracle fills in."""
import base64
import hashlib
import hmac
import re
import subprocess
from dataclasses import dataclass, field

S11 = "http://schemas.xmlsoap.org/soap/envelope/"
S12 = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://www.w3.org/2005/08/addressing"
OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = OASIS + "wssecurity-secext-1.0.xsd"
WSU = OASIS + "wssecurity-utility-1.0.xsd"
WSSE11 = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd"
SMS10 = OASIS + "soap-message-security-1.0"
SMS11 = "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1"
X509 = OASIS + "x509-token-profile-1.0"
UTP = OASIS + "username-token-profile-1.0"
KRB = "http://docs.oasis-open.org/wss/oasis-wss-kerberos-token-profile-1.1"
STP10 = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.0"
STP11 = "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1"
DS = "http://www.w3.org/2000/09/xmldsig#"
DS11 = "http://www.w3.org/2009/xmldsig11#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
MORE7 = "http://www.w3.org/2007/05/xmldsig-more#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
EC = "http://www.w3.org/2001/10/xml-exc-c14n#"
WSC = {"2004/04": "http://schemas.xmlsoap.org/ws/2004/04/sc",
       "2005/02": "http://schemas.xmlsoap.org/ws/2005/02/sc",
       "200512": "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512"}
SCT_TYPE = {"2004/04": "http://schemas.xmlsoap.org/ws/2004/04/security/sc/sct",
            "2005/02": WSC["2005/02"] + "/sct", "200512": WSC["200512"] + "/sct"}

INC = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INC11 = "http://www.w3.org/2006/12/xml-c14n11"
C14N = {"inc": INC, "inc-comments": INC + "#WithComments", "inc11": INC11,
        "inc11-comments": INC11 + "#WithComments", "exc": EC, "exc-comments": EC + "WithComments"}
ENVELOPED = DS + "enveloped-signature"

DIGEST = {"sha1": DS + "sha1", "sha224": MORE + "sha224", "sha256": XENC + "sha256",
          "sha384": MORE + "sha384", "sha512": XENC + "sha512", "sha3-256": MORE7 + "sha3-256",
          "sha3-512": MORE7 + "sha3-512"}


def algorithm(name):
    """hmac-sha256 and the like as URI."""
    if name in ("hmac-sha1", "rsa-sha1", "dsa-sha1"):
        return DS + name
    if name == "dsa-sha256":
        return DS11 + name
    return (MORE7 if name.endswith("MGF1") else MORE) + name


@dataclass
class Message:
    """One message of the corpus, before or after it is signed."""
    name: str
    family: str
    text: str
    signers: list = field(default_factory=list)   # "a=hmac:HEX", "a=cert:NAME", in order of signing
    checkers: list = field(default_factory=list)  # the same keys in document order; "-": cannot
    keys: list = field(default_factory=list)      # lines of the key file
    charset: str = "UTF-8"
    made_by: str = "santuario"
    expect: list = None    # verdicts in document order where oracles cannot tell or do not agree
    why: str = None        # the reason for that
    damage: str = None
    origin: str = None     # the message that was damaged
    wss4j: bool = False    # WSS4J can process it
    xmlsec1: bool = True   # xmlsec1 can
    by_xmlsec1: bool = False  # xmlsec1 has to sign it

    def replaced(self, old, new):
        self.text = self.text.replace(old, new)
        return self


def secret(name, octets=32):
    """A test secret that is the same in each run."""
    return hashlib.sha512(name.encode()).hexdigest()[:2 * octets]


def b64(octets):
    return base64.b64encode(octets).decode()


def psha1(key, seed, length, offset=0):
    a, out = seed, b""
    while len(out) < offset + length:
        a = hmac.new(key, a, hashlib.sha1).digest()
        out += hmac.new(key, a + seed, hashlib.sha1).digest()
    return out[offset:offset + length]


class Certificate:
    """What a message says of a certificate."""
    def __init__(self, folder, name):
        self.name = name
        path = folder / (name + ".crt.pem")
        pem = path.read_text()
        self.base64 = "".join(pem.split("-----")[2].split())
        self.der = base64.b64decode(self.base64)

        def ask(*args):
            command = ["openssl", "x509", "-in", str(path), "-noout", *args]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout
        self.serial = int(ask("-serial").split("=")[1], 16)
        self.issuer = ask("-issuer", "-nameopt", "RFC2253,utf8,-esc_msb").strip().split("=", 1)[1]
        words = ask("-ext", "subjectKeyIdentifier").split()[-1]
        self.ski = b64(bytes.fromhex(words.replace(":", "")))
        self.thumbprint = b64(hashlib.sha1(self.der).digest())
        self.sha256 = b64(hashlib.sha256(self.der).digest())
        self.line = f"CERTIFICATE keys/{name}.crt.pem"
        self.public = ask("-pubkey")

    def numbers(self):
        """Modulus and exponent of an RSA key."""
        text = subprocess.run(["openssl", "rsa", "-pubin", "-noout", "-modulus", "-text"],
                              input=self.public, check=True, capture_output=True, text=True).stdout
        modulus = re.search(r"Modulus=([0-9A-F]+)", text).group(1)
        exponent = int(re.search(r"Exponent: (\d+)", text).group(1))
        return b64(bytes.fromhex(modulus)), b64(exponent.to_bytes(3, "big"))

    def point(self, octets):
        """The public point of an EC key, uncompressed: the last octets of its structure."""
        return b64(base64.b64decode("".join(self.public.split("-----")[2].split()))[-octets:])


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def transform(uri, prefixes=None, inner=""):
    if prefixes is not None:
        inner = f'<ec:InclusiveNamespaces xmlns:ec="{EC}" PrefixList="{prefixes}"/>' + inner
    return f'<ds:Transform Algorithm="{uri}"' + (f">{inner}</ds:Transform>" if inner else "/>")


@dataclass
class Ref:
    uri: str
    c14n: str = "exc"        # a name of C14N, or None for no transform of that kind
    digest: str = "sha1"
    prefixes: str = None
    before: str = ""         # transforms that come first, as text
    attributes: str = ""
    space: tuple = ("", "")  # white space around the digest

    def text(self, name, position):
        transforms = self.before
        if self.c14n:
            transforms += transform(C14N[self.c14n], self.prefixes)
        if transforms:
            transforms = f"<ds:Transforms>{transforms}</ds:Transforms>"
        uri = "" if self.uri is None else f' URI="{self.uri}"'
        value = self.space[0] + f"@@DV:{name}:{position}@@" + self.space[1]
        return (f'<ds:Reference{uri}{self.attributes}>{transforms}<ds:DigestMethod '
                f'Algorithm="{DIGEST[self.digest]}"/><ds:DigestValue>{value}</ds:DigestValue></ds:Reference>')


def signature(refs, key_info, method="hmac-sha1", c14n="exc", prefixes=None, name="a", bits=None,
              attributes="", objects="", space=""):
    """ds:Signature; space is put between the children of ds:SignedInfo."""
    inner = ""
    if prefixes is not None:
        inner = f'<ec:InclusiveNamespaces xmlns:ec="{EC}" PrefixList="{prefixes}"/>'
    length = "" if bits is None else f"<ds:HMACOutputLength>{bits}</ds:HMACOutputLength>"
    children = [f'<ds:CanonicalizationMethod Algorithm="{C14N[c14n]}">{inner}</ds:CanonicalizationMethod>',
                f'<ds:SignatureMethod Algorithm="{algorithm(method)}">{length}</ds:SignatureMethod>']
    children += [ref.text(name, i + 1) for i, ref in enumerate(refs)]
    info = space + space.join(children) + space
    return (f'<ds:Signature xmlns:ds="{DS}"{attributes}><ds:SignedInfo>{info}</ds:SignedInfo>'
            f"<ds:SignatureValue>@@SV:{name}@@</ds:SignatureValue>"
            f"<ds:KeyInfo>{key_info}</ds:KeyInfo>{objects}</ds:Signature>")


def key_name(name):
    return f"<ds:KeyName>{escape(name)}</ds:KeyName>"


def str_(inner, attributes=""):
    return f"<wsse:SecurityTokenReference{attributes}>{inner}</wsse:SecurityTokenReference>"


def str_uri(uri, value_type=None, attributes=""):
    kind = "" if value_type is None else f' ValueType="{value_type}"'
    return str_(f'<wsse:Reference URI="{uri}"{kind}/>', attributes)


def str_identifier(value, value_type, base64_encoded=True, attributes=""):
    encoding = f' EncodingType="{SMS10}#Base64Binary"' if base64_encoded else ""
    return str_(f'<wsse:KeyIdentifier ValueType="{value_type}"{encoding}>{value}</wsse:KeyIdentifier>',
                attributes)


def token(certificate, id_="X509-1"):
    return (f'<wsse:BinarySecurityToken wsu:Id="{id_}" EncodingType="{SMS10}#Base64Binary" '
            f'ValueType="{X509}#X509v3">{certificate.base64}</wsse:BinarySecurityToken>')


TIMESTAMP = ('<wsu:Timestamp wsu:Id="TS"><wsu:Created>2026-10-15T10:00:00.000Z</wsu:Created>'
             "<wsu:Expires>2026-10-15T10:05:00.000Z</wsu:Expires></wsu:Timestamp>")
ORDER = ('<o:Order xmlns:o="urn:orders"><o:Item n="1">Gr\u00fc\u00dfe &amp; Tee</o:Item><o:Empty/></o:Order>')


def envelope(security, body=ORDER, soap=S11, attributes="", body_attributes='wsu:Id="Body"', header="",
             security_attributes="", before="", after="", prolog=""):
    """A SOAP message; security stands in wsse:Security."""
    return (f'{prolog}<s:Envelope xmlns:s="{soap}" xmlns:wsu="{WSU}"{attributes}>{before}<s:Header>'
            f'<a:Action xmlns:a="{WSA}" wsu:Id="Action">urn:interop/Order</a:Action>{header}'
            f'<wsse:Security xmlns:wsse="{WSSE}" s:mustUnderstand="1"{security_attributes}>{security}'
            f"</wsse:Security></s:Header><s:Body {body_attributes}>{body}</s:Body></s:Envelope>{after}")
