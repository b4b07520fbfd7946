/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Logs of any form: the envelopes in them, and what stands around those of times, ends and directions.
 */
#define _GNU_SOURCE
#include <string.h>

#include "exports/reader.h"

#define MAX_CONTEXT 4096 /* octets looked at before a message */
#define MAX_BEHIND 1024  /* ... and behind it, on its line */

/* ---- times ------------------------------------------------------------------------------------------------------ */

static gboolean take_digits(const char **p, const char *end, guint count, guint *ret_value)
{
    *ret_value = 0;
    for (guint i = 0; i < count; i++, (*p)++) {
        if (*p >= end || !g_ascii_isdigit(**p))
            return FALSE;
        *ret_value = *ret_value * 10 + (guint)(**p - '0');
    }
    return TRUE;
}

static gboolean take_one(const char **p, const char *end, const char *of)
{
    if (*p >= end || **p == '\0' || strchr(of, **p) == NULL)
        return FALSE;
    (*p)++;
    return TRUE;
}

/* "Z", "+0200", " +02:00"; else the zone is not told. */
static char *take_zone(const char *p, const char *end, gboolean *ret_is_local)
{
    guint hours, minutes;
    *ret_is_local = FALSE;
    if (p < end && *p == 'Z')
        return g_strdup("Z");
    if (p + 1 < end && *p == ' ' && strchr("+-", p[1]) != NULL)
        p++;
    const char *sign = p;
    if (take_one(&p, end, "+-") && take_digits(&p, end, 2, &hours)) {
        take_one(&p, end, ":");
        if (take_digits(&p, end, 2, &minutes))
            return g_strdup_printf("%c%02u:%02u", *sign, hours, minutes);
    }
    *ret_is_local = TRUE;
    return g_strdup("Z");
}

/* Behind a date: "T10:11:12.345+01:00", " 10:11:12,345", "T10:11:12". */
static gint64 take_clock(const char *date, const char *p, const char *end, gboolean *ret_is_local)
{
    guint hour, minute, second, digit;
    g_autoptr(GString) fraction = g_string_new(".");
    if (!take_one(&p, end, "T ,:"))
        return WSSC_TIME_NONE;
    take_one(&p, end, " ");
    if (!take_digits(&p, end, 2, &hour) || !take_one(&p, end, ":") || !take_digits(&p, end, 2, &minute) ||
        !take_one(&p, end, ":") || !take_digits(&p, end, 2, &second))
        return WSSC_TIME_NONE;
    if (take_one(&p, end, ".,:"))
        while (take_digits(&p, end, 1, &digit))
            g_string_append_c(fraction, (char)('0' + digit));
    g_autofree char *zone = take_zone(p, end, ret_is_local);
    g_autofree char *text = g_strdup_printf("%sT%02u:%02u:%02u%s%s", date, hour, minute, second,
                                            fraction->len > 1 ? fraction->str : "", zone);
    return wssc_time_parse(text);
}

static guint month_of(const char *p, const char *end)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (guint i = 0; i < G_N_ELEMENTS(months); i++)
        if (end - p >= 3 && strncmp(p, months[i], 3) == 0)
            return i + 1;
    return 0;
}

/* "2024-05-06", "2024/05/06" or "06/May/2024" at p, and a clock behind it. */
static gint64 time_at(const char *p, const char *end, gboolean *ret_is_local)
{
    guint year, month, day;
    const char *at = p;
    if (take_digits(&at, end, 4, &year) && take_one(&at, end, "-/") && take_digits(&at, end, 2, &month) &&
        take_one(&at, end, "-/") && take_digits(&at, end, 2, &day)) {
        g_autofree char *date = g_strdup_printf("%04u-%02u-%02u", year, month, day);
        return take_clock(date, at, end, ret_is_local);
    }
    at = p;
    if (take_digits(&at, end, 2, &day) && take_one(&at, end, "/- ") && (month = month_of(at, end)) > 0) {
        at += 3;
        if (take_one(&at, end, "/- ") && take_digits(&at, end, 4, &year)) {
            g_autofree char *date = g_strdup_printf("%04u-%02u-%02u", year, month, day);
            return take_clock(date, at, end, ret_is_local);
        }
    }
    return WSSC_TIME_NONE;
}

/* java.util.logging: "May 06, 2024 10:11:12 AM". */
static gint64 american_time_at(const char *p, const char *end, gboolean *ret_is_local)
{
    guint month = month_of(p, end), day, year, hour, minute, second;
    if (month == 0)
        return WSSC_TIME_NONE;
    p += 3;
    if (!take_one(&p, end, " ") ||
        !(end - p > 2 && g_ascii_isdigit(p[1]) ? take_digits(&p, end, 2, &day) : take_digits(&p, end, 1, &day)) ||
        !take_one(&p, end, ",") || !take_one(&p, end, " ") || !take_digits(&p, end, 4, &year) ||
        !take_one(&p, end, " ") ||
        !(end - p > 2 && g_ascii_isdigit(p[1]) ? take_digits(&p, end, 2, &hour) : take_digits(&p, end, 1, &hour)) ||
        !take_one(&p, end, ":") || !take_digits(&p, end, 2, &minute) || !take_one(&p, end, ":") ||
        !take_digits(&p, end, 2, &second))
        return WSSC_TIME_NONE;
    if (end - p >= 3 && *p == ' ' && p[2] == 'M')
        hour = hour % 12 + (p[1] == 'P' ? 12 : 0);
    g_autofree char *text = g_strdup_printf("%04u-%02u-%02uT%02u:%02u:%02uZ", year, month, day, hour, minute, second);
    *ret_is_local = TRUE;
    return wssc_time_parse(text);
}

gint64 wssc_log_time(WsscBytes text, gboolean *ret_is_local)
{
    const char *begin = (const char *)text.data, *end = begin + text.len;
    for (const char *p = end; p > begin;) {
        p--;
        if (p > begin && g_ascii_isalnum(p[-1]))
            continue;
        gint64 time = g_ascii_isdigit(*p)   ? time_at(p, end, ret_is_local)
                      : g_ascii_isupper(*p) ? american_time_at(p, end, ret_is_local)
                                            : WSSC_TIME_NONE;
        if (time != WSSC_TIME_NONE)
            return time;
    }
    return WSSC_TIME_NONE;
}

/* ---- directions, ends ------------------------------------------------------------------------------------------- */

static const struct {
    const char *words;
    WsscFoundDirection direction;
} strong[] =
    {
        {"REQ_OUT", WSSC_FOUND_REQUEST},
        {"REQ_IN", WSSC_FOUND_REQUEST},
        {"RESP_OUT", WSSC_FOUND_RESPONSE},
        {"RESP_IN", WSSC_FOUND_RESPONSE},
        {"FAULT_OUT", WSSC_FOUND_RESPONSE},
        {"FAULT_IN", WSSC_FOUND_RESPONSE},
        {"HTTP request", WSSC_FOUND_REQUEST},
        {"HTTP response", WSSC_FOUND_RESPONSE},
        {"SOAP_REQUEST", WSSC_FOUND_REQUEST},
        {"SOAP_RESPONSE", WSSC_FOUND_RESPONSE},
        {"POST /", WSSC_FOUND_REQUEST},
        {"POST http", WSSC_FOUND_REQUEST},
        {"HTTP/1.1 2", WSSC_FOUND_RESPONSE},
        {"HTTP/1.1 4", WSSC_FOUND_RESPONSE},
        {"HTTP/1.1 5", WSSC_FOUND_RESPONSE},
        {"HttpMethod: POST", WSSC_FOUND_REQUEST},
        {"Http-Method: POST", WSSC_FOUND_REQUEST},
        {"Response-Code:", WSSC_FOUND_RESPONSE},
        {"ResponseCode:", WSSC_FOUND_RESPONSE},
},
  weak[] = {{"request", WSSC_FOUND_REQUEST},   {"Request", WSSC_FOUND_REQUEST},   {"REQUEST", WSSC_FOUND_REQUEST},
            {"response", WSSC_FOUND_RESPONSE}, {"Response", WSSC_FOUND_RESPONSE}, {"RESPONSE", WSSC_FOUND_RESPONSE}};

/* Where the word stands for the last time; NULL when nowhere. */
static const char *last_of(WsscBytes text, const char *word)
{
    return g_strrstr_len((const char *)text.data, (gssize)text.len, word);
}

static WsscFoundDirection direction_of(WsscBytes text)
{
    WsscFoundDirection direction = WSSC_FOUND_UNKNOWN;
    const char *nearest = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(strong); i++) {
        const char *found = last_of(text, strong[i].words);
        if (found > nearest) {
            nearest = found;
            direction = strong[i].direction;
        }
    }
    for (guint i = 0; direction == WSSC_FOUND_UNKNOWN && i < G_N_ELEMENTS(weak); i++) {
        const char *found = last_of(text, weak[i].words);
        if (found > nearest)
            nearest = found;
    }
    for (guint i = 0; direction == WSSC_FOUND_UNKNOWN && nearest != NULL && i < G_N_ELEMENTS(weak); i++)
        if (last_of(text, weak[i].words) == nearest)
            direction = weak[i].direction;
    return direction;
}

/* The word behind a label at the beginning of a line, as CXF writes them; NULL. Caller frees. */
static char *labelled(WsscBytes text, const char *label)
{
    const char *end = (const char *)text.data + text.len;
    const char *found = last_of(text, label);
    if (found == NULL || (found > (const char *)text.data && !wssc_is_xml_space(found[-1])))
        return NULL;
    const char *from = found + strlen(label), *to;
    while (from < end && (*from == ' ' || *from == '\t'))
        from++;
    for (to = from; to < end && !wssc_is_xml_space(*to);)
        to++;
    return to > from ? g_strndup(from, (gsize)(to - from)) : NULL;
}

/* ---- one message ------------------------------------------------------------------------------------------------ */

typedef struct {
    WsscReading *reading;
    WsscBytes text;
    GHashTable *exchanges; /* id -> number */
    gsize counted;         /* newlines up to there */
    guint line;            /* of it, from 1 */
} Log;

static guint line_of(Log *log, gsize at)
{
    for (; log->counted < at; log->counted++)
        if (log->text.data[log->counted] == '\n')
            log->line++;
    return log->line;
}

static WsscBytes slice(WsscBytes text, gsize from, gsize to)
{
    return wssc_bytes(text.data + from, to > from ? to - from : 0);
}

/* A message in a string of a structured log: its line is the record. */
static WsscBytes rest_of_line(WsscBytes text, gsize from)
{
    gsize end = MIN(text.len, from + MAX_BEHIND);
    const guint8 *newline = memchr(text.data + from, '\n', end - from);
    return slice(text, from, newline != NULL ? (gsize)(newline - text.data) : end);
}

static void set_exchange(Log *log, WsscFound *found, WsscBytes before)
{
    g_autofree char *id = labelled(before, "ExchangeId:");
    if (id == NULL)
        id = labelled(before, "ID:");
    if (id == NULL)
        return;
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(log->exchanges, id));
    if (number == 0) {
        number = g_hash_table_size(log->exchanges) + 1;
        g_hash_table_insert(log->exchanges, g_steal_pointer(&id), GUINT_TO_POINTER(number));
    }
    found->pair = number;
}

static void set_context(Log *log, WsscFound *found, const WsscTextFind *find, gsize floor)
{
    gsize from = find->start > MAX_CONTEXT ? find->start - MAX_CONTEXT : 0;
    WsscBytes before = slice(log->text, MAX(from, floor), find->start);
    WsscBytes line = before, behind = wssc_bytes(NULL, 0);
    if (find->layers != NULL) {
        const guint8 *newline = before.len > 0 ? memrchr(before.data, '\n', before.len) : NULL;
        line = newline != NULL ? slice(log->text, (gsize)(newline - log->text.data) + 1, find->start) : before;
        behind = rest_of_line(log->text, MIN(find->end, log->text.len));
    }
    found->time = wssc_log_time(line, &found->is_local_time);
    if (found->time == WSSC_TIME_NONE && behind.len > 0)
        found->time = wssc_log_time(behind, &found->is_local_time);
    if (found->time == WSSC_TIME_NONE && line.len < before.len)
        found->time = wssc_log_time(before, &found->is_local_time);
    found->direction = direction_of(line);
    if (found->direction == WSSC_FOUND_UNKNOWN)
        found->direction = direction_of(behind.len > 0 ? behind : before);
    set_exchange(log, found, before);
    g_autofree char *address = labelled(before, "Address:");
    if (address != NULL)
        wssc_found_set_url(found, address, NULL);
}

static void add(Log *log, guint entry, WsscTextFind *find, gsize floor)
{
    char *place = g_strdup_printf("line %u", line_of(log, find->start));
    g_autofree char *shown = g_strdup(place);
    WsscFound *found = wssc_reading_add(log->reading, entry, place);
    if (found == NULL)
        return;
    found->octets = g_steal_pointer(&find->octets);
    found->charset = g_strdup("utf-8");
    found->is_logged = TRUE;
    if (find->is_cut)
        found->damage = g_strdup("cut: what follows in the file does not go on with it");
    set_context(log, found, find, floor);
    if (find->layers != NULL)
        wssc_reading_skip(log->reading, shown, "%s around a message", find->layers);
    if (find->inherited > 0)
        wssc_reading_skip(log->reading, shown, "elements around a message, whose namespace declarations it uses");
}

static void tell_rest(Log *log, gsize other, gsize first)
{
    if (other == 0)
        return;
    log->counted = 0;
    log->line = 1;
    g_autofree char *place = g_strdup_printf("line %u", line_of(log, first));
    wssc_reading_skip(log->reading, place, "%" G_GSIZE_FORMAT " octets of other text", other);
}

static gsize blank(WsscBytes text, gsize from, gsize to)
{
    gsize count = 0;
    for (gsize i = from; i < to; i++)
        count += wssc_is_xml_space((char)text.data[i]) ? 0 : 1;
    return count;
}

void wssc_export_read_text(WsscReading *reading, GBytes *octets)
{
    WsscBytes text = wssc_bytes_of(octets);
    Log log = {.reading = reading, .text = text, .line = 1};
    g_autoptr(GArray) finds = wssc_text_find(text, FALSE);
    gsize floor = 0, other = 0, first = 0;
    guint entry = reading->export->entries;

    log.exchanges = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < finds->len; i++) {
        WsscTextFind *find = &g_array_index(finds, WsscTextFind, i);
        gsize gap = find->start > floor ? blank(text, floor, find->start) : 0;
        if (gap > 0 && other == 0)
            first = floor;
        other += gap;
        add(&log, ++entry, find, MIN(floor, find->start));
        floor = MAX(floor, find->end);
    }
    if (finds->len > 0)
        other += blank(text, MIN(floor, text.len), text.len);
    tell_rest(&log, other, first);
    reading->export->entries = entry;
    g_hash_table_unref(log.exchanges);
}

/* Envelopes among other octets (a core image, a log with a damaged page) are found as in text. */
gboolean wssc_export_is_text(WsscBytes octets)
{
    return wssc_octets_are_text(octets) || (memmem(octets.data, octets.len, "Envelope", 8) != NULL &&
                                            memmem(octets.data, octets.len, "/soap", 5) != NULL);
}
