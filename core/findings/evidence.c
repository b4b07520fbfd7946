/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "findings/evidence.h"

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

void wssc_evidence_add(GPtrArray *list, WsscEvidenceRole role, guint file, guint32 frame, const char *format, ...)
{
    WsscEvidence *evidence = g_new0(WsscEvidence, 1);
    va_list args;

    evidence->role = role;
    evidence->file = file;
    evidence->frame = frame;
    va_start(args, format);
    evidence->text = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(list, evidence);
}
