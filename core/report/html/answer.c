/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/text.h"
#include "report/html/sections.h"
#include "report/why.h"
#include "why/why.h"

#define TROUBLES_SHOWN 100
#define EVIDENCE_SHOWN 40

static void put_evidence(WsscHtml *html, const WsscSession *session, const GPtrArray *evidence)
{
    wssc_html_raw(html, "<dt>Evidence</dt><dd><ol>\n");
    for (guint i = 0; i < MIN(evidence->len, EVIDENCE_SHOWN); i++) {
        const WsscEvidence *item = evidence->pdata[i];
        g_autofree char *frame = item->frame != 0 ? wssc_html_frame(session, item->file, item->frame) : NULL;
        wssc_html_put(html, "<li><span class=\"tag\">%s</span> ", wssc_evidence_role_name(item->role));
        if (frame != NULL)
            wssc_html_put(html, "frame <b>%s</b>: ", frame);
        wssc_html_text(html, item->text);
        wssc_html_raw(html, "</li>\n");
    }
    wssc_html_raw(html, "</ol></dd>\n");
}

static void put_notes(WsscHtml *html, const char *title, const GPtrArray *notes)
{
    if (notes->len == 0)
        return;
    wssc_html_put(html, "<dt>%s</dt><dd><ul>\n", title);
    for (guint i = 0; i < notes->len; i++) {
        const WsscCauseNote *note = notes->pdata[i];
        wssc_html_put(html, "<li>%s: ", wssc_cause_info(note->cause)->title);
        wssc_html_text(html, note->text);
        wssc_html_raw(html, "</li>\n");
    }
    wssc_html_raw(html, "</ul></dd>\n");
}

static void put_place(WsscHtml *html, const WsscSession *session, const WsscTrouble *trouble)
{
    g_autofree char *frame = wssc_html_frame(session, trouble->file, trouble->frame);
    g_autofree char *time = wssc_time_format(trouble->time);
    wssc_html_put(html, "<dt>Where</dt><dd>frame <b>%s</b>, <span class=\"dim\">%s</span>", frame, time);
    if (trouble->client != NULL && trouble->service != NULL)
        wssc_html_put(html, ", %s → %s", trouble->client, trouble->service);
    if (trouble->context != NULL)
        wssc_html_put(html, ", <a href=\"#context-%u\">context %u</a>", trouble->context->index,
                      trouble->context->index);
    if (trouble->occurrences->len > 1)
        wssc_html_put(html, ", seen %u times", trouble->occurrences->len);
    wssc_html_filter_button(html, trouble->frame, trouble->frame);
    wssc_html_raw(html, "</dd>\n");
}

static void put_trouble(WsscHtml *html, const WsscSession *session, const WsscTrouble *trouble)
{
    const WsscCauseInfo *cause = wssc_cause_info(trouble->cause);
    const char *confidence = wssc_confidence_name(trouble->confidence);
    wssc_html_put(html,
                  "<article class=\"trouble %s\"><h3>%s <span class=\"tag\">%s</span> <span "
                  "class=\"tag\"><code>%s</code></span></h3>\n",
                  confidence, cause->title, confidence, cause->name);
    wssc_html_raw(html, "<p>");
    wssc_html_words(html, trouble->text, WSSC_HTML_PARAGRAPH);
    wssc_html_raw(html, "</p>\n<dl>");
    put_place(html, session, trouble);
    put_evidence(html, session, trouble->evidence);
    if (trouble->advice != NULL) {
        wssc_html_raw(html, "<dt>What to do</dt><dd>");
        wssc_html_words(html, trouble->advice, WSSC_HTML_PARAGRAPH);
        wssc_html_raw(html, "</dd>\n");
    }
    put_notes(html, "Against", trouble->ruled_out);
    put_notes(html, "Open", trouble->open);
    wssc_html_raw(html, "</dl></article>\n");
}

/* What was looked at where nothing is to be told. */
static void put_nothing(WsscHtml *html, const WsscWhy *why)
{
    g_autofree char *nothing = wssc_why_nothing(why);
    gboolean is_good = why->messages > 0 && why->unreadable == 0 && !why->is_one_sided;
    wssc_html_put(html, "<div class=\"answer\"><p><b class=\"%s\">%s</b></p></div>\n", is_good ? "good" : "dim",
                  nothing);
}

void wssc_html_answer(WsscHtml *html, const WsscSession *session)
{
    g_autoptr(WsscWhy) why = wssc_why_ask(wssc_session_model(session));
    wssc_html_raw(html, "<section id=\"answer\" aria-labelledby=\"answer-title\">"
                        "<h2 id=\"answer-title\">What went wrong, and why</h2>\n");
    if (why->troubles->len == 0)
        put_nothing(html, why);
    for (guint i = 0; i < MIN(why->troubles->len, TROUBLES_SHOWN); i++)
        put_trouble(html, session, why->troubles->pdata[i]);
    if (why->troubles->len > TROUBLES_SHOWN)
        wssc_html_put(
            html, "<p class=\"dim\">%u further troubles are not in this page; <code>wssc why</code> tells them.</p>\n",
            why->troubles->len - TROUBLES_SHOWN);
    wssc_html_raw(html, "</section>\n");
}
