/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From a ds:KeyInfo to the keys that may be meant (WSS 1.1 section 7, WS-SC 1.4 sections 7 and 8).
 */
#include <openssl/x509v3.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/crypto.h"
#include "security/algorithms.h"
#include "security/certificate.h"
#include "security/work.h"

#define MAX_UNNAMED 64    /* keys tried where a signature names none */
#define MAX_OF_SUBJECT 16 /* certificates tried that one X509Data or name may mean */

typedef struct {
    WsscWork *work;
    GPtrArray *found;  /* WsscCandidate */
    WsscKeyKind kind;
    char *context, *instance;
    char *reason;
} Search;

static void resolve_reference(Search *search, const xmlNode *str);
static void resolve_token_element(Search *search, xmlNode *token);

void wssc_candidate_free(gpointer data)
{
    WsscCandidate *candidate = data;
    wssc_secret_unref(candidate->secret);
    EVP_PKEY_free(candidate->pkey);
    X509_free(candidate->certificate);
    g_free(candidate->context);
    g_free(candidate->instance);
    g_free(candidate->derivation);
    g_free(candidate);
}

static WsscCandidate *add_secret(Search *search, WsscKeyKind kind, WsscSecret *secret, WsscKeyOrigin origin)
{
    WsscCandidate *candidate = g_new0(WsscCandidate, 1);
    candidate->kind = kind;
    candidate->secret = wssc_secret_ref(secret);
    candidate->origin = origin;
    g_ptr_array_add(search->found, candidate);
    return candidate;
}

static void fail(Search *search, WsscKeyKind kind, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void fail(Search *search, WsscKeyKind kind, const char *format, ...)
{
    va_list args;
    if (search->kind == WSSC_KEY_KIND_UNKNOWN)
        search->kind = kind;
    if (search->reason != NULL)
        return;
    va_start(args, format);
    search->reason = g_strdup_vprintf(format, args);
    va_end(args);
}

static char *child_text(const xmlNode *parent, WsscNsFamily family, const char *name)
{
    const xmlNode *child = wssc_xml_child(parent, family, name);
    return child != NULL ? wssc_xml_text_stripped(child) : NULL;
}

/* ---- contexts ------------------------------------------------------------------------------------------ */

static void add_context_keys(Search *search, const GPtrArray *keys, const char *identifier,
                             const char *instance, gboolean is_named)
{
    const char *wanted = instance != NULL ? instance : "";
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        gboolean is_this = strcmp(key->instance, wanted) == 0;
        if (is_this != is_named)
            continue;
        /* Of the other keys only two are habits: the first one, and any where none is named. */
        if (!is_this && *wanted != '\0' && *key->instance != '\0')
            continue;
        WsscCandidate *candidate = add_secret(search, WSSC_KEY_KIND_SCT, key->secret, key->origin);
        candidate->context = g_strdup(identifier);
        candidate->instance = *key->instance != '\0' ? g_strdup(key->instance) : NULL;
        candidate->is_guess = !is_this;
        if (!is_this)
            candidate->deviation = *wanted != '\0' ? WSSC_DEVIATION_FIRST_KEY : WSSC_DEVIATION_UNNAMED_INSTANCE;
    }
}

static void resolve_context(Search *search, const char *identifier, const char *instance)
{
    const GPtrArray *keys = wssc_keyring_context(search->work->ring, identifier);
    guint before = search->found->len;

    search->kind = WSSC_KEY_KIND_SCT;
    if (search->context == NULL) {
        search->context = g_strdup(identifier);
        search->instance = instance != NULL && *instance != '\0' ? g_strdup(instance) : NULL;
    }
    add_context_keys(search, keys, identifier, instance, TRUE);
    add_context_keys(search, keys, identifier, instance, FALSE);
    if (search->found->len == before)
        fail(search, WSSC_KEY_KIND_SCT, "the key of context %s%s%s is not known", identifier,
             instance != NULL && *instance != '\0' ? ", instance " : "",
             instance != NULL && *instance != '\0' ? instance : "");
}

static void resolve_sct(Search *search, xmlNode *sct)
{
    g_autofree char *identifier = child_text(sct, WSSC_NS_FAMILY_WSC, "Identifier");
    g_autofree char *instance = child_text(sct, WSSC_NS_FAMILY_WSC, "Instance");
    if (identifier == NULL)
        fail(search, WSSC_KEY_KIND_SCT, "the security context token has no Identifier");
    else
        resolve_context(search, identifier, instance);
}

/* ---- derived keys ---------------------------------------------------------------------------------------- */

static gint64 read_number(const xmlNode *element)
{
    guint64 value;
    if (element == NULL)
        return WSSC_DERIVE_ABSENT;
    g_autofree char *text = wssc_xml_text_stripped(element);
    return g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT32, &value, NULL) ? (gint64)value
                                                                             : WSSC_DERIVE_MALFORMED;
}

/* A habit that is tried is a guess; P_SHA256 the message itself names, so a misfit counts. */
static gboolean is_guessed(WsscDeviation deviation)
{
    return deviation != WSSC_DEVIATION_NONE && deviation != WSSC_DEVIATION_P_SHA256;
}

static void add_derived(Search *search, const WsscDerivation *derivation, const WsscCandidate *base,
                        WsscDeviation deviation)
{
    g_autofree char *reason = NULL;
    g_autoptr(WsscSecret) key = wssc_derive_key(derivation, wssc_secret_bytes(base->secret), &reason);
    if (key == NULL) {
        fail(search, WSSC_KEY_KIND_DERIVED, "the key cannot be derived: %s", reason != NULL ? reason : "?");
        return;
    }
    WsscCandidate *candidate = add_secret(search, WSSC_KEY_KIND_DERIVED, key, base->origin);
    const char *label = derivation->label != NULL && *derivation->label != '\0' ? derivation->label
                                                                               : WSSC_DERIVE_DEFAULT_LABEL;
    g_autofree char *nonce = wssc_hex_encode(derivation->nonce);
    candidate->context = g_strdup(base->context);
    candidate->instance = g_strdup(base->instance);
    candidate->deviation = deviation != WSSC_DEVIATION_NONE ? deviation : base->deviation;
    candidate->is_guess = base->is_guess || is_guessed(deviation);
    candidate->derivation = g_strdup_printf("P_%s(%s key, label \"%s\" + nonce %s), offset %" G_GINT64_FORMAT
                                            ", generation %" G_GINT64_FORMAT ", length %" G_GINT64_FORMAT,
                                            derivation->hash != NULL ? derivation->hash : "SHA1",
                                            wssc_key_kind_name(base->kind), label, nonce, derivation->offset,
                                            derivation->generation, derivation->length);
}

/* The key of each base as written first, then the habits. written: the habit that the token shows by itself. */
static void derive_from(Search *search, const GPtrArray *bases, const WsscDerivation *derivation,
                        WsscDeviation written)
{
    for (guint i = 0; i < bases->len; i++) {
        const WsscCandidate *base = bases->pdata[i];
        if (base->secret != NULL && !base->is_guess)
            add_derived(search, derivation, base, written);
    }
    for (guint i = 0; i < bases->len; i++) {
        const WsscCandidate *base = bases->pdata[i];
        if (base->secret != NULL && base->is_guess)
            add_derived(search, derivation, base, written);
    }
    for (int d = WSSC_DEVIATION_NONE + 1; d < WSSC_DEVIATION_MAX; d++) {
        WsscDerivation changed;
        if (!wssc_derive_deviate((WsscDeviation)d, derivation, &changed))
            continue;
        for (guint i = 0; i < bases->len; i++) {
            const WsscCandidate *base = bases->pdata[i];
            if (base->secret != NULL)
                add_derived(search, &changed, base, (WsscDeviation)d);
        }
    }
}

static Search sub_search(const Search *search)
{
    return (Search){.work = search->work, .found = g_ptr_array_new_with_free_func(wssc_candidate_free)};
}

static void end_sub_search(Search *search, Search *sub)
{
    if (search->context == NULL) {
        search->context = g_steal_pointer(&sub->context);
        search->instance = g_steal_pointer(&sub->instance);
    }
    if (sub->found->len == 0 && sub->reason != NULL)
        fail(search, WSSC_KEY_KIND_DERIVED, "%s", sub->reason);
    g_ptr_array_unref(sub->found);
    g_free(sub->context);
    g_free(sub->instance);
    g_free(sub->reason);
}

/* A token that names no source: the message's only SCT, else its only EncryptedKey. */
static void imply_source(Search *search, const xmlNode *token)
{
    const xmlNode *header = token->parent;
    const char *const names[] = {"SecurityContextToken", "EncryptedKey"};
    const WsscNsFamily families[] = {WSSC_NS_FAMILY_WSC, WSSC_NS_FAMILY_XENC};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        xmlNode *source = wssc_xml_child(header, families[i], names[i]);
        if (source != NULL) {
            resolve_token_element(search, source);
            return;
        }
    }
    fail(search, WSSC_KEY_KIND_DERIVED, "the derived key token names no source");
}

static void resolve_derived(Search *search, xmlNode *token)
{
    const xmlNode *properties = wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Properties");
    const xmlNode *str = wssc_xml_child(token, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference");
    const xmlNode *nonce = wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Nonce");
    const xmlNode *label = wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Label");
    const xmlNode *generation = wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Generation");

    if (nonce == NULL)
        nonce = wssc_xml_child(token, WSSC_NS_FAMILY_WSSE, "Nonce");
    if (nonce == NULL)
        nonce = wssc_xml_child(properties, WSSC_NS_FAMILY_WSC, "Nonce");
    if (label == NULL)
        label = wssc_xml_child(properties, WSSC_NS_FAMILY_WSC, "Label");
    g_autofree char *algorithm = wssc_xml_attr_value(token, WSSC_NS_FAMILY_NONE, "Algorithm");
    if (algorithm == NULL)
        algorithm = wssc_xml_attr_value(token, WSSC_NS_FAMILY_WSC, "Algorithm");
    g_autofree char *label_text = label != NULL ? wssc_xml_text(label) : NULL;
    g_autofree char *generation_text = generation != NULL ? wssc_xml_text(generation) : NULL;
    g_autoptr(GBytes) octets = nonce != NULL ? wssc_xml_base64(nonce) : g_bytes_new_static("", 0);
    WsscDerivation derivation = {
        .hash = wssc_derive_hash(algorithm),
        .label = label_text,
        .offset = read_number(wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Offset")),
        .generation = read_number(generation),
        .length = read_number(wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Length")),
        .generation_text = generation_text,
    };

    search->kind = WSSC_KEY_KIND_DERIVED;
    if (derivation.hash == NULL || octets == NULL) {
        fail(search, WSSC_KEY_KIND_DERIVED, derivation.hash == NULL
                 ? "the derivation algorithm %s is not known" : "the nonce of the derived key is not base64 (%s)",
             algorithm != NULL ? algorithm : "-");
        return;
    }
    derivation.nonce = wssc_bytes_of(octets);
    if (search->work->depth >= WSSC_MAX_DERIVATION_CHAIN) {
        fail(search, WSSC_KEY_KIND_DERIVED, "derived keys of derived keys, too deep or in a circle");
        return;
    }
    Search sub = sub_search(search);
    search->work->depth++;
    if (str != NULL)
        resolve_reference(&sub, str);
    else
        imply_source(&sub, token);
    search->work->depth--;
    derive_from(search, sub.found, &derivation,
                str == NULL                                 ? WSSC_DEVIATION_SOURCE_IMPLIED
                : strcmp(derivation.hash, "SHA256") == 0 ? WSSC_DEVIATION_P_SHA256
                                                            : WSSC_DEVIATION_NONE);
    end_sub_search(search, &sub);
}

/* WS-SC 1.4 section 7.3: wsc:Nonce on the reference itself. */
static gboolean resolve_implied(Search *search, const xmlNode *str)
{
    g_autofree char *nonce = wssc_xml_attr_value(str, WSSC_NS_FAMILY_WSC, "Nonce");
    g_autofree char *length = wssc_xml_attr_value(str, WSSC_NS_FAMILY_WSC, "Length");
    guint64 octets = WSSC_DERIVE_DEFAULT_LENGTH;
    if (nonce == NULL || search->work->depth >= WSSC_MAX_DERIVATION_CHAIN)
        return FALSE;
    g_autoptr(GBytes) decoded = wssc_base64_decode(nonce, strlen(nonce));
    if (decoded == NULL ||
        (length != NULL && !g_ascii_string_to_unsigned(length, 10, 1, WSSC_MAX_DERIVED_OCTETS, &octets, NULL))) {
        fail(search, WSSC_KEY_KIND_DERIVED, "the implied derived key has no usable nonce or length");
        return TRUE;
    }
    WsscDerivation derivation = {.nonce = wssc_bytes_of(decoded),
                                 .offset = 0,
                                 .generation = WSSC_DERIVE_ABSENT,
                                 .length = (gint64)octets};
    Search sub = sub_search(search);
    xmlNode *plain = xmlCopyNode((xmlNode *)str, 1); /* the same reference without the attribute */
    xmlSetTreeDoc(plain, str->doc);
    plain->parent = str->parent;
    xmlAttr *attr = wssc_xml_attr(plain, WSSC_NS_FAMILY_WSC, "Nonce");
    if (attr != NULL)
        xmlRemoveProp(attr);
    search->kind = WSSC_KEY_KIND_DERIVED;
    search->work->depth++;
    resolve_reference(&sub, plain);
    search->work->depth--;
    plain->parent = NULL;
    xmlFreeNode(plain);
    derive_from(search, sub.found, &derivation, WSSC_DEVIATION_NONE);
    end_sub_search(search, &sub);
    return TRUE;
}

/* ---- certificates ------------------------------------------------------------------------------------------ */

static void add_certificate(Search *search, X509 *certificate, WsscKeyOrigin origin)
{
    WsscCandidate *candidate = g_new0(WsscCandidate, 1);
    candidate->kind = WSSC_KEY_KIND_X509;
    candidate->certificate = certificate;
    candidate->origin = origin;
    X509_up_ref(certificate);
    candidate->pkey = X509_get_pubkey(certificate);
    /* Where we have its private key, that can open what is encrypted for it. */
    const GPtrArray *privates = wssc_keyring_private_keys(search->work->ring);
    for (guint i = 0; candidate->pkey != NULL && i < privates->len; i++) {
        const WsscPrivateKey *known = privates->pdata[i];
        if (EVP_PKEY_eq(known->key, candidate->pkey) == 1) {
            EVP_PKEY_free(candidate->pkey);
            candidate->pkey = known->key;
            candidate->origin = known->origin;
            EVP_PKEY_up_ref(known->key);
            break;
        }
    }
    g_ptr_array_add(search->found, candidate);
}

static WsscKeyOrigin here(const Search *search)
{
    return (WsscKeyOrigin){.source = WSSC_KEY_FROM_CAPTURE,
                           .file = search->work->options->file,
                           .frame = search->work->options->frame};
}

static void resolve_certificate_text(Search *search, const xmlNode *element)
{
    g_autofree char *type = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "ValueType");
    g_autoptr(GBytes) octets = wssc_xml_base64(element);
    X509 *certificate = octets != NULL ? wssc_certificate_read(wssc_bytes_of(octets), type) : NULL;
    search->kind = WSSC_KEY_KIND_X509;
    if (certificate == NULL) {
        fail(search, WSSC_KEY_KIND_X509, "the certificate in the message cannot be read");
        return;
    }
    wssc_keyring_add_certificate(search->work->ring, certificate, NULL, here(search));
    add_certificate(search, certificate, here(search));
    X509_free(certificate);
}

static void resolve_known_certificate(Search *search, WsscCertificateMatch match, const char *value,
                                      const char *more)
{
    const GPtrArray *known = wssc_keyring_certificates(search->work->ring);
    search->kind = WSSC_KEY_KIND_X509;
    for (guint i = 0; i < known->len; i++) {
        const WsscCertificate *entry = known->pdata[i];
        if (wssc_certificate_matches(entry->certificate, match, value, more)) {
            add_certificate(search, entry->certificate, entry->origin);
            return;
        }
    }
    fail(search, WSSC_KEY_KIND_X509, "the certificate that the message names (%s%s%s) is not known", value,
         more != NULL ? ", serial " : "", more != NULL ? more : "");
}

/* Certificates that are renewed keep their subject, so none of that name is surely the one that is meant. */
static guint add_subject(Search *search, const char *name)
{
    const GPtrArray *known = wssc_keyring_certificates(search->work->ring);
    guint before = search->found->len;
    for (guint i = 0; i < known->len && search->found->len < before + MAX_OF_SUBJECT; i++) {
        const WsscCertificate *entry = known->pdata[i];
        if (!wssc_certificate_matches(entry->certificate, WSSC_CERTIFICATE_SUBJECT, name, NULL))
            continue;
        add_certificate(search, entry->certificate, entry->origin);
        ((WsscCandidate *)search->found->pdata[search->found->len - 1])->is_guess = TRUE;
        search->kind = WSSC_KEY_KIND_X509;
    }
    return search->found->len - before;
}

/* XML Signature section 4.5.4: all that stands there belongs to one key, or to the chain of its certificate. */
static void resolve_x509_data(Search *search, const xmlNode *data)
{
    const xmlNode *pair = wssc_xml_child(data, WSSC_NS_FAMILY_DS, "X509IssuerSerial");
    const xmlNode *ski = wssc_xml_child(data, WSSC_NS_FAMILY_DS, "X509SKI");
    const xmlNode *subject = wssc_xml_child(data, WSSC_NS_FAMILY_DS, "X509SubjectName");
    guint count = 0;
    for (const xmlNode *c = wssc_xml_first(data); c != NULL; c = wssc_xml_next(c))
        if (wssc_xml_is(c, WSSC_NS_FAMILY_DS, "X509Certificate") && count++ < MAX_OF_SUBJECT)
            resolve_certificate_text(search, c);
    if (count > 0)
        return;
    if (pair != NULL) {
        g_autofree char *issuer = child_text(pair, WSSC_NS_FAMILY_DS, "X509IssuerName");
        g_autofree char *serial = child_text(pair, WSSC_NS_FAMILY_DS, "X509SerialNumber");
        resolve_known_certificate(search, WSSC_CERTIFICATE_ISSUER_SERIAL, issuer != NULL ? issuer : "",
                                  serial != NULL ? serial : "");
    } else if (ski != NULL) {
        g_autofree char *value = wssc_xml_text_stripped(ski);
        resolve_known_certificate(search, WSSC_CERTIFICATE_SKI, value, NULL);
    } else if (subject != NULL) {
        g_autofree char *value = wssc_xml_text_stripped(subject);
        if (add_subject(search, value) == 0)
            fail(search, WSSC_KEY_KIND_X509, "the certificate that the message names (%s) is not known", value);
    } else {
        fail(search, WSSC_KEY_KIND_X509, "X509Data names no certificate: not by itself, issuer and serial, key "
                                         "identifier or subject");
    }
}

static void resolve_key_value(Search *search, const xmlNode *value)
{
    EVP_PKEY *key = wssc_certificate_key_value(value);
    search->kind = WSSC_KEY_KIND_UNKNOWN;
    if (key == NULL) {
        fail(search, WSSC_KEY_KIND_UNKNOWN, "the key value in the message cannot be read");
        return;
    }
    WsscCandidate *candidate = g_new0(WsscCandidate, 1);
    candidate->kind = WSSC_KEY_KIND_UNKNOWN;
    candidate->pkey = key;
    candidate->origin = here(search);
    g_ptr_array_add(search->found, candidate);
}

/* ---- other tokens --------------------------------------------------------------------------------------------- */

static void add_ring_keys(Search *search, const GPtrArray *keys, WsscKeyKind kind, const char *what,
                          const char *value)
{
    search->kind = kind;
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        add_secret(search, kind, key->secret, key->origin);
    }
    if (keys == NULL || keys->len == 0)
        fail(search, kind, "the key of %s %s is not known", what, value);
}

static void resolve_encrypted_key(Search *search, xmlNode *element)
{
    const GPtrArray *opened = wssc_open_encrypted_key(search->work, element);
    search->kind = WSSC_KEY_KIND_ENCRYPTED_KEY;
    for (guint i = 0; i < opened->len; i++) {
        const WsscCandidate *key = opened->pdata[i];
        WsscCandidate *copy = add_secret(search, WSSC_KEY_KIND_ENCRYPTED_KEY, key->secret, key->origin);
        copy->is_guess = key->is_guess;
    }
    if (opened->len == 0)
        fail(search, WSSC_KEY_KIND_ENCRYPTED_KEY, "the EncryptedKey cannot be opened: no key for it");
}

/* UsernameToken profile 1.1 section 4: with a Salt the token's key comes from the password. */
static void resolve_username(Search *search, const xmlNode *token)
{
    const xmlNode *salt = wssc_xml_child(token, WSSC_NS_FAMILY_WSSE11, "Salt");
    g_autofree char *user = child_text(token, WSSC_NS_FAMILY_WSSE, "Username");
    g_autofree char *password = child_text(token, WSSC_NS_FAMILY_WSSE, "Password");
    gint64 iterations = read_number(wssc_xml_child(token, WSSC_NS_FAMILY_WSSE11, "Iteration"));
    const GPtrArray *known = user != NULL ? wssc_keyring_passwords(search->work->ring, user) : NULL;
    g_autoptr(GBytes) octets = salt != NULL ? wssc_xml_base64(salt) : NULL;

    search->kind = WSSC_KEY_KIND_USERNAME;
    if (octets == NULL) {
        fail(search, WSSC_KEY_KIND_USERNAME, "the UsernameToken has no salt to derive a key with");
        return;
    }
    for (guint i = 0; known != NULL && i < known->len; i++) {
        const WsscKey *key = known->pdata[i];
        g_autoptr(WsscSecret) derived =
            wssc_derive_username(wssc_secret_bytes(key->secret), wssc_bytes_of(octets), iterations);
        if (derived != NULL)
            add_secret(search, WSSC_KEY_KIND_USERNAME, derived, key->origin);
    }
    if (password != NULL) {
        g_autoptr(WsscSecret) derived =
            wssc_derive_username(wssc_bytes(password, strlen(password)), wssc_bytes_of(octets), iterations);
        if (derived != NULL)
            add_secret(search, WSSC_KEY_KIND_USERNAME, derived, here(search));
    }
    if (search->found->len == 0)
        fail(search, WSSC_KEY_KIND_USERNAME, "the password of user %s is not known", user != NULL ? user : "?");
}

/* The first element of that name anywhere below. */
static xmlNode *find_below(xmlNode *root, WsscNsFamily family, const char *name)
{
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n))
        if (wssc_xml_is(n, family, name))
            return n;
    return NULL;
}

/* SAML token profile 1.1: holder-of-key's KeyInfo in SubjectConfirmation. */
static void resolve_assertion(Search *search, xmlNode *assertion)
{
    xmlNode *confirmation = find_below(assertion, WSSC_NS_FAMILY_SAML, "SubjectConfirmation");
    xmlNode *key_info = confirmation != NULL ? find_below(confirmation, WSSC_NS_FAMILY_DS, "KeyInfo") : NULL;
    xmlAttr *id = wssc_xml_id_attr(assertion);
    g_autofree char *name = id != NULL && id->children != NULL
                                ? g_strdup((const char *)id->children->content) : g_strdup("");

    if (key_info != NULL && search->work->depth < WSSC_MAX_DERIVATION_CHAIN) {
        xmlNode *binary = find_below(key_info, WSSC_NS_FAMILY_WST, "BinarySecret");
        g_autoptr(GBytes) octets = binary != NULL ? wssc_xml_base64(binary) : NULL;
        if (octets != NULL) {
            WsscBytes bytes = wssc_bytes_of(octets);
            g_autoptr(WsscSecret) secret = wssc_secret_new(bytes.data, bytes.len);
            add_secret(search, WSSC_KEY_KIND_SAML, secret, here(search));
        } else {
            char *context = NULL, *instance = NULL, *reason = NULL;
            search->work->depth++;
            g_autoptr(GPtrArray) keys =
                wssc_resolve_key_info(search->work, key_info, &search->kind, &context, &instance, &reason);
            search->work->depth--;
            g_ptr_array_set_free_func(keys, NULL);
            for (guint i = 0; i < keys->len; i++) {
                ((WsscCandidate *)keys->pdata[i])->kind = WSSC_KEY_KIND_SAML;
                g_ptr_array_add(search->found, keys->pdata[i]);
            }
            g_free(context);
            g_free(instance);
            g_free(reason);
        }
    }
    search->kind = WSSC_KEY_KIND_SAML;
    if (search->found->len == 0)
        add_ring_keys(search, wssc_keyring_token(search->work->ring, name), WSSC_KEY_KIND_SAML, "assertion", name);
}

static const struct {
    WsscNsFamily family;
    const char *name;
    void (*resolve)(Search *search, xmlNode *token);
} tokens[] = {
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", resolve_sct},
    {WSSC_NS_FAMILY_WSC, "DerivedKeyToken", resolve_derived},
    {WSSC_NS_FAMILY_XENC, "EncryptedKey", resolve_encrypted_key},
    {WSSC_NS_FAMILY_SAML, "Assertion", resolve_assertion},
};

static void resolve_token_element(Search *search, xmlNode *token)
{
    for (guint i = 0; i < G_N_ELEMENTS(tokens); i++) {
        if (wssc_xml_is(token, tokens[i].family, tokens[i].name)) {
            tokens[i].resolve(search, token);
            return;
        }
    }
    if (wssc_xml_is(token, WSSC_NS_FAMILY_WSSE, "UsernameToken")) {
        resolve_username(search, token);
    } else if (wssc_xml_is(token, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference")) {
        if (search->work->depth < WSSC_MAX_DERIVATION_CHAIN) {
            search->work->depth++;
            resolve_reference(search, token);
            search->work->depth--;
        }
    } else if (wssc_xml_is(token, WSSC_NS_FAMILY_WSSE, "BinarySecurityToken")) {
        g_autofree char *type = wssc_xml_attr_value(token, WSSC_NS_FAMILY_NONE, "ValueType");
        if (type != NULL && strstr(type, "erberos") != NULL) {
            g_autoptr(GBytes) octets = wssc_xml_base64(token);
            g_autofree char *sha1 = octets != NULL ? wssc_derive_sha1_base64(wssc_bytes_of(octets)) : g_strdup("?");
            add_ring_keys(search, wssc_keyring_token(search->work->ring, sha1), WSSC_KEY_KIND_KERBEROS,
                          "the Kerberos ticket", sha1);
        } else {
            resolve_certificate_text(search, token);
        }
    } else {
        fail(search, WSSC_KEY_KIND_UNKNOWN, "a token of kind %s is not supported", (const char *)token->name);
    }
}

/* ---- wsse:SecurityTokenReference ------------------------------------------------------------------------- */

static xmlNode *find_id(const WsscWork *work, const char *id)
{
    for (guint i = work->stages->len; i > 0; i--) {
        const WsscStage *stage = work->stages->pdata[i - 1];
        xmlNode *found = wssc_ids_find(stage->ids, id, NULL);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static void resolve_uri(Search *search, const xmlNode *reference)
{
    g_autofree char *uri = wssc_xml_attr_value(reference, WSSC_NS_FAMILY_NONE, "URI");
    g_autofree char *type = wssc_xml_attr_value(reference, WSSC_NS_FAMILY_NONE, "ValueType");
    g_autofree char *instance = wssc_xml_attr_value(reference, WSSC_NS_FAMILY_WSC, "Instance");

    if (uri == NULL || *uri == '\0') {
        fail(search, WSSC_KEY_KIND_UNKNOWN, "a reference without URI");
    } else if (uri[0] == '#') {
        xmlNode *token = find_id(search->work, uri + 1);
        if (token != NULL)
            resolve_token_element(search, token);
        else
            fail(search, WSSC_KEY_KIND_UNKNOWN, "the token %s is not in the message", uri);
    } else if (type != NULL && g_str_has_suffix(type, "#EncryptedKey")) {
        add_ring_keys(search, wssc_keyring_encrypted_key(search->work->ring, uri), WSSC_KEY_KIND_ENCRYPTED_KEY,
                      "EncryptedKey", uri);
    } else if (type == NULL || g_str_has_suffix(type, "/sct")) {
        resolve_context(search, uri, instance);
    } else {
        add_ring_keys(search, wssc_keyring_token(search->work->ring, uri), WSSC_KEY_KIND_UNKNOWN, "token", uri);
    }
}

static void resolve_key_identifier(Search *search, const xmlNode *identifier)
{
    g_autofree char *type = wssc_xml_attr_value(identifier, WSSC_NS_FAMILY_NONE, "ValueType");
    g_autofree char *value = wssc_xml_text_stripped(identifier);
    const char *kind = type != NULL && strrchr(type, '#') != NULL ? strrchr(type, '#') + 1 : "";

    if (strcmp(kind, "EncryptedKeySHA1") == 0) {
        add_ring_keys(search, wssc_keyring_encrypted_key(search->work->ring, value),
                      WSSC_KEY_KIND_ENCRYPTED_KEY, "EncryptedKey", value);
    } else if (strcmp(kind, "ThumbprintSHA1") == 0) {
        resolve_known_certificate(search, WSSC_CERTIFICATE_THUMBPRINT, value, NULL);
    } else if (strcmp(kind, "X509SubjectKeyIdentifier") == 0) {
        resolve_known_certificate(search, WSSC_CERTIFICATE_SKI, value, NULL);
    } else if (strcmp(kind, "X509v3") == 0) {
        resolve_certificate_text(search, identifier);
    } else if (g_str_has_prefix(kind, "SAML")) {
        xmlNode *assertion = find_id(search->work, value);
        if (assertion != NULL && wssc_xml_is(assertion, WSSC_NS_FAMILY_SAML, "Assertion"))
            resolve_assertion(search, assertion);
        else
            add_ring_keys(search, wssc_keyring_token(search->work->ring, value), WSSC_KEY_KIND_SAML, "assertion",
                          value);
    } else if (g_str_has_prefix(kind, "Kerberos")) {
        add_ring_keys(search, wssc_keyring_token(search->work->ring, value), WSSC_KEY_KIND_KERBEROS,
                      "the Kerberos ticket", value);
    } else {
        fail(search, WSSC_KEY_KIND_UNKNOWN, "a key identifier of type %s is not supported",
             type != NULL ? type : "(none)");
    }
}

static void resolve_key_name(Search *search, const xmlNode *name)
{
    g_autofree char *value = wssc_xml_text_stripped(name);
    const GPtrArray *keys = wssc_keyring_key_name(search->work->ring, value);
    /* A name may be a certificate's subject as well: XML Signature section 4.5.1 leaves open what it names. */
    if (keys != NULL || add_subject(search, value) == 0)
        add_ring_keys(search, keys, WSSC_KEY_KIND_UNKNOWN, "KeyName", value);
}

static void resolve_embedded(Search *search, const xmlNode *embedded)
{
    xmlNode *token = wssc_xml_first(embedded);
    if (token != NULL)
        resolve_token_element(search, token);
    else
        fail(search, WSSC_KEY_KIND_UNKNOWN, "an empty wsse:Embedded");
}

/* A file outside of the message is never fetched; the user may have given the one of that name. */
static void resolve_external(Search *search, const char *uri)
{
    const GPtrArray *known = wssc_keyring_certificates(search->work->ring);
    g_autofree char *tail = g_strconcat("/", uri, NULL);
    search->kind = WSSC_KEY_KIND_X509;
    for (guint i = 0; *uri != '\0' && i < known->len; i++) {
        const WsscCertificate *entry = known->pdata[i];
        if (entry->path != NULL && (strcmp(entry->path, uri) == 0 || g_str_has_suffix(entry->path, tail))) {
            add_certificate(search, entry->certificate, entry->origin);
            return;
        }
    }
    fail(search, WSSC_KEY_KIND_X509, "the RetrievalMethod %s points out of the message: never followed", uri);
}

/* What the transforms would have picked is not known: what stands there may be meant, a fit shows it. */
static void resolve_untransformed(Search *search, xmlNode *target, const char *uri, const xmlNode *transforms)
{
    const xmlNode *first = wssc_xml_child(transforms, WSSC_NS_FAMILY_DS, "Transform");
    g_autofree char *name = first != NULL ? wssc_xml_attr_value(first, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    const WsscAlgorithm *algorithm = wssc_algorithm_find(name);
    guint before = search->found->len;
    xmlNode *data = find_below(target, WSSC_NS_FAMILY_DS, "X509Data");
    if (data != NULL)
        resolve_x509_data(search, data);
    for (guint i = before; i < search->found->len; i++)
        ((WsscCandidate *)search->found->pdata[i])->is_guess = TRUE;
    fail(search, WSSC_KEY_KIND_UNKNOWN, "RetrievalMethod %s: transform %s is never run", uri,
         algorithm != NULL && *algorithm->name != '\0' ? algorithm->name : name != NULL ? name : "without algorithm");
}

/* XML Signature section 4.5.3. */
static void resolve_retrieval(Search *search, const xmlNode *method)
{
    g_autofree char *uri = wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "URI");
    const xmlNode *transforms = wssc_xml_child(method, WSSC_NS_FAMILY_DS, "Transforms");
    gboolean keeps_comments;
    if (uri == NULL || *uri != '#') {
        resolve_external(search, uri != NULL ? uri : "");
        return;
    }
    g_autofree char *id = wssc_reference_id(uri, &keeps_comments);
    xmlNode *target = id != NULL ? find_id(search->work, id) : NULL;
    if (target == NULL)
        fail(search, WSSC_KEY_KIND_UNKNOWN, "what RetrievalMethod %s names is not in the message", uri);
    else if (transforms != NULL)
        resolve_untransformed(search, target, uri, transforms);
    else if (wssc_xml_is(target, WSSC_NS_FAMILY_DS, "X509Data"))
        resolve_x509_data(search, target);
    else if (wssc_xml_is(target, WSSC_NS_FAMILY_DS, "KeyValue"))
        resolve_key_value(search, target);
    else
        resolve_token_element(search, target);
}

static void resolve_inline(Search *search, const xmlNode *element)
{
    resolve_token_element(search, (xmlNode *)element);
}

static void resolve_reference_checked(Search *search, const xmlNode *str)
{
    if (search->work->depth >= WSSC_MAX_DERIVATION_CHAIN)
        return;
    search->work->depth++;
    resolve_reference(search, str);
    search->work->depth--;
}

static const struct {
    WsscNsFamily family;
    const char *name;
    void (*resolve)(Search *search, const xmlNode *element);
} forms[] = {
    {WSSC_NS_FAMILY_WSSE, "SecurityTokenReference", resolve_reference_checked},
    {WSSC_NS_FAMILY_WSSE, "Reference", resolve_uri},
    {WSSC_NS_FAMILY_WSSE, "KeyIdentifier", resolve_key_identifier},
    {WSSC_NS_FAMILY_WSSE, "Embedded", resolve_embedded},
    {WSSC_NS_FAMILY_DS, "X509Data", resolve_x509_data},
    {WSSC_NS_FAMILY_DS, "KeyName", resolve_key_name},
    {WSSC_NS_FAMILY_DS, "KeyValue", resolve_key_value},
    {WSSC_NS_FAMILY_DS, "RetrievalMethod", resolve_retrieval},
    {WSSC_NS_FAMILY_XENC, "EncryptedKey", resolve_inline},
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", resolve_inline},
    {WSSC_NS_FAMILY_SAML, "Assertion", resolve_inline},
};

/* Something was found that is surely meant. */
static gboolean is_settled(const Search *search)
{
    for (guint i = 0; i < search->found->len; i++)
        if (!((const WsscCandidate *)search->found->pdata[i])->is_guess)
            return TRUE;
    return FALSE;
}

static void resolve_forms(Search *search, const xmlNode *parent)
{
    for (const xmlNode *child = wssc_xml_first(parent); child != NULL; child = wssc_xml_next(child)) {
        for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
            if (wssc_xml_is(child, forms[i].family, forms[i].name))
                forms[i].resolve(search, child);
        if (is_settled(search))
            return;
    }
    if (search->found->len == 0)
        fail(search, WSSC_KEY_KIND_UNKNOWN, "nothing in the KeyInfo says which key");
}

static void resolve_reference(Search *search, const xmlNode *str)
{
    if (!resolve_implied(search, str))
        resolve_forms(search, str);
}

GPtrArray *wssc_resolve_key_info(WsscWork *work, const xmlNode *key_info, WsscKeyKind *ret_kind,
                                 char **ret_context, char **ret_instance, char **ret_reason)
{
    Search search = {.work = work, .found = g_ptr_array_new_with_free_func(wssc_candidate_free)};
    if (key_info != NULL)
        resolve_forms(&search, key_info);
    else
        fail(&search, WSSC_KEY_KIND_UNKNOWN, "there is no KeyInfo");
    *ret_kind = search.kind;
    *ret_context = search.context;
    *ret_instance = search.instance;
    *ret_reason = search.reason;
    return search.found;
}

/* XML Signature section 4.5: the receiver is expected to know the key from the context. */
GPtrArray *wssc_resolve_unnamed(WsscWork *work)
{
    Search search = {.work = work, .found = g_ptr_array_new_with_free_func(wssc_candidate_free)};
    g_autoptr(GPtrArray) keys = wssc_keyring_named(work->ring);
    const GPtrArray *certificates = wssc_keyring_certificates(work->ring);

    for (guint i = 0; i < keys->len && search.found->len < MAX_UNNAMED; i++) {
        const WsscKey *key = keys->pdata[i];
        add_secret(&search, WSSC_KEY_KIND_UNKNOWN, key->secret, key->origin);
    }
    for (guint i = 0; i < certificates->len && search.found->len < MAX_UNNAMED; i++) {
        const WsscCertificate *entry = certificates->pdata[i];
        if (entry->origin.source == WSSC_KEY_FROM_KEYFILE)
            add_certificate(&search, entry->certificate, entry->origin);
    }
    for (guint i = 0; i < search.found->len; i++)
        ((WsscCandidate *)search.found->pdata[i])->is_guess = TRUE;
    return search.found;
}

xmlNode *wssc_resolve_token(const WsscStage *stage, const xmlNode *str)
{
    const xmlNode *reference = wssc_xml_child(str, WSSC_NS_FAMILY_WSSE, "Reference");
    const xmlNode *identifier = wssc_xml_child(str, WSSC_NS_FAMILY_WSSE, "KeyIdentifier");
    const xmlNode *embedded = wssc_xml_child(str, WSSC_NS_FAMILY_WSSE, "Embedded");
    g_autofree char *id = NULL;
    if (embedded != NULL)
        return wssc_xml_first(embedded);
    if (reference != NULL)
        id = wssc_xml_attr_value(reference, WSSC_NS_FAMILY_NONE, "URI");
    else if (identifier != NULL)
        id = wssc_xml_text_stripped(identifier);
    if (id == NULL)
        return NULL;
    return wssc_ids_find(stage->ids, id[0] == '#' ? id + 1 : id, NULL);
}
