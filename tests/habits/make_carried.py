#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Signed messages that depend on a habit of encryption: their signature's key comes out of an EncryptedKey that only the habit
opens, or what they sign out of an EncryptedData. The openssl command encrypts; digests and values are plain arithmetic.

    make_carried.py OUT"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
import make_lengths as enc  # noqa: E402  pylint: disable=wrong-import-position
import messages as m  # noqa: E402  pylint: disable=wrong-import-position

CORPUS = enc.CORPUS_KEYS
SIGNING = bytes(range(40, 56))
CERTIFICATE = "".join((CORPUS / "rsa-a.crt.pem").read_text().split("-----")[2].split())
X509 = "<ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data>" % CERTIFICATE
DIGEST = {"SHA1": enc.DS + "sha1", "SHA224": "http://www.w3.org/2001/04/xmldsig-more#sha224", "SHA256": enc.XENC + "sha256",
          "SHA384": "http://www.w3.org/2001/04/xmldsig-more#sha384", "SHA512": enc.XENC + "sha512"}
KEY = ('<xenc:EncryptedKey xmlns:xenc="%s" xmlns:ds="%s" Id="EK"><xenc:EncryptionMethod Algorithm="%s">%s</xenc:EncryptionMethod>'
       '<ds:KeyInfo>%s</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData>'
       '</xenc:EncryptedKey>')
BODY = m.body('<a xmlns="urn:a"><b c="1">text</b></a>')
ROWS = []


def signed(token, key, info_of_key, body=BODY, shown=None):
    info = m.signed_info(m.reference("#B", body) + m.reference("#T", m.timestamp()))
    return m.envelope(m.security(m.timestamp() + token + m.signature(info, key, info_of_key)), shown or body)


def add(out, name, text, keys, deviation, **more):
    (out / (name + ".xml")).write_text(text)
    row = {"file": name + ".xml", "keys": keys, "signatures": [{"verdict": "valid", "deviation": deviation}]}
    if deviation or more:
        row["strict"] = [{"verdict": "no-key", "deviation": None}]
    ROWS.append({**row, **more})


def key_in(out, name, algorithm, parameters, info, wrapped, keys, deviation):
    token = KEY % (enc.XENC, enc.DS, algorithm, parameters, info, enc.b64(wrapped))
    add(out, name, signed(token, SIGNING, m.key_info(m.str_to("#EK"))), keys, deviation)


def rsa(secret, *options):
    return enc.run("openssl", "pkeyutl", "-encrypt", "-certin", "-inkey", CORPUS / "rsa-a.crt.pem",
                   *(o for option in options for o in ("-pkeyopt", option)), stdin=secret)


def transports(out):
    """What is announced: the algorithm, its digest, its mask's digest (None: not said, which means SHA-1); what was done."""
    for name, mgf1p, digest, mask, done, deviation in (
            ("oaep-as-specified", True, "SHA256", None, "SHA1", None),
            ("oaep-mgf1p-mask-of-digest", True, "SHA256", None, "SHA256", "oaep-mask"),
            ("oaep-mask-unsaid", False, "SHA512", None, "SHA512", "oaep-mask"),
            ("oaep-mask-said-sha224", False, "SHA256", "SHA224", "SHA1", "oaep-mask"),
            ("oaep-mask-said-sha1", False, "SHA384", "SHA1", "SHA384", "oaep-mask")):
        wrapped = rsa(SIGNING, "rsa_padding_mode:oaep", "rsa_oaep_md:" + digest, "rsa_mgf1_md:" + done)
        parameters = '<ds:DigestMethod Algorithm="%s"></ds:DigestMethod>' % DIGEST[digest]
        if mask:
            parameters += '<x:MGF xmlns:x="%s" Algorithm="%smgf1%s"></x:MGF>' % (enc.XENC11, enc.XENC11, mask.lower())
        key_in(out, name, enc.XENC + "rsa-oaep-mgf1p" if mgf1p else enc.XENC11 + "rsa-oaep", parameters, X509, wrapped,
               [enc.PRIVATE], deviation)
    key_in(out, "oaep-as-pkcs1", enc.XENC + "rsa-oaep-mgf1p", "", X509, rsa(SIGNING, "rsa_padding_mode:pkcs1"), [enc.PRIVATE],
           "oaep-as-rsa15")


def wraps(out):
    for name, algorithm, length, used, deviation in (("kw-at-key-length", "kw-aes256", 16, 16, "aes-at-key-length"),
                                                     ("kw-cut", "kw-aes128", 32, 16, "key-cut")):
        kek = enc.octets(length, 19)
        wrapped = enc.run("openssl", "enc", "-id-aes%d-wrap" % (used * 8), "-K", kek[:used].hex(), "-iv", "a6" * 8, stdin=SIGNING)
        key_in(out, name, enc.XENC + algorithm, "", enc.NAMED % "kek", wrapped, ["KEY_NAME kek " + kek.hex()], deviation)
    kek = enc.octets(16, 18)
    key_in(out, "kw-two-key-3des", enc.XENC + "kw-tripledes", "", enc.NAMED % "kek", enc.wrap_3des(kek, SIGNING),
           ["KEY_NAME kek " + kek.hex()], "two-key-3des")


def contents(out):
    """The Body is signed, then encrypted: the signature's own key is known without any habit."""
    inner = BODY[BODY.index(">") + 1:BODY.rindex("<")]
    for name, algorithm, length, cipher, used, deviation in (
            ("content-at-key-length", "aes256-cbc", 16, "aes-128-cbc", 16, "aes-at-key-length"),
            ("content-cut", "aes128-cbc", 32, "aes-128-cbc", 16, "key-cut"),
            ("content-two-key-3des", "tripledes-cbc", 16, "des-ede-cbc", 16, "two-key-3des")):
        key, block = enc.octets(length, 21), 8 if "des" in cipher else 16
        octets = enc.openssl_cbc(cipher, key[:used], enc.octets(block, 22), enc.padded(inner.encode(), block))
        data = enc.DATA % (enc.XENC, enc.DS, enc.XENC, "Content", enc.XENC + algorithm, enc.NAMED % "k", enc.b64(octets))
        add(out, name, signed(m.sct("urn:one"), SIGNING, m.key_info(m.str_to("#SCT")), shown=BODY.replace(inner, data)),
            ["KEY_NAME k " + key.hex(), "SCT urn:one " + SIGNING.hex()], None, opened_by=deviation)


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(exist_ok=True)
    transports(out)
    wraps(out)
    contents(out)
    (out / "index.json").write_text(json.dumps(ROWS, indent=1, ensure_ascii=False) + "\n")
    print(len(ROWS), "messages")


if __name__ == "__main__":
    main()
