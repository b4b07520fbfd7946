/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a worker tells is the same on the other side of the pipe, and what it did not tell to the end harms nobody. */
#include <string.h>
#include <unistd.h>

#include "carrier/envelope.h"
#include "watch/beginning.h"
#include "watch/tickets.h"
#include "workers/finds.h"
#include "workers/inflow.h"

static const char text[] = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"/>";

static WsscUnit unit_of(guint32 frame, GBytes *octets)
{
    return (WsscUnit){.frame = frame,
                      .ordinal = 3,
                      .time = -5,
                      .src = "192.0.2.1:1",
                      .dst = "[2001:db8::1]:2",
                      .transport = WSSC_TRANSPORT_TCP,
                      .encoding = WSSC_ENCODING_BINARY_SESSION,
                      .direction = WSSC_DIRECTION_RESPONSE,
                      .stream = ((guint64)1 << 32) | 7,
                      .pair = G_MAXUINT64,
                      .content_type = "application/soap+msbinsession1",
                      .agent = "",
                      .announced = 9,
                      .octets = octets,
                      .damage = "cut"};
}

static WsscRecord only_record(const GByteArray *out)
{
    WsscRecord record;
    g_assert_cmpint(wssc_record_read(out->data, out->len, &record), ==, WSSC_RECORD_WHOLE);
    g_assert_cmpuint(WSSC_RECORD_HEAD + record.len, ==, out->len);
    return record;
}

static void test_message(void)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
    g_autoptr(GHashTable) tables = wssc_strings_got_new();
    WsscRecordWriter writer = {.out = out};
    WsscStringsSent *sent = wssc_strings_sent_new();
    WsscUnit unit = unit_of(12, octets), got;
    const WsscStringsThen none = {.table = NULL};

    wssc_finds_put_message(&writer, sent, wssc_record_key(12, TRUE), &unit, &none);
    WsscRecord record = only_record(out);
    g_assert_cmpint(record.kind, ==, WSSC_RECORD_MESSAGE);
    g_assert_cmpuint(record.key, ==, 25);
    g_assert_true(wssc_finds_get_message(&record, tables, &got));
    g_assert_cmpuint(got.frame, ==, 12);
    g_assert_cmpuint(got.ordinal, ==, 3);
    g_assert_cmpint(got.time, ==, -5);
    g_assert_cmpuint(got.stream, ==, unit.stream);
    g_assert_cmpuint(got.pair, ==, unit.pair);
    g_assert_cmpuint(got.announced, ==, 9);
    g_assert_cmpstr(got.dst, ==, unit.dst);
    g_assert_cmpstr(got.agent, ==, "");
    g_assert_null(got.forwarded);
    g_assert_cmpstr(got.damage, ==, "cut");
    g_assert_null(got.xml);
    g_assert_true(g_bytes_equal(got.octets, octets));
    g_bytes_unref(got.octets);
    wssc_strings_sent_free(sent);
}

/* The third record, whole or not, in a buffer of just that size: a reader that runs past it is found by sanitizers. */
static void read_some(const guint8 *octets, gsize len)
{
    g_autofree guint8 *copy = len > 0 ? g_memdup2(octets, len) : NULL;
    g_autoptr(GHashTable) tables = wssc_strings_got_new();
    WsscRecord record;
    WsscUnit unit;
    if (wssc_record_read(copy, len, &record) != WSSC_RECORD_WHOLE || record.kind != WSSC_RECORD_MESSAGE)
        return;
    wssc_finds_get_message(&record, tables, &unit);
    g_clear_pointer(&unit.octets, g_bytes_unref);
    wssc_xml_unref(unit.xml);
}

static void test_broken(void)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GBytes) octets = g_bytes_new_static(text, strlen(text));
    WsscRecordWriter writer = {.out = out};
    WsscStringsSent *sent = wssc_strings_sent_new();
    g_autoptr(WsscStringTable) table = wssc_string_table_new();
    wssc_string_table_add(table, wssc_bytes("one", 3));
    const WsscStringsThen strings = {.table = table, .number = 1, .count = 1, .unknown = "why"};
    WsscUnit unit = unit_of(1, octets);
    unit.xml = wssc_xml_parse(octets, NULL, NULL);
    wssc_finds_put_message(&writer, sent, 2, &unit, &strings);
    wssc_xml_unref(unit.xml);

    for (gsize len = 0; len <= out->len; len++)
        read_some(out->data, len);
    for (gsize at = 0; at < out->len; at++) {
        for (guint bit = 0; bit < 8; bit++) {
            out->data[at] ^= (guint8)(1u << bit);
            read_some(out->data, out->len);
            out->data[at] ^= (guint8)(1u << bit);
        }
    }
    wssc_strings_sent_free(sent);
}

static void test_record_bounds(void)
{
    guint32 head[4] = {WSSC_RECORD_MAX + 1, WSSC_RECORD_MESSAGE, 0, 0};
    WsscRecord record;
    g_assert_cmpint(wssc_record_read((const guint8 *)head, sizeof head, &record), ==, WSSC_RECORD_BAD);
    head[0] = 1;
    g_assert_cmpint(wssc_record_read((const guint8 *)head, sizeof head, &record), ==, WSSC_RECORD_CUT);
    head[1] = WSSC_RECORD_MAX_KIND;
    g_assert_cmpint(wssc_record_read((const guint8 *)head, sizeof head, &record), ==, WSSC_RECORD_BAD);
    g_assert_cmpint(wssc_record_read((const guint8 *)head, sizeof head - 1, &record), ==, WSSC_RECORD_CUT);
}

/* ---- strings ------------------------------------------------------------------------------------------------------
 */

/* Envelope and Body by names of the table: ids 1 and 3, as [MC-NBFSE] numbers them; with or without a table in front.
 */
static GBytes *binary(const char *table)
{
    static const guint8 document[] = {0x42, 1, 0x42, 3, 0x01, 0x01};
    GByteArray *octets = g_byte_array_new();
    guint8 size = (guint8)strlen(table);
    g_byte_array_append(octets, &size, 1);
    g_byte_array_append(octets, (const guint8 *)table, size);
    g_byte_array_append(octets, document, sizeof document);
    return g_byte_array_free_to_bytes(octets);
}

/* As plugin/carry.c does it, with a table that lives on. */
static void say(WsscRecordWriter *writer, WsscStringsSent *sent, WsscStringTable *table, guint64 number, guint32 frame,
                const char *strings)
{
    g_autoptr(GBytes) octets = binary(strings);
    WsscUnit unit = unit_of(frame, octets);
    const WsscStringsThen then = {.table = table,
                                  .number = number,
                                  .count = wssc_string_table_count(table),
                                  .unknown = wssc_string_table_unknown_reason(table)};
    WsscEnvelope envelope;
    wssc_envelope_read(octets, unit.content_type, NULL, table, &envelope, NULL);
    unit.xml = envelope.xml;
    wssc_finds_put_message(writer, sent, frame, &unit, &then);
    wssc_xml_unref(envelope.xml);
    g_bytes_unref(envelope.octets);
}

static char *next_name(const GByteArray *out, gsize *at, GHashTable *tables)
{
    WsscRecord record;
    WsscUnit unit;
    g_assert_cmpint(wssc_record_read(out->data + *at, out->len - *at, &record), ==, WSSC_RECORD_WHOLE);
    *at += WSSC_RECORD_HEAD + record.len;
    g_assert_true(wssc_finds_get_message(&record, tables, &unit));
    g_assert_nonnull(unit.xml);
    char *name = g_strdup((const char *)wssc_xml_root(unit.xml)->children->name);
    g_bytes_unref(unit.octets);
    wssc_xml_unref(unit.xml);
    return name;
}

static void test_strings(void)
{
    static const char *const expected[] = {"Body", "Body", "Cody", "Body"};
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_autoptr(GHashTable) tables = wssc_strings_got_new();
    g_autoptr(WsscStringTable) table = wssc_string_table_new(), other = wssc_string_table_new();
    WsscRecordWriter writer = {.out = out};
    WsscStringsSent *sent = wssc_strings_sent_new();
    gsize at = 0;

    say(&writer, sent, table, 1, 1,
        "\x08"
        "Envelope"
        "\x04"
        "Body");
    say(&writer, sent, table, 1, 2,
        "\x04"
        "More");
    wssc_string_table_add(other, wssc_bytes("Envelope", 8)); /* by a message that nobody was told of */
    wssc_string_table_add(other, wssc_bytes("Cody", 4));
    say(&writer, sent, other, 2, 3, "");
    wssc_string_table_mark_unknown(table, "octets are missing");
    say(&writer, sent, table, 1, 4,
        "\x04"
        "Last");
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autofree char *name = next_name(out, &at, tables);
        g_assert_cmpstr(name, ==, expected[i]);
    }
    guint64 key = 1;
    const WsscStringTable *got = g_hash_table_lookup(tables, &key);
    g_assert_cmpuint(wssc_string_table_count(got), ==, 3); /* what came behind missing octets has no number */
    g_assert_cmpstr(wssc_string_table_nth(got, 2), ==, "More");
    g_assert_cmpstr(wssc_string_table_unknown_reason(got), ==, "octets are missing");
    wssc_strings_sent_free(sent);
}

/* ---- what comes ---------------------------------------------------------------------------------------------------
 */

static void test_inflow(void)
{
    const WsscShareSpan span = {.first = 5, .last = 9};
    g_autoptr(GByteArray) out = g_byte_array_new();
    WsscRecordWriter writer = {.out = out};
    WsscRecord record;
    int ends[2];
    g_assert_cmpint(pipe(ends), ==, 0);
    WsscInflow *inflow = wssc_inflow_new(1, &span, ends[0]);
    g_assert_cmpuint(inflow->passed, ==, wssc_record_key(4, TRUE));

    for (guint32 frame = 5; frame < 8; frame++) {
        wssc_record_begin(&writer, WSSC_RECORD_STREAM, wssc_record_key(frame, FALSE));
        wssc_record_put(&writer, frame);
        wssc_record_end(&writer);
        wssc_record_begin(&writer, WSSC_RECORD_MARK, wssc_record_key(frame, FALSE));
        wssc_record_end(&writer);
    }
    /* octet by octet, and without the last mark's last one */
    guint taken = 0;
    for (guint i = 0; i + 1 < out->len; i++) {
        g_assert_cmpint(write(ends[1], out->data + i, 1), ==, 1);
        wssc_inflow_read(inflow);
        while (wssc_inflow_peek(inflow, &record)) {
            g_assert_cmpuint(wssc_record_get(&record), ==, 5 + taken++);
            wssc_inflow_drop(inflow, &record);
        }
    }
    g_assert_cmpuint(taken, ==, 3);
    g_assert_cmpuint(inflow->passed, ==, wssc_record_key(6, FALSE));
    g_assert_false(wssc_inflow_is_over(inflow));
    close(ends[1]);
    wssc_inflow_read(inflow);
    g_assert_true(wssc_inflow_is_over(inflow));
    g_assert_false(inflow->is_done);
    wssc_inflow_free(inflow);
}

/* ---- beginnings ---------------------------------------------------------------------------------------------------
 */

static WsscBeginning begin(const char *client, gsize client_len, const char *server, gsize server_len)
{
    WsscBeginning beginning = {.has_hello = 0};
    wssc_beginning_take(&beginning, 0, wssc_bytes(client, client_len), TRUE);
    wssc_beginning_take(&beginning, 1, wssc_bytes(server, server_len), TRUE);
    wssc_beginning_take(&beginning, 1, wssc_bytes("anything", 8), TRUE); /* is no beginning */
    return beginning;
}

#define BEGIN(client, server) begin(client, sizeof client - 1, server, sizeof server - 1)

static void test_beginnings(void)
{
    WsscBeginning http = BEGIN("POST /a HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n");
    WsscBeginning connect = BEGIN("CONNECT a:443 HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n");
    WsscBeginning sip = BEGIN("INVITE sip:a SIP/2.0\r\n", "SIP/2.0 200 OK\r\n");
    WsscBeginning ftp = BEGIN("USER a\r\n", "220 ready\r\n");
    WsscBeginning nettcp = BEGIN("\0\1\0\1\2\2\1a", "\x0b");
    WsscBeginning half = begin("POST /a HTTP/1.1\r\n", 18, NULL, 0); /* that of the server was not captured */
    WsscBeginning cut = BEGIN("POST /long", "HTTP/1.1 200 OK\r\n");
    g_assert_true(wssc_beginning_is_alone(&http, TRUE));
    g_assert_false(wssc_beginning_is_alone(&connect, FALSE));
    g_assert_false(wssc_beginning_is_alone(&sip, FALSE));
    g_assert_true(wssc_beginning_is_strange(&sip));
    g_assert_true(wssc_beginning_is_strange(&ftp));
    g_assert_true(wssc_beginning_is_alone(&nettcp, FALSE));
    g_assert_true(wssc_beginning_is_alone(&nettcp, TRUE));
    g_assert_true(wssc_beginning_is_nettcp(&nettcp));
    g_assert_true(wssc_beginning_may_be_tls(&nettcp));
    g_assert_false(wssc_beginning_is_alone(&half, FALSE));
    g_assert_true(wssc_beginning_is_strange(&cut));
}

/* A ClientHello of TLS 1.2 (RFC 5246 section 7.4.1.2) with a session of one octet, one suite, and a ticket or none. */
static GByteArray *hello(guint8 kind, gboolean has_ticket)
{
    static const guint8 suites[] = {0, 2, 0xc0, 0x2f, 1, 0}, ticket[] = {0, 5, 0, 35, 0, 1, 7},
                        empty[] = {0, 4, 0, 35, 0, 0};
    guint8 head[43] = {22, 3, 1, 0, 0, kind, 0, 0, 0, 3, 3};
    const guint8 session[] = {1, 0x55};
    GByteArray *octets = g_byte_array_new();
    g_byte_array_append(octets, head, sizeof head);
    g_byte_array_append(octets, session, sizeof session);
    g_byte_array_append(octets, suites, sizeof suites);
    g_byte_array_append(octets, has_ticket ? ticket : empty, has_ticket ? sizeof ticket : sizeof empty);
    octets->data[4] = (guint8)(octets->len - 5);
    octets->data[8] = (guint8)(octets->len - 9);
    return octets;
}

static void test_hellos(void)
{
    g_autoptr(GByteArray) plain = hello(1, FALSE), ticket = hello(1, TRUE), server = hello(2, FALSE);
    WsscBeginning alone = {.has_hello = 0}, going_on = {.has_hello = 0}, cut = {.has_hello = 0};
    wssc_beginning_take(&alone, 0, wssc_bytes(plain->data, plain->len), TRUE);
    wssc_beginning_take(&alone, 1, wssc_bytes(server->data, server->len), TRUE);
    wssc_beginning_take(&going_on, 0, wssc_bytes(ticket->data, ticket->len), TRUE);
    wssc_beginning_take(&cut, 0, wssc_bytes(plain->data, plain->len - 1), TRUE);
    g_assert_true(wssc_beginning_is_alone(&alone, TRUE));
    g_assert_cmpuint(alone.session[0], !=, 0);
    g_assert_cmpuint(alone.session[0], ==, alone.session[1]);
    g_assert_cmpuint(alone.has_hello, ==, 1);
    g_assert_false(wssc_beginning_has_ticket(&alone));
    g_assert_true(wssc_beginning_has_ticket(&going_on));
    g_assert_cmpuint(going_on.ticket, ==, wssc_ticket_hash(wssc_bytes("\7", 1)));
    g_assert_false(wssc_beginning_is_alone(&cut, TRUE));
    wssc_beginning_clear(&cut);
    server->data[45] = 0x13; /* TLS 1.3 knows no such tickets */
    wssc_beginning_take(&going_on, 1, wssc_bytes(server->data, server->len), TRUE);
    g_assert_false(wssc_beginning_has_ticket(&going_on));
}

/* Behind its hello nothing opens TLS; a hello that comes yet may, wherever segments begin. */
static void test_midway(void)
{
    static const guint8 data[] = {23, 3, 3, 0, 9, 22, 3, 22, 3, 22, 3, 3, 0, 22};
    g_autoptr(GByteArray) plain = hello(1, FALSE), more = g_byte_array_new();
    WsscBeginning both = {.has_hello = 0}, late = {.has_hello = 0};
    g_byte_array_append(more, data, sizeof data);
    g_byte_array_append(more, plain->data, plain->len);
    for (guint side = 0; side < 2; side++)
        for (guint i = 0; i < 3; i++)
            wssc_beginning_take(&both, side, wssc_bytes(data, sizeof data), i != 1);
    g_assert_true(wssc_beginning_is_alone(&both, TRUE));
    g_assert_false(wssc_beginning_is_tied(&both));
    g_assert_false(wssc_beginning_may_be_tls(&both)); /* that anybody reads */
    for (guint at = 6; at < more->len; at++) {
        WsscBeginning cut = {.has_hello = 0}, single = {.has_hello = 0};
        wssc_beginning_take(&cut, 0, wssc_bytes(more->data, at), TRUE);
        wssc_beginning_take(&cut, 0, wssc_bytes(more->data + at, more->len - at), TRUE);
        g_assert_true(wssc_beginning_is_tied(&cut));
        wssc_beginning_take(&single, 0, wssc_bytes(more->data, 6), TRUE);
        for (guint i = 6; i < more->len; i++)
            wssc_beginning_take(&single, 0, wssc_bytes(more->data + i, 1), TRUE);
        g_assert_true(wssc_beginning_is_tied(&single));
    }
    /* What its server agreed to was not seen. */
    wssc_beginning_take(&late, 0, wssc_bytes(plain->data, plain->len), TRUE);
    wssc_beginning_take(&late, 1, wssc_bytes(data, sizeof data), TRUE);
    g_assert_true(wssc_beginning_is_tied(&late));
}

/* In pieces it says what it says as a whole, where they follow each other. */
static void test_hello_in_pieces(void)
{
    g_autoptr(GByteArray) plain = hello(1, FALSE), ticket = hello(1, TRUE), server = hello(2, FALSE);
    for (guint at = 6; at < plain->len; at++) {
        for (guint is_in_place = 0; is_in_place < 2; is_in_place++) {
            WsscBeginning own = {.has_hello = 0};
            wssc_beginning_take(&own, 0, wssc_bytes(plain->data, at), TRUE);
            g_assert_false(wssc_beginning_is_alone(&own, TRUE));
            g_assert_true(wssc_beginning_may_be_tls(&own));
            wssc_beginning_take(&own, 0, wssc_bytes(plain->data + at, plain->len - at), is_in_place != 0);
            wssc_beginning_take(&own, 1, wssc_bytes(server->data, server->len), TRUE);
            g_assert_true(wssc_beginning_is_alone(&own, TRUE) == (is_in_place != 0));
            g_assert_true((own.session[0] == own.session[1]) == (is_in_place != 0));
            wssc_beginning_clear(&own);
        }
        WsscBeginning going_on = {.has_hello = 0}, both = {.has_hello = 0};
        wssc_beginning_take(&going_on, 0, wssc_bytes(ticket->data, at), TRUE);
        wssc_beginning_take(&going_on, 0, wssc_bytes(ticket->data + at, ticket->len - at), TRUE);
        g_assert_true(wssc_beginning_has_ticket(&going_on));
        wssc_beginning_clear(&going_on);
        wssc_beginning_take(&both, 0, wssc_bytes(plain->data, at), TRUE);
        wssc_beginning_take(&both, 1, wssc_bytes(plain->data, plain->len), TRUE); /* both say hello */
        g_assert_false(wssc_beginning_is_alone(&both, TRUE));
        wssc_beginning_clear(&both);
    }
}

/* TLS that net.tcp was turned into. */
static WsscBeginning upgrade(const GByteArray *client, guint at, const GByteArray *server)
{
    WsscBeginning own = {.has_hello = 0};
    wssc_beginning_take(&own, 0, wssc_bytes("\0\1\0\1\2\2\1a", 8), TRUE);
    wssc_beginning_take(&own, 0, wssc_bytes("\x09\1a", 3), TRUE);
    wssc_beginning_take(&own, 1, wssc_bytes("\x0a", 1), TRUE);
    wssc_beginning_take(&own, 0, wssc_bytes(client->data, at), TRUE);
    if (at < client->len)
        wssc_beginning_take(&own, 0, wssc_bytes(client->data + at, client->len - at), TRUE);
    wssc_beginning_take(&own, 1, wssc_bytes(server->data, server->len), TRUE);
    return own;
}

static void test_upgrades(void)
{
    g_autoptr(GByteArray) plain = hello(1, FALSE), ticket = hello(1, TRUE), server = hello(2, FALSE);
    WsscBeginning whole = upgrade(plain, plain->len, server), pieces = upgrade(plain, 20, server);
    WsscBeginning tied = upgrade(ticket, ticket->len, server), cut = BEGIN("\0\1\0\1\2\2\1a", "\x0a");
    wssc_beginning_take(&cut, 0, wssc_bytes(plain->data, 20), TRUE);
    g_assert_true(wssc_beginning_is_alone(&whole, TRUE));
    g_assert_true(wssc_beginning_is_alone(&pieces, TRUE));
    g_assert_cmpuint(whole.session[0], !=, 0);
    g_assert_cmpuint(whole.session[0], ==, whole.session[1]);
    g_assert_cmpuint(pieces.session[0], ==, whole.session[0]);
    g_assert_cmpuint(whole.has_hello, ==, 1);
    g_assert_false(wssc_beginning_is_alone(&tied, TRUE));
    g_assert_true(wssc_beginning_is_alone(&tied, FALSE));
    g_assert_false(wssc_beginning_is_alone(&cut, TRUE));
    wssc_beginning_clear(&cut);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/workers/message", test_message);
    g_test_add_func("/workers/broken", test_broken);
    g_test_add_func("/workers/record-bounds", test_record_bounds);
    g_test_add_func("/workers/strings", test_strings);
    g_test_add_func("/workers/inflow", test_inflow);
    g_test_add_func("/workers/beginnings", test_beginnings);
    g_test_add_func("/workers/hellos", test_hellos);
    g_test_add_func("/workers/midway", test_midway);
    g_test_add_func("/workers/hello-in-pieces", test_hello_in_pieces);
    g_test_add_func("/workers/upgrades", test_upgrades);
    return g_test_run();
}
