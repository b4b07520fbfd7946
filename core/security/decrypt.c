/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * XML Encryption: content in xenc:EncryptedData, opened in place.
 */
#include "security/decrypt.h"

#include <string.h>

#include "base/limits.h"
#include "keys/crypto.h"
#include "security/attachment.h"
#include "security/cipher.h"
#include "security/decryption.h"
#include "security/key_length.h"
#include "security/keyinfo/keyinfo.h"
#include "security/result.h"

#define XENC_ELEMENT "http://www.w3.org/2001/04/xmlenc#Element"

/* ---- a round ------------------------------------------------------------------------------------------------ */

/* The message is copied only when something is about to be put in: most that cannot be opened never are. */
typedef struct {
    GPtrArray *data;    /* xmlNode of an EncryptedData in the current tree, in document order */
    guint at;           /* the one that is being opened */
    gboolean is_copied; /* the current tree is this round's own */
} Round;

static xmlNode *round_data(const Round *round)
{
    return round->data->pdata[round->at];
}

/* What is known of the nodes of one tree, for those of its copy. */
static void carry_over(WsscWork *work, xmlNode *from, xmlNode *to, GHashTable *refused, GHashTable *older)
{
    for (; from != NULL && to != NULL; from = from->next, to = to->next) {
        to->_private = from->_private;
        if (from->type != XML_ELEMENT_NODE)
            continue;
        GPtrArray *keys = wssc_work_kept(work->opened_keys, from);
        if (keys != NULL) {
            g_hash_table_insert(work->opened_keys, to, g_ptr_array_ref(keys));
            wssc_work_keep(&work->key_results, to, wssc_work_kept(work->key_results, from), NULL);
        }
        gpointer before = wssc_work_kept(work->refused, from);
        if (before != NULL)
            g_hash_table_insert(refused, to, before);
        g_hash_table_insert(older, to, from);
        carry_over(work, from->children, to->children, refused, older);
    }
}

/* The same elements in the copy. */
static void follow_data(Round *round, xmlNode *from_root, xmlNode *to_root)
{
    guint next = 0;
    xmlNode *to = to_root;
    for (xmlNode *from = from_root; from != NULL && to != NULL && next < round->data->len;
         from = wssc_ids_walk(from_root, from), to = wssc_ids_walk(to_root, to))
        if (from == round->data->pdata[next])
            round->data->pdata[next++] = to;
}

static void push_stage(WsscWork *work, Round *round)
{
    WsscStage *before = wssc_work_current(work);
    WsscStage *after = g_new0(WsscStage, 1);
    GHashTable *refused = g_hash_table_new(NULL, NULL);
    after->doc = xmlCopyDoc(before->doc, 1);
    wssc_xml_set_odd_names(after->doc, wssc_xml_has_odd_names(before->doc));
    after->is_owned = TRUE;
    after->older = g_hash_table_new(NULL, NULL);
    after->places = g_hash_table_new(NULL, NULL);
    after->opened = g_hash_table_new(NULL, NULL);
    carry_over(work, before->doc->children, after->doc->children, refused, after->older);
    after->ids = wssc_ids_new(after->doc);
    g_ptr_array_add(work->stages, after);
    g_clear_pointer(&work->refused, g_hash_table_unref);
    work->refused = refused;
    follow_data(round, xmlDocGetRootElement(before->doc), xmlDocGetRootElement(after->doc));
    round->is_copied = TRUE;
}

/* ---- content ------------------------------------------------------------------------------------------------ */

static xmlNode *place_of(xmlNode *data)
{
    return wssc_xml_is(data->parent, WSSC_NS_FAMILY_WSSE11, "EncryptedHeader") ? data->parent : data;
}

static gboolean has_odd_names(xmlNode *root)
{
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n))
        for (const xmlNs *ns = n->nsDef; ns != NULL; ns = ns->next)
            if (ns->href != NULL && strpbrk((const char *)ns->href, "&<\"\t\r\n") != NULL)
                return TRUE;
    return FALSE;
}

static gboolean has_list(xmlNode *root)
{
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n))
        if (wssc_xml_is(n, WSSC_NS_FAMILY_XENC, "ReferenceList"))
            return TRUE;
    return FALSE;
}

/* Puts the nodes in the place of the EncryptedData (or of the EncryptedHeader around it). */
static void replace(WsscWork *work, xmlNode *data, xmlNode *list)
{
    WsscStage *stage = wssc_work_current(work);
    xmlNode *place = place_of(data);
    wssc_ids_remove(stage->ids, place);
    while (list != NULL) {
        xmlNode *next = list->next;
        list->next = list->prev = NULL;
        xmlNode *placed = xmlAddPrevSibling(place, list);
        if (placed != NULL)
            wssc_ids_add(stage->ids, placed); /* a comment is seen, too */
        if (placed != NULL && placed->type == XML_ELEMENT_NODE) {
            if (has_list(placed))
                g_clear_pointer(&stage->listed, g_hash_table_unref);
            g_hash_table_insert(stage->places, placed, place);
            if (!g_hash_table_contains(stage->opened, place))
                g_hash_table_insert(stage->opened, place, placed);
            if (!wssc_xml_has_odd_names(stage->doc) && has_odd_names(placed))
                wssc_xml_set_odd_names(stage->doc, TRUE);
        }
        list = next;
    }
    /* Keys found in it are looked up by node: it stays allocated until the work is done. */
    xmlUnlinkNode(place);
    g_ptr_array_add(work->garbage, place);
}

/* What is encrypted, and what trying keys on it told. */
typedef struct {
    const WsscAlgorithm *algorithm;
    WsscBytes cipher;
    gboolean has_named_key, is_no_xml;
    gboolean is_attachment;
    const char *open;   /* as in WsscSearch */
    gsize wrong_length; /* octets of a key that it names; 0: none */
} Content;

/* What xenc:Element promises: one element. A wrong key passes CBC's padding once in a while, and a few octets of
 * chance read as text. */
static gboolean is_what_it_says(const xmlNode *data, const xmlNode *list)
{
    g_autofree char *type = wssc_xml_attr_value(data, WSSC_NS_FAMILY_NONE, "Type");
    guint elements = 0;
    for (const xmlNode *n = list; n != NULL; n = n->next)
        elements += n->type == XML_ELEMENT_NODE;
    return g_strcmp0(type, XENC_ELEMENT) != 0 || elements == 1;
}

/* Of a habit more is asked than of what the message says: a block or two of chance may pass for text. */
static gboolean is_sure_content(const xmlNode *list)
{
    for (const xmlNode *n = list; n != NULL; n = n->next)
        if (n->type == XML_ELEMENT_NODE)
            return TRUE;
    return FALSE;
}

typedef enum { KEY_OPENS, KEY_LENGTH_WRONG, KEY_WRONG, KEY_OPENS_NO_XML } KeyResult;

/* Only the cipher's own check tells whether it is what was meant. */
static KeyResult take_attachment(WsscWork *work, const xmlNode *data, GBytes *plain, WsscDecryption *decryption)
{
    wssc_attachment_take(work, data, plain);
    g_free(decryption->content);
    decryption->content = g_strdup("attachment");
    decryption->plaintext = g_bytes_ref(plain);
    return KEY_OPENS;
}

/* cipher_name: OpenSSL's, for that kind of the algorithm; is_habit: not what the algorithm says. */
static KeyResult try_cipher(WsscWork *work, Round *round, const char *cipher_name, gboolean is_habit,
                            const WsscSecret *key, const Content *content, WsscDecryption *decryption)
{
    const EVP_CIPHER *evp = wssc_crypto_cipher(work->crypto, cipher_name);
    gboolean is_gcm = content->algorithm->kind == WSSC_ALGORITHM_GCM;
    if (evp == NULL)
        return KEY_LENGTH_WRONG;
    g_autoptr(GBytes) plain =
        is_gcm ? wssc_cipher_open_gcm(evp, key, content->cipher) : wssc_cipher_open_cbc(evp, key, content->cipher);
    if (plain == NULL)
        return KEY_WRONG;
    if (wssc_attachment_is_encrypted(round_data(round)))
        return is_habit && !is_gcm ? KEY_WRONG : take_attachment(work, round_data(round), plain, decryption);
    if (!round->is_copied)
        push_stage(work, round);
    xmlNode *data = round_data(round);
    g_autoptr(GError) error = NULL;
    xmlNode *list = g_bytes_get_size(plain) > 0
                        ? wssc_xml_parse_fragment(place_of(data)->parent, wssc_bytes_of(plain), &error)
                        : NULL;
    if (error != NULL || !is_what_it_says(data, list) || (is_habit && !is_gcm && !is_sure_content(list))) {
        xmlFreeNodeList(list);
        return is_gcm ? KEY_OPENS_NO_XML : KEY_WRONG;
    }
    for (xmlNode *n = list; n != NULL && decryption->content == NULL; n = n->next)
        if (n->type == XML_ELEMENT_NODE)
            decryption->content = g_strdup((const char *)n->name);
    decryption->plaintext = g_bytes_ref(plain);
    replace(work, data, list);
    return KEY_OPENS;
}

/* The EncryptedKey whose ReferenceList names this data: a key for data without KeyInfo. */
static xmlNode *listing_key(WsscStage *stage, const char *id)
{
    const xmlNode *listed = wssc_work_listed(stage, id);
    xmlNode *key = listed != NULL && listed->parent != NULL ? listed->parent->parent : NULL;
    return wssc_xml_is(key, WSSC_NS_FAMILY_XENC, "EncryptedKey") ? key : NULL;
}

static WsscSearch keys_of_data(WsscWork *work, const xmlNode *data, WsscDecryption *decryption, gboolean with_habits)
{
    const xmlNode *key_info = wssc_xml_child(data, WSSC_NS_FAMILY_DS, "KeyInfo");
    WsscSearch search = wssc_resolve_key_info(work, key_info, with_habits);
    xmlNode *listing =
        key_info == NULL && decryption->id != NULL ? listing_key(wssc_work_current(work), decryption->id) : NULL;
    wssc_decryption_note_search(decryption, &search);
    if (listing == NULL)
        return search;
    const GPtrArray *opened = wssc_open_encrypted_key(work, listing);
    decryption->key_kind = WSSC_KEY_KIND_ENCRYPTED_KEY;
    for (guint i = 0; i < opened->len; i++) {
        const WsscCandidate *key = opened->pdata[i];
        WsscCandidate *copy = wssc_search_add(&search, WSSC_KEY_KIND_ENCRYPTED_KEY, key->secret, key->origin);
        copy->is_guess = key->is_guess;
        copy->deviation = key->deviation;
        copy->is_proven = key->is_proven;
    }
    if (search.found->len == 0) {
        const char *problem = wssc_encrypted_key_problem(work, listing);
        g_free(search.reason);
        search.reason = g_strdup_printf("the EncryptedKey that lists it cannot be opened: %s",
                                        problem != NULL ? problem : "no key for it");
    }
    return search;
}

static gboolean note_result(Content *content, KeyResult result, const WsscCandidate *key, WsscDecryption *decryption)
{
    content->is_no_xml |= result == KEY_OPENS_NO_XML;
    if (result == KEY_OPENS || result == KEY_OPENS_NO_XML)
        wssc_decryption_note_key(decryption, key);
    if (result == KEY_OPENS)
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_DECRYPTED, NULL);
    return result == KEY_OPENS;
}

/* TRUE when one of the keys opened it. */
static gboolean try_all(WsscWork *work, Round *round, Content *content, const GPtrArray *keys,
                        WsscDecryption *decryption)
{
    for (guint i = 0; i < keys->len; i++) {
        const WsscCandidate *key = keys->pdata[i];
        if (key->secret == NULL)
            continue;
        if (!key->is_guess && !content->has_named_key && key->secret->len == content->algorithm->octets)
            wssc_decryption_note_key(decryption, key); /* should it not open it: which one that was */
        content->has_named_key |= !key->is_guess;
        /* Padding alone proves no guess. */
        if (key->is_guess && content->is_attachment && content->algorithm->kind != WSSC_ALGORITHM_GCM)
            continue;
        if (key->secret->len != content->algorithm->octets) {
            if (!key->is_guess && content->wrong_length == 0)
                content->wrong_length = key->secret->len;
            continue;
        }
        KeyResult result = try_cipher(work, round, content->algorithm->name, FALSE, key->secret, content, decryption);
        if (note_result(content, result, key, decryption))
            return TRUE;
    }
    return FALSE;
}

/* The key that it names has another length than the algorithm's: as stacks use it all the same. */
static gboolean try_lengths(WsscWork *work, Round *round, Content *content, const WsscCandidate *key,
                            WsscDecryption *decryption)
{
    gboolean is_over = FALSE, is_open = FALSE;
    for (guint i = 0; !is_over && !is_open; i++) {
        g_auto(WsscKeyReading) reading = {0};
        if (!wssc_key_reading_next(content->algorithm, key->secret, i, &reading, &is_over))
            continue;
        WsscCandidate used = *key;
        used.deviation = reading.deviation;
        KeyResult result = try_cipher(work, round, reading.cipher, TRUE, reading.key, content, decryption);
        is_open = note_result(content, result, &used, decryption);
    }
    return is_open;
}

static gboolean try_all_lengths(WsscWork *work, Round *round, Content *content, const GPtrArray *keys,
                                WsscDecryption *decryption)
{
    for (guint i = 0; !work->options->is_strict && i < keys->len; i++) {
        const WsscCandidate *key = keys->pdata[i];
        if (key->secret != NULL && !key->is_guess && try_lengths(work, round, content, key, decryption))
            return TRUE;
    }
    return FALSE;
}

/* XML Encryption 1.1 sections 5.2.2 and 5.2.4. NULL when it is a length that the cipher may have. */
static char *cipher_length_reason(const Content *content)
{
    const gsize len = content->cipher.len;
    enum { IV_AND_TAG = 12 + 16 };
    gsize block = g_str_has_prefix(content->algorithm->name, "AES") ? 16 : 8;
    if (content->algorithm->kind == WSSC_ALGORITHM_GCM)
        return len >= IV_AND_TAG
                   ? NULL
                   : g_strdup_printf("it has %" G_GSIZE_FORMAT " octets, IV and tag alone are %d", len, IV_AND_TAG);
    return len >= 2 * block && len % block == 0
               ? NULL
               : g_strdup_printf("it has %" G_GSIZE_FORMAT " octets, not an IV and whole blocks of %" G_GSIZE_FORMAT,
                                 len, block);
}

static void finish_closed(const Content *content, WsscDecryption *decryption, const char *reason)
{
    if (content->is_no_xml)
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_UNSUPPORTED,
                               g_strdup("it was opened, but what is inside is no XML that "
                                        "could stand there"));
    else if (content->has_named_key && content->open == NULL) {
        g_autofree char *length = content->wrong_length > 0
                                      ? wssc_key_length_reason(content->algorithm, content->wrong_length)
                                      : cipher_length_reason(content);
        wssc_decryption_finish(
            decryption, WSSC_DECRYPTION_FAILED,
            g_strdup_printf("the key it names does not open it (%s)", length != NULL ? length
                                                                      : content->algorithm->kind == WSSC_ALGORITHM_GCM
                                                                          ? "the authentication tag does not fit"
                                                                          : "padding or content is not right"));
    } else
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_NO_KEY,
                               content->open != NULL && reason == NULL
                                   ? g_strdup_printf("the known key does not open it, and %s", content->open)
                                   : g_strdup(reason != NULL ? reason : "its key is not known"));
}

static WsscDecryption *new_try(WsscWork *work, const xmlNode *data)
{
    WsscDecryption *before = wssc_work_kept(work->refused, data);
    if (before != NULL)
        g_ptr_array_remove(work->result->decryptions, before);
    WsscDecryption *decryption = wssc_decryption_new(work, data);
    wssc_work_keep(&work->refused, data, decryption, NULL);
    return decryption;
}

static gboolean open_data(WsscWork *work, Round *round)
{
    const xmlNode *data = round_data(round); /* before anything was opened */
    WsscDecryption *decryption = new_try(work, data);
    Content content = {.algorithm = wssc_decryption_method(data, &decryption->algorithm)};
    g_autoptr(GBytes) octets =
        wssc_attachment_is_encrypted(data) ? wssc_attachment_cipher(work, data) : wssc_decryption_octets(data);
    g_autofree char *reason = NULL;
    gboolean is_open = FALSE, has_more = TRUE;
    g_autoptr(GPtrArray) specified = NULL;

    if (content.algorithm == NULL ||
        (content.algorithm->kind != WSSC_ALGORITHM_CBC && content.algorithm->kind != WSSC_ALGORITHM_GCM)) {
        wssc_decryption_finish(
            decryption, WSSC_DECRYPTION_UNSUPPORTED,
            g_strdup_printf("algorithm %s", decryption->algorithm != NULL ? decryption->algorithm : "missing"));
        return FALSE;
    }
    if (octets == NULL || g_bytes_get_size(octets) == 0) {
        wssc_decryption_finish_without_octets(decryption, data);
        return FALSE;
    }
    content.cipher = wssc_bytes_of(octets);
    content.is_attachment = wssc_attachment_is_encrypted(data);
    for (int with_habits = FALSE; !is_open && has_more && with_habits <= TRUE; with_habits++) {
        g_auto(WsscSearch) search = keys_of_data(work, round_data(round), decryption, with_habits);
        is_open = try_all(work, round, &content, search.found, decryption);
        g_free(reason);
        reason = g_steal_pointer(&search.reason);
        has_more = search.has_habits;
        content.open = content.open != NULL ? content.open : search.open;
        if (specified == NULL)
            specified = g_ptr_array_ref(search.found);
    }
    is_open = is_open || try_all_lengths(work, round, &content, specified, decryption);
    if (!is_open)
        finish_closed(&content, decryption, reason);
    return is_open;
}

/* What had no key may have one now that more of the message is open. */
static gboolean is_refused(const WsscWork *work, const xmlNode *data)
{
    const WsscDecryption *before = wssc_work_kept(work->refused, data);
    return before != NULL && before->result != WSSC_DECRYPTION_NO_KEY;
}

static GPtrArray *closed_data(const WsscWork *work)
{
    GPtrArray *found = g_ptr_array_new();
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(work)->doc);
    guint most = wssc_work_most(work, WSSC_LIMIT_DECRYPTIONS);
    for (xmlNode *n = root; n != NULL && found->len < most; n = wssc_ids_walk(root, n))
        if (wssc_xml_is(n, WSSC_NS_FAMILY_XENC, "EncryptedData") && !is_refused(work, n))
            g_ptr_array_add(found, n);
    return found;
}

/* What stands for a MIME part stays in its place when that was opened. */
static gboolean is_closed(const WsscWork *work, const xmlNode *node)
{
    const WsscDecryption *before = wssc_work_kept(work->refused, node);
    return wssc_xml_is(node, WSSC_NS_FAMILY_XENC, "EncryptedData") &&
           (before == NULL || before->result != WSSC_DECRYPTION_DECRYPTED);
}

/* Keys that found nothing to open them are tried anew when more of the message is open. */
static void forget_closed_keys(WsscWork *work)
{
    g_autoptr(GHashTable) gone = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer element, decryption;
    if (work->key_results == NULL)
        return;
    g_hash_table_iter_init(&iter, work->key_results);
    while (g_hash_table_iter_next(&iter, &element, &decryption)) {
        if (((const WsscDecryption *)decryption)->result != WSSC_DECRYPTION_NO_KEY)
            continue;
        g_hash_table_add(gone, decryption);
        g_hash_table_remove(work->opened_keys, element);
        g_hash_table_iter_remove(&iter);
    }
    g_hash_table_iter_init(&iter, gone);
    while (g_hash_table_iter_next(&iter, &decryption, NULL))
        g_ptr_array_remove(work->result->decryptions, decryption);
}

static gboolean open_each(WsscWork *work, Round *round)
{
    gboolean has_opened = FALSE;
    for (round->at = 0; round->at < round->data->len; round->at++)
        has_opened |= open_data(work, round);
    return has_opened;
}

void wssc_decrypt_all(WsscWork *work)
{
    gboolean has_opened = wssc_ids_has_seen(wssc_work_current(work)->ids, WSSC_SEEN_ENCRYPTED);
    if (!has_opened)
        return;
    guint rounds = 0, deepest = wssc_work_most(work, WSSC_LIMIT_DECRYPTION_DEPTH);
    guint most = wssc_work_most(work, WSSC_LIMIT_DECRYPTIONS);
    for (; rounds < deepest && has_opened; rounds++) {
        g_autoptr(GPtrArray) data = closed_data(work);
        Round round = {.data = data};
        if (data->len == 0 || work->result->decryptions->len >= most)
            break;
        if (rounds > 0)
            forget_closed_keys(work);
        has_opened = open_each(work, &round);
    }
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(work)->doc);
    gboolean has_untried = FALSE;
    for (xmlNode *n = root; n != NULL && !has_untried; n = wssc_ids_walk(root, n)) {
        if (!is_closed(work, n))
            continue;
        work->has_closed = TRUE;
        has_untried = wssc_work_kept(work->refused, n) == NULL;
    }
    if (has_untried && work->result->decryptions->len >= most)
        wssc_result_note_limit(work->result, WSSC_LIMIT_DECRYPTIONS, most);
    else if (has_untried && rounds == deepest)
        wssc_result_note_limit(work->result, WSSC_LIMIT_DECRYPTION_DEPTH, deepest);
}
