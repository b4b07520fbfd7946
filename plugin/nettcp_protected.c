/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "nettcp_protected.h"

#include "carrier/nettcp.h"
#include "nettcp_link.h"

static int hf_protected = -1;
static int ett_protected = -1;
static dissector_handle_t nns_handle;

/* ---- NegotiateStream ([MS-NNS]): its records are the stock dissector's, cut out for it here ------------------- */

enum { NNS_DONE = 0x14, NNS_IN_PROGRESS = 0x16, NNS_MAX_DATA = 0xFC30 };

static gboolean is_nns_handshake(WsscBytes octets)
{
    return octets.data[0] >= NNS_DONE && octets.data[0] <= NNS_IN_PROGRESS && (octets.len < 2 || octets.data[1] == 1);
}

/* Size of the NegotiateStream record that begins here; 0: more octets are needed to tell; -1: it is none. */
static int nns_size(WsscBytes octets, gboolean is_handshake)
{
    if (is_handshake)
        return octets.len < 5 ? 0 : 5 + octets.data[3] * 256 + octets.data[4];
    if (octets.len < 4)
        return octets.data[0] <= WSSC_NETTCP_PREAMBLE_END && octets.len == 1 ? -1 : 0;
    guint32 size =
        octets.data[0] | (guint32)octets.data[1] << 8 | (guint32)octets.data[2] << 16 | (guint32)octets.data[3] << 24;
    return size <= NNS_MAX_DATA ? 4 + (int)size : -1;
}

void wssc_protected_draw(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *text)
{
    proto_item *item = proto_tree_add_item(tree, proto_nettcp, tvb, 0, -1, ENC_NA);
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "NETTCP");
    col_add_str(pinfo->cinfo, COL_INFO, text);
    proto_tree_add_string(proto_item_add_subtree(item, ett_protected), hf_protected, tvb, 0, -1, text);
}

static void draw_nns(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, gboolean is_handshake)
{
    wssc_protected_draw(tvb, pinfo, tree,
                        is_handshake ? "NegotiateStream: handshake"
                                     : "NegotiateStream: what it protects cannot be read without its key");
    if (nns_handle != NULL)
        call_dissector(nns_handle, tvb, pinfo, tree);
}

int wssc_protected_dissect_negotiate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                     WsscRecordsDissector *dissect_records)
{
    int length = (int)tvb_captured_length(tvb), offset = 0;
    const guint8 *copy = tvb_memdup(pinfo->pool, tvb, 0, (size_t)length);

    while (offset < length) {
        WsscPhase phase = *wssc_link_phase(pinfo);
        WsscBytes rest = wssc_bytes(copy + offset, (gsize)(length - offset));
        gboolean is_handshake = !(phase.is_done[0] && phase.is_done[1]) && is_nns_handshake(rest);
        int size = nns_size(rest, is_handshake);
        if (size < 0) {
            /* Neither handshake nor data: nothing is protected, or octets are lost. */
            phase.is_clear = phase.is_done[0] && phase.is_done[1];
            wssc_link_set_phase(pinfo, phase);
            dissect_records(tvb_new_subset_remaining(tvb, offset), pinfo, tree);
            pinfo->desegment_offset += pinfo->desegment_len != 0 ? offset : 0;
            return length;
        }
        if ((size == 0 || size > length - offset) && pinfo->can_desegment) {
            pinfo->desegment_offset = offset;
            pinfo->desegment_len = size == 0 ? DESEGMENT_ONE_MORE_SEGMENT : (guint32)(size - (length - offset));
            return length;
        }
        size = size == 0 ? length - offset : MIN(size, length - offset);
        draw_nns(tvb_new_subset_length(tvb, offset, size), pinfo, tree, is_handshake);
        if (is_handshake && rest.data[0] == NNS_DONE) {
            phase.is_done[wssc_link_is_from_client(wssc_link_of(pinfo), pinfo) ? 0 : 1] = TRUE;
            wssc_link_set_phase(pinfo, phase);
        }
        offset += size;
    }
    return length;
}

void wssc_protected_register(void)
{
    static hf_register_info fields[] = {
        {&hf_protected, {"Protected", "nettcp.protected", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
    };
    static int *subtrees[] = {&ett_protected};
    proto_register_field_array(proto_nettcp, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}

void wssc_protected_handoff(void)
{
    nns_handle = find_dissector("ms-nns");
}
