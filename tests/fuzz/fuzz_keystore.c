/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private keys and certificates as files hold them. The line in front is the password. */
#include "fuzz.h"

#include "keys/keyfile.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    WsscBytes input = wssc_bytes(data, size);
    g_autofree char *password = fuzz_parameter(&input);
    g_autoptr(GBytes) copy = fuzz_octets(input);
    WsscBytes octets = wssc_bytes_of(copy);
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    WsscKeyOrigin origin = {.source = WSSC_KEY_FROM_KEYFILE, .line = 1};
    g_autofree char *key = wssc_keyfile_add_private_key(ring, octets, password, origin);
    g_autofree char *certificates = wssc_keyfile_add_certificates(ring, octets, NULL, origin);

    FUZZ_ASSERT((key == NULL) == (wssc_keyring_private_keys(ring)->len > 0));
    FUZZ_ASSERT(certificates != NULL || wssc_keyring_certificates(ring)->len > 0);
    return 0;
}
