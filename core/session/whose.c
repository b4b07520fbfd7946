/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Whose key it is: that of a context which the capture brought is its server's if that server gave it. The end that is
 * asked has it: a context is one server's (WS-SC 1.4 section 3), and its key that server's to give.
 */
#include <string.h>

#include "session/private.h"

/* A capture may show one exchange at several places of its way: before and behind a proxy. */
static gboolean has_answered(const WsscSession *session, const WsscIssuer *issuer, const char *server)
{
    const WsscExchange *first = issuer->exchange;
    if (first == NULL)
        return g_strcmp0(issuer->asked, server) == 0 ||
               (issuer->message_id != NULL && wssc_past_was_asked(session, issuer->message_id, issuer->request_file,
                                                                  issuer->request_frame, issuer->request_hash, server));
    for (guint i = 0; i < session->model.exchanges->len; i++) {
        const WsscExchange *exchange = session->model.exchanges->pdata[i];
        if ((exchange == first || exchange->copy_of == first) && exchange->request != NULL &&
            g_strcmp0(exchange->request->dst, server) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Ports of one machine are taken for nodes of one service where the messages are addressed to the same one. */
static gboolean is_same_service(const WsscIssuer *issuer, const WsscMessage *message)
{
    const char *a = issuer->server, *b = wssc_issuer_server(message);
    const char *port = strrchr(a, ':');
    const WsscMessage *asked = message->is_response && message->exchange != NULL ? message->exchange->request : message;
    if (port == NULL || strncmp(a, b, (gsize)(port - a) + 1) != 0 || strchr(b + (port - a) + 1, ':') != NULL)
        return FALSE;
    return asked != NULL && issuer->to != NULL && g_strcmp0(issuer->to, wssc_issuer_to(asked)) == 0;
}

/* Another server than the one that issued the key uses it. Asked once for each issue and server. */
static gboolean is_strange(WsscSession *session, const WsscIssuer *issuer, const WsscMessage *message)
{
    const char *server = wssc_issuer_server(message);
    g_autofree char *key =
        g_strdup_printf("%u %" G_GUINT32_FORMAT " %s %s", issuer->file, issuer->frame, issuer->server, server);
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
    WsscIssuer issuer;
    if (message->context == NULL || !signature->has_key || signature->context == NULL ||
        signature->key_origin.source != WSSC_KEY_FROM_CAPTURE ||
        g_strcmp0(message->context->identifier, signature->context) != 0 || signature->verdict != WSSC_VERDICT_VALID ||
        signature->key_doubt != NULL || !wssc_issuer_find(message->context, &signature->key_origin, &issuer))
        return;
    if (g_strcmp0(issuer.server, wssc_issuer_server(message)) != 0 && is_strange(session, &issuer, message))
        signature->key_doubt =
            g_strdup_printf("it was given by %s, and is used with %s", issuer.server, wssc_issuer_server(message));
    else if (is_known_otherwise(session, signature->context) && !issuer.is_protected)
        signature->key_doubt = g_strdup_printf("the key file knows this context, and nothing protects the answer "
                                               "(frame %u) that brought this key of it: it may be forged",
                                               issuer.frame);
}

void wssc_whose_keys(WsscSession *session, WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++)
        doubt_key(session, message, signatures->pdata[i]);
}
