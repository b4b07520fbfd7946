/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a file argument stands for, as a path that can be read from the start as often as one likes.
 */
#ifndef WSSC_ANALYZER_INPUT_H
#define WSSC_ANALYZER_INPUT_H

#include <glib.h>

typedef struct {
    char *path;
    int spool; /* the file behind path when that is a copy of ours; -1: the caller's own file */
} WsscInput;

/* "-" is standard input. That, and what can be read but once (a pipe), is copied to a file that has no name, so that
 * nothing is left behind however we end. FALSE with error (WSSC_ENGINE_ERROR_FILE) when it cannot be read, or is
 * empty. Close with wssc_input_close. */
gboolean wssc_input_open(const char *file, WsscInput *ret_input, GError **error);
void wssc_input_close(WsscInput *input);

/* Whether the file can be read again as it is. */
gboolean wssc_input_is_lasting(const char *file);

#endif
