/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * SOAP messages in files that are no captures: what people export, log, save and paste.
 *
 *     WsscExportOptions options = {.strings = strings};
 *     g_autoptr(WsscExport) export = wssc_export_read(octets, &options);
 *     for each in export->messages ...
 *
 * What a file is, its octets tell and never its name. One reader a format (formats.def); all of them are given hostile
 * octets: bounded in depth, size and number, no I/O. What is damaged gives what could be read and says so; what was
 * passed over is told with its place.
 */
#ifndef WSSC_EXPORTS_EXPORT_H
#define WSSC_EXPORTS_EXPORT_H

#include "base/limits.h"
#include "base/wire.h"
#include "nbfx/dictionary.h"
#include "xml/xml.h"

typedef enum {
    WSSC_EXPORT_GUESS, /* by the octets */
#define WSSC_EXPORT(id, name, title, is, read) WSSC_EXPORT_##id,
#include "exports/formats.def"
#undef WSSC_EXPORT
    WSSC_EXPORT_MAX
} WsscExportFormat;

/* "xml", "svclog", "har", ...; NULL for WSSC_EXPORT_GUESS. */
const char *wssc_export_format_name(WsscExportFormat format);
/* FALSE for a name that no format has. */
gboolean wssc_export_format_from_name(const char *name, WsscExportFormat *ret_format);

typedef enum { WSSC_FOUND_UNKNOWN, WSSC_FOUND_REQUEST, WSSC_FOUND_RESPONSE } WsscFoundDirection;

/* One message, or with neither octets nor xml what an HTTP response without one says. */
typedef struct {
    guint entry;   /* number of the entry it stands in (event, exchange, message), from 1 */
    guint ordinal; /* among the messages of that entry, from 0 */
    char *place;   /* for people: "line 12", "raw/3_c.txt", "octet 0" */

    GBytes *octets; /* of the body, transfer and content encodings undone */
    char *content_type, *charset, *soap_action;
    char *agent;           /* HTTP's User-Agent or Server; "" where the head has none; NULL without a head */
    WsscXml *xml;          /* where only the reader could make it (binary sessions); else NULL: wssc_found_read */
    GString *text;         /* the same with text_only */
    WsscEncoding encoding; /* of xml or text */
    char *damage;          /* why octets are missing or cannot be read; NULL when whole */
    gboolean is_logged;    /* it stood in running text, whose writer may have laid it out */

    gint64 time;             /* microseconds since 1970, UTC; WSSC_TIME_NONE where the format tells none */
    gboolean is_local_time;  /* its zone is not told */
    char *src, *dst;         /* "address:port" or a name; or NULL */
    WsscTransport transport; /* WSSC_TRANSPORT_FILE: not told */
    gboolean is_protected;
    WsscFoundDirection direction;
    guint64 stream, pair; /* as in WsscUnit: pair joins a request with its response */
    guint http_status;    /* of a response; else 0 */
} WsscFound;

/* Things that were passed over for one reason. */
typedef struct {
    char *what;  /* "an entry without SOAP (text/html)" */
    char *place; /* of the first */
    guint count;
} WsscSkipped;

typedef struct {
    WsscExportFormat format; /* WSSC_EXPORT_GUESS: of none that is known */
    const char *title;       /* "an HTTP archive (HAR)", "text", "a ZIP archive"; static */
    gboolean is_capture;     /* of packets: libwireshark's */
    gboolean is_text;        /* nothing but characters */
    char *hint;              /* what can be done with a file that cannot be read; or NULL */
    guint entries;
    GPtrArray *messages; /* WsscFound, in the order of time where all of them have one, else of the file */
    GPtrArray *skipped;  /* WsscSkipped */
    char *damage;        /* why reading stopped, with the place; NULL when it came to the end */
} WsscExport;

typedef struct {
    WsscExportFormat format;
    WsscStringTable *strings; /* further strings of odd ids (binary XML); added to by what is read; or NULL */
    gboolean text_only;       /* of binary XML make the equivalent text and no tree */
    const WsscLimits *limits; /* borrowed; NULL: the defaults */
} WsscExportOptions;

/* Never NULL. */
WsscExport *wssc_export_read(GBytes *octets, const WsscExportOptions *options);
/* How many of its messages are more than a status of HTTP. */
guint wssc_export_count(const WsscExport *export);
void wssc_export_free(WsscExport *export);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscExport, wssc_export_free)

/* Whether a file that begins so is a capture of packets, compressed or not. */
gboolean wssc_export_is_capture(WsscBytes beginning);

/* The tree of a message, a new reference: its own, or made now. NULL with error; what could be read of damaged binary
 * XML comes with both. The document's octets and encoding are set in found. */
WsscXml *wssc_found_read(WsscFound *found, GError **error);
/* How a found document is called in messages: "a SOAP envelope", "a WS-Trust response", "an assertion", ...; NULL when
 * it is nothing that is looked at here. */
const char *wssc_found_kind(const WsscXml *xml);

/* What a log masked or left out of a message (passwords, keys, the body), by the words that logs put in their place, or
 * that text of its own stands inside. Static; NULL when nothing of that kind is seen. */
const char *wssc_found_left_out(const WsscFound *found, const WsscXml *xml);
/* How the writer of running text may have laid the message out anew: white space between tags counts in signatures.
 * Static; NULL when it stands on one line, or elsewhere than in running text. */
const char *wssc_found_layout(const WsscFound *found, const WsscXml *xml);

#endif
