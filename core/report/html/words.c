/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/html/sections.h"

const char *wssc_html_state_style(WsscState state)
{
    static const char *const styles[WSSC_STATE_MAX] = {
        [WSSC_STATE_REQUESTED] = "tag warn", [WSSC_STATE_ISSUED] = "tag note",    [WSSC_STATE_ACTIVE] = "tag good",
        [WSSC_STATE_RENEWING] = "tag renew", [WSSC_STATE_ROLLOVER] = "tag renew", [WSSC_STATE_CANCELLED] = "tag",
        [WSSC_STATE_EXPIRED] = "tag warn",   [WSSC_STATE_REFUSED] = "tag bad",    [WSSC_STATE_ABANDONED] = "tag",
        [WSSC_STATE_OBSERVED] = "tag note",
    };
    return styles[state];
}

const char *wssc_html_verdict_style(WsscVerdict verdict)
{
    static const char *const styles[WSSC_VERDICT_MAX] = {
        [WSSC_VERDICT_UNCHECKED] = "tag",   [WSSC_VERDICT_VALID] = "tag good",       [WSSC_VERDICT_INVALID] = "tag bad",
        [WSSC_VERDICT_NO_KEY] = "tag warn", [WSSC_VERDICT_UNSUPPORTED] = "tag warn",
    };
    return styles[verdict];
}

const char *wssc_html_severity_style(WsscSeverity severity)
{
    static const char *const styles[] = {
        [WSSC_SEVERITY_CHAT] = "tag",
        [WSSC_SEVERITY_NOTE] = "tag note",
        [WSSC_SEVERITY_WARN] = "tag warn",
        [WSSC_SEVERITY_ERROR] = "tag bad",
    };
    return styles[severity];
}

char *wssc_html_frame(const WsscSession *session, guint file, guint32 frame)
{
    if (wssc_session_file(session, 1) == NULL)
        return g_strdup_printf("%u", frame);
    g_autofree char *name = g_path_get_basename(wssc_session_file(session, file));
    return g_strdup_printf("%s:%u", name, frame);
}

void wssc_html_filter_button(WsscHtml *html, guint32 from, guint32 to)
{
    g_autofree char *filter = from == to ? g_strdup_printf("frame.number == %u", from)
                                         : g_strdup_printf("frame.number >= %u && frame.number <= %u", from, to);
    wssc_html_put(html,
                  " <button type=\"button\" class=\"copy script-only inline\" data-text=\"%s\">copy filter</button>",
                  filter);
}
