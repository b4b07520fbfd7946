/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "carrier/overrun.h"

#include <string.h>

#include "carrier/envelope.h"
#include "carrier/http_head.h"
#include "carrier/inflate.h"
#include "carrier/mime.h"
#include "nbfx/reader.h"

#define MAX_NAME 128    /* of the root element, prefix included */
#define MAX_PROLOG 4096 /* octets in front of it */
#define MAX_TIMES 4     /* the octets of a character in UTF-8 */
#define MAX_BEYOND 4096 /* ... and so many more, whatever the announced length */
#define MAX_END_TAGS 4  /* looked at: an envelope may hold others */

/* ---- the root element ------------------------------------------------------------------------------------------- */

static gboolean is_white(guint8 octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

static gsize skip_white(WsscBytes octets, gsize at)
{
    while (at < octets.len && is_white(octets.data[at]))
        at++;
    return at;
}

static gboolean is_name(guint8 octet)
{
    return g_ascii_isalnum(octet) || octet >= 0x80 || octet == ':' || octet == '_' || octet == '-' || octet == '.';
}

/* Behind the XML declaration, comments and instructions. FALSE when there is no tag, or nothing so far. */
static gboolean find_root(WsscBytes octets, gsize *ret_at)
{
    gsize at = octets.len > 3 && memcmp(octets.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    octets.len = MIN(octets.len, MAX_PROLOG);
    for (at = skip_white(octets, at); at + 1 < octets.len && octets.data[at] == '<'; at = skip_white(octets, at)) {
        guint8 next = octets.data[at + 1];
        if (next != '?' && next != '!') {
            *ret_at = at + 1;
            return TRUE;
        }
        const char *end = next == '?' ? "?>" : "-->";
        const guint8 *found = memmem(octets.data + at, octets.len - at, end, strlen(end));
        if (found == NULL)
            return FALSE;
        at = (gsize)(found - octets.data) + strlen(end);
    }
    return FALSE;
}

/* "</s:Envelope", when the root element is an Envelope of some prefix. */
static gboolean end_tag_of(WsscBytes octets, char *ret_tag)
{
    static const char envelope[] = "Envelope";
    gsize at, len = 0;
    if (!find_root(octets, &at))
        return FALSE;
    while (at + len < octets.len && len < MAX_NAME && is_name(octets.data[at + len]))
        len++;
    if (len < strlen(envelope) || len == MAX_NAME || at + len == octets.len ||
        memcmp(octets.data + at + len - strlen(envelope), envelope, strlen(envelope)) != 0)
        return FALSE;
    memcpy(ret_tag, "</", 2);
    memcpy(ret_tag + 2, octets.data + at, len);
    ret_tag[2 + len] = '\0';
    return TRUE;
}

/* ---- its end ---------------------------------------------------------------------------------------------------- */

/* Where the first end tag ends that does so behind "from"; 0: none does. */
static gsize next_end(WsscBytes octets, gsize from, const char *tag)
{
    gsize len = strlen(tag);
    for (gsize at = from; at < octets.len;) {
        const guint8 *found = memmem(octets.data + at, octets.len - at, tag, len);
        if (found == NULL)
            return 0;
        at = skip_white(octets, (gsize)(found - octets.data) + len);
        if (at < octets.len && octets.data[at] == '>')
            return at + 1;
    }
    return 0;
}

/* It closes, and behind that there is nothing but white space and the like. Enough is seen from its last end tag. */
static gboolean is_closed(WsscBytes body, const char *tag)
{
    gsize len = strlen(tag), at = body.len;
    while (at >= len && memcmp(body.data + at - len, tag, len) != 0)
        at--;
    if (at < len)
        return FALSE;
    at = skip_white(body, at);
    if (at == body.len || body.data[at] != '>')
        return FALSE;
    at = skip_white(body, at + 1);
    return at == body.len || body.data[at] == '\0' || (at + 1 < body.len && strchr("!?", body.data[at + 1]) != NULL);
}

/* "POST /x HTTP/1.1" or "HTTP/1.1 200 OK", with the end of its line; the octets' end when there is none. */
static gsize next_message(WsscBytes octets)
{
    static const char version[] = "HTTP/1.";
    for (gsize at = 0; at < octets.len;) {
        const guint8 *found = memmem(octets.data + at, octets.len - at, version, strlen(version));
        const guint8 *line = found != NULL ? memchr(found, '\n', octets.len - (gsize)(found - octets.data)) : NULL;
        if (line == NULL)
            break;
        gsize version_at = (gsize)(found - octets.data);
        if (line - found > (gint)strlen(version) + 5)
            return version_at; /* a status is behind it */
        for (gsize back = version_at; back > at && octets.data[back - 1] != '\n'; back--)
            if (wssc_http_begins((const char *)octets.data + back - 1, octets.len - back + 1))
                return back - 1;
        at = (gsize)(line - octets.data) + 1;
    }
    return octets.len;
}

/* ---- forms ------------------------------------------------------------------------------------------------------ */

/* A body and what follows it. */
typedef struct {
    WsscBytes octets;
    gsize announced; /* at most that of the octets */
    gsize floor;     /* an end has to be behind it: of the body, and of what was looked at before */
    const char *content_type;
} Look;

/* Of one form; STRAY: nothing that may still come completes it. */
typedef WsscOverrun (*FindEnd)(const Look *look, gsize *ret_end);

static gboolean is_readable(const Look *look, gsize end)
{
    g_autoptr(GBytes) copy = g_bytes_new(look->octets.data, end);
    g_autofree char *charset = look->content_type != NULL ? wssc_mime_parameter(look->content_type, "charset") : NULL;
    WsscEnvelope envelope;
    if (!wssc_envelope_is_multipart(look->content_type)) {
        g_autoptr(WsscXml) xml = wssc_xml_parse_without_spans(copy, charset, NULL);
        return xml != NULL;
    }
    gboolean is_whole = wssc_envelope_read(copy, look->content_type, NULL, NULL, &envelope, NULL);
    wssc_xml_unref(envelope.xml);
    g_bytes_unref(envelope.octets);
    return is_whole;
}

/* text: the octets' characters, width octets each. */
static WsscOverrun find_text_end(const Look *look, WsscBytes text, gsize width, gsize *ret_end)
{
    char tag[MAX_NAME + 3];
    WsscBytes body = wssc_bytes(text.data, look->announced / width);
    /* The announced length may end inside the very first tag. */
    if (!end_tag_of(text, tag) || is_closed(body, tag))
        return WSSC_OVERRUN_NONE;
    gsize from = body.len - MIN(body.len, strlen(tag) + 8);
    guint tags = 0;
    for (gsize end; tags < MAX_END_TAGS && (end = next_end(text, from, tag)) != 0; from = end, tags++) {
        if (end * width > look->floor && is_readable(look, end * width)) {
            *ret_end = (width > 1 ? skip_white(text, end) : end) * width;
            return WSSC_OVERRUN_DONE;
        }
    }
    return tags < MAX_END_TAGS ? WSSC_OVERRUN_MORE : WSSC_OVERRUN_STRAY;
}

static WsscOverrun end_of_text(const Look *look, gsize *ret_end)
{
    return find_text_end(look, look->octets, 1, ret_end);
}

/* UTF-16: what is no ASCII is no part of what is looked for. */
static WsscOverrun end_of_wide_text(const Look *look, gsize *ret_end)
{
    const guint8 *octets = look->octets.data;
    gsize len = look->octets.len / 2, low = octets[0] == 0xFF || octets[1] == 0 ? 0 : 1;
    g_autofree guint8 *narrow = g_malloc(len + 1);
    for (gsize i = 0; i < len; i++)
        narrow[i] = octets[2 * i + 1 - low] == 0 ? octets[2 * i + low] : 0x80;
    gsize mark = octets[0] >= 0xFE ? 1 : 0;
    if (mark > 0 && len > 0)
        narrow[0] = ' ';
    return find_text_end(look, wssc_bytes(narrow, len), 2, ret_end);
}

/* The closing delimiter (RFC 2046 section 5.1.1); behind it there is no more than a line or two. */
static WsscOverrun end_of_parts(const Look *look, gsize *ret_end)
{
    g_autofree char *boundary = wssc_mime_parameter(look->content_type, "boundary");
    if (boundary == NULL || *boundary == '\0')
        return WSSC_OVERRUN_NONE;
    g_autofree char *close = g_strdup_printf("\n--%s--", boundary);
    gsize len = strlen(close), tail = MIN(look->announced, len + MAX_BEYOND);
    const guint8 *octets = look->octets.data;
    if (memmem(octets + look->announced - tail, tail, close, len) != NULL)
        return WSSC_OVERRUN_NONE;
    gsize from = look->announced - MIN(look->announced, len);
    const guint8 *found = memmem(octets + from, look->octets.len - from, close, len);
    if (found == NULL)
        return WSSC_OVERRUN_MORE;
    gsize end = (gsize)(found - octets) + len;
    *ret_end = skip_white(look->octets, end);
    return is_readable(look, end) ? WSSC_OVERRUN_DONE : WSSC_OVERRUN_STRAY;
}

/* .NET binary XML: where its root element ends. Nobody counts characters there. */
static WsscOverrun end_of_binary(const Look *look, gsize *ret_end)
{
    WsscNbfxOptions options = {.static_dictionary = TRUE};
    WsscBytes octets = wssc_bytes(look->octets.data, MIN(look->octets.len, look->announced + MAX_BEYOND));
    g_autoptr(WsscNbfxReader) reader = wssc_nbfx_reader_new(octets, 0, &options);
    WsscNbfxEvent event;
    while (wssc_nbfx_next(reader, &event, NULL)) {
        if (event.type != WSSC_NBFX_END || event.depth > 0)
            continue;
        *ret_end = wssc_nbfx_reader_pos(reader);
        return *ret_end > look->announced ? WSSC_OVERRUN_DONE : WSSC_OVERRUN_NONE;
    }
    if (!wssc_nbfx_reader_is_short(reader))
        return WSSC_OVERRUN_NONE;
    return octets.len == look->octets.len ? WSSC_OVERRUN_MORE : WSSC_OVERRUN_STRAY;
}

static gboolean is_wide(WsscBytes octets)
{
    return octets.len > 4 &&
           ((octets.data[0] == 0xFF && octets.data[1] == 0xFE) || (octets.data[0] == 0xFE && octets.data[1] == 0xFF) ||
            (octets.data[0] == '<' && octets.data[1] == 0) || (octets.data[0] == 0 && octets.data[1] == '<'));
}

/* Strings that come before the envelope, and compressed ones, are those of sessions: not over HTTP. */
static FindEnd form_of(const Look *look)
{
    if (wssc_envelope_is_multipart(look->content_type))
        return end_of_parts;
    if (is_wide(look->octets))
        return end_of_wide_text;
    if (wssc_envelope_is_text(look->octets))
        return end_of_text;
    gboolean is_binary =
        look->content_type != NULL &&
        g_ascii_strncasecmp(look->content_type, "application/soap+msbin1", strlen("application/soap+msbin1")) == 0;
    return is_binary && wssc_inflate_kind(look->content_type) == WSSC_INFLATE_NONE ? end_of_binary : NULL;
}

WsscOverrun wssc_overrun_look(WsscBytes octets, gsize announced, gsize seen, const char *content_type, gsize *ret_end)
{
    announced = MIN(announced, octets.len);
    const Look look = {octets, announced, MAX(announced, seen), content_type};
    WsscBytes rest = wssc_bytes(octets.data + announced, octets.len - announced);
    gsize limit = announced > G_MAXSIZE / MAX_TIMES - MAX_BEYOND ? G_MAXSIZE : announced * MAX_TIMES + MAX_BEYOND;
    FindEnd find_end = form_of(&look);

    if (find_end == NULL || wssc_http_begins((const char *)rest.data, rest.len))
        return WSSC_OVERRUN_NONE;
    WsscOverrun overrun = find_end(&look, ret_end);
    if (overrun == WSSC_OVERRUN_DONE || overrun == WSSC_OVERRUN_NONE)
        return overrun;
    gsize next = next_message(rest);
    if (next < rest.len) {
        *ret_end = announced + next;
        return WSSC_OVERRUN_STRAY;
    }
    return overrun == WSSC_OVERRUN_MORE && octets.len < limit ? WSSC_OVERRUN_MORE : WSSC_OVERRUN_NONE;
}
