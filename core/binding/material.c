/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the request for a context and its answer tell: version, entropy, key size, envelope.
 */
#include <string.h>

#include "binding/private.h"

static const WsscGrant *issued(const WsscTrace *trace)
{
    const WsscGrant *any = NULL;
    for (guint i = 0; i < trace->grants->len; i++) {
        const WsscGrant *grant = trace->grants->pdata[i];
        if (grant->outcome != WSSC_GRANT_ISSUED)
            continue;
        if (grant->operation == WSSC_OPERATION_ISSUE)
            return grant;
        any = any != NULL ? any : grant;
    }
    return any;
}

/* ---- version --------------------------------------------------------------------------------------------------- */

static gint64 version_of(WsscNs ns)
{
    switch (ns) {
    case WSSC_NS_WSC_200502:
    case WSSC_NS_WST_200502:
        return WSSC_VERSION_FEBRUARY_2005;
    case WSSC_NS_WSC_200512:
    case WSSC_NS_WST_200512:
    case WSSC_NS_WST_200802:
        return WSSC_VERSION_1_3;
    default:
        return WSSC_NO_VALUE;
    }
}

static void set_version(WsscProperty *property, WsscKnowledge knowledge, WsscNs ns, const char *why)
{
    wssc_property_is(property, knowledge, version_of(ns), "%s", why);
    if (property->value == WSSC_NO_VALUE) {
        property->word = g_strdup(wssc_ns_version(ns));
        property->min = property->max = WSSC_NO_VALUE;
    }
}

/* The first call under the context; served ones before others. */
static const WsscMessage *use_of(const WsscTrace *trace, gboolean *ret_is_served)
{
    const WsscMessage *any = NULL;
    *ret_is_served = FALSE;
    for (guint i = 0; i < trace->messages->len && !*ret_is_served; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        if (!message->is_use)
            continue;
        *ret_is_served = wssc_trace_is_served(message);
        any = any == NULL || *ret_is_served ? message : any;
    }
    return any;
}

void wssc_infer_version(const WsscInference *inference, WsscProperty *property)
{
    const WsscTrace *trace = inference->trace;
    const WsscGrant *grant = issued(trace), *first = wssc_trace_first(trace);
    gboolean is_served;
    const WsscMessage *use = use_of(trace, &is_served);
    WsscNs version = trace->context->version;

    if (grant != NULL && grant->rstr->sct != NULL) {
        set_version(property, WSSC_KNOWN_EXACT, grant->rstr->sct->ns, "the issued token and the request are of it");
        wssc_property_cite(property, WSSC_EVIDENCE_REQUEST, grant->request, "asks in it");
        wssc_property_cite(property, WSSC_EVIDENCE_ISSUE, grant->response, "the token's namespace");
        if (grant->rst != NULL && version_of(grant->rst->ns) != version_of(grant->rstr->sct->ns))
            wssc_property_say(property,
                              "the token's namespace; the request speaks %s of WS-Trust, which does not go "
                              "with it",
                              wssc_ns_version(grant->rst->ns));
    } else if (use != NULL && version != WSSC_NS_NONE) {
        set_version(property, is_served ? WSSC_KNOWN_EXACT : WSSC_KNOWN_LIKELY, version,
                    is_served ? "the token in use, which the service accepts" : "the token in use");
        wssc_property_cite(property, WSSC_EVIDENCE_USE, use, "the token's namespace");
    } else if (first != NULL && first->rst != NULL) {
        set_version(property, WSSC_KNOWN_LIKELY, first->rst->ns,
                    first->outcome == WSSC_GRANT_REFUSED
                        ? "the client asks in it; the service refuses and does not show its own"
                        : "the client asks in it; the service's answer is not readable or not in the capture");
        wssc_property_cite(property, WSSC_EVIDENCE_REQUEST, first->request, "asks in it");
    } else if (first != NULL && version != WSSC_NS_NONE) {
        set_version(property, WSSC_KNOWN_LIKELY, version,
                    "the action of the client's request; the rest is not readable");
        wssc_property_cite(property, WSSC_EVIDENCE_REQUEST, first->request, "asks in it");
    }
}

/* ---- entropy --------------------------------------------------------------------------------------------------- */

static gboolean offers_entropy(const WsscGrant *grant)
{
    return grant->rst != NULL && grant->rst->entropy.kind != WSSC_SECRET_NONE;
}

static void entropy_of_request(const WsscGrant *grant, WsscProperty *property)
{
    if (offers_entropy(grant))
        wssc_property_say(property, "CLIENT_ONLY or COMBINED: the client offers entropy, and no answer shows what "
                                    "becomes of it");
    else
        wssc_property_is(property, WSSC_KNOWN_LIKELY, WSSC_MODE_SERVER_ONLY,
                         "the client offers no entropy; the service's answer shows no key");
    wssc_property_cite(property, WSSC_EVIDENCE_REQUEST, grant->request, "%s",
                       offers_entropy(grant) ? "has Entropy" : "has no Entropy");
}

/* A renewal that makes its key in another way than the context's first key was made. */
static void note_other_ways(const WsscTrace *trace, const WsscGrant *grant, WsscProperty *property)
{
    for (guint i = 0; i < trace->grants->len; i++) {
        const WsscGrant *other = trace->grants->pdata[i];
        if (other == grant || other->instance == NULL || other->instance->entropy_mode == WSSC_ENTROPY_UNKNOWN ||
            other->instance->entropy_mode == grant->instance->entropy_mode)
            continue;
        g_autofree char *text = g_strdup_printf("%s; a renewal's key comes from the %s alone", property->text,
                                                wssc_entropy_mode_name(other->instance->entropy_mode));
        wssc_property_say(property, "%s", text);
        wssc_property_cite(property, WSSC_EVIDENCE_RENEW, other->response, "its key is made in another way");
        return;
    }
}

static void entropy_of_answer(const WsscGrant *grant, WsscProperty *property)
{
    WsscEntropyMode mode = grant->instance->entropy_mode;
    WsscKnowledge knowledge = grant->rst != NULL ? WSSC_KNOWN_EXACT : WSSC_KNOWN_LIKELY;

    if (mode == WSSC_ENTROPY_COMBINED)
        wssc_property_is(property, knowledge, WSSC_MODE_COMBINED, "both ends give entropy, the key is computed");
    else if (mode == WSSC_ENTROPY_CLIENT)
        wssc_property_is(property, knowledge, WSSC_MODE_CLIENT_ONLY, "the client's entropy is the key");
    else if (mode == WSSC_ENTROPY_SERVER && offers_entropy(grant)) {
        property->contradiction = g_strdup("the client offers entropy, the service makes the key alone");
        wssc_property_say(property, "the ends differ: the client offers entropy (CLIENT_ONLY or COMBINED), the service "
                                    "makes the key alone (SERVER_ONLY)");
    } else if (mode == WSSC_ENTROPY_SERVER)
        wssc_property_is(property, knowledge, WSSC_MODE_SERVER_ONLY, "the service gives the whole key");
    else
        return;
    wssc_property_cite(property, WSSC_EVIDENCE_REQUEST, grant->request, "%s",
                       offers_entropy(grant) ? "has Entropy" : "has no Entropy");
    wssc_property_cite(property, WSSC_EVIDENCE_ISSUE, grant->response, "%s",
                       grant->rstr->proof.kind == WSSC_SECRET_COMPUTED ? "a computed key"
                       : grant->rstr->proof.kind != WSSC_SECRET_NONE   ? "a proof token"
                                                                       : "no proof token");
}

void wssc_infer_entropy_mode(const WsscInference *inference, WsscProperty *property)
{
    const WsscGrant *grant = issued(inference->trace), *first = wssc_trace_first(inference->trace);
    if (grant != NULL && grant->instance != NULL && grant->instance->entropy_mode != WSSC_ENTROPY_UNKNOWN) {
        entropy_of_answer(grant, property);
        note_other_ways(inference->trace, grant, property);
    } else if (first != NULL && first->rst != NULL) {
        entropy_of_request(first, property);
    }
}

/* ---- key size -------------------------------------------------------------------------------------------------- */

/* A valid signature made with the key proves its size. */
static const WsscMessage *proof_of_key(const WsscTrace *trace)
{
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++) {
            const WsscSignature *signature = message->security->signatures->pdata[s];
            if (signature->verdict == WSSC_VERDICT_VALID && signature->context != NULL)
                return message;
        }
    }
    return NULL;
}

/* Who says the size: in words. Caller frees. */
static char *size_words(gint64 asked, gint64 given, gint64 made, gboolean is_request_seen)
{
    if (given > 0 && asked == given)
        return g_strdup("asked for by the client, given by the service");
    if (given > 0 && asked > 0)
        return g_strdup_printf("given by the service; the client asks for %" G_GINT64_FORMAT, asked);
    if (given > 0)
        return g_strdup(is_request_seen ? "given by the service; the client asks for none: its property is unset"
                                        : "given by the service");
    if (made < 0)
        return g_strdup("asked for by the client; the service names none");
    if (asked > 0 && asked != made)
        return g_strdup_printf("the key's own size; the client asks for %" G_GINT64_FORMAT, asked);
    return g_strdup(asked > 0 ? "asked for by the client, and the key has that size"
                              : "the key has that size; neither end names one");
}

static void size_of_answer(const WsscTrace *trace, const WsscGrant *grant, WsscProperty *property)
{
    const WsscInstance *instance = grant->instance;
    gint64 asked = grant->rst != NULL ? grant->rst->key_size : -1, given = grant->rstr->key_size;
    gboolean is_known = instance != NULL && instance->key != NULL &&
                        (instance->entropy_mode != WSSC_ENTROPY_COMBINED || proof_of_key(trace) != NULL);
    gint64 made = is_known ? (gint64)instance->key->len * 8 : -1;
    gint64 size = given > 0 ? given : made > 0 ? made : asked;
    g_autofree char *words = size_words(asked, given, made, grant->rst != NULL);

    if (size <= 0)
        return;
    wssc_property_is(property, given > 0 || made > 0 ? WSSC_KNOWN_EXACT : WSSC_KNOWN_LIKELY, size, "%s", words);
    wssc_property_cite(property, WSSC_EVIDENCE_REQUEST, asked > 0 ? grant->request : NULL, "KeySize %" G_GINT64_FORMAT,
                       asked);
    if (given > 0)
        wssc_property_cite(property, WSSC_EVIDENCE_ISSUE, grant->response, "KeySize %" G_GINT64_FORMAT, given);
    else
        wssc_property_cite(property, WSSC_EVIDENCE_ISSUE, grant->response, "no KeySize");
}

void wssc_infer_key_size(const WsscInference *inference, WsscProperty *property)
{
    const WsscGrant *grant = issued(inference->trace), *first = wssc_trace_first(inference->trace);
    if (grant != NULL) {
        size_of_answer(inference->trace, grant, property);
    } else if (first != NULL && first->rst != NULL && first->rst->key_size > 0) {
        wssc_property_is(property, WSSC_KNOWN_LIKELY, first->rst->key_size,
                         "the client asks for it; the service's answer is no key");
        wssc_property_cite(property, WSSC_EVIDENCE_REQUEST, first->request, "KeySize %" G_GINT64_FORMAT,
                           first->rst->key_size);
    } else if (first != NULL && first->rst != NULL) {
        wssc_property_say(property, "the client asks for none: its property is unset, and the service's is not shown");
    }
}

/* ---- envelope --------------------------------------------------------------------------------------------------- */

static const char *envelope_text(const WsscSoap *soap)
{
    static const char *const versions[] = {"?", "SOAP 1.1", "SOAP 1.2"};
    return versions[soap->version];
}

static gboolean is_same_envelope(const WsscSoap *a, const WsscSoap *b)
{
    return a->version == b->version && a->wsa == b->wsa;
}

void wssc_infer_message_properties(const WsscInference *inference, WsscProperty *property)
{
    const WsscTrace *trace = inference->trace;
    const WsscGrant *first = wssc_trace_first(trace);
    const WsscMessage *token = first == NULL ? NULL : first->request != NULL ? first->request : first->response;
    const WsscMessage *call = NULL;

    for (guint i = 0; i < trace->messages->len && call == NULL; i++)
        if (wssc_trace_is_call(trace->messages->pdata[i]))
            call = trace->messages->pdata[i];
    if (token == NULL || token->damage != NULL)
        return;
    const WsscSoap *soap = token->soap;
    gboolean is_same = call != NULL && is_same_envelope(soap, call->soap);
    property->knowledge = WSSC_KNOWN_EXACT;
    property->word = soap->wsa != WSSC_NS_NONE
                         ? g_strdup_printf("%s, WS-Addressing %s", envelope_text(soap), wssc_ns_version(soap->wsa))
                         : g_strdup_printf("%s, no addressing", envelope_text(soap));
    property->is_default = call == NULL ? WSSC_TRUTH_UNKNOWN : is_same ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
    wssc_property_say(property, "%s; heap, reader, writer and header limits do not show",
                      call == NULL ? "envelope and addressing of the token messages"
                      : is_same    ? "as the application's messages: set for the channel, or the default"
                                   : "other than the application's messages: set for the token messages");
    wssc_property_cite(property, WSSC_EVIDENCE_REQUEST, token, "envelope of the token messages");
    if (!is_same)
        wssc_property_cite(property, WSSC_EVIDENCE_USE, call, "envelope of the application's messages");
}
