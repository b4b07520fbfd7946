/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/own_keys.h"

#include <wiretap/secrets-types.h>

#include "secrets.h"

static _Thread_local WsscOwnKeys *listening; /* wiretap's callback has no other way to us */

static void take(guint32 type, WsscBytes octets)
{
    listening->has_any = TRUE;
    if (type == WSSC_SECRETS_TYPE) /* they open messages, no connections */
        return;
    listening->may_open = TRUE;
    if (listening->log != NULL && (type != SECRETS_TYPE_TLS || !wssc_key_log_add(listening->log, octets)))
        g_clear_pointer(&listening->log, wssc_key_log_free);
}

#if WSSC_WIRESHARK(4, 4)
static void on_secrets(uint32_t type, const void *octets, unsigned size)
#else
static void on_secrets(guint32 type, const void *octets, guint size)
#endif
{
    take(type, wssc_bytes(octets, size));
}

void wssc_own_keys_listen(WsscOwnKeys *keys, wtap *wth)
{
    listening = keys;
    wtap_set_cb_new_secrets(wth, on_secrets);
}
