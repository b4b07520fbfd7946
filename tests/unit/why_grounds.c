/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For grounds that a cause may stand on: a conversation that has them, and one much like it that has not.
 */
#include "why_play.h"

/* ---- Timestamps ------------------------------------------------------------------------------------------------- */

static void call_with(Play *play, guint64 pair, const char *security, gboolean is_taken)
{
    g_autofree char *id = g_strdup_printf("urn:call:%u", (guint)pair);
    g_autofree char *header = g_strdup_printf(
        "<a:Action>urn:app/call</a:Action><a:MessageID>%s</a:MessageID><o:Security>%s</o:Security>", id, security);
    say(play, FALSE, pair, header, "<q xmlns='urn:app'/>");
    if (is_taken)
        serve(play, pair, id);
    else
        refuse(play, pair, id, HIDDEN);
}

#define TOKEN_OF(name) "<c:SecurityContextToken><c:Identifier>" name "</c:Identifier></c:SecurityContextToken>"
#define MINE TOKEN_OF("urn:ctx")

void play_no_timestamp(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_with(play, 2, GOOD_STAMP MINE SIGNATURE, TRUE);
    call_with(play, 3, MINE SIGNATURE, FALSE);
}

void play_timestamp_nobody_sends(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_with(play, 2, MINE SIGNATURE, TRUE);
    call_with(play, 3, MINE SIGNATURE, FALSE);
}

void play_timestamp_later(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_with(play, 2, GOOD_STAMP MINE SIGNATURE, TRUE);
    call_with(play, 3, MINE GOOD_STAMP SIGNATURE, FALSE);
}

void play_timestamp_anywhere(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_with(play, 2, GOOD_STAMP MINE SIGNATURE, TRUE);
    call_with(play, 3, MINE GOOD_STAMP SIGNATURE, TRUE);
    call_with(play, 4, MINE SIGNATURE GOOD_STAMP, FALSE);
}

/* ---- actions ---------------------------------------------------------------------------------------------------- */

static void ask_other(Play *play, guint64 pair, gboolean is_taken)
{
    g_autofree char *id = g_strdup_printf("urn:other:%u", (guint)pair);
    g_autofree char *header =
        g_strdup_printf("<a:Action>urn:app/other</a:Action><a:MessageID>%s</a:MessageID>" SECURITY(MINE SIGNATURE), id);
    say(play, FALSE, pair, header, "<o xmlns='urn:app'/>");
    if (is_taken)
        serve(play, pair, id);
    else
        refuse(play, pair, id, BAD_CONTEXT);
}

void play_action_not_seen(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    ask_other(play, 3, FALSE);
    call_served(play, 4, "urn:ctx");
}

void play_action_seen(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    ask_other(play, 2, TRUE);
    ask_other(play, 3, FALSE);
    call_served(play, 4, "urn:ctx");
}

/* ---- connections ------------------------------------------------------------------------------------------------ */

static void wait_for_answer(Play *play, guint seconds)
{
    issue_as(play, 2, "urn:ctx");
    plain_call(play);
    pass(play, seconds);
    note(play, WSSC_SIGN_RESET, FALSE, 0, 0, NULL);
}

void play_client_gave_up(Play *play)
{
    wait_for_answer(play, 30);
}

/* Nobody has had the time to answer: no ground, and so less sure. */
void play_client_left_at_once(Play *play)
{
    wait_for_answer(play, 0);
}

static void end_of_session(Play *play, guint idle)
{
    play->transport = WSSC_TRANSPORT_NETTCP;
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    pass(play, idle);
    note(play, WSSC_SIGN_FRAMING_END, TRUE, 0, 0, NULL);
}

void play_session_idle(Play *play)
{
    end_of_session(play, 600);
}

void play_session_busy(Play *play)
{
    end_of_session(play, 3);
}

/* ---- contexts that live on -------------------------------------------------------------------------------------- */

static void leave_alone(Play *play, const char *fault, guint seconds, gboolean is_served_again)
{
    issue_as(play, 1, "urn:ctx:1");
    issue_as(play, 2, "urn:ctx:2");
    call_served(play, 3, "urn:ctx:2");
    pass(play, seconds);
    call_refused(play, 4, "urn:ctx:1", fault);
    call_served(play, 5, "urn:ctx:2");
    if (is_served_again)
        call_served(play, 6, "urn:ctx:1");
}

void play_idle_and_gone(Play *play)
{
    leave_alone(play, BAD_CONTEXT, 300, FALSE);
}

/* What is served again under the same key was not dropped. */
void play_idle_and_back(Play *play)
{
    leave_alone(play, BAD_CONTEXT, 300, TRUE);
}

/* Some stacks say that they cannot authenticate where they no longer have the context. */
#define UNAUTHENTICATED SENDER("o:FailedAuthentication", "no")

void play_idle_unauthenticated(Play *play)
{
    leave_alone(play, UNAUTHENTICATED, 300, FALSE);
}

void play_busy_unauthenticated(Play *play)
{
    leave_alone(play, UNAUTHENTICATED, 1, FALSE);
}

/* The service ends all connections at once. */
static void end_all(Play *play, gboolean is_served_again)
{
    guint64 first = end_three(play);
    play->stream = first + 10;
    for (guint i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("urn:ctx:%u", i);
        call_refused(play, 1 + 2 * i, name, BAD_CONTEXT);
        if (is_served_again)
            call_served(play, 2 + 2 * i, name);
    }
}

void play_ended_and_gone(Play *play)
{
    end_all(play, FALSE);
}

void play_ended_and_back(Play *play)
{
    end_all(play, TRUE);
}

/* ---- issued tokens ------------------------------------------------------------------------------------------------
 */

static void show_assertion(Play *play, guint seconds)
{
    pass(play, seconds);
    request(play, 1, "urn:m:1", ASSERTION, RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    refuse(play, 1, "urn:m:1", SENDER("o:InvalidSecurityToken", "no"));
}

/* It is good for ten minutes. */
void play_assertion_outdated(Play *play)
{
    show_assertion(play, 3600);
}

void play_assertion_fresh(Play *play)
{
    show_assertion(play, 60);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static void ask_under(Play *play, const char *host)
{
    play->host = host;
    say(play, FALSE, 1, ID("urn:app/call", "urn:m:1") "<a:To>https://service.example/</a:To>", "<q xmlns='urn:app'/>");
    note(play, WSSC_SIGN_STATUS, TRUE, 1, 404, NULL);
}

void play_name_unknown(Play *play)
{
    ask_under(play, "inner.example");
}

void play_name_known(Play *play)
{
    ask_under(play, "service.example:443");
}
