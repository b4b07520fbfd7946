/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "why/scene.h"

static void free_list(gpointer list)
{
    g_ptr_array_unref(list);
}

WsscScene *wssc_scene_new(const WsscModel *model)
{
    WsscScene *scene = g_new0(WsscScene, 1);
    GHashTableIter iter;
    gpointer server;

    scene->model = model;
    scene->calls = g_ptr_array_new_with_free_func(wssc_call_free);
    scene->of_exchange = g_hash_table_new(NULL, NULL);
    scene->of_context = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    scene->of_message_on = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    scene->servers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, wssc_server_free);
    scene->signers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    scene->held = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    scene->unasked = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    scene->lossy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    wssc_index_read_messages(scene);
    wssc_calls_read(scene);
    wssc_index_read_calls(scene);
    wssc_signers_read(scene);
    wssc_closings_read(scene);
    g_hash_table_iter_init(&iter, scene->servers);
    while (g_hash_table_iter_next(&iter, NULL, &server)) {
        wssc_closings_settle(server);
        wssc_server_settle(server);
    }
    return scene;
}

void wssc_scene_free(WsscScene *scene)
{
    g_hash_table_unref(scene->of_exchange);
    g_hash_table_unref(scene->of_context);
    g_hash_table_unref(scene->of_message_on);
    g_hash_table_unref(scene->servers);
    g_hash_table_unref(scene->signers);
    g_hash_table_unref(scene->held);
    g_hash_table_unref(scene->unasked);
    g_hash_table_unref(scene->lossy);
    g_ptr_array_unref(scene->calls);
    g_free(scene);
}
