#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the guide shows for WSS4J, compiled and called where WSS4J has checked a message; wssc takes what it wrote:
#   tests/live/wss4j.sh
# Installs Debian's libwss4j-java and a JDK (it needs root or sudo for that). The messages are WSS4J's own, of
# tests/interop/corpus. Exit status 1 when a key was not written or does not fit.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/scripts/common.sh"

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $TEST_PACKAGES libwss4j-java libxml-security-java libcommons-logging-java libslf4j-java \
  default-jdk-headless
cd "$root"
build_preset release
work=$root/build/live/wss4j
mkdir -p "$work"
python3 "$here/snippet.py" docs/guide.md WSS4J "$here/wss4j/Snippet.java.in" >"$work/Snippet.java"
jars=$work
for jar in wss4j xmlsec slf4j-api slf4j-nop commons-logging; do
  jars=$jars:/usr/share/java/$jar.jar
done
javac -Xlint:all,-path -Werror -encoding UTF-8 -d "$work" -cp "$jars" "$work/Snippet.java" "$here/wss4j/Receive.java"

count=0
for message in tests/interop/corpus/*-w4-sct*-direct-*.xml tests/interop/corpus/*-w4-sct*-derived-*.xml; do
  case $message in *--*) continue ;; esac # damaged after signing
  read -r kind identifier key <"${message%.xml}.keys"
  [ "$kind" = SCT ] || { echo "$message: no context's key in its key file" >&2; exit 1; }
  java -cp "$jars" Receive "$key" "$message" >"$work/contexts.keys"
  grep -qF "SCT $identifier " "$work/contexts.keys" || { echo "$message: no key was written" >&2; exit 1; }
  build/release/analyzer/wssc verify -k "$work/contexts.keys" "$message" >"$work/verdicts"
  grep -q ' valid ' "$work/verdicts" || { echo "$message:" >&2; cat "$work/verdicts" >&2; exit 1; }
  count=$((count + 1))
done
echo "$count messages: the key that the snippet wrote makes their signatures valid"
[ "$count" -gt 0 ]
