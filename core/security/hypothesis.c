/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/hypothesis.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/text.h"
#include "keys/crypto.h"
#include "security/keyinfo/keyinfo.h"
#include "security/value.h"
#include "soap/derived_key.h"

typedef struct {
    WsscWork *work;
    xmlNode *signature;
    const WsscSignature *verdict;
    const WsscAlgorithm *algorithm;
    WsscBytes value;
    WsscBytes signed_info;
    gboolean is_value_fit;
    GPtrArray *keys; /* WsscCandidate that the message names, and those of habits */
} Look;

/* An HMAC may be cut, but not to what chance gives. */
static gboolean fits_key(const Look *look, const WsscCandidate *key, WsscBytes octets)
{
    return (look->algorithm->kind != WSSC_ALGORITHM_HMAC || look->value.len >= 10) &&
           wssc_value_fits(look->work, look->algorithm, look->value, octets, key, NULL);
}

static gboolean fits_secret(const Look *look, WsscSecret *secret)
{
    WsscCandidate key = {.secret = secret};
    return fits_key(look, &key, look->signed_info);
}

static const char *shown_instance(const char *instance)
{
    return instance != NULL && *instance != '\0' ? instance : "(the first)";
}

/* ---- the value --------------------------------------------------------------------------------------------- */

static char *cut_value(const Look *look)
{
    if (look->algorithm->kind != WSSC_ALGORITHM_HMAC || look->value.len >= look->algorithm->octets)
        return NULL;
    for (guint i = 0; i < look->keys->len; i++)
        if (fits_key(look, look->keys->pdata[i], look->signed_info))
            return g_strdup_printf("the value was cut to %" G_GSIZE_FORMAT " octets", look->value.len);
    return NULL;
}

/* ---- another key of the same context, directly or through the same derivation ----------------------------- */

static gboolean is_named_instance(const Look *look, const WsscKey *key)
{
    return g_strcmp0(look->verdict->instance != NULL ? look->verdict->instance : "", key->instance) == 0;
}

static char *other_instance(const Look *look)
{
    const WsscSignature *verdict = look->verdict;
    const GPtrArray *keys = verdict->context != NULL ? wssc_keyring_context(look->work->ring, verdict->context) : NULL;
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        if (!fits_secret(look, key->secret))
            continue;
        if (is_named_instance(look, key) && verdict->key_kind == WSSC_KEY_KIND_DERIVED)
            return g_strdup("signed with the context's key itself, not with one derived from it");
        return g_strdup_printf("signed with the context's key of instance %s", shown_instance(key->instance));
    }
    return NULL;
}

/* The DerivedKeyToken, or the reference with wsc:Nonce, that the signature names. */
static xmlNode *derived_token(const WsscWork *work, const xmlNode *signature)
{
    const xmlNode *key_info = wssc_xml_child(signature, WSSC_NS_FAMILY_DS, "KeyInfo");
    xmlNode *str = wssc_xml_child(key_info, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference");
    xmlNode *token = str != NULL ? wssc_resolve_token(wssc_work_current(work), str) : NULL;
    if (wssc_xml_is(token, WSSC_NS_FAMILY_WSC, "DerivedKeyToken"))
        return token;
    return str != NULL && wssc_xml_attr(str, WSSC_NS_FAMILY_WSC, "Nonce") != NULL ? str : NULL;
}

/* The nonce's text, of a token or of a reference. Caller frees. */
static char *nonce_text(const xmlNode *token, const WsscDerivedKeyParts *parts)
{
    return parts->nonce != NULL ? wssc_xml_text_stripped(parts->nonce)
                                : wssc_xml_attr_value(token, WSSC_NS_FAMILY_WSC, "Nonce");
}

typedef struct {
    const char *label; /* NULL: the default */
    const char *name;
} Label;

/* Lengths and offsets that stacks mix up, out of one key stream. */
static char *other_range(const Look *look, WsscBytes secret, WsscBytes nonce, const Label *label, const char *more)
{
    static const gsize lengths[] = {16, 20, 24, 32, 48, 64};
    static const gsize offsets[] = {0, 16, 20, 24, 32, 40, 48, 64, 96, 128};
    enum { STREAM = 160 };
    WsscDerivation whole = {.crypto = look->work->crypto,
                            .nonce = nonce,
                            .label = label->label,
                            .offset = 0,
                            .generation = WSSC_DERIVE_ABSENT,
                            .length = STREAM};
    g_autoptr(WsscSecret) stream = wssc_derive_key(&whole, secret, NULL);
    for (guint o = 0; stream != NULL && o < G_N_ELEMENTS(offsets); o++)
        for (guint i = 0; i < G_N_ELEMENTS(lengths) && offsets[o] + lengths[i] <= STREAM; i++) {
            WsscSecret part = {.refs = 1, .len = lengths[i], .data = stream->data + offsets[o]};
            if (fits_secret(look, &part))
                return g_strdup_printf("the key was derived with offset %" G_GSIZE_FORMAT ", length %" G_GSIZE_FORMAT
                                       "%s%s",
                                       offsets[o], lengths[i], label->name, more);
        }
    return NULL;
}

static char *other_derivation_of(const Look *look, const xmlNode *token, WsscBytes secret, const char *more)
{
    const WsscDerivedKeyParts parts = wssc_derived_key_find(token);
    g_autofree char *own_text = parts.label != NULL ? wssc_xml_text(parts.label) : NULL;
    g_autofree char *stripped = parts.label != NULL ? wssc_xml_text_stripped(parts.label) : NULL;
    g_autofree char *text = nonce_text(token, &parts);
    g_autoptr(GBytes) octets = text != NULL ? wssc_base64_decode(text, strlen(text)) : g_bytes_new_static("", 0);
    const Label labels[] = {{own_text, ""},
                            {NULL, " and the default label"},
                            {"WS-SecureConversation", " and half the default label"},
                            {stripped, " and the label without white space"}};
    char *found = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(labels) && found == NULL; i++) {
        if (i > 0 && g_strcmp0(labels[i].label, own_text) == 0)
            continue;
        if (octets != NULL)
            found = other_range(look, secret, wssc_bytes_of(octets), &labels[i], more);
    }
    if (found == NULL && text != NULL) {
        const Label as_text = {own_text, ", the nonce taken as text"};
        found = other_range(look, secret, wssc_bytes(text, strlen(text)), &as_text, more);
    }
    return found;
}

/* From what the token names, then from the context's other keys. */
static char *other_derivation(const Look *look)
{
    enum { MOST = 8 };
    xmlNode *token = look->algorithm->kind == WSSC_ALGORITHM_HMAC ? derived_token(look->work, look->signature) : NULL;
    if (token == NULL)
        return NULL;
    g_auto(WsscSearch) bases = wssc_resolve_derivation_base(look->work, token);
    char *found = NULL;
    for (guint i = 0; i < MIN(bases.found->len, MOST) && found == NULL; i++) {
        const WsscCandidate *base = bases.found->pdata[i];
        if (base->secret != NULL)
            found = other_derivation_of(look, token, wssc_secret_bytes(base->secret), "");
    }
    const GPtrArray *keys =
        look->verdict->context != NULL ? wssc_keyring_context(look->work->ring, look->verdict->context) : NULL;
    for (guint i = 0; keys != NULL && i < MIN(keys->len, MOST) && found == NULL; i++) {
        const WsscKey *key = keys->pdata[i];
        g_autofree char *more =
            g_strdup_printf(", from the context's key of instance %s", shown_instance(key->instance));
        if (!is_named_instance(look, key))
            found = other_derivation_of(look, token, wssc_secret_bytes(key->secret), more);
    }
    return found;
}

/* ---- another canonical form --------------------------------------------------------------------------------- */

static const struct {
    guint flags;
    const char *name;
} forms[] = {{WSSC_C14N_EXCLUSIVE, "exclusive"},
             {WSSC_C14N_INCLUSIVE, "inclusive 1.0"},
             {WSSC_C14N_VERSION_11, "inclusive 1.1"},
             {WSSC_C14N_EXCLUSIVE | WSSC_C14N_COMMENTS, "exclusive with comments"},
             {WSSC_C14N_INCLUSIVE | WSSC_C14N_COMMENTS, "inclusive 1.0 with comments"}};

static WsscC14n form_of(const Look *look, guint which)
{
    return (WsscC14n){.flags = forms[which].flags, .budget = &look->work->budget->canonical, .out = look->work->out};
}

static char *other_signed_info(const Look *look)
{
    xmlNode *signed_info = wssc_xml_child(look->signature, WSSC_NS_FAMILY_DS, "SignedInfo");
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        WsscC14n c14n = form_of(look, i);
        g_autoptr(GByteArray) octets = g_byte_array_new();
        if (!wssc_c14n_write(&c14n, wssc_work_current(look->work)->doc, signed_info, NULL, NULL, octets))
            continue;
        for (guint k = 0; k < look->keys->len; k++)
            if (fits_key(look, look->keys->pdata[k], wssc_bytes(octets->data, octets->len)))
                return g_strdup_printf("SignedInfo was signed in its %s canonical form", forms[i].name);
    }
    return NULL;
}

/* ---- a digest that does not fit --------------------------------------------------------------------------- */

static gboolean has_digest(const Look *look, const WsscAlgorithm *digest, WsscBytes expected, const GByteArray *octets)
{
    guint8 value[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    EVP_MD_CTX *context = wssc_crypto_digest_start(look->work->crypto, digest->name);
    return context != NULL && (octets->len == 0 || EVP_DigestUpdate(context, octets->data, octets->len) == 1) &&
           EVP_DigestFinal_ex(context, value, &len) == 1 && len == expected.len &&
           CRYPTO_memcmp(value, expected.data, len) == 0;
}

/* Canonical octets without the white space between tags, or without that at the ends of all text. */
static GByteArray *without_white_space(const GByteArray *octets, gboolean in_text)
{
    GByteArray *out = g_byte_array_sized_new(octets->len);
    for (guint i = 0; i < octets->len; i++) {
        guint end = i;
        while (end < octets->len && g_ascii_isspace(octets->data[end]))
            end++;
        gboolean is_behind_tag = i == 0 || octets->data[i - 1] == '>';
        gboolean is_before_tag = end == octets->len || octets->data[end] == '<';
        if (end > i && (in_text ? is_behind_tag || is_before_tag : is_behind_tag && is_before_tag))
            i = end;
        else if (end > i) {
            g_byte_array_append(out, octets->data + i, end - i);
            i = end;
        }
        if (i < octets->len)
            g_byte_array_append(out, octets->data + i, 1);
    }
    return out;
}

static GByteArray *with_line_ends(const GByteArray *octets)
{
    GByteArray *out = g_byte_array_sized_new(octets->len);
    for (guint i = 0; i < octets->len; i++) {
        if (octets->data[i] == '\n')
            g_byte_array_append(out, (const guint8 *)"&#xD;", 5);
        g_byte_array_append(out, octets->data + i, 1);
    }
    return out;
}

static char *other_octets(const Look *look, const WsscSignedReference *reference, const WsscAlgorithm *digest,
                          WsscBytes expected, const GByteArray *octets, const char *form)
{
    const char *name = reference->element != NULL ? reference->element : "the document";
    if (has_digest(look, digest, expected, octets))
        return g_strdup_printf("%s was digested in its %s canonical form", name, form);
    g_autoptr(GByteArray) bare = without_white_space(octets, FALSE);
    if (bare->len != octets->len && has_digest(look, digest, expected, bare))
        return g_strdup_printf("white space between the tags of %s was changed on the way", name);
    g_autoptr(GByteArray) trimmed = without_white_space(octets, TRUE);
    if (trimmed->len != bare->len && has_digest(look, digest, expected, trimmed))
        return g_strdup_printf("white space in the text of %s was changed on the way", name);
    g_autoptr(GByteArray) returns = with_line_ends(octets);
    if (returns->len != octets->len && has_digest(look, digest, expected, returns))
        return g_strdup_printf("the line ends of %s were changed on the way", name);
    return NULL;
}

static char *other_digest(const Look *look, const WsscSignedReference *reference, WsscBytes expected)
{
    const WsscAlgorithm *digest = wssc_algorithm_find(reference->digest_algorithm);
    const WsscStage *stage = wssc_work_current(look->work);
    gboolean keeps_comments;
    g_autofree char *id = reference->uri != NULL ? wssc_ids_from_uri(reference->uri, &keeps_comments) : NULL;
    xmlNode *target = id != NULL && *id != '\0' ? wssc_ids_find(stage->ids, id, NULL) : NULL;
    char *found = NULL;
    if (digest == NULL || target == NULL)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(forms) && found == NULL; i++) {
        WsscC14n c14n = form_of(look, i);
        g_autoptr(GByteArray) octets = g_byte_array_new();
        if (wssc_c14n_write(&c14n, stage->doc, target, NULL, NULL, octets))
            found = other_octets(look, reference, digest, expected, octets, forms[i].name);
    }
    return found;
}

static char *other_references(const Look *look)
{
    const WsscSignature *verdict = look->verdict;
    const xmlNode *signed_info = wssc_xml_child(look->signature, WSSC_NS_FAMILY_DS, "SignedInfo");
    guint index = 0;
    for (const xmlNode *r = wssc_xml_first(signed_info); r != NULL; r = wssc_xml_next(r)) {
        if (!wssc_xml_is(r, WSSC_NS_FAMILY_DS, "Reference") || index >= verdict->references->len)
            continue;
        const WsscSignedReference *reference = verdict->references->pdata[index++];
        const xmlNode *value = wssc_xml_child(r, WSSC_NS_FAMILY_DS, "DigestValue");
        if (reference->digest != WSSC_DIGEST_MISMATCH || value == NULL)
            continue;
        g_autoptr(GBytes) expected = wssc_xml_base64(value);
        char *found = expected != NULL ? other_digest(look, reference, wssc_bytes_of(expected)) : NULL;
        if (found != NULL)
            return found;
        /* The value fits, so SignedInfo is the sender's: the element itself was altered. */
        if (look->is_value_fit && g_strcmp0(reference->element, "Timestamp") == 0)
            return g_strdup("the Timestamp was altered after signing");
    }
    return NULL;
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

char *wssc_hypothesis_find(WsscWork *work, xmlNode *signature, const WsscSignature *verdict,
                           const WsscAlgorithm *algorithm, WsscBytes value, const GByteArray *signed_info,
                           gboolean is_value_fit)
{
    char *(*const ways[])(const Look *) = {cut_value, other_instance, other_derivation, other_signed_info};
    Look look = {.work = work,
                 .signature = signature,
                 .verdict = verdict,
                 .algorithm = algorithm,
                 .value = value,
                 .signed_info = wssc_bytes(signed_info->data, signed_info->len),
                 .is_value_fit = is_value_fit};
    char *found = other_references(&look);
    if (found != NULL || is_value_fit)
        return found;
    g_auto(WsscSearch) named =
        wssc_resolve_key_info(work, wssc_xml_child(signature, WSSC_NS_FAMILY_DS, "KeyInfo"), TRUE);
    look.keys = named.found;
    for (guint i = 0; i < G_N_ELEMENTS(ways) && found == NULL; i++)
        found = ways[i](&look);
    return found;
}
