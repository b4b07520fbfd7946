/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/story.h"

/* What the token's life has to do with the context: its issue and its end, and where it is shown for it. */
static gboolean concerns(const WsscEvent *event, const WsscContext *context, const WsscToken *token, gint64 last)
{
    const WsscMessage *issued = token->issued_by != NULL ? token->issued_by->response : NULL;
    if (event->context != NULL)
        return event->context == context;
    return event->message == NULL ? event->time < last : event->message == issued;
}

static void take_token(GPtrArray *lines, const WsscContext *context, const WsscToken *token, gint64 last)
{
    for (guint i = 0; i < token->events->len; i++)
        if (concerns(token->events->pdata[i], context, token, last))
            g_ptr_array_add(lines, token->events->pdata[i]);
}

static int by_time(gconstpointer a, gconstpointer b)
{
    const WsscEvent *one = *(const WsscEvent *const *)a, *other = *(const WsscEvent *const *)b;
    return one->time < other->time ? -1 : one->time > other->time;
}

/* Of one time the context's own events come first. */
GPtrArray *wssc_story_of_context(const WsscContext *context)
{
    const GPtrArray *events = context->events;
    GPtrArray *lines = g_ptr_array_new();
    g_autoptr(GPtrArray) tokens = g_ptr_array_new();
    guint t = 0;
    gint64 last = events->len > 0 ? ((const WsscEvent *)events->pdata[events->len - 1])->time : G_MININT64;
    for (guint i = 0; i < context->tokens->len; i++)
        take_token(tokens, context, context->tokens->pdata[i], last);
    g_ptr_array_sort(tokens, by_time);
    for (guint e = 0; e < events->len; e++) {
        while (t < tokens->len && by_time(&tokens->pdata[t], &events->pdata[e]) < 0)
            g_ptr_array_add(lines, tokens->pdata[t++]);
        g_ptr_array_add(lines, events->pdata[e]);
    }
    while (t < tokens->len)
        g_ptr_array_add(lines, tokens->pdata[t++]);
    return lines;
}

GPtrArray *wssc_story_of_token(const WsscModel *model, const WsscToken *token)
{
    if (token->contexts->len > 0 ||
        (token->kind == WSSC_TOKEN_KIND_SCT && wssc_model_context(model, token->id) != NULL) || token->events->len == 0)
        return NULL;
    GPtrArray *lines = g_ptr_array_new();
    for (guint i = 0; i < token->events->len; i++)
        g_ptr_array_add(lines, token->events->pdata[i]);
    return lines;
}
