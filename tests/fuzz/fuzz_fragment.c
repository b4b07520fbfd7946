/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decrypted plaintext, which is put into the tree as it is. */
#include "fuzz.h"

static const char around[] = "<a xmlns='urn:default' xmlns:p='urn:p'><p:b/></a>";

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GBytes) octets = g_bytes_new_static(around, sizeof around - 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
    xmlNode *place = wssc_xml_first(wssc_xml_root(xml));
    g_autoptr(GBytes) plain = fuzz_octets(wssc_bytes(data, size));
    xmlNode *list = wssc_xml_parse_fragment(wssc_xml_root(xml), wssc_bytes_of(plain), &error);

    FUZZ_ASSERT(list == NULL || error == NULL);
    if (list != NULL)
        wssc_xml_note_change(xml);
    while (list != NULL) {
        xmlNode *next = list->next;
        list->next = list->prev = NULL;
        xmlAddPrevSibling(place, list);
        list = next;
    }
    g_autofree char *text = wssc_xml_text(wssc_xml_root(xml));
    g_autoptr(WsscXml) copy = wssc_xml_copy(xml);
    g_autofree char *copied = wssc_xml_text(wssc_xml_root(copy));
    FUZZ_ASSERT(strcmp(text, copied) == 0);
    return 0;
}
