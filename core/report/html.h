/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One self-contained page about what a session knows: no network, no foreign script, readable without scripts.
 *
 *     WsscHtmlOptions options = {.messages = WSSC_HTML_MESSAGES_ALL};
 *     wssc_html_report(session, &options, sink);
 *
 * The session has to be finished. Key material and passwords are masked unless show_secrets is set.
 */
#ifndef WSSC_REPORT_HTML_H
#define WSSC_REPORT_HTML_H

#include "compare/compare.h"
#include "report/sink.h"
#include "session/session.h"

typedef enum {
    WSSC_HTML_MESSAGES_TROUBLED, /* those with an invalid signature, a fault, damage or a finding from "warn" on */
    WSSC_HTML_MESSAGES_ALL,
    WSSC_HTML_MESSAGES_NONE,
    WSSC_HTML_MESSAGES_MAX
} WsscHtmlMessages;
/* "troubled", "all", "none". */
const char *wssc_html_messages_name(WsscHtmlMessages which);
gboolean wssc_html_messages_from_name(const char *name, WsscHtmlMessages *ret_which);

/* Another capture beside the session's, and what differs; everything is borrowed. */
typedef struct {
    const WsscDifferences *differences;
    const WsscModel *models[WSSC_COMPARED]; /* the session's own, the other one */
} WsscHtmlCompared;

typedef struct {
    WsscHtmlMessages messages;
    gboolean show_secrets;
    const WsscHtmlCompared *compared; /* or NULL */
} WsscHtmlOptions;

void wssc_html_report(WsscSession *session, const WsscHtmlOptions *options, const WsscSink *sink);

#endif
