/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/visible.h"

#include <string.h>

gboolean wssc_visible_is_hidden(gunichar c)
{
    if (c >= ' ' && c <= '~')
        return FALSE;
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return TRUE;
    default:
        return c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0; /* fillers of Hangul */
    }
}

void wssc_visible_append_escape(GString *out, gunichar c)
{
    if (c < 0x10000)
        g_string_append_printf(out, "\\u%04x", c);
    else /* a pair of surrogates, as JSON has it */
        g_string_append_printf(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + ((c - 0x10000) & 0x3FF));
}

/* The short escape of JSON; 0 for none. */
static char short_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return '\0';
    }
}

static gboolean stays(char c, gboolean as_json)
{
    return (c >= ' ' && c <= '~' && !(as_json && (c == '"' || c == '\\'))) ||
           (!as_json && (c == '\n' || c == '\r' || c == '\t'));
}

static void append_valid(GString *out, const char *text, gboolean as_json)
{
    while (*text != '\0') {
        const char *end = text;
        while (stays(*end, as_json))
            end++;
        g_string_append_len(out, text, end - text);
        text = end;
        if (*text == '\0')
            return;
        gunichar c = g_utf8_get_char(text);
        char escape = as_json && c < 0x80 ? short_escape(*text) : '\0';
        const char *next = g_utf8_next_char(text);
        if (escape != '\0')
            g_string_append_printf(out, "\\%c", escape);
        else if (wssc_visible_is_hidden(c))
            wssc_visible_append_escape(out, c);
        else
            g_string_append_len(out, text, next - text);
        text = next;
    }
}

void wssc_visible_append(GString *out, const char *text, gboolean as_json)
{
    if (g_utf8_validate(text, -1, NULL)) {
        append_valid(out, text, as_json);
        return;
    }
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    append_valid(out, valid, as_json);
}
