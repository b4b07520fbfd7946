/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "bounds.h"

#include <epan/prefs.h>

static guint values[WSSC_BOUND_MAX];
static struct {
    char *name, *title, *description;
} texts[WSSC_BOUND_MAX]; /* Wireshark borrows them */

void wssc_bounds_register(module_t *module)
{
    for (int id = 0; id < WSSC_BOUND_MAX; id++) {
        const WsscBoundInfo *info = wssc_bound_info((WsscBoundId)id);
        /* Names of preferences have no dashes. */
        texts[id].name = g_strdelimit(g_strdup_printf("bound_%s", info->name), "-", '_');
        texts[id].title = g_strdup_printf("Bound \"%s\" (%s)", info->name, info->unit);
        texts[id].description =
            g_strdup_printf("%c%s. Default: %" G_GINT64_FORMAT " (%s).", g_ascii_toupper(*info->what), info->what + 1,
                            info->value, info->source);
        values[id] = (guint)info->value;
        prefs_register_uint_preference(module, texts[id].name, texts[id].title, texts[id].description, 10, &values[id]);
    }
}

void wssc_dissect_bounds(WsscBounds *ret_bounds)
{
    for (int id = 0; id < WSSC_BOUND_MAX; id++)
        ret_bounds->value[id] = values[id];
}
