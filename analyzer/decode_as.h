/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "Decode As" rules from the command line, in tshark's form.
 */
#ifndef WSSC_ANALYZER_DECODE_AS_H
#define WSSC_ANALYZER_DECODE_AS_H

#include <glib.h>

/* "tcp.port==8080,http", "tcp.port==8000-8010,nettcp". FALSE with what is wrong (WSSC_ENGINE_ERROR). */
gboolean wssc_decode_as(const char *rule, GError **error);

#endif
