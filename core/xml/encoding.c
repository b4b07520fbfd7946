/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "xml/encoding.h"

#include <string.h>

#include "xml/xml.h"

typedef enum { FORM_EIGHT_BIT, FORM_UTF8, FORM_UTF16LE, FORM_UTF16BE } Form;

static const char *const form_names[] = {NULL, "UTF-8", "UTF-16LE", "UTF-16BE"};

static gboolean starts(WsscBytes octets, const char *with, gsize len)
{
    return octets.len >= len && memcmp(octets.data, with, len) == 0;
}

/* What the octets alone say (XML 1.0 appendix F), or FORM_EIGHT_BIT. */
static Form sniff(WsscBytes octets, gsize *ret_skip)
{
    *ret_skip = 0;
    if (starts(octets, "\xEF\xBB\xBF", 3)) {
        *ret_skip = 3;
        return FORM_UTF8;
    }
    if (starts(octets, "\xFF\xFE", 2) || starts(octets, "\xFE\xFF", 2)) {
        *ret_skip = 2;
        return octets.data[0] == 0xFF ? FORM_UTF16LE : FORM_UTF16BE;
    }
    if (starts(octets, "<\0", 2))
        return FORM_UTF16LE;
    if (starts(octets, "\0<", 2))
        return FORM_UTF16BE;
    return FORM_EIGHT_BIT;
}

/* The encoding named by an XML declaration in 8-bit text; NULL without one. Caller frees. */
static char *declared_encoding(WsscBytes octets)
{
    if (!starts(octets, "<?xml", 5))
        return NULL;
    g_autofree char *head = g_strndup((const char *)octets.data, MIN(octets.len, 200));
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
    return close != NULL ? g_strndup(name, (gsize)(close - name)) : NULL;
}

static void put_utf8(GString *out, GArray *map, gunichar c, guint32 offset)
{
    char buffer[6];
    int len = g_unichar_to_utf8(c, buffer);
    g_string_append_len(out, buffer, len);
    for (int i = 0; i < len; i++)
        g_array_append_val(map, offset);
}

static void decode_utf16(WsscBytes octets, gsize skip, gboolean big_endian, GString *out,
                         GArray *map)
{
    for (gsize i = skip; i + 1 < octets.len; i += 2) {
        const guint8 *p = octets.data + i;
        gunichar c = big_endian ? (gunichar)(p[0] << 8 | p[1]) : (gunichar)(p[1] << 8 | p[0]);
        guint32 offset = (guint32)i;
        if (c >= 0xD800 && c < 0xDC00 && i + 3 < octets.len) {
            gunichar low = big_endian ? (gunichar)(p[2] << 8 | p[3]) : (gunichar)(p[3] << 8 | p[2]);
            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        if (c >= 0xD800 && c < 0xE000)
            c = 0xFFFD;
        put_utf8(out, map, c, offset);
    }
}

/* Charsets of one octet a character: convert each octet by itself so that offsets are known. */
static gboolean decode_single_octet(WsscBytes octets, const char *charset, GString *out,
                                    GArray *map)
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
    return name != NULL &&
           (g_ascii_strcasecmp(name, "utf-8") == 0 || g_ascii_strcasecmp(name, "utf8") == 0 ||
            g_ascii_strcasecmp(name, "us-ascii") == 0);
}

static gboolean is_utf16_name(const char *name)
{
    return name != NULL && (g_ascii_strncasecmp(name, "utf-16", 6) == 0 ||
                            g_ascii_strncasecmp(name, "utf16", 5) == 0 ||
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

static gboolean decode_charset(WsscBytes octets, const char *charset, WsscDecodedText *text)
{
    GString *out = g_string_sized_new(octets.len + 16);
    GArray *map = g_array_new(FALSE, FALSE, sizeof(guint32));
    if (decode_single_octet(octets, charset, out, map)) {
        take_converted(text, out, map, octets.len);
        return TRUE;
    }
    g_string_free(out, TRUE);
    g_array_free(map, TRUE);
    gsize written = 0;
    text->owned = g_convert((const char *)octets.data, (gssize)octets.len, "UTF-8", charset, NULL,
                            &written, NULL);
    text->text = text->owned;
    text->len = written;
    text->no_map = TRUE;
    return text->owned != NULL;
}

static gboolean decode_eight_bit(WsscBytes octets, const char *charset, WsscDecodedText *text,
                                 GError **error)
{
    g_autofree char *declared = declared_encoding(octets);
    const char *named = charset != NULL && *charset != '\0' ? charset : declared;

    if (g_utf8_validate((const char *)octets.data + text->skip,
                        (gssize)(octets.len - text->skip), NULL)) {
        text->text = (const char *)octets.data + text->skip;
        text->len = octets.len - text->skip;
        text->encoding = g_strdup("UTF-8");
        if (is_utf16_name(charset) || is_utf16_name(declared))
            text->note = g_strdup_printf("%s says %s, the octets are 8-bit text",
                                         is_utf16_name(charset) ? "the carrier" : "the declaration",
                                         is_utf16_name(charset) ? charset : declared);
        /* ASCII octets read the same in every charset we meet; others only in the named one. */
        gboolean ascii = TRUE;
        for (gsize i = 0; ascii && i < octets.len; i++)
            ascii = octets.data[i] < 0x80;
        if (ascii || named == NULL || is_utf8_name(named) || is_utf16_name(named))
            return TRUE;
        if (is_utf8_name(declared) || text->skip > 0) {
            text->note = g_strdup_printf("the carrier says %s, the document is UTF-8", named);
            return TRUE;
        }
        g_clear_pointer(&text->encoding, g_free);
    }
    if (named != NULL && !is_utf8_name(named) && !is_utf16_name(named) &&
        decode_charset(octets, named, text)) {
        text->encoding = g_strdup(named);
        return TRUE;
    }
    if (declared != NULL && declared != named && !is_utf8_name(declared) &&
        !is_utf16_name(declared) && decode_charset(octets, declared, text)) {
        text->encoding = g_strdup(declared);
        text->note = g_strdup_printf("the carrier says %s, the declaration %s", charset, declared);
        return TRUE;
    }
    const char *bad = NULL;
    g_utf8_validate((const char *)octets.data, (gssize)octets.len, &bad);
    g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_ENCODING,
                "octet %" G_GSIZE_FORMAT " is not valid %s",
                bad != NULL ? (gsize)(bad - (const char *)octets.data) : 0,
                named != NULL ? named : "UTF-8");
    return FALSE;
}

gboolean wssc_text_decode(WsscBytes octets, const char *charset, WsscDecodedText *ret_text,
                          GError **error)
{
    WsscDecodedText text = {0};
    Form form = sniff(octets, &text.skip);

    if (form == FORM_UTF16LE || form == FORM_UTF16BE) {
        GString *out = g_string_sized_new(octets.len / 2 + 16);
        GArray *map = g_array_sized_new(FALSE, FALSE, sizeof(guint32), (guint)(octets.len / 2 + 16));
        decode_utf16(octets, text.skip, form == FORM_UTF16BE, out, map);
        take_converted(&text, out, map, octets.len);
        text.encoding = g_strdup(form_names[form]);
        if (is_utf8_name(charset))
            text.note = g_strdup_printf("the carrier says %s, the octets are %s", charset,
                                        form_names[form]);
    } else if (!decode_eight_bit(octets, charset, &text, error)) {
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
