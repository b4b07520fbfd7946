/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys that lie in a capture file (pcapng's blocks of secrets), as they are met while it is looked over.
 */
#ifndef WSSC_WATCH_OWN_KEYS_H
#define WSSC_WATCH_OWN_KEYS_H

#include <wiretap/wtap.h>

#include "watch/key_log.h"

/* Begins zeroed, but for the log. */
typedef struct {
    gboolean has_any;  /* blocks of secrets, of whatever kind */
    gboolean may_open; /* some of them for libwireshark */
    WsscKeyLog *log;   /* to which key logs of TLS are added; NULL: what is opened is not known */
} WsscOwnKeys;

/* While the calling thread reads the file. */
void wssc_own_keys_listen(WsscOwnKeys *keys, wtap *wth);

#endif
