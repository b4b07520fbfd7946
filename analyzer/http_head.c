/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http_head.h"

#include <string.h>

static const char *const media_types[] = {"text/xml", "application/xml", "application/soap",
                                          "application/xop", "multipart/related"};

/* A header field, in any case; what begins with the end of the line before it. */
static const char *find(const char *from, gsize len, const char *what)
{
    gsize size = strlen(what);
    const char *at = from, *end = from + len;
    while ((at = memchr(at, '\r', (gsize)(end - at))) != NULL && (gsize)(end - at) >= size) {
        if (g_ascii_strncasecmp(at, what, size) == 0)
            return at;
        at++;
    }
    return NULL;
}

WsscHttpHead wssc_http_head(const char *text, gsize len, gboolean *ret_is_response)
{
    *ret_is_response = len >= 7 && strncmp(text, "HTTP/1.", 7) == 0;
    if (!*ret_is_response && !(len >= 5 && strncmp(text, "POST ", 5) == 0))
        return WSSC_HTTP_HEAD_NONE;
    const char *end = find(text, len, "\r\n\r\n");
    gsize head = end != NULL ? (gsize)(end - text) : len;
    if (end != NULL && find(text, head + 2, "\r\nContent-Length: 0\r\n") != NULL)
        return WSSC_HTTP_HEAD_OTHER; /* no body to wait for */
    const char *type = find(text, head, "\r\nContent-Type:");
    if (type == NULL)
        return end == NULL ? WSSC_HTTP_HEAD_CUT : WSSC_HTTP_HEAD_OTHER;
    const char *line = g_strstr_len(type + 2, (gssize)(head - (gsize)(type + 2 - text)), "\r\n");
    const char *end_of_value = line != NULL ? line : text + head;
    const char *value = type + strlen("\r\nContent-Type:");
    while (value < end_of_value && *value == ' ')
        value++;
    /* The media type itself: a parameter may name another. */
    for (guint i = 0; i < G_N_ELEMENTS(media_types); i++)
        if ((gsize)(end_of_value - value) >= strlen(media_types[i]) &&
            g_ascii_strncasecmp(value, media_types[i], strlen(media_types[i])) == 0)
            return WSSC_HTTP_HEAD_SOAP;
    return line == NULL && end == NULL ? WSSC_HTTP_HEAD_CUT : WSSC_HTTP_HEAD_OTHER;
}
