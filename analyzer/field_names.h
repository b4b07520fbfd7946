/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of fields: libwireshark looks at each octet of a quarter of a million of them when it starts.
 */
#ifndef WSSC_ANALYZER_FIELD_NAMES_H
#define WSSC_ANALYZER_FIELD_NAMES_H

#include <glib.h>

/* While it registers its own fields and ours, which are always the same, they are taken to be good. */
void wssc_field_names_trust(gboolean are_trusted);

#endif
