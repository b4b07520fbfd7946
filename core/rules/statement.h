/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What WWSAPI's security context binding demands, told of one context: holds, does not hold, or can't be told.
 */
#ifndef WSSC_RULES_STATEMENT_H
#define WSSC_RULES_STATEMENT_H

#include "findings/evidence.h"
#include "findings/finding.h"
#include "rules/trace.h"

typedef enum {
#define WSSC_STATEMENT(ID, name, judge, finding, text) WSSC_STATEMENT_##ID,
#include "rules/statements.def"
#undef WSSC_STATEMENT
    WSSC_STATEMENT_MAX
} WsscStatementId;
/* "one-instance", ...: the stable id; and what it says. */
const char *wssc_statement_name(WsscStatementId id);
const char *wssc_statement_says(WsscStatementId id);
/* What is raised where it does not hold. */
WsscFindingId wssc_statement_finding(WsscStatementId id);

typedef struct {
    WsscStatementId id;
    WsscTruth holds;
    char *text; /* why, a clause without full stop */
    /* WsscEvidence: the message that breaks it first, or that shows it to hold. NULL while only "holds" and "broken_by"
     * are asked for: then there is no text either. */
    GPtrArray *evidence;
    const WsscMessage *broken_by; /* or NULL */
} WsscStatement;

/* All of them, in the order of the table (WsscStatement; the list owns them). */
GPtrArray *wssc_statements_judge(const WsscTrace *trace);
/* One of them; free it with wssc_statement_free. */
WsscStatement *wssc_statement_judge(const WsscTrace *trace, WsscStatementId id);
/* Whether a message shows that it does not hold. */
gboolean wssc_statement_is_broken(const WsscTrace *trace, WsscStatementId id);
WsscStatement *wssc_statement_new(WsscStatementId id, WsscTruth holds, char *text);
void wssc_statement_free(gpointer statement);

#endif
