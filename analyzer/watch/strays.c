/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/strays.h"

#define MAX_STRAYS 256 /* what is more joins the last */

void wssc_strays_take(WsscStrays *strays, const WsscHead *head, gboolean is_placed, guint32 frame, gint64 time)
{
    strays->good += head->kind == WSSC_HEAD_GOOD ? 1 : 0;
    strays->bad += head->kind == WSSC_HEAD_UNFIT ? 1 : 0;
    strays->is_sure |= head->kind == WSSC_HEAD_DAMAGED;
    if (head->kind < WSSC_HEAD_UNFIT || is_placed || head->octets == 0)
        return;
    const WsscStray stray = {head->ends, head->side, frame, frame, head->octets, time};
    if (strays->frames == NULL)
        strays->frames = g_array_new(FALSE, FALSE, sizeof(WsscStray));
    if (strays->frames->len < MAX_STRAYS) {
        g_array_append_val(strays->frames, stray);
        return;
    }
    WsscStray *last = &g_array_index(strays->frames, WsscStray, MAX_STRAYS - 1);
    last->last = frame;
    last->octets += stray.octets;
}

gboolean wssc_strays_are_real(const WsscStrays *strays)
{
    return strays->is_sure || (strays->bad > 0 && strays->bad <= strays->good);
}

void wssc_strays_clear(WsscStrays *strays)
{
    g_clear_pointer(&strays->frames, g_array_unref);
}
