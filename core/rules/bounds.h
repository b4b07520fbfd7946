/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The bounds that rules compare with, from one table (bounds.def) that makes the enum, the options' names, the defaults
 * and --list-bounds.
 *
 *     WsscBounds bounds;
 *     wssc_bounds_init(&bounds);
 *     wssc_bound_from_name("skew", &id);
 *     bounds.value[id] = 60;
 */
#ifndef WSSC_RULES_BOUNDS_H
#define WSSC_RULES_BOUNDS_H

#include <glib.h>

typedef enum {
#define WSSC_BOUND(ID, name, value, unit, what, source) WSSC_BOUND_##ID,
#include "rules/bounds.def"
#undef WSSC_BOUND
    WSSC_BOUND_MAX
} WsscBoundId;

typedef struct {
    const char *name;
    gint64 value; /* by default */
    const char *unit;
    const char *what, *source;
} WsscBoundInfo;

typedef struct {
    gint64 value[WSSC_BOUND_MAX]; /* in the unit of each */
} WsscBounds;

const WsscBoundInfo *wssc_bound_info(WsscBoundId id);
/* FALSE for a name that is not in the table. */
gboolean wssc_bound_from_name(const char *name, WsscBoundId *ret_id);
/* All at their defaults. */
void wssc_bounds_init(WsscBounds *bounds);
/* Of a bound in seconds. */
gint64 wssc_bounds_usec(const WsscBounds *bounds, WsscBoundId id);

#endif
