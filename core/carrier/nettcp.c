/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/nettcp.h"

#include <string.h>

#include "base/cursor.h"
#include "base/limits.h"

static const char *const type_names[WSSC_NETTCP_MAX] = {
    "Version",         "Mode",          "Via",        "KnownEncoding", "ExtensibleEncoding",
    "UnsizedEnvelope", "SizedEnvelope", "End",        "Fault",         "UpgradeRequest",
    "UpgradeResponse", "PreambleAck",   "PreambleEnd"};
static const char *const mode_names[] = {NULL, "Singleton-Unsized", "Duplex", "Simplex", "Singleton-Sized"};
/* "unicodeFFFE" is .NET's name of UTF-16 with the high octet first. */
static const char *const encodings[] = {"text/xml; charset=utf-8",
                                        "text/xml; charset=utf-16",
                                        "text/xml; charset=unicodeFFFE",
                                        "application/soap+xml; charset=utf-8",
                                        "application/soap+xml; charset=utf-16",
                                        "application/soap+xml; charset=unicodeFFFE",
                                        "multipart/related",
                                        "application/soap+msbin1",
                                        "application/soap+msbinsession1"};

static const struct {
    const char *name, *meaning;
} faults[] = {
    {"ContentTypeInvalid", "the service's encoder is another one than the client's"},
    {"ContentTypeTooLong", "the content type is longer than the service allows"},
    {"ConnectionDispatchFailed", "the service could not hand the connection to an endpoint"},
    {"EndpointNotFound", "no endpoint listens at the Via address"},
    {"EndpointUnavailable", "the endpoint is not available at the moment"},
    {"MaxMessageSizeExceededFault", "the message is larger than the service allows"},
    {"ServerTooBusy", "the service has no room for another connection"},
    {"ServiceActivationFailed", "the service could not be started"},
    {"UnsupportedMode", "the service does not support this transfer mode"},
    {"UnsupportedVersion", "the service does not support this version of the framing"},
    {"UpgradeInvalid", "the service does not offer this upgrade: security modes differ"},
    {"ViaTooLong", "the Via address is longer than the service allows"},
};

const char *wssc_nettcp_type_name(WsscNettcpType type)
{
    return type < WSSC_NETTCP_MAX ? type_names[type] : NULL;
}

const char *wssc_nettcp_mode_name(guint8 mode)
{
    return mode < G_N_ELEMENTS(mode_names) ? mode_names[mode] : NULL;
}

const char *wssc_nettcp_encoding_type(guint8 encoding)
{
    return encoding < G_N_ELEMENTS(encodings) ? encodings[encoding] : NULL;
}

const char *wssc_nettcp_fault_meaning(const char *uri)
{
    const char *name = g_str_has_prefix(uri, WSSC_NETTCP_FAULTS) ? uri + strlen(WSSC_NETTCP_FAULTS) : uri;
    for (guint i = 0; i < G_N_ELEMENTS(faults); i++)
        if (strcmp(faults[i].name, name) == 0)
            return faults[i].meaning;
    return NULL;
}

gboolean wssc_nettcp_is_preamble(WsscBytes octets)
{
    static const guint8 start[] = {WSSC_NETTCP_VERSION, 1, 0, WSSC_NETTCP_MODE};
    enum { MODE = sizeof start, NEXT };
    return octets.len > NEXT && memcmp(octets.data, start, sizeof start) == 0 &&
           wssc_nettcp_mode_name(octets.data[MODE]) != NULL && octets.data[NEXT] == WSSC_NETTCP_VIA;
}

/* Behind the size of the Via, which takes one octet or two. */
gboolean wssc_nettcp_begins(WsscBytes octets)
{
    enum { FIRST_PLACE = 7, PLACES = 2 };
    static const char *const schemes[] = {"net.tcp://", "net.pipe://", "net.msmq://", "net.uds://", "sb://"};
    gboolean is_named = FALSE;
    if (!wssc_nettcp_is_preamble(octets)) /* most that is asked for is none */
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        gsize len = strlen(schemes[i]);
        for (gsize at = FIRST_PLACE; at < FIRST_PLACE + PLACES && at + len <= octets.len; at++)
            is_named |= memcmp(octets.data + at, schemes[i], len) == 0;
    }
    return is_named;
}

static WsscFraming more(WsscNettcpRecord *record, gsize missing)
{
    record->missing = MAX(missing, 1);
    return WSSC_FRAMING_MORE;
}

static WsscFraming bad(WsscNettcpRecord *record, const char *reason)
{
    record->reason = reason;
    return WSSC_FRAMING_BAD;
}

static WsscFraming done(WsscNettcpRecord *record, const WsscCursor *cursor)
{
    record->size = cursor->pos;
    return WSSC_FRAMING_DONE;
}

static WsscFraming step_octets(WsscCursor *cursor, WsscNettcpRecord *record, guint count)
{
    guint8 *into[] = {&record->value, &record->minor};
    for (guint i = 0; i < count; i++)
        if (!wssc_cursor_u8(cursor, into[i]))
            return more(record, count - i);
    return done(record, cursor);
}

/* A size and that many octets. */
static WsscFraming step_sized(WsscCursor *cursor, WsscNettcpRecord *record, gsize limit)
{
    guint64 size;
    WsscBytes octets;
    WsscCursorStatus status = wssc_cursor_varint(cursor, G_MAXUINT32, &size);
    if (status == WSSC_CURSOR_SHORT)
        return more(record, 1);
    if (status == WSSC_CURSOR_BAD)
        return bad(record, "the record's size is no number");
    record->payload = cursor->pos;
    record->length = (gsize)size;
    if (size > limit) {
        record->reason = "the record is larger than the limit";
        return WSSC_FRAMING_LARGE;
    }
    if (!wssc_cursor_take(cursor, (gsize)size, &octets))
        return more(record, (gsize)size - wssc_cursor_left(cursor));
    return done(record, cursor);
}

static WsscFraming step_text(WsscCursor *cursor, WsscNettcpRecord *record)
{
    WsscFraming step = step_sized(cursor, record, WSSC_NETTCP_MAX_TEXT);
    return step == WSSC_FRAMING_LARGE ? bad(record, record->reason) : step;
}

static WsscFraming step_unsized(WsscCursor *cursor, WsscNettcpRecord *record)
{
    WsscNettcpRecord chunk = {0};
    record->payload = cursor->pos;
    do {
        WsscFraming step = step_sized(cursor, &chunk, WSSC_MAX_MESSAGE_OCTETS);
        if (step == WSSC_FRAMING_MORE)
            return more(record, chunk.missing);
        if (step == WSSC_FRAMING_BAD)
            return bad(record, chunk.reason);
        if (step == WSSC_FRAMING_LARGE || cursor->pos > WSSC_MAX_MESSAGE_OCTETS) {
            record->reason = "the record is larger than the limit";
            return WSSC_FRAMING_LARGE;
        }
    } while (chunk.length > 0);
    record->length = cursor->pos - record->payload;
    return done(record, cursor);
}

WsscFraming wssc_nettcp_step(WsscBytes octets, WsscNettcpRecord *ret_record)
{
    WsscCursor cursor = wssc_cursor(octets);
    guint8 type;
    *ret_record = (WsscNettcpRecord){0};
    if (!wssc_cursor_u8(&cursor, &type))
        return more(ret_record, 1);
    ret_record->type = (WsscNettcpType)type;
    ret_record->payload = cursor.pos;
    switch (type) {
    case WSSC_NETTCP_VERSION:
        return step_octets(&cursor, ret_record, 2);
    case WSSC_NETTCP_MODE:
    case WSSC_NETTCP_KNOWN_ENCODING:
        return step_octets(&cursor, ret_record, 1);
    case WSSC_NETTCP_VIA:
    case WSSC_NETTCP_EXTENSIBLE_ENCODING:
    case WSSC_NETTCP_FAULT:
    case WSSC_NETTCP_UPGRADE_REQUEST:
        return step_text(&cursor, ret_record);
    case WSSC_NETTCP_SIZED_ENVELOPE:
        return step_sized(&cursor, ret_record, WSSC_MAX_MESSAGE_OCTETS);
    case WSSC_NETTCP_UNSIZED_ENVELOPE:
        return step_unsized(&cursor, ret_record);
    default:
        return type < WSSC_NETTCP_MAX ? done(ret_record, &cursor) : bad(ret_record, "no record of this type");
    }
}

GBytes *wssc_nettcp_envelope(WsscBytes octets, const WsscNettcpRecord *record)
{
    if (record->type != WSSC_NETTCP_UNSIZED_ENVELOPE)
        return g_bytes_new(octets.data + record->payload, record->length);
    GByteArray *joined = g_byte_array_new();
    WsscCursor cursor = wssc_cursor(wssc_bytes(octets.data + record->payload, record->length));
    WsscNettcpRecord chunk = {0};
    while (step_sized(&cursor, &chunk, WSSC_MAX_MESSAGE_OCTETS) == WSSC_FRAMING_DONE && chunk.length > 0)
        g_byte_array_append(joined, cursor.bytes.data + chunk.payload, (guint)chunk.length);
    return g_byte_array_free_to_bytes(joined);
}
