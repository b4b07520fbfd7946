/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Only what some frames carry is shown. The lists of everything are set aside, not freed: what is shown refers to it.
 */
#include <string.h>

#include "session/private.h"

typedef struct {
    WsscSession *session;
    WsscIsShown is_shown;
    gpointer user;
    GHashTable *messages, *contexts; /* that are shown */
} Showing;

typedef gboolean (*IsWanted)(const Showing *showing, gpointer thing);

static gboolean is_wanted_message(const Showing *showing, gpointer thing)
{
    const WsscMessage *message = thing;
    return showing->is_shown(message->file, message->frame, showing->user);
}

static gboolean is_wanted_context(const Showing *showing, gpointer thing)
{
    return g_hash_table_contains(showing->contexts, thing);
}

static gboolean is_wanted_exchange(const Showing *showing, gpointer thing)
{
    const WsscExchange *exchange = thing;
    gboolean is_wanted = g_hash_table_contains(showing->messages, exchange->request) ||
                         g_hash_table_contains(showing->messages, exchange->response);
    for (guint i = 0; exchange->legs != NULL && i < exchange->legs->len; i++)
        is_wanted |= g_hash_table_contains(showing->messages, exchange->legs->pdata[i]);
    return is_wanted;
}

/* What no frame tells is told of its context. */
static gboolean is_wanted_finding(const Showing *showing, gpointer thing)
{
    const WsscFinding *finding = thing;
    if (finding->frame != 0)
        return showing->is_shown(finding->file, finding->frame, showing->user);
    return finding->context != NULL &&
           is_wanted_context(showing, (gpointer)wssc_session_context(showing->session, finding->context));
}

static gboolean is_wanted_event(const Showing *showing, gpointer thing)
{
    const WsscEvent *event = thing;
    return event->message != NULL ? showing->is_shown(event->message->file, event->frame, showing->user)
                                  : is_wanted_context(showing, event->context);
}

static gboolean is_wanted_token(const Showing *showing, gpointer thing)
{
    const WsscToken *token = thing;
    const WsscMessage *issued = token->issued_by != NULL ? token->issued_by->response : NULL;
    return g_hash_table_contains(showing->messages, issued) ||
           g_hash_table_contains(showing->messages, token->first_use) ||
           g_hash_table_contains(showing->messages, token->last_use);
}

/* In their order. The list does not own them. */
static GPtrArray *wanted(const Showing *showing, const GPtrArray *things, IsWanted is_wanted)
{
    GPtrArray *kept = g_ptr_array_new();
    for (guint i = 0; i < things->len; i++)
        if (is_wanted(showing, things->pdata[i]))
            g_ptr_array_add(kept, things->pdata[i]);
    return kept;
}

static void show_wanted(const Showing *showing, GPtrArray **things, IsWanted is_wanted)
{
    GPtrArray *all = *things;
    *things = wanted(showing, all, is_wanted);
    g_ptr_array_add(showing->session->aside, all);
}

static void count_message(gpointer key, gpointer value G_GNUC_UNUSED, gpointer user G_GNUC_UNUSED)
{
    const WsscMessage *message = key;
    if (message->context == NULL)
        return;
    message->context->messages++;
    for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++)
        message->context->verdicts[((const WsscSignature *)message->security->signatures->pdata[s])->verdict]++;
}

static void count_again(const Showing *showing)
{
    const GPtrArray *contexts = showing->session->model.contexts;
    for (guint i = 0; i < contexts->len; i++) {
        WsscContext *context = contexts->pdata[i];
        context->messages = 0;
        memset(context->verdicts, 0, sizeof context->verdicts);
        show_wanted(showing, &context->events, is_wanted_event);
        show_wanted(showing, &context->findings, is_wanted_finding);
    }
    g_hash_table_foreach(showing->messages, count_message, NULL);
}

static void note_shown(Showing *showing)
{
    const GPtrArray *messages = showing->session->model.messages;
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        if (!is_wanted_message(showing, (gpointer)message))
            continue;
        g_hash_table_add(showing->messages, (gpointer)message);
        if (message->context != NULL)
            g_hash_table_add(showing->contexts, message->context);
    }
}

void wssc_session_show_only(WsscSession *session, WsscIsShown is_shown, gpointer user)
{
    Showing showing = {session, is_shown, user, g_hash_table_new(NULL, NULL), g_hash_table_new(NULL, NULL)};
    note_shown(&showing);
    session->aside = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    show_wanted(&showing, &session->model.messages, is_wanted_message);
    show_wanted(&showing, &session->model.findings, is_wanted_finding);
    show_wanted(&showing, &session->model.events, is_wanted_event);
    show_wanted(&showing, &session->model.exchanges, is_wanted_exchange);
    show_wanted(&showing, &session->model.contexts, is_wanted_context);
    show_wanted(&showing, &session->model.tokens, is_wanted_token);
    count_again(&showing);
    g_hash_table_unref(showing.messages);
    g_hash_table_unref(showing.contexts);
}
