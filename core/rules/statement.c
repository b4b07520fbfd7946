/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/statement.h"

#include <string.h>

#include "security/algorithms.h"

/* ---- results ------------------------------------------------------------------------------------------------- */

static gboolean is_told(const WsscStatement *statement)
{
    return statement->evidence != NULL;
}

static void add_evidence(WsscStatement *statement, WsscEvidenceRole role, const WsscMessage *message, const char *text)
{
    if (is_told(statement))
        wssc_evidence_take(statement->evidence, role, message->file, message->frame, g_strdup(text));
}

static void say(WsscStatement *statement, const char *format, va_list args) G_GNUC_PRINTF(2, 0);
static void say(WsscStatement *statement, const char *format, va_list args)
{
    if (!is_told(statement))
        return;
    g_free(statement->text);
    statement->text = g_strdup_vprintf(format, args);
}

static void settle(WsscStatement *statement, WsscTruth holds, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void settle(WsscStatement *statement, WsscTruth holds, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(statement, format, args);
    va_end(args);
    statement->holds = holds;
}

/* It does not hold, and this message shows it. */
static void break_by(WsscStatement *statement, WsscEvidenceRole role, const WsscMessage *message, const char *format,
                     ...) G_GNUC_PRINTF(4, 5);
static void break_by(WsscStatement *statement, WsscEvidenceRole role, const WsscMessage *message, const char *format,
                     ...)
{
    va_list args;
    va_start(args, format);
    say(statement, format, args);
    va_end(args);
    statement->holds = WSSC_TRUTH_NO;
    statement->broken_by = message;
    add_evidence(statement, role, message, statement->text);
}

/* ---- signatures under the context ---------------------------------------------------------------------------- */

static gboolean is_under_context(const WsscSignature *signature, const WsscContext *context)
{
    return (signature->key_kind == WSSC_KEY_KIND_SCT || signature->key_kind == WSSC_KEY_KIND_DERIVED) &&
           signature->context != NULL && g_strcmp0(signature->context, context->identifier) == 0;
}

/* The n-th signature of the message under the context's keys, from 0; NULL. */
static const WsscSignature *context_signature(const WsscMessage *message, const WsscContext *context, guint n)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++)
        if (is_under_context(signatures->pdata[i], context) && n-- == 0)
            return signatures->pdata[i];
    return NULL;
}

/* ---- the statements ------------------------------------------------------------------------------------------ */

static void judge_one_instance(const WsscTrace *trace, WsscStatement *statement)
{
    const WsscMessage *read = NULL;
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        const WsscSecurityHeader *security = message->soap->security;
        if (security == NULL)
            continue;
        read = read != NULL ? read : message;
        if (security->scts->len > 1) {
            break_by(statement, WSSC_EVIDENCE_HEADER, message, "%u context tokens stand in one header",
                     security->scts->len);
            return;
        }
        if (context_signature(message, trace->context, 1) != NULL) {
            break_by(statement, WSSC_EVIDENCE_SIGNATURE, message, "two signatures are made with the context");
            return;
        }
        if (message->soap->operation == WSSC_OPERATION_ISSUE && !message->is_response && security->scts->len > 0) {
            break_by(statement, WSSC_EVIDENCE_REQUEST, message, "a context is asked for by means of another context");
            return;
        }
    }
    if (read != NULL) {
        settle(statement, WSSC_TRUTH_YES, "no message has more than one context token");
        add_evidence(statement, WSSC_EVIDENCE_HEADER, read, statement->text);
    }
}

static void judge_no_pipe(const WsscTrace *trace, WsscStatement *statement)
{
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        if (message->soap->to != NULL && g_str_has_prefix(message->soap->to, "net.pipe:")) {
            break_by(statement, WSSC_EVIDENCE_HEADER, message, "the To address is that of a named pipe");
            return;
        }
    }
    settle(statement, WSSC_TRUTH_YES, "not a named pipe: it is seen on a network");
}

static void judge_receive_first(const WsscTrace *trace, WsscStatement *statement)
{
    const WsscGrant *first = wssc_trace_first(trace);
    if (wssc_transport_is_http(trace->context->transport)) {
        settle(statement, WSSC_TRUTH_YES, "holds by the protocol: HTTP answers requests only");
        return;
    }
    if (first == NULL || first->outcome != WSSC_GRANT_ISSUED)
        return;
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        if (message->soap->operation != WSSC_OPERATION_NONE || message->soap->fault != NULL)
            continue;
        if (message->direction == WSSC_DIRECTION_RESPONSE) {
            break_by(statement, WSSC_EVIDENCE_RESPONSE, message, "the service sends before it has received a message");
        } else {
            settle(statement, WSSC_TRUTH_YES, "the first message comes from the client");
            add_evidence(statement, WSSC_EVIDENCE_USE, message, statement->text);
        }
        return;
    }
}

/* What the signature covers beside the Timestamp; NULL when that is all. "?" where it could not be resolved. */
static const char *covered_too(const WsscSignature *signature)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        if (g_strcmp0(reference->element, "Timestamp") != 0)
            return reference->element != NULL ? reference->element : "?";
    }
    return NULL;
}

/* FALSE when the message says nothing, or nothing against it. */
static gboolean breaks_supporting(const WsscTrace *trace, const WsscMessage *message, WsscStatement *statement)
{
    const WsscSoap *soap = message->soap;
    const WsscSecurityHeader *security = soap->security;
    const WsscSignature *signature = context_signature(message, trace->context, 0);
    const char *more = signature != NULL ? covered_too(signature) : NULL;
    gboolean is_trust = soap->operation != WSSC_OPERATION_NONE;

    if (more != NULL && *more != '?')
        break_by(statement, WSSC_EVIDENCE_SIGNATURE, message, "the context's key signs %s too", more);
    else if (signature != NULL && message->is_response)
        break_by(statement, WSSC_EVIDENCE_SIGNATURE, message, "the service signs its answer with the context");
    else if (message->is_use && security != NULL && security->derived_keys->len > 0)
        break_by(statement, WSSC_EVIDENCE_KEY, message, "keys are derived from the context");
    else if (!is_trust && (message->is_use || message->is_response) &&
             (soap->body_encrypted || soap->has_encrypted_header ||
              (security != NULL && (security->encrypted > 0 || security->reference_lists > 0)) ||
              (message->security != NULL && message->security->decryptions->len > 0)))
        break_by(statement, WSSC_EVIDENCE_DECRYPTION, message, "the message is encrypted");
    return statement->holds == WSSC_TRUTH_NO;
}

static void judge_supporting_only(const WsscTrace *trace, WsscStatement *statement)
{
    const WsscMessage *shown = NULL;
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        if (breaks_supporting(trace, message, statement))
            return;
        const WsscSignature *signature = context_signature(message, trace->context, 0);
        if (shown == NULL && signature != NULL && signature->references->len > 0 && covered_too(signature) == NULL)
            shown = message;
    }
    if (shown == NULL)
        return;
    settle(statement, WSSC_TRUTH_YES,
           "every signature of the context covers the Timestamp alone, nothing is encrypted");
    add_evidence(statement, WSSC_EVIDENCE_SIGNATURE, shown, statement->text);
}

/* A proxy that says the client's side of it was protected, or does not say. */
static gboolean is_behind_proxy(const WsscMessage *message)
{
    return message->forwarded != NULL && g_ascii_strcasecmp(message->forwarded, "http") != 0;
}

static void judge_protected(const WsscTrace *trace, WsscStatement *statement)
{
    const WsscMessage *clear = NULL, *forwarded = NULL, *secured = trace->secured;
    for (guint i = 0; i < trace->messages->len && clear == NULL; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        if (message->is_protected)
            secured = secured != NULL ? secured : message;
        else if (is_behind_proxy(message))
            forwarded = message;
        else if (secured == NULL)
            clear = message;
        else
            forwarded = message;
    }
    if (clear != NULL) {
        break_by(statement, WSSC_EVIDENCE_CONNECTION, clear,
                 "%s: the service must have TRANSPORT_PROTECTION_LEVEL set to WS_PROTECTION_LEVEL_NONE, which goes on "
                 "HTTP only, and no WWSAPI client sends this",
                 wssc_transport_is_http(clear->transport) ? "HTTP without TLS" : "no protection around the messages");
    } else if (forwarded != NULL) {
        settle(statement, WSSC_TRUTH_UNKNOWN,
               "this link is in the clear; it is behind a proxy, and the client's link may be protected");
        add_evidence(statement, WSSC_EVIDENCE_CONNECTION, forwarded, "passed on by a proxy");
    } else if (secured != NULL) {
        settle(statement, WSSC_TRUTH_YES, "%s", wssc_transport_name(secured->transport));
        add_evidence(statement, WSSC_EVIDENCE_CONNECTION, secured, statement->text);
    }
}

static void judge_tls_on_tcp(const WsscTrace *trace, WsscStatement *statement)
{
    WsscTransport transport = trace->context->transport;
    const char *name = wssc_transport_name(transport);
    if (!g_str_has_prefix(name, "net.tcp")) {
        settle(statement, WSSC_TRUTH_YES, "not net.tcp");
    } else if (transport == WSSC_TRANSPORT_NETTCP_TLS && trace->messages->len > 0) {
        break_by(statement, WSSC_EVIDENCE_TLS, trace->messages->pdata[0],
                 "the stream was upgraded to TLS: WCF does so, WWSAPI has TLS on HTTP only");
    } else if (transport != WSSC_TRANSPORT_NETTCP) {
        settle(statement, WSSC_TRUTH_YES, "%s", name);
    }
}

/* What of the request rules a bootstrap of WWSAPI out; NULL. */
static const char *odd_bootstrap(const WsscMessage *request)
{
    const WsscSecurityHeader *security = request->soap->security;
    static const struct {
        WsscTokenKind token;
        const char *text;
    } odd[] = {{WSSC_TOKEN_KIND_X509, "an X.509 token protects the request"},
               {WSSC_TOKEN_KIND_ENCRYPTED_KEY, "an encrypted key protects the request"},
               {WSSC_TOKEN_KIND_SAML20, "a SAML 2.0 assertion: WWSAPI knows those of 1.1"},
               {WSSC_TOKEN_KIND_SCT, "another context protects the request"}};
    for (guint i = 0; i < G_N_ELEMENTS(odd); i++)
        if (wssc_token_kinds_have(&security->tokens, odd[i].token))
            return odd[i].text;
    const WsscOutlineItem *binary = wssc_outline_find(request->soap, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken");
    if (binary != NULL && binary->type != NULL && strstr(binary->type, "GSS") == NULL)
        return "a binary token that is no GSS-API ticket";
    for (guint i = 0; request->security != NULL && i < request->security->signatures->len; i++) {
        const WsscSignature *signature = request->security->signatures->pdata[i];
        for (guint r = 0; r < signature->references->len; r++)
            if (g_strcmp0(((const WsscSignedReference *)signature->references->pdata[r])->element, "Body") == 0)
                return "the body of the request is signed";
    }
    if (request->soap->body_encrypted || security->encrypted > 0 || security->reference_lists > 0)
        return "the request is encrypted";
    return NULL;
}

static void judge_bootstrap_kind(const WsscTrace *trace, WsscStatement *statement)
{
    static const WsscTokenKind known[] = {WSSC_TOKEN_KIND_USERNAME, WSSC_TOKEN_KIND_KERBEROS, WSSC_TOKEN_KIND_SAML11};
    const WsscGrant *first = wssc_trace_first(trace);
    const WsscMessage *request =
        first != NULL && first->operation == WSSC_OPERATION_ISSUE && first->rst != NULL ? first->request : NULL;
    if (first != NULL && first->request != NULL && first->request->soap->body_encrypted)
        request = first->request;
    if (request == NULL && trace->before != NULL)
        request = trace->before->request;
    if (request == NULL)
        return;
    const WsscSecurityHeader *security = request->soap->security;
    const char *odd = security != NULL ? odd_bootstrap(request) : NULL;
    if (odd != NULL) {
        break_by(statement, WSSC_EVIDENCE_TOKEN, request, "%s", odd);
        return;
    }
    for (guint k = 0; security != NULL && k < G_N_ELEMENTS(known); k++) {
        if (!wssc_token_kinds_have(&security->tokens, known[k]))
            continue;
        settle(statement, WSSC_TRUTH_YES, "%s", wssc_token_kind_name(known[k]));
        add_evidence(statement, WSSC_EVIDENCE_TOKEN, request, statement->text);
        return;
    }
    if (request->soap->body_encrypted)
        return;
    settle(statement, WSSC_TRUTH_UNKNOWN, "the request carries no token: the transport alone says who asks");
}

/* The algorithm of the signature or of a digest in it that no suite with a name has; NULL. */
static const char *odd_algorithm(const WsscSignature *signature)
{
    const WsscAlgorithm *algorithm = wssc_algorithm_find(signature->algorithm);
    if (algorithm == NULL || algorithm->kind != WSSC_ALGORITHM_HMAC || strcmp(algorithm->name, "SHA1") != 0)
        return signature->algorithm != NULL ? signature->algorithm : "none";
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        const WsscAlgorithm *digest = wssc_algorithm_find(reference->digest_algorithm);
        if (digest == NULL || (strcmp(digest->name, "SHA1") != 0 && strcmp(digest->name, "SHA256") != 0))
            return reference->digest_algorithm != NULL ? reference->digest_algorithm : "none";
    }
    return NULL;
}

static void judge_suite(const WsscTrace *trace, WsscStatement *statement)
{
    const WsscMessage *shown = NULL;
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        const WsscSignature *signature = context_signature(message, trace->context, 0);
        const char *odd = signature != NULL ? odd_algorithm(signature) : NULL;
        if (odd != NULL) {
            break_by(statement, WSSC_EVIDENCE_SIGNATURE, message, "%s: no suite that WWSAPI has a name for", odd);
            return;
        }
        if (shown == NULL && signature != NULL)
            shown = message;
    }
    if (shown == NULL)
        return;
    settle(statement, WSSC_TRUTH_YES, "HMAC-SHA1");
    add_evidence(statement, WSSC_EVIDENCE_SIGNATURE, shown, statement->text);
}

/* ---- the table ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name, *says;
    void (*judge)(const WsscTrace *trace, WsscStatement *statement);
    WsscFindingId finding;
} statements[WSSC_STATEMENT_MAX] = {
#define WSSC_STATEMENT(ID, name, judge, finding, text)                                                                 \
    [WSSC_STATEMENT_##ID] = {name, text, judge, WSSC_FINDING_##finding},
#include "rules/statements.def"
#undef WSSC_STATEMENT
};

const char *wssc_statement_name(WsscStatementId id)
{
    return statements[id].name;
}

const char *wssc_statement_says(WsscStatementId id)
{
    return statements[id].says;
}

WsscFindingId wssc_statement_finding(WsscStatementId id)
{
    return statements[id].finding;
}

WsscStatement *wssc_statement_new(WsscStatementId id, WsscTruth holds, char *text)
{
    WsscStatement *statement = g_new0(WsscStatement, 1);
    statement->id = id;
    statement->holds = holds;
    statement->text = text;
    statement->evidence = wssc_evidence_list_new();
    return statement;
}

void wssc_statement_free(gpointer data)
{
    WsscStatement *statement = data;
    g_free(statement->text);
    g_ptr_array_unref(statement->evidence);
    g_free(statement);
}

WsscStatement *wssc_statement_judge(const WsscTrace *trace, WsscStatementId id)
{
    WsscStatement *statement = wssc_statement_new(id, WSSC_TRUTH_UNKNOWN, g_strdup("nothing in the capture shows it"));
    statements[id].judge(trace, statement);
    return statement;
}

gboolean wssc_statement_is_broken(const WsscTrace *trace, WsscStatementId id)
{
    WsscStatement untold = {.id = id, .holds = WSSC_TRUTH_UNKNOWN};
    statements[id].judge(trace, &untold);
    return untold.holds == WSSC_TRUTH_NO && untold.broken_by != NULL;
}

GPtrArray *wssc_statements_judge(const WsscTrace *trace)
{
    GPtrArray *results = g_ptr_array_new_with_free_func(wssc_statement_free);
    for (int id = 0; id < WSSC_STATEMENT_MAX; id++)
        g_ptr_array_add(results, wssc_statement_judge(trace, (WsscStatementId)id));
    return results;
}
