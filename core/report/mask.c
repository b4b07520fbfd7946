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
    g_autoptr(WsscSecret) secret =
        wssc_secret_new(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets));
    g_autofree char *fingerprint = wssc_secret_fingerprint(secret);
    g_autofree char *text =
        g_strdup_printf("[%" G_GSIZE_FORMAT " octets, fingerprint %s]", secret->len, fingerprint);
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

void wssc_mask_secrets(WsscXml *xml)
{
    xmlNode *root = wssc_xml_root(xml);
    if (root != NULL)
        mask_below(root);
}
