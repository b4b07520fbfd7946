/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text XML of any encoding: the tree, its spans, its copy. The line in front names the carrier's charset. */
#include "fuzz.h"

#include "security/ids.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    WsscBytes input = wssc_bytes(data, size);
    g_autofree char *charset = fuzz_parameter(&input);
    g_autoptr(GBytes) octets = fuzz_octets(input);
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, charset, &error);

    FUZZ_ASSERT((xml == NULL) == (error != NULL));
    if (xml == NULL)
        return 0;
    fuzz_check_spans(xml);
    g_autoptr(WsscXml) copy = wssc_xml_copy(xml);
    g_autofree char *text = wssc_xml_text(wssc_xml_root(xml));
    g_autofree char *copied = wssc_xml_text(wssc_xml_root(copy));
    FUZZ_ASSERT(strcmp(text, copied) == 0);
    g_autoptr(WsscIds) ids = wssc_ids_new(xml->doc);
    wssc_ids_find(ids, "id", NULL);
    return 0;
}
