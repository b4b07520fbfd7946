/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/layout.h"

#include <string.h>

#include "base/limits.h"
#include "report/visible.h"

#define MAX_SHOWN 300
#define MAX_FILE_NAME 24

WsscColor wssc_state_color(WsscState state)
{
    static const WsscColor colors[WSSC_STATE_MAX] = {
        [WSSC_STATE_ACTIVE] = WSSC_GREEN,   [WSSC_STATE_ISSUED] = WSSC_GREEN,     [WSSC_STATE_CANCELLED] = WSSC_GREEN,
        [WSSC_STATE_EXPIRED] = WSSC_YELLOW, [WSSC_STATE_REFUSED] = WSSC_RED,      [WSSC_STATE_ABANDONED] = WSSC_YELLOW,
        [WSSC_STATE_OBSERVED] = WSSC_CYAN,  [WSSC_STATE_REQUESTED] = WSSC_YELLOW,
    };
    return colors[state];
}

WsscColor wssc_severity_color(WsscSeverity severity)
{
    static const WsscColor colors[] = {WSSC_DIM, WSSC_CYAN, WSSC_YELLOW, WSSC_RED};
    return colors[severity];
}

WsscColor wssc_verdict_color(WsscVerdict verdict)
{
    return verdict == WSSC_VERDICT_VALID ? WSSC_GREEN : verdict == WSSC_VERDICT_INVALID ? WSSC_RED : WSSC_YELLOW;
}

static const char *color_code(const WsscTextStyle *style, WsscColor color)
{
    static const char *const codes[] = {"", "\033[1m", "\033[2m", "\033[32m", "\033[33m", "\033[31m", "\033[36m"};
    return style->color ? codes[color] : "";
}

static const char *color_end(const WsscTextStyle *style, WsscColor color)
{
    return style->color && color != WSSC_PLAIN ? "\033[0m" : "";
}

void wssc_put(GString *out, const WsscTextStyle *style, WsscColor color, const char *format, ...)
{
    va_list args;
    g_string_append(out, color_code(style, color));
    va_start(args, format);
    g_string_append_vprintf(out, format, args);
    va_end(args);
    g_string_append(out, color_end(style, color));
}

/* ---- words of a capture --------------------------------------------------------------------------------------- */

static char *shown(const char *text, guint most)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_new(NULL);
    guint count = 0;
    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (++count > most) {
            g_string_append(out, "\xE2\x80\xA6"); /* ... */
            break;
        }
        if (c == '\n' || c == '\r' || c == '\t')
            g_string_append_c(out, ' ');
        else if (wssc_visible_is_hidden(c))
            wssc_visible_append_escape(out, c);
        else
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

#define POURED_AT (64 * 1024)

void wssc_pour(GString *out, const WsscTextStyle *style)
{
    if (style->sink == NULL || out->len < POURED_AT)
        return;
    style->sink->write(style->sink->user, out->str, out->len);
    g_string_truncate(out, 0);
}

char *wssc_shown(const char *text)
{
    return shown(text, MAX_SHOWN);
}

char *wssc_shown_whole(const char *text)
{
    return shown(text, WSSC_MAX_FAULT_TEXT);
}

/* ---- wrapping ------------------------------------------------------------------------------------------------- */

/* Columns that a run of octets takes. */
static guint width_of(const char *text, gsize len)
{
    guint width = 0;
    for (const char *p = text; p < text + len;) {
        if (*p > '\033' && *p < '\177') { /* most of what is shown */
            width++;
            p++;
            continue;
        }
        if (*p == '\033') {
            const char *end = memchr(p, 'm', len - (gsize)(p - text));
            p = end != NULL ? end + 1 : text + len;
            continue;
        }
        gunichar c = g_utf8_get_char(p);
        width += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
        p = g_utf8_next_char(p);
    }
    return width;
}

void wssc_put_wrapped(GString *out, const WsscTextStyle *style, WsscColor color, guint column, guint indent,
                      const char *text)
{
    const guint columns = style->columns != 0 ? style->columns : WSSC_TEXT_COLUMNS;
    gboolean is_first = TRUE;
    g_string_append(out, color_code(style, color));
    while (*text != '\0') {
        gsize len = strcspn(text, " ");
        guint width = width_of(text, len);
        if (!is_first && column + 1 + width > columns) {
            g_string_append_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!is_first) {
            g_string_append_c(out, ' ');
            column++;
        }
        for (gsize i = 0; i < len; i++)
            g_string_append_c(out, text[i] == WSSC_TIE[0] ? ' ' : text[i]);
        column += width;
        is_first = FALSE;
        text += len;
        text += *text == ' ';
    }
    g_string_append(out, color_end(style, color));
    g_string_append_c(out, '\n');
}

/* ---- frames --------------------------------------------------------------------------------------------------- */

/* The end of a long name tells more than its beginning. */
static char *short_name(const char *name)
{
    g_autofree char *base = g_path_get_basename(name);
    g_autofree char *valid = wssc_shown(base);
    glong length = g_utf8_strlen(valid, -1);
    if (length <= MAX_FILE_NAME)
        return g_steal_pointer(&valid);
    return g_strconcat("\xE2\x80\xA6", g_utf8_offset_to_pointer(valid, length - MAX_FILE_NAME + 1), NULL);
}

char *wssc_frame_text(const WsscSession *session, const WsscTextStyle *style, guint file, guint32 frame)
{
    const char *name = wssc_session_file(session, file);
    if (!style->many_files || name == NULL)
        return g_strdup_printf("%u", frame);
    g_autofree char *shown = short_name(name);
    return g_strdup_printf("%s:%u", shown, frame);
}

int wssc_frame_width(const WsscSession *session, const WsscTextStyle *style)
{
    guint width = 7;
    const char *name;
    for (guint i = 0; style->many_files && (name = wssc_session_file(session, i)) != NULL; i++) {
        g_autofree char *shown = short_name(name);
        width = MAX(width, (guint)g_utf8_strlen(shown, -1) + 6);
    }
    return (int)width;
}
