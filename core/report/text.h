/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a session knows, as text for people. No I/O: each function appends to a string.
 */
#ifndef WSSC_REPORT_TEXT_H
#define WSSC_REPORT_TEXT_H

#include "report/sink.h"
#include "session/session.h"

/* Colours are ANSI sequences; without them the text is plain UTF-8. Lines stay within 100 columns but for
 * words that are longer; what comes from a capture is made safe for a terminal. */
typedef struct {
    gboolean color;
    gboolean many_files;  /* name the file with each frame */
    guint columns;        /* to wrap sentences at; 0: 100 */
    const WsscSink *sink; /* takes long lists over piece by piece: then the string holds what is left; or NULL */
} WsscTextStyle;

void wssc_text_contexts(const WsscSession *session, const WsscTextStyle *style, GString *out);
/* identifier NULL: of every context. */
void wssc_text_timeline(const WsscSession *session, const WsscTextStyle *style, const char *identifier, GString *out);
void wssc_text_findings(const WsscSession *session, const WsscTextStyle *style, GString *out);
void wssc_text_verify(const WsscSession *session, const WsscTextStyle *style, GString *out);
/* The same message by message, each once it is settled, in any order: rows are put in that of the messages. What is
 * known at the end only (the numbers of contexts) is filled in there; messages may be gone by then. style and its files
 * are known from the beginning. */
typedef struct WsscVerifyText WsscVerifyText;
WsscVerifyText *wssc_verify_text_new(const WsscSession *session, const WsscTextStyle *style);
void wssc_verify_text_put(gpointer rows, const WsscMessage *message); /* rows: a WsscVerifyText */
void wssc_verify_text_finish(WsscVerifyText *rows, GString *out);
void wssc_verify_text_free(WsscVerifyText *rows);
/* Every step of the signatures in that frame: key and where it is from, canonical octets, digests, value. No secrets.
 */
void wssc_text_explain(const WsscSession *session, const WsscTextStyle *style, guint32 frame, GString *out);
/* Contexts, verdict counts, findings: the main job. */
void wssc_text_summary(const WsscSession *session, const WsscTextStyle *style, GString *out);

#endif
