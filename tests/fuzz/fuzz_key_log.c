/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Key logs of TLS, as the quick look over a capture reads them. */
#include "fuzz.h"
#include "watch/key_log.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GBytes) octets = fuzz_octets(wssc_bytes(data, size));
    WsscKeyLog *log = wssc_key_log_new();
    gboolean is_known = wssc_key_log_add(log, wssc_bytes_of(octets));
    FUZZ_ASSERT(!is_known || size >= 64 || !wssc_key_log_has(log, 0));
    wssc_key_log_free(log);
    return 0;
}
