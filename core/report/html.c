/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/html.h"

#include "base/text.h"
#include "report/html/assets.h"
#include "report/html/lanes.h"
#include "report/html/sections.h"

static const char *const messages_names[WSSC_HTML_MESSAGES_MAX] = {"troubled", "all", "none"};

const char *wssc_html_messages_name(WsscHtmlMessages which)
{
    return messages_names[which];
}

gboolean wssc_html_messages_from_name(const char *name, WsscHtmlMessages *ret_which)
{
    for (int i = 0; i < WSSC_HTML_MESSAGES_MAX; i++)
        if (g_strcmp0(name, messages_names[i]) == 0) {
            *ret_which = (WsscHtmlMessages)i;
            return TRUE;
        }
    return FALSE;
}

static char *script_hash(void)
{
    guint8 digest[32];
    gsize len = sizeof digest;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, (const guchar *)wssc_html_script, -1);
    g_checksum_get_digest(sum, digest, &len);
    return g_base64_encode(digest, len);
}

/* Whatever a capture smuggles into the page, the browser runs nothing but the page's own script. */
static void put_head(WsscHtml *html, const char *title)
{
    g_autofree char *hash = script_hash();
    wssc_html_raw(html, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    wssc_html_put(html,
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
                  "'unsafe-inline'; "
                  "script-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
                  hash);
    wssc_html_raw(html, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<meta name=\"referrer\" content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n");
    wssc_html_put(html, "<title>%s</title>\n<style>\n", title);
    wssc_html_raw(html, wssc_html_style);
    wssc_html_raw(html, "</style></head>\n<body>\n<a class=\"skip\" href=\"#answer\">To the answer</a>\n");
}

static char *title_of(const WsscSession *session)
{
    GString *title = g_string_new("wssc: ");
    for (guint file = 0; wssc_session_file(session, file) != NULL && title->len < 160; file++) {
        g_autofree char *name = g_path_get_basename(wssc_session_file(session, file));
        g_string_append_printf(title, "%s%s", file > 0 ? ", " : "", name);
    }
    return g_string_free(title, FALSE);
}

static void put_header(WsscHtml *html, const WsscSession *session, const WsscHtmlOptions *options)
{
    const GPtrArray *messages = wssc_session_messages(session);
    wssc_html_raw(html, "<header><h1>What happened to the security contexts</h1>\n<p class=\"dim\">");
    for (guint file = 0; wssc_session_file(session, file) != NULL; file++) {
        g_autofree char *name = g_path_get_basename(wssc_session_file(session, file));
        wssc_html_put(html, "%s<code>%s</code>", file > 0 ? ", " : "", name);
    }
    if (messages->len > 0) {
        const WsscMessage *first = messages->pdata[0], *last = messages->pdata[messages->len - 1];
        g_autofree char *from = wssc_time_format(first->time), *to = wssc_time_format(last->time);
        wssc_html_put(html, " · %s to %s", from, to);
    }
    wssc_html_raw(html,
                  "</p></header>\n<nav aria-label=\"Parts of the page\"><ul><li><a href=\"#answer\">Answer</a></li>");
    if (options->compared != NULL)
        wssc_html_raw(html, "<li><a href=\"#compared\">Differences</a></li>");
    wssc_html_raw(html, "<li><a href=\"#figures\">Figures</a></li><li><a href=\"#lanes\">Over time</a></li>"
                        "<li><a href=\"#contexts\">Contexts</a></li><li><a href=\"#signatures\">Signatures</a></li>"
                        "<li><a href=\"#findings\">Findings</a></li><li><a href=\"#bindings\">Binding</a></li><li><a "
                        "href=\"#messages\">Messages</a></li></ul></nav>\n<main>\n");
}

void wssc_html_report(WsscSession *session, const WsscHtmlOptions *options, const WsscSink *sink)
{
    WsscHtml html;
    g_autofree char *title = title_of(session);
    wssc_html_begin(&html, sink);
    put_head(&html, title);
    put_header(&html, session, options);
    wssc_html_answer(&html, session);
    if (options->compared != NULL)
        wssc_html_compared(&html, options->compared);
    wssc_html_figures(&html, session);
    wssc_html_lanes(&html, session);
    wssc_html_contexts(&html, session);
    wssc_html_signatures(&html, session);
    wssc_html_findings(&html, session);
    wssc_html_bindings(&html, session);
    wssc_html_messages(&html, session, options);
    wssc_html_raw(
        &html,
        "</main>\n<footer>Made by wssc from the capture alone; frame numbers are the capture's.</footer>\n<script>");
    wssc_html_raw(&html, wssc_html_script);
    wssc_html_raw(&html, "</script>\n</body></html>\n");
    wssc_html_end(&html);
}
