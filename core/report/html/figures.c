/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/html/sections.h"

typedef struct {
    guint verdicts[WSSC_VERDICT_MAX];
    guint damaged, faults;
    guint severities[WSSC_SEVERITY_ERROR + 1];
    guint states[WSSC_STATE_MAX];
    guint renewals;
} Figures;

static Figures count(const WsscSession *session)
{
    Figures figures = {0};
    const GPtrArray *messages = wssc_session_messages(session);
    const GPtrArray *contexts = wssc_session_contexts(session);
    const GPtrArray *findings = wssc_session_findings(session);
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        figures.damaged += message->damage != NULL;
        figures.faults += message->soap->fault != NULL;
        for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++)
            figures.verdicts[((const WsscSignature *)message->security->signatures->pdata[s])->verdict]++;
    }
    for (guint i = 0; i < contexts->len; i++) {
        const WsscContext *context = contexts->pdata[i];
        figures.states[context->state]++;
        figures.renewals += context->renewals;
    }
    for (guint i = 0; i < findings->len; i++)
        figures.severities[((const WsscFinding *)findings->pdata[i])->severity]++;
    return figures;
}

static void put_tile(WsscHtml *html, const char *link, guint number, const char *style, const char *what)
{
    wssc_html_put(html, "<a class=\"tile\" href=\"#%s\"><b class=\"%s\">%u</b>%s</a>\n", link, style, number, what);
}

void wssc_html_figures(WsscHtml *html, const WsscSession *session)
{
    Figures figures = count(session);
    wssc_html_raw(html, "<section id=\"figures\" aria-labelledby=\"figures-title\"><h2 "
                        "id=\"figures-title\">Figures</h2>\n<div class=\"tiles\">\n");
    put_tile(html, "contexts", wssc_session_contexts(session)->len, "", "contexts");
    for (int state = 0; state < WSSC_STATE_MAX; state++)
        if (figures.states[state] > 0) {
            g_autofree char *what = g_strdup_printf("contexts %s", wssc_state_name((WsscState)state));
            put_tile(html, "contexts", figures.states[state], state == WSSC_STATE_REFUSED ? "bad" : "", what);
        }
    put_tile(html, "contexts", figures.renewals, "renew", "renewals");
    put_tile(html, "messages", wssc_session_messages(session)->len, "", "SOAP messages");
    put_tile(html, "messages", figures.faults, figures.faults > 0 ? "bad" : "", "faults");
    if (figures.damaged > 0)
        put_tile(html, "messages", figures.damaged, "bad", "messages not readable");
    for (int verdict = WSSC_VERDICT_VALID; verdict < WSSC_VERDICT_MAX; verdict++) {
        g_autofree char *what = g_strdup_printf("signatures %s", wssc_verdict_name((WsscVerdict)verdict));
        gboolean is_bad = verdict == WSSC_VERDICT_INVALID && figures.verdicts[verdict] > 0;
        if (figures.verdicts[verdict] > 0 || verdict == WSSC_VERDICT_INVALID)
            put_tile(html, "signatures", figures.verdicts[verdict],
                     is_bad                          ? "bad"
                     : verdict == WSSC_VERDICT_VALID ? "good"
                                                     : "",
                     what);
    }
    for (int severity = WSSC_SEVERITY_ERROR; severity >= WSSC_SEVERITY_CHAT; severity--) {
        static const char *const styles[] = {"", "note", "warn", "bad"};
        g_autofree char *what = g_strdup_printf("findings: %s", wssc_severity_name((WsscSeverity)severity));
        if (figures.severities[severity] > 0)
            put_tile(html, "findings", figures.severities[severity], styles[severity], what);
    }
    wssc_html_raw(html, "</div></section>\n");
}
