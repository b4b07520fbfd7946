/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Who signs well with which key: what shows whether a value that does not fit was changed or made with another key.
 */
#include "why/scene.h"

const WsscSignedReference *wssc_mismatch_of(const WsscSignature *signature)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        if (reference->digest == WSSC_DIGEST_MISMATCH)
            return reference;
    }
    return NULL;
}

static const char *or_none(const char *text)
{
    return text != NULL ? text : "";
}

/* A sender has a port of its own for each connection. Keys that are made for one message are told by their octets,
 * those of contexts and certificates by name. */
static char *key_text(const WsscMessage *message, const WsscSignature *signature)
{
    g_autofree char *host = wssc_host_of(message->src);
    gboolean is_named = signature->context != NULL || signature->certificate != NULL;
    return g_strdup_printf("%s|%u|%s|%s|%s|%s|%s", or_none(host), (guint)signature->key_kind,
                           or_none(signature->algorithm), or_none(signature->context), or_none(signature->instance),
                           or_none(signature->certificate), is_named ? "" : or_none(signature->key_fingerprint));
}

static char *kind_text(const WsscMessage *message, const WsscSignature *signature)
{
    g_autofree char *host = wssc_host_of(message->src);
    return g_strdup_printf("%s|%u", or_none(host), (guint)signature->key_kind);
}

/* Takes the key. */
static void count(WsscScene *scene, char *key, const WsscMessage *message, gboolean is_valid)
{
    WsscSigner *signer = g_hash_table_lookup(scene->signers, key);
    if (signer == NULL) {
        signer = g_new0(WsscSigner, 1);
        g_hash_table_insert(scene->signers, key, signer);
    } else {
        g_free(key);
    }
    signer->valid += is_valid ? 1 : 0;
    signer->mismatched += is_valid ? 0 : 1;
    signer->mismatched_since = is_valid ? 0 : signer->mismatched_since + 1;
    if (is_valid && signer->first_valid == NULL)
        signer->first_valid = message;
    if (is_valid)
        signer->last_valid = message;
}

static void read_message(WsscScene *scene, const WsscMessage *message)
{
    const WsscSecurity *security = message->security;
    for (guint i = 0; security != NULL && i < security->signatures->len; i++) {
        const WsscSignature *signature = security->signatures->pdata[i];
        gboolean is_valid = signature->verdict == WSSC_VERDICT_VALID;
        if (!is_valid && (signature->verdict != WSSC_VERDICT_INVALID || wssc_mismatch_of(signature) != NULL))
            continue;
        count(scene, key_text(message, signature), message, is_valid);
        count(scene, kind_text(message, signature), message, is_valid);
    }
}

/* Of calls, so that what is seen on two legs counts once. */
void wssc_signers_read(WsscScene *scene)
{
    for (guint i = 0; i < scene->calls->len; i++)
        read_message(scene, ((const WsscCall *)scene->calls->pdata[i])->request);
}

const WsscSigner *wssc_scene_signer(const WsscScene *scene, const WsscMessage *message, const WsscSignature *signature)
{
    g_autofree char *key = key_text(message, signature);
    return g_hash_table_lookup(scene->signers, key);
}

const WsscSigner *wssc_scene_signer_of_kind(const WsscScene *scene, const WsscMessage *message,
                                            const WsscSignature *signature)
{
    g_autofree char *key = kind_text(message, signature);
    return g_hash_table_lookup(scene->signers, key);
}
