/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Parts that were signed as the octets stand: some stacks leave canonical forms out. Then all that canonical forms make
 * no difference of counts, and is undone, too: empty elements written as two tags, an XML declaration left away.
 */
#include <string.h>

#include "security/rewriting.h"

/* The same element in another tree of the message; NULL when the trees are not alike. */
static const xmlNode *counterpart(xmlNode *root, const xmlNode *element, xmlNode *other_root)
{
    xmlNode *other = other_root;
    for (xmlNode *n = root; n != NULL && other != NULL;
         n = wssc_ids_walk(root, n), other = wssc_ids_walk(other_root, other))
        if (n == element)
            return xmlStrEqual(n->name, other->name) ? other : NULL;
    return NULL;
}

/* The first tree stands in the message; what came out of decryption does not. */
static xmlNode *in_message(const WsscRewritten *part, xmlNode *node)
{
    return part->work->stages->len > 1 ? wssc_work_older(part->work, node, 0) : node;
}

static const WsscSpan *span_of(const WsscRewritten *part, const WsscXml *xml, const xmlNode *node)
{
    xmlNode *root = xmlDocGetRootElement(((const WsscStage *)part->work->stages->pdata[0])->doc);
    const xmlNode *found = counterpart(root, in_message(part, (xmlNode *)node), wssc_xml_root(xml));
    const WsscSpan *span = found != NULL ? wssc_xml_span(found) : NULL;
    return span != NULL && span->end > span->start && span->end <= g_bytes_get_size(xml->octets) ? span : NULL;
}

/* The octets of the part without those that are hidden in it; NULL where it does not stand in the message. */
static GByteArray *raw_octets(const WsscRewritten *part, const WsscXml *xml)
{
    const WsscSpan *span = part->element != NULL ? span_of(part, xml, part->element) : NULL;
    const WsscSpan *hidden = part->hidden != NULL ? span_of(part, xml, part->hidden) : NULL;
    WsscBytes all = wssc_bytes_of(xml->octets);
    gsize start = span != NULL ? span->start : 0, end = span != NULL ? span->end : all.len;
    if ((part->element != NULL && span == NULL) || (part->hidden != NULL && hidden == NULL))
        return NULL;
    GByteArray *octets = g_byte_array_new();
    if (hidden != NULL && hidden->start >= start && hidden->end <= end) {
        g_byte_array_append(octets, all.data + start, (guint)(hidden->start - start));
        start = hidden->end;
    }
    g_byte_array_append(octets, all.data + start, (guint)(end - start));
    return octets;
}

/* "<a></a>" as "<a/>". */
static GByteArray *with_empty_tags(const GByteArray *octets)
{
    GByteArray *out = g_byte_array_sized_new(octets->len);
    for (guint i = 0; i < octets->len; i++) {
        gboolean is_empty = octets->len - i > 3 && memcmp(octets->data + i, "></", 3) == 0 && i > 0 &&
                            octets->data[i - 1] != '/' && octets->data[i - 1] != '-' && octets->data[i - 1] != ']';
        const guint8 *end = is_empty ? memchr(octets->data + i + 1, '>', octets->len - i - 1) : NULL;
        const guint8 *start = end != NULL ? octets->data + i : NULL;
        while (start != NULL && start > octets->data && *start != '<')
            start--;
        gboolean is_own = start != NULL && *start == '<' && start[1] != '/';
        if (is_own) {
            g_byte_array_append(out, (const guint8 *)"/>", 2);
            i = (guint)(end - octets->data);
        } else {
            g_byte_array_append(out, octets->data + i, 1);
        }
    }
    return out;
}

/* "<a/>" as "<a></a>". */
static GByteArray *with_both_tags(const GByteArray *octets)
{
    GByteArray *out = g_byte_array_sized_new(octets->len);
    guint open = 0; /* the last "<" */
    for (guint i = 0; i < octets->len; i++) {
        if (octets->data[i] == '<')
            open = i;
        gboolean is_empty = octets->data[i] == '/' && i + 1 < octets->len && octets->data[i + 1] == '>' &&
                            octets->data[open] == '<' && open < i;
        if (!is_empty) {
            g_byte_array_append(out, octets->data + i, 1);
            continue;
        }
        guint name = open + 1, len = 0;
        while (name + len < i && !g_ascii_isspace(octets->data[name + len]))
            len++;
        while (out->len > 0 && g_ascii_isspace(out->data[out->len - 1]))
            g_byte_array_set_size(out, out->len - 1);
        g_byte_array_append(out, (const guint8 *)"></", 3);
        g_byte_array_append(out, octets->data + name, len);
        g_byte_array_append(out, (const guint8 *)">", 1);
        i++;
    }
    return out;
}

static gboolean try_octets(const WsscRewritten *part, GByteArray *octets, const char *detail, char **ret_detail)
{
    gboolean is_fit = wssc_rewrite_try(part, octets);
    if (is_fit && detail != NULL)
        *ret_detail = g_strdup(detail);
    g_byte_array_unref(octets);
    return is_fit;
}

static gboolean try_declarations(const WsscRewritten *part, const GByteArray *octets, char **ret_detail)
{
    static const char *const declarations[] = {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
                                               "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
                                               "<?xml version='1.0' encoding='UTF-8'?>", "<?xml version=\"1.0\"?>",
                                               "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>"};
    static const char *const ends[] = {"", "\n", "\r\n"};
    for (guint d = 0; d < G_N_ELEMENTS(declarations); d++)
        for (guint e = 0; e < G_N_ELEMENTS(ends) && !wssc_rewrite_is_spent(part); e++) {
            GByteArray *whole = g_byte_array_new();
            g_byte_array_append(whole, (const guint8 *)declarations[d], (guint)strlen(declarations[d]));
            g_byte_array_append(whole, (const guint8 *)ends[e], (guint)strlen(ends[e]));
            g_byte_array_append(whole, octets->data, octets->len);
            if (try_octets(part, whole, "with an XML declaration, which was dropped on the way", ret_detail))
                return TRUE;
        }
    return FALSE;
}

/* The root element alone, without what stands before and behind it. */
static GByteArray *root_alone(const WsscRewritten *part, const WsscXml *xml)
{
    WsscRewritten whole = *part;
    whole.element = xmlDocGetRootElement(wssc_work_current(part->work)->doc);
    return raw_octets(&whole, xml);
}

static gboolean try_forms(const WsscRewritten *part, const GByteArray *octets, char **ret_detail)
{
    return try_octets(part, with_empty_tags(octets), "empty elements as one tag, which were expanded on the way",
                      ret_detail) ||
           try_octets(part, with_both_tags(octets), "empty elements as two tags, which became one on the way",
                      ret_detail);
}

/* The message is read anew, for its places; that counts, too. */
static WsscXml *read_again(const WsscRewritten *part, const WsscXml *message)
{
    gsize len = g_bytes_get_size(message->octets);
    if (part->rewriting->left <= len)
        return NULL;
    part->rewriting->left -= len;
    return wssc_xml_parse(message->octets, message->encoding, NULL);
}

gboolean wssc_rewrite_raw(const WsscRewritten *part, char **ret_detail)
{
    const WsscXml *message = part->work->xml;
    if (message->form != WSSC_XML_TEXT || message->octets == NULL)
        return FALSE;
    g_autoptr(WsscXml) xml = read_again(part, message);
    g_autoptr(GByteArray) octets = xml != NULL ? raw_octets(part, xml) : NULL;
    if (octets == NULL)
        return FALSE;
    if (wssc_rewrite_try(part, octets) || try_forms(part, octets, ret_detail))
        return TRUE;
    g_autoptr(GByteArray) root = part->element == NULL ? root_alone(part, xml) : NULL;
    return root != NULL && (wssc_rewrite_try(part, root) || try_declarations(part, root, ret_detail));
}
