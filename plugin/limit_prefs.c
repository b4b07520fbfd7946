/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "limit_prefs.h"

#include <epan/prefs.h>

static guint values[WSSC_LIMIT_MAX];
static struct {
    char *name, *title, *description;
} texts[WSSC_LIMIT_MAX]; /* Wireshark borrows them */

void wssc_limits_register(module_t *module)
{
    for (int id = 0; id < WSSC_LIMIT_MAX; id++) {
        const WsscLimitInfo *info = wssc_limit_info((WsscLimitId)id);
        values[id] = info->value;
        if (info->most == 0)
            continue;
        /* Names of preferences have no dashes. */
        texts[id].name = g_strdelimit(g_strdup_printf("limit_%s", info->name), "-", '_');
        texts[id].title = g_strdup_printf("Limit \"%s\" (%s)", info->name, info->unit);
        texts[id].description = g_strdup_printf("%c%s; 1 to %u. Beyond it: %s.", g_ascii_toupper(*info->what),
                                                info->what + 1, info->most, info->beyond);
        prefs_register_uint_preference(module, texts[id].name, texts[id].title, texts[id].description, 10, &values[id]);
    }
}

guint wssc_dissect_limit(WsscLimitId id)
{
    const WsscLimitInfo *info = wssc_limit_info(id);
    return info->most > 0 ? CLAMP(values[id], 1, info->most) : info->value;
}

void wssc_dissect_limits(WsscLimits *ret_limits)
{
    for (int id = 0; id < WSSC_LIMIT_MAX; id++)
        ret_limits->value[id] = wssc_dissect_limit((WsscLimitId)id);
}
