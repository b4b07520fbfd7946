/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * HTTP messages as octets (RFC 9112): one behind the other in a file, or apart in archives. Files that went through an
 * editor have other line ends, and lengths that fit no more: where a length leads into nothing, the next head counts.
 */
#define _GNU_SOURCE
#include <string.h>

#include "base/limits.h"
#include "carrier/envelope.h"
#include "carrier/http_coding.h"
#include "carrier/inflate.h"
#include "carrier/mime.h"
#include "exports/reader.h"

/* ---- bodies ----------------------------------------------------------------------------------------------------- */

/* NULL when the octets are not in chunks, or not any more. ret_len: what they took, their trailer included. */
static GBytes *join_chunks(WsscBytes octets, gsize *ret_len)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    /* Where a file ends, the trailer's end may be missing. */
    if (wssc_http_chunks(octets, out, ret_len) == WSSC_CHUNKS_BAD || out->len == 0 || *ret_len == 0)
        return NULL;
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* In the form that it says, or as what an archive has undone already. */
static WsscInflate compression(const char *encoding, WsscBytes body)
{
    if (encoding == NULL || body.len < 2)
        return WSSC_INFLATE_NONE;
    if (body.data[0] == 0x1F && body.data[1] == 0x8B)
        return WSSC_INFLATE_GZIP;
    if (g_ascii_strcasecmp(encoding, "deflate") != 0 || wssc_envelope_is_text(body))
        return WSSC_INFLATE_NONE;
    gboolean is_zlib = (body.data[0] & 0x0F) == 8 && (body.data[0] << 8 | body.data[1]) % 31 == 0;
    return is_zlib ? WSSC_INFLATE_ZLIB : WSSC_INFLATE_DEFLATE;
}

static gboolean is_unknown_encoding(const char *encoding, WsscBytes body)
{
    static const char *const others[] = {"br", "zstd", "compress"};
    for (guint i = 0; encoding != NULL && i < G_N_ELEMENTS(others); i++)
        if (g_ascii_strcasecmp(encoding, others[i]) == 0)
            return !wssc_octets_are_text(body);
    return FALSE;
}

static gboolean is_chunked(const WsscHttpMessageHead *head)
{
    return head->transfer_encoding != NULL && g_ascii_strncasecmp(head->transfer_encoding, "chunked", 7) == 0;
}

GBytes *wssc_http_body(WsscReading *reading, const WsscHttpMessageHead *head, WsscBytes body, const char **ret_reason)
{
    gsize len;
    g_autoptr(GBytes) plain = is_chunked(head) ? join_chunks(body, &len) : NULL;
    if (plain == NULL)
        plain = g_bytes_new(body.data, body.len);
    GBytes *decoded = wssc_mime_decode(head->mime_encoding, wssc_bytes_of(plain));
    if (decoded != NULL) {
        g_bytes_unref(plain);
        plain = decoded;
    }
    WsscBytes octets = wssc_bytes_of(plain);
    WsscInflate kind = compression(head->content_encoding, octets);
    *ret_reason = NULL;
    if (is_unknown_encoding(head->content_encoding, octets)) {
        *ret_reason = "compressed in a way that is not read here";
        return NULL;
    }
    if (kind == WSSC_INFLATE_NONE)
        return g_steal_pointer(&plain);
    GBytes *out = wssc_inflate_what_can_be(kind, octets, MIN(reading->left, WSSC_MAX_MESSAGE_OCTETS), ret_reason);
    reading->left -= MIN(reading->left, g_bytes_get_size(out));
    if (*ret_reason != NULL)
        g_clear_pointer(&out, g_bytes_unref);
    return out;
}

/* ---- messages ---------------------------------------------------------------------------------------------------- */

static gsize white(WsscBytes octets)
{
    gsize at = 0;
    while (at < octets.len && wssc_is_xml_space((char)octets.data[at]))
        at++;
    return at;
}

gboolean wssc_body_may_be_soap(WsscBytes body, const char *content_type)
{
    WsscBytes rest = wssc_bytes(body.data, body.len);
    if (content_type != NULL && (strstr(content_type, "msbin") != NULL || strstr(content_type, "soap") != NULL))
        return TRUE;
    if (wssc_envelope_is_multipart(content_type))
        return memmem(body.data, body.len, "Envelope", 8) != NULL || strstr(content_type, "xop") != NULL;
    if (rest.len > 3 && memcmp(rest.data, "\xEF\xBB\xBF", 3) == 0)
        rest = wssc_bytes(rest.data + 3, rest.len - 3);
    gsize skip = white(rest);
    gboolean is_wide =
        rest.len > 3 && (rest.data[0] == 0xFE || rest.data[0] == 0xFF || rest.data[0] == 0 || rest.data[1] == 0);
    if (is_wide)
        return content_type != NULL && strstr(content_type, "xml") != NULL;
    return skip < rest.len && rest.data[skip] == '<' && memmem(rest.data, rest.len, "Envelope", 8) != NULL;
}

static void skip_body(WsscReading *reading, const char *place, const WsscHttpMessageHead *head, WsscBytes body)
{
    gsize len = head->content_type != NULL ? strcspn(head->content_type, "; ") : 0;
    if (body.len == 0)
        wssc_reading_skip(reading, place, "%s without a body", head->is_response ? "a response" : "a request");
    else
        wssc_reading_skip(reading, place, "%s without SOAP (%.*s)", head->is_response ? "a response" : "a request",
                          len > 0 ? (int)len : 10, len > 0 ? head->content_type : "no type");
}

WsscFound *wssc_http_add_body(WsscReading *reading, guint entry, const char *place, const WsscHttpMessageHead *head,
                              WsscBytes body)
{
    const char *reason = NULL;
    g_autoptr(GBytes) octets = wssc_http_body(reading, head, body, &reason);
    WsscBytes bytes = octets != NULL ? wssc_bytes_of(octets) : wssc_bytes(NULL, 0);
    gboolean is_soap = octets != NULL && bytes.len > 0 && wssc_body_may_be_soap(bytes, head->content_type);
    gboolean is_only_status = !is_soap && head->is_response && head->status >= 200;

    if (reason != NULL)
        wssc_reading_skip(reading, place, "a body that cannot be read (%s)", reason);
    else if (!is_soap)
        skip_body(reading, place, head, bytes);
    if (!is_soap && !is_only_status)
        return NULL;
    WsscFound *found = wssc_reading_add(reading, entry, g_strdup(place));
    if (found == NULL)
        return NULL;
    found->direction = head->is_response ? WSSC_FOUND_RESPONSE : WSSC_FOUND_REQUEST;
    found->http_status = head->status;
    if (is_only_status)
        return found;
    found->octets = g_steal_pointer(&octets);
    found->content_type = g_strdup(head->content_type);
    found->soap_action = g_strdup(head->soap_action);
    found->agent = g_strdup(head->agent != NULL ? head->agent : "");
    return found;
}

WsscFound *wssc_http_add(WsscReading *reading, guint entry, const char *place, WsscBytes octets)
{
    WsscHttpMessageHead head;
    if (!wssc_http_message_head(octets, &head)) {
        wssc_reading_skip(reading, place, "what is no HTTP message");
        return NULL;
    }
    WsscFound *found =
        wssc_http_add_body(reading, entry, place, &head, wssc_bytes(octets.data + head.len, octets.len - head.len));
    if (found != NULL && head.host != NULL && head.target != NULL)
        wssc_found_set_url(found, head.host, NULL);
    wssc_http_message_head_clear(&head);
    return found;
}

/* ---- peers ------------------------------------------------------------------------------------------------------- */

/* "https://host:8443/x" or "host:80": transport and "host:port". */
void wssc_found_set_url(WsscFound *found, const char *url, const char *peer)
{
    static const struct {
        const char *scheme;
        WsscTransport transport;
        gboolean is_protected;
        guint port;
    } schemes[] = {{"https://", WSSC_TRANSPORT_HTTPS, TRUE, 443},
                   {"http://", WSSC_TRANSPORT_HTTP, FALSE, 80},
                   {"net.tcp://", WSSC_TRANSPORT_NETTCP, FALSE, 808},
                   {"net.pipe://", WSSC_TRANSPORT_OTHER, FALSE, 0}};
    guint port = 0;
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (!g_str_has_prefix(url, schemes[i].scheme))
            continue;
        url += strlen(schemes[i].scheme);
        port = schemes[i].port;
        found->transport = schemes[i].transport;
        found->is_protected = schemes[i].is_protected;
    }
    g_autofree char *host = g_strndup(url, MIN(strcspn(url, "/?#"), 256));
    gboolean has_port =
        strrchr(host, ':') != NULL && strrchr(host, ':') > (strrchr(host, ']') != NULL ? strrchr(host, ']') : host);
    char *service = has_port || port == 0 ? g_strdup(host) : g_strdup_printf("%s:%u", host, port);
    gboolean is_response = found->direction == WSSC_FOUND_RESPONSE;
    char **own = is_response ? &found->src : &found->dst, **other = is_response ? &found->dst : &found->src;
    g_free(*own);
    *own = service;
    if (peer != NULL) {
        g_free(*other);
        *other = g_strdup(peer);
    }
}

/* ---- a file of them ---------------------------------------------------------------------------------------------- */

gboolean wssc_export_is_http(WsscBytes octets)
{
    WsscHttpMessageHead head;
    gsize skip = white(octets);
    WsscBytes rest = wssc_bytes(octets.data + skip, octets.len - skip);
    if (!wssc_http_message_head(rest, &head))
        return FALSE;
    wssc_http_message_head_clear(&head);
    return TRUE;
}

static gboolean is_head_at(WsscBytes octets, gsize at)
{
    WsscHttpMessageHead head;
    while (at < octets.len && wssc_is_xml_space((char)octets.data[at]))
        at++;
    if (at >= octets.len)
        return TRUE; /* the end does as well */
    if (!wssc_http_message_head(wssc_bytes(octets.data + at, octets.len - at), &head))
        return FALSE;
    wssc_http_message_head_clear(&head);
    return TRUE;
}

/* Where the next line begins that may be a head's first; the end when none. */
static gsize next_head(WsscBytes octets, gsize at)
{
    while (at < octets.len) {
        gboolean is_line = at == 0 || octets.data[at - 1] == '\n' || octets.data[at - 1] == '>';
        if (is_line && strchr("HPGOCD", (char)octets.data[at]) != NULL && octets.data[at] != '\0' &&
            is_head_at(octets, at))
            return at;
        const guint8 *next = memchr(octets.data + at, '\n', octets.len - at);
        gsize line = next != NULL ? (gsize)(next - octets.data) + 1 : octets.len;
        /* What was saved from a stream has no line end between a body and the next head. */
        const guint8 *tag = memmem(octets.data + at, line - at, ">HTTP/", 6);
        const guint8 *post = memmem(octets.data + at, line - at, ">POST ", 6);
        tag = tag == NULL || (post != NULL && post < tag) ? post : tag;
        at = tag != NULL ? (gsize)(tag - octets.data) + 1 : line;
    }
    return octets.len;
}

/* ret_is_sure: the head's own length, and something of HTTP or nothing behind it. */
static gsize body_length(const WsscHttpMessageHead *head, WsscBytes octets, gsize body, gboolean *ret_is_sure)
{
    gsize len = 0, left = octets.len - body;
    *ret_is_sure = TRUE;
    if (is_chunked(head)) {
        g_autoptr(GBytes) joined = join_chunks(wssc_bytes(octets.data + body, left), &len);
        if (joined != NULL)
            return len;
    } else if (head->content_length >= 0 && (guint64)head->content_length <= left &&
               is_head_at(octets, body + (gsize)head->content_length)) {
        return (gsize)head->content_length;
    }
    *ret_is_sure = FALSE;
    return next_head(octets, body) - body;
}

/* Text of another kind behind an envelope, in a file that somebody put together. */
static void trim(WsscReading *reading, WsscFound *found)
{
    WsscBytes body = found->octets != NULL ? wssc_bytes_of(found->octets) : wssc_bytes(NULL, 0);
    if (!wssc_octets_are_text(body) || wssc_envelope_is_multipart(found->content_type))
        return;
    g_autoptr(GArray) finds = wssc_text_find(body, TRUE);
    WsscTextFind *first = finds->len > 0 ? &g_array_index(finds, WsscTextFind, 0) : NULL;
    if (first == NULL || first->is_cut || first->layers != NULL)
        return;
    gsize behind = first->end + white(wssc_bytes(body.data + first->end, body.len - first->end));
    if (behind >= body.len)
        return;
    wssc_reading_skip(reading, found->place, "text behind an envelope");
    g_bytes_unref(found->octets);
    found->octets = g_steal_pointer(&first->octets);
}

typedef struct {
    WsscReading *reading;
    guint64 pair, answered;
    char *service; /* that the last request went to */
} Stream;

static void add_message(Stream *stream, guint entry, const char *place, const WsscHttpMessageHead *head, WsscBytes body,
                        gboolean is_sure)
{
    WsscFound *found = wssc_http_add_body(stream->reading, entry, place, head, body);
    wssc_reading_skip(stream->reading, place, "a head of HTTP");
    stream->pair += head->is_response ? 0 : 1;
    stream->answered += head->is_response && stream->answered < stream->pair ? 1 : 0;
    if (head->host != NULL) {
        g_free(stream->service);
        stream->service = g_strdup(head->host);
    }
    if (found == NULL)
        return;
    found->pair = head->is_response ? stream->answered : stream->pair;
    if (stream->service != NULL)
        wssc_found_set_url(found, stream->service, NULL);
    if (!is_sure)
        trim(stream->reading, found);
}

void wssc_export_read_http(WsscReading *reading, GBytes *octets)
{
    WsscBytes all = wssc_bytes_of(octets);
    Stream stream = {.reading = reading};
    gsize at = white(all);
    guint entry = reading->export->entries;

    while (at < all.len) {
        WsscHttpMessageHead head;
        WsscBytes rest = wssc_bytes(all.data + at, all.len - at);
        gboolean is_sure;
        if (!wssc_http_message_head(rest, &head)) {
            wssc_reading_damage(reading, "at octet %" G_GSIZE_FORMAT ": no HTTP message begins there", at);
            break;
        }
        gsize len = body_length(&head, all, at + head.len, &is_sure);
        g_autofree char *place = g_strdup_printf("octet %" G_GSIZE_FORMAT, at);
        if (!head.is_response || head.status >= 200) /* others say that the answer is yet to come */
            add_message(&stream, ++entry, place, &head, wssc_bytes(rest.data + head.len, len), is_sure);
        at += head.len + len;
        at += white(wssc_bytes(all.data + at, all.len - at));
        wssc_http_message_head_clear(&head);
    }
    g_free(stream.service);
    reading->export->entries = entry;
}
