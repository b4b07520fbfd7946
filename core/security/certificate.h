/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Certificates and public keys as they stand in messages.
 */
#ifndef WSSC_SECURITY_CERTIFICATE_H
#define WSSC_SECURITY_CERTIFICATE_H

#include <libxml/tree.h>
#include <openssl/x509.h>

#include "base/bytes.h"

typedef enum {
    WSSC_CERTIFICATE_THUMBPRINT,    /* base64 of SHA-1 over the DER form */
    WSSC_CERTIFICATE_SKI,           /* base64 of the subject key identifier */
    WSSC_CERTIFICATE_ISSUER_SERIAL, /* issuer's name (RFC 2253 or alike), decimal serial number */
    WSSC_CERTIFICATE_SUBJECT,       /* subject's name (RFC 2253 or alike), or its common name alone */
} WsscCertificateMatch;

/* A BinarySecurityToken's octets: X.509 v1/v3, PKIPath, PKCS#7; as they stand there, WSSC_MAX_CERTIFICATES
 * at most. Empty when they are none. Caller frees. */
GPtrArray *wssc_certificates_read(WsscBytes octets, const char *value_type);
/* Brings the end entity's to the front: the one that issued none of the others. A PKIPath has it last
 * (X.509 token profile 1.1 section 3.1), some stacks write it first, and PKCS#7 has no order. */
void wssc_certificates_sort(GPtrArray *certificates);
gboolean wssc_certificate_matches(X509 *certificate, WsscCertificateMatch match, const char *value, const char *serial);
/* ds:KeyValue: RSA, DSA or EC. NULL when it can't be read. Caller frees. */
EVP_PKEY *wssc_certificate_key_value(const xmlNode *key_value);
/* dsig11:DEREncodedKeyValue: SubjectPublicKeyInfo. NULL when it can't be read. Caller frees. */
EVP_PKEY *wssc_certificate_public_key(WsscBytes octets);
/* RFC 2253. Caller frees. */
char *wssc_certificate_subject(X509 *certificate);
/* "trusted", or why not, by the store at the time (microseconds since 1970; 0: not known, validity is not
 * asked). chain: WsscCertificate that may stand between. Caller frees. */
char *wssc_certificate_trust(X509 *certificate, const GPtrArray *chain, X509_STORE *store, gint64 time);

#endif
