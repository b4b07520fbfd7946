#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the fuzz targets with clang and runs each for a time, on top of the committed corpus; then tells how many
# executions each had, and how many in a second of processor time (the machine may have other things to do).
#
# usage: tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# What is found goes to build/fuzz/found/ (crash-*, timeout-*, oom-*), new inputs to build/fuzz/corpus/, what libFuzzer
# says to build/fuzz/logs/. An input that was found and mended goes into tests/fuzz/corpus/TARGET under a name that says
# what it did.
set -eu
cd "$(dirname "$0")/../.."
. scripts/common.sh

seconds=${1:-60}
[ $# -eq 0 ] || shift
# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES clang libclang-rt-14-dev
build_preset fuzz
targets="${*:-$(cd tests/fuzz && ls fuzz_*.c | sed 's/^fuzz_//; s/\.c$//')}"
mkdir -p build/fuzz/found build/fuzz/logs

# What a target needs beside the common options.
options() {
  case $1 in
    wrapping) echo -max_len=33 ;;
    # libwireshark keeps what it has learned: leaks are looked for where the process ends (the replay of the corpus).
    packets) echo -max_len=32768 -detect_leaks=0 -entropic=0 ;;
    # What is in such files is repeated where they are large: the replay of the corpus has those whole.
    burp | etw | export | har | http | log | mitm | svclog | zip) echo -max_len=16384 ;;
    *) echo -max_len=65536 -timeout=20 ;;
  esac
}

# One line of the table; the processor time is that of all children of this shell, which is a new one.
run() {
  log=build/fuzz/logs/$1.log
  # shellcheck disable=SC2046
  build/fuzz/tests/fuzz/fuzz_"$1" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=5 $(options "$1") \
    -artifact_prefix="build/fuzz/found/$1-" -print_final_stats=1 "build/fuzz/corpus/$1" "tests/fuzz/corpus/$1" \
    >"$log" 2>&1 && result=ok || result="FOUND SOMETHING (see $log)"
  times >"$log.times" # by this shell itself: another one has no such children
  awk -v target="$1" -v result="$result" -v executions="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" '
    NR == 2 { gsub(/m/, " "); gsub(/s/, ""); used = $1 * 60 + $2 + $3 * 60 + $4 }
    END { printf "%-14s %10d executions %8.0f a second  %s\n", target, executions, executions / (used > 0 ? used : 1), result }' \
    "$log.times"
  [ "$result" = ok ]
}

status=0
for target in $targets; do
  mkdir -p "build/fuzz/corpus/$target"
  (run "$target") || status=1
done
exit $status
