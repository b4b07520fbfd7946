/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/decryption.h"

const WsscAlgorithm *wssc_decryption_method(const xmlNode *encrypted, char **ret_uri)
{
    const xmlNode *method = wssc_xml_child(encrypted, WSSC_NS_FAMILY_XENC, "EncryptionMethod");
    *ret_uri = method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    return wssc_algorithm_find(*ret_uri);
}

GBytes *wssc_decryption_octets(const xmlNode *encrypted)
{
    const xmlNode *data = wssc_xml_child(encrypted, WSSC_NS_FAMILY_XENC, "CipherData");
    const xmlNode *value = wssc_xml_child(data, WSSC_NS_FAMILY_XENC, "CipherValue");
    return value != NULL ? wssc_xml_base64(value) : NULL;
}

WsscDecryption *wssc_decryption_new(WsscWork *work, const xmlNode *element)
{
    WsscDecryption *decryption = g_new0(WsscDecryption, 1);
    const xmlNode *parent = element->parent;
    const WsscSpan *span = wssc_xml_span(element);

    decryption->element =
        g_strdup(wssc_xml_is(parent, WSSC_NS_FAMILY_WSSE11, "EncryptedHeader") ? "EncryptedHeader"
                                                                               : (const char *)element->name);
    decryption->parent =
        parent != NULL && parent->type == XML_ELEMENT_NODE ? g_strdup((const char *)parent->name) : NULL;
    decryption->id = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "Id");
    if (span != NULL)
        decryption->span = *span;
    g_ptr_array_add(work->result->decryptions, decryption);
    return decryption;
}

void wssc_decryption_finish(WsscDecryption *decryption, WsscDecryptionResult result, char *reason)
{
    decryption->result = result;
    g_free(decryption->reason);
    decryption->reason = reason;
}

void wssc_decryption_finish_without_octets(WsscDecryption *decryption, const xmlNode *encrypted)
{
    const xmlNode *data = wssc_xml_child(encrypted, WSSC_NS_FAMILY_XENC, "CipherData");
    const xmlNode *value = wssc_xml_child(data, WSSC_NS_FAMILY_XENC, "CipherValue");
    const xmlNode *reference = wssc_xml_child(data, WSSC_NS_FAMILY_XENC, "CipherReference");
    g_autofree char *uri = reference != NULL ? wssc_xml_attr_value(reference, WSSC_NS_FAMILY_NONE, "URI") : NULL;
    if (reference != NULL)
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_UNSUPPORTED,
                               g_strdup_printf(uri != NULL && g_str_has_prefix(uri, "cid:")
                                                   ? "its octets stand in a MIME part (%s) that is not in the message"
                                                   : "its octets stand elsewhere (CipherReference %s)",
                                               uri != NULL ? uri : "without URI"));
    else if (wssc_xml_child(value, WSSC_NS_FAMILY_XOP, "Include") != NULL)
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_UNSUPPORTED,
                               g_strdup("its octets stand in a MIME part (xop:Include) that is not in the message"));
    else
        wssc_decryption_finish(decryption, WSSC_DECRYPTION_FAILED, wssc_xml_base64_problem(value, "CipherValue"));
}

void wssc_decryption_note_search(WsscDecryption *decryption, const WsscSearch *search)
{
    decryption->key_kind = search->kind;
    g_free(decryption->context);
    g_free(decryption->instance);
    decryption->context = g_strdup(search->context);
    decryption->instance = g_strdup(search->instance);
}

void wssc_decryption_note_key(WsscDecryption *decryption, const WsscCandidate *key)
{
    decryption->key_kind = key->kind;
    g_free(decryption->context);
    g_free(decryption->instance);
    decryption->context = g_strdup(key->context);
    decryption->instance = g_strdup(key->instance);
    decryption->has_key = TRUE;
    decryption->key_origin = key->origin;
    g_free(decryption->key_fingerprint);
    decryption->key_fingerprint = key->secret != NULL ? wssc_secret_fingerprint(key->secret) : NULL;
    g_free(decryption->root_fingerprint);
    decryption->root_fingerprint =
        key->root != NULL ? wssc_secret_fingerprint(key->root) : g_strdup(decryption->key_fingerprint);
    decryption->is_key_proven = key->is_proven;
    g_free(decryption->deviation);
    decryption->deviation =
        key->deviation != WSSC_DEVIATION_NONE ? g_strdup(wssc_deviation_info(key->deviation)->name) : NULL;
}
