/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/attachment_headers.h"

#include <string.h>

#include "base/text.h"

/* ---- headers ---------------------------------------------------------------------------------------------------- */

/* Those that count, in their order (section 5.3.2). */
static const struct {
    const char *name;
    gboolean has_parameters;
} fields[] = {{"Content-Description", FALSE},
              {"Content-Disposition", TRUE},
              {"Content-ID", FALSE},
              {"Content-Location", FALSE},
              {"Content-Type", TRUE}};

/* The value of a field, lines unfolded, without white space at its ends; NULL when absent. Caller frees. */
char *wssc_attachment_header(const char *headers, const char *name)
{
    gsize len = strlen(name);
    for (const char *line = headers; line != NULL && *line != '\0';) {
        const char *next = strchr(line, '\n');
        if (g_ascii_strncasecmp(line, name, len) == 0 && line[len] == ':') {
            GString *value = g_string_new(NULL);
            for (const char *p = line + len + 1; *p != '\0' && !(*p == '\n' && p[1] != ' ' && p[1] != '\t'); p++)
                if (*p != '\r' && *p != '\n')
                    g_string_append_c(value, *p);
            char *stripped = wssc_strip(value->str);
            g_string_free(value, TRUE);
            return stripped;
        }
        line = next != NULL ? next + 1 : NULL;
    }
    return NULL;
}

/* Without comments, which stand in parentheses outside of quotes. Caller frees. */
static char *without_comments(const char *text)
{
    GString *out = g_string_new(NULL);
    gboolean is_quoted = FALSE;
    guint depth = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' && depth == 0)
            is_quoted = !is_quoted;
        if (!is_quoted && *p == '(')
            depth++;
        else if (!is_quoted && *p == ')' && depth > 0)
            depth--;
        else if (depth == 0)
            g_string_append_c(out, *p);
    }
    return g_string_free(out, FALSE);
}

/* A parameter's value without its quotes, RFC 2231's escapes undone. Caller frees. */
static char *parameter_value(const char *text, gboolean is_extended)
{
    const char *quote = is_extended ? strrchr(text, '\'') : NULL;
    char *plain = is_extended ? g_uri_unescape_string(quote != NULL ? quote + 1 : text, NULL) : NULL;
    gsize len = strlen(text);
    if (plain != NULL)
        return plain;
    return len >= 2 && text[0] == '"' && text[len - 1] == '"' ? g_strndup(text + 1, len - 2) : g_strdup(text);
}

/* Parameters whose values are compared without regard to case (section 5.4.1). */
static gboolean is_case_folded(const char *name)
{
    static const char *const names[] = {"charset", "creation-date", "filename", "modification-date",
                                        "padding", "read-date",     "size",     "type"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], name) == 0)
            return TRUE;
    return FALSE;
}

typedef struct {
    char *name; /* in lower case */
    GString *value;
} Parameter;

static void free_parameter(gpointer data)
{
    Parameter *parameter = data;
    g_free(parameter->name);
    g_string_free(parameter->value, TRUE);
    g_free(parameter);
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp((*(Parameter *const *)a)->name, (*(Parameter *const *)b)->name);
}

/* "name=value"; RFC 2231 section 3 parts a long value into name*0, name*1 and so on, in their order. */
static void add_parameter(GPtrArray *parameters, const char *text)
{
    const char *equal = strchr(text, '=');
    if (equal == NULL)
        return;
    g_autofree char *left = g_strndup(text, (gsize)(equal - text));
    g_autofree char *stripped = wssc_strip(left);
    g_autofree char *name = g_ascii_strdown(stripped, -1);
    g_autofree char *right = wssc_strip(equal + 1);
    gboolean is_extended = g_str_has_suffix(name, "*");
    name[strcspn(name, "*")] = '\0';
    g_autofree char *value = parameter_value(right, is_extended);
    g_autofree char *folded = is_case_folded(name) ? g_utf8_strdown(value, -1) : g_strdup(value);
    Parameter *last = parameters->len > 0 ? parameters->pdata[parameters->len - 1] : NULL;
    if (last != NULL && strcmp(last->name, name) == 0) {
        g_string_append(last->value, folded);
        return;
    }
    Parameter *parameter = g_new0(Parameter, 1);
    parameter->name = g_steal_pointer(&name);
    parameter->value = g_string_new(folded);
    g_ptr_array_add(parameters, parameter);
}

/* The value in lower case, its parameters sorted. Caller frees. */
static char *with_parameters(const char *value)
{
    g_autoptr(GPtrArray) pieces = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) parameters = g_ptr_array_new_with_free_func(free_parameter);
    GString *piece = g_string_new(NULL);
    gboolean is_quoted = FALSE;
    for (const char *p = value;; p++) {
        if (*p == '"')
            is_quoted = !is_quoted;
        if (*p == '\0' || (*p == ';' && !is_quoted)) {
            g_ptr_array_add(pieces, g_strdup(piece->str));
            g_string_truncate(piece, 0);
            if (*p == '\0')
                break;
        } else {
            g_string_append_c(piece, *p);
        }
    }
    g_string_free(piece, TRUE);
    for (guint i = 1; i < pieces->len; i++)
        add_parameter(parameters, pieces->pdata[i]);
    g_ptr_array_sort(parameters, by_name);
    g_autofree char *first = wssc_strip(pieces->pdata[0]);
    g_autofree char *lower = g_ascii_strdown(first, -1);
    GString *out = g_string_new(parameters->len > 0 ? lower : first);
    for (guint i = 0; i < parameters->len; i++) {
        const Parameter *one = parameters->pdata[i];
        g_string_append_printf(out, ";%s=\"%s\"", one->name, one->value->str);
    }
    return g_string_free(out, FALSE);
}

void wssc_attachment_write_headers(const char *headers, GByteArray *out)
{
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autofree char *value = wssc_attachment_header(headers, fields[i].name);
        if (value == NULL && strcmp(fields[i].name, "Content-Type") == 0)
            value = g_strdup("text/plain;charset=us-ascii"); /* RFC 2045 section 5.2 */
        if (value == NULL)
            continue;
        g_autofree char *bare = without_comments(value);
        g_autofree char *shown = fields[i].has_parameters ? with_parameters(bare) : g_strdup(bare);
        g_autofree char *line = g_strdup_printf("%s:%s\r\n", fields[i].name, shown);
        g_byte_array_append(out, (const guint8 *)line, (guint)strlen(line));
    }
}
