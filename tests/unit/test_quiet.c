/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where nothing is under way that libwireshark would have to remember (quiet.c).
 */
#include <string.h>

#include "watch/marks.h"
#include "watch/noted.h"
#include "watch/quiet.h"

/* libwireshark's tables are not asked. */
gboolean wssc_triage_is_found(const WsscGist *gist G_GNUC_UNUSED)
{
    return TRUE;
}

/* Two connections, each from its SYN on. */
static WsscConnections *two(void)
{
    WsscConnections *connections = wssc_connections_new(10, 0);
    for (guint number = 0; number < 2; number++) {
        const guint8 client[] = {10, 0, 0, (guint8)number}, server[] = {10, 1, 0, 0};
        WsscPacket syn = {.side = 0, .is_plain = TRUE, .segment = {.seq = 1, .is_syn = TRUE}};
        wssc_ends_put(&syn.ends, 0, client, sizeof client, 50000);
        wssc_ends_put(&syn.ends, 1, server, sizeof server, 80);
        WsscWatched *watched = wssc_connections_of(connections, &syn.ends, number + 1);
        WsscPlace place = wssc_watched_take(watched, &syn);
        wssc_talk_take(&watched->talk, &syn, place.kind, number + 1);
    }
    wssc_connections_close(connections, FALSE, NULL);
    return connections;
}

static guint32 of(guint32 index, guint32 flags)
{
    return WSSC_NOTED_CONNECTIONS + (index << WSSC_NOTED_FLAGS) + flags;
}

/* wanted: a letter for each frame, "q" where it is quiet. */
static void assert_shared(const guint32 *noted, guint count, const GArray *inside, gboolean has_keys,
                          const WsscQuietShares *shares, const char *wanted)
{
    WsscConnections *connections = two();
    WsscNumbers numbers = {.len = 0};
    for (guint i = 0; i < count; i++)
        wssc_numbers_add(&numbers, noted[i]);
    WsscQuietView view = {.connections = connections, .noted = &numbers, .inside = inside, .has_keys = has_keys};
    wssc_quiet_begin(&view);
    GByteArray *marks = g_byte_array_new();
    g_autoptr(GString) seen = g_string_new(NULL);
    g_byte_array_set_size(marks, count + 1);
    memset(marks->data, 0, count + 1);
    wssc_quiet_mark(&view, shares, marks);
    wssc_quiet_end(&view);
    for (guint i = 1; i <= count; i++)
        g_string_append_c(seen, (marks->data[i] & WSSC_SEGMENTS_QUIET) != 0 ? 'q' : '.');
    g_assert_cmpstr(seen->str, ==, wanted);
    g_byte_array_unref(marks);
    wssc_numbers_clear(&numbers);
    wssc_connections_free(connections);
}

static void assert_quiet(const guint32 *noted, guint count, const GArray *inside, gboolean has_keys, const char *wanted)
{
    const WsscQuietShares one = {.count = 1};
    assert_shared(noted, count, inside, has_keys, &one, wanted);
}

static void test_connections(void)
{
    const guint32 noted[] = {of(1, 0), of(1, 0), of(1, WSSC_NOTED_AT_REST), of(1, 0), of(2, 0), of(1, 0), of(2, 0)};
    assert_quiet(noted, G_N_ELEMENTS(noted), NULL, FALSE, "q..q...");
}

/* What is of no connection belongs together from its first frame to its last; datagrams do not. */
static void test_others(void)
{
    const guint32 other[] = {WSSC_NOTED_DISSECTED, of(1, 0), WSSC_NOTED_DISSECTED, of(2, 0)};
    const guint32 loose[] = {WSSC_NOTED_LOOSE, of(1, 0), WSSC_NOTED_LOOSE, of(2, 0)};
    assert_quiet(other, G_N_ELEMENTS(other), NULL, FALSE, "q..q");
    assert_quiet(loose, G_N_ELEMENTS(loose), NULL, FALSE, "qqqq");
    assert_quiet(loose, G_N_ELEMENTS(loose), NULL, TRUE, "q..q");
}

/* A connection that is carried by datagrams is under way as long as any of them, or itself, goes on. */
static void test_inside(void)
{
    const guint32 noted[] = {WSSC_NOTED_LOOSE, WSSC_NOTED_LOOSE, WSSC_NOTED_LOOSE,
                             of(1, 0),         WSSC_NOTED_LOOSE, of(2, 0)};
    const WsscInside pairs[] = {{1, 1}, {3, 1}, {3, 2}};
    g_autoptr(GArray) inside = g_array_new(FALSE, FALSE, sizeof(WsscInside));
    g_array_append_vals(inside, pairs, G_N_ELEMENTS(pairs));
    assert_quiet(noted, G_N_ELEMENTS(noted), inside, FALSE, "q.....");
    g_array_set_size(inside, 2);
    assert_quiet(noted, G_N_ELEMENTS(noted), inside, FALSE, "q...qq");
}

/* What is under way in one share is nothing to another one. */
static void test_shares(void)
{
    const guint32 noted[] = {of(1, 0), of(2, 0), of(1, 0), of(2, WSSC_NOTED_AT_REST), WSSC_NOTED_DISSECTED,
                             of(2, 0), of(1, 0), of(2, 0), WSSC_NOTED_DISSECTED};
    const guint16 shares[] = {0, 0, 1};
    g_autoptr(GArray) of_connection = g_array_new(FALSE, FALSE, sizeof(guint16));
    WsscQuietShares two_of_them = {.of_connection = of_connection, .count = 2};
    g_array_append_vals(of_connection, shares, G_N_ELEMENTS(shares));
    assert_shared(noted, G_N_ELEMENTS(noted), NULL, FALSE, &two_of_them, "qq...q...");
    two_of_them.is_first_open = TRUE;
    assert_shared(noted, G_N_ELEMENTS(noted), NULL, FALSE, &two_of_them, ".q...q...");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quiet/connections", test_connections);
    g_test_add_func("/quiet/others", test_others);
    g_test_add_func("/quiet/inside", test_inside);
    g_test_add_func("/quiet/shares", test_shares);
    return g_test_run();
}
