/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "compat.h"

#include "watch/unread.h"

#include <string.h>

#include "carrier/http_head.h"
#include "dissect.h"
#include "watch/signs.h"

static int proto_of(const char *name)
{
    return proto_get_id_by_filter_name(name);
}

static gboolean has(WsscBytes payload, const char *word)
{
    return payload.len > 0 && memmem(payload.data, payload.len, word, strlen(word)) != NULL;
}

static gboolean begins_http(WsscBytes octets)
{
    return wssc_http_begins((const char *)octets.data, octets.len);
}

static gboolean has_envelope(WsscBytes octets)
{
    return has(octets, "/soap/envelope") || has(octets, "/soap-envelope");
}

/* It is so of the frame's own octets, or of what was put together with those of other frames. */
static gboolean is_of_any(const packet_info *pinfo, WsscBytes payload, gboolean (*test)(WsscBytes))
{
    if (test(payload))
        return TRUE;
    for (GSList *item = pinfo->data_src != NULL ? pinfo->data_src->next : NULL; item != NULL; item = item->next) {
        tvbuff_t *tvb = get_data_source_tvb(item->data);
        guint len = tvb_captured_length(tvb);
        if (len > 0 && test(wssc_bytes(tvb_get_ptr(tvb, 0, (gint)len), len)))
            return TRUE;
    }
    return FALSE;
}

/* Words of heads and envelopes, and how an envelope of SOAP 1.2 begins in binary XML ([MC-NBFS]). */
static gboolean has_sign(WsscBytes payload)
{
    static const char *const signs[] = {"HTTP/1.",          "Envelope", "/soap/envelope", "/soap-envelope",
                                        "application/soap", "text/xml", "net.tcp://",     "V\x02\x0B\x01s\x04"};
    WsscSignTail none = {.len = 0};
    if (!wssc_signs_follow(&none, payload))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
        if (has(payload, signs[i]))
            return TRUE;
    return FALSE;
}

typedef enum { READ, WAITS, NOT_READ } Kind;

static Kind kind_of(const packet_info *pinfo, WsscBytes payload)
{
    static int proto_tcp = -2, proto_data, proto_media, proto_http, proto_xml;
    if (proto_tcp == -2) {
        proto_data = proto_of("data");
        proto_media = proto_of("media");
        proto_http = proto_of("http");
        proto_xml = proto_of("xml");
        proto_tcp = proto_of("tcp");
    }
    wmem_list_frame_t *last = pinfo->layers != NULL ? wmem_list_tail(pinfo->layers) : NULL;
    int proto = last != NULL ? GPOINTER_TO_INT(wmem_list_frame_data(last)) : -1;
    if (proto == proto_tcp)
        return WAITS;
    /* An envelope of a type that nobody knows, or of none; Wireshark 4.4 and later show such a one as XML. */
    gboolean is_unknown = proto == proto_media || proto == proto_data ||
                          (proto == proto_xml && wssc_dissect_has_layer(pinfo, proto_media));
    if (is_unknown && is_of_any(pinfo, payload, has_envelope))
        return NOT_READ;
    /* A head of HTTP was dissected: what follows it is HTTP's affair. */
    if (wssc_dissect_has_layer(pinfo, proto_http) && (proto == proto_data || proto == proto_http))
        return is_of_any(pinfo, payload, begins_http) ? READ : proto == proto_http ? WAITS : NOT_READ;
    return proto != proto_data ? READ : NOT_READ;
}

static void add(WsscUnreadRun *run, const WsscUnreadRun *other)
{
    if (other->first == 0)
        return;
    if (run->first == 0) {
        run->first = other->first;
        run->time = other->time;
    }
    run->last = other->last;
    run->octets += other->octets;
    run->has_sign |= other->has_sign;
}

/* What was put together of several segments is a further source of octets. */
static gboolean is_reassembled(const packet_info *pinfo)
{
    return pinfo->data_src != NULL && pinfo->data_src->next != NULL;
}

void wssc_unread_note(WsscUnread *unread, const packet_info *pinfo, WsscBytes payload, guint32 len,
                      gboolean is_passed_over)
{
    if (len == 0)
        return;
    Kind kind = is_passed_over ? NOT_READ : kind_of(pinfo, payload);
    gboolean is_known = kind == READ || (kind == WAITS ? &unread->waiting : &unread->lost)->has_sign;
    const WsscUnreadRun own = {wssc_dissect_frame(pinfo), wssc_dissect_frame(pinfo), wssc_dissect_time(&pinfo->abs_ts),
                               len, is_passed_over || (!is_known && has_sign(payload))};
    if (kind == NOT_READ || (kind == READ && !is_reassembled(pinfo)))
        add(&unread->lost, &unread->waiting);
    if (kind != WAITS)
        unread->waiting = (WsscUnreadRun){.first = 0};
    if (kind != READ)
        add(kind == WAITS ? &unread->waiting : &unread->lost, &own);
}

WsscUnreadRun wssc_unread_all(const WsscUnread *unread)
{
    WsscUnreadRun all = unread->lost;
    add(&all, &unread->waiting);
    return all;
}
