/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Whose key it is: that of a context which the capture brought is its server's if that server gave it.
 */
#include <string.h>

#include "session/private.h"

/* The end that is asked: a context is one server's (WS-SC 1.4 section 3), and its key that server's to give. */
static const char *server_of(const WsscMessage *message)
{
    return message->is_response ? message->src : message->dst;
}

static const WsscMessage *issuer_of(const WsscContext *context, const WsscKeyOrigin *origin)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->issued_by != NULL && instance->issued_by->frame == origin->frame &&
            instance->issued_by->file == origin->file)
            return instance->issued_by;
    }
    return NULL;
}

/* A capture may show one exchange at several places of its way: before and behind a proxy. */
static gboolean has_answered(const WsscSession *session, const WsscMessage *issuer, const char *server)
{
    const WsscExchange *first =
        issuer->exchange != NULL && issuer->exchange->copy_of != NULL ? issuer->exchange->copy_of : issuer->exchange;
    for (guint i = 0; first != NULL && i < session->model.exchanges->len; i++) {
        const WsscExchange *exchange = session->model.exchanges->pdata[i];
        if ((exchange == first || exchange->copy_of == first) && exchange->request != NULL &&
            g_strcmp0(exchange->request->dst, server) == 0)
            return TRUE;
    }
    return FALSE;
}

const char *wssc_issuer_to(const WsscMessage *request)
{
    return request->is_brief && request->exchange != NULL ? ((const WsscOpenExchange *)request->exchange)->to
                                                          : request->soap->to;
}

gboolean wssc_issuer_is_protected(const WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    gboolean is = message->is_protected;
    if (message->is_brief && message->exchange != NULL)
        return ((const WsscOpenExchange *)message->exchange)->is_proven;
    for (guint i = 0; signatures != NULL && i < signatures->len && !is; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        is = signature->verdict == WSSC_VERDICT_VALID && signature->protects == WSSC_PROTECTS_MESSAGE &&
             signature->key_doubt == NULL;
    }
    return is;
}

/* Ports of one machine are taken for nodes of one service where the messages are addressed to the same one. */
static gboolean is_same_service(const WsscMessage *issuer, const WsscMessage *message)
{
    const char *a = server_of(issuer), *b = server_of(message);
    const char *port = strrchr(a, ':');
    const WsscMessage *request = issuer->exchange != NULL ? issuer->exchange->request : NULL;
    const WsscMessage *asked = message->is_response && message->exchange != NULL ? message->exchange->request : message;
    if (port == NULL || strncmp(a, b, (gsize)(port - a) + 1) != 0 || strchr(b + (port - a) + 1, ':') != NULL)
        return FALSE;
    return request != NULL && asked != NULL && wssc_issuer_to(request) != NULL &&
           g_strcmp0(wssc_issuer_to(request), wssc_issuer_to(asked)) == 0;
}

/* Another server than the one that issued the key uses it. Asked once for each issuing message and server. */
static gboolean is_strange(WsscSession *session, const WsscMessage *issuer, const WsscMessage *message)
{
    const char *server = server_of(message);
    g_autofree char *key = g_strdup_printf("%p %s", (gconstpointer)issuer, server);
    gpointer known = g_hash_table_lookup(session->strange, key);
    if (known == NULL) {
        gboolean is_fine = is_same_service(issuer, message) || has_answered(session, issuer, server);
        known = GINT_TO_POINTER(is_fine ? 1 : 2);
        g_hash_table_insert(session->strange, g_steal_pointer(&key), known);
    }
    return GPOINTER_TO_INT(known) == 2;
}

/* The user knows this context, by a key of some instance: what nobody protects may name it as well. */
static gboolean is_known_otherwise(const WsscSession *session, const char *identifier)
{
    const GPtrArray *keys = wssc_keyring_context(session->keyring, identifier);
    for (guint i = 0; keys != NULL && i < keys->len; i++)
        if (((const WsscKey *)keys->pdata[i])->origin.source == WSSC_KEY_FROM_KEYFILE)
            return TRUE;
    return FALSE;
}

static void doubt_key(WsscSession *session, const WsscMessage *message, WsscSignature *signature)
{
    const WsscMessage *issuer = message->context != NULL && signature->has_key && signature->context != NULL &&
                                        signature->key_origin.source == WSSC_KEY_FROM_CAPTURE &&
                                        g_strcmp0(message->context->identifier, signature->context) == 0
                                    ? issuer_of(message->context, &signature->key_origin)
                                    : NULL;
    if (issuer == NULL || signature->verdict != WSSC_VERDICT_VALID || signature->key_doubt != NULL)
        return;
    if (g_strcmp0(server_of(issuer), server_of(message)) != 0 && is_strange(session, issuer, message))
        signature->key_doubt =
            g_strdup_printf("it was given by %s, and is used with %s", server_of(issuer), server_of(message));
    else if (is_known_otherwise(session, signature->context) && !wssc_issuer_is_protected(issuer))
        signature->key_doubt = g_strdup_printf("the key file knows this context, and nothing protects the answer "
                                               "(frame %u) that brought this key of it: it may be forged",
                                               issuer->frame);
}

void wssc_issuer_doubt_keys(WsscSession *session, WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++)
        doubt_key(session, message, signatures->pdata[i]);
}
