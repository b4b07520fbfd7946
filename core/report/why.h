/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What went wrong and why, as text and as JSON, and the tables it is told from.
 */
#ifndef WSSC_REPORT_WHY_H
#define WSSC_REPORT_WHY_H

#include "report/text.h"
#include "report/writer.h"
#include "why/why.h"

/* Which troubles: those of one context, those that show in one frame (of any file), or all. */
typedef struct {
    const WsscContext *context; /* or NULL */
    guint32 frame;              /* 0: any */
} WsscWhyChoice;
gboolean wssc_why_is_chosen(const WsscWhyChoice *choice, const WsscTrouble *trouble);

void wssc_text_why(const WsscSession *session, const WsscTextStyle *style, const WsscWhy *why,
                   const WsscWhyChoice *choice, GString *out);
/* What was looked at, where there is no trouble in all of it: a sentence or two. Caller frees. */
char *wssc_why_nothing(const WsscWhy *why);
/* The most telling trouble in a line; nothing when there is none. */
void wssc_text_why_first(const WsscSession *session, const WsscTextStyle *style, const WsscWhy *why, GString *out);

extern const char *const wssc_json_why_members[];
/* One row for each trouble. */
void wssc_json_why(const WsscModel *model, const WsscWhy *why, const WsscWhyChoice *choice, WsscWriter *writer);

/* The table of causes: one line each, and as the document docs/causes.md. */
void wssc_text_causes(GString *out);
void wssc_markdown_causes(GString *out);
/* The document docs/findings.md, from the table of findings. */
void wssc_markdown_findings(GString *out);
void wssc_markdown_limits(GString *out);

#endif
