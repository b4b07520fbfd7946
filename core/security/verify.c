/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * XML Signature: each reference's digest, then the value over SignedInfo (XML Signature section 3.2).
 */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/crypto.h"
#include "security/algorithms.h"
#include "security/c14n.h"
#include "security/certificate.h"
#include "security/hypothesis.h"
#include "security/verify.h"

/* ---- explanation ---------------------------------------------------------------------------------------- */

static void add_step(WsscSignature *signature, const char *title, char *text)
{
    WsscStep *step = g_new0(WsscStep, 1);
    step->title = g_strdup(title);
    step->text = text;
    g_ptr_array_add(signature->steps, step);
}

void wssc_explain(WsscSignature *signature, const char *title, const char *format, ...)
{
    va_list args;
    if (signature->steps == NULL)
        return;
    va_start(args, format);
    add_step(signature, title, g_strdup_vprintf(format, args));
    va_end(args);
}

void wssc_explain_octets(WsscSignature *signature, const char *title, const GByteArray *octets)
{
    if (signature->steps != NULL)
        add_step(signature, title, g_strndup((const char *)octets->data, octets->len));
}

/* ---- value --------------------------------------------------------------------------------------------------- */

typedef struct {
    const WsscAlgorithm *algorithm;
    gsize octets; /* of an HMAC that count */
    WsscBytes value;
    const xmlNode *element; /* ds:SignedInfo */
    WsscC14n c14n;
    GByteArray *signed_info; /* canonical; NULL until it is asked for: without a key nobody does */
    gboolean is_formless;    /* there is no canonical form */
    gboolean is_impossible;  /* OpenSSL would not try some key */
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
    wssc_explain(check->signature, "A key and the value it gives",
                 "%s key, fingerprint %s, from %s\n%s%sHMAC-%s computed %s\nexpected %s", wssc_key_kind_name(key->kind),
                 fingerprint, key->origin.source == WSSC_KEY_FROM_KEYFILE ? "the key file" : "the capture",
                 key->derivation != NULL ? key->derivation : "", key->derivation != NULL ? "\n" : "",
                 value->algorithm->name, seen, wanted);
}

static gboolean fits(WsscCheck *check, Value *value, const WsscCandidate *key)
{
    if (!wssc_algorithm_fits_key(value->algorithm, key) || !canonicalize(check, value))
        return FALSE;
    explain_key(check, value, key);
    if (value->algorithm->kind == WSSC_ALGORITHM_HMAC && value->value.len != value->octets)
        return FALSE;
    return wssc_value_fits(check->work, value->algorithm, value->value,
                           wssc_bytes(value->signed_info->data, value->signed_info->len), key, &value->is_impossible);
}

static char *trust_of(const WsscCheck *check, const WsscCandidate *key)
{
    const WsscSecurityOptions *options = check->work->options;
    if (options->trust == NULL || key->pkey == NULL)
        return NULL;
    if (key->certificate == NULL)
        return g_strdup("the message gives a bare public key: nobody vouches for it");
    return wssc_certificate_trust(key->certificate, wssc_keyring_certificates(check->work->ring), options->trust,
                                  options->time);
}

static void take_key(WsscCheck *check, const WsscCandidate *key)
{
    WsscSignature *signature = check->signature;
    signature->key_kind = key->kind;
    g_free(signature->context);
    g_free(signature->instance);
    signature->context = g_strdup(key->context);
    signature->instance = g_strdup(key->instance);
    signature->has_key = TRUE;
    signature->key_origin = key->origin;
    if (key->secret != NULL)
        signature->key_fingerprint = wssc_secret_fingerprint(key->secret);
    if (key->certificate != NULL)
        signature->certificate = wssc_certificate_subject(key->certificate);
    signature->trust = trust_of(check, key);
}

/* ---- verdict --------------------------------------------------------------------------------------------------- */

static void decide(WsscSignature *signature, WsscVerdict verdict, char *reason)
{
    signature->verdict = verdict;
    g_free(signature->reason);
    signature->reason = reason;
}

static const WsscSignedReference *first_with(const WsscSignature *signature, WsscDigest digest)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        if (reference->digest == digest)
            return reference;
    }
    return NULL;
}

static const char *shown_uri(const WsscSignedReference *reference)
{
    return reference->uri == NULL ? "(none)" : *reference->uri == '\0' ? "(whole document)" : reference->uri;
}

/* What the references alone settle: it can't be valid. */
static void decide_by_references(WsscCheck *check)
{
    WsscSignature *signature = check->signature;
    const WsscSignedReference *bad = first_with(signature, WSSC_DIGEST_MISMATCH);
    const WsscSignedReference *lost = first_with(signature, WSSC_DIGEST_UNRESOLVED);
    if (bad != NULL && bad->reason != NULL)
        decide(signature, WSSC_VERDICT_INVALID, g_strdup_printf("reference %s: %s", shown_uri(bad), bad->reason));
    else if (bad != NULL && bad->uri != NULL && *bad->uri != '\0')
        decide(signature, WSSC_VERDICT_INVALID,
               g_strdup_printf("the digest of %s (%s) does not fit",
                               bad->element != NULL ? bad->element : "the document", bad->uri));
    else if (bad != NULL)
        decide(signature, WSSC_VERDICT_INVALID, g_strdup("the digest of the whole document does not fit"));
    else if (lost != NULL && check->is_lost)
        decide(signature, WSSC_VERDICT_INVALID, g_strdup_printf("reference %s: %s", shown_uri(lost), lost->reason));
}

/* Only a SignedInfo that is as it was signed proves that it was the content that changed. */
static void add_to_reason(WsscSignature *signature, gboolean is_value_fit)
{
    const WsscSignedReference *bad = first_with(signature, WSSC_DIGEST_MISMATCH);
    const char *more = !is_value_fit                        ? ", nor does the signature value fit the known key"
                       : bad != NULL && bad->reason == NULL ? ": it was changed after signing"
                                                            : "";
    decide(signature, WSSC_VERDICT_INVALID, g_strconcat(signature->reason, more, NULL));
}

/* Why some content did not open though its key is known; NULL when that did not happen. */
static const char *failed_decryption(const WsscWork *work)
{
    for (guint i = 0; i < work->result->decryptions->len; i++) {
        const WsscDecryption *decryption = work->result->decryptions->pdata[i];
        if (decryption->result == WSSC_DECRYPTION_FAILED)
            return decryption->reason;
    }
    return NULL;
}

/* What keeps a signature with a fitting value from being called valid. */
static void decide_fit(WsscCheck *check, const WsscCandidate *key)
{
    WsscSignature *signature = check->signature;
    const WsscSignedReference *unsupported = first_with(signature, WSSC_DIGEST_UNSUPPORTED);
    const WsscSignedReference *closed = first_with(signature, WSSC_DIGEST_UNCHECKED);
    if (closed == NULL)
        closed = first_with(signature, WSSC_DIGEST_UNRESOLVED);
    take_key(check, key);
    if (unsupported != NULL) {
        decide(signature, WSSC_VERDICT_UNSUPPORTED,
               g_strdup_printf("the value fits, but reference %s: %s", shown_uri(unsupported), unsupported->reason));
    } else if (closed != NULL) {
        const char *failed = failed_decryption(check->work);
        decide(signature, failed != NULL ? WSSC_VERDICT_UNSUPPORTED : WSSC_VERDICT_NO_KEY,
               g_strdup_printf("the value fits, but reference %s cannot be checked: %s%s%s", shown_uri(closed),
                               closed->reason, failed != NULL ? "; decryption failed: " : "",
                               failed != NULL ? failed : ""));
    } else {
        decide(signature, WSSC_VERDICT_VALID, NULL);
        if (key->deviation != WSSC_DEVIATION_NONE)
            signature->deviation = g_strdup(wssc_deviation_info(key->deviation)->name);
    }
}

/* ---- the key ------------------------------------------------------------------------------------------------- */

typedef struct {
    GPtrArray *keys; /* WsscCandidate */
    char *why;       /* there are none */
} Keys;

static void keys_clear(Keys *keys)
{
    g_clear_pointer(&keys->keys, g_ptr_array_unref);
    g_clear_pointer(&keys->why, g_free);
}

static void find_keys(WsscCheck *check, const xmlNode *key_info, Keys *ret_keys)
{
    WsscSignature *signature = check->signature;
    g_clear_pointer(&signature->context, g_free);
    g_clear_pointer(&signature->instance, g_free);
    keys_clear(ret_keys);
    if (key_info != NULL) {
        ret_keys->keys = wssc_resolve_key_info(check->work, key_info, &signature->key_kind, &signature->context,
                                               &signature->instance, &ret_keys->why);
    } else {
        ret_keys->keys = wssc_resolve_unnamed(check->work);
        ret_keys->why = g_strdup("there is no KeyInfo, and no key given by name or as a certificate gives the "
                                 "signature value");
    }
}

static const WsscCandidate *fitting_key(WsscCheck *check, Value *value, const GPtrArray *keys)
{
    for (guint i = 0; i < keys->len; i++)
        if (fits(check, value, keys->pdata[i]))
            return keys->pdata[i];
    return NULL;
}

/* The first key that the message names and that is known; NULL when there are guesses at best. ret_misfit: one that
 * cannot be used with the algorithm. */
static const WsscCandidate *named_key(const Value *value, const GPtrArray *keys, const WsscCandidate **ret_misfit)
{
    *ret_misfit = NULL;
    for (guint i = 0; i < keys->len; i++) {
        const WsscCandidate *key = keys->pdata[i];
        if (!key->is_guess && wssc_algorithm_fits_key(value->algorithm, key))
            return key;
        if (!key->is_guess && *ret_misfit == NULL)
            *ret_misfit = key;
    }
    return NULL;
}

static char *misfit_reason(const Value *value, const WsscCandidate *key)
{
    const char *type = key->pkey != NULL ? EVP_PKEY_get0_type_name(key->pkey) : NULL;
    if (key->secret == NULL && key->pkey == NULL)
        return g_strdup("the public key in the certificate is of a kind that is not known here");
    return g_strdup_printf("%s does not go with the key that the message names, %s%s",
                           strchr(value->algorithm->uri, '#') + 1, type != NULL ? "a public key of type " : "a secret",
                           type != NULL ? type : "");
}

/* No key that was tried gives the value. */
static void decide_misfit(WsscCheck *check, const Value *value, const Keys *keys)
{
    WsscSignature *signature = check->signature;
    const WsscCandidate *misfit, *named = named_key(value, keys->keys, &misfit);
    if (named == NULL && misfit != NULL) {
        take_key(check, misfit);
        decide(signature, WSSC_VERDICT_UNSUPPORTED, misfit_reason(value, misfit));
    } else if (named == NULL) {
        decide(signature, WSSC_VERDICT_NO_KEY,
               g_strdup(keys->why != NULL     ? keys->why
                        : keys->keys->len > 0 ? "none of the known keys that may be meant gives the signature value"
                                              : "the key that it names is not known"));
    } else if (value->is_impossible) {
        take_key(check, named);
        decide(signature, WSSC_VERDICT_UNSUPPORTED,
               g_strdup_printf("this OpenSSL does not do %s with this key", value->algorithm->uri));
    } else {
        take_key(check, named);
        decide(signature, WSSC_VERDICT_INVALID,
               named->origin.source == WSSC_KEY_FROM_KEYFILE && named->origin.line > 0
                   ? g_strdup_printf("the signature value does not fit the known key (line %u of the key file)",
                                     named->origin.line)
                   : g_strdup("the signature value does not fit the known key"));
    }
}

/* A reference has settled it; whether the value fits tells more. key: that it fits, or NULL. */
static void explain_settled(WsscCheck *check, const Value *value, const WsscCandidate *key, const GPtrArray *keys)
{
    const WsscCandidate *misfit, *named = key != NULL ? key : named_key(value, keys, &misfit);
    if (named == NULL)
        return;
    take_key(check, named);
    add_to_reason(check->signature, key != NULL);
}

/* Whatever key it names, nothing can be said. */
static void decide_formless(WsscSignature *signature)
{
    signature->key_kind = WSSC_KEY_KIND_UNKNOWN;
    g_clear_pointer(&signature->context, g_free);
    g_clear_pointer(&signature->instance, g_free);
    decide(signature, WSSC_VERDICT_UNSUPPORTED, g_strdup("SignedInfo cannot be brought into canonical form"));
}

/* With the specified keys first; what stacks are known to do instead only where none of these fits, and nothing that is
 * found then takes away what was known before. */
static void decide_by_value(WsscCheck *check, Value *value, const xmlNode *key_info)
{
    Keys keys[2] = {{0}};
    const Keys *specified = &keys[0];
    const WsscCandidate *key = NULL;
    for (guint round = 0; key == NULL && wssc_work_begin_round(check->work, round); round++) {
        find_keys(check, key_info, &keys[round]);
        key = fitting_key(check, value, keys[round].keys);
    }
    check->work->with_habits = FALSE;
    gboolean is_settled = check->signature->verdict == WSSC_VERDICT_INVALID; /* by a reference */
    check->is_value_fit = key != NULL;
    if (value->is_formless)
        decide_formless(check->signature);
    else if (!is_settled && key != NULL)
        decide_fit(check, key);
    else if (!is_settled)
        decide_misfit(check, value, specified);
    else
        explain_settled(check, value, key, specified->keys);
    keys_clear(&keys[0]);
    keys_clear(&keys[1]);
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

/* Whether it has a canonical form comes before all else; the form itself is made here only where that is in doubt, or
 * where it is to be shown. */
static gboolean prepare_signed_info(WsscCheck *check, Value *value)
{
    const xmlNode *method = wssc_xml_child(value->element, WSSC_NS_FAMILY_DS, "CanonicalizationMethod");
    WsscSignature *signature = check->signature;
    signature->canonicalization = method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    const WsscAlgorithm *algorithm = wssc_algorithm_find(signature->canonicalization);
    if (algorithm == NULL || algorithm->kind != WSSC_ALGORITHM_C14N) {
        decide(signature, WSSC_VERDICT_UNSUPPORTED,
               g_strdup_printf("canonicalization %s",
                               signature->canonicalization != NULL ? signature->canonicalization : "missing"));
        return FALSE;
    }
    value->c14n = wssc_c14n_read(algorithm, method);
    value->c14n.budget = &check->work->canonical;
    value->c14n.out = check->work->kept->out;
    gboolean is_safe =
        check->work->canonical.left >= WSSC_MAX_CANONICAL_OCTETS / 2 && is_plain(value->element, &value->c14n);
    if ((signature->steps != NULL || !is_safe) && !canonicalize(check, value)) {
        decide_formless(signature);
        return FALSE;
    }
    if (signature->steps != NULL)
        wssc_explain_octets(signature, "SignedInfo: canonical octets", value->signed_info);
    return TRUE;
}

static void find_hypothesis(WsscCheck *check, Value *value)
{
    WsscSignature *signature = check->signature;
    if (canonicalize(check, value))
        signature->hypothesis = wssc_hypothesis_find(check->work, check->element, signature, value->algorithm,
                                                     value->value, value->signed_info, check->is_value_fit);
    else
        decide_formless(signature);
}

static void check_value(WsscCheck *check, const xmlNode *signed_info)
{
    WsscSignature *signature = check->signature;
    const xmlNode *method = wssc_xml_child(signed_info, WSSC_NS_FAMILY_DS, "SignatureMethod");
    const xmlNode *value_element = wssc_xml_child(check->element, WSSC_NS_FAMILY_DS, "SignatureValue");
    g_autoptr(GBytes) octets = value_element != NULL ? wssc_xml_base64(value_element) : NULL;
    char *problem = NULL;
    g_auto(Value) value = {.algorithm = wssc_algorithm_find(signature->algorithm), .element = signed_info};

    if (value.algorithm == NULL || !wssc_algorithm_is_signature(value.algorithm)) {
        decide(
            signature, WSSC_VERDICT_UNSUPPORTED,
            g_strdup_printf("signature algorithm %s", signature->algorithm != NULL ? signature->algorithm : "missing"));
        return;
    }
    if (octets == NULL || g_bytes_get_size(octets) == 0) {
        decide(signature, WSSC_VERDICT_INVALID, g_strdup("the SignatureValue is missing, empty or no base64"));
        return;
    }
    signature->value = wssc_base64_encode(wssc_bytes_of(octets));
    value.value = wssc_bytes_of(octets);
    if (value.algorithm->kind == WSSC_ALGORITHM_HMAC && !read_truncation(method, &value, &problem)) {
        decide(signature, WSSC_VERDICT_INVALID, problem);
        return;
    }
    if (!prepare_signed_info(check, &value))
        return;
    decide_by_references(check);
    decide_by_value(check, &value, wssc_xml_child(check->element, WSSC_NS_FAMILY_DS, "KeyInfo"));
    /* A context may have more keys than are known so far. */
    check->work->result->waits |=
        signature->verdict == WSSC_VERDICT_NO_KEY ||
        (signature->verdict == WSSC_VERDICT_INVALID && !check->is_value_fit && signature->context != NULL);
    if (signature->verdict == WSSC_VERDICT_INVALID && check->work->options->want_hypotheses)
        find_hypothesis(check, &value);
}

static void check_references(WsscCheck *check, const xmlNode *signed_info)
{
    guint count = 0;
    for (const xmlNode *r = wssc_xml_first(signed_info); r != NULL; r = wssc_xml_next(r)) {
        if (!wssc_xml_is(r, WSSC_NS_FAMILY_DS, "Reference"))
            continue;
        if (++count > WSSC_MAX_REFERENCES) {
            decide(check->signature, WSSC_VERDICT_UNSUPPORTED, g_strdup("too many references"));
            return;
        }
        wssc_check_reference(check, r);
    }
    if (count == 0)
        decide(check->signature, WSSC_VERDICT_INVALID, g_strdup("it covers nothing: no reference"));
}

/* A placeholder may stand in what was signed, in SignedInfo, in an id or a key's name: a misfit proves nothing. */
static void spare_unknown_strings(const WsscWork *work, WsscSignature *signature)
{
    if (signature->verdict != WSSC_VERDICT_INVALID || work->xml->unknown_ids == NULL)
        return;
    for (guint i = 0; i < signature->references->len; i++) {
        WsscSignedReference *reference = signature->references->pdata[i];
        if (reference->digest == WSSC_DIGEST_OK)
            continue;
        reference->digest = WSSC_DIGEST_UNSUPPORTED;
        g_free(reference->reason);
        reference->reason = g_strdup("strings of the message are not known");
    }
    decide(signature, WSSC_VERDICT_UNSUPPORTED,
           g_strdup_printf("%u strings of the message stand in a session's table that is not in the capture, so it "
                           "cannot be checked: %s",
                           work->xml->unknown_ids->len, signature->reason));
    g_clear_pointer(&signature->hypothesis, g_free);
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
        decide(signature, WSSC_VERDICT_UNSUPPORTED,
               g_strdup("too many signatures in one message: this and what follows is not looked at"));
        return;
    }
    if (signed_info == NULL) {
        decide(signature, WSSC_VERDICT_INVALID, g_strdup("there is no SignedInfo"));
        spare_unknown_strings(work, signature);
        return;
    }
    char *problem = wssc_check_structure(element, &is_unknown);
    if (problem != NULL)
        decide(signature, is_unknown ? WSSC_VERDICT_UNSUPPORTED : WSSC_VERDICT_INVALID, problem);
    else
        check_references(&check, signed_info);
    if (signature->verdict == WSSC_VERDICT_UNCHECKED)
        check_value(&check, signed_info);
    spare_unknown_strings(work, signature);
}
