/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Writing HTML: nothing that a capture says can become markup.
 *
 * Text of a capture goes through wssc_html_text or a "%s" of wssc_html_put, which escape it; in JSON that stands in
 * the page it goes through wssc_html_json. Only constant strings of the program are written raw.
 */
#ifndef WSSC_REPORT_HTML_WRITE_H
#define WSSC_REPORT_HTML_WRITE_H

#include "report/sink.h"

typedef struct {
    const WsscSink *sink; /* borrowed */
    GString *buffer;
} WsscHtml;

void wssc_html_begin(WsscHtml *html, const WsscSink *sink);
void wssc_html_end(WsscHtml *html);

/* A constant of the program, as it is. */
void wssc_html_raw(WsscHtml *html, const char *markup);
/* Constant markup in which each %s is replaced by escaped text and made visible (wssc_html_visible). */
void wssc_html_put(WsscHtml *html, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Escaped, its first "limit" octets; NULL is nothing. */
void wssc_html_words(WsscHtml *html, const char *text, gsize limit);
/* The same with WSSC_HTML_WORDS. */
void wssc_html_text(WsscHtml *html, const char *text);
/* The first "limit" octets of words of a capture, with an ellipsis when there are more: visible, and UTF-8
 * (report/visible.h). Caller frees. */
char *wssc_html_visible(const char *text, gsize limit);
/* Appends a JSON string that may stand inside a script element; NULL: null. */
void wssc_html_json(GString *out, const char *text);

#define WSSC_HTML_PARAGRAPH 4000
#define WSSC_HTML_WORDS 400 /* octets of a word of the capture in tables and sentences */

#endif
