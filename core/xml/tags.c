/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "xml/tags.h"

#include <string.h>

#include "base/limits.h"

#define HARMLESS_OCTETS 16384 /* what is shorter cannot hold enough to matter */

typedef struct {
    const char *at, *end;
    guint depth;
    guint in_scope; /* namespace declarations of the open elements */
    guint declared[WSSC_MAX_XML_DEPTH + 1];
} Walk;

static gboolean is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static gboolean at(const Walk *walk, const char *what, gsize len)
{
    return (gsize)(walk->end - walk->at) >= len && memcmp(walk->at, what, len) == 0;
}

static void skip_past(Walk *walk, const char *what)
{
    const char *hit = g_strstr_len(walk->at, walk->end - walk->at, what);
    walk->at = hit != NULL ? hit + strlen(what) : walk->end;
}

static void skip_name(Walk *walk)
{
    while (walk->at < walk->end && !is_space(*walk->at) && strchr("=<>/\"'", *walk->at) == NULL)
        walk->at++;
}

static void skip_spaces(Walk *walk)
{
    while (walk->at < walk->end && is_space(*walk->at))
        walk->at++;
}

/* NAME = "VALUE". FALSE where it is something else: there libxml2 gives the tag up as well. */
static gboolean skip_attribute(Walk *walk, gboolean *ret_is_declaration)
{
    const char *name = walk->at;
    skip_name(walk);
    gsize len = (gsize)(walk->at - name);
    *ret_is_declaration = len >= 5 && memcmp(name, "xmlns", 5) == 0 && (len == 5 || name[5] == ':');
    skip_spaces(walk);
    if (len == 0 || walk->at == walk->end || *walk->at != '=')
        return FALSE;
    walk->at++;
    skip_spaces(walk);
    if (walk->at == walk->end || (*walk->at != '"' && *walk->at != '\''))
        return FALSE;
    char quote = *walk->at++;
    while (walk->at < walk->end && *walk->at != quote && *walk->at != '<')
        walk->at++;
    if (walk->at == walk->end || *walk->at != quote)
        return FALSE;
    walk->at++;
    return TRUE;
}

static const char *read_start_tag(Walk *walk)
{
    guint attributes = 0, declared = 0;
    gboolean is_declaration;

    if (walk->depth == WSSC_MAX_XML_DEPTH)
        return "elements nested too deep";
    walk->at++;
    skip_name(walk);
    skip_spaces(walk);
    while (walk->at < walk->end && *walk->at != '>' && *walk->at != '/') {
        if (!skip_attribute(walk, &is_declaration))
            return NULL;
        if (++attributes > WSSC_MAX_XML_ATTRIBUTES)
            return "too many attributes on one element";
        declared += is_declaration;
        skip_spaces(walk);
    }
    if (walk->in_scope + declared > WSSC_MAX_XML_NAMESPACES)
        return "too many namespace declarations in scope";
    if (walk->at == walk->end || *walk->at == '/')
        return NULL;
    walk->declared[walk->depth++] = declared;
    walk->in_scope += declared;
    return NULL;
}

static const char *read_markup(Walk *walk)
{
    if (at(walk, "<!--", 4)) {
        walk->at += 4;
        skip_past(walk, "-->");
    } else if (at(walk, "<![CDATA[", 9)) {
        skip_past(walk, "]]>");
    } else if (at(walk, "<?", 2)) {
        skip_past(walk, "?>");
    } else if (at(walk, "</", 2)) {
        if (walk->depth > 0)
            walk->in_scope -= walk->declared[--walk->depth];
        walk->at += 2;
    } else {
        return read_start_tag(walk);
    }
    return NULL;
}

const char *wssc_xml_tags_problem(const char *text, gsize len)
{
    Walk walk = {.at = text, .end = text + len};
    const char *problem = NULL;

    if (len <= HARMLESS_OCTETS)
        return NULL;
    while (problem == NULL && (walk.at = memchr(walk.at, '<', (gsize)(walk.end - walk.at))) != NULL)
        problem = read_markup(&walk);
    return problem;
}
