/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * XML Signature: each reference's digest, then the value over SignedInfo (XML Signature section 3.2).
 */
#include "security/verify.h"

#include "base/limits.h"
#include "base/text.h"
#include "keys/crypto.h"
#include "security/c14n.h"
#include "security/hypothesis.h"
#include "security/implied.h"
#include "security/keyinfo/keyinfo.h"
#include "security/reference.h"
#include "security/result.h"
#include "security/structure.h"
#include "security/value.h"
#include "security/verdict.h"

/* ---- value --------------------------------------------------------------------------------------------------- */

typedef struct {
    const WsscAlgorithm *algorithm;
    gsize octets; /* of an HMAC that count */
    WsscBytes value;
    const xmlNode *element; /* ds:SignedInfo */
    WsscC14n c14n;
    GByteArray *signed_info;                   /* canonical; NULL until it is asked for: without a key nobody does */
    gboolean is_formless;                      /* there is no canonical form */
    gboolean is_method_absent, is_c14n_absent; /* they name no algorithm: what may be meant is tried */
    gboolean is_impossible;                    /* OpenSSL would not try some key */
} Value;

static void value_clear(Value *value)
{
    wssc_c14n_clear(&value->c14n);
    g_clear_pointer(&value->signed_info, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Value, value_clear)

static gboolean canonicalize(const WsscCheck *check, Value *value)
{
    if (value->signed_info != NULL || value->is_formless)
        return !value->is_formless;
    value->signed_info = g_byte_array_new();
    value->is_formless = !wssc_c14n_write(&value->c14n, wssc_work_current(check->work)->doc, (xmlNode *)value->element,
                                          NULL, NULL, value->signed_info);
    return !value->is_formless;
}

static void explain_key(WsscCheck *check, const Value *value, const WsscCandidate *key)
{
    guint8 computed[EVP_MAX_MD_SIZE];
    gsize len = 0;
    if (check->signature->steps == NULL || key->secret == NULL || value->algorithm->kind != WSSC_ALGORITHM_HMAC ||
        !wssc_crypto_hmac(check->work->crypto, value->algorithm->name, wssc_secret_bytes(key->secret),
                          wssc_bytes(value->signed_info->data, value->signed_info->len), computed, &len))
        return;
    g_autofree char *seen = wssc_base64_encode(wssc_bytes(computed, MIN(value->octets, len)));
    g_autofree char *wanted = wssc_base64_encode(value->value);
    g_autofree char *fingerprint = wssc_secret_fingerprint(key->secret);
    wssc_result_explain(check->signature, "A key and the value it gives",
                        "%s key, fingerprint %s, from %s\n%s%sHMAC-%s computed %s\nexpected %s",
                        wssc_key_kind_name(key->kind), fingerprint,
                        key->origin.source == WSSC_KEY_FROM_KEYFILE ? "the key file" : "the capture",
                        key->derivation != NULL ? key->derivation : "", key->derivation != NULL ? "\n" : "",
                        value->algorithm->name, seen, wanted);
}

static gboolean fits(WsscCheck *check, Value *value, const WsscCandidate *key)
{
    if (!wssc_value_is_for(value->algorithm, key) || !canonicalize(check, value))
        return FALSE;
    explain_key(check, value, key);
    if (value->algorithm->kind == WSSC_ALGORITHM_HMAC && value->value.len != value->octets)
        return FALSE;
    return wssc_value_fits(check->work, value->algorithm, value->value,
                           wssc_bytes(value->signed_info->data, value->signed_info->len), key, &value->is_impossible);
}

/* ---- the key ------------------------------------------------------------------------------------------------- */

static WsscSearch find_keys(WsscCheck *check, const xmlNode *key_info, gboolean with_habits)
{
    WsscSignature *signature = check->signature;
    WsscSearch search = key_info != NULL ? wssc_resolve_key_info(check->work, key_info, with_habits)
                                         : wssc_resolve_unnamed(check->work);
    signature->key_kind = key_info != NULL ? search.kind : signature->key_kind;
    g_free(signature->context);
    g_free(signature->instance);
    signature->context = g_strdup(search.context);
    signature->instance = g_strdup(search.instance);
    return search;
}

/* Where nothing names the token, and keys of two fit, nobody knows which was meant. */
static gboolean has_other_token(WsscCheck *check, Value *value, const GPtrArray *keys, guint from)
{
    const WsscCandidate *key = keys->pdata[from];
    for (guint i = from + 1; key->token != NULL && i < keys->len; i++) {
        const WsscCandidate *other = keys->pdata[i];
        if (other->token != NULL && other->token != key->token &&
            (fits(check, value, other) || wssc_verifier_is_spent(check->work->budget)))
            return TRUE;
    }
    return FALSE;
}

static const WsscCandidate *fitting_key(WsscCheck *check, Value *value, const GPtrArray *keys)
{
    for (guint i = 0; i < keys->len && !wssc_verifier_is_spent(check->work->budget); i++)
        if (fits(check, value, keys->pdata[i]))
            return has_other_token(check, value, keys, i) ? NULL : keys->pdata[i];
    return NULL;
}

static void refuse_formless(WsscCheck *check)
{
    wssc_verdict_formless(check->signature, wssc_verifier_is_spent(check->work->budget)
                                                ? WSSC_BUDGET_SPENT
                                                : "SignedInfo cannot be brought into canonical form");
}

/* Nothing is proved by it; it tells where to look. */
static void hint_at_key(WsscCheck *check, Value *value, const xmlNode *key_info)
{
    WsscSignature *signature = check->signature;
    if (check->work->options->is_strict || !check->work->options->want_hypotheses)
        return;
    check->work->budget->spending = &check->work->budget->guesses; /* never at the cost of a verdict */
    g_auto(WsscSearch) hints = wssc_resolve_hints(check->work, key_info);
    const WsscCandidate *key = fitting_key(check, value, hints.found);
    check->work->budget->spending = &check->work->budget->work;
    if (key == NULL || key->context == NULL)
        return;
    g_autofree char *reason = g_steal_pointer(&signature->reason);
    wssc_verdict_decide(signature, WSSC_VERDICT_NO_KEY,
                        g_strdup_printf("%s; the key of context %s fits, whose token had the same wsu:Id in another "
                                        "message",
                                        reason, key->context));
}

static void set_form(const WsscCheck *check, Value *value, guint flags)
{
    wssc_c14n_clear(&value->c14n);
    g_clear_pointer(&value->signed_info, g_byte_array_unref);
    value->is_formless = FALSE;
    value->c14n = (WsscC14n){.flags = flags, .budget = check->work->budget->spending, .out = check->work->out};
}

static void set_algorithm(Value *value, const WsscAlgorithm *algorithm)
{
    value->algorithm = algorithm;
    value->octets = algorithm->octets;
}

static const WsscCandidate *fitting_by_any_algorithm(WsscCheck *check, Value *value, const GPtrArray *keys)
{
    const WsscCandidate *key = NULL;
    const WsscAlgorithm *algorithm;
    if (!value->is_method_absent)
        return fitting_key(check, value, keys);
    for (guint i = 0; key == NULL && (algorithm = wssc_implied_signature(i, value->value.len)) != NULL; i++) {
        set_algorithm(value, algorithm);
        key = fitting_key(check, value, keys);
    }
    /* What is said of a misfit is said of what goes with the key. */
    for (guint i = 0; key == NULL && keys->len > 0 && !wssc_value_is_for(value->algorithm, keys->pdata[0]) &&
                      (algorithm = wssc_implied_signature(i, value->value.len)) != NULL;
         i++)
        set_algorithm(value, algorithm);
    return key;
}

/* With what the methods say, or with all that may be meant where they say nothing. */
static const WsscCandidate *find_fitting(WsscCheck *check, Value *value, const GPtrArray *keys)
{
    const WsscCandidate *key = NULL;
    gboolean is_formless = FALSE;
    guint flags;
    if (!value->is_c14n_absent)
        return fitting_by_any_algorithm(check, value, keys);
    for (guint i = 0; key == NULL && wssc_implied_c14n(i, &flags); i++) {
        set_form(check, value, flags);
        key = fitting_by_any_algorithm(check, value, keys);
        is_formless |= value->is_formless;
    }
    if (key == NULL) { /* what is said of it is said of what most signers write */
        set_form(check, value, WSSC_C14N_EXCLUSIVE);
        value->is_formless = is_formless;
    }
    return key;
}

/* With the specified keys first; what stacks are known to do instead only where none of these fits, and nothing that is
 * found then takes away what was known before. */
static void decide_by_value(WsscCheck *check, Value *value, const xmlNode *key_info)
{
    g_auto(WsscSearch) specified = find_keys(check, key_info, FALSE);
    g_auto(WsscSearch) habits = {0};
    const WsscCandidate *key = find_fitting(check, value, specified.found);
    if (key == NULL && specified.has_habits) {
        habits = find_keys(check, key_info, TRUE);
        key = find_fitting(check, value, habits.found);
    }
    gboolean is_settled = check->signature->verdict == WSSC_VERDICT_INVALID; /* by a reference */
    const char *open = specified.open != NULL ? specified.open : habits.open;
    check->is_value_fit = key != NULL;
    if (value->is_formless)
        refuse_formless(check);
    else if (!is_settled && key != NULL)
        wssc_verdict_fit(check, key);
    else if (!is_settled && wssc_verifier_is_spent(check->work->budget))
        wssc_verdict_decide(check->signature, WSSC_VERDICT_UNSUPPORTED, g_strdup(WSSC_BUDGET_SPENT));
    else if (!is_settled)
        wssc_verdict_misfit(check, value->algorithm, specified.found, specified.reason, value->is_impossible, open);
    else
        wssc_verdict_settled(check, value->algorithm, key, specified.found);
    if (check->signature->verdict == WSSC_VERDICT_NO_KEY && key == NULL && key_info != NULL)
        hint_at_key(check, value, key_info);
}

/* XML Signature 1.1 section 6.3.1: whole octets, at least 80 bits and half the hash. */
static gboolean read_truncation(const xmlNode *method, Value *value, char **ret_problem)
{
    const xmlNode *element = wssc_xml_child(method, WSSC_NS_FAMILY_DS, "HMACOutputLength");
    guint64 bits;
    value->octets = value->algorithm->octets;
    if (element == NULL)
        return TRUE;
    g_autofree char *text = wssc_xml_text_stripped(element);
    if (!g_ascii_string_to_unsigned(text, 10, 0, 65536, &bits, NULL) || bits % 8 != 0 ||
        bits > value->algorithm->octets * 8) {
        *ret_problem = g_strdup_printf("HMACOutputLength %s is no usable length", text);
        return FALSE;
    }
    if (bits < 80 || bits < value->algorithm->octets * 4) {
        *ret_problem = g_strdup_printf("HMACOutputLength %s is too short to prove anything (80 bits and half "
                                       "the hash at least): refused",
                                       text);
        return FALSE;
    }
    value->octets = (gsize)bits / 8;
    return TRUE;
}

/* With these, and half of the budget left, lookups do not use the other half up (see c14n.c, "what it costs"). */
#define FEW_NAMES 512
#define FEW_PREFIXES 8

/* What libxml2 surely has a canonical form for, and soon: relative namespace names are what it refuses. */
static gboolean is_plain(const xmlNode *root, const WsscC14n *c14n)
{
    guint names = 0;
    for (const xmlNode *n = root; n != NULL && names <= FEW_NAMES; n = wssc_ids_walk(root, (xmlNode *)n)) {
        names++;
        for (const xmlAttr *attr = n->properties; attr != NULL; attr = attr->next)
            names++;
        for (const xmlNs *ns = n->nsDef; ns != NULL; ns = ns->next)
            if (wssc_ns_from_uri((const char *)ns->href) == WSSC_NS_NONE)
                return FALSE;
    }
    return names <= FEW_NAMES && c14n->prefix_count <= FEW_PREFIXES;
}

/* No algorithm is named, and what may be meant is to be tried. */
static gboolean is_absent(WsscCheck *check, const char *algorithm)
{
    gboolean is_implied = algorithm == NULL && !check->work->options->is_strict;
    check->is_implied |= is_implied;
    return is_implied;
}

/* Whether it has a canonical form comes before all else; the form itself is made here only where that is in doubt, or
 * where it is to be shown. */
static gboolean prepare_signed_info(WsscCheck *check, Value *value)
{
    const xmlNode *method = wssc_xml_child(value->element, WSSC_NS_FAMILY_DS, "CanonicalizationMethod");
    WsscSignature *signature = check->signature;
    signature->canonicalization = method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    const WsscAlgorithm *algorithm = wssc_algorithm_find(signature->canonicalization);
    value->is_c14n_absent = is_absent(check, signature->canonicalization);
    if (value->is_c14n_absent) {
        set_form(check, value, WSSC_C14N_EXCLUSIVE);
        return TRUE;
    }
    if (algorithm == NULL || algorithm->kind != WSSC_ALGORITHM_C14N) {
        wssc_verdict_decide(signature, WSSC_VERDICT_UNSUPPORTED,
                            g_strdup_printf("canonicalization %s", signature->canonicalization != NULL
                                                                       ? signature->canonicalization
                                                                       : "missing"));
        return FALSE;
    }
    value->c14n = wssc_c14n_read(algorithm, method);
    value->c14n.budget = check->work->budget->spending;
    value->c14n.out = check->work->out;
    gboolean is_safe =
        check->work->budget->work.left >= check->work->budget->limits->value[WSSC_LIMIT_WORK_OCTETS] / 4 &&
        is_plain(value->element, &value->c14n);
    if ((signature->steps != NULL || !is_safe) && !canonicalize(check, value)) {
        refuse_formless(check);
        return FALSE;
    }
    if (signature->steps != NULL)
        wssc_result_explain_octets(signature, "SignedInfo: canonical octets", value->signed_info);
    return TRUE;
}

static void find_hypothesis(WsscCheck *check, Value *value)
{
    WsscSignature *signature = check->signature;
    if (wssc_verifier_is_spent(check->work->budget))
        return;
    if (canonicalize(check, value))
        signature->hypothesis = wssc_hypothesis_find(
            &(WsscLook){.work = check->work,
                        .signature = check->element,
                        .verdict = signature,
                        .algorithm = value->algorithm,
                        .c14n = &value->c14n,
                        .value = value->value,
                        .signed_info = wssc_bytes(value->signed_info->data, value->signed_info->len),
                        .is_value_fit = check->is_value_fit});
    else
        refuse_formless(check);
}

static void check_value(WsscCheck *check, const xmlNode *signed_info)
{
    WsscSignature *signature = check->signature;
    const xmlNode *method = wssc_xml_child(signed_info, WSSC_NS_FAMILY_DS, "SignatureMethod");
    const xmlNode *value_element = wssc_xml_child(check->element, WSSC_NS_FAMILY_DS, "SignatureValue");
    g_autoptr(GBytes) octets = value_element != NULL ? wssc_xml_base64(value_element) : NULL;
    char *problem = NULL;
    g_auto(Value) value = {.algorithm = wssc_algorithm_find(signature->algorithm), .element = signed_info};

    value.is_method_absent = is_absent(check, signature->algorithm);
    if (!value.is_method_absent && (value.algorithm == NULL || !wssc_algorithm_is_signature(value.algorithm))) {
        wssc_verdict_decide(
            signature, WSSC_VERDICT_UNSUPPORTED,
            g_strdup_printf("signature algorithm %s", signature->algorithm != NULL ? signature->algorithm : "missing"));
        return;
    }
    if (octets == NULL || g_bytes_get_size(octets) == 0) {
        wssc_verdict_decide(signature, WSSC_VERDICT_INVALID, wssc_xml_base64_problem(value_element, "SignatureValue"));
        return;
    }
    signature->value = wssc_base64_encode(wssc_bytes_of(octets));
    value.value = wssc_bytes_of(octets);
    if (value.is_method_absent)
        value.algorithm = wssc_implied_signature(0, value.value.len);
    if (value.algorithm == NULL) {
        wssc_verdict_decide(
            signature, WSSC_VERDICT_UNSUPPORTED,
            g_strdup_printf("SignatureMethod names no algorithm, and none has values of %" G_GSIZE_FORMAT " octets",
                            value.value.len));
        return;
    }
    if (value.algorithm->kind == WSSC_ALGORITHM_HMAC && !read_truncation(method, &value, &problem)) {
        wssc_verdict_decide(signature, WSSC_VERDICT_INVALID, problem);
        return;
    }
    if (!prepare_signed_info(check, &value))
        return;
    wssc_verdict_by_references(check);
    decide_by_value(check, &value, wssc_xml_child(check->element, WSSC_NS_FAMILY_DS, "KeyInfo"));
    if (check->is_implied)
        wssc_verdict_note_implied(signature);
    signature->is_value_fit = check->is_value_fit;
    /* A context may have more keys than are known so far. */
    check->work->result->waits |=
        signature->verdict == WSSC_VERDICT_NO_KEY ||
        (signature->verdict == WSSC_VERDICT_INVALID && !check->is_value_fit && signature->context != NULL);
    if (signature->verdict == WSSC_VERDICT_INVALID && check->work->options->want_hypotheses)
        find_hypothesis(check, &value);
}

static void check_references(WsscCheck *check, const xmlNode *signed_info)
{
    guint count = 0, most = wssc_work_most(check->work, WSSC_LIMIT_REFERENCES);
    for (const xmlNode *r = wssc_xml_first(signed_info); r != NULL; r = wssc_xml_next(r)) {
        if (!wssc_xml_is(r, WSSC_NS_FAMILY_DS, "Reference"))
            continue;
        if (++count > most) {
            wssc_verdict_decide(check->signature, WSSC_VERDICT_UNSUPPORTED,
                                g_strdup_printf("more than %u references", most));
            return;
        }
        wssc_reference_check(check, r);
    }
    if (count == 0)
        wssc_verdict_decide(check->signature, WSSC_VERDICT_INVALID, g_strdup("it covers nothing: no reference"));
}

void wssc_verify_signature(WsscWork *work, xmlNode *element, guint position)
{
    WsscSignature *signature = g_new0(WsscSignature, 1);
    WsscCheck check = {.work = work, .signature = signature, .element = element};
    const xmlNode *signed_info = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "SignedInfo");
    const xmlNode *method = wssc_xml_child(signed_info, WSSC_NS_FAMILY_DS, "SignatureMethod");
    const WsscSpan *span = wssc_xml_span(element);
    gboolean is_unknown;

    signature->position = position;
    signature->references = g_ptr_array_new();
    signature->steps = work->options->want_explain ? g_ptr_array_new() : NULL;
    signature->algorithm = method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    if (span != NULL)
        signature->span = *span;
    signature->decrypted = span == NULL;
    g_ptr_array_add(work->result->signatures, signature);
    g_array_append_val(work->checked, ((WsscChecked){.element = element, .first_match = work->matches->len}));
    if (position > WSSC_MAX_SIGNATURES) {
        wssc_verdict_decide(
            signature, WSSC_VERDICT_UNSUPPORTED,
            g_strdup_printf("more than %d signatures in one message: this and what follows is not looked at",
                            WSSC_MAX_SIGNATURES));
        return;
    }
    if (signed_info == NULL) {
        wssc_verdict_decide(signature, WSSC_VERDICT_INVALID, g_strdup("there is no SignedInfo"));
        wssc_verdict_spare_unknown(work, signature);
        return;
    }
    char *problem = wssc_structure_check(element, &is_unknown);
    if (problem != NULL)
        wssc_verdict_decide(signature, is_unknown ? WSSC_VERDICT_UNSUPPORTED : WSSC_VERDICT_INVALID, problem);
    else
        check_references(&check, signed_info);
    if (signature->verdict == WSSC_VERDICT_UNCHECKED)
        check_value(&check, signed_info);
    wssc_verdict_spare_unknown(work, signature);
}
