#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages encrypted with keys whose length is not the announced algorithm's, and index.json with what is right of each.

    make_lengths.py OUT CLASSPATH        (needs java with Santuario, xmlsec1, openssl)

Santuario makes those at the key's own length, xmlsec1 those with the first octets of a longer key, the openssl command
those with two-key triple DES and with PKCS#1 v1.5 where OAEP is announced."""
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CORPUS_KEYS = HERE.parent / "interop" / "corpus" / "keys"
PRIVATE = "PRIVATE_KEY ../../interop/corpus/keys/rsa-a.key.pem"
XENC, XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
DS = "http://www.w3.org/2000/09/xmldsig#"
PLAIN = '<e:plain xmlns:e="urn:e" a="1">cut or doubled</e:plain>'
ENVELOPE = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>%s</s:Body></s:Envelope>')
DATA = ('<xenc:EncryptedData xmlns:xenc="%s" xmlns:ds="%s" Type="%s%s"><xenc:EncryptionMethod Algorithm="%s"/>'
        '<ds:KeyInfo>%s</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData>'
        '</xenc:EncryptedData>')
KEY = ('<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="%s"/><ds:KeyInfo>%s</ds:KeyInfo><xenc:CipherData>'
       '<xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>')
NAMED = "<ds:KeyName>%s</ds:KeyName>"


def run(*command, stdin=b""):
    return subprocess.run([str(c) for c in command], input=stdin, check=True, capture_output=True).stdout


def b64(octets):
    return base64.b64encode(octets).decode()


def octets(count, seed):
    return bytes((31 * i + seed) & 0xFF for i in range(count))


def padded(text, block):
    """XML Encryption 5.2: the last octet counts the padding."""
    count = block - len(text) % block
    return text + b"\0" * (count - 1) + bytes([count])


def content(algorithm, info, cipher):
    return ENVELOPE % (DATA % (XENC, DS, XENC, "Content", algorithm, info, cipher))


def openssl_cbc(name, key, iv, text):
    return iv + run("openssl", "enc", "-" + name, "-K", key.hex(), "-iv", iv.hex(), "-nopad", stdin=text)


def by_santuario(out, classpath):
    done = run("java", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-cp", classpath, HERE / "Lengths.java",
               CORPUS_KEYS / "rsa-a.crt.pem", PRIVATE, out)
    for row in done.decode().splitlines():
        name, plain, line = row.split("\t")
        yield {"file": name, "plaintext": plain, "keys": [line], "made_by": "Santuario", "deviation": "aes-at-key-length",
               "of": "EncryptedKey" if name.startswith("kw-") else "EncryptedData"}


def by_xmlsec1(out, work):
    """xmlsec1 takes as many octets of a key as the algorithm wants."""
    for bits, length in ((128, 32), (128, 24), (192, 32)):
        for mode, ns in (("cbc", XENC), ("gcm", XENC11)):
            key = octets(length, 7)
            (work / "key.bin").write_bytes(key)
            algorithm = "%saes%d-%s" % (ns, bits, mode)
            (work / "template.xml").write_text(content(algorithm, NAMED % "k", ""))
            # The template's Body is empty: the plaintext takes the place of the whole EncryptedData.
            (work / "plain.xml").write_text(PLAIN)
            template = DATA % (XENC, DS, XENC, "Element", algorithm, NAMED % "k", "")
            (work / "template.xml").write_text(template)
            made = run("xmlsec1", "--encrypt", "--aeskey:k", work / "key.bin", "--xml-data", work / "plain.xml",
                       work / "template.xml").decode().split("?>", 1)[1].strip()
            name = "%s-%d-cut-from-%d.xml" % (mode, bits, length * 8)
            (out / name).write_text(ENVELOPE % made)
            yield {"file": name, "plaintext": PLAIN, "keys": ["KEY_NAME k " + key.hex()], "made_by": "xmlsec1",
                   "deviation": "key-cut", "of": "EncryptedData"}


def by_openssl(out, work):
    key, iv = octets(16, 9), octets(8, 11)
    cipher = b64(openssl_cbc("des-ede-cbc", key, iv, padded(PLAIN.encode(), 8)))
    (out / "two-key-3des.xml").write_text(content(XENC + "tripledes-cbc", NAMED % "k", cipher))
    yield {"file": "two-key-3des.xml", "plaintext": PLAIN, "keys": ["KEY_NAME k " + key.hex()], "made_by": "openssl",
           "deviation": "two-key-3des", "of": "EncryptedData"}
    iv = octets(16, 12)
    cipher = b64(openssl_cbc("aes-128-cbc", key, iv, padded(PLAIN.encode(), 16)))
    (out / "3des-with-aes-128.xml").write_text(content(XENC + "tripledes-cbc", NAMED % "k", cipher))
    yield {"file": "3des-with-aes-128.xml", "plaintext": PLAIN, "keys": ["KEY_NAME k " + key.hex()],
           "made_by": "openssl", "deviation": "aes-at-key-length", "of": "EncryptedData"}
    for announced, digest in (("rsa-oaep-mgf1p", ""), ("rsa-oaep", "")):
        secret, iv = octets(32, 13), octets(16, 14)
        wrapped = run("openssl", "pkeyutl", "-encrypt", "-certin", "-inkey", CORPUS_KEYS / "rsa-a.crt.pem", "-pkeyopt",
                      "rsa_padding_mode:pkcs1", stdin=secret)
        certificate = "".join((CORPUS_KEYS / "rsa-a.crt.pem").read_text().split("-----")[2].split())
        info = KEY % ((XENC if announced.endswith("mgf1p") else XENC11) + announced,
                      "<ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data>" % certificate, b64(wrapped))
        cipher = b64(openssl_cbc("aes-256-cbc", secret, iv, padded(PLAIN.encode(), 16)))
        name = announced + "-as-pkcs1.xml"
        (out / name).write_text(content(XENC + "aes256-cbc", info, cipher))
        yield {"file": name, "plaintext": PLAIN, "keys": [PRIVATE], "made_by": "openssl", "deviation": "oaep-as-rsa15",
               "of": "EncryptedKey"}


def wrap_3des(key, secret):
    """RFC 3217 section 3.1, with a key of 16 octets as K1 K2 K1."""
    iv = octets(8, 17)
    sealed = secret + hashlib.sha1(secret).digest()[:8]
    inner = openssl_cbc("des-ede-cbc", key, iv, sealed)[::-1]
    return openssl_cbc("des-ede-cbc", key, bytes.fromhex("4adda22c79e82105"), inner)[8:]


def wraps_by_openssl(out):
    secret, iv = octets(16, 15), octets(16, 16)
    cipher = b64(openssl_cbc("aes-128-cbc", secret, iv, padded(PLAIN.encode(), 16)))
    kek = octets(16, 18)
    info = KEY % (XENC + "kw-tripledes", NAMED % "kek", b64(wrap_3des(kek, secret)))
    (out / "kw-two-key-3des.xml").write_text(content(XENC + "aes128-cbc", info, cipher))
    yield {"file": "kw-two-key-3des.xml", "plaintext": PLAIN, "keys": ["KEY_NAME kek " + kek.hex()], "made_by": "openssl",
           "deviation": "two-key-3des", "of": "EncryptedKey"}
    kek = octets(32, 19)
    wrapped = run("openssl", "enc", "-id-aes128-wrap", "-K", kek[:16].hex(), "-iv", "a6" * 8, stdin=secret)
    info = KEY % (XENC + "kw-aes128", NAMED % "kek", b64(wrapped))
    (out / "kw-128-cut-from-256.xml").write_text(content(XENC + "aes128-cbc", info, cipher))
    yield {"file": "kw-128-cut-from-256.xml", "plaintext": PLAIN, "keys": ["KEY_NAME kek " + kek.hex()],
           "made_by": "openssl", "deviation": "key-cut", "of": "EncryptedKey"}


def main():
    out, classpath = pathlib.Path(sys.argv[1]), sys.argv[2]
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        index = [*by_santuario(out, classpath), *by_xmlsec1(out, work), *by_openssl(out, work),
                 *wraps_by_openssl(out)]
    (out / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    print(len(index), "messages")


if __name__ == "__main__":
    main()
