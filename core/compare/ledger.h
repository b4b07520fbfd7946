/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The ledger's own calls (internal to core/compare).
 */
#ifndef WSSC_COMPARE_LEDGER_H
#define WSSC_COMPARE_LEDGER_H

#include "compare/private.h"

WsscLedger *wssc_ledger_new(void);
void wssc_ledger_free(WsscLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscLedger, wssc_ledger_free)
/* All differences, in the order in which they were noted first. Caller unrefs. */
GPtrArray *wssc_ledger_close(WsscLedger *ledger, guint *ret_left_out);
void wssc_difference_free(gpointer difference);
/* Whether it counts that one capture has nothing of the kind. */
gboolean wssc_aspect_takes_absence(WsscAspect aspect);
/* How much a difference in it tells by itself. */
guint wssc_aspect_weight(WsscAspect aspect);

#endif
