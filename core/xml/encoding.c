/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "xml/encoding.h"

#include <errno.h>
#include <string.h>

#include "xml/xml.h"

typedef enum { FORM_EIGHT_BIT, FORM_UTF8, FORM_UTF16LE, FORM_UTF16BE, FORM_UTF32 } Form;

static const char *const form_names[] = {NULL, "UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32"};

static gboolean starts(WsscBytes octets, const char *with, gsize len)
{
    return octets.len >= len && memcmp(octets.data, with, len) == 0;
}

/* The first character of a document is "<"; some stacks put white space before it. */
static gboolean is_first(guint8 c)
{
    return c == '<' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* What the octets alone say (XML 1.0 appendix F), or FORM_EIGHT_BIT. */
static Form sniff(WsscBytes octets, gsize *ret_skip)
{
    *ret_skip = 0;
    if (starts(octets, "\xEF\xBB\xBF", 3)) {
        *ret_skip = 3;
        return FORM_UTF8;
    }
    if (starts(octets, "\xFF\xFE\0\0", 4) || starts(octets, "\0\0\xFE\xFF", 4) || starts(octets, "<\0\0\0", 4) ||
        starts(octets, "\0\0\0<", 4))
        return FORM_UTF32;
    if (starts(octets, "\xFF\xFE", 2) || starts(octets, "\xFE\xFF", 2)) {
        *ret_skip = 2;
        return octets.data[0] == 0xFF ? FORM_UTF16LE : FORM_UTF16BE;
    }
    if (octets.len >= 2 && is_first(octets.data[0]) && octets.data[1] == 0)
        return FORM_UTF16LE;
    if (octets.len >= 2 && octets.data[0] == 0 && is_first(octets.data[1]))
        return FORM_UTF16BE;
    return FORM_EIGHT_BIT;
}

/* The encoding named by an XML declaration; NULL without one. Caller frees. */
static char *declared_encoding(const char *text, gsize len)
{
    while (len > 0 && g_ascii_isspace(*text)) {
        text++;
        len--;
    }
    if (len < 5 || memcmp(text, "<?xml", 5) != 0)
        return NULL;
    g_autofree char *head = g_strndup(text, MIN(len, 200));
    char *end = strstr(head, "?>");
    if (end == NULL)
        return NULL;
    *end = '\0';
    char *name = strstr(head, "encoding");
    if (name == NULL)
        return NULL;
    name += strcspn(name, "\"'");
    if (*name == '\0')
        return NULL;
    char quote = *name++;
    char *close = strchr(name, quote);
    return close != NULL ? g_utf8_make_valid(name, close - name) : NULL;
}

static void put_utf8(GString *out, GArray *map, gunichar c, guint32 offset)
{
    char buffer[6];
    int len = g_unichar_to_utf8(c, buffer);
    g_string_append_len(out, buffer, len);
    for (int i = 0; i < len; i++)
        g_array_append_val(map, offset);
}

static gunichar unit_at(const guint8 *p, gboolean big_endian)
{
    return big_endian ? (gunichar)(p[0] << 8 | p[1]) : (gunichar)(p[1] << 8 | p[0]);
}

/* FALSE with the offset of what is no UTF-16: half a pair, half a unit at the end. */
static gboolean decode_utf16(WsscBytes octets, gsize skip, gboolean big_endian, GString *out, GArray *map,
                             gsize *ret_bad)
{
    gsize i = skip;
    for (; i + 1 < octets.len; i += 2) {
        gunichar c = unit_at(octets.data + i, big_endian);
        guint32 offset = (guint32)i;
        *ret_bad = i;
        if (c >= 0xDC00 && c < 0xE000)
            return FALSE;
        if (c >= 0xD800 && c < 0xDC00) {
            gunichar low = i + 3 < octets.len ? unit_at(octets.data + i + 2, big_endian) : 0;
            if (low < 0xDC00 || low >= 0xE000)
                return FALSE;
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        put_utf8(out, map, c, offset);
    }
    *ret_bad = i;
    return i == octets.len;
}

/* Charsets of one octet a character: convert each octet by itself so that offsets are known. */
static gboolean decode_single_octet(WsscBytes octets, const char *charset, GString *out, GArray *map)
{
    gunichar table[256];
    for (int i = 0; i < 256; i++) {
        char c = (char)i;
        g_autofree char *utf8 = g_convert(&c, 1, "UTF-8", charset, NULL, NULL, NULL);
        table[i] = utf8 != NULL && i != 0 && g_utf8_strlen(utf8, -1) == 1 ? g_utf8_get_char(utf8) : 0;
        if (i >= 0x20 && i < 0x7F && table[i] != (gunichar)i)
            return FALSE;
    }
    for (gsize i = 0; i < octets.len; i++) {
        if (table[octets.data[i]] == 0)
            return FALSE;
        put_utf8(out, map, table[octets.data[i]], (guint32)i);
    }
    return TRUE;
}

static gboolean is_utf8_name(const char *name)
{
    return name != NULL && (g_ascii_strcasecmp(name, "utf-8") == 0 || g_ascii_strcasecmp(name, "utf8") == 0 ||
                            g_ascii_strcasecmp(name, "us-ascii") == 0);
}

static gboolean is_utf16_name(const char *name)
{
    return name != NULL && (g_ascii_strncasecmp(name, "utf-16", 6) == 0 || g_ascii_strncasecmp(name, "utf16", 5) == 0 ||
                            g_ascii_strcasecmp(name, "unicodeFFFE") == 0);
}

static void take_converted(WsscDecodedText *text, GString *out, GArray *map, gsize total)
{
    guint32 end = (guint32)total;
    g_array_append_val(map, end);
    text->len = out->len;
    text->owned = g_string_free(out, FALSE);
    text->text = text->owned;
    text->map = (guint32 *)(void *)g_array_free(map, FALSE);
    text->skip = 0;
}

/* One character of a charset of several octets: the smallest room for the result that takes a step takes one
 * character. FALSE at the end or at what is no character. */
static gboolean convert_one(GIConv conv, char **in, gsize *in_left, GString *out)
{
    char buffer[8];
    for (gsize room = 1; room <= sizeof buffer; room++) {
        char *to = buffer;
        gsize to_left = room, before = *in_left;
        gsize done = g_iconv(conv, in, in_left, &to, &to_left);
        if (to > buffer) {
            g_string_append_len(out, buffer, to - buffer);
            return TRUE;
        }
        if (done != (gsize)-1)
            return *in_left < before; /* only a shift sequence was left */
        if (errno != E2BIG)
            return FALSE;
    }
    return FALSE;
}

static gboolean decode_several_octets(WsscBytes octets, const char *charset, GString *out, GArray *map)
{
    GIConv conv = g_iconv_open("UTF-8", charset);
    char *in = (char *)octets.data;
    gsize in_left = octets.len;

    if (conv == (GIConv)-1)
        return FALSE;
    while (in_left > 0) {
        guint32 offset = (guint32)(octets.len - in_left);
        if (!convert_one(conv, &in, &in_left, out))
            break;
        while (map->len < out->len)
            g_array_append_val(map, offset);
    }
    g_iconv_close(conv);
    return in_left == 0 && g_utf8_validate(out->str, (gssize)out->len, NULL);
}

/* As they are registered (RFC 2978 section 2.3, and the colon of some). The converter would take more for its own:
 * behind "//" stands what it shall do with octets that are no character. */
static gboolean is_charset_name(const char *name)
{
    enum { LONGEST = 64 };
    gsize len = strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "!#$%&'+-^_`{}~.:()");
    return len > 0 && len <= LONGEST && name[len] == '\0';
}

static gboolean decode_charset(WsscBytes octets, const char *charset, WsscDecodedText *text)
{
    if (!is_charset_name(charset))
        return FALSE;
    static gboolean (*const ways[])(WsscBytes, const char *, GString *, GArray *) = {decode_single_octet,
                                                                                     decode_several_octets};
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        GString *out = g_string_sized_new(octets.len + 16);
        GArray *map = g_array_new(FALSE, FALSE, sizeof(guint32));
        if (ways[i](octets, charset, out, map)) {
            take_converted(text, out, map, octets.len);
            return TRUE;
        }
        g_string_free(out, TRUE);
        g_array_free(map, TRUE);
    }
    return FALSE;
}

/* Octets of which none is NUL nor above 0x7F. A loop of fixed length over octets is one that compilers make into a few
 * wide instructions: each message is looked at. */
static gboolean is_ascii(const guint8 *p, gsize len)
{
    enum { BLOCK = 128 };
    guint8 all = 0;

    if (len > 0 && memchr(p, 0, len) != NULL)
        return FALSE;
    for (; len >= BLOCK; p += BLOCK, len -= BLOCK)
        for (guint i = 0; i < BLOCK; i++)
            all = (guint8)(all | p[i]);
    for (; len > 0; p++, len--)
        all = (guint8)(all | *p);
    return all < 0x80;
}

static gboolean decode_eight_bit(WsscBytes octets, const char *charset, WsscDecodedText *text, GError **error)
{
    g_autofree char *declared = declared_encoding((const char *)octets.data + text->skip, octets.len - text->skip);
    const char *named = charset != NULL && *charset != '\0' ? charset : declared;
    gboolean ascii = is_ascii(octets.data, octets.len);

    if (ascii || g_utf8_validate((const char *)octets.data + text->skip, (gssize)(octets.len - text->skip), NULL)) {
        text->text = (const char *)octets.data + text->skip;
        text->len = octets.len - text->skip;
        text->encoding = g_strdup("UTF-8");
        if (is_utf16_name(charset) || is_utf16_name(declared))
            text->note = g_strdup_printf("%s says %s, the octets are 8-bit text",
                                         is_utf16_name(charset) ? "the carrier" : "the declaration",
                                         is_utf16_name(charset) ? charset : declared);
        /* ASCII octets read the same in every charset we meet; others only in the named one. */
        if (ascii || named == NULL || is_utf8_name(named) || is_utf16_name(named))
            return TRUE;
        if (is_utf8_name(declared) || text->skip > 0) {
            text->note = g_strdup_printf("the carrier says %s, the document is UTF-8", named);
            return TRUE;
        }
        g_clear_pointer(&text->encoding, g_free);
    }
    if (named != NULL && !is_utf8_name(named) && !is_utf16_name(named) && decode_charset(octets, named, text)) {
        text->encoding = g_strdup(named);
        return TRUE;
    }
    if (declared != NULL && declared != named && !is_utf8_name(declared) && !is_utf16_name(declared) &&
        decode_charset(octets, declared, text)) {
        text->encoding = g_strdup(declared);
        text->note = g_strdup_printf("the carrier says %s, the declaration %s", charset, declared);
        return TRUE;
    }
    const char *bad = NULL;
    g_utf8_validate((const char *)octets.data + text->skip, (gssize)(octets.len - text->skip), &bad);
    g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_ENCODING, "octet %" G_GSIZE_FORMAT " is not valid %s",
                bad != NULL ? (gsize)(bad - (const char *)octets.data) : 0, named != NULL ? named : "UTF-8");
    return FALSE;
}

/* What a name of UTF-16 says about the order of octets contradicts what they are. */
static gboolean is_other_order(const char *name, Form form)
{
    return name != NULL && ((form == FORM_UTF16LE && g_ascii_strcasecmp(name, "utf-16be") == 0) ||
                            (form == FORM_UTF16BE && g_ascii_strcasecmp(name, "utf-16le") == 0));
}

static gboolean decode_wide(WsscBytes octets, Form form, const char *charset, WsscDecodedText *text, GError **error)
{
    GString *out = g_string_sized_new(octets.len / 2 + 16);
    GArray *map = g_array_sized_new(FALSE, FALSE, sizeof(guint32), (guint)(octets.len / 2 + 16));
    gsize bad = 0;

    if (!decode_utf16(octets, text->skip, form == FORM_UTF16BE, out, map, &bad)) {
        g_string_free(out, TRUE);
        g_array_free(map, TRUE);
        g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_ENCODING, "octet %" G_GSIZE_FORMAT " is not valid %s", bad,
                    form_names[form]);
        return FALSE;
    }
    take_converted(text, out, map, octets.len);
    text->encoding = g_strdup(form_names[form]);
    g_autofree char *declared = declared_encoding(text->text, text->len);
    if (charset != NULL && *charset != '\0' && (!is_utf16_name(charset) || is_other_order(charset, form)))
        text->note = g_strdup_printf("the carrier says %s, the octets are %s", charset, form_names[form]);
    else if (declared != NULL && (!is_utf16_name(declared) || is_other_order(declared, form)))
        text->note = g_strdup_printf("the declaration says %s, the octets are %s", declared, form_names[form]);
    return TRUE;
}

gboolean wssc_text_decode(WsscBytes octets, const char *charset, WsscDecodedText *ret_text, GError **error)
{
    WsscDecodedText text = {0};
    g_autofree char *named = charset != NULL ? g_utf8_make_valid(charset, -1) : NULL; /* it may be shown */
    Form form = sniff(octets, &text.skip);
    gboolean is_done = FALSE;

    if (form == FORM_UTF32)
        g_set_error_literal(error, WSSC_XML_ERROR, WSSC_XML_ERROR_ENCODING, "UTF-32 is not read (octet 0)");
    else if (form == FORM_UTF16LE || form == FORM_UTF16BE)
        is_done = decode_wide(octets, form, named, &text, error);
    else
        is_done = decode_eight_bit(octets, named, &text, error);
    if (!is_done) {
        wssc_decoded_text_clear(&text);
        return FALSE;
    }
    *ret_text = text;
    return TRUE;
}

void wssc_decoded_text_clear(WsscDecodedText *text)
{
    g_clear_pointer(&text->owned, g_free);
    g_clear_pointer(&text->map, g_free);
    g_clear_pointer(&text->encoding, g_free);
    g_clear_pointer(&text->note, g_free);
}
