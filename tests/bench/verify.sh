#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Verified messages per second against libxmlsec1, Santuario and the floor, as ratios in one run:
#   tests/bench/verify.sh [ROUNDS [SECONDS]]
# Exit status 1 when a target is missed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/scripts/common.sh"

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES libxmlsec1-dev libxmlsec1-openssl libxml-security-java libcommons-logging-java \
  libslf4j-java default-jdk-headless python3

build=$root/build/bench
cmake -G Ninja -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DWSSC_FACES=OFF -DWSSC_BENCH=ON >/dev/null
cmake --build "$build" --target bench_wssc bench_floor bench_xmlsec1 -- --quiet
jars=$build/java
for jar in xmlsec slf4j-api slf4j-nop commons-logging; do
  jars=$jars:/usr/share/java/$jar.jar
done
javac -encoding UTF-8 -d "$build/java" -cp "$jars" "$here/verify/BenchSantuario.java"
exec python3 "$here/verify/compare.py" "$root" "$build/tests/bench/verify" "$jars" "$@"
