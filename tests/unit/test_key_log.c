/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Key logs of TLS: which connections they open, and when that is not known.
 */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "watch/key_log.h"

#define HEX_A "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define HEX_B "ff112233445566778899aabbccddeeff00112233445566778899aabbccddee00"
#define SECRET "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static guint64 hash_of(const char *hex)
{
    g_autoptr(GBytes) random = wssc_hex_decode(hex, strlen(hex));
    return wssc_bytes_hash(wssc_bytes_of(random));
}

/* NULL: it may open anything. */
static WsscKeyLog *parse(const char *text)
{
    WsscKeyLog *log = wssc_key_log_new();
    if (!wssc_key_log_add(log, wssc_bytes(text, strlen(text))))
        g_clear_pointer(&log, wssc_key_log_free);
    return log;
}

static void test_opens(void)
{
    static const char *const texts[] = {
        "CLIENT_RANDOM " HEX_A " " SECRET "\n",
        "CLIENT_RANDOM " HEX_A " " SECRET,
        "# SSL/TLS secrets log file\r\n\r\nCLIENT_RANDOM " HEX_A " " SECRET "\r\n",
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET " HEX_A " " SECRET "\nCLIENT_TRAFFIC_SECRET_0 " HEX_A " " SECRET "\n",
        "PMS_CLIENT_RANDOM " HEX_A " " SECRET "\n",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        WsscKeyLog *log = parse(texts[i]);
        g_assert_nonnull(log);
        g_assert_true(wssc_key_log_has(log, hash_of(HEX_A)));
        g_assert_false(wssc_key_log_has(log, hash_of(HEX_B)));
        wssc_key_log_free(log);
    }
    WsscKeyLog *both = parse("CLIENT_RANDOM " HEX_B " " SECRET "\nCLIENT_RANDOM " HEX_A " " SECRET "\n");
    g_assert_true(wssc_key_log_has(both, hash_of(HEX_A)));
    g_assert_true(wssc_key_log_has(both, hash_of(HEX_B)));
    wssc_key_log_free(both);
}

static void test_may_open_anything(void)
{
    static const char *const texts[] = {
        "RSA 0011223344556677 " SECRET "\n",
        "RSA Session-ID:" HEX_A " Master-Key:" SECRET "\n",
        "ECH_SECRET " HEX_A " " SECRET "\n",
        "CLIENT_RANDOM " HEX_A "\n",
        "CLIENT_RANDOM " HEX_A "00 " SECRET "\n",
        "CLIENT_RANDOM " HEX_A " " SECRET " more\n",
        " CLIENT_RANDOM " HEX_A " " SECRET "\n",
        "client_random " HEX_A " " SECRET "\n",
        "something else\n",
        "CLIENT_RANDOM",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *behind = g_strconcat("CLIENT_RANDOM " HEX_B " " SECRET "\n", texts[i], NULL);
        g_assert_null(parse(texts[i]));
        g_assert_null(parse(behind));
    }
}

static void test_files(void)
{
    static const char *const none[] = {"/", "/dev/null", "/nowhere"};
    WsscKeyLog *log = wssc_key_log_new();
    g_autofree char *path = NULL;
    int file = g_file_open_tmp("wssc-key-log-XXXXXX", &path, NULL);
    g_assert_cmpint(file, !=, -1);
    close(file);
    g_assert_true(g_file_set_contents(path, "CLIENT_RANDOM " HEX_A " " SECRET "\n", -1, NULL));
    for (guint i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_false(wssc_key_log_add_file(log, none[i]));
    g_assert_true(wssc_key_log_add_file(log, path));
    g_assert_true(wssc_key_log_has(log, hash_of(HEX_A)));
    g_assert_true(g_file_set_contents(path, "", -1, NULL));
    g_assert_true(wssc_key_log_add_file(log, path));
    unlink(path);
    wssc_key_log_free(log);
}

static void test_nothing(void)
{
    WsscKeyLog *log = parse("");
    g_assert_false(wssc_key_log_has(log, hash_of(HEX_A)));
    wssc_key_log_free(log);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/key-log/opens", test_opens);
    g_test_add_func("/key-log/may-open-anything", test_may_open_anything);
    g_test_add_func("/key-log/files", test_files);
    g_test_add_func("/key-log/nothing", test_nothing);
    return g_test_run();
}
