/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Headers of a MIME part in canonical form (WSS SOAP Messages with Attachments profile 1.1 section 5.4.1).
 */
#ifndef WSSC_SECURITY_ATTACHMENT_HEADERS_H
#define WSSC_SECURITY_ATTACHMENT_HEADERS_H

#include <glib.h>

/* The value of a field, lines unfolded, without white space at its ends; NULL when absent. Caller frees. */
char *wssc_attachment_header(const char *headers, const char *name);
/* Those that count, each with its line end; without the empty line behind them. */
void wssc_attachment_write_headers(const char *headers, GByteArray *out);

#endif
