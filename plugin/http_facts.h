/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the head of an HTTP message says of its sender and of what stood between (internal to plugin/).
 */
#ifndef WSSC_PLUGIN_HTTP_FACTS_H
#define WSSC_PLUGIN_HTTP_FACTS_H

#include "compat.h"

#include "model/message.h"

/* Strings live as long as the frame's dissection. */
typedef struct {
    const char *agent;     /* User-Agent or Server; "" when the head has none; NULL when the head is not known */
    const char *forwarded; /* see WsscUnit */
    const char *via, *media, *host; /* NULL when the head has none */
    gsize announced;                /* Content-Length, where the body runs past it; else 0 */
    const char *problem;            /* why its body cannot be taken out of its coding; else NULL */
    gint64 date;                    /* microseconds since 1970; 0 when the head has none */
    gboolean is_newest_response;    /* no head of another response was dissected in the frame after it */
} WsscHttpFacts;

/* Of the message whose body is dissected. info: what HTTP's dissector gives with it. */
WsscHttpFacts wssc_http_facts(packet_info *pinfo, const WsscMediaInfo *info, WsscDirection direction);
/* The head stands there, and HTTP's dissector does not hand it on. What is noted may be added to. */
WsscHttpFacts *wssc_http_facts_note(packet_info *pinfo, const char *head, gsize len, gboolean is_response);
/* HTTP's dissector goes on with what follows. */
void wssc_http_facts_pass(packet_info *pinfo);
/* Why the body that is dissected now could not be taken out of its coding; NULL when nothing is wrong. */
const char *wssc_http_problem(packet_info *pinfo);
/* Of the response that ends in this frame and has no body of ours: its head is looked for among the frame's octets,
 * where it is not noted. */
WsscHttpFacts wssc_http_facts_of_response(packet_info *pinfo);

#endif
