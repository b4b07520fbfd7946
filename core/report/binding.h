/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Inferred bindings, as JSON objects and as text for people.
 */
#ifndef WSSC_REPORT_BINDING_H
#define WSSC_REPORT_BINDING_H

#include "binding/binding.h"
#include "binding/compare.h"
#include "report/text.h"
#include "report/writer.h"

/* Which of them: both NULL for all. endpoint: an address as WsscBinding has it. */
typedef struct {
    const char *context, *endpoint;
} WsscBindingChoice;
gboolean wssc_binding_is_chosen(const WsscBinding *binding, const WsscBindingChoice *choice);

/* One row a context, then one an endpoint. */
extern const char *const wssc_json_binding_members[];
/* comparisons: WsscComparedWith; each stands with its binding. */
void wssc_json_bindings(const WsscBindings *bindings, const WsscBindingChoice *choice, const GPtrArray *comparisons,
                        WsscWriter *writer);

/* A block for each, like a page of settings. */
void wssc_text_bindings(const WsscSession *session, const WsscBindings *bindings, const WsscBindingChoice *choice,
                        const WsscTextStyle *style, GString *out);

/* A table for each comparison (WsscComparedWith). */
void wssc_text_comparisons(const WsscSession *session, const GPtrArray *comparisons, const WsscTextStyle *style,
                           GString *out);

#endif
