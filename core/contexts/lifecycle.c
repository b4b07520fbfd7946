/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a message does to its context. A context is found by its identifier alone, never by the
 * connection: clients reconnect, balancers spread requests.
 */
#include <string.h>

#include "contexts/private.h"
#include "soap/action.h"

static const char *const state_names[WSSC_STATE_MAX] = {
    "requested", "issued",  "active",    "renewing", "rollover",
    "cancelled", "expired", "refused", "abandoned", "observed",
};

const char *wssc_state_name(WsscState state)
{
    return state_names[state];
}

const char *wssc_entropy_mode_name(WsscEntropyMode mode)
{
    static const char *const names[] = {NULL, "client", "server", "combined"};
    return names[mode];
}

/* ---- contexts ---------------------------------------------------------------------------------- */

static void free_instance(gpointer data)
{
    WsscInstance *instance = data;
    g_free(instance->name);
    wssc_secret_unref(instance->key);
    g_free(instance->key_fingerprint);
    g_free(instance->key_derivation);
    g_free(instance);
}

void wssc_context_free(gpointer data)
{
    WsscContext *context = data;
    g_free(context->identifier);
    g_free(context->requestor);
    g_free(context->issuer);
    g_ptr_array_unref(context->bootstrap);
    g_ptr_array_unref(context->instances);
    g_ptr_array_unref(context->events);
    g_ptr_array_unref(context->findings);
    g_free(context);
}

static WsscContext *new_context(WsscSession *session, WsscMessage *message, WsscState state)
{
    WsscContext *context = g_new0(WsscContext, 1);
    gboolean is_response = wssc_exchange_is_response(message);

    context->bootstrap = g_ptr_array_new();
    context->instances = g_ptr_array_new_with_free_func(free_instance);
    context->events = g_ptr_array_new();
    context->findings = g_ptr_array_new();
    context->state = state;
    context->requestor = g_strdup(is_response ? message->dst : message->src);
    context->issuer = g_strdup(is_response ? message->src : message->dst);
    context->transport = message->transport;
    context->is_protected = message->is_protected;
    g_ptr_array_add(session->contexts, context);
    context->index = session->contexts->len;
    return context;
}

static void name_context(WsscSession *session, WsscContext *context, const char *identifier)
{
    g_free(context->identifier);
    context->identifier = g_strdup(identifier);
    g_hash_table_replace(session->by_identifier, g_strdup(identifier), context);
    /* Findings raised while it was only asked for. */
    for (guint i = 0; i < context->findings->len; i++)
        ((WsscFinding *)context->findings->pdata[i])->context = context->identifier;
}

WsscInstance *wssc_context_instance(const WsscContext *context, const char *name)
{
    for (guint i = context->instances->len; i > 0; i--) {
        WsscInstance *instance = context->instances->pdata[i - 1];
        if (g_strcmp0(instance->name, name) == 0)
            return instance;
    }
    return NULL;
}

gint64 wssc_context_clock_offset(const WsscContext *context)
{
    for (guint i = context->instances->len; i > 0; i--) {
        const WsscInstance *instance = context->instances->pdata[i - 1];
        if (instance->issued_by == NULL || instance->created == WSSC_TIME_NONE)
            continue;
        gint64 offset = instance->created - instance->issued_by->time;
        /* Created is written just before the response is sent. A minute off is another clock. */
        return ABS(offset) > 60 * G_USEC_PER_SEC ? offset : 0;
    }
    return 0;
}

/* ---- story --------------------------------------------------------------------------------------- */

WsscEvent *wssc_context_event(WsscSession *session, WsscContext *context, WsscMessage *message,
                              const char *kind, const char *format, ...)
{
    WsscEvent *event = g_new0(WsscEvent, 1);
    va_list args;

    event->context = context;
    event->message = message;
    event->time = message != NULL ? message->time : session->last_time;
    event->kind = kind;
    va_start(args, format);
    event->text = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(session->events, event);
    g_ptr_array_add(context->events, event);
    return event;
}

void wssc_context_set_state(WsscSession *session, WsscContext *context, WsscMessage *message,
                            WsscState state, const char *why)
{
    WsscState from = context->state;
    /* What began before the capture stays "observed"; its story is in the events. */
    if (from == state || from == WSSC_STATE_OBSERVED)
        return;
    context->state = state;
    WsscEvent *event = wssc_context_event(session, context, message, "transition", "%s -> %s: %s",
                                          state_names[from], state_names[state], why);
    event->is_transition = TRUE;
    event->from = from;
    event->to = state;
}

static void attach(WsscContext *context, WsscMessage *message)
{
    if (message->context != NULL)
        return;
    message->context = context;
    context->messages++;
    if (message->exchange != NULL && message->exchange->context == NULL)
        message->exchange->context = context;
}

/* ---- which context does a message speak of ------------------------------------------------------- */

static const WsscSct *target_sct(const WsscSoap *soap)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (!trust->is_response && trust->target != NULL && trust->target->sct != NULL)
            return trust->target->sct;
    }
    return NULL;
}

typedef struct {
    const char *identifier;
    const char *instance;
    WsscNs version;
} Named;

static gboolean is_named_by(WsscSession *session, const WsscReference *ref, Named *ret_named)
{
    if (ref == NULL)
        return FALSE;
    if (ref->sct != NULL) {
        *ret_named = (Named){ref->sct->identifier, ref->sct->instance, ref->sct->ns};
        return TRUE;
    }
    if (ref->kind == WSSC_STR_URI && *ref->value != '\0' &&
        (wssc_is_sct_type(ref->value_type) ||
         g_hash_table_contains(session->by_identifier, ref->value))) {
        *ret_named = (Named){ref->value, ref->instance, WSSC_NS_NONE};
        return TRUE;
    }
    return FALSE;
}

/* The context a message uses: its SCT first, then a reference by identifier, then the target of
 * a renewal or cancel. */
static gboolean find_named(WsscSession *session, const WsscSoap *soap, Named *ret_named)
{
    const WsscSecurityHeader *security = soap->security;
    if (security != NULL && security->scts->len > 0) {
        const WsscSct *sct = security->scts->pdata[0];
        *ret_named = (Named){sct->identifier, sct->instance, sct->ns};
        return TRUE;
    }
    for (guint i = 0; security != NULL && i < security->references->len; i++)
        if (is_named_by(session, security->references->pdata[i], ret_named))
            return TRUE;
    return FALSE;
}

static gboolean find_target(WsscSession *session, const WsscSoap *soap, Named *ret_named)
{
    const WsscSct *sct = target_sct(soap);
    if (sct != NULL) {
        *ret_named = (Named){sct->identifier, sct->instance, sct->ns};
        return TRUE;
    }
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (!trust->is_response && is_named_by(session, trust->target, ret_named))
            return TRUE;
        /* "#id" of an SCT that stands in the header. */
        if (!trust->is_response && trust->target != NULL && trust->target->kind == WSSC_STR_LOCAL)
            return find_named(session, soap, ret_named);
    }
    return FALSE;
}

static WsscContext *context_of(WsscSession *session, WsscMessage *message, const Named *named)
{
    WsscContext *context = g_hash_table_lookup(session->by_identifier, named->identifier);
    if (context == NULL) {
        context = new_context(session, message, WSSC_STATE_OBSERVED);
        name_context(session, context, named->identifier);
        wssc_context_event(session, context, message, "observed",
                           "in use; its establishment is not in the capture or not readable");
    }
    if (context->version == WSSC_NS_NONE)
        context->version = named->version;
    return context;
}

/* ---- use ------------------------------------------------------------------------------------------- */

static WsscInstance *instance_of(WsscSession *session, WsscContext *context, WsscMessage *message,
                                 const Named *named)
{
    WsscInstance *instance = wssc_context_instance(context, named->instance);
    /* A first key with a name of its own may be used without it and the reverse: a context with a
     * single key has no doubt. */
    if (instance == NULL && context->instances->len == 1 && named->instance == NULL)
        instance = context->instances->pdata[0];
    if (instance != NULL)
        return instance;
    if (named->instance != NULL && context->state != WSSC_STATE_OBSERVED &&
        context->instances->len > 0)
        wssc_rules_raise(session, WSSC_FINDING_UNKNOWN_INSTANCE, message, context,
                         "instance %s was never issued in the capture", named->instance);
    instance = g_new0(WsscInstance, 1);
    instance->name = g_strdup(named->instance);
    instance->created = instance->expires = WSSC_TIME_NONE;
    instance->key_size = -1;
    instance->key_missing = "its establishment is not in the capture or not readable";
    g_ptr_array_add(context->instances, instance);
    return instance;
}

/* The latest use so far is the latest of its instances' last uses. */
static void link_use(const WsscContext *context, WsscMessage *message)
{
    WsscMessage *last = NULL;
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->last_use != NULL && (last == NULL || instance->last_use->index > last->index))
            last = instance->last_use;
    }
    message->prev_use = last;
    if (last != NULL)
        last->next_use = message;
}

static void note_rollover(WsscSession *session, WsscContext *context, WsscMessage *message,
                          const WsscInstance *instance)
{
    const WsscInstance *last = context->instances->pdata[context->instances->len - 1];
    if (context->state == WSSC_STATE_RENEWING && instance == last && instance->issued_by != NULL)
        wssc_context_set_state(session, context, message, WSSC_STATE_ROLLOVER,
                               "first message under the new instance");
    else if (context->state == WSSC_STATE_ROLLOVER && instance == last)
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE,
                               "the new instance is in use");
}

static void use(WsscSession *session, WsscContext *context, WsscMessage *message, const Named *named)
{
    WsscInstance *instance = instance_of(session, context, message, named);

    message->is_use = TRUE;
    message->instance = g_strdup(instance->name);
    link_use(context, message);
    if (instance->first_use == NULL)
        instance->first_use = message;
    instance->last_use = message;
    if (context->state == WSSC_STATE_ISSUED)
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE, "first use");
    if (context->instances->len > 0)
        note_rollover(session, context, message, instance);
    wssc_rules_check_use(session, context, message);
}

/* ---- requests ---------------------------------------------------------------------------------------- */

static const WsscTrust *first_trust(const WsscSoap *soap, gboolean is_response)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->is_response == is_response)
            return trust;
    }
    return NULL;
}

static void copy_bootstrap(WsscContext *context, const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    if (context->bootstrap->len > 0)
        return;
    for (guint i = 0; security != NULL && i < security->tokens->len; i++)
        g_ptr_array_add(context->bootstrap, security->tokens->pdata[i]);
}

static void request_issue(WsscSession *session, WsscMessage *message)
{
    WsscContext *context = message->exchange->context;
    if (context == NULL) {
        context = new_context(session, message, WSSC_STATE_REQUESTED);
        WsscAction action;
        if (wssc_action_parse(message->soap->action, &action))
            context->version = action.trust == WSSC_NS_WST_200404   ? WSSC_NS_WSC_200404
                               : action.trust == WSSC_NS_WST_200502 ? WSSC_NS_WSC_200502
                                                                    : WSSC_NS_WSC_200512;
    }
    context->requested_by = message->exchange;
    copy_bootstrap(context, message);
    attach(context, message);
    wssc_context_event(session, context, message, "request", "%s asks %s for a context%s%s",
                       message->src, message->dst,
                       message->soap->security != NULL && message->soap->security->username != NULL
                           ? " as user " : "",
                       message->soap->security != NULL && message->soap->security->username != NULL
                           ? message->soap->security->username : "");
}

static void request_on_context(WsscSession *session, WsscMessage *message, WsscContext *context)
{
    WsscOperation operation = message->soap->operation;
    attach(context, message);
    wssc_context_event(session, context, message, wssc_operation_name(operation), "%s asks %s to %s it",
                       message->src, message->dst,
                       operation == WSSC_OPERATION_VALIDATE ? "validate" : wssc_operation_name(operation));
    if (operation == WSSC_OPERATION_RENEW)
        wssc_context_set_state(session, context, message, WSSC_STATE_RENEWING, "renewal requested");
}

static void apply_request(WsscSession *session, WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    const WsscTrust *rst = first_trust(soap, FALSE);
    Named named;
    gboolean is_named = find_named(session, soap, &named);
    Named target;
    gboolean is_targeted = find_target(session, soap, &target);

    if (rst != NULL)
        wssc_establish_request(session, open, rst);
    /* CXF renews over TLS with the bootstrap token alone: then only the target says which. */
    WsscContext *context = is_targeted ? context_of(session, message, &target)
                           : is_named  ? context_of(session, message, &named)
                                       : NULL;
    if (soap->operation == WSSC_OPERATION_ISSUE && soap->is_sct_operation && context == NULL)
        request_issue(session, message);
    else if (context != NULL && soap->operation != WSSC_OPERATION_NONE)
        request_on_context(session, message, context);
    if (context == NULL)
        return;
    attach(context, message);
    if (is_named && strcmp(named.identifier, context->identifier) == 0)
        use(session, context, message, &named);
    if (soap->operation == WSSC_OPERATION_NONE)
        wssc_context_event(session, context, message, "use", "%s calls %s%s%s", message->src,
                           soap->action != NULL ? soap->action : "(no action)",
                           message->instance != NULL ? " under instance " : "",
                           message->instance != NULL ? message->instance : "");
}

/* ---- responses ----------------------------------------------------------------------------------------- */

static void response_fault(WsscSession *session, WsscMessage *message, WsscContext *context)
{
    const WsscFault *fault = message->soap->fault;
    WsscOperation operation = message->exchange->operation;
    g_autofree char *why = g_strdup_printf("fault %s%s%s", fault->code, fault->cause != NULL ? ": " : "",
                                           fault->cause != NULL ? fault->cause : "");

    wssc_context_event(session, context, message, "fault", "%s", why);
    if (context->identifier == NULL) {
        wssc_context_set_state(session, context, message, WSSC_STATE_REFUSED, why);
        context->ended_by = message;
    } else if (operation == WSSC_OPERATION_RENEW) {
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE, "renewal refused");
    } else if (strcmp(fault->code, "BadContextToken") == 0) {
        wssc_context_set_state(session, context, message, WSSC_STATE_REFUSED, why);
        context->ended_by = message;
    } else if (strcmp(fault->code, "RenewNeeded") == 0 ||
               strcmp(fault->code, "ExpiredSecurityContextTokenKey") == 0) {
        wssc_context_set_state(session, context, message, WSSC_STATE_EXPIRED, why);
        context->ended_by = message;
    }
}

static void response_issue(WsscSession *session, WsscMessage *message, const WsscTrust *rstr)
{
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    WsscContext *known = g_hash_table_lookup(session->by_identifier, rstr->sct->identifier);
    WsscContext *context = open->exchange.context;
    gboolean is_first = FALSE;

    if (context == NULL)
        context = known != NULL ? known : new_context(session, message, WSSC_STATE_REQUESTED);
    if (context->identifier == NULL && known != NULL && known != context) {
        /* Already known under that name: seen in use before its RSTR could be read, or issued
         * twice. The story goes on there. */
        if (known->state == WSSC_STATE_OBSERVED && known->established_by == NULL) {
            known->state = WSSC_STATE_ACTIVE;
            for (guint i = 0; i < context->bootstrap->len; i++)
                g_ptr_array_add(known->bootstrap, context->bootstrap->pdata[i]);
        }
        if (open->exchange.request != NULL && open->exchange.request->context == context) {
            open->exchange.request->context = known;
            known->messages++;
            context->messages--;
        }
        open->exchange.context = known;
        context = known;
    }
    if (context->identifier == NULL)
        name_context(session, context, rstr->sct->identifier);
    attach(context, message);
    is_first = context->established_by == NULL;
    context->version = rstr->sct->ns;
    WsscInstance *instance = wssc_establish_instance(session, context, open, message, rstr);
    g_free(message->instance);
    message->instance = g_strdup(instance->name);
    if (!is_first)
        return;
    context->established_by = &open->exchange;
    g_autofree char *expires = wssc_time_format(instance->expires);
    wssc_context_event(session, context, message, "issue", "issued as %s%s%s", context->identifier,
                       expires != NULL ? ", good until " : "", expires != NULL ? expires : "");
    if (context->state == WSSC_STATE_REQUESTED || context->state == WSSC_STATE_REFUSED)
        wssc_context_set_state(session, context, message, WSSC_STATE_ISSUED, "context issued");
}

static void response_renew(WsscSession *session, WsscMessage *message, WsscContext *context,
                           const WsscTrust *rstr)
{
    WsscOpenExchange *open = (WsscOpenExchange *)message->exchange;
    if (strcmp(rstr->sct->identifier, context->identifier) != 0) {
        wssc_rules_raise(session, WSSC_FINDING_IDENTIFIER_CHANGED, message, context,
                         "asked to renew %s, answered with %s", context->identifier,
                         rstr->sct->identifier);
        open->exchange.context = NULL;
        response_issue(session, message, rstr);
        return;
    }
    WsscInstance *instance = wssc_establish_instance(session, context, open, message, rstr);
    g_free(message->instance);
    message->instance = g_strdup(instance->name);
    context->renewals++;
    wssc_context_event(session, context, message, "renew", "renewed%s%s",
                       instance->name != NULL ? ": instance " : "",
                       instance->name != NULL ? instance->name : "");
    /* A late renewal brings an expired or refused context back. */
    if (context->state == WSSC_STATE_EXPIRED || context->state == WSSC_STATE_REFUSED) {
        context->ended_by = NULL;
        wssc_context_set_state(session, context, message, WSSC_STATE_RENEWING, "renewed after its end");
    }
}

static void response_cancel(WsscSession *session, WsscMessage *message, WsscContext *context,
                            const WsscTrust *rstr)
{
    wssc_context_event(session, context, message, "cancel", "cancelled");
    if (rstr != NULL && !rstr->is_cancelled)
        wssc_rules_raise(session, WSSC_FINDING_CANCEL_UNCONFIRMED, message, context,
                         "the response has no RequestedTokenCancelled");
    wssc_context_set_state(session, context, message, WSSC_STATE_CANCELLED, "cancel confirmed");
    context->ended_by = message;
}

static void response_plain(WsscSession *session, WsscMessage *message, WsscContext *context)
{
    wssc_context_event(session, context, message, "response", "%s answers%s%s", message->src,
                       message->soap->action != NULL ? " " : "",
                       message->soap->action != NULL ? message->soap->action : "");
    /* Refused at one server of a farm, served by another: the context lives. */
    if (message->exchange->request != NULL && message->exchange->request->is_use &&
        (context->state == WSSC_STATE_REFUSED || context->state == WSSC_STATE_EXPIRED)) {
        context->ended_by = NULL;
        wssc_context_set_state(session, context, message, WSSC_STATE_ACTIVE, "served again");
    }
}

static const WsscTrust *issued_sct(const WsscSoap *soap)
{
    for (guint i = 0; i < soap->trusts->len; i++) {
        const WsscTrust *trust = soap->trusts->pdata[i];
        if (trust->is_response && trust->sct != NULL)
            return trust;
    }
    return NULL;
}

static void apply_trust_response(WsscSession *session, WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    const WsscTrust *rstr = issued_sct(soap);
    WsscContext *context = message->exchange->context;
    WsscOperation operation = soap->operation != WSSC_OPERATION_NONE ? soap->operation
                                                                     : message->exchange->operation;

    if (rstr != NULL && *rstr->sct->identifier == '\0') {
        wssc_rules_raise(session, WSSC_FINDING_SCT_WITHOUT_IDENTIFIER, message, context,
                         "the issued token has no Identifier");
        return;
    }
    if (operation == WSSC_OPERATION_RENEW && rstr != NULL && context != NULL &&
        context->identifier != NULL)
        response_renew(session, message, context, rstr);
    else if (operation == WSSC_OPERATION_CANCEL && context != NULL)
        response_cancel(session, message, context, first_trust(soap, TRUE));
    else if (rstr != NULL)
        response_issue(session, message, rstr);
    else if (context != NULL)
        response_plain(session, message, context);
    if (rstr == NULL && soap->body_encrypted &&
        (operation == WSSC_OPERATION_ISSUE || operation == WSSC_OPERATION_RENEW))
        ((WsscOpenExchange *)message->exchange)->is_unreadable = TRUE;
    if (rstr == NULL && soap->body_encrypted && operation == WSSC_OPERATION_RENEW && context != NULL)
        context->renewals++;
}

static void apply_response(WsscSession *session, WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    Named named;
    gboolean is_named = find_named(session, soap, &named);
    WsscContext *context = message->exchange->context;

    if (context == NULL && is_named)
        context = context_of(session, message, &named);
    if (context != NULL)
        attach(context, message);
    if (is_named && context != NULL && g_strcmp0(named.identifier, context->identifier) == 0)
        use(session, context, message, &named);
    if (soap->fault != NULL) {
        if (context != NULL)
            response_fault(session, message, context);
    } else if (soap->operation != WSSC_OPERATION_NONE) {
        apply_trust_response(session, message);
    } else if (context != NULL) {
        response_plain(session, message, context);
    }
}

void wssc_lifecycle_apply(WsscSession *session, WsscMessage *message)
{
    if (wssc_exchange_is_response(message))
        apply_response(session, message);
    else
        apply_request(session, message);
}

void wssc_lifecycle_apply_late(WsscSession *session, WsscMessage *message)
{
    const WsscTrust *rst = first_trust(message->soap, FALSE);
    if (!wssc_exchange_is_response(message)) {
        if (rst != NULL)
            wssc_establish_request(session, (WsscOpenExchange *)message->exchange, rst);
        return;
    }
    const WsscTrust *rstr = issued_sct(message->soap);
    if (rstr == NULL || *rstr->sct->identifier == '\0' ||
        !((WsscOpenExchange *)message->exchange)->is_unreadable)
        return;
    ((WsscOpenExchange *)message->exchange)->is_unreadable = FALSE;
    WsscContext *context = message->exchange->context;
    if (message->soap->operation == WSSC_OPERATION_RENEW && context != NULL && context->identifier != NULL) {
        context->renewals--; /* it was counted unread */
        response_renew(session, message, context, rstr);
    } else {
        response_issue(session, message, rstr);
    }
}

/* ---- the end ------------------------------------------------------------------------------------------- */

/* Asked for and answered in words we cannot read: where the context itself shows up as observed at the
 * same issuer, the nameless one would only tell the same twice. */
static gboolean is_unreadable_duplicate(WsscContext *context, GHashTable *observed_issuers)
{
    if (context->identifier != NULL || context->state == WSSC_STATE_REFUSED)
        return FALSE;
    const WsscOpenExchange *open = (const WsscOpenExchange *)context->requested_by;
    if (open != NULL && open->exchange.context == context) {
        if (!open->is_unreadable)
            return FALSE;
        context->state = WSSC_STATE_OBSERVED;
        return g_hash_table_contains(observed_issuers, context->issuer);
    }
    /* Its exchange was handed to the context it turned out to be. */
    return context->messages == 0;
}

/* Issuers of contexts that are in use though their establishment could not be read. */
static GHashTable *observed_issuers(const WsscSession *session)
{
    GHashTable *issuers = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < session->contexts->len; i++) {
        const WsscContext *context = session->contexts->pdata[i];
        if (context->identifier != NULL && context->state == WSSC_STATE_OBSERVED &&
            context->established_by == NULL)
            g_hash_table_add(issuers, context->issuer);
    }
    return issuers;
}

/* What pointed to contexts that are dropped points nowhere. */
static void forget_contexts(WsscSession *session, GHashTable *dropped)
{
    guint kept = 0;
    for (guint m = 0; m < session->messages->len; m++) {
        WsscMessage *message = session->messages->pdata[m];
        if (message->context != NULL && g_hash_table_contains(dropped, message->context))
            message->context = NULL;
    }
    for (guint e = 0; e < session->exchanges->len; e++) {
        WsscExchange *exchange = session->exchanges->pdata[e];
        if (exchange->context != NULL && g_hash_table_contains(dropped, exchange->context))
            exchange->context = NULL;
    }
    for (guint e = 0; e < session->events->len; e++) {
        WsscEvent *event = session->events->pdata[e];
        if (!g_hash_table_contains(dropped, event->context)) {
            session->events->pdata[kept++] = event;
            continue;
        }
        g_free(event->text);
        g_free(event);
    }
    session->events->len = kept;
}

static void drop_duplicates(WsscSession *session)
{
    g_autoptr(GHashTable) issuers = observed_issuers(session);
    g_autoptr(GHashTable) dropped = g_hash_table_new_full(NULL, NULL, wssc_context_free, NULL);
    guint kept = 0;
    for (guint i = 0; i < session->contexts->len; i++) {
        WsscContext *context = session->contexts->pdata[i];
        if (is_unreadable_duplicate(context, issuers)) {
            g_hash_table_add(dropped, context);
            continue;
        }
        session->contexts->pdata[kept++] = context;
        context->index = kept;
    }
    session->contexts->len = kept; /* the slots behind are moved or freed */
    if (g_hash_table_size(dropped) > 0)
        forget_contexts(session, dropped);
}

static int by_place(gconstpointer a, gconstpointer b)
{
    const WsscEvent *left = *(WsscEvent *const *)a;
    const WsscEvent *right = *(WsscEvent *const *)b;
    guint left_index = left->message != NULL ? left->message->index : G_MAXUINT;
    guint right_index = right->message != NULL ? right->message->index : G_MAXUINT;
    return left_index < right_index ? -1 : left_index > right_index;
}

static void end_context(WsscSession *session, WsscContext *context, gint64 end_time)
{
    gint64 expires = WSSC_TIME_NONE;
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        expires = MAX(expires, instance->expires);
    }
    if (context->state > WSSC_STATE_ROLLOVER)
        return;
    if (expires != WSSC_TIME_NONE && expires - wssc_context_clock_offset(context) <= end_time)
        wssc_context_set_state(session, context, NULL, WSSC_STATE_EXPIRED,
                               "its lifetime ended before the capture");
    else
        wssc_context_set_state(session, context, NULL, WSSC_STATE_ABANDONED,
                               "the capture ends before any end is seen");
}

void wssc_lifecycle_finish(WsscSession *session, gint64 end_time)
{
    drop_duplicates(session);
    session->last_time = end_time;
    for (guint i = 0; i < session->contexts->len; i++) {
        WsscContext *context = session->contexts->pdata[i];
        end_context(session, context, end_time);
        /* A new instance is a renewal (WS-SC 1.4 section 5), whether its exchange could be read or not. */
        if (context->state == WSSC_STATE_OBSERVED && context->instances->len > context->renewals + 1)
            context->renewals = context->instances->len - 1;
        g_ptr_array_sort(context->events, by_place);
    }
    g_ptr_array_sort(session->events, by_place);
}
