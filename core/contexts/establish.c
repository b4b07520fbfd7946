/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * How a context's key comes to be (WS-Trust 1.4 section 4.4.3 and 4.4.4): from the entropies of
 * request and response, or from the proof token.
 */
#include <string.h>

#include "base/limits.h"
#include "contexts/private.h"
#include "keys/psha.h"

static gboolean is_psha1(const char *uri)
{
    return uri != NULL && g_str_has_suffix(uri, "/CK/PSHA1");
}

void wssc_establish_request(WsscSession *session, WsscOpenExchange *open, const WsscTrust *rst)
{
    open->request_key_size = rst->key_size;
    g_free(open->request_token_type);
    open->request_token_type = g_strdup(rst->token_type);
    g_free(open->request_context);
    open->request_context = g_strdup(rst->context);
    if (rst->entropy.node == NULL || open->request_entropy != NULL)
        return;
    open->has_request_entropy = TRUE;
    g_clear_pointer(&open->request_entropy_missing, g_free);
    open->request_entropy = wssc_security_element_secret(rst->entropy.node, session->keyring,
                                                         &open->request_entropy_missing);
}

/* ---- key ----------------------------------------------------------------------------------- */

typedef struct {
    WsscSecret *key;
    WsscSecret *swapped; /* what it is when a stack takes the entropies the wrong way round; or NULL */
    WsscEntropyMode mode;
    gint64 key_size;
    const char *missing;
} Made;

static gint64 agreed_key_size(const WsscOpenExchange *open, const WsscTrust *rstr)
{
    if (rstr->key_size > 0)
        return rstr->key_size;
    return open != NULL && open->request_key_size > 0 ? open->request_key_size : -1;
}

/* key = P_SHA1(EntREQ, EntRES)[0 .. size / 8): the requestor's entropy is the secret, the issuer's
 * the seed, no label. */
static void make_combined(const WsscOpenExchange *open, WsscSecret *issuer, Made *made)
{
    gint64 bits = made->key_size > 0 ? made->key_size : 256;

    made->mode = WSSC_ENTROPY_COMBINED;
    if (open == NULL || open->exchange.request == NULL)
        made->missing = "the request with the requestor's entropy is not in the capture";
    else if (open->request_entropy == NULL)
        made->missing = open->has_request_entropy ? "the requestor's entropy is encrypted"
                                                  : "the request carries no entropy";
    else if (issuer == NULL)
        made->missing = "the issuer's entropy is missing or encrypted";
    else if (bits % 8 != 0 || bits > WSSC_MAX_KEY_BITS)
        made->missing = "the key size is not usable";
    else {
        made->key = wssc_psha("SHA1", wssc_secret_bytes(open->request_entropy),
                              wssc_secret_bytes(issuer), 0, (gsize)(bits / 8));
        made->swapped = wssc_psha("SHA1", wssc_secret_bytes(issuer), wssc_secret_bytes(open->request_entropy),
                                  0, (gsize)(bits / 8));
    }
}

static void make_from_proof(const WsscOpenExchange *open, WsscSecret *proof, Made *made)
{
    made->mode = WSSC_ENTROPY_SERVER;
    if (proof == NULL) {
        made->missing = "the proof token is encrypted for a key that is not known";
        return;
    }
    made->key = wssc_secret_ref(proof);
    /* Metro says client entropy by sending it back as proof token. */
    if (open != NULL && open->request_entropy != NULL &&
        wssc_secret_equal(open->request_entropy, proof))
        made->mode = WSSC_ENTROPY_CLIENT;
}

static void make_from_request(const WsscOpenExchange *open, Made *made)
{
    made->mode = WSSC_ENTROPY_CLIENT;
    if (open == NULL || open->exchange.request == NULL) {
        made->mode = WSSC_ENTROPY_UNKNOWN;
        made->missing = "the request is not in the capture";
    } else if (open->request_entropy != NULL) {
        made->key = wssc_secret_ref(open->request_entropy);
    } else if (open->has_request_entropy) {
        made->missing = "the requestor's entropy is encrypted";
    } else {
        made->mode = WSSC_ENTROPY_UNKNOWN;
        made->missing = "neither request nor response carries key material";
    }
}

static Made make_key(WsscSession *session, const WsscOpenExchange *open, const WsscTrust *rstr)
{
    Made made = {.key_size = agreed_key_size(open, rstr)};
    g_autofree char *why = NULL;
    g_autofree char *why_entropy = NULL;
    g_autoptr(WsscSecret) issuer = NULL;

    if (rstr->entropy.node != NULL)
        issuer = wssc_security_element_secret(rstr->entropy.node, session->keyring, &why_entropy);
    switch (rstr->proof.kind) {
    case WSSC_SECRET_COMPUTED:
        if (is_psha1(rstr->proof.type)) {
            make_combined(open, issuer, &made);
        } else {
            made.mode = WSSC_ENTROPY_COMBINED;
            made.missing = "the computed key algorithm is not known";
        }
        break;
    case WSSC_SECRET_NONE:
        if (rstr->entropy.node == NULL)
            make_from_request(open, &made);
        else if (open != NULL && open->has_request_entropy)
            make_combined(open, issuer, &made);
        else
            make_from_proof(open, issuer, &made);
        break;
    default: {
        g_autoptr(WsscSecret) proof =
            wssc_security_element_secret(rstr->proof.node, session->keyring, &why);
        make_from_proof(open, proof, &made);
        break;
    }
    }
    if (made.key != NULL && made.key_size <= 0)
        made.key_size = (gint64)made.key->len * 8;
    return made;
}

/* ---- findings on the material ---------------------------------------------------------------- */

static void check_sizes(WsscSession *session, WsscContext *context, const WsscOpenExchange *open,
                        WsscMessage *message, const WsscTrust *rstr, const Made *made)
{
    gint64 asked = open != NULL ? open->request_key_size : -1;
    if (rstr->key_size > 0 && asked > 0 && rstr->key_size != asked)
        wssc_rules_raise(session, WSSC_FINDING_KEY_SIZE_CHANGED, message, context,
                         "asked for %" G_GINT64_FORMAT " bits, given %" G_GINT64_FORMAT, asked,
                         rstr->key_size);
    if (rstr->key_size == -2 || (rstr->key_size >= 0 && (rstr->key_size % 8 != 0 ||
                                                         rstr->key_size < 64 ||
                                                         rstr->key_size > WSSC_MAX_KEY_BITS)))
        wssc_rules_raise(session, WSSC_FINDING_KEY_SIZE_INVALID, message, context,
                         "the response's KeySize is no usable number of bits");
    if (made->mode == WSSC_ENTROPY_SERVER && made->key != NULL && rstr->key_size > 0 &&
        (gint64)made->key->len * 8 != rstr->key_size)
        wssc_rules_raise(session, WSSC_FINDING_KEY_LENGTH_MISMATCH, message, context,
                         "the proof token has %" G_GSIZE_FORMAT " bits, KeySize says %" G_GINT64_FORMAT,
                         made->key->len * 8, rstr->key_size);
}

static void check_material(WsscSession *session, WsscContext *context, const WsscOpenExchange *open,
                           WsscMessage *message, const WsscTrust *rstr, const Made *made)
{
    gboolean is_request_seen = open != NULL && open->exchange.request != NULL &&
                               !open->exchange.request->soap->body_encrypted;
    gboolean has_request_entropy = open != NULL && open->has_request_entropy;
    WsscSecretKind proof = rstr->proof.kind;

    if (proof == WSSC_SECRET_NONE && rstr->entropy.node == NULL && is_request_seen &&
        !has_request_entropy)
        wssc_rules_raise(session, WSSC_FINDING_NO_PROOF_TOKEN, message, context,
                         "no proof token, and no entropy in request or response");
    if (proof == WSSC_SECRET_COMPUTED && rstr->entropy.node == NULL)
        wssc_rules_raise(session, WSSC_FINDING_ENTROPY_MISSING, message, context,
                         "a computed key was announced, but the response has no entropy");
    if (proof == WSSC_SECRET_COMPUTED && is_request_seen && !has_request_entropy)
        wssc_rules_raise(session, WSSC_FINDING_ENTROPY_MISSING, message, context,
                         "a computed key was announced, but the request has no entropy");
    if (proof == WSSC_SECRET_COMPUTED && !is_psha1(rstr->proof.type))
        wssc_rules_raise(session, WSSC_FINDING_UNKNOWN_COMPUTED_KEY, message, context, "%s",
                         rstr->proof.type);
    if (proof != WSSC_SECRET_NONE && proof != WSSC_SECRET_COMPUTED) {
        if (rstr->entropy.node != NULL)
            wssc_rules_raise(session, WSSC_FINDING_ENTROPY_UNUSED, message, context,
                             "the response has entropy beside a whole proof token");
        if (has_request_entropy && made->mode == WSSC_ENTROPY_SERVER && made->key != NULL)
            wssc_rules_raise(session, WSSC_FINDING_ENTROPY_REJECTED, message, context,
                             "the requestor offered entropy, the issuer chose the whole key");
    }
    gboolean is_clear = proof == WSSC_SECRET_BINARY ||
                        (rstr->entropy.kind == WSSC_SECRET_BINARY && made->key != NULL);
    if (is_clear && !message->is_protected &&
        (message->security == NULL || message->security->opened == NULL))
        wssc_rules_raise(session, WSSC_FINDING_CLEAR_SECRET, message, context,
                         "anybody who sees this capture has the key");
    check_sizes(session, context, open, message, rstr, made);
}

static void check_lifetime(WsscSession *session, WsscContext *context, WsscMessage *message,
                           const WsscInstance *instance)
{
    if (instance->created == WSSC_TIME_NONE || instance->expires == WSSC_TIME_NONE)
        return;
    if (instance->created > instance->expires)
        wssc_rules_raise(session, WSSC_FINDING_LIFETIME_INVERTED, message, context,
                         "the lifetime's Created is after its Expires");
    /* Judged by the issuer's own clock: capture time only where the issuer gives no Created. */
    else if (instance->created == instance->expires)
        wssc_rules_raise(session, WSSC_FINDING_LIFETIME_EXPIRED, message, context,
                         "the lifetime has no length");
}

/* ---- instance -------------------------------------------------------------------------------- */

static WsscInstance *find_same(const WsscContext *context, const char *name, const Made *made,
                               const WsscMessage *message)
{
    for (guint i = 0; i < context->instances->len; i++) {
        WsscInstance *instance = context->instances->pdata[i];
        if (g_strcmp0(instance->name, name) != 0)
            continue;
        /* Seen in use before its RSTR could be read, or the same RSTR again (a second capture of
         * the same link, a message that was settled late). */
        if (instance->issued_by == NULL || instance->issued_by == message)
            return instance;
        if (made->key != NULL && instance->key != NULL && wssc_secret_equal(made->key, instance->key))
            return instance;
    }
    return NULL;
}

WsscInstance *wssc_establish_instance(WsscSession *session, WsscContext *context,
                                      WsscOpenExchange *open, WsscMessage *message,
                                      const WsscTrust *rstr)
{
    Made made = make_key(session, open, rstr);
    const char *name = rstr->sct->instance;
    WsscInstance *instance = find_same(context, name, &made, message);
    gboolean is_new = instance == NULL;

    if (is_new) {
        if (open != NULL && open->exchange.operation == WSSC_OPERATION_ISSUE &&
            wssc_context_instance(context, name) != NULL)
            wssc_rules_raise(session, WSSC_FINDING_DUPLICATE_IDENTIFIER, message, context,
                             "%s was issued before with another key", context->identifier);
        instance = g_new0(WsscInstance, 1);
        instance->name = g_strdup(name);
        g_ptr_array_add(context->instances, instance);
    }
    if (instance->issued_by == NULL)
        instance->issued_by = message;
    instance->created = rstr->created;
    instance->expires = rstr->expires;
    instance->entropy_mode = made.mode;
    instance->key_size = made.key_size;
    instance->key_missing = made.missing;
    if (made.key != NULL && (instance->key == NULL || !wssc_secret_equal(instance->key, made.key))) {
        wssc_secret_unref(instance->key);
        g_free(instance->key_fingerprint);
        instance->key = wssc_secret_ref(made.key);
        instance->key_fingerprint = wssc_secret_fingerprint(made.key);
        instance->key_origin = (WsscKeyOrigin){
            .source = WSSC_KEY_FROM_CAPTURE, .file = message->file, .frame = message->frame};
        wssc_keyring_add_context(session->keyring, context->identifier, name, made.key,
                                 instance->key_origin);
        if (made.swapped != NULL)
            wssc_keyring_add_context_habit(session->keyring, context->identifier, name, made.swapped,
                                           WSSC_DEVIATION_ENTROPY_SWAPPED, instance->key_origin);
    }
    if (is_new || instance->issued_by == message) {
        check_material(session, context, open, message, rstr, &made);
        check_lifetime(session, context, message, instance);
    }
    wssc_secret_unref(made.key);
    wssc_secret_unref(made.swapped);
    return instance;
}
