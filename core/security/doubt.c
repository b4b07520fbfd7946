/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A signature proves that somebody had the key. Whose key it is somebody has to vouch for: a token that gives its
 * own key and is signed by nobody is a claim (SAML token profile 1.1 section 3.4), and a context's key that
 * the capture shows is worth no more than the answer that brought it, where the key file knows another one.
 */
#include "security/doubt.h"

/* What is known of each signature's key, by its position. */
typedef struct {
    const xmlNode *claim; /* where the key stands in the message, in the current tree */
    gboolean is_claimed;
    gboolean is_sound; /* valid, and its key is not its own witness */
} Standing;

/* By its own signature, or by another one whose key somebody vouches for in turn. */
static gboolean is_vouched_for(const WsscWork *work, const GArray *standings, guint which)
{
    const xmlNode *claim = g_array_index(standings, Standing, which).claim;
    for (guint i = 0; claim != NULL && i < standings->len; i++)
        if (i != which && g_array_index(standings, Standing, i).is_sound &&
            wssc_work_covers(work, work->result->signatures->pdata[i], (xmlNode *)claim))
            return TRUE;
    return FALSE;
}

/* From those that hang on nothing in the message on: two claims that vouch for each other prove nothing. */
static GArray *find_standings(const WsscWork *work)
{
    const GPtrArray *signatures = work->result->signatures;
    GArray *standings = g_array_sized_new(FALSE, TRUE, sizeof(Standing), signatures->len);
    gboolean is_more = FALSE;
    for (guint i = 0; i < signatures->len; i++) {
        const WsscSignature *signature = signatures->pdata[i];
        const xmlNode *claim = wssc_work_checked(work, signature)->claim;
        gboolean is_valid = signature->verdict == WSSC_VERDICT_VALID;
        Standing standing = {.claim = claim != NULL && is_valid ? wssc_work_newest(work, claim) : NULL,
                             .is_claimed = claim != NULL,
                             .is_sound = claim == NULL && is_valid};
        is_more |= standing.claim != NULL;
        g_array_append_val(standings, standing);
    }
    while (is_more) {
        is_more = FALSE;
        for (guint i = 0; i < standings->len; i++) {
            Standing *standing = &g_array_index(standings, Standing, i);
            if (standing->claim == NULL || standing->is_sound || !is_vouched_for(work, standings, i))
                continue;
            standing->is_sound = is_more = TRUE;
        }
    }
    return standings;
}

static const char *claim_name(const xmlNode *claim)
{
    return wssc_xml_is(claim, WSSC_NS_FAMILY_SAML, "Assertion")     ? "an Assertion"
           : wssc_xml_is(claim, WSSC_NS_FAMILY_WST, "BinarySecret") ? "a BinarySecret"
                                                                    : "a KeyValue";
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
    g_autoptr(GArray) standings = find_standings(work);
    for (guint i = 0; i < work->result->signatures->len; i++) {
        WsscSignature *signature = work->result->signatures->pdata[i];
        const Standing *standing = &g_array_index(standings, Standing, i);
        if (signature->verdict != WSSC_VERDICT_VALID)
            continue;
        guint line = line_of_other(work, signature);
        if (standing->is_claimed && !standing->is_sound)
            signature->key_doubt = g_strdup_printf("it stands itself in %s that no valid signature vouches for",
                                                   claim_name(wssc_work_checked(work, signature)->claim));
        else if (line > 0)
            signature->key_doubt = g_strdup_printf("the key file has another key for this context (line %u): the "
                                                   "answer that brought this one may be forged",
                                                   line);
    }
}
