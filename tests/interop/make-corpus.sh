#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the corpus of signed messages anew with the oracles of Debian's packages:
#   tests/interop/make-corpus.sh [FOLDER]     (default: tests/interop/corpus)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../scripts/common.sh"
out=${1:-$here/corpus}

# shellcheck disable=SC2086
install_packages libwss4j-java libxml-security-java libcommons-logging-java libslf4j-java xmlsec1 \
  libxmlsec1-openssl default-jdk-headless python3 openssl

classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
jars=$classes
for jar in wss4j xmlsec slf4j-api slf4j-nop commons-logging; do
  jars=$jars:/usr/share/java/$jar.jar
done
javac -encoding UTF-8 -d "$classes" -cp "$jars" "$here"/oracle/*.java
mkdir -p "$out/keys"
"$here/make-keys.sh" "$out/keys"
PYTHONDONTWRITEBYTECODE=1 python3 "$here/make_corpus.py" "$out" "$jars"

# Decryption: messages that Santuario encrypts, beside the corpus.
encrypted=${1:+$1/encrypted}
encrypted=${encrypted:-$here/encrypted}
mkdir -p "$encrypted"
rm -f "$encrypted"/*.xml "$encrypted"/*.keys
PYTHONDONTWRITEBYTECODE=1 python3 "$here/make_encrypted.py" "$encrypted" "$out/keys" "$jars"
