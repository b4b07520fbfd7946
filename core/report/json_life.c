/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What became of a context: its renewals, the rollovers after them, its end; and the tokens that it came by.
 */
#include "report/json.h"

static const WsscMessage *asked_by(const WsscRenewal *renewal)
{
    return renewal->exchange != NULL ? renewal->exchange->request : NULL;
}

static void put_truth(WsscWriter *w, const char *name, WsscTruth truth)
{
    if (truth == WSSC_TRUTH_UNKNOWN)
        wssc_writer_null(w, name);
    else
        wssc_writer_bool(w, name, truth == WSSC_TRUTH_YES);
}

static void put_frame(WsscWriter *w, const char *name, const WsscMessage *message)
{
    wssc_writer_int_or_null(w, name, message != NULL ? message->frame : 0, message != NULL);
}

static void put_seconds(WsscWriter *w, const char *name, gint64 span)
{
    if (span == WSSC_TIME_NONE)
        wssc_writer_null(w, name);
    else
        wssc_writer_seconds(w, name, span);
}

static void put_renewal(WsscWriter *w, const WsscRenewal *renewal)
{
    const WsscMessage *asked = asked_by(renewal);
    wssc_writer_object(w, NULL);
    put_frame(w, "frame", asked);
    put_frame(w, "answer_frame", renewal->exchange != NULL ? renewal->exchange->response : NULL);
    wssc_writer_string(w, "outcome", wssc_renewal_outcome_name(renewal->outcome));
    wssc_writer_string(w, "timing", wssc_renewal_timing_name(renewal->timing));
    put_seconds(w, "left", renewal->left);
    put_frame(w, "needed_frame", renewal->needed_by);
    put_frame(w, "beside_frame", renewal->beside != NULL ? asked_by(renewal->beside) : NULL);
    put_truth(w, "signed_by_current", renewal->signed_by_current);
    put_truth(w, "same_identity", renewal->same_identity);
    put_truth(w, "used", renewal->is_used);
    wssc_writer_string(w, "before", renewal->before != NULL ? renewal->before->name : NULL);
    wssc_writer_string(w, "after", renewal->after != NULL ? renewal->after->name : NULL);
    wssc_writer_string(w, "replaced_by", renewal->replaced_by != NULL ? renewal->replaced_by->identifier : NULL);
    wssc_writer_end(w);
}

static void put_rollover(WsscWriter *w, const WsscRollover *rollover)
{
    wssc_writer_object(w, NULL);
    put_frame(w, "frame", rollover->begin);
    put_frame(w, "last_accepted_frame", rollover->last_accepted);
    put_frame(w, "first_refused_frame", rollover->first_refused);
    put_seconds(w, "at_least", rollover->at_least);
    put_seconds(w, "at_most", rollover->at_most);
    wssc_writer_int(w, "returns", rollover->returns);
    wssc_writer_end(w);
}

/* From its issue on, as far as that is in the capture. */
static void put_token(WsscWriter *w, const WsscToken *token)
{
    const WsscMessage *issued = token->issued_by != NULL ? token->issued_by->response : NULL;
    wssc_writer_object(w, NULL);
    wssc_writer_string(w, "kind", wssc_token_kind_name(token->kind));
    wssc_writer_string(w, "id", token->id);
    wssc_writer_string(w, "issuer", token->issuer);
    wssc_writer_string(w, "subject", token->subject);
    wssc_writer_time(w, "created", token->created);
    wssc_writer_time(w, "expires", token->expires);
    wssc_writer_string(w, "issued_by", issued != NULL ? issued->src : NULL);
    put_frame(w, "issued_frame", issued);
    put_frame(w, "first_use_frame", token->first_use);
    put_frame(w, "last_use_frame", token->last_use);
    wssc_writer_int(w, "uses", token->uses);
    wssc_writer_int(w, "contexts", token->contexts->len);
    wssc_writer_end(w);
}

void wssc_json_put_life(WsscWriter *w, const WsscContext *context)
{
    wssc_writer_string(w, "end", wssc_end_name(context->end));
    wssc_writer_array(w, "renewal_list");
    for (guint i = 0; i < context->renewal_list->len; i++)
        put_renewal(w, context->renewal_list->pdata[i]);
    wssc_writer_end(w);
    wssc_writer_array(w, "rollovers");
    for (guint i = 0; i < context->rollovers->len; i++)
        put_rollover(w, context->rollovers->pdata[i]);
    wssc_writer_end(w);
    wssc_writer_array(w, "tokens");
    for (guint i = 0; i < context->tokens->len; i++)
        put_token(w, context->tokens->pdata[i]);
    wssc_writer_end(w);
}
