/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Public keys that a message carries or names (WSS X.509 token profile 1.1, XML Signature 1.1 section 4.5).
 */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/derive.h"
#include "security/keyinfo/resolve.h"

static void add_certificate(WsscSearch *search, X509 *certificate, WsscKeyOrigin origin, gboolean is_guess)
{
    WsscCandidate *candidate = g_new0(WsscCandidate, 1);
    candidate->kind = WSSC_KEY_KIND_X509;
    candidate->certificate = certificate;
    candidate->origin = origin;
    candidate->is_guess = is_guess;
    X509_up_ref(certificate);
    candidate->pkey = X509_get_pubkey(certificate);
    /* Where we have its private key, that can open what is encrypted for it. */
    const GPtrArray *privates = wssc_keyring_private_keys(search->work->ring);
    for (guint i = 0; candidate->pkey != NULL && i < privates->len; i++) {
        const WsscPrivateKey *known = privates->pdata[i];
        if (EVP_PKEY_eq(known->key, candidate->pkey) == 1) {
            EVP_PKEY_free(candidate->pkey);
            candidate->pkey = known->key;
            candidate->is_private = TRUE;
            candidate->origin = known->origin;
            EVP_PKEY_up_ref(known->key);
            break;
        }
    }
    g_ptr_array_add(search->found, candidate);
}

/* The end entity's key is what is meant; the rest is its chain, kept for whoever asks about trust. */
static void take_certificates(WsscSearch *search, GPtrArray *certificates)
{
    wssc_certificates_sort(certificates);
    search->has_habits |= certificates->len > 1;
    for (guint i = 0; i < certificates->len; i++) {
        wssc_keyring_add_certificate(search->work->ring, certificates->pdata[i], NULL, wssc_search_here(search));
        if (i == 0 || search->with_habits)
            add_certificate(search, certificates->pdata[i], wssc_search_here(search), i > 0);
    }
}

/* As wssc_certificates_read(). One that stands alone is kept for the messages behind this one: whoever signs sends it
 * each time. */
static GPtrArray *read_certificates(WsscSearch *search, GBytes *octets, const char *type)
{
    WsscVerifier *verifier = search->work->verifier;
    gboolean is_list = type != NULL && strstr(type, "PK") != NULL; /* PKIPath, PKCS7 */
    X509 *known = !is_list ? wssc_verifier_certificate(verifier, octets) : NULL;
    if (known != NULL) {
        GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)X509_free);
        X509_up_ref(known);
        g_ptr_array_add(list, known);
        return list;
    }
    GPtrArray *list = wssc_certificates_read(wssc_bytes_of(octets), type);
    if (!is_list && list->len == 1)
        wssc_verifier_keep_certificate(verifier, octets, list->pdata[0]);
    return list;
}

void wssc_resolve_certificate(WsscSearch *search, const xmlNode *element)
{
    g_autofree char *type = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "ValueType");
    g_autoptr(GBytes) octets = wssc_xml_base64(element);
    g_autoptr(GPtrArray) read = octets != NULL ? read_certificates(search, octets, type) : NULL;
    search->kind = WSSC_KEY_KIND_X509;
    if (read == NULL || read->len == 0)
        wssc_search_fail(search, WSSC_KEY_KIND_X509, "the certificate in the message cannot be read");
    else
        take_certificates(search, read);
}

/* Whoever sends a certificate chooses what it is called: two with one name are possible. Those that the user gave
 * win; of several that messages brought none is what the name means for sure. */
static guint add_known(WsscSearch *search, WsscCertificateMatch match, const char *value, const char *more)
{
    const GPtrArray *known = wssc_keyring_certificates(search->work->ring);
    g_autoptr(GPtrArray) given = g_ptr_array_new();
    g_autoptr(GPtrArray) learned = g_ptr_array_new();
    for (guint i = 0; i < known->len; i++) {
        const WsscCertificate *entry = known->pdata[i];
        if (wssc_certificate_matches(entry->certificate, match, value, more))
            g_ptr_array_add(entry->origin.source == WSSC_KEY_FROM_KEYFILE ? given : learned, (gpointer)entry);
    }
    const GPtrArray *matching = given->len > 0 ? given : learned;
    /* A subject's name is no key's: certificates are renewed under it. */
    gboolean is_guess = matching->len > 1 || match == WSSC_CERTIFICATE_SUBJECT;
    for (guint i = 0; i < MIN(matching->len, WSSC_MAX_CERTIFICATES); i++) {
        const WsscCertificate *entry = matching->pdata[i];
        add_certificate(search, entry->certificate, entry->origin, is_guess);
    }
    if (matching->len > 0)
        search->kind = WSSC_KEY_KIND_X509;
    return matching->len;
}

void wssc_resolve_known_certificate(WsscSearch *search, WsscCertificateMatch match, const char *value, const char *more)
{
    search->kind = WSSC_KEY_KIND_X509;
    if (add_known(search, match, value, more) == 0)
        wssc_search_fail(search, WSSC_KEY_KIND_X509, "the certificate that the message names (%s%s%s) is not known",
                         value, more != NULL ? ", serial " : "", more != NULL ? more : "");
}

gboolean wssc_resolve_subject(WsscSearch *search, const char *name)
{
    return add_known(search, WSSC_CERTIFICATE_SUBJECT, name, NULL) > 0;
}

/* A file outside of the message is never fetched; the user may have given the one of that name. */
void wssc_resolve_file(WsscSearch *search, const char *uri)
{
    const GPtrArray *known = wssc_keyring_certificates(search->work->ring);
    g_autofree char *tail = g_strconcat("/", uri, NULL);
    search->kind = WSSC_KEY_KIND_X509;
    for (guint i = 0; *uri != '\0' && i < known->len; i++) {
        const WsscCertificate *entry = known->pdata[i];
        if (entry->path != NULL && (strcmp(entry->path, uri) == 0 || g_str_has_suffix(entry->path, tail))) {
            add_certificate(search, entry->certificate, entry->origin, FALSE);
            return;
        }
    }
    wssc_search_fail(search, WSSC_KEY_KIND_X509, "the RetrievalMethod %s points out of the message: never followed",
                     uri);
}

/* The certificates that the user gave, for a signature that names no key. */
void wssc_resolve_given_certificates(WsscSearch *search)
{
    const GPtrArray *known = wssc_keyring_certificates(search->work->ring);
    guint most = wssc_work_most(search->work, WSSC_LIMIT_UNNAMED_KEYS);
    for (guint i = 0; i < known->len && search->found->len < most; i++) {
        const WsscCertificate *entry = known->pdata[i];
        if (entry->origin.source == WSSC_KEY_FROM_KEYFILE)
            add_certificate(search, entry->certificate, entry->origin, TRUE);
    }
}

static GPtrArray *carried_certificates(WsscSearch *search, const xmlNode *data)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)X509_free);
    for (const xmlNode *child = wssc_xml_first(data); child != NULL && list->len < WSSC_MAX_CERTIFICATES;
         child = wssc_xml_next(child)) {
        g_autoptr(GBytes) octets =
            wssc_xml_is(child, WSSC_NS_FAMILY_DS, "X509Certificate") ? wssc_xml_base64(child) : NULL;
        g_autoptr(GPtrArray) read = octets != NULL ? read_certificates(search, octets, NULL) : NULL;
        if (read != NULL && read->len > 0)
            g_ptr_array_add(list, g_ptr_array_steal_index(read, 0));
    }
    return list;
}

void wssc_resolve_x509_data(WsscSearch *search, const xmlNode *data)
{
    g_autoptr(GPtrArray) carried = carried_certificates(search, data);
    const xmlNode *pair = wssc_xml_child(data, WSSC_NS_FAMILY_DS, "X509IssuerSerial");
    const xmlNode *ski = wssc_xml_child(data, WSSC_NS_FAMILY_DS, "X509SKI");
    const xmlNode *subject = wssc_xml_child(data, WSSC_NS_FAMILY_DS, "X509SubjectName");
    search->kind = WSSC_KEY_KIND_X509;
    if (carried->len > 0) {
        take_certificates(search, carried);
    } else if (pair != NULL) {
        g_autofree char *issuer = wssc_resolve_child_text(pair, WSSC_NS_FAMILY_DS, "X509IssuerName");
        g_autofree char *serial = wssc_resolve_child_text(pair, WSSC_NS_FAMILY_DS, "X509SerialNumber");
        wssc_resolve_known_certificate(search, WSSC_CERTIFICATE_ISSUER_SERIAL, issuer != NULL ? issuer : "",
                                       serial != NULL ? serial : "");
    } else if (ski != NULL) {
        g_autofree char *value = wssc_xml_text_stripped(ski);
        wssc_resolve_known_certificate(search, WSSC_CERTIFICATE_SKI, value, NULL);
    } else if (subject != NULL) {
        g_autofree char *value = wssc_xml_text_stripped(subject);
        wssc_resolve_known_certificate(search, WSSC_CERTIFICATE_SUBJECT, value, NULL);
    } else {
        wssc_search_fail(search, WSSC_KEY_KIND_X509,
                         "X509Data without a readable certificate, issuer and serial, key identifier or subject");
    }
}

/* One that the user gave, in a certificate or as a private key. */
static gboolean is_given(const WsscSearch *search, const EVP_PKEY *key)
{
    const GPtrArray *privates = wssc_keyring_private_keys(search->work->ring);
    const GPtrArray *certificates = wssc_keyring_certificates(search->work->ring);
    for (guint i = 0; i < privates->len; i++)
        if (EVP_PKEY_eq(((const WsscPrivateKey *)privates->pdata[i])->key, key) == 1)
            return TRUE;
    for (guint i = 0; i < certificates->len; i++) {
        const WsscCertificate *entry = certificates->pdata[i];
        if (entry->origin.source == WSSC_KEY_FROM_KEYFILE &&
            EVP_PKEY_eq(X509_get0_pubkey(entry->certificate), key) == 1)
            return TRUE;
    }
    return FALSE;
}

/* A bare key says of nobody that it is his. */
static void add_public_key(WsscSearch *search, EVP_PKEY *key, const xmlNode *value)
{
    search->kind = WSSC_KEY_KIND_UNKNOWN;
    if (key == NULL) {
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "the key value in the message cannot be read");
        return;
    }
    WsscCandidate *candidate = g_new0(WsscCandidate, 1);
    candidate->kind = WSSC_KEY_KIND_UNKNOWN;
    candidate->pkey = key;
    candidate->origin = wssc_search_here(search);
    candidate->claim = is_given(search, key) ? NULL : value;
    g_ptr_array_add(search->found, candidate);
}

void wssc_resolve_key_value(WsscSearch *search, const xmlNode *value)
{
    add_public_key(search, wssc_certificate_key_value(value), value);
}

void wssc_resolve_der_key_value(WsscSearch *search, const xmlNode *value)
{
    g_autoptr(GBytes) octets = wssc_xml_base64(value);
    add_public_key(search, octets != NULL ? wssc_certificate_public_key(wssc_bytes_of(octets)) : NULL, value);
}
