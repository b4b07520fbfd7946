/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/damage.h"

#include "dissect.h"
#include "watch/unread.h"

/* Ordinals of messages that epan never gave us, out of the way of those it did; so many of one frame and side. */
#define LOST_ORDINAL 2048
#define MAX_OF_FRAME 8

WsscDamage *wssc_damage_new(packet_info *pinfo, gboolean is_response)
{
    WsscDamage *damage = g_new0(WsscDamage, 1);
    damage->frame = wssc_dissect_frame(pinfo);
    damage->time = wssc_dissect_time(&pinfo->abs_ts);
    damage->is_response = is_response;
    return damage;
}

void wssc_damage_free(gpointer data)
{
    WsscDamage *damage = data;
    g_free(damage->why);
    g_free(damage);
}

WsscDamage *wssc_damages_settle(WsscDamages *damages, WsscDamage *damage, char *why)
{
    if (damages->settled == NULL)
        damages->settled = g_ptr_array_new_with_free_func(wssc_damage_free);
    damage->why = why;
    g_ptr_array_add(damages->settled, damage);
    return damage;
}

WsscDamage *wssc_damages_settle_missing(WsscDamages *damages, WsscDamage *damage, guint32 octets)
{
    damage->is_guess = TRUE;
    damage->octets = octets;
    damage->gap_frame = damage->frame;
    return wssc_damages_settle(damages, damage, g_strdup_printf("%u octets are missing before this frame", octets));
}

WsscDamage *wssc_damages_settle_open(WsscDamages *damages, char *why)
{
    if (damages->open != NULL)
        return wssc_damages_settle(damages, g_steal_pointer(&damages->open), why);
    g_free(why);
    return NULL;
}

void wssc_damages_forget(WsscDamages *damages, WsscDamage *damage)
{
    if (damages->settled != NULL)
        g_ptr_array_remove(damages->settled, damage);
}

void wssc_damages_clear(WsscDamages *damages)
{
    g_clear_pointer(&damages->open, wssc_damage_free);
    g_clear_pointer(&damages->settled, g_ptr_array_unref);
}

static void feed(const WsscDamage *damage, const WsscDamageTarget *target, guint number)
{
    WsscUnit unit = {
        .file = target->file,
        .frame = damage->frame,
        .ordinal = LOST_ORDINAL + 2 * number + target->side,
        .time = damage->time,
        .src = target->src,
        .dst = target->dst,
        .transport = target->is_tls ? WSSC_TRANSPORT_TLS : WSSC_TRANSPORT_TCP,
        .is_protected = target->is_tls,
        .encoding = WSSC_ENCODING_TEXT,
        .direction = damage->is_response ? WSSC_DIRECTION_RESPONSE : WSSC_DIRECTION_REQUEST,
        .damage = damage->why,
    };
    wssc_session_feed(target->session, &unit);
}

gboolean wssc_damages_are_none(const WsscDamages *damages)
{
    return damages->open == NULL && (damages->settled == NULL || damages->settled->len == 0);
}

gboolean wssc_damages_have_gap(const GPtrArray *settled)
{
    for (guint i = 0; settled != NULL && i < settled->len; i++)
        if (((const WsscDamage *)settled->pdata[i])->gap_frame != 0)
            return TRUE;
    return FALSE;
}

gboolean wssc_damages_is_told(const GPtrArray *settled, guint32 first, guint32 last)
{
    for (guint i = 0; settled != NULL && i < settled->len; i++) {
        const WsscDamage *damage = settled->pdata[i];
        if (!damage->is_guess && damage->frame >= first && damage->frame <= last)
            return TRUE;
    }
    return FALSE;
}

gboolean wssc_damages_ended_since(const WsscDamages *damages, guint32 frame)
{
    enum { FEW = 8 };
    guint count = damages->settled != NULL ? damages->settled->len : 0;
    for (guint i = count; i > 0 && i + FEW > count; i--) {
        const WsscDamage *damage = damages->settled->pdata[i - 1];
        if (!damage->is_guess && damage->frame >= frame)
            return TRUE;
    }
    return FALSE;
}

/* Of a frame two may be told: what is missing before it, and the message that begins in it. */
void wssc_damages_tell(const GPtrArray *settled, const WsscDamageTarget *target)
{
    guint32 frame = 0;
    guint of_frame = 0;
    for (guint i = 0; settled != NULL && i < settled->len; i++) {
        const WsscDamage *damage = settled->pdata[i];
        if (damage->is_guess && !target->has_soap)
            continue;
        of_frame = damage->frame == frame ? of_frame + 1 : 0;
        frame = damage->frame;
        if (of_frame < MAX_OF_FRAME)
            feed(damage, target, of_frame);
    }
}

void wssc_damages_tell_unread(const GPtrArray *settled, const char *src, const char *dst, GPtrArray *unread)
{
    for (guint i = 0; settled != NULL && i < settled->len; i++) {
        const WsscDamage *damage = settled->pdata[i];
        gboolean is_gap = damage->gap_frame != 0;
        gboolean is_since = is_gap && damage->since != 0 && damage->frame == damage->gap_frame;
        const WsscUnreadRun run = {.first = is_since ? damage->since : damage->frame,
                                   .last = is_gap ? damage->gap_frame : MAX(damage->last, damage->frame),
                                   .time = is_since ? damage->since_time : damage->time,
                                   .octets = damage->octets,
                                   .why = is_gap ? WSSC_UNREAD_GAP : WSSC_UNREAD_BY_DISSECTORS};
        if (damage->is_guess)
            g_ptr_array_add(unread, wssc_unread_octets_new(&run, src, dst));
    }
}
