/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/hypothesis.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/text.h"
#include "keys/crypto.h"
#include "security/c14n.h"

typedef struct {
    WsscWork *work;
    const WsscAlgorithm *algorithm;
    WsscBytes value;
    WsscBytes signed_info;
    gboolean is_value_fit;
} Look;

static gboolean fits(const Look *look, WsscBytes key, WsscBytes octets)
{
    guint8 computed[EVP_MAX_MD_SIZE];
    gsize len = 0;
    return look->value.len >= 10 &&
           wssc_crypto_hmac(look->work->crypto, look->algorithm->name, key, octets, computed, &len) &&
           look->value.len <= len && CRYPTO_memcmp(computed, look->value.data, look->value.len) == 0;
}

/* ---- another key of the same context, directly or through the same derivation ----------------------------- */

static char *other_instance(const Look *look, const WsscSignature *verdict)
{
    const GPtrArray *keys =
        verdict->context != NULL ? wssc_keyring_context(look->work->ring, verdict->context) : NULL;
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        if (fits(look, wssc_secret_bytes(key->secret), look->signed_info))
            return g_strdup_printf("signed with the context's key of instance %s",
                                   *key->instance != '\0' ? key->instance : "(the first)");
    }
    return NULL;
}

static xmlNode *derived_token(const WsscWork *work, const xmlNode *signature)
{
    const xmlNode *key_info = wssc_xml_child(signature, WSSC_NS_FAMILY_DS, "KeyInfo");
    const xmlNode *str = wssc_xml_child(key_info, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference");
    xmlNode *token = str != NULL ? wssc_resolve_token(wssc_work_current(work), str) : NULL;
    return wssc_xml_is(token, WSSC_NS_FAMILY_WSC, "DerivedKeyToken") ? token : NULL;
}

/* Other lengths, offsets and labels that stacks mix up. */
static char *other_derivation(const Look *look, const WsscSignature *verdict, const xmlNode *signature)
{
    static const struct {
        gint64 offset, length;
        const char *label;
    } ways[] = {{0, 16, NULL}, {0, 20, NULL}, {0, 24, NULL}, {0, 32, NULL}, {16, 16, NULL},
                {24, 24, NULL}, {32, 32, NULL}, {0, 24, "WS-SecureConversation"}, {0, 32, "WS-SecureConversation"}};
    const xmlNode *token = derived_token(look->work, signature);
    const xmlNode *nonce = token != NULL ? wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Nonce") : NULL;
    const GPtrArray *keys =
        verdict->context != NULL ? wssc_keyring_context(look->work->ring, verdict->context) : NULL;
    g_autoptr(GBytes) octets = nonce != NULL ? wssc_xml_base64(nonce) : NULL;
    for (guint k = 0; octets != NULL && keys != NULL && k < keys->len; k++) {
        const WsscKey *key = keys->pdata[k];
        for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
            WsscDerivation derivation = {.nonce = wssc_bytes_of(octets), .offset = ways[i].offset,
                                         .generation = WSSC_DERIVE_ABSENT, .length = ways[i].length,
                                         .label = ways[i].label};
            g_autoptr(WsscSecret) derived = wssc_derive_key(&derivation, wssc_secret_bytes(key->secret), NULL);
            if (derived != NULL && fits(look, wssc_secret_bytes(derived), look->signed_info))
                return g_strdup_printf("derived from instance %s with offset %" G_GINT64_FORMAT
                                       ", length %" G_GINT64_FORMAT "%s",
                                       *key->instance != '\0' ? key->instance : "(the first)", ways[i].offset,
                                       ways[i].length, ways[i].label != NULL ? " and half the label" : "");
        }
    }
    return NULL;
}

/* ---- another canonical form --------------------------------------------------------------------------------- */

static const struct {
    guint flags;
    const char *name;
} forms[] = {{WSSC_C14N_EXCLUSIVE, "exclusive"},
             {WSSC_C14N_INCLUSIVE, "inclusive 1.0"},
             {WSSC_C14N_VERSION_11, "inclusive 1.1"},
             {WSSC_C14N_EXCLUSIVE | WSSC_C14N_COMMENTS, "exclusive with comments"}};

static char *other_signed_info(const Look *look, xmlNode *signature)
{
    xmlNode *signed_info = wssc_xml_child(signature, WSSC_NS_FAMILY_DS, "SignedInfo");
    xmlDoc *doc = wssc_work_current(look->work)->doc;
    WsscKeyKind kind;
    char *context = NULL, *instance = NULL, *reason = NULL, *found = NULL;
    g_autoptr(GPtrArray) keys =
        wssc_resolve_key_info(look->work, wssc_xml_child(signature, WSSC_NS_FAMILY_DS, "KeyInfo"), &kind,
                              &context, &instance, &reason);
    for (guint i = 0; i < G_N_ELEMENTS(forms) && found == NULL; i++) {
        WsscC14n c14n = {.flags = forms[i].flags};
        g_autoptr(GByteArray) octets = g_byte_array_new();
        if (!wssc_c14n_write(&c14n, doc, signed_info, NULL, NULL, octets))
            continue;
        for (guint k = 0; k < keys->len && found == NULL; k++) {
            const WsscCandidate *key = keys->pdata[k];
            if (key->secret != NULL &&
                fits(look, wssc_secret_bytes(key->secret), wssc_bytes(octets->data, octets->len)))
                found = g_strdup_printf("SignedInfo was signed in its %s canonical form", forms[i].name);
        }
    }
    g_free(context);
    g_free(instance);
    g_free(reason);
    return found;
}

/* ---- a digest that does not fit --------------------------------------------------------------------------- */

static gboolean has_digest(const Look *look, const WsscAlgorithm *digest, WsscBytes expected, GByteArray *octets)
{
    guint8 value[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    EVP_MD_CTX *context = wssc_crypto_digest_start(look->work->crypto, digest->name);
    return context != NULL && EVP_DigestUpdate(context, octets->data, octets->len) == 1 &&
           EVP_DigestFinal_ex(context, value, &len) == 1 && len == expected.len &&
           CRYPTO_memcmp(value, expected.data, len) == 0;
}

/* Canonical octets without the white space between tags. */
static GByteArray *without_white_space(const GByteArray *octets)
{
    GByteArray *out = g_byte_array_new();
    for (guint i = 0; i < octets->len; i++) {
        guint end = i;
        while (end < octets->len && g_ascii_isspace(octets->data[end]))
            end++;
        gboolean is_between = end > i && (i == 0 || octets->data[i - 1] == '>') &&
                              (end == octets->len || octets->data[end] == '<');
        if (is_between)
            i = end;
        if (i < octets->len)
            g_byte_array_append(out, octets->data + i, 1);
    }
    return out;
}

static char *other_digest(const Look *look, const WsscSignedReference *reference, WsscBytes expected)
{
    const WsscAlgorithm *digest = wssc_algorithm_find(reference->digest_algorithm);
    const WsscStage *stage = wssc_work_current(look->work);
    xmlNode *target = reference->uri != NULL && reference->uri[0] == '#'
                          ? wssc_ids_find(stage->ids, reference->uri + 1, NULL) : NULL;
    if (digest == NULL || target == NULL)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        WsscC14n c14n = {.flags = forms[i].flags};
        g_autoptr(GByteArray) octets = g_byte_array_new();
        if (!wssc_c14n_write(&c14n, stage->doc, target, NULL, NULL, octets))
            continue;
        if (has_digest(look, digest, expected, octets))
            return g_strdup_printf("%s was digested in its %s canonical form", reference->element, forms[i].name);
        g_autoptr(GByteArray) bare = without_white_space(octets);
        if (bare->len != octets->len && has_digest(look, digest, expected, bare))
            return g_strdup_printf("white space between the tags of %s was changed on the way", reference->element);
    }
    return NULL;
}

static char *other_references(const Look *look, const xmlNode *signature, const WsscSignature *verdict)
{
    const xmlNode *signed_info = wssc_xml_child(signature, WSSC_NS_FAMILY_DS, "SignedInfo");
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

char *wssc_hypothesis_find(WsscWork *work, xmlNode *signature, const WsscSignature *verdict,
                           const WsscAlgorithm *algorithm, WsscBytes value, const GByteArray *signed_info,
                           gboolean is_value_fit)
{
    Look look = {.work = work, .algorithm = algorithm, .value = value,
                 .signed_info = wssc_bytes(signed_info->data, signed_info->len),
                 .is_value_fit = is_value_fit};
    char *found = other_references(&look, signature, verdict);
    if (found != NULL || is_value_fit || algorithm->kind != WSSC_ALGORITHM_HMAC)
        return found;
    if (value.len < algorithm->octets && value.len >= 10 && found == NULL) {
        WsscKeyKind kind;
        char *context = NULL, *instance = NULL, *reason = NULL;
        g_autoptr(GPtrArray) keys =
            wssc_resolve_key_info(work, wssc_xml_child(signature, WSSC_NS_FAMILY_DS, "KeyInfo"), &kind, &context,
                                  &instance, &reason);
        for (guint i = 0; i < keys->len && found == NULL; i++) {
            const WsscCandidate *key = keys->pdata[i];
            if (key->secret != NULL && fits(&look, wssc_secret_bytes(key->secret), look.signed_info))
                found = g_strdup_printf("the value was cut to %" G_GSIZE_FORMAT " octets", value.len);
        }
        g_free(context);
        g_free(instance);
        g_free(reason);
    }
    if (found == NULL)
        found = other_instance(&look, verdict);
    if (found == NULL)
        found = other_derivation(&look, verdict, signature);
    if (found == NULL)
        found = other_signed_info(&look, signature);
    return found;
}
