/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Derived keys from any numbers: two octets of sizes, three numbers, and the rest is label, nonce and secret. */
#include "fuzz.h"

#include "base/limits.h"
#include "keys/derive.h"

static gint64 number_at(const guint8 *data)
{
    gint64 number;
    memcpy(&number, data, sizeof number);
    return number;
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    if (size < 26)
        return 0;
    g_autofree char *label = g_strndup((const char *)data + 26, MIN(size - 26, data[0]));
    gsize at = 26 + MIN(size - 26, data[0]);
    gsize nonce = MIN(size - at, data[1]);
    WsscDerivation derivation = {
        .hash = (data[0] & 1) != 0 ? "SHA256" : NULL,
        .label = label,
        .nonce = wssc_bytes(data + at, nonce),
        .offset = number_at(data + 2),
        .generation = number_at(data + 10),
        .length = number_at(data + 18),
        .generation_text = label,
    };
    WsscBytes secret = wssc_bytes(data + at + nonce, size - at - nonce);
    g_autofree char *reason = NULL;
    g_autoptr(WsscSecret) key = wssc_derive_key(&derivation, secret, &reason);
    g_autoptr(WsscSecret) combined = wssc_derive_combined(derivation.nonce, secret, derivation.length);
    g_autoptr(WsscSecret) user = wssc_derive_username(secret, derivation.nonce, derivation.offset % 4096);
    g_autoptr(WsscSecret) authenticator = wssc_derive_authenticator(secret, derivation.nonce);

    FUZZ_ASSERT(key != NULL || reason != NULL);
    FUZZ_ASSERT(authenticator != NULL && authenticator->len == 32 && user != NULL && user->len == 20);
    FUZZ_ASSERT(key == NULL || key->len <= WSSC_MAX_DERIVED_OCTETS);
    FUZZ_ASSERT(combined == NULL || combined->len <= WSSC_MAX_KEY_BITS / 8);
    for (int d = WSSC_DEVIATION_NONE + 1; d < WSSC_DEVIATION_MAX; d++) {
        WsscDerivation changed;
        if (wssc_derive_deviate((WsscDeviation)d, &derivation, &changed)) {
            WsscSecret *other = wssc_derive_key(&changed, secret, NULL);
            wssc_secret_unref(other);
        }
    }
    return 0;
}
