/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The table of aspects, and what differences are made of.
 */
#include "compare/ledger.h"

enum { BOTH, EITHER };

static const struct {
    const char *name;
    guint weight;
    int rule;
} aspects[] = {
#define WSSC_ASPECT(ID, name, weight, rule) {name, weight, rule},
#include "compare/aspects.def"
#undef WSSC_ASPECT
};

const char *wssc_aspect_name(WsscAspect aspect)
{
    return aspects[aspect].name;
}

gboolean wssc_aspect_takes_absence(WsscAspect aspect)
{
    return aspects[aspect].rule == EITHER;
}

guint wssc_aspect_weight(WsscAspect aspect)
{
    return aspects[aspect].weight;
}

char *wssc_compare_span(gint64 microseconds)
{
    gint64 seconds = microseconds / G_USEC_PER_SEC;
    if (seconds < 10)
        return g_strdup_printf("%.3g s", (double)microseconds / (double)G_USEC_PER_SEC);
    if (seconds < 120)
        return g_strdup_printf("%" G_GINT64_FORMAT " s", seconds);
    if (seconds < 7200)
        return g_strdup_printf("%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s", seconds / 60, seconds % 60);
    return g_strdup_printf("%.3g h", (double)seconds / 3600);
}

void wssc_difference_free(gpointer data)
{
    WsscDifference *difference = data;
    g_free(difference->what);
    for (guint side = 0; side < WSSC_COMPARED; side++)
        g_free(difference->sides[side].text);
    g_free(difference);
}
