/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "workers/work.h"

#include <errno.h>
#include <poll.h>

#include "capture_file.h"
#include "dissect.h"
#include "progress.h"
#include "session/feeder.h"
#include "workers/failed.h"
#include "workers/finds.h"
#include "workers/inflow.h"
#include "workers/nursery.h"

typedef struct {
    const WsscWork *work;
    const WsscSegments *segments;
    const WsscShares *shares;
    WsscNursery nursery;
    WsscFeeder *feeder;
    WsscEnding *ending;
    GPtrArray *failed;
    GArray *order;      /* guint16: shares that have frames, by their first */
    guint next;         /* of them: the next one to begin */
    GPtrArray *inflows; /* WsscInflow, that are not over */
    guint streams[2];   /* connections that have numbers: of TCP, and others */
    WsscProgress *progress;
} Merge;

/* ---- what is taken ------------------------------------------------------------------------------------------------
 */

/* 0: the worker names a connection that it has not told of. */
static guint64 number_of(const WsscInflow *inflow, guint64 stream)
{
    const GArray *numbers = inflow->numbers[stream >> 32 != 0 ? 1 : 0];
    guint32 index = (guint32)stream - 1;
    return stream != 0 && index < numbers->len ? g_array_index(numbers, guint64, index) : 0;
}

/* As plugin/live.c does in one process. */
static gboolean begin_stream(Merge *merge, WsscInflow *inflow, WsscRecord *record)
{
    guint32 frame = (guint32)wssc_record_get(record);
    guint kind = frame == 0 ? 1 : 0;
    guint64 number = ++merge->streams[kind];
    number = frame == 0 ? (guint64)1 << 32 | number : number + wssc_dissect_count_left_out(frame);
    g_array_append_val(inflow->numbers[kind], number);
    return !record->is_bad;
}

static gboolean feed_message(Merge *merge, WsscInflow *inflow, WsscRecord *record)
{
    WsscUnit unit;
    gboolean is_ok = wssc_finds_get_message(record, inflow->tables, &unit);
    unit.file = merge->work->pass->report->index;
    unit.stream = number_of(inflow, unit.stream);
    if (is_ok)
        wssc_feeder_feed(merge->feeder, &unit);
    g_clear_pointer(&unit.octets, g_bytes_unref);
    wssc_xml_unref(unit.xml);
    return is_ok;
}

static gboolean feed_note(Merge *merge, WsscInflow *inflow, WsscRecord *record)
{
    WsscCarrierNote note;
    gboolean is_ok = wssc_finds_get_note(record, &note);
    note.file = merge->work->pass->report->index;
    note.stream = number_of(inflow, note.stream);
    if (is_ok)
        wssc_feeder_note(merge->feeder, &note);
    return is_ok;
}

static void take(Merge *merge, WsscInflow *inflow, WsscRecord *record)
{
    gboolean is_ok;
    switch (record->kind) {
    case WSSC_RECORD_MESSAGE:
        is_ok = feed_message(merge, inflow, record);
        break;
    case WSSC_RECORD_NOTE:
        is_ok = feed_note(merge, inflow, record);
        break;
    case WSSC_RECORD_STREAM:
        is_ok = begin_stream(merge, inflow, record);
        break;
    default:
        is_ok = wssc_ending_get(record, merge->ending);
        inflow->is_done |= is_ok && record->kind == WSSC_RECORD_DONE;
        break;
    }
    if (is_ok)
        wssc_inflow_drop(inflow, record);
    else
        wssc_inflow_give_up(inflow);
}

/* ---- order --------------------------------------------------------------------------------------------------------
 */

/* Up to which key, which need not be looked for beyond that one, it is known to say nothing more: its frames tell,
 * unless some are taken in the turns of others. */
static guint64 passed_by(const Merge *merge, WsscInflow *inflow, guint64 key)
{
    if (wssc_segments_moves(merge->segments) != NULL)
        return inflow->passed;
    guint32 frame = (guint32)(inflow->passed >> 1) + 1;
    while (inflow->passed < key && !wssc_segments_is_shared(merge->segments, frame, inflow->share)) {
        inflow->passed = wssc_record_key(frame, TRUE);
        frame++;
    }
    return inflow->passed;
}

/* NULL: nobody has anything. */
static WsscInflow *first_of(Merge *merge, WsscRecord *ret_record)
{
    WsscInflow *first = NULL;
    WsscRecord record;
    for (guint i = 0; i < merge->inflows->len; i++) {
        WsscInflow *inflow = merge->inflows->pdata[i];
        if (wssc_inflow_peek(inflow, &record) && (first == NULL || record.key < ret_record->key)) {
            first = inflow;
            *ret_record = record;
        }
    }
    return first;
}

/* The last key up to which nobody else has anything to say before the first. */
static guint64 limit_of(Merge *merge, const WsscInflow *first, guint64 key)
{
    guint64 limit = G_MAXUINT64;
    WsscRecord record;
    if (merge->next < merge->order->len)
        limit = wssc_record_key(
            g_array_index(merge->shares->spans, WsscShareSpan, g_array_index(merge->order, guint16, merge->next))
                    .first -
                1,
            TRUE);
    for (guint i = 0; i < merge->inflows->len; i++) {
        WsscInflow *inflow = merge->inflows->pdata[i];
        if (inflow == first)
            continue;
        if (wssc_inflow_peek(inflow, &record))
            limit = MIN(limit, record.key);
        else if (inflow->from >= 0)
            limit = MIN(limit, passed_by(merge, inflow, key));
    }
    return limit;
}

/* What is there, as far as nobody has anything to say before it. */
static void take_all(Merge *merge)
{
    WsscRecord record;
    WsscInflow *first;
    while ((first = first_of(merge, &record)) != NULL) {
        guint64 limit = limit_of(merge, first, record.key);
        if (record.key > limit)
            return;
        wssc_progress_at(merge->progress, (gint64)(record.key >> 1), (guint32)(record.key >> 1));
        do
            take(merge, first, &record);
        while (wssc_inflow_peek(first, &record) && record.key <= limit);
    }
}

/* ---- workers ------------------------------------------------------------------------------------------------------
 */

static int by_first(gconstpointer a, gconstpointer b, gpointer user)
{
    const GArray *spans = user;
    guint32 one = g_array_index(spans, WsscShareSpan, *(const guint16 *)a).first;
    guint32 other = g_array_index(spans, WsscShareSpan, *(const guint16 *)b).first;
    return one < other ? -1 : one > other;
}

static GArray *order_of(const WsscShares *shares)
{
    GArray *order = g_array_new(FALSE, FALSE, sizeof(guint16));
    for (guint i = 0; i < shares->spans->len; i++) {
        guint16 share = (guint16)i;
        if (g_array_index(shares->spans, WsscShareSpan, i).first != 0)
            g_array_append_val(order, share);
    }
    g_array_sort_with_data(order, by_first, shares->spans);
    return order;
}

static void begin_next(Merge *merge)
{
    guint share = g_array_index(merge->order, guint16, merge->next++);
    const WsscShareSpan *span = &g_array_index(merge->shares->spans, WsscShareSpan, share);
    g_ptr_array_add(merge->inflows, wssc_inflow_new(share, span, wssc_nursery_fork(&merge->nursery, share)));
}

/* Of those whose work is bounded by their generation. */
static guint count_busy(const Merge *merge)
{
    guint count = 0;
    for (guint i = 0; i < merge->inflows->len; i++) {
        const WsscInflow *inflow = merge->inflows->pdata[i];
        count += !inflow->span->is_lasting && inflow->from >= 0 ? 1 : 0;
    }
    return count;
}

/* As many as there are jobs work at a time; who is to be heard next works in any case. */
static void begin_workers(Merge *merge)
{
    WsscRecord record;
    while (merge->next < merge->order->len) {
        guint share = g_array_index(merge->order, guint16, merge->next);
        const WsscShareSpan *span = &g_array_index(merge->shares->spans, WsscShareSpan, share);
        gboolean is_free = count_busy(merge) < merge->work->jobs;
        const WsscInflow *first = is_free || span->is_lasting ? NULL : first_of(merge, &record);
        if (!is_free && !span->is_lasting && first != NULL && record.key < wssc_record_key(span->first, FALSE))
            return;
        if (!is_free && !span->is_lasting && first == NULL)
            return;
        begin_next(merge);
    }
}

static void end_workers(Merge *merge)
{
    for (guint i = merge->inflows->len; i > 0; i--) {
        WsscInflow *inflow = merge->inflows->pdata[i - 1];
        if (!wssc_inflow_is_over(inflow))
            continue;
        if (!inflow->is_done)
            wssc_failed_note(merge->segments, inflow, merge->failed);
        g_ptr_array_remove_index_fast(merge->inflows, i - 1);
    }
}

/* One that is stopped, or hangs, would be waited for without end. */
static void look_after(Merge *merge, WsscInflow *inflow)
{
    if (!wssc_nursery_kill_idle(&merge->nursery, inflow->share, &inflow->idle, merge->work->patience))
        return;
    inflow->is_stuck = TRUE;
    wssc_inflow_stop(inflow);
}

/* Waits for somebody to say something. Who is far ahead of the others waits for them. */
static void listen(Merge *merge)
{
    g_autofree struct pollfd *fds = g_new0(struct pollfd, merge->inflows->len);
    g_autofree WsscInflow **whose = g_new0(WsscInflow *, merge->inflows->len);
    WsscRecord record;
    nfds_t count = 0;
    for (guint i = 0; i < merge->inflows->len; i++) {
        WsscInflow *inflow = merge->inflows->pdata[i];
        if (inflow->from < 0 || (wssc_inflow_is_full(inflow) && wssc_inflow_peek(inflow, &record)))
            continue;
        whose[count] = inflow;
        fds[count++] = (struct pollfd){.fd = inflow->from, .events = POLLIN};
    }
    if (count == 0 || (poll(fds, count, WSSC_IDLE_INTERVAL_MS) < 0 && errno != EINTR))
        return;
    for (nfds_t i = 0; i < count; i++)
        if (fds[i].revents != 0)
            wssc_inflow_read(whose[i]);
        else
            look_after(merge, whose[i]);
}

static void run(Merge *merge)
{
    begin_workers(merge);
    while (merge->inflows->len > 0) {
        listen(merge);
        take_all(merge);
        end_workers(merge);
        begin_workers(merge);
    }
}

/* ---- one file -----------------------------------------------------------------------------------------------------
 */

static void tell_capture(const WsscLookedOver *seen, WsscCapture *capture)
{
    capture->frames = seen->frames;
    capture->first_time = seen->first_time;
    capture->last_time = seen->last_time;
    if (seen->err != 0)
        capture->damage = wssc_capture_error(seen->err, g_strdup(seen->info));
}

gboolean wssc_work_run(const WsscWork *work, WsscEnding *ending, GPtrArray *failed, GError **error)
{
    const WsscSegments *segments = work->pass->segments;
    Merge merge = {.work = work,
                   .segments = segments,
                   .shares = wssc_segments_shares(segments),
                   .ending = ending,
                   .failed = failed};
    wssc_pass_leave_file(); /* workers begin without it */
    if (!wssc_nursery_begin(work, &merge.nursery, error))
        return FALSE;
    const WsscLookedOver *seen = wssc_segments_places(segments);
    merge.order = order_of(merge.shares);
    merge.inflows = g_ptr_array_new_with_free_func(wssc_inflow_free);
    merge.progress = wssc_progress_new(work->pass->shows_progress, work->path, seen->frames);
    merge.feeder = wssc_feeder_new(work->session);
    wssc_dissect_use_left_out(wssc_segments_triage(segments)->first_frames);
    run(&merge);
    wssc_dissect_use_left_out(NULL);
    wssc_feeder_free(merge.feeder);
    wssc_nursery_end(&merge.nursery, work->patience);
    wssc_progress_free(merge.progress);
    tell_capture(seen, &work->pass->report->capture);
    g_ptr_array_unref(merge.inflows);
    g_array_unref(merge.order);
    return TRUE;
}
