/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens that one service issues and another one takes: from their issue to the contexts that they are shown for.
 */
#include "report/story.h"
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

/* ---- security context tokens --------------------------------------------------------------------------------------
 */

static void ask_with(Play *play, guint pair, const char *security, const char *context)
{
    g_autofree char *ask = g_strdup_printf(ID(TRUST "/RST/SCT", "urn:m:%u") SECURITY("%s"), pair, security);
    g_autofree char *back = g_strdup_printf(RE(TRUST "/RSTR/SCT", "urn:m:%u"), pair);
    g_autofree char *body = g_strdup_printf(RSTR(TOKEN("%s", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR), context);
    ASK(play, pair, ask, RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    ANSWER(play, pair, back, body);
}

/* One context is asked for with the token of another one, which another server issued. */
static void test_context_for_context(void)
{
    Play play;
    begin(&play);
    ask_with(&play, 1, "", "urn:first");
    play.server = "192.0.2.7:443";
    play.stream++;
    ask_with(&play, 2, SCT("urn:first", ""), "urn:second");
    call(&play, 3, "");
    finish(&play);
    const WsscModel *model = wssc_session_model(play.session);
    const WsscContext *second = context(&play, "urn:second");
    g_assert_cmpuint(model->tokens->len, ==, 1);
    const WsscToken *token = model->tokens->pdata[0];
    g_assert_cmpstr(token->id, ==, "urn:first");
    g_assert_cmpstr(wssc_token_kind_name(token->kind), ==, "sct");
    g_assert_cmpint(token->expires - token->created, ==, (gint64)3600 * G_USEC_PER_SEC);
    g_assert_cmpuint(token->issued_by->response->frame, ==, 2);
    g_assert_cmpuint(token->uses, ==, 1);
    g_assert_cmpuint(second->tokens->len, ==, 1);
    g_assert_true(second->tokens->pdata[0] == token);
    g_assert_cmpuint(context(&play, "urn:first")->tokens->len, ==, 0);
    end(&play);
}

/* KeyType Bearer: it is shown without a proof, and lives as long as it says. */
static void test_bearer(void)
{
    Play play;
    begin(&play);
    ASK(&play, 1, ID(TRUST "/RST/Issue", "urn:m:1"),
        RST("/Issue", "<t:KeyType>http://docs.oasis-open.org/ws-sx/wstrust/200512/Bearer</t:KeyType>"));
    ANSWER(&play, 1, RE(TRUST "/RSTRC/IssueFinal", "urn:m:1"), RSTR(TOKEN("urn:ctx", "") HOUR));
    call(&play, 2, "");
    call(&play, 3, "");
    finish(&play);
    const WsscModel *model = wssc_session_model(play.session);
    g_assert_cmpuint(model->tokens->len, ==, 1);
    const WsscToken *token = model->tokens->pdata[0];
    g_assert_cmpstr(token->id, ==, "urn:ctx");
    g_assert_cmpuint(token->uses, ==, 2);
    g_assert_cmpuint(token->first_use->frame, ==, 3);
    g_assert_cmpuint(token->last_use->frame, ==, 5);
    g_assert_cmpuint(token->contexts->len, ==, 0);
    g_assert_cmpuint(count(&play, "no-proof-token"), ==, 0);
    g_assert_null(wssc_story_of_token(model, token));
    end(&play);
}

/* AppliesTo names another service than To: the token is for there. The same of one's own context is no such token. */
static void for_service(const char *applies_to, guint tokens)
{
    Play play;
    begin(&play);
    g_autofree char *rst = g_strdup_printf(
        RST("/Issue",
            ENTROPY(
                CLIENT_ENTROPY) "<p:AppliesTo xmlns:p='http://schemas.xmlsoap.org/ws/2004/09/policy'>"
                                "<a:EndpointReference><a:Address>%s</a:Address></a:EndpointReference></p:AppliesTo>"),
        applies_to);
    ASK(&play, 1, ID(TRUST "/RST/Issue", "urn:m:1") "<a:To>https://sts.example/issue</a:To>", rst);
    ANSWER(&play, 1, RE(TRUST "/RSTRC/IssueFinal", "urn:m:1"),
           RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
    call(&play, 2, "");
    finish(&play);
    g_assert_cmpuint(wssc_session_model(play.session)->tokens->len, ==, tokens);
    end(&play);
}

static void test_for_another_service(void)
{
    for_service("https://shop.example/orders", 1);
    for_service("https://STS.example/other", 0);
}

/* ---- the timeline -------------------------------------------------------------------------------------------------
 */

static void check_line(const GPtrArray *story, guint i, const char *kind, guint32 frame, const char *text)
{
    const WsscEvent *line = story->pdata[i];
    g_assert_cmpstr(wssc_event_kind_name(line->kind), ==, kind);
    g_assert_cmpuint(line->frame, ==, frame);
    g_assert_cmpstr(line->text, ==, text);
}

static void test_timeline(void)
{
    Play play;
    begin(&play);
    play_issued_token(&play, 1);
    play.time += (gint64)3600 * G_USEC_PER_SEC;
    call(&play, 3, "");
    finish(&play);
    const WsscContext *own = context(&play, "urn:ctx");
    g_autoptr(GPtrArray) story = wssc_story_of_context(own);
    g_assert_cmpuint(story->len, ==, own->events->len + 3);
    check_line(story, 0, "token", 2,
               "192.0.2.2:443 issues assertion a1 of sts for alice, good until "
               "2026-03-01T12:10:00.000000Z");
    g_assert_cmpstr(wssc_event_kind_name(((const WsscEvent *)story->pdata[1])->kind), ==, "request");
    check_line(story, 2, "token", 3, "192.0.2.1:5001 shows assertion a1 of sts for alice");
    guint ends = 0;
    for (guint i = 3; i < story->len; i++)
        ends += strstr(((const WsscEvent *)story->pdata[i])->text, "the time of assertion a1") != NULL;
    g_assert_cmpuint(ends, ==, 1);
    g_assert_null(wssc_story_of_token(wssc_session_model(play.session), own->tokens->pdata[0]));
    end(&play);
}

/* No context was asked for with it. */
static void test_timeline_alone(void)
{
    Play play;
    begin(&play);
    for (guint i = 1; i <= 3; i++) {
        g_autofree char *header = g_strdup_printf(ID("urn:app/call", "urn:m:%u") SECURITY(ASSERTION), i);
        ASK(&play, i, header, "<q xmlns='urn:app'/>");
    }
    finish(&play);
    const WsscModel *model = wssc_session_model(play.session);
    g_autoptr(GPtrArray) story = wssc_story_of_token(model, model->tokens->pdata[0]);
    g_assert_cmpuint(story->len, ==, 2);
    check_line(story, 0, "token", 1, "192.0.2.1:5001 shows assertion a1 of sts for alice");
    check_line(story, 1, "token", 3, "192.0.2.1:5001 shows assertion a1 of sts for alice");
    end(&play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tokens/from-issue-to-context", test_from_issue_to_context);
    g_test_add_func("/tokens/used-twice", test_used_twice);
    g_test_add_func("/tokens/names", test_names);
    g_test_add_func("/tokens/context-for-context", test_context_for_context);
    g_test_add_func("/tokens/bearer", test_bearer);
    g_test_add_func("/tokens/for-another-service", test_for_another_service);
    g_test_add_func("/tokens/timeline", test_timeline);
    g_test_add_func("/tokens/timeline-alone", test_timeline_alone);
    return g_test_run();
}
