/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "why/why.h"

#include "why/judge.h"

WsscWhy *wssc_why_ask(const WsscModel *model)
{
    WsscWhy *why = g_new0(WsscWhy, 1);
    WsscScene *scene = wssc_scene_new(model);
    g_autoptr(GPtrArray) cases = wssc_cases_find(scene);
    g_autoptr(GPtrArray) troubles = g_ptr_array_new();

    for (guint i = 0; i < cases->len; i++)
        g_ptr_array_add(troubles, wssc_judge(cases->pdata[i]));
    why->troubles = wssc_troubles_group(troubles);
    why->messages = model->messages->len;
    why->exchanges = model->exchanges->len;
    why->contexts = model->contexts->len;
    why->connections = model->connections_seen;
    why->is_one_sided = scene->is_one_sided && model->messages->len > 0;
    for (guint i = 0; i < model->messages->len; i++)
        why->unreadable += ((const WsscMessage *)model->messages->pdata[i])->damage != NULL;
    wssc_scene_free(scene);
    return why;
}

void wssc_why_free(WsscWhy *why)
{
    if (why == NULL)
        return;
    g_ptr_array_unref(why->troubles);
    g_free(why);
}

const WsscTrouble *wssc_why_of_frame(const WsscWhy *why, guint file, guint32 frame)
{
    for (guint t = 0; t < why->troubles->len; t++) {
        const WsscTrouble *trouble = why->troubles->pdata[t];
        for (guint i = 0; i < trouble->occurrences->len; i++) {
            const WsscOccurrence *one = trouble->occurrences->pdata[i];
            if (one->file == file && (one->frame == frame || (one->request == frame && frame != 0)))
                return trouble;
        }
    }
    return NULL;
}

gboolean wssc_trouble_is_of(const WsscTrouble *trouble, const WsscContext *context)
{
    for (guint i = 0; i < trouble->occurrences->len; i++)
        if (((const WsscOccurrence *)trouble->occurrences->pdata[i])->context == context)
            return TRUE;
    return FALSE;
}
