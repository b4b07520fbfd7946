/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * How long the service accepts the old key beside the new one: bounded by the calls under the old key after the first
 * message under the new one.
 */
#include "binding/private.h"

typedef struct {
    gint64 min, max; /* WSSC_NO_VALUE */
    const WsscMessage *min_begin, *min_at, *max_begin, *max_at;
    gint64 min_since_issue, max_since_issue; /* the same from the answer that issued the new key */
} Span;

/* The old key was over by itself. */
static gboolean was_expired(const WsscTrace *trace, const WsscInstance *old, gint64 moment)
{
    return old != NULL && old->expires != WSSC_TIME_NONE && moment >= old->expires - trace->context->clock_offset;
}

static void note(const WsscTrace *trace, const WsscGrant *grant, const WsscMessage *begin, const WsscMessage *call,
                 Span *span)
{
    gint64 age = call->time - begin->time;
    if (wssc_trace_is_served(call)) {
        if (span->min == WSSC_NO_VALUE || age > span->min) {
            span->min = age;
            span->min_begin = begin;
            span->min_at = call;
            span->min_since_issue = call->time - grant->answered;
        }
    } else if (wssc_trace_is_refused(call) && !was_expired(trace, call->instance, call->time)) {
        if (span->max == WSSC_NO_VALUE || age < span->max) {
            span->max = age;
            span->max_begin = begin;
            span->max_at = call;
            span->max_since_issue = call->time - grant->answered;
        }
    }
}

/* Calls after the renewal under a key that is not its own and was there before. at: where in the messages, by time. */
static void look_at(const WsscTrace *trace, const WsscGrant *grant, gint64 until, guint *at, Span *span)
{
    const WsscMessage *begin = NULL;
    for (; *at < trace->messages->len; (*at)++) {
        const WsscMessage *message = trace->messages->pdata[*at];
        if (message->time >= until)
            return;
        if (message->time <= grant->answered || !wssc_trace_is_call(message) || message->instance == NULL)
            continue;
        if (message->instance == grant->instance)
            begin = begin != NULL ? begin : message;
        else if (begin != NULL)
            note(trace, grant, begin, message, span);
    }
}

void wssc_infer_rollover(const WsscInference *inference, WsscProperty *property)
{
    const WsscTrace *trace = inference->trace;
    const WsscLikeness *service = &inference->binding->likeness[WSSC_PART_SERVICE];
    gboolean is_wcf = service->is_like && service->like == WSSC_STACK_WCF;
    guint at = 0;
    Span span = {.min = WSSC_NO_VALUE, .max = WSSC_NO_VALUE};

    for (guint i = 0; i < trace->grants->len; i++) {
        const WsscGrant *grant = trace->grants->pdata[i];
        const WsscGrant *next = i + 1 < trace->grants->len ? trace->grants->pdata[i + 1] : NULL;
        if (grant->operation == WSSC_OPERATION_RENEW && grant->instance != NULL)
            look_at(trace, grant, next != NULL && next->answered != WSSC_TIME_NONE ? next->answered : G_MAXINT64, &at,
                    &span);
    }
    if (span.min == WSSC_NO_VALUE && span.max == WSSC_NO_VALUE)
        return;
    /* WCF counts from the first message under the new key. Another service may count from the answer that issued it. */
    g_autofree char *age = wssc_duration_text(span.max != WSSC_NO_VALUE ? span.max_since_issue : span.min_since_issue);
    wssc_property_bound(property, span.min, span.max == WSSC_NO_VALUE || is_wcf ? span.max : span.max_since_issue,
                        "the old key was %s at that age of the new one, %s after the answer that issued it",
                        span.max == WSSC_NO_VALUE   ? "still accepted"
                        : span.min == WSSC_NO_VALUE ? "refused"
                                                    : "accepted, and later refused",
                        age);
    wssc_property_cite(property, WSSC_EVIDENCE_USE, span.min_begin, "the first message under the new key");
    wssc_property_cite(property, WSSC_EVIDENCE_USE, span.min_at, "the old key is accepted");
    wssc_property_cite(property, WSSC_EVIDENCE_USE, span.max_begin, "the first message under the new key");
    wssc_property_cite(property, WSSC_EVIDENCE_FAULT, span.max_at, "the old key is refused");
}
