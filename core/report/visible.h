/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Text of a capture as it may be written: UTF-8, and nothing in it that a terminal obeys or a reader cannot see.
 * Control characters, those that turn text round, and those without width are written as escapes: \u202e.
 */
#ifndef WSSC_REPORT_VISIBLE_H
#define WSSC_REPORT_VISIBLE_H

#include <glib.h>

/* Whether a character has no look of its own (Unicode's categories Cc, Cf, Zl, Zp, and the fillers). */
gboolean wssc_visible_is_hidden(gunichar c);
/* Appends the character as an escape. */
void wssc_visible_append_escape(GString *out, gunichar c);
/* Appends text. Octets that are no UTF-8 become U+FFFD. as_json: as the content of a string of JSON (RFC 8259 section
 * 7); else line ends and tabs stay. */
void wssc_visible_append(GString *out, const char *text, gboolean as_json);

#endif
