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

/* A POST or its answer that is the whole run of octets and nothing but, with a body of a given length, not encoded in
 * any way. Its parts lie in the octets. */
typedef struct {
    gboolean is_response;
    gsize len;         /* of the head, with the empty line */
    const char *media; /* type and subtype, in any case */
    gsize media_len;
    const char *parameters; /* of the media type */
    gsize parameters_len;
} WsscHttpWhole;

/* FALSE for all else, be it HTTP or not. */
gboolean wssc_http_whole(const char *text, gsize len, WsscHttpWhole *ret_head);

/* The value of the first field of that name (in any case) in a head, without white space around it; FALSE when there is
 * none. ret_value lies in the octets. */
gboolean wssc_http_field(const char *head, gsize len, const char *name, const char **ret_value, gsize *ret_len);

/* IMF-fixdate (RFC 9110 section 5.6.7) to microseconds since 1970; 0 for another text. */
gint64 wssc_http_date_parse(const char *text, gsize len);

#endif
