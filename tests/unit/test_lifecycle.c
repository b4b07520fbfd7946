/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which response answers which request, and what that does to a context: the ways that traffic takes besides
 * the straight one.
 */
#include <string.h>

#include "contexts/session.h"
#include "keys/psha.h"

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
#define RST(type, more) "<t:RequestSecurityToken><t:TokenType>" SC "/sct</t:TokenType><t:RequestType>" TRUST type "</t:RequestType>" more "</t:RequestSecurityToken>"
#define RSTR(more) "<t:RequestSecurityTokenResponseCollection><t:RequestSecurityTokenResponse>" more "</t:RequestSecurityTokenResponse></t:RequestSecurityTokenResponseCollection>"
#define TOKEN(id, inner) "<t:RequestedSecurityToken>" SCT(id, inner) "</t:RequestedSecurityToken>"
#define TARGET(what, id) "<t:" what "Target><o:SecurityTokenReference><o:Reference URI='" id "' ValueType='" SC "/sct'/></o:SecurityTokenReference></t:" what "Target>"
#define FAULT(code) "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>" code "</s:Value></s:Subcode></s:Code></s:Fault>"

typedef struct {
    WsscSession *session;
    guint file;
    guint32 frame;
    gint64 time;
    guint64 stream;
    const char *transport;
} Play;

static void begin(Play *play)
{
    *play = (Play){.session = wssc_session_new(), .stream = 1, .transport = "https", .time = wssc_time_parse(START)};
    play->file = wssc_session_add_file(play->session, "one");
}

static void end(Play *play)
{
    wssc_session_free(play->session);
}

/* pair 0: a carrier without pairs. */
static const WsscMessage *say(Play *play, gboolean is_response, guint64 pair, const char *header, const char *body)
{
    g_autofree char *text = g_strdup_printf(
        "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing' "
        "xmlns:t='" TRUST "' xmlns:c='" SC "' "
        "xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' "
        "xmlns:u='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'>"
        "<s:Header>%s</s:Header><s:Body>%s</s:Body></s:Envelope>", header, body);
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    g_autofree char *client = g_strdup_printf("192.0.2.1:%u", (guint)(5000 + play->stream));
    WsscUnit unit = {.file = play->file, .frame = ++play->frame, .time = play->time += G_USEC_PER_SEC / 100,
                     .src = is_response ? "192.0.2.2:443" : client, .dst = is_response ? client : "192.0.2.2:443",
                     .transport = play->transport, .is_protected = TRUE, .encoding = "text",
                     .direction = is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST,
                     .stream = play->stream, .pair = pair, .octets = octets};
    return wssc_session_feed(play->session, &unit);
}

#define ASK(play, pair, header, body) say(play, FALSE, pair, header, body)
#define ANSWER(play, pair, header, body) say(play, TRUE, pair, header, body)

static guint count(const Play *play, const char *name)
{
    const GPtrArray *findings = wssc_session_findings(play->session);
    guint n = 0;
    for (guint i = 0; i < findings->len; i++) {
        const WsscFinding *finding = findings->pdata[i];
        n += strcmp(wssc_finding_info(finding->id)->name, name) == 0;
    }
    return n;
}

/* No finding above chat. */
static void check_calm(const Play *play)
{
    const GPtrArray *findings = wssc_session_findings(play->session);
    for (guint i = 0; i < findings->len; i++) {
        const WsscFinding *finding = findings->pdata[i];
        if (finding->severity > WSSC_SEVERITY_CHAT)
            g_error("%s in frame %u: %s", wssc_finding_info(finding->id)->name, finding->frame, finding->text);
    }
}

static const WsscContext *context(const Play *play, const char *identifier)
{
    const WsscContext *found = wssc_session_context(play->session, identifier);
    g_assert_nonnull(found);
    return found;
}

static void check_state(const Play *play, const char *identifier, const char *state)
{
    g_assert_cmpstr(wssc_state_name(context(play, identifier)->state), ==, state);
}

static void issue(Play *play, guint64 pair)
{
    ASK(play, pair, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    ANSWER(play, pair, RE(TRUST "/RSTR/SCT", "urn:m:1"),
           RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
}

static void call(Play *play, guint64 pair, const char *instance)
{
    g_autofree char *id = g_strdup_printf("urn:call:%u", play->frame);
    g_autofree char *header = g_strdup_printf(ID("urn:app/call", "%s") SECURITY(SCT("urn:ctx", "%s")), id, instance);
    g_autofree char *back = g_strdup_printf(RE("urn:app/answer", "%s"), id);
    ASK(play, pair, header, "<q xmlns='urn:app'/>");
    ANSWER(play, pair, back, "<r xmlns='urn:app'/>");
}

static void cancel(Play *play, guint64 pair, const char *body)
{
    ASK(play, pair, ID(TRUST "/RST/SCT/Cancel", "urn:m:9") SECURITY(SCT("urn:ctx", "")),
        RST("/Cancel", TARGET("Cancel", "urn:ctx")));
    ANSWER(play, pair, RE(TRUST "/RSTR/SCT/Cancel", "urn:m:9"), body);
}

#define CANCELLED RSTR("<t:RequestedTokenCancelled/>")

static void finish(Play *play)
{
    wssc_session_finish(play->session, play->time);
}

/* ---- matching ------------------------------------------------------------------------------------------------- */

/* A proxy between client and service, the capture on the proxy: each message is seen twice. */
static void test_relayed(void)
{
    Play play;
    begin(&play);
    for (guint i = 1; i <= 2; i++) {
        play.stream = i;
        ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    }
    for (guint i = 2; i >= 1; i--) {
        play.stream = i;
        ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"),
               RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
    }
    for (guint i = 1; i <= 2; i++) {
        play.stream = i;
        ASK(&play, 2, ID(TRUST "/RST/SCT/Renew", "urn:m:2") SECURITY(SCT("urn:ctx", "")),
            RST("/Renew", TARGET("Renew", "urn:ctx") ENTROPY("MAECAw==")));
    }
    for (guint i = 2; i >= 1; i--) {
        play.stream = i;
        ANSWER(&play, 2, RE(TRUST "/RSTR/SCT/Renew", "urn:m:2"),
               RSTR(TOKEN("urn:ctx", INSTANCE("urn:k2")) COMPUTED ENTROPY("QAECAw==")));
    }
    finish(&play);
    check_calm(&play);
    g_assert_cmpuint(wssc_session_contexts(play.session)->len, ==, 1);
    g_assert_cmpuint(context(&play, "urn:ctx")->instances->len, ==, 2);
    g_assert_cmpuint(context(&play, "urn:ctx")->renewals, ==, 1);
    const GPtrArray *exchanges = wssc_session_exchanges(play.session);
    g_assert_cmpuint(exchanges->len, ==, 4);
    for (guint i = 0; i < exchanges->len; i++)
        g_assert_cmpstr(((const WsscExchange *)exchanges->pdata[i])->outcome, ==, "done");
    end(&play);
}

/* Two clients at once, answered in the other order, the MessageIDs apart only by their connection. */
static void test_interleaved(void)
{
    Play play;
    begin(&play);
    ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    play.stream = 2;
    ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY("AAAA")));
    ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), RSTR(TOKEN("urn:b", "") HOUR));
    play.stream = 1;
    ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), RSTR(TOKEN("urn:a", "") HOUR));
    finish(&play);
    check_calm(&play);
    g_assert_cmpuint(((WsscInstance *)context(&play, "urn:a")->instances->pdata[0])->key->len, ==, 32);
    g_assert_cmpuint(((WsscInstance *)context(&play, "urn:b")->instances->pdata[0])->key->len, ==, 3);
    g_assert_cmpstr(context(&play, "urn:a")->requestor, ==, "192.0.2.1:5001");
    end(&play);
}

static void test_without_relates_to(void)
{
    Play play;
    begin(&play);
    /* By the pair of HTTP. */
    ASK(&play, 7, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    ANSWER(&play, 7, "", RSTR(TOKEN("urn:ctx", "") HOUR));
    /* By being the only one under way. */
    play.transport = "net.tcp+tls";
    const WsscMessage *request = ASK(&play, 0, ID("urn:call", "urn:m:2") SECURITY(SCT("urn:ctx", "")), "<q/>");
    const WsscMessage *answer = ANSWER(&play, 0, "<a:Action>urn:answer</a:Action>", "<r/>");
    g_assert_true(answer->exchange->request == request);
    /* Two are under way: nobody knows. */
    ASK(&play, 0, ID("urn:call", "urn:m:3"), "<q/>");
    ASK(&play, 0, ID("urn:call", "urn:m:4"), "<q/>");
    answer = ANSWER(&play, 0, "<a:Action>urn:answer</a:Action>", "<r/>");
    g_assert_null(answer->exchange->request);
    finish(&play);
    check_state(&play, "urn:ctx", "abandoned");
    end(&play);
}

/* A service that calls back on a duplex connection, and the client's answer to that. */
static void test_callback(void)
{
    Play play;
    begin(&play);
    play.transport = "net.tcp+tls";
    issue(&play, 0);
    const WsscMessage *callback = ANSWER(&play, 0, ID("urn:callback", "urn:s:1") SECURITY(SCT("urn:ctx", "")), "<q/>");
    const WsscMessage *answer = ASK(&play, 0, RE("urn:callback-answer", "urn:s:1") SECURITY(SCT("urn:ctx", "")), "<r/>");
    g_assert_false(callback->is_response);
    g_assert_true(answer->is_response);
    g_assert_true(answer->exchange->request == callback);
    finish(&play);
    check_calm(&play);
    g_assert_cmpstr(context(&play, "urn:ctx")->requestor, ==, "192.0.2.1:5001");
    end(&play);
}

/* The answer comes as an HTTP request of its own to the address in ReplyTo. */
static void test_asynchronous(void)
{
    Play play;
    begin(&play);
    ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    wssc_session_note_status(play.session, play.file, 2, play.time, 1, 1, 202);
    play.stream = 2;
    const WsscMessage *answer =
        ASK(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), RSTR(TOKEN("urn:ctx", "") HOUR));
    g_assert_true(answer->is_response);
    finish(&play);
    check_calm(&play);
    check_state(&play, "urn:ctx", "abandoned");
    g_assert_nonnull(((WsscInstance *)context(&play, "urn:ctx")->instances->pdata[0])->key);
    end(&play);
}

static void test_carrier(void)
{
    Play play;
    begin(&play);
    ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    wssc_session_note_status(play.session, play.file, 2, play.time, 1, 1, 404);
    ASK(&play, 2, ID(TRUST "/RST/SCT", "urn:m:2"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    wssc_session_note_reset(play.session, play.file, 4, play.time, 1, "192.0.2.2:80");
    finish(&play);
    const GPtrArray *contexts = wssc_session_contexts(play.session);
    g_assert_cmpint(((WsscContext *)contexts->pdata[0])->state, ==, WSSC_STATE_REFUSED);
    g_assert_cmpint(((WsscContext *)contexts->pdata[1])->state, ==, WSSC_STATE_ABANDONED);
    g_assert_cmpuint(count(&play, "fault-response"), ==, 1);
    g_assert_cmpuint(count(&play, "no-response"), ==, 1);
    end(&play);
}

/* ---- negotiations and nested contexts -------------------------------------------------------------------------- */

#define LEG "<t:BinaryExchange ValueType=' http://schemas.xmlsoap.org/ws/2005/02/trust/spnego' EncodingType='urn:b'>AAAA</t:BinaryExchange>"
#define LEG_RSTR(more) "<t:RequestSecurityTokenResponse Context='urn:n'>" more "</t:RequestSecurityTokenResponse>"

static void negotiate(Play *play, gboolean is_complete)
{
    ASK(play, 1, ID(TRUST "/RST/Issue", "urn:n:1"),
        "<t:RequestSecurityToken Context='urn:n'><t:TokenType>" SC "/sct</t:TokenType><t:RequestType>" TRUST
        "/Issue</t:RequestType>" LEG "</t:RequestSecurityToken>");
    ANSWER(play, 1, RE(TRUST "/RSTR/Issue", "urn:n:1"), LEG_RSTR(LEG));
    ASK(play, 2, ID(TRUST "/RSTR/Issue", "urn:n:2"), LEG_RSTR(LEG));
    if (is_complete)
        ANSWER(play, 2, RE(TRUST "/RSTRC/IssueFinal", "urn:n:2"),
               "<t:RequestSecurityTokenResponseCollection>" LEG_RSTR(
                   TOKEN("urn:spnego", "") "<t:RequestedProofToken><t:BinarySecret>AAECAwQFBgcICQoLDA0ODw==</t:BinarySecret></t:RequestedProofToken>" HOUR)
               LEG_RSTR("<t:Authenticator><t:CombinedHash>AAAA</t:CombinedHash></t:Authenticator>")
               "</t:RequestSecurityTokenResponseCollection>");
}

static void test_negotiation(void)
{
    Play play;
    begin(&play);
    negotiate(&play, TRUE);
    finish(&play);
    check_calm(&play);
    const GPtrArray *exchanges = wssc_session_exchanges(play.session);
    g_assert_cmpuint(exchanges->len, ==, 1);
    const WsscExchange *exchange = exchanges->pdata[0];
    g_assert_cmpuint(exchange->legs->len, ==, 4);
    g_assert_cmpstr(exchange->outcome, ==, "done");
    g_assert_cmpuint(context(&play, "urn:spnego")->messages, ==, 4);
    g_assert_cmpuint(wssc_session_contexts(play.session)->len, ==, 1);
    end(&play);

    begin(&play);
    negotiate(&play, FALSE);
    finish(&play);
    g_assert_cmpstr(((const WsscExchange *)wssc_session_exchanges(play.session)->pdata[0])->outcome, ==, "no-response");
    g_assert_cmpuint(count(&play, "no-response"), ==, 1);
    end(&play);
}

/* WCF: the negotiated context protects the request for the session's own. */
static void test_nested(void)
{
    Play play;
    begin(&play);
    negotiate(&play, TRUE);
    ASK(&play, 3, ID(TRUST "/RST/SCT", "urn:m:1") SECURITY(SCT("urn:spnego", "")), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    ANSWER(&play, 3, RE(TRUST "/RSTR/SCT", "urn:m:1") SECURITY(SCT("urn:spnego", "")),
           RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
    call(&play, 4, "");
    finish(&play);
    check_calm(&play);
    g_assert_cmpuint(wssc_session_contexts(play.session)->len, ==, 2);
    g_assert_cmpuint(context(&play, "urn:spnego")->instances->len, ==, 1);
    g_assert_cmpuint(((WsscInstance *)context(&play, "urn:spnego")->instances->pdata[0])->key->len, ==, 16);
    g_assert_cmpuint(((WsscInstance *)context(&play, "urn:ctx")->instances->pdata[0])->key->len, ==, 32);
    g_assert_cmpstr(context(&play, "urn:ctx")->bootstrap->pdata[0], ==, "sct");
    g_assert_nonnull(context(&play, "urn:ctx")->established_by);
    end(&play);
}

/* ---- renew, amend, cancel --------------------------------------------------------------------------------------- */

static void renew(Play *play, guint64 pair, const char *material, const char *answer)
{
    g_autofree char *id = g_strdup_printf("urn:renew:%u", play->frame);
    g_autofree char *header = g_strdup_printf(ID(TRUST "/RST/SCT/Renew", "%s") SECURITY(SCT("urn:ctx", "")), id);
    g_autofree char *back = g_strdup_printf(RE(TRUST "/RSTR/SCT/Renew", "%s"), id);
    g_autofree char *body = g_strdup_printf(RST("/Renew", TARGET("Renew", "urn:ctx") "%s"), material);
    ASK(play, pair, header, body);
    ANSWER(play, pair, back, answer);
}

/* The same key for longer: nothing is new but the lifetime. */
static void test_renewal_keeps_key(void)
{
    static const char *const answers[] = {
        RSTR(TOKEN("urn:ctx", "") LIFETIME("2026-03-01T12:50:00Z", "2026-03-01T14:00:00Z")),
        RSTR(LIFETIME("2026-03-01T12:50:00Z", "2026-03-01T14:00:00Z")),
    };
    for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
        Play play;
        begin(&play);
        issue(&play, 1);
        play.time += (gint64)50 * 60 * G_USEC_PER_SEC;
        renew(&play, 2, "", answers[i]);
        play.time += (gint64)60 * 60 * G_USEC_PER_SEC;
        call(&play, 3, "");
        finish(&play);
        check_calm(&play);
        g_assert_cmpuint(context(&play, "urn:ctx")->instances->len, ==, 1);
        g_assert_cmpuint(context(&play, "urn:ctx")->renewals, ==, 1);
        check_state(&play, "urn:ctx", "abandoned");
        end(&play);
    }
}

static void test_renewal_names_kept_key(void)
{
    Play play;
    begin(&play);
    issue(&play, 1);
    renew(&play, 2, "", RSTR(TOKEN("urn:ctx", INSTANCE("urn:k2")) HOUR));
    call(&play, 3, INSTANCE("urn:k2"));
    finish(&play);
    check_calm(&play);
    const GPtrArray *instances = context(&play, "urn:ctx")->instances;
    g_assert_cmpuint(instances->len, ==, 2);
    g_assert_cmpstr(((WsscInstance *)instances->pdata[0])->key_fingerprint, ==,
                    ((WsscInstance *)instances->pdata[1])->key_fingerprint);
    end(&play);
}

/* A new key under the old name: told apart by the order of issue. */
static void test_renewal_without_instance(void)
{
    Play play;
    begin(&play);
    issue(&play, 1);
    call(&play, 2, "");
    renew(&play, 3, ENTROPY("MAECAw=="), RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY("QAECAw==") HOUR));
    call(&play, 4, "");
    finish(&play);
    check_calm(&play);
    const GPtrArray *instances = context(&play, "urn:ctx")->instances;
    g_assert_cmpuint(instances->len, ==, 2);
    g_assert_cmpstr(((WsscInstance *)instances->pdata[0])->key_fingerprint, !=,
                    ((WsscInstance *)instances->pdata[1])->key_fingerprint);
    end(&play);
}

static void test_renewal_refused(void)
{
    static const struct {
        const char *before, *refusal, *state;
    } cases[] = {
        {"<r/>", FAULT("t:UnableToRenew"), "abandoned"},
        {FAULT("c:RenewNeeded"), FAULT("t:InvalidRequest"), "expired"},
        {"<r/>", FAULT("c:BadContextToken"), "refused"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Play play;
        begin(&play);
        issue(&play, 1);
        ASK(&play, 2, ID("urn:call", "urn:m:5") SECURITY(SCT("urn:ctx", "")), "<q/>");
        ANSWER(&play, 2, RE("urn:answer", "urn:m:5"), cases[i].before);
        renew(&play, 3, ENTROPY("MAECAw=="), cases[i].refusal);
        finish(&play);
        check_state(&play, "urn:ctx", cases[i].state);
        g_assert_cmpuint(context(&play, "urn:ctx")->renewals, ==, 0);
        end(&play);
    }
}

static void test_rollover(void)
{
    Play play;
    begin(&play);
    issue(&play, 1);
    call(&play, 2, "");
    renew(&play, 3, ENTROPY("MAECAw=="), RSTR(TOKEN("urn:ctx", INSTANCE("urn:k2")) COMPUTED ENTROPY("QAECAw==") HOUR));
    g_assert_cmpint(context(&play, "urn:ctx")->state, ==, WSSC_STATE_RENEWING);
    call(&play, 4, "");
    g_assert_cmpint(context(&play, "urn:ctx")->state, ==, WSSC_STATE_RENEWING);
    call(&play, 5, INSTANCE("urn:k2"));
    g_assert_cmpint(context(&play, "urn:ctx")->state, ==, WSSC_STATE_ROLLOVER);
    call(&play, 6, INSTANCE("urn:k2"));
    g_assert_cmpint(context(&play, "urn:ctx")->state, ==, WSSC_STATE_ACTIVE);
    cancel(&play, 7, CANCELLED);
    renew(&play, 8, ENTROPY("MAECAw=="), FAULT("c:BadContextToken"));
    finish(&play);
    check_state(&play, "urn:ctx", "cancelled");
    g_assert_cmpuint(count(&play, "use-after-cancel"), ==, 1);
    end(&play);
}

static void test_amend(void)
{
    Play play;
    begin(&play);
    issue(&play, 1);
    ASK(&play, 2, ID(TRUST "/RST/SCT/Amend", "urn:m:2") SECURITY(SCT("urn:ctx", "")), RST("/Issue", ""));
    ANSWER(&play, 2, RE(TRUST "/RSTR/SCT/Amend", "urn:m:2"), RSTR(TOKEN("urn:ctx", "") HOUR));
    call(&play, 3, "");
    finish(&play);
    check_calm(&play);
    g_assert_cmpuint(context(&play, "urn:ctx")->instances->len, ==, 1);
    g_assert_cmpuint(context(&play, "urn:ctx")->renewals, ==, 0);
    end(&play);
}

static void test_cancel(void)
{
    Play play;
    begin(&play);
    issue(&play, 1);
    cancel(&play, 2, FAULT("t:RequestFailed"));
    call(&play, 3, "");
    finish(&play);
    check_state(&play, "urn:ctx", "abandoned");
    g_assert_cmpuint(count(&play, "use-after-cancel"), ==, 0);
    end(&play);

    /* The service cancels. */
    begin(&play);
    play.transport = "net.tcp";
    issue(&play, 0);
    const WsscMessage *asked = ANSWER(&play, 0, ID(TRUST "/RST/SCT/Cancel", "urn:s:1") SECURITY(SCT("urn:ctx", "")),
                                      RST("/Cancel", TARGET("Cancel", "urn:ctx")));
    g_assert_false(asked->is_response);
    ASK(&play, 0, RE(TRUST "/RSTR/SCT/Cancel", "urn:s:1"), CANCELLED);
    finish(&play);
    check_calm(&play);
    check_state(&play, "urn:ctx", "cancelled");
    end(&play);
}

/* ---- what is not there, or later -------------------------------------------------------------------------------- */

static void test_lost_halves(void)
{
    Play play;
    begin(&play);
    ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    call(&play, 2, "");
    finish(&play);
    g_assert_cmpuint(wssc_session_contexts(play.session)->len, ==, 2);
    check_state(&play, "urn:ctx", "observed");
    g_assert_cmpint(((WsscContext *)wssc_session_contexts(play.session)->pdata[0])->state, ==, WSSC_STATE_ABANDONED);
    end(&play);

    begin(&play);
    ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
    call(&play, 2, "");
    finish(&play);
    check_state(&play, "urn:ctx", "abandoned");
    const WsscInstance *instance = context(&play, "urn:ctx")->instances->pdata[0];
    g_assert_null(instance->key);
    g_assert_nonnull(strstr(instance->key_missing, "request"));
    g_assert_cmpuint(count(&play, "unsolicited-response"), ==, 1);
    end(&play);
}

/* Files in another order than time: the use first, then the response, the request last. */
static void test_other_order(void)
{
    Play play;
    begin(&play);
    play.time += 60 * G_USEC_PER_SEC;
    call(&play, 1, "");
    cancel(&play, 2, CANCELLED);
    g_assert_cmpint(context(&play, "urn:ctx")->state, ==, WSSC_STATE_OBSERVED);
    play.file = wssc_session_add_file(play.session, "two");
    play.time -= 50 * G_USEC_PER_SEC;
    ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
    g_assert_cmpint(context(&play, "urn:ctx")->state, ==, WSSC_STATE_CANCELLED);
    g_assert_cmpuint(count(&play, "unsolicited-response"), ==, 1);
    play.file = wssc_session_add_file(play.session, "three");
    play.time -= 5 * G_USEC_PER_SEC;
    ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    finish(&play);
    check_calm(&play);
    g_assert_cmpuint(wssc_session_contexts(play.session)->len, ==, 1);
    const WsscInstance *instance = context(&play, "urn:ctx")->instances->pdata[0];
    g_assert_nonnull(instance->key);
    g_autoptr(GBytes) secret = wssc_base64_decode(CLIENT_ENTROPY, strlen(CLIENT_ENTROPY));
    g_autoptr(GBytes) seed = wssc_base64_decode(SERVER_ENTROPY, strlen(SERVER_ENTROPY));
    WsscSecret *expected = wssc_psha("SHA1", wssc_bytes_of(secret), wssc_bytes_of(seed), 0, 32);
    g_assert_true(wssc_secret_equal(instance->key, expected));
    wssc_secret_unref(expected);
    end(&play);
}

/* The same traffic again in a second file, captured elsewhere: nothing new happened. */
static void test_captured_twice(void)
{
    Play play;
    begin(&play);
    for (guint i = 0; i < 2; i++) {
        play.time = wssc_time_parse(START) + i; /* the other capture's clock */
        play.frame = 0;
        play.stream = 1 + i;
        if (i == 1)
            play.file = wssc_session_add_file(play.session, "two");
        issue(&play, 1);
        call(&play, 2, "");
        renew(&play, 3, ENTROPY("MAECAw=="), RSTR(TOKEN("urn:ctx", INSTANCE("urn:k2")) COMPUTED ENTROPY("QAECAw==") HOUR));
        call(&play, 4, INSTANCE("urn:k2"));
        cancel(&play, 5, CANCELLED);
    }
    finish(&play);
    check_calm(&play);
    g_assert_cmpuint(wssc_session_contexts(play.session)->len, ==, 1);
    check_state(&play, "urn:ctx", "cancelled");
    g_assert_cmpuint(context(&play, "urn:ctx")->renewals, ==, 1);
    g_assert_cmpuint(context(&play, "urn:ctx")->instances->len, ==, 2);
    end(&play);
}

/* ---- keys ----------------------------------------------------------------------------------------------------------- */

/* KeySize of the response, else of the request, else 256 bits (WS-Trust 1.4 section 9.2). */
static void test_key_size(void)
{
    static const struct {
        const char *asked, *given;
        gsize octets;
    } cases[] = {{"128", "192", 24}, {"128", NULL, 16}, {NULL, NULL, 32}, {NULL, "512", 64}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Play play;
        begin(&play);
        g_autofree char *asked = cases[i].asked != NULL ? g_strdup_printf("<t:KeySize>%s</t:KeySize>", cases[i].asked) : g_strdup("");
        g_autofree char *given = cases[i].given != NULL ? g_strdup_printf("<t:KeySize>%s</t:KeySize>", cases[i].given) : g_strdup("");
        g_autofree char *rst = g_strdup_printf(RST("/Issue", ENTROPY(CLIENT_ENTROPY) "%s"), asked);
        g_autofree char *rstr = g_strdup_printf(RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR "%s"), given);
        ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), rst);
        ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), rstr);
        const WsscInstance *instance = context(&play, "urn:ctx")->instances->pdata[0];
        g_assert_cmpuint(instance->key->len, ==, cases[i].octets);
        g_assert_cmpint(instance->key_size, ==, (gint64)cases[i].octets * 8);
        end(&play);
    }
}

static void test_entropy_modes(void)
{
    static const struct {
        const char *asked, *given;
        WsscEntropyMode mode;
        gsize octets;
    } cases[] = {
        {ENTROPY(CLIENT_ENTROPY), "", WSSC_ENTROPY_CLIENT, 32},
        {ENTROPY("AAECAwQFBgc="), "<t:RequestedProofToken><t:BinarySecret Type='" TRUST "/Nonce'>AAECAwQFBgc=</t:BinarySecret></t:RequestedProofToken>", WSSC_ENTROPY_CLIENT, 8},
        {ENTROPY(CLIENT_ENTROPY), "<t:RequestedProofToken><t:BinarySecret>AAECAwQFBgc=</t:BinarySecret></t:RequestedProofToken>", WSSC_ENTROPY_SERVER, 8},
        {"", "<t:RequestedProofToken><t:BinarySecret>AAECAwQFBgc=</t:BinarySecret></t:RequestedProofToken>", WSSC_ENTROPY_SERVER, 8},
        {ENTROPY(CLIENT_ENTROPY), ENTROPY(SERVER_ENTROPY), WSSC_ENTROPY_COMBINED, 32},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Play play;
        begin(&play);
        g_autofree char *rst = g_strdup_printf(RST("/Issue", "%s"), cases[i].asked);
        g_autofree char *rstr = g_strdup_printf(RSTR(TOKEN("urn:ctx", "") "%s" HOUR), cases[i].given);
        ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), rst);
        ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), rstr);
        const WsscInstance *instance = context(&play, "urn:ctx")->instances->pdata[0];
        g_assert_cmpint(instance->entropy_mode, ==, cases[i].mode);
        g_assert_cmpuint(instance->key->len, ==, cases[i].octets);
        end(&play);
    }
}

static void test_no_secret(void)
{
    Play play;
    begin(&play);
    ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", "<t:KeyType>" TRUST "/PublicKey</t:KeyType>"));
    ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), RSTR(TOKEN("urn:ctx", "") HOUR));
    finish(&play);
    check_calm(&play);
    end(&play);
}

static void test_key_file(void)
{
    Play play;
    begin(&play);
    WsscSecret *secret = wssc_secret_new("0123456789abcdef", 16);
    wssc_keyring_add_context(wssc_session_keyring(play.session), "urn:ctx", NULL, secret,
                             (WsscKeyOrigin){.source = WSSC_KEY_FROM_KEYFILE, .line = 3});
    call(&play, 1, "");
    finish(&play);
    const WsscInstance *instance = context(&play, "urn:ctx")->instances->pdata[0];
    g_assert_true(wssc_secret_equal(instance->key, secret));
    g_assert_cmpint(instance->key_origin.source, ==, WSSC_KEY_FROM_KEYFILE);
    g_assert_cmpint(instance->key_size, ==, 128);
    wssc_secret_unref(secret);
    end(&play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/exchange/relayed", test_relayed);
    g_test_add_func("/exchange/interleaved", test_interleaved);
    g_test_add_func("/exchange/without-relates-to", test_without_relates_to);
    g_test_add_func("/exchange/callback", test_callback);
    g_test_add_func("/exchange/asynchronous", test_asynchronous);
    g_test_add_func("/exchange/carrier", test_carrier);
    g_test_add_func("/exchange/negotiation", test_negotiation);
    g_test_add_func("/context/nested", test_nested);
    g_test_add_func("/context/renewal-keeps-key", test_renewal_keeps_key);
    g_test_add_func("/context/renewal-names-kept-key", test_renewal_names_kept_key);
    g_test_add_func("/context/renewal-without-instance", test_renewal_without_instance);
    g_test_add_func("/context/renewal-refused", test_renewal_refused);
    g_test_add_func("/context/rollover", test_rollover);
    g_test_add_func("/context/amend", test_amend);
    g_test_add_func("/context/cancel", test_cancel);
    g_test_add_func("/context/lost-halves", test_lost_halves);
    g_test_add_func("/context/other-order", test_other_order);
    g_test_add_func("/context/captured-twice", test_captured_twice);
    g_test_add_func("/key/size", test_key_size);
    g_test_add_func("/key/entropy-modes", test_entropy_modes);
    g_test_add_func("/key/no-secret", test_no_secret);
    g_test_add_func("/key/key-file", test_key_file);
    return g_test_run();
}
