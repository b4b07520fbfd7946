#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the messages of tests/habits anew with other implementations of Debian's packages.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../scripts/common.sh"

# shellcheck disable=SC2086
install_packages libxml-security-java libcommons-logging-java libslf4j-java libwss4j-java xmlsec1 libxmlsec1-openssl \
  default-jdk-headless python3 python3-lxml openssl
jars=
for jar in wss4j xmlsec slf4j-api slf4j-nop commons-logging; do
  jars=$jars${jars:+:}/usr/share/java/$jar.jar
done
export PYTHONDONTWRITEBYTECODE=1
for maker in "$here"/make_*.py; do
  folder=$(basename "$maker" .py)
  /usr/bin/python3 "$maker" "$here/${folder#make_}" "$jars"
done
