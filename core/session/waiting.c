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
    g_clear_pointer(&waiting->counted, g_array_unref);
    g_free(waiting);
}

/* Nothing is needed any more to read it again. */
static void settle(WsscSession *session, WsscWaiting *waiting)
{
    waiting->is_settled = TRUE;
    waiting->message->waiting = NULL;
    session->waiting_settled++;
    session->waiting_octets -= waiting->message->length;
    g_clear_pointer(&waiting->folded, wssc_xml_unref);
    g_clear_pointer(&waiting->counted, g_array_unref);
    wssc_key_questions_clear(&waiting->questions);
    wssc_settled_tell(session, waiting->message);
    wssc_brief_let_go(session, waiting->message);
}

/* ---- the bound ------------------------------------------------------------------------------------------- */

static void add_reason(char **reason)
{
    char *more = g_strdup_printf("%s%sof the messages that wait for keys it is among those beyond the limit %s",
                                 *reason != NULL ? *reason : "", *reason != NULL ? "; " : "",
                                 wssc_limit_info(WSSC_LIMIT_WAITING_OCTETS)->name);
    g_free(*reason);
    *reason = more;
}

static void tell_given_up(const WsscSecurity *security)
{
    for (guint i = 0; i < security->signatures->len; i++) {
        WsscSignature *signature = security->signatures->pdata[i];
        if (signature->verdict == WSSC_VERDICT_NO_KEY)
            add_reason(&signature->reason);
    }
    for (guint i = 0; i < security->decryptions->len; i++) {
        WsscDecryption *decryption = security->decryptions->pdata[i];
        if (decryption->result == WSSC_DECRYPTION_NO_KEY)
            add_reason(&decryption->reason);
    }
}

/* It is left as it is. */
static void give_up(WsscSession *session, WsscWaiting *waiting)
{
    WsscMessage *message = waiting->message;
    if (!wssc_limit_set_has(&session->limits_told, WSSC_LIMIT_WAITING_OCTETS)) {
        wssc_limit_set_add(&session->limits_told, WSSC_LIMIT_WAITING_OCTETS);
        wssc_rules_check_limit(&session->rules, message, message->context, WSSC_LIMIT_WAITING_OCTETS);
    }
    if (message->security != NULL) {
        message->security->waits = FALSE;
        tell_given_up(message->security);
    }
    wssc_reading_judge(session, message);
    settle(session, waiting);
}

static gboolean is_settled_entry(gpointer context G_GNUC_UNUSED, gpointer list, gpointer user G_GNUC_UNUSED)
{
    GPtrArray *of_context = list;
    guint kept = 0;
    for (guint i = 0; i < of_context->len; i++)
        if (!((const WsscWaiting *)of_context->pdata[i])->is_settled)
            of_context->pdata[kept++] = of_context->pdata[i];
    g_ptr_array_set_size(of_context, (int)kept);
    return kept == 0;
}

/* When they are the most: then that is little work for each. */
static void forget_settled(WsscSession *session)
{
    GPtrArray *all = session->waiting;
    guint kept = 0;
    if (session->waiting_settled < WSSC_MAX_RETRIES || session->waiting_settled < all->len / 2)
        return;
    g_hash_table_foreach_remove(session->waiting_of, is_settled_entry, NULL);
    for (guint i = 0; i < all->len; i++) {
        WsscWaiting *waiting = all->pdata[i];
        if (waiting->is_settled)
            wssc_waiting_free(waiting);
        else
            all->pdata[kept++] = waiting;
    }
    all->len = kept; /* the slots behind are moved or freed */
    session->waiting_settled = session->waiting_from = 0;
}

static void keep_bound(WsscSession *session)
{
    gsize most = session->rules.limits.value[WSSC_LIMIT_WAITING_OCTETS];
    for (; session->waiting_octets > most && session->waiting_from + 1 < session->waiting->len;
         session->waiting_from++) {
        WsscWaiting *waiting = session->waiting->pdata[session->waiting_from];
        if (!waiting->is_settled)
            give_up(session, waiting);
    }
    forget_settled(session);
}

/* ---- keeping and trying ---------------------------------------------------------------------------------- */

void wssc_waiting_keep(WsscSession *session, WsscMessage *message, WsscXml *xml, guint64 serial)
{
    /* What asked for no key by any name is answered by none: its verdicts stand. */
    if (session->questions.list->len == 0 && !session->questions.is_everything) {
        message->security->waits = FALSE;
        wssc_reading_judge(session, message);
        return;
    }
    WsscWaiting *waiting = g_new0(WsscWaiting, 1);
    waiting->message = message;
    waiting->serial = serial;
    waiting->questions = session->questions;
    wssc_key_questions_init(&session->questions);
    waiting->folded = wssc_xml_fold(xml);
    message->waiting = waiting;
    session->waiting_octets += message->length;
    g_ptr_array_add(session->waiting, waiting);
    keep_bound(session);
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
        wssc_brief_undo(message);
        wssc_key_questions_reset(&waiting->questions);
        wssc_keyring_listen(session->keyring, &waiting->questions);
        wssc_reading_take(session, message, xml);
        wssc_naming_learn(session, message);
        if (message->is_response)
            wssc_response_apply_late(session, message);
        else
            wssc_request_apply_late(session, message);
        wssc_use_settle(message);
        wssc_reading_forget_nodes(session, message);
        wssc_reading_judge_if_settled(session, message);
        wssc_keyring_listen(session->keyring, NULL);
    }
    if (xml == NULL || message->security == NULL || !message->security->waits)
        settle(session, waiting);
    else
        wssc_brief_let_go(session, message);
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
