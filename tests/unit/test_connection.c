/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What carriers alone tell: signs of connections, and which exchange each of them ends.
 */
#include "carrier/http_head.h"
#include "play.h"
#include "session/feeder.h"

static WsscCarrierNote note_of(Play *play, WsscSignKind kind, gboolean is_from_server)
{
    return (WsscCarrierNote){.file = play->file,
                             .frame = ++play->frame,
                             .time = play->time,
                             .stream = play->stream,
                             .kind = kind,
                             .is_from_server = is_from_server,
                             .client = "192.0.2.1:5001",
                             .server = "192.0.2.2:443"};
}

static void test_status(void)
{
    Play play;
    begin(&play);
    const WsscMessage *request = ASK(&play, 1, ID("urn:app/call", "urn:m:1"), "<q/>");
    WsscCarrierNote note = note_of(&play, WSSC_SIGN_STATUS, TRUE);
    note.pair = 1;
    note.value = 502;
    note.text = "nginx";
    note.media = "text/html";
    wssc_session_note(play.session, &note);
    const WsscSign *sign = request->exchange->ended_by;
    g_assert_nonnull(sign);
    g_assert_cmpuint(sign->value, ==, 502);
    g_assert_cmpstr(sign->text, ==, "nginx");
    g_assert_true(sign->connection == request->connection);
    g_assert_cmpuint(request->connection->messages, ==, 1);
    end(&play);
}

/* A client that ends its half may wait for the answer; a server that does so has given none. */
static void test_ends(void)
{
    Play play;
    begin(&play);
    const WsscMessage *request = ASK(&play, 1, ID("urn:app/call", "urn:m:1"), "<q/>");
    WsscCarrierNote note = note_of(&play, WSSC_SIGN_FIN, FALSE);
    wssc_session_note(play.session, &note);
    g_assert_null(request->exchange->ended_by);
    note = note_of(&play, WSSC_SIGN_FIN, TRUE);
    wssc_session_note(play.session, &note);
    note = note_of(&play, WSSC_SIGN_RESET, TRUE);
    wssc_session_note(play.session, &note);
    g_assert_nonnull(request->exchange->ended_by);
    g_assert_cmpint(request->exchange->ended_by->kind, ==, WSSC_SIGN_FIN);
    g_assert_cmpuint(request->connection->signs->len, ==, 3);
    g_assert_nonnull(wssc_connection_sign(request->connection, WSSC_SIGN_FIN, TRUE));
    g_assert_null(wssc_connection_sign(request->connection, WSSC_SIGN_RESET, FALSE));
    g_assert_cmpstr(wssc_sign_kind_name(WSSC_SIGN_FRAMING_FAULT), ==, "framing-fault");
    end(&play);
}

/* Who asks is the client, whatever a sign took for it before. */
static void test_guess(void)
{
    Play play;
    begin(&play);
    WsscCarrierNote note = note_of(&play, WSSC_SIGN_TLS_ALERT, TRUE);
    note.client = "192.0.2.2:443";
    note.server = "192.0.2.1:5001";
    note.value = 48;
    wssc_session_note(play.session, &note);
    const WsscMessage *request = ASK(&play, 1, ID("urn:app/call", "urn:m:1"), "<q/>");
    g_assert_cmpstr(request->connection->client, ==, "192.0.2.1:5001");
    const WsscSign *sign = request->connection->signs->pdata[0];
    g_assert_false(sign->is_from_server);
    g_assert_cmpstr(wssc_tls_alert_name(sign->value), ==, "unknown_ca");
    g_assert_null(wssc_tls_alert_name(200));
    end(&play);
}

static void test_feeder(void)
{
    Play play;
    begin(&play);
    WsscFeeder *feeder = wssc_feeder_new(play.session);
    WsscCarrierNote note = note_of(&play, WSSC_SIGN_FRAMING_FAULT, TRUE);
    char *text = g_strdup("http://schemas.microsoft.com/ws/2006/05/framing/faults/EndpointNotFound");
    note.text = text;
    wssc_feeder_note(feeder, &note);
    memset(text, '?', strlen(text));
    wssc_feeder_free(feeder);
    g_free(text);
    const WsscConnection *connection = wssc_session_model(play.session)->connections->pdata[0];
    const WsscSign *sign = connection->signs->pdata[0];
    g_assert_true(g_str_has_suffix(sign->text, "/EndpointNotFound"));
    end(&play);
}

static void test_dates(void)
{
    static const char good[] = "Sun, 06 Nov 1994 08:49:37 GMT";
    g_assert_cmpint(wssc_http_date_parse(good, strlen(good)), ==, 784111777 * G_GINT64_CONSTANT(1000000));
    static const char *const bad[] = {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
                                      "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 0x:49:37 GMT"};
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_cmpint(wssc_http_date_parse(bad[i], strlen(bad[i])), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connection/status", test_status);
    g_test_add_func("/connection/ends", test_ends);
    g_test_add_func("/connection/guess", test_guess);
    g_test_add_func("/connection/feeder", test_feeder);
    g_test_add_func("/connection/dates", test_dates);
    return g_test_run();
}
