/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fuzz.h"

#include "keys/keyfile.h"

char *fuzz_parameter(WsscBytes *input)
{
    const guint8 *end = input->len > 0 && input->data[0] == '!' ? memchr(input->data, '\n', input->len) : NULL;
    if (end == NULL)
        return NULL;
    gsize len = (gsize)(end - input->data);
    char *parameter = g_strndup((const char *)input->data + 1, len - 1);
    *input = wssc_bytes(end + 1, input->len - len - 1);
    return parameter;
}

GBytes *fuzz_octets(WsscBytes input)
{
    return g_bytes_new(input.len > 0 ? input.data : NULL, input.len);
}

static GBytes *load(const char *name, gpointer user, GError **error)
{
    g_autofree char *path = g_build_filename(user, name, NULL);
    char *data = NULL;
    gsize len = 0;
    return g_file_get_contents(path, &data, &len, error) ? g_bytes_new_take(data, len) : NULL;
}

WsscKeyring *fuzz_keyring(void)
{
    static GBytes *keys; /* read once, kept by the process */
    static char folder[] = WSSC_SOURCE_DIR "/tests/interop/corpus";
    g_autoptr(GPtrArray) diagnostics = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    WsscKeyring *ring = wssc_keyring_new();

    if (keys == NULL)
        keys = load("fuzz.keys", (gpointer)WSSC_SOURCE_DIR "/tests/fuzz", NULL);
    FUZZ_ASSERT(keys != NULL);
    wssc_keyfile_parse(wssc_bytes_of(keys), load, folder, ring, diagnostics);
    FUZZ_ASSERT(diagnostics->len == 0);
    return ring;
}

static void check_span(const WsscXml *xml, const WsscSpan *span, const WsscSpan *around)
{
    FUZZ_ASSERT(span->start <= span->content_start && span->content_start <= span->content_end &&
                span->content_end <= span->end && span->end <= g_bytes_get_size(xml->octets));
    /* All items of a binary array have the offsets of its one start tag. */
    FUZZ_ASSERT(around == NULL || xml->form == WSSC_XML_BINARY ||
                (span->start >= around->start && span->end <= around->end));
}

void fuzz_check_spans(const WsscXml *xml)
{
    const xmlNode *node = wssc_xml_root(xml);
    const xmlNode *root = node;
    while (node != NULL) {
        const WsscSpan *around = node != root ? wssc_xml_span(node->parent) : NULL;
        if (wssc_xml_span(node) != NULL)
            check_span(xml, wssc_xml_span(node), around);
        const xmlAttr *attr = node->type == XML_ELEMENT_NODE ? node->properties : NULL;
        for (; attr != NULL; attr = attr->next)
            if (wssc_xml_span(attr) != NULL)
                check_span(xml, wssc_xml_span(attr), wssc_xml_span(node));
        if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
            node = node->children;
            continue;
        }
        while (node != NULL && node != root && node->next == NULL)
            node = node->parent;
        node = node == root || node == NULL ? NULL : node->next;
    }
}
