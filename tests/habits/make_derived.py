#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Derived keys as stacks derive them that do it otherwise than WS-SecureConversation says; by plain arithmetic over octets.

    make_derived.py OUT"""
import hashlib
import hmac
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

SECRET, NONCE = bytes(range(32)), bytes(range(100, 116))
SEED = m.LABEL + NONCE
KEYS = ["SCT urn:one " + SECRET.hex()]
ONCE = b"WS-SecureConversation"
ROWS = []


def psha256(secret, seed):
    """The first 32 octets: RFC 2246 section 5 with SHA-256."""
    return hmac.new(secret, hmac.new(secret, seed, hashlib.sha256).digest() + seed, hashlib.sha256).digest()


def add(out, name, key, deviation, more="", source=m.str_to("#SCT"), strict="invalid", algorithm=None):
    """Signed with the key; by the specification it would be another one, so that only the habit explains it."""
    body = m.body('<a xmlns="urn:a"><b c="1">text</b></a>')
    info = m.signed_info(m.reference("#B", body) + m.reference("#T", m.timestamp()))
    token = m.dkt(source, NONCE, more=more)
    if algorithm:
        token = token.replace(" wsu:Id=", ' Algorithm="%s" wsu:Id=' % algorithm)
    tokens = m.timestamp() + m.sct("urn:one") + token
    text = m.envelope(m.security(tokens + m.signature(info, key, m.key_info(m.str_to("#DKT")))), body)
    (out / (name + ".xml")).write_text(text)
    row = {"file": name + ".xml", "keys": KEYS, "signatures": [{"verdict": "valid", "deviation": deviation}]}
    if deviation:
        row["strict"] = [{"verdict": strict, "deviation": None}]
    ROWS.append(row)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(exist_ok=True)
    add(out, "as-specified", m.psha1(SECRET, SEED, 32), None)
    add(out, "label-once", m.psha1(SECRET, ONCE + NONCE, 32), "label-once")
    sizes = "<c:Generation>2</c:Generation><c:Length>16</c:Length>"
    add(out, "generation", m.psha1(SECRET, SEED, 16, 32), None, sizes)
    add(out, "generation-ignored", m.psha1(SECRET, SEED, 16), "generation-ignored", sizes)
    add(out, "offset-ignored", m.psha1(SECRET, SEED, 16), "offset-ignored", "<c:Offset>8</c:Offset><c:Length>16</c:Length>")
    add(out, "label-in-generation", m.psha1(SECRET, b"a label" + NONCE, 32), "label-in-generation",
        "<c:Generation>a label</c:Generation>", strict="no-key")
    add(out, "source-implied", m.psha1(SECRET, SEED, 32), "source-implied", source="", strict="no-key")
    add(out, "p-sha256", psha256(SECRET, SEED), "p-sha256", strict="no-key", algorithm=m.SC + "/dk/p_sha256")
    (out / "index.json").write_text(json.dumps(ROWS, indent=1, ensure_ascii=False) + "\n")
    print(len(ROWS), "messages")


if __name__ == "__main__":
    main()
