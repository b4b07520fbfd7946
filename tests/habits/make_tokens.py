#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys that stand in odd places of a message; by plain arithmetic over octets.

    make_tokens.py OUT"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

SECRET = bytes(range(32))
BY_NAME = m.key_info("<ds:KeyName>k</ds:KeyName>")
NAMED = "KEY_NAME k " + SECRET.hex()
SWA = "http://docs.oasis-open.org/wss/oasis-wss-SwAProfile-1.1#"
NONCE = bytes(range(100, 116))
BODY = m.body('<a xmlns="urn:a">1</a>')
ROWS = []


def add(out, name, text, keys=(), **right):
    (out / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    ROWS.append({"file": name, "keys": list(keys), **right})


def run(*command, stdin=b""):
    return subprocess.run([str(c) for c in command], input=stdin, check=True, capture_output=True).stdout


def plain():
    return {"signatures": one("valid", deviation=None)}


def one(verdict, **more):
    return [{"verdict": verdict, **more}]


def habit(deviation, strict="no-key", **more):
    """Valid by that habit, and by --strict what is given."""
    return {"signatures": one("valid", deviation=deviation), "strict": one(strict, deviation=None, **more)}


def signed(tokens, key, info_of_key, body=BODY):
    info = m.signed_info(m.reference("#B", body))
    return m.envelope(m.security(tokens + m.signature(info, key, info_of_key)), body)


def binary_secrets(out):
    """WCF derives keys from a wst:BinarySecret that is itself a token of the header."""
    secret = '<t:BinarySecret xmlns:t="%s" xmlns:wsu="%s" wsu:Id="K">%s</t:BinarySecret>' % (m.TRUST, m.WSU, m.b64(SECRET))
    derived = m.psha1(SECRET, m.LABEL + NONCE, 32)
    token = m.dkt(m.str_to("#K"), NONCE)
    add(out, "derived-from-binary-secret.xml", signed(secret + token, derived, m.key_info(m.str_to("#DKT"))),
        signatures=[{"verdict": "valid", "deviation": None, "key_kind": "derived"}])
    add(out, "signed-by-binary-secret.xml", signed(secret, SECRET, m.key_info(m.str_to("#K"))),
        signatures=[{"verdict": "valid", "deviation": None}])
    other = m.psha1(b"x" + SECRET[1:], m.LABEL + NONCE, 32)
    add(out, "derived-from-another-secret.xml", signed(secret + token, other, m.key_info(m.str_to("#DKT"))),
        signatures=[{"verdict": "invalid"}])


def nameless(out):
    """KeyInfo whose children slipped into the namespace of XML Signature, or that is empty."""
    slipped = ('<KeyInfo xmlns="%s"><SecurityTokenReference><Reference URI="#SCT"></Reference></SecurityTokenReference>'
               '</KeyInfo>' % m.DS)
    keys = ["SCT urn:one " + SECRET.hex()]
    token, other = m.sct("urn:one"), m.sct("urn:two", "SCT2")
    add(out, "key-info-slipped.xml", signed(token, SECRET, slipped), keys, **habit("key-info-nameless"))
    add(out, "key-info-empty.xml", signed(token, SECRET, m.key_info("")), keys, **habit("key-info-nameless"))
    add(out, "key-info-slipped-two-tokens.xml", signed(other + token, SECRET, slipped), keys + ["SCT urn:two " + "77" * 32],
        **habit("key-info-nameless"))
    add(out, "key-info-slipped-both-fit.xml", signed(other + token, SECRET, slipped), keys + ["SCT urn:two " + SECRET.hex()],
        signatures=one("no-key"))
    add(out, "key-info-slipped-none-fits.xml", signed(token, b"x" * 32, slipped), keys, signatures=one("no-key"))
    add(out, "key-info-slipped-altered.xml", signed(token, SECRET, slipped).replace(">1<", ">2<"), keys,
        signatures=one("invalid"))
    derived = m.psha1(SECRET, m.LABEL + NONCE, 32)
    add(out, "key-info-slipped-derived.xml", signed(token + m.dkt(m.str_to("#SCT"), NONCE), derived, slipped), keys,
        **habit("key-info-nameless"))
    named = m.key_info(m.str_to("#GONE"))
    add(out, "key-info-names-what-is-gone.xml", signed(token, SECRET, named), keys, signatures=one("no-key"))
    pgp = '<ds:KeyInfo xmlns:ds="%s"><ds:PGPData></ds:PGPData></ds:KeyInfo>' % m.DS
    add(out, "key-info-names-in-another-form.xml", signed(token, SECRET, pgp), keys, signatures=one("no-key"))
    unknown = m.key_info('<x:Other xmlns:x="urn:x"></x:Other>' + m.str_to("#GONE"))
    add(out, "key-info-names-beside-what-is-unknown.xml", signed(token, SECRET, unknown), keys, signatures=one("no-key"))


def mime(root, *parts):
    """multipart/related: the envelope, then (headers, octets)."""
    text = b'--B\r\nContent-Type: text/xml; charset=utf-8\r\nContent-ID: <root>\r\n\r\n' + root.encode() + b'\r\n'
    for headers, octets in parts:
        text += b'--B\r\n' + headers.encode() + b'\r\n\r\n' + octets + b'\r\n'
    return text + b'--B--\r\n'


def attachments(out):
    """SwA profile 1.1: content by its media type, complete parts with the headers that count, in order."""
    def message(transform, digested, *parts, uri="cid:one@example.org", keys=(NAMED,)):
        info = m.signed_info(m.reference("#B", BODY) + m.reference(uri, digested, transforms=m.transform(SWA + transform)))
        return mime(m.envelope(m.security(m.signature(info, SECRET, BY_NAME)), BODY), *parts)

    content, complete = "Attachment-Content-Signature-Transform", "Attachment-Complete-Signature-Transform"
    binary, octets = "Content-Type: application/gzip\r\nContent-ID: <one@example.org>", bytes(range(256)) + b"\r\n\n\r"
    text = 'Content-Type: Text/Plain; Charset=UTF-8\r\nContent-ID: <one@example.org>'
    xml = 'Content-Type: application/soap+xml\r\nContent-ID: <one@example.org>'
    add(out, "attachment-binary.mime", message(content, octets, (binary, octets)), [NAMED], **plain())
    add(out, "attachment-binary-altered.mime", message(content, octets, (binary, octets[:-4] + b"x" + octets[-3:])), [NAMED],
        signatures=one("invalid", reason="cid:one"))
    add(out, "attachment-missing.mime", message(content, octets), [NAMED],
        signatures=one("unsupported", reason="not in the message"))
    add(out, "attachment-text.mime", message(content, b"a\r\nb\r\nc\r\n", (text, b"a\nb\r\nc\r")), [NAMED], **plain())
    add(out, "attachment-text-as-it-stands.mime", message(content, b"a\nb", (text, b"a\nb")), [NAMED],
        **habit("part-as-it-stands", "invalid"))
    add(out, "attachment-xml.mime", message(content, '<a b="1" c="2"><d></d></a>',
                                            (xml, b'<?xml version="1.0"?>\n<a c="2" b="1"><d/><!-- x --></a>\n')), [NAMED], **plain())
    add(out, "attachment-no-xml.mime", message(content, b"", (xml, b"<a><b></a>")), [NAMED],
        signatures=one("invalid", reason="cid:one"), strict=one("unsupported", reason="no canonical form"))
    add(out, "attachment-base64.mime",
        message(content, octets, (binary + "\r\nContent-Transfer-Encoding: base64", m.b64(octets).encode())), [NAMED], **plain())
    headers = ('X-Other: not counted\r\nContent-Type: Application/PDF (a comment); Name="A B";\r\n charset=UTF-8\r\n'
               'Content-ID: <one@example.org>\r\nContent-Disposition: attachment; filename="Doc.PDF"\r\n'
               'Content-Description: what it is')
    canonical = ('Content-Description:what it is\r\nContent-Disposition:attachment;filename="doc.pdf"\r\n'
                 'Content-ID:<one@example.org>\r\nContent-Type:application/pdf;charset="utf-8";name="A B"\r\n')
    # The profile has an empty line behind the headers, WSS4J none.
    add(out, "attachment-complete.mime", message(complete, canonical.encode() + b"\r\n" + octets, (headers, octets)), [NAMED],
        **plain())
    add(out, "attachment-complete-wss4j.mime", message(complete, canonical.encode() + octets, (headers, octets)), [NAMED],
        **plain())
    add(out, "attachment-complete-header-altered.mime",
        message(complete, canonical.encode() + b"\r\n" + octets, (headers.replace("what", "that"), octets)), [NAMED],
        signatures=one("invalid"))
    extended = ("Content-ID: <one@example.org>\r\nContent-Type: application/x-stuff; title*1*=us-ascii'en'This%20is%20even%20more%20;"
                "title*2*=%2A%2A%2Afun%2A%2A%2A%20;title*3=\"isn't it!\"")
    # What WSS4J's own test of these headers gives.
    wss4j = 'Content-ID:<one@example.org>\r\nContent-Type:application/x-stuff;title="This is even more ***fun*** isn\'t it!"\r\n'
    add(out, "attachment-complete-rfc2231.mime", message(complete, wss4j.encode() + octets, (extended, octets)), [NAMED], **plain())
    # Signed, then encrypted.
    key = bytes(range(50, 66))
    iv, count = bytes(range(16)), 16 - len(octets) % 16
    closed = iv + run("openssl", "enc", "-aes-128-cbc", "-K", key.hex(), "-iv", iv.hex(), "-nopad",
                      stdin=octets + b"\0" * (count - 1) + bytes([count]))
    data = ('<xenc:EncryptedData xmlns:xenc="%s" xmlns:ds="%s" Id="E" MimeType="application/gzip" Type="%sAttachment-Content-Only">'
            '<xenc:EncryptionMethod Algorithm="%saes128-cbc"/><ds:KeyInfo><ds:KeyName>part</ds:KeyName></ds:KeyInfo>'
            '<xenc:CipherData><xenc:CipherReference URI="cid:one@example.org"><xenc:Transforms><ds:Transform '
            'Algorithm="%sAttachment-Ciphertext-Transform"/></xenc:Transforms></xenc:CipherReference></xenc:CipherData>'
            '</xenc:EncryptedData>' % (m.XENC, m.DS, SWA, m.XENC, SWA))
    info = m.signed_info(m.reference("#B", BODY) + m.reference("cid:one@example.org", octets, transforms=m.transform(SWA + content)))
    root = m.envelope(m.security(data + m.signature(info, SECRET, BY_NAME)), BODY)
    part = "Content-Type: application/octet-stream\r\nContent-ID: <one@example.org>"
    line = "KEY_NAME part " + key.hex()
    add(out, "attachment-encrypted.mime", mime(root, (part, closed)), [NAMED, line], **plain())
    add(out, "attachment-encrypted-no-key.mime", mime(root, (part, closed)), [NAMED],
        signatures=one("no-key", reason="still encrypted"))
    info = m.signed_info(m.reference("#B", BODY) + m.reference("cid:one@example.org", closed, transforms=m.transform(SWA + content)))
    root = m.envelope(m.security(data + m.signature(info, SECRET, BY_NAME)), BODY)
    add(out, "attachment-signed-ciphertext.mime", mime(root, (part, closed)), [NAMED, line], **plain())


def includes(out):
    """XOP: the standard has the text signed that the part stands for."""
    include = '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:p"></x:Include>'
    octets = b"some octets that went into a part"
    sent = m.body('<a xmlns="urn:a">%s</a>' % include)
    meant = m.body('<a xmlns="urn:a">%s</a>' % m.b64(octets))
    part = ("Content-ID: <p>\r\nContent-Type: application/octet-stream", octets)

    def root(digested):
        info = m.signed_info(m.reference("#B", digested))
        return m.envelope(m.security(m.signature(info, SECRET, BY_NAME)), sent)

    as_sent = {"findings": ["part-unsigned", "signature-deviation"]}
    add(out, "xop.mime", mime(root(meant), part), [NAMED], **plain())
    add(out, "xop-as-sent.mime", mime(root(sent), part), [NAMED], **habit("xop-as-sent", "invalid"), **as_sent)
    add(out, "xop-as-sent-root-alone.xml", root(sent), [NAMED], **habit("xop-as-sent", "unsupported"), **as_sent)
    add(out, "xop-root-alone.xml", root(meant), [NAMED], signatures=one("unsupported", reason="xop:Include"))
    add(out, "xop-altered.mime", mime(root(meant), (part[0], octets[:-1] + b"x")), [NAMED], signatures=one("invalid"))


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(exist_ok=True)
    for make in (binary_secrets, nameless, attachments, includes):
        make(out)
    (out / "index.json").write_text(json.dumps(ROWS, indent=1, ensure_ascii=False) + "\n")
    print(len(ROWS), "messages")


if __name__ == "__main__":
    main()
