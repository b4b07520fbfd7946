/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workers/idle.h"

#include <stdio.h>
#include <string.h>

#define MS ((gint64)1000)

/* FALSE also when it waits for a processor, or cannot be looked at. Fields: see proc(5). */
static gboolean is_resting(GPid process, GPid parent, guint64 *ret_used)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)process);
    g_autofree char *text = NULL;
    char state = '\0';
    int own_parent = 0;
    unsigned long user = 0, system = 0;
    const char *fields = g_file_get_contents(path, &text, NULL, NULL) ? strrchr(text, ')') : NULL;
    if (fields == NULL ||
        sscanf(fields, ") %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &state, &own_parent, &user, &system) != 4)
        return FALSE;
    *ret_used = (guint64)user + system;
    return own_parent == parent && state != 'R';
}

void wssc_idle_look(WsscIdle *idle, GPid process, GPid parent)
{
    gint64 now = g_get_monotonic_time(), since = now - idle->looked;
    guint64 used = idle->used;
    if (since < WSSC_IDLE_INTERVAL_MS * MS * 9 / 10)
        return;
    gboolean is_idle =
        is_resting(process, parent, &used) && used == idle->used && since < 3 * WSSC_IDLE_INTERVAL_MS * MS;
    idle->seconds = is_idle ? idle->seconds + 1 : 0;
    idle->looked = now;
    idle->used = used;
}
