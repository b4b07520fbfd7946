/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "workers/ending.h"

#include "watch/tls_watch.h"

/* ---- connections --------------------------------------------------------------------------------------------------
 */

static void put_side(WsscRecordWriter *writer, const WsscLostSide *side)
{
    guint damages = side->damages != NULL ? side->damages->len : 0, runs = side->runs != NULL ? side->runs->len : 0;
    wssc_record_put(writer, damages);
    for (guint i = 0; i < damages; i++) {
        const WsscDamage *damage = side->damages->pdata[i];
        wssc_record_put(writer, damage->frame);
        wssc_record_put(writer, (guint64)damage->time);
        wssc_record_put(writer, (guint64)damage->is_response);
        wssc_record_put(writer, (guint64)damage->is_guess);
        wssc_record_put(writer, damage->octets);
        wssc_record_put(writer, damage->last);
        wssc_record_put(writer, damage->gap_frame);
        wssc_record_put(writer, damage->since);
        wssc_record_put(writer, (guint64)damage->since_time);
        wssc_record_put_text(writer, damage->why);
    }
    wssc_record_put(writer, runs);
    for (guint i = 0; i < runs; i++) {
        const WsscUnreadRun *run = &g_array_index(side->runs, WsscUnreadRun, i);
        wssc_record_put(writer, run->first);
        wssc_record_put(writer, run->last);
        wssc_record_put(writer, (guint64)run->time);
        wssc_record_put(writer, run->octets);
        wssc_record_put(writer, (guint64)run->has_sign);
        wssc_record_put(writer, (guint64)run->is_framed);
        wssc_record_put(writer, run->why);
    }
}

static void get_damages(WsscRecord *record, WsscLostSide *side)
{
    guint64 count = wssc_record_get(record);
    for (guint64 i = 0; i < count && !record->is_bad; i++) {
        WsscDamage *damage = g_new0(WsscDamage, 1);
        damage->frame = (guint32)wssc_record_get(record);
        damage->time = (gint64)wssc_record_get(record);
        damage->is_response = (gboolean)wssc_record_get(record);
        damage->is_guess = (gboolean)wssc_record_get(record);
        damage->octets = (guint32)wssc_record_get(record);
        damage->last = (guint32)wssc_record_get(record);
        damage->gap_frame = (guint32)wssc_record_get(record);
        damage->since = (guint32)wssc_record_get(record);
        damage->since_time = (gint64)wssc_record_get(record);
        damage->why = g_strdup(wssc_record_get_text(record));
        if (side->damages == NULL)
            side->damages = g_ptr_array_new_with_free_func(wssc_damage_free);
        g_ptr_array_add(side->damages, damage);
    }
}

static void get_runs(WsscRecord *record, WsscLostSide *side)
{
    guint64 count = wssc_record_get(record);
    for (guint64 i = 0; i < count && !record->is_bad; i++) {
        WsscUnreadRun run = {.first = (guint32)wssc_record_get(record)};
        run.last = (guint32)wssc_record_get(record);
        run.time = (gint64)wssc_record_get(record);
        run.octets = wssc_record_get(record);
        run.has_sign = (gboolean)wssc_record_get(record);
        run.is_framed = (gboolean)wssc_record_get(record);
        guint64 why = wssc_record_get(record);
        record->is_bad |= why >= WSSC_UNREAD_MAX;
        run.why = record->is_bad ? WSSC_UNREAD_BY_DISSECTORS : (WsscUnreadWhy)why;
        if (side->runs == NULL)
            side->runs = g_array_new(FALSE, FALSE, sizeof(WsscUnreadRun));
        g_array_append_val(side->runs, run);
    }
}

static void put_lost(WsscRecordWriter *writer, guint64 key, const WsscLost *lost)
{
    wssc_record_begin(writer, WSSC_RECORD_LOST, key);
    wssc_record_put(writer, lost->first_frame);
    wssc_record_put(writer, (guint64)lost->has_syn);
    wssc_record_put(writer, (guint64)lost->is_tls);
    wssc_record_put(writer, (guint64)lost->has_decrypted);
    wssc_record_put(writer, (guint64)lost->has_soap);
    wssc_record_put(writer, (guint64)lost->may_have_soap);
    for (guint i = 0; i < 2; i++) {
        wssc_record_put_text(writer, lost->sources[i]);
        put_side(writer, &lost->sides[i]);
    }
    wssc_record_end(writer);
}

static WsscLost *get_lost(WsscRecord *record)
{
    WsscLost *lost = wssc_lost_new();
    lost->first_frame = (guint32)wssc_record_get(record);
    lost->has_syn = (gboolean)wssc_record_get(record);
    lost->is_tls = (gboolean)wssc_record_get(record);
    lost->has_decrypted = (gboolean)wssc_record_get(record);
    lost->has_soap = (gboolean)wssc_record_get(record);
    lost->may_have_soap = (gboolean)wssc_record_get(record);
    for (guint i = 0; i < 2; i++) {
        lost->sources[i] = g_strdup(wssc_record_get_text(record));
        record->is_bad |= lost->sources[i] == NULL;
        get_damages(record, &lost->sides[i]);
        get_runs(record, &lost->sides[i]);
    }
    return lost;
}

/* ---- TLS ----------------------------------------------------------------------------------------------------------
 */

static void put_closed(WsscRecordWriter *writer, guint64 key, const WsscClosedTls *closed)
{
    wssc_record_begin(writer, WSSC_RECORD_TLS, key);
    wssc_record_put_text(writer, closed->client);
    wssc_record_put_text(writer, closed->server);
    wssc_record_put_text(writer, closed->server_name);
    wssc_record_put(writer, closed->first_frame);
    wssc_record_put(writer, closed->last_frame);
    wssc_record_put(writer, (guint64)closed->is_cut);
    wssc_record_end(writer);
}

static WsscClosedTls *get_closed(WsscRecord *record)
{
    WsscClosedTls *closed = g_new0(WsscClosedTls, 1);
    closed->client = g_strdup(wssc_record_get_text(record));
    closed->server = g_strdup(wssc_record_get_text(record));
    closed->server_name = g_strdup(wssc_record_get_text(record));
    closed->first_frame = (guint32)wssc_record_get(record);
    closed->last_frame = (guint32)wssc_record_get(record);
    closed->is_cut = (gboolean)wssc_record_get(record);
    return closed;
}

/* ---- all ----------------------------------------------------------------------------------------------------------
 */

void wssc_ending_put(WsscRecordWriter *writer, guint64 key, const WsscEnding *ending)
{
    GHashTableIter iter;
    gpointer end;
    for (g_hash_table_iter_init(&iter, ending->lost->ends); g_hash_table_iter_next(&iter, &end, NULL);) {
        wssc_record_begin(writer, WSSC_RECORD_END, key);
        wssc_record_put_text(writer, end);
        wssc_record_end(writer);
    }
    for (guint i = 0; i < ending->lost->connections->len; i++)
        put_lost(writer, key, ending->lost->connections->pdata[i]);
    for (guint i = 0; i < ending->closed_tls->len; i++)
        put_closed(writer, key, ending->closed_tls->pdata[i]);
    wssc_record_begin(writer, WSSC_RECORD_DONE, key);
    wssc_record_put(writer, ending->tls_sessions);
    wssc_record_put(writer, ending->cut_tls_frames);
    wssc_record_end(writer);
}

gboolean wssc_ending_get(WsscRecord *record, WsscEnding *ending)
{
    const char *end;
    WsscLost *lost;
    switch (record->kind) {
    case WSSC_RECORD_LOST:
        lost = get_lost(record);
        if (record->is_bad)
            wssc_lost_free(lost);
        else
            g_ptr_array_add(ending->lost->connections, lost);
        break;
    case WSSC_RECORD_END:
        if ((end = wssc_record_get_text(record)) != NULL)
            g_hash_table_add(ending->lost->ends, g_strdup(end));
        break;
    case WSSC_RECORD_TLS:
        g_ptr_array_add(ending->closed_tls, get_closed(record));
        break;
    default:
        ending->tls_sessions += (guint)wssc_record_get(record);
        ending->cut_tls_frames += (guint32)wssc_record_get(record);
        break;
    }
    return !record->is_bad && record->at == record->len;
}
