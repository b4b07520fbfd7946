/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Signatures of assertions: they prove the assertion that they stand in, where a receiver looks for one (SAML 2.0 core
 * section 5, SAML token profile 1.1 section 3).
 */
#include "security/wrapping_token.h"

#include <string.h>

/* ---- assertions --------------------------------------------------------------------------------------------- */

/* Where a token that counts may stand: in a Security header, in what WS-Trust hands over, embedded in a reference, in a
 * response of SAML's own protocol, or as advice to another. Payload may hold it anywhere. */
static gboolean is_token_place(const WsscJudged *judged, const xmlNode *parent)
{
    const char *name = (const char *)parent->name;
    switch (wssc_ns_family(wssc_xml_ns(parent))) {
    case WSSC_NS_FAMILY_WSSE:
        return wssc_place_is_security(&judged->shape, parent) || strcmp(name, "Embedded") == 0 ||
               wssc_judged_is_in_body(&judged->shape, parent);
    case WSSC_NS_FAMILY_WST:
        return TRUE;
    case WSSC_NS_FAMILY_SAML:
        return strcmp(name, "Advice") == 0 || strcmp(name, "Evidence") == 0;
    default:
        return wssc_judged_is_in_body(&judged->shape, parent) || parent == judged->shape.body;
    }
}

static gboolean has_own_signature(const xmlNode *assertion)
{
    return wssc_xml_child(assertion, WSSC_NS_FAMILY_DS, "Signature") != NULL;
}

static gboolean is_signed_by_any(const WsscWork *work, xmlNode *element)
{
    for (guint i = 0; i < work->result->signatures->len; i++)
        if (wssc_work_covers(work, work->result->signatures->pdata[i], element))
            return TRUE;
    return FALSE;
}

/* An assertion among an element's children that nothing proves. */
static gboolean has_unsigned_token(const WsscWork *work, const xmlNode *place)
{
    for (xmlNode *n = wssc_xml_first(place); n != NULL; n = wssc_xml_next(n))
        if (wssc_xml_is(n, WSSC_NS_FAMILY_SAML, "Assertion") && !has_own_signature(n) && !is_signed_by_any(work, n))
            return TRUE;
    return FALSE;
}

/* The same, and in what stands for encrypted ones. */
static void judge_other_tokens(WsscJudged *judged, const xmlNode *place)
{
    gboolean is_unsigned = has_unsigned_token(judged->work, place);
    for (xmlNode *n = wssc_xml_first(place); n != NULL && !is_unsigned; n = wssc_xml_next(n))
        is_unsigned = wssc_xml_is(n, WSSC_NS_FAMILY_SAML, "EncryptedAssertion") && has_unsigned_token(judged->work, n);
    if (is_unsigned)
        wssc_judged_say(judged, "the signed Assertion stands in %s beside an unsigned one", wssc_judged_name(place));
}

/* Advice and evidence are part of the assertion around them: what nobody signed there proves nothing. */
static const xmlNode *outermost(WsscJudged *judged, const xmlNode *assertion)
{
    for (const xmlNode *n = assertion->parent; n != NULL; n = n->parent) {
        if (!wssc_xml_is(n, WSSC_NS_FAMILY_SAML, "Assertion"))
            continue;
        if (!has_own_signature(n) && !is_signed_by_any(judged->work, (xmlNode *)n))
            wssc_judged_say(judged, "the signed Assertion stands inside another one, which is unsigned");
        assertion = n;
    }
    return assertion;
}

static gboolean is_handed_over(const WsscJudged *judged, const xmlNode *node)
{
    while (node != NULL && node != judged->shape.body && wssc_ns_family(wssc_xml_ns(node)) != WSSC_NS_FAMILY_WST)
        node = node->parent;
    return node != NULL && node != judged->shape.body;
}

/* SAML 2.0 core section 5.4.2: the signature of an assertion refers to the assertion it stands in, by its id. */
static void judge_signed(WsscJudged *judged, xmlNode *assertion)
{
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    for (guint i = 0; i < checked->match_count; i++) {
        const WsscMatch *match = wssc_work_match(judged->work, checked, i);
        if (match->target != NULL && match->target != wssc_work_older(judged->work, assertion, match->stage))
            wssc_judged_say(judged, "the signature inside an Assertion signs another %s (%s)", match->target->name,
                            match->reference->uri);
    }
}

void wssc_wrapping_token(WsscJudged *judged)
{
    xmlNode *assertion = judged->element->parent;
    judge_signed(judged, assertion);
    const xmlNode *outer = outermost(judged, assertion), *place = outer->parent;
    if (wssc_place_is_opened_token(outer) && place->parent != NULL)
        place = place->parent; /* it stands where its wrapper stands */
    if (!is_token_place(judged, place))
        wssc_judged_say(judged, "the signed Assertion stands inside %s, where no receiver looks for it",
                        wssc_judged_name(place));
    if (judged->problem == NULL)
        judge_other_tokens(judged, place);
    if (wssc_place_is_security(&judged->shape, place))
        wssc_judged_role(judged, place);
    else if (wssc_judged_is_in_body(&judged->shape, outer) && !is_handed_over(judged, outer))
        judged->protects = WSSC_PROTECTS_PAYLOAD;
}
