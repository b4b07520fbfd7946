/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings of whole lifecycles: for each a conversation that raises it and one that comes close and does not.
 */
#include "play.h"
#include "signed_message.h"

#define MINUTE (60 * G_USEC_PER_SEC)
#define STAMP(from, to) "<u:Timestamp><u:Created>" from "</u:Created><u:Expires>" to "</u:Expires></u:Timestamp>"
#define USER(name, more) "<o:UsernameToken><o:Username>" name "</o:Username>" more "</o:UsernameToken>"
#define NONCE(base64) "<o:Nonce>" base64 "</o:Nonce>"
#define RENEW_BODY RST("/Renew", TARGET("Renew", "urn:ctx") ENTROPY(CLIENT_ENTROPY))
#define RENEWED(instance) RSTR(TOKEN("urn:ctx", INSTANCE(instance)) COMPUTED ENTROPY("QAECAwQFBgc="))
#define REFUSED FAULT("c:BadContextToken")
#define NEEDED FAULT("c:RenewNeeded")
#define DONE "<r xmlns='urn:app'/>"

static void ask(Play *play, guint64 pair, const char *action, const char *security, const char *body)
{
    g_autofree char *header =
        g_strdup_printf(ID("%s", "urn:q:%" G_GUINT64_FORMAT) SECURITY("%s"), action, pair, security);
    ASK(play, pair, header, body);
}

static void answer(Play *play, guint64 pair, const char *action, const char *security, const char *body)
{
    g_autofree char *header =
        g_strdup_printf(RE("%s", "urn:q:%" G_GUINT64_FORMAT) SECURITY("%s"), action, pair, security);
    ANSWER(play, pair, header, body);
}

static void issue_as(Play *play, guint64 pair, const char *identifier, const char *user, const char *rest)
{
    g_autofree char *token = g_strdup_printf(USER("%s", ""), user);
    g_autofree char *rstr =
        g_strdup_printf(RSTR(TOKEN("%s", "%s") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR), identifier, rest);
    ask(play, pair, TRUST "/RST/SCT", token, RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    answer(play, pair, TRUST "/RSTR/SCT", "", rstr);
}

static void use(Play *play, guint64 pair, const char *identifier, const char *instance, const char *body)
{
    g_autofree char *sct = g_strdup_printf(SCT("%s", "%s"), identifier, instance);
    ask(play, pair, "urn:app/call", sct, "<q xmlns='urn:app'/>");
    answer(play, pair, "urn:app/answer", "", body);
}

static void renew_as(Play *play, guint64 pair, const char *user, const char *body)
{
    g_autofree char *security = g_strdup_printf(SCT("urn:ctx", "") "%s", user);
    ask(play, pair, TRUST "/RST/SCT/Renew", security, RENEW_BODY);
    answer(play, pair, TRUST "/RSTR/SCT/Renew", "", body);
}

static void later(Play *play, gint64 minutes)
{
    play->time += minutes * MINUTE;
}

/* ---- renewals ----------------------------------------------------------------------------------------------- */

static void renewal_early(Play *play, gboolean is_raised)
{
    issue(play, 1);
    later(play, is_raised ? 20 : 40); /* of an hour */
    renew_as(play, 2, "", RENEWED("urn:k2"));
}

static void renewal_late(Play *play, gboolean is_raised)
{
    issue(play, 1);
    use(play, 2, "urn:ctx", "", is_raised ? NEEDED : DONE);
    later(play, 40);
    renew_as(play, 3, "", RENEWED("urn:k2"));
}

static void renewal_missing(Play *play, gboolean is_raised)
{
    issue(play, 1);
    use(play, 2, "urn:ctx", "", NEEDED);
    if (!is_raised)
        renew_as(play, 3, "", RENEWED("urn:k2"));
    use(play, 4, "urn:ctx", "", NEEDED);
    if (!is_raised)
        use(play, 5, "urn:ctx", INSTANCE("urn:k2"), DONE);
}

static void renewal_refused(Play *play, gboolean is_raised)
{
    issue(play, 1);
    later(play, 40);
    renew_as(play, 2, "", is_raised ? FAULT("t:InvalidRequest") : RENEWED("urn:k2"));
}

static void renewal_reissued(Play *play, gboolean is_raised)
{
    issue(play, 1);
    use(play, 2, "urn:ctx", "", is_raised ? NEEDED : DONE);
    issue_as(play, 3, "urn:ctx2", "alice", "");
}

static void say_whole(Play *play, const char *text, gboolean is_response, guint64 pair)
{
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    const WsscUnit unit = {.file = play->file,
                           .frame = ++play->frame,
                           .time = play->time += G_USEC_PER_SEC / 100,
                           .src = is_response ? "192.0.2.2:443" : "192.0.2.1:5001",
                           .dst = is_response ? "192.0.2.1:5001" : "192.0.2.2:443",
                           .transport = WSSC_TRANSPORT_HTTPS,
                           .is_protected = TRUE,
                           .direction = is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST,
                           .stream = 1,
                           .pair = pair,
                           .octets = octets};
    wssc_session_feed(play->session, &unit);
}

/* Signed by the key that the response gave as a whole, or by another one. */
static void renewal_unsigned(Play *play, gboolean is_raised)
{
    const char *key = is_raised ? "another key than" : "0123456789abcdef";
    g_autofree char *base64 = g_base64_encode((const guchar *)"0123456789abcdef", 16);
    g_autofree char *rstr = g_strdup_printf(
        RSTR(TOKEN("urn:ctx",
                   "") "<t:RequestedProofToken><t:BinarySecret>%s</t:BinarySecret></t:RequestedProofToken>" HOUR),
        base64);
    g_autofree char *body = g_strdup_printf(
        "<s:Body xmlns:s=\"" SOAP "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"B\"><t:RequestSecurityToken xmlns:t=\"" TRUST
        "\"><t:RequestType>" TRUST "/Renew</t:RequestType></t:RequestSecurityToken></s:Body>");
    g_autofree char *references = reference("#B", body);
    g_autofree char *info = signed_info(HMAC_SHA1, references);
    const Parts parts = {
        .header = "<a:Action xmlns:a=\"" WSA "\">" TRUST "/RST/SCT/Renew</a:Action>",
        .tokens = "<c:SecurityContextToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"T\"><c:Identifier>urn:ctx"
                  "</c:Identifier></c:SecurityContextToken>",
        .info = info,
        .after_info = "<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI=\"#T\"/>"
                      "</wsse:SecurityTokenReference></ds:KeyInfo>",
        .body = body,
    };
    g_autofree char *text = message(&parts, key, strlen(key));
    ASK(play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", ""));
    ANSWER(play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), rstr);
    say_whole(play, text, FALSE, 2);
    answer(play, 2, TRUST "/RSTR/SCT/Renew", "", RENEWED("urn:k2"));
}

static void renewal_identity(Play *play, gboolean is_raised)
{
    issue_as(play, 1, "urn:ctx", "alice", "");
    later(play, 40);
    renew_as(play, 2, is_raised ? USER("bob", "") : USER("alice", ""), RENEWED("urn:k2"));
}

static void renewal_unused(Play *play, gboolean is_raised)
{
    issue(play, 1);
    later(play, 40);
    renew_as(play, 2, "", RENEWED("urn:k2"));
    use(play, 3, "urn:ctx", is_raised ? "" : INSTANCE("urn:k2"), DONE);
}

static void renewal_beside(Play *play, gboolean is_raised)
{
    issue(play, 1);
    later(play, 40);
    ask(play, 2, TRUST "/RST/SCT/Renew", SCT("urn:ctx", ""), RENEW_BODY);
    if (!is_raised)
        answer(play, 2, TRUST "/RSTR/SCT/Renew", "", RENEWED("urn:k2"));
    ask(play, 3, TRUST "/RST/SCT/Renew", SCT("urn:ctx", ""), RENEW_BODY);
    if (is_raised)
        answer(play, 2, TRUST "/RSTR/SCT/Renew", "", RENEWED("urn:k2"));
    answer(play, 3, TRUST "/RSTR/SCT/Renew", "", RENEWED("urn:k3"));
}

/* ---- rollover ------------------------------------------------------------------------------------------------- */

static void roll_over(Play *play)
{
    issue(play, 1);
    later(play, 40);
    renew_as(play, 2, "", RENEWED("urn:k2"));
    use(play, 3, "urn:ctx", INSTANCE("urn:k2"), DONE);
}

/* Refused by what it asks for is served as far as the key goes. */
static void rollover_refused(Play *play, gboolean is_raised)
{
    roll_over(play);
    use(play, 4, "urn:ctx", "", is_raised ? REFUSED : FAULT("s:Sender"));
}

/* What was sent before the new key was confirmed is no change of mind. */
static void instances_mixed(Play *play, gboolean is_raised)
{
    issue(play, 1);
    later(play, 40);
    renew_as(play, 2, "", RENEWED("urn:k2"));
    ask(play, 3, "urn:app/call", SCT("urn:ctx", INSTANCE("urn:k2")), "<q xmlns='urn:app'/>");
    if (is_raised)
        answer(play, 3, "urn:app/answer", "", DONE);
    ask(play, 4, "urn:app/call", SCT("urn:ctx", ""), "<q xmlns='urn:app'/>");
    if (!is_raised)
        answer(play, 3, "urn:app/answer", "", DONE);
    answer(play, 4, "urn:app/answer", "", DONE);
}

static void old_key_answer(Play *play, gboolean is_raised)
{
    issue(play, 1);
    later(play, 40);
    renew_as(play, 2, "", RENEWED("urn:k2"));
    ask(play, 3, "urn:app/call", SCT("urn:ctx", INSTANCE("urn:k2")), "<q xmlns='urn:app'/>");
    answer(play, 3, "urn:app/answer", is_raised ? SCT("urn:ctx", "") : SCT("urn:ctx", INSTANCE("urn:k2")), DONE);
}

/* ---- ends -------------------------------------------------------------------------------------------------------- */

static void use_after_refusal(Play *play, gboolean is_raised)
{
    issue(play, 1);
    use(play, 2, "urn:ctx", "", REFUSED);
    use(play, 3, is_raised ? "urn:ctx" : "urn:other", "", REFUSED);
}

static void not_cancelled(Play *play, gboolean is_raised)
{
    issue(play, 1);
    call(play, 2, "");
    if (!is_raised)
        cancel(play, 3, CANCELLED);
    const WsscCarrierNote note = {.kind = WSSC_SIGN_FIN,
                                  .file = play->file,
                                  .frame = ++play->frame,
                                  .time = play->time += G_USEC_PER_SEC,
                                  .stream = 1,
                                  .client = "192.0.2.1:5001",
                                  .server = "192.0.2.2:443"};
    wssc_session_note(play->session, &note);
}

static void context_unused(Play *play, gboolean is_raised)
{
    issue(play, 1);
    if (!is_raised)
        call(play, 2, "");
}

/* ---- services --------------------------------------------------------------------------------------------------- */

static void context_replaced(Play *play, gboolean is_raised)
{
    issue_as(play, 1, "urn:one", "alice", "");
    use(play, 2, "urn:one", "", DONE);
    issue_as(play, 3, "urn:two", "alice", "");
    use(play, 4, "urn:two", "", DONE);
    if (!is_raised)
        use(play, 5, "urn:one", "", DONE);
}

static void several_servers(Play *play, gboolean is_raised)
{
    issue(play, 1);
    call(play, 2, "");
    play->stream = 2;
    play->server = is_raised ? "192.0.2.3:443" : NULL;
    call(play, 3, "");
}

static void refused_elsewhere(Play *play, gboolean is_raised)
{
    issue(play, 1);
    play->stream = 2;
    play->server = is_raised ? "192.0.2.3:443" : NULL;
    use(play, 2, "urn:ctx", "", REFUSED);
}

static void refused_between(Play *play, gboolean is_raised)
{
    issue(play, 1);
    use(play, 2, "urn:ctx", "", DONE);
    use(play, 3, "urn:ctx", "", REFUSED);
    if (is_raised)
        use(play, 4, "urn:ctx", "", DONE);
}

static void contexts_lost(Play *play, gboolean is_raised)
{
    issue_as(play, 1, "urn:one", "alice", "");
    issue_as(play, 2, "urn:two", "bob", "");
    use(play, 3, "urn:one", "", DONE);
    use(play, 4, "urn:two", "", DONE);
    use(play, 5, "urn:one", "", REFUSED);
    later(play, is_raised ? 0 : 10);
    use(play, 6, "urn:two", "", REFUSED);
}

static void cookie_context(Play *play, gboolean is_raised)
{
    issue_as(play, 1, "urn:ctx", "alice",
             is_raised ? "<w:Cookie xmlns:w='http://schemas.microsoft.com/ws/2006/05/security'>AAEC</w:Cookie>"
                       : "<w:Cookie xmlns:w='urn:app'>AAEC</w:Cookie>");
}

static void address_mismatch(Play *play, gboolean is_raised)
{
    play->host = is_raised ? "inner.example:8080" : "Service.example:443";
    ASK(play, 1, ID(TRUST "/RST/SCT", "urn:m:1") "<a:To>https://service.example/echo</a:To>",
        RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    ANSWER(play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
}

/* ---- clocks ----------------------------------------------------------------------------------------------------- */

static void peer_clock(Play *play, gboolean is_raised)
{
    ask(play, 1, "urn:app/call",
        is_raised ? STAMP("2026-03-01T12:20:00Z", "2026-03-01T12:25:00Z")
                  : STAMP("2026-03-01T12:04:00Z", "2026-03-01T12:09:00Z"),
        "<q/>");
    answer(play, 1, "urn:app/answer", "", DONE);
}

/* Right at first, then half an hour ahead: right again when that much time has passed. */
static void clock_set(Play *play, gboolean is_raised)
{
    ask(play, 1, "urn:app/call", "", "<q/>");
    answer(play, 1, "urn:app/answer", STAMP("2026-03-01T12:00:00.000Z", "2026-03-01T12:05:00.000Z"), DONE);
    later(play, is_raised ? 0 : 30);
    ask(play, 2, "urn:app/call", "", "<q/>");
    answer(play, 2, "urn:app/answer", STAMP("2026-03-01T12:30:00.000Z", "2026-03-01T12:35:00.000Z"), DONE);
}

/* Four minutes behind and five valid: late by its own Expires and the skew only if more has passed. */
static void timestamp_rejected(Play *play, gboolean is_raised)
{
    later(play, is_raised ? 11 : 9);
    ask(play, 1, "urn:app/call", STAMP("2026-03-01T12:00:00Z", "2026-03-01T12:05:00Z"), "<q/>");
    answer(play, 1, "urn:app/answer", "", DONE);
}

/* ---- replays ---------------------------------------------------------------------------------------------------- */

/* Before it is answered it may be on another leg, or seen at another place; afterwards it was sent again. */
static void message_replayed(Play *play, gboolean is_raised)
{
    ASK(play, 1, ID("urn:app/call", "urn:m:1"), "<q xmlns='urn:app'/>");
    if (is_raised)
        ANSWER(play, 1, RE("urn:app/answer", "urn:m:1") "<n>1</n>", DONE);
    play->stream = 2;
    ASK(play, 2, ID("urn:app/call", "urn:m:1"), "<q xmlns='urn:app'/>");
    ANSWER(play, 2, RE("urn:app/answer", "urn:m:1") "<n>2</n>", DONE);
    play->stream = 1;
    if (!is_raised)
        ANSWER(play, 1, RE("urn:app/answer", "urn:m:1") "<n>2</n>", DONE);
}

static void username_nonce(Play *play, gboolean is_raised)
{
    ask(play, 1, "urn:app/call", USER("alice", NONCE("AAECAwQFBgcICQoLDA0ODw==")), "<q/>");
    answer(play, 1, "urn:app/answer", "", DONE);
    ask(play, 2, "urn:app/call",
        is_raised ? USER("alice", NONCE("AAECAwQFBgcICQoLDA0ODw==")) : USER("alice", NONCE("AAECAwQFBgcICQoLDA0OEA==")),
        "<q/>");
    answer(play, 2, "urn:app/answer", "", DONE);
}

#define DERIVED(nonce)                                                                                                 \
    "<c:SecurityContextToken u:Id='s'><c:Identifier>urn:ctx</c:Identifier></c:SecurityContextToken>"                   \
    "<c:DerivedKeyToken u:Id='d'><o:SecurityTokenReference><o:Reference URI='#s'/></o:SecurityTokenReference>"         \
    "<c:Nonce>" nonce "</c:Nonce></c:DerivedKeyToken>"

static void derived_nonce(Play *play, gboolean is_raised)
{
    issue(play, 1);
    ask(play, 2, "urn:app/call", DERIVED("AAECAwQFBgcICQoLDA0ODw=="), "<q/>");
    answer(play, 2, "urn:app/answer", "", DONE);
    ask(play, 3, "urn:app/call", is_raised ? DERIVED("AAECAwQFBgcICQoLDA0ODw==") : DERIVED("AAECAwQFBgcICQoLDA0OEA=="),
        "<q/>");
    answer(play, 3, "urn:app/answer", "", DONE);
}

/* ---- issued tokens ---------------------------------------------------------------------------------------------- */

static void token_expired(Play *play, gboolean is_raised)
{
    play_issued_token(play, is_raised ? 16 : 14);
}

/* ---- headers and keys that do not suit both ends ---------------------------------------------------------------- */

#define DERIVED_FIRST                                                                                                  \
    "<c:DerivedKeyToken u:Id='d'><o:SecurityTokenReference><o:Reference URI='#s'/></o:SecurityTokenReference>"         \
    "<c:Nonce>AAECAwQFBgcICQoLDA0ODw==</c:Nonce></c:DerivedKeyToken>"                                                  \
    "<c:SecurityContextToken u:Id='s'><c:Identifier>urn:ctx</c:Identifier></c:SecurityContextToken>"

static void header_order(Play *play, gboolean is_raised)
{
    issue(play, 1);
    ask(play, 2, "urn:app/call", DERIVED_FIRST, "<q/>");
    answer(play, 2, "urn:app/answer", "", is_raised ? FAULT("o:InvalidSecurity") : DONE);
    ask(play, 3, "urn:app/call", DERIVED("AAECAwQFBgcICQoLDA0OEA=="), "<q/>");
    answer(play, 3, "urn:app/answer", "", FAULT("o:InvalidSecurity"));
}

/* P_SHA1 of the two entropies of issue(), by Python's hmac. */
static const guint8 issued_key[] = {0x17, 0xdf, 0x31, 0xd0, 0x2c, 0x23, 0xce, 0x5e, 0x3f, 0x93, 0x2d,
                                    0x2b, 0x51, 0x5f, 0x09, 0xac, 0x8a, 0x12, 0x81, 0x4a, 0xae, 0x15,
                                    0x69, 0xd4, 0x42, 0xe6, 0xa7, 0xe7, 0x4d, 0xf2, 0x7b, 0x22};

static void say_signed(Play *play, gboolean is_response, gsize key_octets)
{
    g_autofree char *references = reference("#B", BODY);
    g_autofree char *info = signed_info(HMAC_SHA1, references);
    const Parts parts = {
        .tokens = "<c:SecurityContextToken xmlns:c=\"" WSC "\" xmlns:wsu=\"" WSU "\" wsu:Id=\"T\"><c:Identifier>urn:ctx"
                  "</c:Identifier></c:SecurityContextToken>",
        .info = info,
        .after_info = "<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI=\"#T\"/>"
                      "</wsse:SecurityTokenReference></ds:KeyInfo>",
    };
    g_autofree char *text = message(&parts, issued_key, key_octets);
    say_whole(play, text, is_response, 2);
}

static void key_size_disagrees(Play *play, gboolean is_raised)
{
    issue(play, 1);
    say_signed(play, FALSE, 16);
    say_signed(play, TRUE, is_raised ? 32 : 16);
}

#define EXCHANGE(blob) "<t:BinaryExchange ValueType='" TRUST "/spnego'>" blob "</t:BinaryExchange>"
#define ASKED_AGAIN(blob)                                                                                              \
    "<t:RequestSecurityToken Context='u1'><t:TokenType>" SC "/sct</t:TokenType><t:RequestType>" TRUST                  \
    "/Issue</t:RequestType>" EXCHANGE(blob) "</t:RequestSecurityToken>"
#define GONE_ON(blob) "<t:RequestSecurityTokenResponse Context='u1'>" EXCHANGE(blob) "</t:RequestSecurityTokenResponse>"

static void negotiation_leg(Play *play, gboolean is_raised)
{
    ASK(play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), ASKED_AGAIN("AAAA"));
    ANSWER(play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), GONE_ON("AAAB"));
    ASK(play, 2, ID(TRUST "/RST/SCT", "urn:m:2"), is_raised ? ASKED_AGAIN("AAAC") : GONE_ON("AAAC"));
    ANSWER(play, 2, RE(TRUST "/RSTR/SCT", "urn:m:2"), RSTR(TOKEN("urn:ctx", "") HOUR));
}

/* ---- all of them ------------------------------------------------------------------------------------------------ */

static const struct {
    WsscFindingId id;
    void (*play)(Play *play, gboolean is_raised);
} fixtures[] = {
#define LIFECYCLE(id, play) {WSSC_FINDING_##id, play},
#include "lifecycle_findings.def"
#undef LIFECYCLE
};

static void test_fixture(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    const char *name = wssc_finding_info(fixtures[i].id)->name;
    for (guint is_raised = 0; is_raised < 2; is_raised++) {
        Play play;
        begin(&play);
        fixtures[i].play(&play, (gboolean)is_raised);
        finish(&play);
        const GPtrArray *findings = wssc_session_findings(play.session);
        for (guint f = 0; f < findings->len; f++) {
            const WsscFinding *finding = findings->pdata[f];
            g_test_message("%u %s: frame %u: %s", is_raised, wssc_finding_info(finding->id)->name, finding->frame,
                           finding->text);
            /* Each place in the text is that of an evidence. */
            for (const char *p = strchr(finding->text, WSSC_AT(0)[0]); p != NULL; p = strchr(p + 1, WSSC_AT(0)[0]))
                g_assert_cmpuint((guint)(p[1] - '0'), <, finding->evidence->len);
        }
        g_assert_cmpuint(count(&play, name), ==, is_raised);
        end(&play);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(fixtures); i++) {
        g_autofree char *path = g_strdup_printf("/findings-lifecycle/%s", wssc_finding_info(fixtures[i].id)->name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_fixture);
    }
    return g_test_run();
}
