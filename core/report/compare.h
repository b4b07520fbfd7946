/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The differences of two captures, as text and as JSON.
 */
#ifndef WSSC_REPORT_COMPARE_H
#define WSSC_REPORT_COMPARE_H

#include "compare/compare.h"
#include "report/text.h"
#include "report/writer.h"

/* names: of the two files. */
void wssc_text_differences(const WsscTextStyle *style, const WsscDifferences *comparison, const char *const *names,
                           GString *out);

extern const char *const wssc_json_compare_members[];
/* One row for each difference, the most telling first. models: of the two captures. */
void wssc_json_differences(const WsscDifferences *comparison, const WsscModel *const models[WSSC_COMPARED],
                           WsscWriter *writer);

#endif
