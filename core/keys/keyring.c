/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "keys/keyring.h"

#include <string.h>

#include "base/limits.h"

/* What can be asked for by name, or as a whole list. */
typedef enum {
    ASKED_CONTEXT,
    ASKED_CONTEXT_NAME,
    ASKED_ENCRYPTED_KEY,
    ASKED_PASSWORD,
    ASKED_TOKEN,
    ASKED_KEY_NAME,
    ASKED_PRIVATE_KEYS,
    ASKED_CERTIFICATES,
    ASKED_MAX
} Asked;

struct WsscKeyring {
    guint64 serial;
    GHashTable *news;           /* question (a hash: see question_of) -> serial when its answer last grew */
    WsscKeyQuestions *asked;    /* borrowed: where questions are noted; or NULL */
    GHashTable *contexts;       /* identifier -> GPtrArray of WsscKey; so the others */
    GHashTable *named_first;    /* set of identifiers: contexts without a key that has no name */
    GHashTable *context_names;  /* name -> GPtrArray of WsscContextName */
    GHashTable *encrypted_keys; /* by base64 SHA-1 */
    GHashTable *passwords;      /* by user */
    GHashTable *tokens;         /* by id */
    GHashTable *key_names;      /* by name */
    GHashTable *known;          /* set: kind, id, instance, habit and fingerprint of each secret of long lists */
    GPtrArray *private_keys;    /* WsscPrivateKey */
    GPtrArray *certificates;    /* WsscCertificate */
    guint learned_certificates;
    WsscLimits limits;
    WsscLimitSet limits_met;
};

const char *wssc_key_source_name(WsscKeySource source)
{
    return source == WSSC_KEY_FROM_KEYFILE ? "keyfile" : "capture";
}

/* That of most keys. */
static char no_instance[] = "";

static void free_key(gpointer data)
{
    WsscKey *key = data;
    wssc_secret_unref(key->secret);
    if (key->instance != no_instance)
        g_free(key->instance);
    g_free(key);
}

static void free_list(gpointer list)
{
    g_ptr_array_unref(list);
}

static void free_private_key(gpointer data)
{
    WsscPrivateKey *key = data;
    EVP_PKEY_free(key->key);
    X509_free(key->certificate);
    g_free(key);
}

static void free_context_name(gpointer data)
{
    WsscContextName *name = data;
    g_free(name->identifier);
    g_free(name->instance);
    g_free(name);
}

static void free_certificate(gpointer data)
{
    WsscCertificate *certificate = data;
    X509_free(certificate->certificate);
    g_free(certificate->path);
    g_free(certificate);
}

static GHashTable *new_table(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
}

WsscKeyring *wssc_keyring_new(void)
{
    WsscKeyring *ring = g_new0(WsscKeyring, 1);
    wssc_limits_init(&ring->limits);
    ring->news = g_hash_table_new(NULL, NULL);
    ring->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ring->contexts = new_table();
    ring->named_first = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ring->context_names = new_table();
    ring->encrypted_keys = new_table();
    ring->passwords = new_table();
    ring->tokens = new_table();
    ring->key_names = new_table();
    ring->private_keys = g_ptr_array_new_with_free_func(free_private_key);
    ring->certificates = g_ptr_array_new_with_free_func(free_certificate);
    return ring;
}

void wssc_keyring_set_limits(WsscKeyring *ring, const WsscLimits *limits)
{
    ring->limits = *limits;
}

void wssc_keyring_free(WsscKeyring *ring)
{
    if (ring == NULL)
        return;
    g_hash_table_unref(ring->news);
    g_hash_table_unref(ring->known);
    g_hash_table_unref(ring->contexts);
    g_hash_table_unref(ring->named_first);
    g_hash_table_unref(ring->context_names);
    g_hash_table_unref(ring->encrypted_keys);
    g_hash_table_unref(ring->passwords);
    g_hash_table_unref(ring->tokens);
    g_hash_table_unref(ring->key_names);
    g_ptr_array_unref(ring->private_keys);
    g_ptr_array_unref(ring->certificates);
    g_free(ring);
}

guint64 wssc_keyring_serial(const WsscKeyring *ring)
{
    return ring->serial;
}

/* ---- questions --------------------------------------------------------------------------------- */

/* Two questions with one number only make somebody ask again in vain. NULL: any name. */
static guint question_of(Asked kind, const char *name)
{
    return (name != NULL ? g_str_hash(name) : 0) * ASKED_MAX + (guint)kind;
}

static void note_question(const WsscKeyring *ring, Asked kind, const char *name)
{
    if (ring->asked == NULL)
        return;
    GArray *list = ring->asked->list;
    guint question = question_of(kind, name);
    for (guint i = 0; i < list->len; i++)
        if (g_array_index(list, guint, i) == question)
            return;
    if (list->len < WSSC_MAX_KEY_QUESTIONS)
        g_array_append_val(list, question);
    else
        ring->asked->is_everything = TRUE;
}

/* The answer to a question grew. */
static void note_news(WsscKeyring *ring, Asked kind, const char *name)
{
    gpointer serial = GSIZE_TO_POINTER((gsize)++ring->serial);
    g_hash_table_insert(ring->news, GUINT_TO_POINTER(question_of(kind, name)), serial);
    g_hash_table_insert(ring->news, GUINT_TO_POINTER(question_of(kind, NULL)), serial);
}

void wssc_key_questions_init(WsscKeyQuestions *questions)
{
    questions->list = g_array_new(FALSE, FALSE, sizeof(guint));
    questions->is_everything = FALSE;
}

void wssc_key_questions_reset(WsscKeyQuestions *questions)
{
    g_array_set_size(questions->list, 0);
    questions->is_everything = FALSE;
}

void wssc_key_questions_clear(WsscKeyQuestions *questions)
{
    g_clear_pointer(&questions->list, g_array_unref);
}

void wssc_keyring_listen(WsscKeyring *ring, WsscKeyQuestions *questions)
{
    ring->asked = questions;
}

gboolean wssc_keyring_has_news(const WsscKeyring *ring, const WsscKeyQuestions *questions, guint64 serial)
{
    if (questions->is_everything)
        return ring->serial > serial;
    for (guint i = 0; ring->serial > serial && i < questions->list->len; i++) {
        guint question = g_array_index(questions->list, guint, i);
        if (GPOINTER_TO_SIZE(g_hash_table_lookup(ring->news, GUINT_TO_POINTER(question))) > serial)
            return TRUE;
    }
    return FALSE;
}

/* ---- adding ------------------------------------------------------------------------------------ */

#define MOST_LOOKED_THROUGH 8 /* keys of a list */

/* By everything that makes two keys the same: an identifier may have any number of them. Caller frees. */
static char *sameness(Asked kind, const char *id, const char *instance, WsscSecret *secret, WsscDeviation deviation)
{
    g_autofree char *fingerprint = wssc_secret_fingerprint(secret);
    return g_strdup_printf("%d %d %s %u %s %s", (int)kind, (int)deviation, fingerprint, (guint)strlen(instance),
                           instance, id);
}

static void index_keys(WsscKeyring *ring, Asked kind, const char *id, const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++) {
        const WsscKey *key = list->pdata[i];
        g_hash_table_add(ring->known, sameness(kind, id, key->instance, key->secret, key->deviation));
    }
}

/* Adds it to those that are. */
static gboolean is_known(WsscKeyring *ring, Asked kind, const char *id, const char *instance, WsscSecret *secret,
                         WsscDeviation deviation, const GPtrArray *list)
{
    if (list->len == MOST_LOOKED_THROUGH)
        index_keys(ring, kind, id, list);
    if (list->len >= MOST_LOOKED_THROUGH)
        return !g_hash_table_add(ring->known, sameness(kind, id, instance, secret, deviation));
    for (guint i = 0; i < list->len; i++) {
        const WsscKey *key = list->pdata[i];
        if (key->deviation == deviation && strcmp(key->instance, instance) == 0 &&
            wssc_secret_equal(key->secret, secret))
            return TRUE;
    }
    return FALSE;
}

static void add_secret(WsscKeyring *ring, Asked kind, GHashTable *table, const char *id, const char *instance,
                       WsscSecret *secret, WsscDeviation deviation, WsscKeyOrigin origin)
{
    GPtrArray *list = g_hash_table_lookup(table, id);
    if (list == NULL) {
        list = g_ptr_array_new_with_free_func(free_key);
        g_hash_table_insert(table, g_strdup(id), list);
    }
    if (is_known(ring, kind, id, instance, secret, deviation, list))
        return;
    WsscKey *key = g_new0(WsscKey, 1);
    key->secret = wssc_secret_ref(secret);
    key->instance = *instance != '\0' ? g_strdup(instance) : no_instance;
    key->origin = origin;
    key->deviation = deviation;
    g_ptr_array_add(list, key);
    note_news(ring, kind, id);
}

void wssc_keyring_add_context(WsscKeyring *ring, const char *identifier, const char *instance, WsscSecret *secret,
                              WsscKeyOrigin origin)
{
    add_secret(ring, ASKED_CONTEXT, ring->contexts, identifier, instance != NULL ? instance : "", secret,
               WSSC_DEVIATION_NONE, origin);
}

void wssc_keyring_add_context_habit(WsscKeyring *ring, const char *identifier, const char *instance, WsscSecret *secret,
                                    WsscDeviation deviation, WsscKeyOrigin origin)
{
    add_secret(ring, ASKED_CONTEXT, ring->contexts, identifier, instance != NULL ? instance : "", secret, deviation,
               origin);
}

void wssc_keyring_name_first(WsscKeyring *ring, const char *identifier)
{
    if (g_hash_table_add(ring->named_first, g_strdup(identifier)))
        note_news(ring, ASKED_CONTEXT, identifier);
}

const WsscLimitSet *wssc_keyring_limits_met(const WsscKeyring *ring)
{
    return &ring->limits_met;
}

void wssc_keyring_add_context_name(WsscKeyring *ring, const char *name, const char *identifier, const char *instance,
                                   gboolean is_given)
{
    GPtrArray *list = g_hash_table_lookup(ring->context_names, name);
    if (instance == NULL)
        instance = "";
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const WsscContextName *known = list->pdata[i];
        if (known->is_given == is_given && strcmp(known->identifier, identifier) == 0 &&
            strcmp(known->instance, instance) == 0)
            return;
    }
    if (list == NULL && g_hash_table_size(ring->context_names) < ring->limits.value[WSSC_LIMIT_CONTEXT_NAMES]) {
        list = g_ptr_array_new_with_free_func(free_context_name);
        g_hash_table_insert(ring->context_names, g_strdup(name), list);
    }
    if (list == NULL || list->len >= ring->limits.value[WSSC_LIMIT_CONTEXTS_OF_NAME]) {
        wssc_limit_set_add(&ring->limits_met, list == NULL ? WSSC_LIMIT_CONTEXT_NAMES : WSSC_LIMIT_CONTEXTS_OF_NAME);
        return;
    }
    WsscContextName *entry = g_new0(WsscContextName, 1);
    entry->identifier = g_strdup(identifier);
    entry->instance = g_strdup(instance);
    entry->is_given = is_given;
    g_ptr_array_add(list, entry);
    note_news(ring, ASKED_CONTEXT_NAME, name);
}

void wssc_keyring_add_encrypted_key(WsscKeyring *ring, const char *sha1, WsscSecret *secret, WsscKeyOrigin origin)
{
    add_secret(ring, ASKED_ENCRYPTED_KEY, ring->encrypted_keys, sha1, "", secret, WSSC_DEVIATION_NONE, origin);
}

void wssc_keyring_add_password(WsscKeyring *ring, const char *user, const char *password, WsscKeyOrigin origin)
{
    g_autoptr(WsscSecret) secret = wssc_secret_new(password, strlen(password));
    add_secret(ring, ASKED_PASSWORD, ring->passwords, user, "", secret, WSSC_DEVIATION_NONE, origin);
}

void wssc_keyring_add_token(WsscKeyring *ring, const char *id, WsscSecret *secret, WsscKeyOrigin origin)
{
    add_secret(ring, ASKED_TOKEN, ring->tokens, id, "", secret, WSSC_DEVIATION_NONE, origin);
}

void wssc_keyring_add_key_name(WsscKeyring *ring, const char *name, WsscSecret *secret, WsscKeyOrigin origin)
{
    add_secret(ring, ASKED_KEY_NAME, ring->key_names, name, "", secret, WSSC_DEVIATION_NONE, origin);
}

void wssc_keyring_add_certificate(WsscKeyring *ring, X509 *certificate, const char *path, WsscKeyOrigin origin)
{
    for (guint i = 0; i < ring->certificates->len; i++) {
        WsscCertificate *known = ring->certificates->pdata[i];
        if (X509_cmp(known->certificate, certificate) != 0)
            continue;
        if (known->path == NULL && path != NULL) {
            known->path = g_strdup(path);
            note_news(ring, ASKED_CERTIFICATES, NULL);
        }
        return;
    }
    if (origin.source == WSSC_KEY_FROM_CAPTURE &&
        ring->learned_certificates++ >= ring->limits.value[WSSC_LIMIT_LEARNED_CERTIFICATES]) {
        wssc_limit_set_add(&ring->limits_met, WSSC_LIMIT_LEARNED_CERTIFICATES);
        return;
    }
    WsscCertificate *entry = g_new0(WsscCertificate, 1);
    X509_up_ref(certificate);
    entry->certificate = certificate;
    entry->path = g_strdup(path);
    entry->origin = origin;
    g_ptr_array_add(ring->certificates, entry);
    note_news(ring, ASKED_CERTIFICATES, NULL);
}

void wssc_keyring_add_private_key(WsscKeyring *ring, EVP_PKEY *key, X509 *certificate, WsscKeyOrigin origin)
{
    if (certificate != NULL)
        wssc_keyring_add_certificate(ring, certificate, NULL, origin);
    for (guint i = 0; i < ring->private_keys->len; i++) {
        WsscPrivateKey *known = ring->private_keys->pdata[i];
        if (EVP_PKEY_eq(known->key, key) != 1)
            continue;
        if (known->certificate == NULL && certificate != NULL) {
            X509_up_ref(certificate);
            known->certificate = certificate;
            note_news(ring, ASKED_PRIVATE_KEYS, NULL);
        }
        return;
    }
    WsscPrivateKey *entry = g_new0(WsscPrivateKey, 1);
    EVP_PKEY_up_ref(key);
    entry->key = key;
    if (certificate != NULL)
        X509_up_ref(certificate);
    entry->certificate = certificate;
    entry->origin = origin;
    g_ptr_array_add(ring->private_keys, entry);
    note_news(ring, ASKED_PRIVATE_KEYS, NULL);
}

/* ---- looking up ---------------------------------------------------------------------------------- */

static const GPtrArray *look_up(const WsscKeyring *ring, Asked kind, GHashTable *table, const char *id)
{
    if (id != NULL)
        note_question(ring, kind, id);
    return id != NULL ? g_hash_table_lookup(table, id) : NULL;
}

const GPtrArray *wssc_keyring_context(const WsscKeyring *ring, const char *identifier)
{
    return look_up(ring, ASKED_CONTEXT, ring->contexts, identifier);
}

gboolean wssc_keyring_may_have_unnamed(const WsscKeyring *ring, const char *identifier)
{
    note_question(ring, ASKED_CONTEXT, identifier);
    return !g_hash_table_contains(ring->named_first, identifier);
}

const GPtrArray *wssc_keyring_context_names(const WsscKeyring *ring, const char *name)
{
    return look_up(ring, ASKED_CONTEXT_NAME, ring->context_names, name);
}

const GPtrArray *wssc_keyring_encrypted_key(const WsscKeyring *ring, const char *sha1)
{
    return look_up(ring, ASKED_ENCRYPTED_KEY, ring->encrypted_keys, sha1);
}

const GPtrArray *wssc_keyring_passwords(const WsscKeyring *ring, const char *user)
{
    return look_up(ring, ASKED_PASSWORD, ring->passwords, user);
}

const GPtrArray *wssc_keyring_token(const WsscKeyring *ring, const char *id)
{
    return look_up(ring, ASKED_TOKEN, ring->tokens, id);
}

const GPtrArray *wssc_keyring_key_name(const WsscKeyring *ring, const char *name)
{
    return look_up(ring, ASKED_KEY_NAME, ring->key_names, name);
}

const GPtrArray *wssc_keyring_private_keys(const WsscKeyring *ring)
{
    note_question(ring, ASKED_PRIVATE_KEYS, NULL);
    return ring->private_keys;
}

const GPtrArray *wssc_keyring_certificates(const WsscKeyring *ring)
{
    note_question(ring, ASKED_CERTIFICATES, NULL);
    return ring->certificates;
}

static void visit_table(GHashTable *table, const char *kind, WsscKeyringVisit visit, gpointer user)
{
    GList *ids = g_list_sort(g_hash_table_get_keys(table), (GCompareFunc)strcmp);
    for (GList *id = ids; id != NULL; id = id->next) {
        const GPtrArray *list = g_hash_table_lookup(table, id->data);
        for (guint i = 0; i < list->len; i++)
            if (((const WsscKey *)list->pdata[i])->deviation == WSSC_DEVIATION_NONE)
                visit(kind, id->data, list->pdata[i], user);
    }
    g_list_free(ids);
}

static void take_key(const char *kind G_GNUC_UNUSED, const char *id G_GNUC_UNUSED, const WsscKey *key, gpointer user)
{
    g_ptr_array_add(user, (gpointer)key);
}

GPtrArray *wssc_keyring_named(const WsscKeyring *ring)
{
    GPtrArray *list = g_ptr_array_new();
    note_question(ring, ASKED_KEY_NAME, NULL);
    visit_table(ring->key_names, "KEY_NAME", take_key, list);
    return list;
}

void wssc_keyring_foreach(const WsscKeyring *ring, WsscKeyringVisit visit, gpointer user)
{
    note_question(ring, ASKED_CONTEXT, NULL);
    note_question(ring, ASKED_ENCRYPTED_KEY, NULL);
    visit_table(ring->contexts, "SCT", visit, user);
    visit_table(ring->encrypted_keys, "ENCRYPTED_KEY", visit, user);
}
