/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "http_pairs.h"

/* Nodes that "100 Continue" and its like were taken for the answer of: with Wireshark 4.0 the answer itself gets a node
 * of its own then, which has no request. */
static wmem_map_t *interim; /* http_req_res_t -> itself */

/* What came in one frame with the node's answer was none, unless requests came pipelined. */
static gboolean is_interim(const http_req_res_t *before, const http_req_res_t *node)
{
    if (before == NULL || wmem_map_contains(interim, before))
        return before != NULL;
    const http_req_res_t *earlier = WSSC_HTTP_BEFORE(before);
    return before->res_framenum == node->res_framenum && (earlier == NULL || earlier->res_framenum != 0);
}

/* Request and response share one node, which lives as long as the file. */
guint64 wssc_http_pair_of(const http_conv_t *conversation)
{
    const http_req_res_t *node = conversation != NULL ? conversation->req_res_tail : NULL;
    while (node != NULL && node->req_framenum == 0 && is_interim(WSSC_HTTP_BEFORE(node), node))
        node = WSSC_HTTP_BEFORE(node);
    return (guint64)(gsize)node;
}

void wssc_http_pair_is_interim(const http_conv_t *conversation)
{
    http_req_res_t *node = conversation->req_res_tail;
    wmem_map_insert(interim, node, node);
}

void wssc_http_pairs_register(void)
{
    interim = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}
