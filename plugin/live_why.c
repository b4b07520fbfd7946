/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live_why.h"

#include "compat.h"

#include "live.h"
#include "session/session.h"

static struct {
    WsscWhy *why;
    GHashTable *of_frame; /* frame -> WsscTrouble */
} cache;

void wssc_live_why_clear(void)
{
    g_clear_pointer(&cache.of_frame, g_hash_table_unref);
    g_clear_pointer(&cache.why, wssc_why_free);
}

static void take(guint32 frame, const WsscTrouble *trouble)
{
    if (frame != 0 && !g_hash_table_contains(cache.of_frame, GUINT_TO_POINTER(frame)))
        g_hash_table_insert(cache.of_frame, GUINT_TO_POINTER(frame), (gpointer)trouble);
}

static void ask(const WsscModel *model)
{
    cache.why = wssc_why_ask(model);
    cache.of_frame = g_hash_table_new(NULL, NULL);
    for (guint t = 0; t < cache.why->troubles->len; t++) {
        const WsscTrouble *trouble = cache.why->troubles->pdata[t];
        for (guint i = 0; i < trouble->occurrences->len; i++) {
            const WsscOccurrence *one = trouble->occurrences->pdata[i];
            take(one->frame, trouble);
            take(one->request, trouble);
        }
    }
}

const WsscTrouble *wssc_live_trouble(const WsscMessage *message)
{
    const WsscSession *session = wssc_dissect_session();
    if (wssc_live_is_lent() || session == NULL || !wssc_live_is_finished())
        return NULL;
    if (cache.why == NULL)
        ask(wssc_session_model(session));
    return g_hash_table_lookup(cache.of_frame, GUINT_TO_POINTER(message->frame));
}
