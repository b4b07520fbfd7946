/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One direction of a net.tcp connection, saved as it is ([MC-NMF]).
 */
#include <string.h>

#include "carrier/envelope.h"
#include "carrier/mime.h"
#include "carrier/nettcp.h"
#include "exports/reader.h"

/* A framed stream begins with its version and its mode. */
gboolean wssc_export_is_nettcp(WsscBytes octets)
{
    return octets.len > 6 && memcmp(octets.data, "\0\1", 2) == 0 && octets.data[3] == 1 && octets.data[5] == 2;
}

typedef struct {
    WsscReading *reading;
    WsscStringTable *strings;
    char *content_type; /* of the framing session */
    char *upgrade;      /* what the stream turned into; or NULL */
    char *via;
    guint count;
} Session;

static void set_text(char **text, WsscBytes octets, const WsscNettcpRecord *record)
{
    g_free(*text);
    *text = g_strndup((const char *)octets.data + record->payload, record->length);
}

static void note_record(Session *session, WsscBytes octets, const WsscNettcpRecord *record)
{
    switch (record->type) {
    case WSSC_NETTCP_VERSION: /* a session begins: what the one before it sent does not count */
        if (session->content_type != NULL)
            wssc_string_table_truncate(session->strings, 0);
        g_clear_pointer(&session->content_type, g_free);
        g_clear_pointer(&session->upgrade, g_free);
        break;
    case WSSC_NETTCP_KNOWN_ENCODING:
        g_free(session->content_type);
        session->content_type = g_strdup(wssc_nettcp_encoding_type(record->value));
        break;
    case WSSC_NETTCP_EXTENSIBLE_ENCODING:
        set_text(&session->content_type, octets, record);
        break;
    case WSSC_NETTCP_UPGRADE_REQUEST:
        set_text(&session->upgrade, octets, record);
        break;
    case WSSC_NETTCP_VIA:
        set_text(&session->via, octets, record);
        break;
    default:
        break;
    }
}

static void tell_framing(const Session *session, gsize at, const WsscNettcpRecord *record, WsscFraming step)
{
    if (session->upgrade != NULL)
        wssc_reading_damage(session->reading,
                            "at octet %" G_GSIZE_FORMAT
                            ": no record: the stream was upgraded to %s and goes on inside it",
                            at, session->upgrade);
    else if (step == WSSC_FRAMING_MORE)
        wssc_reading_damage(session->reading,
                            "at octet %" G_GSIZE_FORMAT ": the stream ends inside a record, at least %" G_GSIZE_FORMAT
                            " octets are missing",
                            at, record->missing);
    else
        wssc_reading_damage(session->reading, "at octet %" G_GSIZE_FORMAT ": %s", at, record->reason);
}

/* With the strings that came before it: read now. */
static void add_envelope(Session *session, GBytes *octets, gsize at)
{
    WsscEnvelope envelope;
    g_autoptr(GError) error = NULL;
    g_autofree char *charset =
        session->content_type != NULL ? wssc_mime_parameter(session->content_type, "charset") : NULL;
    gboolean is_ok = wssc_envelope_read(octets, session->content_type, charset, session->strings, &envelope, &error);
    WsscFound *found = wssc_reading_add(session->reading, ++session->reading->export->entries,
                                        g_strdup_printf("octet %" G_GSIZE_FORMAT, at));
    session->count++;
    if (!is_ok)
        wssc_reading_damage(session->reading, "message %u, whose octets begin at %" G_GSIZE_FORMAT ": %s",
                            session->count, at, error->message);
    if (found == NULL) {
        wssc_xml_unref(envelope.xml);
        g_bytes_unref(envelope.octets);
        return;
    }
    found->octets = envelope.octets;
    found->xml = envelope.xml;
    found->encoding = envelope.encoding;
    found->content_type = g_strdup(session->content_type);
    if (envelope.xml == NULL)
        found->damage = g_strdup(error->message);
    if (session->via != NULL)
        wssc_found_set_url(found, session->via, NULL);
}

/* The beginning of a message whose end is missing. */
static void add_rest(Session *session, WsscBytes octets, const WsscNettcpRecord *record, gsize at)
{
    if (record->type != WSSC_NETTCP_SIZED_ENVELOPE || record->length == 0 || octets.len <= record->payload)
        return;
    g_autoptr(GBytes) rest = g_bytes_new(octets.data + record->payload, octets.len - record->payload);
    add_envelope(session, rest, at + record->payload);
}

/* Goes on behind a message that cannot be read: the frames around it are sound. */
static void read_records(Session *session, WsscBytes all)
{
    for (gsize at = 0; at < all.len;) {
        WsscBytes rest = wssc_bytes(all.data + at, all.len - at);
        WsscNettcpRecord record;
        WsscFraming step = wssc_nettcp_step(rest, &record);
        if (step != WSSC_FRAMING_DONE) {
            tell_framing(session, at, &record, step);
            if (step == WSSC_FRAMING_MORE)
                add_rest(session, rest, &record, at);
            break;
        }
        note_record(session, rest, &record);
        if (record.type == WSSC_NETTCP_SIZED_ENVELOPE || record.type == WSSC_NETTCP_UNSIZED_ENVELOPE) {
            g_autoptr(GBytes) envelope = wssc_nettcp_envelope(rest, &record);
            add_envelope(session, envelope, at + record.payload);
        }
        at += record.size;
    }
}

void wssc_export_read_nettcp(WsscReading *reading, GBytes *octets)
{
    g_autoptr(WsscStringTable) own = reading->options->strings == NULL ? wssc_string_table_new() : NULL;
    Session session = {.reading = reading, .strings = own != NULL ? own : reading->options->strings};
    read_records(&session, wssc_bytes_of(octets));
    if (session.count == 0)
        wssc_reading_damage(reading, "the stream carries no message");
    g_free(session.content_type);
    g_free(session.upgrade);
    g_free(session.via);
}
