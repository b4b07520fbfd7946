/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `wssc events` of each of many captures by itself, in one process: libwireshark's start takes ten times as long as a
 * small capture. Behind the events of each stands a line {"type": "status", "status": N}.
 *
 * usage: damage_each KEYLOG|"" FILE...
 */
#include "compat.h"

#include <stdio.h>

#include "analysis.h"
#include "report/events.h"

static void put_events(const WsscAnalysis *analysis, GString *out)
{
    const WsscSink sink = wssc_sink_to_string(out);
    WsscWriter *writer = wssc_writer_new(&sink, WSSC_WRITER_LINES, wssc_event_members);
    WsscEvents *events = wssc_events_new(writer, wssc_session_model(analysis->session), FALSE);
    for (guint i = 0; i < analysis->reports->len; i++)
        wssc_events_put_capture(events, &((const WsscEngineReport *)analysis->reports->pdata[i])->capture);
    wssc_events_finish(events);
    wssc_events_free(events);
    wssc_writer_free(writer);
    g_string_append_printf(out, "{\"type\": \"status\", \"status\": %d}\n", analysis->status);
}

int main(int argc, char **argv)
{
    WsscOptions options = {.format = WSSC_FORMAT_JSON, .engine = {.tls_keylog = NULL}};
    int status = 0;
    if (argc < 3)
        return 2;
    guint count = (guint)argc - 2;
    g_autofree WsscAnalysis *analyses = g_new0(WsscAnalysis, count);
    g_autoptr(GPtrArray) lists = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < count; i++) {
        char **list = g_new0(char *, 2);
        list[0] = argv[2 + i];
        g_ptr_array_add(lists, list);
    }
    options.engine.tls_keylog = *argv[1] != '\0' ? argv[1] : NULL;
    if (!wssc_analysis_run_each(&options, (char **const *)lists->pdata, analyses, count, &status))
        return status != 0 ? status : 1;
    for (guint i = 0; i < count; i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        put_events(&analyses[i], out);
        fputs(out->str, stdout);
        wssc_analysis_clear(&analyses[i]);
    }
    return 0;
}
