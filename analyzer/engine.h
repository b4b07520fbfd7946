/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libwireshark inside our own process: reads capture files, dissects every frame once and lets the
 * dissectors feed the session.
 *
 *     WsscEngineOptions options = {.tls_keylog = "keys.log"};
 *     if (!wssc_engine_start(argv[0], &options, &error)) ...
 *     wssc_engine_read(session, "a.pcapng", &report, &error);     (for each file)
 *     wssc_session_finish(session, end);
 *     wssc_engine_select(session, reports, &error);
 *     wssc_engine_stop();
 *
 * One engine a process: libwireshark is global.
 */
#ifndef WSSC_ANALYZER_ENGINE_H
#define WSSC_ANALYZER_ENGINE_H

#include "input.h"
#include "model/capture.h"
#include "session/session.h"

#define WSSC_MAX_JOBS 64u

typedef struct {
    const char *profile_dir; /* a Wireshark configuration directory; NULL: none is read */
    const char *tls_keylog;  /* or NULL */
    char **preferences;      /* "name:value" (-o), or NULL */
    char **decode_as;        /* "table==value,protocol" (-d), or NULL */
    const char *filter;      /* display filter (-Y, see filter.h); or NULL */
    gboolean no_triage;      /* dissect every frame */
    guint jobs;              /* processes that dissect; 0: as many as there are processors, where that is worth it */
    gboolean show_progress;  /* a bar on standard error */
    const char *first_file;  /* that will be read: looked at while libwireshark starts; or NULL */
} WsscEngineOptions;

/* What was read of one file. Free with wssc_engine_report_free. */
typedef struct {
    WsscCapture capture;
    guint index;       /* of the file in the session */
    GByteArray *shown; /* a truth value for each frame, from 1, once a filter on results chose; else NULL */
} WsscEngineReport;

/* FALSE when an option is wrong; the message names it. */
gboolean wssc_engine_start(const char *program, const WsscEngineOptions *options, GError **error);
/* For files that are read from here on; before, and without it, the defaults count. */
void wssc_engine_use_limits(const WsscLimits *limits);
/* file: see input.h. FALSE when the file could not be opened at all; a file that breaks off gives TRUE
 * and damage in the report. */
gboolean wssc_engine_read(WsscSession *session, const char *file, WsscEngineReport **ret_report, GError **error);
/* The same where the file is open already; input may be taken over. */
gboolean wssc_engine_read_input(WsscSession *session, const char *file, WsscInput *input, WsscEngineReport **ret_report,
                                GError **error);
/* After wssc_session_finish, with the reports of all files that were read: with a filter on results (filter.h) the
 * session shows from here on only what matching frames carry; without one nothing happens. FALSE when a file could not
 * be read a second time. */
gboolean wssc_engine_select(WsscSession *session, const GPtrArray *reports, GError **error);
/* Whether a filter on results lets a frame through; TRUE without one. reports: as above, user data of a WsscIsShown. */
gboolean wssc_engine_is_shown(guint file, guint32 frame, gpointer reports);
/* No file can be read after it. */
void wssc_engine_stop(void);
/* An empty one, for a file that is read otherwise. */
WsscEngineReport *wssc_engine_report_new(const char *file);
void wssc_engine_report_free(WsscEngineReport *report);

typedef enum { WSSC_ENGINE_ERROR_OPTION, WSSC_ENGINE_ERROR_FILE } WsscEngineError;
#define WSSC_ENGINE_ERROR (wssc_engine_error_quark())
GQuark wssc_engine_error_quark(void);

#endif
