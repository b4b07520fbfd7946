/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The structural differences of two captures, the one that works and the one that does not: what went wrong, properties
 * of the binding, exchanges, headers, algorithms, tokens, clocks, faults. The most telling first: causes, then what is
 * known to show such a cause, then by the weight of the aspect (aspects.def).
 *
 *     g_autoptr(WsscDifferences) comparison = wssc_differences_find(model_a, model_b);     (of finished sessions)
 *     for each WsscDifference in comparison->differences ...
 *
 * What only one of the two captures can tell (it holds no renewal, say) is no difference, unless the absence itself is
 * one. Everything is owned by the comparison. No I/O.
 */
#ifndef WSSC_COMPARE_COMPARE_H
#define WSSC_COMPARE_COMPARE_H

#include "model/model.h"
#include "why/why.h"

typedef enum {
#define WSSC_ASPECT(ID, name, weight, rule) WSSC_ASPECT_##ID,
#include "compare/aspects.def"
#undef WSSC_ASPECT
    WSSC_ASPECT_MAX
} WsscAspect;
/* "cause", "clock", "property", ...: the stable word of the outputs. */
const char *wssc_aspect_name(WsscAspect aspect);

#define WSSC_COMPARED 2 /* captures: A and B */

typedef struct {
    char *text;    /* what that capture has, without full stop; never NULL */
    guint file;    /* of its session */
    guint32 frame; /* that shows it first; 0: none does */
} WsscDifferenceSide;

typedef struct {
    WsscAspect aspect;
    char *what;        /* a phrase: "signature algorithm of requests" */
    const char *cause; /* of causes.def, where the difference is that cause or is known to show it; or NULL */
    guint weight;      /* for ranking: more tells more */
    WsscDifferenceSide sides[WSSC_COMPARED];
} WsscDifference;

typedef struct {
    GPtrArray *differences; /* WsscDifference, the most telling first */
    guint left_out;         /* facts that were too many to compare */
} WsscDifferences;

WsscDifferences *wssc_differences_find(const WsscModel *a, const WsscModel *b);
void wssc_differences_free(WsscDifferences *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscDifferences, wssc_differences_free)

#endif
