/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tshark -z wssc,contexts, wssc,findings and wssc,why: what the analyzer's commands of those names print, after the
 * last frame.
 */
#include "compat.h"

#include <stdio.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "dissect.h"
#include "live.h"
#include "live_why.h"
#include "report/why.h"
#include "stats.h"

typedef void (*Put)(const WsscSession *session, const WsscTextStyle *style, GString *out);

static void put_why(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    const WsscWhyChoice all = {.context = NULL};
    const WsscWhy *why = wssc_live_why();
    if (why != NULL)
        wssc_text_why(session, style, why, &all, out);
}

typedef struct {
    const char *command; /* what stands behind -z */
    const char *title;
    Put put;
} Text;

static const Text texts[] = {
    {"wssc,contexts", "WSSC contexts", wssc_text_contexts},
    {"wssc,findings", "WSSC findings", wssc_text_findings},
    {"wssc,why", "WSSC refusals and their causes", put_why},
};

static tap_packet_status on_message(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                    const void *message _U_, tap_flags_t flags _U_)
{
    return TAP_PACKET_REDRAW;
}

static void draw(void *data)
{
    const Text *text = data;
    const WsscTextStyle style = {.color = FALSE};
    WsscSession *session = wssc_dissect_session();
    if (session == NULL)
        return;
    wssc_live_finish(); /* tshark draws once, when all is read; with one pass it tells us nothing of its end */
    GString *out = g_string_new(NULL);
    text->put(session, &style, out);
    fputs(out->str, stdout);
    g_string_free(out, TRUE);
}

/* What they say rests on all of the capture: there is nothing to filter. */
static WSSC_STAT_START start(const char *argument, void *data)
{
    const Text *text = data;
    GString *problem = NULL;
    if (argument != NULL && argument[strlen(text->command)] != '\0')
        problem = g_string_new("it takes no filter");
    else
        problem = register_tap_listener(WSSC_TAP, data, NULL, TL_REQUIRES_NOTHING, NULL, on_message, draw, NULL);
    gboolean is_started = problem == NULL;
    if (problem != NULL) {
        fprintf(stderr, "tshark: -z %s: %s\n", text->command, problem->str);
        g_string_free(problem, TRUE);
    }
    WSSC_STAT_RESULT(is_started);
}

void wssc_stats_texts_register(void)
{
    static stat_tap_ui rows[G_N_ELEMENTS(texts)];
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        rows[i] = (stat_tap_ui){.group = REGISTER_STAT_GROUP_GENERIC,
                                .title = texts[i].title,
                                .cli_string = texts[i].command,
                                .tap_init_cb = start};
        register_stat_tap_ui(&rows[i], (void *)&texts[i]);
    }
}
