/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Findings: rules broken and facts worth attention, from one table (findings.def) that makes the
 * enum, the stable ids, the severities, Wireshark's expert items and --list-findings.
 */
#ifndef WSSC_FINDINGS_FINDING_H
#define WSSC_FINDINGS_FINDING_H

#include <glib.h>

#include "findings/evidence.h"

typedef enum {
    WSSC_SEVERITY_CHAT,
    WSSC_SEVERITY_NOTE,
    WSSC_SEVERITY_WARN,
    WSSC_SEVERITY_ERROR,
} WsscSeverity;

typedef enum {
#define WSSC_FINDING(ID, name, severity, title, clause) WSSC_FINDING_##ID,
#include "findings/findings.def"
#undef WSSC_FINDING
    WSSC_FINDING_MAX
} WsscFindingId;

typedef struct {
    const char *name; /* stable id, "use-after-cancel" */
    WsscSeverity severity;
    const char *title;
    const char *clause;
} WsscFindingInfo;

/* One occurrence. Owned by the session. */
typedef struct {
    WsscFindingId id;
    WsscSeverity severity;
    guint file;
    guint32 frame;
    gint64 time;         /* of that frame, microseconds since 1970 */
    const char *context; /* identifier, borrowed from the context; or NULL */
    char *text;          /* what happened here, a sentence without full stop, with places for frames (WSSC_AT) */
    GPtrArray *evidence; /* WsscEvidence: first the frame above, then the others that it rests on */
} WsscFinding;

const WsscFindingInfo *wssc_finding_info(WsscFindingId id);
/* FALSE for an id that is not in the table. */
gboolean wssc_finding_from_name(const char *name, WsscFindingId *ret_id);
/* "chat", "note", "warn", "error". */
const char *wssc_severity_name(WsscSeverity severity);
/* FALSE for another word. */
gboolean wssc_severity_from_name(const char *name, WsscSeverity *ret_severity);

#endif
