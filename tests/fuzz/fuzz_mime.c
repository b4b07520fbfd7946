/* SPDX-License-Identifier: GPL-2.0-or-later */
/* multipart/related and what xop:Include puts into the root part. The line in front is the content type. */
#include "fuzz.h"

#include "carrier/mime.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    WsscBytes input = wssc_bytes(data, size);
    g_autofree char *type = fuzz_parameter(&input);
    g_autoptr(GBytes) octets = fuzz_octets(input);
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscMime) mime = wssc_mime_split(octets, type, &error);
    gsize last = 0;

    FUZZ_ASSERT((mime == NULL) == (error != NULL));
    if (mime == NULL)
        return 0;
    for (guint i = 0; i < mime->parts->len; i++) {
        const WsscMimePart *part = mime->parts->pdata[i];
        FUZZ_ASSERT(part->start <= part->end && part->end <= input.len && part->start >= last);
        FUZZ_ASSERT(part->is_decoded || g_bytes_get_size(part->octets) == part->end - part->start);
        last = part->end;
    }
    g_autoptr(WsscXml) xml = wssc_xml_parse(wssc_mime_root(mime)->octets, NULL, NULL);
    WsscXopResult result = {0};
    if (xml != NULL)
        wssc_xop_resolve(xml, mime, &result);
    g_free(result.first_missing);
    return 0;
}
