/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Strings, each once: for models that are kept together and say the same over and over. What senders choose is found
 * by a hash that they cannot foresee.
 */
#ifndef WSSC_BASE_STRINGS_H
#define WSSC_BASE_STRINGS_H

#include <glib.h>

typedef struct WsscStrings WsscStrings;

WsscStrings *wssc_strings_new(void);
void wssc_strings_free(WsscStrings *strings);
/* The string of these octets, which hold no zero; it lives as long as strings, and others have it, too. */
char *wssc_strings_keep(WsscStrings *strings, const char *text, gsize len);

#endif
