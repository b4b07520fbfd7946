/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net.tcp: records of [MC-NMF] over TCP. An upgrade to TLS is Wireshark's own TLS dissector's work; what it
 * decrypts comes back here. One TCP connection may carry several sessions one after the other, each with a
 * preamble and, with TLS, a handshake of its own.
 */
#include "compat.h"

#include "nettcp.h"

#include <string.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/dissectors/packet-tls-utils.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "carrier/nettcp.h"
#include "carry.h"
#include "nettcp_link.h"
#include "nettcp_protected.h"
#include "nettcp_rest.h"
#include "nettcp_skip.h"
#include "string_tables.h"

int proto_nettcp = -1;
static int hf_type = -1, hf_version = -1, hf_mode = -1, hf_via = -1, hf_encoding = -1, hf_size = -1, hf_fault = -1,
           hf_fault_meaning = -1, hf_upgrade = -1, hf_unknown = -1, hf_skipped = -1;
static int ett_nettcp = -1, ett_record = -1;
static dissector_handle_t nettcp_handle, inner_handle, tls_handle;

/* What a later visit to a frame needs of the state at that time; keyed by the record's number in the frame. */
typedef struct {
    const char *content_type;
    WsscStringTable *strings;
    guint string_count; /* before this message */
    gboolean is_client;
} Seen;

/* ---- envelopes ------------------------------------------------------------------------------------------------ */

static guint next_record(packet_info *pinfo)
{
    guint *count = p_get_proto_data(pinfo->pool, pinfo, proto_nettcp, WSSC_NETTCP_RECORDS);
    if (count == NULL) {
        count = wmem_new0(pinfo->pool, guint);
        p_add_proto_data(pinfo->pool, pinfo, proto_nettcp, WSSC_NETTCP_RECORDS, count);
    }
    return ++(*count);
}

static Seen *see(packet_info *pinfo, guint record, WsscBytes envelope)
{
    Seen *seen = p_get_proto_data(wmem_file_scope(), pinfo, proto_nettcp, record);
    if (seen != NULL || pinfo->fd->visited)
        return seen;
    WsscLink *link = wssc_link_of(pinfo);
    seen = wmem_new0(wmem_file_scope(), Seen);
    seen->is_client = wssc_link_is_from_client(link, pinfo);
    seen->strings = link->sides[seen->is_client ? 0 : 1].strings;
    seen->string_count = wssc_string_table_count(seen->strings);
    seen->content_type = link->content_type != NULL ? link->content_type : wssc_carry_guess_type(envelope);
    p_add_proto_data(wmem_file_scope(), pinfo, proto_nettcp, record, seen);
    return seen;
}

static WsscBool free_octets(wmem_allocator_t *pool _U_, wmem_cb_event_t event _U_, void *octets)
{
    g_bytes_unref(octets);
    return FALSE;
}

/* Of whole messages; damage comes on top. */
static WsscCarried carried_of(packet_info *pinfo, const Seen *seen)
{
    const WsscLink *link = seen->is_client && wssc_live_is_feeding(pinfo) ? wssc_link_of(pinfo) : NULL;
    return (WsscCarried){
        .transport = wssc_live_is_protected(pinfo) ? WSSC_TRANSPORT_NETTCP_TLS : WSSC_TRANSPORT_NETTCP,
        .content_type = seen->content_type,
        .direction = seen->is_client ? WSSC_DIRECTION_REQUEST : WSSC_DIRECTION_RESPONSE,
        .host = link != NULL ? link->host : NULL,
        .target = link != NULL ? link->target : NULL,
    };
}

static void dissect_envelope(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, WsscBytes all, int offset,
                             const WsscNettcpRecord *record)
{
    GBytes *octets = wssc_nettcp_envelope(all, record);
    wssc_live_count_body();
    wmem_register_callback(pinfo->pool, free_octets, octets);
    Seen *seen = see(pinfo, next_record(pinfo), wssc_bytes_of(octets));
    if (seen == NULL)
        return;
    WsscStringTable *table = wssc_string_tables_then(pinfo, seen->strings, seen->string_count);
    WsscCarried carried = carried_of(pinfo, seen);
    carried.charset = strstr(seen->content_type, "utf-16") != NULL ? "utf-16" : NULL;
    gboolean is_chunked = record->type == WSSC_NETTCP_UNSIZED_ENVELOPE;
    tvbuff_t *part;
    if (is_chunked) {
        WsscBytes joined = wssc_bytes_of(octets);
        guint8 *copy = wmem_memdup(pinfo->pool, joined.data, joined.len);
        part = tvb_new_child_real_data(tvb, copy, (guint)joined.len, (gint)joined.len);
        add_new_data_source(pinfo, part, "Joined chunks");
    } else {
        part = tvb_new_subset_length(tvb, offset + (int)record->payload, (int)record->length);
    }
    wssc_carry_envelope(part, pinfo, tree, octets, &carried, table);
}

/* A message that the capture holds only in part: what strings it brought is not known. */
static void dissect_cut(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, WsscBytes all, int offset,
                        const WsscNettcpRecord *record)
{
    if (record->type != WSSC_NETTCP_SIZED_ENVELOPE && record->type != WSSC_NETTCP_UNSIZED_ENVELOPE)
        return;
    gsize start = MIN(MAX(record->payload, 1), all.len);
    GBytes *octets = g_bytes_new(all.data + start, all.len - start);
    wmem_register_callback(pinfo->pool, free_octets, octets);
    Seen *seen = see(pinfo, next_record(pinfo), wssc_bytes_of(octets));
    if (seen == NULL)
        return;
    if (!pinfo->fd->visited)
        wssc_string_table_mark_unknown(seen->strings, "a message was captured only in part");
    WsscCarried carried = carried_of(pinfo, seen);
    carried.content_type = "application/soap+msbin1";
    carried.damage = "cut by the capture's snapshot length";
    wssc_live_count_body();
    wssc_carry_envelope(tvb_new_subset_remaining(tvb, offset), pinfo, tree, octets, &carried, NULL);
}

/* What a string table at its beginning holds is learned, when it came: later messages use that. */
static gboolean learn_strings(const Seen *seen, WsscBytes envelope, gboolean is_sized)
{
    WsscCursor cursor = wssc_cursor(envelope), again;
    guint64 chunk;
    const char *reason;
    if (!is_sized && wssc_cursor_varint(&cursor, G_MAXUINT32, &chunk) != WSSC_CURSOR_OK)
        return FALSE;
    if (!is_sized)
        cursor.bytes.len = (gsize)MIN(chunk, wssc_cursor_left(&cursor)) + cursor.pos;
    again = cursor;
    if (strstr(seen->content_type, "msbinsession") == NULL)
        return TRUE;
    return wssc_string_table_read(NULL, &cursor, &reason) && wssc_string_table_read(seen->strings, &again, &reason);
}

/* Tells a record that is larger than the limit, and passes it over. Returns how many of the octets it takes. */
static int dissect_large(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, WsscBytes octets, int offset,
                         const WsscNettcpRecord *record)
{
    gboolean is_sized = record->type == WSSC_NETTCP_SIZED_ENVELOPE;
    gsize start = MIN(record->payload, octets.len);
    WsscBytes envelope = wssc_bytes(octets.data + start, octets.len - start);
    gsize size = wssc_nettcp_skip_begin(pinfo, octets, record);
    Seen *seen = see(pinfo, next_record(pinfo), envelope);
    if (seen == NULL)
        return (int)size;
    if (!pinfo->fd->visited && !learn_strings(seen, envelope, is_sized))
        wssc_string_table_mark_unknown(seen->strings, "a message was larger than the limit");
    WsscCarried carried = carried_of(pinfo, seen);
    carried.is_opaque = TRUE;
    carried.damage =
        is_sized ? wmem_strdup_printf(pinfo->pool, "a record of %u octets, the limit is %u: it is passed over",
                                      (guint)record->length, WSSC_MAX_MESSAGE_OCTETS)
                 : wmem_strdup_printf(pinfo->pool, "a record of more than %u octets, the limit: it is passed over",
                                      WSSC_MAX_MESSAGE_OCTETS);
    GBytes *nothing = g_bytes_new(NULL, 0);
    wmem_register_callback(pinfo->pool, free_octets, nothing);
    wssc_live_count_body();
    wssc_carry_envelope(tvb_new_subset_length(tvb, offset, (int)size), pinfo, tree, nothing, &carried, NULL);
    return (int)size;
}

/* ---- records --------------------------------------------------------------------------------------------------- */

/* Text of a record, copied to the packet's pool. */
static char *record_text(packet_info *pinfo, WsscBytes all, const WsscNettcpRecord *record)
{
    return wmem_strndup(pinfo->pool, (const char *)all.data + record->payload, record->length);
}

static void note_phase(packet_info *pinfo, WsscBytes all, const WsscNettcpRecord *record)
{
    WsscPhase phase = *wssc_link_phase(pinfo);
    if (record->type == WSSC_NETTCP_VERSION)
        phase = (WsscPhase){.upgrade = WSSC_UPGRADE_NONE};
    else if (record->type == WSSC_NETTCP_UPGRADE_REQUEST)
        phase = (WsscPhase){.upgrade = wssc_link_upgrade_named(record_text(pinfo, all, record))};
    else if (record->type == WSSC_NETTCP_UPGRADE_RESPONSE)
        phase.is_accepted = TRUE;
    else
        return;
    wssc_link_set_phase(pinfo, phase);
}

static void note_record(packet_info *pinfo, WsscBytes all, const WsscNettcpRecord *record)
{
    note_phase(pinfo, all, record);
    if (pinfo->fd->visited)
        return;
    WsscLink *link = wssc_link_of(pinfo);
    if (record->type == WSSC_NETTCP_END)
        wssc_link_note(link, pinfo, WSSC_SIGN_FRAMING_END, NULL);
    else if (record->type == WSSC_NETTCP_FAULT)
        wssc_link_note(link, pinfo, WSSC_SIGN_FRAMING_FAULT, record_text(pinfo, all, record));
    if (record->type == WSSC_NETTCP_VERSION)
        wssc_link_start_session(link, pinfo);
    else if (record->type == WSSC_NETTCP_VIA)
        wssc_link_take_via(link, record_text(pinfo, all, record));
    else if (record->type == WSSC_NETTCP_KNOWN_ENCODING)
        link->content_type = wssc_nettcp_encoding_type(record->value);
    else if (record->type == WSSC_NETTCP_EXTENSIBLE_ENCODING)
        link->content_type = wmem_strndup(wmem_file_scope(), (const char *)all.data + record->payload, record->length);
}

static void draw_record(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, WsscBytes all, int offset,
                        const WsscNettcpRecord *record)
{
    const char *name = wssc_nettcp_type_name(record->type);
    const char *text = "", *meaning = NULL;
    int start = offset + (int)record->payload, length = (int)record->length;
    proto_item *item = proto_tree_add_string(tree, hf_type, tvb, offset, (int)record->size, name);
    proto_tree *subtree = proto_item_add_subtree(item, ett_record);

    switch (record->type) {
    case WSSC_NETTCP_VERSION:
        text = wmem_strdup_printf(pinfo->pool, "%u.%u", record->value, record->minor);
        proto_tree_add_string(subtree, hf_version, tvb, offset + 1, 2, text);
        break;
    case WSSC_NETTCP_MODE:
        text = wssc_nettcp_mode_name(record->value) != NULL ? wssc_nettcp_mode_name(record->value) : "unknown";
        proto_tree_add_string(subtree, hf_mode, tvb, offset + 1, 1, text);
        break;
    case WSSC_NETTCP_KNOWN_ENCODING:
        text = wssc_nettcp_encoding_type(record->value) != NULL ? wssc_nettcp_encoding_type(record->value) : "unknown";
        proto_tree_add_string(subtree, hf_encoding, tvb, offset + 1, 1, text);
        break;
    case WSSC_NETTCP_VIA:
        text = record_text(pinfo, all, record);
        proto_tree_add_string(subtree, hf_via, tvb, start, length, text);
        break;
    case WSSC_NETTCP_EXTENSIBLE_ENCODING:
        text = record_text(pinfo, all, record);
        proto_tree_add_string(subtree, hf_encoding, tvb, start, length, text);
        break;
    case WSSC_NETTCP_UPGRADE_REQUEST:
        text = record_text(pinfo, all, record);
        proto_tree_add_string(subtree, hf_upgrade, tvb, start, length, text);
        break;
    case WSSC_NETTCP_FAULT:
        text = record_text(pinfo, all, record);
        meaning = wssc_nettcp_fault_meaning(text);
        proto_tree_add_string(subtree, hf_fault, tvb, start, length, text);
        if (meaning != NULL)
            proto_item_set_generated(proto_tree_add_string(subtree, hf_fault_meaning, tvb, start, length, meaning));
        break;
    case WSSC_NETTCP_SIZED_ENVELOPE:
    case WSSC_NETTCP_UNSIZED_ENVELOPE:
        text = wmem_strdup_printf(pinfo->pool, "%u octets", (guint)record->length);
        proto_tree_add_uint(subtree, hf_size, tvb, offset + 1, (int)record->payload - 1, (guint32)record->length);
        break;
    default:
        break;
    }
    proto_item_append_text(item, "%s%s%s%s", *text != '\0' ? ": " : "", text, meaning != NULL ? ": " : "",
                           meaning != NULL ? meaning : "");
    col_append_sep_fstr(pinfo->cinfo, COL_INFO, ", ", "%s%s%s", name, meaning != NULL ? ": " : "",
                        meaning != NULL ? meaning : "");
}

/* ---- finding the way back ---------------------------------------------------------------------------------------- */

/* Where the next record began after octets that could not be followed. Kept for later visits, by its number in
 * the frame. */
typedef struct {
    WsscFraming step;
    gsize at;
    const char *why;
} Found;

/* Numbers of Found, out of the way of those of records. */
#define FIRST_FOUND 0x40000000u

static Found *find_again(packet_info *pinfo, WsscBytes octets, const char *why)
{
    guint *count = p_get_proto_data(pinfo->pool, pinfo, proto_nettcp, FIRST_FOUND);
    if (count == NULL) {
        count = wmem_new0(pinfo->pool, guint);
        p_add_proto_data(pinfo->pool, pinfo, proto_nettcp, FIRST_FOUND, count);
    }
    guint number = FIRST_FOUND + ++(*count);
    if (pinfo->fd->visited)
        return p_get_proto_data(wmem_file_scope(), pinfo, proto_nettcp, number);
    WsscLink *link = wssc_link_of(pinfo);
    WsscSide *side = &link->sides[wssc_link_is_from_client(link, pinfo) ? 0 : 1];
    if (why != NULL) {
        wssc_link_lose_way(side, "octets of the session could not be followed");
        wssc_live_count_passed_over();
    }
    if (!side->is_lost)
        return NULL;
    Found *found = wmem_new0(wmem_file_scope(), Found);
    found->step = wssc_nettcp_find(octets, &found->at);
    found->why = why != NULL ? why : "no record begins here that the capture shows from its start";
    side->is_lost = found->step != WSSC_FRAMING_DONE;
    p_add_proto_data(wmem_file_scope(), pinfo, proto_nettcp, number, found);
    return found;
}

/* Steps over octets of which no record is known to begin. FALSE when none follows here; then more may be asked for. */
static gboolean skip_to_record(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, WsscBytes all, int *offset,
                               const char *why)
{
    /* What is no record is not looked at once more. */
    int from = *offset + (why != NULL ? 1 : 0);
    const Found *found = find_again(pinfo, wssc_bytes(all.data + from, all.len - (gsize)from), why);
    if (found == NULL && why == NULL)
        return TRUE;
    if (found == NULL) { /* on a later visit, to octets that the first one did not get here */
        proto_tree_add_string(tree, hf_skipped, tvb, *offset, (int)all.len - *offset, why);
        *offset = (int)all.len;
        return FALSE;
    }
    gboolean is_kept = found->step == WSSC_FRAMING_MORE && pinfo->can_desegment;
    int skipped = is_kept || found->step == WSSC_FRAMING_DONE ? from + (int)found->at : (int)all.len;
    if (skipped > *offset)
        proto_tree_add_string(tree, hf_skipped, tvb, *offset, skipped - *offset, found->why);
    if (is_kept) {
        pinfo->desegment_offset = skipped;
        pinfo->desegment_len = DESEGMENT_ONE_MORE_SEGMENT;
    }
    *offset = skipped;
    return found->step == WSSC_FRAMING_DONE;
}

/* As many records as there are. Returns the octets used; asks for more where a record goes on. */
static int dissect_records(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    int length = (int)tvb_captured_length(tvb), offset = 0;
    const guint8 *copy = tvb_memdup(pinfo->pool, tvb, 0, (size_t)length);
    proto_item *item = proto_tree_add_item(tree, proto_nettcp, tvb, 0, -1, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_nettcp);

    col_set_str(pinfo->cinfo, COL_PROTOCOL, "NETTCP");
    col_clear(pinfo->cinfo, COL_INFO);
    offset = (int)wssc_nettcp_skip(pinfo, wssc_bytes(copy, (gsize)length));
    if (offset > 0)
        proto_tree_add_string(subtree, hf_skipped, tvb, 0, offset, "of a record that is larger than the limit");
    if (!skip_to_record(tvb, pinfo, subtree, wssc_bytes(copy, (gsize)length), &offset, NULL))
        return length;
    while (offset < length) {
        WsscBytes octets = wssc_bytes(copy + offset, (gsize)(length - offset));
        WsscNettcpRecord record;
        WsscFraming step = wssc_nettcp_step(octets, &record);
        if (step == WSSC_FRAMING_MORE && pinfo->can_desegment) {
            pinfo->desegment_offset = offset;
            pinfo->desegment_len = record.type == WSSC_NETTCP_SIZED_ENVELOPE && record.payload > 1
                                       ? (guint32)record.missing
                                       : DESEGMENT_ONE_MORE_SEGMENT;
            wssc_live_count_unfinished();
            return length;
        }
        if (step == WSSC_FRAMING_MORE) {
            proto_tree_add_string(subtree, hf_unknown, tvb, offset, length - offset,
                                  "the record goes on, but no octets follow");
            if (tvb_captured_length(tvb) < tvb_reported_length(tvb))
                dissect_cut(tvb, pinfo, tree, octets, offset, &record);
            return length;
        }
        if (step == WSSC_FRAMING_LARGE) {
            offset += dissect_large(tvb, pinfo, tree, octets, offset, &record);
            continue;
        }
        if (step == WSSC_FRAMING_BAD) {
            if (!skip_to_record(tvb, pinfo, subtree, wssc_bytes(copy, (gsize)length), &offset, record.reason))
                return length;
            continue;
        }
        note_record(pinfo, octets, &record);
        draw_record(tvb, pinfo, subtree, octets, offset, &record);
        if (record.type == WSSC_NETTCP_SIZED_ENVELOPE || record.type == WSSC_NETTCP_UNSIZED_ENVELOPE)
            dissect_envelope(tvb, pinfo, tree, octets, offset, &record);
        offset += (int)record.size;
    }
    return length;
}

/* ---- over TCP --------------------------------------------------------------------------------------------------- */

/* As many of the first octets as tell whether a session begins. */
static WsscBytes head_of(tvbuff_t *tvb)
{
    enum { HEAD = 32 };
    guint len = MIN(tvb_captured_length(tvb), HEAD);
    return wssc_bytes(tvb_get_ptr(tvb, 0, (gint)len), len);
}

static gboolean is_tls_record(tvbuff_t *tvb)
{
    guint8 type = tvb_get_uint8(tvb, 0);
    return type >= 0x14 && type <= 0x17 && (tvb_captured_length(tvb) < 2 || tvb_get_uint8(tvb, 1) == 3);
}

static int dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const WsscPhase *phase = wssc_link_phase(pinfo);
    const struct tcpinfo *tcp = !pinfo->fd->visited && pinfo->ptype == PT_TCP ? data : NULL;

    if (wssc_nettcp_is_preamble(head_of(tvb))) {
        if (!pinfo->fd->visited && phase->upgrade != WSSC_UPGRADE_NONE)
            wssc_link_begin_conversation(pinfo, nettcp_handle);
        int used = dissect_records(tvb, pinfo, tree);
        if (tcp != NULL)
            wssc_link_watch_gaps(wssc_link_of(pinfo), pinfo, tcp);
        return used;
    }
    if (tcp != NULL)
        wssc_link_watch_gaps(wssc_link_of(pinfo), pinfo, tcp);
    if (phase->upgrade == WSSC_UPGRADE_TLS && is_tls_record(tvb)) {
        tls_set_appdata_dissector(tls_handle, pinfo, inner_handle);
        return call_dissector(tls_handle, tvb, pinfo, tree);
    } else if (phase->upgrade == WSSC_UPGRADE_NEGOTIATE && !phase->is_clear &&
               (phase->is_accepted || tvb_get_uint8(tvb, 0) > WSSC_NETTCP_PREAMBLE_END)) {
        return wssc_protected_dissect_negotiate(tvb, pinfo, tree, dissect_records);
    } else if (phase->upgrade == WSSC_UPGRADE_OTHER && phase->is_accepted) {
        wssc_protected_draw(tvb, pinfo, tree, "Inside an upgrade that is not known here");
        return (int)tvb_captured_length(tvb);
    }
    return dissect_records(tvb, pinfo, tree);
}

static int dissect_inner(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return dissect_records(tvb, pinfo, tree);
}

static WsscBool find_preamble(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!wssc_nettcp_begins(head_of(tvb)))
        return FALSE;
    conversation_set_dissector(find_or_create_conversation(pinfo), nettcp_handle);
    dissect_tcp(tvb, pinfo, tree, data);
    return TRUE;
}

/* ---- registration ---------------------------------------------------------------------------------------------- */

void wssc_nettcp_register(void)
{
    static hf_register_info fields[] = {
        {&hf_type, {"Record", "nettcp.record", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_version, {"Version", "nettcp.version", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_mode, {"Mode", "nettcp.mode", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_via, {"Via", "nettcp.via", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_encoding, {"Encoding", "nettcp.encoding", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_size, {"Size", "nettcp.size", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},
        {&hf_fault, {"Fault", "nettcp.fault", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_fault_meaning, {"Fault means", "nettcp.fault.meaning", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_upgrade, {"Upgrade", "nettcp.upgrade", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_unknown, {"Not readable", "nettcp.unknown", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_skipped, {"Skipped", "nettcp.skipped", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
    };
    static int *subtrees[] = {&ett_nettcp, &ett_record};
    proto_nettcp = proto_register_protocol(".NET message framing", "NETTCP", "nettcp");
    proto_register_field_array(proto_nettcp, fields, G_N_ELEMENTS(fields));
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
    wssc_protected_register();
    wssc_nettcp_rest_register();
    nettcp_handle = register_dissector("nettcp", dissect_tcp, proto_nettcp);
    inner_handle = register_dissector("nettcp.inner", dissect_inner, proto_nettcp);
}

void wssc_nettcp_handoff(void)
{
    static gboolean is_done = FALSE;
    if (is_done)
        return;
    is_done = TRUE;
    tls_handle = find_dissector("tls");
    wssc_protected_handoff();
    heur_dissector_add("tcp", find_preamble, ".NET message framing over TCP", "nettcp_tcp", proto_nettcp,
                       HEURISTIC_ENABLE);
    dissector_add_uint_range_with_preference("tcp.port", "808,9389", nettcp_handle);
}
