/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/mask.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"

/* A password digest (UsernameToken profile 1.1 section 3.1) gives nothing away but to guessing. */
static gboolean is_clear_password(const xmlNode *node)
{
    if (!wssc_xml_is(node, WSSC_NS_FAMILY_WSSE, "Password"))
        return FALSE;
    g_autofree char *type = wssc_xml_attr_value(node, WSSC_NS_FAMILY_NONE, "Type");
    return type == NULL || !g_str_has_suffix(type, "#PasswordDigest");
}

static void put_instead(xmlNode *node, const char *text)
{
    xmlNode *child = node->children;
    while (child != NULL) {
        xmlNode *next = child->next;
        xmlUnlinkNode(child);
        xmlFreeNode(child);
        child = next;
    }
    xmlAddChild(node, xmlNewDocText(node->doc, (const xmlChar *)text));
}

static void mask_secret(xmlNode *node)
{
    g_autoptr(GBytes) octets = wssc_xml_base64(node);
    if (octets == NULL) {
        put_instead(node, "[not shown]");
        return;
    }
    g_autoptr(WsscSecret) secret = wssc_secret_new(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets));
    g_autofree char *fingerprint = wssc_secret_fingerprint(secret);
    g_autofree char *text = g_strdup_printf("[%" G_GSIZE_FORMAT " octets, fingerprint %s]", secret->len, fingerprint);
    put_instead(node, text);
}

/* Depth is bounded by WSSC_MAX_XML_DEPTH. */
static void mask_below(xmlNode *parent)
{
    for (xmlNode *node = wssc_xml_first(parent); node != NULL; node = wssc_xml_next(node)) {
        if (wssc_xml_is(node, WSSC_NS_FAMILY_WST, "BinarySecret"))
            mask_secret(node);
        else if (is_clear_password(node))
            put_instead(node, "[not shown]");
        else
            mask_below(node);
    }
}

/* ---- canonical text ------------------------------------------------------------------------------------------- */

/* Whether a start tag, from behind its "<", opens an element of that local name. */
static gboolean opens(const char *tag, gsize len, const char *name)
{
    gsize end = 0, start = 0;
    while (end < len && strchr(" \t\r\n>/", tag[end]) == NULL)
        end++;
    for (gsize i = 0; i < end; i++)
        if (tag[i] == ':')
            start = i + 1;
    return end - start == strlen(name) && strncmp(tag + start, name, end - start) == 0;
}

/* In a canonical form "<" begins nothing but tags, and no element that holds a secret has children. */
char *wssc_mask_canonical(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        const char *tag = strchr(text, '<');
        const char *end = tag != NULL ? strchr(tag, '>') : NULL;
        if (end == NULL)
            break;
        gsize len = (gsize)(end - tag);
        gboolean is_digest = g_strstr_len(tag, (gssize)len, "#PasswordDigest") != NULL;
        g_string_append_len(out, text, end + 1 - text);
        text = end + 1;
        if (!opens(tag + 1, len - 1, "BinarySecret") && (!opens(tag + 1, len - 1, "Password") || is_digest))
            continue;
        gsize secret = strcspn(text, "<");
        if (secret > 0)
            g_string_append_printf(out, "[%" G_GSIZE_FORMAT " characters not shown]", secret);
        text += secret;
    }
    g_string_append(out, text);
    return g_string_free(out, FALSE);
}

/* ---- trees ---------------------------------------------------------------------------------------------------- */

void wssc_mask_secrets(WsscXml *xml)
{
    xmlNode *root = wssc_xml_root(xml);
    if (root != NULL)
        mask_below(root);
}
