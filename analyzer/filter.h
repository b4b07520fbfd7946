/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The display filter (-Y).
 *
 * A filter on packets (frame.number, ip.addr, tcp.stream, http...) leaves the other frames away: what they carry is not
 * read, as if they were not in the capture. A filter that asks for what this program finds out (wssc, nettcp and nbfx
 * fields, expert items) is decided when everything was read and all keys are known, and chooses among what is shown.
 */
#ifndef WSSC_ANALYZER_FILTER_H
#define WSSC_ANALYZER_FILTER_H

#include "compat.h"

#include <epan/epan_dissect.h>

typedef struct WsscFilter WsscFilter;

/* After libwireshark's start. NULL with error (WSSC_ENGINE_ERROR_OPTION) when it is no display filter. */
WsscFilter *wssc_filter_new(const char *text, GError **error);
void wssc_filter_free(WsscFilter *filter);
/* Whether it is one of the second kind. */
gboolean wssc_filter_is_on_results(const WsscFilter *filter);
/* Before and after the dissection of a frame, with a tree. */
void wssc_filter_prime(const WsscFilter *filter, epan_dissect_t *edt);
gboolean wssc_filter_matches(const WsscFilter *filter, epan_dissect_t *edt);

#endif
