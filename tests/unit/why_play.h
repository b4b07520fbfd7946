/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of the conversations that raise causes.
 */
#ifndef WHY_PLAY_H
#define WHY_PLAY_H

#include "play.h"

#define DS "http://www.w3.org/2000/09/xmldsig#"
/* Its algorithms are unknown: nothing can be said of it. */
#define SIGNATURE                                                                                                      \
    "<d:Signature xmlns:d='" DS "'><d:SignedInfo><d:CanonicalizationMethod Algorithm='urn:x'/><d:SignatureMethod "     \
    "Algorithm='urn:x'/><d:Reference URI=''><d:DigestMethod Algorithm='urn:x'/><d:DigestValue>AA==</d:DigestValue>"    \
    "</d:Reference></d:SignedInfo><d:SignatureValue>AA==</d:SignatureValue></d:Signature>"
#define USER "<o:UsernameToken><o:Username>alice</o:Username><o:Password>x</o:Password></o:UsernameToken>"
#define STAMP(from, to) "<u:Timestamp><u:Created>" from "</u:Created><u:Expires>" to "</u:Expires></u:Timestamp>"
#define GOOD_STAMP STAMP(START, "2026-03-01T12:05:00Z")
#define SENDER(subcode, text)                                                                                          \
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>" subcode "</s:Value></s:Subcode></s:Code>"       \
    "<s:Reason><s:Text>" text "</s:Text></s:Reason></s:Fault>"
#define PLAIN_FAULT(text)                                                                                              \
    "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>" text "</s:Text></s:Reason></s:Fault>"
#define DOTNET "http://schemas.microsoft.com/ws/2006/05/security"
#define FEB05 "http://schemas.xmlsoap.org/ws/2005/02/sc"
#define FAULT_ACTION "urn:fault"

/* ---- parts of a conversation ---------------------------------------------------------------------------------- */

static inline void note(Play *play, WsscSignKind kind, gboolean is_from_server, guint64 pair, guint value,
                        const char *text)
{
    g_autofree char *client = g_strdup_printf("192.0.2.1:%u", (guint)(5000 + play->stream));
    const WsscCarrierNote one = {.file = play->file,
                                 .frame = ++play->frame,
                                 .time = play->time += G_USEC_PER_SEC / 100,
                                 .stream = play->stream,
                                 .pair = pair,
                                 .kind = kind,
                                 .is_from_server = is_from_server,
                                 .phase = WSSC_TLS_ANSWERED,
                                 .client = client,
                                 .server = play->server != NULL ? play->server : "192.0.2.2:443",
                                 .value = value,
                                 .text = text,
                                 .media = kind == WSSC_SIGN_STATUS ? "text/html" : NULL};
    wssc_session_note(play->session, &one);
}

static inline void pass(Play *play, guint seconds)
{
    play->time += (gint64)seconds * G_USEC_PER_SEC;
}

static inline void request(Play *play, guint64 pair, const char *id, const char *security, const char *body)
{
    g_autofree char *header = g_strdup_printf(
        "<a:Action>" TRUST "/RST/SCT</a:Action><a:MessageID>%s</a:MessageID><o:Security>%s</o:Security>", id, security);
    say(play, FALSE, pair, header, body);
}

static inline void refuse(Play *play, guint64 pair, const char *id, const char *fault)
{
    g_autofree char *header = g_strdup_printf("<a:Action>" FAULT_ACTION "</a:Action><a:RelatesTo>%s</a:RelatesTo>", id);
    say(play, TRUE, pair, header, fault);
}

static inline void issue_as(Play *play, guint64 pair, const char *context)
{
    g_autofree char *id = g_strdup_printf("urn:issue:%u", play->frame);
    g_autofree char *header =
        g_strdup_printf("<a:Action>" TRUST "/RSTR/SCT</a:Action><a:RelatesTo>%s</a:RelatesTo>", id);
    g_autofree char *body = g_strdup_printf(
        RSTR("<t:RequestedSecurityToken><c:SecurityContextToken><c:Identifier>%s</c:Identifier>"
             "</c:SecurityContextToken></t:RequestedSecurityToken>" COMPUTED ENTROPY(SERVER_ENTROPY) HOUR),
        context);
    request(play, pair, id, GOOD_STAMP USER, RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    say(play, TRUE, pair, header, body);
}

/* A call under a context; more: further content of its Security header. Its id is that of the frame before. */
static inline char *call_as(Play *play, guint64 pair, const char *context, const char *more)
{
    char *id = g_strdup_printf("urn:call:%u", play->frame);
    g_autofree char *header = g_strdup_printf(
        "<a:Action>urn:app/call</a:Action><a:MessageID>%s</a:MessageID><o:Security>"
        "<c:SecurityContextToken><c:Identifier>%s</c:Identifier></c:SecurityContextToken>%s</o:Security>",
        id, context, more);
    say(play, FALSE, pair, header, "<q xmlns='urn:app'/>");
    return id;
}

static inline void serve(Play *play, guint64 pair, const char *id)
{
    g_autofree char *header = g_strdup_printf("<a:Action>urn:app/answer</a:Action><a:RelatesTo>%s</a:RelatesTo>", id);
    say(play, TRUE, pair, header, "<r xmlns='urn:app'/>");
}

static inline void call_served(Play *play, guint64 pair, const char *context)
{
    g_autofree char *id = call_as(play, pair, context, SIGNATURE);
    serve(play, pair, id);
}

static inline void call_refused(Play *play, guint64 pair, const char *context, const char *fault)
{
    g_autofree char *id = call_as(play, pair, context, SIGNATURE);
    refuse(play, pair, id, fault);
}

static inline void ask_again(Play *play, guint64 pair, const char *action, const char *type, const char *context)
{
    g_autofree char *header =
        g_strdup_printf("<a:Action>" TRUST "/RST/SCT/%s</a:Action><a:MessageID>urn:%s:%u</a:MessageID><o:Security>"
                        "<c:SecurityContextToken><c:Identifier>%s</c:Identifier></c:SecurityContextToken></o:Security>",
                        action, type, (guint)pair, context);
    g_autofree char *body =
        g_strdup_printf(RST("/%s", "<t:%sTarget><o:SecurityTokenReference><o:Reference URI='%s' ValueType='" SC
                                   "/sct'/></o:SecurityTokenReference></t:%sTarget>"),
                        action, action, context, action);
    say(play, FALSE, pair, header, body);
}

static inline void cancel_as(Play *play, guint64 pair, const char *context)
{
    ask_again(play, pair, "Cancel", "cancel", context);
    g_autofree char *header = g_strdup_printf(
        "<a:Action>" TRUST "/RSTR/SCT/Cancel</a:Action><a:RelatesTo>urn:cancel:%u</a:RelatesTo>", (guint)pair);
    say(play, TRUE, pair, header, CANCELLED);
}

static inline void next_connection(Play *play)
{
    play->stream++;
}

static inline void plain_call(Play *play)
{
    say(play, FALSE, 1, ID("urn:app/call", "urn:m:1"), "<q xmlns='urn:app'/>");
}

#define BAD_CONTEXT SENDER("c:BadContextToken", "no such context")
#define HIDDEN SENDER("o:InvalidSecurity", "An error was discovered processing the header")

/* The conversations of why_fixtures.def. */
#define FIXTURE(cause, raises, confidence, does_not)                                                                   \
    void play_##raises(Play *play);                                                                                    \
    void play_##does_not(Play *play);
#include "why_fixtures.def"
#undef FIXTURE
#define GROUND(cause, holds, confidence, words, does_not)                                                              \
    void play_##holds(Play *play);                                                                                     \
    void play_##does_not(Play *play);
#include "why_grounds.def"
#undef GROUND

/* Three contexts are issued and served, and the service ends all their connections at once. The stream of the first. */
static inline guint64 end_three(Play *play)
{
    guint64 first = play->stream;
    for (guint i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("urn:ctx:%u", i);
        play->stream = first + i;
        issue_as(play, 1, name);
        call_served(play, 2, name);
    }
    pass(play, 1);
    for (guint i = 0; i < 3; i++) {
        play->stream = first + i;
        note(play, WSSC_SIGN_FIN, TRUE, 0, 0, NULL);
    }
    return first;
}

#endif
