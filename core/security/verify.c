/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * XML Signature: each reference's digest, then the value over SignedInfo (XML Signature section 3.2).
 */
#include <openssl/crypto.h>
#include <openssl/dsa.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/crypto.h"
#include "security/algorithms.h"
#include "security/c14n.h"
#include "security/certificate.h"
#include "security/hypothesis.h"
#include "security/str_transform.h"
#include "security/work.h"

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

/* ---- transforms ------------------------------------------------------------------------------------------ */

typedef struct {
    WsscC14n c14n;
    gboolean has_c14n, is_enveloped, is_str, keeps_comments;
    char *unsupported;
} Transforms;

static void transforms_clear(Transforms *transforms)
{
    wssc_c14n_clear(&transforms->c14n);
    g_free(transforms->unsupported);
}

static void read_str_transform(const xmlNode *transform, Transforms *out)
{
    const xmlNode *parameters = wssc_xml_child(transform, WSSC_NS_FAMILY_WSSE, "TransformationParameters");
    const xmlNode *method = wssc_xml_child(parameters, WSSC_NS_FAMILY_DS, "CanonicalizationMethod");
    g_autofree char *uri = method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    const WsscAlgorithm *algorithm = wssc_algorithm_find(uri);
    out->is_str = TRUE;
    if (algorithm == NULL || algorithm->kind != WSSC_ALGORITHM_C14N) {
        out->unsupported = g_strdup("STR-Transform without a canonicalization that is known");
        return;
    }
    wssc_c14n_clear(&out->c14n);
    out->c14n = wssc_c14n_read(algorithm, method);
    out->has_c14n = TRUE;
}

static void read_transform(const xmlNode *transform, Transforms *out, GPtrArray *uris)
{
    char *uri = wssc_xml_attr_value(transform, WSSC_NS_FAMILY_NONE, "Algorithm");
    const WsscAlgorithm *algorithm = wssc_algorithm_find(uri);
    g_ptr_array_add(uris, uri != NULL ? uri : g_strdup(""));
    if (out->unsupported != NULL)
        return;
    if (algorithm == NULL)
        out->unsupported = g_strdup_printf("transform %s is not known", uri != NULL ? uri : "without algorithm");
    else if (algorithm->kind == WSSC_ALGORITHM_REFUSED)
        out->unsupported = g_strdup_printf("transform %s is never run", algorithm->name);
    else if (algorithm->kind == WSSC_ALGORITHM_ENVELOPED && !out->has_c14n)
        out->is_enveloped = TRUE;
    else if (algorithm->kind == WSSC_ALGORITHM_STR && !out->has_c14n)
        read_str_transform(transform, out);
    else if (algorithm->kind == WSSC_ALGORITHM_C14N && !out->has_c14n) {
        out->c14n = wssc_c14n_read(algorithm, transform);
        out->has_c14n = TRUE;
    } else
        out->unsupported = g_strdup_printf("transform %s in this place", uri);
}

static Transforms read_transforms(const xmlNode *reference, GPtrArray *uris)
{
    const xmlNode *list = wssc_xml_child(reference, WSSC_NS_FAMILY_DS, "Transforms");
    Transforms transforms = {.c14n = {.flags = WSSC_C14N_INCLUSIVE}};
    guint count = 0;
    for (const xmlNode *t = wssc_xml_first(list); t != NULL; t = wssc_xml_next(t)) {
        if (++count > WSSC_MAX_TRANSFORMS) {
            g_free(transforms.unsupported);
            transforms.unsupported = g_strdup("too many transforms");
            break;
        }
        if (wssc_xml_is(t, WSSC_NS_FAMILY_DS, "Transform"))
            read_transform(t, &transforms, uris);
    }
    return transforms;
}

/* ---- references ------------------------------------------------------------------------------------------- */

typedef struct {
    WsscWork *work;
    WsscSignature *signature;
    xmlNode *element; /* ds:Signature */
    gboolean is_value_fit; /* SignedInfo is what the key's owner signed */
} Check;

static void set_digest(WsscSignedReference *reference, WsscDigest digest, char *reason)
{
    reference->digest = digest;
    g_free(reference->reason);
    reference->reason = reason;
}

/* The id in a same-document URI: "#id", or one of the two XPointers that XML Signature section 4.3.3.3 asks
 * for. "" is the whole document; NULL for anything else. Those XPointers keep comments. Caller frees. */
static char *id_of_uri(const char *uri, gboolean *ret_keeps_comments)
{
    static const char root[] = "#xpointer(/)", by_id[] = "#xpointer(id(";
    gsize len = strlen(uri);
    *ret_keeps_comments = g_str_has_prefix(uri, "#xpointer(");
    if (*uri == '\0' || strcmp(uri, root) == 0)
        return g_strdup("");
    if (!*ret_keeps_comments)
        return *uri == '#' ? g_strdup(uri + 1) : NULL;
    gsize start = sizeof by_id; /* past the quote */
    if (g_str_has_prefix(uri, by_id) && len > start + 3 && strcmp(uri + len - 2, "))") == 0 &&
        (uri[start - 1] == '\'' || uri[start - 1] == '"') && uri[len - 3] == uri[start - 1])
        return g_strndup(uri + start, len - 3 - start);
    return NULL;
}

/* Element of a same-document reference in one tree; NULL for the whole document or when not there. */
static gboolean find_target(const WsscStage *stage, const char *id, xmlNode **ret_target, guint *ret_count)
{
    *ret_target = NULL;
    *ret_count = 1;
    if (*id == '\0')
        return TRUE;
    *ret_target = wssc_ids_find(stage->ids, id, ret_count);
    return *ret_target != NULL;
}

/* Canonical octets of a target, or of the token behind it (STR-Transform, WSS 1.1 section 8.3). */
static gboolean canonical_octets(Check *check, const WsscStage *stage, xmlNode *target, const Transforms *transforms,
                                 EVP_MD_CTX *digest, GByteArray *octets)
{
    WsscC14n c14n = transforms->c14n;
    xmlNode *hidden = NULL;
    /* A same-document reference drops comments, whatever the method says (XML Signature section 4.3.3.3). */
    if (!transforms->keeps_comments)
        c14n.flags &= ~(guint)WSSC_C14N_COMMENTS;
    if (transforms->is_enveloped)
        for (xmlNode *n = check->element; n != NULL && hidden == NULL; n = n->parent)
            hidden = n == target || (target == NULL && n->type == XML_DOCUMENT_NODE) ? check->element : NULL;
    return wssc_c14n_write(&c14n, stage->doc, target, hidden, digest, octets);
}

static gboolean digest_octets(Check *check, const char *digest, const GByteArray *octets, guint8 *ret_value)
{
    unsigned int len = 0;
    EVP_MD_CTX *context = wssc_crypto_digest_start(check->work->crypto, digest);
    return context != NULL && EVP_DigestUpdate(context, octets->data, octets->len) == 1 &&
           EVP_DigestFinal_ex(context, ret_value, &len) == 1;
}

static gboolean digest_of(Check *check, const WsscStage *stage, xmlNode *target, const Transforms *transforms,
                          const char *digest, guint8 *ret_value, GByteArray *octets)
{
    unsigned int len = 0;
    if (octets != NULL) /* an explanation shows them */
        return canonical_octets(check, stage, target, transforms, NULL, octets) &&
               digest_octets(check, digest, octets, ret_value);
    EVP_MD_CTX *context = wssc_crypto_digest_start(check->work->crypto, digest);
    return context != NULL && canonical_octets(check, stage, target, transforms, context, NULL) &&
           EVP_DigestFinal_ex(context, ret_value, &len) == 1;
}

static void name_target(WsscSignedReference *reference, const xmlNode *target)
{
    const WsscSpan *span = wssc_xml_span(target);
    g_free(reference->element);
    g_free(reference->element_ns);
    reference->element = g_strdup((const char *)target->name);
    reference->element_ns = target->ns != NULL ? g_strdup((const char *)target->ns->href) : NULL;
    if (span != NULL)
        reference->target_span = *span;
}

static gboolean has_encrypted(xmlNode *root)
{
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n))
        if (wssc_xml_is(n, WSSC_NS_FAMILY_XENC, "EncryptedData"))
            return TRUE;
    return FALSE;
}

/* Text whose digest .NET's writer makes over other characters than a reader of the binary form sees. */
static gboolean has_writer_text(const WsscXml *xml, const xmlNode *root)
{
    if (!xml->has_float && !xml->has_local_time)
        return FALSE;
    for (const xmlNode *n = root != NULL ? root->children : xml->doc->children; n != NULL; n = n->next) {
        const WsscSpan *span = wssc_xml_span(n);
        if (span != NULL && (span->flags & (WSSC_SPAN_FLOAT | WSSC_SPAN_LOCAL_TIME)) != 0)
            return TRUE;
        if (n->type != XML_ELEMENT_NODE)
            continue;
        for (const xmlAttr *a = n->properties; a != NULL; a = a->next)
            if (wssc_xml_span(a) != NULL &&
                (wssc_xml_span(a)->flags & (WSSC_SPAN_FLOAT | WSSC_SPAN_LOCAL_TIME)) != 0)
                return TRUE;
        if (has_writer_text(xml, n))
            return TRUE;
    }
    return FALSE;
}

static void explain_reference(Check *check, const WsscSignedReference *reference, const GByteArray *octets,
                              const guint8 *value, const WsscAlgorithm *digest, const GBytes *expected)
{
    g_autofree char *title = g_strdup_printf("Reference %s: canonical octets of %s",
                                             reference->uri != NULL ? reference->uri : "",
                                             reference->element != NULL ? reference->element : "the document");
    g_autofree char *seen = wssc_base64_encode(wssc_bytes(value, digest->octets));
    WsscBytes bytes = wssc_bytes_of((GBytes *)expected);
    g_autofree char *wanted = wssc_base64_encode(bytes);
    wssc_explain_octets(check->signature, title, octets);
    wssc_explain(check->signature, "Its digest", "%s over %u octets\ncomputed %s\nexpected %s", digest->name,
                 octets->len, seen, wanted);
}

/* The digest in the newest tree first, then in those before: encryption may have come after or before. */
static void try_stages(Check *check, WsscSignedReference *reference, const char *id, const Transforms *transforms,
                       const WsscAlgorithm *digest, GBytes *expected)
{
    const GPtrArray *stages = check->work->stages;
    WsscBytes wanted = wssc_bytes_of(expected);
    gboolean is_found = FALSE, is_closed = FALSE, has_odd_text = FALSE, is_token_known = TRUE;

    for (guint i = stages->len; i > 0; i--) {
        const WsscStage *stage = stages->pdata[i - 1];
        guint8 value[EVP_MAX_MD_SIZE];
        xmlNode *target;
        guint count;
        g_autoptr(GByteArray) octets = check->signature->steps != NULL ? g_byte_array_new() : NULL;
        if (!find_target(stage, id, &target, &count))
            continue;
        if (target != NULL)
            name_target(reference, target);
        if (count > 1) {
            set_digest(reference, WSSC_DIGEST_UNRESOLVED,
                       g_strdup_printf("%u elements have the id %s", count, id));
            return;
        }
        is_found = TRUE;
        if (transforms->is_str && wssc_xml_is(target, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference")) {
            if (wssc_str_digest_fits(check->work, stage, target, &transforms->c14n, digest, wanted)) {
                set_digest(reference, WSSC_DIGEST_OK, NULL);
                return;
            }
            set_digest(reference, WSSC_DIGEST_MISMATCH, NULL);
            is_token_known &= wssc_str_has_token(check->work, stage, target);
            continue;
        }
        if (!digest_of(check, stage, target, transforms, digest->name, value, octets)) {
            set_digest(reference, WSSC_DIGEST_UNSUPPORTED,
                       g_strdup("libxml2 has no canonical form for it"));
            continue;
        }
        gboolean is_same = wanted.len == digest->octets && CRYPTO_memcmp(value, wanted.data, wanted.len) == 0;
        if (octets != NULL && (is_same || i == stages->len))
            explain_reference(check, reference, octets, value, digest, expected);
        if (is_same) {
            set_digest(reference, WSSC_DIGEST_OK, NULL);
            return;
        }
        is_closed |= has_encrypted(target != NULL ? target : xmlDocGetRootElement(stage->doc));
        has_odd_text |= has_writer_text(check->work->xml, target);
        if (reference->digest != WSSC_DIGEST_UNSUPPORTED)
            set_digest(reference, WSSC_DIGEST_MISMATCH, NULL);
    }
    if (!is_found) {
        is_closed = has_encrypted(xmlDocGetRootElement(wssc_work_current(check->work)->doc));
        set_digest(reference, WSSC_DIGEST_UNRESOLVED,
                   is_closed ? g_strdup("it may stand inside content that is still encrypted")
                             : g_strdup("nothing in the message has that id"));
    } else if (!is_token_known) {
        set_digest(reference, WSSC_DIGEST_UNCHECKED,
                   g_strdup("the token behind the reference is neither in the message nor known"));
    } else if (reference->digest == WSSC_DIGEST_MISMATCH && is_closed) {
        set_digest(reference, WSSC_DIGEST_UNCHECKED, g_strdup("what it covers is still encrypted"));
    } else if (reference->digest == WSSC_DIGEST_MISMATCH && has_odd_text) {
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED,
                   g_strdup("it covers floating point or local time values, whose text the .NET writer signs in "
                            "another form than the wire carries"));
    }
}

static void check_reference(Check *check, const xmlNode *element)
{
    WsscSignedReference *reference = g_new0(WsscSignedReference, 1);
    const xmlNode *method = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "DigestMethod");
    const xmlNode *value = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "DigestValue");
    const WsscSpan *span = wssc_xml_span(element);

    g_ptr_array_add(check->signature->references, reference);
    reference->uri = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "URI");
    reference->digest_algorithm =
        method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    reference->transforms = g_ptr_array_new_with_free_func(g_free);
    if (span != NULL)
        reference->span = *span;
    Transforms transforms = read_transforms(element, reference->transforms);
    const WsscAlgorithm *digest = wssc_algorithm_find(reference->digest_algorithm);
    g_autoptr(GBytes) expected = value != NULL ? wssc_xml_base64(value) : NULL;
    g_autofree char *id = NULL;

    if (transforms.unsupported != NULL)
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED, g_strdup(transforms.unsupported));
    else if (digest == NULL || digest->kind != WSSC_ALGORITHM_DIGEST ||
             wssc_crypto_digest(check->work->crypto, digest->name) == NULL)
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED,
                   g_strdup_printf("digest algorithm %s", reference->digest_algorithm != NULL
                                                              ? reference->digest_algorithm : "missing"));
    else if (reference->uri == NULL)
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED, g_strdup("a reference without URI"));
    else if (*reference->uri != '\0' && *reference->uri != '#')
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED, g_strdup("it points out of the message"));
    else if ((id = id_of_uri(reference->uri, &transforms.keeps_comments)) == NULL)
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED, g_strdup("this XPointer is never run"));
    else if (expected == NULL)
        set_digest(reference, WSSC_DIGEST_MISMATCH, g_strdup("the DigestValue is missing or no base64"));
    else
        try_stages(check, reference, id, &transforms, digest, expected);
    transforms_clear(&transforms);
}

/* ---- value --------------------------------------------------------------------------------------------------- */

typedef struct {
    const WsscAlgorithm *algorithm;
    gsize octets;       /* of an HMAC that count */
    WsscBytes value;
    GByteArray *signed_info; /* canonical */
} Value;

static gboolean fits_hmac(Check *check, const Value *value, const WsscCandidate *key)
{
    guint8 computed[EVP_MAX_MD_SIZE];
    gsize len = 0;
    if (key->secret == NULL ||
        !wssc_crypto_hmac(check->work->crypto, value->algorithm->name, wssc_secret_bytes(key->secret),
                          wssc_bytes(value->signed_info->data, value->signed_info->len), computed, &len))
        return FALSE;
    gboolean is_fit = value->value.len == value->octets && value->octets <= len &&
                      CRYPTO_memcmp(computed, value->value.data, value->octets) == 0;
    if (check->signature->steps != NULL) {
        g_autofree char *seen = wssc_base64_encode(wssc_bytes(computed, MIN(value->octets, len)));
        g_autofree char *wanted = wssc_base64_encode(value->value);
        g_autofree char *fingerprint = wssc_secret_fingerprint(key->secret);
        wssc_explain(check->signature, "A key and the value it gives",
                     "%s key, fingerprint %s, from %s\n%s%sHMAC-%s computed %s\nexpected %s",
                     wssc_key_kind_name(key->kind), fingerprint,
                     key->origin.source == WSSC_KEY_FROM_KEYFILE ? "the key file" : "the capture",
                     key->derivation != NULL ? key->derivation : "", key->derivation != NULL ? "\n" : "",
                     value->algorithm->name, seen, wanted);
    }
    return is_fit;
}

/* XML Signature gives r and s one after the other; OpenSSL wants them in DER. */
static guint8 *to_der(const Value *value, gboolean is_dsa, int *ret_len)
{
    gsize half = value->value.len / 2;
    unsigned char *der = NULL;
    if (value->value.len == 0 || value->value.len % 2 != 0 || half > 256)
        return NULL;
    BIGNUM *r = BN_bin2bn(value->value.data, (int)half, NULL);
    BIGNUM *s = BN_bin2bn(value->value.data + half, (int)half, NULL);
    if (is_dsa) {
        DSA_SIG *pair = DSA_SIG_new();
        DSA_SIG_set0(pair, r, s);
        *ret_len = i2d_DSA_SIG(pair, &der);
        DSA_SIG_free(pair);
    } else {
        ECDSA_SIG *pair = ECDSA_SIG_new();
        ECDSA_SIG_set0(pair, r, s);
        *ret_len = i2d_ECDSA_SIG(pair, &der);
        ECDSA_SIG_free(pair);
    }
    return der;
}

static gboolean fits_public(const Value *value, const WsscCandidate *key)
{
    static const struct {
        WsscAlgorithmKind kind;
        int type;
    } types[] = {{WSSC_ALGORITHM_RSA, EVP_PKEY_RSA},     {WSSC_ALGORITHM_RSA_PSS, EVP_PKEY_RSA},
                 {WSSC_ALGORITHM_DSA, EVP_PKEY_DSA},     {WSSC_ALGORITHM_ECDSA, EVP_PKEY_EC}};
    WsscAlgorithmKind kind = value->algorithm->kind;
    gboolean is_eddsa = kind == WSSC_ALGORITHM_EDDSA;
    gboolean is_right_type = is_eddsa;
    int der_len = 0;

    if (key->pkey == NULL)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        is_right_type |= types[i].kind == kind && EVP_PKEY_get_base_id(key->pkey) == types[i].type;
    if (!is_right_type)
        return FALSE;
    gboolean is_pair = kind == WSSC_ALGORITHM_DSA || kind == WSSC_ALGORITHM_ECDSA;
    guint8 *der = is_pair ? to_der(value, kind == WSSC_ALGORITHM_DSA, &der_len) : NULL;
    WsscBytes octets = is_pair ? wssc_bytes(der, der != NULL ? (gsize)MAX(der_len, 0) : 0) : value->value;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL;
    gboolean is_fit =
        EVP_DigestVerifyInit_ex(context, &parameters, is_eddsa ? NULL : value->algorithm->name, NULL, NULL,
                                key->pkey, NULL) == 1 &&
        (kind != WSSC_ALGORITHM_RSA_PSS || EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) > 0) &&
        EVP_DigestVerify(context, octets.data, octets.len, value->signed_info->data, value->signed_info->len) == 1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    ERR_clear_error();
    return is_fit;
}

static gboolean fits(Check *check, const Value *value, const WsscCandidate *key)
{
    return value->algorithm->kind == WSSC_ALGORITHM_HMAC ? fits_hmac(check, value, key) : fits_public(value, key);
}

static void take_key(Check *check, const WsscCandidate *key)
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
    if (key->certificate != NULL) {
        signature->certificate = wssc_certificate_subject(key->certificate);
        if (check->work->options->trust != NULL)
            signature->trust = wssc_certificate_trust(key->certificate, check->work->options->trust,
                                                      check->work->options->time);
    }
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

/* TRUE when the references alone settle that it can't be valid. */
static gboolean decide_by_references(Check *check)
{
    WsscSignature *signature = check->signature;
    const WsscSignedReference *bad = first_with(signature, WSSC_DIGEST_MISMATCH);
    const WsscSignedReference *lost = first_with(signature, WSSC_DIGEST_UNRESOLVED);
    if (bad != NULL) {
        decide(signature, WSSC_VERDICT_INVALID,
               g_strdup_printf("the digest of %s (%s) does not fit: it was changed after signing",
                               bad->element != NULL ? bad->element : "the document",
                               bad->uri != NULL && *bad->uri != '\0' ? bad->uri : "whole document"));
        return TRUE;
    }
    if (lost != NULL && strstr(lost->reason, "still encrypted") == NULL) {
        decide(signature, WSSC_VERDICT_INVALID,
               g_strdup_printf("reference %s: %s", lost->uri != NULL ? lost->uri : "", lost->reason));
        return TRUE;
    }
    return FALSE;
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
static void decide_fit(Check *check, const WsscCandidate *key)
{
    WsscSignature *signature = check->signature;
    const WsscSignedReference *unsupported = first_with(signature, WSSC_DIGEST_UNSUPPORTED);
    const WsscSignedReference *closed = first_with(signature, WSSC_DIGEST_UNCHECKED);
    if (closed == NULL)
        closed = first_with(signature, WSSC_DIGEST_UNRESOLVED);
    take_key(check, key);
    if (unsupported != NULL) {
        decide(signature, WSSC_VERDICT_UNSUPPORTED,
               g_strdup_printf("reference %s: %s", unsupported->uri != NULL ? unsupported->uri : "(none)",
                               unsupported->reason));
    } else if (closed != NULL) {
        const char *failed = failed_decryption(check->work);
        decide(signature, failed != NULL ? WSSC_VERDICT_UNSUPPORTED : WSSC_VERDICT_NO_KEY,
               g_strdup_printf("the value fits, but reference %s cannot be checked: %s%s%s", closed->uri,
                               closed->reason, failed != NULL ? "; decryption failed: " : "",
                               failed != NULL ? failed : ""));
    } else {
        decide(signature, WSSC_VERDICT_VALID, NULL);
        if (key->deviation != WSSC_DEVIATION_NONE)
            signature->deviation = g_strdup(wssc_deviation_info(key->deviation)->name);
    }
}

static void decide_by_value(Check *check, const Value *value, const xmlNode *key_info)
{
    WsscSignature *signature = check->signature;
    char *reason = NULL;
    gboolean has_named_key = FALSE;
    g_autoptr(GPtrArray) keys = wssc_resolve_key_info(check->work, key_info, &signature->key_kind,
                                                      &signature->context, &signature->instance, &reason);
    g_autofree char *why = reason;

    for (guint i = 0; i < keys->len; i++) {
        const WsscCandidate *key = keys->pdata[i];
        has_named_key |= !key->is_guess;
        if (fits(check, value, key)) {
            check->is_value_fit = TRUE;
            if (signature->verdict != WSSC_VERDICT_INVALID)
                decide_fit(check, key);
            else
                take_key(check, key);
            return;
        }
    }
    if (signature->verdict == WSSC_VERDICT_INVALID)
        return; /* a reference settled it */
    if (has_named_key) {
        const WsscCandidate *key = keys->pdata[0];
        take_key(check, key);
        decide(signature, WSSC_VERDICT_INVALID, g_strdup("the signature value does not fit the known key"));
        return;
    }
    decide(signature, WSSC_VERDICT_NO_KEY,
           why != NULL ? g_strdup(why) : g_strdup("the key that it names is not known"));
    check->work->result->waits = TRUE;
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
                                       "the hash at least): refused", text);
        return FALSE;
    }
    value->octets = (gsize)bits / 8;
    return TRUE;
}

static gboolean canonicalize_signed_info(Check *check, const xmlNode *signed_info, GByteArray *out)
{
    const xmlNode *method = wssc_xml_child(signed_info, WSSC_NS_FAMILY_DS, "CanonicalizationMethod");
    WsscSignature *signature = check->signature;
    signature->canonicalization =
        method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    const WsscAlgorithm *algorithm = wssc_algorithm_find(signature->canonicalization);
    if (algorithm == NULL || algorithm->kind != WSSC_ALGORITHM_C14N) {
        decide(signature, WSSC_VERDICT_UNSUPPORTED,
               g_strdup_printf("canonicalization %s", signature->canonicalization != NULL
                                                          ? signature->canonicalization : "missing"));
        return FALSE;
    }
    g_auto(WsscC14n) c14n = wssc_c14n_read(algorithm, method);
    if (wssc_c14n_write(&c14n, wssc_work_current(check->work)->doc, (xmlNode *)signed_info, NULL, NULL, out))
        return TRUE;
    decide(signature, WSSC_VERDICT_UNSUPPORTED, g_strdup("SignedInfo cannot be brought into canonical form"));
    return FALSE;
}

static void check_value(Check *check, const xmlNode *signed_info)
{
    WsscSignature *signature = check->signature;
    const xmlNode *method = wssc_xml_child(signed_info, WSSC_NS_FAMILY_DS, "SignatureMethod");
    const xmlNode *value_element = wssc_xml_child(check->element, WSSC_NS_FAMILY_DS, "SignatureValue");
    g_autoptr(GBytes) octets = value_element != NULL ? wssc_xml_base64(value_element) : NULL;
    g_autoptr(GByteArray) canonical = g_byte_array_new();
    char *problem = NULL;
    Value value = {.algorithm = wssc_algorithm_find(signature->algorithm), .signed_info = canonical};

    if (value.algorithm == NULL || !wssc_algorithm_is_signature(value.algorithm)) {
        decide(signature, WSSC_VERDICT_UNSUPPORTED,
               g_strdup_printf("signature algorithm %s", signature->algorithm != NULL ? signature->algorithm : "missing"));
        return;
    }
    if (octets == NULL) {
        decide(signature, WSSC_VERDICT_INVALID, g_strdup("the SignatureValue is missing or no base64"));
        return;
    }
    signature->value = wssc_base64_encode(wssc_bytes_of(octets));
    value.value = wssc_bytes_of(octets);
    if (value.algorithm->kind == WSSC_ALGORITHM_HMAC && !read_truncation(method, &value, &problem)) {
        decide(signature, WSSC_VERDICT_INVALID, problem);
        return;
    }
    if (!canonicalize_signed_info(check, signed_info, canonical))
        return;
    wssc_explain_octets(signature, "SignedInfo: canonical octets", canonical);
    decide_by_references(check);
    decide_by_value(check, &value, wssc_xml_child(check->element, WSSC_NS_FAMILY_DS, "KeyInfo"));
    if (signature->verdict == WSSC_VERDICT_INVALID && check->work->options->want_hypotheses)
        signature->hypothesis = wssc_hypothesis_find(check->work, check->element, signature, value.algorithm,
                                                     value.value, canonical, check->is_value_fit);
}

/* A string table that was lost with other octets makes other text of the message: that proves nothing. */
static void excuse_missing_strings(WsscSignature *signature)
{
    if (signature->verdict != WSSC_VERDICT_INVALID)
        return;
    for (guint i = 0; i < signature->references->len; i++) {
        WsscSignedReference *reference = signature->references->pdata[i];
        if (reference->digest != WSSC_DIGEST_OK)
            set_digest(reference, WSSC_DIGEST_UNSUPPORTED, g_strdup("strings of the message are not known"));
    }
    g_free(signature->reason);
    g_clear_pointer(&signature->hypothesis, g_free);
    signature->verdict = WSSC_VERDICT_UNSUPPORTED;
    signature->reason = g_strdup("the message names strings of its session that are not in the capture");
}

void wssc_verify_signature(WsscWork *work, xmlNode *element, guint position)
{
    WsscSignature *signature = g_new0(WsscSignature, 1);
    Check check = {.work = work, .signature = signature, .element = element};
    const xmlNode *signed_info = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "SignedInfo");
    const xmlNode *method = wssc_xml_child(signed_info, WSSC_NS_FAMILY_DS, "SignatureMethod");
    const WsscSpan *span = wssc_xml_span(element);
    guint count = 0;

    signature->position = position;
    signature->references = g_ptr_array_new();
    signature->steps = work->options->want_explain ? g_ptr_array_new() : NULL;
    signature->algorithm = method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    if (span != NULL)
        signature->span = *span;
    signature->decrypted = span == NULL;
    g_ptr_array_add(work->result->signatures, signature);
    if (signed_info == NULL) {
        decide(signature, WSSC_VERDICT_INVALID, g_strdup("there is no SignedInfo"));
        return;
    }
    for (const xmlNode *r = wssc_xml_first(signed_info); r != NULL; r = wssc_xml_next(r)) {
        if (!wssc_xml_is(r, WSSC_NS_FAMILY_DS, "Reference"))
            continue;
        if (++count > WSSC_MAX_REFERENCES)
            break;
        check_reference(&check, r);
    }
    if (count == 0)
        decide(signature, WSSC_VERDICT_INVALID, g_strdup("it covers nothing: no reference"));
    else if (count > WSSC_MAX_REFERENCES)
        decide(signature, WSSC_VERDICT_UNSUPPORTED, g_strdup("too many references"));
    else
        check_value(&check, signed_info);
    if (work->xml->has_missing_strings)
        excuse_missing_strings(signature);
}
