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
    gboolean has_answer = answer_time(message, &answer) != WSSC_TIME_NONE;

    if (answered == WSSC_TIME_NONE || g_strcmp0(first->dst, message->dst) != 0)
        return FALSE;
    if (first_answer != NULL && answer != NULL && has_same_octets(first_answer, answer))
        return FALSE;
    if (first->file != message->file)
        return has_answer && answer != NULL && first_answer != NULL && g_strcmp0(first->src, message->src) != 0;
    return message->time > answered && (first_answer == NULL || wssc_message_is_after(message, first_answer));
}

static void add_replay(Replays *replays, WsscReplayKind kind, WsscMessage *first, WsscMessage *again)
{
    const WsscMessage *answer;
    WsscReplay *replay = g_new0(WsscReplay, 1);
    replay->kind = kind;
    replay->first = first;
    replay->again = again;
    answer_time(again, &answer);
    if (answer != NULL && answer->soap->fault != NULL && wssc_fault_is_security(answer->soap->fault))
        replay->refused = again->exchange->response;
    g_ptr_array_add(replays->session->model.replays, replay);
}

/* ---- marks ---------------------------------------------------------------------------------------------------------
 */

static gboolean is_one_message(const WsscMessage *a, const WsscMessage *b)
{
    return has_same_octets(a, b) ||
           (a->soap->message_id != NULL && g_strcmp0(a->soap->message_id, b->soap->message_id) == 0);
}

static void look_up(Replays *replays, const Mark *mark, WsscMessage *message)
{
    GPtrArray *seen = g_hash_table_lookup(replays->seen, mark);
    if (seen == NULL) {
        seen = g_ptr_array_new();
        g_hash_table_insert(replays->seen, g_memdup2(mark, sizeof *mark), seen);
    }
    for (guint i = 0; i < seen->len; i++) {
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
    };
    for (guint i = 0; i < session->model.messages->len; i++) {
        WsscMessage *message = session->model.messages->pdata[i];
        if (!message->is_response && message->damage == NULL && message->dst != NULL)
            look_at(&replays, message);
    }
    g_hash_table_unref(replays.seen);
}
