/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Tokens that one service issues for use at another: from their RSTR to the contexts that were asked for with them.
 */
#include "session/facts.h"

/* One without a name is another one each time. */
static WsscToken *token_of(WsscSession *session, GHashTable *by_id, const WsscSaml *assertion)
{
    WsscToken *token = *assertion->id != '\0' ? g_hash_table_lookup(by_id, assertion->id) : NULL;
    if (token != NULL)
        return token;
    token = g_new0(WsscToken, 1);
    token->kind = assertion->kind;
    token->id = g_strdup(assertion->id);
    token->issuer = g_strdup(assertion->issuer);
    token->subject = g_strdup(assertion->subject);
    token->created = assertion->created;
    token->expires = assertion->expires;
    token->contexts = g_ptr_array_new();
    g_ptr_array_add(session->model.tokens, token);
    token->index = session->model.tokens->len;
    if (*token->id != '\0')
        g_hash_table_insert(by_id, token->id, token);
    return token;
}

static void take_issued(WsscSession *session, GHashTable *by_id, WsscMessage *message)
{
    for (guint i = 0; i < message->soap->trusts->len; i++) {
        const WsscTrust *trust = message->soap->trusts->pdata[i];
        if (!trust->is_response || trust->assertion == NULL)
            continue;
        WsscToken *token = token_of(session, by_id, trust->assertion);
        if (token->issued_by == NULL)
            token->issued_by = message->exchange;
        if (token->created == WSSC_TIME_NONE)
            token->created = trust->created;
        if (token->expires == WSSC_TIME_NONE)
            token->expires = trust->expires;
    }
}

static void take_used(WsscSession *session, GHashTable *by_id, WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    WsscContext *asked =
        message->exchange != NULL && message->exchange->request == message ? message->exchange->context : NULL;
    for (guint i = 0; security != NULL && i < security->assertions->len; i++) {
        WsscToken *token = token_of(session, by_id, security->assertions->pdata[i]);
        token->first_use = token->first_use != NULL ? token->first_use : message;
        token->last_use = message;
        token->uses++;
        if (asked == NULL || message->soap->operation != WSSC_OPERATION_ISSUE ||
            g_ptr_array_find(asked->tokens, token, NULL))
            continue;
        g_ptr_array_add(asked->tokens, token);
        g_ptr_array_add(token->contexts, asked);
    }
}

void wssc_facts_tokens(WsscSession *session)
{
    g_autoptr(GHashTable) by_id = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < session->model.messages->len; i++) {
        WsscMessage *message = session->model.messages->pdata[i];
        if (message->damage != NULL || message->is_copy)
            continue;
        take_issued(session, by_id, message);
        take_used(session, by_id, message);
    }
}
