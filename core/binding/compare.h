/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What is configured, as a policy says it, beside what was observed.
 */
#ifndef WSSC_BINDING_COMPARE_H
#define WSSC_BINDING_COMPARE_H

#include "binding/binding.h"
#include "binding/policy.h"

typedef enum { WSSC_COMPARED_SAME, WSSC_COMPARED_DIFFERS, WSSC_COMPARED_OPEN, WSSC_COMPARED_MAX } WsscCompared;
/* "same", "differs", "cannot tell". */
const char *wssc_compared_name(WsscCompared compared);

typedef struct {
    const char *name; /* "version", "entropy", ...: stable */
    WsscCompared result;
    char *configured, *observed; /* in words */
    char *text;                  /* what more there is to say; or NULL */
    GPtrArray *evidence;         /* WsscEvidence */
} WsscComparedLine;

/* A binding beside the nearest alternative of a policy. */
typedef struct {
    char *subject;     /* the port or binding of the WSDL; "" for a policy that stands alone */
    guint alternative; /* from 1 */
    guint alternatives;
    guint differences;
    GPtrArray *lines;    /* WsscComparedLine */
    GPtrArray *problems; /* char *: of the reading, and what it did not know */
} WsscComparison;

/* NULL when no subject has an alternative. */
WsscComparison *wssc_compare(const WsscBinding *binding, const WsscPolicy *policy);
void wssc_comparison_free(WsscComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscComparison, wssc_comparison_free)

/* ---- with what -------------------------------------------------------------------------------------------------- */

/* A binding compared with one description. */
typedef struct {
    const WsscBinding *binding;
    gboolean is_from_capture; /* else a file of the user's */
    char *source;             /* the file's name; of the capture's own, who sent it */
    guint file;               /* where it stands in the capture */
    guint32 frame;
    WsscComparison *comparison;
} WsscComparedWith;

/* Appends to comparisons (WsscComparedWith, owned: wssc_compared_with_free) that of the binding with the user's policy.
 */
void wssc_compare_with_file(GPtrArray *comparisons, const WsscBinding *binding, const WsscPolicy *policy,
                            const char *name);
/* The same for each of bindings (WsscBinding) with each description that the capture holds of its own service and that
 * asks for a context. Returns how many comparisons that made. */
guint wssc_compare_with_capture(GPtrArray *comparisons, const GPtrArray *bindings, const WsscModel *model);
void wssc_compared_with_free(gpointer compared);

#endif
