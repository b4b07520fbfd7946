/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages are told to be settled as soon as nothing that comes later can change them: a row of verdicts then need not
 * wait for the capture's end, nor do the rows behind it.
 */
#include "session/session.h"
#include "signed_message.h"

#define BROKEN_TOKEN "<wsse:BinarySecurityToken xmlns:wsu=\"" WSU "\" wsu:Id=\"T\">AAAA</wsse:BinarySecurityToken>"
#define BY_TOKEN                                                                                                       \
    "<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI=\"#T\"></wsse:Reference>"                            \
    "</wsse:SecurityTokenReference></ds:KeyInfo>"

static void count(gpointer user, const WsscMessage *message G_GNUC_UNUSED)
{
    (*(guint *)user)++;
}

/* Of a message with such a token and KeyInfo: how often it was told of when it was fed. */
static guint told_when_fed(const char *tokens, const char *key_info, guint *ret_told_at_all)
{
    g_autoptr(WsscSession) session = wssc_session_new();
    g_autofree char *digest = reference("#B", BODY);
    g_autofree char *info = signed_info(HMAC_SHA1, digest);
    g_autofree char *text =
        message(&(Parts){.tokens = tokens, .info = info, .after_info = key_info}, SECRET, strlen(SECRET));
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    *ret_told_at_all = 0;
    wssc_session_tell_settled(session, count, ret_told_at_all);
    wssc_session_add_file(session, "one");
    const WsscMessage *fed = wssc_session_feed(
        session, &(WsscUnit){.frame = 1, .src = "192.0.2.1:5000", .dst = "192.0.2.2:80", .octets = octets});
    g_assert_cmpuint(fed->security->signatures->len, ==, 1);
    assert_verdict(fed->security->signatures->pdata[0], WSSC_VERDICT_NO_KEY, NULL);
    guint when_fed = *ret_told_at_all;
    wssc_session_finish(session, 0);
    return when_fed;
}

/* The token itself is broken: no key by another name can take its place. */
static void test_nothing_asked(void)
{
    guint told;
    g_assert_cmpuint(told_when_fed(BROKEN_TOKEN, BY_TOKEN, &told), ==, 1);
    g_assert_cmpuint(told, ==, 1);
}

/* The key of that name may still come. */
static void test_asked(void)
{
    guint told;
    g_assert_cmpuint(told_when_fed("", BY_NAME, &told), ==, 0);
    g_assert_cmpuint(told, ==, 1);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settled/nothing-asked", test_nothing_asked);
    g_test_add_func("/settled/asked", test_asked);
    return g_test_run();
}
