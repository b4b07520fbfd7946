/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files to a finished session: what every command over captures begins with.
 */
#ifndef WSSC_ANALYZER_ANALYSIS_H
#define WSSC_ANALYZER_ANALYSIS_H

#include "options.h"

typedef struct {
    WsscSession *session;
    GPtrArray *reports; /* WsscEngineReport */
    int status;         /* WSSC_EXIT_DONE, or WSSC_EXIT_DAMAGED when some input could not be read whole */
} WsscAnalysis;

/* Who wants to know of what is read while it is read. */
typedef struct {
    void (*begin)(gpointer user, WsscSession *session);
    void (*end_of_file)(gpointer user, const WsscEngineReport *report); /* or NULL */
    gpointer user;
} WsscAnalysisWatch;

/* Reads keys and files, finishes the session. watch may be NULL. Problems go to standard error. FALSE when nothing can
 * be done (ret_status says how to exit). */
gboolean wssc_analysis_watch(const WsscOptions *options, const WsscAnalysisWatch *watch, WsscAnalysis *ret_analysis,
                             int *ret_status);
/* Without a watch. */
gboolean wssc_analysis_run(const WsscOptions *options, WsscAnalysis *ret_analysis, int *ret_status);
/* Each of the lists of files by itself, as if it were the only one. ret_analyses has room for count of them, and is
 * cleared when FALSE. */
gboolean wssc_analysis_run_each(const WsscOptions *options, char **const *lists, WsscAnalysis *ret_analyses,
                                guint count, int *ret_status);
gboolean wssc_analysis_has_invalid(const WsscSession *session); /* a signature */
gboolean wssc_analysis_has_damaged(const WsscSession *session); /* a message */
/* The last thing before the process ends (see ending.h). */
void wssc_analysis_clear(WsscAnalysis *analysis);

/* Reads the key files of options into the ring; diagnostics go to standard error. FALSE when one cannot
 * be opened. */
gboolean wssc_analysis_load_keys(const WsscOptions *options, WsscKeyring *ring);

#endif
