/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A signature proves that somebody had the key. Whose key it is somebody has to vouch for: a token that gives its
 * own key and is signed by nobody is a claim (SAML token profile 1.1 section 3.4), and a context's key that
 * the capture shows is worth no more than the answer that brought it, where the key file knows another one.
 */
#include "security/doubt.h"

/* By its own signature, or by another than the one that is made with its key. */
static gboolean is_vouched_for(const WsscWork *work, const WsscSignature *with_key, const xmlNode *claim)
{
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *other = work->result->signatures->pdata[i];
        if (other != with_key && other->verdict == WSSC_VERDICT_VALID &&
            wssc_work_checked(work, other)->claim != claim && wssc_work_covers(work, other, (xmlNode *)claim))
            return TRUE;
    }
    return FALSE;
}

/* The line of the key file that gives another key for the same context and instance; 0 for none. */
static guint line_of_other(const WsscWork *work, const WsscSignature *signature)
{
    const GPtrArray *keys = signature->context != NULL && signature->key_origin.source == WSSC_KEY_FROM_CAPTURE
                                ? wssc_keyring_context(work->ring, signature->context)
                                : NULL;
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        if (key->origin.source == WSSC_KEY_FROM_KEYFILE && key->deviation == WSSC_DEVIATION_NONE &&
            g_strcmp0(key->instance, signature->instance != NULL ? signature->instance : "") == 0)
            return key->origin.line;
    }
    return 0;
}

void wssc_doubt_keys(WsscWork *work)
{
    for (guint i = 0; i < work->result->signatures->len; i++) {
        WsscSignature *signature = work->result->signatures->pdata[i];
        const xmlNode *claim = wssc_work_checked(work, signature)->claim;
        if (signature->verdict != WSSC_VERDICT_VALID)
            continue;
        guint line = line_of_other(work, signature);
        if (claim != NULL && !is_vouched_for(work, signature, claim))
            signature->key_doubt = g_strdup_printf(
                "it stands itself in %s that no valid signature vouches for",
                wssc_xml_is(claim, WSSC_NS_FAMILY_SAML, "Assertion") ? "an Assertion" : "a BinarySecret");
        else if (line > 0)
            signature->key_doubt = g_strdup_printf("the key file has another key for this context (line %u): the "
                                                   "answer that brought this one may be forged",
                                                   line);
    }
}
