/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"

#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>

#include "bring.h"
#include "dissect.h"
#include "ending.h"
#include "key_file.h"
#include "rules/rules.h"
#include "secrets.h"
#include "settings.h"

static void tell_line(const char *path, guint line, const char *text, gpointer user G_GNUC_UNUSED)
{
    fprintf(stderr, "wssc: %s:%u: %s\n", path, line, text);
}

static gboolean load_key_file(const char *path, WsscKeyring *ring)
{
    g_autoptr(GError) error = NULL;
    if (wssc_key_file_load(path, ring, tell_line, NULL, &error))
        return TRUE;
    fprintf(stderr, "wssc: key file: %s\n", error->message);
    return FALSE;
}

gboolean wssc_analysis_load_keys(const WsscOptions *options, WsscKeyring *ring)
{
    for (char **path = options->key_files; path != NULL && *path != NULL; path++)
        if (!load_key_file(*path, ring))
            return FALSE;
    return TRUE;
}

static guint add_trusted(X509_STORE *store, WsscBytes octets)
{
    BIO *bio = BIO_new_mem_buf(octets.data, (int)octets.len);
    STACK_OF(X509_INFO) *infos = PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL);
    guint count = 0;
    for (int i = 0; infos != NULL && i < sk_X509_INFO_num(infos); i++) {
        const X509_INFO *info = sk_X509_INFO_value(infos, i);
        count += info->x509 != NULL && X509_STORE_add_cert(store, info->x509) == 1;
        if (info->crl != NULL)
            X509_STORE_add_crl(store, info->crl);
    }
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
    BIO_free(bio);
    return count;
}

static X509_STORE *load_trust(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = wssc_key_file_read(path, &error);
    X509_STORE *store = X509_STORE_new();
    if (octets != NULL && add_trusted(store, wssc_bytes_of(octets)) > 0)
        return store;
    fprintf(stderr, "wssc: --ca-file \"%s\": %s\n", path,
            error != NULL ? error->message : "no certificates could be read");
    X509_STORE_free(store);
    return NULL;
}

/* A long list says no more than a short one. */
#define MAX_TOLD 10

static void tell_closed(const WsscOptions *options, const WsscEngineReport *report)
{
    const GPtrArray *closed = report->capture.closed_tls;
    if (closed->len == 0)
        return;
    fprintf(stderr, "wssc: %s: %u of %u TLS session%s could not be opened: %s\n", report->capture.file, closed->len,
            report->capture.tls_sessions, report->capture.tls_sessions == 1 ? "" : "s",
            options->engine.tls_keylog != NULL ? "the key log has no secrets for them"
                                               : "no secrets for them (--tls-keylog FILE)");
    for (guint i = 0; i < MIN(closed->len, MAX_TOLD); i++) {
        const WsscClosedTls *tls = closed->pdata[i];
        fprintf(stderr, "wssc:   frames %u-%u: %s -> %s%s%s%s%s\n", tls->first_frame, tls->last_frame, tls->client,
                tls->server, tls->server_name != NULL ? " (" : "", tls->server_name != NULL ? tls->server_name : "",
                tls->server_name != NULL ? ")" : "", tls->is_cut ? ", captured only in part" : "");
    }
    if (closed->len > MAX_TOLD)
        fprintf(stderr, "wssc:   and %u more (wssc events lists all)\n", closed->len - MAX_TOLD);
}

static char *amount(guint64 octets)
{
    return octets < 10000 ? g_strdup_printf("%" G_GUINT64_FORMAT " octets", octets)
                          : g_strdup_printf("%" G_GUINT64_FORMAT " kB", octets / 1000);
}

static char *frames_text(const WsscUnreadOctets *octets)
{
    return octets->first_frame == octets->last_frame
               ? g_strdup_printf("frame %u", octets->first_frame)
               : g_strdup_printf("frames %u-%u", octets->first_frame, octets->last_frame);
}

static void tell_unread(const WsscEngineReport *report)
{
    const GPtrArray *unread = report->capture.unread;
    for (guint i = 0; i < MIN(unread->len, MAX_TOLD); i++) {
        const WsscUnreadOctets *octets = unread->pdata[i];
        g_autofree char *size = amount(octets->octets);
        g_autofree char *frames = frames_text(octets);
        fprintf(stderr, "wssc: %s: %s, %s -> %s: %s that %s\n", report->capture.file, frames, octets->src, octets->dst,
                size, octets->why);
    }
    if (unread->len > MAX_TOLD)
        fprintf(stderr, "wssc: %s: and so on %u more connections\n", report->capture.file, unread->len - MAX_TOLD);
}

static void tell(const WsscOptions *options, const WsscEngineReport *report)
{
    tell_unread(report);
    tell_closed(options, report);
    if (report->capture.cut_tls_frames > 0)
        fprintf(stderr, "wssc: %s: %u frames with TLS were captured only in part: what they carry cannot be read\n",
                report->capture.file, report->capture.cut_tls_frames);
    if (report->capture.damage != NULL)
        fprintf(stderr, "wssc: %s: after frame %u: %s\n", report->capture.file, report->capture.frames,
                report->capture.damage);
}

gboolean wssc_analysis_has_invalid(const WsscSession *session)
{
    const GPtrArray *messages = wssc_session_messages(session);
    for (guint i = 0; i < messages->len; i++)
        if (wssc_rules_has_invalid(messages->pdata[i]))
            return TRUE;
    return FALSE;
}

gboolean wssc_analysis_has_damaged(const WsscSession *session)
{
    const GPtrArray *messages = wssc_session_messages(session);
    for (guint i = 0; i < messages->len; i++)
        if (((const WsscMessage *)messages->pdata[i])->damage != NULL)
            return TRUE;
    return FALSE;
}

/* One reading of all files. */
typedef struct {
    const WsscOptions *options;
    const WsscAnalysisWatch *watch; /* or NULL */
    WsscAnalysis *analysis;
    gboolean is_started;
    gint64 end;
    WsscLimits limits;
} Run;

/* Without a key log nobody expects TLS to be read. One that opens nothing at all is another one's, or what it should
 * open was damaged. */
static gboolean is_key_log_vain(const WsscOptions *options, const GPtrArray *reports)
{
    guint sessions = 0, closed = 0;
    for (guint i = 0; i < reports->len; i++) {
        const WsscCapture *capture = &((const WsscEngineReport *)reports->pdata[i])->capture;
        sessions += capture->tls_sessions;
        closed += capture->closed_tls->len;
    }
    return options->engine.tls_keylog != NULL && closed > 0 && closed >= sessions;
}

static void take_report(Run *work, WsscEngineReport *report)
{
    g_ptr_array_add(work->analysis->reports, report);
    if (work->watch != NULL && work->watch->end_of_file != NULL)
        work->watch->end_of_file(work->watch->user, report);
    if (report->capture.damage != NULL || report->capture.cut_tls_frames > 0 || report->capture.unread->len > 0)
        work->analysis->status = WSSC_EXIT_DAMAGED;
    if (report->capture.last_time != WSSC_TIME_NONE)
        work->end = MAX(work->end, report->capture.last_time);
}

/* libwireshark starts when a capture comes, or when there are options of its to look at. */
static gboolean start_engine(const WsscOptions *options, const char *first_file, gboolean *is_started)
{
    g_autoptr(GError) error = NULL;
    WsscEngineOptions engine_options = options->engine;
    if (*is_started)
        return TRUE;
    engine_options.first_file = first_file;
    *is_started = wssc_engine_start("wssc", &engine_options, &error);
    if (!*is_started)
        fprintf(stderr, "wssc: %s\n", error->message);
    return *is_started;
}

static gboolean has_engine_options(const WsscEngineOptions *engine)
{
    return engine->filter != NULL || engine->preferences != NULL || engine->decode_as != NULL ||
           engine->tls_keylog != NULL || engine->profile_dir != NULL;
}

static void read_brought(Run *work, const char *file, WsscExport *export)
{
    WsscEngineReport *report = NULL;
    if (work->options->engine.filter != NULL)
        fprintf(stderr, "wssc: %s: -Y is for captures: all of the file is read\n", file);
    if (!wssc_bring_feed(work->analysis->session, file, export, NULL, NULL, &report))
        work->analysis->status = WSSC_EXIT_DAMAGED;
    take_report(work, report);
}

/* Binary XML begins with octets that a capture's file may begin with as well. */
static gboolean is_sure(const WsscExport *export)
{
    const WsscFound *first = export->messages->len > 0 ? export->messages->pdata[0] : NULL;
    if (export->format == WSSC_EXPORT_NBFS || export->format == WSSC_EXPORT_NBFSE)
        return first != NULL && first->xml != NULL && wssc_found_kind(first->xml) != NULL;
    /* Any JSON would be a capture to libwireshark: what is of a known format is not given to it. */
    return first != NULL || (export->format != WSSC_EXPORT_GUESS && export->format != WSSC_EXPORT_TEXT);
}

static void read_other(Run *work, const char *file, WsscExport *export)
{
    if (wssc_export_count(export) > 0) {
        read_brought(work, file, export);
        return;
    }
    wssc_bring_tell_nothing(file, export);
    work->analysis->status = WSSC_EXIT_DAMAGED;
}

/* What libwireshark cannot read either is told as what it is. FALSE when libwireshark does not start. */
static gboolean read_capture(Run *work, const char *file, WsscInput *input, WsscExport *export)
{
    g_autoptr(GError) error = NULL;
    WsscEngineReport *report = NULL;
    if (!start_engine(work->options, file, &work->is_started))
        return FALSE;
    if (wssc_engine_read_input(work->analysis->session, file, input, &report, &error)) {
        tell(work->options, report);
        take_report(work, report);
        return TRUE;
    }
    if (export != NULL) {
        read_other(work, file, export);
        return TRUE;
    }
    fprintf(stderr, "wssc: %s: %s\n", file, error->message);
    work->analysis->status = WSSC_EXIT_DAMAGED;
    return TRUE;
}

/* FALSE when libwireshark does not start. */
static gboolean read_file(Run *work, const char *file)
{
    g_autoptr(GError) error = NULL;
    WsscInput input;
    if (!wssc_input_open(file, &input, &error)) {
        fprintf(stderr, "wssc: %s: %s\n", file, error->message);
        work->analysis->status = WSSC_EXIT_DAMAGED;
        return TRUE;
    }
    g_autoptr(WsscExport) export = wssc_bring_read(input.path, &work->limits, NULL);
    gboolean is_ok = TRUE;
    if (export != NULL && is_sure(export))
        read_other(work, file, export);
    else
        is_ok = read_capture(work, file, &input, export);
    wssc_input_close(&input);
    return is_ok;
}

static gboolean read_files(Run *work)
{
    g_autoptr(GError) error = NULL;
    WsscAnalysis *analysis = work->analysis;
    for (char **file = work->options->files; *file != NULL; file++)
        if (!read_file(work, *file))
            return FALSE;
    wssc_session_finish(analysis->session, work->end);
    if (work->is_started && !wssc_engine_select(analysis->session, analysis->reports, &error)) {
        fprintf(stderr, "wssc: -Y: %s\n", error->message);
        analysis->status = WSSC_EXIT_DAMAGED;
    }
    if (wssc_analysis_has_damaged(analysis->session) || is_key_log_vain(work->options, analysis->reports))
        analysis->status = WSSC_EXIT_DAMAGED;
    return TRUE;
}

/* Wireshark's preferences hold bounds and limits, too: they count where it starts for them. */
static gboolean prepare(Run *work, WsscBounds *bounds)
{
    wssc_limits_init(&work->limits);
    wssc_settings_take_limits(work->options, &work->limits);
    wssc_engine_use_limits(&work->limits); /* the look over the first capture begins with libwireshark's start */
    if (has_engine_options(&work->options->engine) &&
        !start_engine(work->options, work->options->files[0], &work->is_started))
        return FALSE;
    if (work->is_started) {
        wssc_dissect_bounds(bounds);
        wssc_dissect_limits(&work->limits);
    } else {
        wssc_bounds_init(bounds);
        wssc_limits_init(&work->limits);
    }
    wssc_settings_take_bounds(work->options, bounds);
    wssc_settings_take_limits(work->options, &work->limits);
    return TRUE;
}

/* A page shows those of the messages that it has. */
static WsscKeep documents_of(const WsscOptions *options)
{
    if (options->output == NULL || g_strcmp0(options->messages, "none") == 0)
        return WSSC_KEEP_NONE;
    return g_strcmp0(options->messages, "all") == 0 ? WSSC_KEEP_FIRST : WSSC_KEEP_TROUBLED;
}

/* libwireshark is left running. */
static gboolean run_once(Run *work)
{
    const WsscOptions *options = work->options;
    WsscAnalysis *analysis = work->analysis;
    WsscBounds bounds;
    gboolean is_all = options->engine.filter == NULL && !options->has_explain;
    WsscSessionOptions session_options = {
        .bounds = &bounds,
        .limits = &work->limits,
        .want_hypotheses = options->wants_hypotheses,
        .is_strict = options->is_strict,
        .only_rows = is_all && (options->wants_only_verdicts ||
                                (options->wants_only_rows && options->format == WSSC_FORMAT_TABLE)),
        .wants_verdicts = options->wants_only_verdicts && is_all,
        .only_lists = options->wants_only_lists && is_all,
        .keep_documents = documents_of(options),
        .explain_frame = (guint32)options->explain_frame};

    wssc_secrets_use_tell(tell_line);
    if (!wssc_analysis_load_keys(options, wssc_session_keyring(analysis->session)))
        return FALSE;
    if (options->ca_file != NULL) {
        session_options.trust = load_trust(options->ca_file);
        if (session_options.trust == NULL)
            return FALSE;
    }
    gboolean is_ok = prepare(work, &bounds);
    if (is_ok) {
        wssc_session_set_options(analysis->session, &session_options);
        wssc_engine_use_limits(&work->limits);
        if (work->watch != NULL)
            work->watch->begin(work->watch->user, analysis->session);
        is_ok = read_files(work);
    }
    X509_STORE_free(session_options.trust);
    return is_ok;
}

static gboolean run(const WsscOptions *options, const WsscAnalysisWatch *watch, WsscAnalysis *analysis)
{
    Run work = {.options = options, .watch = watch, .analysis = analysis};
    gboolean is_ok = run_once(&work);
    if (work.is_started)
        wssc_engine_stop();
    return is_ok;
}

static WsscAnalysis analysis_new(void)
{
    WsscAnalysis analysis = {.session = wssc_session_new(), .status = WSSC_EXIT_DONE};
    analysis.reports = g_ptr_array_new_with_free_func((GDestroyNotify)wssc_engine_report_free);
    return analysis;
}

gboolean wssc_analysis_watch(const WsscOptions *options, const WsscAnalysisWatch *watch, WsscAnalysis *ret_analysis,
                             int *ret_status)
{
    WsscAnalysis analysis = analysis_new();
    *ret_status = WSSC_EXIT_USAGE;
    if (!run(options, watch, &analysis)) {
        wssc_analysis_clear(&analysis);
        return FALSE;
    }
    if (analysis.reports->len == 0) { /* nothing was read: there is no result */
        *ret_status = analysis.status;
        wssc_analysis_clear(&analysis);
        return FALSE;
    }
    *ret_analysis = analysis;
    return TRUE;
}

gboolean wssc_analysis_run(const WsscOptions *options, WsscAnalysis *ret_analysis, int *ret_status)
{
    return wssc_analysis_watch(options, NULL, ret_analysis, ret_status);
}

gboolean wssc_analysis_run_each(const WsscOptions *options, char **const *lists, WsscAnalysis *ret_analyses,
                                guint count, int *ret_status)
{
    gboolean is_ok = TRUE, is_started = FALSE;
    for (guint i = 0; i < count; i++)
        ret_analyses[i] = analysis_new();
    *ret_status = WSSC_EXIT_USAGE;
    for (guint i = 0; i < count && is_ok; i++) {
        WsscOptions own = *options;
        Run work = {.options = &own, .analysis = &ret_analyses[i], .is_started = is_started};
        own.files = lists[i];
        own.output = i == 0 ? options->output : NULL; /* a page is about the first */
        is_ok = run_once(&work);
        is_started = work.is_started;
        if (is_ok && ret_analyses[i].reports->len == 0) { /* nothing was read: there is no result */
            *ret_status = ret_analyses[i].status;
            is_ok = FALSE;
        }
    }
    if (is_started)
        wssc_engine_stop();
    for (guint i = 0; i < count && !is_ok; i++)
        wssc_analysis_clear(&ret_analyses[i]);
    return is_ok;
}

void wssc_analysis_clear(WsscAnalysis *analysis)
{
    if (!wssc_frees_all())
        return;
    g_clear_pointer(&analysis->session, wssc_session_free);
    g_clear_pointer(&analysis->reports, g_ptr_array_unref);
}
