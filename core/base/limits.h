/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Every bound that keeps hostile input cheap, from one table (limits.def) that makes the constants WSSC_MAX_<ID>, the
 * names of --limit, the preferences, --list-limits and docs/limits.md.
 *
 *     WsscLimits limits;
 *     wssc_limits_init(&limits);
 *     if (wssc_limit_from_name("instances", &id) && wssc_limit_info(id)->most > 0)
 *         limits.value[id] = 16;
 *
 * What was left away at one is noted in a WsscLimitSet by who leaves it away; the session makes findings of it.
 */
#ifndef WSSC_BASE_LIMITS_H
#define WSSC_BASE_LIMITS_H

#include <glib.h>

/* By default; as sizes of arrays, and where nobody sets them. */
enum {
#define WSSC_LIMIT(ID, name, value, most, unit, what, beyond) WSSC_MAX_##ID = (value),
#include "base/limits.def"
#undef WSSC_LIMIT
};

typedef enum {
#define WSSC_LIMIT(ID, name, value, most, unit, what, beyond) WSSC_LIMIT_##ID,
#include "base/limits.def"
#undef WSSC_LIMIT
    WSSC_LIMIT_MAX
} WsscLimitId;

typedef struct {
    const char *name;
    guint value; /* by default */
    guint most;  /* that it may be set to; 0: it is fixed */
    const char *unit, *what, *beyond;
} WsscLimitInfo;

typedef struct {
    guint value[WSSC_LIMIT_MAX]; /* in the unit of each */
} WsscLimits;

const WsscLimitInfo *wssc_limit_info(WsscLimitId id);
/* FALSE for a name that is not in the table. */
gboolean wssc_limit_from_name(const char *name, WsscLimitId *ret_id);
/* All at their defaults. */
void wssc_limits_init(WsscLimits *limits);
/* What was met, for a finding: "limit rstr, 64 elements: RSTs or RSTRs in one message". Caller frees. */
char *wssc_limit_words(WsscLimitId id, guint value);

/* Limits at which something was left away. All zeros: none. */
typedef struct {
    guint64 bits[2];
} WsscLimitSet;
G_STATIC_ASSERT(WSSC_LIMIT_MAX <= 128);

static inline void wssc_limit_set_add(WsscLimitSet *set, WsscLimitId id)
{
    set->bits[id / 64] |= (guint64)1 << (id % 64);
}

static inline gboolean wssc_limit_set_has(const WsscLimitSet *set, WsscLimitId id)
{
    return (set->bits[id / 64] >> (id % 64) & 1) != 0;
}

#endif
