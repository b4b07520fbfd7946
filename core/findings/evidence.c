/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "findings/evidence.h"

#include <string.h>

const char *wssc_evidence_role_name(WsscEvidenceRole role)
{
    static const char *const names[WSSC_EVIDENCE_MAX] = {
#define WSSC_EVIDENCE(ID, name) [WSSC_EVIDENCE_##ID] = name,
#include "findings/evidence.def"
#undef WSSC_EVIDENCE
    };
    return names[role];
}

static void free_evidence(gpointer data)
{
    g_free(((WsscEvidence *)data)->text);
    g_free(data);
}

GPtrArray *wssc_evidence_list_new(void)
{
    return g_ptr_array_new_with_free_func(free_evidence);
}

void wssc_evidence_take(GPtrArray *list, WsscEvidenceRole role, guint file, guint32 frame, char *text)
{
    WsscEvidence *evidence = g_new(WsscEvidence, 1);
    *evidence = (WsscEvidence){role, file, frame, text};
    g_ptr_array_add(list, evidence);
}

void wssc_evidence_add(GPtrArray *list, WsscEvidenceRole role, guint file, guint32 frame, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    wssc_evidence_take(list, role, file, frame, g_strdup_vprintf(format, args));
    va_end(args);
}

/* ---- sentences ------------------------------------------------------------------------------------ */

static void put_place(GString *out, const WsscEvidence *evidence, guint own_file, WsscNameFile name_file,
                      gconstpointer user)
{
    g_autofree char *file = evidence->file != own_file && name_file != NULL ? name_file(user, evidence->file) : NULL;
    g_string_append_printf(out, "frame %u%s%s", evidence->frame, file != NULL ? " of " : "", file != NULL ? file : "");
}

char *wssc_evidence_sentence(const char *text, const GPtrArray *evidence, guint own_file, WsscNameFile name_file,
                             gconstpointer user)
{
    static const char mark = WSSC_AT(0)[0];
    GString *out = g_string_new(NULL);
    const char *place;

    while ((place = strchr(text, mark)) != NULL) {
        g_string_append_len(out, text, place - text);
        text = place + 1;
        if (!g_ascii_isdigit(*text))
            continue;
        guint n = (guint)(*text++ - '0');
        if (evidence != NULL && n < evidence->len)
            put_place(out, evidence->pdata[n], own_file, name_file, user);
    }
    g_string_append(out, text);
    return g_string_free(out, FALSE);
}
