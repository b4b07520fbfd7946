/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <openssl/rsa.h>
#include <string.h>

#include "keys/keyfile.h"
#include "sample.h"

typedef struct {
    const char *kind; /* the keyword of the key file */
    char *id, *instance;
    WsscSecret *secret;
} KeyEntry;

static void add_entry(KeySet *keys, const char *kind, const char *id, const char *instance, WsscSecret *secret)
{
    KeyEntry *entry = g_new0(KeyEntry, 1);
    entry->kind = g_intern_string(kind);
    entry->id = g_strdup(id);
    entry->instance = g_strdup(instance);
    entry->secret = wssc_secret_ref(secret);
    g_ptr_array_add(keys->entries, entry);
}

static void visit(const char *kind, const char *id, const WsscKey *key, gpointer user)
{
    add_entry(user, kind, id, key->instance, key->secret);
}

/* The kinds that a keyring does not list. */
static void add_line(KeySet *keys, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 3);
    if (g_strv_length(words) < 3)
        return;
    if (strcmp(words[0], "PASSWORD") == 0) {
        g_autoptr(WsscSecret) password = wssc_secret_new(words[2], strlen(words[2]));
        add_entry(keys, "PASSWORD", words[1], "", password);
    } else if (strcmp(words[0], "TOKEN") == 0 || strcmp(words[0], "KEY_NAME") == 0) {
        g_autoptr(WsscSecret) secret = wssc_keyfile_secret(words[2]);
        g_autofree char *name = g_uri_unescape_string(words[1], NULL);
        g_assert_nonnull(secret);
        add_entry(keys, words[0], *words[0] == 'K' ? name : words[1], "", secret);
    }
}

KeySet *keys_from_ring(const WsscKeyring *ring, const char *key_file)
{
    KeySet *keys = g_new0(KeySet, 1);
    g_auto(GStrv) lines = g_strsplit(key_file, "\n", -1);
    const GPtrArray *privates = wssc_keyring_private_keys(ring);
    const GPtrArray *certificates = wssc_keyring_certificates(ring);

    keys->entries = g_ptr_array_new();
    keys->privates = g_ptr_array_new();
    keys->owners = g_ptr_array_new();
    keys->certificates = g_ptr_array_new();
    wssc_keyring_foreach(ring, visit, keys);
    for (char **line = lines; *line != NULL; line++)
        add_line(keys, *line);
    for (guint i = 0; i < privates->len; i++) {
        const WsscPrivateKey *key = privates->pdata[i];
        EVP_PKEY_up_ref(key->key);
        if (key->certificate != NULL)
            X509_up_ref(key->certificate);
        g_ptr_array_add(keys->privates, key->key);
        g_ptr_array_add(keys->owners, key->certificate);
    }
    for (guint i = 0; i < certificates->len; i++) {
        X509 *certificate = ((const WsscCertificate *)certificates->pdata[i])->certificate;
        X509_up_ref(certificate);
        g_ptr_array_add(keys->certificates, certificate);
    }
    return keys;
}

gboolean keys_has_unnamed(const KeySet *keys)
{
    for (guint i = 0; i < keys->entries->len; i++)
        if (strcmp(((const KeyEntry *)keys->entries->pdata[i])->kind, "KEY_NAME") == 0)
            return TRUE;
    return keys->certificates->len > 0;
}

/* ---- changed keys ----------------------------------------------------------------------------------------- */

/* One pair for each type of key, made once and known to nobody. */
static EVP_PKEY *stranger(int type)
{
    static EVP_PKEY *rsa, *ec;
    if (type != EVP_PKEY_EC) {
        if (rsa == NULL)
            rsa = EVP_RSA_gen(2048);
        return rsa;
    }
    if (ec == NULL)
        ec = EVP_EC_gen("P-256");
    return ec;
}

X509 *keys_forge_certificate(X509 *certificate)
{
    EVP_PKEY *key = stranger(EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)));
    X509 *forged = X509_dup(certificate);
    g_assert_true(X509_set_pubkey(forged, key));
    g_assert_cmpint(X509_sign(forged, key, EVP_sha256()), >, 0);
    return forged;
}

static WsscSecret *with_bit(const WsscSecret *secret, guint turn)
{
    WsscSecret *changed = wssc_secret_new(secret->data, secret->len);
    if (turn >= 3 || secret->len == 0)
        g_clear_pointer(&changed, wssc_secret_unref);
    else if (turn == 0)
        changed->data[0] ^= 1;
    else if (turn == 1)
        changed->data[changed->len - 1] ^= 2;
    else
        changed->data[changed->len / 2] ^= 4;
    return changed;
}

/* A shorter key of HMAC is filled with octets of zero: what makes no difference is no change. */
static WsscSecret *with_length(const WsscSecret *secret, guint turn)
{
    if (turn == 0) {
        gsize len = secret->len;
        while (len > 0 && secret->data[len - 1] == 0)
            len--;
        return wssc_secret_new(secret->data, len > 0 ? len - 1 : 0);
    }
    if (turn > 2)
        return NULL;
    WsscSecret *changed = wssc_secret_new_blank(secret->len + (turn == 1 ? 1 : 16));
    memcpy(changed->data, secret->data, secret->len);
    memset(changed->data + secret->len, 0x5A, changed->len - secret->len);
    return changed;
}

static WsscSecret *of_another(const KeySet *keys, guint position, guint turn)
{
    static const char nobodys[] = "a key that nobody in any capture has";
    const KeyEntry *entry = keys->entries->pdata[position];
    const WsscSecret *own = entry->secret;
    for (guint i = 1; turn == 0 && i < keys->entries->len; i++) {
        const KeyEntry *other = keys->entries->pdata[(position + i) % keys->entries->len];
        if (strcmp(entry->id, other->id) != 0 && !wssc_secret_equal(own, other->secret))
            return wssc_secret_ref(other->secret);
    }
    return turn < 2 ? wssc_secret_new(nobodys, own->len <= sizeof nobodys ? MAX(own->len, 16) : sizeof nobodys) : NULL;
}

static WsscSecret *changed_secret(const KeySet *keys, guint position, KeyChange change, guint turn)
{
    WsscSecret *secret = ((const KeyEntry *)keys->entries->pdata[position])->secret;
    switch (change) {
    case KEYS_BIT:
        return with_bit(secret, turn);
    case KEYS_LENGTH:
        return with_length(secret, turn);
    case KEYS_OTHER:
        return of_another(keys, position, turn);
    default:
        return turn == 0 && change == KEYS_AS_THEY_ARE ? wssc_secret_ref(secret) : NULL;
    }
}

static void add_to_ring(WsscKeyring *ring, const KeyEntry *entry, WsscSecret *secret)
{
    const WsscKeyOrigin origin = {.source = WSSC_KEY_FROM_KEYFILE, .line = 1};
    if (strcmp(entry->kind, "SCT") == 0) {
        wssc_keyring_add_context(ring, entry->id, entry->instance, secret, origin);
    } else if (strcmp(entry->kind, "ENCRYPTED_KEY") == 0) {
        wssc_keyring_add_encrypted_key(ring, entry->id, secret, origin);
    } else if (strcmp(entry->kind, "TOKEN") == 0) {
        wssc_keyring_add_token(ring, entry->id, secret, origin);
    } else if (strcmp(entry->kind, "KEY_NAME") == 0) {
        wssc_keyring_add_key_name(ring, entry->id, secret, origin);
    } else {
        g_autofree char *password = g_strndup((const char *)secret->data, secret->len);
        wssc_keyring_add_password(ring, entry->id, password, origin);
    }
}

static void add_pairs(WsscKeyring *ring, const KeySet *keys, gboolean is_forged)
{
    const WsscKeyOrigin origin = {.source = WSSC_KEY_FROM_KEYFILE, .line = 1};
    for (guint i = 0; i < keys->privates->len; i++) {
        EVP_PKEY *key = keys->privates->pdata[i];
        X509 *owner = keys->owners->pdata[i];
        X509 *forged = is_forged && owner != NULL ? keys_forge_certificate(owner) : NULL;
        wssc_keyring_add_private_key(ring, is_forged ? stranger(EVP_PKEY_get_base_id(key)) : key,
                                     is_forged ? forged : owner, origin);
        X509_free(forged);
    }
    for (guint i = 0; i < keys->certificates->len; i++) {
        X509 *certificate = keys->certificates->pdata[i];
        X509 *forged = is_forged ? keys_forge_certificate(certificate) : NULL;
        wssc_keyring_add_certificate(ring, is_forged ? forged : certificate, NULL, origin);
        X509_free(forged);
    }
}

WsscKeyring *keys_ring(const KeySet *keys, KeyChange change, guint turn)
{
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    guint added = 0;
    if (change == KEYS_NONE)
        return turn == 0 ? g_steal_pointer(&ring) : NULL;
    for (guint i = 0; i < keys->entries->len; i++) {
        g_autoptr(WsscSecret) secret = changed_secret(keys, i, change, turn);
        if (secret == NULL)
            continue;
        add_to_ring(ring, keys->entries->pdata[i], secret);
        added++;
    }
    if (change != KEYS_AS_THEY_ARE && turn > 0 && added == 0)
        return NULL;
    add_pairs(ring, keys, change != KEYS_AS_THEY_ARE);
    return g_steal_pointer(&ring);
}

static gboolean is_instance(const KeyEntry *entry, const char *context, const char *instance)
{
    return strcmp(entry->kind, "SCT") == 0 && strcmp(entry->id, context) == 0 &&
           strcmp(entry->instance, instance != NULL ? instance : "") == 0;
}

WsscKeyring *keys_ring_instance(const KeySet *keys, const char *context, const char *instance)
{
    const KeyEntry *named = NULL, *other = NULL;
    for (guint i = 0; i < keys->entries->len; i++) {
        const KeyEntry *entry = keys->entries->pdata[i];
        if (is_instance(entry, context, instance))
            named = entry;
    }
    for (guint i = 0; named != NULL && i < keys->entries->len; i++) {
        const KeyEntry *entry = keys->entries->pdata[i];
        if (strcmp(entry->kind, "SCT") == 0 && strcmp(entry->id, context) == 0 &&
            !wssc_secret_equal(entry->secret, named->secret))
            other = entry;
    }
    if (other == NULL)
        return NULL;
    WsscKeyring *ring = wssc_keyring_new();
    for (guint i = 0; i < keys->entries->len; i++) {
        const KeyEntry *entry = keys->entries->pdata[i];
        add_to_ring(ring, entry, wssc_secret_equal(entry->secret, named->secret) ? other->secret : entry->secret);
    }
    add_pairs(ring, keys, FALSE);
    return ring;
}
