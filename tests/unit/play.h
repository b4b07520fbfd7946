/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations made by hand, message by message, for one session.
 */
#ifndef PLAY_H
#define PLAY_H

#include <string.h>

#include "session/session.h"

#define TRUST "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define SC "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512"
#define START "2026-03-01T12:00:00Z"
#define CLIENT_ENTROPY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define SERVER_ENTROPY "IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

#define ID(action, id) "<a:Action>" action "</a:Action><a:MessageID>" id "</a:MessageID>"
#define RE(action, id) "<a:Action>" action "</a:Action><a:RelatesTo>" id "</a:RelatesTo>"
#define SECURITY(content) "<o:Security>" content "</o:Security>"
#define SCT(id, inner) "<c:SecurityContextToken><c:Identifier>" id "</c:Identifier>" inner "</c:SecurityContextToken>"
#define INSTANCE(name) "<c:Instance>" name "</c:Instance>"
#define ENTROPY(base64) "<t:Entropy><t:BinarySecret>" base64 "</t:BinarySecret></t:Entropy>"
#define COMPUTED "<t:RequestedProofToken><t:ComputedKey>" TRUST "/CK/PSHA1</t:ComputedKey></t:RequestedProofToken>"
#define LIFETIME(from, to) "<t:Lifetime><u:Created>" from "</u:Created><u:Expires>" to "</u:Expires></t:Lifetime>"
#define HOUR LIFETIME(START, "2026-03-01T13:00:00Z")
#define RST(type, more)                                                                                                \
    "<t:RequestSecurityToken><t:TokenType>" SC "/sct</t:TokenType><t:RequestType>" TRUST type "</t:RequestType>" more  \
    "</t:RequestSecurityToken>"
#define RSTR(more)                                                                                                     \
    "<t:RequestSecurityTokenResponseCollection><t:RequestSecurityTokenResponse>" more                                  \
    "</t:RequestSecurityTokenResponse></t:RequestSecurityTokenResponseCollection>"
#define TOKEN(id, inner) "<t:RequestedSecurityToken>" SCT(id, inner) "</t:RequestedSecurityToken>"
#define TARGET(what, id)                                                                                               \
    "<t:" what "Target><o:SecurityTokenReference><o:Reference URI='" id "' ValueType='" SC                             \
    "/sct'/></o:SecurityTokenReference></t:" what "Target>"
#define FAULT(code)                                                                                                    \
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>" code "</s:Value></s:Subcode></s:Code></"        \
    "s:Fault>"

typedef struct {
    WsscSession *session;
    guint file;
    guint32 frame;
    gint64 time;
    guint64 stream;
    WsscTransport transport;
    const char *server, *host; /* NULL: 192.0.2.2:443, none */
    const char *client;        /* without its port; NULL: 192.0.2.1 */
    gboolean is_other_end_heard;
    const char *agent; /* of the server, in its answers; or NULL */
} Play;

static inline void begin(Play *play)
{
    *play = (Play){
        .session = wssc_session_new(), .stream = 1, .transport = WSSC_TRANSPORT_HTTPS, .time = wssc_time_parse(START)};
    play->file = wssc_session_add_file(play->session, "one");
}

static inline void end(Play *play)
{
    wssc_session_free(play->session);
}

/* pair 0: a carrier without pairs. */
static inline const WsscMessage *say(Play *play, gboolean is_response, guint64 pair, const char *header,
                                     const char *body)
{
    g_autofree char *text = g_strdup_printf(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing' "
        "xmlns:t='" TRUST "' xmlns:c='" SC "' "
        "xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' "
        "xmlns:u='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'>"
        "<s:Header>%s</s:Header><s:Body>%s</s:Body></s:Envelope>",
        header, body);
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    g_autofree char *client =
        g_strdup_printf("%s:%u", play->client != NULL ? play->client : "192.0.2.1", (guint)(5000 + play->stream));
    const char *server = play->server != NULL ? play->server : "192.0.2.2:443";
    WsscUnit unit = {.file = play->file,
                     .frame = ++play->frame,
                     .time = play->time += G_USEC_PER_SEC / 100,
                     .src = is_response ? server : client,
                     .dst = is_response ? client : server,
                     .transport = play->transport,
                     .is_protected = play->transport != WSSC_TRANSPORT_HTTP,
                     .encoding = WSSC_ENCODING_TEXT,
                     .direction = is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST,
                     .stream = play->stream,
                     .pair = pair,
                     .is_other_end_heard = play->is_other_end_heard,
                     .host = is_response ? NULL : play->host,
                     .agent = is_response ? play->agent : NULL,
                     .octets = octets};
    return wssc_session_feed(play->session, &unit);
}

#define ASK(play, pair, header, body) say(play, FALSE, pair, header, body)
#define ANSWER(play, pair, header, body) say(play, TRUE, pair, header, body)

static inline guint count(const Play *play, const char *name)
{
    const GPtrArray *findings = wssc_session_findings(play->session);
    guint n = 0;
    for (guint i = 0; i < findings->len; i++) {
        const WsscFinding *finding = findings->pdata[i];
        n += strcmp(wssc_finding_info(finding->id)->name, name) == 0;
    }
    return n;
}

/* No finding above chat, but that what is played is not signed. */
static inline void check_calm(const Play *play)
{
    const GPtrArray *findings = wssc_session_findings(play->session);
    for (guint i = 0; i < findings->len; i++) {
        const WsscFinding *finding = findings->pdata[i];
        if (finding->severity > WSSC_SEVERITY_CHAT && finding->id != WSSC_FINDING_CONTEXT_UNPROVEN)
            g_error("%s in frame %u: %s", wssc_finding_info(finding->id)->name, finding->frame, finding->text);
    }
}

static inline const WsscContext *context(const Play *play, const char *identifier)
{
    const WsscContext *found = wssc_session_context(play->session, identifier);
    g_assert_nonnull(found);
    return found;
}

static inline void check_state(const Play *play, const char *identifier, const char *state)
{
    g_assert_cmpstr(wssc_state_name(context(play, identifier)->state), ==, state);
}

static inline void issue(Play *play, guint64 pair)
{
    ASK(play, pair, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    ANSWER(play, pair, RE(TRUST "/RSTR/SCT", "urn:m:1"),
           RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
}

static inline void call(Play *play, guint64 pair, const char *instance)
{
    g_autofree char *id = g_strdup_printf("urn:call:%u", play->frame);
    g_autofree char *header = g_strdup_printf(ID("urn:app/call", "%s") SECURITY(SCT("urn:ctx", "%s")), id, instance);
    g_autofree char *back = g_strdup_printf(RE("urn:app/answer", "%s"), id);
    ASK(play, pair, header, "<q xmlns='urn:app'/>");
    ANSWER(play, pair, back, "<r xmlns='urn:app'/>");
}

static inline void cancel(Play *play, guint64 pair, const char *body)
{
    ASK(play, pair, ID(TRUST "/RST/SCT/Cancel", "urn:m:9") SECURITY(SCT("urn:ctx", "")),
        RST("/Cancel", TARGET("Cancel", "urn:ctx")));
    ANSWER(play, pair, RE(TRUST "/RSTR/SCT/Cancel", "urn:m:9"), body);
}

#define CANCELLED RSTR("<t:RequestedTokenCancelled/>")

static inline void finish(Play *play)
{
    wssc_session_finish(play->session, play->time);
}

/* From the issue of an assertion that is good for ten minutes to the context that it is shown for, so many minutes
 * later. */
#define ASSERTION                                                                                                      \
    "<Assertion xmlns='urn:oasis:names:tc:SAML:2.0:assertion' ID='a1'><Issuer>sts</Issuer><Subject><NameID>alice"      \
    "</NameID></Subject><Conditions NotBefore='2026-03-01T12:00:00Z' "                                                 \
    "NotOnOrAfter='2026-03-01T12:10:00Z'/></Assertion>"

static inline void play_issued_token(Play *play, gint64 minutes)
{
    ASK(play, 1, ID(TRUST "/RST/Issue", "urn:m:1"),
        "<t:RequestSecurityToken><t:TokenType>urn:oasis:names:tc:SAML:2.0:assertion</t:TokenType><t:RequestType>" TRUST
        "/Issue</t:RequestType></t:RequestSecurityToken>");
    ANSWER(play, 1, RE(TRUST "/RSTRC/IssueFinal", "urn:m:1"),
           RSTR("<t:RequestedSecurityToken>" ASSERTION "</t:RequestedSecurityToken>"));
    play->time += minutes * 60 * G_USEC_PER_SEC;
    play->server = "192.0.2.7:443";
    ASK(play, 2, ID(TRUST "/RST/SCT", "urn:m:2") SECURITY(ASSERTION), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    ANSWER(play, 2, RE(TRUST "/RSTR/SCT", "urn:m:2"), RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
}

#endif
