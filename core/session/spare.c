/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Signatures over what is not there as it was signed: a log left something out, or laid it out anew; a token or a
 * header was cut out of its message. None of them is invalid for that.
 */
#include <string.h>

#include "session/private.h"

/* Where SignedInfo stands as it was signed, nor was the rest laid out anew. */
static char *why_altered(const WsscMessage *message, const WsscSignature *signature)
{
    const char *why = message->left_out != NULL ? message->left_out : !signature->is_value_fit ? message->layout : NULL;
    return why != NULL ? g_strdup_printf("not the message that was signed: %s", why) : NULL;
}

/* A header, a token or a WS-Trust message: they stand in envelopes. */
static gboolean is_cut_out(const WsscXml *xml)
{
    WsscNsFamily family = wssc_ns_family(wssc_xml_ns(wssc_xml_root(xml)));
    return family == WSSC_NS_FAMILY_WSSE || family == WSSC_NS_FAMILY_WST || family == WSSC_NS_FAMILY_SAML;
}

/* Canonical XML (not the exclusive one) puts the namespaces of elements around into the form (section 2.4). */
static gboolean takes_from_around(const char *algorithm)
{
    return algorithm != NULL && (g_str_has_prefix(algorithm, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315") ||
                                 g_str_has_prefix(algorithm, "http://www.w3.org/2006/12/xml-c14n11"));
}

/* What was cut off explains it only when nothing that is there contradicts the signature. */
static char *why_cut(const WsscXml *xml, const WsscSignature *signature)
{
    const WsscSignedReference *missing = NULL;
    gboolean is_contradicted = FALSE;
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        is_contradicted |= reference->digest == WSSC_DIGEST_MISMATCH;
        if (reference->digest == WSSC_DIGEST_UNRESOLVED && missing == NULL)
            missing = reference;
    }
    if (missing != NULL && !is_contradicted)
        return g_strdup_printf("it signs %s as well, which is not in this part of a message",
                               missing->uri != NULL ? missing->uri : "something without a URI");
    gboolean is_header = wssc_xml_is(wssc_xml_root(xml), WSSC_NS_FAMILY_WSSE, "Security");
    if (is_header && !signature->is_value_fit && takes_from_around(signature->canonicalization))
        return g_strdup("its canonical form takes namespaces from the elements around, which are not there");
    return NULL;
}

void wssc_spare(WsscSecurity *security, const WsscMessage *message, const WsscXml *xml)
{
    for (guint i = 0; i < security->signatures->len; i++) {
        WsscSignature *signature = security->signatures->pdata[i];
        if (signature->verdict != WSSC_VERDICT_INVALID)
            continue;
        char *reason = why_altered(message, signature);
        if (reason == NULL && is_cut_out(xml))
            reason = why_cut(xml, signature);
        if (reason == NULL)
            continue;
        signature->verdict = WSSC_VERDICT_UNSUPPORTED;
        g_free(signature->reason);
        signature->reason = reason;
        if (message->left_out != NULL)
            g_clear_pointer(&signature->hypothesis, g_free);
    }
}
