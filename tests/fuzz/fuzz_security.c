/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signatures, decryption, key info, certificates and key values under a small keyring. */
#include "fuzz.h"

#include "security/security.h"

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(GBytes) octets = fuzz_octets(wssc_bytes(data, size));
    g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, NULL);
    WsscSecurityOptions options = {.frame = 1, .want_explain = size % 2 == 1, .want_hypotheses = TRUE};

    if (xml == NULL)
        return 0;
    g_autoptr(WsscKeyring) ring = fuzz_keyring();
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    wssc_verifier_set_limits(verifier, fuzz_limits());
    g_autoptr(WsscSecurity) security = wssc_security_process(xml, verifier, &options);
    for (guint i = 0; i < security->signatures->len; i++) {
        const WsscSignature *signature = security->signatures->pdata[i];
        FUZZ_ASSERT(signature->position == i + 1);
        FUZZ_ASSERT(signature->verdict != WSSC_VERDICT_UNCHECKED);
        FUZZ_ASSERT(signature->verdict == WSSC_VERDICT_VALID || signature->reason != NULL);
        for (guint r = 0; signature->verdict == WSSC_VERDICT_VALID && r < signature->references->len; r++)
            FUZZ_ASSERT(((const WsscSignedReference *)signature->references->pdata[r])->digest == WSSC_DIGEST_OK);
        FUZZ_ASSERT(signature->verdict != WSSC_VERDICT_VALID || signature->references->len > 0);
    }
    /* What was learned changes nothing but for the better, and is no trap for a second reading. */
    g_autoptr(WsscSecurity) again = wssc_security_process(xml, verifier, &options);
    FUZZ_ASSERT(again->signatures->len >= security->signatures->len || again->opened != NULL);
    return 0;
}
