/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For each cause a conversation that raises it, and one much like it that does not.
 */
#include "why_play.h"

/* ---- conversations ---------------------------------------------------------------------------------------------- */

void play_unsigned_call(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    g_free(call_as(play, 3, "urn:ctx", ""));
    note(play, WSSC_SIGN_RESET, TRUE, 0, 0, NULL);
}

void play_signed_call(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    g_free(call_as(play, 3, "urn:ctx", SIGNATURE));
    note(play, WSSC_SIGN_RESET, TRUE, 0, 0, NULL);
}

static void same_again(Play *play, const char *second)
{
    static const char header[] = ID("urn:app/call", "urn:m:7") SECURITY(SIGNATURE);
    say(play, FALSE, 1, header, "<q xmlns='urn:app'/>");
    serve(play, 1, "urn:m:7");
    say(play, FALSE, 2, second, "<q xmlns='urn:app'/>");
    refuse(play, 2, "urn:m:7", HIDDEN);
}

void play_replayed(Play *play)
{
    same_again(play, ID("urn:app/call", "urn:m:7") SECURITY(SIGNATURE));
}

void play_not_replayed(Play *play)
{
    same_again(play, ID("urn:app/call", "urn:m:8") SECURITY(SIGNATURE));
}

static void issue_refused(Play *play, const char *security, const char *fault)
{
    request(play, 1, "urn:m:1", security, RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    refuse(play, 1, "urn:m:1", fault);
}

void play_ahead(Play *play)
{
    issue_refused(play, STAMP("2026-03-01T12:20:00Z", "2026-03-01T12:25:00Z") USER, HIDDEN);
}

void play_behind(Play *play)
{
    issue_refused(play, STAMP("2026-03-01T11:40:00Z", "2026-03-01T11:45:00Z") USER, HIDDEN);
}

void play_on_time(Play *play)
{
    issue_refused(play, GOOD_STAMP USER, HIDDEN);
}

/* The client's other message has the right time: this one was under way for long. */
void play_held_back(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    g_autofree char *first = call_as(play, 2, "urn:ctx", GOOD_STAMP SIGNATURE);
    serve(play, 2, first);
    g_autofree char *id = call_as(play, 3, "urn:ctx", STAMP("2026-03-01T11:59:55Z", "2026-03-01T11:59:58Z") SIGNATURE);
    refuse(play, 3, id, SENDER("u:MessageExpired", "too late"));
}

void play_not_held_back(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    g_autofree char *id = call_as(play, 3, "urn:ctx", GOOD_STAMP SIGNATURE);
    refuse(play, 3, id, HIDDEN);
}

static void renew_as(Play *play, guint64 pair, const char *instance)
{
    ask_again(play, pair, "Renew", "renew", "urn:ctx");
    g_autofree char *header = g_strdup_printf(
        "<a:Action>" TRUST "/RSTR/SCT/Renew</a:Action><a:RelatesTo>urn:renew:%u</a:RelatesTo>", (guint)pair);
    g_autofree char *body = g_strdup_printf(
        RSTR("<t:RequestedSecurityToken><c:SecurityContextToken><c:Identifier>urn:ctx</c:Identifier><c:Instance>%s"
             "</c:Instance></c:SecurityContextToken></t:RequestedSecurityToken>" COMPUTED ENTROPY(SERVER_ENTROPY) HOUR),
        instance);
    say(play, TRUE, pair, header, body);
}

static void call_instance(Play *play, guint64 pair, const char *instance, gboolean is_served)
{
    g_autofree char *id = g_strdup_printf("urn:call:%u", play->frame);
    g_autofree char *header = g_strdup_printf(
        "<a:Action>urn:app/call</a:Action><a:MessageID>%s</a:MessageID><o:Security>"
        "<c:SecurityContextToken><c:Identifier>urn:ctx</c:Identifier>%s%s%s</c:SecurityContextToken>" SIGNATURE
        "</o:Security>",
        id, instance != NULL ? "<c:Instance>" : "", instance != NULL ? instance : "",
        instance != NULL ? "</c:Instance>" : "");
    say(play, FALSE, pair, header, "<q xmlns='urn:app'/>");
    if (is_served)
        serve(play, pair, id);
    else
        note(play, WSSC_SIGN_RESET, TRUE, 0, 0, NULL);
}

void play_old_key(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_instance(play, 2, NULL, TRUE);
    renew_as(play, 3, "urn:2");
    call_instance(play, 4, "urn:2", TRUE);
    pass(play, 10);
    call_instance(play, 5, NULL, FALSE);
}

void play_new_key(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    renew_as(play, 3, "urn:2");
    call_instance(play, 4, "urn:2", TRUE);
    call_instance(play, 5, "urn:2", FALSE);
}

void play_used_after_cancel(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    cancel_as(play, 3, "urn:ctx");
    call_refused(play, 4, "urn:ctx", HIDDEN);
}

void play_used_before_cancel(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    call_refused(play, 4, "urn:ctx", HIDDEN);
    cancel_as(play, 3, "urn:ctx");
}

void play_renew_needed(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    pass(play, 3700);
    call_refused(play, 4, "urn:ctx", SENDER("c:RenewNeeded", "too old"));
}

void play_not_expired(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    pass(play, 60);
    call_refused(play, 4, "urn:ctx", BAD_CONTEXT);
}

void play_renewal_refused(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    ask_again(play, 3, "Renew", "renew", "urn:ctx");
    refuse(play, 3, "urn:renew:3", SENDER("t:InvalidRequest", "no"));
}

void play_renewed(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    renew_as(play, 3, "urn:2");
}

void play_other_version(Play *play)
{
    issue_refused(play, GOOD_STAMP USER,
                  "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:f='" FEB05
                  "'>f:BadContextToken</s:Value></s:Subcode></s:Code></s:Fault>");
}

void play_busy(Play *play)
{
    issue_as(play, 1, "urn:ctx:1");
    issue_as(play, 2, "urn:ctx:2");
    request(play, 3, "urn:m:3", GOOD_STAMP USER, RST("/Issue", ENTROPY(CLIENT_ENTROPY)));
    refuse(play, 3, "urn:m:3",
           "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value xmlns:n='" DOTNET
           "'>n:ServerTooBusy</s:Value></s:Subcode></s:Code></s:Fault>");
}

void play_not_busy(Play *play)
{
    issue_as(play, 1, "urn:ctx:1");
    issue_as(play, 2, "urn:ctx:2");
    issue_as(play, 3, "urn:ctx:3");
}

/* One name, two servers. */
void play_two_servers(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    next_connection(play);
    play->server = "192.0.2.3:443";
    g_autofree char *header = g_strdup(
        "<a:Action>urn:app/call</a:Action><a:MessageID>urn:m:5</a:MessageID><a:To>https://service/</a:To><o:Security>"
        "<c:SecurityContextToken><c:Identifier>urn:ctx</c:Identifier></c:SecurityContextToken></o:Security>");
    say(play, FALSE, 3, header, "<q xmlns='urn:app'/>");
    refuse(play, 3, "urn:m:5", BAD_CONTEXT);
    play->server = NULL;
    say(play, FALSE, 4,
        "<a:Action>urn:app/call</a:Action><a:MessageID>urn:m:6</a:MessageID><a:To>https://service/"
        "</a:To><o:Security><c:SecurityContextToken><c:Identifier>urn:ctx</c:Identifier>"
        "</c:SecurityContextToken></o:Security>",
        "<q xmlns='urn:app'/>");
    serve(play, 4, "urn:m:6");
}

/* All connections end at one moment, and all contexts with them. */
void play_restarted(Play *play)
{
    guint64 first = end_three(play);
    for (guint i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("urn:ctx:%u", i);
        play->stream = first + 10 + i;
        call_refused(play, 1, name, BAD_CONTEXT);
    }
}

void play_idle(Play *play)
{
    issue_as(play, 1, "urn:ctx:1");
    issue_as(play, 2, "urn:ctx:2");
    call_served(play, 3, "urn:ctx:2");
    pass(play, 300);
    call_refused(play, 4, "urn:ctx:1", BAD_CONTEXT);
    call_served(play, 5, "urn:ctx:2");
}

void play_unknown(Play *play)
{
    call_refused(play, 1, "urn:who", BAD_CONTEXT);
}

void play_entropy_refused(Play *play)
{
    request(play, 1, "urn:m:1", GOOD_STAMP USER, RST("/Issue", "<t:KeySize>256</t:KeySize>"));
    refuse(play, 1, "urn:m:1", SENDER("t:InvalidRequest", "no"));
}

void play_size_refused(Play *play)
{
    request(play, 1, "urn:m:1", GOOD_STAMP USER, RST("/Issue", ENTROPY(CLIENT_ENTROPY) "<t:KeySize>192</t:KeySize>"));
    refuse(play, 1, "urn:m:1", SENDER("t:InvalidRequest", "no"));
}

void play_user_unknown(Play *play)
{
    issue_refused(play, GOOD_STAMP USER, SENDER("o:FailedAuthentication", "no"));
}

void play_token_unsupported(Play *play)
{
    issue_refused(play, GOOD_STAMP "<o:BinarySecurityToken>AA==</o:BinarySecurityToken>",
                  SENDER("o:UnsupportedSecurityToken", "no"));
}

void play_check_failed(Play *play)
{
    call_refused(play, 1, "urn:ctx", SENDER("o:FailedCheck", "no"));
}

static void said(Play *play, const char *code, const char *text)
{
    g_autofree char *fault = g_strdup_printf(
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>%s</s:Value></s:Subcode></s:Code>"
        "<s:Reason><s:Text>%s</s:Text></s:Reason></s:Fault>",
        code, text);
    issue_as(play, 1, "urn:ctx");
    call_refused(play, 2, "urn:ctx", fault);
}

void play_undecryptable(Play *play)
{
    said(play, "o:InvalidSecurity", "decryption failed");
}

void play_in_the_clear(Play *play)
{
    play->transport = WSSC_TRANSPORT_HTTP;
    say(play, FALSE, 1, ID("urn:app/call", "urn:m:1") "<a:To>https://service/</a:To>", "<q xmlns='urn:app'/>");
    note(play, WSSC_SIGN_STATUS, TRUE, 1, 404, NULL);
}

void play_address_unknown(Play *play)
{
    said(play, "a:DestinationUnreachable", "AddressFilter mismatch");
}

void play_layout(Play *play)
{
    said(play, "o:InvalidSecurity", "Layout does not match the requirements");
}

void play_policy(Play *play)
{
    said(play, "o:InvalidSecurity", "These policy alternatives can not be satisfied");
}

void play_action_unknown(Play *play)
{
    said(play, "a:ActionNotSupported", "no such operation");
}

void play_gateway(Play *play)
{
    plain_call(play);
    note(play, WSSC_SIGN_STATUS, TRUE, 1, 502, "nginx");
}

void play_alert(Play *play)
{
    note(play, WSSC_SIGN_TLS_ALERT, FALSE, 0, 48, NULL);
}

void play_application(Play *play)
{
    plain_call(play);
    refuse(play, 1, "urn:m:1", PLAIN_FAULT("no such account"));
}

void play_left(Play *play)
{
    issue_as(play, 1, "urn:ctx:0");
    cancel_as(play, 2, "urn:ctx:0");
    for (guint i = 1; i <= 3; i++) {
        g_autofree char *name = g_strdup_printf("urn:ctx:%u", i);
        next_connection(play);
        issue_as(play, 1, name);
        call_served(play, 2, name);
        note(play, WSSC_SIGN_FIN, FALSE, 0, 0, NULL);
    }
}

void play_all_cancelled(Play *play)
{
    for (guint i = 1; i <= 3; i++) {
        g_autofree char *name = g_strdup_printf("urn:ctx:%u", i);
        next_connection(play);
        issue_as(play, 1, name);
        call_served(play, 2, name);
        cancel_as(play, 3, name);
        note(play, WSSC_SIGN_FIN, FALSE, 0, 0, NULL);
    }
}

void play_reset(Play *play)
{
    plain_call(play);
    note(play, WSSC_SIGN_RESET, TRUE, 0, 0, NULL);
}

void play_silent(Play *play)
{
    issue_as(play, 2, "urn:ctx"); /* else the capture might hold one direction only */
    plain_call(play);
    pass(play, 120);
    note(play, WSSC_SIGN_FIN, FALSE, 0, 0, NULL);
}

/* The capture ends before anybody could have answered. */
void play_cut_short(Play *play)
{
    plain_call(play);
}

void play_no_reason(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    cancel_as(play, 2, "urn:other");
    ask_again(play, 3, "Cancel", "cancel", "urn:ctx");
    refuse(play, 3, "urn:cancel:3", PLAIN_FAULT("java.lang.NullPointerException"));
}

void play_served(Play *play)
{
    issue_as(play, 1, "urn:ctx");
    call_served(play, 2, "urn:ctx");
    cancel_as(play, 3, "urn:ctx");
}
