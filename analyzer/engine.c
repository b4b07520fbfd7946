/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "engine.h"

#include <string.h>

#include <epan/epan.h>
#include <glib/gstdio.h>
#include <wiretap/wtap.h>

#include "capture_file.h"
#include "dissect.h"
#include "ending.h"
#include "filter.h"
#include "input.h"
#include "libwireshark.h"
#include "pass.h"
#include "session/feeder.h"
#include "workers/work.h"

G_DEFINE_QUARK(wssc - engine - error - quark, wssc_engine_error)

static struct {
    WsscEngineOptions options;
    WsscFilter *filter;  /* or NULL */
    GPtrArray *kept;     /* KeptFile: read, and to be filtered when everything is known */
    WsscSegments *early; /* of options.first_file, until that is read */
    WsscLimits limits;   /* 0: the default */
} engine;

static guint limit(WsscLimitId id)
{
    return engine.limits.value[id] > 0 ? engine.limits.value[id] : wssc_limit_info(id)->value;
}

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
    return wssc_segments_begin(path, has_triage, options->tls_keylog, limit(WSSC_LIMIT_FOLLOWED_CONNECTIONS));
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
    engine.limits = *limits;
}

void wssc_engine_stop(void)
{
    g_clear_pointer(&engine.early, wssc_segments_free);
    if (!wssc_frees_all())
        return;
    wssc_pass_leave_file();
    g_clear_pointer(&engine.filter, wssc_filter_free);
    g_clear_pointer(&engine.kept, g_ptr_array_unref);
    epan_cleanup();
    wtap_cleanup();
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

/* 0 for NULL, and for what is no file. */
static goffset octets_of(const char *path)
{
    GStatBuf status;
    return path != NULL && g_stat(path, &status) == 0 ? status.st_size : 0;
}

static WsscPass pass_of(WsscEngineReport *report, WsscSegments *segments)
{
    return (WsscPass){.report = report,
                      .segments = segments,
                      .shows_progress = engine.options.show_progress,
                      .remembered_frames = limit(WSSC_LIMIT_REMEMBERED_FRAMES),
                      .key_octets = octets_of(engine.options.tls_keylog)};
}

/* Dissects with a tree and without feeding. */
static gboolean select_frames(const char *path, WsscSegments *segments, GByteArray *matches, GError **error)
{
    WsscEngineReport *report = wssc_engine_report_new(path);
    WsscPass pass = pass_of(report, segments);

    pass.matches = matches;
    pass.filter = engine.filter;
    g_byte_array_append(matches, (const guint8 *)"", 1); /* frames count from 1 */
    gboolean is_ok = wssc_pass_run(&pass, path, error);
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

/* In one process dissecting, parsing and the session have a thread each, which keep two processors busy: with no more
 * of them it is the decryption of TLS alone that is worth sharing. */
static guint usual_jobs(const WsscEngineOptions *options)
{
    enum { BUSY = 2 };
    guint processors = g_get_num_processors();
    return processors > BUSY || options->tls_keylog != NULL ? MIN(processors, WSSC_MAX_JOBS) : 1;
}

/* A filter may ask of libwireshark what it counts itself, and a key log that is a pipe is read but once. */
static WsscSharing sharing_wanted(void)
{
    const WsscEngineOptions *options = &engine.options;
    gboolean has_key_pipe = options->tls_keylog != NULL && !g_file_test(options->tls_keylog, G_FILE_TEST_IS_REGULAR);
    guint jobs = options->jobs > 0 ? options->jobs : usual_jobs(options);
    return (WsscSharing){.jobs = options->filter != NULL || has_key_pipe ? 0 : jobs,
                         .is_asked_for = options->jobs > 0,
                         .has_key_pipe = has_key_pipe,
                         .remembered = limit(WSSC_LIMIT_REMEMBERED_FRAMES)};
}

static void feed(gpointer feeder, const WsscUnit *unit, const WsscStringsThen *strings G_GNUC_UNUSED)
{
    wssc_feeder_feed(feeder, unit);
}

static void feed_note(gpointer feeder, const WsscCarrierNote *note)
{
    wssc_feeder_note(feeder, note);
}

static void wait_for_session(gpointer feeder)
{
    wssc_feeder_wait(feeder);
}

/* In this process alone. */
static gboolean read_here(WsscSession *session, WsscPass *pass, WsscLostLog *lost, const char *path, GError **error)
{
    WsscCapture *capture = &pass->report->capture;
    WsscFeeder *feeder = wssc_feeder_new(session);
    const WsscOutlet outlet = {.feed = feed, .note = feed_note, .wait = wait_for_session, .user = feeder};
    pass->tls = wssc_tls_watch_new();
    pass->loss = wssc_loss_new(lost->is_damaged);
    wssc_dissect_use_session(session, pass->report->index);
    wssc_dissect_use_outlet(&outlet);
    gboolean is_ok = wssc_pass_run(pass, path, error);
    wssc_dissect_set_feeding(TRUE);
    wssc_dissect_use_outlet(NULL);
    wssc_feeder_free(feeder);
    capture->tls_sessions = wssc_tls_watch_finish(pass->tls, capture->closed_tls, &capture->cut_tls_frames);
    wssc_loss_finish(pass->loss, lost);
    return is_ok;
}

/* By processes that share the work; FALSE when there can be none. */
static gboolean read_shared(WsscSession *session, const WsscPass *pass, const char *path, WsscLostLog *lost,
                            GPtrArray *failed)
{
    WsscCapture *capture = &pass->report->capture;
    const WsscWork work = {.session = session,
                           .pass = pass,
                           .path = path,
                           .jobs = sharing_wanted().jobs,
                           .patience = limit(WSSC_LIMIT_WORKER_SECONDS)};
    WsscEnding ending = {.lost = lost, .closed_tls = capture->closed_tls};
    if (wssc_segments_shares(pass->segments) == NULL || wssc_capture_is_blob(wssc_segments_places(pass->segments)->wth))
        return FALSE;
    wssc_dissect_use_session(session, pass->report->index);
    if (!wssc_work_run(&work, &ending, failed, NULL))
        return FALSE;
    capture->tls_sessions = ending.tls_sessions;
    capture->cut_tls_frames = ending.cut_tls_frames;
    return TRUE;
}

static gboolean read_once(WsscSession *session, WsscPass *pass, const char *path, GError **error)
{
    WsscEngineReport *report = pass->report;
    const WsscStrays *strays = wssc_segments_strays(pass->segments);
    WsscLostLog *lost = wssc_lost_log_new(wssc_strays_are_real(strays));
    GPtrArray *failed = g_ptr_array_new();
    gboolean is_ok = read_shared(session, pass, path, lost, failed) || read_here(session, pass, lost, path, error);
    wssc_lost_log_tell(lost, session, report->index, report->capture.unread);
    wssc_lost_log_free(lost);
    wssc_unread_tell_strays(strays, report->capture.unread);
    g_ptr_array_extend_and_steal(report->capture.unread, failed);
    for (guint i = 0; i < report->capture.unread->len; i++)
        wssc_session_note_unread(session, report->index, report->capture.unread->pdata[i]);
    add_left_out(report, wssc_segments_triage(pass->segments));
    wssc_session_pass_over_connections(session, wssc_segments_triage(pass->segments)->told);
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
    const WsscSharing sharing = sharing_wanted();
    wssc_segments_wait(segments, &sharing);
    if (engine.filter != NULL && !wssc_filter_is_on_results(engine.filter)) {
        matches = g_byte_array_new();
        is_ok = select_packets(input->path, segments, matches, error);
    }
    if (is_ok) {
        WsscEngineReport *report = wssc_engine_report_new(file);
        WsscPass pass = pass_of(report, segments);
        pass.matches = matches;
        report->index = wssc_session_add_file(session, file);
        is_ok = read_once(session, &pass, input->path, error);
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
