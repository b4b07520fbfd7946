/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "keys/derive.h"
#include "rules/rules.h"

/* Where the key came from that says so. */
static void point_key(WsscFinding *finding, gboolean has_key, const WsscKeyOrigin *origin)
{
    if (has_key && origin->source == WSSC_KEY_FROM_CAPTURE && origin->frame != 0)
        wssc_rules_point_frame(finding, WSSC_EVIDENCE_KEY, origin->file, origin->frame, "the key comes from here");
}

static void check_signature(const WsscRules *rules, const WsscMessage *message, const WsscSignature *signature)
{
    if (signature->verdict == WSSC_VERDICT_INVALID)
        point_key(wssc_rules_raise(rules, WSSC_FINDING_SIGNATURE_INVALID, message, message->context, "%s",
                                   signature->reason != NULL ? signature->reason : "the value does not fit"),
                  signature->has_key, &signature->key_origin);
    if (signature->verdict == WSSC_VERDICT_VALID && signature->deviation != NULL)
        point_key(wssc_rules_raise(rules, WSSC_FINDING_SIGNATURE_DEVIATION, message, message->context, "%s: %s",
                                   signature->deviation, wssc_deviation_title(signature->deviation)),
                  signature->has_key, &signature->key_origin);
}

/* A key and the content that it opened may show the same habit: told once. */
static gboolean is_told_before(const WsscSecurity *security, guint index)
{
    const WsscDecryption *decryption = security->decryptions->pdata[index];
    for (guint i = 0; i < index; i++)
        if (g_strcmp0(((const WsscDecryption *)security->decryptions->pdata[i])->deviation, decryption->deviation) == 0)
            return TRUE;
    return FALSE;
}

static void check_decryption(const WsscRules *rules, const WsscMessage *message, guint index)
{
    const WsscDecryption *decryption = message->security->decryptions->pdata[index];
    if (decryption->result == WSSC_DECRYPTION_FAILED)
        point_key(wssc_rules_raise(rules, WSSC_FINDING_DECRYPTION_FAILED, message, message->context, "%s: %s",
                                   decryption->element,
                                   decryption->reason != NULL ? decryption->reason : "no reason known"),
                  decryption->has_key, &decryption->key_origin);
    if (decryption->result == WSSC_DECRYPTION_DECRYPTED && decryption->deviation != NULL &&
        !is_told_before(message->security, index))
        point_key(wssc_rules_raise(rules, WSSC_FINDING_DECRYPTION_DEVIATION, message, message->context,
                                   "%s in %s (%s): %s: %s", decryption->element,
                                   decryption->parent != NULL ? decryption->parent : "?", decryption->algorithm,
                                   decryption->deviation, wssc_deviation_title(decryption->deviation)),
                  decryption->has_key, &decryption->key_origin);
}

/* A valid signature under a key that may be anybody's. */
static void check_key(const WsscRules *rules, const WsscMessage *message, const WsscSignature *signature)
{
    if (signature->verdict == WSSC_VERDICT_VALID && signature->key_doubt != NULL)
        point_key(wssc_rules_raise(rules, WSSC_FINDING_KEY_UNPROVEN, message, message->context,
                                   "the key of signature %u: %s", signature->position, signature->key_doubt),
                  signature->has_key, &signature->key_origin);
}

/* A password that is encrypted in the message is not in the clear. */
static void check_password(const WsscRules *rules, const WsscMessage *message, const WsscPasswordCheck *check)
{
    const char *kind = wssc_password_kind_name(check->kind);
    if (check->kind == WSSC_PASSWORD_TEXT && !message->is_protected && !check->was_encrypted)
        wssc_rules_raise(rules, WSSC_FINDING_CLEAR_PASSWORD, message, message->context,
                         "the password of user %s can be read by anybody on the way", check->user);
    if (check->result == WSSC_PASSWORD_FITS)
        point_key(wssc_rules_raise(rules, WSSC_FINDING_PASSWORD_FITS, message, message->context,
                                   "the %s of user %s fits", kind, check->user),
                  TRUE, &check->key_origin);
    if (check->result == WSSC_PASSWORD_DIFFERS)
        wssc_rules_raise(rules, WSSC_FINDING_PASSWORD_WRONG, message, message->context,
                         "the %s of user %s does not fit the password that is known%s%s%s%s", kind, check->user,
                         check->reason != NULL ? ": " : "", check->reason != NULL ? check->reason : "",
                         check->hypothesis != NULL ? "; it would fit if: " : "",
                         check->hypothesis != NULL ? check->hypothesis : "");
}

/* By the transport, or by that up to the proxy that passed it on. */
static gboolean is_closed(const WsscMessage *message)
{
    return message->is_protected || (message->forwarded != NULL && g_ascii_strcasecmp(message->forwarded, "http") != 0);
}

/* Where nobody on the way can change the message, these are no weakness. */
static gboolean is_open_by_transport(WsscFindingId id)
{
    return id == WSSC_FINDING_BODY_UNSIGNED || id == WSSC_FINDING_CBC_UNSIGNED;
}

void wssc_rules_check_security(const WsscRules *rules, const WsscMessage *message)
{
    const WsscSecurity *security = message->security;
    if (security == NULL)
        return;
    for (guint i = 0; i < security->signatures->len; i++)
        check_signature(rules, message, security->signatures->pdata[i]);
    for (guint i = 0; i < security->signatures->len; i++)
        check_key(rules, message, security->signatures->pdata[i]);
    for (guint i = 0; i < security->notes->len; i++) {
        const WsscSecurityNote *note = security->notes->pdata[i];
        WsscFindingId id;
        if (wssc_finding_from_name(note->id, &id) && !(is_closed(message) && is_open_by_transport(id)))
            wssc_rules_raise(rules, id, message, message->context, "%s", note->text);
    }
    for (guint i = 0; i < security->decryptions->len; i++)
        check_decryption(rules, message, i);
    for (guint i = 0; i < security->passwords->len; i++)
        check_password(rules, message, security->passwords->pdata[i]);
}
