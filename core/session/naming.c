/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Which context a message speaks of. A context is found by its identifier alone, never by the connection: clients
 * reconnect, balancers spread requests.
 */
#include <string.h>

#include "session/private.h"
#include "soap/action.h"

static WsscNamed named_by_sct(const WsscSct *sct)
{
    return (WsscNamed){sct->identifier, sct->instance, sct->ns};
}

static gboolean is_named_by(WsscSession *session, const WsscReference *ref, WsscNamed *ret_named)
{
    if (ref == NULL)
        return FALSE;
    if (ref->sct != NULL) {
        *ret_named = named_by_sct(ref->sct);
        return TRUE;
    }
    if (ref->kind == WSSC_STR_URI && *ref->value != '\0' &&
        (wssc_is_sct_type(ref->value_type) || wssc_is_sct_type(ref->token_type) ||
         g_hash_table_contains(session->model.by_identifier, ref->value))) {
        *ret_named = (WsscNamed){ref->value, ref->instance, WSSC_NS_NONE};
        return TRUE;
    }
    return FALSE;
}

/* A reference may lead out of the message: the key that fitted tells where. */
static gboolean is_named_by_proof(const WsscMessage *message, WsscNamed *ret_named)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        if (signature->verdict != WSSC_VERDICT_VALID || signature->context == NULL)
            continue;
        *ret_named = (WsscNamed){signature->context, signature->instance, WSSC_NS_NONE};
        return TRUE;
    }
    return FALSE;
}

gboolean wssc_naming_find(WsscSession *session, const WsscMessage *message, const char *preferred, WsscNamed *ret_named)
{
    const WsscSecurityHeader *security = message->soap->security;
    gboolean is_found = FALSE;
    WsscNamed named;

    for (guint i = 0; security != NULL && i < security->scts->len; i++) {
        named = named_by_sct(security->scts->pdata[i]);
        if (!is_found || g_strcmp0(named.identifier, preferred) == 0)
            *ret_named = named;
        is_found = TRUE;
        if (g_strcmp0(named.identifier, preferred) == 0)
            return TRUE;
    }
    if (is_found && preferred == NULL)
        return TRUE;
    for (guint i = 0; security != NULL && i < security->references->len; i++) {
        if (!is_named_by(session, security->references->pdata[i], &named))
            continue;
        if (!is_found || g_strcmp0(named.identifier, preferred) == 0)
            *ret_named = named;
        is_found = TRUE;
        if (preferred == NULL || g_strcmp0(named.identifier, preferred) == 0)
            return TRUE;
    }
    return is_found || is_named_by_proof(message, ret_named);
}

/* "#id" of an SCT that stands in the header; the only one there where ids say nothing. */
static gboolean find_local(const WsscSoap *soap, const char *id, WsscNamed *ret_named)
{
    const WsscPoolList *scts = soap->security != NULL ? soap->security->scts : NULL;
    for (guint i = 0; scts != NULL && i < scts->len; i++) {
        const WsscSct *sct = scts->pdata[i];
        if (g_strcmp0(sct->id, id) == 0 || (scts->len == 1 && sct->id == NULL)) {
            *ret_named = named_by_sct(sct);
            return TRUE;
        }
    }
    return FALSE;
}

gboolean wssc_naming_find_target(WsscSession *session, const WsscSoap *soap, WsscNamed *ret_named)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->is_response || trust->target == NULL)
            continue;
        if (is_named_by(session, trust->target, ret_named))
            return TRUE;
        if (trust->target->kind == WSSC_STR_LOCAL && find_local(soap, trust->target->value, ret_named))
            return TRUE;
    }
    return FALSE;
}

static void learn_reference(WsscSession *session, const WsscSct *sct, const WsscReference *reference, gboolean is_given)
{
    if (reference == NULL || reference->value == NULL || *reference->value == '\0' ||
        (reference->kind != WSSC_STR_LOCAL && (reference->kind != WSSC_STR_URI || !is_given)) ||
        strcmp(reference->value, sct->identifier) == 0)
        return;
    wssc_keyring_add_context_name(session->keyring, reference->value, sct->identifier, sct->instance, is_given);
}

static void learn_id(WsscSession *session, const WsscSct *sct)
{
    if (sct->id != NULL && *sct->identifier != '\0')
        wssc_keyring_add_context_name(session->keyring, sct->id, sct->identifier, sct->instance, FALSE);
}

void wssc_naming_learn(WsscSession *session, const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    const WsscPoolList *scts = soap->security != NULL ? soap->security->scts : NULL;
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (!trust->is_response || trust->sct == NULL || *trust->sct->identifier == '\0')
            continue;
        learn_id(session, trust->sct);
        learn_reference(session, trust->sct, trust->attached, FALSE);
        learn_reference(session, trust->sct, trust->unattached, TRUE);
    }
    for (guint i = 0; scts != NULL && i < scts->len; i++)
        learn_id(session, scts->pdata[i]);
}

WsscContext *wssc_naming_context(WsscSession *session, WsscMessage *message, const WsscNamed *named)
{
    WsscContext *context = wssc_model_context(&session->model, named->identifier);
    if (context == NULL) {
        context = wssc_context_new(session, message, WSSC_STATE_OBSERVED);
        wssc_context_name(session, context, named->identifier);
        wssc_context_event(session, context, message, WSSC_EVENT_OBSERVED,
                           "in use; its establishment is not in the capture or not readable");
    }
    if (context->version == WSSC_NS_NONE)
        context->version = named->version;
    return context;
}

const WsscTrust *wssc_naming_first_trust(const WsscSoap *soap, gboolean is_response)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->is_response == is_response)
            return trust;
    }
    return NULL;
}
