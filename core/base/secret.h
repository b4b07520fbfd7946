/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Key octets: reference counted, cleansed when the last reference goes.
 *
 *     g_autoptr(WsscSecret) key = wssc_secret_new(data, len);
 *     HMAC(..., key->data, key->len, ...);
 */
#ifndef WSSC_BASE_SECRET_H
#define WSSC_BASE_SECRET_H

#include "base/bytes.h"

typedef struct {
    gint refs;
    gsize len;         /* octets */
    guint8 *data;      /* behind it, in one piece */
    char *fingerprint; /* NULL until it is asked for; the octets are not changed any more then */
} WsscSecret;

/* Copies len octets. Caller owns one reference. */
WsscSecret *wssc_secret_new(const void *data, gsize len);
/* len octets of zero, to be filled by the caller. */
WsscSecret *wssc_secret_new_blank(gsize len);
WsscSecret *wssc_secret_ref(WsscSecret *secret);
void wssc_secret_unref(WsscSecret *secret);
/* Compares in constant time (for equal lengths). */
gboolean wssc_secret_equal(const WsscSecret *a, const WsscSecret *b);
/* First 16 hex digits of SHA-256 over the octets: safe to show. "?" where OpenSSL has no SHA-256. Caller frees. */
char *wssc_secret_fingerprint(WsscSecret *secret);

static inline WsscBytes wssc_secret_bytes(const WsscSecret *secret)
{
    return wssc_bytes(secret->data, secret->len);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscSecret, wssc_secret_unref)

#endif
