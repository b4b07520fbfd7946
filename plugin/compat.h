/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place for differences between Wireshark versions: 4.0 (Debian 12), 4.4 (Debian 13), 4.6.
 */
#ifndef WSSC_PLUGIN_COMPAT_H
#define WSSC_PLUGIN_COMPAT_H

#include <epan/epan.h>
#include <epan/packet.h>
#include <epan/tap.h>
#include <ws_version.h>

#define WSSC_WIRESHARK(major, minor)                                                                                   \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* ---- what HTTP tells a body's dissector ------------------------------------------------------ */

#if WSSC_WIRESHARK(4, 2)
#include <epan/dissectors/packet-media-type.h>
typedef media_content_info_t WsscMediaInfo;
#define WSSC_MEDIA_REQUEST MEDIA_CONTAINER_HTTP_REQUEST
#define WSSC_MEDIA_RESPONSE MEDIA_CONTAINER_HTTP_RESPONSE
#else
#include <epan/dissectors/packet-http.h>
typedef http_message_info_t WsscMediaInfo;
#define WSSC_MEDIA_REQUEST HTTP_REQUEST
#define WSSC_MEDIA_RESPONSE HTTP_RESPONSE
#endif

/* Of the latest response, and of the latest request, on a connection (packet-http.h); first pass only. */
#if WSSC_WIRESHARK(4, 4)
#define WSSC_HTTP_STATUS(conversation) ((conversation)->req_res_tail->response_code)
#define WSSC_HTTP_TARGET(conversation)                                                                                 \
    ((conversation)->req_res_tail != NULL ? (conversation)->req_res_tail->request_uri : NULL)
/* The node before, where the answer after an interim one gets a node of its own. */
#define WSSC_HTTP_BEFORE(node) ((const http_req_res_t *)NULL)
#else
#define WSSC_HTTP_STATUS(conversation) ((conversation)->response_code)
#define WSSC_HTTP_TARGET(conversation) ((conversation)->request_uri)
#define WSSC_HTTP_BEFORE(node) ((const http_req_res_t *)(node)->prev)
#endif

/* ---- truth values in callbacks --------------------------------------------------------------- */

#if WSSC_WIRESHARK(4, 4)
typedef bool WsscBool;
#else
typedef gboolean WsscBool;
#endif

/* ---- callbacks of statistics: from 4.6 on they say whether they could start -------------------- */

#if WSSC_WIRESHARK(4, 6)
#define WSSC_STAT_START bool
#define WSSC_STAT_RESULT(is_started) return (is_started)
#else
#define WSSC_STAT_START void
#define WSSC_STAT_RESULT(is_started) (void)(is_started)
#endif

/* ---- following: from 4.4 on the window asks how many there are to follow ------------------------- */

#if WSSC_WIRESHARK(4, 4)
#define wssc_compat_register_follow(proto, tap, by_packet, by_number, by_ends, port, on_packet, count)                 \
    register_follow_stream((proto), (tap), (by_packet), (by_number), (by_ends), (port), (on_packet), (count), NULL)
#else
#define wssc_compat_register_follow(proto, tap, by_packet, by_number, by_ends, port, on_packet, count)                 \
    register_follow_stream((proto), (tap), (by_packet), (by_number), (by_ends), (port), (on_packet));                  \
    (void)(count)
#endif

/* ---- conversation filters: from 4.4 on with data of their own ------------------------------------ */

#if WSSC_WIRESHARK(4, 4)
#define WSSC_FILTER_DATA , void *filter_data _U_
#define wssc_compat_register_filter(proto, title, is_there, build)                                                     \
    register_conversation_filter((proto), (title), (is_there), (build), NULL)
#else
#define WSSC_FILTER_DATA
#define wssc_compat_register_filter(proto, title, is_there, build)                                                     \
    register_conversation_filter((proto), (title), (is_there), (build))
#endif

/* ---- secrets in captures: from 4.4 on for any dissector ------------------------------------------ */

#if WSSC_WIRESHARK(4, 4)
#define wssc_compat_register_secrets(type, take) secrets_register_type((type), (take))
#else
#define wssc_compat_register_secrets(type, take) (void)(take)
#endif

/* ---- flow graphs: epan/sequence_analysis.h is not installed ------------------------------------- */

typedef struct {
    guint32 frame_number;
    address src_addr;
    guint16 port_src;
    address dst_addr;
    guint16 port_dst;
    char *frame_label, *time_str, *comment;
    guint16 conv_num;
    unsigned fg_color, bg_color;
    WsscBool has_color_filter, display;
    guint src_node, dst_node;
    guint16 line_style;
} WsscGraphItem; /* seq_analysis_item_t, as far as it is used here */

typedef struct {
    const char *name;
    WsscBool any_addr;
    int nconv;
    GQueue *items; /* WsscGraphItem */
} WsscGraph;       /* seq_analysis_info_t, likewise */

void register_seq_analysis(const char *name, const char *ui_name, int proto, const char *tap, guint tap_flags,
                           tap_packet_cb on_packet);
/* The caller's, with addresses and time; NULL without addresses. */
WsscGraphItem *sequence_analysis_create_sai_with_addresses(packet_info *pinfo, WsscGraph *graph);
void sequence_analysis_use_color_filter(packet_info *pinfo, WsscGraphItem *item);

/* ---- octets ------------------------------------------------------------------------------------ */

#if !WSSC_WIRESHARK(4, 4)
#define tvb_get_uint8 tvb_get_guint8
#endif

#if !WSSC_WIRESHARK(4, 6)
#define get_data_source_description get_data_source_name
#endif

/* ---- a field's value --------------------------------------------------------------------------- */

/* Vendors, ports and enterprises stand in files; later they are part of the library. */
#define WSSC_HAS_NAME_FILES (!WSSC_WIRESHARK(4, 2))

#if WSSC_WIRESHARK(4, 2)
#define WSSC_FVALUE(finfo) ((finfo)->value)
#else
#define WSSC_FVALUE(finfo) (&(finfo)->value)
#endif

/* ---- records and dissection (analyzer) -------------------------------------------------------- */

#if WSSC_WIRESHARK(4, 6)
#define wssc_record_init(rec) wtap_rec_init((rec), 2048)
#define wssc_record_buffer(rec, buffer) (&(rec)->data)
#define wssc_record_is_packet(rec, encap) wtap_setup_packet_rec((rec), (encap))
#define wssc_wtap_read(wth, rec, buffer, err, info, offset) wtap_read((wth), (rec), (err), (info), (offset))
#define wssc_wtap_read_at(wth, offset, rec, buffer, err, info) wtap_seek_read((wth), (offset), (rec), (err), (info))
#define wssc_configuration_init(argv0) configuration_init(argv0)
#define wssc_log_init() ws_log_init(NULL)
#elif WSSC_WIRESHARK(4, 4)
#define wssc_record_init(rec) wtap_rec_init(rec)
#define wssc_record_buffer(rec, buffer) (buffer)
#define wssc_wtap_read(wth, rec, buffer, err, info, offset) wtap_read((wth), (rec), (buffer), (err), (info), (offset))
#define wssc_wtap_read_at(wth, offset, rec, buffer, err, info)                                                         \
    wtap_seek_read((wth), (offset), (rec), (buffer), (err), (info))
#define wssc_configuration_init(argv0) configuration_init((argv0), NULL)
#define wssc_log_init() ws_log_init("wssc", NULL)
#else
#define wssc_record_init(rec) wtap_rec_init(rec)
#define wssc_record_buffer(rec, buffer) (buffer)
#define wssc_wtap_read(wth, rec, buffer, err, info, offset) wtap_read((wth), (rec), (buffer), (err), (info), (offset))
#define wssc_wtap_read_at(wth, offset, rec, buffer, err, info)                                                         \
    wtap_seek_read((wth), (offset), (rec), (buffer), (err), (info))
#define wssc_configuration_init(argv0) configuration_init((argv0), NULL)
#define wssc_log_init() ws_log_init("wssc", NULL)
#endif
#ifndef wssc_record_is_packet
#define wssc_record_is_packet(rec, encap)                                                                              \
    ((rec)->rec_type = REC_TYPE_PACKET, (rec)->rec_header.packet_header.pkt_encap = (encap))
#endif
#define wssc_record_data(rec, buffer) ws_buffer_start_ptr(wssc_record_buffer(rec, buffer))

#endif
