/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Media types of others (other_types.def).
 */
#ifndef WSSC_CARRIER_OTHER_TYPES_H
#define WSSC_CARRIER_OTHER_TYPES_H

#include <glib.h>

/* A Content-Type's value, with or without parameters, that leads to nothing of ours. */
gboolean wssc_other_types_has(const char *value, gsize len);

#endif
