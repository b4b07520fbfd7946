/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "nettcp_skip.h"

#include <epan/proto_data.h>

#include "base/cursor.h"

/* Numbers of what runs began with, out of the way of those of records and of what was found again. */
#define FIRST_SKIP 0x60000000u

/* Over what is left of a record, and over the chunks of an unsized one. A chunk's size may be cut: then its beginning
 * is kept, as it came so far. */
static gsize pass_over(WsscSkip *skip, WsscBytes octets)
{
    gsize at = 0;
    while (at < octets.len && (skip->left > 0 || skip->is_in_chunks)) {
        gsize step = (gsize)MIN(skip->left, octets.len - at);
        skip->left -= step;
        at += step;
        if (skip->left > 0 || !skip->is_in_chunks || at == octets.len)
            continue;
        guint8 octet = octets.data[at++];
        skip->size |= (guint64)(octet & 0x7F) << (7 * skip->size_octets);
        skip->size_octets++;
        if ((octet & 0x80) != 0 && skip->size_octets < 5)
            continue;
        skip->left = skip->size;
        skip->is_in_chunks = skip->size > 0 && (octet & 0x80) == 0;
        skip->size = 0;
        skip->size_octets = 0;
    }
    return at;
}

static WsscSide *side_of(packet_info *pinfo)
{
    WsscLink *link = wssc_link_of(pinfo);
    return &link->sides[wssc_link_is_from_client(link, pinfo) ? 0 : 1];
}

gsize wssc_nettcp_skip(packet_info *pinfo, WsscBytes octets)
{
    guint *count = p_get_proto_data(pinfo->pool, pinfo, proto_nettcp, FIRST_SKIP);
    if (count == NULL) {
        count = wmem_new0(pinfo->pool, guint);
        p_add_proto_data(pinfo->pool, pinfo, proto_nettcp, FIRST_SKIP, count);
    }
    guint number = FIRST_SKIP + ++(*count);
    const gsize *seen = p_get_proto_data(wmem_file_scope(), pinfo, proto_nettcp, number);
    if (seen != NULL || pinfo->fd->visited)
        return seen != NULL ? *seen : 0;
    gsize skipped = pass_over(&side_of(pinfo)->skip, octets);
    if (skipped > 0)
        p_add_proto_data(wmem_file_scope(), pinfo, proto_nettcp, number,
                         wmem_memdup(wmem_file_scope(), &skipped, sizeof skipped));
    return skipped;
}

gsize wssc_nettcp_skip_begin(packet_info *pinfo, WsscBytes octets, const WsscNettcpRecord *record)
{
    gboolean is_unsized = record->type == WSSC_NETTCP_UNSIZED_ENVELOPE;
    WsscSkip skip = {.left = is_unsized ? 0 : record->length, .is_in_chunks = is_unsized};
    gsize start = MIN(record->payload, octets.len);
    gsize size = start + pass_over(&skip, wssc_bytes(octets.data + start, octets.len - start));
    if (!pinfo->fd->visited)
        side_of(pinfo)->skip = skip;
    return size;
}
