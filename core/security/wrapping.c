/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Signature wrapping: the digests fit, but what is signed stands where nobody reads it, and what is read was never
 * signed (WSS 1.1 section 13). Such a signature proves nothing about the message that is processed.
 *
 * The place is proved, not guessed from shapes of attacks: a signature protects the message when it stands directly in
 * a Security header of the root envelope that the receiver of the message reads, and what it signs stands where that
 * receiver reads it (place.h). An assertion's own signature protects the assertion it stands in, and one inside the
 * Body is the payload's. Everything else is refused, whether something was put in its place or not.
 */
#include "security/wrapping.h"

#include <string.h>

#include "security/judged.h"
#include "security/result.h"
#include "security/wrapping_token.h"
#include "security/wrapping_twins.h"

/* ---- what the signature belongs to ------------------------------------------------------------------------- */

static xmlNode *ancestor_envelope(const xmlNode *node)
{
    for (xmlNode *n = node->parent; n != NULL; n = n->parent)
        if (wssc_xml_is(n, WSSC_NS_FAMILY_SOAP, "Envelope"))
            return n;
    return NULL;
}

/* Every target stands inside the Body: the payload's own affair. */
static gboolean signs_payload_only(const WsscJudged *judged)
{
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    for (guint i = 0; i < checked->match_count; i++) {
        const WsscMatch *match = wssc_work_match(judged->work, checked, i);
        const WsscStage *stage = judged->work->stages->pdata[match->stage];
        WsscShape then;
        if (match->target == NULL || !wssc_place_read(xmlDocGetRootElement(stage->doc), &then) ||
            !wssc_judged_is_in_body(&then, match->target))
            return FALSE;
    }
    return TRUE;
}

/* In an envelope that stands inside the message's own. */
static void find_nested(WsscJudged *judged, const WsscShape *root, xmlNode *envelope)
{
    judged->protects = wssc_judged_is_in_body(root, envelope) ? WSSC_PROTECTS_PAYLOAD : WSSC_PROTECTS_NOTHING;
    if (judged->protects == WSSC_PROTECTS_NOTHING)
        wssc_judged_say(judged, "the signature belongs to an Envelope inside %s, which no receiver takes for a message",
                        wssc_judged_name(envelope->parent));
    else if (!wssc_place_read(envelope, &judged->shape) || !wssc_place_is_security(&judged->shape, judged->security))
        judged->security = NULL;
    else
        wssc_result_note(judged->work->result, "nested-message",
                         "a signed message stands inside %s: its signature does not protect the message around it",
                         wssc_judged_name(envelope->parent));
}

static void find_scope(WsscJudged *judged)
{
    const WsscShape root = judged->shape;
    xmlNode *parent = judged->element->parent, *envelope = ancestor_envelope(judged->element);
    judged->security = parent;
    if (envelope == NULL)
        return;
    if (wssc_xml_is(parent, WSSC_NS_FAMILY_SAML, "Assertion")) {
        judged->protects = WSSC_PROTECTS_TOKEN;
    } else if (envelope != root.envelope) {
        find_nested(judged, &root, envelope);
    } else if (wssc_place_is_security(&root, parent)) {
        wssc_judged_role(judged, parent);
    } else if (wssc_judged_is_in_body(&root, judged->element) && signs_payload_only(judged)) {
        judged->protects = WSSC_PROTECTS_PAYLOAD;
        judged->security = NULL;
    } else {
        judged->protects = WSSC_PROTECTS_NOTHING;
        if (root.doubt != NULL)
            wssc_judged_say(judged, "%s", root.doubt);
        wssc_judged_say(judged, "the signature stands in %s, where no receiver looks for one",
                        wssc_judged_name(parent));
    }
}

/* ---- what is signed ------------------------------------------------------------------------------------------ */

/* The same envelope in the tree of an older stage; FALSE when it came out of decryption since. */
static gboolean shape_then(const WsscJudged *judged, guint stage, WsscShape *ret_shape)
{
    xmlNode *then = wssc_work_older(judged->work, judged->shape.envelope, stage);
    *ret_shape = judged->shape;
    return then == judged->shape.envelope || (then != NULL && wssc_place_read(then, ret_shape));
}

/* What is read of a Security header stands in the one that the signature stands in, or in another one for the same
 * role and of the same version: what is for others they read. */
static void judge_header_of(WsscJudged *judged, const WsscShape *shape, const WsscMatch *match)
{
    const xmlNode *target = match->target, *block = wssc_place_block(shape, target);
    if (judged->security == NULL || block == NULL || block == target || !wssc_place_is_security(shape, block))
        return;
    if (!wssc_place_is_same_role(shape, block, judged->security))
        wssc_judged_say(judged, "the signed %s (%s) stands in a Security header for another role", target->name,
                        match->reference->uri);
    if (wssc_xml_ns(block) != wssc_xml_ns(judged->security))
        wssc_judged_say(judged, "the signed %s (%s) stands in a Security header of another version", target->name,
                        match->reference->uri);
}

static void note_inside_body(const WsscJudged *judged, const xmlNode *target, const char *uri)
{
    if (judged->protects == WSSC_PROTECTS_MESSAGE && judged->shape.body != NULL &&
        judged->verdict->verdict == WSSC_VERDICT_VALID &&
        !wssc_work_covers(judged->work, judged->verdict, judged->shape.body))
        wssc_result_note(judged->work->result, "signed-inside-body",
                         "%s (%s) is signed, the Body around it is not: what else stands there may be anybody's",
                         target->name, uri);
}

static void say_stray(WsscJudged *judged, WsscStray stray, const xmlNode *target, const char *uri, const xmlNode *in)
{
    switch (stray) {
    case WSSC_STRAY_OTHER_VERSION:
        wssc_judged_say(judged, "the signed %s (%s) is of another version of SOAP than the Envelope", target->name,
                        uri);
        break;
    case WSSC_STRAY_NOT_READ:
        wssc_judged_say(judged, "the signed %s (%s) stands in %s, where it is not read", target->name, uri,
                        wssc_judged_name(in));
        break;
    case WSSC_STRAY_ROLE_NONE:
        wssc_judged_say(judged, "the signed %s (%s) is for role none: nobody reads it", target->name, uri);
        break;
    case WSSC_STRAY_ELSEWHERE:
        wssc_judged_say(judged, "the signed %s (%s) stands inside %s, where no receiver looks for it", target->name,
                        uri, wssc_judged_name(in));
        break;
    case WSSC_STRAY_INSIDE_BODY:
        note_inside_body(judged, target, uri);
        break;
    case WSSC_STRAY_NONE:
        break;
    }
}

/* What came out of it stands in its place: a token may be encrypted in a Security header, a Body's child may not. */
static void judge_opened(WsscJudged *judged, const WsscMatch *match)
{
    const xmlNode *in = NULL;
    guint stage;
    WsscShape shape;
    if (!wssc_xml_is(match->target, WSSC_NS_FAMILY_XENC, "EncryptedData"))
        return;
    const xmlNode *opened = wssc_work_opened(judged->work, match->target, match->stage, &stage);
    if (opened == NULL || opened->type != XML_ELEMENT_NODE || !shape_then(judged, stage, &shape))
        return;
    const xmlNode *block = wssc_place_block(&shape, opened);
    WsscStray stray = wssc_place_judge(&shape, opened, NULL, &in);
    if (block != NULL && stray != WSSC_STRAY_NONE)
        say_stray(judged, stray, opened, match->reference->uri, in);
}

static void judge_target(WsscJudged *judged, const WsscMatch *match)
{
    const xmlNode *target = match->target, *in = NULL;
    WsscShape shape;
    if (target == NULL || !shape_then(judged, match->stage, &shape))
        return;
    const xmlNode *then = wssc_work_older(judged->work, judged->element, match->stage);
    WsscStray stray = wssc_place_judge(&shape, target, then, &in);
    say_stray(judged, stray, target, match->reference->uri, in);
    if (stray == WSSC_STRAY_NONE) {
        judge_header_of(judged, &shape, match);
        judge_opened(judged, match);
    }
}

/* ---- versions ------------------------------------------------------------------------------------------------- */

/* OASIS' namespaces and those of the drafts before are not mixed in one Security header: a reader of either sees but a
 * part of it. */
static gboolean is_other_version(const xmlNode *security, const xmlNode *node)
{
    gboolean is_oasis = wssc_xml_ns(security) == WSSC_NS_WSSE;
    WsscNs ns = wssc_xml_ns(node);
    switch (wssc_ns_family(ns)) {
    case WSSC_NS_FAMILY_WSSE:
        return (ns == WSSC_NS_WSSE) != is_oasis;
    case WSSC_NS_FAMILY_WSU:
        return (ns == WSSC_NS_WSU) != is_oasis;
    default:
        return FALSE;
    }
}

static void judge_ids(WsscJudged *judged)
{
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    for (guint i = 0; i < checked->match_count; i++) {
        const xmlNode *target = wssc_work_match(judged->work, checked, i)->target;
        const xmlAttr *id =
            target != NULL && target->type == XML_ELEMENT_NODE ? wssc_xml_attr(target, WSSC_NS_FAMILY_WSU, "Id") : NULL;
        if (id != NULL && is_other_version(judged->security, (const xmlNode *)id))
            wssc_judged_say(judged, "the Security header is of another version of WS-Security than the id of %s",
                            target->name);
    }
}

static void judge_versions(WsscJudged *judged)
{
    const xmlNode *security = judged->security;
    const xmlNode *key_info = wssc_xml_child(judged->element, WSSC_NS_FAMILY_DS, "KeyInfo");
    const xmlNode *parents[] = {security, key_info};
    for (guint i = 0; i < G_N_ELEMENTS(parents); i++)
        for (const xmlNode *n = wssc_xml_first(parents[i]); n != NULL && judged->problem == NULL; n = wssc_xml_next(n))
            if (is_other_version(security, n))
                wssc_judged_say(judged, "the Security header is of another version of WS-Security than %s in it",
                                n->name);
    judge_ids(judged);
    for (const xmlNode *n = wssc_xml_first(judged->shape.header); n != NULL && judged->problem == NULL;
         n = wssc_xml_next(n))
        if (n != security && wssc_place_is_security(&judged->shape, n) && is_other_version(security, n) &&
            wssc_place_is_same_role(&judged->shape, n, security))
            wssc_judged_say(judged, "there are Security headers of two versions for one role: a receiver reads one");
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static void judge_references(WsscJudged *judged)
{
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    for (guint i = 0; i < checked->match_count; i++)
        judge_target(judged, wssc_work_match(judged->work, checked, i));
    judge_versions(judged);
    wssc_wrapping_twins(judged);
}

static void conclude(WsscJudged *judged)
{
    WsscSignature *verdict = judged->verdict;
    const WsscChecked *checked = wssc_work_checked(judged->work, verdict);
    verdict->protects = judged->protects;
    if (judged->problem == NULL || checked->match_count == 0)
        return;
    wssc_result_note(judged->work->result, judged->kind, "%s", judged->problem);
    if (verdict->verdict != WSSC_VERDICT_VALID || judged->protects == WSSC_PROTECTS_OTHERS)
        return;
    verdict->verdict = WSSC_VERDICT_INVALID;
    verdict->protects = WSSC_PROTECTS_NOTHING;
    verdict->reason = g_strconcat("wrapping: ", judged->problem, NULL);
    g_clear_pointer(&verdict->deviation, g_free);
}

static void judge(WsscWork *work, WsscSignature *verdict, const WsscShape *root)
{
    WsscJudged judged = {.work = work,
                         .verdict = verdict,
                         .element = wssc_work_checked(work, verdict)->element,
                         .shape = *root,
                         .protects = WSSC_PROTECTS_MESSAGE,
                         .kind = "signature-wrapping"};
    find_scope(&judged);
    if (judged.protects == WSSC_PROTECTS_TOKEN)
        wssc_wrapping_token(&judged);
    else if (judged.protects != WSSC_PROTECTS_NOTHING && judged.security != NULL)
        judge_references(&judged);
    conclude(&judged);
    g_free(judged.problem);
}

/* No receiver of SOAP reads a document that is no Envelope. What is signed in it is the document's own affair; a
 * Security header, or an Envelope deeper in it, is nobody's. */
static void judge_in_document(WsscWork *work, WsscSignature *verdict, xmlNode *root)
{
    WsscJudged judged = {.work = work,
                         .verdict = verdict,
                         .element = wssc_work_checked(work, verdict)->element,
                         .protects = WSSC_PROTECTS_PAYLOAD,
                         .kind = "signature-wrapping"};
    const xmlNode *parent = judged.element->parent;
    if (wssc_xml_is(parent, WSSC_NS_FAMILY_SAML, "Assertion"))
        judged.protects = WSSC_PROTECTS_TOKEN;
    else if (wssc_xml_is(parent, WSSC_NS_FAMILY_WSSE, "Security") || ancestor_envelope(judged.element) != NULL)
        wssc_judged_say(&judged, "the signature stands in a document that is no message: %s", root->name);
    conclude(&judged);
    g_free(judged.problem);
}

void wssc_wrapping_refuse(WsscWork *work)
{
    WsscShape shape;
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(work)->doc);
    gboolean is_message = wssc_place_read(root, &shape);
    for (guint i = 0; i < work->result->signatures->len; i++)
        if (is_message)
            judge(work, work->result->signatures->pdata[i], &shape);
        else
            judge_in_document(work, work->result->signatures->pdata[i], root);
    if (is_message)
        wssc_wrapping_note_twins(work, &shape);
}
