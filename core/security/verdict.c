/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/verdict.h"

#include <string.h>

#include "security/certificate.h"
#include "security/value.h"

/* ---- the key that was used ------------------------------------------------------------------------------ */

static char *trust_of(const WsscCheck *check, const WsscCandidate *key)
{
    const WsscSecurityOptions *options = check->work->options;
    if (options->trust == NULL || key->pkey == NULL)
        return NULL;
    if (key->certificate == NULL)
        return g_strdup("the message gives a bare public key: nobody vouches for it");
    return wssc_certificate_trust(key->certificate, wssc_keyring_certificates(check->work->ring), options->trust,
                                  options->time);
}

static void take_key(WsscCheck *check, const WsscCandidate *key)
{
    WsscSignature *signature = check->signature;
    signature->key_kind = key->kind;
    g_free(signature->context);
    g_free(signature->instance);
    signature->context = g_strdup(key->context);
    signature->instance = g_strdup(key->instance);
    signature->has_key = TRUE;
    signature->context_bits = (guint)key->context_octets * 8;
    signature->key_origin = key->origin;
    if (key->secret != NULL)
        signature->key_fingerprint = wssc_secret_fingerprint(key->secret);
    if (key->certificate != NULL)
        signature->certificate = wssc_certificate_subject(key->certificate);
    signature->trust = trust_of(check, key);
    wssc_work_checked(check->work, signature)->claim = key->claim;
}

void wssc_verdict_decide(WsscSignature *signature, WsscVerdict verdict, char *reason)
{
    signature->verdict = verdict;
    g_free(signature->reason);
    signature->reason = reason;
}

static const WsscSignedReference *first_with(const WsscSignature *signature, WsscDigest digest)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        if (reference->digest == digest)
            return reference;
    }
    return NULL;
}

static const char *shown_uri(const WsscSignedReference *reference)
{
    return reference->uri == NULL ? "(none)" : *reference->uri == '\0' ? "(whole document)" : reference->uri;
}

/* What the references alone settle: it can't be valid. */
void wssc_verdict_by_references(WsscCheck *check)
{
    WsscSignature *signature = check->signature;
    const WsscSignedReference *bad = first_with(signature, WSSC_DIGEST_MISMATCH);
    const WsscSignedReference *lost = first_with(signature, WSSC_DIGEST_UNRESOLVED);
    if (bad != NULL && bad->reason != NULL)
        wssc_verdict_decide(signature, WSSC_VERDICT_INVALID,
                            g_strdup_printf("reference %s: %s", shown_uri(bad), bad->reason));
    else if (bad != NULL && bad->uri != NULL && *bad->uri != '\0')
        wssc_verdict_decide(signature, WSSC_VERDICT_INVALID,
                            g_strdup_printf("the digest of %s (%s) does not fit",
                                            bad->element != NULL ? bad->element : "the document", bad->uri));
    else if (bad != NULL)
        wssc_verdict_decide(signature, WSSC_VERDICT_INVALID, g_strdup("the digest of the whole document does not fit"));
    else if (lost != NULL && check->is_lost)
        wssc_verdict_decide(signature, WSSC_VERDICT_INVALID,
                            g_strdup_printf("reference %s: %s", shown_uri(lost), lost->reason));
}

/* Only a SignedInfo that is as it was signed proves that it was the content that changed. */
static void add_to_reason(WsscSignature *signature, gboolean is_value_fit)
{
    const WsscSignedReference *bad = first_with(signature, WSSC_DIGEST_MISMATCH);
    const char *more = !is_value_fit                        ? ", nor does the signature value fit the known key"
                       : bad != NULL && bad->reason == NULL ? ": it was changed after signing"
                                                            : "";
    wssc_verdict_decide(signature, WSSC_VERDICT_INVALID, g_strconcat(signature->reason, more, NULL));
}

/* Of what is still encrypted where a reference points, the first whose key is known and does not open it; NULL when
 * there is none, or when of some the key is only not known. */
static const WsscDecryption *failed_inside(const WsscWork *work, const WsscSignedReference *reference)
{
    const WsscDecryption *failed = NULL;
    gboolean keeps_comments;
    g_autofree char *id = reference->uri != NULL ? wssc_ids_from_uri(reference->uri, &keeps_comments) : NULL;
    xmlNode *target = id != NULL ? wssc_ids_find(wssc_work_current(work)->ids, id, NULL) : NULL;
    xmlNode *root = target != NULL ? target : xmlDocGetRootElement(wssc_work_current(work)->doc);
    for (xmlNode *n = root; n != NULL; n = wssc_ids_walk(root, n)) {
        if (!wssc_xml_is(n, WSSC_NS_FAMILY_XENC, "EncryptedData"))
            continue;
        const WsscDecryption *decryption = wssc_work_kept(work->refused, n);
        if (decryption == NULL || decryption->result != WSSC_DECRYPTION_FAILED)
            return NULL;
        failed = failed != NULL ? failed : decryption;
    }
    return failed;
}

/* The key that fails is surely right: it has the same root as the one that gives the signature's value, or as one that
 * opened something else, or came out of something that has a check in it. */
static gboolean is_key_proven(const WsscWork *work, const WsscDecryption *failed, const WsscCandidate *key)
{
    if (failed->deviation != NULL || key->deviation != WSSC_DEVIATION_NONE)
        return FALSE; /* what else that stack does is open */
    WsscSecret *secret = key->root != NULL ? key->root : key->secret;
    g_autofree char *root = secret != NULL ? wssc_secret_fingerprint(secret) : NULL;
    if (failed->root_fingerprint == NULL)
        return FALSE;
    if (failed->is_key_proven || g_strcmp0(failed->root_fingerprint, root) == 0)
        return TRUE;
    for (guint i = 0; i < work->result->decryptions->len; i++) {
        const WsscDecryption *other = work->result->decryptions->pdata[i];
        if (other->plaintext != NULL && g_strcmp0(failed->root_fingerprint, other->root_fingerprint) == 0)
            return TRUE;
    }
    return FALSE;
}

/* What a reference covers is still encrypted, or it may stand there. */
static void decide_closed(WsscCheck *check, const WsscSignedReference *closed, const WsscCandidate *key)
{
    const WsscDecryption *failed = failed_inside(check->work, closed);
    if (failed == NULL)
        wssc_verdict_decide(check->signature, WSSC_VERDICT_NO_KEY,
                            g_strdup_printf("the value fits, but reference %s cannot be checked: %s", shown_uri(closed),
                                            closed->reason));
    else if (is_key_proven(check->work, failed, key))
        wssc_verdict_decide(
            check->signature, WSSC_VERDICT_INVALID,
            g_strdup_printf("reference %s: what it covers was damaged after it was encrypted, for the key "
                            "is right: %s",
                            shown_uri(closed), failed->reason));
    else
        wssc_verdict_decide(
            check->signature, WSSC_VERDICT_NO_KEY,
            g_strdup_printf("the value fits, but reference %s cannot be checked: %s; decryption failed, "
                            "and nothing proves its key: %s",
                            shown_uri(closed), closed->reason, failed->reason));
}

/* What keeps a signature with a fitting value from being called valid. */
void wssc_verdict_fit(WsscCheck *check, const WsscCandidate *key)
{
    WsscSignature *signature = check->signature;
    const WsscSignedReference *unsupported = first_with(signature, WSSC_DIGEST_UNSUPPORTED);
    const WsscSignedReference *closed = first_with(signature, WSSC_DIGEST_UNCHECKED);
    if (closed == NULL)
        closed = first_with(signature, WSSC_DIGEST_UNRESOLVED);
    take_key(check, key);
    if (unsupported != NULL) {
        wssc_verdict_decide(
            signature, WSSC_VERDICT_UNSUPPORTED,
            g_strdup_printf("the value fits, but reference %s: %s", shown_uri(unsupported), unsupported->reason));
    } else if (closed != NULL) {
        decide_closed(check, closed, key);
    } else {
        wssc_verdict_decide(signature, WSSC_VERDICT_VALID, NULL);
        WsscDeviation habit = key->deviation != WSSC_DEVIATION_NONE ? key->deviation : check->habit;
        if (habit != WSSC_DEVIATION_NONE)
            signature->deviation = g_strdup(wssc_deviation_info(habit)->name);
    }
}

/* The first key that the message names and that is known; NULL when there are guesses at best. ret_misfit: one that
 * cannot be used with the algorithm. */
static const WsscCandidate *named_key(const WsscAlgorithm *algorithm, const GPtrArray *keys,
                                      const WsscCandidate **ret_misfit)
{
    *ret_misfit = NULL;
    for (guint i = 0; i < keys->len; i++) {
        const WsscCandidate *key = keys->pdata[i];
        if (!key->is_guess && wssc_value_is_for(algorithm, key))
            return key;
        if (!key->is_guess && *ret_misfit == NULL)
            *ret_misfit = key;
    }
    return NULL;
}

static char *misfit_reason(const WsscAlgorithm *algorithm, const WsscCandidate *key)
{
    const char *type = key->pkey != NULL ? EVP_PKEY_get0_type_name(key->pkey) : NULL;
    if (key->secret == NULL && key->pkey == NULL)
        return g_strdup("the public key in the certificate is of a kind that is not known here");
    return g_strdup_printf("%s does not go with the key that the message names, %s%s", strchr(algorithm->uri, '#') + 1,
                           type != NULL ? "a public key of type " : "a secret", type != NULL ? type : "");
}

/* A value of that many octets cannot be the key's; NULL when it can, or was cut as HMACOutputLength says. */
static char *length_reason(const WsscCheck *check, const WsscAlgorithm *algorithm, const WsscCandidate *key)
{
    const xmlNode *info = wssc_xml_child(check->element, WSSC_NS_FAMILY_DS, "SignedInfo");
    const xmlNode *method = wssc_xml_child(info, WSSC_NS_FAMILY_DS, "SignatureMethod");
    const char *text = check->signature->value != NULL ? check->signature->value : "";
    gsize chars = strlen(text), wanted = 0;
    while (chars > 0 && text[chars - 1] == '=')
        chars--;
    gsize octets = chars * 3 / 4;
    if (algorithm->kind == WSSC_ALGORITHM_HMAC)
        wanted = wssc_xml_child(method, WSSC_NS_FAMILY_DS, "HMACOutputLength") != NULL ? octets : algorithm->octets;
    else if (key->pkey != NULL && EVP_PKEY_is_a(key->pkey, "RSA"))
        wanted = (gsize)EVP_PKEY_get_size(key->pkey);
    return wanted > 0 && wanted != octets
               ? g_strdup_printf(": it has %" G_GSIZE_FORMAT " octets, one of that key has %" G_GSIZE_FORMAT, octets,
                                 wanted)
               : NULL;
}

/* No key that was tried gives the value. */
void wssc_verdict_misfit(WsscCheck *check, const WsscAlgorithm *algorithm, const GPtrArray *keys, const char *why,
                         gboolean is_impossible, const char *open)
{
    WsscSignature *signature = check->signature;
    const WsscCandidate *misfit, *named = named_key(algorithm, keys, &misfit);
    if (named == NULL && misfit != NULL) {
        take_key(check, misfit);
        wssc_verdict_decide(signature, WSSC_VERDICT_UNSUPPORTED, misfit_reason(algorithm, misfit));
    } else if (named == NULL) {
        const WsscSignedReference *unsupported = first_with(signature, WSSC_DIGEST_UNSUPPORTED);
        wssc_verdict_decide(signature, WSSC_VERDICT_NO_KEY,
                            g_strconcat(why != NULL ? why
                                        : keys->len > 0
                                            ? "none of the known keys that may be meant gives the signature value"
                                            : "the key that it names is not known",
                                        unsupported != NULL ? "; nor can a reference be checked: " : NULL,
                                        unsupported != NULL ? unsupported->reason : NULL, NULL));
    } else if (open != NULL && !is_impossible) {
        wssc_verdict_decide(signature, WSSC_VERDICT_NO_KEY,
                            g_strdup_printf("the signature value does not fit the known key, and %s", open));
    } else if (is_impossible) {
        take_key(check, named);
        wssc_verdict_decide(signature, WSSC_VERDICT_UNSUPPORTED,
                            g_strdup_printf("this OpenSSL does not do %s with this key", algorithm->uri));
    } else {
        take_key(check, named);
        g_autofree char *length = length_reason(check, algorithm, named);
        g_autofree char *line = named->origin.source == WSSC_KEY_FROM_KEYFILE && named->origin.line > 0
                                    ? g_strdup_printf(" (line %u of the key file)", named->origin.line)
                                    : g_strdup("");
        wssc_verdict_decide(signature, WSSC_VERDICT_INVALID,
                            g_strconcat("the signature value does not fit the known key", line, length, NULL));
    }
}

/* A reference has settled it; whether the value fits tells more. key: that it fits, or NULL. */
void wssc_verdict_settled(WsscCheck *check, const WsscAlgorithm *algorithm, const WsscCandidate *key,
                          const GPtrArray *keys)
{
    const WsscCandidate *misfit, *named = key != NULL ? key : named_key(algorithm, keys, &misfit);
    if (named == NULL)
        return;
    take_key(check, named);
    add_to_reason(check->signature, key != NULL);
}

void wssc_verdict_note_implied(WsscSignature *signature)
{
    if (signature->verdict == WSSC_VERDICT_VALID && signature->deviation == NULL)
        signature->deviation = g_strdup(wssc_deviation_info(WSSC_DEVIATION_ALGORITHM_ABSENT)->name);
    else if (signature->verdict == WSSC_VERDICT_INVALID)
        wssc_verdict_decide(signature, WSSC_VERDICT_INVALID,
                            g_strconcat(signature->reason,
                                        " (where a method names no algorithm, all that may be meant were tried)",
                                        NULL));
}

/* Whatever key it names, nothing can be said. */
void wssc_verdict_formless(WsscSignature *signature, const char *reason)
{
    signature->key_kind = WSSC_KEY_KIND_UNKNOWN;
    g_clear_pointer(&signature->context, g_free);
    g_clear_pointer(&signature->instance, g_free);
    wssc_verdict_decide(signature, WSSC_VERDICT_UNSUPPORTED, g_strdup(reason));
}

/* A placeholder may stand in what was signed, in SignedInfo, in an id or a key's name: a misfit proves nothing. */
void wssc_verdict_spare_unknown(const WsscWork *work, WsscSignature *signature)
{
    if (signature->verdict != WSSC_VERDICT_INVALID || work->xml->unknown_ids == NULL)
        return;
    for (guint i = 0; i < signature->references->len; i++) {
        WsscSignedReference *reference = signature->references->pdata[i];
        if (reference->digest == WSSC_DIGEST_OK)
            continue;
        reference->digest = WSSC_DIGEST_UNSUPPORTED;
        g_free(reference->reason);
        reference->reason = g_strdup("strings of the message are not known");
    }
    wssc_verdict_decide(
        signature, WSSC_VERDICT_UNSUPPORTED,
        g_strdup_printf("%u strings of the message stand in a session's table that is not in the capture, so it "
                        "cannot be checked: %s",
                        work->xml->unknown_ids->len, signature->reason));
    g_clear_pointer(&signature->hypothesis, g_free);
}
