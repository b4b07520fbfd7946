/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was asked of a keyring, and which keys that come later are news to who asked.
 */
#include "base/limits.h"
#include "keys/keyring.h"

typedef struct {
    WsscKeyring *ring;
    WsscSecret *secret;
    WsscKeyQuestions questions;
} Fixture;

static const WsscKeyOrigin origin = {.source = WSSC_KEY_FROM_CAPTURE, .frame = 7};

static void begin(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->ring = wssc_keyring_new();
    fixture->secret = wssc_secret_new("0123456789abcdef", 16);
    wssc_key_questions_init(&fixture->questions);
    wssc_keyring_listen(fixture->ring, &fixture->questions);
}

static void end(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    wssc_key_questions_clear(&fixture->questions);
    wssc_secret_unref(fixture->secret);
    wssc_keyring_free(fixture->ring);
}

/* Whether what came since then is news. */
static gboolean has_news(const Fixture *fixture, guint64 since)
{
    return wssc_keyring_has_news(fixture->ring, &fixture->questions, since);
}

static void test_by_name(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_null(wssc_keyring_context(fixture->ring, "urn:mine"));
    wssc_keyring_add_context(fixture->ring, "urn:other", NULL, fixture->secret, origin);
    wssc_keyring_add_token(fixture->ring, "urn:mine", fixture->secret, origin);
    g_assert_false(has_news(fixture, 0));
    wssc_keyring_add_context(fixture->ring, "urn:mine", NULL, fixture->secret, origin);
    guint64 since = wssc_keyring_serial(fixture->ring);
    g_assert_true(has_news(fixture, 0));
    g_assert_false(has_news(fixture, since));
    wssc_keyring_add_context(fixture->ring, "urn:mine", NULL, fixture->secret, origin); /* known already */
    g_assert_false(has_news(fixture, since));
    wssc_keyring_add_context(fixture->ring, "urn:mine", "urn:second", fixture->secret, origin);
    g_assert_true(has_news(fixture, since));
}

static void test_whole_list(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) names = wssc_keyring_named(fixture->ring);
    g_assert_cmpuint(names->len, ==, 0);
    wssc_keyring_add_encrypted_key(fixture->ring, "AAAA", fixture->secret, origin);
    wssc_keyring_add_password(fixture->ring, "user", "password", origin);
    g_assert_false(has_news(fixture, 0));
    wssc_keyring_add_key_name(fixture->ring, "any", fixture->secret, origin);
    g_assert_true(has_news(fixture, 0));
}

static void test_private_keys(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_cmpuint(wssc_keyring_private_keys(fixture->ring)->len, ==, 0);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    wssc_keyring_add_private_key(fixture->ring, key, NULL, origin);
    g_assert_true(has_news(fixture, 0));
    EVP_PKEY_free(key);
}

static void test_nobody_listens(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    wssc_keyring_listen(fixture->ring, NULL);
    wssc_keyring_context(fixture->ring, "urn:mine");
    wssc_keyring_add_context(fixture->ring, "urn:mine", NULL, fixture->secret, origin);
    g_assert_false(has_news(fixture, 0));
}

/* Who asked too much to be remembered is told of everything. */
static void test_too_many(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    for (guint i = 0; i <= WSSC_MAX_KEY_QUESTIONS; i++) {
        g_autofree char *id = g_strdup_printf("urn:%u", i);
        wssc_keyring_context(fixture->ring, id);
    }
    g_assert_false(has_news(fixture, 0));
    wssc_keyring_add_token(fixture->ring, "urn:other", fixture->secret, origin);
    g_assert_true(has_news(fixture, 0));
    wssc_key_questions_reset(&fixture->questions);
    g_assert_false(has_news(fixture, 0));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *, gconstpointer);
    } tests[] = {{"/keyring/news/by-name", test_by_name},
                 {"/keyring/news/whole-list", test_whole_list},
                 {"/keyring/news/private-keys", test_private_keys},
                 {"/keyring/news/nobody-listens", test_nobody_listens},
                 {"/keyring/news/too-many", test_too_many}};
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, begin, tests[i].run, end);
    return g_test_run();
}
