/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workers/finds.h"

#include <string.h>

#include "carrier/envelope.h"

/* ---- tables of strings --------------------------------------------------------------------------------------------
 */

struct WsscStringsSent {
    GHashTable *counts; /* number of a table -> how many of its strings the other side has */
};

WsscStringsSent *wssc_strings_sent_new(void)
{
    WsscStringsSent *sent = g_new0(WsscStringsSent, 1);
    sent->counts = g_hash_table_new(NULL, NULL);
    return sent;
}

void wssc_strings_sent_free(WsscStringsSent *sent)
{
    g_hash_table_unref(sent->counts);
    g_free(sent);
}

GHashTable *wssc_strings_got_new(void)
{
    return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)wssc_string_table_free);
}

/* A table that does not last is empty before its message. A message with a tree is read again over there, which adds
 * its own strings. */
static void put_strings(WsscRecordWriter *writer, WsscStringsSent *sent, const WsscStringsThen *strings,
                        gboolean is_read_again)
{
    gpointer key = GSIZE_TO_POINTER(strings->number);
    guint known = strings->number != 0 ? GPOINTER_TO_UINT(g_hash_table_lookup(sent->counts, key)) : 0;
    known = MIN(known, strings->count);
    wssc_record_put(writer, strings->table != NULL);
    if (strings->table == NULL)
        return;
    wssc_record_put(writer, strings->number);
    wssc_record_put_text(writer, strings->unknown);
    wssc_record_put(writer, strings->count - known);
    for (guint i = known; i < strings->count; i++)
        wssc_record_put_text(writer, wssc_string_table_nth(strings->table, i));
    guint now = is_read_again ? wssc_string_table_count(strings->table) : strings->count;
    if (strings->number != 0)
        g_hash_table_insert(sent->counts, key, GUINT_TO_POINTER(now));
}

static WsscStringTable *table_of(GHashTable *tables, guint64 number)
{
    WsscStringTable *table = g_hash_table_lookup(tables, &number);
    if (table == NULL || number == 0) {
        table = wssc_string_table_new();
        g_hash_table_insert(tables, g_memdup2(&number, sizeof number), table);
    }
    return table;
}

/* NULL: the message needs none, or the record is bad. */
static WsscStringTable *get_strings(WsscRecord *record, GHashTable *tables)
{
    if (wssc_record_get(record) == 0)
        return NULL;
    WsscStringTable *table = table_of(tables, wssc_record_get(record));
    const char *unknown = wssc_record_get_text(record), *text;
    guint64 count = wssc_record_get(record);
    for (guint64 i = 0; i < count && !record->is_bad; i++)
        if ((text = wssc_record_get_text(record)) != NULL)
            wssc_string_table_add(table, wssc_bytes(text, strlen(text)));
    if (unknown != NULL) /* there are a few such reasons */
        wssc_string_table_mark_unknown(table, g_intern_string(unknown));
    return table;
}

/* ---- messages -----------------------------------------------------------------------------------------------------
 */

void wssc_finds_put_message(WsscRecordWriter *writer, WsscStringsSent *sent, guint64 key, const WsscUnit *unit,
                            const WsscStringsThen *strings)
{
    const guint64 numbers[] = {unit->frame,
                               unit->ordinal,
                               (guint64)unit->time,
                               unit->transport,
                               (guint64)unit->is_protected,
                               unit->encoding,
                               unit->direction,
                               unit->stream,
                               unit->pair,
                               unit->http_status,
                               unit->announced,
                               (guint64)unit->http_date,
                               (guint64)unit->is_other_end_heard,
                               unit->client_certificate,
                               unit->certificate_frame};
    const char *const texts[] = {
        unit->src,    unit->dst,    unit->content_type, unit->soap_action, unit->agent,   unit->forwarded, unit->host,
        unit->target, unit->relays, unit->server_name,  unit->xml_error,   unit->charset, unit->damage};
    wssc_record_begin(writer, WSSC_RECORD_MESSAGE, key);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        wssc_record_put(writer, numbers[i]);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        wssc_record_put_text(writer, texts[i]);
    wssc_record_put_octets(writer, unit->octets);
    wssc_record_put(writer, unit->xml != NULL);
    put_strings(writer, sent, strings, unit->xml != NULL);
    wssc_record_end(writer);
}

static void get_numbers(WsscRecord *record, WsscUnit *unit)
{
    unit->frame = (guint32)wssc_record_get(record);
    unit->ordinal = (guint)wssc_record_get(record);
    unit->time = (gint64)wssc_record_get(record);
    unit->transport = (WsscTransport)wssc_record_get(record);
    unit->is_protected = (gboolean)wssc_record_get(record);
    unit->encoding = (WsscEncoding)wssc_record_get(record);
    unit->direction = (WsscDirection)wssc_record_get(record);
    unit->stream = wssc_record_get(record);
    unit->pair = wssc_record_get(record);
    unit->http_status = (guint)wssc_record_get(record);
    unit->announced = (gsize)wssc_record_get(record);
    unit->http_date = (gint64)wssc_record_get(record);
    unit->is_other_end_heard = (gboolean)wssc_record_get(record);
    unit->client_certificate = (WsscTruth)wssc_record_get(record);
    unit->certificate_frame = (guint32)wssc_record_get(record);
}

static void get_texts(WsscRecord *record, WsscUnit *unit)
{
    const char **const texts[] = {&unit->src,    &unit->dst,         &unit->content_type, &unit->soap_action,
                                  &unit->agent,  &unit->forwarded,   &unit->host,         &unit->target,
                                  &unit->relays, &unit->server_name, &unit->xml_error,    &unit->charset,
                                  &unit->damage};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = wssc_record_get_text(record);
}

gboolean wssc_finds_get_message(WsscRecord *record, GHashTable *tables, WsscUnit *ret_unit)
{
    WsscUnit unit = {.frame = 0};
    get_numbers(record, &unit);
    get_texts(record, &unit);
    unit.octets = wssc_record_get_octets(record);
    gboolean has_tree = wssc_record_get(record) != 0;
    WsscStringTable *table = get_strings(record, tables);
    if (has_tree && unit.octets != NULL && !record->is_bad) {
        /* What is wrong with it the worker has said. */
        WsscEnvelope envelope;
        wssc_envelope_read(unit.octets, unit.content_type, unit.charset, table, &envelope, NULL);
        unit.xml = envelope.xml;
        g_bytes_unref(envelope.octets);
    }
    *ret_unit = unit;
    return !record->is_bad && record->at == record->len;
}

/* ---- notes --------------------------------------------------------------------------------------------------------
 */

void wssc_finds_put_note(WsscRecordWriter *writer, guint64 key, const WsscCarrierNote *note)
{
    const guint64 numbers[] = {note->frame,
                               (guint64)note->time,
                               note->stream,
                               note->pair,
                               note->kind,
                               (guint64)note->is_from_server,
                               (guint64)note->is_answer_due,
                               note->phase,
                               note->value,
                               note->client_certificate,
                               note->certificate_frame,
                               (guint64)note->date};
    const char *const texts[] = {note->client, note->server, note->text, note->media, note->via, note->server_name};
    wssc_record_begin(writer, WSSC_RECORD_NOTE, key);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        wssc_record_put(writer, numbers[i]);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        wssc_record_put_text(writer, texts[i]);
    wssc_record_end(writer);
}

gboolean wssc_finds_get_note(WsscRecord *record, WsscCarrierNote *ret_note)
{
    WsscCarrierNote note = {.frame = (guint32)wssc_record_get(record)};
    note.time = (gint64)wssc_record_get(record);
    note.stream = wssc_record_get(record);
    note.pair = wssc_record_get(record);
    note.kind = (WsscSignKind)wssc_record_get(record);
    note.is_from_server = (gboolean)wssc_record_get(record);
    note.is_answer_due = (gboolean)wssc_record_get(record);
    note.phase = (WsscTlsPhase)wssc_record_get(record);
    note.value = (guint)wssc_record_get(record);
    note.client_certificate = (WsscTruth)wssc_record_get(record);
    note.certificate_frame = (guint32)wssc_record_get(record);
    note.date = (gint64)wssc_record_get(record);
    note.client = wssc_record_get_text(record);
    note.server = wssc_record_get_text(record);
    note.text = wssc_record_get_text(record);
    note.media = wssc_record_get_text(record);
    note.via = wssc_record_get_text(record);
    note.server_name = wssc_record_get_text(record);
    *ret_note = note;
    return !record->is_bad && record->at == record->len;
}
