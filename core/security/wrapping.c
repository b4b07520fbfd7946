/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Signature wrapping: the digests fit, but what is signed stands where nobody reads it, and what is read was never
 * signed (WSS 1.1 section 13). Such a signature proves nothing about the message that is processed.
 *
 * It is judged by the signature's own envelope, and only for signatures of a Security header: others, as that of an
 * assertion, sign what they stand in or beside, and WSS gives them no places.
 */
#include "security/wrapping.h"

#include <string.h>

#include "security/result.h"

typedef struct {
    WsscWork *work;
    const WsscSignature *verdict;
    const xmlNode *signature;              /* ds:Signature */
    xmlNode *envelope, *header, *security; /* it belongs to; envelope and security are never NULL */
} Shape;

typedef enum { READ_FROM_ENVELOPE, READ_FROM_HEADER, READ_FROM_SECURITY } Place;

/* What the specifications read from one place only: SOAP 1.2 part 1 section 5, WS-Addressing 1.0 SOAP binding
 * section 3.2, WSS 1.1 section 10. */
static const struct {
    WsscNsFamily family;
    const char *name;
    Place place;
    gboolean may_repeat;
} parts[] = {
    {WSSC_NS_FAMILY_SOAP, "Body", READ_FROM_ENVELOPE, FALSE},
    {WSSC_NS_FAMILY_WSU, "Timestamp", READ_FROM_SECURITY, FALSE},
    {WSSC_NS_FAMILY_WSA, "To", READ_FROM_HEADER, FALSE},
    {WSSC_NS_FAMILY_WSA, "Action", READ_FROM_HEADER, FALSE},
    {WSSC_NS_FAMILY_WSA, "MessageID", READ_FROM_HEADER, FALSE},
    {WSSC_NS_FAMILY_WSA, "RelatesTo", READ_FROM_HEADER, TRUE},
    {WSSC_NS_FAMILY_WSA, "From", READ_FROM_HEADER, FALSE},
    {WSSC_NS_FAMILY_WSA, "ReplyTo", READ_FROM_HEADER, FALSE},
    {WSSC_NS_FAMILY_WSA, "FaultTo", READ_FROM_HEADER, FALSE},
};

static gboolean is_same_name(const xmlNode *a, const xmlNode *b)
{
    return strcmp((const char *)a->name, (const char *)b->name) == 0 && wssc_xml_ns(a) == wssc_xml_ns(b) &&
           g_strcmp0(a->ns != NULL ? (const char *)a->ns->href : NULL,
                     b->ns != NULL ? (const char *)b->ns->href : NULL) == 0;
}

static gboolean is_covered(const Shape *shape, xmlNode *node)
{
    return wssc_work_covers(shape->work, shape->verdict, node);
}

/* The element of a reference whose digest fits, as it stands now; NULL for the whole document, and when it is not in
 * the tree any more. */
static xmlNode *target_now(const WsscWork *work, const WsscMatch *match)
{
    const WsscSignedReference *reference = match->reference;
    gboolean keeps_comments;
    if (match->target == NULL || reference->uri == NULL)
        return NULL;
    if (match->stage + 1 == work->stages->len)
        return match->target;
    g_autofree char *id = wssc_ids_from_uri(reference->uri, &keeps_comments);
    return id != NULL ? wssc_ids_find(wssc_work_current(work)->ids, id, NULL) : NULL;
}

/* ---- parts that are read from one place ------------------------------------------------------------------- */

/* Headers for another role are another receiver's. */
static gboolean is_same_role(const xmlNode *a, const xmlNode *b)
{
    static const char *const names[] = {"role", "actor"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *first = wssc_xml_attr_value(a, WSSC_NS_FAMILY_SOAP, names[i]);
        g_autofree char *second = wssc_xml_attr_value(b, WSSC_NS_FAMILY_SOAP, names[i]);
        if (g_strcmp0(first, second) != 0)
            return FALSE;
    }
    return TRUE;
}

/* Where two stand some receivers read the first and some the last. */
static gboolean has_unsigned_beside(const Shape *shape, const xmlNode *target)
{
    for (xmlNode *n = wssc_xml_first(target->parent); n != NULL; n = wssc_xml_next(n))
        if (n != target && is_same_name(n, target) && is_same_role(n, target) && !is_covered(shape, n))
            return TRUE;
    return FALSE;
}

static gboolean is_in_place(const Shape *shape, const xmlNode *target, Place place)
{
    const xmlNode *parent = target->parent;
    if (place == READ_FROM_ENVELOPE)
        return parent == shape->envelope;
    if (place == READ_FROM_HEADER)
        return parent == shape->header;
    /* In the Security header of another actor too, unless the signature's own has one that is read in its place. */
    return parent == shape->security ||
           (wssc_xml_is(parent, WSSC_NS_FAMILY_WSSE, "Security") && parent->parent == shape->header &&
            wssc_xml_child(shape->security, WSSC_NS_FAMILY_WSU, (const char *)target->name) == NULL);
}

/* What is wrong with its place (caller frees); NULL when it is right. ret_is_part: it is one of them. */
static char *wrong_place(const Shape *shape, const xmlNode *target, gboolean *ret_is_part)
{
    static const char *const names[] = {"the Envelope", "the Header", "the Security header"};
    WsscNsFamily family = wssc_ns_family(wssc_xml_ns(target));
    *ret_is_part = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i].family != family || strcmp((const char *)target->name, parts[i].name) != 0)
            continue;
        *ret_is_part = TRUE;
        if (!is_in_place(shape, target, parts[i].place))
            return g_strdup_printf("is not the one that is read from %s", names[parts[i].place]);
        if (!parts[i].may_repeat && has_unsigned_beside(shape, target))
            return g_strdup_printf("stands in %s beside an unsigned one", names[parts[i].place]);
    }
    return NULL;
}

/* ---- others -------------------------------------------------------------------------------------------------- */

/* Inside something that no receiver looks into for it: another header block, what does not belong into the
 * Security header, a ds:Object, or beside Header and Body. NULL where that is not so; else that thing. */
static const xmlNode *stray_block(const Shape *shape, const xmlNode *target)
{
    const xmlNode *below = target; /* child of n on the way up */
    for (const xmlNode *n = target->parent; n != NULL; below = n, n = n->parent) {
        if (wssc_xml_is(n, WSSC_NS_FAMILY_DS, "Object"))
            return n;
        if (wssc_xml_is(n, WSSC_NS_FAMILY_DS, "KeyInfo") || wssc_xml_is(n, WSSC_NS_FAMILY_SAML, "Assertion") ||
            wssc_xml_is(n, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference"))
            return NULL;
        if (n == shape->envelope)
            return below == shape->header || wssc_xml_is(below, WSSC_NS_FAMILY_SOAP, "Body") ? NULL : below;
        if ((n == shape->header || wssc_xml_is(n, WSSC_NS_FAMILY_WSSE, "Security")) && below != target &&
            !wssc_xml_is(below, WSSC_NS_FAMILY_WSSE, "Security"))
            return below;
    }
    return NULL;
}

static gboolean is_read_place(const Shape *shape, const xmlNode *node)
{
    return node->parent == shape->header || node->parent == shape->security ||
           wssc_work_is_within(node, wssc_xml_child(shape->envelope, WSSC_NS_FAMILY_SOAP, "Body"));
}

/* Another one of its name, unsigned, where such a thing is read. */
static gboolean has_twin(const Shape *shape, const xmlNode *target, const xmlNode *block)
{
    for (xmlNode *n = shape->envelope; n != NULL; n = wssc_ids_walk(shape->envelope, n))
        if (n != shape->signature && is_same_name(n, target) && !wssc_work_is_within(n, block) &&
            is_read_place(shape, n) && !is_covered(shape, n))
            return TRUE;
    return FALSE;
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

/* Caller frees; NULL when the reference is in order. */
static char *find_wrapping(const Shape *shape, const WsscMatch *match)
{
    const xmlNode *target = target_now(shape->work, match);
    const char *uri = match->reference->uri;
    gboolean is_part;
    if (target == NULL || wssc_work_is_within(shape->signature, target))
        return NULL;
    g_autofree char *wrong = wrong_place(shape, target, &is_part);
    if (wrong != NULL)
        return g_strdup_printf("wrapping: the signed %s (%s) %s", target->name, uri, wrong);
    /* A header may have been encrypted in itself, and what was encrypted be signed there. */
    if (is_part || wssc_xml_is(target, WSSC_NS_FAMILY_XENC, "EncryptedData"))
        return NULL;
    const xmlNode *block = stray_block(shape, target);
    if (block == NULL || !has_twin(shape, target, block))
        return NULL;
    return g_strdup_printf("wrapping: the signed %s (%s) stands inside %s, an unsigned one where it is read",
                           target->name, uri, block->name);
}

static gboolean read_shape(WsscWork *work, const WsscSignature *verdict, xmlNode *signature, Shape *ret_shape)
{
    xmlNode *security = signature->parent;
    xmlNode *header = security->parent;
    xmlNode *envelope = header != NULL ? header->parent : NULL;
    if (!wssc_xml_is(security, WSSC_NS_FAMILY_WSSE, "Security"))
        return FALSE;
    if (!wssc_xml_is(header, WSSC_NS_FAMILY_SOAP, "Header") || !wssc_xml_is(envelope, WSSC_NS_FAMILY_SOAP, "Envelope"))
        envelope = xmlDocGetRootElement(signature->doc);
    if (!wssc_xml_is(envelope, WSSC_NS_FAMILY_SOAP, "Envelope"))
        return FALSE;
    *ret_shape = (Shape){.work = work,
                         .verdict = verdict,
                         .signature = signature,
                         .envelope = envelope,
                         .header = wssc_xml_child(envelope, WSSC_NS_FAMILY_SOAP, "Header"),
                         .security = security};
    return TRUE;
}

static void judge(WsscWork *work, WsscSignature *verdict)
{
    const WsscChecked *checked = wssc_work_checked(work, verdict);
    Shape shape;
    if (!read_shape(work, verdict, checked->element, &shape))
        return;
    for (guint i = 0; i < checked->match_count; i++) {
        g_autofree char *reason = find_wrapping(&shape, wssc_work_match(work, checked, i));
        if (reason == NULL)
            continue;
        wssc_result_note(work->result, "signature-wrapping", "%s", reason + strlen("wrapping: "));
        if (verdict->verdict != WSSC_VERDICT_VALID)
            continue;
        verdict->verdict = WSSC_VERDICT_INVALID;
        verdict->reason = g_steal_pointer(&reason);
        g_clear_pointer(&verdict->deviation, g_free);
    }
}

void wssc_wrapping_refuse(WsscWork *work)
{
    for (guint i = 0; i < work->result->signatures->len; i++)
        judge(work, work->result->signatures->pdata[i]);
}
