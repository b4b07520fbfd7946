/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a statement rests on: frames of the capture, each with the part that it plays and a few words.
 *
 *     GPtrArray *evidence = wssc_evidence_list_new();
 *     wssc_evidence_add(evidence, WSSC_EVIDENCE_FAULT, file, frame, "BadContextToken for %s", identifier);
 *
 * A list owns its entries. Text holds no frame number: the entry has it. A sentence that has to name a frame has a
 * place for it, WSSC_AT(n), which stands for the n-th entry of its list (from 0; a statement's own frame comes first):
 *
 *     "it was cancelled in " WSSC_AT(1)
 *
 * wssc_evidence_sentence fills the places in and says which file where that is not the statement's own.
 */
#ifndef WSSC_FINDINGS_EVIDENCE_H
#define WSSC_FINDINGS_EVIDENCE_H

#include <glib.h>

/* n: a digit. No XML text holds the character (XML 1.0 section 2.2). */
#define WSSC_AT(n) "\x1A" #n

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
/* The same with a text that is handed over. */
void wssc_evidence_take(GPtrArray *list, WsscEvidenceRole role, guint file, guint32 frame, char *text);

/* The text with its places filled in: "frame 12", or "frame 12 of b.pcap" when that is another file than "own_file".
 * What stands for no entry is left away. name_file: the name of a file for people, owned by the caller of it; NULL, as
 * the function may be: no name is said. Caller frees. */
typedef char *(*WsscNameFile)(gconstpointer user, guint file);
char *wssc_evidence_sentence(const char *text, const GPtrArray *evidence, guint own_file, WsscNameFile name_file,
                             gconstpointer user);

#endif
