/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Keys of the other tokens: EncryptedKey, UsernameToken, SAML assertions, Kerberos (WSS 1.1 token profiles).
 */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/derive.h"
#include "security/keyinfo/resolve.h"

void wssc_resolve_encrypted_key(WsscSearch *search, xmlNode *element)
{
    const GPtrArray *opened = wssc_open_encrypted_key(search->work, element);
    search->kind = WSSC_KEY_KIND_ENCRYPTED_KEY;
    for (guint i = 0; i < opened->len; i++) {
        const WsscCandidate *key = opened->pdata[i];
        WsscCandidate *copy = wssc_search_add(search, WSSC_KEY_KIND_ENCRYPTED_KEY, key->secret, key->origin);
        copy->is_guess = key->is_guess;
        copy->deviation = key->deviation;
        copy->is_proven = key->is_proven;
        copy->claim = key->claim;
    }
    if (opened->len == 0) {
        const char *problem = wssc_encrypted_key_problem(search->work, element);
        wssc_search_fail(search, WSSC_KEY_KIND_ENCRYPTED_KEY, "the EncryptedKey cannot be opened: %s",
                         problem != NULL ? problem : "no key for it");
    }
}

/* UsernameToken profile 1.1 section 4: with a Salt the token's key comes from the password. A password that stands in
 * the token itself is no key: everybody could sign with it. */
void wssc_resolve_username(WsscSearch *search, xmlNode *token)
{
    const xmlNode *salt = wssc_xml_child(token, WSSC_NS_FAMILY_WSSE11, "Salt");
    g_autofree char *user = wssc_resolve_child_text(token, WSSC_NS_FAMILY_WSSE, "Username");
    gint64 iterations = wssc_resolve_number(wssc_xml_child(token, WSSC_NS_FAMILY_WSSE11, "Iteration"));
    const GPtrArray *known = user != NULL ? wssc_keyring_passwords(search->work->ring, user) : NULL;
    g_autoptr(GBytes) octets = salt != NULL ? wssc_xml_base64(salt) : NULL;
    gint64 cost = iterations > 0 ? iterations : WSSC_DERIVE_DEFAULT_ITERATIONS;

    search->kind = WSSC_KEY_KIND_USERNAME;
    if (octets == NULL || iterations == WSSC_DERIVE_MALFORMED) {
        wssc_search_fail(search, WSSC_KEY_KIND_USERNAME,
                         octets == NULL ? "the UsernameToken has no salt to derive a key with"
                                        : "the UsernameToken's Iteration is no number");
        return;
    }
    for (guint i = 0; known != NULL && i < known->len; i++) {
        const WsscKey *key = known->pdata[i];
        if (search->work->budget->iterations < cost || !wssc_verifier_take(search->work->budget, (gsize)cost * 16)) {
            wssc_search_fail(search, WSSC_KEY_KIND_USERNAME,
                             "the UsernameToken asks for %" G_GINT64_FORMAT " iterations, %" G_GSIZE_FORMAT
                             " are left of those done in a message",
                             cost, (gsize)search->work->budget->iterations);
            return;
        }
        search->work->budget->iterations -= cost;
        g_autoptr(WsscSecret) derived =
            wssc_derive_username(wssc_secret_bytes(key->secret), wssc_bytes_of(octets), iterations);
        if (derived != NULL)
            wssc_search_add(search, WSSC_KEY_KIND_USERNAME, derived, key->origin);
    }
    if (search->found->len == 0)
        wssc_search_fail(search, WSSC_KEY_KIND_USERNAME, "the password of user %s is not known%s",
                         user != NULL ? user : "?",
                         wssc_xml_child(token, WSSC_NS_FAMILY_WSSE, "Password") != NULL
                             ? " (what stands in the token itself proves nothing)"
                             : "");
}

/* ---- SAML ------------------------------------------------------------------------------------------------------ */

/* The next element of that name below root, not looking into assertions inside (saml:Advice). */
static xmlNode *next_below(xmlNode *root, xmlNode *from, WsscNsFamily family, const char *name)
{
    for (xmlNode *n = wssc_ids_walk(root, from); n != NULL;) {
        if (wssc_xml_is(n, family, name))
            return n;
        if (wssc_xml_is(n, WSSC_NS_FAMILY_SAML, "Assertion")) {
            xmlNode *last = n;
            for (xmlNode *below = wssc_ids_walk(n, n); below != NULL; below = wssc_ids_walk(n, below))
                last = below;
            n = wssc_ids_walk(root, last);
        } else {
            n = wssc_ids_walk(root, n);
        }
    }
    return NULL;
}

/* WCF puts the key itself into the header, as a token like others (WS-Trust 1.4 section 3.3). */
void wssc_resolve_binary_secret(WsscSearch *search, xmlNode *element)
{
    g_autoptr(GBytes) octets = wssc_xml_base64(element);
    WsscBytes bytes = octets != NULL ? wssc_bytes_of(octets) : wssc_bytes(NULL, 0);
    if (bytes.len == 0) {
        g_autofree char *problem = wssc_xml_base64_problem(element, "BinarySecret");
        wssc_search_fail(search, WSSC_KEY_KIND_UNKNOWN, "%s", problem);
        return;
    }
    g_autoptr(WsscSecret) secret = wssc_secret_new(bytes.data, bytes.len);
    wssc_search_add(search, WSSC_KEY_KIND_UNKNOWN, secret, wssc_search_here(search))->claim = element;
}

/* Whoever wrote the assertion chose the key: it names nobody by itself, and everybody can encrypt one for the receiver.
 */
static gboolean is_chosen_by_issuer(const WsscCandidate *candidate)
{
    return candidate->kind == WSSC_KEY_KIND_ENCRYPTED_KEY || candidate->claim != NULL;
}

static void take_key_info(WsscSearch *search, const xmlNode *assertion, xmlNode *key_info)
{
    xmlNode *binary = next_below(key_info, key_info, WSSC_NS_FAMILY_WST, "BinarySecret");
    g_autoptr(GBytes) octets = binary != NULL ? wssc_xml_base64(binary) : NULL;
    if (octets != NULL && g_bytes_get_size(octets) > 0) {
        WsscBytes bytes = wssc_bytes_of(octets);
        g_autoptr(WsscSecret) secret = wssc_secret_new(bytes.data, bytes.len);
        wssc_search_add(search, WSSC_KEY_KIND_SAML, secret, wssc_search_here(search))->claim = assertion;
        return;
    }
    WsscSearch sub = wssc_search_sub(search);
    search->work->depth++;
    wssc_resolve_forms(&sub, key_info);
    search->work->depth--;
    g_ptr_array_set_free_func(sub.found, NULL);
    for (guint i = 0; i < sub.found->len; i++) {
        WsscCandidate *candidate = sub.found->pdata[i];
        if (is_chosen_by_issuer(candidate))
            candidate->claim = assertion;
        candidate->kind = WSSC_KEY_KIND_SAML;
        g_ptr_array_add(search->found, candidate);
    }
    wssc_search_end_sub(search, &sub);
}

/* SAML token profile 1.1: holder-of-key's KeyInfo in a SubjectConfirmation, else a key that the user gave. */
void wssc_resolve_assertion(WsscSearch *search, xmlNode *assertion)
{
    xmlAttr *id = wssc_xml_id_attr(assertion);
    g_autofree char *name = id != NULL && id->children != NULL && id->children->content != NULL
                                ? g_strdup((const char *)id->children->content)
                                : g_strdup("");
    const GPtrArray *given = wssc_keyring_token(search->work->ring, name);
    guint before = search->found->len;

    if (search->work->depth < WSSC_MAX_DERIVATION_CHAIN)
        for (xmlNode *c = next_below(assertion, assertion, WSSC_NS_FAMILY_SAML, "SubjectConfirmation"); c != NULL;
             c = next_below(assertion, c, WSSC_NS_FAMILY_SAML, "SubjectConfirmation")) {
            xmlNode *key_info = next_below(c, c, WSSC_NS_FAMILY_DS, "KeyInfo");
            if (key_info != NULL)
                take_key_info(search, assertion, key_info);
        }
    if (search->found->len == before && (given != NULL || search->reason == NULL))
        wssc_search_add_ring(search, given, WSSC_KEY_KIND_SAML, "assertion", name);
    search->kind = WSSC_KEY_KIND_SAML;
}

/* ---- wsse:BinarySecurityToken ----------------------------------------------------------------------------------- */

/* A Kerberos ticket's session key is what the user gives under the ticket's SHA-1, or the token's id. */
static void resolve_kerberos(WsscSearch *search, xmlNode *token)
{
    g_autoptr(GBytes) octets = wssc_xml_base64(token);
    g_autofree char *sha1 = octets != NULL ? wssc_derive_sha1_base64(wssc_bytes_of(octets)) : g_strdup("?");
    g_autofree char *id = wssc_xml_attr_value(token, WSSC_NS_FAMILY_WSU, "Id");
    const GPtrArray *known = wssc_keyring_token(search->work->ring, sha1);
    if (known == NULL)
        known = wssc_keyring_token(search->work->ring, id);
    wssc_search_add_ring(search, known, WSSC_KEY_KIND_KERBEROS, "the Kerberos ticket", sha1);
}

void wssc_resolve_binary_token(WsscSearch *search, xmlNode *token)
{
    g_autofree char *type = wssc_xml_attr_value(token, WSSC_NS_FAMILY_NONE, "ValueType");
    if (type != NULL && strstr(type, "erberos") != NULL)
        resolve_kerberos(search, token);
    else
        wssc_resolve_certificate(search, token);
}
