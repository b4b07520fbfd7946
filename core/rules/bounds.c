/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/bounds.h"

#include <string.h>

static const WsscBoundInfo infos[WSSC_BOUND_MAX] = {
#define WSSC_BOUND(ID, name, value, unit, what, source) {name, value, unit, what, source},
#include "rules/bounds.def"
#undef WSSC_BOUND
};

const WsscBoundInfo *wssc_bound_info(WsscBoundId id)
{
    return &infos[id];
}

gboolean wssc_bound_from_name(const char *name, WsscBoundId *ret_id)
{
    for (guint i = 0; i < WSSC_BOUND_MAX; i++)
        if (strcmp(infos[i].name, name) == 0) {
            *ret_id = (WsscBoundId)i;
            return TRUE;
        }
    return FALSE;
}

void wssc_bounds_init(WsscBounds *bounds)
{
    for (guint i = 0; i < WSSC_BOUND_MAX; i++)
        bounds->value[i] = infos[i].value;
}

gint64 wssc_bounds_usec(const WsscBounds *bounds, WsscBoundId id)
{
    return bounds->value[id] * G_USEC_PER_SEC;
}
