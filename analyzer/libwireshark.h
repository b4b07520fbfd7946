/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libwireshark's start, with the options of the command line.
 */
#ifndef WSSC_ANALYZER_LIBWIRESHARK_H
#define WSSC_ANALYZER_LIBWIRESHARK_H

#include "engine.h"

/* First: after it wiretap can be used. */
void wssc_libwireshark_prepare(const char *program, const WsscEngineOptions *options);
/* Registers all dissectors: most of what a start takes. Once in a process; a process that is forked behind it may go on
 * with other options, but for a profile or names. FALSE: libwireshark does not start. */
gboolean wssc_libwireshark_begin(const WsscEngineOptions *options);
/* Then all the rest. FALSE when an option is wrong; the message names it. */
gboolean wssc_libwireshark_start(const WsscEngineOptions *options, GError **error);
/* One preference, "name:value". */
gboolean wssc_libwireshark_set(const char *setting, GError **error);

#endif
