#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Verified messages per second of wssc's core, libxmlsec1, Santuario and the floor, in turns, in one run.

    compare.py SOURCE PROGRAMS CLASSPATH [ROUNDS [SECONDS]]"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

# The session key that the recorded entropies of corewcf-session give.
COREWCF = "1ff37f409a40233bd7eb9d9d4e6a5229fc798ef72175595635a48f88f90db8ff"
NAMES = ("sct-", "derived-", "w4-sct")


def typical(entry):
    """HMAC signatures by a context or a key derived from it, as WS-SecureConversation traffic has them."""
    signatures = entry["signatures"]
    name = entry["file"].split("-", 1)[1]
    return (entry["damage"] is None and name.startswith(NAMES) and len(signatures) == 1
            and signatures[0]["expect"] == ["valid"] and (signatures[0]["key"] or "").startswith("hmac:"))


def table(source, work):
    corpus = source / "tests/interop/corpus"
    rows = []
    for entry in json.loads((corpus / "index.json").read_text())["messages"]:
        if typical(entry):
            key = entry["signatures"][0]["key"][5:]
            rows.append((corpus / entry["file"], key, corpus / entry["keys"]))
    recorded = source / "tests/data/captures-real/corewcf-session"
    for name in ("3-request", "5-rst-cancel"):
        file = recorded / f"{name}.unindented.xml"
        text = file.read_text()
        identifier = text.split("Identifier>", 1)[1].split("<")[0]
        keys = work / (name + ".keys")
        keys.write_text(f"SCT {identifier} {COREWCF}\n")
        rows.append((file, COREWCF, keys))
    path = work / "messages.tsv"
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))
    octets = [row[0].stat().st_size for row in rows]
    print(f"{len(rows)} messages of {min(octets)} to {max(octets)} octets, {sum(octets) // len(octets)} on average")
    return path


class Program:
    def __init__(self, command):
        self.rates = []
        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def round(self, seconds, keep=True):
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit("a program ended: " + " ".join(self.process.args))
        if keep:
            self.rates.append(float(answer))

    def median(self):
        return statistics.median(self.rates)


def main():
    source, built, classpath = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 7
    seconds = float(sys.argv[5]) if len(sys.argv) > 5 else 1
    with tempfile.TemporaryDirectory() as folder:
        messages = table(source, pathlib.Path(folder))
        java = ["java", "-cp", classpath, "BenchSantuario", messages]
        programs = {
            "wssc": Program([built / "bench_wssc", messages]),
            "libxmlsec1": Program([built / "bench_xmlsec1", messages]),
            "Santuario": Program(java),
            "floor": Program([built / "bench_floor", messages, "parse"]),
            "wssc, parsed": Program([built / "bench_wssc", messages, "parsed"]),
            "libxmlsec1, parsed": Program([built / "bench_xmlsec1", messages, "parsed"]),
            "Santuario, parsed": Program(java + ["parsed"]),
            "floor, parsed": Program([built / "bench_floor", messages]),
        }
        for name in ("Santuario", "Santuario, parsed"):
            programs[name].round(8, keep=False)  # until the JVM has compiled what is hot
        for _ in range(rounds):
            for program in programs.values():
                program.round(seconds)
        for program in programs.values():
            program.process.stdin.close()
            program.process.wait()
    rates = {name: program.median() for name, program in programs.items()}
    print(f"medians of {rounds} rounds of {seconds:g} s, in turns; messages a second:")
    for name, rate in rates.items():
        spread = programs[name].rates
        print(f"  {name:20} {rate:10.0f}   ({min(spread):.0f} to {max(spread):.0f})")
    # The targets are for verification; with parsing in it the floor itself sets the bound.
    checks = [(f"{them}{way}", f"wssc{way}", f"{them}{way}", target if way else None)
              for way in (", parsed", "") for them, target in (("libxmlsec1", 3), ("Santuario", 5), ("floor", 0.5))]
    checks.append(("floor against libxmlsec1", "floor", "libxmlsec1", None))
    missed = 0
    print("ratios; wssc against:")
    for title, ours, theirs, target in checks:
        ratio = rates[ours] / rates[theirs]
        word = "" if target is None else f"  (target {target:g}: {'met' if ratio >= target else 'MISSED'})"
        missed += target is not None and ratio < target
        print(f"  {title:26} {ratio:6.2f}x{word}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
