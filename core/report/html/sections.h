/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The page's parts, in the order in which they stand in it.
 */
#ifndef WSSC_REPORT_HTML_SECTIONS_H
#define WSSC_REPORT_HTML_SECTIONS_H

#include "report/html.h"
#include "report/html/write.h"

/* Files, time, and what went wrong or was checked. */
void wssc_html_answer(WsscHtml *html, const WsscSession *session);
/* html/compared.c: what differs in another capture, the most telling first. */
void wssc_html_compared(WsscHtml *html, const WsscHtmlCompared *compared);
/* How many contexts, messages, signatures and findings. */
void wssc_html_figures(WsscHtml *html, const WsscSession *session);
void wssc_html_contexts(WsscHtml *html, const WsscSession *session);
void wssc_html_signatures(WsscHtml *html, const WsscSession *session);
void wssc_html_bindings(WsscHtml *html, const WsscSession *session);
void wssc_html_findings(WsscHtml *html, const WsscSession *session);
/* html/messages.c: what each message says, with its XML. */
void wssc_html_messages(WsscHtml *html, const WsscSession *session, const WsscHtmlOptions *options);

/* The classes of words that name a state, a verdict, a severity. */
const char *wssc_html_state_style(WsscState state);
const char *wssc_html_verdict_style(WsscVerdict verdict);
const char *wssc_html_severity_style(WsscSeverity severity);
/* "12", or "a.pcap:12" when the session has several files. Caller frees. */
char *wssc_html_frame(const WsscSession *session, guint file, guint32 frame);
/* A button that copies a display filter for frames from..to. */
void wssc_html_filter_button(WsscHtml *html, guint32 from, guint32 to);

#endif
