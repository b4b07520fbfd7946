/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the files of core/compare share: a ledger of what each capture shows, by aspect and subject.
 */
#ifndef WSSC_COMPARE_PRIVATE_H
#define WSSC_COMPARE_PRIVATE_H

#include "binding/binding.h"
#include "compare/compare.h"

typedef struct WsscLedger WsscLedger;

/* Where a capture is written down. */
typedef struct {
    WsscLedger *ledger;
    guint side; /* 0: A, 1: B */
    const WsscModel *model;
} WsscLedgerSide;

/* One value of a subject, once more; what: "signature algorithm of requests". from may be NULL. */
void wssc_ledger_note(const WsscLedgerSide *one, WsscAspect aspect, const char *what, const char *value,
                      const WsscMessage *from);
void wssc_ledger_note_frame(const WsscLedgerSide *one, WsscAspect aspect, const char *what, const char *value,
                            guint file, guint32 frame);
/* A difference that is found otherwise than by unlike values. sides: taken over. */
WsscDifference *wssc_ledger_add(WsscLedger *ledger, WsscAspect aspect, const char *what, WsscDifferenceSide a,
                                WsscDifferenceSide b);

/* facts.c: what the binding is; traffic.c: what messages, answers and signatures are like. */
void wssc_compare_note_binding(const WsscLedgerSide *one, const WsscBindings *bindings);
void wssc_compare_note_traffic(const WsscLedgerSide *one);
/* properties.c, numbers.c: values that may differ a little, or contradict each other. */
void wssc_compare_properties(WsscLedger *ledger, const WsscBindings *const bindings[WSSC_COMPARED]);
void wssc_compare_numbers(WsscLedger *ledger, const WsscModel *const models[WSSC_COMPARED]);

/* "1.5 s", "20 min 3 s"; caller frees. */
char *wssc_compare_span(gint64 microseconds);

#endif
