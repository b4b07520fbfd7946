/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "http_held.h"

#include <string.h>

#include <epan/proto_data.h>

#include "dissect.h"
#include "live.h"

/* Numbers of what frames saw, among the data of proto_wssc that lasts as long as the file. */
#define FIRST_SEEN 0x20000000u

/* Octets are only added: a frame's view of them is their number at that time. */
typedef struct {
    GByteArray *octets;
    guint times;
} Store;

static wmem_map_t *stores; /* of conversation and direction -> Store */
static struct {
    guint32 frame;       /* on the first pass, */
    guint count;         /* and how often it was asked for there */
    gboolean has_stored; /* anything, so far */
} first;

static WsscBool free_octets(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *octets)
{
    g_byte_array_unref(octets);
    return FALSE;
}

/* The first pass comes by each frame once, later ones as often as they like. */
static guint next_number(packet_info *pinfo)
{
    if (!pinfo->fd->visited) {
        if (first.frame != pinfo->num)
            first.count = 0;
        first.frame = pinfo->num;
        return FIRST_SEEN + first.count++;
    }
    guint *count = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HELD);
    if (count == NULL) {
        count = wmem_new0(pinfo->pool, guint);
        p_add_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_HELD, count);
    }
    return FIRST_SEEN + (*count)++;
}

const WsscHttpHeld *wssc_http_held(packet_info *pinfo)
{
    if (pinfo->fd->visited && !first.has_stored)
        return NULL;
    guint number = next_number(pinfo);
    if (pinfo->fd->visited)
        return p_get_proto_data(wmem_file_scope(), pinfo, proto_wssc, number);
    const Store *store = wmem_map_size(stores) > 0 ? wmem_map_lookup(stores, wssc_live_direction(pinfo)) : NULL;
    if (store == NULL)
        return NULL;
    WsscHttpHeld *held = wmem_new(wmem_file_scope(), WsscHttpHeld);
    *held = (WsscHttpHeld){store->octets, store->octets->len, store->times};
    p_add_proto_data(wmem_file_scope(), pinfo, proto_wssc, number, held);
    return held;
}

void wssc_http_hold(packet_info *pinfo, const guint8 *octets, gsize len)
{
    gpointer key = len > 0 || wmem_map_size(stores) > 0 ? wssc_live_direction(pinfo) : NULL;
    if (pinfo->fd->visited || key == NULL)
        return;
    if (len == 0) {
        wmem_map_remove(stores, key);
        return;
    }
    first.has_stored = TRUE;
    Store *store = wmem_new0(wmem_file_scope(), Store);
    store->octets = g_byte_array_sized_new((guint)len);
    g_byte_array_append(store->octets, octets, (guint)len);
    wmem_register_callback(wmem_file_scope(), free_octets, store->octets);
    wmem_map_insert(stores, key, store);
}

void wssc_http_hold_more(packet_info *pinfo, const guint8 *octets, gsize len)
{
    Store *store = pinfo->fd->visited ? NULL : wmem_map_lookup(stores, wssc_live_direction(pinfo));
    if (store == NULL)
        return;
    g_byte_array_append(store->octets, octets, (guint)len);
    store->times++;
}

gboolean wssc_dissect_holds_any(void)
{
    return wmem_map_size(stores) > 0;
}

void wssc_dissect_end_connection(packet_info *pinfo)
{
    guint key = wmem_map_size(stores) > 0 ? GPOINTER_TO_UINT(wssc_live_direction(pinfo)) : 0;
    for (guint side = 0; side < 2 && key != 0; side++)
        wmem_map_remove(stores, GUINT_TO_POINTER(key ^ side));
}

static void begin(void)
{
    memset(&first, 0, sizeof first);
}

void wssc_http_held_register(void)
{
    register_init_routine(begin);
    stores = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}
