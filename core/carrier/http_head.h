/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Heads of HTTP messages (RFC 9112), as far as what is behind them depends on it.
 */
#ifndef WSSC_CARRIER_HTTP_HEAD_H
#define WSSC_CARRIER_HTTP_HEAD_H

#include <glib.h>

typedef enum {
    WSSC_HTTP_HEAD_NONE,  /* no HTTP message begins there */
    WSSC_HTTP_HEAD_OTHER, /* one without a body, or of another media type */
    WSSC_HTTP_HEAD_SOAP,
    WSSC_HTTP_HEAD_CUT, /* one that breaks off before its media type */
} WsscHttpHead;

WsscHttpHead wssc_http_head(const char *text, gsize len, gboolean *ret_is_response);

/* A POST, or an answer that has a body, whose head is whole. Its parts lie in the octets. */
typedef struct {
    gboolean is_response;
    gsize len;         /* of the head, with the empty line */
    const char *media; /* type and subtype, in any case */
    gsize media_len;
    const char *parameters; /* of the media type */
    gsize parameters_len;
    gboolean has_length; /* Content-Length */
    gsize length;
    const char *coding; /* Content-Encoding, unless it is "identity"; else NULL */
    gsize coding_len;
    gboolean is_chunked; /* then the length does not count (RFC 9112 section 6.3) */
    gboolean is_odd;     /* fields twice or folded, bare line feeds, an upgrade, another transfer coding */
} WsscHttpMessage;

/* FALSE for all else, be it HTTP or not, and without a media type. */
gboolean wssc_http_message(const char *text, gsize len, WsscHttpMessage *ret_message);
/* The octets are that message and nothing but, with its body as it stands. */
gboolean wssc_http_is_whole(const WsscHttpMessage *message, gsize len);
/* The octets begin as a message of HTTP/1 does, as far as they go. */
gboolean wssc_http_begins(const char *text, gsize len);
/* The octets begin as no message of HTTP/1 does, no record of TLS and nothing else that has a first word in capitals:
 * they may be from the middle of a body. */
gboolean wssc_http_is_middle(const char *text, gsize len);

/* A field to look for, its name in any case: the value of the first that has the name, without white space around it.
 * It lies in the head's octets; NULL, as it has to be before, when there is none. */
typedef struct {
    const char *name;
    gsize name_len;
    const char *value;
    gsize len;
} WsscHttpField;

void wssc_http_fields(const char *head, gsize len, WsscHttpField *fields, guint count);

/* IMF-fixdate (RFC 9110 section 5.6.7) to microseconds since 1970; 0 for another text. */
gint64 wssc_http_date_parse(const char *text, gsize len);

#endif
