/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers that users set by name (--bound and --limit NAME=VALUE), and the lists of what there is.
 */
#ifndef WSSC_ANALYZER_SETTINGS_H
#define WSSC_ANALYZER_SETTINGS_H

#include "base/limits.h"
#include "options.h"
#include "rules/bounds.h"

/* FALSE with the first that is no name of a table, or no number that it may have. */
gboolean wssc_settings_check(const WsscOptions *options, GError **error);
/* What the options give, which were checked; the others stay. */
void wssc_settings_take_bounds(const WsscOptions *options, WsscBounds *bounds);
void wssc_settings_take_limits(const WsscOptions *options, WsscLimits *limits);

/* --list-findings, --list-bounds or --list-limits. */
gboolean wssc_settings_are_asked_for(const WsscOptions *options);
void wssc_settings_list(const WsscOptions *options);

#endif
