/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Keys that are not known though the capture holds the exchange that made them: which frames, and what is in the way.
 */
#include <string.h>

#include "session/private.h"

#define MOST_NAMED 3 /* exchanges that may be meant */

static gboolean is_same_host(const char *a, const char *b)
{
    const char *end = a != NULL ? strrchr(a, ':') : NULL;
    return end != NULL && b != NULL && strncmp(a, b, (gsize)(end - a) + 1) == 0;
}

/* It asked the same service for a context before that was used, and was answered with what did not open. */
static gboolean may_have_made(const WsscExchange *exchange, const WsscContext *context, const WsscInstance *instance)
{
    const WsscMessage *request = exchange->request, *use = instance->first_use;
    if (request == NULL || exchange->response == NULL || !exchange->is_unreadable || exchange->copy_of != NULL ||
        use == NULL || exchange->response->file != use->file || exchange->response->index > use->index)
        return FALSE;
    if (exchange->operation == WSSC_OPERATION_RENEW)
        return exchange->context == context;
    return exchange->operation == WSSC_OPERATION_ISSUE && instance->name == NULL && exchange->context != NULL &&
           exchange->context->identifier == NULL && g_strcmp0(request->dst, context->issuer) == 0 &&
           is_same_host(context->requestor, request->src);
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

static void explain(WsscSession *session, const WsscContext *context, WsscInstance *instance)
{
    g_autoptr(GString) frames = g_string_new(NULL);
    const char *why = NULL;
    guint count = 0;
    for (guint i = session->model.exchanges->len; i > 0; i--) {
        const WsscExchange *exchange = session->model.exchanges->pdata[i - 1];
        if (!may_have_made(exchange, context, instance) || count++ >= MOST_NAMED)
            continue;
        g_string_append_printf(frames, "%s%u and %u", count > 1 ? ", or " : "", exchange->request->frame,
                               exchange->response->frame);
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
    for (guint c = 0; c < session->model.contexts->len; c++) {
        const WsscContext *context = session->model.contexts->pdata[c];
        for (guint i = 0; i < context->instances->len; i++) {
            WsscInstance *instance = context->instances->pdata[i];
            if (instance->key == NULL && instance->issued_by == NULL && instance->first_use != NULL)
                explain(session, context, instance);
        }
    }
}
