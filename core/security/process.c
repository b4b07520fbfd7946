/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The coordinator: open what is encrypted, check every signature, say what is covered.
 */
#include <string.h>

#include "base/limits.h"
#include "security/work.h"

static const char *const verdicts[WSSC_VERDICT_MAX] = {"unchecked", "valid", "invalid", "no-key", "unsupported"};
static const char *const kinds[WSSC_KEY_KIND_MAX] = {"unknown",       "sct",      "derived", "x509",
                                                     "encrypted-key", "username", "saml",    "kerberos"};
static const char *const digests[WSSC_DIGEST_MAX] = {"unchecked", "ok", "mismatch", "unresolved", "unsupported"};
static const char *const results[WSSC_DECRYPTION_MAX] = {"decrypted", "failed", "no-key", "unsupported"};

const char *wssc_verdict_name(WsscVerdict verdict)
{
    return verdicts[verdict];
}

const char *wssc_key_kind_name(WsscKeyKind kind)
{
    return kinds[kind];
}

const char *wssc_digest_name(WsscDigest digest)
{
    return digests[digest];
}

const char *wssc_decryption_result_name(WsscDecryptionResult result)
{
    return results[result];
}

/* ---- results ------------------------------------------------------------------------------------------------ */

static void free_reference(gpointer data)
{
    WsscSignedReference *reference = data;
    g_free(reference->uri);
    g_free(reference->element);
    g_free(reference->element_ns);
    g_free(reference->reason);
    g_free(reference->digest_algorithm);
    g_ptr_array_unref(reference->transforms);
    g_free(reference);
}

static void free_step(gpointer data)
{
    WsscStep *step = data;
    g_free(step->title);
    g_free(step->text);
    g_free(step);
}

static void free_signature(gpointer data)
{
    WsscSignature *signature = data;
    g_ptr_array_set_free_func(signature->references, free_reference);
    g_ptr_array_unref(signature->references);
    if (signature->steps != NULL) {
        g_ptr_array_set_free_func(signature->steps, free_step);
        g_ptr_array_unref(signature->steps);
    }
    g_free(signature->algorithm);
    g_free(signature->canonicalization);
    g_free(signature->context);
    g_free(signature->instance);
    g_free(signature->reason);
    g_free(signature->deviation);
    g_free(signature->hypothesis);
    g_free(signature->key_fingerprint);
    g_free(signature->certificate);
    g_free(signature->trust);
    g_free(signature->value);
    g_free(signature);
}

static void free_decryption(gpointer data)
{
    WsscDecryption *decryption = data;
    g_free(decryption->element);
    g_free(decryption->parent);
    g_free(decryption->content);
    g_free(decryption->id);
    g_free(decryption->algorithm);
    g_free(decryption->context);
    g_free(decryption->instance);
    g_free(decryption->reason);
    g_free(decryption->deviation);
    g_free(decryption->key_fingerprint);
    g_clear_pointer(&decryption->plaintext, g_bytes_unref);
    g_free(decryption);
}

static void free_note(gpointer data)
{
    g_free(((WsscSecurityNote *)data)->text);
    g_free(data);
}

void wssc_security_free(WsscSecurity *security)
{
    if (security == NULL)
        return;
    g_ptr_array_unref(security->signatures);
    g_ptr_array_unref(security->decryptions);
    g_array_unref(security->coverage);
    g_ptr_array_unref(security->notes);
    wssc_xml_free(security->opened);
    g_free(security);
}

/* ---- work --------------------------------------------------------------------------------------------------- */

static void free_stage(gpointer data)
{
    WsscStage *stage = data;
    wssc_ids_free(stage->ids);
    g_clear_pointer(&stage->older, g_hash_table_unref);
    g_clear_pointer(&stage->places, g_hash_table_unref);
    if (stage->is_owned)
        xmlFreeDoc(stage->doc);
    g_free(stage);
}

static void free_kept(gpointer data)
{
    WsscKept *kept = data;
    wssc_c14n_out_free(kept->out);
    g_hash_table_unref(kept->certificates);
    g_free(kept);
}

static WsscKept *new_kept(void)
{
    WsscKept *kept = g_new0(WsscKept, 1);
    kept->out = wssc_c14n_out_new();
    kept->certificates =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, (GDestroyNotify)X509_free);
    return kept;
}

static WsscKept *kept_with(WsscKeyring *ring)
{
    if (wssc_keyring_kept(ring) == NULL)
        wssc_keyring_keep(ring, new_kept(), free_kept);
    return wssc_keyring_kept(ring);
}

static void work_init(WsscWork *work, const WsscXml *xml, WsscKeyring *ring, const WsscSecurityOptions *options)
{
    WsscStage *first = g_new0(WsscStage, 1);
    *work = (WsscWork){.xml = xml, .ring = ring, .crypto = wssc_keyring_crypto(ring), .options = options};
    work->stages = g_ptr_array_new_with_free_func(free_stage);
    work->garbage = g_ptr_array_new();
    work->matches = g_array_new(FALSE, FALSE, sizeof(WsscMatch));
    work->checked = g_array_new(FALSE, FALSE, sizeof(WsscChecked));
    gsize size = xml->octets != NULL ? g_bytes_get_size(xml->octets) : 0;
    work->canonical.left = WSSC_MAX_CANONICAL_OCTETS + size * WSSC_MAX_CANONICAL_TIMES;
    work->kept = kept_with(ring);
    work->derivation_left = WSSC_MAX_DERIVATION_WORK;
    work->iterations_left = WSSC_MAX_UT_ITERATIONS;
    work->steps_left = WSSC_MAX_RESOLUTION_STEPS;
    work->passes_left = WSSC_MAX_SIGNATURES;
    first->doc = xml->doc;
    first->ids = wssc_ids_new(xml->doc);
    g_ptr_array_add(work->stages, first);
}

static void work_clear(WsscWork *work)
{
    for (guint i = 0; i < work->garbage->len; i++)
        xmlFreeNode(work->garbage->pdata[i]);
    g_ptr_array_unref(work->garbage);
    g_clear_pointer(&work->opened_keys, g_hash_table_unref);
    g_clear_pointer(&work->key_results, g_hash_table_unref);
    g_clear_pointer(&work->refused, g_hash_table_unref);
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

static WsscSecurity *new_result(void)
{
    WsscSecurity *result = g_new0(WsscSecurity, 1);
    result->signatures = g_ptr_array_new_with_free_func(free_signature);
    result->decryptions = g_ptr_array_new_with_free_func(free_decryption);
    result->coverage = g_array_new(FALSE, FALSE, sizeof(WsscCoverage));
    result->notes = g_ptr_array_new_with_free_func(free_note);
    return result;
}

static void verify_all(WsscWork *work)
{
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(work)->doc);
    guint position = 0;
    for (xmlNode *n = root; n != NULL && position < 2 * WSSC_MAX_SIGNATURES; n = wssc_ids_walk(root, n))
        if (*n->name == 'S' && wssc_xml_is(n, WSSC_NS_FAMILY_DS, "Signature"))
            wssc_verify_signature(work, n, ++position);
}

/* Keys that stand in the header are opened even when nothing in this message uses them: the response may. */
static void open_header_keys(WsscWork *work)
{
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(work)->doc);
    xmlNode *header = wssc_xml_child(root, WSSC_NS_FAMILY_SOAP, "Header");
    for (xmlNode *s = wssc_xml_first(header); s != NULL; s = wssc_xml_next(s))
        for (xmlNode *k = wssc_xml_is(s, WSSC_NS_FAMILY_WSSE, "Security") ? wssc_xml_first(s) : NULL; k != NULL;
             k = wssc_xml_next(k))
            if (wssc_xml_is(k, WSSC_NS_FAMILY_XENC, "EncryptedKey") &&
                work->result->decryptions->len < WSSC_MAX_DECRYPTIONS)
                wssc_open_encrypted_key(work, k);
}

static gboolean has_opened_data(const WsscSecurity *result)
{
    for (guint i = 0; i < result->decryptions->len; i++)
        if (((const WsscDecryption *)result->decryptions->pdata[i])->plaintext != NULL)
            return TRUE;
    return FALSE;
}

static void clear_spans(xmlNode *node)
{
    for (; node != NULL; node = node->next) {
        node->_private = NULL;
        if (node->type != XML_ELEMENT_NODE)
            continue;
        for (xmlAttr *attr = node->properties; attr != NULL; attr = attr->next)
            attr->_private = NULL;
        clear_spans(node->children);
    }
}

/* The last tree becomes the result's: it outlives the message's own, whose spans it shares. */
static void take_opened(WsscWork *work)
{
    WsscStage *last = wssc_work_current(work);
    if (!has_opened_data(work->result) || !last->is_owned)
        return;
    WsscXml *opened = wssc_xml_new(NULL, work->xml->form);
    opened->doc = last->doc;
    last->is_owned = FALSE;
    clear_spans(opened->doc->children);
    work->result->opened = opened;
}

static void find_waits(WsscSecurity *result)
{
    for (guint i = 0; i < result->decryptions->len; i++)
        if (((const WsscDecryption *)result->decryptions->pdata[i])->result == WSSC_DECRYPTION_NO_KEY)
            result->waits = TRUE;
}

WsscSecurity *wssc_security_process(const WsscXml *xml, WsscKeyring *ring, const WsscSecurityOptions *options)
{
    WsscWork work;
    WsscSecurity *result = new_result();

    work_init(&work, xml, ring, options);
    work.result = result;
    open_header_keys(&work);
    wssc_decrypt_all(&work);
    verify_all(&work);
    wssc_cover(&work);
    find_waits(result);
    take_opened(&work);
    work_clear(&work);
    return result;
}

/* ---- secrets in WS-Trust elements ------------------------------------------------------------------------- */

static WsscSecret *open_secret(WsscWork *work, const xmlNode *element, char **ret_reason)
{
    const GPtrArray *keys = wssc_open_encrypted_key(work, element);
    if (keys->len > 0)
        return wssc_secret_ref(((WsscCandidate *)keys->pdata[0])->secret);
    const GPtrArray *decryptions = work->result->decryptions;
    const WsscDecryption *last = decryptions->len > 0 ? decryptions->pdata[decryptions->len - 1] : NULL;
    if (ret_reason != NULL)
        *ret_reason =
            g_strdup(last != NULL && last->reason != NULL ? last->reason : "the EncryptedKey cannot be opened");
    return NULL;
}

WsscSecret *wssc_security_element_secret(const xmlNode *element, WsscKeyring *ring, char **ret_reason)
{
    const WsscSecurityOptions options = {0};
    WsscSecret *secret = NULL;

    if (ret_reason != NULL)
        *ret_reason = NULL;
    if (wssc_xml_is(element, WSSC_NS_FAMILY_WST, "Entropy") ||
        wssc_xml_is(element, WSSC_NS_FAMILY_WST, "RequestedProofToken"))
        element = wssc_xml_first(element);
    if (wssc_xml_is(element, WSSC_NS_FAMILY_WST, "BinarySecret")) {
        g_autoptr(GBytes) octets = wssc_xml_base64(element);
        WsscBytes bytes = octets != NULL ? wssc_bytes_of(octets) : wssc_bytes(NULL, 0);
        if (bytes.len > 0)
            return wssc_secret_new(bytes.data, bytes.len);
        if (ret_reason != NULL)
            *ret_reason = g_strdup("the BinarySecret is empty or no base64");
        return NULL;
    }
    if (!wssc_xml_is(element, WSSC_NS_FAMILY_XENC, "EncryptedKey")) {
        if (ret_reason != NULL)
            *ret_reason = g_strdup(wssc_xml_is(element, WSSC_NS_FAMILY_XENC, "EncryptedData")
                                       ? "it is encrypted and was not opened"
                                       : "no secret stands there");
        return NULL;
    }
    WsscXml holder = {.doc = element->doc};
    WsscWork work;
    work_init(&work, &holder, ring, &options);
    work.result = new_result();
    secret = open_secret(&work, element, ret_reason);
    wssc_security_free(work.result);
    work_clear(&work);
    return secret;
}
