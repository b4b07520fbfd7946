/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two keys of one context under one name: what is said of a signature is said of the key that it was made with.
 */
#include "play.h"
#include "report/text.h"
#include "signed_message.h"

#define FIRST "0123456789abcdef"
#define SECOND "fedcba9876543210"
#define PROOF(base64) "<t:RequestedProofToken><t:BinarySecret>" base64 "</t:BinarySecret></t:RequestedProofToken>"

static void issue_key(Play *play, guint64 pair, const char *id, const char *secret)
{
    g_autofree char *base64 = g_base64_encode((const guchar *)secret, strlen(secret));
    g_autofree char *asks = g_strdup_printf(ID(TRUST "/RST/SCT", "%s"), id);
    g_autofree char *answers = g_strdup_printf(RE(TRUST "/RSTR/SCT", "%s"), id);
    g_autofree char *rstr = g_strdup_printf(RSTR(TOKEN("urn:ctx", "") PROOF("%s") HOUR), base64);
    ASK(play, pair, asks, RST("/Issue", ""));
    ANSWER(play, pair, answers, rstr);
}

/* A call that the secret signs, or another one than it says. */
static const WsscMessage *call_signed(Play *play, guint64 pair, const char *secret)
{
    g_autofree char *references = reference("#B", BODY);
    g_autofree char *info = signed_info(HMAC_SHA1, references);
    const Parts parts = {
        .header = "<a:Action xmlns:a=\"" WSA "\">urn:call</a:Action>",
        .tokens = "<c:SecurityContextToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"T\"><c:Identifier>urn:ctx"
                  "</c:Identifier></c:SecurityContextToken>",
        .info = info,
        .after_info = "<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI=\"#T\"/>"
                      "</wsse:SecurityTokenReference></ds:KeyInfo>",
    };
    g_autofree char *text = message(&parts, secret, strlen(secret));
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    const WsscUnit unit = {.file = play->file,
                           .frame = ++play->frame,
                           .time = play->time += G_USEC_PER_SEC,
                           .src = "192.0.2.1:5001",
                           .dst = "192.0.2.2:443",
                           .transport = WSSC_TRANSPORT_HTTPS,
                           .is_protected = TRUE,
                           .encoding = WSSC_ENCODING_TEXT,
                           .direction = WSSC_DIRECTION_REQUEST,
                           .stream = 1,
                           .pair = pair,
                           .octets = octets};
    const WsscMessage *fed = wssc_session_feed(play->session, &unit);
    assert_verdict(only_signature(fed->security), WSSC_VERDICT_VALID, NULL);
    return fed;
}

/* That frame's explanation names the key that was established in that other one, and its fingerprint. */
static void check_explained(const Play *play, guint32 frame, guint32 established, const char *secret)
{
    static const WsscTextStyle style = {0};
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(WsscSecret) key = wssc_secret_new(secret, strlen(secret));
    g_autofree char *fingerprint = wssc_secret_fingerprint(key);
    g_autofree char *line = g_strdup_printf("fingerprint %s, established in frame %u", fingerprint, established);
    wssc_text_explain(play->session, &style, frame, out);
    g_test_message("%s", out->str);
    g_assert_nonnull(strstr(out->str, line));
}

static void test_captured(void)
{
    Play play;
    begin(&play);
    issue_key(&play, 1, "urn:m:1", FIRST);  /* frames 1 and 2 */
    issue_key(&play, 2, "urn:m:2", SECOND); /* frames 3 and 4 */
    const WsscMessage *with_second = call_signed(&play, 3, SECOND);
    const WsscMessage *with_first = call_signed(&play, 4, FIRST);
    const WsscMessage *with_second_again = call_signed(&play, 5, SECOND);
    finish(&play);

    const GPtrArray *instances = context(&play, "urn:ctx")->instances;
    const WsscInstance *first = instances->pdata[0], *second = instances->pdata[1];
    g_assert_cmpuint(instances->len, ==, 2);
    g_assert_true(with_second->instance == second);
    g_assert_true(with_first->instance == first);
    g_assert_true(first->first_use == with_first && first->last_use == with_first);
    g_assert_true(second->first_use == with_second && second->last_use == with_second_again);
    check_explained(&play, 5, 4, SECOND);
    check_explained(&play, 6, 2, FIRST);
    end(&play);
}

/* A key file that has the first key, too, is what verdicts name then; the instance is the same. */
static void test_in_key_file(void)
{
    Play play;
    begin(&play);
    g_autoptr(WsscSecret) key = wssc_secret_new(FIRST, strlen(FIRST));
    wssc_keyring_add_context(wssc_session_keyring(play.session), "urn:ctx", NULL, key,
                             (WsscKeyOrigin){.source = WSSC_KEY_FROM_KEYFILE, .line = 3});
    issue_key(&play, 1, "urn:m:1", FIRST);
    issue_key(&play, 2, "urn:m:2", SECOND);
    const WsscMessage *with_first = call_signed(&play, 3, FIRST);
    finish(&play);
    g_assert_true(with_first->instance == context(&play, "urn:ctx")->instances->pdata[0]);
    check_explained(&play, 5, 2, FIRST);
    end(&play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/same-name/captured", test_captured);
    g_test_add_func("/same-name/in-key-file", test_in_key_file);
    return g_test_run();
}
