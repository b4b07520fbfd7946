# SPDX-License-Identifier: GPL-2.0-or-later
# What demo.sh and test.sh share.

BUILD_PACKAGES="cmake ninja-build gcc libc6-dev pkg-config libwireshark-dev libwiretap-dev
  libwsutil-dev wireshark-dev libgcrypt20-dev libxml2-dev libssl-dev libglib2.0-dev libjson-glib-dev zlib1g-dev
  libjemalloc-dev libbrotli-dev libzstd-dev file dpkg-dev"
TEST_PACKAGES="tshark wireshark-common python3 git binutils util-linux bsdutils openssl valgrind libxml2-utils zsh fish"
# The version that the sources are formatted by: later Debians do not have it, and no check is registered there.
# shellcheck disable=SC1091
[ "$(. /etc/os-release && echo "$VERSION_CODENAME")" != bookworm ] || TEST_PACKAGES="$TEST_PACKAGES clang-format-14"

# Installs the packages of the arguments that are missing, as root or with sudo.
install_packages() {
  missing=
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  echo "Installing:$missing"
  # shellcheck disable=SC2086
  {
    $as_root apt-get -qq update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 \
      install --no-install-recommends $missing >/dev/null
  }
}

# webservices.h of Wine, which emitted C is compiled with, in build/wine: the package itself has all of Wine behind it.
fetch_wine_headers() {
  [ -z "$(find build/wine /usr/include/wine -name webservices.h 2>/dev/null)" ] || return 0
  mkdir -p build/wine
  (
    cd build/wine
    download="apt-get -qq -o APT::Sandbox::User=root download libwine-dev"
    $download 2>/dev/null || { as_root=; [ "$(id -u)" = 0 ] || as_root=sudo; $as_root apt-get -qq update; $download; }
    dpkg-deb -x libwine-dev_*.deb .
    rm libwine-dev_*.deb
  )
}

# Configures and builds one preset of CMakePresets.json.
build_preset() {
  cmake --preset "$1" >"/tmp/wssc-configure.$$" || { cat "/tmp/wssc-configure.$$"; exit 1; }
  rm -f "/tmp/wssc-configure.$$"
  cmake --build --preset "$1" -- --quiet
}
