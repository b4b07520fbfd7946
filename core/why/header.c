/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * How the security header is laid out, and what it lacks, beside those that the service took.
 */
#include <string.h>

#include "why/case.h"

/* ---- order ------------------------------------------------------------------------------------------------------ */

/* Stacks that read a header as it comes (WCF, Metro) do not find a token behind its use; what is signed is in order. */
gboolean wssc_holds_misplaced_token(const WsscCase *own, WsscArgument *argument)
{
    const WsscSecurityHeader *security = own->request != NULL ? own->request->soap->security : NULL;
    WsscProofs proofs = wssc_proofs_of(own->request);
    if (security == NULL || security->misplaced->len == 0 || proofs.count == 0 || proofs.valid < proofs.count)
        return FALSE;
    const WsscMisplaced *misplaced = security->misplaced->pdata[0];
    wssc_argue(
        argument,
        "in the security header %s stands before the %s that it uses, which stacks that read a header as it comes "
        "do not take, and its signatures are valid",
        misplaced->user, misplaced->token);
    wssc_cite_message(argument, WSSC_EVIDENCE_HEADER, own->request, "%s stands before %s (%s)", misplaced->user,
                      misplaced->token, misplaced->id);
    return TRUE;
}

/* A signature that stands in front of the token or the derived key that it refers to (WS-SecurityPolicy 1.2 section
 * 6.7, Strict). */
gboolean wssc_holds_token_after_its_use(const WsscCase *own, WsscArgument *argument)
{
    const WsscPoolList *outline = own->request != NULL ? own->request->soap->outline : NULL;
    const WsscOutlineItem *signature = NULL;
    for (guint i = 0; outline != NULL && i < outline->len; i++) {
        const WsscOutlineItem *item = outline->pdata[i];
        if (item->depth != 3)
            continue;
        if (strcmp(item->name, "Signature") == 0 && signature == NULL)
            signature = item;
        gboolean is_token = strcmp(item->name, "DerivedKeyToken") == 0 ||
                            strcmp(item->name, "SecurityContextToken") == 0 ||
                            strcmp(item->name, "BinarySecurityToken") == 0;
        if (signature == NULL || !is_token)
            continue;
        wssc_argue(argument, "in the security header %s stands behind a signature", item->name);
        wssc_cite_message(argument, WSSC_EVIDENCE_HEADER, own->request, "%s behind Signature", item->name);
        return TRUE;
    }
    return FALSE;
}

/* ---- Timestamp -------------------------------------------------------------------------------------------------- */

typedef enum { STAMP_NONE, STAMP_FIRST, STAMP_LATER } Stamp;

/* Where the Timestamp stands among the children of the security header. */
static Stamp stamp_of(const WsscMessage *message)
{
    const WsscSecurityHeader *security = message->soap->security;
    const WsscPoolList *outline = message->soap->outline;
    if (security == NULL || !security->has_timestamp)
        return STAMP_NONE;
    for (guint i = 0; i < outline->len; i++) {
        const WsscOutlineItem *item = outline->pdata[i];
        if (item->depth == 3 && strcmp(item->name, "Timestamp") == 0)
            return i > 0 && ((const WsscOutlineItem *)outline->pdata[i - 1])->depth == 2 ? STAMP_FIRST : STAMP_LATER;
    }
    return STAMP_LATER;
}

static gboolean is_like(const WsscCall *call, const WsscCase *own)
{
    return call->result == WSSC_CALL_SERVED && call->request != own->request &&
           call->request->is_use == own->request->is_use && call->outer->operation == own->operation &&
           call->request->soap->security != NULL;
}

/* A message of the same kind that the service took with a Timestamp, or with one in the first place; NULL where it took
 * one that is in this like the request. */
static const WsscCall *served_with(const WsscCase *own, Stamp wanted)
{
    const WsscCall *found = NULL;
    Stamp stamp = stamp_of(own->request);
    for (guint i = 0; own->server != NULL && i < MIN(own->server->calls->len, WSSC_FAR); i++) {
        const WsscCall *call = own->server->calls->pdata[i];
        if (!is_like(call, own))
            continue;
        Stamp other = stamp_of(call->request);
        if (other == stamp)
            return NULL;
        gboolean is_wanted = wanted == STAMP_FIRST ? other == STAMP_FIRST : other != STAMP_NONE;
        if (found == NULL && is_wanted)
            found = call;
    }
    return found;
}

gboolean wssc_holds_timestamp_not_first(const WsscCase *own, WsscArgument *argument)
{
    if (own->request == NULL || stamp_of(own->request) != STAMP_LATER)
        return FALSE;
    const WsscCall *other = served_with(own, STAMP_FIRST);
    if (other == NULL)
        return FALSE;
    wssc_argue(argument, "the Timestamp is not the first in the security header, as it is in what the service takes");
    wssc_cite_message(argument, WSSC_EVIDENCE_HEADER, own->request, "Timestamp not in the first place");
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, other->request, "a message that is taken, Timestamp first");
    return TRUE;
}

gboolean wssc_holds_no_timestamp(const WsscCase *own, WsscArgument *argument)
{
    if (own->request == NULL || own->request->soap->security == NULL || stamp_of(own->request) != STAMP_NONE)
        return FALSE;
    const WsscCall *other = served_with(own, STAMP_LATER);
    if (other == NULL)
        return FALSE;
    wssc_argue(argument, "the message has no Timestamp, which those have that the service takes");
    wssc_cite_message(argument, WSSC_EVIDENCE_HEADER, own->request, "no Timestamp");
    wssc_cite_message(argument, WSSC_EVIDENCE_USE, other->request, "a message that is taken, with a Timestamp");
    return TRUE;
}
