/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Beginnings of HTTP messages, and whether they announce SOAP.
 */
#ifndef WSSC_ANALYZER_HTTP_HEAD_H
#define WSSC_ANALYZER_HTTP_HEAD_H

#include <glib.h>

typedef enum {
    WSSC_HTTP_HEAD_NONE,  /* no HTTP message begins there */
    WSSC_HTTP_HEAD_OTHER, /* one without a body, or of another media type */
    WSSC_HTTP_HEAD_SOAP,
    WSSC_HTTP_HEAD_CUT,   /* one that breaks off before its media type */
} WsscHttpHead;

WsscHttpHead wssc_http_head(const char *text, gsize len, gboolean *ret_is_response);

#endif
