#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""UsernameTokens with passwords, made by WSS4J and by arithmetic, and index.json with what is right of each.

    make_passwords.py OUT CLASSPATH        (needs java with WSS4J)"""
import base64
import hashlib
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

LINE = "PASSWORD König gänse—blümchen"
PASSWORD = LINE.split(" ")[2].encode()
NONCE, CREATED = bytes(range(16)), "2023-11-14T22:13:20.120Z"
UTP = m.OASIS + "username-token-profile-1.0#"


def token(kind, password, nonce=NONCE, created=CREATED):
    parts = ""
    if nonce is not None:
        parts += "<wsse:Nonce>%s</wsse:Nonce>" % m.b64(nonce)
    if created is not None:
        parts += '<wsu:Created xmlns:wsu="%s">%s</wsu:Created>' % (m.WSU, created)
    content = ('<wsse:UsernameToken><wsse:Username>König</wsse:Username><wsse:Password%s>%s</wsse:Password>%s'
               '</wsse:UsernameToken>' % (' Type="%s%s"' % (UTP, kind) if kind else "", password, parts))
    return m.envelope(m.security(content), m.body('<a xmlns="urn:a"></a>'))


def digest(*parts):
    return m.b64(hashlib.sha1(b"".join(parts)).digest())


def by_arithmetic():
    created, hashed = CREATED.encode(), hashlib.sha1(PASSWORD)
    yield "digest", token("PasswordDigest", digest(NONCE, created, PASSWORD)), "fits", None
    yield "digest-without-nonce", token("PasswordDigest", digest(created, PASSWORD), nonce=None), "fits", None
    yield "digest-alone", token("PasswordDigest", digest(PASSWORD), None, None), "fits", None
    yield "nonce-as-text", token("PasswordDigest", digest(base64.b64encode(NONCE), created, PASSWORD)), "misfit", "base64 text"
    yield "password-hashed", token("PasswordDigest", digest(NONCE, created, hashed.digest())), "misfit", "hashed first"
    yield ("password-hashed-hex", token("PasswordDigest", digest(NONCE, created, hashed.hexdigest().encode())), "misfit",
           "hexadecimal")
    for number, other in enumerate((b"2023-11-14T22:13:20Z", b"2023-11-14T22:13:20", b"2023-11-14T22:13:20+00:00")):
        yield "created-reformatted-%d" % number, token("PasswordDigest", digest(NONCE, other, PASSWORD)), "misfit", "Created"
    yield ("created-with-fraction", token("PasswordDigest", digest(NONCE, b"2023-11-14T22:13:20.000Z", PASSWORD),
                                          created="2023-11-14T22:13:20Z"), "misfit", "Created")
    yield ("nonce-as-text-and-password-hashed", token("PasswordDigest", digest(base64.b64encode(NONCE), created, hashed.digest())),
           "misfit", "base64 text.*hashed first")
    yield "another-password", token("PasswordDigest", digest(NONCE, created, b"another")), "misfit", None
    yield "text", token("PasswordText", PASSWORD.decode()), "fits", None
    yield "text-by-default", token("", PASSWORD.decode()), "fits", None
    yield "text-wrong", token("PasswordText", PASSWORD.decode() + " "), "misfit", None
    yield "text-of-hash", token("PasswordText", m.b64(hashed.digest())), "misfit", "hashed first"
    yield "other-kind", token("PasswordHMAC", "abc"), "unsupported", None
    yield "no-digest", token("PasswordDigest", "abc"), "misfit", None


def main():
    out, classpath = pathlib.Path(sys.argv[1]), sys.argv[2]
    out.mkdir(exist_ok=True)
    subprocess.run(["java", "-cp", classpath, str(HERE / "Passwords.java"), str(out)], check=True)
    index = [{"file": "wss4j-digest.xml", "made_by": "WSS4J", "result": "fits", "hypothesis": None},
             {"file": "wss4j-text.xml", "made_by": "WSS4J", "result": "fits", "hypothesis": None},
             {"file": "wss4j-digest-of-hash.xml", "made_by": "WSS4J", "result": "misfit", "hypothesis": "hashed first"}]
    for name, text, result, hypothesis in by_arithmetic():
        (out / (name + ".xml")).write_text(text)
        index.append({"file": name + ".xml", "made_by": "arithmetic", "result": result, "hypothesis": hypothesis})
    for row in index:
        row["keys"] = [LINE]
    (out / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    print(len(index), "messages")


if __name__ == "__main__":
    main()
