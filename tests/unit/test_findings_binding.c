/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of WWSAPI's security context binding that do not hold: for each a conversation that breaks it, and nearly the
 * same one that does not.
 */
#include "play.h"

#include "rules/statement.h"

#define TIME                                                                                                           \
    "<u:Timestamp u:Id='t'><u:Created>" START "</u:Created><u:Expires>2026-03-01T12:05:00Z</u:Expires></u:Timestamp>"
#define USER "<o:UsernameToken><o:Username>alice</o:Username></o:UsernameToken>"
#define NO_TICKET "<o:BinarySecurityToken ValueType='urn:x509'>AAAA</o:BinarySecurityToken>"
#define CONTEXT "<c:SecurityContextToken u:Id='s'><c:Identifier>urn:ctx</c:Identifier></c:SecurityContextToken>"
#define DS "http://www.w3.org/2000/09/xmldsig#"
#define BY_CONTEXT "<o:SecurityTokenReference><o:Reference URI='#s'/></o:SecurityTokenReference>"
#define SIGNED(method, uri)                                                                                            \
    "<d:Signature xmlns:d='" DS "'><d:SignedInfo><d:CanonicalizationMethod Algorithm='http://www.w3.org/2001/10/"      \
    "xml-exc-c14n#'/><d:SignatureMethod Algorithm='" method "'/><d:Reference URI='" uri "'><d:DigestMethod "           \
    "Algorithm='" DS "sha1'/><d:DigestValue>AAAA</d:DigestValue></d:Reference></d:SignedInfo><d:SignatureValue>AAAA"   \
    "</d:SignatureValue><d:KeyInfo>" BY_CONTEXT "</d:KeyInfo></d:Signature>"
#define HMAC_SHA1 DS "hmac-sha1"
#define HMAC_SHA256 "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"

static void ask(Play *play, guint64 pair, const char *action, const char *security, const char *body)
{
    g_autofree char *header = g_strdup_printf("%s<a:MessageID>urn:q:%" G_GUINT64_FORMAT "</a:MessageID>" SECURITY("%s"),
                                              action, pair, security);
    ASK(play, pair, header, body);
}

static void answer(Play *play, guint64 pair, const char *action, const char *body)
{
    g_autofree char *header = g_strdup_printf(RE("%s", "urn:q:%" G_GUINT64_FORMAT) SECURITY(TIME), action, pair);
    ANSWER(play, pair, header, body);
}

#define ACTION(uri) "<a:Action>" uri "</a:Action>"
#define CALL ACTION("urn:app/call")

static void issue_with(Play *play, const char *security)
{
    ask(play, 1, ACTION(TRUST "/RST/SCT"), security, RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    answer(play, 1, TRUST "/RSTR/SCT", RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
}

static void call_with(Play *play, const char *action, const char *security)
{
    ask(play, 2, action, security, "<q xmlns='urn:app'/>");
    answer(play, 2, "urn:app/answer", "<r xmlns='urn:app'/>");
}

static void two_contexts(Play *play, gboolean is_broken)
{
    issue_with(play, TIME USER);
    call_with(play, CALL, is_broken ? TIME CONTEXT SCT("urn:other", "") : TIME CONTEXT);
}

static void pipe_address(Play *play, gboolean is_broken)
{
    issue_with(play, TIME USER);
    call_with(play, is_broken ? CALL "<a:To>net.pipe://here/s</a:To>" : CALL "<a:To>https://here/net.pipe:</a:To>",
              TIME CONTEXT);
}

static void service_first(Play *play, gboolean is_broken)
{
    play->transport = WSSC_TRANSPORT_NETTCP_TLS;
    issue_with(play, TIME USER);
    if (!is_broken)
        call_with(play, CALL, TIME CONTEXT);
    ANSWER(play, 0, ID("urn:app/event", "urn:e") SECURITY(TIME CONTEXT), "<e xmlns='urn:app'/>");
}

static void not_supporting(Play *play, gboolean is_broken)
{
    issue_with(play, TIME USER);
    call_with(play, CALL,
              is_broken ? TIME CONTEXT "<c:DerivedKeyToken>" BY_CONTEXT "<c:Nonce>AAAA</c:Nonce></c:DerivedKeyToken>"
                        : TIME CONTEXT SIGNED(HMAC_SHA1, "#t"));
}

static void unprotected(Play *play, gboolean is_broken)
{
    play->transport = is_broken ? WSSC_TRANSPORT_HTTP : WSSC_TRANSPORT_HTTPS;
    issue_with(play, TIME USER);
    call_with(play, CALL, TIME CONTEXT);
}

static void tls_on_tcp(Play *play, gboolean is_broken)
{
    play->transport = is_broken ? WSSC_TRANSPORT_NETTCP_TLS : WSSC_TRANSPORT_HTTPS;
    issue_with(play, TIME USER);
    call_with(play, CALL, TIME CONTEXT);
}

static void bootstrap_kind(Play *play, gboolean is_broken)
{
    issue_with(play, is_broken ? TIME NO_TICKET : TIME USER);
    call_with(play, CALL, TIME CONTEXT);
}

static void suite(Play *play, gboolean is_broken)
{
    issue_with(play, TIME USER);
    call_with(play, CALL, is_broken ? TIME CONTEXT SIGNED(HMAC_SHA256, "#t") : TIME CONTEXT SIGNED(HMAC_SHA1, "#t"));
}

static void (*const plays[WSSC_STATEMENT_MAX])(Play *play, gboolean is_broken) = {
    [WSSC_STATEMENT_ONE_INSTANCE] = two_contexts,     [WSSC_STATEMENT_NO_PIPE] = pipe_address,
    [WSSC_STATEMENT_RECEIVE_FIRST] = service_first,   [WSSC_STATEMENT_SUPPORTING_ONLY] = not_supporting,
    [WSSC_STATEMENT_PROTECTED] = unprotected,         [WSSC_STATEMENT_TLS_ON_TCP] = tls_on_tcp,
    [WSSC_STATEMENT_BOOTSTRAP_KIND] = bootstrap_kind, [WSSC_STATEMENT_SUITE] = suite,
};

static void test_broken(gconstpointer data)
{
    guint id = GPOINTER_TO_UINT(data);
    const char *name = wssc_finding_info(wssc_statement_finding((WsscStatementId)id))->name;
    g_assert_nonnull(plays[id]);
    for (guint is_broken = 0; is_broken < 2; is_broken++) {
        Play play;
        begin(&play);
        plays[id](&play, (gboolean)is_broken);
        wssc_session_finish(play.session, play.time);
        const GPtrArray *findings = wssc_session_findings(play.session);
        for (guint f = 0; f < findings->len; f++) {
            const WsscFinding *finding = findings->pdata[f];
            g_test_message("%u %s: frame %u: %s", is_broken, wssc_finding_info(finding->id)->name, finding->frame,
                           finding->text);
        }
        g_assert_cmpuint(count(&play, name), ==, is_broken);
        end(&play);
    }
}

/* Two contexts of one service are told of once, those of two services twice. */
static void test_once_a_service(void)
{
    for (guint services = 1; services <= 2; services++) {
        Play play;
        begin(&play);
        play.transport = WSSC_TRANSPORT_HTTP;
        issue_with(&play, TIME USER);
        play.stream = 2;
        play.server = services == 2 ? "192.0.2.3:80" : NULL;
        ask(&play, 3, ACTION(TRUST "/RST/SCT"), TIME USER, RST("/Issue", ENTROPY(SERVER_ENTROPY)));
        answer(&play, 3, TRUST "/RSTR/SCT", RSTR(TOKEN("urn:ctx2", "") COMPUTED ENTROPY(CLIENT_ENTROPY) HOUR));
        wssc_session_finish(play.session, play.time);
        g_assert_cmpuint(count(&play, "binding-unprotected"), ==, services);
        end(&play);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint id = 0; id < WSSC_STATEMENT_MAX; id++) {
        g_autofree char *path = g_strdup_printf("/findings-binding/%s", wssc_statement_name((WsscStatementId)id));
        g_test_add_data_func(path, GUINT_TO_POINTER(id), test_broken);
    }
    g_test_add_func("/findings-binding/once-a-service", test_once_a_service);
    return g_test_run();
}
