/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"

#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#include "dissect.h"
#include "ending.h"
#include "keys/keyfile.h"

static GBytes *load_beside(const char *path, gpointer directory, GError **error)
{
    char *contents = NULL;
    gsize len = 0;
    g_autofree char *full = g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(directory, path, NULL);
    if (!g_file_get_contents(full, &contents, &len, error))
        return NULL;
    return g_bytes_new_take(contents, len);
}

static gboolean load_key_file(const char *path, WsscKeyring *ring)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_autofree char *directory = g_path_get_dirname(path);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    gsize len = 0;

    if (!g_file_get_contents(path, &text, &len, &error)) {
        fprintf(stderr, "wssc: key file: %s\n", error->message);
        return FALSE;
    }
    wssc_keyfile_parse(wssc_bytes(text, len), load_beside, directory, ring, problems);
    for (guint i = 0; i < problems->len; i++) {
        const WsscKeyfileDiagnostic *problem = problems->pdata[i];
        fprintf(stderr, "wssc: %s:%u: %s\n", path, problem->line, problem->text);
    }
    memset(text, 0, len);
    return TRUE;
}

gboolean wssc_analysis_load_keys(const WsscOptions *options, WsscKeyring *ring)
{
    for (char **path = options->key_files; path != NULL && *path != NULL; path++)
        if (!load_key_file(*path, ring))
            return FALSE;
    return TRUE;
}

static X509_STORE *load_trust(const char *path)
{
    X509_STORE *store = X509_STORE_new();
    if (X509_STORE_load_file(store, path) == 1)
        return store;
    fprintf(stderr, "wssc: --ca-file \"%s\": no certificates could be read\n", path);
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

static void tell(const WsscOptions *options, const WsscEngineReport *report)
{
    tell_closed(options, report);
    if (report->capture.cut_tls_frames > 0)
        fprintf(stderr, "wssc: %s: %u frames with TLS were captured only in part: what they carry cannot be read\n",
                report->capture.file, report->capture.cut_tls_frames);
    if (report->capture.damage != NULL)
        fprintf(stderr, "wssc: %s: after frame %u: %s\n", report->capture.file, report->capture.frames,
                report->capture.damage);
}

static gboolean has_damaged_message(const WsscSession *session)
{
    const GPtrArray *messages = wssc_session_messages(session);
    for (guint i = 0; i < messages->len; i++)
        if (((const WsscMessage *)messages->pdata[i])->damage != NULL)
            return TRUE;
    return FALSE;
}

static void read_files(const WsscOptions *options, const WsscAnalysisWatch *watch, WsscAnalysis *analysis)
{
    gint64 end = 0;
    for (char **file = options->files; *file != NULL; file++) {
        g_autoptr(GError) error = NULL;
        WsscEngineReport *report = NULL;
        if (!wssc_engine_read(analysis->session, *file, &report, &error)) {
            fprintf(stderr, "wssc: %s: %s\n", *file, error->message);
            analysis->status = WSSC_EXIT_DAMAGED;
            continue;
        }
        g_ptr_array_add(analysis->reports, report);
        tell(options, report);
        if (watch != NULL)
            watch->end_of_file(watch->user, report);
        if (report->capture.damage != NULL || report->capture.cut_tls_frames > 0)
            analysis->status = WSSC_EXIT_DAMAGED;
        if (report->capture.last_time != WSSC_TIME_NONE)
            end = MAX(end, report->capture.last_time);
    }
    wssc_session_finish(analysis->session, end);
    g_autoptr(GError) error = NULL;
    if (!wssc_engine_select(analysis->session, analysis->reports, &error)) {
        fprintf(stderr, "wssc: -Y: %s\n", error->message);
        analysis->status = WSSC_EXIT_DAMAGED;
    }
    if (has_damaged_message(analysis->session))
        analysis->status = WSSC_EXIT_DAMAGED;
}

static gboolean run(const WsscOptions *options, const WsscAnalysisWatch *watch, WsscAnalysis *analysis)
{
    g_autoptr(GError) error = NULL;
    WsscBounds bounds;
    WsscSessionOptions session_options = {.bounds = &bounds,
                                          .want_hypotheses = options->wants_hypotheses,
                                          .is_strict = options->is_strict,
                                          .explain_frame = (guint32)options->explain_frame};
    WsscEngineOptions engine_options = options->engine;

    if (!wssc_analysis_load_keys(options, wssc_session_keyring(analysis->session)))
        return FALSE;
    if (options->ca_file != NULL) {
        session_options.trust = load_trust(options->ca_file);
        if (session_options.trust == NULL)
            return FALSE;
    }
    engine_options.first_file = options->files[0];
    if (!wssc_engine_start("wssc", &engine_options, &error)) {
        fprintf(stderr, "wssc: %s\n", error->message);
        X509_STORE_free(session_options.trust);
        return FALSE;
    }
    wssc_dissect_bounds(&bounds);
    wssc_options_take_bounds(options, &bounds);
    wssc_session_set_options(analysis->session, &session_options);
    if (watch != NULL)
        watch->begin(watch->user, analysis->session);
    read_files(options, watch, analysis);
    wssc_engine_stop();
    X509_STORE_free(session_options.trust);
    return TRUE;
}

gboolean wssc_analysis_watch(const WsscOptions *options, const WsscAnalysisWatch *watch, WsscAnalysis *ret_analysis,
                             int *ret_status)
{
    WsscAnalysis analysis = {.session = wssc_session_new(), .status = WSSC_EXIT_DONE};
    analysis.reports = g_ptr_array_new_with_free_func((GDestroyNotify)wssc_engine_report_free);
    *ret_status = WSSC_EXIT_USAGE;
    if (!run(options, watch, &analysis)) {
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

void wssc_analysis_clear(WsscAnalysis *analysis)
{
    if (!wssc_frees_all())
        return;
    g_clear_pointer(&analysis->session, wssc_session_free);
    g_clear_pointer(&analysis->reports, g_ptr_array_unref);
}
