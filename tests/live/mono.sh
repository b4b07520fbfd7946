#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Live captures of a Mono client and service over loopback, decoded by wssc and by tshark with the plugin:
#   tests/live/mono.sh [--keep FOLDER] [CASE...]
# Installs Debian's mono and what captures (it needs root or sudo for that, and to capture). About two minutes; exit
# status 1 when a message was not decoded completely.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/scripts/common.sh"

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $TEST_PACKAGES mono-runtime mono-mcs libmono-system-servicemodel4.0a-cil
cd "$root"
build_preset release
mkdir -p "$root/build/live"
mcs -warnaserror -out:"$root/build/live/Live.exe" -r:System.Core -r:System.ServiceModel -r:System.Runtime.Serialization \
  -r:System.IdentityModel -r:System.IdentityModel.Selectors "$here"/mono/*.cs
# What the guide shows for WCF compiles.
python3 "$here/snippet.py" docs/guide.md "WCF and CoreWCF" "$here/mono/Snippet.cs.in" >"$root/build/live/Snippet.cs"
mcs -warnaserror -target:library -out:"$root/build/live/Snippet.dll" -r:System.Core -r:System.ServiceModel \
  -r:System.Runtime.Serialization -r:System.IdentityModel -r:System.IdentityModel.Selectors "$root/build/live/Snippet.cs"
exec python3 "$here/mono_live.py" "$root/build/live/Live.exe" "$root/build/release/analyzer/wssc" \
  "$root/build/release/plugin/wssc.so" "$@"
