#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Signed messages, and what lxml, ElementTree, codecs and line ends make of them; index.json with what is right of each.

    make_rewritten.py OUT CLASSPATH        (needs java with Santuario, xmlsec1, openssl, lxml)

The messages are signed by arithmetic (HMAC), the openssl command (RSA) and xmlsec1 (enveloped); Santuario says of each that is
rewritten that it is no longer valid, and of each that is changed harmlessly that it is."""
import base64
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

from lxml import etree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

ORACLE, KEYS = HERE.parent / "interop" / "oracle", HERE.parent / "interop" / "corpus" / "keys"
SECRET = bytes(range(32))
CERTIFICATE = "CERTIFICATE ../../interop/corpus/keys/rsa-a.crt.pem"
RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
CONTENT = ('<p:Ping xmlns:p="urn:example:ping"><p:to xmlns:q="urn:example:attr" q:a="1" q:b="2">Köln &amp; Élan</p:to>'
           '<p:empty></p:empty></p:Ping>')


def run(*command, stdin=b""):
    return subprocess.run([str(c) for c in command], input=stdin, check=True, capture_output=True).stdout


def by_hmac(content=CONTENT, raw=None, key=SECRET):
    body, time = m.body(content), m.timestamp()
    info = m.signed_info(m.reference("#B", raw or body) + m.reference("#T", time))
    return m.envelope(m.security(time + m.signature(info, key, m.key_info("<ds:KeyName>k</ds:KeyName>"))), body)


def by_rsa():
    body, time = m.body(CONTENT), m.timestamp()
    info = m.signed_info(m.reference("#B", body, "sha256") + m.reference("#T", time, "sha256"), RSA)
    value = m.b64(run("openssl", "dgst", "-sha256", "-sign", KEYS / "rsa-a.key.pem", stdin=info.encode()))
    der = "".join((KEYS / "rsa-a.crt.pem").read_text().split("-----")[2].split())
    signature = ('<ds:Signature xmlns:ds="%s">%s<ds:SignatureValue>%s</ds:SignatureValue>%s</ds:Signature>'
                 % (m.DS, info, value, m.key_info("<ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data>" % der)))
    return m.envelope(m.security(time + signature), body)


def enveloped(work):
    """The whole document but for the signature itself."""
    info = ('<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="%s"/><ds:SignatureMethod Algorithm="%s"/>'
            '<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="%senveloped-signature"/><ds:Transform '
            'Algorithm="%s"/></ds:Transforms><ds:DigestMethod Algorithm="%ssha256"/><ds:DigestValue/></ds:Reference>'
            '</ds:SignedInfo>' % (m.EXC, RSA, m.DS, m.EXC, m.XENC))
    signature = ('<ds:Signature xmlns:ds="%s">%s<ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature>'
                 % (m.DS, info))
    (work / "template.xml").write_text(m.envelope(m.security(signature), m.body(CONTENT)))
    made = run("xmlsec1", "--sign", "--privkey-pem", "%s,%s" % (KEYS / "rsa-a.key.pem", KEYS / "rsa-a.crt.pem"),
               work / "template.xml").decode()
    return etree.tostring(etree.fromstring(made.encode()), encoding="unicode")


def indented(text):
    root = etree.fromstring(text.encode())
    etree.indent(root, "  ")
    return etree.tostring(root, encoding="unicode")


def with_numbered_prefixes(text):
    return ET.tostring(ET.fromstring(text), encoding="unicode")


def misread(text, coding):
    """UTF-8 read as another coding."""
    return text.encode().decode(coding)


HARMLESS = {
    "attribute-order": lambda t: t.replace('q:a="1" q:b="2"', 'q:b="2" q:a="1"'),
    "empty-element": lambda t: t.replace("<p:empty></p:empty>", "<p:empty/>"),
    "declaration": lambda t: '<?xml version="1.0" encoding="UTF-8"?>\n' + t,
    "comment": lambda t: t.replace("<p:empty>", "<!-- seen --><p:empty>"),
    "quotes": lambda t: t.replace('q:a="1"', "q:a='1'"),
    "references": lambda t: t.replace("Köln", "K&#246;ln"),
}
SOME = ("indented", "latin1", "replaced", "element-prefix")
WHOLE = "the whole signature, digests and value, fits then, so it was rewritten, not forged"


def twice(text, coding):
    return text.encode().decode(coding).encode().decode(coding)


def with_prefix(text, old, new):
    return text.replace("xmlns:%s=" % old, "xmlns:%s=" % new).replace("<%s:" % old, "<%s:" % new) \
        .replace("</%s:" % old, "</%s:" % new).replace(" %s:" % old, " %s:" % new)


def rewritten(name, text):
    """(name, text, what the hypothesis says)"""
    yield name + "-indented", indented(text), "white space between the tags.*" + WHOLE
    yield name + "-latin1", misread(text, "latin-1"), "characters of .*ISO-8859-1.*" + WHOLE
    yield name + "-replaced", text.replace("ö", "?"), "replaced on the way .it was ö.*" + WHOLE
    yield name + "-replaced-octets", text.replace("É", "??"), "replaced on the way .it was É.*" + WHOLE
    yield name + "-replaced-both", text.encode("ascii", "replace").decode(), "replaced on the way .it was ö, É.*" + WHOLE
    yield name + "-replaced-u-fffd", text.replace("ö", "\ufffd"), "replaced on the way .it was ö.*" + WHOLE
    yield name + "-attribute-prefix", with_prefix(text, "q", "r"), "attribute prefix of .* was q and became r.*" + WHOLE
    yield name + "-element-prefix", with_prefix(text, "p", "ns7"), "element prefix of .* was p and became ns7.*" + WHOLE
    yield name + "-two-prefixes", with_prefix(with_prefix(text, "p", "ns7"), "q", "ns8"), "was p and.*was q and.*" + WHOLE


def commented(comment, uri="#xpointer(id('B'))"):
    """The Body in the canonical form that keeps comments; comment: the one that is signed."""
    content = CONTENT.replace("<p:empty>", comment + "<p:empty>")
    body, time = m.body(content), m.timestamp()
    info = m.signed_info(m.reference(uri, body) + m.reference("#T", time))
    place = info.index(m.EXC, info.index("<ds:Reference "))
    info = info[:place] + m.EXC + "WithComments" + info[place + len(m.EXC):]
    return m.envelope(m.security(time + m.signature(info, SECRET, m.key_info("<ds:KeyName>k</ds:KeyName>"))), body)


def numbered_and_indented(text):
    root = ET.fromstring(text)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


def twofold():
    """Two things at once, each by a library or codec of its own."""
    plain, text = by_hmac('<a xmlns="urn:example:ping"><b>1</b></a>'), by_hmac()
    yield "hmac-two-numbered-indented", numbered_and_indented(plain), \
        "tags and prefixes of .*SignedInfo were changed.*prefix of.*" + WHOLE
    yield "hmac-two-prefix-indented", indented(with_prefix(text, "p", "ns7")), "tags and prefixes.*was p and became ns7.*" + WHOLE
    yield "hmac-two-latin1-indented", indented(misread(text, "latin-1")), "tags and the coding of.*ISO-8859-1.*" + WHOLE
    yield "hmac-two-replaced-indented", indented(text.replace("ö", "?")), "tags and a character outside ASCII.*was ö.*" + WHOLE
    yield "hmac-two-latin1-prefix", misread(with_prefix(text, "q", "r"), "latin-1"), "coding of characters and prefixes.*" + WHOLE
    lines = by_hmac("<p:a xmlns:p=\"urn:example:ping\">1&#xD;\n2</p:a>")
    yield "hmac-two-returns-prefix", with_prefix(lines.replace("&#xD;", ""), "p", "x"), "line ends and prefixes.*lost.*" + WHOLE
    yield "hmac-two-altered", indented(with_prefix(text, "p", "ns7").replace("Köln", "Bonn")), \
        "white space between the tags of Timestamp.*; that does not explain Body$"


def comments():
    text = commented("<!-- seen -->")
    yield "hmac-commented", text, None
    yield "hmac-comment-dropped", text.replace("<!-- seen -->", ""), "Body was signed in a form with comments and holds none.*"
    bare = commented("")
    yield "hmac-comment-added", bare.replace("<p:empty>", "<!-- seen --><p:empty>"), "comments of Body were added.*" + WHOLE
    yield "hmac-two-comment-indented", indented(bare.replace("<p:empty>", "<!-- seen --><p:empty>")), \
        "comments and white space between.*" + WHOLE


def by_hand():
    """Signed by arithmetic over octets that are not what the message has."""
    yield "hmac-prefixes", with_numbered_prefixes(by_hmac('<a xmlns="urn:example:ping">1</a>')), "prefix.*SignedInfo.*" + WHOLE
    returns = by_hmac("<a>1&#xD;\n2</a>")
    yield "hmac-returns", returns, None
    yield "hmac-returns-lost", returns.replace("&#xD;", ""), "line ends of Body .*lost.*" + WHOLE
    yield "hmac-returns-added", by_hmac("<a>1\n2</a>").replace("1\n", "1&#xD;\n"), "line ends of Body .*added.*" + WHOLE
    lines = by_hmac("\n    <a>\n      <b>1</b>\n      <b></b>\n    </a>\n  ")
    yield "hmac-lines", lines, None
    yield "hmac-lines-lost", re.sub(r">\s+<", "><", lines), "white space between.*Body .*indented when it was signed.*" + WHOLE
    yield "hmac-text-padded", by_hmac("<a>1</a>").replace("<a>1", "<a> 1 "), "white space in the text of Body.*" + WHOLE
    euro = by_hmac("<a>10 € für Köln</a>")
    yield "hmac-windows-1252", misread(euro, "cp1252"), "characters of Body .*Windows-1252.*" + WHOLE
    yield "hmac-latin1-twice", twice(by_hmac(), "latin-1"), "characters of Body .*ISO-8859-1.*" + WHOLE
    content = "<a>Köln</a>"
    yield "hmac-signed-misread", by_hmac(content, misread(m.body(content), "latin-1")), "when it was signed.*" + WHOLE
    yield "hmac-altered", by_hmac().replace("Köln", "Bonn"), ""
    yield "hmac-altered-indented", indented(by_hmac().replace("Köln", "Bonn")), \
        "white space between the tags of Timestamp.*; that does not explain Body$"
    yield "hmac-forged-indented", indented(by_hmac(key=bytes(32))), "white space.*the digests fit then, the signature value does not$"


def as_the_octets_stand():
    """Digests and value of octets as they were sent, which is no canonical form: by hashlib and hmac alone."""
    sent = '<s:Body wsu:Id="B" xmlns:wsu="%s" xmlns:s="%s"><a b=\'1\' /><c>&#65;</c></s:Body>' % (m.WSU, m.S12)
    time = m.timestamp()
    info = m.signed_info(m.reference("#B", sent) + m.reference("#T", time))
    yield "hmac-raw", m.envelope(m.security(time + m.signature(info, SECRET, m.key_info("<ds:KeyName>k</ds:KeyName>"))), sent), \
        "^Body was signed as the octets stand, not in canonical form: " + WHOLE
    loose = info.replace("<ds:SignedInfo xmlns:ds=", "<ds:SignedInfo  xmlns:ds=")
    yield "hmac-raw-signed-info", m.envelope(
        m.security(time + m.signature(loose, SECRET, m.key_info("<ds:KeyName>k</ds:KeyName>"))), sent), \
        "^Body, SignedInfo was signed as the octets stand.*" + WHOLE
    yield "hmac-raw-altered", m.envelope(
        m.security(time + m.signature(info, SECRET, m.key_info("<ds:KeyName>k</ds:KeyName>"))), sent.replace("&#65;", "&#66;")), ""


def cases(work):
    text = by_hmac()
    yield "hmac", text, None
    for kind, change in HARMLESS.items():
        yield "hmac-" + kind, change(text), None
    yield from rewritten("hmac", text)
    for name, text in (("rsa", by_rsa()), ("enveloped", enveloped(work))):
        yield name, text, None
        yield from (row for row in rewritten(name, text) if row[0].split("-", 1)[1] in SOME)
        yield name + "-two-prefix-indented", indented(with_prefix(text, "p", "ns7")), \
            "tags and prefixes.*was p and became ns7.*" + WHOLE
    yield from by_hand()
    yield from twofold()
    yield from comments()
    yield from as_the_octets_stand()


def judge(out, index, classpath, work):
    run("javac", "-encoding", "UTF-8", "-d", work, "-cp", classpath, *sorted(ORACLE.glob("*.java")))
    table = work / "check.tsv"
    table.write_text("".join("%s\t%s\n" % (out / row["file"], "hmac:" + SECRET.hex() if row["file"].startswith("hmac")
                                           else "cert:rsa-a") for row in index))
    answer = run("java", "-Dfile.encoding=UTF-8", "-cp", "%s:%s" % (work, classpath), "Oracle", "check", KEYS, table).decode()
    for row, line in zip(index, answer.splitlines()):
        row["santuario"] = line.split("\t", 1)[1]


def main():
    out, classpath = pathlib.Path(sys.argv[1]), sys.argv[2]
    out.mkdir(exist_ok=True)
    index = []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for name, text, hypothesis in cases(work):
            (out / (name + ".xml")).write_bytes(text.encode())
            verdict = {"verdict": "valid"} if hypothesis is None else {"verdict": "invalid", "hypothesis": hypothesis or None}
            index.append({"file": name + ".xml", "signatures": [verdict],
                          "keys": ["KEY_NAME k " + SECRET.hex()] if name.startswith("hmac") else [CERTIFICATE]})
        judge(out, index, classpath, work)
    for row in index:
        print(row["file"], row["santuario"], row["signatures"][0]["verdict"])
    (out / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
