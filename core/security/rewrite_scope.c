/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Namespace declarations around a part. The inclusive canonical form (Canonical XML 1.0 section 2.3) has all that are
 * in scope on its first element, used or not: what a station adds to the envelope, or leaves out of it, is signed as
 * well.
 */
#define _GNU_SOURCE
#include <string.h>

#include "security/rewriting.h"

#define MAX_DECLARATIONS 24 /* of the first element; more are left alone */
#define MAX_SETS 6          /* unused ones of which every set is tried */

/* ` xmlns:p="uri"` in the first start tag. */
typedef struct {
    guint from, to;
    guint prefix, prefix_len; /* none: the default namespace */
} Declaration;

typedef struct {
    const WsscRewritten *part;
    guint name_end; /* of the first tag's name */
    Declaration all[MAX_DECLARATIONS];
    guint count;
} Scope;

static gboolean begins(const GByteArray *octets, guint at, const char *text)
{
    gsize len = strlen(text);
    return at + len <= octets->len && memcmp(octets->data + at, text, len) == 0;
}

/* FALSE where there is no start tag, or too much in it. */
static gboolean read_scope(Scope *scope)
{
    const GByteArray *octets = scope->part->octets;
    guint at = 1;
    if (octets->len == 0 || octets->data[0] != '<')
        return FALSE;
    while (at < octets->len && octets->data[at] != ' ' && octets->data[at] != '>')
        at++;
    scope->name_end = at;
    while (begins(octets, at, " xmlns") && scope->count < MAX_DECLARATIONS) {
        Declaration *one = &scope->all[scope->count];
        const guint8 *equals = memchr(octets->data + at, '=', octets->len - at);
        if (equals == NULL || !begins(octets, (guint)(equals - octets->data), "=\""))
            return FALSE;
        guint value = (guint)(equals - octets->data) + 2;
        const guint8 *end = memchr(octets->data + value, '"', octets->len - value);
        if (end == NULL)
            return FALSE;
        *one = (Declaration){.from = at, .to = (guint)(end - octets->data) + 1};
        if (begins(octets, at, " xmlns:")) {
            one->prefix = at + (guint)strlen(" xmlns:");
            one->prefix_len = (guint)(equals - octets->data) - one->prefix;
        }
        at = one->to;
        scope->count++;
    }
    return at < octets->len && (octets->data[at] == '>' || octets->data[at] == ' ');
}

/* ---- those that were added -------------------------------------------------------------------------------------- */

/* dropped: a bit for each of them. */
static GByteArray *without(const Scope *scope, guint dropped)
{
    const GByteArray *octets = scope->part->octets;
    GByteArray *form = g_byte_array_sized_new(octets->len);
    guint at = 0;
    for (guint i = 0; i < scope->count; i++) {
        if ((dropped >> i & 1) == 0)
            continue;
        g_byte_array_append(form, octets->data + at, scope->all[i].from - at);
        at = scope->all[i].to;
    }
    g_byte_array_append(form, octets->data + at, octets->len - at);
    return form;
}

static gboolean try_without(const Scope *scope, guint dropped, char **ret_detail)
{
    if (dropped == 0 || !wssc_rewrite_try_form(scope->part, without(scope, dropped)))
        return FALSE;
    GString *detail = g_string_new("added:");
    for (guint i = 0; i < scope->count; i++)
        if ((dropped >> i & 1) != 0)
            g_string_append_len(detail, (const char *)scope->part->octets->data + scope->all[i].from,
                                scope->all[i].to - scope->all[i].from);
    *ret_detail = g_string_free(detail, FALSE);
    return TRUE;
}

/* Names, and values that are QNames. */
static gboolean is_used(const Scope *scope, const Declaration *one)
{
    const GByteArray *octets = scope->part->octets;
    if (one->prefix_len == 0)
        return TRUE;
    g_autofree char *word = g_strdup_printf("%.*s:", (int)one->prefix_len, (const char *)octets->data + one->prefix);
    return memmem(octets->data, octets->len, word, strlen(word)) != NULL;
}

/* Every set of the unused ones where they are few, else all of them and each two; of those that are used one by one:
 * what is declared again further in. */
static gboolean undo_added(const Scope *scope, char **ret_detail)
{
    guint unused[MAX_DECLARATIONS], count = 0, all = 0;
    for (guint i = 0; i < scope->count; i++) {
        if (is_used(scope, &scope->all[i]))
            continue;
        unused[count++] = 1u << i;
        all |= 1u << i;
    }
    if (try_without(scope, all, ret_detail))
        return TRUE;
    for (guint set = 1; count <= MAX_SETS && set + 1 < 1u << count; set++) {
        guint dropped = 0;
        for (guint i = 0; i < count; i++)
            dropped |= (set >> i & 1) != 0 ? unused[i] : 0;
        if (!wssc_rewrite_is_spent(scope->part) && try_without(scope, dropped, ret_detail))
            return TRUE;
    }
    for (guint i = 0; i < scope->count; i++)
        for (guint k = i; k < scope->count && (k == i || count > MAX_SETS); k++)
            if (!wssc_rewrite_is_spent(scope->part) && try_without(scope, 1u << i | 1u << k, ret_detail))
                return TRUE;
    return FALSE;
}

/* ---- those that were left out ----------------------------------------------------------------------------------- */

/* What serializers declare whether they use it or not, and gateways clean away. By prefix, as they are sorted. */
static const struct {
    const char *prefix, *uri;
} usual[] = {{"xs", "http://www.w3.org/2001/XMLSchema"},
             {"xsd", "http://www.w3.org/2001/XMLSchema"},
             {"xsi", "http://www.w3.org/2001/XMLSchema-instance"}};
static const guint sets[] = {1u << 2, 1u << 1, 1u << 1 | 1u << 2, 1u << 0, 1u << 0 | 1u << 2};

static int compare(const Scope *scope, const Declaration *one, const char *prefix)
{
    gsize len = strlen(prefix);
    int order = memcmp(scope->part->octets->data + one->prefix, prefix, MIN(one->prefix_len, len));
    return order != 0 ? order : one->prefix_len < len ? -1 : one->prefix_len > len;
}

/* NULL when one of them is there. */
static GByteArray *with(const Scope *scope, guint set)
{
    const GByteArray *octets = scope->part->octets;
    GByteArray *form = g_byte_array_sized_new(octets->len + 256);
    guint at = 0, next = 0;
    for (guint i = 0; i < G_N_ELEMENTS(usual); i++) {
        if ((set >> i & 1) == 0)
            continue;
        while (next < scope->count && compare(scope, &scope->all[next], usual[i].prefix) < 0)
            next++;
        if (next < scope->count && compare(scope, &scope->all[next], usual[i].prefix) == 0) {
            g_byte_array_unref(form);
            return NULL;
        }
        guint place = next > 0 ? scope->all[next - 1].to : scope->name_end;
        g_autofree char *text = g_strdup_printf(" xmlns:%s=\"%s\"", usual[i].prefix, usual[i].uri);
        g_byte_array_append(form, octets->data + at, place - at);
        g_byte_array_append(form, (const guint8 *)text, (guint)strlen(text));
        at = place;
    }
    g_byte_array_append(form, octets->data + at, octets->len - at);
    return form;
}

static gboolean undo_dropped(const Scope *scope, char **ret_detail)
{
    for (guint s = 0; s < G_N_ELEMENTS(sets) && !wssc_rewrite_is_spent(scope->part); s++) {
        if (!wssc_rewrite_try_form(scope->part, with(scope, sets[s])))
            continue;
        GString *detail = g_string_new("left out:");
        for (guint i = 0; i < G_N_ELEMENTS(usual); i++)
            if ((sets[s] >> i & 1) != 0)
                g_string_append_printf(detail, " xmlns:%s=\"%s\"", usual[i].prefix, usual[i].uri);
        *ret_detail = g_string_free(detail, FALSE);
        return TRUE;
    }
    return FALSE;
}

gboolean wssc_rewrite_declarations(const WsscRewritten *part, char **ret_detail)
{
    Scope scope = {.part = part};
    gboolean is_scoped = (part->c14n->flags & WSSC_C14N_EXCLUSIVE) == 0 || part->c14n->prefix_count > 0;
    return is_scoped && read_scope(&scope) && (undo_added(&scope, ret_detail) || undo_dropped(&scope, ret_detail));
}
