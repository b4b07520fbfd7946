/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics > Flow Graph, flow type WSSC, and tshark -z flow,wssc,standard: the life of a context between its peers.
 */
#include "this_context.h"

#include "dissect.h"
#include "report/layout.h"
#include "report/phrase.h"
#include "settled.h"

/* What is known of the packet alone. The label comes when the message is settled; by then the graph may have begun
 * anew, which frees its items, but forgets what waits for them as well. */
static void label(void *listener, packet_info *pinfo _U_, const WsscTapped *tapped)
{
    WsscGraphItem *item = listener;
    const WsscMessage *message = tapped->message;
    g_autofree char *words = wssc_message_words(message);
    g_autofree char *phrase = wssc_phrase_message(message);
    g_free(item->frame_label);
    g_free(item->comment);
    item->frame_label = wssc_shown(words);
    item->comment = wssc_shown_whole(phrase);
    item->conv_num = message->context != NULL ? (guint16)message->context->index : 0;
}

static tap_packet_status on_message(void *listener, packet_info *pinfo, epan_dissect_t *edt _U_, const void *message,
                                    tap_flags_t flags _U_)
{
    const WsscTapped tapped = {.message = message};
    const WsscGraph *graph = listener;
    WsscGraphItem *item = sequence_analysis_create_sai_with_addresses(pinfo, listener);
    if (item == NULL)
        return TAP_PACKET_DONT_REDRAW;
    item->frame_number = pinfo->num;
    item->port_src = (guint16)pinfo->srcport;
    item->port_dst = (guint16)pinfo->destport;
    item->line_style = 1;
    item->display = TRUE;
    sequence_analysis_use_color_filter(pinfo, item);
    wssc_settled_count(item, pinfo, &tapped, label);
    g_queue_push_tail(graph->items, item);
    return TAP_PACKET_REDRAW;
}

void wssc_flow_register(int proto)
{
    register_seq_analysis("wssc", "WSSC", proto, WSSC_TAP, TL_REQUIRES_NOTHING, on_message);
}
