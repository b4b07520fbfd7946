/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Characters outside ASCII: UTF-8 that was taken for a coding of one octet a character, and what a coding that has no
 * such character puts in its place.
 */
#include <string.h>

#include "security/rewriting.h"

/* ---- another coding ------------------------------------------------------------------------------------------ */

/* Windows-1252 from 0x80 on; 0: not assigned, read as the control character of that number (WHATWG Encoding). */
static const guint16 windows_1252[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                         0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                         0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                         0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static gunichar read_octet(guint8 octet, gboolean is_windows)
{
    return is_windows && octet >= 0x80 && octet < 0xA0 && windows_1252[octet - 0x80] != 0 ? windows_1252[octet - 0x80]
                                                                                          : octet;
}

/* The octet that was read as this character; FALSE when none was. */
static gboolean octet_of(gunichar c, gboolean is_windows, guint8 *ret_octet)
{
    for (guint i = 0; i < G_N_ELEMENTS(windows_1252) && is_windows && c > 0xFF; i++)
        if (windows_1252[i] == c) {
            *ret_octet = (guint8)(0x80 + i);
            return TRUE;
        }
    *ret_octet = (guint8)c;
    return c <= 0xFF;
}

/* The characters back to the octets that they were read from. NULL when these are no UTF-8, or there is nothing. */
static GByteArray *unread(const GByteArray *octets, gboolean is_windows)
{
    GByteArray *out = g_byte_array_sized_new(octets->len);
    const char *text = (const char *)octets->data, *end = text + octets->len;
    gboolean is_possible = g_utf8_validate(text, (gssize)octets->len, NULL);
    for (const char *at = text; is_possible && at < end; at = g_utf8_next_char(at)) {
        guint8 octet;
        is_possible = octet_of(g_utf8_get_char(at), is_windows, &octet);
        g_byte_array_append(out, &octet, 1);
    }
    if (is_possible && g_utf8_validate((const char *)out->data, (gssize)out->len, NULL))
        return out;
    g_byte_array_unref(out);
    return NULL;
}

static GByteArray *misread(const GByteArray *octets, gboolean is_windows)
{
    GByteArray *out = g_byte_array_sized_new(octets->len + octets->len / 4);
    for (guint i = 0; i < octets->len; i++) {
        char text[6];
        gint len = g_unichar_to_utf8(read_octet(octets->data[i], is_windows), text);
        g_byte_array_append(out, (const guint8 *)text, (guint)len);
    }
    return out;
}

static gboolean has_other_than_ascii(const GByteArray *octets)
{
    for (guint i = 0; i < octets->len; i++)
        if (octets->data[i] >= 0x80)
            return TRUE;
    return FALSE;
}

/* Once, or on two stations one after the other. */
static gboolean try_unread(const WsscRewritten *part, gboolean is_windows)
{
    g_autoptr(GByteArray) once = unread(part->octets, is_windows);
    return once != NULL && (wssc_rewrite_try_form(part, g_byte_array_ref(once)) ||
                            wssc_rewrite_try_form(part, unread(once, is_windows)));
}

gboolean wssc_rewrite_coding(const WsscRewritten *part, char **ret_detail)
{
    static const char *const codings[] = {"ISO-8859-1", "Windows-1252"};
    gboolean has_others = has_other_than_ascii(part->octets);
    for (guint i = 0; i < G_N_ELEMENTS(codings) && has_others; i++)
        if (try_unread(part, i == 1)) {
            *ret_detail = g_strdup_printf("UTF-8 was read as %s and written as UTF-8 again", codings[i]);
            return TRUE;
        }
    for (guint i = 0; i < G_N_ELEMENTS(codings) && has_others; i++)
        if (wssc_rewrite_try_form(part, misread(part->octets, i == 1))) {
            *ret_detail = g_strdup_printf("its UTF-8 was read as %s when it was signed", codings[i]);
            return TRUE;
        }
    return FALSE;
}

/* ---- replaced characters ---------------------------------------------------------------------------------------- */

/* A run of "?", or one U+FFFD, in place of a character. */
typedef struct {
    guint at, len;
} Gap;

enum { MOST_GAPS = 6, LONGEST_RUN = 4 };

/* What the languages of Europe have, the most frequent first, and what word processors put in. */
static const char characters[] =
    "éäöüßàèñóíáçøåêôâ’–€ÖÜÄÉúãõîûëïæœ°“”„§ł£²żąęśćčšžřýěőűńźůğışêÅØÆÀÈÇÑÁÍÓÚÊÔÂÎÛËÏÙùòìÕÃÒÌÝðþÿŒ…•—‘™«»©®±µ·½¼¾³¹¿¡¢¥"
    "ŁŻŚĆČŠŽŘĞİŞĄĘŃŹĚŮŐŰďťňĎŤŇľĺŕĽĹŔđĐāēīūģķļņĀĒĪŪĢĶĻŅėįųĖĮŲăâîșțĂȘȚţŢħżġċĦĠĊ";

static gunichar *known_characters(glong *ret_count)
{
    return g_utf8_to_ucs4_fast(characters, -1, ret_count);
}

/* How many of them are tried in each gap when there are so many gaps. */
static guint alphabet_of(guint gaps)
{
    static const guint sizes[MOST_GAPS + 1] = {0, G_MAXUINT, 40, 12, 6, 4, 3};
    return sizes[gaps];
}

/* "<?" and "?>" are a processing instruction's. */
static gboolean is_markup(const GByteArray *octets, const Gap *gap)
{
    guint end = gap->at + gap->len;
    return (gap->at > 0 && octets->data[gap->at - 1] == '<') || (end < octets->len && octets->data[end] == '>');
}

static GArray *find_gaps(const GByteArray *octets, guint longest)
{
    static const guint8 replacement[] = {0xEF, 0xBF, 0xBD};
    GArray *gaps = g_array_new(FALSE, FALSE, sizeof(Gap));
    for (guint i = 0; i < octets->len && gaps->len <= MOST_GAPS; i++) {
        Gap gap = {.at = i};
        while (i + gap.len < octets->len && octets->data[i + gap.len] == '?' && gap.len < longest)
            gap.len++;
        if (octets->len - i >= sizeof replacement && memcmp(octets->data + i, replacement, sizeof replacement) == 0)
            gap.len = sizeof replacement;
        if (gap.len > 0 && !is_markup(octets, &gap))
            g_array_append_val(gaps, gap);
        i += gap.len > 0 ? gap.len - 1 : 0;
    }
    return gaps;
}

typedef struct {
    const WsscRewritten *part;
    GArray *gaps;
    const gunichar *characters;
    guint count;            /* of them that are tried in each gap */
    guint which[MOST_GAPS]; /* 0: as it stands; or the character's number from 1 */
} Filling;

static GByteArray *filled(const Filling *filling)
{
    const GByteArray *octets = filling->part->octets;
    GByteArray *out = g_byte_array_sized_new(octets->len + 8);
    guint from = 0;
    for (guint i = 0; i < filling->gaps->len; i++) {
        const Gap *gap = &g_array_index(filling->gaps, Gap, i);
        char text[6];
        if (filling->which[i] == 0)
            continue;
        g_byte_array_append(out, octets->data + from, gap->at - from);
        g_byte_array_append(out, (const guint8 *)text,
                            (guint)g_unichar_to_utf8(filling->characters[filling->which[i] - 1], text));
        from = gap->at + gap->len;
    }
    g_byte_array_append(out, octets->data + from, octets->len - from);
    return out;
}

/* Everywhere the same character: more of them are tried. */
static gboolean fill_alike(Filling *filling, guint count)
{
    for (guint c = 1; c <= count && !wssc_rewrite_is_spent(filling->part); c++) {
        for (guint i = 0; i < filling->gaps->len; i++)
            filling->which[i] = c;
        if (wssc_rewrite_try_form(filling->part, filled(filling)))
            return TRUE;
    }
    return FALSE;
}

/* All ways to fill the gaps, each as it stands first, for "?" may be meant. */
static gboolean fill_each(Filling *filling)
{
    memset(filling->which, 0, sizeof filling->which);
    for (;;) {
        guint i = 0;
        while (i < filling->gaps->len && filling->which[i] == filling->count)
            filling->which[i++] = 0;
        if (i == filling->gaps->len || wssc_rewrite_is_spent(filling->part))
            return FALSE;
        filling->which[i]++;
        if (wssc_rewrite_try_form(filling->part, filled(filling)))
            return TRUE;
    }
}

static char *describe(const Filling *filling)
{
    GString *text = g_string_new("it was ");
    gsize start = text->len;
    for (guint i = 0; i < filling->gaps->len; i++) {
        if (filling->which[i] == 0)
            continue;
        if (text->len > start)
            g_string_append(text, ", ");
        g_string_append_unichar(text, filling->characters[filling->which[i] - 1]);
    }
    return g_string_free(text, FALSE);
}

/* A run of "?" is one character of as many octets, or as many characters. */
gboolean wssc_rewrite_replaced(const WsscRewritten *part, char **ret_detail)
{
    static const guint longest[] = {LONGEST_RUN, 1};
    glong count = 0;
    g_autofree gunichar *known = known_characters(&count);
    guint before = 0;
    for (guint i = 0; i < G_N_ELEMENTS(longest); i++) {
        g_autoptr(GArray) gaps = find_gaps(part->octets, longest[i]);
        Filling filling = {.part = part, .gaps = gaps, .characters = known};
        if (gaps->len == 0 || gaps->len > MOST_GAPS || gaps->len == before)
            continue;
        before = gaps->len;
        filling.count = MIN(alphabet_of(gaps->len), (guint)count);
        if (fill_alike(&filling, (guint)count) || (gaps->len > 1 && fill_each(&filling))) {
            *ret_detail = describe(&filling);
            return TRUE;
        }
    }
    return FALSE;
}
