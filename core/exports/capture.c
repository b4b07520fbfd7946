/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Whether a file is a capture of packets, as far as its first octets tell.
 */
#include <string.h>

#include "carrier/inflate.h"
#include "exports/reader.h"

static gboolean is_gzip(WsscBytes octets)
{
    return octets.len > 2 && octets.data[0] == 0x1F && octets.data[1] == 0x8B;
}

static gboolean begins(WsscBytes octets, const char *magic, gsize len)
{
    return octets.len >= len && memcmp(octets.data, magic, len) == 0;
}

/* The first octets of what is compressed, at most size. */
static gsize inflate_beginning(WsscBytes octets, guint8 *out, gsize size)
{
    const char *reason;
    g_autoptr(GBytes) beginning = wssc_inflate_what_can_be(WSSC_INFLATE_GZIP, octets, size, &reason);
    WsscBytes bytes = wssc_bytes_of(beginning);
    memcpy(out, bytes.data, bytes.len);
    return bytes.len;
}

/* Captures as wiretap knows them by their first octets; others it finds itself. */
gboolean wssc_is_capture_magic(WsscBytes octets)
{
    static const struct {
        const char *magic;
        gsize len;
    } magics[] = {{"\xA1\xB2\xC3\xD4", 4},
                  {"\xD4\xC3\xB2\xA1", 4},
                  {"\xA1\xB2\x3C\x4D", 4},
                  {"\x4D\x3C\xB2\xA1", 4},
                  {"\xA1\xB2\xCD\x34", 4},
                  {"\x34\xCD\xB2\xA1", 4},
                  {"\x0A\x0D\x0D\x0A", 4},
                  {"snoop\0\0\0", 8},
                  {"GMBU", 4},
                  {"RTSS", 4},
                  {"XCP\0", 4}};
    for (guint i = 0; i < G_N_ELEMENTS(magics); i++)
        if (begins(octets, magics[i].magic, magics[i].len))
            return TRUE;
    return FALSE;
}

gboolean wssc_export_is_capture(WsscBytes beginning)
{
    guint8 inner[64];
    if (!is_gzip(beginning))
        return wssc_is_capture_magic(beginning);
    return wssc_is_capture_magic(wssc_bytes(inner, inflate_beginning(beginning, inner, sizeof inner)));
}
