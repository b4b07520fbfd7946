/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What was sent again after it had been answered. A retransmission is no message of its own; a copy on another leg, or
 * captured at a second place, passes there before the first one is answered here, or gets the very same answer.
 */
#include "base/limits.h"
#include "session/facts.h"

/* What must not come twice at one receiver. */
typedef struct {
    WsscReplayKind kind;
    guint64 hash;
    const char *receiver;
    const void *owner; /* the instance whose key a nonce goes with; else NULL */
} Mark;

static guint mark_hash(gconstpointer data)
{
    const Mark *mark = data;
    return (g_int64_hash(&mark->hash) * 31 + g_str_hash(mark->receiver)) * 31 + g_direct_hash(mark->owner) +
           (guint)mark->kind;
}

static gboolean mark_equal(gconstpointer a, gconstpointer b)
{
    const Mark *one = a, *other = b;
    return one->kind == other->kind && one->hash == other->hash && one->owner == other->owner &&
           g_str_equal(one->receiver, other->receiver);
}

typedef struct {
    WsscSession *session;
    GHashTable *seen; /* Mark -> GPtrArray of WsscMessage, in order */
    GHashTable *told; /* the hash of a message -> its latest WsscReplay */
} Replays;

/* ---- again, or the same once more -------------------------------------------------------------------------------- */

static gboolean has_same_octets(const WsscMessage *a, const WsscMessage *b)
{
    return a->hash == b->hash && a->length == b->length;
}

/* The answer of its own exchange, or what HTTP said instead; WSSC_TIME_NONE when there is none. */
static gint64 answer_time(const WsscMessage *request, const WsscMessage **ret_answer)
{
    const WsscExchange *exchange = request->exchange;
    *ret_answer = exchange != NULL && exchange->request == request ? exchange->response : NULL;
    if (*ret_answer != NULL)
        return (*ret_answer)->time;
    if (exchange != NULL && exchange->request == request && exchange->is_ended_by_carrier)
        return request->time + exchange->response_time;
    return WSSC_TIME_NONE;
}

/* In another file the clock may be another one: only an answer of its own tells that the receiver got it again. */
static gboolean is_again(const WsscMessage *first, const WsscMessage *message)
{
    const WsscMessage *first_answer, *answer;
    gint64 answered = answer_time(first, &first_answer);
    answer_time(message, &answer);

    if (answered == WSSC_TIME_NONE || g_strcmp0(first->dst, message->dst) != 0)
        return FALSE;
    if (first_answer != NULL && answer != NULL && has_same_octets(first_answer, answer))
        return FALSE;
    if (first->file != message->file)
        return answer != NULL && first_answer != NULL;
    return message->time > answered && (first_answer == NULL || wssc_message_is_after(message, first_answer));
}

/* The same one, captured into another file as well. */
static gboolean is_second_capture(const WsscMessage *first, const WsscMessage *message)
{
    const WsscMessage *first_answer, *answer;
    if (first->file == message->file || !has_same_octets(first, message) || g_strcmp0(first->dst, message->dst) != 0)
        return FALSE;
    answer_time(first, &first_answer);
    answer_time(message, &answer);
    return first_answer != NULL && answer != NULL ? has_same_octets(first_answer, answer)
                                                  : g_strcmp0(first->src, message->src) == 0;
}

/* Clocks of two capture points differ by no more than this. */
#define FILE_SLACK (2 * G_USEC_PER_SEC)

/* A relay that gets a message again passes it on again: that is one replay, told where it shows first. */
static gboolean is_told_on_a_leg(const Replays *replays, const WsscMessage *again)
{
    const WsscReplay *told = g_hash_table_lookup(replays->told, &again->hash);
    const WsscMessage *answer;
    if (told == NULL || !has_same_octets(told->again, again) || g_strcmp0(told->again->dst, again->dst) == 0)
        return FALSE;
    gint64 slack = told->again->file != again->file ? FILE_SLACK : 0, answered = answer_time(told->again, &answer);
    return again->time >= told->again->time - slack && (answered == WSSC_TIME_NONE || again->time <= answered + slack);
}

static void add_replay(Replays *replays, WsscReplayKind kind, WsscMessage *first, WsscMessage *again)
{
    const WsscMessage *answer;
    if (kind == WSSC_REPLAY_MESSAGE && is_told_on_a_leg(replays, again))
        return;
    WsscReplay *replay = g_new0(WsscReplay, 1);
    replay->kind = kind;
    replay->first = first;
    replay->again = again;
    answer_time(again, &answer);
    if (answer != NULL && answer->soap->fault != NULL && wssc_fault_is_security(answer->soap->fault))
        replay->refused = again->exchange->response;
    g_ptr_array_add(replays->session->model.replays, replay);
    if (kind == WSSC_REPLAY_MESSAGE)
        g_hash_table_replace(replays->told, &again->hash, replay);
}

/* ---- marks ------------------------------------------------------------------------------------------------------ */

static gboolean is_one_message(const WsscMessage *a, const WsscMessage *b)
{
    return has_same_octets(a, b) ||
           (a->soap->message_id != NULL && g_strcmp0(a->soap->message_id, b->soap->message_id) == 0);
}

static gboolean is_captured_before(const GPtrArray *seen, const WsscMessage *message)
{
    for (guint i = 0; i < seen->len; i++)
        if (is_second_capture(seen->pdata[i], message))
            return TRUE;
    return FALSE;
}

static void look_up(Replays *replays, const Mark *mark, WsscMessage *message)
{
    GPtrArray *seen = g_hash_table_lookup(replays->seen, mark);
    if (seen == NULL) {
        seen = g_ptr_array_new();
        g_hash_table_insert(replays->seen, g_memdup2(mark, sizeof *mark), seen);
    }
    gboolean is_known = mark->kind == WSSC_REPLAY_MESSAGE && is_captured_before(seen, message);
    for (guint i = 0; i < seen->len && !is_known; i++) {
        WsscMessage *first = seen->pdata[i];
        gboolean is_found = mark->kind == WSSC_REPLAY_MESSAGE
                                ? has_same_octets(first, message) && is_again(first, message)
                                : !is_one_message(first, message);
        if (first == message || !is_found)
            continue;
        add_replay(replays, mark->kind, first, message);
        break;
    }
    if (seen->len < WSSC_MAX_SAME_MESSAGE_ID)
        g_ptr_array_add(seen, message);
}

/* What says nothing of when or by whom it was written may be sent as often as anybody likes. */
static gboolean is_unique(const WsscMessage *message)
{
    return message->soap->message_id != NULL || message->soap->security != NULL;
}

static void look_at(Replays *replays, WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    Mark mark = {.receiver = message->dst};

    if (is_unique(message) && message->length > 0) {
        mark.kind = WSSC_REPLAY_MESSAGE;
        mark.hash = message->hash;
        look_up(replays, &mark, message);
    }
    if (security == NULL)
        return;
    if (security->username_nonce != 0) {
        mark.kind = WSSC_REPLAY_USERNAME_NONCE;
        mark.hash = security->username_nonce;
        look_up(replays, &mark, message);
    }
    mark.kind = WSSC_REPLAY_DERIVED_NONCE;
    mark.owner = message->instance;
    for (guint i = 0; message->instance != NULL && message->is_use && i < security->derived_keys->len; i++) {
        const WsscDerivedKey *key = security->derived_keys->pdata[i];
        mark.hash = key->nonce_hash;
        if (key->nonce_hash != 0)
            look_up(replays, &mark, message);
    }
}

void wssc_facts_replays(WsscSession *session)
{
    Replays replays = {
        .session = session,
        .seen = g_hash_table_new_full(mark_hash, mark_equal, g_free, (GDestroyNotify)g_ptr_array_unref),
        .told = g_hash_table_new(g_int64_hash, g_int64_equal),
    };
    for (guint i = 0; i < session->model.messages->len; i++) {
        WsscMessage *message = session->model.messages->pdata[i];
        if (!message->is_response && message->damage == NULL && message->dst != NULL)
            look_at(&replays, message);
    }
    g_hash_table_unref(replays.seen);
    g_hash_table_unref(replays.told);
}
