#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the Debian packages of a build, installs them, sees that tshark loads the plugin and that the command runs, that
# the suite of the dissectors passes with the plugin where the package put it, and that nothing is left when they are
# removed. For a machine made for the purpose (tests/on-debian ends with it).
#
# usage: tests/packages.sh BUILD_DIR      (as root)
set -eu
build=${1:?usage: tests/packages.sh BUILD_DIR}
here=$(cd "$(dirname "$0")/.." && pwd)

# What lies about anywhere but in homes, sources and the records of packages.
traces() {
  find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /root -o -path /home -o -path /srv -o -path "$here" \
    -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/dpkg \) -prune \
    -o -iname '*wssc*' -print | sort
}

cd "$build"
rm -f ./*.deb
cpack >cpack.log 2>&1 || { cat cpack.log; exit 1; }
before=$(traces)
DEBIAN_FRONTEND=noninteractive apt-get -qq -y install "$PWD"/wssc_*.deb "$PWD"/wireshark-wssc-*.deb >/dev/null
wssc --version
setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/nonexistent tshark -G plugins 2>/dev/null | grep -q '^wssc\.so' ||
  { echo "tshark does not load the plugin"; exit 1; }
wssc contexts --tls-keylog "$here/captures/corewcf-renew.keylog" "$here/captures/corewcf-renew.pcapng" | grep -q cancelled
for path in /usr/share/man/man1/wssc.1 /usr/share/man/man5/wssc-keys.5 /usr/share/bash-completion/completions/wssc \
  /usr/share/wireshark/profiles/WSSC/colorfilters; do
  ls "$path"* >/dev/null
done
plugin=$(dpkg -L "$(dpkg-deb -f wireshark-wssc-*.deb Package)" | grep '/wssc\.so$')
WSSC_INSTALLED_PLUGIN=$plugin ctest -R '^dissector' --output-on-failure
DEBIAN_FRONTEND=noninteractive apt-get -qq -y remove --purge wssc 'wireshark-wssc-*' >/dev/null
after=$(traces)
[ "$before" = "$after" ] || { echo "left behind:"; echo "$after"; exit 1; }
echo "packages: installed, loaded, tested, removed"
