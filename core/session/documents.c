/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What messages were read from, kept for a report as far as its limit goes: the first ones, or those of messages in
 * trouble, wherever in the capture they stand, and of others for a while: trouble may show later.
 */
#include "session/private.h"

#define SHARE_OF_OTHERS 8 /* of the limit: a tree takes several times the octets that it is counted with */

static void forget(WsscSession *session, WsscMessage *message)
{
    session->kept_octets -= message->length;
    wssc_xml_unref((WsscXml *)message->document);
    message->document = NULL;
}

/* A request whose answer is still to come is looked at beside that answer. */
static gboolean may_go(const WsscMessage *message)
{
    const WsscExchange *exchange = message->exchange;
    if (message->document == NULL || (message->security != NULL && message->security->waits) ||
        wssc_rules_is_troubled(message))
        return FALSE;
    if (message->is_response || exchange == NULL)
        return TRUE;
    return exchange->response != NULL && !wssc_rules_is_troubled(exchange->response);
}

/* Each message but the last one, which is being read, is looked at once, seldom while its answer is still to come. */
static void make_room(WsscSession *session, gsize share)
{
    GPtrArray *messages = session->model.messages;
    for (; session->kept_from + 1 < messages->len; session->kept_from++)
        if (may_go(messages->pdata[session->kept_from]))
            forget(session, messages->pdata[session->kept_from]);
    session->kept_mark = session->kept_octets + share;
}

void wssc_documents_keep(WsscSession *session, WsscMessage *message, WsscXml *xml)
{
    gsize limit = session->rules.limits.value[WSSC_LIMIT_KEPT_OCTETS];
    WsscKeep keep = session->options.keep_documents;
    gsize share = limit / SHARE_OF_OTHERS;
    if (keep == WSSC_KEEP_TROUBLED && session->kept_octets >= MIN(limit, MAX(share, session->kept_mark)))
        make_room(session, share);
    if (keep == WSSC_KEEP_NONE || session->kept_octets >= limit)
        return;
    session->kept_octets += message->length;
    message->document = wssc_xml_ref(xml);
}
