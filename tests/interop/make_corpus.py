#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the corpus of signed messages and writes down what each oracle says of each.

    make_corpus.py OUT CLASSPATH

OUT/keys holds the key pairs already; the messages, their key files and index.json are written."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import damage
import shapes
import tokens
from parts import WSU, Certificate, Message

# Where the oracles disagree: what the specification says, and why.
SETTLED = {
    "w4-endorsing": (["valid"], "the endorsed signature has an Id and a wsu:Id; xmlsec1 sees one id an element"),
    "prefixes-line-ends": (["valid"], "a PrefixList is NMTOKENS, parted by any white space; xmlsec1 parts at blanks"),
    "derived-generation-2005-02": (["valid"], "WSS4J 1.6 does not go by wsc:Generation"),
    "derived-generation-200512": (["valid"], "WSS4J 1.6 does not go by wsc:Generation"),
}
# Core validation, which is what the oracles were asked for, knows no places; a receiver of SOAP has to.
WRAPPED = ("the value and the digests fit, and so the oracles say; but the signed Body is not the one that is processed "
           "(WSS 1.1 section 13)")
for _form in ("exc", "inc", "inc11"):
    SETTLED["ns-uri-with-ampersand-" + _form] = (
        ["valid"], "libxml2 writes a namespace name without escaping it, and so does xmlsec1")
    for _name in ("ns-uri-with-markup-", "ns-uri-not-ascii-"):
        SETTLED[_name + _form] = (["valid", "unsupported"], "a namespace name that is no URI of RFC 3986: libxml2, "
                                  "and so xmlsec1, has no canonical form for it")


class Maker:
    def __init__(self, out, classpath, work):
        self.out, self.keys, self.work = out, out / "keys", work
        self.java = ["java", "-cp", classpath, "Oracle"]

    # ---- Java ----------------------------------------------------------------------------------

    def ask(self, command, jobs):
        """{name of file: fields of the answer}"""
        table = self.work / (command + ".tsv")
        table.write_text("".join("\t".join(map(str, job)) + "\n" for job in jobs))
        done = subprocess.run(self.java + [command, str(self.keys), str(table)], check=True, capture_output=True,
                              text=True)
        return {line.split("\t")[0]: line.split("\t")[1:] for line in done.stdout.splitlines()}

    def sign(self, messages):
        jobs, files = [], {}
        for i, message in enumerate(messages):
            file = self.work / f"{i}.xml"
            file.write_bytes(message.text.encode(message.charset))
            files[file.name] = message
            jobs.append([file, message.charset] + message.signers)
        answers = self.ask("fill", jobs)
        failed = [(files[name].name, *answer) for name, answer in answers.items() if answer != ["signed"]]
        if failed:
            sys.exit("\n".join(map(str, failed)))
        for i, message in enumerate(messages):
            message.text = (self.work / f"{i}.xml").read_bytes().decode(message.charset)

    def wss4j(self):
        folder = self.work / "wss4j"
        subprocess.run(self.java + ["wss4j-make", str(self.keys), str(folder)], check=True)
        for file in sorted(folder.glob("*.xml")):
            signers = file.with_suffix(".signers").read_text().split("\t")
            lines = file.with_suffix(".keys").read_text().splitlines()
            message = Message(file.stem, "wss4j", file.read_bytes().decode(), [], signers, lines, wss4j=True)
            message.made_by = "wss4j"
            yield message

    # ---- xmlsec1 -------------------------------------------------------------------------------

    def xmlsec1(self, command, file, spec, position):
        value = spec.split(":", 1)[1]
        if spec.startswith("hmac:"):
            key = self.work / "key.bin"
            key.write_bytes(bytes.fromhex(value))
            options = ["--hmackey", str(key)]
        elif command == "--sign":
            options = ["--privkey-pem", str(self.keys / (value + ".key.pem"))]
        else:
            options = ["--pubkey-cert-pem", str(self.keys / (value + ".crt.pem"))]
        xpath = f"(//*[local-name()='Signature' and namespace-uri()='http://www.w3.org/2000/09/xmldsig#'])[{position}]"
        return subprocess.run(["xmlsec1", command, "--enabled-key-data", "key-name", *options,
                               *id_options(file), "--node-xpath", xpath, str(file)], capture_output=True)

    def sign_by_xmlsec1(self, message):
        """True when xmlsec1 could: its digests and its value stand in the text then."""
        file = self.work / "template.xml"
        file.write_bytes(re.sub("@@[DS]V:[^@]*@@", "", message.text).encode())
        done = self.xmlsec1("--sign", file, message.checkers[0], 1)
        out = done.stdout.decode("utf-8", "replace")
        digests = re.findall("<ds:DigestValue>(.*?)</ds:DigestValue>", out, re.S)
        values = re.findall("<ds:SignatureValue>(.*?)</ds:SignatureValue>", out, re.S)
        if done.returncode != 0 or len(digests) != message.text.count("@@DV:") or len(values) != 1:
            return False
        for i, digest in enumerate(digests):
            message.text = message.text.replace(f"@@DV:a:{i + 1}@@", digest)
        message.text = message.text.replace("@@SV:a@@", values[0])
        message.made_by, message.signers = "xmlsec1", []
        return True

    def verify_by_xmlsec1(self, file, message):
        verdicts = []
        for position, spec in enumerate(message.checkers, 1):
            if spec == "-" or not message.xmlsec1:
                verdicts.append(None)
                continue
            done = self.xmlsec1("--verify", file, spec, position)
            words = (done.stdout + done.stderr).decode("utf-8", "replace").split("\n")
            if done.returncode == 0:
                verdicts.append("valid")
            elif "FAIL" in words:
                verdicts.append("invalid")
            else:
                verdicts.append("error")
        return verdicts


def id_options(file):
    """xmlsec1 has to be told by name which attributes are ids."""
    names = set()
    try:
        for element in ElementTree.parse(file).iter():
            if not isinstance(element.tag, str):
                continue
            for attribute in element.attrib:
                if attribute in ("Id", "ID", "AssertionID", f"{{{WSU}}}Id"):
                    local = attribute.split("}")[-1]
                    names.add((local, element.tag.strip("{").replace("}", ":")))
    except ElementTree.ParseError:
        pass
    return [word for local, name in sorted(names) for word in ("--id-attr:" + local, name)]


# ---- verdicts -----------------------------------------------------------------------------------

def settle(messages):
    for message in messages:
        if message.name in SETTLED:
            message.expect, message.why = SETTLED[message.name]


def judge(message, santuario, xmlsec1, wss4j):
    """The entries of each signature, and whether the oracles disagree."""
    entries, disagree = [], False
    for i, spec in enumerate(message.checkers):
        oracles = {"santuario": santuario[i] if spec != "-" else None, "xmlsec1": xmlsec1[i]}
        said = {verdict == "valid" for verdict in oracles.values() if verdict}
        if wss4j and len(message.checkers) == 1:
            said.add(wss4j == "valid")
        disagree |= len(said) > 1
        if message.expect:
            expect = message.expect
        elif said == {True} or (not said and wss4j == "valid"):
            is_wrapped = message.damage in ("wrapped", "wrapped-in-namespace")
            expect = ["invalid"] if is_wrapped else ["valid"]
            message.why = WRAPPED if is_wrapped else message.why
        elif len(said) > 1:
            expect = None
        else:
            # An error is no verdict: such a message must not be valid, that is all.
            clean = "invalid" in (oracles["santuario"], oracles["xmlsec1"])
            expect = ["invalid"] if clean else ["refused"]
        entries.append({"position": i + 1, "expect": expect, "key": None if spec == "-" else spec, "oracles": oracles})
    return entries, disagree


def write(maker, messages):
    checks, wss4j_checks, files = [], [], {}
    for number, message in enumerate(messages, 1):
        stem = f"{number:03d}-{message.name}"
        file = maker.out / (stem + ".xml")
        file.write_bytes(message.text.encode(message.charset))
        file.with_suffix(".keys").write_text("\n".join(message.keys) + "\n")
        files[stem] = file
        checks.append([file] + message.checkers)
        if message.wss4j:
            wss4j_checks.append([file, file.with_suffix(".keys")])
    santuario = maker.ask("check", checks)
    wss4j = maker.ask("wss4j-check", wss4j_checks)
    index, disagreements = [], []
    for (stem, file), message in zip(files.items(), messages):
        said = wss4j.get(file.name, [None])[0]
        entries, disagree = judge(message, santuario[file.name], maker.verify_by_xmlsec1(file, message), said)
        entry = {"file": file.name, "keys": stem + ".keys", "family": message.family, "made_by": message.made_by,
                 "damage": message.damage, "origin": message.origin, "wss4j": said, "signatures": entries}
        if message.why:
            entry["why"] = message.why
        if disagree:
            disagreements.append(file.name)
        index.append(entry)
    return {"messages": index, "disagreements": disagreements}


def main():
    out, classpath = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    with tempfile.TemporaryDirectory() as work:
        maker = Maker(out, classpath, pathlib.Path(work))
        messages = [m for family in shapes.FAMILIES + tokens.FAMILIES for m in family(maker.keys)]
        settle(messages)
        for i, message in enumerate(messages):
            plain = len(message.signers) == 1 and message.charset == "UTF-8" and "<ds:DigestValue>@@" in message.text
            if message.by_xmlsec1 or (i % 3 == 0 and plain and not message.expect and not message.wss4j):
                if not maker.sign_by_xmlsec1(message) and message.by_xmlsec1:
                    sys.exit(message.name + ": xmlsec1 does not sign it")
        maker.sign([m for m in messages if m.signers])
        messages += maker.wss4j()
        settle(messages)
        ours, theirs = Certificate(maker.keys, "rsa-a"), Certificate(maker.keys, "rsa-b")
        messages += list(damage.variants(messages, ours, theirs))
        for old in list(out.glob("*.xml")) + list(out.glob("*.keys")):
            old.unlink()
        index = write(maker, messages)
    (out / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(messages)} messages, {len(index['disagreements'])} on which the oracles disagree")


if __name__ == "__main__":
    main()
