/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The coordinator: open what is encrypted, check every signature, say what is covered.
 */
#include "base/limits.h"
#include "security/cover.h"
#include "security/decrypt.h"
#include "security/doubt.h"
#include "security/keyinfo/keyinfo.h"
#include "security/password.h"
#include "security/result.h"
#include "security/verify.h"
#include "security/weak.h"
#include "security/wrapping.h"

static void verify_all(WsscWork *work)
{
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(work)->doc);
    guint position = 0;
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n)) {
        if (*n->name != 'S' || !wssc_xml_is(n, WSSC_NS_FAMILY_DS, "Signature"))
            continue;
        if (position == 2 * WSSC_MAX_SIGNATURES) {
            wssc_result_note_limit(work->result, WSSC_LIMIT_SIGNATURES, WSSC_MAX_SIGNATURES);
            return;
        }
        wssc_verify_signature(work, n, ++position);
    }
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
                work->result->decryptions->len < wssc_work_most(work, WSSC_LIMIT_DECRYPTIONS))
                wssc_open_encrypted_key(work, k);
}

static gboolean has_opened_data(const WsscSecurity *result)
{
    for (guint i = 0; i < result->decryptions->len; i++)
        if (((const WsscDecryption *)result->decryptions->pdata[i])->plaintext != NULL)
            return TRUE;
    return FALSE;
}

/* Spans are the message's. What stood in it keeps one of zeros, so that what came out of decryption is told apart. */
static void clear_spans(xmlNode *node)
{
    static const WsscSpan stood;
    for (; node != NULL; node = node->next) {
        node->_private = node->_private != NULL ? (void *)&stood : NULL;
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

WsscSecurity *wssc_security_process(const WsscXml *xml, WsscVerifier *verifier, const WsscSecurityOptions *options)
{
    WsscWork work;
    WsscSecurity *result = wssc_result_new();

    wssc_work_init(&work, xml, verifier, options, result);
    open_header_keys(&work);
    wssc_decrypt_all(&work);
    verify_all(&work);
    wssc_password_check_all(&work);
    wssc_wrapping_refuse(&work);
    wssc_doubt_keys(&work);
    wssc_cover_parts(&work);
    wssc_weak_note(&work);
    if (wssc_verifier_is_spent(work.budget))
        wssc_result_note(result, "work-limit", "%s: not all of its signatures and encrypted parts are looked at",
                         WSSC_BUDGET_SPENT);
    find_waits(result);
    take_opened(&work);
    wssc_work_clear(&work);
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

WsscSecret *wssc_security_element_secret(const xmlNode *element, WsscVerifier *verifier, char **ret_reason)
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
            *ret_reason = wssc_xml_base64_problem(element, "BinarySecret");
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
    wssc_work_init(&work, &holder, verifier, &options, wssc_result_new());
    secret = open_secret(&work, element, ret_reason);
    wssc_security_free(work.result);
    wssc_work_clear(&work);
    return secret;
}
