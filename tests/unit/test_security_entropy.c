/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole session: the entropies of vector ce01 give the context's key, those of ce02 (taken the wrong way round)
 * the key that a stack with that habit signs with. Then the order: the RSTR after the message that needs it.
 */
#include "session/session.h"
#include "signed_message.h"

#define TRUST "http://docs.oasis-open.org/ws-sx/ws-trust/200512"
#define CE01 "6ed9dbf11a4aca0a936caab397701d2c4798166d44eac24867cd1ea6bc578fd5"
#define CE02 "4363c231e6a3de94ec51dbc1ac9d2928c17e3996264d39c6883a03e9c023b6ef"
#define HEAD "<s:Envelope xmlns:s=\"" SOAP "\" xmlns:a=\"" WSA "\" xmlns:t=\"" TRUST "\" xmlns:c=\"" WSC "\"><s:Header>"
#define SECRET_OF(text) "<t:Entropy><t:BinarySecret>" text "</t:BinarySecret></t:Entropy>"

static const char rst[] =
    HEAD "<a:Action>" TRUST
         "/RST/SCT</a:Action><a:MessageID>urn:m:1</a:MessageID></s:Header><s:Body><t:RequestSecurityToken>"
         "<t:TokenType>" WSC "/sct</t:TokenType><t:RequestType>" TRUST
         "/Issue</t:RequestType><t:KeySize>256</t:KeySize>" SECRET_OF(
             "CiGK9ZD3WVfNGHHoGDC4CchSO6RlkhOz29SLqxy9QVM=") "</t:RequestSecurityToken></s:Body></s:Envelope>";
static const char rstr[] = HEAD
    "<a:Action>" TRUST "/RSTR/SCT</a:Action><a:RelatesTo>urn:m:1</a:RelatesTo></s:Header><s:Body>"
    "<t:RequestSecurityTokenResponseCollection><t:RequestSecurityTokenResponse><t:TokenType>" WSC "/sct</t:TokenType>"
    "<t:RequestedSecurityToken><c:SecurityContextToken><c:Identifier>urn:e</c:Identifier></c:SecurityContextToken>"
    "</t:RequestedSecurityToken><t:RequestedProofToken><t:ComputedKey>" TRUST "/CK/PSHA1</t:ComputedKey>"
    "</t:RequestedProofToken>" SECRET_OF(
        "+Xgru+jhEIaRYXdJQ2FvHbB9RbXP+rPOwP4dnIg9drQ=") "<t:KeySize>256</t:KeySize>"
                                                        "</t:RequestSecurityTokenResponse></"
                                                        "t:RequestSecurityTokenResponseCollection></s:Body></"
                                                        "s:Envelope>";

static char *call_signed_with(const char *key_hex)
{
    static const char sct[] = "<c:SecurityContextToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"S\">"
                              "<c:Identifier>urn:e</c:Identifier></c:SecurityContextToken>";
    static const char by_sct[] = "<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI=\"#S\"/>"
                                 "</wsse:SecurityTokenReference></ds:KeyInfo>";
    guint8 key[32];
    for (guint i = 0; i < sizeof key; i++)
        key[i] = (guint8)(g_ascii_xdigit_value(key_hex[2 * i]) << 4 | g_ascii_xdigit_value(key_hex[2 * i + 1]));
    g_autofree char *ref = reference("#B", BODY);
    g_autofree char *info = signed_info(HMAC_SHA1, ref);
    return message(&(Parts){.info = info, .tokens = sct, .after_info = by_sct}, key, sizeof key);
}

static void feed(WsscSession *session, const char *text, guint32 frame, guint64 pair, gboolean is_response)
{
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    const WsscUnit unit = {.frame = frame,
                           .time = (gint64)frame * G_USEC_PER_SEC,
                           .src = is_response ? "2:2" : "1:1",
                           .dst = is_response ? "1:1" : "2:2",
                           .transport = WSSC_TRANSPORT_HTTPS,
                           .is_protected = TRUE,
                           .encoding = WSSC_ENCODING_TEXT,
                           .pair = pair,
                           .octets = octets,
                           .direction = is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST};
    g_assert_nonnull(wssc_session_feed(session, &unit));
}

/* The message that carries the signature is the first, or the last, of three. */
static void check_session(const char *key_hex, gboolean is_first, WsscVerdict verdict, const char *deviation)
{
    g_autofree char *call = call_signed_with(key_hex);
    g_autoptr(WsscSession) session = wssc_session_new();
    wssc_session_add_file(session, "one");
    if (is_first)
        feed(session, call, 1, 2, FALSE);
    feed(session, rst, 2, 1, FALSE);
    feed(session, rstr, 3, 1, TRUE);
    if (!is_first)
        feed(session, call, 4, 2, FALSE);
    wssc_session_finish(session, 5 * G_USEC_PER_SEC);
    const GPtrArray *messages = wssc_session_messages(session);
    const WsscMessage *signed_one = messages->pdata[is_first ? 0 : messages->len - 1];
    const WsscSignature *signature = only_signature(signed_one->security);
    assert_verdict(signature, verdict, NULL);
    g_assert_cmpstr(signature->deviation, ==, deviation);
    gboolean is_told = FALSE;
    for (guint i = 0; i < wssc_session_findings(session)->len; i++) {
        const WsscFinding *finding = wssc_session_findings(session)->pdata[i];
        is_told |= finding->id == WSSC_FINDING_SIGNATURE_DEVIATION && strstr(finding->text, "entropy-swapped") != NULL;
    }
    g_assert_cmpint(is_told, ==, deviation != NULL);
}

static void test_specified(void)
{
    check_session(CE01, FALSE, WSSC_VERDICT_VALID, NULL);
}

static void test_swapped(void)
{
    check_session(CE02, FALSE, WSSC_VERDICT_VALID, "entropy-swapped");
}

static void test_learned_late(void)
{
    check_session(CE01, TRUE, WSSC_VERDICT_VALID, NULL);
    check_session(CE02, TRUE, WSSC_VERDICT_VALID, "entropy-swapped");
}

static void test_neither(void)
{
    check_session("00" CE01, FALSE, WSSC_VERDICT_INVALID, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/entropy/specified", test_specified);
    g_test_add_func("/entropy/swapped", test_swapped);
    g_test_add_func("/entropy/learned-late", test_learned_late);
    g_test_add_func("/entropy/neither", test_neither);
    return g_test_run();
}
