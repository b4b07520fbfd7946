/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What WWSAPI's profile of the protocols ([MS-LWSSP] 2.2) does not allow: one message of that kind rules it out at the
 * end that sent it. Passing all of this proves nothing.
 */
#include <string.h>

#include "binding/private.h"
#include "security/algorithms.h"

/* ---- the Security header (2.2.1) --------------------------------------------------------------------------------- */

/* A child that may not stand there; NULL. */
static const char *odd_child(const WsscMessage *message)
{
    static const char *const allowed[] = {"Timestamp", "BinarySecurityToken",  "UsernameToken",
                                          "Signature", "SecurityContextToken", NULL};
    const WsscPoolList *outline = message->soap->outline;
    for (guint i = 0; i < outline->len; i++) {
        const WsscOutlineItem *item = outline->pdata[i];
        if (item->depth != 3 || g_strv_contains(allowed, item->name) || item->ns == WSSC_NS_SAML11)
            continue;
        return item->ns == WSSC_NS_SAML20 ? "a SAML 2.0 assertion" : item->name;
    }
    return NULL;
}

static const char *check_child(const WsscMessage *message)
{
    static const struct {
        const char *name, *text;
    } texts[] = {{"DerivedKeyToken", "a derived key stands in the Security header"},
                 {"EncryptedKey", "an encrypted key stands in the Security header"},
                 {"EncryptedData", "encrypted data stand in the Security header"},
                 {"ReferenceList", "a list of encrypted parts stands in the Security header"},
                 {"SignatureConfirmation", "a signature confirmation stands in the Security header"},
                 {"a SAML 2.0 assertion", "a SAML 2.0 assertion: the profile has those of 1.1 only"}};
    const char *odd = odd_child(message);
    for (guint i = 0; odd != NULL && i < G_N_ELEMENTS(texts); i++)
        if (strcmp(texts[i].name, odd) == 0)
            return texts[i].text;
    return odd != NULL ? "an element that the profile does not have stands in the Security header" : NULL;
}

static const char *check_encryption(const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    if (soap->body_encrypted || (message->security != NULL && message->security->decryptions->len > 0))
        return "the message is encrypted";
    return soap->has_encrypted_header ? "a header is encrypted" : NULL;
}

static const char *check_binary_token(const WsscMessage *message)
{
    const WsscOutlineItem *token = wssc_outline_find(message->soap, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken");
    return token != NULL && (token->type == NULL || strstr(token->type, "GSS") == NULL)
               ? "a binary token that is no GSS-API Kerberos ticket"
               : NULL;
}

static const char *check_password(const WsscMessage *message)
{
    const WsscOutlineItem *token = wssc_outline_find(message->soap, WSSC_NS_FAMILY_WSSE, "UsernameToken");
    return token != NULL && token->type != NULL && !g_str_has_suffix(token->type, "#PasswordText")
               ? "the password is no PasswordText"
               : NULL;
}

static const char *check_timestamps(const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    if (security == NULL)
        return NULL;
    if (security->timestamps > 1)
        return "two Timestamps stand in one header";
    return security->signatures > 0 && !security->has_timestamp ? "a signature without a Timestamp" : NULL;
}

static const char *check_output_length(const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    return security != NULL && security->has_output_length ? "a signature is cut (HMACOutputLength)" : NULL;
}

static gboolean is_asymmetric(const WsscSignature *signature)
{
    const WsscAlgorithm *algorithm = wssc_algorithm_find(signature->algorithm);
    return algorithm != NULL && algorithm->kind != WSSC_ALGORITHM_HMAC;
}

/* Covers the Timestamp, and To where the key is asymmetric. */
static const char *check_coverage(const WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        gboolean has_timestamp = FALSE, is_hidden = FALSE;
        for (guint r = 0; r < signature->references->len; r++) {
            const WsscSignedReference *reference = signature->references->pdata[r];
            const char *element = reference->element;
            if (reference->uri == NULL || reference->uri[0] != '#')
                return "a signature refers to something by other means than its id";
            is_hidden |= element == NULL;
            if (element != NULL && strcmp(element, "Timestamp") == 0)
                has_timestamp = TRUE;
            else if (element != NULL && !(strcmp(element, "To") == 0 && is_asymmetric(signature)))
                return "a signature covers more than the Timestamp";
        }
        if (!has_timestamp && !is_hidden)
            return "a signature does not cover the Timestamp";
    }
    return NULL;
}

static const char *check_references(const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    for (guint i = 0; security != NULL && i < security->references->len; i++) {
        const WsscReference *reference = security->references->pdata[i];
        if (reference->has_nonce)
            return "keys are derived without a token that says so";
        if (reference->kind != WSSC_STR_LOCAL)
            return "a key is referred to by other means than the id of its token";
    }
    return NULL;
}

static const char *check_cookie(const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->sct != NULL && trust->sct->has_cookie)
            return "the context token carries a cookie";
    }
    return NULL;
}

/* ---- token requests (2.2.2) ------------------------------------------------------------------------------------- */

static const char *check_negotiation(const WsscMessage *message)
{
    return message->soap->is_negotiation ? "the token is negotiated in several legs" : NULL;
}

static const char *check_issue(const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    return message->soap->operation == WSSC_OPERATION_ISSUE && security != NULL && security->scts->len > 0
               ? "the request for a context is protected by another context"
               : NULL;
}

/* Renew and Cancel prove themselves by the token and a signature with its key. */
static const char *check_proof(const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    if (message->soap->operation != WSSC_OPERATION_RENEW && message->soap->operation != WSSC_OPERATION_CANCEL)
        return NULL;
    if (security == NULL || security->scts->len == 0 || security->signatures == 0)
        return message->soap->operation == WSSC_OPERATION_RENEW
                   ? "a renewal is asked for without the context's token and signature"
                   : "a cancel is asked for without the context's token and signature";
    return NULL;
}

static const char *check_collection(const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    guint answers = 0;
    WsscNs ns = WSSC_NS_NONE;
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        answers += trust->is_response ? 1 : 0;
        ns = trust->ns;
    }
    if (answers > 1)
        return "one answer holds several tokens";
    if (answers == 0 || soap->operation == WSSC_OPERATION_CANCEL)
        return NULL;
    if (ns == WSSC_NS_WST_200512 && !soap->is_collection)
        return "the answer is no collection, as WS-Trust 1.3 asks for";
    return ns == WSSC_NS_WST_200502 && soap->is_collection ? "the answer is a collection, which 2005/02 has not" : NULL;
}

/* The answer has a Timestamp alone. */
static const char *check_answer(const WsscMessage *message)
{
    const WsscPoolList *outline = message->soap->outline;
    for (guint i = 0; i < outline->len; i++) {
        const WsscOutlineItem *item = outline->pdata[i];
        if (item->depth == 3 && strcmp(item->name, "Timestamp") != 0)
            return "the service's answer has more than a Timestamp in its Security header";
    }
    return NULL;
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

enum { REQUESTS = 1 << WSSC_PART_CLIENT, ANSWERS = 1 << WSSC_PART_SERVICE };
static const struct {
    guint of; /* messages of that part */
    WsscEvidenceRole role;
    const char *(*check)(const WsscMessage *message);
} checks[] = {
    {REQUESTS | ANSWERS, WSSC_EVIDENCE_HEADER, check_child},
    {REQUESTS | ANSWERS, WSSC_EVIDENCE_DECRYPTION, check_encryption},
    {REQUESTS | ANSWERS, WSSC_EVIDENCE_TOKEN, check_binary_token},
    {REQUESTS, WSSC_EVIDENCE_TOKEN, check_password},
    {REQUESTS | ANSWERS, WSSC_EVIDENCE_TIMESTAMP, check_timestamps},
    {REQUESTS | ANSWERS, WSSC_EVIDENCE_SIGNATURE, check_output_length},
    {REQUESTS | ANSWERS, WSSC_EVIDENCE_SIGNATURE, check_coverage},
    {REQUESTS | ANSWERS, WSSC_EVIDENCE_SIGNATURE, check_references},
    {REQUESTS | ANSWERS, WSSC_EVIDENCE_REQUEST, check_negotiation},
    {REQUESTS, WSSC_EVIDENCE_REQUEST, check_issue},
    {REQUESTS, WSSC_EVIDENCE_REQUEST, check_proof},
    {ANSWERS, WSSC_EVIDENCE_ISSUE, check_cookie},
    {ANSWERS, WSSC_EVIDENCE_ISSUE, check_collection},
    {ANSWERS, WSSC_EVIDENCE_RESPONSE, check_answer},
};

void wssc_breach_add(WsscBinding *binding, WsscPart part, const WsscMessage *message, WsscEvidenceRole role,
                     const char *format, ...)
{
    WsscBreach *breach = g_new0(WsscBreach, 1);
    va_list args;
    va_start(args, format);
    breach->text = g_strdup_vprintf(format, args);
    va_end(args);
    breach->part = part;
    breach->evidence = wssc_evidence_list_new();
    if (message != NULL)
        wssc_evidence_add(breach->evidence, role, message->file, message->frame, "%s", breach->text);
    g_ptr_array_add(binding->breaches, breach);
}

static gboolean is_known(const WsscBinding *binding, WsscPart part, const char *text)
{
    for (guint i = 0; i < binding->breaches->len; i++) {
        const WsscBreach *breach = binding->breaches->pdata[i];
        if (breach->part == part && strcmp(breach->text, text) == 0)
            return TRUE;
    }
    return FALSE;
}

static void check_message(const WsscMessage *message, WsscBinding *binding)
{
    WsscPart part = message->is_response ? WSSC_PART_SERVICE : WSSC_PART_CLIENT;
    for (guint i = 0; i < G_N_ELEMENTS(checks); i++) {
        const char *text = (checks[i].of & 1u << part) != 0 ? checks[i].check(message) : NULL;
        if (text != NULL && !is_known(binding, part, text))
            wssc_breach_add(binding, part, message, checks[i].role, "%s", text);
    }
}

/* The transport and the version are both ends' at once, but for a service that does without protection. */
static void check_whole(const WsscTrace *trace, WsscBinding *binding)
{
    const WsscStatement *tls = binding->statements->pdata[WSSC_STATEMENT_TLS_ON_TCP];
    const WsscStatement *protection = binding->statements->pdata[WSSC_STATEMENT_PROTECTED];
    const WsscMessage *first = trace->messages->len > 0 ? trace->messages->pdata[0] : NULL;
    gboolean is_http = wssc_transport_is_http(binding->transport);

    for (int part = 0; part < WSSC_PART_MAX; part++) {
        if (tls->holds == WSSC_TRUTH_NO)
            wssc_breach_add(binding, (WsscPart)part, first, WSSC_EVIDENCE_TLS,
                            "TLS on net.tcp: WWSAPI has it on HTTP only");
        if (protection->holds == WSSC_TRUTH_NO && (part == WSSC_PART_CLIENT || !is_http))
            wssc_breach_add(binding, (WsscPart)part, first, WSSC_EVIDENCE_CONNECTION, "no protection of the transport");
        if (trace->context->version == WSSC_NS_WSC_200404)
            wssc_breach_add(binding, (WsscPart)part, first, WSSC_EVIDENCE_TOKEN,
                            "WS-SecureConversation of 2004/04: WWSAPI has 2005/02 and 1.3");
    }
}

void wssc_profile_check(const WsscTrace *trace, WsscBinding *binding)
{
    check_whole(trace, binding);
    for (guint i = 0; i < trace->messages->len; i++)
        check_message(trace->messages->pdata[i], binding);
}
