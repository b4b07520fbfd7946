/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "engine.h"

#include <string.h>

#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <epan/secrets.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

#include "base/text.h"
#include "capture_file.h"
#include "dissect.h"
#include "secrets.h"
#include "ending.h"
#include "filter.h"
#include "input.h"
#include "libwireshark.h"
#include "progress.h"
#include "watch/held.h"
#include "watch/loss.h"
#include "watch/segments.h"
#include "watch/tls_watch.h"
#include "watch/unread.h"

G_DEFINE_QUARK(wssc - engine - error - quark, wssc_engine_error)

struct packet_provider_data {
    nstime_t first, previous; /* arrival times: what relative times are made from */
    guint32 previous_number;
};

static struct {
    WsscEngineOptions options;
    WsscFilter *filter;  /* or NULL */
    GPtrArray *kept;     /* KeptFile: read, and to be filtered when everything is known */
    WsscSegments *early; /* of options.first_file, until that is read */
    epan_t *epan;        /* of the file that was read last: kept until the next one, for giving it up takes time */
    struct packet_provider_data provider;
    guint remembered_frames; /* the limit; 0: the default */
} engine;

/* ---- start ----------------------------------------------------------------------------------------------- */

static gboolean are_all(char **options, const char *prefix)
{
    for (char **p = options; p != NULL && *p != NULL; p++)
        if (!g_str_has_prefix(*p, prefix))
            return FALSE;
    return TRUE;
}

/* What changes dissection otherwise than by TCP's ports, or asks of all frames, has them all dissected. */
static WsscSegments *begin_scan(const char *path)
{
    const WsscEngineOptions *options = &engine.options;
    gboolean has_triage = !options->no_triage && options->filter == NULL && options->profile_dir == NULL &&
                          are_all(options->preferences, "wssc.") && are_all(options->decode_as, "tcp.port==");
    return wssc_segments_begin(path, has_triage, options->tls_keylog != NULL);
}

static gboolean start(const char *program, GError **error)
{
    const WsscEngineOptions *options = &engine.options;
    wssc_libwireshark_prepare(program, options);
    if (options->first_file != NULL && wssc_input_is_lasting(options->first_file))
        engine.early = begin_scan(options->first_file);
    if (!wssc_libwireshark_start(options, error))
        return FALSE;
    if (options->filter != NULL)
        engine.filter = wssc_filter_new(options->filter, error);
    return options->filter == NULL || engine.filter != NULL;
}

gboolean wssc_engine_start(const char *program, const WsscEngineOptions *options, GError **error)
{
    engine.options = *options;
    if (start(program, error))
        return TRUE;
    g_clear_pointer(&engine.early, wssc_segments_free);
    return FALSE;
}

void wssc_engine_use_limits(const WsscLimits *limits)
{
    engine.remembered_frames = limits->value[WSSC_LIMIT_REMEMBERED_FRAMES];
}

static void leave_file(void)
{
    g_clear_pointer(&engine.epan, epan_free);
}

void wssc_engine_stop(void)
{
    g_clear_pointer(&engine.early, wssc_segments_free);
    if (!wssc_frees_all())
        return;
    leave_file();
    g_clear_pointer(&engine.filter, wssc_filter_free);
    g_clear_pointer(&engine.kept, g_ptr_array_unref);
    epan_cleanup();
    wtap_cleanup();
}

/* ---- one file ---------------------------------------------------------------------------------------------- */

static const nstime_t *frame_time(struct packet_provider_data *provider, guint32 number)
{
    return number == 1 ? &provider->first : number == provider->previous_number ? &provider->previous : NULL;
}

typedef struct {
    wtap *wth;
    epan_dissect_t *edt;
    frame_data first, previous; /* what relative times are counted from */
    const frame_data *reference;
    nstime_t elapsed;
    WsscEngineReport *report;
    GByteArray *matches;   /* a truth value for each frame, from 1; filled by the pass that filters */
    gboolean is_selecting; /* this is that pass */
    WsscSegments *segments;
    WsscHeld *held;
    gboolean is_ordering; /* the preference as it stands */
    guint remembered;     /* frames that libwireshark has dissected since it began anew */
    WsscTlsWatch *tls;
    WsscLoss *loss;
    WsscProgress *progress;
} Reading;

static guint8 mark_of(const Reading *reading, guint32 number)
{
    return wssc_segments_mark(reading->segments, number);
}

static void order_segments(Reading *reading, gboolean is_needed)
{
    if (is_needed == reading->is_ordering)
        return;
    reading->is_ordering = is_needed;
    wssc_libwireshark_set(is_needed ? "tcp.reassemble_out_of_order:TRUE" : "tcp.reassemble_out_of_order:FALSE", NULL);
}

static void dissect(Reading *reading, wtap_rec *rec, Buffer *buffer _U_, frame_data *frame, guint32 number)
{
    if (reading->is_selecting)
        wssc_filter_prime(engine.filter, reading->edt);
#if WSSC_WIRESHARK(4, 6)
    epan_dissect_run_with_taps(reading->edt, wtap_file_type_subtype(reading->wth), rec, frame, NULL);
#else
    /* A length that is no gint would be thrown at us, and nobody catches that here. */
    guint32 len = MIN(rec->rec_header.packet_header.len, (guint32)G_MAXINT);
    tvbuff_t *tvb = tvb_new_real_data(wssc_record_data(rec, buffer), rec->rec_header.packet_header.caplen, (gint)len);
    epan_dissect_run_with_taps(reading->edt, wtap_file_type_subtype(reading->wth), rec, tvb, frame, NULL);
#endif
    if (reading->is_selecting) {
        reading->matches->data[number] = wssc_filter_matches(engine.filter, reading->edt) ? 1 : 0;
    } else {
        wssc_tls_watch_frame(reading->tls, &reading->edt->pi, wssc_loss_payload(reading->loss, &reading->edt->pi));
        wssc_loss_frame(reading->loss, &reading->edt->pi);
    }
    epan_dissect_reset(reading->edt);
}

static void open_epan(Reading *reading)
{
    static const struct packet_provider_funcs provider_functions = {.get_frame_ts = frame_time};
    engine.epan = epan_new(&engine.provider, &provider_functions);
    reading->edt = epan_dissect_new(engine.epan, reading->is_selecting, FALSE);
    reading->remembered = 0;
}

/* libwireshark keeps all that it has learned of connections and put together of segments, more than the segments
 * themselves, until it is made to forget everything. That changes nothing where all connections so far are over. */
static void begin_anew(Reading *reading)
{
    wssc_dissect_count_on();
    wssc_tls_watch_count_anew(reading->tls);
    wssc_loss_forget_done(reading->loss);
    epan_dissect_free(reading->edt);
    leave_file();
    open_epan(reading);
}

/* A filter may ask of libwireshark what it counts itself. */
static gboolean is_full(const Reading *reading, guint8 mark)
{
    guint most = engine.remembered_frames > 0 ? engine.remembered_frames : WSSC_MAX_REMEMBERED_FRAMES;
    return (mark & WSSC_SEGMENTS_QUIET) != 0 && !reading->is_selecting && reading->remembered >= most &&
           wssc_held_count(reading->held) == 0;
}

/* taken: the frame's number in the order in which they are taken, by which libwireshark goes. */
static void take_frame(Reading *reading, wtap_rec *rec, Buffer *buffer, gint64 offset, guint32 number, guint32 taken)
{
    WsscEngineReport *report = reading->report;
    frame_data frame;
    guint32 cumulative = 0;

    frame_data_init(&frame, taken, rec, offset, 0);
    gboolean is_first = reading->reference == NULL;
    if (is_first) {
        reading->first = frame;
        reading->reference = &reading->first;
        engine.provider.first = frame.abs_ts;
    }
    frame_data_set_before_dissect(&frame, &reading->elapsed, &reading->reference, is_first ? NULL : &reading->previous);
    if (reading->matches != NULL && !reading->is_selecting)
        wssc_dissect_set_feeding(reading->matches->data[number]);
    guint8 mark = mark_of(reading, number);
    if ((mark & WSSC_SEGMENTS_PASSED_OVER) == 0) {
        order_segments(reading, (mark & WSSC_SEGMENTS_REORDERED) != 0);
        if (is_full(reading, mark))
            begin_anew(reading);
        reading->remembered++;
        wssc_dissect_use_frame(number);
        dissect(reading, rec, buffer, &frame, number);
    }
    frame_data_set_after_dissect(&frame, &cumulative);
    engine.provider.previous = frame.abs_ts;
    engine.provider.previous_number = taken;
    gint64 time = wssc_dissect_time(&frame.abs_ts);
    report->capture.last_time = MAX(report->capture.last_time, time);
    if (report->capture.first_time == WSSC_TIME_NONE)
        report->capture.first_time = time;
    frame_data_destroy(&frame);
    reading->previous = frame; /* only its times are looked at */
}

/* What belongs behind a frame that was taken. */
static void take_held(Reading *reading, wtap_rec *rec, Buffer *buffer)
{
    guint32 number = reading->report->capture.frames;
    WsscFramePlace at;
    int err = 0;
    char *info = NULL;
    while (wssc_held_next(reading->held, number, &at)) {
        wtap_rec_reset(rec);
        if (wssc_wtap_read_at(reading->wth, at.place, rec, buffer, &err, &info))
            take_frame(reading, rec, buffer, at.place, at.frame, number - wssc_held_count(reading->held));
        g_clear_pointer(&info, g_free);
    }
}

/* rec is used for other frames, too, when this one was taken. */
static void read_frame(Reading *reading, wtap_rec *rec, Buffer *buffer, gint64 offset)
{
    guint32 number = ++reading->report->capture.frames;
    if ((mark_of(reading, number) & WSSC_SEGMENTS_MOVED) != 0) {
        wssc_held_put(reading->held, number, offset);
        return;
    }
    take_frame(reading, rec, buffer, offset, number, number - wssc_held_count(reading->held));
    take_held(reading, rec, buffer);
}

static void read_all(Reading *reading, wtap_rec *rec, Buffer *buffer)
{
    int err = 0;
    char *info = NULL;
    gint64 offset;
    while (wssc_wtap_read(reading->wth, rec, buffer, &err, &info, &offset)) {
        if (reading->is_selecting)
            g_byte_array_append(reading->matches, (const guint8 *)"", 1);
        if (rec->rec_type == REC_TYPE_PACKET) {
            read_frame(reading, rec, buffer, offset);
            wssc_progress_at(reading->progress, wtap_read_so_far(reading->wth), reading->report->capture.frames);
        } else {
            reading->report->capture.frames++;
        }
        wtap_rec_reset(rec);
    }
    if (err != 0)
        reading->report->capture.damage = wssc_capture_error(err, info);
}

/* Of the others the look over the file told what there is to tell. */
static void read_chosen(Reading *reading, const WsscLookedOver *seen, wtap_rec *rec, Buffer *buffer)
{
    WsscCapture *capture = &reading->report->capture;
    WsscFramePlace at = {.frame = 0};
    int err = 0;
    char *info = NULL;
    while (err == 0 && wssc_segments_next(reading->segments, &at)) {
        capture->frames = at.frame - 1;
        if (!wssc_wtap_read_at(reading->wth, at.place, rec, buffer, &err, &info))
            break;
        read_frame(reading, rec, buffer, at.place);
        wssc_progress_at(reading->progress, at.place, at.frame);
        wtap_rec_reset(rec);
    }
    if (err == 0)
        capture->frames = seen->frames;
    capture->first_time = seen->first_time;
    capture->last_time = seen->last_time;
    if (err != 0 || seen->err != 0)
        capture->damage =
            err != 0 ? wssc_capture_error(err, info) : wssc_capture_error(seen->err, g_strdup(seen->info));
}

static void read_frames(Reading *reading, const WsscLookedOver *seen)
{
    wtap_rec rec;
    Buffer buffer;
    wssc_record_init(&rec);
    ws_buffer_init(&buffer, 1514);
    if (seen != NULL)
        read_chosen(reading, seen, &rec, &buffer);
    else
        read_all(reading, &rec, &buffer);
    take_held(reading, &rec, &buffer);
    wtap_rec_cleanup(&rec);
    ws_buffer_free(&buffer);
}

static gboolean run_pass(Reading *reading, const char *path, GError **error)
{
    wssc_segments_wait(reading->segments);
    const WsscLookedOver *seen = reading->is_selecting ? NULL : wssc_segments_looked_over(reading->segments);
    if (seen != NULL && !wssc_capture_is_blob(seen->wth))
        reading->wth = seen->wth;
    else
        reading->wth = wssc_capture_open(path, wssc_segments_moves(reading->segments) != NULL, error);
    if (reading->wth == NULL)
        return FALSE;
    leave_file();
    memset(&engine.provider, 0, sizeof engine.provider);
    open_epan(reading);
    /* The secrets that stand in the file are handed over at once: a new session of epan would forget them. */
    if (seen == NULL)
        wtap_set_cb_new_secrets(reading->wth, reading->is_selecting ? secrets_wtap_callback : wssc_secrets_take);
    reading->progress = wssc_progress_new(engine.options.show_progress, path, wtap_file_size(reading->wth, NULL));
    wssc_dissect_use_left_out(wssc_segments_triage(reading->segments)->first_frames);
    reading->held = wssc_held_new(wssc_segments_moves(reading->segments));
    read_frames(reading, seen);
    wssc_dissect_use_frame(0);
    wssc_held_free(reading->held);
    wssc_dissect_use_left_out(NULL);
    wssc_progress_free(reading->progress);
    epan_dissect_free(reading->edt);
    if (seen == NULL)
        wtap_close(reading->wth);
    return TRUE;
}

/* ---- the filter ---------------------------------------------------------------------------------------------- */

typedef struct {
    WsscEngineReport *report; /* the caller's */
    WsscInput input;
    WsscSegments *segments;
} KeptFile;

static void free_kept(gpointer data)
{
    KeptFile *kept = data;
    wssc_input_close(&kept->input);
    wssc_segments_free(kept->segments);
    g_free(kept);
}

/* Dissects with a tree and without feeding. */
static gboolean select_frames(const char *path, WsscSegments *segments, GByteArray *matches, GError **error)
{
    WsscEngineReport *report = wssc_engine_report_new(path);
    Reading reading = {.report = report, .matches = matches, .is_selecting = TRUE, .segments = segments};

    g_byte_array_append(matches, (const guint8 *)"", 1); /* frames count from 1 */
    gboolean is_ok = run_pass(&reading, path, error);
    order_segments(&reading, FALSE);
    wssc_engine_report_free(report);
    return is_ok;
}

/* Before the file is read, with a session of its own that is thrown away: packets do not depend on what is known. */
static gboolean select_packets(const char *path, WsscSegments *segments, GByteArray *matches, GError **error)
{
    g_autoptr(WsscSession) scratch = wssc_session_new();
    wssc_dissect_use_session(scratch, wssc_session_add_file(scratch, path));
    return select_frames(path, segments, matches, error);
}

gboolean wssc_engine_select(WsscSession *session, const GPtrArray *reports, GError **error)
{
    gboolean is_ok = TRUE;
    if (engine.filter == NULL || !wssc_filter_is_on_results(engine.filter))
        return TRUE;
    wssc_dissect_set_feeding(FALSE);
    for (guint i = 0; engine.kept != NULL && i < engine.kept->len; i++) {
        KeptFile *kept = engine.kept->pdata[i];
        wssc_dissect_use_session(session, kept->report->index);
        kept->report->shown = g_byte_array_new();
        is_ok = is_ok && select_frames(kept->input.path, kept->segments, kept->report->shown, error);
    }
    wssc_dissect_set_feeding(TRUE);
    if (engine.kept != NULL)
        g_ptr_array_set_size(engine.kept, 0); /* the next session has files of its own */
    wssc_session_show_only(session, wssc_engine_is_shown, (gpointer)reports);
    return is_ok;
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

static WsscSegments *begin_segments(const char *path)
{
    if (engine.early != NULL && strcmp(path, engine.options.first_file) == 0)
        return g_steal_pointer(&engine.early);
    return begin_scan(path);
}

static int by_first_frame(gconstpointer a, gconstpointer b)
{
    const WsscClosedTls *one = *(WsscClosedTls *const *)a, *other = *(WsscClosedTls *const *)b;
    return one->first_frame < other->first_frame ? -1 : one->first_frame > other->first_frame;
}

static void add_left_out(WsscEngineReport *report, const WsscTriage *triage)
{
    report->capture.tls_sessions += triage->closed_tls->len;
    g_ptr_array_extend(report->capture.closed_tls, triage->closed_tls, wssc_closed_tls_copy, NULL);
    g_ptr_array_sort(report->capture.closed_tls, by_first_frame);
}

static gboolean read_once(WsscSession *session, Reading *reading, const char *path, GError **error)
{
    WsscEngineReport *report = reading->report;
    WsscFeeder *feeder = wssc_feeder_new(session);
    reading->tls = wssc_tls_watch_new();
    wssc_segments_wait(reading->segments);
    const WsscStrays *strays = wssc_segments_strays(reading->segments);
    reading->loss = wssc_loss_new(session, report->index, wssc_strays_are_real(strays));
    wssc_dissect_use_session(session, report->index);
    wssc_dissect_use_feeder(feeder);
    gboolean is_ok = run_pass(reading, path, error);
    wssc_dissect_set_feeding(TRUE);
    wssc_dissect_use_feeder(NULL);
    wssc_feeder_free(feeder);
    order_segments(reading, FALSE);
    report->capture.tls_sessions =
        wssc_tls_watch_finish(reading->tls, report->capture.closed_tls, &report->capture.cut_tls_frames);
    wssc_loss_finish(reading->loss, report->capture.unread);
    wssc_unread_tell_strays(strays, report->capture.unread);
    for (guint i = 0; i < report->capture.unread->len; i++)
        wssc_session_note_unread(session, report->index, report->capture.unread->pdata[i]);
    add_left_out(report, wssc_segments_triage(reading->segments));
    wssc_session_pass_over_connections(session, wssc_segments_triage(reading->segments)->told);
    return is_ok;
}

/* Takes over input and segments. */
static void keep_for_filter(WsscEngineReport *report, WsscInput *input, WsscSegments *segments)
{
    KeptFile *kept = g_new0(KeptFile, 1);
    *kept = (KeptFile){.report = report, .input = *input, .segments = segments};
    if (engine.kept == NULL)
        engine.kept = g_ptr_array_new_with_free_func(free_kept);
    g_ptr_array_add(engine.kept, kept);
    *input = (WsscInput){.spool = -1};
}

gboolean wssc_engine_read_input(WsscSession *session, const char *file, WsscInput *input, WsscEngineReport **ret_report,
                                GError **error)
{
    g_autoptr(GByteArray) matches = NULL;
    WsscSegments *segments = begin_segments(input->path);
    gboolean is_ok = TRUE;
    if (engine.filter != NULL && !wssc_filter_is_on_results(engine.filter)) {
        matches = g_byte_array_new();
        is_ok = select_packets(input->path, segments, matches, error);
    }
    if (is_ok) {
        WsscEngineReport *report = wssc_engine_report_new(file);
        Reading reading = {.report = report, .matches = matches, .segments = segments};
        report->index = wssc_session_add_file(session, file);
        is_ok = read_once(session, &reading, input->path, error);
        if (!is_ok)
            wssc_engine_report_free(report);
        else
            *ret_report = report;
        if (is_ok && engine.filter != NULL && matches == NULL)
            keep_for_filter(report, input, g_steal_pointer(&segments));
    }
    wssc_segments_free(segments);
    return is_ok;
}

gboolean wssc_engine_read(WsscSession *session, const char *file, WsscEngineReport **ret_report, GError **error)
{
    WsscInput input;
    if (!wssc_input_open(file, &input, error))
        return FALSE;
    gboolean is_ok = wssc_engine_read_input(session, file, &input, ret_report, error);
    wssc_input_close(&input);
    return is_ok;
}
