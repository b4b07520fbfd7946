/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/work.h"

#include <string.h>

/* ---- answers that are kept ---------------------------------------------------------------------------------- */

static guint hash_asked(gconstpointer data)
{
    const WsscAsked *asked = data;
    guint64 sum = (guint64)(gsize)asked->node * 31 + (guint64)(gsize)asked->without;
    sum = ((sum * 31 + (guint64)(gsize)asked->name) * 31 + asked->stage) * 31 + asked->how;
    return (guint)(sum ^ sum >> 32) * 0x9E3779B1u; /* 2^32 by the golden ratio: addresses share their last digits */
}

static gboolean is_same_asked(gconstpointer a, gconstpointer b)
{
    const WsscAsked *one = a, *other = b;
    return one->node == other->node && one->without == other->without && one->stage == other->stage &&
           one->how == other->how && g_str_equal(one->name, other->name) &&
           g_strcmp0(one->prefixes, other->prefixes) == 0;
}

static void free_asked(gpointer data)
{
    g_free(((WsscAsked *)data)->prefixes);
    g_free(data);
}

void wssc_asked_keep(GHashTable **table, const WsscAsked *asked, gpointer answer, GDestroyNotify free_answer)
{
    if (*table == NULL)
        *table = g_hash_table_new_full(hash_asked, is_same_asked, free_asked, free_answer);
    g_hash_table_insert(*table, g_memdup2(asked, sizeof *asked), answer);
}

/* ---- work --------------------------------------------------------------------------------------------------- */

static void free_stage(gpointer data)
{
    WsscStage *stage = data;
    wssc_ids_free(stage->ids);
    g_clear_pointer(&stage->listed, g_hash_table_unref);
    g_clear_pointer(&stage->older, g_hash_table_unref);
    g_clear_pointer(&stage->newer, g_hash_table_unref);
    g_clear_pointer(&stage->opened, g_hash_table_unref);
    g_clear_pointer(&stage->places, g_hash_table_unref);
    if (stage->is_owned)
        xmlFreeDoc(stage->doc);
    g_free(stage);
}

void wssc_work_init(WsscWork *work, const WsscXml *xml, WsscVerifier *verifier, const WsscSecurityOptions *options,
                    WsscSecurity *result)
{
    WsscStage *first = g_new0(WsscStage, 1);
    *work = (WsscWork){.xml = xml,
                       .verifier = verifier,
                       .ring = wssc_verifier_keyring(verifier),
                       .crypto = wssc_verifier_crypto(verifier),
                       .out = wssc_verifier_out(verifier),
                       .budget = wssc_verifier_budget(verifier),
                       .options = options,
                       .result = result};
    wssc_verifier_begin(verifier, xml->octets != NULL ? g_bytes_get_size(xml->octets) : 0);
    work->stages = g_ptr_array_new_with_free_func(free_stage);
    work->garbage = g_ptr_array_new();
    work->matches = g_array_sized_new(FALSE, FALSE, sizeof(WsscMatch), 8); /* few messages have more */
    work->checked = g_array_sized_new(FALSE, FALSE, sizeof(WsscChecked), 4);
    first->doc = xml->doc;
    first->ids = wssc_ids_new(xml->doc);
    g_ptr_array_add(work->stages, first);
}

void wssc_work_clear(WsscWork *work)
{
    g_clear_pointer(&work->opened_parts, wssc_xml_unref);
    for (guint i = 0; i < work->garbage->len; i++)
        xmlFreeNode(work->garbage->pdata[i]);
    g_ptr_array_unref(work->garbage);
    g_clear_pointer(&work->opened_keys, g_hash_table_unref);
    g_clear_pointer(&work->key_results, g_hash_table_unref);
    g_clear_pointer(&work->refused, g_hash_table_unref);
    g_clear_pointer(&work->digests, g_hash_table_unref);
    g_clear_pointer(&work->holds, g_hash_table_unref);
    g_array_unref(work->matches);
    g_array_unref(work->checked);
    g_ptr_array_unref(work->stages);
}

xmlNode *wssc_work_older(const WsscWork *work, xmlNode *node, guint stage)
{
    for (guint i = work->stages->len - 1; i > stage && node != NULL; i--)
        node = g_hash_table_lookup(((const WsscStage *)work->stages->pdata[i])->older, node);
    return node;
}

xmlNode *wssc_work_trace(const WsscWork *work, xmlNode *node, guint stage)
{
    for (guint i = work->stages->len - 1; i > stage && node != NULL; i--) {
        const WsscStage *at = work->stages->pdata[i];
        xmlNode *older = NULL;
        while (node != NULL && (older = g_hash_table_lookup(at->older, node)) == NULL) {
            xmlNode *place = g_hash_table_lookup(at->places, node);
            node = place != NULL ? place : node->parent;
        }
        node = older;
    }
    return node;
}

/* In that stage, of an element of the one before. */
static const xmlNode *copy_of(WsscStage *stage, const xmlNode *older)
{
    GHashTableIter iter;
    gpointer copy, from;
    if (stage->newer == NULL) {
        stage->newer = g_hash_table_new(NULL, NULL);
        g_hash_table_iter_init(&iter, stage->older);
        while (g_hash_table_iter_next(&iter, &copy, &from))
            g_hash_table_insert(stage->newer, from, copy);
    }
    return g_hash_table_lookup(stage->newer, older);
}

const xmlNode *wssc_work_newest(const WsscWork *work, const xmlNode *node)
{
    guint stage = 0;
    while (((const WsscStage *)work->stages->pdata[stage])->doc != node->doc)
        if (++stage == work->stages->len)
            return NULL;
    for (stage++; stage < work->stages->len && node != NULL; stage++)
        node = copy_of(work->stages->pdata[stage], node);
    return node;
}

xmlNode *wssc_work_opened(const WsscWork *work, const xmlNode *data, guint stage, guint *ret_stage)
{
    for (guint i = stage + 1; i < work->stages->len && data != NULL; i++) {
        WsscStage *at = work->stages->pdata[i];
        data = copy_of(at, data);
        xmlNode *opened = data != NULL ? g_hash_table_lookup(at->opened, data) : NULL;
        if (opened == NULL)
            continue;
        *ret_stage = i;
        return opened;
    }
    return NULL;
}

xmlNode *wssc_work_find_id(const WsscWork *work, const char *id, guint *ret_count)
{
    *ret_count = 0;
    for (guint i = work->stages->len; i > 0; i--) {
        const WsscStage *stage = work->stages->pdata[i - 1];
        xmlNode *found = wssc_ids_find(stage->ids, id, ret_count);
        if (found != NULL)
            return *ret_count == 1 ? found : NULL;
    }
    return NULL;
}

const xmlNode *wssc_work_listed(WsscStage *stage, const char *id)
{
    xmlNode *root = xmlDocGetRootElement(stage->doc);
    if (stage->listed != NULL)
        return g_hash_table_lookup(stage->listed, id);
    stage->listed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n)) {
        if (!wssc_xml_is(n, WSSC_NS_FAMILY_XENC, "DataReference"))
            continue;
        g_autofree char *uri = wssc_xml_attr_value(n, WSSC_NS_FAMILY_NONE, "URI");
        if (uri != NULL && uri[0] == '#' && !g_hash_table_contains(stage->listed, uri + 1))
            g_hash_table_insert(stage->listed, g_strdup(uri + 1), n);
    }
    return g_hash_table_lookup(stage->listed, id);
}

/* In any tree, whatever came out of decryption among it; TRUE of what is not looked for when trees are taken in. */
static gboolean was_ever_seen(const WsscWork *work, WsscNsFamily family, const char *name)
{
    gboolean is_encrypted = family == WSSC_NS_FAMILY_XENC && strcmp(name, "EncryptedData") == 0;
    /* Of a message in parts they are put into the tree and taken out of it again. */
    gboolean is_include = family == WSSC_NS_FAMILY_XOP && strcmp(name, "Include") == 0 && work->xml->includes == NULL;
    if (!is_encrypted && !is_include)
        return TRUE;
    for (guint i = 0; i < work->stages->len; i++)
        if (wssc_ids_has_seen(((const WsscStage *)work->stages->pdata[i])->ids,
                              is_encrypted ? WSSC_SEEN_ENCRYPTED : WSSC_SEEN_INCLUDE))
            return TRUE;
    return FALSE;
}

gboolean wssc_work_holds(WsscWork *work, xmlNode *root, WsscNsFamily family, const char *name)
{
    enum { OCTETS_PER_STEP = 4 };
    const WsscAsked asked = {.node = root, .name = name, .how = family};
    gpointer known;
    if (wssc_asked_find(work->holds, &asked, &known))
        return GPOINTER_TO_INT(known);
    gboolean is_there = FALSE;
    gsize steps = 0;
    if (wssc_verifier_is_spent(work->budget) || !was_ever_seen(work, family, name))
        return FALSE;
    for (xmlNode *n = root; n != NULL && !is_there; n = wssc_ids_walk(root, n), steps++)
        is_there = wssc_xml_is(n, family, name);
    wssc_verifier_take(work->budget, steps * OCTETS_PER_STEP);
    wssc_asked_keep(&work->holds, &asked, GINT_TO_POINTER(is_there), NULL);
    return is_there;
}

gboolean wssc_work_is_within(const xmlNode *node, const xmlNode *ancestor)
{
    for (; node != NULL; node = node->parent)
        if (node == ancestor)
            return TRUE;
    return FALSE;
}

/* The part is what had the digest, or stands or stood inside it: looked at in the state of the message in which it
 * had it, for after decryption an id may be another element's. */
gboolean wssc_work_covers(const WsscWork *work, const WsscSignature *signature, xmlNode *part)
{
    const WsscChecked *checked = wssc_work_checked(work, signature);
    for (guint i = 0; i < checked->match_count; i++) {
        const WsscMatch *match = wssc_work_match(work, checked, i);
        const xmlNode *then = match->stage + 1 == work->stages->len ? part : wssc_work_trace(work, part, match->stage);
        if (then != NULL && !match->is_text_only &&
            (match->target == NULL || wssc_work_is_within(then, match->target)) &&
            (match->without == NULL || !wssc_work_is_within(then, match->without)))
            return TRUE;
    }
    return FALSE;
}
