/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens that one service issues and another one takes: from their issue to the contexts that they are shown for.
 */
#include "play.h"

static void test_from_issue_to_context(void)
{
    Play play;
    begin(&play);
    play_issued_token(&play, 1);
    finish(&play);
    const WsscModel *model = wssc_session_model(play.session);
    const WsscContext *own = context(&play, "urn:ctx");
    g_assert_cmpuint(model->tokens->len, ==, 1);
    const WsscToken *token = model->tokens->pdata[0];
    g_assert_cmpstr(token->id, ==, "a1");
    g_assert_cmpstr(token->issuer, ==, "sts");
    g_assert_cmpstr(token->subject, ==, "alice");
    g_assert_cmpstr(wssc_token_kind_name(token->kind), ==, "saml20");
    g_assert_cmpint(token->created, ==, wssc_time_parse(START));
    g_assert_cmpint(token->expires - token->created, ==, 600 * G_USEC_PER_SEC);
    g_assert_cmpuint(token->uses, ==, 1);
    g_assert_nonnull(token->issued_by);
    g_assert_cmpuint(token->issued_by->response->frame, ==, 2);
    g_assert_cmpuint(token->first_use->frame, ==, 3);
    g_assert_cmpuint(own->tokens->len, ==, 1);
    g_assert_true(own->tokens->pdata[0] == token);
    g_assert_true(token->contexts->pdata[0] == own);
    end(&play);
}

/* The same one for two contexts is one token; its issue is not in the capture. */
static void test_used_twice(void)
{
    Play play;
    begin(&play);
    for (guint i = 1; i <= 2; i++) {
        g_autofree char *ask = g_strdup_printf(ID(TRUST "/RST/SCT", "urn:m:%u") SECURITY(ASSERTION), i);
        g_autofree char *back = g_strdup_printf(RE(TRUST "/RSTR/SCT", "urn:m:%u"), i);
        g_autofree char *body = g_strdup_printf(RSTR(TOKEN("urn:ctx:%u", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR), i);
        ASK(&play, i, ask, RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
        ANSWER(&play, i, back, body);
    }
    finish(&play);
    const WsscModel *model = wssc_session_model(play.session);
    g_assert_cmpuint(model->tokens->len, ==, 1);
    const WsscToken *token = model->tokens->pdata[0];
    g_assert_null(token->issued_by);
    g_assert_cmpuint(token->uses, ==, 2);
    g_assert_cmpuint(token->contexts->len, ==, 2);
    end(&play);
}

/* SAML 1.1 names itself otherwise; an assertion without a name is another one each time. */
static void test_names(void)
{
    static const char old[] =
        "<Assertion xmlns='urn:oasis:names:tc:SAML:1.0:assertion' AssertionID='b2' Issuer='old'>"
        "<AttributeStatement><Subject><NameIdentifier>bob</NameIdentifier></Subject></AttributeStatement></Assertion>";
    static const char nameless[] = "<Assertion xmlns='urn:oasis:names:tc:SAML:2.0:assertion'/>";
    Play play;
    begin(&play);
    g_autofree char *header =
        g_strdup_printf(ID("urn:app/call", "urn:m:1") SECURITY("%s%s%s"), old, nameless, nameless);
    ASK(&play, 1, header, "<q xmlns='urn:app'/>");
    finish(&play);
    const WsscModel *model = wssc_session_model(play.session);
    g_assert_cmpuint(model->tokens->len, ==, 3);
    const WsscToken *token = model->tokens->pdata[0];
    g_assert_cmpstr(token->id, ==, "b2");
    g_assert_cmpstr(token->issuer, ==, "old");
    g_assert_cmpstr(token->subject, ==, "bob");
    g_assert_cmpstr(wssc_token_kind_name(token->kind), ==, "saml11");
    g_assert_cmpint(token->expires, ==, WSSC_TIME_NONE);
    end(&play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tokens/from-issue-to-context", test_from_issue_to_context);
    g_test_add_func("/tokens/used-twice", test_used_twice);
    g_test_add_func("/tokens/names", test_names);
    return g_test_run();
}
