#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the throw-away key pairs of the corpus: make-keys.sh FOLDER. What is there already stays.
set -eu
cd "$1"

# name, subject, then the arguments of openssl genpkey
pair() {
  name=$1 subject=$2
  shift 2
  [ ! -f "$name.crt.pem" ] || return 0
  openssl genpkey "$@" -out "$name.key.pem" 2>/dev/null
  openssl req -x509 -new -utf8 -key "$name.key.pem" -subj "$subject" -days 10950 -sha256 -out "$name.crt.pem"
}

dsa() {
  [ ! -f "dsa-$1.crt.pem" ] || return 0
  openssl genpkey -genparam -algorithm DSA -pkeyopt "dsa_paramgen_bits:$1" -pkeyopt "dsa_paramgen_q_bits:$2" \
    -out "dsa-$1.param" 2>/dev/null
  pair "dsa-$1" "/C=DE/O=Interop/CN=DSA $1" -paramfile "dsa-$1.param"
  rm "dsa-$1.param"
}

pair rsa-a "/C=DE/O=Interop/OU=Corpus/CN=Sender" -algorithm RSA -pkeyopt rsa_keygen_bits:2048
pair rsa-b "/C=DE/O=Interop/OU=Corpus/CN=Receiver" -algorithm RSA -pkeyopt rsa_keygen_bits:2048
pair rsa-odd "/C=DE/ST=Köln/O=Kraut, Rüben \"& Co\"/OU=a\+b=c/CN= odd  name " -algorithm RSA -pkeyopt rsa_keygen_bits:2048
pair ec-256 "/C=DE/O=Interop/CN=P-256" -algorithm EC -pkeyopt ec_paramgen_curve:P-256
pair ec-384 "/C=DE/O=Interop/CN=P-384" -algorithm EC -pkeyopt ec_paramgen_curve:P-384
pair ec-521 "/C=DE/O=Interop/CN=P-521" -algorithm EC -pkeyopt ec_paramgen_curve:P-521
dsa 1024 160
dsa 2048 256
