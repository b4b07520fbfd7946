/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What renewing, amending and cancelling do to a context, and what becomes of one whose messages are not all there, or
 * come in another order.
 */
#include "keys/psha.h"
#include "play.h"

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
    play.transport = WSSC_TRANSPORT_NETTCP;
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
    ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"),
           RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
    call(&play, 2, "");
    finish(&play);
    check_state(&play, "urn:ctx", "abandoned");
    const WsscInstance *instance = context(&play, "urn:ctx")->instances->pdata[0];
    g_assert_null(instance->key);
    g_assert_nonnull(strstr(instance->key_missing, "request"));
    g_assert_cmpuint(count(&play, "unsolicited-response"), ==, 1);
    end(&play);
}

/* Seen from its middle: what is not known is how it began, and not how it ended. */
static void test_middle(void)
{
    static const char *const refused = FAULT("c:BadContextToken");
    static const char *const expired = FAULT("c:RenewNeeded");
    Play play;
    begin(&play);
    call(&play, 1, "");
    check_state(&play, "urn:ctx", "observed");
    ASK(&play, 2, ID("urn:op", "urn:m:2") SECURITY(SCT("urn:ctx", "")), "<x/>");
    ANSWER(&play, 2, RE("urn:fault", "urn:m:2"), expired);
    check_state(&play, "urn:ctx", "expired");
    ASK(&play, 3, ID(TRUST "/RST/SCT/Renew", "urn:m:3") SECURITY(SCT("urn:ctx", "")),
        RST("/Renew", TARGET("Renew", "urn:ctx") ENTROPY(CLIENT_ENTROPY)));
    ANSWER(&play, 3, RE(TRUST "/RSTR/SCT/Renew", "urn:m:3"),
           RSTR(TOKEN("urn:ctx", INSTANCE("urn:k2")) COMPUTED ENTROPY(SERVER_ENTROPY)));
    check_state(&play, "urn:ctx", "observed");
    ASK(&play, 4, ID("urn:op", "urn:m:4") SECURITY(SCT("urn:ctx", INSTANCE("urn:k2"))), "<x/>");
    ANSWER(&play, 4, RE("urn:fault", "urn:m:4"), refused);
    check_state(&play, "urn:ctx", "refused");
    ASK(&play, 5, ID("urn:op", "urn:m:5") SECURITY(SCT("urn:ctx", INSTANCE("urn:k2"))), "<x/>");
    ANSWER(&play, 5, RE("urn:done", "urn:m:5"), "<y/>");
    check_state(&play, "urn:ctx", "observed");
    cancel(&play, 6, CANCELLED);
    check_state(&play, "urn:ctx", "cancelled");
    finish(&play);
    check_state(&play, "urn:ctx", "cancelled");
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
    g_assert_cmpint(context(&play, "urn:ctx")->state, ==, WSSC_STATE_CANCELLED);
    play.file = wssc_session_add_file(play.session, "two");
    play.time -= 50 * G_USEC_PER_SEC;
    ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"),
           RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR));
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
        renew(&play, 3, ENTROPY("MAECAw=="),
              RSTR(TOKEN("urn:ctx", INSTANCE("urn:k2")) COMPUTED ENTROPY("QAECAw==") HOUR));
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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/context/renewal-keeps-key", test_renewal_keeps_key);
    g_test_add_func("/context/renewal-names-kept-key", test_renewal_names_kept_key);
    g_test_add_func("/context/renewal-without-instance", test_renewal_without_instance);
    g_test_add_func("/context/renewal-refused", test_renewal_refused);
    g_test_add_func("/context/rollover", test_rollover);
    g_test_add_func("/context/amend", test_amend);
    g_test_add_func("/context/cancel", test_cancel);
    g_test_add_func("/context/lost-halves", test_lost_halves);
    g_test_add_func("/context/middle", test_middle);
    g_test_add_func("/context/other-order", test_other_order);
    g_test_add_func("/context/captured-twice", test_captured_twice);
    return g_test_run();
}
