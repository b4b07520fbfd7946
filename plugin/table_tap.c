/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tshark -z wssc,contexts: the analyzer's table after the last frame.
 */
#include "compat.h"

#include "table_tap.h"

#include <stdio.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "dissect.h"
#include "live.h"
#include "report/text.h"

static tap_packet_status on_message(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                    const void *message _U_, tap_flags_t flags _U_)
{
    return TAP_PACKET_REDRAW;
}

static void draw(void *data _U_)
{
    WsscSession *session = wssc_dissect_session();
    WsscTextStyle style = {.color = FALSE};
    if (session == NULL)
        return;
    wssc_live_finish(); /* tshark draws once, when all is read; with one pass it tells us nothing of its end */
    GString *out = g_string_new(NULL);
    wssc_text_contexts(session, &style, out);
    fputs(out->str, stdout);
    g_string_free(out, TRUE);
}

static WSSC_STAT_START start(const char *argument, void *data _U_)
{
    static int id;
    /* "wssc,contexts" or "wssc,contexts,FILTER". */
    const char *filter =
        argument != NULL && g_str_has_prefix(argument, "wssc,contexts,") ? argument + strlen("wssc,contexts,") : NULL;
    GString *problem = register_tap_listener(WSSC_TAP, &id, filter, TL_REQUIRES_NOTHING, NULL, on_message, draw, NULL);
    gboolean is_started = problem == NULL;
    if (problem != NULL) {
        fprintf(stderr, "tshark: -z wssc,contexts: %s\n", problem->str);
        g_string_free(problem, TRUE);
    }
    WSSC_STAT_RESULT(is_started);
}

void wssc_table_tap_register(void)
{
    static stat_tap_ui ui = {.group = REGISTER_STAT_GROUP_GENERIC,
                             .title = "Security contexts",
                             .cli_string = "wssc,contexts",
                             .tap_init_cb = start};
    register_stat_tap_ui(&ui, NULL);
}
