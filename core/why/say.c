/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What happened, in a sentence, and the frames that show it.
 */
#include <string.h>

#include "base/text.h"
#include "carrier/nettcp.h"
#include "why/judge.h"

/* ---- parts of a sentence ---------------------------------------------------------------------------------------- */

/* "2026-11-23 11:45:25 UTC" */
static char *when_text(gint64 time)
{
    g_autofree char *iso = wssc_time_format(time);
    if (iso == NULL || strlen(iso) < 19)
        return g_strdup("an unknown time");
    iso[10] = ' ';
    iso[19] = '\0';
    return g_strconcat(iso, " UTC", NULL);
}

static const char *service_of(const WsscCase *own)
{
    return own->service != NULL ? own->service : "the service";
}

static const char *client_of(const WsscCase *own)
{
    return own->client != NULL ? own->client : "the client";
}

static char *context_text(const WsscContext *context)
{
    return context->identifier != NULL ? g_strdup_printf("context %u (%s)", context->index, context->identifier)
                                       : g_strdup_printf("context %u (never named)", context->index);
}

/* "the call urn:... of 192.0.2.1:5000 under context 1 (urn:...)" */
static char *request_text(const WsscCase *own)
{
    static const char *const verbs[WSSC_OPERATION_MAX] = {[WSSC_OPERATION_AMEND] = "amend",
                                                          [WSSC_OPERATION_RENEW] = "renew",
                                                          [WSSC_OPERATION_CANCEL] = "cancel",
                                                          [WSSC_OPERATION_VALIDATE] = "validate"};
    const WsscSoap *soap = own->request->soap;
    g_autofree char *context =
        own->context != NULL && own->context->identifier != NULL ? context_text(own->context) : NULL;
    if (own->operation == WSSC_OPERATION_ISSUE)
        return g_strdup_printf("the request of %s for a %s", client_of(own),
                               soap->is_sct_operation ? "security context" : "token");
    if (verbs[own->operation] != NULL)
        return g_strdup_printf("the request of %s to %s %s", client_of(own), verbs[own->operation],
                               context != NULL ? context : "it");
    return g_strdup_printf("the call %s of %s%s%s",
                           soap->action != NULL      ? soap->action
                           : soap->body_name != NULL ? soap->body_name
                                                     : "(without action)",
                           client_of(own), context != NULL ? " under " : "", context != NULL ? context : "");
}

/* "wsc:BadContextToken" needs prefixes; the local names do, from the outermost to the innermost. */
static char *codes_text(const WsscFault *fault)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < fault->codes->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "/" : "", ((const WsscFaultCode *)fault->codes->pdata[i])->name);
    return g_string_free(text, FALSE);
}

static char *fault_text(const WsscCase *own)
{
    const WsscMessage *answer = own->call->answer;
    g_autofree char *codes = codes_text(own->fault);
    g_autofree char *status =
        answer->http_status != 0 ? g_strdup_printf("HTTP %u, ", answer->http_status) : g_strdup("");
    return g_strdup_printf(
        "the fault %s (%s%s)%s%s%s", *codes != '\0' ? codes : "without a code", status,
        answer->soap->security != NULL ? "secured" : "unsecured", own->fault->reason != NULL ? ": \"" : "",
        own->fault->reason != NULL ? own->fault->reason : "", own->fault->reason != NULL ? "\"" : "");
}

static char *ended_text(const WsscCase *own, const char *request)
{
    const WsscSign *sign = own->sign;
    g_autofree char *span = wssc_span_text(own->time - own->call->inner->request->time);
    if (sign == NULL)
        return g_strdup_printf("%s got no answer from %s in the capture", request, service_of(own));
    if (sign->kind == WSSC_SIGN_FRAMING_FAULT) {
        const char *meaning = sign->text != NULL ? wssc_nettcp_fault_meaning(sign->text) : NULL;
        return g_strdup_printf("%s ended the session with the framing fault %s%s%s%s instead of answering %s",
                               service_of(own), sign->text != NULL ? sign->text : "(none)", meaning != NULL ? " (" : "",
                               meaning != NULL ? meaning : "", meaning != NULL ? ")" : "", request);
    }
    const char *who = sign->is_from_server ? service_of(own) : client_of(own);
    return g_strdup_printf("%s %s the connection %s after %s, without an answer", who,
                           sign->kind == WSSC_SIGN_RESET || sign->kind == WSSC_SIGN_REFUSED ? "reset" : "closed", span,
                           request);
}

static char *call_text(const WsscCase *own)
{
    g_autofree char *request = request_text(own);
    if (own->fault != NULL) {
        g_autofree char *fault = fault_text(own);
        return g_strdup_printf("%s refused %s with %s", service_of(own), request, fault);
    }
    if (own->sign != NULL && own->sign->kind == WSSC_SIGN_STATUS)
        return g_strdup_printf("%s was answered with HTTP status %u%s%s%s and no SOAP message", request,
                               own->sign->value, own->sign->text != NULL && *own->sign->text != '\0' ? " by \"" : "",
                               own->sign->text != NULL ? own->sign->text : "",
                               own->sign->text != NULL && *own->sign->text != '\0' ? "\"" : "");
    return ended_text(own, request);
}

static char *other_text(const WsscCase *own)
{
    guint count = 1 + (own->others != NULL ? own->others->len : 0);
    switch (own->refusal) {
    case WSSC_REFUSAL_TLS:
        return g_strdup_printf("the TLS handshake of %s with %s failed", client_of(own), service_of(own));
    case WSSC_REFUSAL_RESET:
    case WSSC_REFUSAL_CLOSED:
        return g_strdup_printf("%s %s the TLS connection of %s before answering what the client had sent, which cannot "
                               "be read",
                               service_of(own), own->sign->kind == WSSC_SIGN_RESET ? "reset" : "closed",
                               client_of(own));
    case WSSC_REFUSAL_FRAMING:
        return g_strdup_printf("%s refused the session of %s with the framing fault %s", service_of(own),
                               client_of(own), own->sign->text != NULL ? own->sign->text : "(none)");
    case WSSC_REFUSAL_ENDED:
        return g_strdup_printf("%s ended the session of %s unasked, though its context had not been cancelled",
                               service_of(own), client_of(own));
    case WSSC_REFUSAL_REFUSED:
        return g_strdup_printf("%s tried to connect to %s, where nobody listens", client_of(own), service_of(own));
    case WSSC_REFUSAL_UNUSED:
        return g_strdup_printf("%s gave a context of %s up as soon as it was issued", client_of(own), service_of(own));
    case WSSC_REFUSAL_LEFT:
        return g_strdup_printf("%u contexts of %s were left without being cancelled: their clients closed the "
                               "connections",
                               count, service_of(own));
    default:
        return g_strdup(wssc_refusal_words(own->refusal));
    }
}

char *wssc_say_what(const WsscCase *own)
{
    g_autofree char *when = when_text(own->time);
    g_autofree char *what = own->call != NULL && own->refusal != WSSC_REFUSAL_UNUSED ? call_text(own) : other_text(own);
    gboolean is_over_time = own->refusal == WSSC_REFUSAL_LEFT;
    return g_strdup_printf("%s %s: %s.", is_over_time ? "From" : "At", when, what);
}

/* ---- evidence --------------------------------------------------------------------------------------------------- */

static WsscEvidenceRole role_of(const WsscCase *own)
{
    switch (own->operation) {
    case WSSC_OPERATION_RENEW:
        return WSSC_EVIDENCE_RENEW;
    case WSSC_OPERATION_CANCEL:
        return WSSC_EVIDENCE_CANCEL;
    default:
        return own->request->is_use ? WSSC_EVIDENCE_USE : WSSC_EVIDENCE_REQUEST;
    }
}

static void cite_sign(const WsscCase *own, GPtrArray *evidence)
{
    static const WsscEvidenceRole roles[WSSC_SIGN_MAX] = {
        [WSSC_SIGN_REFUSED] = WSSC_EVIDENCE_RESET,       [WSSC_SIGN_FIN] = WSSC_EVIDENCE_END,
        [WSSC_SIGN_RESET] = WSSC_EVIDENCE_RESET,         [WSSC_SIGN_TLS_ALERT] = WSSC_EVIDENCE_TLS,
        [WSSC_SIGN_STATUS] = WSSC_EVIDENCE_STATUS,       [WSSC_SIGN_FRAMING_END] = WSSC_EVIDENCE_END,
        [WSSC_SIGN_FRAMING_FAULT] = WSSC_EVIDENCE_FAULT,
    };
    const WsscSign *sign = own->sign;
    const char *who = sign->is_from_server ? service_of(own) : client_of(own);
    switch (sign->kind) {
    case WSSC_SIGN_STATUS:
        wssc_evidence_add(evidence, roles[sign->kind], own->file, sign->frame, "HTTP status %u, no SOAP message",
                          sign->value);
        break;
    case WSSC_SIGN_TLS_ALERT:
        wssc_evidence_add(evidence, roles[sign->kind], own->file, sign->frame, "TLS alert %u (%s) from %s", sign->value,
                          wssc_tls_alert_name(sign->value) != NULL ? wssc_tls_alert_name(sign->value) : "unknown", who);
        break;
    case WSSC_SIGN_FRAMING_FAULT:
        wssc_evidence_add(evidence, roles[sign->kind], own->file, sign->frame, "framing fault %s",
                          sign->text != NULL ? sign->text : "(none)");
        break;
    default:
        wssc_evidence_add(evidence, roles[sign->kind], own->file, sign->frame, "%s %s", who,
                          roles[sign->kind] == WSSC_EVIDENCE_RESET ? "resets the connection" : "ends the connection");
        break;
    }
}

static void cite_legs(const WsscCase *own, GPtrArray *evidence)
{
    const GPtrArray *legs = own->call->legs;
    for (guint i = 1; legs != NULL && i < legs->len; i++) {
        const WsscMessage *leg = ((const WsscExchange *)legs->pdata[i])->request;
        wssc_evidence_add(evidence, WSSC_EVIDENCE_COPY, leg->file, leg->frame,
                          "the same message on its way from %s to "
                          "%s",
                          leg->src, leg->dst);
    }
}

void wssc_cite_what(const WsscCase *own, GPtrArray *evidence)
{
    if (own->request != NULL && own->call != NULL) {
        g_autofree char *request = request_text(own);
        wssc_evidence_add(evidence, role_of(own), own->request->file, own->request->frame, "%s", request);
        cite_legs(own, evidence);
    }
    if (own->fault != NULL) {
        g_autofree char *fault = fault_text(own);
        wssc_evidence_add(evidence, WSSC_EVIDENCE_FAULT, own->file, own->frame, "%s", fault);
    } else if (own->sign != NULL) {
        cite_sign(own, evidence);
    }
}
