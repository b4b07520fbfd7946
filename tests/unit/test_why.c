/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each cause has a conversation that raises it, and one much like it that does not (why_fixtures.def).
 */
#include "why/why.h"
#include "why_play.h"

/* ---- the table -------------------------------------------------------------------------------------------------- */

typedef struct {
    void (*raises)(Play *play);
    WsscConfidence confidence;
    void (*does_not)(Play *play);
} Fixture;

static const Fixture fixtures[WSSC_CAUSE_MAX] = {
#define FIXTURE(cause, raises, confidence, does_not)                                                                   \
    [WSSC_CAUSE_##cause] = {play_##raises, WSSC_##confidence, play_##does_not},
#include "why_fixtures.def"
#undef FIXTURE
};

static const WsscTrouble *find(const WsscWhy *why, WsscCauseId cause)
{
    for (guint i = 0; i < why->troubles->len; i++) {
        const WsscTrouble *trouble = why->troubles->pdata[i];
        if (trouble->cause == cause)
            return trouble;
    }
    return NULL;
}

static WsscWhy *play_out(Play *play, void (*conversation)(Play *play))
{
    begin(play);
    conversation(play);
    finish(play);
    return wssc_why_ask(wssc_session_model(play->session));
}

static void tell_all(const WsscWhy *why)
{
    for (guint i = 0; i < why->troubles->len; i++) {
        const WsscTrouble *trouble = why->troubles->pdata[i];
        g_test_message("%s (%s): %s", wssc_cause_info(trouble->cause)->name, wssc_confidence_name(trouble->confidence),
                       trouble->text);
    }
}

static void test_cause(gconstpointer data)
{
    WsscCauseId cause = (WsscCauseId)GPOINTER_TO_INT(data);
    Play play;
    g_assert_nonnull(fixtures[cause].raises);
    g_autoptr(WsscWhy) raised = play_out(&play, fixtures[cause].raises);
    tell_all(raised);
    const WsscTrouble *trouble = find(raised, cause);
    g_assert_nonnull(trouble);
    g_assert_cmpint(trouble->confidence, ==, fixtures[cause].confidence);
    g_assert_true(raised->troubles->pdata[0] == trouble);
    g_assert_cmpuint(trouble->evidence->len, >, 0);
    g_assert_cmpuint(strlen(trouble->advice), >, 0);
    g_clear_pointer(&raised, wssc_why_free);
    end(&play);
    g_autoptr(WsscWhy) calm = play_out(&play, fixtures[cause].does_not);
    tell_all(calm);
    g_assert_null(find(calm, cause));
    g_clear_pointer(&calm, wssc_why_free);
    end(&play);
}

/* ---- grounds ---------------------------------------------------------------------------------------------------- */

static const struct {
    WsscCauseId cause;
    void (*holds)(Play *play);
    WsscConfidence confidence;
    const char *words;
    void (*does_not)(Play *play);
} grounds[] = {
#define GROUND(cause, holds, confidence, words, does_not)                                                              \
    {WSSC_CAUSE_##cause, play_##holds, WSSC_##confidence, words, play_##does_not},
#include "why_grounds.def"
#undef GROUND
};

static void test_ground(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    Play play;
    g_autoptr(WsscWhy) raised = play_out(&play, grounds[i].holds);
    tell_all(raised);
    const WsscTrouble *trouble = find(raised, grounds[i].cause);
    g_assert_nonnull(trouble);
    g_assert_cmpint(trouble->confidence, ==, grounds[i].confidence);
    g_assert_nonnull(strstr(trouble->text, grounds[i].words));
    g_clear_pointer(&raised, wssc_why_free);
    end(&play);
    g_autoptr(WsscWhy) calm = play_out(&play, grounds[i].does_not);
    tell_all(calm);
    const WsscTrouble *other = find(calm, grounds[i].cause);
    g_assert_true(other == NULL || strstr(other->text, grounds[i].words) == NULL);
    g_clear_pointer(&calm, wssc_why_free);
    end(&play);
}

/* ---- what stacks say -------------------------------------------------------------------------------------------- */

/* Faults of no code that tells, by their words alone. */
static const struct {
    const char *text, *cause, *layer;
} words[] = {
    {"WSE065: Creation time of the timestamp is in the future. This typically indicates lack of synchronization "
     "between "
     "sender and receiver clocks.",
     "clock-skew-client-ahead", "wss"},
    {"The security timestamp is stale because its expiration time is in the past.", "clock-skew-client-behind", "wss"},
    {"Message Created time past the current time even accounting for set clock skew", "clock-skew-client-behind",
     "wss"},
    {"Security processing failed (actions mismatch)", "policy-not-met", "wss"},
    {"Request does not contain required Security header", "policy-not-met", "wss"},
    {"Protection order mismatch", "policy-not-met", "wss"},
    {"CWWSS5509E: A security token whose type is [x] is required.", "policy-not-met", "wss"},
    {"Nonce value : 1, already seen before for user name : a. Possibly this could be a replay attack.", "replayed",
     "wss"},
    {"The nonce is invalid or replayed.", "replayed", "wss"},
    {"General security error (No certificates were found for decryption (KeyId))", "decryption-failed", "wss"},
    {"Rejected by policy. (from client)", "gateway", "http"},
    {"Failed to establish a backside connection", "gateway", "http"},
    {"Policy Falsified", "gateway", "http"},
    {"Order 4711 was not found", "application-fault", "application"},
};

static void test_words(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        Play play;
        begin(&play);
        g_autofree char *fault = g_strdup_printf(PLAIN_FAULT("%s"), words[i].text);
        g_autofree char *id = call_as(&play, 1, "urn:ctx", GOOD_STAMP);
        refuse(&play, 1, id, fault);
        finish(&play);
        g_autoptr(WsscWhy) why = wssc_why_ask(wssc_session_model(play.session));
        tell_all(why);
        g_assert_cmpuint(why->troubles->len, ==, 1);
        const WsscTrouble *trouble = why->troubles->pdata[0];
        g_assert_cmpstr(wssc_cause_info(trouble->cause)->name, ==, words[i].cause);
        g_assert_cmpstr(trouble->layer, ==, words[i].layer);
        g_clear_pointer(&why, wssc_why_free);
        end(&play);
    }
}

/* ---- what goes right -------------------------------------------------------------------------------------------- */

static void check_nothing(void (*conversation)(Play *play))
{
    Play play;
    g_autoptr(WsscWhy) why = play_out(&play, conversation);
    tell_all(why);
    g_assert_cmpuint(why->troubles->len, ==, 0);
    g_clear_pointer(&why, wssc_why_free);
    end(&play);
}

/* HTTP's own challenge, and a connection that was gone: the same message is taken the second time. */
static void challenged(Play *play)
{
    plain_call(play);
    note(play, WSSC_SIGN_STATUS, TRUE, 1, 401, NULL);
    say(play, FALSE, 2, ID("urn:app/call", "urn:m:1"), "<q xmlns='urn:app'/>");
    note(play, WSSC_SIGN_RESET, TRUE, 0, 0, NULL);
    next_connection(play);
    say(play, FALSE, 3, ID("urn:app/call", "urn:m:1"), "<q xmlns='urn:app'/>");
    serve(play, 3, "urn:m:1");
}

static void one_way(Play *play)
{
    plain_call(play);
    note(play, WSSC_SIGN_STATUS, TRUE, 1, 202, NULL);
    pass(play, 120);
    note(play, WSSC_SIGN_FIN, FALSE, 0, 0, NULL);
}

/* Its answer is on the way back when frames are lost. */
static void lossy(Play *play)
{
    plain_call(play);
    const WsscUnit unit = {.file = play->file,
                           .frame = ++play->frame,
                           .time = play->time += G_USEC_PER_SEC / 100,
                           .src = "192.0.2.2:443",
                           .dst = "192.0.2.1:5001",
                           .transport = WSSC_TRANSPORT_TCP,
                           .encoding = WSSC_ENCODING_TEXT,
                           .direction = WSSC_DIRECTION_RESPONSE,
                           .damage = "500 octets are missing before this frame"};
    wssc_session_feed(play->session, &unit);
    pass(play, 120);
    note(play, WSSC_SIGN_FIN, FALSE, 0, 0, NULL);
}

static void one_direction(Play *play)
{
    plain_call(play);
    g_free(call_as(play, 2, "urn:ctx", SIGNATURE));
    pass(play, 120);
    note(play, WSSC_SIGN_FIN, FALSE, 0, 0, NULL);
}

/* Only what clients send was captured: nothing is told, and that is said. As soon as anything of a server is there, a
 * request that nobody answers is a trouble. */
static void test_one_direction(void)
{
    Play play;
    g_autoptr(WsscWhy) why = play_out(&play, one_direction);
    g_assert_cmpuint(why->troubles->len, ==, 0);
    g_assert_true(why->is_one_sided);
    g_clear_pointer(&why, wssc_why_free);
    end(&play);
    begin(&play);
    play.is_other_end_heard = TRUE;
    one_direction(&play);
    finish(&play);
    g_autoptr(WsscWhy) heard = wssc_why_ask(wssc_session_model(play.session));
    g_assert_false(heard->is_one_sided);
    g_assert_nonnull(find(heard, WSSC_CAUSE_NO_ANSWER));
    g_clear_pointer(&heard, wssc_why_free);
    end(&play);
}

static void test_nothing(void)
{
    check_nothing(play_served);
    check_nothing(play_renewed);
    check_nothing(play_not_busy);
    check_nothing(play_all_cancelled);
    check_nothing(challenged);
    check_nothing(one_way);
    check_nothing(play_cut_short);
    check_nothing(lossy);
    check_nothing(one_direction);
}

/* ---- groups ----------------------------------------------------------------------------------------------------- */

static void test_groups(void)
{
    Play play;
    g_autoptr(WsscWhy) why = play_out(&play, play_restarted);
    g_assert_cmpuint(why->troubles->len, ==, 1);
    const WsscTrouble *trouble = why->troubles->pdata[0];
    g_assert_cmpuint(trouble->occurrences->len, ==, 3);
    for (guint i = 0; i < 3; i++) {
        const WsscOccurrence *one = trouble->occurrences->pdata[i];
        g_autofree char *name = g_strdup_printf("urn:ctx:%u", i);
        g_assert_true(one->context == context(&play, name));
        g_assert_true(wssc_why_of_frame(why, play.file, one->frame) == trouble);
        g_assert_true(wssc_why_of_frame(why, play.file, one->request) == trouble);
        g_assert_true(wssc_trouble_is_of(trouble, one->context));
    }
    g_assert_null(wssc_why_of_frame(why, play.file, 1));
    g_assert_null(wssc_why_of_frame(why, play.file + 1, trouble->frame));
    g_clear_pointer(&why, wssc_why_free);
    end(&play);
}

static void test_names(void)
{
    for (int id = 0; id < WSSC_CAUSE_MAX; id++) {
        WsscCauseId found;
        g_assert_true(wssc_cause_from_name(wssc_cause_info((WsscCauseId)id)->name, &found));
        g_assert_cmpint((int)found, ==, id);
    }
    WsscCauseId found;
    g_assert_false(wssc_cause_from_name("none", &found));
    g_assert_nonnull(wssc_cause_advice(WSSC_CAUSE_INACTIVITY, WSSC_PLATFORM_COREWCF));
    g_assert_null(wssc_cause_advice(WSSC_CAUSE_INACTIVITY, WSSC_PLATFORM_UNKNOWN));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (int id = 0; id < WSSC_CAUSE_MAX; id++) {
        g_autofree char *path = g_strdup_printf("/why/%s", wssc_cause_info((WsscCauseId)id)->name);
        g_test_add_data_func(path, GINT_TO_POINTER(id), test_cause);
    }
    for (guint i = 0; i < G_N_ELEMENTS(grounds); i++) {
        g_autofree char *path = g_strdup_printf("/why/ground/%u/%s", i + 1, wssc_cause_info(grounds[i].cause)->name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_ground);
    }
    g_test_add_func("/why/words", test_words);
    g_test_add_func("/why/nothing", test_nothing);
    g_test_add_func("/why/one-direction", test_one_direction);
    g_test_add_func("/why/groups", test_groups);
    g_test_add_func("/why/names", test_names);
    return g_test_run();
}
