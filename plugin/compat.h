/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place for differences between Wireshark versions: 4.0 (Debian 12), 4.4 (Debian 13), 4.6.
 */
#ifndef WSSC_PLUGIN_COMPAT_H
#define WSSC_PLUGIN_COMPAT_H

#include <epan/epan.h>
#include <epan/packet.h>
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
#else
#define WSSC_HTTP_STATUS(conversation) ((conversation)->response_code)
#define WSSC_HTTP_TARGET(conversation) ((conversation)->request_uri)
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

/* ---- octets ------------------------------------------------------------------------------------ */

#if !WSSC_WIRESHARK(4, 4)
#define tvb_get_uint8 tvb_get_guint8
#endif

#if !WSSC_WIRESHARK(4, 6)
#define get_data_source_description get_data_source_name
#endif

/* ---- a field's value --------------------------------------------------------------------------- */

#if WSSC_WIRESHARK(4, 2)
#define WSSC_FVALUE(finfo) ((finfo)->value)
#else
#define WSSC_FVALUE(finfo) (&(finfo)->value)
#endif

/* ---- records and dissection (analyzer) -------------------------------------------------------- */

#if WSSC_WIRESHARK(4, 6)
#define wssc_record_init(rec) wtap_rec_init((rec), 2048)
#define wssc_record_data(rec, buffer) ws_buffer_start_ptr(&(rec)->data)
#define wssc_wtap_read(wth, rec, buffer, err, info, offset) wtap_read((wth), (rec), (err), (info), (offset))
#define wssc_configuration_init(argv0) configuration_init(argv0)
#define wssc_log_init() ws_log_init(NULL)
#elif WSSC_WIRESHARK(4, 4)
#define wssc_record_init(rec) wtap_rec_init(rec)
#define wssc_record_data(rec, buffer) ws_buffer_start_ptr(buffer)
#define wssc_wtap_read(wth, rec, buffer, err, info, offset) wtap_read((wth), (rec), (buffer), (err), (info), (offset))
#define wssc_configuration_init(argv0) configuration_init((argv0), NULL)
#define wssc_log_init() ws_log_init("wssc", NULL)
#else
#define wssc_record_init(rec) wtap_rec_init(rec)
#define wssc_record_data(rec, buffer) ws_buffer_start_ptr(buffer)
#define wssc_wtap_read(wth, rec, buffer, err, info, offset) wtap_read((wth), (rec), (buffer), (err), (info), (offset))
#define wssc_configuration_init(argv0) configuration_init((argv0), NULL)
#define wssc_log_init() ws_log_init("wssc", NULL)
#endif

#endif
