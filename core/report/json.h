/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a session knows, as the JSON objects that the documentation fixes (names never change, more
 * members may come). Unknown values are null. Every function returns a new array node of one object
 * a thing, in a fixed order; the caller frees it with json_node_unref.
 */
#ifndef WSSC_REPORT_JSON_H
#define WSSC_REPORT_JSON_H

#include <json-glib/json-glib.h>

#include "session/session.h"

/* The members' names, NULL-terminated, in their order: for a header where there is no object. */
extern const char *const wssc_json_context_members[],
    *const wssc_json_verify_members[], *const wssc_json_finding_members[], *const wssc_json_timeline_members[];

JsonNode *wssc_json_contexts(const WsscSession *session);
JsonNode *wssc_json_verify(const WsscSession *session);
JsonNode *wssc_json_findings(const WsscSession *session);
/* identifier NULL: of every context. */
JsonNode *wssc_json_timeline(const WsscSession *session, const char *identifier);

/* The members of one row of verify, but for file and frame. */
void wssc_json_set_signature(JsonObject *object, const WsscMessage *message, const WsscSignature *signature);
/* The member "evidence" of a list of WsscEvidence. */
void wssc_json_set_evidence(JsonObject *object, const WsscSession *session, const GPtrArray *evidence);

#endif
