/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key file. Files that it names hold what stands behind the first octet of zero. */
#include "fuzz.h"

#include "keys/keyfile.h"

static GBytes *load(const char *path, gpointer user, GError **error)
{
    const WsscBytes *rest = user;
    if (g_str_has_prefix(path, "missing")) {
        g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "missing");
        return NULL;
    }
    return fuzz_octets(*rest);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    const guint8 *zero = size > 0 ? memchr(data, 0, size) : NULL;
    gsize len = zero != NULL ? (gsize)(zero - data) : size;
    WsscBytes rest = zero != NULL ? wssc_bytes(zero + 1, size - len - 1) : wssc_bytes(NULL, 0);
    g_autoptr(GBytes) octets = fuzz_octets(wssc_bytes(data, len));
    g_autoptr(GPtrArray) diagnostics = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();

    wssc_keyfile_parse(wssc_bytes_of(octets), load, &rest, ring, diagnostics);
    for (guint i = 0; i < diagnostics->len; i++) {
        const WsscKeyfileDiagnostic *diagnostic = diagnostics->pdata[i];
        FUZZ_ASSERT(diagnostic->line > 0 && g_utf8_validate(diagnostic->text, -1, NULL));
    }
    g_autofree char *written = wssc_keyfile_write_capture(ring, NULL, NULL);
    FUZZ_ASSERT(*written == '\0'); /* the capture revealed nothing */
    return 0;
}
