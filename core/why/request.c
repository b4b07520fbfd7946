/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the request asks for and in which terms: versions, suites, entropy, addresses, actions.
 */
#include <string.h>

#include "carrier/nettcp.h"
#include "why/case.h"

static gboolean is_framing_fault(const WsscCase *own, const char *name)
{
    return own->refusal == WSSC_REFUSAL_FRAMING && own->sign != NULL && own->sign->text != NULL &&
           g_str_has_prefix(own->sign->text, WSSC_NETTCP_FAULTS) &&
           strcmp(own->sign->text + strlen(WSSC_NETTCP_FAULTS), name) == 0;
}

static void argue_framing(const WsscCase *own, WsscArgument *argument)
{
    const char *meaning = wssc_nettcp_fault_meaning(own->sign->text);
    wssc_argue(argument, "the service ends the framing session: %s", meaning != NULL ? meaning : own->sign->text);
}

/* ---- versions --------------------------------------------------------------------------------------------------- */

static WsscNs trust_of(const WsscMessage *request)
{
    for (guint i = 0; request != NULL && i < request->soap->trusts->len; i++)
        return ((const WsscTrust *)request->soap->trusts->pdata[i])->ns;
    return WSSC_NS_NONE;
}

static gboolean is_version_of(WsscNs code, WsscNs trust)
{
    const char *said = wssc_ns_version(code), *asked = wssc_ns_version(trust);
    return strcmp(said, asked) == 0 || (strcmp(asked, "200802") == 0 && strcmp(said, "200512") == 0);
}

/* A code of WS-SecureConversation in the words of another version than the request's: the service's own. Codes of
 * WS-Trust prove nothing: CoreWCF has those of 2005/02 whatever it speaks. */
gboolean wssc_holds_fault_of_another_version(const WsscCase *own, WsscArgument *argument)
{
    WsscNs trust = trust_of(own->request);
    if (own->fault == NULL || trust == WSSC_NS_NONE || own->operation != WSSC_OPERATION_ISSUE)
        return FALSE;
    for (guint i = 0; i < own->fault->codes->len; i++) {
        const WsscFaultCode *code = own->fault->codes->pdata[i];
        if (wssc_ns_family(code->ns) != WSSC_NS_FAMILY_WSC || is_version_of(code->ns, trust))
            continue;
        wssc_argue(argument,
                   "the request is in WS-Trust %s, and the service refuses it in the words of "
                   "WS-SecureConversation %s",
                   wssc_ns_version(trust), wssc_ns_version(code->ns));
        wssc_cite_message(argument, WSSC_EVIDENCE_HEADER, own->request, "WS-Trust %s, action %s",
                          wssc_ns_version(trust),
                          own->request->soap->action != NULL ? own->request->soap->action : "(none)");
        return TRUE;
    }
    return FALSE;
}

/* A context is refused, and the message asks for one and shows none. */
gboolean wssc_holds_no_context_in_question(const WsscCase *own, WsscArgument *argument)
{
    const WsscSecurityHeader *security = own->request != NULL ? own->request->soap->security : NULL;
    if (own->refusal != WSSC_REFUSAL_CONTEXT || own->operation != WSSC_OPERATION_ISSUE || own->request == NULL ||
        own->request->is_use || (security != NULL && security->scts->len > 0))
        return FALSE;
    wssc_argue(argument, "the service speaks of a bad context, and the message asks for one and shows none: it does "
                         "not understand the action as such a request");
    return TRUE;
}

gboolean wssc_holds_media_type_refused(const WsscCase *own, WsscArgument *argument)
{
    if (own->sign == NULL || own->sign->kind != WSSC_SIGN_STATUS || own->sign->value != 415)
        return FALSE;
    wssc_argue(argument,
               "HTTP status 415: the service does not take the media type, which goes with the version of "
               "SOAP (%s) and the encoding (%s)",
               own->request != NULL && own->request->soap->version == WSSC_SOAP_11 ? "1.1" : "1.2",
               own->request != NULL ? wssc_encoding_name(own->request->encoding) : "?");
    return TRUE;
}

gboolean wssc_holds_framing_version(const WsscCase *own, WsscArgument *argument)
{
    if (!is_framing_fault(own, "ContentTypeInvalid") && !is_framing_fault(own, "UnsupportedVersion") &&
        !is_framing_fault(own, "UnsupportedMode"))
        return FALSE;
    argue_framing(own, argument);
    return TRUE;
}

/* The context is good before and after, for other actions; nobody is seen to get an answer to this one. */
gboolean wssc_holds_action_not_seen(const WsscCase *own, WsscArgument *argument)
{
    const char *action = own->request != NULL ? own->request->soap->action : NULL;
    if (own->refusal != WSSC_REFUSAL_CONTEXT || action == NULL || !own->request->is_use || own->last_good == NULL ||
        own->next_good == NULL || own->next_good->request->instance != own->instance)
        return FALSE;
    for (guint i = 0; own->server != NULL && i < MIN(own->server->calls->len, WSSC_FAR); i++) {
        const WsscCall *call = own->server->calls->pdata[i];
        if (call->result == WSSC_CALL_SERVED && g_strcmp0(call->request->soap->action, action) == 0)
            return FALSE;
    }
    wssc_argue(argument, "the context is served before and after for other actions, and nobody is served for %s",
               action);
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, own->next_good->request, "the context is served for %s",
                      own->next_good->request->soap->action != NULL ? own->next_good->request->soap->action
                                                                    : "another action");
    return TRUE;
}

/* ---- pending contexts ------------------------------------------------------------------------------------------- */

gboolean wssc_holds_pending_counted(const WsscCase *own, WsscArgument *argument)
{
    guint count = own->call != NULL ? own->call->pending : 0;
    if (own->refusal != WSSC_REFUSAL_BUSY || count == 0 || own->call->first_pending == NULL)
        return FALSE;
    wssc_argue(argument,
               "at that moment the capture shows %u context%s that the service had issued and nobody had "
               "used",
               count, count == 1 ? "" : "s");
    wssc_cite_message(argument, WSSC_EVIDENCE_ISSUE, own->call->first_pending->answer,
                      "the first of %u context%s that are issued and not "
                      "used",
                      count, count == 1 ? "" : "s");
    return TRUE;
}

gboolean wssc_holds_framing_busy(const WsscCase *own, WsscArgument *argument)
{
    if (!is_framing_fault(own, "ServerTooBusy"))
        return FALSE;
    argue_framing(own, argument);
    return TRUE;
}

/* ---- keys ------------------------------------------------------------------------------------------------------- */

static gboolean is_odd_size(gint64 bits)
{
    return bits > 0 && bits != 256;
}

gboolean wssc_holds_odd_key_size(const WsscCase *own, WsscArgument *argument)
{
    const WsscExchange *exchange = own->call != NULL ? own->call->outer : NULL;
    if (own->refusal != WSSC_REFUSAL_REQUEST || exchange == NULL || own->operation != WSSC_OPERATION_ISSUE ||
        !is_odd_size(exchange->asked.key_size))
        return FALSE;
    wssc_argue(argument, "the request asks for a key of %" G_GINT64_FORMAT " bits, which not every suite allows",
               exchange->asked.key_size);
    wssc_cite_message(argument, WSSC_EVIDENCE_KEY, own->request, "KeySize %" G_GINT64_FORMAT, exchange->asked.key_size);
    return TRUE;
}

gboolean wssc_holds_entropy_not_taken(const WsscCase *own, WsscArgument *argument)
{
    const WsscExchange *exchange = own->call != NULL ? own->call->outer : NULL;
    if (own->refusal != WSSC_REFUSAL_REQUEST || exchange == NULL || own->operation != WSSC_OPERATION_ISSUE ||
        is_odd_size(exchange->asked.key_size))
        return FALSE;
    gboolean has_entropy = exchange->asked.has_entropy;
    wssc_argue(argument, "the request %s entropy of the client and is otherwise of the usual form",
               has_entropy ? "brings" : "brings no");
    wssc_cite_message(argument, WSSC_EVIDENCE_KEY, own->request, has_entropy ? "with Entropy" : "without Entropy");
    return TRUE;
}

/* The request brings entropy, the answer makes the key in another way, and the client has no further use for it. */
gboolean wssc_holds_given_up_after_issue(const WsscCase *own, WsscArgument *argument)
{
    const WsscExchange *exchange = own->call != NULL ? own->call->outer : NULL;
    if (own->refusal != WSSC_REFUSAL_UNUSED || exchange == NULL || own->context == NULL ||
        own->context->instances->len == 0)
        return FALSE;
    const WsscInstance *instance = own->context->instances->pdata[0];
    const char *mode = wssc_entropy_mode_name(instance->entropy_mode);
    wssc_argue(argument,
               "the request %s entropy, the service answers with a key by %s entropy, and the client gives "
               "the context up",
               exchange->asked.has_entropy ? "brings" : "brings no", mode != NULL ? mode : "unknown");
    wssc_cite_message(argument, WSSC_EVIDENCE_KEY, exchange->response, "the key is made of %s entropy",
                      mode != NULL ? mode : "unknown");
    return TRUE;
}

static const WsscSignature *first_signature(const WsscMessage *message)
{
    const WsscSecurity *security = message != NULL ? message->security : NULL;
    return security != NULL && security->signatures->len > 0 ? security->signatures->pdata[0] : NULL;
}

static const char *digest_of(const WsscSignature *signature)
{
    const WsscSignedReference *reference = signature->references->len > 0 ? signature->references->pdata[0] : NULL;
    return reference != NULL ? reference->digest_algorithm : NULL;
}

static const char *short_name(const char *uri)
{
    const char *hash = uri != NULL ? strrchr(uri, '#') : NULL;
    return hash != NULL ? hash + 1 : uri != NULL ? uri : "?";
}

/* A use of a context with the same algorithms that the server took. */
static const WsscCall *accepted_with_same(const WsscCase *own)
{
    g_autofree char *key = own->request != NULL ? wssc_algorithms_of(own->request) : NULL;
    return key != NULL && own->server != NULL ? g_hash_table_lookup(own->server->algorithms, key) : NULL;
}

gboolean wssc_holds_valid_and_never_accepted(const WsscCase *own, WsscArgument *argument)
{
    WsscProofs proofs = wssc_proofs_of(own->request);
    const WsscSignature *signature = first_signature(own->request);
    if (signature == NULL || !own->request->is_use || proofs.valid < proofs.count || accepted_with_same(own) != NULL ||
        (own->clocks.has_timestamp && ABS(own->clocks.ahead) > 60 * G_USEC_PER_SEC))
        return FALSE;
    wssc_argue(argument,
               "the message is valid under its context's key and its clock is right, and the service is not "
               "seen to take any message signed with %s over %s",
               short_name(signature->algorithm), short_name(digest_of(signature)));
    wssc_cite_message(argument, WSSC_EVIDENCE_SIGNATURE, own->request, "valid; %s over %s",
                      short_name(signature->algorithm), short_name(digest_of(signature)));
    return TRUE;
}

gboolean wssc_holds_algorithms_accepted(const WsscCase *own, WsscArgument *argument)
{
    if (accepted_with_same(own) == NULL || own->refusal == WSSC_REFUSAL_ALGORITHM)
        return FALSE;
    wssc_argue(argument, "the service took another message with the same algorithms");
    return TRUE;
}

/* ---- addresses -------------------------------------------------------------------------------------------------- */

/* "host:port/path" of an address; borrowed from it. */
static const char *behind_scheme(const char *address)
{
    const char *colons = strstr(address, "://");
    return colons != NULL ? colons + 3 : address;
}

/* "host" or "host:port" at the beginning of what follows a scheme. */
static gboolean is_same_host(const char *one, const char *other)
{
    gsize len = strcspn(one, ":/?#");
    return len == strcspn(other, ":/?#") && g_ascii_strncasecmp(one, other, len) == 0;
}

/* What TLS was asked for, where To or Host says otherwise; or NULL. */
static const char *other_server_name(const WsscCase *own)
{
    const WsscMessage *arrived = own->call->inner->request;
    const char *asked = arrived->connection != NULL ? arrived->connection->server_name : NULL;
    const char *to = own->request->soap->to;
    if (asked == NULL)
        return NULL;
    gboolean is_other = (arrived->host != NULL && !is_same_host(asked, arrived->host)) ||
                        (to != NULL && strstr(to, "://") != NULL && !is_same_host(asked, behind_scheme(to)));
    return is_other ? asked : NULL;
}

/* Names that the message came under besides To. */
static void cite_names(const WsscCase *own, WsscArgument *argument)
{
    const WsscMessage *arrived = own->call->inner->request;
    const char *asked = other_server_name(own);
    if (asked != NULL) {
        wssc_argue(argument, "TLS was asked for %s", asked);
        wssc_cite_message(argument, WSSC_EVIDENCE_CONNECTION, arrived, "on a TLS connection for server name %s", asked);
    }
    if (arrived->relays != NULL)
        wssc_argue(argument, "it was passed on by %s", arrived->relays);
}

/* Host and target of the request at the last server, as HTTP or the framing's Via has them, where they are not what To
 * says. */
static void cite_addresses(const WsscCase *own, WsscArgument *argument)
{
    const WsscMessage *arrived = own->call->inner->request;
    const char *to = own->request->soap->to;
    if (to == NULL)
        return;
    wssc_cite_message(argument, WSSC_EVIDENCE_HEADER, own->request, "To %s", to);
    const char *path = strchr(behind_scheme(to), '/');
    cite_names(own, argument);
    if (arrived->target == NULL)
        return;
    if (arrived->host != NULL && !g_str_has_prefix(behind_scheme(to), arrived->host))
        wssc_argue(argument, "the request reaches the server for host %s", arrived->host);
    if (path != NULL && strcmp(path, arrived->target) != 0)
        wssc_argue(argument, "the request reaches the server for path %s", arrived->target);
    wssc_cite_message(argument, WSSC_EVIDENCE_CONNECTION, arrived, "%s: %s%s",
                      g_str_has_prefix(wssc_transport_name(arrived->transport), "net.tcp") ? "the framing's Via"
                                                                                           : "HTTP's target",
                      arrived->host != NULL ? arrived->host : "", arrived->target);
}

gboolean wssc_holds_address_said(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_ADDRESS || own->request == NULL || own->call == NULL)
        return FALSE;
    wssc_argue(argument, "the service says that no endpoint of its own has the address %s",
               own->request->soap->to != NULL ? own->request->soap->to : "of the message");
    cite_addresses(own, argument);
    return TRUE;
}

gboolean wssc_holds_framing_address(const WsscCase *own, WsscArgument *argument)
{
    if (!is_framing_fault(own, "EndpointNotFound"))
        return FALSE;
    argue_framing(own, argument);
    return TRUE;
}

gboolean wssc_holds_nothing_at_address(const WsscCase *own, WsscArgument *argument)
{
    if (own->sign == NULL || own->sign->kind != WSSC_SIGN_STATUS || own->request == NULL ||
        (own->sign->value != 404 && own->sign->value != 405 && own->sign->value != 410))
        return FALSE;
    wssc_argue(argument, "HTTP status %u: nothing at the server answers to the address", own->sign->value);
    cite_addresses(own, argument);
    return TRUE;
}

/* Servers choose by Host, TLS by the name that it is asked for; 421 says that they do not go together (RFC 9110 section
 * 15.5.20). */
gboolean wssc_holds_names_disagree(const WsscCase *own, WsscArgument *argument)
{
    if (own->sign == NULL || own->sign->kind != WSSC_SIGN_STATUS || own->call == NULL || own->request == NULL)
        return FALSE;
    guint status = own->sign->value;
    const WsscMessage *arrived = own->call->inner->request;
    const char *to = own->request->soap->to;
    gboolean is_other_host = to != NULL && strstr(to, "://") != NULL && arrived->host != NULL &&
                             !is_same_host(behind_scheme(to), arrived->host);
    if (status != 421 && ((status != 404 && status != 400) || (!is_other_host && other_server_name(own) == NULL)))
        return FALSE;
    wssc_argue(argument, "HTTP status %u: the server does not answer for the name that the message came under", status);
    cite_addresses(own, argument);
    return TRUE;
}

/* ---- the service's own code ------------------------------------------------------------------------------------- */

static gboolean is_security_code(const WsscFaultCode *code)
{
    switch (wssc_ns_family(code->ns)) {
    case WSSC_NS_FAMILY_WSSE:
    case WSSC_NS_FAMILY_WST:
    case WSSC_NS_FAMILY_WSC:
    case WSSC_NS_FAMILY_WSS4J:
    case WSSC_NS_FAMILY_DOTNET:
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean wssc_holds_dispatched(const WsscCase *own, WsscArgument *argument)
{
    if (own->fault == NULL || own->operation != WSSC_OPERATION_NONE)
        return FALSE;
    for (guint i = 0; i < own->fault->codes->len; i++) {
        const WsscFaultCode *code = own->fault->codes->pdata[i];
        if (wssc_ns_family(code->ns) != WSSC_NS_FAMILY_DOTNET_DISPATCH || strcmp(code->name, "SessionTerminated") == 0)
            continue;
        wssc_argue(argument, "the fault is that of the service's own dispatcher, behind all security");
        return TRUE;
    }
    return FALSE;
}

gboolean wssc_holds_code_failed(const WsscCase *own, WsscArgument *argument)
{
    if (own->fault == NULL || own->operation != WSSC_OPERATION_NONE)
        return FALSE;
    for (guint i = 0; i < own->fault->codes->len; i++)
        if (is_security_code(own->fault->codes->pdata[i]))
            return FALSE;
    wssc_argue(argument, "the fault has no code of any security layer");
    if (own->fault->detail != NULL)
        wssc_argue(argument, "it carries a detail of the service's own (%s)", own->fault->detail);
    return TRUE;
}
