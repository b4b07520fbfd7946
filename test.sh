#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what the tests need, builds with and without sanitizers and runs the whole suite.
set -eu
cd "$(dirname "$0")"
. scripts/common.sh

# shellcheck disable=SC2086
install_packages $BUILD_PACKAGES $TEST_PACKAGES
fetch_wine_headers
# The plugin under test is the release one: a stock tshark cannot load a sanitized module.
build_preset release
build_preset dev
exec ctest --preset dev -j "$(nproc)"
