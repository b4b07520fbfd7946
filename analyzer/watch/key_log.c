/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/key_log.h"

#include <string.h>

#include "base/text.h"
#include "carrier/client_hello.h"

#define MAX_OCTETS (256u * 1024 * 1024)

struct WsscKeyLog {
    GHashTable *randoms; /* set of guint64, their hashes, owned */
};

WsscKeyLog *wssc_key_log_new(void)
{
    WsscKeyLog *log = g_new(WsscKeyLog, 1);
    log->randoms = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    return log;
}

void wssc_key_log_free(WsscKeyLog *log)
{
    if (log == NULL)
        return;
    g_hash_table_unref(log->randoms);
    g_free(log);
}

gboolean wssc_key_log_has(const WsscKeyLog *log, guint64 hash)
{
    return g_hash_table_contains(log->randoms, &hash);
}

static void add(WsscKeyLog *log, GBytes *random)
{
    guint64 hash = wssc_bytes_hash(wssc_bytes_of(random));
    if (!wssc_key_log_has(log, hash))
        g_hash_table_add(log->randoms, g_memdup2(&hash, sizeof hash));
}

static gsize count_hex(const char *text, const char *end)
{
    const char *at = text;
    while (at < end && g_ascii_isxdigit(*at))
        at++;
    return (gsize)(at - text);
}

/* Of servers' keys and of sessions; of hellos that are encrypted, where the random is the one inside. */
static gboolean is_of_others(const char *label, gsize len)
{
    return len >= 3 && (memcmp(label, "RSA", 3) == 0 || memcmp(label, "ECH", 3) == 0);
}

/* A label, the random, a secret. FALSE: something else. */
static gboolean take_secret(WsscKeyLog *log, const char *at, const char *end)
{
    enum { RANDOM = 2 * WSSC_CLIENT_RANDOM };
    const char *label = at;
    while (at < end && (g_ascii_isupper(*at) || g_ascii_isdigit(*at) || *at == '_'))
        at++;
    if (at == label || at == end || *at != ' ' || is_of_others(label, (gsize)(at - label)))
        return FALSE;
    const char *random = at + 1;
    if (count_hex(random, end) != RANDOM || random + RANDOM == end || random[RANDOM] != ' ')
        return FALSE;
    const char *secret = random + RANDOM + 1;
    if (count_hex(secret, end) != (gsize)(end - secret))
        return FALSE;
    g_autoptr(GBytes) octets = wssc_hex_decode(random, RANDOM);
    add(log, octets);
    return TRUE;
}

static gboolean take_line(WsscKeyLog *log, const char *at, const char *end)
{
    while (end > at && (end[-1] == '\r' || end[-1] == ' '))
        end--;
    return at == end || *at == '#' || take_secret(log, at, end);
}

gboolean wssc_key_log_add(WsscKeyLog *log, WsscBytes lines)
{
    const char *at = (const char *)lines.data, *last = at + lines.len;
    while (at < last) {
        const char *end = memchr(at, '\n', (gsize)(last - at));
        end = end != NULL ? end : last;
        if (!take_line(log, at, end))
            return FALSE;
        at = end + 1;
    }
    return TRUE;
}

gboolean wssc_key_log_add_file(WsscKeyLog *log, const char *path)
{
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return FALSE;
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    gsize len = file != NULL ? g_mapped_file_get_length(file) : 0;
    return file != NULL && len <= MAX_OCTETS &&
           wssc_key_log_add(log, wssc_bytes(g_mapped_file_get_contents(file), len));
}
