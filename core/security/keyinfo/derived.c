/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Keys of contexts, and keys derived from other keys (WS-SC 1.4 sections 2, 7 and 8).
 */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "security/keyinfo/resolve.h"
#include "soap/derived_key.h"

/* ---- contexts ------------------------------------------------------------------------------------------ */

static WsscDeviation habit_of(const WsscKey *key, const char *wanted)
{
    if (key->deviation != WSSC_DEVIATION_NONE)
        return key->deviation;
    if (strcmp(key->instance, wanted) == 0)
        return WSSC_DEVIATION_NONE;
    return *wanted != '\0' ? WSSC_DEVIATION_FIRST_KEY : WSSC_DEVIATION_UNNAMED_INSTANCE;
}

static gboolean has_instance(const GPtrArray *keys, const char *wanted)
{
    for (guint i = 0; keys != NULL && i < keys->len; i++)
        if (strcmp(((const WsscKey *)keys->pdata[i])->instance, wanted) == 0)
            return TRUE;
    return FALSE;
}

static void add_context_keys(WsscSearch *search, const GPtrArray *keys, const char *identifier, const char *wanted,
                             gboolean with_habits)
{
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        WsscDeviation habit = habit_of(key, wanted);
        if ((habit != WSSC_DEVIATION_NONE) != with_habits)
            continue;
        /* Of the other keys only two are habits: the first one, and any where none is named. */
        if (strcmp(key->instance, wanted) != 0 && *wanted != '\0' && *key->instance != '\0')
            continue;
        WsscCandidate *candidate = wssc_search_add(search, WSSC_KEY_KIND_SCT, key->secret, key->origin);
        candidate->context = g_strdup(identifier);
        candidate->instance = *key->instance != '\0' ? g_strdup(key->instance) : NULL;
        candidate->is_guess = with_habits;
        candidate->deviation = habit;
        candidate->context_octets = key->secret->len;
    }
}

static gboolean has_habit(const GPtrArray *keys, WsscDeviation habit, const char *wanted)
{
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        if (key->deviation == habit && strcmp(key->instance, wanted) == 0)
            return TRUE;
    }
    return FALSE;
}

static void note_open(WsscSearch *search, const GPtrArray *keys, const char *identifier, const char *wanted)
{
    if (search->open != NULL)
        return;
    if (search->with_habits && *wanted != '\0' && has_instance(keys, wanted) && !has_instance(keys, "") &&
        wssc_keyring_may_have_unnamed(search->work->ring, identifier))
        search->open = "the context's first key, with which some stacks (Metro) sign on, is not known";
    /* Other sizes are habits: without these nothing says that the one that is assumed is right. */
    if (search->work->options->is_strict && has_habit(keys, WSSC_DEVIATION_KEY_SIZE_UNSTATED, wanted))
        search->open = "the size of the context's key is assumed: not both sides state it";
}

void wssc_resolve_context(WsscSearch *search, const char *identifier, const char *instance)
{
    const GPtrArray *keys = wssc_keyring_context(search->work->ring, identifier);
    const char *wanted = instance != NULL ? instance : "";
    guint before = search->found->len;

    search->has_habits |= keys != NULL;
    search->kind = WSSC_KEY_KIND_SCT;
    if (search->context == NULL) {
        search->context = g_strdup(identifier);
        search->instance = *wanted != '\0' ? g_strdup(wanted) : NULL;
    }
    add_context_keys(search, keys, identifier, wanted, FALSE);
    /* The habits are about instances that were issued: a made-up one is nobody's. */
    if (search->with_habits && (*wanted == '\0' || has_instance(keys, wanted)))
        add_context_keys(search, keys, identifier, wanted, TRUE);
    note_open(search, keys, identifier, wanted);
    if (search->found->len == before)
        wssc_search_fail(search, WSSC_KEY_KIND_SCT, "the key of context %s%s%s is not known", identifier,
                         *wanted != '\0' ? ", instance " : "", wanted);
}

/* ---- contexts that are called by another name ------------------------------------------------------------- */

/* Its keys as guesses, under the habit. What is only guessed is not told as what the message names. */
static void guess_context(WsscSearch *search, const char *identifier, const char *instance, WsscDeviation habit)
{
    g_auto(WsscSearch) sub = wssc_search_sub(search);
    wssc_resolve_context(&sub, identifier, instance);
    g_ptr_array_set_free_func(sub.found, NULL);
    for (guint i = 0; i < sub.found->len; i++) {
        WsscCandidate *candidate = sub.found->pdata[i];
        candidate->is_guess = TRUE;
        candidate->deviation = habit != WSSC_DEVIATION_NONE ? habit : candidate->deviation;
        g_ptr_array_add(search->found, candidate);
    }
}

void wssc_resolve_elsewhere(WsscSearch *search, const char *fragment)
{
    const GPtrArray *names = wssc_keyring_context_names(search->work->ring, fragment);
    gboolean is_identifier = wssc_keyring_context(search->work->ring, fragment) != NULL;
    guint count;
    gboolean is_absent = wssc_work_find_id(search->work, fragment, &count) == NULL && count == 0;

    search->has_habits |= is_absent && (is_identifier || names != NULL);
    if (search->with_habits && is_absent && is_identifier)
        guess_context(search, fragment, NULL, WSSC_DEVIATION_HASH_IDENTIFIER);
    for (guint i = 0; search->with_habits && is_absent && names != NULL && i < names->len; i++) {
        const WsscContextName *name = names->pdata[i];
        guess_context(search, name->identifier, name->instance, WSSC_DEVIATION_TOKEN_ELSEWHERE);
    }
    if (names != NULL)
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN,
                         "the token #%s is not in the message; in another that was the id of the token of context %s",
                         fragment, ((const WsscContextName *)names->pdata[names->len - 1])->identifier);
    else
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "the token #%s is not in the message", fragment);
}

/* WS-Trust 1.4 section 4.4.1: the issuer says how the token is referred to where it is not in the message. */
gboolean wssc_resolve_given_name(WsscSearch *search, const char *uri)
{
    const GPtrArray *names = wssc_keyring_context_names(search->work->ring, uri);
    guint before = search->found->len;
    for (guint i = 0; names != NULL && i < names->len; i++) {
        const WsscContextName *name = names->pdata[i];
        if (name->is_given)
            guess_context(search, name->identifier, name->instance, WSSC_DEVIATION_NONE);
    }
    return search->found->len > before;
}

/* Contexts whose token had the same wsu:Id elsewhere. An id is its message's own: that a key fits proves nothing about
 * a token that names another context. */
static void hint_at_namesakes(WsscSearch *search, const xmlNode *sct, const char *identifier)
{
    g_autofree char *id = wssc_xml_attr_value(sct, WSSC_NS_FAMILY_WSU, "Id");
    const GPtrArray *names = id != NULL ? wssc_keyring_context_names(search->work->ring, id) : NULL;
    for (guint i = 0; names != NULL && i < names->len; i++) {
        const WsscContextName *name = names->pdata[i];
        if (g_strcmp0(name->identifier, identifier) != 0)
            guess_context(search, name->identifier, name->instance, WSSC_DEVIATION_NONE);
    }
}

/* ---- tokens ------------------------------------------------------------------------------------------------- */

void wssc_resolve_sct(WsscSearch *search, xmlNode *sct)
{
    g_autofree char *identifier = wssc_resolve_child_text(sct, WSSC_NS_FAMILY_WSC, "Identifier");
    g_autofree char *instance = wssc_resolve_child_text(sct, WSSC_NS_FAMILY_WSC, "Instance");
    if (identifier == NULL)
        wssc_search_fail(search, WSSC_KEY_KIND_SCT, "the security context token has no Identifier");
    else
        wssc_resolve_context(search, identifier, instance);
    if (search->with_hints)
        hint_at_namesakes(search, sct, identifier);
}

/* ---- derivation ---------------------------------------------------------------------------------------- */

/* What may be derived for one message is bounded: a chain of tokens, each with a far offset, is cheap to send. */
static gboolean has_work_left(WsscWork *work, const WsscDerivation *derivation)
{
    const char *label;
    gsize offset, length;
    if (!wssc_derive_settle(derivation, &label, &offset, &length, NULL))
        return TRUE; /* and it costs nothing */
    /* Each block of the key stream hashes the seed, twice a digest, and HMAC's own pads. */
    gsize cost = ((offset + length) / 20 + 1) * (strlen(label) + derivation->nonce.len + 2 * 20 + 4 * 64);
    return wssc_verifier_take(work->budget, cost);
}

static void add_derived(WsscSearch *search, const WsscDerivation *derivation, const WsscCandidate *base,
                        WsscDeviation deviation)
{
    g_autofree char *reason = NULL;
    if (!has_work_left(search->work, derivation)) {
        wssc_search_fail(search, WSSC_KEY_KIND_DERIVED,
                         "the message asks for more key derivation than is done: %" G_GINT64_FORMAT
                         " octets for this key",
                         derivation->length > 0 ? derivation->length : WSSC_DERIVE_DEFAULT_LENGTH);
        return;
    }
    g_autoptr(WsscSecret) key = wssc_derive_key(derivation, wssc_secret_bytes(base->secret), &reason);
    if (key == NULL) {
        wssc_search_fail(search, WSSC_KEY_KIND_DERIVED, "the key cannot be derived: %s", reason != NULL ? reason : "?");
        return;
    }
    WsscCandidate *candidate = wssc_search_add(search, WSSC_KEY_KIND_DERIVED, key, base->origin);
    candidate->context = g_strdup(base->context);
    candidate->instance = g_strdup(base->instance);
    candidate->context_octets = base->context_octets;
    candidate->claim = base->claim;
    candidate->root = wssc_secret_ref(base->root != NULL ? base->root : base->secret);
    candidate->is_proven = base->is_proven;
    candidate->deviation = deviation != WSSC_DEVIATION_NONE ? deviation : base->deviation;
    candidate->is_guess = base->is_guess || deviation != WSSC_DEVIATION_NONE;
    if (!search->work->options->want_explain)
        return;
    const char *label =
        derivation->label != NULL && *derivation->label != '\0' ? derivation->label : WSSC_DERIVE_DEFAULT_LABEL;
    g_autofree char *nonce = wssc_hex_encode(derivation->nonce);
    candidate->derivation =
        g_strdup_printf("P_%s(%s key, label \"%s\" + nonce %s), offset %" G_GINT64_FORMAT
                        ", generation %" G_GINT64_FORMAT ", length %" G_GINT64_FORMAT,
                        derivation->hash != NULL ? derivation->hash : "SHA1", wssc_key_kind_name(base->kind), label,
                        nonce, derivation->offset, derivation->generation, derivation->length);
}

static void derive_each(WsscSearch *search, const GPtrArray *bases, const WsscDerivation *derivation, WsscDeviation own,
                        gboolean is_guess)
{
    for (guint i = 0; i < bases->len; i++) {
        const WsscCandidate *base = bases->pdata[i];
        if (base->secret != NULL && base->is_guess == is_guess)
            add_derived(search, derivation, base, own);
    }
}

/* The specified key of each base first, then the habits. A habit holds for the whole chain: beside it only what it
 * does not touch is derived as specified. */
static void derive_from(WsscSearch *search, const GPtrArray *bases, const WsscDerivation *derivation, WsscDeviation own)
{
    derive_each(search, bases, derivation, own, FALSE);
    derive_each(search, bases, derivation, own, TRUE);
    search->has_habits |= bases->len > 0;
    if (!search->with_habits)
        return;
    for (int d = WSSC_DEVIATION_NONE + 1; d < WSSC_DEVIATION_MAX; d++) {
        WsscDerivation changed;
        if (!wssc_derive_deviate((WsscDeviation)d, derivation, &changed))
            continue;
        for (guint i = 0; i < bases->len; i++) {
            const WsscCandidate *base = bases->pdata[i];
            if (base->secret != NULL && (base->deviation == WSSC_DEVIATION_NONE || (int)base->deviation == d))
                add_derived(search, &changed, base, (WsscDeviation)d);
        }
    }
}

/* A token that names no source: the message's only SCT, else its only EncryptedKey. */
static xmlNode *implied_source(const xmlNode *token)
{
    static const struct {
        WsscNsFamily family;
        const char *name;
    } kinds[] = {{WSSC_NS_FAMILY_WSC, "SecurityContextToken"}, {WSSC_NS_FAMILY_XENC, "EncryptedKey"}};
    for (guint k = 0; k < G_N_ELEMENTS(kinds); k++) {
        xmlNode *source = wssc_xml_child(token->parent, kinds[k].family, kinds[k].name);
        const xmlNode *next = source != NULL ? wssc_xml_next(source) : NULL;
        while (next != NULL && !wssc_xml_is(next, kinds[k].family, kinds[k].name))
            next = wssc_xml_next(next);
        if (source != NULL)
            return next == NULL ? source : NULL;
    }
    return NULL;
}

static void resolve_base(WsscSearch *search, xmlNode *token, gboolean *ret_is_implied)
{
    const xmlNode *str = wssc_xml_child(token, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference");
    xmlNode *source = str == NULL ? implied_source(token) : NULL;
    *ret_is_implied = str == NULL;
    search->work->depth++;
    if (str != NULL)
        wssc_resolve_reference(search, str);
    else if (source != NULL)
        wssc_resolve_element(search, source);
    else
        wssc_search_fail(search, WSSC_KEY_KIND_DERIVED, "the derived key token names no source");
    search->work->depth--;
    for (guint i = 0; str == NULL && i < search->found->len; i++)
        ((WsscCandidate *)search->found->pdata[i])->is_guess = TRUE;
}

WsscSearch wssc_resolve_derivation_base(WsscWork *work, xmlNode *token)
{
    WsscSearch search = wssc_search_begin(work, FALSE);
    gboolean is_implied;
    if (wssc_xml_is(token, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference"))
        wssc_resolve_forms(&search, token);
    else
        resolve_base(&search, token, &is_implied);
    return search;
}

void wssc_resolve_derived(WsscSearch *search, xmlNode *token)
{
    const WsscDerivedKeyParts parts = wssc_derived_key_find(token);
    gboolean is_implied;

    g_autofree char *algorithm = parts.algorithm != NULL ? wssc_xml_attr_text(parts.algorithm) : NULL;
    g_autofree char *label_text = parts.label != NULL ? wssc_xml_text(parts.label) : NULL;
    g_autofree char *generation_text = parts.generation != NULL ? wssc_xml_text(parts.generation) : NULL;
    g_autoptr(GBytes) octets = parts.nonce != NULL ? wssc_xml_base64(parts.nonce) : g_bytes_new_static("", 0);
    WsscDerivation derivation = {
        .crypto = search->work->crypto,
        .hash = wssc_derive_hash(algorithm),
        .label = label_text,
        .offset = wssc_resolve_number(parts.offset),
        .generation = wssc_resolve_number(parts.generation),
        .length = wssc_resolve_number(parts.length),
        .generation_text = generation_text,
    };

    search->kind = WSSC_KEY_KIND_DERIVED;
    if (derivation.hash == NULL || octets == NULL) {
        wssc_search_fail(search, WSSC_KEY_KIND_DERIVED,
                         derivation.hash == NULL ? "the derivation algorithm %s is not known"
                                                 : "the nonce of the derived key is not base64 (%s)",
                         algorithm != NULL ? algorithm : "-");
        return;
    }
    derivation.nonce = wssc_bytes_of(octets);
    if (search->work->depth >= WSSC_MAX_DERIVATION_CHAIN) {
        wssc_search_fail(search, WSSC_KEY_KIND_DERIVED, "derived keys of derived keys, too deep or in a circle");
        return;
    }
    WsscSearch sub = wssc_search_sub(search);
    resolve_base(&sub, token, &is_implied);
    WsscDeviation own = strcmp(derivation.hash, "SHA1") != 0 ? WSSC_DEVIATION_P_SHA256
                        : is_implied                         ? WSSC_DEVIATION_SOURCE_IMPLIED
                                                             : WSSC_DEVIATION_NONE;
    if (own != WSSC_DEVIATION_NONE && search->work->options->is_strict)
        wssc_search_fail(search, WSSC_KEY_KIND_DERIVED, "by the specification alone there is no key: %s",
                         wssc_deviation_info(own)->title);
    else
        derive_from(search, sub.found, &derivation, own);
    wssc_search_end_sub(search, &sub);
}

/* WS-SC 1.4 section 7.3: wsc:Nonce on the reference itself. */
gboolean wssc_resolve_implied(WsscSearch *search, const xmlNode *str)
{
    g_autofree char *nonce = wssc_xml_attr_value(str, WSSC_NS_FAMILY_WSC, "Nonce");
    g_autofree char *length = wssc_xml_attr_value(str, WSSC_NS_FAMILY_WSC, "Length");
    guint64 octets = WSSC_DERIVE_DEFAULT_LENGTH;
    if (nonce == NULL)
        return FALSE;
    g_autoptr(GBytes) decoded = wssc_base64_decode(nonce, strlen(nonce));
    g_autofree char *number = length != NULL ? wssc_strip(length) : NULL;
    search->kind = WSSC_KEY_KIND_DERIVED;
    if (decoded == NULL || search->work->depth >= WSSC_MAX_DERIVATION_CHAIN ||
        (number != NULL && !g_ascii_string_to_unsigned(number, 10, 1, WSSC_MAX_DERIVED_OCTETS, &octets, NULL))) {
        wssc_search_fail(search, WSSC_KEY_KIND_DERIVED, "the implied derived key has no usable nonce or length");
        return TRUE;
    }
    WsscDerivation derivation = {.crypto = search->work->crypto,
                                 .nonce = wssc_bytes_of(decoded),
                                 .offset = 0,
                                 .generation = WSSC_DERIVE_ABSENT,
                                 .length = (gint64)octets};
    WsscSearch sub = wssc_search_sub(search);
    search->work->depth++;
    wssc_resolve_forms(&sub, str);
    search->work->depth--;
    derive_from(search, sub.found, &derivation, WSSC_DEVIATION_NONE);
    wssc_search_end_sub(search, &sub);
    return TRUE;
}
