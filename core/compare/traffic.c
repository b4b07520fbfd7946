/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What messages, their headers, signatures and answers are like. Only like is compared with like: the request for a
 * context with requests for contexts, calls with calls.
 */
#include <string.h>

#include "compare/private.h"

/* ---- which message it is ---------------------------------------------------------------------------------------- */

/* "request to issue", "answer to a call"; NULL for what belongs to nothing. Caller frees. */
static char *kind_of(const WsscMessage *message)
{
    const WsscExchange *exchange = message->exchange;
    if (exchange == NULL)
        return NULL;
    const char *operation =
        exchange->operation == WSSC_OPERATION_NONE ? "call" : wssc_operation_name(exchange->operation);
    if (message->soap->fault != NULL)
        return g_strdup("faults");
    return g_strdup_printf("the %s of \"%s\"", message->is_response ? "answer" : "request", operation);
}

static void note_of(const WsscLedgerSide *one, WsscAspect aspect, const char *subject, const char *kind,
                    const char *value, const WsscMessage *from)
{
    g_autofree char *what = g_strdup_printf("%s, %s", subject, kind);
    wssc_ledger_note(one, aspect, what, value != NULL ? value : "not said", from);
}

/* ---- headers ---------------------------------------------------------------------------------------------------- */

/* The names of what stands at that depth, in order. */
static char *names_at(const WsscSoap *soap, guint depth)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < soap->outline->len && out->len < 400; i++) {
        const WsscOutlineItem *item = soap->outline->pdata[i];
        if (item->depth == depth)
            g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", item->name);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Header blocks come in any order; those in Security are read from the top. */
static char *headers_of(const WsscSoap *soap)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < soap->outline->len && names->len < 64; i++) {
        const WsscOutlineItem *item = soap->outline->pdata[i];
        if (item->depth == 2 && (soap->body_name == NULL || strcmp(item->name, soap->body_name) != 0))
            g_ptr_array_add(names, item->name);
    }
    g_ptr_array_sort(names, by_name);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

static void note_headers(const WsscLedgerSide *one, const WsscMessage *message, const char *kind)
{
    if (message->soap->outline->len == 0)
        return;
    g_autofree char *headers = headers_of(message->soap);
    g_autofree char *security = names_at(message->soap, 3);
    note_of(one, WSSC_ASPECT_HEADER, "headers", kind, headers, message);
    note_of(one, WSSC_ASPECT_HEADER, "elements in Security", kind, *security != '\0' ? security : "nothing", message);
}

/* ---- signatures and encryption ---------------------------------------------------------------------------------- */

/* "#hmac-sha1" tells as much as its whole URI. */
static const char *short_of(const char *uri)
{
    const char *hash = uri != NULL ? strrchr(uri, '#') : NULL;
    return hash != NULL && hash[1] != '\0' ? hash + 1 : uri;
}

static void note_signature(const WsscLedgerSide *one, const WsscMessage *message, const char *kind,
                           const WsscSignature *signature)
{
    g_autofree char *title = g_strdup_printf("signatures that are %s", wssc_verdict_name(signature->verdict));
    if (signature->verdict == WSSC_VERDICT_INVALID)
        wssc_ledger_note(one, WSSC_ASPECT_VERDICT, title, signature->reason != NULL ? signature->reason : "yes",
                         message);
    note_of(one, WSSC_ASPECT_ALGORITHM, "signature algorithm", kind, short_of(signature->algorithm), message);
    note_of(one, WSSC_ASPECT_ALGORITHM, "canonicalization", kind, short_of(signature->canonicalization), message);
    note_of(one, WSSC_ASPECT_TOKEN, "key of the signature", kind, wssc_key_kind_name(signature->key_kind), message);
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        note_of(one, WSSC_ASPECT_ALGORITHM, "digest algorithm", kind, short_of(reference->digest_algorithm), message);
    }
    if (signature->deviation != NULL)
        wssc_ledger_note(one, WSSC_ASPECT_STACK, "habits of signing", signature->deviation, message);
}

static void note_security(const WsscLedgerSide *one, const WsscMessage *message, const char *kind)
{
    const WsscSecurity *security = message->security;
    for (guint i = 0; security != NULL && i < security->signatures->len; i++)
        note_signature(one, message, kind, security->signatures->pdata[i]);
    for (guint i = 0; security != NULL && i < security->decryptions->len; i++) {
        const WsscDecryption *decryption = security->decryptions->pdata[i];
        g_autofree char *what = g_strdup_printf("encryption of %s", decryption->element);
        note_of(one, WSSC_ASPECT_ALGORITHM, what, kind, short_of(decryption->algorithm), message);
    }
    for (guint i = 0; security != NULL && i < security->passwords->len; i++) {
        const WsscPasswordCheck *check = security->passwords->pdata[i];
        wssc_ledger_note(one, WSSC_ASPECT_TOKEN, "form of the password", wssc_password_kind_name(check->kind), message);
        if (check->result == WSSC_PASSWORD_FITS || check->result == WSSC_PASSWORD_DIFFERS)
            wssc_ledger_note(one, WSSC_ASPECT_TOKEN, "the password", wssc_password_result_name(check->result), message);
    }
}

/* ---- addresses -------------------------------------------------------------------------------------------------- */

/* Host and port of a URL, and its path. FALSE for what is none. */
static gboolean split_url(const char *url, char **ret_host, const char **ret_path)
{
    const char *begin = url != NULL ? strstr(url, "://") : NULL;
    if (begin == NULL)
        return FALSE;
    begin += 3;
    *ret_path = begin + strcspn(begin, "/?#");
    *ret_host = g_strndup(begin, (gsize)(*ret_path - begin));
    return TRUE;
}

static gboolean is_same_path(const char *a, const char *b)
{
    return strcmp(*a != '\0' ? a : "/", *b != '\0' ? b : "/") == 0;
}

/* Whether To names what the carrier asks: each capture has hosts of its own. */
static void note_address(const WsscLedgerSide *one, const WsscMessage *message)
{
    g_autofree char *host = NULL;
    const char *path = NULL, *asked = message->target;
    const char *scheme = asked != NULL ? strstr(asked, "://") : NULL;
    if (message->is_response || message->host == NULL || asked == NULL || !split_url(message->soap->to, &host, &path))
        return;
    if (scheme != NULL)
        asked = scheme + 3 + strcspn(scheme + 3, "/");
    const char *value = !is_same_path(path, asked)                     ? "another path than the one asked"
                        : g_ascii_strcasecmp(host, message->host) != 0 ? "another host or port than the one asked"
                                                                       : "what is asked";
    wssc_ledger_note(one, WSSC_ASPECT_ADDRESS, "To names", value, message);
}

/* What the service speaks, also where it refuses. */
static void note_version(const WsscLedgerSide *one, const WsscMessage *message)
{
    static const char what[] = "version of WS-SecureConversation in answers";
    const WsscFault *fault = message->soap->fault;
    for (guint i = 0; message->is_response && i < message->soap->trusts->len; i++) {
        const WsscTrust *trust = message->soap->trusts->pdata[i];
        if (trust->sct != NULL && trust->sct->ns != WSSC_NS_NONE)
            wssc_ledger_note(one, WSSC_ASPECT_VERSION, what, wssc_ns_version(trust->sct->ns), message);
    }
    if (fault != NULL && wssc_ns_family(fault->code_ns) == WSSC_NS_FAMILY_WSC)
        wssc_ledger_note(one, WSSC_ASPECT_VERSION, what, wssc_ns_version(fault->code_ns), message);
}

static void note_message(const WsscLedgerSide *one, const WsscMessage *message)
{
    g_autofree char *kind = message->damage == NULL && !message->is_copy ? kind_of(message) : NULL;
    if (kind == NULL)
        return;
    note_headers(one, message, kind);
    note_security(one, message, kind);
    note_address(one, message);
    note_version(one, message);
    if (message->soap->operation == WSSC_OPERATION_ISSUE && !message->is_response)
        wssc_ledger_note(one, WSSC_ASPECT_VERSION, "action of the request for a context",
                         message->soap->action != NULL ? message->soap->action : "none", message);
}

/* ---- exchanges and connections ---------------------------------------------------------------------------------- */

static void note_exchange(const WsscLedgerSide *one, const WsscExchange *exchange)
{
    const char *operation =
        exchange->operation == WSSC_OPERATION_NONE ? "call" : wssc_operation_name(exchange->operation);
    const WsscMessage *from = exchange->response != NULL ? exchange->response : exchange->request;
    if (exchange->copy_of != NULL || exchange->outcome == WSSC_OUTCOME_PENDING || from == NULL)
        return;
    g_autofree char *what = g_strdup_printf("outcome of \"%s\"", operation);
    wssc_ledger_note(one, WSSC_ASPECT_EXCHANGE, what, wssc_outcome_name(exchange->outcome), from);
    if (exchange->response != NULL && exchange->response->soap->fault != NULL) {
        g_autofree char *codes = wssc_fault_codes(exchange->response->soap->fault);
        g_autofree char *title = g_strdup_printf("faults that answer \"%s\"", operation);
        wssc_ledger_note(one, WSSC_ASPECT_FAULT, title, *codes != '\0' ? codes : "without a code", exchange->response);
    }
    if (exchange->is_ended_by_carrier && exchange->http_status != 0) {
        g_autofree char *status = g_strdup_printf("HTTP %u", exchange->http_status);
        wssc_ledger_note_frame(one, WSSC_ASPECT_CARRIER, "answers without a message", status, from->file,
                               exchange->status_frame);
    }
    if (exchange->outcome == WSSC_OUTCOME_RESET)
        wssc_ledger_note_frame(one, WSSC_ASPECT_CARRIER, "connections reset before an answer", operation, from->file,
                               exchange->reset_frame);
}

static void note_sign(const WsscLedgerSide *one, const WsscSign *sign)
{
    if (sign->kind != WSSC_SIGN_TLS_ALERT && sign->kind != WSSC_SIGN_FRAMING_FAULT && sign->kind != WSSC_SIGN_REFUSED)
        return;
    if (sign->kind == WSSC_SIGN_TLS_ALERT && sign->value == 0) /* close_notify */
        return;
    const char *value = sign->kind == WSSC_SIGN_TLS_ALERT ? wssc_tls_alert_name(sign->value) : sign->text;
    wssc_ledger_note_frame(one, WSSC_ASPECT_CARRIER, wssc_sign_kind_name(sign->kind), value != NULL ? value : "yes",
                           sign->connection->file, sign->frame);
}

/* ---- contexts --------------------------------------------------------------------------------------------------- */

static void note_context(const WsscLedgerSide *one, const WsscContext *context)
{
    guint refusing = 0;
    for (guint i = 0; i < context->servers->len; i++)
        refusing += ((const WsscServed *)context->servers->pdata[i])->refused > 0 ? 1 : 0;
    if (context->servers->len > 0)
        wssc_ledger_note(one, WSSC_ASPECT_SERVER, "servers that messages of one context went to",
                         context->servers->len == 1 ? "one"
                         : refusing > 0             ? "several, some of which refused it"
                                                    : "several",
                         context->ended_by);
    if (context->end != WSSC_END_NONE)
        wssc_ledger_note(one, WSSC_ASPECT_ENDING, "how contexts ended", wssc_end_name(context->end), context->ended_by);
}

void wssc_compare_note_traffic(const WsscLedgerSide *one)
{
    const WsscModel *model = one->model;
    for (guint i = 0; i < model->messages->len; i++)
        note_message(one, model->messages->pdata[i]);
    for (guint i = 0; i < model->exchanges->len; i++)
        note_exchange(one, model->exchanges->pdata[i]);
    for (guint i = 0; i < model->contexts->len; i++)
        note_context(one, model->contexts->pdata[i]);
    for (guint i = 0; i < model->connections->len; i++) {
        const WsscConnection *connection = model->connections->pdata[i];
        for (guint s = 0; s < connection->signs->len; s++)
            note_sign(one, connection->signs->pdata[s]);
    }
}
