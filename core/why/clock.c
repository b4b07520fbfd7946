/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Clocks: by how much the Timestamp of a refused message differs from the service's time, and whose clock it is.
 */
#include <string.h>

#include "base/text.h"
#include "why/case.h"

/* What most receivers forgive; some take no message whose Timestamp is a minute ahead. */
#define SKEW (5 * 60 * G_USEC_PER_SEC)
#define STRICT_SKEW (60 * G_USEC_PER_SEC)
/* HTTP's Date is to the second, and a message is on its way for a moment. */
#define NOTHING (5 * G_USEC_PER_SEC)

static void cite_clocks(const WsscCase *own, WsscArgument *argument)
{
    const WsscClocks *clocks = &own->clocks;
    const WsscSecurityHeader *security = own->request->soap->security;
    g_autofree char *created = wssc_time_format(security->created);
    g_autofree char *expires = wssc_time_format(security->expires);
    wssc_cite_message(argument, WSSC_EVIDENCE_TIMESTAMP, own->request, "Timestamp created %s, expires %s", created,
                      expires != NULL ? expires : "never");
    if (!clocks->has_service)
        return;
    g_autofree char *text = wssc_time_format(clocks->service.time + clocks->service.ahead);
    wssc_cite(argument, WSSC_EVIDENCE_CLOCK, clocks->service.file, clocks->service.frame,
              "the service's clock: %s (%s)", text, clocks->service.is_date ? "Date of HTTP" : "its own Timestamp");
}

static void argue_difference(const WsscCase *own, WsscArgument *argument, const char *direction)
{
    g_autofree char *span = wssc_span_text(own->clocks.ahead);
    gint64 off = own->clocks.has_service ? own->clocks.service.ahead : 0;
    wssc_argue(argument, "the message's Timestamp is %s %s %s", span, direction,
               own->clocks.has_service ? "the service's clock" : "the time of capture");
    if (own->clocks.has_service && ABS(off) > STRICT_SKEW) {
        g_autofree char *wrong = wssc_span_text(off);
        wssc_argue(argument, "the service's clock is %s %s the capture's", wrong, off > 0 ? "ahead of" : "behind");
    }
    cite_clocks(own, argument);
}

static gboolean is_ahead(const WsscCase *own, gint64 limit)
{
    return own->request != NULL && own->clocks.has_timestamp && own->clocks.ahead > limit;
}

/* The service takes the Timestamp amiss, and nothing but that tells its clock. */
static gboolean is_its_word(const WsscCase *own)
{
    return own->refusal == WSSC_REFUSAL_TIME && own->clocks.has_timestamp && !own->clocks.has_service;
}

/* Some stacks say which way it is wrong. */
static gboolean says_future(const WsscCase *own)
{
    static const char *const phrases[] = {"in the future", "ahead of the current time"};
    const char *reason = own->fault != NULL ? own->fault->reason : NULL;
    for (guint i = 0; reason != NULL && i < G_N_ELEMENTS(phrases); i++)
        if (strstr(reason, phrases[i]) != NULL)
            return TRUE;
    return FALSE;
}

gboolean wssc_holds_said_in_future(const WsscCase *own, WsscArgument *argument)
{
    if (!is_its_word(own) || !says_future(own))
        return FALSE;
    wssc_argue(argument, "the service says that the message comes from the future");
    return TRUE;
}

gboolean wssc_holds_said_too_old(const WsscCase *own, WsscArgument *argument)
{
    const WsscClocks *clocks = &own->clocks;
    if (!is_its_word(own) || says_future(own) || clocks->over == G_MININT64 || clocks->over > -NOTHING ||
        clocks->ahead > NOTHING)
        return FALSE;
    g_autofree char *span = wssc_span_text(clocks->over);
    wssc_argue(argument,
               "the service takes the Timestamp for out of date, and by the capture's clock it was good for another "
               "%s: the service's clock is ahead, or the message was held back behind the place of capture",
               span);
    return TRUE;
}

gboolean wssc_holds_ahead_and_said(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_TIME || !own->clocks.has_service || !is_ahead(own, NOTHING))
        return FALSE;
    argue_difference(own, argument, "ahead of");
    return TRUE;
}

gboolean wssc_holds_far_ahead(const WsscCase *own, WsscArgument *argument)
{
    if (!is_ahead(own, SKEW))
        return FALSE;
    argue_difference(own, argument, "ahead of");
    return TRUE;
}

gboolean wssc_holds_ahead(const WsscCase *own, WsscArgument *argument)
{
    if (!is_ahead(own, own->refusal == WSSC_REFUSAL_TIME ? NOTHING : STRICT_SKEW) || is_ahead(own, SKEW))
        return FALSE;
    argue_difference(own, argument, "ahead of");
    return TRUE;
}

/* Late by the clock of the service: expired there, or without an Expires older than anybody forgives. */
static gboolean is_late(const WsscCase *own, gint64 limit)
{
    const WsscClocks *clocks = &own->clocks;
    if (own->request == NULL || !clocks->has_timestamp)
        return FALSE;
    return clocks->over != G_MININT64 ? clocks->over > limit : clocks->ahead < -SKEW - limit;
}

/* The message was written just before it was sent, with a clock that is wrong: the other messages of the client say so
 * as well, or at least none of them says the contrary, or the key it is signed with did not exist then. */
static gboolean is_clock_wrong(const WsscCase *own)
{
    return own->clocks.ahead < -STRICT_SKEW && (own->clocks.is_before_key || !own->clocks.is_client_right);
}

static void argue_behind(const WsscCase *own, WsscArgument *argument)
{
    argue_difference(own, argument, "behind");
    if (own->clocks.is_before_key)
        wssc_argue(argument, "it says that it was written before the key was issued that it is signed with");
}

gboolean wssc_holds_behind_and_said(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_TIME || !own->clocks.has_service || !is_late(own, 0) || !is_clock_wrong(own))
        return FALSE;
    argue_behind(own, argument);
    return TRUE;
}

gboolean wssc_holds_far_behind(const WsscCase *own, WsscArgument *argument)
{
    if (!is_late(own, SKEW) || !is_clock_wrong(own))
        return FALSE;
    argue_behind(own, argument);
    return TRUE;
}

gboolean wssc_holds_behind(const WsscCase *own, WsscArgument *argument)
{
    if (!is_late(own, 0) || is_late(own, SKEW) || !is_clock_wrong(own))
        return FALSE;
    argue_behind(own, argument);
    return TRUE;
}

gboolean wssc_holds_clocks_agree(const WsscCase *own, WsscArgument *argument)
{
    if (is_its_word(own))
        return FALSE;
    if (own->request == NULL)
        return FALSE;
    if (!own->clocks.has_timestamp) {
        wssc_argue(argument, "the message has no Timestamp");
        return TRUE;
    }
    if (ABS(own->clocks.ahead) > STRICT_SKEW || is_late(own, 0))
        return FALSE;
    g_autofree char *span = wssc_span_text(own->clocks.ahead);
    wssc_argue(argument, "the message's Timestamp is %s from %s", span,
               own->clocks.has_service ? "the service's clock" : "the time of capture");
    return TRUE;
}

static gboolean argue_expired(const WsscCase *own, WsscArgument *argument)
{
    if (!is_late(own, 0) || own->clocks.over == G_MININT64 || is_clock_wrong(own))
        return FALSE;
    g_autofree char *over = wssc_span_text(own->clocks.over);
    wssc_argue(argument, "the Timestamp had expired %s before the message came", over);
    cite_clocks(own, argument);
    if (own->clocks.right != NULL) {
        wssc_argue(argument, "the client's clock is right in its other messages");
        wssc_cite_message(argument, WSSC_EVIDENCE_TIMESTAMP, own->clocks.right,
                          "another message of the same client: its clock is right");
    }
    return TRUE;
}

gboolean wssc_holds_expired_on_the_way_and_said(const WsscCase *own, WsscArgument *argument)
{
    return own->refusal == WSSC_REFUSAL_TIME && argue_expired(own, argument);
}

gboolean wssc_holds_expired_on_the_way(const WsscCase *own, WsscArgument *argument)
{
    return argue_expired(own, argument);
}

gboolean wssc_holds_not_expired(const WsscCase *own, WsscArgument *argument)
{
    if (own->request == NULL || !own->clocks.has_timestamp || own->clocks.over == G_MININT64 || own->clocks.over > 0)
        return FALSE;
    g_autofree char *left = wssc_span_text(own->clocks.over);
    wssc_argue(argument, "the Timestamp was good for another %s", left);
    return TRUE;
}
