/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live_why.h"

#include "compat.h"

#include "live.h"
#include "session/session.h"

static struct {
    WsscWhy *why;
    GHashTable *of_frame;   /* frame -> WsscTrouble */
    GHashTable *of_context; /* WsscContext -> GPtrArray of WsscTrouble */
} cache;

void wssc_live_why_clear(void)
{
    g_clear_pointer(&cache.of_frame, g_hash_table_unref);
    g_clear_pointer(&cache.of_context, g_hash_table_unref);
    g_clear_pointer(&cache.why, wssc_why_free);
}

static void take(guint32 frame, const WsscTrouble *trouble)
{
    if (frame != 0 && !g_hash_table_contains(cache.of_frame, GUINT_TO_POINTER(frame)))
        g_hash_table_insert(cache.of_frame, GUINT_TO_POINTER(frame), (gpointer)trouble);
}

static void take_context(const WsscContext *context, const WsscTrouble *trouble)
{
    if (context == NULL)
        return;
    GPtrArray *list = g_hash_table_lookup(cache.of_context, context);
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(cache.of_context, (gpointer)context, list);
    }
    if (list->len == 0 || list->pdata[list->len - 1] != trouble)
        g_ptr_array_add(list, (gpointer)trouble);
}

static void ask(const WsscModel *model)
{
    cache.why = wssc_why_ask(model);
    cache.of_frame = g_hash_table_new(NULL, NULL);
    cache.of_context = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint t = 0; t < cache.why->troubles->len; t++) {
        const WsscTrouble *trouble = cache.why->troubles->pdata[t];
        for (guint i = 0; i < trouble->occurrences->len; i++) {
            const WsscOccurrence *one = trouble->occurrences->pdata[i];
            take(one->frame, trouble);
            take(one->request, trouble);
            take_context(one->context, trouble);
        }
    }
}

const WsscWhy *wssc_live_why(void)
{
    const WsscSession *session = wssc_dissect_session();
    if (wssc_live_is_lent() || session == NULL || !wssc_live_is_finished())
        return NULL;
    if (cache.why == NULL)
        ask(wssc_session_model(session));
    return cache.why;
}

const WsscTrouble *wssc_live_trouble(const WsscMessage *message)
{
    return wssc_live_why() != NULL ? g_hash_table_lookup(cache.of_frame, GUINT_TO_POINTER(message->frame)) : NULL;
}

const GPtrArray *wssc_live_troubles_of(const WsscContext *context)
{
    return wssc_live_why() != NULL ? g_hash_table_lookup(cache.of_context, context) : NULL;
}
