/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What became of the context before the message came: cancelled, expired, renewed.
 */
#include <string.h>

#include "base/text.h"
#include "why/case.h"

/* ---- cancelled -------------------------------------------------------------------------------------------------- */

/* What was taken last before the request; NULL where that is a use: another server holds it, or cancel meant nothing.
 */
static const WsscCall *cancel_before(const WsscCase *own)
{
    guint steps = 0;
    for (const WsscCall *call = own->last_good; call != NULL && steps < WSSC_FAR; call = call->last_good, steps++) {
        if (call->answer == NULL || call->answer->time > own->request->time)
            continue;
        if (call->outer->operation == WSSC_OPERATION_CANCEL)
            return call;
        if (call->request->is_use)
            return NULL;
    }
    return NULL;
}

gboolean wssc_holds_cancelled_before(const WsscCase *own, WsscArgument *argument)
{
    const WsscCall *cancel = own->request != NULL && own->context != NULL ? cancel_before(own) : NULL;
    if (cancel == NULL)
        return FALSE;
    g_autofree char *span = wssc_span_text(own->request->time - cancel->answer->time);
    wssc_argue(argument, "the context was cancelled %s before", span);
    wssc_cite_message(argument, WSSC_EVIDENCE_CANCEL, cancel->request, "the context is cancelled");
    wssc_cite_message(argument, WSSC_EVIDENCE_RESPONSE, cancel->answer, "the service confirms it");
    return TRUE;
}

/* ---- expired ---------------------------------------------------------------------------------------------------- */

/* By the issuer's own clock. */
static gboolean time_left(const WsscCase *own, gint64 *ret_left)
{
    const WsscInstance *instance = own->instance;
    if (own->context == NULL || own->request == NULL || instance == NULL || instance->expires == WSSC_TIME_NONE)
        return FALSE;
    *ret_left = instance->expires - own->request->time - own->context->clock_offset;
    return TRUE;
}

static void cite_lifetime(const WsscCase *own, WsscArgument *argument)
{
    const WsscInstance *instance = own->instance;
    g_autofree char *expires = wssc_time_format(instance->expires);
    if (instance->issued_by != NULL)
        wssc_cite_message(argument, WSSC_EVIDENCE_LIFETIME, instance->issued_by, "the key was issued, good until %s",
                          expires);
}

gboolean wssc_holds_lifetime_over(const WsscCase *own, WsscArgument *argument)
{
    gint64 left;
    if (!time_left(own, &left) || left >= 0)
        return FALSE;
    g_autofree char *span = wssc_span_text(left);
    wssc_argue(argument, "the key's lifetime had ended %s before", span);
    cite_lifetime(own, argument);
    return TRUE;
}

gboolean wssc_holds_lifetime_left(const WsscCase *own, WsscArgument *argument)
{
    gint64 left;
    if (own->refusal == WSSC_REFUSAL_EXPIRED || !time_left(own, &left) || left <= 0)
        return FALSE;
    g_autofree char *span = wssc_span_text(left);
    wssc_argue(argument, "the key's lifetime had another %s to go", span);
    return TRUE;
}

/* ---- renewed ---------------------------------------------------------------------------------------------------- */

/* A newer key that was in use before the request. */
static const WsscInstance *newer_key(const WsscCase *own)
{
    const WsscContext *context = own->context;
    gboolean is_after = FALSE;
    if (context == NULL || own->request == NULL || !own->request->is_use)
        return NULL;
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (is_after && instance->issued_by != NULL && instance->first_use != NULL &&
            instance->first_use->time < own->request->time && instance->first_use != own->request)
            return instance;
        is_after |= instance == own->instance;
    }
    return NULL;
}

gboolean wssc_holds_older_key(const WsscCase *own, WsscArgument *argument)
{
    const WsscInstance *newer = newer_key(own);
    if (newer == NULL)
        return FALSE;
    g_autofree char *span = wssc_span_text(own->request->time - newer->first_use->time);
    WsscProofs proofs = wssc_proofs_of(own->request);
    wssc_argue(argument, "the message is under %s%s, though a newer key had been in use for %s",
               own->instance->name != NULL ? "instance " : "the first key",
               own->instance->name != NULL ? own->instance->name : "", span);
    if (proofs.count > 0 && proofs.valid == proofs.count)
        wssc_argue(argument, "under the old key its signature is valid");
    wssc_cite_message(argument, WSSC_EVIDENCE_RENEW, newer->issued_by, "the newer key was issued");
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, newer->first_use, "the newer key is used");
    return TRUE;
}

gboolean wssc_holds_newest_key(const WsscCase *own, WsscArgument *argument)
{
    const WsscContext *context = own->context;
    if (context == NULL || own->instance == NULL || context->instances->len == 0 || newer_key(own) != NULL)
        return FALSE;
    if (context->instances->len > 1)
        wssc_argue(argument, "the message is under the newest key that was in use");
    return TRUE;
}

gboolean wssc_holds_is_renewal(const WsscCase *own, WsscArgument *argument)
{
    gint64 left;
    if (own->operation != WSSC_OPERATION_RENEW || own->request == NULL)
        return FALSE;
    WsscProofs proofs = wssc_proofs_of(own->request);
    wssc_argue(argument, "the service answers the request to renew the context with a refusal");
    if (proofs.count > 0 && proofs.valid == proofs.count)
        wssc_argue(argument, "the request's signatures are valid");
    if (time_left(own, &left) && left < 0)
        wssc_argue(argument, "the key had expired by then");
    wssc_cite_message(argument, WSSC_EVIDENCE_RENEW, own->request, "the renewal is asked for");
    return TRUE;
}
