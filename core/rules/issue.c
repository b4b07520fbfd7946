/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "base/limits.h"
#include "rules/rules.h"

static void check_sizes(const WsscRules *rules, const WsscIssued *issued)
{
    const WsscTrust *rstr = issued->rstr;
    gint64 asked = issued->exchange != NULL ? issued->exchange->asked.key_size : -1;
    if (rstr->key_size > 0 && asked > 0 && rstr->key_size != asked)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_KEY_SIZE_CHANGED, issued->response, issued->context,
                                          "asked for %" G_GINT64_FORMAT " bits, given %" G_GINT64_FORMAT, asked,
                                          rstr->key_size),
                         WSSC_EVIDENCE_REQUEST, issued->exchange->request);
    if (rstr->key_size == -2 ||
        (rstr->key_size >= 0 && (rstr->key_size % 8 != 0 || rstr->key_size < 64 || rstr->key_size > WSSC_MAX_KEY_BITS)))
        wssc_rules_raise(rules, WSSC_FINDING_KEY_SIZE_INVALID, issued->response, issued->context,
                         "the response's KeySize is no usable number of bits");
    if (issued->mode == WSSC_ENTROPY_SERVER && issued->key_octets > 0 && rstr->key_size > 0 &&
        (gint64)issued->key_octets * 8 != rstr->key_size)
        wssc_rules_raise(rules, WSSC_FINDING_KEY_LENGTH_MISMATCH, issued->response, issued->context,
                         "the proof token has %" G_GSIZE_FORMAT " bits, KeySize says %" G_GINT64_FORMAT,
                         issued->key_octets * 8, rstr->key_size);
}

static gboolean has_request_entropy(const WsscIssued *issued)
{
    return issued->exchange != NULL && issued->exchange->asked.has_entropy;
}

static gboolean is_request_readable(const WsscIssued *issued)
{
    const WsscMessage *request = issued->exchange != NULL ? issued->exchange->request : NULL;
    return request != NULL && request->damage == NULL && !request->soap->body_encrypted;
}

/* What the two sides owe when the key is computed (WS-Trust 1.4 section 4.4.4). */
static void check_computed(const WsscRules *rules, const WsscIssued *issued)
{
    const WsscTrust *rstr = issued->rstr;
    if (rstr->entropy.node == NULL)
        wssc_rules_raise(rules, WSSC_FINDING_ENTROPY_MISSING, issued->response, issued->context,
                         "a computed key was announced, but the response has no entropy");
    if (is_request_readable(issued) && !has_request_entropy(issued))
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_ENTROPY_MISSING, issued->response, issued->context,
                                          "a computed key was announced, but the request has no entropy"),
                         WSSC_EVIDENCE_REQUEST, issued->exchange->request);
    if (!wssc_trust_is_psha1(rstr->proof.type))
        wssc_rules_raise(rules, WSSC_FINDING_UNKNOWN_COMPUTED_KEY, issued->response, issued->context, "%s",
                         rstr->proof.type);
}

static void check_whole_key(const WsscRules *rules, const WsscIssued *issued)
{
    if (issued->rstr->entropy.node != NULL)
        wssc_rules_raise(rules, WSSC_FINDING_ENTROPY_UNUSED, issued->response, issued->context,
                         "the response has entropy beside a whole proof token");
    if (has_request_entropy(issued) && issued->mode == WSSC_ENTROPY_SERVER && issued->key_octets > 0)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_ENTROPY_REJECTED, issued->response, issued->context,
                                          "the requestor offered entropy, the issuer chose the whole key"),
                         WSSC_EVIDENCE_REQUEST, issued->exchange->request);
}

static void check_nothing(const WsscRules *rules, const WsscIssued *issued)
{
    const WsscTrust *rstr = issued->rstr;
    if (rstr->entropy.node == NULL && is_request_readable(issued) && !has_request_entropy(issued) &&
        !wssc_key_type_has_no_secret(rstr->key_type) && !wssc_key_type_has_no_secret(issued->exchange->asked.key_type))
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_NO_PROOF_TOKEN, issued->response, issued->context,
                                          "no proof token, and no entropy in request or response"),
                         WSSC_EVIDENCE_REQUEST, issued->exchange->request);
}

/* Key material of a response that anybody can read. */
static void check_clear(const WsscRules *rules, const WsscIssued *issued)
{
    const WsscTrust *rstr = issued->rstr;
    const WsscMessage *response = issued->response;
    gboolean is_clear =
        rstr->proof.kind == WSSC_SECRET_BINARY || (rstr->entropy.kind == WSSC_SECRET_BINARY && issued->key_octets > 0);
    if (is_clear && !response->is_protected && (response->security == NULL || response->security->opened == NULL))
        wssc_rules_raise(rules, WSSC_FINDING_CLEAR_SECRET, response, issued->context,
                         "anybody who sees this capture has the key");
}

void wssc_rules_check_issued(const WsscRules *rules, const WsscIssued *issued)
{
    switch (issued->rstr->proof.kind) {
    case WSSC_SECRET_NONE:
        check_nothing(rules, issued);
        break;
    case WSSC_SECRET_COMPUTED:
        check_computed(rules, issued);
        break;
    default:
        check_whole_key(rules, issued);
    }
    check_clear(rules, issued);
    check_sizes(rules, issued);
    if (issued->rstr->sct != NULL && issued->rstr->sct->has_cookie)
        wssc_rules_raise(rules, WSSC_FINDING_COOKIE_CONTEXT, issued->response, issued->context,
                         "any server that has the service's own key can take it");
}

void wssc_rules_check_identifier_again(const WsscRules *rules, const WsscContext *context, const WsscMessage *message)
{
    wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_DUPLICATE_IDENTIFIER, message, context,
                                      "%s was issued before with another key", context->identifier),
                     WSSC_EVIDENCE_ISSUE, context->established_by != NULL ? context->established_by->response : NULL);
}

void wssc_rules_check_issued_without_identifier(const WsscRules *rules, const WsscContext *context,
                                                const WsscMessage *response)
{
    wssc_rules_raise(rules, WSSC_FINDING_SCT_WITHOUT_IDENTIFIER, response, context,
                     "the issued token has no Identifier");
}
