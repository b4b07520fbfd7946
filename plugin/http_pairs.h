/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What joins a request of HTTP with its response (internal to plugin/). First pass only.
 */
#ifndef WSSC_PLUGIN_HTTP_PAIRS_H
#define WSSC_PLUGIN_HTTP_PAIRS_H

#include "compat.h"

#include <epan/dissectors/packet-http.h>

/* Equal and non-zero for the two; 0 when there is nothing yet. conversation: may be NULL. */
guint64 wssc_http_pair_of(const http_conv_t *conversation);
/* The latest response only says that the answer is yet to come (RFC 9110 section 15.2). */
void wssc_http_pair_is_interim(const http_conv_t *conversation);

void wssc_http_pairs_register(void);

#endif
