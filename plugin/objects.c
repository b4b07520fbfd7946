/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File > Export Objects > WSSC, and tshark --export-objects wssc,FOLDER: messages as XML, tokens, certificates.
 */
#include "compat.h"

#include <epan/export_object.h>
#include <epan/tap.h>

#include "documents.h"
#include "report/document.h"

static int objects_tap = -1, documents_tap = -1;
static GHashTable *seen; /* checksums of tokens and certificates: each is offered once, where it comes first */

static void forget_seen(void)
{
    g_clear_pointer(&seen, g_hash_table_unref);
}

static gboolean is_first(const WsscObject *object)
{
    if (seen == NULL)
        seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return g_hash_table_add(seen, g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, object->octets));
}

static void offer(void *listener, packet_info *pinfo, const WsscTapped *tapped)
{
    const export_object_list_t *list = listener;
    const WsscMessage *message = tapped->message;
    GPtrArray *objects = wssc_document_objects(message, tapped->xml);
    for (guint i = 0; i < objects->len; i++) {
        const WsscObject *object = objects->pdata[i];
        if (i > 0 && !is_first(object))
            continue;
        export_object_entry_t *entry = g_new0(export_object_entry_t, 1);
        entry->pkt_num = pinfo->num;
        entry->hostname = g_strdup(message->host != NULL ? message->host : message->dst);
        entry->content_type = g_strdup(object->media);
        entry->filename = g_strdup(object->name);
        entry->payload_len = g_bytes_get_size(object->octets);
        entry->payload_data = g_memdup2(g_bytes_get_data(object->octets, NULL), entry->payload_len);
        list->add_entry(list->gui_data, entry);
    }
    g_ptr_array_unref(objects);
}

static tap_packet_status on_message(void *listener, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                                    tap_flags_t flags _U_)
{
    wssc_settled_count(listener, pinfo, tapped, offer);
    return TAP_PACKET_REDRAW;
}

void wssc_objects_register(int proto)
{
    objects_tap = register_export_object(proto, on_message, forget_seen);
    documents_tap = register_tap(WSSC_TAP_DOCUMENTS);
    register_cleanup_routine(forget_seen);
}

gboolean wssc_documents_are_wanted(void)
{
    return have_tap_listener(objects_tap) || have_tap_listener(documents_tap);
}

void wssc_documents_tap(packet_info *pinfo, const WsscMessage *message, WsscXml *xml)
{
    if (!wssc_documents_are_wanted())
        return;
    WsscTapped *tapped = wmem_new(pinfo->pool, WsscTapped);
    *tapped = (WsscTapped){.message = message, .xml = xml};
    tap_queue_packet(objects_tap, pinfo, tapped);
    tap_queue_packet(documents_tap, pinfo, tapped);
}
