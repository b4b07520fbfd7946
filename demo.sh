#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what wssc is built with, builds a release and runs it on a sample capture.
set -eu
cd "$(dirname "$0")"
. scripts/common.sh

install_packages $BUILD_PACKAGES
build_preset release

echo
echo "\$ wssc --tls-keylog captures/corewcf-renew.keylog captures/corewcf-renew.pcapng"
build/release/analyzer/wssc --tls-keylog captures/corewcf-renew.keylog captures/corewcf-renew.pcapng
