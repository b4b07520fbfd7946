/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Tokens that one service issues for use at another: from their RSTR to the contexts that were asked for with them.
 */
#include <string.h>

#include "base/text.h"
#include "session/facts.h"

typedef struct {
    WsscSession *session;
    GHashTable *by_id;  /* "kind id" -> WsscToken */
    GHashTable *passed; /* identifiers of security context tokens that are passed on like assertions; borrowed */
} Tokens;

/* One without a name is another one each time. */
static WsscToken *token_of(Tokens *tokens, WsscTokenKind kind, const char *id)
{
    WsscModel *model = &tokens->session->model;
    g_autofree char *key = g_strdup_printf("%d %s", kind == WSSC_TOKEN_KIND_SCT, id);
    WsscToken *token = *id != '\0' ? g_hash_table_lookup(tokens->by_id, key) : NULL;
    if (token != NULL)
        return token;
    token = g_new0(WsscToken, 1);
    token->kind = kind;
    token->id = g_strdup(id);
    token->created = token->expires = WSSC_TIME_NONE;
    token->contexts = g_ptr_array_new();
    token->events = g_ptr_array_new_with_free_func(wssc_context_event_free);
    g_ptr_array_add(model->tokens, token);
    token->index = model->tokens->len;
    if (*id != '\0')
        g_hash_table_insert(tokens->by_id, g_steal_pointer(&key), token);
    return token;
}

static WsscToken *assertion_of(Tokens *tokens, const WsscSaml *assertion)
{
    guint before = tokens->session->model.tokens->len;
    WsscToken *token = token_of(tokens, assertion->kind, assertion->id);
    if (tokens->session->model.tokens->len == before)
        return token;
    token->issuer = g_strdup(assertion->issuer);
    token->subject = g_strdup(assertion->subject);
    token->created = assertion->created;
    token->expires = assertion->expires;
    return token;
}

/* ---- security context tokens that are shown like assertions --------------------------------------------------------
 */

/* No key comes with it. */
static gboolean is_bearer(const WsscTrust *rstr, const WsscExchange *exchange)
{
    const WsscMessage *request = exchange != NULL ? exchange->request : NULL;
    if (wssc_key_type_has_no_secret(rstr->key_type))
        return TRUE;
    if (request == NULL || request->damage != NULL || request->soap->body_encrypted)
        return FALSE;
    return wssc_key_type_has_no_secret(exchange->asked.key_type) ||
           (rstr->proof.kind == WSSC_SECRET_NONE && rstr->entropy.node == NULL && !exchange->asked.has_entropy);
}

/* "host:port" of an address; its length. */
static const char *authority_of(const char *address, gsize *ret_len)
{
    const char *colons = strstr(address, "://");
    const char *start = colons != NULL ? colons + 3 : address;
    *ret_len = strcspn(start, "/?#");
    return start;
}

/* The request names another service than the one that it is sent to. */
static gboolean is_for_another(const WsscExchange *exchange)
{
    const WsscSoap *soap = exchange != NULL && exchange->request != NULL ? exchange->request->soap : NULL;
    const WsscTrust *rst = soap != NULL && soap->trusts->len > 0 ? soap->trusts->pdata[0] : NULL;
    if (rst == NULL || rst->applies_to == NULL || soap->to == NULL || strstr(soap->to, "://") == NULL ||
        strstr(rst->applies_to, "://") == NULL)
        return FALSE;
    gsize asked_len, for_len;
    const char *asked = authority_of(soap->to, &asked_len), *wanted = authority_of(rst->applies_to, &for_len);
    return asked_len != for_len || g_ascii_strncasecmp(asked, wanted, for_len) != 0;
}

static WsscContext *asked_with(const WsscMessage *message)
{
    gboolean asks = message->exchange != NULL && message->exchange->request == message &&
                    message->soap->operation == WSSC_OPERATION_ISSUE;
    return asks ? message->exchange->context : NULL;
}

static void find_passed(Tokens *tokens, const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    const WsscContext *asked = asked_with(message);
    for (guint i = 0; i < message->soap->trusts->len; i++) {
        const WsscTrust *trust = message->soap->trusts->pdata[i];
        if (trust->is_response && trust->sct != NULL &&
            (is_bearer(trust, message->exchange) || is_for_another(message->exchange)))
            g_hash_table_add(tokens->passed, trust->sct->identifier);
    }
    for (guint i = 0; security != NULL && asked != NULL && i < security->scts->len; i++) {
        const WsscSct *sct = security->scts->pdata[i];
        if (g_strcmp0(sct->identifier, asked->identifier) != 0)
            g_hash_table_add(tokens->passed, sct->identifier);
    }
}

static gboolean is_passed(const Tokens *tokens, const WsscSct *sct)
{
    return *sct->identifier != '\0' && g_hash_table_contains(tokens->passed, sct->identifier);
}

/* ---- their lives ------------------------------------------------------------------------------------------------- */

static int by_time(gconstpointer a, gconstpointer b)
{
    const WsscEvent *one = *(const WsscEvent *const *)a, *other = *(const WsscEvent *const *)b;
    return one->time < other->time ? -1 : one->time > other->time;
}

/* message: or NULL. */
static void tell(WsscToken *token, WsscContext *context, WsscMessage *message, gint64 time, const char *format, ...)
    G_GNUC_PRINTF(5, 6);

static void tell(WsscToken *token, WsscContext *context, WsscMessage *message, gint64 time, const char *format, ...)
{
    WsscEvent *event = g_new0(WsscEvent, 1);
    va_list args;
    event->context = context;
    event->message = message;
    event->frame = message != NULL ? message->frame : 0;
    event->time = time;
    event->kind = WSSC_EVENT_TOKEN;
    va_start(args, format);
    event->text = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(token->events, event);
}

static void tell_use(WsscToken *token, WsscContext *asked, WsscMessage *message)
{
    g_autofree char *words = wssc_token_words(token);
    tell(token, asked, message, message->time, "%s shows %s", message->src, words);
}

/* Uses that ask for a context are told as they come. */
static void tell_ends(WsscToken *token, gint64 end_of_capture)
{
    WsscMessage *issued = token->issued_by != NULL ? token->issued_by->response : NULL;
    g_autofree char *words = wssc_token_words(token);
    g_autofree char *until = token->expires != WSSC_TIME_NONE ? wssc_time_format(token->expires) : NULL;
    if (issued != NULL)
        tell(token, NULL, issued, issued->time, "%s issues %s%s%s", issued->src, words,
             until != NULL ? ", good until " : "", until != NULL ? until : "");
    if (token->first_use != NULL && asked_with(token->first_use) == NULL)
        tell_use(token, NULL, token->first_use);
    if (token->last_use != token->first_use && asked_with(token->last_use) == NULL)
        tell_use(token, NULL, token->last_use);
    if (token->expires != WSSC_TIME_NONE && token->expires < end_of_capture)
        tell(token, NULL, NULL, token->expires, "the time of %s is over", words);
    g_ptr_array_sort(token->events, by_time);
}

static void take_issued(Tokens *tokens, WsscMessage *message)
{
    for (guint i = 0; i < message->soap->trusts->len; i++) {
        const WsscTrust *trust = message->soap->trusts->pdata[i];
        WsscToken *token = NULL;
        if (trust->is_response && trust->assertion != NULL)
            token = assertion_of(tokens, trust->assertion);
        else if (trust->is_response && trust->sct != NULL && is_passed(tokens, trust->sct))
            token = token_of(tokens, WSSC_TOKEN_KIND_SCT, trust->sct->identifier);
        if (token == NULL)
            continue;
        if (token->issued_by == NULL)
            token->issued_by = message->exchange;
        if (token->created == WSSC_TIME_NONE)
            token->created = trust->created;
        /* One that is renewed lives on. */
        if (token->expires == WSSC_TIME_NONE ||
            (token->kind == WSSC_TOKEN_KIND_SCT && trust->expires != WSSC_TIME_NONE && trust->expires > token->expires))
            token->expires = trust->expires;
    }
}

static gboolean is_itself(const WsscToken *token, const WsscContext *context)
{
    return token->kind == WSSC_TOKEN_KIND_SCT && g_strcmp0(context->identifier, token->id) == 0;
}

static void use(WsscToken *token, WsscMessage *message)
{
    WsscContext *asked = asked_with(message);
    token->first_use = token->first_use != NULL ? token->first_use : message;
    token->last_use = message;
    token->uses++;
    if (asked == NULL || is_itself(token, asked) || g_ptr_array_find(asked->tokens, token, NULL))
        return;
    g_ptr_array_add(asked->tokens, token);
    g_ptr_array_add(token->contexts, asked);
    tell_use(token, asked, message);
}

static void take_used(Tokens *tokens, WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    for (guint i = 0; security != NULL && i < security->assertions->len; i++)
        use(assertion_of(tokens, security->assertions->pdata[i]), message);
    for (guint i = 0; security != NULL && !message->is_response && i < security->scts->len; i++) {
        const WsscSct *sct = security->scts->pdata[i];
        if (is_passed(tokens, sct))
            use(token_of(tokens, WSSC_TOKEN_KIND_SCT, sct->identifier), message);
    }
}

gboolean wssc_facts_is_about_token(WsscSession *session, const WsscMessage *message)
{
    g_autoptr(GHashTable) passed = NULL;
    const WsscSoap *soap = message->soap;
    if (soap->security != NULL && soap->security->assertions->len > 0)
        return TRUE;
    if (soap->trusts->len == 0)
        return FALSE;
    for (guint i = 0; i < soap->trusts->len; i++)
        if (((const WsscTrust *)soap->trusts->pdata[i])->assertion != NULL)
            return TRUE;
    passed = g_hash_table_new(g_str_hash, g_str_equal);
    Tokens tokens = {session, NULL, passed};
    find_passed(&tokens, message);
    return g_hash_table_size(passed) > 0;
}

/* Of a message that was let go no more is known than that it made the context of that name. */
static void take_made(WsscSession *session, WsscToken *token)
{
    const WsscContext *context =
        token->kind == WSSC_TOKEN_KIND_SCT ? wssc_model_context(&session->model, token->id) : NULL;
    if (token->issued_by == NULL && context != NULL)
        token->issued_by = wssc_past_establishment(session, context);
}

void wssc_facts_tokens(WsscSession *session)
{
    const GPtrArray *messages = session->model.messages;
    g_autoptr(GHashTable) by_id = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) passed = g_hash_table_new(g_str_hash, g_str_equal);
    Tokens tokens = {session, by_id, passed};
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        if (message->damage == NULL && !message->is_copy)
            find_passed(&tokens, message);
    }
    for (guint i = 0; i < messages->len; i++) {
        WsscMessage *message = messages->pdata[i];
        if (message->damage != NULL || message->is_copy)
            continue;
        take_issued(&tokens, message);
        take_used(&tokens, message);
    }
    for (guint i = 0; session->options.only_rows && i < session->model.tokens->len; i++)
        take_made(session, session->model.tokens->pdata[i]);
    for (guint i = 0; i < session->model.tokens->len; i++)
        tell_ends(session->model.tokens->pdata[i], session->model.end);
}
