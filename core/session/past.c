/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where only rows of contexts are wanted (WsscSessionOptions.only_rows): exchanges that are over, and whose messages
 * were let go (brief.c), are freed. What stays of one with a MessageID is as much as it takes to know copies of its
 * request and answers to it, which may come at any time: it is made anew then. What pointed to them points to nobody.
 * Where rows of verdicts are wanted, too, instances keep who issued them (issuer.c): whose key it is decides about
 * later verdicts.
 */
#include <string.h>

#include "session/private.h"

/* Beside the limit kept-messages, one message for so many contexts: all are looked at then. */
#define CONTEXTS_EACH 8
/* That part of the limit: a carrier may still pair something with the latest messages. */
#define YOUNG 4

/* What few requests ask for. */
typedef struct {
    WsscSecret *entropy; /* or NULL */
    char *instance;      /* or NULL */
    gint64 key_size;
    gboolean has_entropy;
} Asked;

/* An exchange of those whose requests have one MessageID. */
typedef struct Record {
    struct Record *older;
    Asked *asked;          /* or NULL */
    const char *src, *dst; /* of the request, as are most of the following */
    const char *to;        /* as WsscOpenExchange has it */
    WsscContext *context, *request_context;
    guint64 stream, hash, answer_hash;
    guint32 frame, length;
    guint file;
    guint16 copy_of; /* the place of the first one in this list, from 1; 0: none */
    guint8 transport, direction, operation, state_before;
    guint8 is_protected : 1, is_use : 1, is_copy : 1, is_answered : 1, has_response : 1, is_ended_by_carrier : 1;
} Record;

/* Those of one MessageID, the latest first. */
typedef struct {
    Record *latest;
    char id[];
} Named;

struct WsscPast {
    GHashTable *named;      /* set of the ids of Named */
    WsscMessage nobody;     /* a message that is gone */
    WsscOpenExchange noone; /* an exchange that is */
    guint look_at;          /* messages, at which all are looked at again */
};

static void free_record(Record *record)
{
    if (record->asked != NULL) {
        wssc_secret_unref(record->asked->entropy);
        g_free(record->asked->instance);
        g_free(record->asked);
    }
    g_free(record);
}

static Named *named_by(gpointer id)
{
    return (Named *)((char *)id - offsetof(Named, id));
}

static void free_named(gpointer id)
{
    Named *named = named_by(id);
    while (named->latest != NULL) {
        Record *record = named->latest;
        named->latest = record->older;
        free_record(record);
    }
    g_free(named);
}

static WsscPast *past_of(WsscSession *session)
{
    if (session->past != NULL)
        return session->past;
    WsscPast *past = session->past = g_new0(WsscPast, 1);
    past->named = g_hash_table_new_full(g_str_hash, g_str_equal, free_named, NULL);
    past->nobody.src = past->nobody.dst = "";
    past->nobody.is_brief = TRUE;
    past->nobody.findings = session->nothing;
    past->nobody.soap = wssc_session_no_soap(session);
    past->noone.exchange.outcome = WSSC_OUTCOME_DONE;
    return past;
}

void wssc_past_free(WsscPast *past)
{
    if (past == NULL)
        return;
    g_hash_table_unref(past->named);
    g_free(past);
}

/* ---- who goes ------------------------------------------------------------------------------------------------- */

static gboolean may_go(const WsscSession *session, const WsscMessage *message)
{
    guint young = session->rules.limits.value[WSSC_LIMIT_KEPT_MESSAGES] / YOUNG;
    return message->is_brief && message->waiting == NULL && message->index + young < session->messages_fed &&
           (message->security == NULL || !message->security->waits) &&
           !g_hash_table_contains(session->unsettled, message);
}

static gboolean is_held_itself(const WsscOpenExchange *open)
{
    const WsscExchange *exchange = &open->exchange;
    return exchange->request == NULL || exchange->legs != NULL ||
           (exchange->outcome != WSSC_OUTCOME_DONE && !open->is_given_up) || exchange->is_unreadable ||
           exchange->ended_by != NULL || open->half_made != NULL || open->response_entropy != NULL;
}

static void find_held(WsscSession *session)
{
    const GPtrArray *exchanges = session->model.exchanges, *messages = session->model.messages;
    for (guint i = 0; i < exchanges->len; i++) {
        WsscOpenExchange *open = exchanges->pdata[i];
        open->is_held = is_held_itself(open);
    }
    for (guint i = 0; i < messages->len; i++) {
        WsscMessage *message = messages->pdata[i];
        if (message->exchange != NULL && !may_go(session, message))
            ((WsscOpenExchange *)message->exchange)->is_held = TRUE;
    }
}

static guint place_in(const WsscOpenExchange *latest, const WsscExchange *exchange)
{
    guint place = 1;
    for (; latest != NULL && &latest->exchange != exchange; latest = latest->same_id)
        place++;
    return latest != NULL ? place : 0;
}

/* All of one MessageID go, or none. */
static gboolean is_list_held(const WsscOpenExchange *latest)
{
    guint count = 0;
    for (const WsscOpenExchange *open = latest; open != NULL; open = open->same_id)
        if (++count > G_MAXUINT16 || open->is_held ||
            (open->exchange.copy_of != NULL && place_in(latest, open->exchange.copy_of) == 0))
            return TRUE;
    return FALSE;
}

/* ---- to records and back -------------------------------------------------------------------------------------- */

/* Takes over what it keeps. */
static Asked *asked_of(WsscOpenExchange *open)
{
    WsscAsked *asked = &open->exchange.asked;
    if (open->request_entropy == NULL && asked->instance == NULL && asked->key_size == -1 && !asked->has_entropy)
        return NULL;
    Asked *kept = g_new(Asked, 1);
    *kept = (Asked){g_steal_pointer(&open->request_entropy), g_steal_pointer(&asked->instance), asked->key_size,
                    asked->has_entropy};
    return kept;
}

static void ask_again(WsscOpenExchange *open, Asked *kept)
{
    WsscAsked *asked = &open->exchange.asked;
    if (kept == NULL)
        return;
    open->request_entropy = g_steal_pointer(&kept->entropy);
    asked->instance = g_steal_pointer(&kept->instance);
    asked->key_size = kept->key_size;
    asked->has_entropy = kept->has_entropy;
}

static Record *record_of(const WsscOpenExchange *latest, WsscOpenExchange *open)
{
    Record *record = g_new(Record, 1);
    WsscExchange *exchange = &open->exchange;
    const WsscMessage *request = exchange->request;
    *record = (Record){
        .asked = asked_of(open),
        .src = request->src,
        .dst = request->dst,
        .to = open->to,
        .context = exchange->context,
        .request_context = request->context,
        .stream = request->stream,
        .hash = request->hash,
        .answer_hash = open->answer_hash,
        .frame = request->frame,
        .length = request->length,
        .file = request->file,
        .copy_of = exchange->copy_of != NULL ? (guint16)place_in(latest, exchange->copy_of) : 0,
        .transport = (guint8)request->transport,
        .direction = (guint8)request->direction,
        .operation = (guint8)exchange->operation,
        .state_before = (guint8)open->state_before,
        .is_protected = request->is_protected != FALSE,
        .is_use = request->is_use != FALSE,
        .is_copy = request->is_copy != FALSE,
        .is_answered = exchange->is_answered != FALSE,
        .has_response = exchange->response != NULL,
        .is_ended_by_carrier = exchange->is_ended_by_carrier != FALSE,
    };
    return record;
}

static void put_away(WsscPast *past, const char *id, WsscOpenExchange *latest)
{
    Named *named = g_malloc(sizeof(Named) + strlen(id) + 1);
    Record **end = &named->latest;
    strcpy(named->id, id);
    *end = NULL;
    for (WsscOpenExchange *open = latest; open != NULL; open = open->same_id) {
        open->put_away = named->id;
        *end = record_of(latest, open);
        end = &(*end)->older;
    }
    g_hash_table_add(past->named, named->id);
}

static WsscMessage *request_again(WsscSession *session, const Record *record, WsscExchange *exchange)
{
    WsscMessage *request = g_new0(WsscMessage, 1);
    *request = (WsscMessage){
        .file = record->file,
        .frame = record->frame,
        .src = record->src,
        .dst = record->dst,
        .transport = (WsscTransport)record->transport,
        .direction = (WsscDirection)record->direction,
        .is_protected = record->is_protected,
        .is_use = record->is_use,
        .is_copy = record->is_copy,
        .is_judged = TRUE,
        .is_brief = TRUE,
        .stream = record->stream,
        .hash = record->hash,
        .length = record->length,
        .state = -1,
        .context = record->request_context,
        .exchange = exchange,
        .soap = wssc_session_no_soap(session),
        .findings = g_ptr_array_ref(session->nothing),
    };
    g_ptr_array_add(session->model.messages, request);
    return request;
}

static WsscOpenExchange *exchange_again(WsscSession *session, Record *record)
{
    WsscOpenExchange *open = wssc_session_add_exchange(session, (WsscOperation)record->operation);
    WsscExchange *exchange = &open->exchange;
    exchange->outcome = WSSC_OUTCOME_DONE;
    exchange->request = request_again(session, record, exchange);
    exchange->response = record->has_response ? &session->past->nobody : NULL;
    exchange->context = record->context;
    exchange->is_answered = record->is_answered;
    exchange->is_ended_by_carrier = record->is_ended_by_carrier;
    ask_again(open, record->asked);
    open->state_before = (WsscState)record->state_before;
    open->answer_hash = record->answer_hash;
    open->to = record->to;
    return open;
}

static WsscExchange *at_place(WsscOpenExchange *latest, guint place)
{
    for (; place > 1; place--)
        latest = latest->same_id;
    return &latest->exchange;
}

WsscOpenExchange *wssc_past_recall(WsscSession *session, const char *message_id)
{
    gpointer found = NULL;
    if (!g_hash_table_steal_extended(session->past->named, message_id, &found, NULL))
        return NULL;
    const Named *named = named_by(found);
    WsscOpenExchange *latest = NULL, **end = &latest;
    for (Record *record = named->latest; record != NULL; record = record->older) {
        *end = exchange_again(session, record);
        end = &(*end)->same_id;
    }
    WsscOpenExchange *open = latest;
    for (const Record *record = named->latest; record != NULL; record = record->older, open = open->same_id)
        open->exchange.copy_of = record->copy_of > 0 ? at_place(latest, record->copy_of) : NULL;
    g_hash_table_replace(session->by_message_id, g_strdup(message_id), latest);
    free_named(found);
    return latest;
}

/* Its place in the list, from 1; 0 when it is not in it. */
static guint place_of_record(const Record *latest, guint file, guint32 frame, guint64 hash)
{
    guint place = 1;
    for (; latest != NULL && (latest->frame != frame || latest->file != file || latest->hash != hash);
         latest = latest->older)
        place++;
    return latest != NULL ? place : 0;
}

static gboolean was_recorded(const Named *named, guint file, guint32 frame, guint64 hash, const char *server)
{
    guint first = place_of_record(named->latest, file, frame, hash), place = 1;
    for (const Record *record = named->latest; first != 0 && record != NULL; record = record->older, place++)
        if ((place == first || record->copy_of == first) && g_strcmp0(record->dst, server) == 0)
            return TRUE;
    return FALSE;
}

gboolean wssc_past_was_asked(const WsscSession *session, const char *message_id, guint file, guint32 frame,
                             guint64 hash, const char *server)
{
    gpointer id = NULL;
    if (session->past != NULL && g_hash_table_lookup_extended(session->past->named, message_id, &id, NULL))
        return was_recorded(named_by(id), file, frame, hash, server);
    for (const WsscOpenExchange *open = g_hash_table_lookup(session->by_message_id, message_id); open != NULL;
         open = open->same_id) {
        const WsscExchange *first = open->exchange.copy_of != NULL ? open->exchange.copy_of : &open->exchange;
        const WsscMessage *asked = first->request, *request = open->exchange.request;
        if (asked != NULL && request != NULL && asked->frame == frame && asked->file == file && asked->hash == hash &&
            g_strcmp0(request->dst, server) == 0)
            return TRUE;
    }
    return FALSE;
}

WsscExchange *wssc_past_establishment(WsscSession *session, const WsscContext *context)
{
    const WsscOpenContext *open = (const WsscOpenContext *)context;
    if (session->past == NULL || context->established_by != &session->past->noone.exchange ||
        open->established_by == NULL)
        return context->established_by;
    Record record = {.src = "", .dst = "", .has_response = TRUE};
    WsscExchange *exchange = &exchange_again(session, &record)->exchange;
    WsscMessage *answer = request_again(session, &record, exchange);
    answer->file = open->established_at.file;
    answer->frame = open->established_at.frame;
    answer->src = open->established_by;
    exchange->response = answer;
    return exchange;
}

/* ---- letting go ----------------------------------------------------------------------------------------------- */

static gboolean hold_or_put_away(gpointer id, gpointer data, gpointer user)
{
    WsscOpenExchange *latest = data;
    WsscSession *session = user;
    gboolean is_held = is_list_held(latest);
    if (!is_held)
        put_away(session->past, id, latest);
    for (WsscOpenExchange *open = latest; is_held && open != NULL; open = open->same_id)
        open->is_held = TRUE;
    return !is_held;
}

static gboolean is_of_past(gpointer key G_GNUC_UNUSED, gpointer data, gpointer user G_GNUC_UNUSED)
{
    return !((const WsscOpenExchange *)data)->is_held;
}

static void leave_message(WsscSession *session, WsscMessage **message)
{
    const WsscExchange *exchange = *message != NULL ? (*message)->exchange : NULL;
    if (exchange != NULL && !((const WsscOpenExchange *)exchange)->is_held)
        *message = &session->past->nobody;
}

static void leave_exchange(WsscSession *session, WsscExchange **exchange)
{
    if (*exchange != NULL && !((const WsscOpenExchange *)*exchange)->is_held)
        *exchange = &session->past->noone.exchange;
}

/* Why a key is not known may be told from where it was used first (missing.c). */
static void hold_first_uses(const WsscContext *context)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        const WsscMessage *use = instance->first_use;
        if (use != NULL && use->exchange != NULL && instance->key == NULL && instance->issued_by == NULL)
            ((WsscOpenExchange *)use->exchange)->is_held = TRUE;
    }
}

static void leave_issuer(WsscSession *session, WsscInstance *instance)
{
    const WsscExchange *exchange = instance->issued_by != NULL ? instance->issued_by->exchange : NULL;
    if (session->options.wants_verdicts && exchange != NULL && !((const WsscOpenExchange *)exchange)->is_held)
        wssc_issuer_leave(instance);
    leave_message(session, &instance->issued_by);
}

static void leave_context(WsscSession *session, WsscContext *context)
{
    WsscOpenContext *open = wssc_context_open(context);
    const WsscMessage *issued = context->established_by != NULL ? context->established_by->response : NULL;
    if (issued != NULL && context->established_by != &session->past->noone.exchange) {
        open->established_at = (WsscSpot){issued->file, issued->frame, issued->ordinal};
        open->established_by = issued->src;
    }
    leave_exchange(session, &context->requested_by);
    leave_exchange(session, &context->established_by);
    leave_message(session, &context->ended_by);
    leave_message(session, &context->first_unprotected);
    leave_message(session, &context->client_size.message);
    leave_message(session, &context->service_size.message);
    for (guint i = 0; i < context->instances->len; i++) {
        WsscInstance *instance = context->instances->pdata[i];
        leave_issuer(session, instance);
        leave_message(session, &instance->first_use);
        leave_message(session, &instance->last_use);
    }
}

static void free_messages(WsscSession *session)
{
    GPtrArray *messages = session->model.messages;
    guint kept = 0;
    for (guint i = 0; i < messages->len; i++) {
        WsscMessage *message = messages->pdata[i];
        if (message->exchange != NULL && !((const WsscOpenExchange *)message->exchange)->is_held)
            wssc_session_free_message(message);
        else
            messages->pdata[kept++] = message;
    }
    messages->len = kept; /* the slots behind are moved or freed */
}

static void free_exchanges(WsscSession *session)
{
    GPtrArray *exchanges = session->model.exchanges;
    guint kept = 0;
    for (guint i = 0; i < exchanges->len; i++) {
        WsscOpenExchange *open = exchanges->pdata[i];
        if (open->is_held)
            exchanges->pdata[kept++] = open;
        else
            wssc_session_free_exchange(open);
    }
    exchanges->len = kept;
}

static void let_go(WsscSession *session)
{
    const GPtrArray *contexts = session->model.contexts;
    wssc_context_take_event(session);
    find_held(session);
    for (guint i = 0; i < contexts->len; i++)
        hold_first_uses(contexts->pdata[i]);
    g_hash_table_foreach_remove(session->by_message_id, hold_or_put_away, session);
    g_hash_table_foreach_remove(session->by_pair, is_of_past, NULL);
    g_hash_table_foreach_remove(session->by_trust_context, is_of_past, NULL);
    g_hash_table_foreach_remove(session->by_relates_to, is_of_past, NULL);
    for (guint i = 0; i < contexts->len; i++)
        leave_context(session, contexts->pdata[i]);
    for (guint i = 0; i < session->model.exchanges->len; i++) {
        WsscOpenExchange *open = session->model.exchanges->pdata[i];
        if (!open->is_held)
            wssc_exchange_set_under_way(session, open, open->exchange.request, FALSE);
    }
    free_messages(session);
    free_exchanges(session);
}

gboolean wssc_past_is_due(const WsscSession *session)
{
    return session->options.only_rows && session->options.keep_documents == WSSC_KEEP_NONE &&
           (session->past == NULL || session->model.messages->len >= session->past->look_at);
}

void wssc_past_let_go(WsscSession *session)
{
    WsscPast *past = past_of(session);
    if (past->look_at > 0)
        let_go(session);
    past->look_at = session->model.messages->len + session->rules.limits.value[WSSC_LIMIT_KEPT_MESSAGES] +
                    session->model.contexts->len / CONTEXTS_EACH;
}
