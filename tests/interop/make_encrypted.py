#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the encrypted messages with Santuario, asks xmlsec1 to open each, and writes index.json.

    make_encrypted.py OUT KEYS CLASSPATH"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from xml.etree.ElementTree import canonicalize


def open_by_xmlsec1(file, line, keys, work):
    """The Body's content as xmlsec1 opens it; None where it cannot."""
    words = line.split()
    if words[0] == "PRIVATE_KEY":
        options = ["--privkey-pem", str(keys / "rsa-a.key.pem")]
    else:
        key = work / "kek.bin"
        key.write_bytes(bytes.fromhex(words[2]))
        kind = "--deskey:kek" if "tripledes" in file.name.split("-kw-")[-1] else "--aeskey:kek"
        options = [kind, str(key)]
    done = subprocess.run(["xmlsec1", "--decrypt", *options, str(file)], capture_output=True)
    found = re.search("<s:Body>(.*)</s:Body>", done.stdout.decode("utf-8", "replace"), re.S)
    return canonicalize(found.group(1)) if done.returncode == 0 and found else None


def main():
    out, keys, classpath = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    done = subprocess.run(["java", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-cp", classpath, "Oracle", "encrypt",
                           str(keys), str(out)], check=True, capture_output=True)
    index = []
    with tempfile.TemporaryDirectory() as work:
        for row in done.stdout.decode("utf-8").splitlines():
            name, plain, line = row.split("\t")
            (out / name).with_suffix(".keys").write_text(line + "\n")
            seen = open_by_xmlsec1(out / name, line, keys, pathlib.Path(work))
            index.append({"file": name, "plaintext": plain, "santuario": "decrypted",
                          "xmlsec1": "not able" if seen is None else "decrypted" if seen == canonicalize(plain) else "other text"})
    (out / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    print(len(index), "messages,", sum(e["xmlsec1"] == "decrypted" for e in index), "opened by xmlsec1 too,",
          sum(e["xmlsec1"] == "other text" for e in index), "with another text")


if __name__ == "__main__":
    main()
