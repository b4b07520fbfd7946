/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Analyze > Follow > WSSC, and tshark -z follow,wssc,ascii,N: the messages of context N in the order of the capture,
 * whatever connections they came by, decrypted and in lines.
 */
#include "compat.h"

#include <string.h>

#include <epan/addr_resolv.h>
#include <epan/follow.h>
#include <epan/to_str.h>
#include <wsutil/inet_addr.h>

#include "dissect.h"
#include "documents.h"
#include "live.h"
#include "report/document.h"
#include "report/phrase.h"
#include "this_context.h"

/*
 * Which context a message belongs to may be known only when the first pass is over, too late for a tap's filter in it.
 * Who asks before anything is read is therefore given every message, and here only those of the context are taken. The
 * interface tells a follower's number when it asks for the filter, and its data with the first packet: in the order of
 * taps, the one that was made last first.
 */
static GArray *asked;        /* guint: numbers whose follower is not known yet */
static GHashTable *followed; /* follow_info_t -> number + 1 */

static guint number_of(const follow_info_t *follow)
{
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(followed, follow));
    if (number == 0 && asked->len > 0) {
        number = g_array_index(asked, guint, asked->len - 1) + 1;
        g_array_set_size(asked, asked->len - 1);
        g_hash_table_insert(followed, (gpointer)follow, GUINT_TO_POINTER(number));
    }
    return number;
}

/* "127.0.0.1:443", "[::1]:443". */
static void put_end(const char *text, address *ret_address, guint *ret_port)
{
    g_autofree char *host = g_strdup(text[0] == '[' ? text + 1 : text);
    char *colon = strrchr(host, ':');
    ws_in4_addr v4;
    ws_in6_addr v6;
    free_address(ret_address);
    if (colon == NULL)
        return;
    *ret_port = (guint)g_ascii_strtoull(colon + 1, NULL, 10);
    *(colon > host && colon[-1] == ']' ? colon - 1 : colon) = '\0';
    if (ws_inet_pton4(host, &v4))
        alloc_address_wmem(NULL, ret_address, AT_IPv4, sizeof v4, &v4);
    else if (ws_inet_pton6(host, &v6))
        alloc_address_wmem(NULL, ret_address, AT_IPv6, sizeof v6, &v6);
}

/* The ends are those of the context's first message; others may come by other connections. */
static void begin(follow_info_t *follow, const WsscMessage *message)
{
    put_end(message->is_response ? message->dst : message->src, &follow->client_ip, &follow->client_port);
    put_end(message->is_response ? message->src : message->dst, &follow->server_ip, &follow->server_port);
}

/* "Frame 12, 127.0.0.1:4711 to 127.0.0.1:443: RST issue ...", then the document. */
static GByteArray *words_of(const WsscMessage *message, WsscXml *xml)
{
    const WsscXml *tree = wssc_document_tree(message, xml);
    g_autofree char *phrase = wssc_phrase_message(message);
    g_autofree char *head =
        g_strdup_printf("Frame %u, %s to %s: %s\n", message->frame, message->src, message->dst, phrase);
    g_autofree char *text = tree != NULL ? wssc_document_indented(tree) : g_strdup_printf("(%s)\n", message->damage);
    GByteArray *words = g_byte_array_new();
    g_byte_array_append(words, (const guint8 *)head, (guint)strlen(head));
    g_byte_array_append(words, (const guint8 *)text, (guint)strlen(text));
    g_byte_array_append(words, (const guint8 *)"\n", 1);
    return words;
}

static void take(void *listener, packet_info *pinfo, const WsscTapped *tapped)
{
    follow_info_t *follow = listener;
    const WsscMessage *message = tapped->message;
    guint number = number_of(follow);
    if (message->context == NULL || (number != 0 && message->context->index != number - 1))
        return;
    if (follow->payload == NULL)
        begin(follow, message);
    follow_record_t *record = g_new0(follow_record_t, 1);
    record->is_server = message->is_response;
    record->packet_num = pinfo->num;
    record->abs_ts = pinfo->abs_ts;
    record->data = words_of(message, tapped->xml);
    follow->bytes_written[record->is_server] += record->data->len;
    follow->payload = g_list_prepend(follow->payload, record);
}

static tap_packet_status on_message(void *listener, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                                    tap_flags_t flags _U_)
{
    wssc_settled_count(listener, pinfo, tapped, take);
    return TAP_PACKET_REDRAW;
}

/* ---- filters -------------------------------------------------------------------------------------------------- */

static char *filter_by_number(guint number, guint sub_number _U_)
{
    if (wssc_live_is_finished())
        return wssc_this_context_filter(number);
    g_array_append_val(asked, number);
    return g_strdup_printf("wssc.context.index == %u or wssc", number);
}

static char *filter_of_packet(epan_dissect_t *edt _U_, packet_info *pinfo, guint *ret_number, guint *ret_sub_number _U_)
{
    const WsscContext *context = wssc_this_context(pinfo);
    if (context == NULL)
        return NULL;
    *ret_number = context->index;
    return wssc_this_context_filter(context->index);
}

static char *filter_by_ends(address *from, address *to, int from_port, int to_port)
{
    const char *ip = from->type == AT_IPv6 ? "ipv6" : "ip";
    char *a = address_to_str(NULL, from), *b = address_to_str(NULL, to);
    char *filter =
        g_strdup_printf("wssc and ((%s.src == %s and tcp.srcport == %d and %s.dst == %s and tcp.dstport == %d) "
                        "or (%s.src == %s and tcp.srcport == %d and %s.dst == %s and tcp.dstport == %d))",
                        ip, a, from_port, ip, b, to_port, ip, b, to_port, ip, a, from_port);
    wmem_free(NULL, a);
    wmem_free(NULL, b);
    return filter;
}

static guint32 count_contexts(void)
{
    const WsscSession *session = wssc_dissect_session();
    return session != NULL ? wssc_session_contexts(session)->len + 1 : 0; /* they are numbered from 1 */
}

void wssc_follow_register(int proto)
{
    asked = g_array_new(FALSE, FALSE, sizeof(guint));
    followed = g_hash_table_new(NULL, NULL);
    wssc_compat_register_follow(proto, WSSC_TAP_DOCUMENTS, filter_of_packet, filter_by_number, filter_by_ends,
                                tcp_port_to_display, on_message, count_contexts);
}
