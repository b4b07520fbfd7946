/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Connections that a server ended of its own accord.
 */
#include "why/scene.h"

/* A server that closes a connection right after its answer does so by habit, unless it kept it before. */
#define HABIT (50 * G_USEC_PER_SEC / 1000)

/* By a server that had nothing to answer: what was said last was its own word. */
static void read_closing(WsscScene *scene, const WsscConnection *connection, const WsscSign *sign)
{
    const GPtrArray *messages = wssc_scene_messages_on(scene, connection);
    gint64 last = WSSC_TIME_NONE;
    guint answers = 0;
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        if (message->time > sign->time)
            continue;
        last = message->time;
        answers += message->is_response ? 1 : 0;
    }
    if (last == WSSC_TIME_NONE)
        return;
    WsscClosing *closing = g_new0(WsscClosing, 1);
    closing->sign = sign;
    closing->idle = sign->time - last;
    closing->answers = answers;
    closing->is_habit = closing->idle < HABIT && answers < 2;
    g_ptr_array_add(wssc_server_of(scene, connection->server)->closings, closing);
}

static gboolean is_end(const WsscSign *sign)
{
    return sign->kind == WSSC_SIGN_FIN || sign->kind == WSSC_SIGN_RESET || sign->kind == WSSC_SIGN_FRAMING_END;
}

void wssc_closings_read(WsscScene *scene)
{
    const GPtrArray *connections = scene->model->connections;
    for (guint c = 0; c < connections->len; c++) {
        const WsscConnection *connection = connections->pdata[c];
        scene->is_one_sided &= !connection->is_server_heard;
        for (guint s = 0; s < connection->signs->len; s++) {
            const WsscSign *sign = connection->signs->pdata[s];
            scene->is_one_sided &= !sign->is_from_server;
            if (!is_end(sign))
                continue;
            /* Only the first end counts: what comes after it follows from it. */
            if (sign->is_from_server)
                read_closing(scene, connection, sign);
            if (sign->is_from_server || sign->kind != WSSC_SIGN_RESET)
                break;
        }
    }
}

guint wssc_server_closings_from(const WsscServer *server, gint64 time)
{
    guint low = 0, high = server->closings->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (((const WsscClosing *)server->closings->pdata[middle])->sign->time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* In order of time: two ends of a window that moves on. */
static void count_around(const WsscServer *server)
{
    guint first = 0, last = 0, count = 0;
    for (guint i = 0; i < server->closings->len; i++) {
        WsscClosing *middle = server->closings->pdata[i];
        const WsscClosing *closing;
        for (; last < server->closings->len; last++) {
            closing = server->closings->pdata[last];
            if (closing->sign->time - middle->sign->time > G_USEC_PER_SEC)
                break;
            count += closing->is_habit ? 0 : 1;
        }
        for (; first < i; first++) {
            closing = server->closings->pdata[first];
            if (middle->sign->time - closing->sign->time <= G_USEC_PER_SEC)
                break;
            count -= closing->is_habit ? 0 : 1;
        }
        middle->around = count;
    }
}

static int by_time(gconstpointer a, gconstpointer b)
{
    const WsscClosing *one = *(WsscClosing *const *)a, *other = *(WsscClosing *const *)b;
    return one->sign->time < other->sign->time ? -1 : one->sign->time > other->sign->time;
}

void wssc_closings_settle(const WsscServer *server)
{
    g_ptr_array_sort(server->closings, by_time);
    count_around(server);
}
