/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Renewals, and those that should have been (WS-SC 1.4 section 5).
 */
#include <string.h>

#include "session/facts.h"

/* The lifetime of a key as it was at a moment: a renewal that keeps the key changes it. */
typedef struct {
    gint64 created, expires;
    gint64 ahead; /* of the issuer's clock, microseconds */
} Life;

typedef struct {
    WsscSession *session;
    GHashTable *successors; /* issuer and host of the requestor -> GPtrArray of WsscContext, in order of the requests */
    WsscContext *context;
    GHashTable *lives;      /* WsscInstance -> Life, of what was issued so far */
    WsscMessage *needed_by; /* the last request for renewal that is not followed by one */
} Story;

/* ---- lifetimes --------------------------------------------------------------------------------------- */

static void note_life(Story *story, const WsscExchange *exchange)
{
    if (exchange->response == NULL || exchange->response->instance == NULL ||
        exchange->response->context != story->context || exchange->given_expires == WSSC_TIME_NONE)
        return;
    Life *life = g_new0(Life, 1);
    life->created = exchange->given_created;
    life->expires = exchange->given_expires;
    gint64 ahead = life->created != WSSC_TIME_NONE ? life->created - exchange->response->time : 0;
    if (ABS(ahead) > wssc_bounds_usec(&story->session->rules.bounds, WSSC_BOUND_ISSUER_CLOCK))
        life->ahead = ahead;
    if (life->created == WSSC_TIME_NONE)
        life->created = exchange->response->time + life->ahead;
    g_hash_table_replace(story->lives, exchange->response->instance, life);
}

/* ---- one renewal -------------------------------------------------------------------------------------- */

static gboolean is_issued_before(const WsscInstance *instance, const WsscMessage *message)
{
    return instance->issued_by == NULL || wssc_message_is_after(message, instance->issued_by);
}

/* The key that is renewed: of the name that is asked for, as issued last before; else the one in use then. */
static WsscInstance *instance_before(const WsscContext *context, const WsscExchange *exchange)
{
    for (guint i = context->instances->len; i > 0; i--) {
        WsscInstance *instance = context->instances->pdata[i - 1];
        if (g_strcmp0(instance->name, exchange->asked.instance) == 0 && is_issued_before(instance, exchange->request))
            return instance;
    }
    for (guint i = context->instances->len; i > 0; i--)
        if (is_issued_before(context->instances->pdata[i - 1], exchange->request))
            return context->instances->pdata[i - 1];
    return NULL;
}

static gboolean has_key_of(const WsscInstance *a, const WsscInstance *b)
{
    return a == b || (a != NULL && b != NULL && a->key != NULL && b->key != NULL && wssc_secret_equal(a->key, b->key));
}

static void settle_outcome(WsscRenewal *renewal, const WsscTurn *turn)
{
    const WsscMessage *answer = turn->answer;
    if (answer == NULL)
        renewal->outcome = turn->exchange->is_ended_by_carrier && turn->exchange->outcome == WSSC_OUTCOME_FAULT
                               ? WSSC_RENEWAL_REFUSED
                               : WSSC_RENEWAL_UNANSWERED;
    else if (answer->soap->fault != NULL)
        renewal->outcome = WSSC_RENEWAL_REFUSED;
    else if (answer->context != NULL && answer->context != renewal->context && answer->instance != NULL) {
        renewal->outcome = WSSC_RENEWAL_REISSUED;
        renewal->replaced_by = answer->context;
        renewal->after = answer->instance;
    } else if (answer->instance == NULL || wssc_naming_first_trust(answer->soap, TRUE) == NULL)
        renewal->outcome = WSSC_RENEWAL_UNREADABLE;
    else {
        renewal->after = answer->instance;
        renewal->outcome = has_key_of(renewal->before, renewal->after) ? WSSC_RENEWAL_SAME_KEY : WSSC_RENEWAL_DONE;
    }
}

static void settle_timing(Story *story, WsscRenewal *renewal)
{
    const Life *life = renewal->before != NULL ? g_hash_table_lookup(story->lives, renewal->before) : NULL;
    renewal->lifetime = renewal->left = WSSC_TIME_NONE;
    if (life != NULL) {
        renewal->lifetime = life->expires - life->created;
        if (renewal->asked != WSSC_TIME_NONE)
            renewal->left = life->expires - (renewal->asked + life->ahead);
    }
    if (renewal->needed_by != NULL || (renewal->left != WSSC_TIME_NONE && renewal->left < 0))
        renewal->timing = WSSC_TIMING_LATE;
    else if (renewal->left == WSSC_TIME_NONE || renewal->lifetime <= 0)
        renewal->timing = WSSC_TIMING_UNKNOWN;
    else
        renewal->timing = (renewal->lifetime - renewal->left) / (renewal->lifetime / 100 + 1) <
                                  story->session->rules.bounds.value[WSSC_BOUND_EARLY_RENEWAL]
                              ? WSSC_TIMING_EARLY
                              : WSSC_TIMING_ON_TIME;
}

/* ---- who asks ------------------------------------------------------------------------------------------- */

static WsscTruth signed_by(const WsscMessage *request, const WsscContext *context, const WsscInstance *instance)
{
    const GPtrArray *signatures = request->security != NULL ? request->security->signatures : NULL;
    WsscTruth truth =
        request->damage != NULL || request->soap->has_encrypted_header ? WSSC_TRUTH_UNKNOWN : WSSC_TRUTH_NO;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        if (g_strcmp0(signature->context, context->identifier) != 0) {
            /* Whose key that is may not be known, as with a derived key whose source cannot be read. */
            if (signature->verdict != WSSC_VERDICT_VALID && signature->context == NULL &&
                (signature->key_kind == WSSC_KEY_KIND_UNKNOWN || signature->key_kind == WSSC_KEY_KIND_DERIVED))
                truth = WSSC_TRUTH_UNKNOWN;
            continue;
        }
        if (signature->verdict == WSSC_VERDICT_VALID && wssc_context_instance_of(context, signature) == instance)
            return WSSC_TRUTH_YES;
        if (signature->verdict != WSSC_VERDICT_VALID && signature->verdict != WSSC_VERDICT_INVALID)
            truth = WSSC_TRUTH_UNKNOWN;
    }
    return truth;
}

/* The subject of the certificate that a message is signed with, by a valid signature; or NULL. */
static const char *certificate_of(const WsscMessage *message)
{
    const GPtrArray *signatures = message->security != NULL ? message->security->signatures : NULL;
    for (guint i = 0; signatures != NULL && i < signatures->len; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        if (signature->verdict == WSSC_VERDICT_VALID && signature->certificate != NULL)
            return signature->certificate;
    }
    return NULL;
}

/* Whoever has the key and shows no other identity is whom it was given to. */
static WsscTruth is_same_identity(const WsscRenewal *renewal)
{
    const WsscExchange *asked_by = renewal->context->requested_by;
    const WsscMessage *first = asked_by != NULL ? asked_by->request : NULL;
    const WsscMessage *request = renewal->exchange->request;
    const char *user = request->soap->security != NULL ? request->soap->security->username : NULL;
    const char *first_user = first != NULL && first->soap->security != NULL ? first->soap->security->username : NULL;
    const char *certificate = certificate_of(request);
    const char *first_certificate = first != NULL ? certificate_of(first) : NULL;

    if (user != NULL && first_user != NULL)
        return strcmp(user, first_user) == 0 ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
    if (certificate != NULL && first_certificate != NULL)
        return strcmp(certificate, first_certificate) == 0 ? WSSC_TRUTH_YES : WSSC_TRUTH_NO;
    if (user != NULL || certificate != NULL)
        return WSSC_TRUTH_UNKNOWN;
    return renewal->signed_by_current == WSSC_TRUTH_YES ? WSSC_TRUTH_YES : WSSC_TRUTH_UNKNOWN;
}

/* ---- what became of the new key ---------------------------------------------------------------------------- */

static WsscTruth is_used(const WsscRenewal *renewal, const WsscMessage *answer, guint turn_index)
{
    WsscTruth truth = WSSC_TRUTH_UNKNOWN;
    const GPtrArray *turns = wssc_turns(renewal->context);
    for (guint i = turn_index; i < turns->len; i++) {
        const WsscMessage *request = ((const WsscTurn *)turns->pdata[i])->request;
        if (!request->is_use || !wssc_message_is_after(request, answer))
            continue;
        if (has_key_of(request->instance, renewal->after))
            return WSSC_TRUTH_YES;
        truth = WSSC_TRUTH_NO;
    }
    return truth;
}

/* ---- all of a context ----------------------------------------------------------------------------------------- */

static WsscRenewal *add_renewal(Story *story)
{
    WsscRenewal *renewal = g_new0(WsscRenewal, 1);
    renewal->context = story->context;
    renewal->asked = renewal->lifetime = renewal->left = WSSC_TIME_NONE;
    g_ptr_array_add(story->session->model.renewals, renewal);
    g_ptr_array_add(story->context->renewal_list, renewal);
    return renewal;
}

/* Under way when this one was asked for: asked for before it, answered after it. */
static WsscRenewal *find_beside(const WsscContext *context, const WsscRenewal *renewal)
{
    for (guint i = 0; i < context->renewal_list->len; i++) {
        WsscRenewal *other = context->renewal_list->pdata[i];
        const WsscMessage *answer = other != renewal && other->exchange != NULL ? other->exchange->response : NULL;
        if (answer != NULL && wssc_message_is_after(answer, renewal->exchange->request))
            return other;
    }
    return NULL;
}

static void take_renewal(Story *story, guint turn_index)
{
    const WsscTurn *turn = wssc_turns(story->context)->pdata[turn_index];
    WsscRenewal *renewal = add_renewal(story);
    renewal->exchange = turn->exchange;
    renewal->asked = turn->request->time;
    renewal->needed_by = story->needed_by;
    renewal->before = instance_before(story->context, turn->exchange);
    settle_outcome(renewal, turn);
    settle_timing(story, renewal);
    if (renewal->before != NULL)
        renewal->signed_by_current = signed_by(turn->request, story->context, renewal->before);
    renewal->same_identity = is_same_identity(renewal);
    if (renewal->outcome == WSSC_RENEWAL_DONE || renewal->outcome == WSSC_RENEWAL_SAME_KEY)
        renewal->is_used = is_used(renewal, turn->answer, turn_index);
    renewal->beside = find_beside(story->context, renewal);
    if (renewal->outcome != WSSC_RENEWAL_REFUSED && renewal->outcome != WSSC_RENEWAL_UNANSWERED)
        story->needed_by = NULL;
}

static char *peers_of(const WsscContext *context)
{
    const char *port = strrchr(context->requestor, ':');
    return g_strdup_printf("%s %.*s", context->issuer,
                           port != NULL ? (int)(port - context->requestor) : (int)strlen(context->requestor),
                           context->requestor);
}

static GHashTable *list_successors(const WsscSession *session)
{
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < session->model.contexts->len; i++) {
        WsscContext *context = session->model.contexts->pdata[i];
        if (context->requested_by == NULL || context->established_by == NULL || context->requestor == NULL)
            continue;
        g_autofree char *peers = peers_of(context);
        GPtrArray *list = g_hash_table_lookup(table, peers);
        if (list == NULL) {
            list = g_ptr_array_new();
            g_hash_table_insert(table, g_steal_pointer(&peers), list);
        }
        g_ptr_array_add(list, context);
    }
    return table;
}

/* The context that the same requestor asked the same issuer for after that moment. */
static WsscContext *find_successor(const Story *story, const WsscMessage *since)
{
    if (story->context->requestor == NULL)
        return NULL;
    g_autofree char *peers = peers_of(story->context);
    const GPtrArray *list = g_hash_table_lookup(story->successors, peers);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        WsscContext *other = list->pdata[i];
        const WsscMessage *asked = other->requested_by->request;
        if (other != story->context && asked != NULL && wssc_message_is_after(asked, since))
            return other;
    }
    return NULL;
}

/* The use that shows that renewal was due: the service said so, or the key was over. */
static WsscMessage *first_due(const Story *story)
{
    const GPtrArray *turns = wssc_turns(story->context);
    if (story->needed_by != NULL)
        return story->needed_by;
    for (guint i = 0; i < turns->len; i++) {
        const WsscTurn *turn = turns->pdata[i];
        const Life *life =
            turn->request->instance != NULL ? g_hash_table_lookup(story->lives, turn->request->instance) : NULL;
        if (turn->request->is_use && life != NULL && turn->exchange->operation == WSSC_OPERATION_NONE &&
            turn->request->time + life->ahead > life->expires)
            return turn->request;
    }
    return NULL;
}

static void take_missing(Story *story)
{
    WsscMessage *due = first_due(story);
    if (due == NULL)
        return;
    for (guint i = 0; i < story->context->renewal_list->len; i++) {
        const WsscRenewal *renewal = story->context->renewal_list->pdata[i];
        if (wssc_message_is_after(renewal->exchange->request, due))
            return;
    }
    WsscContext *successor = find_successor(story, due);
    const WsscMessage *use =
        due->is_response && due->exchange != NULL && due->exchange->request != NULL ? due->exchange->request : due;
    WsscRenewal *renewal = add_renewal(story);
    renewal->needed_by = story->needed_by;
    renewal->before = use->instance;
    renewal->outcome = WSSC_RENEWAL_MISSING;
    if (successor != NULL) {
        renewal->outcome = WSSC_RENEWAL_REISSUED;
        renewal->replaced_by = successor;
        renewal->exchange = successor->requested_by;
        renewal->asked = renewal->exchange->request->time;
    }
    settle_timing(story, renewal);
    renewal->timing = WSSC_TIMING_LATE;
}

static void tell_context(Story *story, WsscContext *context)
{
    const GPtrArray *turns = wssc_turns(context);

    story->context = context;
    story->needed_by = NULL;
    g_hash_table_remove_all(story->lives);
    if (context->established_by != NULL)
        note_life(story, context->established_by);
    for (guint i = 0; i < turns->len; i++) {
        const WsscTurn *turn = turns->pdata[i];
        if (turn->exchange->operation == WSSC_OPERATION_RENEW)
            take_renewal(story, i);
        else if (turn->answer != NULL && turn->answer->soap->fault != NULL &&
                 turn->answer->soap->fault->effect == WSSC_EFFECT_EXPIRED)
            story->needed_by = turn->answer;
        else if (turn->end == WSSC_TURN_SERVED && turn->request->is_use)
            story->needed_by = NULL; /* the key is good after all */
        note_life(story, turn->exchange);
    }
    if (context->identifier != NULL)
        take_missing(story);
}

void wssc_facts_renewals(WsscSession *session)
{
    Story story = {
        .session = session,
        .successors = list_successors(session),
        .lives = g_hash_table_new_full(NULL, NULL, NULL, g_free),
    };
    for (guint i = 0; i < session->model.contexts->len; i++)
        tell_context(&story, session->model.contexts->pdata[i]);
    g_hash_table_unref(story.lives);
    g_hash_table_unref(story.successors);
}
