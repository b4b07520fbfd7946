/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/key_length.h"

#include <string.h>

enum { TRIPLE_DES = 24, HALF_DES = 8 };

void wssc_key_reading_clear(WsscKeyReading *reading)
{
    g_clear_pointer(&reading->key, wssc_secret_unref);
}

static gboolean is_aes(const WsscAlgorithm *algorithm)
{
    return g_str_has_prefix(algorithm->name, "AES-");
}

/* Java and .NET take the size of AES from the key, whatever the URI says. */
static gboolean at_key_length(const WsscAlgorithm *algorithm, const WsscSecret *key, WsscKeyReading *reading)
{
    const char *mode = is_aes(algorithm)                       ? algorithm->name + strlen("AES-128-")
                       : algorithm->kind == WSSC_ALGORITHM_CBC ? "CBC"
                                                               : "WRAP";
    if (key->len != 16 && key->len != 24 && key->len != 32)
        return FALSE;
    g_snprintf(reading->cipher, sizeof reading->cipher, "AES-%u-%s", (guint)key->len * 8, mode);
    reading->key = wssc_secret_ref((WsscSecret *)key);
    return TRUE;
}

static gboolean cut(const WsscAlgorithm *algorithm, const WsscSecret *key, WsscKeyReading *reading)
{
    if (key->len < algorithm->octets)
        return FALSE;
    g_strlcpy(reading->cipher, algorithm->name, sizeof reading->cipher);
    reading->key = wssc_secret_new(key->data, algorithm->octets);
    return TRUE;
}

static gboolean two_keys(const WsscAlgorithm *algorithm, const WsscSecret *key, WsscKeyReading *reading)
{
    if (is_aes(algorithm) || key->len != TRIPLE_DES - HALF_DES)
        return FALSE;
    g_strlcpy(reading->cipher, algorithm->name, sizeof reading->cipher);
    reading->key = wssc_secret_new_blank(TRIPLE_DES);
    memcpy(reading->key->data, key->data, key->len);
    memcpy(reading->key->data + key->len, key->data, HALF_DES);
    return TRUE;
}

static const struct {
    WsscDeviation deviation;
    gboolean (*read)(const WsscAlgorithm *algorithm, const WsscSecret *key, WsscKeyReading *reading);
} ways[] = {
    {WSSC_DEVIATION_AES_AT_KEY_LENGTH, at_key_length},
    {WSSC_DEVIATION_KEY_CUT, cut},
    {WSSC_DEVIATION_TWO_KEY_3DES, two_keys},
};

gboolean wssc_key_reading_next(const WsscAlgorithm *algorithm, const WsscSecret *key, guint which,
                               WsscKeyReading *ret_reading, gboolean *ret_is_over)
{
    *ret_is_over = which >= G_N_ELEMENTS(ways) || key->len == algorithm->octets;
    if (*ret_is_over)
        return FALSE;
    *ret_reading = (WsscKeyReading){.deviation = ways[which].deviation};
    return ways[which].read(algorithm, key, ret_reading);
}

char *wssc_key_length_reason(const WsscAlgorithm *algorithm, gsize octets)
{
    const char *hash = strrchr(algorithm->uri, '#');
    return g_strdup_printf("the key has %" G_GSIZE_FORMAT " octets, %s takes %u", octets,
                           hash != NULL ? hash + 1 : algorithm->uri, algorithm->octets);
}
