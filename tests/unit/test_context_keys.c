/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key that an exchange makes, and what stands for one that is not known.
 */
#include "play.h"

/* KeySize of the response, else of the request, else 256 bits (WS-Trust 1.4 section 9.2). */
static void test_key_size(void)
{
    static const struct {
        const char *asked, *given;
        gsize octets;
    } cases[] = {{"128", "192", 24}, {"128", NULL, 16}, {NULL, NULL, 32}, {NULL, "512", 64}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Play play;
        begin(&play);
        g_autofree char *asked =
            cases[i].asked != NULL ? g_strdup_printf("<t:KeySize>%s</t:KeySize>", cases[i].asked) : g_strdup("");
        g_autofree char *given =
            cases[i].given != NULL ? g_strdup_printf("<t:KeySize>%s</t:KeySize>", cases[i].given) : g_strdup("");
        g_autofree char *rst = g_strdup_printf(RST("/Issue", ENTROPY(CLIENT_ENTROPY) "%s"), asked);
        g_autofree char *rstr =
            g_strdup_printf(RSTR(TOKEN("urn:ctx", "") COMPUTED ENTROPY(SERVER_ENTROPY) HOUR "%s"), given);
        ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), rst);
        ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), rstr);
        const WsscInstance *instance = context(&play, "urn:ctx")->instances->pdata[0];
        g_assert_cmpuint(instance->key->len, ==, cases[i].octets);
        g_assert_cmpint(instance->key_size, ==, (gint64)cases[i].octets * 8);
        end(&play);
    }
}

static void test_entropy_modes(void)
{
    static const struct {
        const char *asked, *given;
        WsscEntropyMode mode;
        gsize octets;
    } cases[] = {
        {ENTROPY(CLIENT_ENTROPY), "", WSSC_ENTROPY_CLIENT, 32},
        {ENTROPY("AAECAwQFBgc="),
         "<t:RequestedProofToken><t:BinarySecret Type='" TRUST
         "/Nonce'>AAECAwQFBgc=</t:BinarySecret></t:RequestedProofToken>",
         WSSC_ENTROPY_CLIENT, 8},
        {ENTROPY(CLIENT_ENTROPY),
         "<t:RequestedProofToken><t:BinarySecret>AAECAwQFBgc=</t:BinarySecret></t:RequestedProofToken>",
         WSSC_ENTROPY_SERVER, 8},
        {"", "<t:RequestedProofToken><t:BinarySecret>AAECAwQFBgc=</t:BinarySecret></t:RequestedProofToken>",
         WSSC_ENTROPY_SERVER, 8},
        {ENTROPY(CLIENT_ENTROPY), ENTROPY(SERVER_ENTROPY), WSSC_ENTROPY_COMBINED, 32},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        Play play;
        begin(&play);
        g_autofree char *rst = g_strdup_printf(RST("/Issue", "%s"), cases[i].asked);
        g_autofree char *rstr = g_strdup_printf(RSTR(TOKEN("urn:ctx", "") "%s" HOUR), cases[i].given);
        ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), rst);
        ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), rstr);
        const WsscInstance *instance = context(&play, "urn:ctx")->instances->pdata[0];
        g_assert_cmpint(instance->entropy_mode, ==, cases[i].mode);
        g_assert_cmpuint(instance->key->len, ==, cases[i].octets);
        end(&play);
    }
}

static void test_no_secret(void)
{
    Play play;
    begin(&play);
    ASK(&play, 1, ID(TRUST "/RST/SCT", "urn:m:1"), RST("/Issue", "<t:KeyType>" TRUST "/PublicKey</t:KeyType>"));
    ANSWER(&play, 1, RE(TRUST "/RSTR/SCT", "urn:m:1"), RSTR(TOKEN("urn:ctx", "") HOUR));
    finish(&play);
    check_calm(&play);
    end(&play);
}

static void test_key_file(void)
{
    Play play;
    begin(&play);
    WsscSecret *secret = wssc_secret_new("0123456789abcdef", 16);
    wssc_keyring_add_context(wssc_session_keyring(play.session), "urn:ctx", NULL, secret,
                             (WsscKeyOrigin){.source = WSSC_KEY_FROM_KEYFILE, .line = 3});
    call(&play, 1, "");
    finish(&play);
    const WsscInstance *instance = context(&play, "urn:ctx")->instances->pdata[0];
    g_assert_true(wssc_secret_equal(instance->key, secret));
    g_assert_cmpint(instance->key_origin.source, ==, WSSC_KEY_FROM_KEYFILE);
    g_assert_cmpint(instance->key_size, ==, 128);
    wssc_secret_unref(secret);
    end(&play);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/key/size", test_key_size);
    g_test_add_func("/key/entropy-modes", test_entropy_modes);
    g_test_add_func("/key/no-secret", test_no_secret);
    g_test_add_func("/key/key-file", test_key_file);
    return g_test_run();
}
