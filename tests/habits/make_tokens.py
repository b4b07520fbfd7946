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


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(exist_ok=True)
    binary_secrets(out)
    (out / "index.json").write_text(json.dumps(ROWS, indent=1, ensure_ascii=False) + "\n")
    print(len(ROWS), "messages")


if __name__ == "__main__":
    main()
