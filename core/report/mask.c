/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/mask.h"

#include <string.h>

#include "base/secret.h"

static gboolean is_named(const char *name, gsize len, const char *wanted)
{
    return len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

/* The one place that knows. */
static gboolean is_secret_name(const char *name, gsize len)
{
    return is_named(name, len, "BinarySecret") || is_named(name, len, "Password");
}

gboolean wssc_mask_is_secret(const char *local_name)
{
    return is_secret_name(local_name, strlen(local_name));
}

/* ---- trees ---------------------------------------------------------------------------------------------------- */

char *wssc_mask_text(const xmlNode *element)
{
    gboolean is_key = strcmp((const char *)element->name, "BinarySecret") == 0;
    g_autoptr(GBytes) octets = is_key ? wssc_xml_base64(element) : NULL;
    if (octets == NULL)
        return g_strdup("[not shown]");
    g_autoptr(WsscSecret) secret = wssc_secret_new(g_bytes_get_data(octets, NULL), g_bytes_get_size(octets));
    g_autofree char *fingerprint = wssc_secret_fingerprint(secret);
    return g_strdup_printf("[%" G_GSIZE_FORMAT " octets, fingerprint %s]", secret->len, fingerprint);
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

/* Depth is bounded by WSSC_MAX_XML_DEPTH. */
static void mask_below(xmlNode *parent)
{
    for (xmlNode *node = wssc_xml_first(parent); node != NULL; node = wssc_xml_next(node)) {
        if (wssc_mask_is_secret((const char *)node->name)) {
            g_autofree char *text = wssc_mask_text(node);
            put_instead(node, text);
        } else {
            mask_below(node);
        }
    }
}

void wssc_mask_secrets(WsscXml *xml)
{
    xmlNode *root = wssc_xml_root(xml);
    if (root != NULL)
        mask_below(root);
}

/* ---- text ----------------------------------------------------------------------------------------------------- */

typedef enum { MARKUP_OTHER, MARKUP_START, MARKUP_EMPTY, MARKUP_END } Markup;

/* Behind a run of octets that ends markup; the end of the text where it does not come. */
static const char *behind(const char *from, const char *end, const char *mark)
{
    const char *found = from < end ? g_strstr_len(from, end - from, mark) : NULL;
    return found != NULL ? found + strlen(mark) : end;
}

/* Behind the tag at "<", past any ">" between quotes. */
static const char *behind_tag(const char *from, const char *end)
{
    char quote = '\0';
    for (const char *p = from + 1; p < end; p++) {
        if (quote != '\0')
            quote = *p == quote ? '\0' : quote;
        else if (*p == '"' || *p == '\'')
            quote = *p;
        else if (*p == '>')
            return p + 1;
    }
    return end;
}

/* The markup at "<": what it is, and where it ends. */
static Markup markup_at(const char *at, const char *end, const char **ret_behind)
{
    gsize left = (gsize)(end - at);
    if (left > 4 && memcmp(at, "<!--", 4) == 0)
        *ret_behind = behind(at + 4, end, "-->");
    else if (left > 9 && memcmp(at, "<![CDATA[", 9) == 0)
        *ret_behind = behind(at + 9, end, "]]>");
    else if (left > 2 && at[1] == '?')
        *ret_behind = behind(at + 2, end, "?>");
    else
        *ret_behind = behind_tag(at, end);
    if (left < 2 || at[1] == '!' || at[1] == '?')
        return MARKUP_OTHER;
    if (at[1] == '/')
        return MARKUP_END;
    return *ret_behind - at > 2 && (*ret_behind)[-2] == '/' ? MARKUP_EMPTY : MARKUP_START;
}

/* Whether the start tag at "<" opens an element that holds a secret. */
static gboolean opens_secret(const char *at, const char *end)
{
    const char *name = at + 1, *p = name;
    for (; p < end && strchr(" \t\r\n>/", *p) == NULL; p++)
        if (*p == ':')
            name = p + 1;
    return is_secret_name(name, (gsize)(p - name));
}

/* Where the element whose start tag ends at "from" is closed; the end of the text where it is not. */
static const char *closing(const char *from, const char *end)
{
    guint depth = 0;
    while (from < end) {
        const char *at = memchr(from, '<', (gsize)(end - from));
        if (at == NULL)
            return end;
        Markup markup = markup_at(at, end, &from);
        if (markup == MARKUP_END && depth-- == 0)
            return at;
        if (markup == MARKUP_START)
            depth++;
    }
    return end;
}

/* The next secret from *at on, which is moved behind it. FALSE when there is none. */
static gboolean next_secret(const char **at, const char *end, const char **ret_start)
{
    while (*at < end) {
        const char *tag = memchr(*at, '<', (gsize)(end - *at));
        if (tag == NULL)
            break;
        if (markup_at(tag, end, at) != MARKUP_START || !opens_secret(tag, end))
            continue;
        *ret_start = *at;
        *at = closing(*at, end);
        if (*at > *ret_start)
            return TRUE;
    }
    return FALSE;
}

char *wssc_mask_canonical(const char *text)
{
    GString *out = g_string_new(NULL);
    const char *end = text + strlen(text), *at = text, *from = text, *secret;
    for (; next_secret(&at, end, &secret); from = at) {
        g_string_append_len(out, from, secret - from);
        g_string_append_printf(out, "[%" G_GSIZE_FORMAT " characters not shown]", (gsize)(at - secret));
    }
    g_string_append(out, from);
    return g_string_free(out, FALSE);
}

void wssc_mask_over(char *text, gsize len)
{
    const char *at = text, *secret;
    while (next_secret(&at, text + len, &secret))
        memset(text + (secret - text), '*', (gsize)(at - secret));
}
