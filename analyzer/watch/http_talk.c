/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/http_talk.h"

#include <string.h>

#include "carrier/http_head.h"
#include "carrier/other_types.h"
#include "watch/signs.h"

#define MAX_HEAD (16 * 1024)
#define MAX_DIGITS 9 /* of a length; a longer body is nobody's */
#define MAX_CHUNK 8  /* digits of a chunk's length */
#define MAX_LINE 16  /* a chunk's first line */

typedef enum {
    IN_HEAD,
    IN_ANYTHING, /* it was joined there: until a segment begins with a head */
    IN_BODY,
    IN_SIZE, /* the line before a chunk */
    IN_CHUNK,
    BEHIND_CHUNK, /* the line's end after it */
    BEHIND_LAST,  /* the empty line after the last */
} Step;

/* One direction. */
typedef struct {
    Step step;
    gsize left;        /* octets of the body or chunk */
    GByteArray *line;  /* what came of a head or a line; NULL: nothing */
    WsscSignTail tail; /* of the body */
} Way;

struct WsscHttpTalk {
    Way ways[2];       /* client's, server's */
    gboolean is_asked; /* a request is whole that was not answered yet */
    gboolean may_be_ours;
    guint answers;
};

/* What a head says of the body. */
typedef struct {
    gboolean has_length, is_chunked, has_type;
    gsize length;
    gboolean may_be_bare; /* a request, or an answer that never has a body */
    gboolean is_interim;
    gboolean may_be_ours;
} Head;

/* ---- heads ------------------------------------------------------------------------------------------------------- */

/* TRUE when the text begins with the word, in any case: it is lower-case. */
static gboolean begins(const char *text, gsize len, const char *word)
{
    gsize size = strlen(word);
    return len >= size && g_ascii_strncasecmp(text, word, size) == 0;
}

static gboolean is_word(const char *text, gsize len, const char *word)
{
    return len == strlen(word) && begins(text, len, word);
}

static const char *const methods[] = {"GET ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH "};

gboolean wssc_http_talk_begins(WsscBytes octets)
{
    for (guint i = 0; i < G_N_ELEMENTS(methods); i++)
        if (octets.len >= strlen(methods[i]) && memcmp(octets.data, methods[i], strlen(methods[i])) == 0)
            return TRUE;
    return FALSE;
}

gboolean wssc_http_talk_is_answer(WsscBytes octets)
{
    static const char version[] = "HTTP/1.";
    return octets.len >= sizeof version - 1 && memcmp(octets.data, version, sizeof version - 1) == 0;
}

static gboolean read_request_line(const char *line, gsize len, Head *head)
{
    const char *version = len > 10 ? line + len - 9 : line;
    gsize spaces = 0;
    for (gsize i = 0; i < len; i++)
        spaces += line[i] == ' ';
    head->may_be_bare = TRUE;
    return wssc_http_talk_begins(wssc_bytes(line, len)) && spaces == 2 &&
           (memcmp(version, " HTTP/1.1", 9) == 0 || memcmp(version, " HTTP/1.0", 9) == 0);
}

/* What may mean more than it says is not followed. An interim answer is not the one that is waited for. */
static gboolean read_status_line(const char *line, gsize len, Head *head)
{
    if (len < 12 || (memcmp(line, "HTTP/1.1 ", 9) != 0 && memcmp(line, "HTTP/1.0 ", 9) != 0))
        return FALSE;
    const char *status = line + 9;
    head->is_interim = strncmp(status, "100", 3) == 0;
    if ((!head->is_interim && (status[0] < '2' || status[0] > '5')) || !g_ascii_isdigit(status[1]) ||
        !g_ascii_isdigit(status[2]) || (len > 12 && status[3] != ' '))
        return FALSE;
    head->may_be_ours = head->is_interim;
    head->may_be_bare = head->is_interim || strncmp(status, "204", 3) == 0 || strncmp(status, "304", 3) == 0;
    return TRUE;
}

static gboolean read_length(const char *value, gsize len, gsize *ret_length)
{
    *ret_length = 0;
    if (len == 0 || len > MAX_DIGITS)
        return FALSE;
    for (gsize i = 0; i < len; i++) {
        if (!g_ascii_isdigit(value[i]))
            return FALSE;
        *ret_length = *ret_length * 10 + (gsize)(value[i] - '0');
    }
    return TRUE;
}

/* Whoever asks for another protocol may get it. */
static gboolean is_turning(const char *name, gsize len)
{
    return is_word(name, len, "upgrade") || is_word(name, len, "http2-settings") || begins(name, len, "sec-websocket");
}

static gboolean is_ours(const char *name, gsize len)
{
    return is_word(name, len, "soapaction") || is_word(name, len, "content-id") || is_word(name, len, "mime-version");
}

static gboolean is_token(const char *text, gsize len)
{
    for (gsize i = 0; i < len; i++)
        if (!g_ascii_isalnum(text[i]) && strchr("!#$%&'*+-.^_`|~", text[i]) == NULL)
            return FALSE;
    return len > 0;
}

static gboolean read_field(const char *line, gsize len, Head *head)
{
    const char *colon = memchr(line, ':', len);
    gsize name = colon != NULL ? (gsize)(colon - line) : 0;
    if (colon == NULL || !is_token(line, name) || is_turning(line, name))
        return FALSE;
    const char *value = colon + 1;
    gsize size = len - name - 1;
    for (; size > 0 && *value == ' '; size--)
        value++;
    head->may_be_ours |= is_ours(line, name);
    if (is_word(line, name, "content-type")) {
        gboolean is_first = !head->has_type;
        head->has_type = TRUE;
        head->may_be_ours |= !wssc_other_types_has(value, size);
        return is_first;
    }
    if (is_word(line, name, "content-length")) {
        gboolean is_first = !head->has_length;
        head->has_length = TRUE;
        return is_first && read_length(value, size, &head->length);
    }
    if (is_word(line, name, "transfer-encoding")) {
        gboolean is_first = !head->is_chunked;
        head->is_chunked = TRUE;
        return is_first && is_word(value, size, "chunked");
    }
    return TRUE;
}

/* Lines that end as they should, of what can be seen. */
static const char *end_of_line(const char *text, gsize len)
{
    for (gsize i = 0; i + 1 < len; i++) {
        if (text[i] == '\r')
            return text[i + 1] == '\n' ? text + i : NULL;
        if ((guint8)text[i] < 32 && text[i] != '\t')
            return NULL;
    }
    return NULL;
}

static gboolean read_head(const char *text, gsize len, gboolean is_from_server, Head *ret_head)
{
    const char *end = end_of_line(text, len);
    *ret_head = (Head){.has_length = FALSE};
    if (end == NULL || !(is_from_server ? read_status_line(text, (gsize)(end - text), ret_head)
                                        : read_request_line(text, (gsize)(end - text), ret_head)))
        return FALSE;
    for (;;) {
        len -= (gsize)(end + 2 - text);
        text = end + 2;
        end = end_of_line(text, len);
        if (end == NULL)
            return FALSE;
        if (end == text)
            break;
        if (!read_field(text, (gsize)(end - text), ret_head))
            return FALSE;
    }
    gboolean has_body = ret_head->is_chunked || ret_head->length > 0;
    if (ret_head->is_chunked && ret_head->has_length)
        return FALSE;
    return has_body ? ret_head->has_type && !(is_from_server && ret_head->may_be_bare)
                    : ret_head->may_be_bare || ret_head->has_length;
}

/* ---- the way of one direction ------------------------------------------------------------------------------------ */

static void forget_line(Way *way)
{
    g_clear_pointer(&way->line, g_byte_array_unref);
}

static WsscBytes rest_of(WsscBytes octets, gsize from)
{
    return wssc_bytes(octets.data + from, octets.len - from);
}

/* How many octets the head takes with its empty line; 0: it is not whole. */
static gsize end_of_head(WsscBytes octets)
{
    const guint8 *at = octets.data, *end = octets.data + octets.len;
    while ((at = memchr(at, '\n', (gsize)(end - at))) != NULL) {
        gsize taken = (gsize)(++at - octets.data);
        if (taken >= 4 && memcmp(at - 4, "\r\n\r\n", 4) == 0)
            return taken;
    }
    return 0;
}

static gboolean begin_body(Way *way, const Head *head)
{
    way->step = head->is_chunked ? IN_SIZE : head->length > 0 ? IN_BODY : IN_HEAD;
    way->left = head->length;
    way->tail = (WsscSignTail){.len = 0};
    return TRUE;
}

/* What of the head came before is put in front. */
static gboolean take_head(Way *way, gboolean is_from_server, WsscBytes *octets, Head *ret_head)
{
    gsize before = way->line != NULL ? way->line->len : 0;
    WsscBytes all = *octets;
    *ret_head = (Head){.is_interim = FALSE};
    if (way->line != NULL) {
        g_byte_array_append(way->line, octets->data, (guint)octets->len);
        all = wssc_bytes(way->line->data, way->line->len);
    }
    gsize len = end_of_head(all);
    if (len == 0) {
        if (all.len > MAX_HEAD)
            return FALSE;
        if (way->line == NULL) {
            way->line = g_byte_array_new();
            g_byte_array_append(way->line, octets->data, (guint)octets->len);
        }
        *octets = rest_of(*octets, octets->len);
        return TRUE;
    }
    gboolean is_good = len > before && read_head((const char *)all.data, len, is_from_server, ret_head);
    forget_line(way);
    *octets = rest_of(*octets, len - before);
    return is_good && begin_body(way, ret_head);
}

/* A line of a few octets, whole in line once it ends. */
static gboolean take_line(Way *way, WsscBytes *octets, gboolean *ret_is_whole)
{
    *ret_is_whole = FALSE;
    if (way->line == NULL)
        way->line = g_byte_array_new();
    while (octets->len > 0 && !*ret_is_whole) {
        g_byte_array_append(way->line, octets->data, 1);
        *octets = rest_of(*octets, 1);
        guint len = way->line->len;
        *ret_is_whole = way->line->data[len - 1] == '\n';
        if (len > MAX_LINE || (*ret_is_whole && (len < 2 || way->line->data[len - 2] != '\r')))
            return FALSE;
    }
    return TRUE;
}

static gboolean read_size(const GByteArray *line, gsize *ret_size)
{
    guint digits = line->len - 2;
    *ret_size = 0;
    for (guint i = 0; i < digits; i++) {
        int digit = g_ascii_xdigit_value((char)line->data[i]);
        if (digit < 0)
            return FALSE;
        *ret_size = *ret_size << 4 | (gsize)digit;
    }
    return digits > 0 && digits <= MAX_CHUNK;
}

static gboolean take_small(Way *way, WsscBytes *octets)
{
    gboolean is_whole;
    if (!take_line(way, octets, &is_whole))
        return FALSE;
    if (!is_whole)
        return TRUE;
    if (way->step == IN_SIZE) {
        if (!read_size(way->line, &way->left))
            return FALSE;
        way->step = way->left > 0 ? IN_CHUNK : BEHIND_LAST;
    } else if (way->line->len == 2) {
        way->step = way->step == BEHIND_CHUNK ? IN_SIZE : IN_HEAD;
    } else {
        return FALSE; /* a field behind the last chunk */
    }
    forget_line(way);
    return TRUE;
}

static void take_body(WsscHttpTalk *talk, Way *way, WsscBytes *octets)
{
    gsize len = MIN(way->left, octets->len);
    talk->may_be_ours = talk->may_be_ours || wssc_signs_follow(&way->tail, wssc_bytes(octets->data, len));
    *octets = rest_of(*octets, len);
    way->left -= len;
    if (way->left == 0)
        way->step = way->step == IN_BODY ? IN_HEAD : BEHIND_CHUNK;
}

/* No message is under way. */
static gboolean is_even(const Way *way)
{
    return way->step == IN_HEAD && way->line == NULL;
}

/* ---- both ------------------------------------------------------------------------------------------------------- */

WsscHttpTalk *wssc_http_talk_new(void)
{
    return g_new0(WsscHttpTalk, 1);
}

WsscHttpTalk *wssc_http_talk_new_joined(void)
{
    WsscHttpTalk *talk = wssc_http_talk_new();
    talk->ways[0].step = talk->ways[1].step = IN_ANYTHING;
    return talk;
}

void wssc_http_talk_free(WsscHttpTalk *talk)
{
    for (guint i = 0; talk != NULL && i < 2; i++)
        forget_line(&talk->ways[i]);
    g_free(talk);
}

static gboolean take_part(WsscHttpTalk *talk, gboolean is_from_server, WsscBytes *octets, Head *ret_head)
{
    Way *way = &talk->ways[is_from_server ? 1 : 0];
    *ret_head = (Head){.is_interim = FALSE};
    switch (way->step) {
    case IN_HEAD:
        return take_head(way, is_from_server, octets, ret_head);
    case IN_BODY:
    case IN_CHUNK:
        take_body(talk, way, octets);
        return TRUE;
    default:
        return take_small(way, octets);
    }
}

/* Segments of one that was joined in its middle. TRUE: there is nothing else in this one. */
static gboolean pass_middle(Way *way, gboolean is_from_server, WsscBytes octets, gboolean *ret_is_good)
{
    gboolean is_head = is_from_server ? wssc_http_talk_is_answer(octets) : wssc_http_talk_begins(octets);
    *ret_is_good = is_head || wssc_http_is_middle((const char *)octets.data, octets.len);
    way->step = is_head ? IN_HEAD : IN_ANYTHING;
    return !is_head;
}

/* A request waits for the answer to the one before it, and nobody speaks out of turn, but for an interim answer to the
 * head of a request, and for the answer to a request that was not seen. */
gboolean wssc_http_talk_take(WsscHttpTalk *talk, gboolean is_from_server, WsscBytes octets)
{
    Way *way = &talk->ways[is_from_server ? 1 : 0];
    gboolean is_answer_only = is_from_server && talk->ways[0].step == IN_ANYTHING;
    gboolean is_in_turn = talk->is_asked == is_from_server || is_answer_only, is_good = TRUE;
    Head head;
    if (way->step == IN_ANYTHING && pass_middle(way, is_from_server, octets, &is_good))
        return is_good;
    if (!is_in_turn && (!is_from_server || talk->ways[0].step == IN_HEAD))
        return FALSE;
    if (!is_from_server && talk->ways[1].step != IN_ANYTHING && !is_even(&talk->ways[1]))
        return FALSE; /* to a request that was not seen it is still answered */
    while (octets.len > 0) {
        if (!take_part(talk, is_from_server, &octets, &head))
            return FALSE;
        talk->may_be_ours |= head.may_be_ours;
        if (!is_in_turn)
            return head.is_interim && octets.len == 0;
        if (way->step == IN_HEAD && way->line == NULL && !head.is_interim) {
            talk->is_asked = !is_from_server;
            talk->answers += is_from_server && !is_answer_only ? 1 : 0;
            return octets.len == 0;
        }
    }
    return TRUE;
}

gboolean wssc_http_talk_may_be_ours(const WsscHttpTalk *talk)
{
    return talk->may_be_ours;
}

gboolean wssc_http_talk_is_between(const WsscHttpTalk *talk)
{
    return talk->answers > 0 && !talk->is_asked && wssc_http_talk_is_even(talk);
}

gboolean wssc_http_talk_is_unasked(const WsscHttpTalk *talk, gboolean is_from_server, WsscBytes octets)
{
    if (is_from_server)
        return talk->answers > 0 && (!talk->is_asked || !wssc_http_talk_is_answer(octets));
    return talk->answers > 0 && !talk->is_asked && talk->ways[0].step == IN_HEAD;
}

gboolean wssc_http_talk_is_even(const WsscHttpTalk *talk)
{
    return is_even(&talk->ways[0]) && is_even(&talk->ways[1]);
}

guint wssc_http_talk_answers(const WsscHttpTalk *talk)
{
    return talk->answers;
}
