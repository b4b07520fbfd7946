#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys that stand in odd places of a message; by plain arithmetic over octets.

    make_tokens.py OUT"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

SECRET = bytes(range(32))
NONCE = bytes(range(100, 116))
BODY = m.body('<a xmlns="urn:a">1</a>')
ROWS = []


def add(out, name, text, keys=(), **right):
    (out / name).write_text(text)
    ROWS.append({"file": name, "keys": list(keys), **right})


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


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(exist_ok=True)
    for make in (binary_secrets, nameless):
        make(out)
    (out / "index.json").write_text(json.dumps(ROWS, indent=1, ensure_ascii=False) + "\n")
    print(len(ROWS), "messages")


if __name__ == "__main__":
    main()
