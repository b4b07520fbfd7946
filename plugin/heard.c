/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "heard.h"

#include <epan/dissectors/packet-tcp.h>

static wmem_map_t *all; /* conv_index + 1 -> WsscHeard */

WsscHeard *wssc_heard_of(const conversation_t *conversation)
{
    gpointer key = GUINT_TO_POINTER(conversation->conv_index + 1);
    WsscHeard *heard = wmem_map_lookup(all, key);
    if (heard == NULL) {
        heard = wmem_new0(wmem_file_scope(), WsscHeard);
        wmem_map_insert(all, key, heard);
    }
    return heard;
}

gboolean wssc_heard_misses(const packet_info *pinfo, const conversation_t *conversation, const struct tcp_analysis *tcp,
                           guint octets)
{
    const WsscHeard *heard = wssc_heard_of(conversation);
    const tcp_analyze_seq_flow_info_t *flow = tcp->fwd != NULL ? tcp->fwd->tcp_analyze_seq_info : NULL;
    if (flow == NULL)
        return FALSE;
    guint32 server = tcp->server_port != 0 ? tcp->server_port : heard->server_port;
    guint side = wssc_heard_is_from_server(pinfo, server) ? 1 : 0;
    gint32 missing = (gint32)(flow->nextseq - octets - heard->next[side]);
    return heard->has_next[side] && missing > 1; /* a FIN counts as one octet */
}

void wssc_heard_register(void)
{
    all = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}
