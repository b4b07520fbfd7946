/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "nbfx/value.h"

#include <string.h>

#define TICKS_PER_SECOND G_GINT64_CONSTANT(10000000)
#define TICKS_PER_MINUTE (60 * TICKS_PER_SECOND)
#define TICKS_PER_DAY (24 * 60 * TICKS_PER_MINUTE)
#define TICKS_END G_GINT64_CONSTANT(3155378976000000000) /* 10000-01-01T00:00:00 */
#define KIND_UTC 1
#define KIND_LOCAL 2
#define MAX_SCALE 28
#define DECIMAL_DIGITS 29
#define REPLACEMENT "\xEF\xBF\xBD"

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void wssc_value_base64(GString *out, WsscBytes bytes)
{
    gsize at = out->len, i = 0;

    g_string_set_size(out, out->len + (bytes.len + 2) / 3 * 4);
    char *to = out->str + at;
    for (; i + 3 <= bytes.len; i += 3) {
        guint32 group = (guint32)bytes.data[i] << 16 | bytes.data[i + 1] << 8 | bytes.data[i + 2];
        *to++ = base64_digits[group >> 18];
        *to++ = base64_digits[group >> 12 & 63];
        *to++ = base64_digits[group >> 6 & 63];
        *to++ = base64_digits[group & 63];
    }
    if (i < bytes.len) {
        gboolean two = bytes.len - i == 2;
        guint32 group = (guint32)bytes.data[i] << 16 | (two ? (guint32)bytes.data[i + 1] << 8 : 0);
        *to++ = base64_digits[group >> 18];
        *to++ = base64_digits[group >> 12 & 63];
        *to++ = two ? base64_digits[group >> 6 & 63] : '=';
        *to++ = '=';
    }
}

void wssc_value_uuid(GString *out, const guint8 *octets)
{
    /* u32, u16, u16 little-endian, then eight octets as they stand. */
    static const guint8 order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    static const char hex[] = "0123456789abcdef";

    for (guint i = 0; i < sizeof order; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            g_string_append_c(out, '-');
        g_string_append_c(out, hex[octets[order[i]] >> 4]);
        g_string_append_c(out, hex[octets[order[i]] & 15]);
    }
}

/* At least that many digits, with zeros before. */
static void append_digits(GString *out, guint64 value, guint width)
{
    char digits[20]; /* of the greatest number */
    guint at = sizeof digits;

    while (value > 0 || sizeof digits - at < width) {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    }
    g_string_append_len(out, digits + at, (gssize)(sizeof digits - at));
}

void wssc_value_uint(GString *out, guint64 value)
{
    append_digits(out, value, 1);
}

void wssc_value_int(GString *out, gint64 value)
{
    if (value < 0)
        g_string_append_c(out, '-');
    /* The most negative value has no positive twin, so the size is unsigned. */
    append_digits(out, value < 0 ? -(guint64)value : (guint64)value, 1);
}

static void append_after(GString *out, char separator, guint value)
{
    g_string_append_c(out, separator);
    append_digits(out, value, 2);
}

/* ".5", ".0000001": seven digits without the zeros at the end; nothing for 0. */
static void append_fraction(GString *out, gint64 ticks)
{
    char digits[8];

    if (ticks == 0)
        return;
    g_snprintf(digits, sizeof digits, "%07" G_GINT64_FORMAT, ticks);
    gsize len = 7;
    while (digits[len - 1] == '0')
        len--;
    g_string_append_c(out, '.');
    g_string_append_len(out, digits, (gssize)len);
}

/* Day number (0 is 0001-01-01, proleptic Gregorian) to a date. */
static void append_date(GString *out, gint64 day)
{
    /* Counting from 1 March of the year 0 puts the leap day last in its cycle. */
    gint64 n = day + 306;
    gint64 era = n / 146097, of_era = n % 146097;
    gint64 year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    gint64 of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    gint64 march_month = (5 * of_year + 2) / 153;
    gint64 month = march_month < 10 ? march_month + 3 : march_month - 9;
    gint64 year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
    gint64 of_month = of_year - (153 * march_month + 2) / 5 + 1;

    append_digits(out, (guint64)year, 4);
    append_after(out, '-', (guint)month);
    append_after(out, '-', (guint)of_month);
}

gboolean wssc_value_datetime(GString *out, guint64 bits, gint zone_minutes, gboolean *ret_local)
{
    guint kind = (guint)(bits >> 62);
    gint64 ticks = (gint64)(bits & (G_MAXUINT64 >> 2));

    *ret_local = kind == KIND_LOCAL;
    if (kind > KIND_LOCAL || ticks >= TICKS_END)
        return FALSE;
    if (kind == KIND_LOCAL) {
        gint64 moved = ticks + zone_minutes * TICKS_PER_MINUTE;
        if (moved >= 0 && moved < TICKS_END)
            ticks = moved;
        else
            zone_minutes = 0;
    }
    gint64 of_day = ticks % TICKS_PER_DAY;
    guint seconds = (guint)(of_day / TICKS_PER_SECOND);
    append_date(out, ticks / TICKS_PER_DAY);
    append_after(out, 'T', seconds / 3600);
    append_after(out, ':', seconds / 60 % 60);
    append_after(out, ':', seconds % 60);
    append_fraction(out, of_day % TICKS_PER_SECOND);
    if (kind == KIND_UTC)
        g_string_append_c(out, 'Z');
    if (kind == KIND_LOCAL)
        g_string_append_printf(out, "%c%02d:%02d", zone_minutes < 0 ? '-' : '+', ABS(zone_minutes) / 60,
                               ABS(zone_minutes) % 60);
    return TRUE;
}

void wssc_value_timespan(GString *out, gint64 ticks)
{
    /* The most negative value has no positive twin, so the size is unsigned. */
    guint64 size = ticks < 0 ? -(guint64)ticks : (guint64)ticks;
    guint64 days = size / TICKS_PER_DAY, of_day = size % TICKS_PER_DAY;
    guint seconds = (guint)(of_day / TICKS_PER_SECOND);
    gint64 fraction = (gint64)(of_day % TICKS_PER_SECOND);

    if (ticks < 0)
        g_string_append_c(out, '-');
    g_string_append_c(out, 'P');
    if (days > 0)
        g_string_append_printf(out, "%" G_GUINT64_FORMAT "D", days);
    if (of_day > 0 || days == 0)
        g_string_append_c(out, 'T');
    if (seconds >= 3600)
        g_string_append_printf(out, "%uH", seconds / 3600);
    if (seconds / 60 % 60 > 0)
        g_string_append_printf(out, "%uM", seconds / 60 % 60);
    if (seconds % 60 > 0 || fraction > 0 || size == 0) {
        g_string_append_printf(out, "%u", seconds % 60);
        append_fraction(out, fraction);
        g_string_append_c(out, 'S');
    }
}

/* Divides the 96-bit number by ten; returns the remainder. */
static guint divide_by_ten(guint32 number[3])
{
    guint64 rest = 0;
    for (int i = 2; i >= 0; i--) {
        guint64 part = rest << 32 | number[i];
        number[i] = (guint32)(part / 10);
        rest = part % 10;
    }
    return (guint)rest;
}

static guint32 u32_at(const guint8 *octets)
{
    return (guint32)octets[3] << 24 | (guint32)octets[2] << 16 | (guint32)octets[1] << 8 | octets[0];
}

gboolean wssc_value_decimal(GString *out, const guint8 *octets)
{
    guint scale = octets[2];
    gboolean negative = (octets[3] & 0x80) != 0;
    guint32 number[3] = {u32_at(octets + 8), u32_at(octets + 12), u32_at(octets + 4)};
    char digits[DECIMAL_DIGITS + 1];
    guint count = 0;

    if (scale > MAX_SCALE)
        return FALSE;
    if ((number[0] | number[1] | number[2]) == 0)
        negative = FALSE;
    while ((number[0] | number[1] | number[2]) != 0 || count <= scale)
        digits[count++] = (char)('0' + divide_by_ten(number));
    if (negative)
        g_string_append_c(out, '-');
    while (count > 0) {
        if (count == scale)
            g_string_append_c(out, '.');
        g_string_append_c(out, digits[--count]);
    }
    return TRUE;
}

/* ---- floating point ---------------------------------------------------------------------- */

typedef struct {
    char digits[20]; /* significant ones, the first is not 0 */
    gint exponent;   /* of the first digit */
} Digits;

/* value (positive, finite) to "count" significant digits, correctly rounded. */
static void to_digits(double value, guint count, Digits *ret)
{
    char format[8], text[40];

    g_snprintf(format, sizeof format, "%%.%ue", count - 1);
    g_ascii_formatd(text, sizeof text, format, value);
    char *e = strchr(text, 'e');
    ret->exponent = (gint)g_ascii_strtoll(e + 1, NULL, 10);
    gsize used = 0;
    for (const char *p = text; p < e && used < sizeof ret->digits - 1; p++) {
        if (g_ascii_isdigit(*p))
            ret->digits[used++] = *p;
    }
    ret->digits[used] = '\0';
}

/* One more in the last digit. */
static void next_up(Digits *d)
{
    gsize i = strlen(d->digits);
    while (i > 0 && d->digits[i - 1] == '9')
        d->digits[--i] = '0';
    if (i > 0) {
        d->digits[i - 1]++;
    } else {
        d->digits[0] = '1';
        d->exponent++;
    }
}

static gboolean parses_back(const Digits *d, double value, gboolean single)
{
    char text[40];
    g_snprintf(text, sizeof text, "%c.%se%d", d->digits[0], d->digits + 1, d->exponent);
    double parsed = g_ascii_strtod(text, NULL);
    /* volatile: the comparison is of the rounded float, whatever the registers hold. */
    volatile float narrow = (float)parsed;
    return single ? narrow == (float)value : parsed == value;
}

/* Below a power of two the neighbours are twice as dense as above, so the shortest digits may lie
 * above the nearest ones; that is why the next number up is tried as well. */
static gboolean fits_digits(double value, guint count, gboolean single, Digits *ret)
{
    to_digits(value, count, ret);
    if (parses_back(ret, value, single))
        return TRUE;
    next_up(ret);
    return parses_back(ret, value, single);
}

/* What fits with some digits fits with one more, so the bound is found by halves. */
static void shortest_digits(double value, guint most, gboolean single, Digits *ret)
{
    guint least = 1, enough = most;
    while (least < enough) {
        guint middle = (least + enough) / 2;
        if (fits_digits(value, middle, single, ret))
            enough = middle;
        else
            least = middle + 1;
    }
    if (!fits_digits(value, enough, single, ret))
        to_digits(value, most, ret);
}

static void append_number(GString *out, double value, gboolean single, WsscFloats floats)
{
    guint usual = single ? 7 : 15, most = single ? 9 : 17;
    Digits d;

    if (floats == WSSC_FLOATS_CORE) {
        shortest_digits(value, most, single, &d);
    } else {
        to_digits(value, usual, &d);
        if (!parses_back(&d, value, single))
            to_digits(value, most, &d);
    }
    gsize len = strlen(d.digits);
    while (len > 1 && d.digits[len - 1] == '0')
        len--;
    if (d.exponent <= -5 || d.exponent >= (gint)usual) {
        g_string_append_c(out, d.digits[0]);
        if (len > 1)
            g_string_append_c(out, '.');
        g_string_append_len(out, d.digits + 1, (gssize)len - 1);
        g_string_append_printf(out, "E%c%02d", d.exponent < 0 ? '-' : '+', ABS(d.exponent));
        return;
    }
    if (d.exponent < 0) {
        g_string_append(out, "0.");
        for (gint i = -1; i > d.exponent; i--)
            g_string_append_c(out, '0');
        g_string_append_len(out, d.digits, (gssize)len);
        return;
    }
    for (gint i = 0; i < (gint)len || i <= d.exponent; i++) {
        if (i == d.exponent + 1)
            g_string_append_c(out, '.');
        g_string_append_c(out, i < (gint)len ? d.digits[i] : '0');
    }
}

static void append_floating(GString *out, double value, gboolean negative, gboolean single, WsscFloats floats)
{
    if (value != value) {
        g_string_append(out, "NaN");
        return;
    }
    if (negative)
        g_string_append_c(out, '-');
    if (value == 0)
        g_string_append_c(out, '0');
    else if (value - value != 0)
        g_string_append(out, "INF");
    else
        append_number(out, negative ? -value : value, single, floats);
}

void wssc_value_float(GString *out, guint32 bits, WsscFloats floats)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    append_floating(out, (double)value, bits >> 31 != 0, TRUE, floats);
}

void wssc_value_double(GString *out, guint64 bits, WsscFloats floats)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    append_floating(out, value, bits >> 63 != 0, FALSE, floats);
}

/* ---- characters -------------------------------------------------------------------------- */

static gboolean is_xml_char(gunichar c)
{
    return c >= 0x20 ? c <= 0xD7FF || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF)
                     : c == '\t' || c == '\n' || c == '\r';
}

guint wssc_value_utf8(GString *out, WsscBytes bytes)
{
    guint replaced = 0;

    if (bytes.len == 0)
        return 0;
    const char *p = (const char *)bytes.data, *end = p + bytes.len, *run = p;
    while (p < end) {
        if ((guchar)*p >= 0x20 && (guchar)*p < 0x80) {
            p++;
            continue;
        }
        gunichar c = g_utf8_get_char_validated(p, end - p);
        gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
        if (valid && is_xml_char(c)) {
            p = g_utf8_next_char(p);
            continue;
        }
        g_string_append_len(out, run, p - run);
        g_string_append(out, REPLACEMENT);
        p = valid ? g_utf8_next_char(p) : p + 1;
        run = p;
        replaced++;
    }
    g_string_append_len(out, run, end - run);
    return replaced;
}

guint wssc_value_utf16(GString *out, WsscBytes bytes)
{
    guint replaced = 0;

    for (gsize i = 0; i + 2 <= bytes.len; i += 2) {
        gunichar c = bytes.data[i] | (gunichar)bytes.data[i + 1] << 8;
        if (c >= 0xD800 && c < 0xDC00 && i + 4 <= bytes.len && (bytes.data[i + 3] & 0xFC) == 0xDC) {
            gunichar low = bytes.data[i + 2] | (gunichar)bytes.data[i + 3] << 8;
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        if (!is_xml_char(c)) {
            c = 0xFFFD;
            replaced++;
        }
        g_string_append_unichar(out, c);
    }
    return replaced;
}
