/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private keys and certificates as files and tokens hold them. The line in front is the password. */
#include "fuzz.h"

#include "keys/keyfile.h"
#include "security/certificate.h"

static void read_token(WsscBytes octets, const char *type)
{
    X509 *certificate = wssc_certificate_read(octets, type);
    if (certificate == NULL)
        return;
    g_autofree char *subject = wssc_certificate_subject(certificate);
    for (int match = WSSC_CERTIFICATE_THUMBPRINT; match <= WSSC_CERTIFICATE_ISSUER_SERIAL; match++)
        wssc_certificate_matches(certificate, (WsscCertificateMatch)match, subject, "1");
    X509_free(certificate);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    WsscBytes input = wssc_bytes(data, size);
    g_autofree char *password = fuzz_parameter(&input);
    g_autoptr(GBytes) copy = fuzz_octets(input);
    WsscBytes octets = wssc_bytes_of(copy);
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    WsscKeyOrigin origin = {.source = WSSC_KEY_FROM_KEYFILE, .line = 1};
    g_autofree char *key = wssc_keyfile_add_private_key(ring, octets, password, origin);
    g_autofree char *certificates = wssc_keyfile_add_certificates(ring, octets, origin);

    FUZZ_ASSERT((key == NULL) == (wssc_keyring_private_keys(ring)->len > 0));
    FUZZ_ASSERT(certificates != NULL || wssc_keyring_certificates(ring)->len > 0);
    read_token(octets, NULL);
    read_token(octets, "#X509PKIPathv1");
    read_token(octets, "#PKCS7");
    return 0;
}
