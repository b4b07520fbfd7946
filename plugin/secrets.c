/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "secrets.h"

#include <string.h>

#include <epan/secrets.h>
#include <wsutil/wslog.h>

#include "base/limits.h"
#include "dissect.h"
#include "has_crypto.h"
#include "live.h"

#undef WS_LOG_DOMAIN
#define WS_LOG_DOMAIN "wssc"

#define NAME "keys inside of the capture"

/*
 * Wireshark hands the blocks of a file over once, when it opens it, and dissects anew as often as a preference changes.
 * They are kept for that, and forgotten where the capture that begins is another one.
 */
static struct {
    GPtrArray *blocks;    /* GBytes */
    gboolean are_of_this; /* the session's capture */
    gboolean is_known;    /* the frame below */
    guint32 frame;
    nstime_t time;
    gint64 offset;  /* in its file: packets that are the same stand elsewhere in a file without these blocks */
    guint64 octets; /* of all blocks that the capture brought */
} kept;

gboolean wssc_secrets_need_frame;

static void warn(const char *name, guint line, const char *text, gpointer user _U_)
{
    ws_warning("%s, line %u: %s", name, line, text);
}

static WsscKeyFileTell tell_of = warn;

void wssc_secrets_use_tell(WsscKeyFileTell tell)
{
    tell_of = tell;
}

static void load(GBytes *block)
{
    wssc_live_settle_feeder();
    wssc_key_file_take_foreign(NAME, g_bytes_get_data(block, NULL), g_bytes_get_size(block),
                               wssc_session_keyring(wssc_dissect_session()), tell_of, NULL);
}

static void free_block(gpointer data)
{
    GBytes *block = data;
    memset((guint8 *)g_bytes_get_data(block, NULL), 0, g_bytes_get_size(block)); /* ours alone */
    g_bytes_unref(block);
}

static void forget(void)
{
    g_clear_pointer(&kept.blocks, g_ptr_array_unref);
    kept.is_known = FALSE;
}

static void take(const void *secrets, guint size)
{
    if (wssc_dissect_session() == NULL || !wssc_has_crypto())
        return;
    if (kept.octets + size > WSSC_MAX_KEY_FILE_OCTETS) {
        tell_of(NAME, 1, "too many: those of this block are left out", NULL);
        return;
    }
    kept.octets += size;
    GBytes *block = g_bytes_new(secrets, size);
    load(block);
    if (wssc_live_is_lent()) {
        free_block(block);
        return;
    }
    if (!kept.are_of_this)
        forget();
    kept.are_of_this = TRUE;
    if (kept.blocks == NULL)
        kept.blocks = g_ptr_array_new_with_free_func(free_block);
    g_ptr_array_add(kept.blocks, block);
    wssc_secrets_need_frame = !kept.is_known;
}

void wssc_secrets_take(guint32 type, const void *secrets, guint size)
{
    if (type == WSSC_SECRETS_TYPE)
        take(secrets, size);
    else
        secrets_wtap_callback(type, secrets, size);
}

void wssc_secrets_register(void)
{
    wssc_compat_register_secrets(WSSC_SECRETS_TYPE, take);
}

void wssc_secrets_begin(void)
{
    kept.are_of_this = FALSE;
    kept.octets = 0;
    wssc_secrets_need_frame = kept.blocks != NULL;
}

static gboolean is_known_frame(const packet_info *pinfo)
{
    return kept.is_known && kept.frame == pinfo->num && kept.offset == pinfo->fd->file_off &&
           nstime_cmp(&kept.time, &pinfo->abs_ts) == 0;
}

void wssc_secrets_take_frame(const packet_info *pinfo)
{
    wssc_secrets_need_frame = FALSE;
    if (kept.are_of_this) {
        kept.is_known = TRUE;
        kept.frame = pinfo->num;
        kept.time = pinfo->abs_ts;
        kept.offset = pinfo->fd->file_off;
    } else if (is_known_frame(pinfo)) {
        kept.are_of_this = TRUE;
        for (guint i = 0; i < kept.blocks->len; i++)
            load(kept.blocks->pdata[i]);
    } else {
        forget();
    }
}
