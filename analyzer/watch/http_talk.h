/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection of HTTP/1 that is followed message by message (RFC 9112), strictly: what is not written as everybody
 * writes it, or turns into another protocol, is not followed.
 */
#ifndef WSSC_WATCH_HTTP_TALK_H
#define WSSC_WATCH_HTTP_TALK_H

#include "base/bytes.h"

typedef struct WsscHttpTalk WsscHttpTalk;

/* Octets begin as a request does that can be followed. */
gboolean wssc_http_talk_begins(WsscBytes octets);
/* ... as an answer does. */
gboolean wssc_http_talk_is_answer(WsscBytes octets);
WsscHttpTalk *wssc_http_talk_new(void);
/* Of one that was joined in its middle: it is followed from the first heads on that begin a segment. */
WsscHttpTalk *wssc_http_talk_new_joined(void);
void wssc_http_talk_free(WsscHttpTalk *talk);
/* The next segment of one direction, whole. FALSE when it cannot be followed any more. */
gboolean wssc_http_talk_take(WsscHttpTalk *talk, gboolean is_from_server, WsscBytes octets);
/* No message is under way in either direction; a request may wait for its response. */
gboolean wssc_http_talk_is_even(const WsscHttpTalk *talk);
/* None, and each request was answered, of one or more. */
gboolean wssc_http_talk_is_between(const WsscHttpTalk *talk);
/* What that end said last, which could not be followed, is no request, and no answer to a whole one, of the requests
 * behind the first that was answered. */
gboolean wssc_http_talk_is_unasked(const WsscHttpTalk *talk, gboolean is_from_server, WsscBytes octets);
/* Some message could lead to anything of ours. */
gboolean wssc_http_talk_may_be_ours(const WsscHttpTalk *talk);
/* How many requests were answered. */
guint wssc_http_talk_answers(const WsscHttpTalk *talk);

#endif
