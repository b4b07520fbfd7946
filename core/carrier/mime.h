/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * multipart/related bodies (RFC 2046, RFC 2387) and what MTOM puts into them: the parts, and the
 * xop:Include elements that stand for their octets.
 *
 * The body's octets and the content type come from the carrier. Where the carrier gave no boundary,
 * MIME headers at the start of the body are read instead (net.tcp, and Mono over HTTP).
 * Linear in the octets; the number of parts and the text that includes expand to are bounded.
 */
#ifndef WSSC_CARRIER_MIME_H
#define WSSC_CARRIER_MIME_H

#include "base/bytes.h"
#include "xml/xml.h"

/* A parameter of a header value such as boundary in `multipart/related; boundary="x"` (RFC 2045
 * 5.1): quoted or not, name in any case. Caller frees; NULL when absent. */
char *wssc_mime_parameter(const char *value, const char *name);

/* Content with its transfer encoding undone; NULL for one that leaves it as it is, or that it is not in. */
GBytes *wssc_mime_decode(const char *encoding, WsscBytes content);

typedef struct {
    char *id;                /* Content-ID without its angle brackets; NULL */
    char *content_type;      /* NULL when not said */
    char *transfer_encoding; /* NULL when not said: the octets stand as they are */
    char *headers;           /* the block of headers as it stands; NULL when there is none */
    gsize start, end;        /* of the content in the body, as it stands there */
    GBytes *octets;          /* content, transfer encoding undone */
    gboolean is_decoded;     /* octets are not those from start to end */
} WsscMimePart;

typedef struct {
    GPtrArray *parts; /* WsscMimePart, at least one */
    guint root;       /* index of the one that holds the envelope */
    gboolean is_open; /* the closing boundary is missing */
} WsscMime;

/* content_type: of the carrier, with parameters; may be NULL. NULL with error (WSSC_XML_ERROR) when
 * the octets are no multipart. */
WsscMime *wssc_mime_split(GBytes *body, const char *content_type, GError **error);
void wssc_mime_free(WsscMime *mime);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscMime, wssc_mime_free)

const WsscMimePart *wssc_mime_root(const WsscMime *mime);
/* The part that "cid:..." names (RFC 2392: percent-decoded before comparing); NULL when there is none, and when there
 * are two (RFC 2045 section 7: ids are unique): receivers take either. */
const WsscMimePart *wssc_mime_find(const WsscMime *mime, const char *href);

typedef struct {
    guint resolved;
    guint missing;         /* includes whose part is not there: left as they are */
    char *first_missing;   /* its href; caller frees */
    gboolean is_too_large; /* the rest was left as it is: WSSC_MAX_BINARY_TEXT_OCTETS */
} WsscXopResult;

/* Puts base64 text (no white space) in the place of every xop:Include, as the sender signed it. The
 * new text has no span. */
void wssc_xop_resolve(WsscXml *xml, const WsscMime *mime, WsscXopResult *ret_result);

#endif
