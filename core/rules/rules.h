/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The rules that findings come from: what stands in the model is looked at, nothing in it is written. Each file holds
 * one kind of rule, each rule is a small function; findings.def says what each id means.
 *
 * A rule is asked when the model holds what it is about, in the order of the capture; what it finds goes to the
 * session, by way of "take".
 */
#ifndef WSSC_RULES_RULES_H
#define WSSC_RULES_RULES_H

#include "findings/finding.h"
#include "model/capture.h"
#include "model/context.h"
#include "base/limits.h"
#include "model/exchange.h"
#include "model/message.h"
#include "model/model.h"
#include "rules/bounds.h"

typedef struct {
    /* Takes the finding over and files it with the message and the context; both may be NULL. */
    void (*take)(gpointer user, WsscFinding *finding, const WsscMessage *message, const WsscContext *context);
    gpointer user;
    WsscBounds bounds;
    WsscLimits limits;
} WsscRules;

/* A time in microseconds, in a text: whole seconds, without its sign. */
#define WSSC_SECONDS "%" G_GINT64_FORMAT " s"
static inline gint64 wssc_rules_seconds(gint64 time)
{
    return (ABS(time) + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC;
}

/* raise.c: the finding, whose owner is whoever took it. It stands at the message, which is its first evidence; context
 * may be NULL. The text names no frame: it has places for the evidence that is added (WSSC_AT). */
WsscFinding *wssc_rules_raise(const WsscRules *rules, WsscFindingId id, const WsscMessage *message,
                              const WsscContext *context, const char *format, ...) G_GNUC_PRINTF(5, 6);

/* Further evidence: what stands at WSSC_AT(1), WSSC_AT(2), ... of the finding's text, in this order. message may be
 * NULL: then nothing is added. */
void wssc_rules_point(WsscFinding *finding, WsscEvidenceRole role, const WsscMessage *message);
void wssc_rules_point_frame(WsscFinding *finding, WsscEvidenceRole role, guint file, guint32 frame, const char *format,
                            ...) G_GNUC_PRINTF(5, 6);

/* message.c: what a message says by itself. */
void wssc_rules_check_message(const WsscRules *rules, const WsscMessage *message);
/* Of its octets: what damage or a broken document is called, and what its characters were. */
void wssc_rules_check_damage(const WsscRules *rules, const WsscMessage *message, gboolean is_malformed);
/* No message came of them. */
void wssc_rules_check_unread(const WsscRules *rules, guint file, const WsscUnreadOctets *octets);
void wssc_rules_check_tree(const WsscRules *rules, const WsscMessage *message, const WsscXml *xml);

/* Something that came with the message was left away there; context may be NULL. */
void wssc_rules_check_limit(const WsscRules *rules, const WsscMessage *message, const WsscContext *context,
                            WsscLimitId id);

/* security.c: its verdicts and decryptions, once no later key can change them. */
void wssc_rules_check_security(const WsscRules *rules, const WsscMessage *message);

/* exchange.c: request and response. */
void wssc_rules_check_exchange(const WsscRules *rules, const WsscExchange *exchange, const WsscMessage *response);
/* A later leg of a negotiation that is a request again. */
void wssc_rules_check_leg(const WsscRules *rules, const WsscExchange *exchange, const WsscMessage *leg);
/* A response when there is one already. */
void wssc_rules_check_second_response(const WsscRules *rules, const WsscExchange *exchange,
                                      const WsscMessage *response);
/* The request was answered with a status of HTTP that is an error, and no SOAP message. */
void wssc_rules_check_status(const WsscRules *rules, const WsscExchange *exchange);
/* At the end: all exchanges (WsscExchange), their outcomes set. */
void wssc_rules_check_unanswered(const WsscRules *rules, const GPtrArray *exchanges);

/* issue.c: the material that a key is made of. */
typedef struct {
    const WsscContext *context;
    const WsscExchange *exchange; /* or NULL */
    const WsscMessage *response;
    const WsscTrust *rstr;
    WsscEntropyMode mode;
    gsize key_octets; /* of the key as it came out; 0 when it is not known */
} WsscIssued;
void wssc_rules_check_issued(const WsscRules *rules, const WsscIssued *issued);
void wssc_rules_check_issued_without_identifier(const WsscRules *rules, const WsscContext *context,
                                                const WsscMessage *response);
/* The identifier was issued before, with another key. */
void wssc_rules_check_identifier_again(const WsscRules *rules, const WsscContext *context, const WsscMessage *message);

/* lifetime.c: judged by the issuer's own clock; capture time only where the issuer gives no Created. */
void wssc_rules_check_lifetime(const WsscRules *rules, const WsscContext *context, const WsscMessage *message,
                               const WsscInstance *instance);

/* renewal.c: what answers requests to renew and cancel. */
void wssc_rules_check_other_identifier(const WsscRules *rules, const WsscContext *context, const WsscMessage *response,
                                       const char *identifier);
void wssc_rules_check_cancelled(const WsscRules *rules, const WsscContext *context, const WsscMessage *response,
                                gboolean is_confirmed);

/* trouble.c: a fault, damage, an invalid signature or a finding from "warn" on. */
gboolean wssc_rules_is_troubled(const WsscMessage *message);
/* One of its signatures is invalid. */
gboolean wssc_rules_has_invalid(const WsscMessage *message);

/* At the end, over the whole model. */
void wssc_rules_check_renewals(const WsscRules *rules, const WsscModel *model);
void wssc_rules_check_rollovers(const WsscRules *rules, const WsscModel *model); /* rollover.c */
void wssc_rules_check_ends(const WsscRules *rules, const WsscModel *model);      /* end.c */
void wssc_rules_check_farm(const WsscRules *rules, const WsscModel *model);      /* farm.c */
void wssc_rules_check_addresses(const WsscRules *rules, const WsscModel *model); /* address.c */
void wssc_rules_check_clocks(const WsscRules *rules, const WsscModel *model);    /* clocks.c */
void wssc_rules_check_order(const WsscRules *rules, const WsscModel *model);     /* order.c */
void wssc_rules_check_key_sizes(const WsscRules *rules, const WsscModel *model); /* size.c */
void wssc_rules_check_replays(const WsscRules *rules, const WsscModel *model);   /* replay.c */
void wssc_rules_check_binding(const WsscRules *rules, const WsscModel *model);   /* binding.c */
void wssc_rules_check_tokens(const WsscRules *rules, const WsscModel *model);    /* token.c */

/* use.c: one use of a context. */
void wssc_rules_check_use(const WsscRules *rules, const WsscContext *context, const WsscMessage *message,
                          const WsscInstance *instance);
void wssc_rules_check_unknown_instance(const WsscRules *rules, const WsscContext *context, const WsscMessage *message,
                                       const char *instance);
/* At the end: all contexts (WsscContext). */
void wssc_rules_check_uses(const WsscRules *rules, const GPtrArray *contexts);

#endif
