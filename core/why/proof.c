/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the verdicts on the refused message prove.
 */
#include <string.h>

#include "why/case.h"

/* A part that does not fit its digest needs no key to be seen. */
gboolean wssc_holds_digest_mismatch(const WsscCase *own, WsscArgument *argument)
{
    WsscProofs proofs = wssc_proofs_of(own->request);
    const WsscSignedReference *reference = proofs.bad != NULL ? wssc_mismatch_of(proofs.bad) : NULL;
    if (reference == NULL)
        return FALSE;
    wssc_argue(argument, "the signed %s does not fit its digest",
               reference->element != NULL ? reference->element : "part");
    if (proofs.bad->hypothesis != NULL)
        wssc_argue(argument, "it would if: %s", proofs.bad->hypothesis);
    wssc_cite_message(argument, WSSC_EVIDENCE_SIGNATURE, own->request, "%s", proofs.bad->reason);
    return TRUE;
}

/* The signature of the request whose parts all fit their digests and whose value does not fit its key; or NULL. */
static const WsscSignature *bad_value(const WsscCase *own)
{
    WsscProofs proofs = wssc_proofs_of(own->request);
    return proofs.bad != NULL && wssc_mismatch_of(proofs.bad) == NULL ? proofs.bad : NULL;
}

/* No value of this sender fits that key any more from the request on, and the request is not the only one. */
static gboolean is_wrong_from_here(const WsscCase *own, const WsscSigner *signer)
{
    return signer->mismatched_since > 1 &&
           (signer->last_valid == NULL || !wssc_message_is_after(signer->last_valid, own->request));
}

static void argue_value(const WsscCase *own, const WsscSignature *bad, WsscArgument *argument)
{
    if (bad->hypothesis != NULL)
        wssc_argue(argument, "it would fit if: %s", bad->hypothesis);
    wssc_cite_message(argument, WSSC_EVIDENCE_SIGNATURE, own->request, "%s", bad->reason);
}

/* The sender is seen to have the key that the receiver has, and not to have lost it: what does not fit was changed. */
gboolean wssc_holds_value_mismatch_of_proven_key(const WsscCase *own, WsscArgument *argument)
{
    const WsscSignature *bad = bad_value(own);
    const WsscSigner *signer = bad != NULL ? wssc_scene_signer(own->scene, own->request, bad) : NULL;
    if (signer == NULL || signer->valid == 0 || is_wrong_from_here(own, signer))
        return FALSE;
    wssc_argue(argument, "the signature's value does not fit under the key with which other messages of the same "
                         "sender do");
    argue_value(own, bad, argument);
    wssc_cite_message(argument, WSSC_EVIDENCE_USE,
                      wssc_message_is_after(signer->last_valid, own->request) ? signer->last_valid
                                                                              : signer->first_valid,
                      "another message of the sender, valid under the same key");
    return TRUE;
}

/* With this key nothing is seen to fit, with others of the sender's everything: it knows how to sign. */
gboolean wssc_holds_value_mismatch_of_good_signer(const WsscCase *own, WsscArgument *argument)
{
    const WsscSignature *bad = bad_value(own);
    const WsscSigner *one = bad != NULL ? wssc_scene_signer(own->scene, own->request, bad) : NULL;
    const WsscSigner *all = bad != NULL ? wssc_scene_signer_of_kind(own->scene, own->request, bad) : NULL;
    if (one == NULL || all == NULL || one->valid > 0 || one->mismatched > 1 || all->valid == 0)
        return FALSE;
    wssc_argue(argument, "the signature's value does not fit under the key that is known, and this is the only one of "
                         "its sender's with that key, while those with other keys fit");
    argue_value(own, bad, argument);
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, all->first_valid, "the sender signs well with another key");
    return TRUE;
}

/* One value alone that does not fit may have been changed as well as made with another key. */
gboolean wssc_holds_value_mismatch(const WsscCase *own, WsscArgument *argument)
{
    const WsscSignature *bad = bad_value(own);
    const WsscSigner *signer = bad != NULL ? wssc_scene_signer(own->scene, own->request, bad) : NULL;
    if (signer == NULL || signer->valid > 0)
        return FALSE;
    wssc_argue(argument, "every signed part fits its digest, the signature's value does not fit under the key that is "
                         "known, and no other message of the sender shows that key to be right");
    argue_value(own, bad, argument);
    return TRUE;
}

gboolean wssc_holds_values_mismatch_from_here(const WsscCase *own, WsscArgument *argument)
{
    const WsscSignature *bad = bad_value(own);
    const WsscSigner *signer = bad != NULL ? wssc_scene_signer(own->scene, own->request, bad) : NULL;
    if (signer == NULL || !is_wrong_from_here(own, signer))
        return FALSE;
    wssc_argue(argument,
               "%u messages of the sender have parts that fit their digests and a signature value that does "
               "not fit under the key that is known, and none %s fits",
               signer->mismatched_since, signer->valid > 0 ? "from then on" : "of them");
    argue_value(own, bad, argument);
    if (signer->last_valid != NULL)
        wssc_cite_message(argument, WSSC_EVIDENCE_USE, signer->last_valid, "the last message that fits the key");
    return TRUE;
}

/* ---- keys of different size ------------------------------------------------------------------------------------- */

/* The size that the service goes by: its own signatures', else what it gave. 0: nobody knows. */
static guint service_size(const WsscContext *context, gboolean *ret_is_assumed)
{
    *ret_is_assumed = FALSE;
    if (context->service_size.bits != 0)
        return context->service_size.bits;
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->key_size > 0 && instance->entropy_mode == WSSC_ENTROPY_COMBINED) {
            *ret_is_assumed = instance->is_size_assumed;
            return (guint)instance->key_size;
        }
    }
    return 0;
}

static gboolean sizes_disagree(const WsscCase *own, guint *ret_client, guint *ret_service, gboolean *ret_is_assumed)
{
    const WsscContext *context = own->context;
    if (context == NULL || own->request == NULL || !own->request->is_use)
        return FALSE;
    *ret_client = context->client_size.bits;
    *ret_service = service_size(context, ret_is_assumed);
    return *ret_client != 0 && *ret_service != 0 && *ret_client != *ret_service;
}

static void argue_sizes(const WsscCase *own, guint client, guint service, WsscArgument *argument)
{
    const WsscSizeSeen *seen = &own->context->client_size, *other = &own->context->service_size;
    wssc_argue(argument, "the client signs with a key of %u bits, the service's key has %u", client, service);
    wssc_cite_message(argument, WSSC_EVIDENCE_SIGNATURE, seen->message, "valid under a key of %u bits", client);
    if (other->message != NULL)
        wssc_cite_message(argument, WSSC_EVIDENCE_SIGNATURE, other->message, "valid under a key of %u bits", service);
}

/* Both ends' own signatures, or what the service gave, show it. */
gboolean wssc_holds_key_sizes_disagree(const WsscCase *own, WsscArgument *argument)
{
    guint client, service;
    gboolean is_assumed;
    if (!sizes_disagree(own, &client, &service, &is_assumed) || is_assumed)
        return FALSE;
    argue_sizes(own, client, service, argument);
    return TRUE;
}

gboolean wssc_holds_key_size_unusual(const WsscCase *own, WsscArgument *argument)
{
    guint client, service;
    gboolean is_assumed;
    if (!sizes_disagree(own, &client, &service, &is_assumed) || !is_assumed)
        return FALSE;
    wssc_argue(argument, "the client signs with a key of %u bits; nobody states a size, and %u is the usual one",
               client, service);
    wssc_cite_message(argument, WSSC_EVIDENCE_SIGNATURE, own->context->client_size.message,
                      "valid under a key of %u bits", client);
    return TRUE;
}

/* The sizes of the two ends' keys do not explain what algorithms might. */
gboolean wssc_holds_sizes_differ(const WsscCase *own, WsscArgument *argument)
{
    guint client, service;
    gboolean is_assumed;
    if (!sizes_disagree(own, &client, &service, &is_assumed))
        return FALSE;
    wssc_argue(argument, "the two ends use keys of different size, whatever the algorithms");
    return TRUE;
}

/* Under one key for both ends. */
gboolean wssc_holds_valid_under_one_key(const WsscCase *own, WsscArgument *argument)
{
    guint client, service;
    gboolean is_assumed;
    return !sizes_disagree(own, &client, &service, &is_assumed) && wssc_holds_all_valid(own, argument);
}

gboolean wssc_holds_damaged_cipher(const WsscCase *own, WsscArgument *argument)
{
    WsscProofs proofs = wssc_proofs_of(own->request);
    const WsscDecryption *failed = proofs.failed;
    if (failed == NULL)
        return FALSE;
    /* With the right key only what was changed does not open: others opened with it. */
    const GPtrArray *calls = wssc_scene_calls_of(own->scene, own->context);
    for (guint i = 0; i < MIN(calls->len, WSSC_FAR); i++) {
        const WsscCall *call = calls->pdata[i];
        const WsscSecurity *security = call->request->security;
        for (guint d = 0; security != NULL && call->request != own->request && d < security->decryptions->len; d++) {
            const WsscDecryption *other = security->decryptions->pdata[d];
            if (other->result != WSSC_DECRYPTION_DECRYPTED || other->key_kind != failed->key_kind ||
                failed->context == NULL || g_strcmp0(other->context, failed->context) != 0)
                continue;
            wssc_argue(argument,
                       "the encrypted %s cannot be opened, though others can with the keys of the same "
                       "context",
                       failed->parent != NULL ? failed->parent : failed->element);
            wssc_cite_message(argument, WSSC_EVIDENCE_DECRYPTION, own->request, "%s: %s", failed->element,
                              failed->reason);
            wssc_cite_message(argument, WSSC_EVIDENCE_USE, call->request, "another message, which opens");
            return TRUE;
        }
    }
    return FALSE;
}

gboolean wssc_holds_undecryptable(const WsscCase *own, WsscArgument *argument)
{
    WsscProofs proofs = wssc_proofs_of(own->request);
    if (proofs.failed == NULL)
        return FALSE;
    wssc_argue(argument, "the encrypted %s cannot be opened here, either",
               proofs.failed->parent != NULL ? proofs.failed->parent : proofs.failed->element);
    wssc_cite_message(argument, WSSC_EVIDENCE_DECRYPTION, own->request, "%s: %s", proofs.failed->element,
                      proofs.failed->reason != NULL ? proofs.failed->reason : "not opened");
    return TRUE;
}

/* Another use of a context in the list that is signed. */
static const WsscMessage *signed_use(const GPtrArray *calls, const WsscMessage *except)
{
    for (guint i = 0; i < MIN(calls->len, WSSC_FAR); i++) {
        const WsscCall *call = calls->pdata[i];
        const WsscSecurityHeader *security = call->request->soap->security;
        if (call->request != except && call->request->is_use && security != NULL && security->signatures > 0)
            return call->request;
    }
    return NULL;
}

/* Where others are signed: under the context, or else at the service. */
gboolean wssc_holds_signature_missing(const WsscCase *own, WsscArgument *argument)
{
    const WsscMessage *request = own->request;
    if (request == NULL || !request->is_use || request->soap->security == NULL ||
        request->soap->security->signatures > 0 || request->soap->security->encrypted > 0)
        return FALSE;
    const WsscMessage *other = signed_use(wssc_scene_calls_of(own->scene, own->context), request);
    if (other == NULL && own->server != NULL)
        other = signed_use(own->server->calls, request);
    if (other == NULL)
        return FALSE;
    wssc_argue(argument, "the message names the context and has no signature, which others have");
    wssc_cite_message(argument, WSSC_EVIDENCE_SIGNATURE, request, "no signature");
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, other, "another use of a context, signed");
    return TRUE;
}

gboolean wssc_holds_all_valid(const WsscCase *own, WsscArgument *argument)
{
    WsscProofs proofs = wssc_proofs_of(own->request);
    if (proofs.count == 0 || proofs.valid < proofs.count || proofs.failed != NULL)
        return FALSE;
    wssc_argue(argument, proofs.count == 1 ? "its signature is valid under the known key"
                                           : "its signatures are valid under the known keys");
    return TRUE;
}
