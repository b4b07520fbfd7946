/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/talked.h"

#define MAX_ENDS 65536 /* that are known to speak SOAP */

void wssc_talked_free(gpointer talked)
{
    WsscTalked *connection = talked;
    for (int i = 0; i < 2; i++) {
        WsscSide *side = &connection->sides[i];
        wssc_damages_clear(&side->damages);
        wssc_unread_clear(&side->unread);
        g_clear_pointer(&side->record, wssc_damage_free);
        g_clear_pointer(&side->burst, wssc_damage_free);
        g_clear_pointer(&side->acknowledged, wssc_damage_free);
        g_free(connection->sources[i]);
    }
    g_free(connection);
}

void wssc_side_end_burst(WsscSide *side)
{
    if (side->burst != NULL && side->burst->octets >= WSSC_RECORDS_SMALL) {
        char *why = g_steal_pointer(&side->burst->why); /* before: arguments have no order */
        wssc_damages_settle(&side->damages, g_steal_pointer(&side->burst), why);
    }
    g_clear_pointer(&side->burst, wssc_damage_free);
}

static gboolean has_soap(const WsscTalked *talked)
{
    return talked->bodies > 0 || talked->is_nettcp || talked->has_head ||
           wssc_unread_has_sign(&talked->sides[0].unread) || wssc_unread_has_sign(&talked->sides[1].unread);
}

/* Octets are known to be missing, and that heads were damaged on the way says why: whatever was read of it, or was not,
 * says nothing of what it carried. */
static gboolean is_hurt(const WsscTalked *talked, const WsscTalkedEnd *end)
{
    return end->is_damaged && !talked->is_tls &&
           (wssc_damages_have_gap(&talked->sides[0].damages) || wssc_damages_have_gap(&talked->sides[1].damages));
}

/* Whether it carries SOAP nobody knows: nothing in it was read that says so, and nothing that says otherwise. */
static gboolean may_have_soap(const WsscTalked *talked, const WsscTalkedEnd *end)
{
    return talked->is_framed || (talked->has_decrypted && !talked->has_other) || is_hurt(talked, end);
}

static gboolean is_done(const WsscSide *side, gboolean any_octets)
{
    return wssc_damages_are_none(&side->damages) && side->record == NULL && side->burst == NULL &&
           side->acknowledged == NULL &&
           !(any_octets ? wssc_unread_has_any(&side->unread) : wssc_unread_is_worth_telling(&side->unread));
}

gboolean wssc_talked_is_done(const WsscTalked *talked, gboolean any_octets)
{
    return is_done(&talked->sides[0], any_octets) && is_done(&talked->sides[1], any_octets);
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

void wssc_talked_end(WsscTalked *talked, GHashTable *ends)
{
    for (guint side = 0; side < 2; side++)
        wssc_unread_finish(&talked->sides[side].unread);
    for (guint side = 0; side < 2 && has_soap(talked) && g_hash_table_size(ends) < MAX_ENDS; side++)
        g_hash_table_add(ends, g_strdup(talked->sources[side]));
}

static void settle_acknowledged(WsscSide *side)
{
    guint32 missing = side->acked - side->flow.next;
    WsscDamage *damage = g_steal_pointer(&side->acknowledged);
    if (damage != NULL && missing > 0 && missing <= WSSC_TALKED_MAX_ACKNOWLEDGED)
        wssc_damages_settle_missing(&side->damages, damage, missing);
    else
        g_clear_pointer(&damage, wssc_damage_free);
}

static void finish_side(const WsscTalkedEnd *end, const WsscTalked *talked, WsscSide *side, guint number)
{
    const WsscDamageTarget target = {.session = end->session,
                                     .file = end->file,
                                     .src = talked->sources[number],
                                     .dst = talked->sources[!number],
                                     .side = number,
                                     .is_tls = talked->is_tls,
                                     .has_soap = has_soap(talked)};
    wssc_damages_settle_open(&side->damages, g_strdup("the capture ends before it was whole"));
    if (side->record != NULL) {
        side->record->is_guess = TRUE;
        wssc_damages_settle(&side->damages, g_steal_pointer(&side->record),
                            g_strdup("the capture ends before it was whole"));
    }
    wssc_side_end_burst(side);
    settle_acknowledged(side);
    wssc_damages_tell(&side->damages, &target);
}

/* Segments of another connection, by damage to their addresses: nobody began it, and an end of it spoke SOAP. */
static gboolean is_astray(const WsscTalked *talked, const WsscTalkedEnd *end)
{
    return !talked->has_syn && (g_hash_table_contains(end->ends, talked->sources[0]) ||
                                g_hash_table_contains(end->ends, talked->sources[1]));
}

/* What is told as a damaged message is not told twice, and of TLS that stayed closed as a whole others tell. */
static void tell_unread(const WsscTalkedEnd *end, const WsscTalked *talked, guint number, GPtrArray *unread)
{
    const WsscSide *side = &talked->sides[number];
    const char *src = talked->sources[number], *dst = talked->sources[!number];
    const GArray *runs = wssc_unread_runs(&side->unread);
    /* Inside TLS a frame's own octets show no pieces of messages that go on. */
    gboolean is_soap = !talked->is_tls && (has_soap(talked) || is_astray(talked, end) || is_hurt(talked, end));
    for (guint i = 0; runs != NULL && i < runs->len; i++) {
        const WsscUnreadRun *run = &g_array_index(runs, WsscUnreadRun, i);
        gboolean is_ours = run->has_sign || is_soap;
        if (run->why == WSSC_UNREAD_BY_TLS && !talked->has_decrypted)
            continue;
        if (is_ours && !wssc_damages_is_told(&side->damages, run->first, run->last))
            g_ptr_array_add(unread, wssc_unread_octets_new(run, src, dst));
    }
    if (!has_soap(talked) && may_have_soap(talked, end))
        wssc_damages_tell_unread(&side->damages, src, dst, unread);
}

void wssc_talked_tell(WsscTalked *talked, const WsscTalkedEnd *end, GPtrArray *unread)
{
    for (guint side = 0; side < 2; side++)
        finish_side(end, talked, &talked->sides[side], side);
    for (guint side = 0; side < 2; side++)
        tell_unread(end, talked, side, unread);
}
