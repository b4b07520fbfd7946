/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the readers share (internal to core/exports).
 */
#ifndef WSSC_EXPORTS_READER_H
#define WSSC_EXPORTS_READER_H

#include "base/text.h"
#include "exports/export.h"

/* One file on its way. A file inside a file (gzip, ZIP) is read with the same one. */
typedef struct WsscReading WsscReading;
struct WsscReading {
    WsscExport *export;
    const WsscExportOptions *options;
    const char *inside; /* name of the member that is read; NULL: the file itself */
    guint depth;        /* of files inside files */
    const WsscLimits *limits;
    gsize left; /* octets that may still be unpacked */
    /* Reads octets as whatever they are. FALSE when nothing reads them. */
    gboolean (*guess)(WsscReading *reading, GBytes *octets);
};

typedef gboolean (*WsscExportIs)(WsscBytes octets);
typedef void (*WsscExportRead)(WsscReading *reading, GBytes *octets);

#define WSSC_EXPORT(id, name, title, is, read)                                                                         \
    gboolean is(WsscBytes octets);                                                                                     \
    void read(WsscReading *reading, GBytes *octets);
#include "exports/formats.def"
#undef WSSC_EXPORT

/* Nothing found yet. */
WsscExport *wssc_export_new(void);
/* A new message of entry, added; place is taken over. NULL when there are too many. */
WsscFound *wssc_reading_add(WsscReading *reading, guint entry, char *place);
/* Adds to what was passed over. */
void wssc_reading_skip(WsscReading *reading, const char *place, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Takes messages out again and tells them as passed over. set: WsscFound, as keys. */
void wssc_reading_drop(WsscReading *reading, GHashTable *set, const char *reason);
/* The first reason is kept. */
void wssc_reading_damage(WsscReading *reading, const char *format, ...) G_GNUC_PRINTF(2, 3);
gboolean wssc_reading_is_full(const WsscReading *reading);

/* Whether a body may be SOAP; else it is passed over, with its media type. */
gboolean wssc_body_may_be_soap(WsscBytes body, const char *content_type);

gboolean wssc_is_capture_magic(WsscBytes octets);
/* UTF-16 of either order, by its byte order mark or zero octets, as UTF-8; NULL for what is none. */
GBytes *wssc_text_from_utf16(GBytes *octets);

/* ---- HTTP ------------------------------------------------------------------------------------------------------ */

typedef struct {
    gboolean is_response;
    guint status; /* of a response */
    char *method, *target;
    char *host, *agent, *content_type, *soap_action, *content_encoding, *transfer_encoding;
    char *mime_encoding;   /* Content-Transfer-Encoding, in mail and in dumps that have MIME's head */
    char **last;           /* the value that a folded line goes on with; or NULL */
    gint64 content_length; /* -1: not told */
    gsize len;             /* of the head with its empty line */
} WsscHttpMessageHead;

/* A head at the beginning of octets; line ends of either form. FALSE when none stands there. */
gboolean wssc_http_message_head(WsscBytes octets, WsscHttpMessageHead *ret_head);
/* The same without its first line: nothing but fields up to an empty line, the type one that SOAP may have. */
gboolean wssc_http_fields_head(WsscBytes octets, WsscHttpMessageHead *ret_head);
void wssc_http_message_head_clear(WsscHttpMessageHead *head);
/* Transfer encoding, then content encoding undone, where the octets are in that form. NULL with a reason (static) when
 * that cannot be done. */
GBytes *wssc_http_body(WsscReading *reading, const WsscHttpMessageHead *head, WsscBytes body, const char **ret_reason);
/* The whole run of octets as one HTTP message of entry: a message is added, or told why not. NULL when none was. The
 * head may say where it went. */
WsscFound *wssc_http_add(WsscReading *reading, guint entry, const char *place, WsscBytes octets);
/* The same from a head and a body that came apart. */
WsscFound *wssc_http_add_body(WsscReading *reading, guint entry, const char *place, const WsscHttpMessageHead *head,
                              WsscBytes body);
/* Peers and transport by a URL: dst of a request, src of a response. peer: the other end, or NULL. */
void wssc_found_set_url(WsscFound *found, const char *url, const char *peer);

/* ---- text ------------------------------------------------------------------------------------------------------ */

typedef struct {
    gsize start, end;   /* in the text that was searched */
    GBytes *octets;     /* the envelope, escapes undone */
    const char *layers; /* "JSON escapes", "HTML escapes", ...; NULL when it stands there as it is */
    gboolean is_cut;    /* it ends before its end tag */
    guint inherited;    /* declarations that were taken from elements around it */
} WsscTextFind;

/* Every envelope in the text, escaped or not; without one, unless only envelopes are wanted, elements of WS-Trust,
 * Security headers or assertions. WsscTextFind; free with g_array_unref. */
GArray *wssc_text_find(WsscBytes text, gboolean only_envelopes);
void wssc_text_find_clear(gpointer find);
/* A time in the form that logs have, in the text; the last one. WSSC_TIME_NONE when there is none. */
gint64 wssc_log_time(WsscBytes text, gboolean *ret_is_local);
gboolean wssc_is_xml_space(char c);
gboolean wssc_octets_are_text(WsscBytes octets);

#endif
