/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What carriers tell where no SOAP stack says anything.
 */
#include "base/text.h"
#include <string.h>

#include "carrier/nettcp.h"
#include "why/case.h"

/* ---- transports that are not secured ---------------------------------------------------------------------------- */

gboolean wssc_holds_reached_in_the_clear(const WsscCase *own, WsscArgument *argument)
{
    if (own->call == NULL || own->request == NULL)
        return FALSE;
    const WsscMessage *arrived = own->call->inner->request;
    const char *to = own->request->soap->to;
    gboolean is_meant_secure = own->request->is_protected || (to != NULL && g_str_has_prefix(to, "https:"));
    if (arrived->is_protected || !is_meant_secure)
        return FALSE;
    if (own->request->is_protected)
        wssc_argue(argument, "the client sends the message inside TLS, and it reaches %s in the clear", arrived->dst);
    else
        wssc_argue(argument, "To says https, and the message reaches %s in the clear", arrived->dst);
    wssc_cite_message(argument, WSSC_EVIDENCE_CONNECTION, arrived, "over plain %s to %s",
                      wssc_transport_name(arrived->transport), arrived->dst);
    return TRUE;
}

gboolean wssc_holds_framing_upgrade(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_FRAMING || own->sign == NULL || own->sign->text == NULL ||
        !g_str_has_suffix(own->sign->text, "/UpgradeInvalid"))
        return FALSE;
    const char *meaning = wssc_nettcp_fault_meaning(own->sign->text);
    wssc_argue(argument, "the service ends the framing session: %s", meaning != NULL ? meaning : own->sign->text);
    return TRUE;
}

/* ---- answers of others ------------------------------------------------------------------------------------------ */

static gboolean is_status(const WsscCase *own)
{
    return own->sign != NULL && own->sign->kind == WSSC_SIGN_STATUS;
}

/* RFC 9110 sections 15.6.3 and 15.6.5: only what acts as a gateway gives them. */
gboolean wssc_holds_status_of_a_gateway(const WsscCase *own, WsscArgument *argument)
{
    if (!is_status(own) || (own->sign->value != 502 && own->sign->value != 504 && own->sign->value != 407))
        return FALSE;
    wssc_argue(argument, own->sign->value == 502 ? "HTTP status 502: a gateway got no good answer from the server "
                                                   "behind it"
                         : own->sign->value == 504
                             ? "HTTP status 504: a gateway waited for the server behind it in vain"
                             : "HTTP status 407: a proxy asks for credentials");
    return TRUE;
}

/* The service itself calls itself otherwise. */
gboolean wssc_holds_another_server_answers(const WsscCase *own, WsscArgument *argument)
{
    const char *name = is_status(own) ? own->sign->text : NULL;
    const WsscCall *other = NULL;
    for (guint i = 0;
         name != NULL && *name != '\0' && own->server != NULL && i < MIN(own->server->calls->len, WSSC_FAR); i++) {
        const WsscCall *call = own->server->calls->pdata[i];
        if (call->answer == NULL || call->answer->agent == NULL || *call->answer->agent == '\0')
            continue;
        if (strcmp(call->answer->agent, name) == 0)
            return FALSE;
        other = call;
    }
    if (other == NULL)
        return FALSE;
    wssc_argue(argument, "the answer is from \"%s\", the service's own answers are from \"%s\"", name,
               other->answer->agent);
    wssc_cite_message(argument, WSSC_EVIDENCE_RESPONSE, other->answer, "an answer of the service, from \"%s\"",
                      other->answer->agent);
    return TRUE;
}

gboolean wssc_holds_page_for_people(const WsscCase *own, WsscArgument *argument)
{
    if (!is_status(own) || own->sign->media == NULL || !g_str_has_prefix(own->sign->media, "text/html"))
        return FALSE;
    wssc_argue(argument, "HTTP status %u with a page for people (text/html), no SOAP message%s%s", own->sign->value,
               own->sign->text != NULL && *own->sign->text != '\0' ? ", from " : "",
               own->sign->text != NULL ? own->sign->text : "");
    return TRUE;
}

gboolean wssc_holds_no_soap(const WsscCase *own, WsscArgument *argument)
{
    if (!is_status(own))
        return FALSE;
    wssc_argue(argument, "HTTP status %u without a SOAP message%s%s: no SOAP stack gave it", own->sign->value,
               own->sign->text != NULL && *own->sign->text != '\0' ? ", from " : "",
               own->sign->text != NULL ? own->sign->text : "");
    return TRUE;
}

/* ---- TLS -------------------------------------------------------------------------------------------------------- */

gboolean wssc_holds_alert_said(const WsscCase *own, WsscArgument *argument)
{
    if (own->sign == NULL || own->sign->kind != WSSC_SIGN_TLS_ALERT)
        return FALSE;
    const char *name = wssc_tls_alert_name(own->sign->value), *meaning = wssc_tls_alert_meaning(own->sign->value);
    wssc_argue(argument, "the %s ends TLS with the alert %s: %s", own->sign->is_from_server ? "server" : "client",
               name != NULL ? name : "(unknown)", meaning != NULL ? meaning : "no meaning is defined");
    const char *asked = own->sign->connection->server_name;
    if (asked != NULL)
        wssc_argue(argument, "the client asks for the server name %s", asked);
    return TRUE;
}

gboolean wssc_holds_handshake_broken_off(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_TLS || own->sign == NULL || own->sign->kind == WSSC_SIGN_TLS_ALERT)
        return FALSE;
    wssc_argue(argument, "the %s closes the connection after the client's hello%s, without an alert",
               own->sign->is_from_server ? "server" : "client",
               own->sign->phase == WSSC_TLS_ANSWERED ? " and the server's answer" : "");
    return TRUE;
}

/* ---- connections ------------------------------------------------------------------------------------------------ */

gboolean wssc_holds_closed_tls(const WsscCase *own, WsscArgument *argument)
{
    if (own->call != NULL || own->connection == NULL || own->connection->messages > 0)
        return FALSE;
    wssc_argue(argument, "what was sent is inside TLS, which could not be opened: with the secrets of this connection "
                         "(a TLS key log) the reason may show");
    return TRUE;
}

/* A message without any security cannot have been dropped for it. */
gboolean wssc_holds_nothing_to_refuse(const WsscCase *own, WsscArgument *argument)
{
    if ((own->refusal != WSSC_REFUSAL_RESET && own->refusal != WSSC_REFUSAL_CLOSED) || own->request == NULL ||
        own->request->soap->security != NULL)
        return FALSE;
    wssc_argue(argument, "the message has no security that could be refused");
    return TRUE;
}

/* Only .NET is known to drop the connection of a message whose security it refuses; net.tcp is .NET's own. */
static gboolean may_drop(const WsscCase *own)
{
    return own->request != NULL && (wssc_is_dotnet(own->stack) || own->stack == WSSC_PLATFORM_WWSAPI ||
                                    g_str_has_prefix(wssc_transport_name(own->request->transport), "net.tcp"));
}

static gboolean is_dropped(const WsscCase *own)
{
    return (own->refusal == WSSC_REFUSAL_RESET || own->refusal == WSSC_REFUSAL_CLOSED) && own->request != NULL;
}

gboolean wssc_holds_valid_and_dropped(const WsscCase *own, WsscArgument *argument)
{
    WsscProofs proofs = wssc_proofs_of(own->request);
    if (!is_dropped(own) || may_drop(own) || own->stack == WSSC_PLATFORM_UNKNOWN || proofs.count == 0 ||
        proofs.valid < proofs.count)
        return FALSE;
    wssc_argue(argument,
               "the message is valid, and the service's stack (%s) is known to answer what it refuses with a "
               "fault",
               wssc_platform_name(own->stack));
    wssc_cite_message(argument, WSSC_EVIDENCE_SIGNATURE, own->request, "valid");
    return TRUE;
}

gboolean wssc_holds_dropped_by_another_stack(const WsscCase *own, WsscArgument *argument)
{
    if (!is_dropped(own) || may_drop(own))
        return FALSE;
    wssc_argue(argument, "stacks other than .NET are not known to drop the connection for it");
    return TRUE;
}

gboolean wssc_holds_session_ended(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_ENDED || own->sign == NULL)
        return FALSE;
    wssc_argue(argument, "the service ends the session, and the client's context with it, unasked");
    return TRUE;
}

/* The end, by the client, of the connection that the request waits on; or NULL. */
static const WsscSign *client_end(const WsscCase *own)
{
    const GPtrArray *signs = own->connection != NULL ? own->connection->signs : NULL;
    for (guint i = 0; signs != NULL && i < signs->len; i++) {
        const WsscSign *sign = signs->pdata[i];
        if (sign->time < own->request->time || (sign->kind != WSSC_SIGN_FIN && sign->kind != WSSC_SIGN_RESET))
            continue;
        return sign->is_from_server ? NULL : sign;
    }
    return NULL;
}

#define LONG_SILENCE (60 * G_USEC_PER_SEC)

gboolean wssc_holds_silent_for_long(const WsscCase *own, WsscArgument *argument)
{
    if (own->refusal != WSSC_REFUSAL_SILENT || own->request == NULL || client_end(own) != NULL)
        return FALSE;
    gint64 waited = own->scene->model->end - own->request->time;
    if (waited < LONG_SILENCE)
        return FALSE;
    g_autofree char *span = wssc_span_text(waited);
    wssc_argue(argument, "the capture goes on for %s and the connection is not closed", span);
    return TRUE;
}

/* Longer than the service takes for any answer that it gives. */
gboolean wssc_holds_client_gave_up(const WsscCase *own, WsscArgument *argument)
{
    const WsscSign *end = own->refusal == WSSC_REFUSAL_SILENT && own->request != NULL ? client_end(own) : NULL;
    gint64 slowest = own->server != NULL ? own->server->slowest : 0;
    if (end == NULL || end->time - own->request->time < MAX(G_USEC_PER_SEC, slowest))
        return FALSE;
    g_autofree char *span = wssc_span_text(end->time - own->request->time);
    wssc_argue(argument, "the client waited for %s and then ended the connection itself", span);
    wssc_cite(argument, WSSC_EVIDENCE_END, end->connection->file, end->frame, "the client ends the connection");
    return TRUE;
}

/* ---- contexts that are left ------------------------------------------------------------------------------------- */

gboolean wssc_holds_others_cancel(const WsscCase *own, WsscArgument *argument)
{
    for (guint i = 0; own->server != NULL && i < own->server->calls->len; i++) {
        const WsscCall *call = own->server->calls->pdata[i];
        if (call->outer->operation != WSSC_OPERATION_CANCEL || call->result != WSSC_CALL_SERVED)
            continue;
        wssc_argue(argument, "the service takes cancels, as that of another context shows");
        wssc_cite_message(argument, WSSC_EVIDENCE_CANCEL, call->request, "another context is cancelled");
        return TRUE;
    }
    return FALSE;
}
