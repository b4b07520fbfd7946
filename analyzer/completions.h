/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completions for shells, made from the table of commands and their options.
 */
#ifndef WSSC_ANALYZER_COMPLETIONS_H
#define WSSC_ANALYZER_COMPLETIONS_H

#include <glib.h>

/* shell: "bash", "zsh" or "fish". FALSE for another one. */
gboolean wssc_completions(const char *shell, GString *script);

#endif
