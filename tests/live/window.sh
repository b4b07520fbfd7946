#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The pictures of docs/wireshark.md from the real window: tests/live/window.sh [FOLDER for pictures]
# For a Debian with Wireshark 4.4 (trixie), whose menus it knows. Installs Wireshark with its window, Xvfb, xdotool, openbox and
# ImageMagick (it needs root or sudo for that). Two minutes; exit status 1 when a window does not come.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/scripts/common.sh"

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $TEST_PACKAGES wireshark xvfb xdotool openbox imagemagick fonts-dejavu-core
cd "$root"
build_preset release
exec python3 "$here/window.py" "$root/build/release/plugin/wssc.so" "$root" "${1:-$root/docs}"
