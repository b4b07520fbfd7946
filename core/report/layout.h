/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Lines of the texts for people: colours, columns, wrapping, and words of a capture made safe to show.
 */
#ifndef WSSC_REPORT_LAYOUT_H
#define WSSC_REPORT_LAYOUT_H

#include "report/text.h"

typedef enum { WSSC_PLAIN, WSSC_BOLD, WSSC_DIM, WSSC_GREEN, WSSC_YELLOW, WSSC_RED, WSSC_CYAN } WsscColor;

#define WSSC_TEXT_COLUMNS 100

WsscColor wssc_state_color(WsscState state);
WsscColor wssc_severity_color(WsscSeverity severity);
WsscColor wssc_verdict_color(WsscVerdict verdict);

void wssc_put(GString *out, const WsscTextStyle *style, WsscColor color, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* Between two rows of a long list: what there is goes to the style's sink, if it has one. */
void wssc_pour(GString *out, const WsscTextStyle *style);
/* What a message says may hold anything: what a reader cannot see becomes an escape (report/visible.h), line ends and
 * tabs blanks, and what is beyond 300 characters is left away. Caller frees. */
char *wssc_shown(const char *text);
/* The same of a sentence, which may quote a fault in full. */
char *wssc_shown_whole(const char *text);
/* Appends words that begin at "column" of the current line, and ends the line; further lines begin at "indent".
 * A word longer than a line is not broken. Sequences of colours take no room. WSSC_TIE is a blank that holds words
 * together. */
#define WSSC_TIE "\x1F"
void wssc_put_wrapped(GString *out, const WsscTextStyle *style, WsscColor color, guint column, guint indent,
                      const char *text);
/* "12", or "a.pcap:12" with several files; as wide as wssc_frame_width. Caller frees. */
char *wssc_frame_text(const WsscSession *session, const WsscTextStyle *style, guint file, guint32 frame);
int wssc_frame_width(const WsscSession *session, const WsscTextStyle *style);

#endif
