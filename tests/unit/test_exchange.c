/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which response answers which request: the ways that traffic takes besides the straight one.
 */
#include "play.h"

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
        g_assert_cmpint(((const WsscExchange *)exchanges->pdata[i])->outcome, ==, WSSC_OUTCOME_DONE);
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
    play.transport = WSSC_TRANSPORT_NETTCP_TLS;
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
    play.transport = WSSC_TRANSPORT_NETTCP_TLS;
    issue(&play, 0);
    const WsscMessage *callback = ANSWER(&play, 0, ID("urn:callback", "urn:s:1") SECURITY(SCT("urn:ctx", "")), "<q/>");
    const WsscMessage *answer =
        ASK(&play, 0, RE("urn:callback-answer", "urn:s:1") SECURITY(SCT("urn:ctx", "")), "<r/>");
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
    const WsscMessage *answer = ASK(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), RSTR(TOKEN("urn:ctx", "") HOUR));
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

#define LEG                                                                                                            \
    "<t:BinaryExchange ValueType=' http://schemas.xmlsoap.org/ws/2005/02/trust/spnego' "                               \
    "EncodingType='urn:b'>AAAA</t:BinaryExchange>"
#define LEG_RSTR(more) "<t:RequestSecurityTokenResponse Context='urn:n'>" more "</t:RequestSecurityTokenResponse>"

static void negotiate(Play *play, gboolean is_complete)
{
    ASK(play, 1, ID(TRUST "/RST/Issue", "urn:n:1"),
        "<t:RequestSecurityToken Context='urn:n'><t:TokenType>" SC "/sct</t:TokenType><t:RequestType>" TRUST
        "/Issue</t:RequestType>" LEG "</t:RequestSecurityToken>");
    ANSWER(play, 1, RE(TRUST "/RSTR/Issue", "urn:n:1"), LEG_RSTR(LEG));
    ASK(play, 2, ID(TRUST "/RSTR/Issue", "urn:n:2"), LEG_RSTR(LEG));
    if (is_complete)
        ANSWER(
            play, 2, RE(TRUST "/RSTRC/IssueFinal", "urn:n:2"),
            "<t:RequestSecurityTokenResponseCollection>" LEG_RSTR(
                TOKEN("urn:spnego", "") "<t:RequestedProofToken><t:BinarySecret>AAECAwQFBgcICQoLDA0ODw==</"
                                        "t:BinarySecret></t:RequestedProofToken>" HOUR)
                LEG_RSTR(
                    "<t:Authenticator><t:CombinedHash>AAAA</t:CombinedHash></t:Authenticator>") "</"
                                                                                                "t:"
                                                                                                "RequestSecurityTokenRe"
                                                                                                "sponseCollection>");
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
    g_assert_cmpint(exchange->outcome, ==, WSSC_OUTCOME_DONE);
    g_assert_cmpuint(context(&play, "urn:spnego")->messages, ==, 4);
    g_assert_cmpuint(wssc_session_contexts(play.session)->len, ==, 1);
    end(&play);

    begin(&play);
    negotiate(&play, FALSE);
    finish(&play);
    g_assert_cmpint(((const WsscExchange *)wssc_session_exchanges(play.session)->pdata[0])->outcome, ==,
                    WSSC_OUTCOME_NO_RESPONSE);
    g_assert_cmpuint(count(&play, "no-response"), ==, 1);
    end(&play);
}

/* WCF: the negotiated context protects the request for the session's own. */
static void test_nested(void)
{
    Play play;
    begin(&play);
    negotiate(&play, TRUE);
    ASK(&play, 3, ID(TRUST "/RST/SCT", "urn:m:1") SECURITY(SCT("urn:spnego", "")),
        RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    ANSWER(&play, 3, RE(TRUST "/RSTR/SCT", "urn:m:1") SECURITY(SCT("urn:spnego", "")),
           RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
    call(&play, 4, "");
    finish(&play);
    check_calm(&play);
    g_assert_cmpuint(wssc_session_contexts(play.session)->len, ==, 2);
    g_assert_cmpuint(context(&play, "urn:spnego")->instances->len, ==, 1);
    g_assert_cmpuint(((WsscInstance *)context(&play, "urn:spnego")->instances->pdata[0])->key->len, ==, 16);
    g_assert_cmpuint(((WsscInstance *)context(&play, "urn:ctx")->instances->pdata[0])->key->len, ==, 32);
    g_assert_cmpint(context(&play, "urn:ctx")->bootstrap.list[0], ==, WSSC_TOKEN_KIND_SCT);
    g_assert_nonnull(context(&play, "urn:ctx")->established_by);
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
    return g_test_run();
}
