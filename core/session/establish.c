/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * How a context's key comes to be (WS-Trust 1.4 section 4.4.3 and 4.4.4): from the entropies of
 * request and response, or from the proof token.
 */
#include <string.h>

#include "base/limits.h"
#include "session/private.h"
#include "keys/psha.h"

/* The origin that the keyring has for the key: that of whoever told it first. */
static WsscKeyOrigin origin_in_keyring(const WsscSession *session, const WsscContext *context,
                                       const WsscInstance *instance)
{
    const GPtrArray *keys = wssc_keyring_context(session->keyring, context->identifier);
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        if (key->deviation == WSSC_DEVIATION_NONE &&
            g_strcmp0(key->instance, instance->name != NULL ? instance->name : "") == 0 &&
            wssc_secret_equal(key->secret, instance->key))
            return key->origin;
    }
    return instance->key_origin;
}

static void set_key(WsscSession *session, const WsscContext *context, WsscInstance *instance, WsscSecret *key,
                    WsscKeyOrigin origin, const char *derivation, GPtrArray *evidence)
{
    if (key == NULL || (instance->key != NULL && wssc_secret_equal(instance->key, key)))
        return;
    wssc_secret_ref(key);
    wssc_secret_unref(instance->key);
    g_free(instance->key_fingerprint);
    instance->key = key;
    instance->key_fingerprint = session->options.only_rows ? NULL : wssc_secret_fingerprint(key);
    g_free(instance->key_derivation);
    instance->key_derivation = session->options.only_rows ? NULL : g_strdup(derivation);
    g_clear_pointer(&instance->key_evidence, g_ptr_array_unref);
    instance->key_evidence = evidence != NULL && !session->options.only_rows ? g_ptr_array_ref(evidence) : NULL;
    instance->key_missing = NULL;
    instance->key_origin = origin;
    if (origin.source == WSSC_KEY_FROM_CAPTURE)
        wssc_keyring_add_context(session->keyring, context->identifier, instance->name, key, origin);
    instance->verified_as = origin_in_keyring(session, context, instance);
}

void wssc_establish_from_keyring(WsscSession *session, const WsscContext *context, WsscInstance *instance)
{
    const GPtrArray *keys = instance->key == NULL && context->identifier != NULL
                                ? wssc_keyring_context(session->keyring, context->identifier)
                                : NULL;
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        if (strcmp(key->instance, instance->name != NULL ? instance->name : "") != 0)
            continue;
        set_key(session, context, instance, key->secret, key->origin, NULL, NULL);
        instance->key_size = (gint64)key->secret->len * 8;
        return;
    }
}

void wssc_establish_adopt(WsscSession *session, const WsscContext *context, WsscInstance *instance, guint bits)
{
    const GPtrArray *keys = wssc_keyring_context(session->keyring, context->identifier);
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        if (key->deviation != WSSC_DEVIATION_KEY_SIZE_UNSTATED || key->secret->len * 8 != bits ||
            strcmp(key->instance, instance->name != NULL ? instance->name : "") != 0)
            continue;
        g_autofree char *derivation =
            g_strdup_printf("the first %u octets, as signatures show, of\n%s", bits / 8,
                            instance->key_derivation != NULL ? instance->key_derivation : "?");
        g_autoptr(GPtrArray) evidence = instance->key_evidence != NULL ? g_ptr_array_ref(instance->key_evidence) : NULL;
        set_key(session, context, instance, key->secret, key->origin, derivation, evidence);
        instance->key_size = bits;
        return;
    }
}

/* ---- key ----------------------------------------------------------------------------------- */

typedef struct {
    WsscSecret *key;
    WsscDeviation deviation;
} Habit;

enum { MOST_HABITS = 4 };

typedef struct {
    WsscSecret *key;
    Habit habits[MOST_HABITS]; /* what it is with stacks that make it in their own way */
    guint habit_count;
    gint64 given;             /* the response's KeySize; 0 or less when it states none */
    gboolean is_size_assumed; /* nobody states one */
    char *derivation;         /* in words */
    GPtrArray *evidence;      /* of them: the response, then the request if it was seen */
    WsscEntropyMode mode;
    gint64 key_size;
    char *missing; /* why there is none; or NULL */
} Made;

static void made_clear(Made *made)
{
    g_clear_pointer(&made->key, wssc_secret_unref);
    for (guint i = 0; i < made->habit_count; i++)
        wssc_secret_unref(made->habits[i].key);
    made->habit_count = 0;
    g_clear_pointer(&made->derivation, g_free);
    g_clear_pointer(&made->missing, g_free);
    g_clear_pointer(&made->evidence, g_ptr_array_unref);
}

/* The key that response completes; what it is under a habit is kept beside it. */
static void take_made(WsscSession *session, const WsscContext *context, WsscInstance *instance, const Made *made,
                      const WsscMessage *response)
{
    const WsscKeyOrigin origin = {.source = WSSC_KEY_FROM_CAPTURE, .file = response->file, .frame = response->frame};
    set_key(session, context, instance, made->key, origin, made->derivation, made->evidence);
    for (guint i = 0; i < made->habit_count; i++)
        wssc_keyring_add_context_habit(session->keyring, context->identifier, instance->name, made->habits[i].key,
                                       made->habits[i].deviation, origin);
}

/* The response's word counts, then the request's. */
static gint64 agreed_key_size(const WsscOpenExchange *open, gint64 of_response)
{
    if (of_response > 0)
        return of_response;
    return open != NULL && open->exchange.asked.key_size > 0 ? open->exchange.asked.key_size : -1;
}

static gboolean is_request_seen(const WsscOpenExchange *open)
{
    return open != NULL && open->exchange.request != NULL && open->exchange.request->damage == NULL;
}

/* Places among made->evidence. */
#define AT_RESPONSE WSSC_AT(0)
#define AT_REQUEST WSSC_AT(1)

static char *describe(const char *what, WsscSecret *secret, const char *at)
{
    g_autofree char *fingerprint = wssc_secret_fingerprint(secret);
    return g_strdup_printf("%s (%s, %" G_GSIZE_FORMAT " octets, fingerprint %s)", what, at, secret->len, fingerprint);
}

static void describe_combined(const WsscOpenExchange *open, WsscSecret *issuer, gint64 bits, Made *made)
{
    g_autofree char *secret = describe("the requestor's entropy", open->request_entropy, AT_REQUEST);
    g_autofree char *seed = describe("the issuer's entropy", issuer, AT_RESPONSE);
    made->derivation =
        g_strdup_printf("P_SHA1 with %s as secret\nand %s as seed,\nthe first %" G_GINT64_FORMAT " octets%s", secret,
                        seed, bits / 8, made->key_size > 0 ? "" : " (assumed: neither side states a size)");
}

static void add_habit(Made *made, const WsscSecret *secret, const WsscSecret *seed, gint64 bits,
                      WsscDeviation deviation)
{
    WsscSecret *key = made->habit_count < MOST_HABITS && bits > 0 && bits % 8 == 0 && bits <= WSSC_MAX_KEY_BITS
                          ? wssc_psha("SHA1", wssc_secret_bytes(secret), wssc_secret_bytes(seed), 0, (gsize)(bits / 8))
                          : NULL;
    if (key != NULL)
        made->habits[made->habit_count++] = (Habit){key, deviation};
}

/* Both sides need the same size, and WS-Trust has no default for it: what is not stated each of them takes from
 * elsewhere. Of two that are stated each may go by its own. */
static void add_other_sizes(const WsscOpenExchange *open, const WsscSecret *issuer, gint64 bits, Made *made)
{
    static const gint64 usual[] = {128, 192, 256};
    gint64 asked = open->exchange.asked.key_size;
    if (asked > 0 && made->given > 0) {
        if (asked != made->given)
            add_habit(made, open->request_entropy, issuer, asked, WSSC_DEVIATION_KEY_SIZE_ASKED);
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(usual); i++)
        if (usual[i] != bits)
            add_habit(made, open->request_entropy, issuer, usual[i], WSSC_DEVIATION_KEY_SIZE_UNSTATED);
}

static char *tell(const char *what, const char *why)
{
    return why != NULL ? g_strdup_printf("%s: %s", what, why) : g_strdup(what);
}

/* key = P_SHA1(EntREQ, EntRES)[0 .. size / 8): the requestor's entropy is the secret, the issuer's
 * the seed, no label. */
static void make_combined(const WsscOpenExchange *open, WsscSecret *issuer, const char *why, Made *made)
{
    gint64 bits = made->key_size > 0 ? made->key_size : 256;

    made->mode = WSSC_ENTROPY_COMBINED;
    if (!is_request_seen(open))
        made->missing = g_strdup("the request with the requestor's entropy is not in the capture or not readable");
    else if (open->request_entropy == NULL)
        made->missing = open->exchange.asked.has_entropy ? tell("the requestor's entropy in the request cannot be read",
                                                                open->request_entropy_missing)
                                                         : g_strdup("the request carries no entropy");
    else if (issuer == NULL)
        made->missing = tell("the response has no entropy of the issuer that can be read", why);
    else if (bits % 8 != 0 || bits > WSSC_MAX_KEY_BITS)
        made->missing = g_strdup_printf("no key of %" G_GINT64_FORMAT " bits is made: whole octets, at most %d bits",
                                        bits, WSSC_MAX_KEY_BITS);
    else {
        made->key = wssc_psha("SHA1", wssc_secret_bytes(open->request_entropy), wssc_secret_bytes(issuer), 0,
                              (gsize)(bits / 8));
        made->is_size_assumed = made->key_size <= 0;
        add_habit(made, issuer, open->request_entropy, bits, WSSC_DEVIATION_ENTROPY_SWAPPED);
        add_other_sizes(open, issuer, bits, made);
    }
    if (made->key != NULL)
        describe_combined(open, issuer, bits, made);
}

static void make_from_proof(const WsscOpenExchange *open, WsscSecret *proof, const char *why, Made *made)
{
    made->mode = WSSC_ENTROPY_SERVER;
    if (proof == NULL) {
        made->missing = tell("the proof token in the response cannot be opened", why);
        return;
    }
    made->key = wssc_secret_ref(proof);
    made->derivation = describe("the issuer's proof token or entropy as it is", proof, AT_RESPONSE);
    /* Metro says client entropy by sending it back as proof token. */
    if (open != NULL && open->request_entropy != NULL && wssc_secret_equal(open->request_entropy, proof))
        made->mode = WSSC_ENTROPY_CLIENT;
}

static void make_from_request(const WsscOpenExchange *open, Made *made)
{
    made->mode = WSSC_ENTROPY_CLIENT;
    if (!is_request_seen(open)) {
        made->mode = WSSC_ENTROPY_UNKNOWN;
        made->missing = g_strdup("the request is not in the capture or not readable");
    } else if (open->request_entropy != NULL) {
        made->key = wssc_secret_ref(open->request_entropy);
        made->derivation = describe("the requestor's entropy as it is", made->key, AT_REQUEST);
    } else if (open->exchange.asked.has_entropy) {
        made->missing = tell("the requestor's entropy in the request cannot be read", open->request_entropy_missing);
    } else {
        made->mode = WSSC_ENTROPY_UNKNOWN;
        made->missing = g_strdup("neither request nor response carries key material");
    }
}

static GPtrArray *evidence_of(const WsscOpenExchange *open, const WsscMessage *response)
{
    GPtrArray *evidence = wssc_evidence_list_new();
    wssc_message_point(evidence, response);
    if (is_request_seen(open))
        wssc_message_point(evidence, open->exchange.request);
    return evidence;
}

/* With the frames of what it is said of. */
static const char *keep_missing(WsscSession *session, const Made *made, const WsscOpenExchange *open,
                                const WsscMessage *response)
{
    if (made->missing == NULL)
        return NULL;
    g_autofree char *text = is_request_seen(open) && open->exchange.request != NULL
                                ? g_strdup_printf("%s (request in frame %u, response in frame %u)", made->missing,
                                                  open->exchange.request->frame, response->frame)
                                : g_strdup_printf("%s (response in frame %u)", made->missing, response->frame);
    return wssc_session_keep(session, text);
}

static Made make_key(WsscSession *session, const WsscOpenExchange *open, const WsscTrust *rstr,
                     const WsscMessage *response)
{
    Made made = {.key_size = agreed_key_size(open, rstr->key_size),
                 .given = rstr->key_size,
                 .evidence = evidence_of(open, response)};
    g_autofree char *why = NULL;
    g_autofree char *why_entropy = NULL;
    g_autoptr(WsscSecret) issuer = NULL;

    if (rstr->entropy.node != NULL)
        issuer = wssc_security_element_secret(rstr->entropy.node, session->verifier, &why_entropy);
    switch (rstr->proof.kind) {
    case WSSC_SECRET_COMPUTED:
        if (wssc_trust_is_psha1(rstr->proof.type)) {
            make_combined(open, issuer, why_entropy, &made);
        } else {
            made.mode = WSSC_ENTROPY_COMBINED;
            made.missing = tell("the algorithm of the computed key is not known", rstr->proof.type);
        }
        break;
    case WSSC_SECRET_NONE:
        if (rstr->entropy.node == NULL)
            make_from_request(open, &made);
        else if (open != NULL && open->exchange.asked.has_entropy)
            make_combined(open, issuer, why_entropy, &made);
        else
            make_from_proof(open, issuer, why_entropy, &made);
        break;
    default: {
        g_autoptr(WsscSecret) proof = wssc_security_element_secret(rstr->proof.node, session->verifier, &why);
        make_from_proof(open, proof, why, &made);
        break;
    }
    }
    if (made.key != NULL && made.key_size <= 0)
        made.key_size = (gint64)made.key->len * 8;
    return made;
}

/* ---- instance -------------------------------------------------------------------------------- */

static WsscInstance *find_same(const WsscContext *context, const char *name, const Made *made,
                               const WsscMessage *message, const WsscTrust *rstr)
{
    guint looked_at = 0;
    for (WsscInstance *i = wssc_context_instance(context, name); i != NULL && looked_at < WSSC_MAX_SAME_NAME;
         i = i->older, looked_at++) {
        /* Seen in use before its RSTR could be read, or the same RSTR again (a second capture of
         * the same link, a message that was settled late). */
        if (i->issued_by == NULL || i->issued_by == message)
            return i;
        if (made->key != NULL && i->key != NULL && wssc_secret_equal(made->key, i->key))
            return i;
        if (made->key == NULL && rstr->has_lifetime && i->created == rstr->created && i->expires == rstr->expires)
            return i;
    }
    return NULL;
}

/* The key that a renewal without any key material goes on with: only the lifetime is new (WS-SC 1.4
 * section 5). NULL when there is material, or the request was not seen. */
static WsscInstance *kept_instance(const WsscContext *context, const WsscOpenExchange *open, const WsscTrust *rstr)
{
    if (!is_request_seen(open) || open->exchange.asked.has_entropy || rstr->proof.kind != WSSC_SECRET_NONE ||
        rstr->entropy.node != NULL || open->exchange.operation == WSSC_OPERATION_ISSUE)
        return NULL;
    WsscInstance *named = wssc_context_instance(context, open->exchange.asked.instance);
    if (named == NULL && context->instances->len > 0)
        named = context->instances->pdata[context->instances->len - 1];
    return named;
}

/* Created is written just before the response is sent: what is further off is another clock. */
static gint64 clock_offset(const WsscSession *session, const WsscMessage *message, const WsscTrust *rstr)
{
    gint64 offset = rstr->created - message->time;
    return ABS(offset) > wssc_bounds_usec(&session->rules.bounds, WSSC_BOUND_ISSUER_CLOCK) ? offset : 0;
}

static void take_lifetime(const WsscSession *session, WsscContext *context, WsscInstance *instance,
                          const WsscMessage *message, const WsscTrust *rstr)
{
    if (!rstr->has_lifetime)
        return;
    instance->created = rstr->created;
    instance->expires = rstr->expires;
    message->exchange->given_created = rstr->created;
    message->exchange->given_expires = rstr->expires;
    if (rstr->created != WSSC_TIME_NONE)
        context->clock_offset = clock_offset(session, message, rstr);
}

static WsscInstance *keep_key(WsscSession *session, WsscContext *context, WsscMessage *message, WsscInstance *kept,
                              const WsscTrust *rstr, gboolean *ret_is_new)
{
    const char *name = rstr->sct != NULL ? rstr->sct->instance : NULL;
    WsscInstance *instance = kept;

    *ret_is_new = FALSE;
    if (name != NULL && g_strcmp0(name, kept->name) != 0) {
        instance = wssc_context_instance(context, name);
        *ret_is_new = instance == NULL || instance->issued_by == NULL;
        if (instance == NULL)
            instance = wssc_context_add_instance(context, name, session->rules.limits.value[WSSC_LIMIT_INSTANCES]);
        if (instance->issued_by == NULL)
            instance->issued_by = message;
        instance->entropy_mode = kept->entropy_mode;
        instance->key_size = kept->key_size;
        instance->is_size_assumed = kept->is_size_assumed;
        instance->key_missing = kept->key_missing;
        set_key(session, context, instance, kept->key, kept->key_origin, kept->key_derivation, kept->key_evidence);
    }
    take_lifetime(session, context, instance, message, rstr);
    wssc_rules_check_lifetime(&session->rules, context, message, instance);
    return instance;
}

/* What a key still lacks when the response stands before the request. */
static void remember_half(WsscSession *session, WsscOpenExchange *open, WsscInstance *instance, const WsscTrust *rstr)
{
    g_autofree char *why = NULL;
    if (open == NULL || open->exchange.request != NULL || instance->key != NULL ||
        (rstr->proof.kind != WSSC_SECRET_NONE && rstr->proof.kind != WSSC_SECRET_COMPUTED))
        return;
    open->half_made = instance;
    open->response_key_size = rstr->key_size;
    if (rstr->entropy.node != NULL)
        open->response_entropy = wssc_security_element_secret(rstr->entropy.node, session->verifier, &why);
}

WsscInstance *wssc_establish_instance(WsscSession *session, WsscContext *context, WsscOpenExchange *open,
                                      WsscMessage *message, const WsscTrust *rstr, gboolean *ret_is_new)
{
    WsscInstance *kept = kept_instance(context, open, rstr);
    *ret_is_new = FALSE;
    if (context->instances->len >= session->rules.limits.value[WSSC_LIMIT_INSTANCES]) {
        wssc_context_tell_limit(session, context, message, WSSC_LIMIT_INSTANCES);
        return context->instances->pdata[context->instances->len - 1];
    }
    if (kept != NULL)
        return keep_key(session, context, message, kept, rstr, ret_is_new);

    Made made = make_key(session, open, rstr, message);
    const char *name = rstr->sct != NULL ? rstr->sct->instance : NULL;
    WsscInstance *instance = find_same(context, name, &made, message, rstr);

    *ret_is_new = instance == NULL || instance->issued_by == NULL;
    if (instance == NULL) {
        if (open != NULL && open->exchange.operation == WSSC_OPERATION_ISSUE &&
            wssc_context_instance(context, name) != NULL)
            wssc_rules_check_identifier_again(&session->rules, context, message);
        instance = wssc_context_add_instance(context, name, session->rules.limits.value[WSSC_LIMIT_INSTANCES]);
    }
    if (instance->issued_by == NULL)
        instance->issued_by = message;
    if (*ret_is_new || instance->issued_by == message) {
        instance->entropy_mode = made.mode;
        instance->key_size = made.key_size;
        instance->is_size_assumed = made.is_size_assumed;
    }
    take_lifetime(session, context, instance, message, rstr);
    if (instance->key == NULL)
        instance->key_missing = keep_missing(session, &made, open, message);
    take_made(session, context, instance, &made, message);
    if (*ret_is_new || instance->issued_by == message) {
        const WsscIssued issued = {
            .context = context,
            .exchange = open != NULL ? &open->exchange : NULL,
            .response = message,
            .rstr = rstr,
            .mode = made.mode,
            .key_octets = made.key != NULL ? made.key->len : 0,
        };
        wssc_rules_check_issued(&session->rules, &issued);
        wssc_rules_check_lifetime(&session->rules, context, message, instance);
    }
    remember_half(session, open, instance, rstr);
    made_clear(&made);
    return instance;
}

/* ---- the request ------------------------------------------------------------------------------- */

/* The response was there before: its instance gets the key that the request completes. */
static void complete(WsscSession *session, WsscOpenExchange *open)
{
    WsscInstance *instance = open->half_made;
    WsscMessage *response = open->exchange.response;
    Made made = {.key_size = agreed_key_size(open, open->response_key_size),
                 .given = open->response_key_size,
                 .evidence = evidence_of(open, response)};

    open->half_made = NULL;
    if (open->response_entropy != NULL)
        make_combined(open, open->response_entropy, NULL, &made);
    else
        make_from_request(open, &made);
    instance->entropy_mode = made.mode;
    instance->key_size = made.key_size > 0 || made.key == NULL ? made.key_size : (gint64)made.key->len * 8;
    instance->is_size_assumed = made.is_size_assumed;
    instance->key_missing = keep_missing(session, &made, open, response);
    take_made(session, response->context, instance, &made, response);
    made_clear(&made);
}

static void replace_text(char **field, const char *text)
{
    g_free(*field);
    *field = g_strdup(text);
}

void wssc_establish_request(WsscSession *session, WsscOpenExchange *open, const WsscTrust *rst)
{
    open->exchange.asked.key_size = rst->key_size;
    replace_text(&open->exchange.asked.token_type, rst->token_type);
    replace_text(&open->exchange.asked.context, rst->context);
    replace_text(&open->exchange.asked.key_type, rst->key_type);
    if (rst->entropy.node != NULL && open->request_entropy == NULL) {
        open->exchange.asked.has_entropy = TRUE;
        g_clear_pointer(&open->request_entropy_missing, g_free);
        open->request_entropy =
            wssc_security_element_secret(rst->entropy.node, session->verifier, &open->request_entropy_missing);
    }
    if (open->half_made != NULL && open->exchange.response->context != NULL)
        complete(session, open);
}
