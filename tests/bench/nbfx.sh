#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Binary XML documents decoded a second, against Mono's XmlDictionaryReader on the same octets, as ratios in one run:
#   tests/bench/nbfx.sh [ROUNDS [SECONDS]]
# Exit status 1 when the two do not read the same.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/scripts/common.sh"

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES tshark python3 mono-runtime mono-mcs libmono-system-runtime-serialization4.0-cil

build=$root/build/bench
cmake -G Ninja -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DWSSC_FACES=OFF -DWSSC_BENCH=ON >/dev/null
cmake --build "$build" --target bench_nbfx -- --quiet
mcs -warnaserror -optimize+ -out:"$build/BenchNbfx.exe" -r:System.Runtime.Serialization "$here/nbfx/BenchNbfx.cs"
exec python3 "$here/nbfx/compare.py" "$root" "$build/tests/bench/nbfx/bench_nbfx" "$build/BenchNbfx.exe" "$@"
