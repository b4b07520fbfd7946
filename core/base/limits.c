/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/limits.h"

#include <string.h>

static const WsscLimitInfo infos[WSSC_LIMIT_MAX] = {
#define WSSC_LIMIT(ID, name, value, most, unit, what, beyond) {name, value, most, unit, what, beyond},
#include "base/limits.def"
#undef WSSC_LIMIT
};

const WsscLimitInfo *wssc_limit_info(WsscLimitId id)
{
    return &infos[id];
}

gboolean wssc_limit_from_name(const char *name, WsscLimitId *ret_id)
{
    for (guint i = 0; i < WSSC_LIMIT_MAX; i++)
        if (strcmp(infos[i].name, name) == 0) {
            *ret_id = (WsscLimitId)i;
            return TRUE;
        }
    return FALSE;
}

void wssc_limits_init(WsscLimits *limits)
{
    for (guint i = 0; i < WSSC_LIMIT_MAX; i++)
        limits->value[i] = infos[i].value;
}

char *wssc_limit_words(WsscLimitId id, guint value)
{
    return g_strdup_printf("limit %s, %u %s: %s", infos[id].name, value, infos[id].unit, infos[id].what);
}
