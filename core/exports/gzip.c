/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A file that is compressed whole (RFC 1952).
 */
#include "base/limits.h"
#include "carrier/inflate.h"
#include "exports/reader.h"

gboolean wssc_export_is_gzip(WsscBytes octets)
{
    return octets.len > 2 && octets.data[0] == 0x1F && octets.data[1] == 0x8B && octets.data[2] == 8;
}

void wssc_export_read_gzip(WsscReading *reading, GBytes *octets)
{
    const char *reason = NULL;
    WsscBytes compressed = wssc_bytes_of(octets);

    if (reading->depth >= WSSC_MAX_EXPORT_DEPTH) {
        wssc_reading_damage(reading, "gzip inside gzip inside gzip: not unpacked");
        return;
    }
    if (reading->depth == 0 && wssc_export_is_capture(compressed)) {
        reading->export->is_capture = TRUE;
        return;
    }
    g_autoptr(GBytes) plain = wssc_inflate_what_can_be(WSSC_INFLATE_GZIP, compressed, reading->left, &reason);
    reading->left -= g_bytes_get_size(plain);
    reading->depth++;
    if (!reading->guess(reading, plain) && reason == NULL)
        wssc_reading_damage(reading, "what is compressed there holds no SOAP message");
    reading->depth--;
    if (reason != NULL)
        wssc_reading_damage(reading, "gzip: %s", reason);
}
