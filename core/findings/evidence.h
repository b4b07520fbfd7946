/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a statement rests on: frames of the capture, each with the part that it plays and a few words.
 *
 *     GPtrArray *evidence = wssc_evidence_list_new();
 *     wssc_evidence_add(evidence, WSSC_EVIDENCE_FAULT, file, frame, "BadContextToken for %s", identifier);
 *
 * A list owns its entries. Text holds no frame number: the entry has it, and a face that prints several files
 * says which one.
 */
#ifndef WSSC_FINDINGS_EVIDENCE_H
#define WSSC_FINDINGS_EVIDENCE_H

#include <glib.h>

typedef enum {
#define WSSC_EVIDENCE(ID, name) WSSC_EVIDENCE_##ID,
#include "findings/evidence.def"
#undef WSSC_EVIDENCE
    WSSC_EVIDENCE_MAX
} WsscEvidenceRole;
/* "request", "fault", ...: the stable word of the outputs. */
const char *wssc_evidence_role_name(WsscEvidenceRole role);

typedef struct {
    WsscEvidenceRole role;
    guint file;    /* as wssc_session_file counts */
    guint32 frame; /* from 1; 0: no frame says it (the end of the capture, a key file) */
    char *text;    /* without full stop */
} WsscEvidence;

/* An empty list of WsscEvidence that owns its entries: free it with g_ptr_array_unref. */
GPtrArray *wssc_evidence_list_new(void);
void wssc_evidence_add(GPtrArray *list, WsscEvidenceRole role, guint file, guint32 frame, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

#endif
