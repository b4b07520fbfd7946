/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Messages, exchanges and events as evidence.
 */
#include <string.h>

#include "model/model.h"

WsscEvidenceRole wssc_message_role(const WsscMessage *message)
{
    static const WsscEvidenceRole of_request[WSSC_OPERATION_MAX] = {
        [WSSC_OPERATION_NONE] = WSSC_EVIDENCE_REQUEST,  [WSSC_OPERATION_ISSUE] = WSSC_EVIDENCE_REQUEST,
        [WSSC_OPERATION_AMEND] = WSSC_EVIDENCE_REQUEST, [WSSC_OPERATION_RENEW] = WSSC_EVIDENCE_RENEW,
        [WSSC_OPERATION_CANCEL] = WSSC_EVIDENCE_CANCEL, [WSSC_OPERATION_VALIDATE] = WSSC_EVIDENCE_REQUEST,
        [WSSC_OPERATION_KET] = WSSC_EVIDENCE_REQUEST};
    const WsscSoap *soap = message->soap;
    if (soap->fault != NULL)
        return WSSC_EVIDENCE_FAULT;
    if (message->is_response)
        return soap->operation == WSSC_OPERATION_ISSUE ? WSSC_EVIDENCE_ISSUE : WSSC_EVIDENCE_RESPONSE;
    if (soap->operation == WSSC_OPERATION_NONE && message->is_use)
        return WSSC_EVIDENCE_USE;
    return of_request[soap->operation];
}

char *wssc_message_words(const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    const char *what = message->is_response ? "response" : "request";
    const char *name = soap->action != NULL ? soap->action : soap->body_name;

    if (message->damage != NULL)
        return g_strconcat(what, ", not readable", NULL);
    if (soap->fault != NULL)
        return g_strconcat("fault ", soap->fault->code, NULL);
    if (soap->operation != WSSC_OPERATION_NONE)
        return g_strconcat(what, " to ", wssc_operation_name(soap->operation), NULL);
    return g_strconcat(message->is_response ? "answer" : "call", name != NULL ? " " : NULL, name, NULL);
}

void wssc_message_point(GPtrArray *evidence, const WsscMessage *message)
{
    wssc_evidence_take(evidence, wssc_message_role(message), message->file, message->frame,
                       wssc_message_words(message));
}

/* What the carrier says of a request without any message stands in a frame of its own. */
static void point_carrier(GPtrArray *evidence, const WsscExchange *exchange)
{
    guint file = exchange->request->file;
    if (exchange->status_frame != 0)
        wssc_evidence_add(evidence, WSSC_EVIDENCE_STATUS, file, exchange->status_frame, "HTTP status %u, no message",
                          exchange->http_status);
    if (exchange->reset_frame != 0)
        wssc_evidence_add(evidence, WSSC_EVIDENCE_RESET, file, exchange->reset_frame, "the connection is reset");
}

GPtrArray *wssc_exchange_evidence(const WsscExchange *exchange)
{
    GPtrArray *evidence = wssc_evidence_list_new();
    for (guint i = 0; exchange->legs != NULL && i < exchange->legs->len; i++)
        wssc_message_point(evidence, exchange->legs->pdata[i]);
    if (exchange->legs == NULL && exchange->request != NULL)
        wssc_message_point(evidence, exchange->request);
    if (exchange->legs == NULL && exchange->response != NULL)
        wssc_message_point(evidence, exchange->response);
    if (exchange->request != NULL)
        point_carrier(evidence, exchange);
    return evidence;
}

GPtrArray *wssc_event_evidence(const WsscEvent *event)
{
    const WsscMessage *message = event->message;
    GPtrArray *evidence = wssc_evidence_list_new();

    if (message == NULL)
        wssc_evidence_add(evidence, WSSC_EVIDENCE_END, 0, 0, "no frame says it");
    else if (event->frame == message->frame)
        wssc_message_point(evidence, message);
    else
        wssc_evidence_add(evidence, event->carrier, message->file, event->frame, "what the carrier says");
    for (guint i = 0; event->evidence != NULL && i < event->evidence->len; i++) {
        const WsscEvidence *more = event->evidence->pdata[i];
        wssc_evidence_take(evidence, more->role, more->file, more->frame, g_strdup(more->text));
    }
    return evidence;
}
