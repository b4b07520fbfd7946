# SPDX-License-Identifier: GPL-2.0-or-later
"""Hand-written messages: algorithms, canonical forms, prefix lists, namespaces, spelling, references."""
from parts import (C14N, DS, ENVELOPED, S12, TIMESTAMP, Message, Ref, Certificate, envelope,
                   key_name, secret, signature, str_uri, token, transform)

KEY_NAME = "corpus key"
KEY = secret("corpus key")
KEY_LINE = "KEY_NAME corpus%20key " + KEY
HMAC = "hmac:" + KEY


def hmac_message(name, family, refs, body=None, sig=None, **parts):
    """A message with one HMAC signature whose key has a name."""
    block = signature(refs, key_name(KEY_NAME), **(sig or {}))
    security = parts.pop("security", "") + block
    message = {key: parts.pop(key) for key in ("charset", "xmlsec1", "expect", "why", "by_xmlsec1") if key in parts}
    if body is not None:
        parts["body"] = body
    return Message(name, family, envelope(security, **parts), ["a=" + HMAC], [HMAC], [KEY_LINE], **message)


def certificate_message(name, family, certificate, method, digest, curve_soap=S12):
    security = token(certificate) + TIMESTAMP + signature(
        [Ref("#Body", digest=digest), Ref("#TS", digest=digest)], str_uri("#X509-1"), method)
    key = "cert:" + certificate.name
    return Message(name, family, envelope(security, soap=curve_soap), ["a=" + key], [key],
                   [certificate.line], wss4j=True)


# ---- algorithms ---------------------------------------------------------------------------------

def algorithms(keys):
    hashes = ["sha1", "sha224", "sha256", "sha384", "sha512"]
    for i, name in enumerate(hashes):
        for digest in (name, hashes[(i + 2) % 5]):
            yield hmac_message(f"hmac-{name}-digest-{digest}", "algorithms",
                               [Ref("#Body", digest=digest), Ref("#TS", digest=digest)],
                               sig={"method": "hmac-" + name}, security=TIMESTAMP)
    for digest in ("sha3-256", "sha3-512"):
        yield hmac_message(f"hmac-sha256-digest-{digest}", "algorithms", [Ref("#Body", digest=digest)],
                           sig={"method": "hmac-sha256"}, xmlsec1=False)
    for octets in (1, 16, 20, 64, 65, 200):
        key = (secret("long") * 4)[:2 * octets]
        block = signature([Ref("#Body")], key_name("k"), "hmac-sha256")
        yield Message(f"hmac-key-of-{octets}-octets", "algorithms", envelope(block), ["a=hmac:" + key],
                      ["hmac:" + key], ["KEY_NAME k " + key])
    rsa = Certificate(keys, "rsa-a")
    for name in hashes:
        yield certificate_message(f"rsa-{name}", "algorithms", rsa, "rsa-" + name, name)
    for curve in ("256", "384", "521"):
        certificate = Certificate(keys, "ec-" + curve)
        for name in ("sha1", "sha224", "sha256", "sha384", "sha512"):
            yield certificate_message(f"ecdsa-p{curve}-{name}", "algorithms", certificate, "ecdsa-" + name,
                                      "sha256")
    for bits, method in (("1024", "dsa-sha1"), ("2048", "dsa-sha256")):
        yield certificate_message(f"{method}-{bits}", "algorithms", Certificate(keys, "dsa-" + bits), method,
                                  "sha1")


# ---- canonical forms ----------------------------------------------------------------------------

RICH = ('<!-- first --><o:Order xmlns:o="urn:orders" xmlns:u="urn:unused" xmlns="urn:default" o:z="1" b="2" '
        'a="3"><Item xml:space="preserve"> two  <!-- inner --> words </Item><?pi  data ?><o:Empty /></o:Order>')


def canonical_forms(_keys):
    for info in C14N:
        for ref in C14N:
            yield hmac_message(f"c14n-{info}-over-{ref}", "canonical forms", [Ref("#Body", ref)], RICH,
                               {"c14n": info}, attributes=' xmlns:v="urn:on-top" xml:lang="en"')
    for ref in C14N:
        for uri, label in (("", "whole"), ("#xpointer(/)", "xpointer-root"),
                           ("#xpointer(id('Body'))", "xpointer-id")):
            before = transform(ENVELOPED) if "id" not in label else ""
            yield hmac_message(f"c14n-{ref}-{label}", "canonical forms", [Ref(uri, ref, before=before)], RICH,
                               before="<!-- in the envelope -->", prolog="<!-- on top --><?top x?>",
                               after="<!-- at the end --><?end?>\n")


def prefix_lists(_keys):
    lists = {"default": "#default", "one": "v", "two": "v w", "all": "#default v w s wsu", "unknown": "nowhere",
             "empty": "", "line-ends": "&#10; v&#9;&#13;w ", "repeated": "v v v", "xml": "xml v",
             "own": "o", "default-twice": "#default #default"}
    top = ' xmlns:v="urn:v" xmlns:w="urn:w"'
    for label, prefixes in lists.items():
        yield hmac_message("prefixes-" + label, "prefix lists", [Ref("#Body", prefixes=prefixes)], RICH,
                           {"prefixes": prefixes}, attributes=top)
    for label, body in {
            "redeclared": '<x xmlns:v="urn:other"><y xmlns:v="urn:v"><v:z/></y></x>',
            "shadowed-at-apex": '<v:x xmlns:v="urn:other" v:a="1"><w:y/></v:x>',
            "default-undone": '<x xmlns="urn:d"><y xmlns=""><z xmlns="urn:d"/></y></x>'}.items():
        yield hmac_message("prefixes-" + label, "prefix lists", [Ref("#Body", prefixes="v #default")], body,
                           attributes=top)
        yield hmac_message("prefixes-comments-" + label, "prefix lists",
                           [Ref("#Body", "exc-comments", prefixes="v w")], "<!-- x -->" + body,
                           {"c14n": "exc-comments", "prefixes": "wsu"}, attributes=top)


# ---- namespaces ---------------------------------------------------------------------------------

NAMESPACES = {
    "same-again": '<o:a xmlns:o="urn:o"><o:b xmlns:o="urn:o"><o:c xmlns:o="urn:o"/></o:b></o:a>',
    "prefix-rebound": '<o:a xmlns:o="urn:o"><o:b xmlns:o="urn:p"><o:c xmlns:o="urn:o"/></o:b><o:d/></o:a>',
    "default-undone": '<a xmlns="urn:d"><b xmlns=""><c/><d xmlns="urn:d"/></b></a>',
    "undone-without-need": '<a xmlns=""><b xmlns=""/></a>',
    "undone-twice": '<a xmlns="urn:d"><b xmlns=""><c xmlns=""/></b></a>',
    "default-to-prefix": '<a xmlns="urn:d"><p:b xmlns:p="urn:d"><c/><p:c/></p:b></a>',
    "two-prefixes-one-name": '<p:a xmlns:p="urn:x" xmlns:q="urn:x"><q:b p:m="1"/><p:b q:m="2"/></p:a>',
    "attribute-order": ('<a xmlns:z="urn:1" xmlns:y="urn:2" xmlns:x="urn:3" x:a="1" y:a="2" z:a="3" b="4" a="5" '
                        'Z="6"/>'),
    "attribute-order-same-uri": '<a xmlns:z="urn:1" xmlns:b="urn:1" b:c="1" z:d="2" z:a="3" b:b="4"/>',
    "only-attributes-use": '<a xmlns:p="urn:p"><b p:x="1"><c p:y="2"/></b><d/></a>',
    "unused": '<a xmlns:p="urn:p" xmlns:q="urn:q"><b xmlns:r="urn:r"/></a>',
    "qname-in-content": ('<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:t="urn:types" '
                         'xsi:type="t:Thing">t:value</a>'),
    "uri-with-markup": '<p:a xmlns:p="urn:x?a=1&amp;b=&lt;2&gt;&quot;&#39;"><p:b/></p:a>',
    "uri-with-ampersand": '<p:a xmlns:p="http://x.example/?a=1&amp;b=2"><p:b xmlns="urn:&#65;"/></p:a>',
    "uri-not-ascii": '<p:a xmlns:p="urn:\u00fc\u4e2d\U0001f600"><b xmlns="urn:\u00e4"/></p:a>',
    "prefix-not-ascii": '<\u00fcmlaut:a xmlns:\u00fcmlaut="urn:u" \u00fcmlaut:\u00f6="1"/>',
    "many": "".join(f'<n{i}:a xmlns:n{i}="urn:{31 * i % 17}">' for i in range(20))
            + "".join(f"</n{i}:a>" for i in reversed(range(20))),
    "many-on-one": "<a " + " ".join(f'xmlns:n{31 * i % 40}="urn:{i}" n{31 * i % 40}:x="{i}"' for i in range(40))
                   + "/>",
    "xml-declared": '<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="fr"><b xml:lang=""/></a>',
    "late-in-tree": '<a><b><c xmlns:o="urn:o"><o:d/></c><o:c xmlns:o="urn:p"/></b></a>',
    "soap-inside": f'<s:Envelope><s:Body xmlns:s="{S12}"><s:Fault/></s:Body></s:Envelope>',
    "prefix-as-soap": '<s:a xmlns:s="urn:not-soap"><s:b/></s:a>',
    "upper-and-lower": '<A:a xmlns:A="urn:1" xmlns:a="urn:2"><a:A a:x="1" A:x="2"/></A:a>',
}


def namespaces(_keys):
    for label, body in NAMESPACES.items():
        for form in ("exc", "inc", "inc11"):
            yield hmac_message(f"ns-{label}-{form}", "namespaces", [Ref("#Body", form)], body,
                               {"c14n": "inc" if form == "exc" else "exc"})
    tops = {"default-on-top": ' xmlns="urn:top"', "many-on-top": ' xmlns:z="urn:z" xmlns:y="urn:y" xmlns:x="urn:x"',
            "default-and-undone": ' xmlns="urn:top"'}
    for label, top in tops.items():
        body = '<x xmlns=""><z/></x>' if "undone" in label else "<x><z/></x>"
        for form in ("exc", "inc"):
            yield hmac_message(f"ns-{label}-{form}", "namespaces", [Ref("#Body", form), Ref("#TS", form)], body,
                               {"c14n": form}, attributes=top, security=TIMESTAMP)
    yield from xml_attributes()


def xml_attributes():
    """xml:lang, xml:space, xml:base and xml:id above the signed element: each form treats them its way."""
    above = {"lang": ' xml:lang="de-CH"', "space": ' xml:space="preserve"', "id": ' xml:id="top"',
             "base": ' xml:base="http://a.example/b/c/d;p?q"', "all":
             ' xml:lang="de" xml:space="preserve" xml:base="http://a.example/b/"'}
    for label, attributes in above.items():
        for form in ("exc", "inc", "inc11"):
            yield hmac_message(f"xml-{label}-above-{form}", "namespaces", [Ref("#Body", form)], "<x/>",
                               attributes=attributes)
    near = "Santuario takes the outermost xml: attribute where Canonical XML says the nearest"
    for label, top, own in (("both", "http://a.example/b/c/d", "../e/f"), ("dot", "http://a.example/b/c/", "./g"),
                            ("absolute", "http://a.example/b/", "http://other.example/"),
                            ("query", "http://a.example/b/c?x", "?y=1"), ("up", "http://a.example/a/b/c/", "../..")):
        for form in ("inc", "inc11"):
            yield hmac_message(f"xml-base-{label}-{form}", "namespaces", [Ref("#Inner", form)],
                               f'<x xml:base="{own}"><y wsu:Id="Inner" xml:lang="it"/></x>',
                               attributes=f' xml:base="{top}" xml:lang="en"', expect=["valid"], why=near,
                               by_xmlsec1=True)
    for form in ("inc", "inc11"):
        yield hmac_message(f"xml-lang-both-{form}", "namespaces", [Ref("#Inner", form)],
                           '<x xml:lang="it"><y wsu:Id="Inner"/></x>', attributes=' xml:lang="en"',
                           expect=["valid"], why=near, by_xmlsec1=True)


# ---- spelling -----------------------------------------------------------------------------------

SPELLING = {
    "comments": "<a><!-- one --><b/><!----><!-- -  - --></a>",
    "cdata": "<a><![CDATA[<not> & markup]]></a>",
    "cdata-parts": "<a>x<![CDATA[]]>y<![CDATA[ ]] > ]]>z<![CDATA[a]]]]><![CDATA[>b]]></a>",
    "predefined-entities": "<a q='&apos;&quot;'>&lt;&gt;&amp;&apos;&quot;]]&gt;</a>",
    "character-references": "<a v='&#65;&#x42;&#x00043;'>&#68;&#x45;&#x1F600;&#x10FFFD;</a>",
    "references-to-space": "<a v='&#32;x&#9;y&#10;z&#13;'>&#32;x&#9;y&#10;z&#13;</a>",
    "carriage-return-references": "<a>one&#13;\ntwo&#xD;&#xA;three</a>",
    "crlf": "<a\r\n v='one\r\ntwo'>\r\n <b/>\r\n</a>\r\n",
    "cr-alone": "<a v='one\rtwo'>\r<b/>\r\r</a>",
    "tabs": "<a\tv='one\ttwo'\t>\t<b\t/>\t</a\t>",
    "line-feeds-in-attribute": "<a v='one\n\ntwo\n' w='\n'/>",
    "not-ascii": "<\u00e4 \u00f6='\u00fc'>\u4e2d\u6587 \u0639\u0631\u0628\u064a e\u0301 \u00a0\u200b\ufeff</\u00e4>",
    "supplementary": "<a b='\U0001f469\u200d\U0001f52c'>\U0001d11e\U0010fffd</a>",
    "controls-c1": "<a>\u0080\u0085\u009f\u2028</a>",
    "processing-instructions": "<?x?><a><?y   data  with spaces ?><?z ?><b/><?pi a=\"1\"?></a>",
    "quotes": "<a one='say \"hi\"' two=\"it's\" three='&quot;&apos;'/>",
    "spaces-in-tags": "<a  x = '1'\n  y= \"2\"  ><b   /></a  >",
    "empty-elements": "<a></a><b/><c ></c ><d> </d><e><!----></e>",
    "attribute-sorting": "<a b='1' B='2' a1='3' a='4' \u00e9='5' aa='6' _='7' A='8'/>",
    "greater-than": "<a v='a>b'>a>b ]] > ]&gt;</a>",
    "deep": "<a>" * 100 + "x" + "</a>" * 100,
    "long-text": "<a>" + "0123456789&lt;&#13;\u00e9" * 800 + "</a>",
    "only-white-space": "  \n\t ",
    "nothing": "",
}


def spelling(_keys):
    for label, body in SPELLING.items():
        for form in ("exc", "inc-comments"):
            yield hmac_message(f"text-{label}-{form}", "spelling", [Ref("#Body", form, digest="sha256")], body,
                               {"c14n": form})
    declaration = '<?xml version="1.0" encoding="{}"?>'
    sample = '<a v="\u00e9">Gr\u00fc\u00dfe</a>'
    for label, charset, prolog in (
            ("utf-8-declared", "UTF-8", declaration.format("utf-8") + "\r\n"),
            ("utf-8-byte-order-mark", "UTF-8", "\ufeff"), ("latin-1", "ISO-8859-1", declaration.format("ISO-8859-1")),
            ("utf-16-le", "UTF-16LE", "\ufeff" + declaration.format("UTF-16")),
            ("utf-16-be", "UTF-16BE", "\ufeff" + declaration.format("UTF-16"))):
        yield hmac_message("encoding-" + label, "spelling", [Ref("#Body", "inc")], sample, prolog=prolog,
                           charset=charset)
    block = {"space": "\r\n      ", "c14n": "inc"}
    yield hmac_message("signed-info-indented-crlf", "spelling", [Ref("#Body"), Ref("#Action")], None, block)
    yield hmac_message("signed-info-comments", "spelling", [Ref("#Body")], None,
                       {"space": "<!-- signed -->", "c14n": "exc-comments"})
    yield hmac_message("signed-info-comments-dropped", "spelling", [Ref("#Body")], None,
                       {"space": "<!-- not signed -->", "c14n": "exc"})
    yield hmac_message("digest-on-lines", "spelling", [Ref("#Body", digest="sha512", space=("\n   ", " \n"))])
    folded = hmac_message("value-on-lines", "spelling", [Ref("#Body")], None, {"method": "hmac-sha512"})
    folded.text = folded.text.replace("@@SV:a@@", "\r\n  @@SV:a@@\r\n\t")
    yield folded


# ---- references ---------------------------------------------------------------------------------

ID_ATTRIBUTES = {"wsu": 'wsu:Id="X"', "xml": 'xml:id="X"', "plain": 'Id="X"', "upper": 'ID="X"',
                 "odd-characters": 'wsu:Id="_x.1-\u00fc"'}


def references(_keys):
    for label, attribute in ID_ATTRIBUTES.items():
        uri = "#" + attribute.split('"')[1]
        yield hmac_message("id-" + label, "references", [Ref(uri)], f"<x {attribute}><y/></x>")
    yield hmac_message("id-assertion", "references", [Ref("#saml1")],
                       '<Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion" AssertionID="saml1" MajorVersion="1" '
                       'MinorVersion="1" Issuer="me"><Conditions/></Assertion>')
    yield hmac_message("several", "references",
                       [Ref("#Body", digest="sha256"), Ref("#TS", "inc"), Ref("#Action", "inc11", digest="sha512")],
                       security=TIMESTAMP)
    many = "".join(f'<x wsu:Id="n{i}">{i}</x>' for i in range(25))
    yield hmac_message("twenty-five", "references", [Ref(f"#n{i}") for i in range(25)], many)
    yield hmac_message("same-twice", "references", [Ref("#Body"), Ref("#Body", "inc", "sha256")])
    yield hmac_message("nested", "references", [Ref("#Inner"), Ref("#Body"), Ref("#Outer", "inc")],
                       '<x wsu:Id="Outer"><y wsu:Id="Inner">text</y></x>')
    yield hmac_message("no-transforms", "references", [Ref("#Body", None)], RICH)
    yield hmac_message("enveloped-alone", "references", [Ref("", None, before=transform(ENVELOPED))], RICH)
    yield hmac_message("enveloped-of-element", "references",
                       [Ref("#Body", "inc", before=transform(ENVELOPED))], RICH)
    yield hmac_message("base64", "references",
                       [Ref("#Data", None, before=transform(DS + "base64"))],
                       '<x wsu:Id="Data">SGVsbG8g\n <y>V29y</y>bGQ=</x>', expect=["valid", "unsupported"],
                       why="the base64 transform may be left out")
    yield hmac_message("own-key-info", "references", [Ref("#Body"), Ref("#KI")], None,
                       {"attributes": ' Id="SIG"'}).replaced("<ds:KeyInfo>", '<ds:KeyInfo Id="KI">')
    yield hmac_message("object-inside", "references", [Ref("#Obj", "inc"), Ref("#Body")], None,
                       {"objects": '<ds:Object Id="Obj"><p xmlns="urn:p">signed &amp; inside</p></ds:Object>'})
    yield hmac_message("typed", "references",
                       [Ref("#Obj", attributes=f' Type="{DS}Object" Id="ref-1"'), Ref("#Body")], None,
                       {"objects": '<ds:Object Id="Obj"><p/></ds:Object>'})
    yield hmac_message("id-in-reference", "references", [Ref("#Body", attributes=' Id="r"')])
    yield from two_signatures()
    yield from refused_transforms()


def two_signatures():
    other = secret("second key", 20)
    names = ["KEY_NAME corpus%20key " + KEY, "KEY_NAME second " + other]
    inner = signature([Ref("#Body")], key_name(KEY_NAME), name="a", attributes=' Id="SIG"')
    outer = signature([Ref("#SIG", "exc")], key_name("second"), "hmac-sha256", name="b")
    keys = ["a=" + HMAC, "b=hmac:" + other]
    yield Message("endorsed-first", "references", envelope(inner + outer), keys, [HMAC, "hmac:" + other], names)
    yield Message("endorsed-second", "references", envelope(outer + inner), keys, ["hmac:" + other, HMAC], names)
    side = signature([Ref("#Body", "inc")], key_name("second"), "hmac-sha512", name="b")
    yield Message("side-by-side", "references", envelope(inner + side), keys, [HMAC, "hmac:" + other], names)
    whole = signature([Ref("", "exc", before=transform(ENVELOPED))], key_name("second"), name="b")
    yield Message("whole-over-first", "references", envelope(inner + whole), keys, [HMAC, "hmac:" + other], names)


def refused_transforms():
    """What a verifier may run but a passive reader must not: the verdict is "unsupported"."""
    xpath = transform("http://www.w3.org/TR/1999/REC-xpath-19991116", inner="<ds:XPath>true()</ds:XPath>")
    filter2 = transform("http://www.w3.org/2002/06/xmldsig-filter2", inner='<f:XPath '
                        'xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" Filter="intersect">//*</f:XPath>')
    xslt = transform("http://www.w3.org/TR/1999/REC-xslt-19991116", inner='<t:stylesheet version="1.0" '
                     'xmlns:t="http://www.w3.org/1999/XSL/Transform"><t:template match="/"><x/></t:template>'
                     "</t:stylesheet>")
    for label, before in (("xpath", xpath), ("xpath-filter", filter2), ("xslt", xslt)):
        yield hmac_message("transform-" + label, "references", [Ref("#Body", "exc", before=before)],
                           expect=["unsupported"], why="the transform is one that is never run")
    # A second canonical form of the first one's octets needs a parser in between.
    yield hmac_message("two-canonical-forms", "references",
                       [Ref("#Body", "exc", before=transform(C14N["inc"]))], RICH,
                       expect=["valid", "unsupported"], why="octets read again as XML: may be left out")


# ---- truncated HMAC -----------------------------------------------------------------------------

def truncated(_keys):
    """XML Signature 1.1 section 6.3.1: not under half the hash, nor under 80 bits."""
    octets = {"sha1": 160, "sha256": 256, "sha384": 384, "sha512": 512}
    cases = [("sha1", 40), ("sha1", 72), ("sha1", 80), ("sha1", 96), ("sha1", 128), ("sha1", 160), ("sha256", 80),
             ("sha256", 120), ("sha256", 128), ("sha256", 192), ("sha256", 256), ("sha384", 184), ("sha384", 192),
             ("sha512", 248), ("sha512", 256), ("sha512", 512), ("sha1", 0), ("sha1", 8)]
    for name, bits in cases:
        allowed = bits >= max(80, octets[name] // 2)
        yield hmac_message(f"truncated-{name}-to-{bits}", "truncated", [Ref("#Body")], None,
                           {"method": "hmac-" + name, "bits": bits}, expect=["valid" if allowed else "refused"],
                           why="XML Signature 1.1 section 6.3.1: half the hash and 80 bits at least")


FAMILIES = [algorithms, canonical_forms, prefix_lists, namespaces, spelling, references, truncated]
