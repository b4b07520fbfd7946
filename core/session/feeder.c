/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "session/feeder.h"

#include "base/limits.h"

/* A message is too little to wake a thread for. */
#define ITEMS_PER_BATCH 32
#define OCTETS_PER_BATCH (256u * 1024)

typedef enum { ITEM_MESSAGE, ITEM_STATUS, ITEM_RESET, ITEM_NOTE } ItemKind;

typedef struct {
    ItemKind kind;
    WsscUnit unit;        /* of what the carrier alone tells: only the members that its call takes */
    WsscCarrierNote note; /* of ITEM_NOTE */
    char *xml_error;
} Item;

typedef struct {
    Item items[ITEMS_PER_BATCH];
    guint count;
    gsize octets;
    GStringChunk *strings; /* of the units */
} Batch;

/* Batches on their way to one thread, which waits for them. */
typedef struct {
    GQueue batches;
    GCond arrived;
} Line;

struct WsscFeeder {
    WsscSession *session;
    Batch *filling; /* the caller's alone */
    GThread *parser, *taker;
    GMutex lock; /* for all that follows */
    Line to_parse, to_take;
    GCond taken;
    GQueue spent;    /* batches that the session has taken: their documents go back to where they were allocated */
    guint under_way; /* batches handed over and not taken by the session yet */
    gsize octets;    /* that they hold */
    gboolean is_over;
};

/* ---- batches ------------------------------------------------------------------------------------------------- */

static Batch *batch_new(void)
{
    Batch *batch = g_new0(Batch, 1);
    batch->strings = g_string_chunk_new(1024);
    return batch;
}

static void batch_free(Batch *batch)
{
    for (guint i = 0; i < batch->count; i++) {
        Item *item = &batch->items[i];
        g_clear_pointer(&item->unit.octets, g_bytes_unref);
        wssc_xml_unref(item->unit.xml);
        g_free(item->xml_error);
    }
    g_string_chunk_free(batch->strings);
    g_free(batch);
}

static const char *keep(Batch *batch, const char *text)
{
    return text != NULL ? g_string_chunk_insert(batch->strings, text) : NULL;
}

static const char *keep_common(Batch *batch, const char *text)
{
    return text != NULL ? g_string_chunk_insert_const(batch->strings, text) : NULL;
}

/* ---- the threads ----------------------------------------------------------------------------------------------- */

/* The next batch, which the caller takes over; NULL when no more will come. */
static Batch *next_batch(WsscFeeder *feeder, Line *line)
{
    g_mutex_lock(&feeder->lock);
    while (g_queue_is_empty(&line->batches) && !feeder->is_over)
        g_cond_wait(&line->arrived, &feeder->lock);
    Batch *batch = g_queue_pop_head(&line->batches);
    g_mutex_unlock(&feeder->lock);
    return batch;
}

static void send_batch(Line *line, Batch *batch)
{
    g_queue_push_tail(&line->batches, batch);
    g_cond_signal(&line->arrived);
}

static void parse(Item *item)
{
    g_autoptr(GError) error = NULL;
    WsscUnit *unit = &item->unit;

    if (item->kind != ITEM_MESSAGE || unit->xml != NULL || unit->damage != NULL)
        return;
    unit->hash = wssc_bytes_hash(wssc_bytes_of(unit->octets)); /* here, where the octets are in the processor's cache */
    unit->xml = wssc_xml_parse_without_spans(unit->octets, unit->charset, &error);
    if (unit->xml == NULL)
        unit->xml_error = item->xml_error = g_strdup(error->message);
}

static void free_spent(WsscFeeder *feeder)
{
    g_mutex_lock(&feeder->lock);
    GQueue spent = feeder->spent;
    g_queue_init(&feeder->spent);
    g_mutex_unlock(&feeder->lock);
    g_queue_clear_full(&spent, (GDestroyNotify)batch_free);
}

static gpointer run_parser(gpointer user)
{
    WsscFeeder *feeder = user;
    Batch *batch;
    while ((batch = next_batch(feeder, &feeder->to_parse)) != NULL) {
        free_spent(feeder);
        for (guint i = 0; i < batch->count; i++)
            parse(&batch->items[i]);
        g_mutex_lock(&feeder->lock);
        send_batch(&feeder->to_take, batch);
        g_mutex_unlock(&feeder->lock);
    }
    return NULL;
}

static void take(WsscSession *session, const Item *item)
{
    const WsscUnit *unit = &item->unit;
    switch (item->kind) {
    case ITEM_MESSAGE:
        wssc_session_feed(session, unit);
        break;
    case ITEM_STATUS:
        wssc_session_note_status(session, unit->file, unit->frame, unit->time, unit->stream, unit->pair,
                                 unit->http_status);
        break;
    case ITEM_RESET:
        wssc_session_note_reset(session, unit->file, unit->frame, unit->time, unit->stream, unit->src);
        break;
    case ITEM_NOTE:
        wssc_session_note(session, &item->note);
        break;
    }
}

static gpointer run_taker(gpointer user)
{
    WsscFeeder *feeder = user;
    Batch *batch;
    while ((batch = next_batch(feeder, &feeder->to_take)) != NULL) {
        for (guint i = 0; i < batch->count; i++)
            take(feeder->session, &batch->items[i]);
        g_mutex_lock(&feeder->lock);
        feeder->under_way--;
        feeder->octets -= batch->octets;
        g_queue_push_tail(&feeder->spent, batch);
        g_cond_signal(&feeder->taken);
        g_mutex_unlock(&feeder->lock);
    }
    return NULL;
}

/* ---- the caller's side ------------------------------------------------------------------------------------------- */

WsscFeeder *wssc_feeder_new(WsscSession *session)
{
    WsscFeeder *feeder = g_new0(WsscFeeder, 1);
    feeder->session = session;
    feeder->filling = batch_new();
    g_mutex_init(&feeder->lock);
    g_queue_init(&feeder->to_parse.batches);
    g_queue_init(&feeder->to_take.batches);
    g_queue_init(&feeder->spent);
    g_cond_init(&feeder->to_parse.arrived);
    g_cond_init(&feeder->to_take.arrived);
    g_cond_init(&feeder->taken);
    feeder->parser = g_thread_new("wssc-parser", run_parser, feeder);
    feeder->taker = g_thread_new("wssc-session", run_taker, feeder);
    return feeder;
}

static gboolean is_full(const WsscFeeder *feeder)
{
    return feeder->under_way >= WSSC_MAX_BATCHES_UNDER_WAY || feeder->octets >= WSSC_MAX_OCTETS_UNDER_WAY;
}

static void hand_over(WsscFeeder *feeder)
{
    Batch *batch = feeder->filling;
    feeder->filling = batch_new();
    g_mutex_lock(&feeder->lock);
    while (is_full(feeder))
        g_cond_wait(&feeder->taken, &feeder->lock);
    feeder->under_way++;
    feeder->octets += batch->octets;
    send_batch(&feeder->to_parse, batch);
    g_mutex_unlock(&feeder->lock);
}

static Item *add_item(WsscFeeder *feeder, ItemKind kind)
{
    Batch *batch = feeder->filling;
    if (batch->count == ITEMS_PER_BATCH || batch->octets >= OCTETS_PER_BATCH) {
        hand_over(feeder);
        batch = feeder->filling;
    }
    Item *item = &batch->items[batch->count++];
    *item = (Item){.kind = kind};
    return item;
}

static WsscUnit *add(WsscFeeder *feeder, ItemKind kind, const WsscUnit *unit)
{
    Item *item = add_item(feeder, kind);
    item->unit = *unit;
    return &item->unit;
}

void wssc_feeder_feed(WsscFeeder *feeder, const WsscUnit *unit)
{
    WsscUnit *copy = add(feeder, ITEM_MESSAGE, unit);
    Batch *batch = feeder->filling;
    copy->src = keep(batch, unit->src);
    copy->dst = keep(batch, unit->dst);
    copy->content_type = keep_common(batch, unit->content_type);
    copy->soap_action = keep(batch, unit->soap_action);
    copy->charset = keep_common(batch, unit->charset);
    copy->damage = keep(batch, unit->damage);
    if (unit->xml != NULL)
        wssc_xml_ref(unit->xml);
    copy->agent = keep_common(batch, unit->agent);
    copy->forwarded = keep_common(batch, unit->forwarded);
    copy->target = keep_common(batch, unit->target);
    copy->host = keep_common(batch, unit->host);
    copy->relays = keep_common(batch, unit->relays);
    copy->server_name = keep_common(batch, unit->server_name);
    if (unit->octets != NULL) {
        copy->octets = g_bytes_ref(unit->octets);
        batch->octets += g_bytes_get_size(unit->octets);
    }
}

void wssc_feeder_note_status(WsscFeeder *feeder, guint file, guint32 frame, gint64 time, guint64 stream, guint64 pair,
                             guint http_status)
{
    const WsscUnit unit = {
        .file = file, .frame = frame, .time = time, .stream = stream, .pair = pair, .http_status = http_status};
    add(feeder, ITEM_STATUS, &unit);
}

void wssc_feeder_note_reset(WsscFeeder *feeder, guint file, guint32 frame, gint64 time, guint64 stream, const char *src)
{
    const WsscUnit unit = {.file = file, .frame = frame, .time = time, .stream = stream};
    WsscUnit *copy = add(feeder, ITEM_RESET, &unit);
    copy->src = keep(feeder->filling, src);
}

void wssc_feeder_note(WsscFeeder *feeder, const WsscCarrierNote *note)
{
    Item *item = add_item(feeder, ITEM_NOTE);
    Batch *batch = feeder->filling;
    item->note = *note;
    item->note.client = keep_common(batch, note->client);
    item->note.server = keep_common(batch, note->server);
    item->note.text = keep_common(batch, note->text);
    item->note.media = keep_common(batch, note->media);
    item->note.via = keep_common(batch, note->via);
    item->note.server_name = keep_common(batch, note->server_name);
}

void wssc_feeder_wait(WsscFeeder *feeder)
{
    hand_over(feeder);
    g_mutex_lock(&feeder->lock);
    while (feeder->under_way > 0)
        g_cond_wait(&feeder->taken, &feeder->lock);
    g_mutex_unlock(&feeder->lock);
}

void wssc_feeder_free(WsscFeeder *feeder)
{
    if (feeder == NULL)
        return;
    wssc_feeder_wait(feeder);
    g_mutex_lock(&feeder->lock);
    feeder->is_over = TRUE;
    g_cond_signal(&feeder->to_parse.arrived);
    g_cond_signal(&feeder->to_take.arrived);
    g_mutex_unlock(&feeder->lock);
    g_thread_join(feeder->parser);
    g_thread_join(feeder->taker);
    batch_free(feeder->filling);
    free_spent(feeder);
    g_cond_clear(&feeder->to_parse.arrived);
    g_cond_clear(&feeder->to_take.arrived);
    g_cond_clear(&feeder->taken);
    g_mutex_clear(&feeder->lock);
    g_free(feeder);
}
