/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A context as a thing: its instances, its state, its story.
 */
#include <string.h>

#include "base/limits.h"
#include "session/private.h"

#define MOST_UNINDEXED 8 /* instances of a context */

/* ---- contexts ---------------------------------------------------------------------------------- */

static void free_served(gpointer data)
{
    g_free(((WsscServed *)data)->address);
    g_free(data);
}

static void free_instance(gpointer data)
{
    WsscInstance *instance = data;
    g_free(instance->name);
    wssc_secret_unref(instance->key);
    g_free(instance->key_fingerprint);
    g_free(instance->key_derivation);
    g_clear_pointer(&instance->key_evidence, g_ptr_array_unref);
    g_free(instance->issuer);
    g_free(instance);
}

void wssc_context_free(gpointer data)
{
    WsscContext *context = data;
    g_free(context->identifier);
    g_clear_pointer(&context->by_name, g_hash_table_unref);
    g_ptr_array_unref(context->instances);
    g_ptr_array_unref(context->events);
    g_ptr_array_unref(context->findings);
    g_ptr_array_unref(context->renewal_list);
    g_ptr_array_unref(context->rollovers);
    g_ptr_array_unref(context->servers);
    g_ptr_array_unref(context->tokens);
    g_clear_pointer(&wssc_context_open(context)->turns, g_ptr_array_unref);
    g_free(context);
}

/* Where only rows are wanted nothing comes into it. */
static GPtrArray *new_list(const WsscSession *session, GDestroyNotify free_item)
{
    return session->options.only_rows ? g_ptr_array_ref(session->nothing) : g_ptr_array_new_with_free_func(free_item);
}

WsscContext *wssc_context_new(WsscSession *session, WsscMessage *message, WsscState state)
{
    WsscOpenContext *open = g_new0(WsscOpenContext, 1);
    WsscContext *context = &open->context;
    gboolean is_response = message->is_response;

    context->instances = g_ptr_array_new_with_free_func(free_instance);
    context->events = new_list(session, NULL);
    context->findings = new_list(session, NULL);
    context->renewal_list = new_list(session, NULL);
    context->rollovers = new_list(session, NULL);
    context->servers = new_list(session, free_served);
    context->tokens = g_ptr_array_new();
    context->end_time = WSSC_TIME_NONE;
    context->state = state;
    open->is_observed = state == WSSC_STATE_OBSERVED;
    open->life = state == WSSC_STATE_OBSERVED ? WSSC_STATE_ACTIVE : state;
    context->requestor = is_response ? message->dst : message->src;
    context->issuer = is_response ? message->src : message->dst;
    context->transport = message->transport;
    context->is_protected = message->is_protected;
    g_ptr_array_add(session->model.contexts, context);
    context->index = session->model.contexts->len;
    return context;
}

void wssc_context_name(WsscSession *session, WsscContext *context, const char *identifier)
{
    g_free(context->identifier);
    context->identifier = g_strdup(identifier);
    g_hash_table_replace(session->model.by_identifier, context->identifier, context);
    /* Findings raised while it was only asked for. */
    for (guint i = 0; i < context->findings->len; i++)
        ((WsscFinding *)context->findings->pdata[i])->context = context->identifier;
}

void wssc_context_tell_limit(WsscSession *session, WsscContext *context, const WsscMessage *message, WsscLimitId id)
{
    if (wssc_limit_set_has(&context->limits_met, id))
        return;
    wssc_limit_set_add(&context->limits_met, id);
    wssc_rules_check_limit(&session->rules, message, context, id);
}

static void index_instance(WsscContext *context, WsscInstance *instance)
{
    g_hash_table_replace(context->by_name, instance->name != NULL ? instance->name : (char *)"", instance);
}

/* Few are looked through. */
static void index_instances(WsscContext *context)
{
    context->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < context->instances->len; i++)
        index_instance(context, context->instances->pdata[i]);
}

WsscInstance *wssc_context_add_instance(WsscContext *context, const char *name, guint most)
{
    if (context->instances->len >= most)
        return context->instances->pdata[context->instances->len - 1];
    WsscInstance *instance = g_new0(WsscInstance, 1);
    instance->name = g_strdup(name);
    instance->created = instance->expires = WSSC_TIME_NONE;
    instance->key_size = -1;
    instance->older = wssc_context_instance(context, name);
    g_ptr_array_add(context->instances, instance);
    if (context->by_name != NULL)
        index_instance(context, instance);
    else if (context->instances->len >= MOST_UNINDEXED)
        index_instances(context);
    return instance;
}

void wssc_context_attach(WsscContext *context, WsscMessage *message)
{
    if (message->context == NULL) {
        message->context = context;
        context->messages++;
    }
    if (message->exchange != NULL && message->exchange->context == NULL)
        message->exchange->context = context;
}

/* ---- story --------------------------------------------------------------------------------------- */

/* The first and the last of those that messages tell is all that is shown of a context's story. */
void wssc_context_take_event(WsscSession *session)
{
    WsscEvent *event = &session->told;
    if (event->context != NULL && event->message != NULL) {
        WsscOpenContext *open = wssc_context_open(event->context);
        const WsscSpot shown = {event->message->file, event->message->frame, event->message->ordinal};
        guint64 place = (guint64)event->message->file << 32 | event->frame;
        if (open->context.first.frame == 0 || place < open->first_place) {
            open->context.first = shown;
            open->first_place = place;
        }
        if (open->context.last.frame == 0 || place >= open->last_place) {
            open->context.last = shown;
            open->last_place = place;
        }
    }
    g_clear_pointer(&event->evidence, g_ptr_array_unref);
    memset(event, 0, sizeof *event);
}

static WsscEvent *tell(WsscContext *context, WsscEvent *event, WsscMessage *message, WsscEventKind kind, gint64 time)
{
    event->context = context;
    event->message = message;
    event->frame = message != NULL ? message->frame : 0;
    event->time = time;
    event->kind = kind;
    return event;
}

WsscEvent *wssc_context_event(WsscSession *session, WsscContext *context, WsscMessage *message, WsscEventKind kind,
                              const char *format, ...)
{
    gint64 time = message != NULL ? message->time : session->model.end;
    va_list args;

    if (session->options.only_rows) {
        wssc_context_take_event(session);
        return tell(context, &session->told, message, kind, time);
    }
    WsscEvent *event = tell(context, g_new0(WsscEvent, 1), message, kind, time);
    va_start(args, format);
    event->text = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(session->model.events, event);
    g_ptr_array_add(context->events, event);
    return event;
}

void wssc_context_event_free(gpointer data)
{
    WsscEvent *event = data;
    g_free(event->text);
    g_clear_pointer(&event->evidence, g_ptr_array_unref);
    g_free(event);
}

static WsscEvent *change(WsscSession *session, WsscContext *context, WsscMessage *message, WsscState to,
                         const char *why)
{
    WsscState from = context->state;
    context->state = to;
    WsscEvent *event = wssc_context_event(session, context, message, WSSC_EVENT_TRANSITION, "%s -> %s: %s",
                                          wssc_state_name(from), wssc_state_name(to), why);
    event->is_transition = TRUE;
    event->from = from;
    event->to = to;
    return event;
}

static gboolean is_end(WsscState state)
{
    return state == WSSC_STATE_CANCELLED || state == WSSC_STATE_EXPIRED || state == WSSC_STATE_REFUSED;
}

WsscEvent *wssc_context_set_state(WsscSession *session, WsscContext *context, WsscMessage *message, WsscState state,
                                  const char *why)
{
    wssc_context_open(context)->life = state;
    /* What is not known of it is its beginning: while it lives it is "observed", its end is its end. */
    if (wssc_context_is_observed(context) && !is_end(state))
        state = WSSC_STATE_OBSERVED;
    return context->state != state ? change(session, context, message, state, why) : NULL;
}

void wssc_context_reveal(WsscSession *session, WsscContext *context, WsscMessage *message)
{
    if (!wssc_context_is_observed(context))
        return;
    wssc_context_open(context)->is_observed = FALSE;
    if (context->state != wssc_context_life(context))
        change(session, context, message, wssc_context_life(context), "its establishment was found");
}

gboolean wssc_context_is_over(const WsscContext *context)
{
    return wssc_context_life(context) == WSSC_STATE_CANCELLED;
}
