/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every vector of kdf-vectors.json (README.md says where they come from), each a case of its own, through the
 * functions that read messages; a derived key also through a message that is signed with it.
 */
#include <json-glib/json-glib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/text.h"
#include "keys/derive.h"
#include "keys/psha.h"
#include "security/security.h"

#define SOAP "http://www.w3.org/2003/05/soap-envelope"
#define WSSE "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
#define WSU "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
#define WSC "http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512"
#define DS "http://www.w3.org/2000/09/xmldsig#"
#define XENC "http://www.w3.org/2001/04/xmlenc#"
#define CONTEXT "urn:uuid:00000000-0000-0000-0000-000000000001"

static const WsscKeyOrigin origin = {.source = WSSC_KEY_FROM_KEYFILE, .line = 1};
static GHashTable *by_id; /* id -> JsonObject, for vectors that refer to others */

/* ---- members of a vector ------------------------------------------------------------------------------ */

static gboolean has(JsonObject *vector, const char *name)
{
    return json_object_has_member(vector, name) && !json_object_get_null_member(vector, name);
}

static const char *text(JsonObject *vector, const char *name)
{
    g_assert_true(has(vector, name));
    return json_object_get_string_member(vector, name);
}

static gint64 number(JsonObject *vector, const char *name, gint64 absent)
{
    return has(vector, name) ? json_object_get_int_member(vector, name) : absent;
}

static GBytes *hex(JsonObject *vector, const char *name)
{
    const char *digits = text(vector, name);
    GBytes *octets = wssc_hex_decode(digits, strlen(digits));
    g_assert_nonnull(octets);
    return octets;
}

static WsscSecret *secret_of(JsonObject *vector, const char *name)
{
    g_autoptr(GBytes) octets = hex(vector, name);
    WsscBytes bytes = wssc_bytes_of(octets);
    return wssc_secret_new(bytes.data, bytes.len);
}

/* OpenSSL's name of the hash of a vector's algorithm. */
static const char *hash_of(JsonObject *vector)
{
    const char *algorithm = text(vector, "algorithm");
    if (strcmp(algorithm, "P_SHA1") == 0)
        return "SHA1";
    if (strcmp(algorithm, "P_SHA256") == 0)
        return "SHA256";
    g_error("%s: algorithm %s is not known here", text(vector, "id"), algorithm);
    return NULL;
}

static void check_octets(const WsscSecret *seen, JsonObject *vector, const char *name)
{
    g_assert_nonnull(seen);
    g_autofree char *digits = wssc_hex_encode(wssc_secret_bytes(seen));
    g_assert_cmpstr(digits, ==, text(vector, name));
}

/* ---- messages ------------------------------------------------------------------------------------------- */

static WsscXml *parse(const GString *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = g_bytes_new(message->str, message->len);
    WsscXml *xml = wssc_xml_parse(octets, NULL, &error);
    g_assert_no_error(error);
    return xml;
}

static void append_number(GString *out, JsonObject *vector, const char *member, const char *element)
{
    if (has(vector, member))
        g_string_append_printf(out, "<c:%s>%" G_GINT64_FORMAT "</c:%s>", element,
                               json_object_get_int_member(vector, member), element);
}

static void append_derived_key_token(GString *out, JsonObject *vector)
{
    g_autoptr(GBytes) nonce = hex(vector, "nonce_hex");
    g_autofree char *base64 = wssc_base64_encode(wssc_bytes_of(nonce));
    gboolean is_256 = strcmp(hash_of(vector), "SHA256") == 0;
    g_string_append_printf(out,
                           "<c:DerivedKeyToken u:Id=\"dk\"%s><o:SecurityTokenReference><o:Reference URI=\"#sct\"/>"
                           "</o:SecurityTokenReference>",
                           is_256 ? " Algorithm=\"" WSC "/dk/p_sha256\"" : "");
    append_number(out, vector, "generation", "Generation");
    append_number(out, vector, "offset", "Offset");
    append_number(out, vector, "length", "Length");
    if (has(vector, "label"))
        g_string_append_printf(out, "<c:Label>%s</c:Label>", text(vector, "label"));
    g_string_append_printf(out, "<c:Nonce>%s</c:Nonce></c:DerivedKeyToken>", base64);
}

/* A Body signed with the derived key: SignedInfo and Body are those of vector sg01, both canonical as they stand. */
static GString *signed_message(JsonObject *derived, const char *value)
{
    JsonObject *form = g_hash_table_lookup(by_id, "sg01");
    GString *out = g_string_new("<s:Envelope xmlns:s=\"" SOAP "\"><s:Header><o:Security xmlns:o=\"" WSSE
                                "\" xmlns:u=\"" WSU "\" xmlns:c=\"" WSC "\"><c:SecurityContextToken u:Id=\"sct\">"
                                "<c:Identifier>" CONTEXT "</c:Identifier></c:SecurityContextToken>");
    append_derived_key_token(out, derived);
    g_string_append_printf(out,
                           "<ds:Signature xmlns:ds=\"" DS "\">%s<ds:SignatureValue>%s</ds:SignatureValue>"
                           "<ds:KeyInfo><o:SecurityTokenReference><o:Reference URI=\"#dk\"/>"
                           "</o:SecurityTokenReference></ds:KeyInfo></ds:Signature></o:Security></s:Header>%s"
                           "</s:Envelope>",
                           text(form, "canonical_signed_info"), value, text(form, "referenced_octets"));
    return out;
}

static const char *step(const WsscSignature *signature, const char *title)
{
    for (guint i = 0; i < signature->steps->len; i++) {
        const WsscStep *one = signature->steps->pdata[i];
        if (g_str_has_prefix(one->title, title))
            return one->text;
    }
    return NULL;
}

/* Of a message with one signature over one reference. */
static const WsscSignature *only_signature(const WsscSecurity *security)
{
    g_assert_cmpuint(security->signatures->len, ==, 1);
    const WsscSignature *signature = security->signatures->pdata[0];
    if (signature->reason != NULL)
        g_test_message("%s: %s", wssc_verdict_name(signature->verdict), signature->reason);
    g_assert_cmpuint(signature->references->len, ==, 1);
    return signature;
}

static void check_reference(const WsscSignature *signature, JsonObject *vector)
{
    const WsscSignedReference *reference = signature->references->pdata[0];
    g_assert_cmpstr(wssc_digest_name(reference->digest), ==, "ok");
    g_assert_cmpstr(step(signature, "Reference "), ==, text(vector, "referenced_octets"));
}

static void check_derived_message(JsonObject *derived, const char *value)
{
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(WsscSecret) context_key = secret_of(derived, "secret_hex");
    g_autoptr(WsscSecret) derived_key = secret_of(derived, "key_hex");
    g_autofree char *fingerprint = wssc_secret_fingerprint(derived_key);
    WsscSecurityOptions options = {.want_explain = TRUE};
    JsonObject *form = g_hash_table_lookup(by_id, "sg01");

    wssc_keyring_add_context(ring, CONTEXT, NULL, context_key, origin);
    GString *message = signed_message(derived, value);
    g_autoptr(WsscXml) xml = parse(message);
    g_string_free(message, TRUE);
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);
    const WsscSignature *signature = only_signature(security);
    g_assert_cmpstr(wssc_verdict_name(signature->verdict), ==, "valid");
    g_assert_cmpint(signature->key_kind, ==, WSSC_KEY_KIND_DERIVED);
    g_assert_cmpstr(signature->key_fingerprint, ==, fingerprint);
    g_assert_cmpstr(signature->context, ==, CONTEXT);
    g_assert_cmpstr(signature->deviation, ==, strcmp(hash_of(derived), "SHA1") == 0 ? NULL : "p-sha256");
    g_assert_cmpstr(step(signature, "SignedInfo"), ==, text(form, "canonical_signed_info"));
    check_reference(signature, form);
}

/* ---- the kinds ------------------------------------------------------------------------------------------- */

static void test_derived_key(JsonObject *vector)
{
    g_autoptr(GBytes) nonce = hex(vector, "nonce_hex");
    g_autoptr(WsscSecret) secret = secret_of(vector, "secret_hex");
    g_autoptr(WsscSecret) expected = secret_of(vector, "key_hex");
    WsscDerivation derivation = {
        .hash = hash_of(vector),
        .label = has(vector, "label") ? text(vector, "label") : NULL,
        .nonce = wssc_bytes_of(nonce),
        .offset = number(vector, "offset", WSSC_DERIVE_ABSENT),
        .generation = number(vector, "generation", WSSC_DERIVE_ABSENT),
        .length = number(vector, "length", WSSC_DERIVE_ABSENT),
    };
    const char *label;
    gsize offset, length;

    g_assert_true(wssc_derive_settle(&derivation, &label, &offset, &length, NULL));
    g_assert_cmpuint(length, ==, expected->len);
    if (has(vector, "effective_offset"))
        g_assert_cmpint((gint64)offset, ==, number(vector, "effective_offset", -1));
    if (has(vector, "effective_label_utf8_hex")) {
        g_autofree char *digits = wssc_hex_encode(wssc_bytes(label, strlen(label)));
        g_assert_cmpstr(digits, ==, text(vector, "effective_label_utf8_hex"));
    }
    g_autoptr(WsscSecret) key = wssc_derive_key(&derivation, wssc_secret_bytes(secret), NULL);
    check_octets(key, vector, "key_hex");

    /* The signer's part is OpenSSL's alone, with the vector's key. */
    const char *octets = text(g_hash_table_lookup(by_id, "sg01"), "canonical_signed_info");
    guint8 value[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    g_assert_nonnull(
        HMAC(EVP_sha1(), expected->data, (int)expected->len, (const guint8 *)octets, strlen(octets), value, &len));
    g_autofree char *base64 = wssc_base64_encode(wssc_bytes(value, len));
    check_derived_message(vector, base64);
}

static void test_combined_entropy(JsonObject *vector)
{
    g_autoptr(GBytes) requestor = hex(vector, "requestor_entropy_hex");
    g_autoptr(GBytes) issuer = hex(vector, "issuer_entropy_hex");
    gint64 bits = number(vector, "key_size_bits", 0);
    /* No computed key of WS-Trust uses SHA-256: only the function below it can be asked. */
    g_autoptr(WsscSecret) key =
        strcmp(hash_of(vector), "SHA1") == 0
            ? wssc_derive_combined(wssc_bytes_of(requestor), wssc_bytes_of(issuer), bits)
            : wssc_psha(hash_of(vector), wssc_bytes_of(requestor), wssc_bytes_of(issuer), 0, (gsize)(bits / 8));
    check_octets(key, vector, "key_hex");
}

static void test_p_hash(JsonObject *vector)
{
    g_autoptr(GBytes) secret = hex(vector, "secret_hex");
    g_autoptr(GBytes) seed = hex(vector, "seed_hex");
    g_autoptr(WsscSecret) output =
        wssc_psha(hash_of(vector), wssc_bytes_of(secret), wssc_bytes_of(seed), 0, (gsize)number(vector, "length", 0));
    check_octets(output, vector, "output_hex");
}

/* The label is ours to put in front of the digest. */
static void test_authenticator(JsonObject *vector)
{
    static const char label[] = "AUTH-HASH";
    g_autoptr(GBytes) key = hex(vector, "proof_key_hex");
    g_autoptr(GBytes) seed = hex(vector, "seed_hex");
    WsscBytes octets = wssc_bytes_of(seed);
    gsize skip = sizeof label - 1;
    g_assert_cmpmem(octets.data, (int)MIN(octets.len, skip), label, (int)skip);
    g_assert_cmpstr(hash_of(vector), ==, "SHA1");
    g_autoptr(WsscSecret) hash =
        wssc_derive_authenticator(wssc_bytes_of(key), wssc_bytes(octets.data + skip, octets.len - skip));
    check_octets(hash, vector, "combined_hash_hex");
    g_assert_cmpint((gint64)hash->len, ==, number(vector, "length", 0));
}

static void test_username_token_key(JsonObject *vector)
{
    g_autoptr(GBytes) password = hex(vector, "password_utf8_hex");
    g_autoptr(GBytes) salt = hex(vector, "salt_hex");
    g_autoptr(WsscSecret) key =
        wssc_derive_username(wssc_bytes_of(password), wssc_bytes_of(salt), number(vector, "iterations", 0));
    check_octets(key, vector, "key_hex");
}

static WsscSecret *open_encrypted_key(GBytes *cipher, const char *method, WsscKeyring *ring)
{
    g_autofree char *base64 = wssc_base64_encode(wssc_bytes_of(cipher));
    GString *message = g_string_new(NULL);
    g_string_printf(message,
                    "<e:EncryptedKey xmlns:e=\"" XENC "\"><e:EncryptionMethod Algorithm=\"" XENC "%s\"/>"
                    "<ds:KeyInfo xmlns:ds=\"" DS "\"><ds:KeyName>kek</ds:KeyName></ds:KeyInfo>"
                    "<e:CipherData><e:CipherValue>%s</e:CipherValue></e:CipherData></e:EncryptedKey>",
                    method, base64);
    g_autoptr(WsscXml) xml = parse(message);
    g_autofree char *reason = NULL;
    g_string_free(message, TRUE);
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    return wssc_security_element_secret(wssc_xml_root(xml), verifier, &reason);
}

/* An EncryptedKey is known by its hash: a key file that gives the key under it opens it. */
static void test_encrypted_key_sha1(JsonObject *vector)
{
    g_autoptr(GBytes) cipher = hex(vector, "cipher_value_octets_hex");
    g_autofree char *sha1 = wssc_derive_sha1_base64(wssc_bytes_of(cipher));
    g_assert_cmpstr(sha1, ==, text(vector, "key_identifier_b64"));

    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(WsscSecret) known = wssc_secret_new("0123456789abcdef", 16);
    wssc_keyring_add_encrypted_key(ring, text(vector, "key_identifier_b64"), known, origin);
    g_autoptr(WsscSecret) opened = open_encrypted_key(cipher, "rsa-oaep-mgf1p", ring);
    g_assert_nonnull(opened);
    g_assert_true(wssc_secret_equal(opened, known));
}

static void test_aes_key_wrap(JsonObject *vector)
{
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(WsscSecret) kek = secret_of(vector, "kek_hex");
    g_autoptr(GBytes) wrapped = hex(vector, "wrapped_hex");
    g_autofree char *method = g_strdup_printf("kw-aes%u", (guint)kek->len * 8);
    wssc_keyring_add_key_name(ring, "kek", kek, origin);
    g_autoptr(WsscSecret) key = open_encrypted_key(wrapped, method, ring);
    check_octets(key, vector, "key_hex");
}

/* The signature as published: SignedInfo and the Object that it covers in a Signature around both. */
static void test_enveloping(JsonObject *vector)
{
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(WsscSecret) key = secret_of(vector, "key_hex");
    WsscSecurityOptions options = {.want_explain = TRUE};
    GString *message = g_string_new(NULL);
    guint8 value[EVP_MAX_MD_SIZE];
    gsize len = 0;

    g_string_printf(message,
                    "<Signature xmlns=\"" DS "\">%s<SignatureValue>%s</SignatureValue><KeyInfo><KeyName>k</KeyName>"
                    "</KeyInfo>%s</Signature>",
                    text(vector, "canonical_signed_info"), text(vector, "signature_value_b64"),
                    text(vector, "referenced_octets"));
    g_autoptr(WsscXml) xml = parse(message);
    g_string_free(message, TRUE);
    wssc_keyring_add_key_name(ring, "k", key, origin);
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);
    const WsscSignature *signature = only_signature(security);
    check_reference(signature, vector);
    g_assert_cmpstr(signature->algorithm, ==, text(vector, "signature_method"));

    gint64 bits = number(vector, "hmac_output_length", 160);
    if (bits < 80) {
        /* The value is right, as far as so few bits can be: that is why it must be refused. */
        const char *octets = text(vector, "canonical_signed_info");
        g_assert_true(wssc_crypto_hmac(wssc_verifier_crypto(verifier), "SHA1", wssc_secret_bytes(key),
                                       wssc_bytes(octets, strlen(octets)), value, &len));
        g_autofree char *base64 = wssc_base64_encode(wssc_bytes(value, (gsize)bits / 8));
        g_assert_cmpstr(base64, ==, text(vector, "signature_value_b64"));
        g_assert_cmpstr(wssc_verdict_name(signature->verdict), ==, "invalid");
        g_assert_nonnull(strstr(signature->reason, "HMACOutputLength 40"));
        return;
    }
    g_assert_cmpstr(wssc_verdict_name(signature->verdict), ==, "valid");
    g_assert_cmpstr(step(signature, "SignedInfo"), ==, text(vector, "canonical_signed_info"));
}

static void test_hmac_signature(JsonObject *vector)
{
    if (!has(vector, "key_from")) {
        test_enveloping(vector);
        return;
    }
    JsonObject *from = g_hash_table_lookup(by_id, text(vector, "key_from"));
    g_assert_nonnull(from);
    g_assert_cmpstr(text(from, "key_hex"), ==, text(vector, "key_hex"));
    check_derived_message(from, text(vector, "signature_value_b64"));
}

static const struct {
    const char *kind;
    void (*test)(JsonObject *vector);
} kinds[] = {
    {"derived_key", test_derived_key},
    {"combined_entropy", test_combined_entropy},
    {"p_hash", test_p_hash},
    {"authenticator", test_authenticator},
    {"username_token_key", test_username_token_key},
    {"EncryptedKeySHA1", test_encrypted_key_sha1},
    {"aes_key_wrap", test_aes_key_wrap},
    {"hmac_signature", test_hmac_signature},
};

/* ---- the file ---------------------------------------------------------------------------------------------- */

static void run(gconstpointer data)
{
    JsonObject *vector = (JsonObject *)data;
    const char *kind = text(vector, "kind");
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].kind, kind) == 0) {
            kinds[i].test(vector);
            return;
        }
    }
    g_error("%s: vectors of kind %s are not known here", text(vector, "id"), kind);
}

static void add_all(JsonObject *file, const char *list)
{
    JsonArray *vectors = json_object_get_array_member(file, list);
    g_assert_cmpuint(json_array_get_length(vectors), >, 0);
    for (guint i = 0; i < json_array_get_length(vectors); i++) {
        JsonObject *vector = json_array_get_object_element(vectors, i);
        g_autofree char *path = g_strdup_printf("/kdf/%s/%s", list, text(vector, "id"));
        g_assert_true(g_hash_table_insert(by_id, (gpointer)text(vector, "id"), vector));
        g_test_add_data_func(path, vector, run);
    }
}

int main(int argc, char **argv)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    g_test_init(&argc, &argv, NULL);
    if (!json_parser_load_from_file(parser, WSSC_VECTORS "/kdf-vectors.json", &error))
        g_error("%s", error->message);
    JsonObject *file = json_node_get_object(json_parser_get_root(parser));
    by_id = g_hash_table_new(g_str_hash, g_str_equal);
    add_all(file, "own");
    add_all(file, "known");
    int status = g_test_run();
    g_hash_table_unref(by_id);
    return status;
}
