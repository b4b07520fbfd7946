/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * How long a password-protected key may take to open: whoever made it chose the number of iterations.
 */
#ifndef WSSC_KEYS_PBE_WORK_H
#define WSSC_KEYS_PBE_WORK_H

#include <openssl/pkcs12.h>

#include "base/bytes.h"

/* Iterations of all that a password has to be derived for (RFC 7292 section 4, RFC 8018); for scrypt (RFC 7914) what
 * takes as long. What is behind encryption is opened for that, while the bound lasts. */
guint64 wssc_pbe_work_of_pkcs12(const PKCS12 *store, const char *password);
/* Of an encrypted private key, PEM or DER (RFC 5958); 0 when it is none. */
guint64 wssc_pbe_work_of_key(WsscBytes octets);

#endif
