/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/frame_octets.h"

#include <string.h>

#include "watch/tls_watch.h"

WsscBytes wssc_frame_payload(const packet_info *pinfo, guint32 len)
{
    tvbuff_t *tvb = pinfo->data_src != NULL ? get_data_source_tvb(pinfo->data_src->data) : NULL;
    if (tvb == NULL || len == 0)
        return wssc_bytes(NULL, 0);
    guint on_wire = tvb_reported_length(tvb), captured = tvb_captured_length(tvb);
    guint start = on_wire > len ? on_wire - len : 0;
    if (start >= captured)
        return wssc_bytes(NULL, 0);
    return wssc_bytes(tvb_get_ptr(tvb, (gint)start, (gint)(captured - start)), captured - start);
}

guint wssc_frame_cut_octets(const packet_info *pinfo)
{
    tvbuff_t *tvb = pinfo->data_src != NULL ? get_data_source_tvb(pinfo->data_src->data) : NULL;
    return tvb != NULL ? tvb_reported_length(tvb) - tvb_captured_length(tvb) : 0;
}

char *wssc_frame_cut_text(const packet_info *pinfo)
{
    tvbuff_t *tvb = get_data_source_tvb(pinfo->data_src->data);
    return g_strdup_printf("only %u of the frame's %u octets were captured", tvb_captured_length(tvb),
                           tvb_reported_length(tvb));
}

/* Clear HTTP begins with the payload. Inside TLS it begins with what was decrypted, which epan lists as further
 * sources of octets. */
WsscHttpHead wssc_frame_http_head(const packet_info *pinfo, WsscBytes payload, gboolean is_tls,
                                  gboolean *ret_is_response)
{
    if (!is_tls) {
        return payload.len > 0 ? wssc_http_head((const char *)payload.data, payload.len, ret_is_response)
                               : WSSC_HTTP_HEAD_NONE;
    }
    WsscHttpHead head = WSSC_HTTP_HEAD_NONE;
    for (GSList *item = pinfo->data_src != NULL ? pinfo->data_src->next : NULL; item != NULL; item = item->next) {
        tvbuff_t *tvb = get_data_source_tvb(item->data);
        guint len = wssc_tls_is_decrypted(item->data) ? tvb_captured_length(tvb) : 0;
        gboolean is_response;
        WsscHttpHead here = len > 0 ? wssc_http_head((const char *)tvb_get_ptr(tvb, 0, (gint)len), len, &is_response)
                                    : WSSC_HTTP_HEAD_NONE;
        if (here != WSSC_HTTP_HEAD_NONE) {
            head = here;
            *ret_is_response = is_response;
        }
    }
    return head;
}

guint wssc_frame_count_decrypted(const packet_info *pinfo)
{
    guint count = 0;
    for (GSList *item = pinfo->data_src != NULL ? pinfo->data_src->next : NULL; item != NULL; item = item->next)
        count += wssc_tls_is_decrypted(item->data) ? 1 : 0;
    return count;
}

/* By the names that libwireshark and plugin/ give to them. */
gboolean wssc_frame_is_put_together(const struct data_source *source)
{
    static const char *const names[] = {"Reassembled", "Joined chunks", "HTTP message past its Content-Length"};
    char *name = get_data_source_description(source);
    gboolean is_it = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        is_it |= g_str_has_prefix(name, names[i]);
    wmem_free(NULL, name);
    return is_it;
}

static gboolean offers_soap(WsscBytes octets)
{
    static const char get[] = "GET ", name[] = "Sec-WebSocket-Protocol";
    WsscHttpField field = {.name = name, .name_len = strlen(name)};
    if (octets.len < strlen(get) || memcmp(octets.data, get, strlen(get)) != 0)
        return FALSE;
    wssc_http_fields((const char *)octets.data, octets.len, &field, 1);
    g_autofree char *value = field.value != NULL ? g_strndup(field.value, field.len) : g_strdup("");
    g_auto(GStrv) offers = g_strsplit(value, ",", -1);
    for (char **offer = offers; *offer != NULL; offer++)
        if (strcmp(g_strstrip(*offer), "soap") == 0)
            return TRUE;
    return FALSE;
}

gboolean wssc_frame_offers_soap(const packet_info *pinfo, WsscBytes payload, gboolean is_tls)
{
    if (!is_tls)
        return offers_soap(payload);
    gboolean is_it = FALSE;
    for (GSList *item = pinfo->data_src != NULL ? pinfo->data_src->next : NULL; item != NULL; item = item->next) {
        tvbuff_t *tvb = get_data_source_tvb(item->data);
        guint len = wssc_tls_is_decrypted(item->data) ? tvb_captured_length(tvb) : 0;
        is_it |= len > 0 && offers_soap(wssc_bytes(tvb_get_ptr(tvb, 0, (gint)len), len));
    }
    return is_it;
}
