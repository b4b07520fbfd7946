/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Canonical forms of the document and of some of its elements. The fast way must write what the plain way writes.
 * The line in front is the prefix list.
 */
#include "fuzz.h"

#include "security/c14n.h"
#include "security/ids.h"

#define MOST_ELEMENTS 6
#define MOST_PLAIN 2048 /* octets: the plain way is slow */

static void check(xmlDoc *doc, xmlNode *apex, xmlNode *hidden, char **prefixes, gboolean with_plain)
{
    for (guint flags = 0; flags < 8; flags++) {
        if ((flags & WSSC_C14N_EXCLUSIVE) != 0 && (flags & WSSC_C14N_VERSION_11) != 0)
            continue;
        gboolean is_exclusive = (flags & WSSC_C14N_EXCLUSIVE) != 0;
        WsscC14nBudget budget = {.left = 1024 * 1024};
        WsscC14n c14n = {.flags = flags,
                         .prefixes = is_exclusive ? prefixes : NULL,
                         .prefix_count = is_exclusive && prefixes != NULL ? g_strv_length(prefixes) : 0,
                         .budget = &budget};
        g_autoptr(GByteArray) fast = g_byte_array_new();
        g_autoptr(GByteArray) plain = g_byte_array_new();
        gboolean is_fast = wssc_c14n_write(&c14n, doc, apex, hidden, NULL, fast);
        if (!with_plain || !is_fast || !wssc_c14n_write_plain(&c14n, doc, apex, hidden, plain))
            continue;
        FUZZ_ASSERT(fast->len == plain->len && memcmp(fast->data, plain->data, fast->len) == 0);
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    WsscBytes input = wssc_bytes(data, size);
    g_autofree char *list = fuzz_parameter(&input);
    g_auto(GStrv) prefixes = list != NULL ? g_strsplit(list, " ", -1) : NULL;
    g_autoptr(GBytes) octets = fuzz_octets(input);
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);

    if (xml == NULL)
        return 0;
    gboolean with_plain = input.len <= MOST_PLAIN && !wssc_xml_has_odd_names(xml->doc);
    xmlNode *root = wssc_xml_root(xml);
    xmlNode *node = wssc_ids_walk(root, root);
    check(xml->doc, NULL, NULL, prefixes, with_plain);
    check(xml->doc, NULL, node, prefixes, with_plain);
    for (guint i = 0; node != NULL && i < MOST_ELEMENTS; i++) {
        check(xml->doc, node, wssc_xml_first(node), prefixes, with_plain);
        node = wssc_ids_walk(root, node);
    }
    return 0;
}
