/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "carrier/overrun.h"

#include <string.h>

#include "carrier/http_head.h"
#include "xml/xml.h"

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

static gboolean is_well_formed(WsscBytes octets, const char *charset)
{
    g_autoptr(GBytes) copy = g_bytes_new(octets.data, octets.len);
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = wssc_xml_parse_without_spans(copy, charset, &error);
    return xml != NULL;
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

WsscOverrun wssc_overrun_look(WsscBytes octets, gsize announced, gsize seen, const char *charset, gsize *ret_end)
{
    char tag[MAX_NAME + 3];
    WsscBytes body = wssc_bytes(octets.data, MIN(announced, octets.len));
    WsscBytes rest = wssc_bytes(octets.data + body.len, octets.len - body.len);
    gsize limit = announced > G_MAXSIZE / MAX_TIMES - MAX_BEYOND ? G_MAXSIZE : announced * MAX_TIMES + MAX_BEYOND;

    /* The announced length may end inside the very first tag. */
    if (wssc_http_begins((const char *)rest.data, rest.len) || !end_tag_of(octets, tag) || is_closed(body, tag))
        return WSSC_OVERRUN_NONE;
    gsize from = body.len - MIN(body.len, strlen(tag) + 8);
    guint tags = 0;
    for (gsize end; tags < MAX_END_TAGS && (end = next_end(octets, from, tag)) != 0; from = end, tags++) {
        if (end > MAX(body.len, seen) && is_well_formed(wssc_bytes(octets.data, end), charset)) {
            *ret_end = end;
            return WSSC_OVERRUN_DONE;
        }
    }
    gsize next = next_message(rest);
    if (next < rest.len) {
        *ret_end = body.len + next;
        return WSSC_OVERRUN_STRAY;
    }
    return octets.len < limit && tags < MAX_END_TAGS ? WSSC_OVERRUN_MORE : WSSC_OVERRUN_NONE;
}
