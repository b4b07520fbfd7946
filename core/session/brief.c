/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where only rows of contexts are wanted (WsscSessionOptions.only_rows): of a message whose exchange is over stays
 * where it stood and what it belongs to; while it waits for keys also what it takes to read it again. Its verdicts are
 * counted before they go. Whatever is not of the usual kind is kept whole: damage, faults, negotiations, answers that
 * could not be opened, tokens that are passed on.
 */
#include "session/facts.h"
#include "session/private.h"

/* Every verdict is by a key of a context that is known, or of none. */
static gboolean can_be_counted(const WsscSession *session, const WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        if (signature->context != NULL && wssc_model_context(&session->model, signature->context) == NULL)
            return FALSE;
    }
    return TRUE;
}

static gboolean is_over(const WsscExchange *exchange)
{
    return exchange != NULL && exchange->outcome == WSSC_OUTCOME_DONE && exchange->legs == NULL &&
           !exchange->is_unreadable && (exchange->context == NULL || exchange->context->identifier != NULL);
}

/* Only its issue gives a context its name. */
static gboolean is_named(const WsscMessage *message)
{
    return message->context == NULL || message->context->identifier != NULL;
}

/* What the answer does may rest on what was asked. */
static gboolean is_answer_let_go(const WsscMessage *message)
{
    const WsscExchange *exchange = message->exchange;
    return exchange->request != message || exchange->response == NULL || exchange->response->is_brief;
}

static gboolean can_go(WsscSession *session, const WsscMessage *message)
{
    return !message->is_brief && message->damage == NULL && is_named(message) && is_over(message->exchange) &&
           is_answer_let_go(message) && message->soap->fault == NULL && !message->soap->is_negotiation &&
           can_be_counted(session, message) && !wssc_facts_is_about_token(session, message);
}

static WsscSoap *no_soap(WsscSession *session)
{
    if (session->no_soap == NULL) {
        g_autoptr(WsscXml) nothing = wssc_xml_new(NULL, WSSC_XML_TEXT);
        nothing->doc = xmlNewDoc((const xmlChar *)"1.0");
        session->no_soap = wssc_soap_read(nothing);
    }
    return session->no_soap;
}

static guint64 place_of(const WsscEvent *event)
{
    return (guint64)event->message->file << 32 | event->frame;
}

/* Of a context's events by messages the first and the last, as they will be put in order, is all that is shown. */
static void forget_events(const WsscContext *context)
{
    GPtrArray *events = context->events;
    const WsscEvent *first = NULL, *last = NULL;
    guint kept = 0;
    for (guint i = 0; i < events->len; i++) {
        const WsscEvent *event = events->pdata[i];
        if (event->message == NULL)
            continue;
        first = first == NULL || place_of(event) < place_of(first) ? event : first;
        last = last == NULL || place_of(event) >= place_of(last) ? event : last;
    }
    for (guint i = 0; i < events->len; i++) {
        WsscEvent *event = events->pdata[i];
        if (event->message == NULL || event == first || event == last)
            events->pdata[kept++] = event;
        else
            wssc_context_event_free(event);
    }
    events->len = kept;
}

static void let_go(WsscSession *session, WsscMessage *message)
{
    if (!can_go(session, message))
        return;
    wssc_sizes_note(session, message);
    gboolean waits = message->security != NULL && message->security->waits && message->waiting != NULL;
    GArray *counted = waits ? g_array_new(FALSE, FALSE, sizeof(WsscCounted)) : NULL;
    wssc_verdicts_count(session, message, counted);
    if (waits)
        message->waiting->counted = counted;
    wssc_soap_free(message->soap);
    g_clear_pointer(&message->security, wssc_security_free);
    message->soap = no_soap(session);
    message->is_brief = TRUE;
}

void wssc_brief_undo(WsscMessage *message)
{
    GArray *counted = message->waiting != NULL ? g_steal_pointer(&message->waiting->counted) : NULL;
    if (!message->is_brief)
        return;
    for (guint i = 0; counted != NULL && i < counted->len; i++) {
        const WsscCounted *one = &g_array_index(counted, WsscCounted, i);
        one->context->verdicts[one->verdict]--;
    }
    g_clear_pointer(&counted, g_array_unref);
    message->soap = NULL;
    message->is_brief = FALSE;
}

void wssc_brief_let_go(WsscSession *session, WsscMessage *message)
{
    WsscMessage *request = message->exchange != NULL ? message->exchange->request : NULL;
    if (!session->options.only_rows)
        return;
    let_go(session, message);
    if (request != NULL && request != message)
        let_go(session, request);
    if (message->context != NULL)
        forget_events(message->context);
}

void wssc_brief_forget_findings(WsscSession *session)
{
    if (session->options.only_rows)
        g_ptr_array_set_size(session->model.findings, 0);
}
