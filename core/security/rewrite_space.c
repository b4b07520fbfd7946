/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * White space, line ends and comments: what pretty printers, editors and mail do.
 */
#include <string.h>

#include "security/rewriting.h"

/* Octets that stay as they are, in one piece; the next one begins at next. */
static void copy_until(GByteArray *out, const GByteArray *octets, guint *from, guint end, guint next)
{
    if (end > *from)
        g_byte_array_append(out, octets->data + *from, end - *from);
    *from = next;
}

/* Where the next such octet is, or the end. */
static guint find(const GByteArray *octets, guint from, char wanted)
{
    const guint8 *found = from < octets->len ? memchr(octets->data + from, wanted, octets->len - from) : NULL;
    return found != NULL ? (guint)(found - octets->data) : octets->len;
}

static gboolean stands_at(const GByteArray *octets, guint at, const char *text)
{
    gsize len = strlen(text);
    return octets->len - at >= len && memcmp(octets->data + at, text, len) == 0;
}

/* ---- white space ------------------------------------------------------------------------------------------------ */

/* Canonical octets without the white space between tags, or without that at the ends of all text. */
static GByteArray *without_white_space(const GByteArray *octets, gboolean in_text)
{
    GByteArray *out = g_byte_array_sized_new(octets->len);
    guint from = 0, end;
    for (guint i = 0; i < octets->len; i = end + 1) {
        end = i;
        while (end < octets->len && g_ascii_isspace(octets->data[end]))
            end++;
        if (end == i)
            continue;
        gboolean is_behind_tag = i == 0 || octets->data[i - 1] == '>';
        gboolean is_before_tag = end == octets->len || octets->data[end] == '<';
        if (in_text ? is_behind_tag || is_before_tag : is_behind_tag && is_before_tag)
            copy_until(out, octets, &from, i, end);
    }
    copy_until(out, octets, &from, octets->len, octets->len);
    return out;
}

static void add_indent(GByteArray *out, const char *unit, guint depth)
{
    g_byte_array_append(out, (const guint8 *)"\n", 1);
    for (guint i = 0; i < depth && depth < 64; i++)
        g_byte_array_append(out, (const guint8 *)unit, (guint)strlen(unit));
}

/* Every tag behind another on a line of its own, but for the two of an element that holds nothing. bare: no white space
 * between tags, the element itself standing at that depth. */
static GByteArray *indented(const GByteArray *bare, const char *unit, guint depth)
{
    GByteArray *out = g_byte_array_sized_new(bare->len * 2);
    gboolean was_start = FALSE;
    guint from = 0;
    for (guint i = find(bare, 0, '<'); i < bare->len; i = find(bare, i + 1, '<')) {
        gboolean is_end = i + 1 < bare->len && bare->data[i + 1] == '/';
        depth -= is_end && depth > 0 ? 1 : 0;
        if (i > 0 && bare->data[i - 1] == '>' && !(is_end && was_start)) {
            copy_until(out, bare, &from, i, i);
            add_indent(out, unit, depth);
        }
        was_start = !is_end;
        depth += was_start ? 1 : 0;
    }
    copy_until(out, bare, &from, bare->len, bare->len);
    return out;
}

static guint depth_of(const WsscRewritten *part)
{
    guint depth = 0;
    for (const xmlNode *n = part->element; n != NULL && n->parent != NULL && n->parent->type == XML_ELEMENT_NODE;
         n = n->parent)
        depth++;
    return depth;
}

/* None at all is what most signers write; else what their libraries indent by. */
gboolean wssc_rewrite_space_between(const WsscRewritten *part, char **ret_detail)
{
    static const char *const units[] = {"  ", "    ", "\t", "", " "};
    GByteArray *bare = without_white_space(part->octets, FALSE);
    gboolean is_fit = wssc_rewrite_try_form(part, g_byte_array_ref(bare));
    for (guint i = 0; i < G_N_ELEMENTS(units) && !is_fit && !wssc_rewrite_is_spent(part); i++) {
        is_fit = wssc_rewrite_try_form(part, indented(bare, units[i], depth_of(part)));
        if (is_fit)
            *ret_detail = g_strdup("it was indented when it was signed");
    }
    g_byte_array_unref(bare);
    return is_fit;
}

gboolean wssc_rewrite_space_in_text(const WsscRewritten *part, char **ret_detail G_GNUC_UNUSED)
{
    return wssc_rewrite_try_form(part, without_white_space(part->octets, TRUE));
}

/* ---- line ends ------------------------------------------------------------------------------------------------ */

#define RETURN "&#xD;" /* as canonical forms write it */

static GByteArray *with_returns(const GByteArray *octets)
{
    GByteArray *out = g_byte_array_sized_new(octets->len);
    guint from = 0;
    for (guint i = find(octets, 0, '\n'); i < octets->len; i = find(octets, i + 1, '\n')) {
        copy_until(out, octets, &from, i, i);
        g_byte_array_append(out, (const guint8 *)RETURN, strlen(RETURN));
    }
    copy_until(out, octets, &from, octets->len, octets->len);
    return out;
}

static GByteArray *without_returns(const GByteArray *octets)
{
    GByteArray *out = g_byte_array_sized_new(octets->len);
    guint from = 0;
    for (guint i = find(octets, 0, '&'); i < octets->len; i = find(octets, i + 1, '&'))
        if (stands_at(octets, i, RETURN))
            copy_until(out, octets, &from, i, i + (guint)strlen(RETURN));
    copy_until(out, octets, &from, octets->len, octets->len);
    return out;
}

gboolean wssc_rewrite_line_ends(const WsscRewritten *part, char **ret_detail)
{
    if (wssc_rewrite_try_form(part, with_returns(part->octets))) {
        *ret_detail = g_strdup("carriage returns were lost");
        return TRUE;
    }
    if (!wssc_rewrite_try_form(part, without_returns(part->octets)))
        return FALSE;
    *ret_detail = g_strdup("carriage returns were added");
    return TRUE;
}

/* ---- comments -------------------------------------------------------------------------------------------------- */

/* Outside of the root element a canonical form has a line end between it and a comment (Canonical XML section 2.3). */
static GByteArray *without_comments(const GByteArray *octets)
{
    GByteArray *out = g_byte_array_sized_new(octets->len);
    guint from = 0;
    for (guint i = find(octets, 0, '<'); i < octets->len; i = find(octets, MAX(i + 1, from), '<')) {
        if (!stands_at(octets, i, "<!--"))
            continue;
        guint end = i + (guint)strlen("<!--");
        while (end < octets->len && !stands_at(octets, end, "-->"))
            end++;
        end = MIN(end + (guint)strlen("-->"), octets->len);
        copy_until(out, octets, &from, i, end);
        if (out->len == 0 && end < octets->len && octets->data[end] == '\n')
            from++;
        else if (end == octets->len && out->len > 0 && out->data[out->len - 1] == '\n')
            g_byte_array_set_size(out, out->len - 1);
    }
    copy_until(out, octets, &from, octets->len, octets->len);
    return out;
}

gboolean wssc_rewrite_comments(const WsscRewritten *part, char **ret_detail G_GNUC_UNUSED)
{
    return (part->c14n->flags & WSSC_C14N_COMMENTS) != 0 && wssc_rewrite_try_form(part, without_comments(part->octets));
}
