/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "compat.h"

#include "watch/unread.h"

#include <string.h>

#include "carrier/http_head.h"
#include "carrier/other_types.h"
#include "dissect.h"
#include "model/capture.h"
#include "watch/frame_octets.h"
#include "watch/signs.h"

#define MAX_RUNS 64 /* of one direction; what is more joins the last */

static int proto_of(const char *name)
{
    return proto_get_id_by_filter_name(name);
}

static gboolean has(WsscBytes payload, const char *word)
{
    return payload.len > 0 && memmem(payload.data, payload.len, word, strlen(word)) != NULL;
}

static gboolean begins_with(WsscBytes line, const char *word)
{
    return line.len >= strlen(word) && g_ascii_strncasecmp((const char *)line.data, word, strlen(word)) == 0;
}

/* Cuts the first line off. FALSE where none ends. */
static gboolean next_line(WsscBytes *octets, WsscBytes *ret_line)
{
    const guint8 *end = octets->len > 0 ? memchr(octets->data, '\n', octets->len) : NULL;
    if (end == NULL)
        return FALSE;
    *ret_line = wssc_bytes(octets->data, (gsize)(end - octets->data));
    *octets = wssc_bytes(end + 1, octets->len - ret_line->len - 1);
    return TRUE;
}

/* What a head says of the type of its body. */
typedef struct {
    gboolean has_type;   /* a field that names one */
    gboolean is_unknown; /* ... none of SOAP's */
    gboolean is_near;    /* ... but one of SOAP's with an octet or two changed */
} TypeSigns;

/* How many of the first octets are others, whatever their case. */
static gsize count_changed(WsscBytes value, const char *word)
{
    gsize len = strlen(word), changed = 0;
    for (gsize i = 0; i < len; i++)
        changed += i >= value.len || g_ascii_tolower((char)value.data[i]) != word[i] ? 1 : 0;
    return changed;
}

/* Types that are registered and nobody's mistake, however near they are. */
static gboolean is_of_others(WsscBytes value)
{
    static const char *const types[] = {"application/coap-", "application/epp+xml", "application/rdap+json",
                                        "application/sep+xml"};
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (count_changed(value, types[i]) == 0)
            return TRUE;
    return wssc_other_types_has((const char *)value.data, value.len);
}

/* So long that few types of others are as near to one of them: application/zip is to application/xop, but for the rest.
 */
static gboolean is_near_soap(WsscBytes value)
{
    static const char *const types[] = {"application/soap+", "application/xop+xml", "multipart/related"};
    enum { FEW = 2 };
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (count_changed(value, types[i]) <= FEW)
            return !is_of_others(value);
    return FALSE;
}

static void look_at_type(WsscBytes value, TypeSigns *signs)
{
    static const char *const types[] = {"application/soap", "application/xop", "text/xml", "multipart/related",
                                        "application/xml"};
    signs->has_type = signs->is_unknown = TRUE;
    while (value.len > 0 && (*value.data == ' ' || *value.data == '\t'))
        value = wssc_bytes(value.data + 1, value.len - 1);
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (count_changed(value, types[i]) == 0)
            signs->is_unknown = FALSE;
    signs->is_near = signs->is_unknown && is_near_soap(value);
}

static TypeSigns look_at_types(WsscBytes fields)
{
    static const char own[] = "Content-Type:";
    const gsize name = strlen(own);
    TypeSigns signs = {FALSE};
    WsscBytes line;
    while (next_line(&fields, &line) && line.len > 1)
        if (begins_with(line, own))
            look_at_type(wssc_bytes(line.data + name, line.len - name), &signs);
    return signs;
}

/* A type of SOAP's in a field that names none. */
static gboolean has_stray_type(WsscBytes line)
{
    static const char *const types[] = {"application/soap", "application/xop", "text/xml", "multipart/related"};
    if (begins_with(line, "Accept") || begins_with(line, "soap-content-type:")) /* [MS-SWSB] */
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (has(line, types[i]))
            return TRUE;
    return FALSE;
}

/* A head that shows what it was before octets of it were changed: a request that names no version of HTTP, or what
 * belongs to SOAP beside a type that does not. */
static gboolean is_head_damaged(WsscBytes octets)
{
    gboolean has_stray = FALSE, has_action = FALSE;
    WsscBytes line;
    if (!next_line(&octets, &line))
        return FALSE;
    if (!begins_with(line, "HTTP/1.") && !has(line, " HTTP/1."))
        return TRUE;
    const TypeSigns signs = look_at_types(octets);
    if (signs.has_type && !signs.is_unknown)
        return FALSE;
    while (next_line(&octets, &line) && line.len > 1) {
        has_stray |= has_stray_type(line);
        has_action |= begins_with(line, "SOAPAction:");
    }
    return has_stray || (signs.has_type && (signs.is_near || has_action));
}

static gboolean begins_http(WsscBytes octets)
{
    return wssc_http_begins((const char *)octets.data, octets.len) && !is_head_damaged(octets);
}

static gboolean has_envelope(WsscBytes octets)
{
    return has(octets, "/soap/envelope") || has(octets, "/soap-envelope") || has(octets, ":Envelope") ||
           has(octets, "<Envelope");
}

static gboolean has_envelope_word(WsscBytes octets)
{
    return has_envelope(octets) || has(octets, "Envelope");
}

/* A body of SOAP's type stands behind the head, of which no message came. */
static gboolean has_soap_body(WsscBytes octets)
{
    static const char end_of_head[] = "\r\n\r\n", no_chunk[] = "0\r\n\r\n";
    gboolean is_response;
    const guint8 *end = octets.len > 0 ? memmem(octets.data, octets.len, end_of_head, strlen(end_of_head)) : NULL;
    gsize len = end != NULL ? octets.len - (gsize)(end - octets.data) - strlen(end_of_head) : 0;
    return len > strlen(no_chunk) &&
           wssc_http_head((const char *)octets.data, octets.len, &is_response) == WSSC_HTTP_HEAD_SOAP;
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

typedef enum { READ, WAITS, NOT_READ, NOT_SEEN } Kind; /* not seen: a piece of what TLS or others put together */

static Kind kind_of(const packet_info *pinfo, WsscBytes payload)
{
    static int proto_tcp = -2, proto_data, proto_media, proto_http, proto_xml, proto_http2, proto_websocket, proto_tls;
    if (proto_tcp == -2) {
        proto_data = proto_of("data");
        proto_media = proto_of("media");
        proto_http = proto_of("http");
        proto_xml = proto_of("xml");
        proto_http2 = proto_of("http2");
        proto_tls = proto_of("tls");
        proto_websocket = proto_of("websocket");
        proto_tcp = proto_of("tcp");
    }
    wmem_list_frame_t *last = pinfo->layers != NULL ? wmem_list_tail(pinfo->layers) : NULL;
    int proto = last != NULL ? GPOINTER_TO_INT(wmem_list_frame_data(last)) : -1;
    if (proto == proto_tcp)
        return WAITS;
    if (proto == proto_tls)
        return NOT_SEEN;
    /* An envelope of a type that nobody knows, or of none; Wireshark 4.4 and later show such a one as XML. */
    if (proto == proto_http2)
        return is_of_any(pinfo, payload, has_envelope) ? WAITS : READ;
    gboolean is_unknown = proto == proto_media || proto == proto_data ||
                          (proto == proto_xml && wssc_dissect_has_layer(pinfo, proto_media));
    if (is_unknown && is_of_any(pinfo, payload, has_envelope))
        return NOT_READ;
    if (wssc_dissect_has_layer(pinfo, proto_websocket))
        return READ;
    /* A head of HTTP was dissected: what follows it is HTTP's affair, but for an envelope that it says nothing of. */
    if (wssc_dissect_has_layer(pinfo, proto_http) && (proto == proto_data || proto == proto_http)) {
        gboolean is_begun = is_of_any(pinfo, payload, begins_http);
        if (proto == proto_http)
            return is_begun && !is_of_any(pinfo, payload, has_envelope_word) ? READ : WAITS;
        /* A piece of a body that goes on, or one that HTTP's dissector could make nothing of. */
        return is_begun && !is_of_any(pinfo, payload, has_soap_body) ? READ : WAITS;
    }
    return proto != proto_data ? READ : NOT_READ;
}

static void add(WsscUnreadRun *run, const WsscUnreadRun *other)
{
    if (other->first == 0)
        return;
    if (run->first == 0) {
        *run = *other;
        return;
    }
    run->last = other->last;
    run->octets += other->octets;
    run->has_sign |= other->has_sign;
}

static void end_run(WsscUnread *unread)
{
    if (unread->lost.first == 0)
        return;
    if (unread->runs == NULL)
        unread->runs = g_array_new(FALSE, FALSE, sizeof(WsscUnreadRun));
    if (unread->runs->len < MAX_RUNS)
        g_array_append_val(unread->runs, unread->lost);
    else
        add(&g_array_index(unread->runs, WsscUnreadRun, MAX_RUNS - 1), &unread->lost);
    unread->lost = (WsscUnreadRun){.first = 0};
}

static void lose(WsscUnread *unread, const WsscUnreadRun *own)
{
    if (own->first != 0 && unread->lost.first != 0 && unread->lost.why != own->why)
        end_run(unread);
    add(&unread->lost, own);
}

void wssc_unread_part(WsscUnread *unread)
{
    if (unread->waiting.first == 0)
        return;
    if (unread->earlier == NULL)
        unread->earlier = g_array_new(FALSE, FALSE, sizeof(WsscUnreadRun));
    if (unread->earlier->len >= MAX_RUNS)
        return;
    g_array_append_val(unread->earlier, unread->waiting);
    unread->waiting = (WsscUnreadRun){.first = 0};
}

static void forget_waiting(WsscUnread *unread)
{
    g_clear_pointer(&unread->earlier, g_array_unref);
    unread->waiting = (WsscUnreadRun){.first = 0};
}

static void lose_waiting(WsscUnread *unread)
{
    for (guint i = 0; unread->earlier != NULL && i < unread->earlier->len; i++) {
        lose(unread, &g_array_index(unread->earlier, WsscUnreadRun, i));
        end_run(unread);
    }
    lose(unread, &unread->waiting);
    forget_waiting(unread);
}

/* What was put together of several segments is a further source of octets; so is what was decrypted, unmasked or
 * inflated, perhaps of one frame alone. */
static gboolean is_reassembled(const packet_info *pinfo)
{
    for (GSList *item = pinfo->data_src != NULL ? pinfo->data_src->next : NULL; item != NULL; item = item->next)
        if (wssc_frame_is_put_together(item->data))
            return TRUE;
    return FALSE;
}

void wssc_unread_note(WsscUnread *unread, const packet_info *pinfo, WsscBytes payload, guint32 len,
                      gboolean is_passed_over, gboolean is_head_cut)
{
    if (len == 0)
        return;
    Kind kind = is_passed_over ? NOT_READ : kind_of(pinfo, payload);
    if (kind == NOT_SEEN)
        return;
    guint32 frame = wssc_dissect_frame(pinfo);
    gboolean is_known = kind == READ || (kind == WAITS ? &unread->waiting : &unread->lost)->has_sign;
    const WsscUnreadRun own = {.first = frame,
                               .last = frame,
                               .time = wssc_dissect_time(&pinfo->abs_ts),
                               .octets = len,
                               .has_sign = is_passed_over || (!is_known && is_of_any(pinfo, payload, has_sign))};
    if (kind == READ && is_head_cut)
        kind = WAITS;
    if (kind == READ && wssc_dissect_has_layer(pinfo, proto_of("websocket")))
        add(&unread->framed, &own);
    if (kind == NOT_READ || (kind == READ && !is_reassembled(pinfo)))
        lose_waiting(unread);
    if (kind != WAITS)
        forget_waiting(unread);
    if (kind == WAITS)
        add(&unread->waiting, &own);
    else if (kind == NOT_READ)
        lose(unread, &own);
}

void wssc_unread_note_message(WsscUnread *unread, const packet_info *pinfo)
{
    unread->framed = (WsscUnreadRun){.first = 0};
    if (!is_reassembled(pinfo))
        lose_waiting(unread);
    forget_waiting(unread);
    end_run(unread);
}

void wssc_unread_note_head(WsscUnread *unread)
{
    lose_waiting(unread);
    end_run(unread);
}

void wssc_unread_note_why(WsscUnread *unread, const packet_info *pinfo, guint32 len, WsscUnreadWhy why)
{
    guint32 frame = wssc_dissect_frame(pinfo);
    const WsscUnreadRun own = {.first = frame,
                               .last = frame,
                               .time = wssc_dissect_time(&pinfo->abs_ts),
                               .octets = len,
                               .has_sign = TRUE,
                               .why = why};
    if (why == WSSC_UNREAD_BY_TLS && unread->waiting.first != 0) { /* for the record that ends here */
        unread->waiting.has_sign = TRUE;
        unread->waiting.why = why;
        lose_waiting(unread);
    }
    lose(unread, &own);
}

void wssc_unread_finish(WsscUnread *unread)
{
    lose_waiting(unread);
    end_run(unread);
}

void wssc_unread_clear(WsscUnread *unread)
{
    g_clear_pointer(&unread->runs, g_array_unref);
    g_clear_pointer(&unread->earlier, g_array_unref);
}

static gboolean is_any(const WsscUnread *unread, gboolean (*test)(const WsscUnreadRun *))
{
    gboolean is_it = test(&unread->lost) || test(&unread->waiting);
    const GArray *const more[] = {unread->runs, unread->earlier};
    for (guint m = 0; m < G_N_ELEMENTS(more); m++)
        for (guint i = 0; more[m] != NULL && i < more[m]->len; i++)
            is_it |= test(&g_array_index(more[m], WsscUnreadRun, i));
    return is_it;
}

static gboolean is_signed(const WsscUnreadRun *run)
{
    return run->has_sign;
}

static gboolean is_of_soap(const WsscUnreadRun *run)
{
    return run->has_sign && run->why == WSSC_UNREAD_BY_DISSECTORS;
}

gboolean wssc_unread_has_any(const WsscUnread *unread)
{
    return unread->lost.first != 0 || unread->waiting.first != 0 || unread->framed.first != 0 || unread->runs != NULL ||
           unread->earlier != NULL;
}

gboolean wssc_unread_is_worth_telling(const WsscUnread *unread)
{
    return is_any(unread, is_signed) || unread->framed.first != 0; /* what was framed is judged at the end */
}

gboolean wssc_unread_has_sign(const WsscUnread *unread)
{
    return is_any(unread, is_of_soap);
}

void wssc_unread_take_framed(WsscUnread *unread, gboolean is_soap)
{
    end_run(unread);
    add(&unread->lost, &unread->framed);
    unread->lost.is_framed = unread->lost.first != 0 && !is_soap;
    unread->lost.has_sign |= unread->lost.first != 0 && is_soap;
    end_run(unread);
}

GArray *wssc_unread_steal_runs(WsscUnread *unread)
{
    return g_steal_pointer(&unread->runs);
}

gpointer wssc_unread_octets_new(const WsscUnreadRun *run, const char *src, const char *dst)
{
    static const char *const why[WSSC_UNREAD_MAX] = {"no dissector could read", "TLS could not decrypt",
                                                     "were captured only in part", "are missing",
                                                     "stand behind a damaged head"};
    WsscUnreadOctets *octets = g_new0(WsscUnreadOctets, 1);
    octets->src = g_strdup(src);
    octets->dst = g_strdup(dst);
    octets->first_frame = run->first;
    octets->last_frame = run->last;
    octets->time = run->time;
    octets->octets = run->octets;
    octets->why = why[run->why];
    return octets;
}

void wssc_unread_tell_strays(const WsscStrays *strays, GPtrArray *unread)
{
    for (guint i = 0; wssc_strays_are_real(strays) && strays->frames != NULL && i < strays->frames->len; i++) {
        const WsscStray *stray = &g_array_index(strays->frames, WsscStray, i);
        const WsscUnreadRun run = {.first = stray->first,
                                   .last = stray->last,
                                   .time = stray->time,
                                   .octets = stray->octets,
                                   .why = WSSC_UNREAD_ASTRAY};
        g_autofree char *src = wssc_dissect_end(&stray->ends, stray->side);
        g_autofree char *dst = wssc_dissect_end(&stray->ends, !stray->side);
        g_ptr_array_add(unread, wssc_unread_octets_new(&run, src, dst));
    }
}

void wssc_unread_octets_free(gpointer data)
{
    WsscUnreadOctets *octets = data;
    g_free(octets->src);
    g_free(octets->dst);
    g_free(octets);
}
