#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the fuzz targets with clang and runs each for a time, on top of the committed corpus.
#
# usage: tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# What is found goes to build/fuzz/found/ (crash-*, timeout-*, oom-*), new inputs to build/fuzz/corpus/. An input
# that was found and mended goes into tests/fuzz/corpus/TARGET under a name that says what it did.
set -eu
cd "$(dirname "$0")/../.."
. scripts/common.sh

seconds=${1:-60}
[ $# -eq 0 ] || shift
# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES clang libclang-rt-14-dev
build_preset fuzz
targets="${*:-$(cd tests/fuzz && ls fuzz_*.c | sed 's/^fuzz_//; s/\.c$//')}"
mkdir -p build/fuzz/found
status=0
for target in $targets; do
  mkdir -p "build/fuzz/corpus/$target"
  echo "== $target"
  build/fuzz/tests/fuzz/fuzz_"$target" -max_total_time="$seconds" -max_len=262144 -timeout=5 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/found/$target-" -print_final_stats=1 -verbosity=0 \
    "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target" || status=1
done
exit $status
