/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * libxml2 compares each attribute of a tag with all before it, and tells us of the tag afterwards: a tag of a
 * million attributes costs hours, and each prefix is looked up among all declarations in scope. So tags are counted
 * before it reads them, and nesting along with that: its own limits are off, since they also refuse long texts.
 */
#include "xml/bounds.h"

#include <string.h>

#include "base/limits.h"
#include "xml/xml.h"

#define TALLY_BLOCK 128 /* octets; what is counted in them fits an octet */

typedef struct {
    const char *p, *end;
} Rest;

static void step_past(Rest *rest, const char *what)
{
    gsize len = strlen(what);
    const char *hit = g_strstr_len(rest->p, rest->end - rest->p, what);
    rest->p = hit != NULL ? hit + len : rest->end;
}

static gboolean begins(const Rest *rest, const char *what)
{
    gsize len = strlen(what);
    return (gsize)(rest->end - rest->p) >= len && memcmp(rest->p, what, len) == 0;
}

/* Of one start tag. */
typedef struct {
    guint values, declarations;
} Count;

static gboolean is_declaration(const Rest *rest)
{
    return begins(rest, "xmlns") && rest->end - rest->p > 5 &&
           (rest->p[5] == ':' || rest->p[5] == '=' || g_ascii_isspace(rest->p[5]));
}

static gboolean matters_in_tag(char c)
{
    static const gboolean matters[256] = {['>'] = TRUE, ['"'] = TRUE, ['\''] = TRUE, ['x'] = TRUE};
    return matters[(guchar)c];
}

/* To the next character of a tag that matters, or the end. */
static const char *find_in_tag(const char *p, const char *end)
{
    while (p < end && !matters_in_tag(*p))
        p++;
    return p;
}

/* Steps to the end of a start tag and counts its quoted values. */
static Count count_values(Rest *rest)
{
    Count count = {0};
    for (;; rest->p++) {
        rest->p = find_in_tag(rest->p, rest->end);
        if (rest->p >= rest->end || *rest->p == '>')
            return count;
        if (*rest->p == 'x') {
            count.declarations += g_ascii_isspace(rest->p[-1]) && is_declaration(rest);
            continue;
        }
        const char *close = memchr(rest->p + 1, *rest->p, (gsize)(rest->end - rest->p - 1));
        count.values++;
        rest->p = close != NULL ? close : rest->end - 1;
    }
}

static gboolean over(const char *what, gsize offset, GError **error)
{
    g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_LIMIT, "%s (near octet %" G_GSIZE_FORMAT ")", what, offset);
    return FALSE;
}

/* What is open at a place in the text. */
typedef struct {
    guint depth, elements;
    guint in_scope; /* namespace declarations of the open elements */
    guint declared[WSSC_MAX_XML_DEPTH];
} Open;

static gboolean check_start_tag(Rest *rest, gsize offset, Open *open, GError **error)
{
    Count count = count_values(rest);
    if (count.values > WSSC_MAX_XML_ATTRIBUTES)
        return over("too many attributes on one element", offset, error);
    if (open->in_scope + count.declarations > WSSC_MAX_XML_NAMESPACES)
        return over("too many namespace declarations in scope", offset, error);
    if (++open->elements > WSSC_MAX_XML_ELEMENTS)
        return over("too many elements", offset, error);
    if (open->depth + 1 > WSSC_MAX_XML_DEPTH)
        return over("elements nested too deep", offset, error);
    if (rest->p < rest->end && rest->p[-1] == '/')
        return TRUE;
    open->declared[open->depth++] = count.declarations;
    open->in_scope += count.declarations;
    return TRUE;
}

static void close_tag(Open *open)
{
    if (open->depth > 0)
        open->in_scope -= open->declared[--open->depth];
}

/* Past what begins with "<!" or "<?". */
static void skip_markup(Rest *rest)
{
    if (begins(rest, "<!--")) {
        rest->p += 4;
        step_past(rest, "-->");
    } else if (begins(rest, "<![CDATA[")) {
        step_past(rest, "]]>");
    } else if (begins(rest, "<?")) {
        step_past(rest, "?>");
    } else {
        rest->p += 2;
    }
}

/* How many there are in the text, wherever they stand. */
typedef struct {
    gsize starts; /* "<" without a slash behind it: no fewer than start tags */
    gsize quotes; /* two for each value at least */
} Tally;

/* Of the octets but the last one, which is only looked at. A loop of fixed length over octets is one that compilers
 * make into a few wide instructions. */
static Tally tally_block(const char text[TALLY_BLOCK + 1])
{
    guint8 starts = 0, quotes = 0;
    for (guint i = 0; i < TALLY_BLOCK; i++) {
        starts = (guint8)(starts + ((text[i] == '<') & (text[i + 1] != '/')));
        quotes = (guint8)(quotes + ((text[i] == '"') | (text[i] == '\'')));
    }
    return (Tally){starts, quotes};
}

static Tally tally(const char *text, gsize len)
{
    char last[TALLY_BLOCK + 1] = {0};
    Tally all = {0};
    for (gsize done = 0; done < len; done += TALLY_BLOCK) {
        gboolean is_whole = len - done > TALLY_BLOCK;
        if (!is_whole)
            memcpy(last, text + done, len - done);
        Tally block = tally_block(is_whole ? text + done : last);
        all.starts += block.starts;
        all.quotes += block.quotes;
    }
    return all;
}

/* Most messages are too small to be over any limit: no need to look where things stand in them. */
static gboolean is_small(const char *text, gsize len)
{
    Tally all = tally(text, len);
    return all.starts <= MIN(WSSC_MAX_XML_DEPTH, WSSC_MAX_XML_ELEMENTS) &&
           all.quotes / 2 <= MIN(WSSC_MAX_XML_ATTRIBUTES, WSSC_MAX_XML_NAMESPACES);
}

gboolean wssc_xml_is_within_limits(const char *text, gsize len, GError **error)
{
    if (is_small(text, len))
        return TRUE;
    Rest rest = {text, text + len};
    Open open;
    open.depth = open.elements = open.in_scope = 0; /* the rest is written before it is read */

    while (rest.p < rest.end) {
        const char *tag = memchr(rest.p, '<', (gsize)(rest.end - rest.p));
        if (tag == NULL)
            return TRUE;
        rest.p = tag;
        char kind = rest.end - tag > 1 ? tag[1] : '\0';
        if (kind == '/') {
            close_tag(&open);
            rest.p += 2;
        } else if (kind == '!' || kind == '?') {
            skip_markup(&rest);
        } else if (!check_start_tag(&rest, (gsize)(tag - text), &open, error)) {
            return FALSE;
        }
    }
    return TRUE;
}
