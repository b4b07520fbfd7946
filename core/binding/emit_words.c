/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the forms share: lines, words that are harmless in all of them, remarks on properties.
 */
#include "binding/emit_private.h"

void wssc_emit_line(WsscEmitter *emitter, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(emitter->out, format, args);
    va_end(args);
    g_string_append_c(emitter->out, '\n');
}

/* No end of a comment, no trigraph, no line that goes on, nothing beyond ASCII. */
char *wssc_emit_words(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *p = text; *p != '\0' && out->len < 400; p++) {
        char before = out->len > 0 ? out->str[out->len - 1] : '\0';
        gboolean is_plain = *p >= ' ' && *p <= '~' && *p != '*' && *p != '\\' && *p != '<' && *p != '>' && *p != '&';
        gboolean is_pair = (*p == '-' && before == '-') || (*p == '?' && before == '?');
        g_string_append_c(out, is_plain && !is_pair ? *p : '_');
    }
    if (out->len > 0 && out->str[out->len - 1] == '-')
        g_string_append_c(out, ' ');
    return g_string_free(out, FALSE);
}

gboolean wssc_emit_is_exact(const WsscBinding *binding, WsscPropertyId id)
{
    const WsscProperty *property = &binding->properties[id];
    return property->knowledge == WSSC_KNOWN_EXACT && (property->value != WSSC_NO_VALUE || property->word != NULL);
}

gboolean wssc_emit_has_token(const WsscBinding *binding, WsscTokenKind kind)
{
    return wssc_token_kinds_have(&binding->bootstrap, kind);
}

const char *wssc_emit_suite(const WsscBinding *binding, gboolean *ret_is_sure)
{
    *ret_is_sure = binding->suites->len == 1;
    return binding->suites->len > 0 ? binding->suites->pdata[0] : NULL;
}

/* ---- remarks -------------------------------------------------------------------------------------------------- */

static void add_frame(const WsscEmitter *emitter, const WsscEvidence *evidence, GString *out)
{
    const char *name = emitter->model->files->len > 1 ? wssc_model_file(emitter->model, evidence->file) : NULL;
    g_string_append_printf(out, "%u", evidence->frame);
    if (name == NULL)
        return;
    g_autofree char *base = g_path_get_basename(name);
    g_autofree char *words = wssc_emit_words(base);
    g_string_append_printf(out, " of %s", words);
}

static void add_frames(const WsscEmitter *emitter, const GPtrArray *evidence, GString *out)
{
    guint count = 0;
    guint32 last = 0;
    for (guint i = 0; i < evidence->len && count < 4; i++) {
        const WsscEvidence *entry = evidence->pdata[i];
        if (entry->frame == 0 || entry->frame == last)
            continue;
        g_string_append(out, count == 0 ? (evidence->len > 1 ? ", frames " : ", frame ") : ", ");
        add_frame(emitter, entry, out);
        last = entry->frame;
        count++;
    }
}

char *wssc_emit_remark(const WsscEmitter *emitter, WsscPropertyId id)
{
    const WsscPropertyInfo *info = wssc_property_info(id);
    const WsscProperty *property = &emitter->binding->properties[id];
    g_autofree char *shown = wssc_property_shown(id, property);
    g_autofree char *text = wssc_emit_words(property->text);
    g_autofree char *standard = info->standard != WSSC_NO_VALUE ? wssc_property_value_text(id, info->standard) : NULL;
    GString *out = g_string_new(NULL);

    if (property->knowledge == WSSC_KNOWN_EXACT)
        g_string_append_printf(out, "exact, %s: %s", shown, text);
    else if (property->knowledge == WSSC_KNOWN_NOT)
        g_string_append_printf(out, "unknown: %s", text);
    else
        g_string_append_printf(out, "%s: %s", shown, text);
    add_frames(emitter, property->evidence, out);
    if (standard != NULL && property->knowledge != WSSC_KNOWN_EXACT)
        g_string_append_printf(out, " (default %s)", standard);
    return g_string_free(out, FALSE);
}
