/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Keys that are not known though the capture holds the exchange that made them: which frames, and what is in the way.
 */
#include <string.h>

#include "session/private.h"

#define MOST_NAMED 3 /* exchanges that may be meant */

/* Exchanges whose answers did not open, in their order: each list a GPtrArray of WsscExchange. */
typedef struct {
    GHashTable *issues;   /* by who asked whom, see ends_of */
    GHashTable *renewals; /* by context */
} Closed;

/* The host that asked, and the service; NULL: not known. Caller frees. */
static char *ends_of(const char *requestor, const char *service)
{
    const char *end = requestor != NULL ? strrchr(requestor, ':') : NULL;
    return end != NULL ? g_strdup_printf("%.*s %s", (int)(end - requestor), requestor, service != NULL ? service : "")
                       : NULL;
}

static GPtrArray *list_of(GHashTable *lists, gconstpointer key)
{
    return key != NULL ? g_hash_table_lookup(lists, key) : NULL;
}

/* Takes the key over where the table does. */
static void put(GHashTable *lists, gpointer key, WsscExchange *exchange)
{
    GPtrArray *list = list_of(lists, key);
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(lists, key, list);
    }
    g_ptr_array_add(list, exchange);
}

static void collect(Closed *closed, WsscExchange *exchange)
{
    if (exchange->request == NULL || exchange->response == NULL || !exchange->is_unreadable ||
        exchange->copy_of != NULL || exchange->context == NULL)
        return;
    if (exchange->operation == WSSC_OPERATION_RENEW) {
        put(closed->renewals, exchange->context, exchange);
    } else if (exchange->operation == WSSC_OPERATION_ISSUE && exchange->context->identifier == NULL) {
        g_autofree char *ends = ends_of(exchange->request->src, exchange->request->dst);
        if (ends != NULL)
            put(closed->issues, list_of(closed->issues, ends) == NULL ? g_steal_pointer(&ends) : ends, exchange);
    }
}

static Closed collect_closed(const WsscSession *session)
{
    Closed closed = {
        .issues = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref),
        .renewals = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref),
    };
    for (guint i = 0; i < session->model.exchanges->len; i++)
        collect(&closed, session->model.exchanges->pdata[i]);
    return closed;
}

/* One list, from the latest exchange on that began before a message. */
typedef struct {
    const GPtrArray *list; /* or NULL */
    guint left;
} Cursor;

static guint beginning(const WsscExchange *exchange)
{
    return MIN(exchange->request->index, exchange->response->index);
}

static Cursor before(const GPtrArray *list, const WsscMessage *use)
{
    guint low = 0, high = list != NULL ? list->len : 0;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (beginning(list->pdata[middle]) <= use->index)
            low = middle + 1;
        else
            high = middle;
    }
    return (Cursor){list, low};
}

static const WsscExchange *peek(const Cursor *cursor)
{
    return cursor->left > 0 ? cursor->list->pdata[cursor->left - 1] : NULL;
}

/* The later one of both; NULL: there is none. */
static const WsscExchange *take_latest(Cursor cursors[2])
{
    const WsscExchange *one = peek(&cursors[0]), *other = peek(&cursors[1]);
    gboolean is_one = one != NULL && (other == NULL || one->index > other->index);
    if (one == NULL && other == NULL)
        return NULL;
    cursors[is_one ? 0 : 1].left--;
    return is_one ? one : other;
}

const char *wssc_missing_reason(const WsscMessage *message)
{
    const GPtrArray *decryptions = message->security != NULL ? message->security->decryptions : NULL;
    for (guint i = 0; decryptions != NULL && i < decryptions->len; i++) {
        const WsscDecryption *decryption = decryptions->pdata[i];
        if (decryption->result != WSSC_DECRYPTION_DECRYPTED && decryption->reason != NULL)
            return decryption->reason;
    }
    return NULL;
}

static const char *closed_reason(const WsscExchange *exchange)
{
    const char *kept = ((const WsscOpenExchange *)exchange)->closed;
    return kept != NULL ? kept : wssc_missing_reason(exchange->response);
}

/* Who asked the same service for a context before that was used, and was answered with what did not open, may have made
 * it; with a name of its own, only a renewal of it. */
static void explain(WsscSession *session, const Closed *closed, const WsscContext *context, WsscInstance *instance)
{
    g_autofree char *ends = instance->name == NULL ? ends_of(context->requestor, context->issuer) : NULL;
    Cursor cursors[] = {before(list_of(closed->issues, ends), instance->first_use),
                        before(list_of(closed->renewals, context), instance->first_use)};
    g_autoptr(GString) frames = g_string_new(NULL);
    const char *why = NULL;
    guint count = 0;
    const WsscExchange *exchange;
    while (count <= MOST_NAMED && (exchange = take_latest(cursors)) != NULL) {
        const WsscMessage *response = exchange->response;
        if (response->file != instance->first_use->file || response->index > instance->first_use->index ||
            ++count > MOST_NAMED)
            continue;
        g_string_append_printf(frames, "%s%u and %u", count > 1 ? ", or " : "", exchange->request->frame,
                               response->frame);
        why = why != NULL ? why : closed_reason(exchange);
        /* The latest renewal before its use made it; of contexts that were asked for one is like another. */
        if (instance->name != NULL)
            break;
    }
    if (count == 0)
        return;
    g_autofree char *text =
        g_strdup_printf("it was probably %s in frames %s%s, but the body of the answer did not open%s%s",
                        instance->name != NULL ? "renewed" : "issued", count > MOST_NAMED ? "such as " : "",
                        frames->str, why != NULL ? ": " : "", why != NULL ? why : "");
    instance->key_missing = wssc_session_keep(session, text);
}

void wssc_missing_explain(WsscSession *session)
{
    Closed closed = collect_closed(session);
    for (guint c = 0; c < session->model.contexts->len; c++) {
        const WsscContext *context = session->model.contexts->pdata[c];
        for (guint i = 0; i < context->instances->len; i++) {
            WsscInstance *instance = context->instances->pdata[i];
            if (instance->key == NULL && instance->issued_by == NULL && instance->first_use != NULL)
                explain(session, &closed, context, instance);
        }
    }
    g_hash_table_unref(closed.issues);
    g_hash_table_unref(closed.renewals);
}
