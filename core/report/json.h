/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a session knows, as rows of JSON objects whose members the documentation fixes (names never change, more members
 * may come). Unknown values are null. Every function writes one row a thing, in a fixed order.
 */
#ifndef WSSC_REPORT_JSON_H
#define WSSC_REPORT_JSON_H

#include "model/model.h"
#include "report/writer.h"

/* The members' names, NULL-terminated, in their order: columns of CSV. */
extern const char *const wssc_json_context_members[],
    *const wssc_json_verify_members[], *const wssc_json_finding_members[], *const wssc_json_timeline_members[];

void wssc_json_contexts(const WsscModel *model, WsscWriter *writer);
void wssc_json_verify(const WsscModel *model, WsscWriter *writer);
/* Of one message. */
void wssc_json_verify_message(const WsscModel *model, const WsscMessage *message, WsscWriter *writer);
void wssc_json_findings(const WsscModel *model, WsscWriter *writer);
/* identifier NULL: of every context. */
void wssc_json_timeline(const WsscModel *model, const char *identifier, WsscWriter *writer);

/* The members of one row of verify, but for file and frame. */
void wssc_json_put_signature(WsscWriter *writer, const WsscMessage *message, const WsscSignature *signature);
/* The member "evidence" of a list of WsscEvidence. */
void wssc_json_put_evidence(WsscWriter *writer, const WsscModel *model, const GPtrArray *evidence);
/* The member "fault": all that the message's fault says; null when there is none, or message is NULL. */
void wssc_json_put_fault(WsscWriter *writer, const WsscMessage *message);

/* Members "end", "renewal_list", "rollovers" and "tokens" of a context. */
void wssc_json_put_life(WsscWriter *writer, const WsscContext *context);

#endif
