/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Which messages nothing that comes later can change, told to whoever wants to know.
 */
#include "session/private.h"

void wssc_session_tell_settled(WsscSession *session, WsscOnSettled on_settled, gpointer user)
{
    session->on_settled = on_settled;
    session->on_settled_user = user;
}

/* A key may still come for it, or its context has no name yet, for only its issue gives it one. */
gboolean wssc_message_is_settled(const WsscMessage *message)
{
    return (message->security == NULL || !message->security->waits) &&
           (message->context == NULL || message->context->identifier != NULL);
}

static void tell(WsscSession *session, WsscMessage *message)
{
    g_hash_table_remove(session->unsettled, message);
    session->on_settled(session->on_settled_user, message);
}

void wssc_settled_tell(WsscSession *session, WsscMessage *message)
{
    WsscMessage *request = message->exchange != NULL ? message->exchange->request : NULL;
    if (session->on_settled == NULL)
        return;
    /* An answer may have named the context that was asked for. */
    if (request != NULL && request != message && g_hash_table_contains(session->unsettled, request) &&
        wssc_message_is_settled(request))
        tell(session, request);
    if (wssc_message_is_settled(message))
        tell(session, message);
    else
        g_hash_table_add(session->unsettled, message);
}

void wssc_session_shown(WsscSession *session, const WsscMessage *message)
{
    if (session->options.only_lists && message->security != NULL)
        wssc_security_shorten(message->security);
    ((WsscMessage *)message)->is_shown = TRUE;
}

void wssc_settled_tell_all(WsscSession *session)
{
    for (guint i = 0; session->on_settled != NULL && i < session->model.messages->len; i++)
        if (g_hash_table_contains(session->unsettled, session->model.messages->pdata[i]))
            tell(session, session->model.messages->pdata[i]);
}
