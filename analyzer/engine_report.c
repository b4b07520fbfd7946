/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine tells of a file.
 */
#include "compat.h"

#include "engine.h"
#include "watch/unread.h"
#include "watch/tls_watch.h"

WsscEngineReport *wssc_engine_report_new(const char *file)
{
    WsscEngineReport *report = g_new0(WsscEngineReport, 1);
    report->capture.file = g_strdup(file);
    report->capture.first_time = report->capture.last_time = WSSC_TIME_NONE;
    report->capture.closed_tls = g_ptr_array_new_with_free_func(wssc_closed_tls_free);
    report->capture.unread = g_ptr_array_new_with_free_func(wssc_unread_octets_free);
    return report;
}

void wssc_engine_report_free(WsscEngineReport *report)
{
    if (report == NULL)
        return;
    g_free(report->capture.file);
    g_free(report->capture.damage);
    g_ptr_array_unref(report->capture.closed_tls);
    g_ptr_array_unref(report->capture.unread);
    g_clear_pointer(&report->shown, g_byte_array_unref);
    g_free(report);
}

gboolean wssc_engine_is_shown(guint file, guint32 frame, gpointer reports)
{
    for (guint i = 0; i < ((GPtrArray *)reports)->len; i++) {
        const WsscEngineReport *report = ((GPtrArray *)reports)->pdata[i];
        if (report->index == file)
            return report->shown == NULL || (frame < report->shown->len && report->shown->data[frame] != 0);
    }
    return FALSE;
}
