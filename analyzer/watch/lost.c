/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/lost.h"

WsscLost *wssc_lost_new(void)
{
    return g_new0(WsscLost, 1);
}

void wssc_lost_free(gpointer data)
{
    WsscLost *lost = data;
    for (guint i = 0; i < 2; i++) {
        g_free(lost->sources[i]);
        g_clear_pointer(&lost->sides[i].damages, g_ptr_array_unref);
        g_clear_pointer(&lost->sides[i].runs, g_array_unref);
    }
    g_free(lost);
}

WsscLostLog *wssc_lost_log_new(gboolean is_damaged)
{
    WsscLostLog *log = g_new0(WsscLostLog, 1);
    log->is_damaged = is_damaged;
    log->ends = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    log->connections = g_ptr_array_new_with_free_func(wssc_lost_free);
    return log;
}

void wssc_lost_log_free(WsscLostLog *log)
{
    if (log == NULL)
        return;
    g_hash_table_unref(log->ends);
    g_ptr_array_unref(log->connections);
    g_free(log);
}

/* ---- telling ------------------------------------------------------------------------------------------------------
 */

/* Segments of another connection, by damage to their addresses: nobody began it, and an end of it spoke SOAP. */
static gboolean is_astray(const WsscLostLog *log, const WsscLost *lost)
{
    return !lost->has_syn &&
           (g_hash_table_contains(log->ends, lost->sources[0]) || g_hash_table_contains(log->ends, lost->sources[1]));
}

/* Octets are known to be missing, and that heads were damaged on the way says why: whatever was read of it, or was not,
 * says nothing of what it carried. */
static gboolean is_hurt(const WsscLostLog *log, const WsscLost *lost)
{
    return log->is_damaged && !lost->is_tls &&
           (wssc_damages_have_gap(lost->sides[0].damages) || wssc_damages_have_gap(lost->sides[1].damages));
}

/* One frame that belongs to nothing, where frames were damaged. */
static gboolean is_lone(const WsscLostLog *log, const WsscLost *lost, const GArray *runs)
{
    const WsscUnreadRun *run = &g_array_index(runs, WsscUnreadRun, 0);
    return log->is_damaged && !lost->has_syn && !lost->is_tls && runs->len == 1 && run->first == run->last;
}

static gboolean is_to_tell(const WsscLostLog *log, const WsscLost *lost, const GArray *runs, const WsscUnreadRun *run)
{
    /* Inside TLS a frame's own octets show no pieces of messages that go on. */
    gboolean is_soap = !lost->is_tls && (lost->has_soap || is_astray(log, lost));
    if (run->is_framed)
        return is_hurt(log, lost);
    if (run->why == WSSC_UNREAD_BY_TLS && !lost->has_decrypted)
        return FALSE;
    return run->has_sign || is_soap || is_hurt(log, lost) || is_lone(log, lost, runs);
}

/* What is told as a damaged message is not told twice, and of TLS that stayed closed as a whole others tell. */
static void tell_unread(const WsscLostLog *log, const WsscLost *lost, guint number, GPtrArray *unread)
{
    const WsscLostSide *side = &lost->sides[number];
    const char *src = lost->sources[number], *dst = lost->sources[!number];
    for (guint i = 0; side->runs != NULL && i < side->runs->len; i++) {
        const WsscUnreadRun *run = &g_array_index(side->runs, WsscUnreadRun, i);
        if (is_to_tell(log, lost, side->runs, run) && !wssc_damages_is_told(side->damages, run->first, run->last))
            g_ptr_array_add(unread, wssc_unread_octets_new(run, src, dst));
    }
    if (!lost->has_soap && (lost->may_have_soap || is_hurt(log, lost)))
        wssc_damages_tell_unread(side->damages, src, dst, unread);
}

static void tell(const WsscLostLog *log, const WsscLost *lost, WsscSession *session, guint file, GPtrArray *unread)
{
    for (guint side = 0; side < 2; side++) {
        const WsscDamageTarget target = {.session = session,
                                         .file = file,
                                         .src = lost->sources[side],
                                         .dst = lost->sources[!side],
                                         .side = side,
                                         .is_tls = lost->is_tls,
                                         .has_soap = lost->has_soap};
        wssc_damages_tell(lost->sides[side].damages, &target);
    }
    for (guint side = 0; side < 2; side++)
        tell_unread(log, lost, side, unread);
}

static int by_first_frame(gconstpointer a, gconstpointer b)
{
    const WsscLost *one = *(WsscLost *const *)a, *other = *(WsscLost *const *)b;
    return one->first_frame < other->first_frame ? -1 : one->first_frame > other->first_frame;
}

void wssc_lost_log_tell(WsscLostLog *log, WsscSession *session, guint file, GPtrArray *unread)
{
    g_ptr_array_sort(log->connections, by_first_frame);
    for (guint i = 0; i < log->connections->len; i++)
        tell(log, log->connections->pdata[i], session, file, unread);
}
