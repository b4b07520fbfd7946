/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What logs do to messages on purpose: WCF takes keys and names out (logKnownPii), CXF masks elements and cuts what is
 * long, others have words of their own.
 */
#include <string.h>

#include "exports/reader.h"

static gboolean is_one_of(const char *text, const char *characters)
{
    return text[0] != '\0' && text[strspn(text, characters)] == '\0';
}

/* All of an element's text. */
static const char *mask_of(const char *content)
{
    g_autofree char *text = wssc_strip(content);
    if (strcmp(text, "... stream ...") == 0)
        return "the log has \"... stream ...\" in place of content";
    if (strlen(text) >= 3 && (is_one_of(text, "*") || is_one_of(text, "X") || is_one_of(text, "#")))
        return "the log masked content";
    static const char *const words[] = {"[REDACTED]", "REDACTED", "[removed]", "--- SKIPPED ---", "[MASKED]"};
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(text, words[i]) == 0)
            return "the log masked content";
    return NULL;
}

static const char *left_out_at(const xmlNode *node)
{
    const char *content = (const char *)node->content;
    if (node->type == XML_COMMENT_NODE && content != NULL) {
        g_autofree char *text = wssc_strip(content);
        return g_ascii_strcasecmp(text, "Removed") == 0 ? "the log removed keys or names (WCF without logKnownPii)"
                                                        : NULL;
    }
    gboolean is_all = node->type == XML_TEXT_NODE && node->prev == NULL && node->next == NULL && content != NULL;
    return is_all && strlen(content) < 64 ? mask_of(content) : NULL;
}

const char *wssc_found_left_out(const WsscXml *xml)
{
    const xmlNode *root = wssc_xml_root(xml), *node = root;
    while (node != NULL) {
        const char *reason = left_out_at(node);
        if (reason != NULL)
            return reason;
        if (node->type == XML_ELEMENT_NODE && node->children != NULL) {
            node = node->children;
            continue;
        }
        while (node != root && node->next == NULL)
            node = node->parent;
        node = node != root ? node->next : NULL;
    }
    return NULL;
}
