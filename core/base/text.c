/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/text.h"

#include <string.h>

static gboolean is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One more than the value of each character of base64; 0 for all others. */
static const guint8 base64_values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

static int base64_value(char c)
{
    return base64_values[(guchar)c] - 1;
}

/* Whole groups without white space and padding, as far as they go: nearly all of nearly every value. */
static gsize decode_groups(const char *text, gsize len, guint8 *out)
{
    gsize i = 0;
    for (; len - i >= 4; i += 4, out += 3) {
        int a = base64_value(text[i]), b = base64_value(text[i + 1]);
        int c = base64_value(text[i + 2]), d = base64_value(text[i + 3]);
        if ((a | b | c | d) < 0)
            break;
        guint32 group = (guint32)(a << 18 | b << 12 | c << 6 | d);
        out[0] = (guint8)(group >> 16);
        out[1] = (guint8)(group >> 8);
        out[2] = (guint8)group;
    }
    return i;
}

GBytes *wssc_base64_decode(const char *text, gsize len)
{
    guint8 *out = g_malloc(len / 4 * 3 + 3);
    gsize whole = decode_groups(text, len, out);
    gsize used = whole / 4 * 3;
    guint32 group = 0;
    guint digits = 0, pads = 0;

    for (gsize i = whole; i < len; i++) {
        if (is_space(text[i]))
            continue;
        if (text[i] == '=') {
            pads++;
            continue;
        }
        int value = base64_value(text[i]);
        if (value < 0 || pads > 0)
            goto bad;
        group = group << 6 | (guint32)value;
        if (++digits == 4) {
            out[used++] = (guint8)(group >> 16);
            out[used++] = (guint8)(group >> 8);
            out[used++] = (guint8)group;
            group = digits = 0;
        }
    }
    /* Padding is optional on reading; one lone digit never is a value. */
    if (digits == 1 || (pads > 0 && digits + pads != 4))
        goto bad;
    if (digits == 2)
        out[used++] = (guint8)(group >> 4);
    if (digits == 3) {
        out[used++] = (guint8)(group >> 10);
        out[used++] = (guint8)(group >> 2);
    }
    return g_bytes_new_take(out, used);
bad:
    g_free(out);
    return NULL;
}

char *wssc_base64_encode(WsscBytes bytes)
{
    return g_base64_encode(bytes.data, bytes.len);
}

GBytes *wssc_hex_decode(const char *text, gsize len)
{
    if (len % 2 != 0)
        return NULL;
    guint8 *out = g_malloc(len / 2 + 1);
    for (gsize i = 0; i < len; i += 2) {
        int high = g_ascii_xdigit_value(text[i]);
        int low = g_ascii_xdigit_value(text[i + 1]);
        if (high < 0 || low < 0) {
            g_free(out);
            return NULL;
        }
        out[i / 2] = (guint8)(high << 4 | low);
    }
    return g_bytes_new_take(out, len / 2);
}

char *wssc_hex_encode(WsscBytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text = g_malloc(bytes.len * 2 + 1);
    for (gsize i = 0; i < bytes.len; i++) {
        text[2 * i] = digits[bytes.data[i] >> 4];
        text[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    text[2 * bytes.len] = '\0';
    return text;
}

WsscBytes wssc_stripped(const char *text)
{
    gsize len = strlen(text);
    while (len > 0 && is_space(text[len - 1]))
        len--;
    gsize start = 0;
    while (start < len && is_space(text[start]))
        start++;
    return wssc_bytes(text + start, len - start);
}

char *wssc_strip(const char *text)
{
    WsscBytes stripped = wssc_stripped(text);
    return g_strndup((const char *)stripped.data, stripped.len);
}

/* ---- xsd:dateTime ---------------------------------------------------------------------- */

static gboolean take_number(const char **p, guint digits, int *ret_value)
{
    int value = 0;
    for (guint i = 0; i < digits; i++) {
        if (!g_ascii_isdigit(**p))
            return FALSE;
        value = value * 10 + (*(*p)++ - '0');
    }
    *ret_value = value;
    return TRUE;
}

static gboolean take_char(const char **p, char c)
{
    if (**p != c)
        return FALSE;
    (*p)++;
    return TRUE;
}

static gboolean is_date(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    gboolean is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* Days from 1970-01-01 in the proleptic Gregorian calendar. */
static gint64 days_from_civil(gint64 year, int month, int day)
{
    year -= month <= 2;
    gint64 era = (year >= 0 ? year : year - 399) / 400;
    gint64 of_era = year - era * 400;
    gint64 of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static gboolean take_zone(const char **p, gint64 *ret_offset)
{
    int hours, minutes;
    *ret_offset = 0;
    if (**p == '\0' || is_space(**p))
        return TRUE;
    if (take_char(p, 'Z'))
        return TRUE;
    int sign = **p == '-' ? -1 : 1;
    if (!take_char(p, '+') && !take_char(p, '-'))
        return FALSE;
    if (!take_number(p, 2, &hours) || !take_char(p, ':') || !take_number(p, 2, &minutes) || hours > 14 || minutes > 59)
        return FALSE;
    *ret_offset = sign * (hours * 3600 + minutes * 60);
    return TRUE;
}

gint64 wssc_time_parse(const char *text)
{
    int year, month, day, hour, minute, second;
    gint64 micro = 0, zone;
    const char *p = text;

    while (is_space(*p))
        p++;
    if (!take_number(&p, 4, &year) || !take_char(&p, '-') || !take_number(&p, 2, &month) || !take_char(&p, '-') ||
        !take_number(&p, 2, &day) || !take_char(&p, 'T') || !take_number(&p, 2, &hour) || !take_char(&p, ':') ||
        !take_number(&p, 2, &minute) || !take_char(&p, ':') || !take_number(&p, 2, &second))
        return WSSC_TIME_NONE;
    if (!is_date(year, month, day) || hour > 24 || minute > 59 || second > 60 ||
        (hour == 24 && (minute > 0 || second > 0)))
        return WSSC_TIME_NONE;
    if (take_char(&p, '.')) {
        gint64 unit = 100000;
        if (!g_ascii_isdigit(*p))
            return WSSC_TIME_NONE;
        for (; g_ascii_isdigit(*p); p++, unit /= 10)
            micro += (*p - '0') * unit;
    }
    if (!take_zone(&p, &zone))
        return WSSC_TIME_NONE;
    while (is_space(*p))
        p++;
    if (*p != '\0')
        return WSSC_TIME_NONE;
    gint64 seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - zone;
    return seconds * G_USEC_PER_SEC + micro;
}

gint64 wssc_time_of_clock(gint64 seconds, gint64 microseconds)
{
    const gint64 first = G_GINT64_CONSTANT(-62135596800), last = G_GINT64_CONSTANT(253402300799);
    microseconds = CLAMP(microseconds, 0, G_USEC_PER_SEC - 1);
    return CLAMP(seconds, first, last) * G_USEC_PER_SEC + microseconds;
}

char *wssc_time_format(gint64 microseconds)
{
    if (microseconds == WSSC_TIME_NONE)
        return NULL;
    gint64 seconds = microseconds / G_USEC_PER_SEC;
    gint64 fraction = microseconds % G_USEC_PER_SEC;
    if (fraction < 0) {
        fraction += G_USEC_PER_SEC;
        seconds--;
    }
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    if (time == NULL)
        return NULL;
    g_autofree char *base = g_date_time_format(time, "-%m-%dT%H:%M:%S");
    /* GLib's %Y has no zeros in front, which a dateTime wants. */
    return g_strdup_printf("%04d%s.%06" G_GINT64_FORMAT "Z", g_date_time_get_year(time), base, fraction);
}
