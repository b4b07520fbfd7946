#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The page of "wssc report" in a real browser: tests/live/browser.sh [FOLDER for pictures]
# Installs Debian's chromium (it needs root or sudo for that). Half a minute; exit status 1 when something runs, asks or breaks.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/scripts/common.sh"

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $TEST_PACKAGES chromium
cd "$root"
build_preset release
exec python3 "$here/browser_test.py" "$root/build/release/analyzer/wssc" "$root" "$@"
