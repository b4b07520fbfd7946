/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What logs do to messages on purpose: WCF takes keys and names out (logKnownPii), CXF masks elements and cuts what is
 * long, others have words of their own, or write a message on several lines with something of their own before each.
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

/* ---- text that is the log's own --------------------------------------------------------------------------------- */

static gboolean is_blank(const xmlNode *node)
{
    const char *p = (const char *)node->content;
    while (p != NULL && wssc_is_xml_space(*p))
        p++;
    return p == NULL || *p == '\0';
}

static gboolean is_text(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

/* SOAP's elements hold elements or text, and so do those of nearly all that is sent with it. */
static gboolean is_between_tags(const xmlNode *node)
{
    const xmlNode *before = node->prev, *after = node->next;
    gboolean has_element =
        (before != NULL && before->type == XML_ELEMENT_NODE) || (after != NULL && after->type == XML_ELEMENT_NODE);
    return is_text(node) && has_element && strchr((const char *)node->content, '\n') != NULL;
}

static gboolean is_base64(const char *text)
{
    for (; *text != '\0'; text++)
        if (!wssc_is_xml_space(*text) && !g_ascii_isalnum(*text) && strchr("+/=", *text) == NULL)
            return FALSE;
    return TRUE;
}

/* Lines of base64 between which something else stands. */
static gboolean is_broken_base64(const xmlNode *node)
{
    const xmlNode *parent = node->parent;
    gboolean holds_base64 = wssc_xml_is(parent, WSSC_NS_FAMILY_DS, "DigestValue") ||
                            wssc_xml_is(parent, WSSC_NS_FAMILY_DS, "SignatureValue") ||
                            wssc_xml_is(parent, WSSC_NS_FAMILY_DS, "X509Certificate") ||
                            wssc_xml_is(parent, WSSC_NS_FAMILY_XENC, "CipherValue") ||
                            wssc_xml_is(parent, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken") ||
                            wssc_xml_is(parent, WSSC_NS_FAMILY_WST, "BinarySecret");
    return is_text(node) && holds_base64 && node->prev == NULL && node->next == NULL &&
           strchr((const char *)node->content, '\n') != NULL && !is_base64((const char *)node->content);
}

/* ---- the message ------------------------------------------------------------------------------------------------- */

static const xmlNode *next_of(const xmlNode *root, const xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE && node->children != NULL)
        return node->children;
    while (node != root && node->next == NULL)
        node = node->parent;
    return node != root ? node->next : NULL;
}

const char *wssc_found_left_out(const WsscFound *found, const WsscXml *xml)
{
    const xmlNode *root = wssc_xml_root(xml);
    for (const xmlNode *node = root; node != NULL; node = next_of(root, node)) {
        const char *reason = left_out_at(node);
        if (reason != NULL)
            return reason;
        if (found->is_logged && ((is_between_tags(node) && !is_blank(node)) || is_broken_base64(node)))
            return "text that looks like the log's own stands inside it, at the beginning of lines";
    }
    return NULL;
}

const char *wssc_found_layout(const WsscFound *found, const WsscXml *xml)
{
    const xmlNode *root = wssc_xml_root(xml);
    for (const xmlNode *node = root; found->is_logged && node != NULL; node = next_of(root, node))
        if (is_between_tags(node) && is_blank(node))
            return "the log has it on several lines, and white space between tags may be the log's";
    return NULL;
}
