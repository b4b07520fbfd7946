#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Methods of a signature that name no algorithm, and parts damaged under keys that are right or may be wrong; by plain
arithmetic over octets and the openssl command.

    make_methods.py OUT"""
import hashlib
import hmac
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

CORPUS_KEYS = pathlib.Path(__file__).resolve().parent.parent / "interop" / "corpus" / "keys"
SECRET = bytes(range(32))
BODY = m.body('<a xmlns="urn:a">1</a>')
BY_NAME = m.key_info("<ds:KeyName>k</ds:KeyName>")
NAMED = "KEY_NAME k " + SECRET.hex()
ROWS = []


def run(*command, stdin=b""):
    return subprocess.run([str(c) for c in command], input=stdin, check=True, capture_output=True).stdout


def add(out, name, text, keys=(), **right):
    (out / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    ROWS.append({"file": name, "keys": list(keys), **right})


def one(verdict, **more):
    return [{"verdict": verdict, **more}]


def habit(deviation, strict="no-key", **more):
    """Valid by that habit, and by --strict what is given."""
    return {"signatures": one("valid", deviation=deviation), "strict": one(strict, deviation=None, **more)}


def plain():
    return {"signatures": one("valid", deviation=None)}


def methods(out):
    """Methods without the Algorithm that XML Signature wants."""
    def message(info, digest="sha1", body=BODY):
        return m.envelope(m.security(m.signature(info, SECRET, BY_NAME, digest)), body)

    absent = habit("algorithm-absent", "unsupported")
    no_digest = "<ds:DigestMethod></ds:DigestMethod>"
    for digest in ("sha1", "sha256"):
        info = m.signed_info(m.reference("#B", BODY, digest, method=no_digest))
        add(out, "digest-method-absent-%s.xml" % digest, message(info), [NAMED], **absent)
        info = m.signed_info(m.reference("#B", BODY + "x", digest, method=no_digest))
        add(out, "digest-method-absent-%s-altered.xml" % digest, message(info), [NAMED],
            signatures=one("invalid", reason="Body"), strict=one("unsupported"))
        info = m.signed_info(m.reference("#B", BODY, digest), method=None)
        add(out, "signature-method-absent-%s.xml" % digest, message(info, digest), [NAMED], **absent)
    info = m.signed_info(m.reference("#B", BODY), c14n=None)
    add(out, "c14n-method-absent.xml", message(info), [NAMED], **absent)
    add(out, "c14n-method-absent-altered.xml", message(info).replace(">1<", ">2<"), [NAMED],
        signatures=one("invalid", reason="Body"), strict=one("unsupported"))
    add(out, "c14n-method-absent-other-key.xml", message(info), ["KEY_NAME k " + "77" * 32],
        signatures=one("invalid", reason="value"), strict=one("unsupported"))
    add(out, "c14n-method-absent-no-key.xml", message(info), [], signatures=one("no-key"), strict=one("unsupported"))
    # The inclusive form of SignedInfo shows the prefixes of its ancestors, in their order.
    inclusive = info.replace('<ds:SignedInfo xmlns:ds="%s">' % m.DS,
                             '<ds:SignedInfo xmlns:ds="%s" xmlns:s="%s" xmlns:wsse="%s">' % (m.DS, m.S12, m.WSSE))
    value = m.b64(hmac.new(SECRET, inclusive.encode(), hashlib.sha1).digest())
    text = message(info)
    old = text.split("<ds:SignatureValue>")[1].split("<")[0]
    add(out, "c14n-method-absent-inclusive.xml", text.replace(old, value), [NAMED], **absent)
    nothing = m.signed_info(m.reference("#B", BODY, method=no_digest, transforms="<ds:Transform></ds:Transform>"), None, None)
    add(out, "all-methods-absent.xml", message(nothing), [NAMED], **absent)
    unknown = m.signed_info(m.reference("#B", BODY), c14n="urn:unknown")
    add(out, "c14n-unknown.xml", message(unknown), [NAMED], signatures=one("unsupported", reason="urn:unknown"))
    unknown = m.signed_info(m.reference("#B", BODY), method="urn:unknown")
    add(out, "signature-method-unknown.xml", message(unknown), [NAMED], signatures=one("unsupported", reason="urn:unknown"))
    unknown = m.signed_info(m.reference("#B", BODY, method='<ds:DigestMethod Algorithm="urn:unknown"></ds:DigestMethod>'))
    add(out, "digest-method-unknown.xml", message(unknown), [NAMED], signatures=one("unsupported", reason="urn:unknown"))
    add(out, "digest-method-unknown-no-key.xml", message(unknown), [],
        signatures=one("no-key", reason="KeyName k is not known.*urn:unknown"))
    # RSA, by the openssl command.
    value = m.b64(run("openssl", "dgst", "-sha256", "-sign", CORPUS_KEYS / "rsa-a.key.pem", stdin=nothing.encode()))
    text = message(nothing).replace(BY_NAME, "")
    old = text.split("<ds:SignatureValue>")[1].split("<")[0]
    der = "".join((CORPUS_KEYS / "rsa-a.crt.pem").read_text().split("-----")[2].split())
    info = m.key_info("<ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data>" % der)
    add(out, "all-methods-absent-rsa.xml", text.replace(old, value).replace("</ds:Signature>", info + "</ds:Signature>"), [],
        **absent)


def cipher(text, key, damage=False):
    """AES-128-CBC; damaged so that the count of padding octets becomes 0, which no reader takes."""
    text = text.encode()
    count = 16 - len(text) % 16
    iv = bytes(range(16, 32))
    octets = bytearray(iv + run("openssl", "enc", "-aes-128-cbc", "-K", key.hex(), "-iv", iv.hex(), "-nopad",
                                stdin=text + b"\0" * (count - 1) + bytes([count])))
    if damage:
        octets[-17] ^= count
    return ('<xenc:EncryptedData xmlns:xenc="%s" xmlns:ds="%s" Id="E%d" Type="%sContent"><xenc:EncryptionMethod '
            'Algorithm="%saes128-cbc"></xenc:EncryptionMethod><ds:KeyInfo><ds:KeyName>%s</ds:KeyName></ds:KeyInfo>'
            '<xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>'
            % (m.XENC, m.DS, damage, m.XENC, m.XENC, "k" if key == SECRET[:16] else "other", m.b64(bytes(octets))))


def damaged(out):
    """What is damaged under a key that is surely right was changed; elsewhere it is nobody's business."""
    content = '<a xmlns="urn:a">1</a>'
    key, keys = SECRET[:16], ["KEY_NAME k " + SECRET[:16].hex(), "KEY_NAME other " + "42" * 16]
    info = m.signed_info(m.reference("#B", BODY))
    signature = m.signature(info, key, BY_NAME)
    add(out, "encrypted.xml", m.envelope(m.security(signature), m.body(cipher(content, key))), keys, **plain())
    add(out, "damaged-under-the-signature's-key.xml".replace("'", ""),
        m.envelope(m.security(signature), m.body(cipher(content, key, True))), keys,
        signatures=one("invalid", reason="damaged"))
    header = '<h xmlns="urn:h">%s</h>' % cipher("<x></x>", key, True)
    add(out, "damaged-elsewhere.xml", m.envelope(header + m.security(signature), m.body(cipher(content, key))), keys, **plain())
    add(out, "damaged-under-an-unproven-key.xml",
        m.envelope(m.security(signature), m.body(cipher(content, b"\x42" * 16, True))), keys,
        signatures=one("no-key", reason="nothing proves its key"))
    add(out, "closed.xml", m.envelope(m.security(signature), m.body(cipher(content, b"\x42" * 16))), keys[:1],
        signatures=one("no-key", reason="still encrypted"))


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(exist_ok=True)
    for make in (methods, damaged):
        make(out)
    (out / "index.json").write_text(json.dumps(ROWS, indent=1, ensure_ascii=False) + "\n")
    print(len(ROWS), "messages")


if __name__ == "__main__":
    main()
