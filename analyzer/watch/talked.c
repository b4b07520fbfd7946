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

/* Whether it carries SOAP nobody knows: nothing in it was read that says so, and nothing that says otherwise. */
static gboolean may_have_soap(const WsscTalked *talked)
{
    return talked->is_framed || (talked->has_decrypted && !talked->has_other);
}

static gboolean is_done(const WsscSide *side, gboolean any_octets)
{
    return wssc_damages_are_none(&side->damages) && side->record == NULL && side->burst == NULL &&
           side->acknowledged == NULL &&
           !(any_octets ? wssc_unread_has_any(&side->unread) : wssc_unread_is_worth_telling(&side->unread));
}

/* Of one that spoke SOAP, or that nobody began, more may be told at the end. */
gboolean wssc_talked_is_done(const WsscTalked *talked, gboolean any_octets)
{
    any_octets = any_octets || has_soap(talked) || !talked->has_syn;
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

/* What is under way will not become whole. */
static void finish_side(WsscSide *side)
{
    wssc_damages_settle_open(&side->damages, g_strdup("the capture ends before it was whole"));
    if (side->record != NULL) {
        side->record->is_guess = TRUE;
        wssc_damages_settle(&side->damages, g_steal_pointer(&side->record),
                            g_strdup("the capture ends before it was whole"));
    }
    wssc_side_end_burst(side);
    settle_acknowledged(side);
}

static gboolean has_anything(const WsscSide *side)
{
    return !wssc_damages_are_none(&side->damages) || side->unread.runs != NULL;
}

WsscLost *wssc_talked_lost(WsscTalked *talked)
{
    for (guint i = 0; i < 2; i++)
        finish_side(&talked->sides[i]);
    for (guint i = 0; i < 2 && talked->bodies == 0; i++)
        wssc_unread_take_framed(&talked->sides[i].unread, talked->offers_soap);
    if (!has_anything(&talked->sides[0]) && !has_anything(&talked->sides[1]))
        return NULL;
    WsscLost *lost = wssc_lost_new();
    *lost = (WsscLost){.first_frame = talked->first_frame,
                       .has_syn = talked->has_syn,
                       .is_tls = talked->is_tls,
                       .has_decrypted = talked->has_decrypted,
                       .has_soap = has_soap(talked),
                       .may_have_soap = may_have_soap(talked)};
    for (guint i = 0; i < 2; i++) {
        WsscSide *side = &talked->sides[i];
        lost->sources[i] = g_steal_pointer(&talked->sources[i]);
        lost->sides[i].damages = g_steal_pointer(&side->damages.settled);
        lost->sides[i].runs = wssc_unread_steal_runs(&side->unread);
    }
    return lost;
}
