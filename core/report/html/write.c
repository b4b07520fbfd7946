/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/html/write.h"

#include <string.h>

#include "report/visible.h"

#define FLUSH_AT 65536

void wssc_html_begin(WsscHtml *html, const WsscSink *sink)
{
    html->sink = sink;
    html->buffer = g_string_sized_new(FLUSH_AT + 4096);
}

static void flush(WsscHtml *html)
{
    html->sink->write(html->sink->user, html->buffer->str, html->buffer->len);
    g_string_truncate(html->buffer, 0);
}

static void flush_if_full(WsscHtml *html)
{
    if (html->buffer->len >= FLUSH_AT)
        flush(html);
}

void wssc_html_end(WsscHtml *html)
{
    flush(html);
    g_string_free(html->buffer, TRUE);
    html->buffer = NULL;
}

void wssc_html_raw(WsscHtml *html, const char *markup)
{
    g_string_append(html->buffer, markup);
    flush_if_full(html);
}

void wssc_html_text(WsscHtml *html, const char *text)
{
    wssc_html_words(html, text, WSSC_HTML_WORDS);
}

void wssc_html_words(WsscHtml *html, const char *text, gsize limit)
{
    if (text == NULL)
        return;
    g_autofree char *visible = wssc_html_visible(text, limit);
    g_autofree char *escaped = g_markup_escape_text(visible, -1);
    wssc_html_raw(html, escaped);
}

/* What g_markup_vprintf_escaped leaves as it is: characters that are not seen, octets that are no UTF-8. */
void wssc_html_put(WsscHtml *html, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *markup = g_markup_vprintf_escaped(format, args);
    va_end(args);
    g_autofree char *visible = wssc_html_visible(markup, strlen(markup));
    wssc_html_raw(html, visible);
}

char *wssc_html_visible(const char *text, gsize limit)
{
    gsize len = strlen(text), end = MIN(len, limit);
    while (end < len && end > 0 && ((guint8)text[end] & 0xC0) == 0x80)
        end--; /* not within a character */
    g_autofree char *head = g_strndup(text, end);
    GString *out = g_string_new(NULL);
    wssc_visible_append(out, head, FALSE);
    if (end < len)
        g_string_append(out, "\xE2\x80\xA6");
    return g_string_free(out, FALSE);
}

void wssc_html_json(GString *out, const char *text)
{
    if (text == NULL) {
        g_string_append(out, "null");
        return;
    }
    g_autofree char *visible = wssc_html_visible(text, WSSC_HTML_WORDS);
    g_string_append_c(out, '"');
    for (const char *c = visible; *c != '\0'; c++) {
        if (strchr("<>&'\"\\", *c) != NULL || (guint8)*c < 0x20)
            g_string_append_printf(out, "\\u%04X", (guint8)*c);
        else
            g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}
