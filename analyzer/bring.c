/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bring.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "report/layout.h"
#include "security/ids.h"

#define LOOK 4096 /* octets that tell a capture */
#define ZONE_STEP (G_GINT64_CONSTANT(900) * G_USEC_PER_SEC)
#define ZONE_SLACK (G_GINT64_CONSTANT(120) * G_USEC_PER_SEC)
#define ZONE_LIMIT (G_GINT64_CONSTANT(50400) * G_USEC_PER_SEC) /* 14 hours */
#define MAX_ZONE_TRIES 50
#define MAX_TIME_TRIES 50u

/* ---- reading ---------------------------------------------------------------------------------------------------- */

GBytes *wssc_bring_octets(const char *path, GError **error)
{
    g_autoptr(GMappedFile) map = g_mapped_file_new(path, FALSE, error);
    if (map == NULL)
        return NULL;
    if (g_mapped_file_get_length(map) <= WSSC_MAX_BROUGHT_OCTETS)
        return g_mapped_file_get_bytes(map);
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_FILE,
                "larger than %d octets, the limit for what is no capture", WSSC_MAX_BROUGHT_OCTETS);
    return NULL;
}

/* Without reading it: captures are large. */
static gboolean is_capture(const char *path)
{
    guint8 beginning[LOOK];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gssize len = fd >= 0 ? read(fd, beginning, sizeof beginning) : -1;
    if (fd >= 0)
        close(fd);
    return len > 0 && wssc_export_is_capture(wssc_bytes(beginning, (gsize)len));
}

WsscExport *wssc_bring_read(const char *path, const WsscLimits *limits, GError **error)
{
    WsscExportOptions options = {.format = WSSC_EXPORT_GUESS, .limits = limits};
    if (is_capture(path))
        return NULL;
    g_autoptr(GBytes) octets = wssc_bring_octets(path, error);
    WsscExport *export = octets != NULL ? wssc_export_read(octets, &options) : NULL;
    if (export == NULL || !export->is_capture)
        return export;
    wssc_export_free(export);
    return NULL;
}

/* ---- times ------------------------------------------------------------------------------------------------------ */

static gint64 created(const WsscSoap *soap)
{
    const WsscTrust *trust = soap->trusts->len > 0 ? soap->trusts->pdata[0] : NULL;
    if (soap->security != NULL && soap->security->created != WSSC_TIME_NONE)
        return soap->security->created;
    return trust != NULL ? trust->created : WSSC_TIME_NONE;
}

static gint64 created_of(const WsscFound *found)
{
    if (found->octets == NULL || found->damage != NULL)
        return WSSC_TIME_NONE;
    g_autoptr(WsscXml) xml = wssc_xml_parse_without_spans(found->octets, found->charset, NULL);
    g_autoptr(WsscSoap) soap = xml != NULL ? wssc_soap_read(xml) : NULL;
    return soap != NULL ? created(soap) : WSSC_TIME_NONE;
}

/* The offset of a clock without a zone, as quarters of an hour; WSSC_TIME_NONE when the message does not tell. */
static gint64 zone_by(const WsscFound *found)
{
    gint64 own = found->is_local_time && found->time != WSSC_TIME_NONE ? created_of(found) : WSSC_TIME_NONE;
    if (own == WSSC_TIME_NONE || ABS(found->time - own) > ZONE_LIMIT + ZONE_SLACK)
        return WSSC_TIME_NONE;
    gint64 difference = found->time - own;
    gint64 zone = (difference + (difference < 0 ? -ZONE_STEP : ZONE_STEP) / 2) / ZONE_STEP * ZONE_STEP;
    return ABS(difference - zone) <= ZONE_SLACK ? zone : WSSC_TIME_NONE;
}

typedef struct {
    WsscSession *session;
    guint file;
    const char *name;
    WsscBringEach each;
    gpointer user;
    WsscEngineReport *report;
    gint64 zone;       /* of times without one */
    gint64 last;       /* time of the message before; before the first one: see beginning_of */
    guint count;       /* of messages */
    guint without;     /* messages whose time nothing tells but they themselves */
    guint local;       /* ... whose time has no zone */
    guint not_soap;    /* documents that are nothing we look at */
    gboolean is_whole; /* so far */
} Bring;

static void find_zone(Bring *bring, const WsscExport *export)
{
    for (guint i = 0, tries = 0; i < export->messages->len && tries < MAX_ZONE_TRIES; i++) {
        const WsscFound *found = export->messages->pdata[i];
        tries += found->is_local_time ? 1 : 0;
        gint64 zone = zone_by(found);
        if (zone == WSSC_TIME_NONE)
            continue;
        bring->zone = zone;
        return;
    }
}

static gint64 written(const char *path)
{
    GStatBuf status;
    return g_stat(path, &status) == 0 ? (gint64)status.st_mtime * G_USEC_PER_SEC : g_get_real_time();
}

/* For messages of which nothing tells a time: the first that is told in the file, else when the file was written. */
static gint64 beginning_of(const Bring *bring, const WsscExport *export)
{
    for (guint i = 0; i < MIN(export->messages->len, MAX_TIME_TRIES); i++) {
        const WsscFound *found = export->messages->pdata[i];
        gint64 time =
            found->time != WSSC_TIME_NONE ? found->time - (found->is_local_time ? bring->zone : 0) : created_of(found);
        if (time != WSSC_TIME_NONE)
            return time;
    }
    return written(bring->name);
}

/* Where the format tells no time, the message's own stands for it: an old message is not late for being read today. */
static gint64 time_of(Bring *bring, const WsscFound *found, const WsscSoap *soap)
{
    gint64 own = soap != NULL ? created(soap) : WSSC_TIME_NONE;
    bring->local += found->time != WSSC_TIME_NONE && found->is_local_time ? 1 : 0;
    if (found->time != WSSC_TIME_NONE)
        return found->time - (found->is_local_time ? bring->zone : 0);
    bring->without++;
    return own != WSSC_TIME_NONE ? own : bring->last;
}

static void note_time(Bring *bring, gint64 time)
{
    WsscEngineReport *report = bring->report;
    bring->last = time;
    report->capture.first_time =
        report->capture.first_time == WSSC_TIME_NONE ? time : MIN(report->capture.first_time, time);
    report->capture.last_time = MAX(report->capture.last_time, time);
}

/* ---- directions ------------------------------------------------------------------------------------------------- */

/* What a message says itself, where nothing around it tells. */
static WsscDirection direction_of(const WsscFound *found, const WsscSoap *soap)
{
    if (found->direction != WSSC_FOUND_UNKNOWN)
        return found->direction == WSSC_FOUND_REQUEST ? WSSC_DIRECTION_REQUEST : WSSC_DIRECTION_RESPONSE;
    if (soap == NULL || soap->version == WSSC_SOAP_NOT)
        return WSSC_DIRECTION_UNKNOWN;
    const WsscTrust *trust = soap->trusts->len > 0 ? soap->trusts->pdata[0] : NULL;
    gboolean is_response = soap->relates_to != NULL || soap->fault != NULL || (trust != NULL && trust->is_response) ||
                           (soap->body_name != NULL && g_str_has_suffix(soap->body_name, "Response"));
    return is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST;
}

/* ---- feeding ---------------------------------------------------------------------------------------------------- */

static gboolean has_signature(const WsscXml *xml)
{
    xmlNode *root = wssc_xml_root(xml);
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n))
        if (wssc_xml_is(n, WSSC_NS_FAMILY_DS, "Signature"))
            return TRUE;
    return FALSE;
}

static WsscUnit unit_of(Bring *bring, const WsscFound *found, WsscXml *xml)
{
    g_autoptr(WsscSoap) soap = xml != NULL ? wssc_soap_read(xml) : NULL;
    WsscDirection direction = direction_of(found, soap);
    gboolean is_response = direction == WSSC_DIRECTION_RESPONSE;
    const char *client = "client", *service = "service";
    WsscUnit unit = {.file = bring->file,
                     .frame = found->entry,
                     .ordinal = found->ordinal,
                     .time = time_of(bring, found, soap),
                     .src = found->src != NULL ? found->src
                            : is_response      ? service
                                               : client,
                     .dst = found->dst != NULL ? found->dst
                            : is_response      ? client
                                               : service,
                     .transport = found->transport,
                     .is_protected =
                         found->is_protected || found->transport == WSSC_TRANSPORT_FILE, /* which tells nothing of it */
                     .encoding = found->encoding,
                     .direction = found->direction == WSSC_FOUND_UNKNOWN ? WSSC_DIRECTION_UNKNOWN : direction,
                     .stream = found->stream,
                     .pair = found->pair,
                     .content_type = found->content_type,
                     .soap_action = found->soap_action,
                     .http_status = found->http_status,
                     .agent = found->agent,
                     .octets = found->octets,
                     .xml = xml,
                     .charset = found->charset,
                     .damage = found->damage,
                     .is_fragment = xml != NULL && (wssc_found_kind(xml) != NULL || has_signature(xml)),
                     .left_out = xml != NULL ? wssc_found_left_out(found, xml) : NULL,
                     .layout = xml != NULL ? wssc_found_layout(found, xml) : NULL};
    return unit;
}

static void feed_message(Bring *bring, WsscFound *found)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = wssc_found_read(found, &error);

    /* Malformed text is parsed again by the session, which says what is wrong with it. */
    gboolean is_text = found->encoding == WSSC_ENCODING_TEXT;
    if (error != NULL && found->damage == NULL && (xml != NULL || !is_text))
        found->damage = g_strdup(error->message);
    WsscUnit unit = unit_of(bring, found, xml);
    note_time(bring, unit.time);
    const WsscMessage *message = wssc_session_feed(bring->session, &unit);
    if (message == NULL) {
        bring->not_soap++;
        if (error != NULL)
            fprintf(stderr, "wssc: %s: %s: %s\n", bring->name, found->place, error->message);
        bring->is_whole &= error == NULL;
    }
    if (bring->each != NULL)
        bring->each(found, xml, message, bring->user);
}

static void feed(Bring *bring, WsscFound *found)
{
    if (found->octets != NULL || found->xml != NULL) {
        feed_message(bring, found);
        return;
    }
    gint64 time = time_of(bring, found, NULL);
    bring->without -= found->time == WSSC_TIME_NONE ? 1 : 0;
    note_time(bring, time);
    wssc_session_note_status(bring->session, bring->file, found->entry, time, found->stream, found->pair,
                             found->http_status);
}

/* ---- what is told ----------------------------------------------------------------------------------------------- */

static void tell_skipped(const WsscExport *export, GString *out)
{
    for (guint i = 0; i < export->skipped->len; i++) {
        const WsscSkipped *skipped = export->skipped->pdata[i];
        g_autofree char *what = wssc_shown(skipped->what);
        g_autofree char *place = wssc_shown(skipped->place != NULL ? skipped->place : "?");
        g_string_append_printf(out, "%s%s (", i == 0 ? "; passed over: " : ", ", what);
        if (skipped->count > 1)
            g_string_append_printf(out, "%u times, the first: ", skipped->count);
        g_string_append_printf(out, "%s)", place);
    }
}

/* A message by itself needs no words. */
static void tell(const Bring *bring, const WsscExport *export)
{
    g_autoptr(GString) out = g_string_new(NULL);
    guint count = bring->count;
    gboolean is_plain = export->skipped->len == 0 && count == 1 && bring->local == 0;
    count -= MIN(count, bring->not_soap);
    if (!is_plain) {
        g_string_append_printf(out, "%s: %u SOAP message%s", export->title, count, count == 1 ? "" : "s");
        tell_skipped(export, out);
        fprintf(stderr, "wssc: %s: %s\n", bring->name, out->str);
    }
    if (bring->local > 0)
        fprintf(stderr, "wssc: %s: its times tell no zone: taken as UTC%+.2g, %s\n", bring->name,
                (double)bring->zone / (3600 * (double)G_USEC_PER_SEC),
                bring->zone != 0 ? "as the messages' own timestamps say" : "for nothing says otherwise");
    if (bring->without > 0 && count > 1)
        fprintf(stderr, "wssc: %s: %u message%s without a time there: %s own timestamps stand for it\n", bring->name,
                bring->without, bring->without == 1 ? "" : "s", bring->without == 1 ? "its" : "their");
    if (export->damage != NULL) {
        g_autofree char *damage = wssc_shown(export->damage);
        fprintf(stderr, "wssc: %s: %s\n", bring->name, damage);
    }
}

void wssc_bring_tell_nothing(const char *file, const WsscExport *export)
{
    g_autoptr(GString) out = g_string_new(NULL);
    tell_skipped(export, out);
    if (export->damage != NULL) {
        g_autofree char *damage = wssc_shown(export->damage);
        g_string_append_printf(out, "; %s", damage);
    }
    fprintf(stderr, "wssc: %s: no SOAP message found (%s)%s%s%s\n", file, export->title, out->str,
            export->hint != NULL ? "; " : "", export->hint != NULL ? export->hint : "");
}

gboolean wssc_bring_feed(WsscSession *session, const char *file, WsscExport *export, WsscBringEach each, gpointer user,
                         WsscEngineReport **ret_report)
{
    Bring bring = {.session = session,
                   .file = wssc_session_add_file(session, file),
                   .name = file,
                   .each = each,
                   .user = user,
                   .report = wssc_engine_report_new(file),
                   .count = wssc_export_count(export),
                   .is_whole = export->damage == NULL};
    find_zone(&bring, export);
    bring.last = beginning_of(&bring, export);
    for (guint i = 0; i < export->messages->len; i++)
        feed(&bring, export->messages->pdata[i]);
    bring.report->index = bring.file;
    bring.report->capture.frames = MAX(export->entries, export->messages->len);
    bring.report->capture.damage = g_strdup(export->damage);
    tell(&bring, export);
    gboolean has_any = bring.count > bring.not_soap;
    if (!has_any)
        fprintf(stderr, "wssc: %s: no SOAP message found (%s)\n", file,
                export->format == WSSC_EXPORT_XML ? "an XML document" : export->title);
    *ret_report = bring.report;
    return bring.is_whole && has_any;
}
