/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Messages whose verdict waits for a key: kept as octets, read again when a key was learned. Work is bounded:
 * a message is tried a few times while the capture goes on, and in a few rounds at its end.
 */
#include "base/limits.h"
#include "session/private.h"

void wssc_waiting_free(gpointer data)
{
    WsscWaiting *waiting = data;
    wssc_xml_unref(waiting->folded);
    wssc_key_questions_clear(&waiting->questions);
    g_free(waiting);
}

void wssc_waiting_keep(WsscSession *session, WsscMessage *message, WsscXml *xml, guint64 serial)
{
    WsscWaiting *waiting = g_new0(WsscWaiting, 1);
    waiting->message = message;
    waiting->serial = serial;
    waiting->questions = session->questions;
    wssc_key_questions_init(&session->questions);
    waiting->folded = wssc_xml_fold(xml);
    g_ptr_array_add(session->waiting, waiting);
    if (message->context == NULL)
        return;
    GPtrArray *of_context = g_hash_table_lookup(session->waiting_of, message->context);
    if (of_context == NULL) {
        of_context = g_ptr_array_new();
        g_hash_table_insert(session->waiting_of, message->context, of_context);
    }
    g_ptr_array_add(of_context, waiting);
}

/* Nothing that it asked for has another answer now: trying it again would only end as before. */
static gboolean is_worth_trying(const WsscSession *session, const WsscWaiting *waiting)
{
    return !waiting->is_settled && wssc_keyring_has_news(session->keyring, &waiting->questions, waiting->serial);
}

static void retry(WsscSession *session, WsscWaiting *waiting)
{
    WsscMessage *message = waiting->message;
    g_autoptr(WsscXml) xml = wssc_xml_unfold(waiting->folded);

    waiting->serial = wssc_keyring_serial(session->keyring);
    waiting->tries++;
    if (xml != NULL) {
        wssc_key_questions_reset(&waiting->questions);
        wssc_keyring_listen(session->keyring, &waiting->questions);
        wssc_reading_take(session, message, xml);
        wssc_naming_learn(session, message);
        if (message->is_response)
            wssc_response_apply_late(session, message);
        else
            wssc_request_apply_late(session, message);
        wssc_use_settle(message);
        wssc_reading_forget_nodes(message);
        wssc_reading_judge_if_settled(session, message);
        wssc_keyring_listen(session->keyring, NULL);
    }
    waiting->is_settled = xml == NULL || message->security == NULL || !message->security->waits;
    if (!waiting->is_settled)
        return;
    g_clear_pointer(&waiting->folded, wssc_xml_unref);
    wssc_settled_tell(session, message);
}

void wssc_waiting_settle_context(WsscSession *session, const WsscContext *context)
{
    GPtrArray *list = context != NULL ? g_hash_table_lookup(session->waiting_of, context) : NULL;
    guint kept = 0;
    for (guint i = 0; list != NULL && i < list->len; i++) {
        WsscWaiting *waiting = list->pdata[i];
        if (is_worth_trying(session, waiting))
            retry(session, waiting);
        /* What keys of the context do not settle waits for the end. */
        if (!waiting->is_settled && waiting->tries < WSSC_MAX_RETRIES)
            list->pdata[kept++] = waiting;
    }
    if (list != NULL)
        g_ptr_array_set_size(list, (int)kept);
}

void wssc_waiting_settle(WsscSession *session)
{
    gboolean has_learned = TRUE;
    for (guint round = 0; has_learned && round < WSSC_MAX_SETTLE_ROUNDS; round++) {
        guint64 before = wssc_keyring_serial(session->keyring);
        for (guint i = session->waiting->len; i > 0; i--) {
            WsscWaiting *waiting = session->waiting->pdata[i - 1];
            if (is_worth_trying(session, waiting))
                retry(session, waiting);
        }
        has_learned = wssc_keyring_serial(session->keyring) != before;
    }
}
