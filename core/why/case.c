/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "why/case.h"

#include <string.h>

#include "base/text.h"

/* ---- refusals --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *layer, *words;
} refusals[WSSC_REFUSAL_MAX] = {
#define WSSC_REFUSAL(ID, layer_, words_) [WSSC_REFUSAL_##ID] = {layer_, words_},
#include "why/refusals.def"
#undef WSSC_REFUSAL
};

const char *wssc_refusal_layer(WsscRefusal refusal)
{
    return refusals[refusal].layer;
}

const char *wssc_refusal_words(WsscRefusal refusal)
{
    return refusals[refusal].words;
}

static const struct {
    WsscNsFamily family;
    const char *code;
    WsscRefusal refusal;
} codes[] = {
#define WSSC_FAULT_CLASS(family, code, refusal) {WSSC_NS_FAMILY_##family, code, WSSC_REFUSAL_##refusal},
#include "why/fault_classes.def"
#undef WSSC_FAULT_CLASS
};

static const struct {
    const char *fragment;
    WsscRefusal refusal;
} texts[] = {
#define WSSC_TEXT_CLASS(fragment, refusal) {fragment, WSSC_REFUSAL_##refusal},
#include "why/fault_classes.def"
#undef WSSC_TEXT_CLASS
};

static gboolean holds_text(const char *text, const char *fragment)
{
    g_autofree char *low = g_ascii_strdown(fragment, -1);
    return strstr(text, low) != NULL;
}

WsscRefusal wssc_refusal_of_fault(const WsscFault *fault)
{
    WsscRefusal refusal = WSSC_REFUSAL_APPLICATION;
    for (guint i = 0; i < G_N_ELEMENTS(codes) && refusal == WSSC_REFUSAL_APPLICATION; i++)
        if (wssc_fault_has(fault, codes[i].family, codes[i].code))
            refusal = codes[i].refusal;
    gboolean is_open = refusal == WSSC_REFUSAL_APPLICATION || refusal == WSSC_REFUSAL_SECURITY ||
                       refusal == WSSC_REFUSAL_CHECK || refusal == WSSC_REFUSAL_ADDRESS;
    if (!is_open || fault->reason == NULL)
        return refusal;
    g_autofree char *reason = g_ascii_strdown(fault->reason, -1);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        if (holds_text(reason, texts[i].fragment))
            return texts[i].refusal;
    return refusal;
}

/* ---- arguments -------------------------------------------------------------------------------------------------- */

void wssc_argue(WsscArgument *argument, const char *format, ...)
{
    va_list args;
    if (argument->text->len > 0)
        g_string_append(argument->text, "; ");
    va_start(args, format);
    g_string_append_vprintf(argument->text, format, args);
    va_end(args);
}

void wssc_cite(WsscArgument *argument, WsscEvidenceRole role, guint file, guint32 frame, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    wssc_evidence_add(argument->evidence, role, file, frame, "%s", text);
}

void wssc_cite_message(WsscArgument *argument, WsscEvidenceRole role, const WsscMessage *message, const char *format,
                       ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    wssc_evidence_add(argument->evidence, role, message->file, message->frame, "%s", text);
}

char *wssc_span_text(gint64 microseconds)
{
    double seconds = (double)ABS(microseconds) / G_USEC_PER_SEC;
    if (seconds < 0.95)
        return g_strdup_printf("%.0f ms", seconds * 1000);
    if (seconds < 10)
        return g_strdup_printf("%.1f s", seconds);
    if (seconds < 120)
        return g_strdup_printf("%.0f s", seconds);
    if (seconds < 2 * 3600)
        return g_strdup_printf("%.0f minutes", seconds / 60);
    if (seconds < 2 * 86400)
        return g_strdup_printf("%.1f hours", seconds / 3600);
    return g_strdup_printf("%.0f days", seconds / 86400);
}

/* ---- what predicates share -------------------------------------------------------------------------------------- */

WsscProofs wssc_proofs_of(const WsscMessage *message)
{
    WsscProofs proofs = {.count = 0};
    const WsscSecurity *security = message != NULL ? message->security : NULL;
    for (guint i = 0; security != NULL && i < security->signatures->len; i++) {
        const WsscSignature *signature = security->signatures->pdata[i];
        proofs.count++;
        proofs.valid += signature->verdict == WSSC_VERDICT_VALID;
        proofs.invalid += signature->verdict == WSSC_VERDICT_INVALID;
        proofs.unknown += signature->verdict == WSSC_VERDICT_NO_KEY || signature->verdict == WSSC_VERDICT_UNSUPPORTED;
        if (signature->verdict == WSSC_VERDICT_INVALID && proofs.bad == NULL)
            proofs.bad = signature;
    }
    for (guint i = 0; security != NULL && i < security->decryptions->len; i++) {
        const WsscDecryption *decryption = security->decryptions->pdata[i];
        if (decryption->result == WSSC_DECRYPTION_FAILED && proofs.failed == NULL)
            proofs.failed = decryption;
    }
    return proofs;
}

gboolean wssc_is_dotnet(WsscPlatform stack)
{
    return stack == WSSC_PLATFORM_WCF || stack == WSSC_PLATFORM_COREWCF;
}

gboolean wssc_has_token(const WsscMessage *request, WsscTokenKind kind)
{
    const WsscSecurityHeader *security = request != NULL ? request->soap->security : NULL;
    return security != NULL && wssc_token_kinds_have(&security->tokens, kind);
}

/* ---- facts ------------------------------------------------------------------------------------------------------ */

/* Another message that the same requestor wrote on the connection or under the context, and its own clock. */
static const WsscMessage *message_with_right_clock(const WsscCase *own, gint64 service_ahead)
{
    const GPtrArray *messages = wssc_scene_messages_on(own->scene, own->request->connection);
    for (guint i = 0; i < MIN(messages->len, WSSC_FAR); i++) {
        const WsscMessage *message = messages->pdata[i];
        const WsscSecurityHeader *security = message->soap->security;
        if (message == own->request || message->is_response || security == NULL ||
            security->created == WSSC_TIME_NONE || message->hash == own->request->hash)
            continue;
        if (ABS(security->created - message->time - service_ahead) < 60 * G_USEC_PER_SEC)
            return message;
    }
    return NULL;
}

static void read_clocks(WsscCase *own)
{
    const WsscSecurityHeader *security = own->request->soap->security;
    const WsscMessage *arrived = own->call != NULL ? own->call->inner->request : own->request;
    const WsscClockSample *service = wssc_server_clock(own->server, arrived->time);
    WsscClocks *clocks = &own->clocks;
    const WsscMessage *issued = own->instance != NULL ? own->instance->issued_by : NULL;

    clocks->over = G_MININT64;
    if (service != NULL) {
        clocks->has_service = TRUE;
        clocks->service = *service;
    }
    if (security == NULL || security->created == WSSC_TIME_NONE)
        return;
    gint64 ahead = clocks->has_service ? clocks->service.ahead : 0;
    clocks->has_timestamp = TRUE;
    clocks->ahead = security->created - arrived->time - ahead;
    if (security->expires != WSSC_TIME_NONE)
        clocks->over = arrived->time + ahead - security->expires;
    clocks->right = message_with_right_clock(own, ahead);
    clocks->is_client_right = clocks->right != NULL;
    clocks->is_before_key =
        issued != NULL && own->request->is_use && security->created - ahead < issued->time - 60 * G_USEC_PER_SEC;
}

/* Of a call, or around the moment of a sign. */
static void find_neighbours(WsscCase *own)
{
    const GPtrArray *calls = wssc_scene_calls_of(own->scene, own->context);
    if (own->call != NULL && own->call->context == own->context) {
        own->last_good = own->call->last_good;
        own->next_good = own->call->next_good;
        return;
    }
    guint at = wssc_calls_from(calls, own->time);
    const WsscCall *before = at > 0 ? calls->pdata[at - 1] : NULL, *after = at < calls->len ? calls->pdata[at] : NULL;
    if (before != NULL)
        own->last_good = before->result == WSSC_CALL_SERVED ? before : before->last_good;
    if (after != NULL)
        own->next_good = after->result == WSSC_CALL_SERVED && after->request->is_use ? after : after->next_good;
}

void wssc_case_complete(WsscCase *own)
{
    const WsscCall *call = own->call;
    if (call != NULL) {
        const WsscMessage *answer = call->answer;
        own->request = call->request;
        own->sign = call->sign;
        own->connection = call->inner->request->connection;
        own->context = call->context;
        own->instance = call->request->instance;
        own->operation = call->outer->operation;
        own->client = call->client;
        own->service = call->server;
        own->fault = answer != NULL ? answer->soap->fault : NULL;
        own->file = answer != NULL ? answer->file : call->inner->request->file;
        own->frame = answer != NULL       ? answer->frame
                     : call->sign != NULL ? call->sign->frame
                                          : call->inner->request->frame;
        own->time = answer != NULL ? answer->time : call->sign != NULL ? call->sign->time : call->inner->request->time;
    }
    own->server = wssc_scene_server(own->scene, own->service);
    if (own->context != NULL)
        find_neighbours(own);
    if (own->request != NULL)
        read_clocks(own);
}
