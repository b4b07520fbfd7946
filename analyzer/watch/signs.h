/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words that octets with SOAP in them, or with its carriers, cannot do without: found fast, in all octets of a capture.
 */
#ifndef WSSC_WATCH_SIGNS_H
#define WSSC_WATCH_SIGNS_H

#include "base/bytes.h"

#define WSSC_SIGN_LEN 6 /* octets of each of the words that are looked for */

/* What stood last in a stream, for words that begin there. Begins zeroed. */
typedef struct {
    guint8 octets[WSSC_SIGN_LEN - 1], len;
} WsscSignTail;

/* TRUE whenever unread.c would see a sign in the octets, or the tail's and these; TRUE for a few others as well. */
gboolean wssc_signs_follow(WsscSignTail *tail, WsscBytes octets);

#endif
