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

#include "security/place.h"
#include "security/result.h"

/* One signature, in the current tree. */
typedef struct {
    WsscWork *work;
    WsscSignature *verdict;
    xmlNode *element;        /* ds:Signature */
    WsscShape shape;         /* of the envelope that it belongs to */
    const xmlNode *security; /* the Security header around it */
    WsscProtects protects;
    const char *kind; /* of the problem: an id of findings.def */
    char *problem;    /* a sentence; NULL without one */
} Judged;

static void say(Judged *judged, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void say(Judged *judged, const char *format, ...)
{
    va_list args;
    if (judged->problem != NULL)
        return;
    va_start(args, format);
    judged->problem = g_strdup_vprintf(format, args);
    va_end(args);
}

static const char *name_of(const xmlNode *element)
{
    return element->type == XML_ELEMENT_NODE ? (const char *)element->name : "the document";
}

/* ---- what the signature belongs to ------------------------------------------------------------------------- */

static xmlNode *ancestor_envelope(const xmlNode *node)
{
    for (xmlNode *n = node->parent; n != NULL; n = n->parent)
        if (wssc_xml_is(n, WSSC_NS_FAMILY_SOAP, "Envelope"))
            return n;
    return NULL;
}

static gboolean is_in_body(const WsscShape *shape, const xmlNode *node)
{
    return shape->body != NULL && node != shape->body && wssc_work_is_within(node, shape->body);
}

/* Every target stands inside the Body: the payload's own affair. */
static gboolean signs_payload_only(const Judged *judged)
{
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    for (guint i = 0; i < checked->match_count; i++) {
        const WsscMatch *match = wssc_work_match(judged->work, checked, i);
        const WsscStage *stage = judged->work->stages->pdata[match->stage];
        WsscShape then;
        if (match->target == NULL || !wssc_place_read(xmlDocGetRootElement(stage->doc), &then) ||
            !is_in_body(&then, match->target))
            return FALSE;
    }
    return TRUE;
}

static void find_role(Judged *judged)
{
    WsscReader reader = wssc_place_reader(&judged->shape, judged->security);
    g_autofree char *role = wssc_place_role(&judged->shape, judged->security);
    if (reader == WSSC_READER_NOBODY) {
        judged->protects = WSSC_PROTECTS_NOTHING;
        say(judged, "the signature stands in a Security header that nobody reads (role none)");
    } else if (reader == WSSC_READER_OTHERS) {
        judged->protects = WSSC_PROTECTS_OTHERS;
        judged->kind = "signature-for-others";
        say(judged, "the signature stands in a Security header for %s: whom the message is for does not read it", role);
    }
}

/* In an envelope that stands inside the message's own. */
static void find_nested(Judged *judged, const WsscShape *root, xmlNode *envelope)
{
    judged->protects = is_in_body(root, envelope) ? WSSC_PROTECTS_PAYLOAD : WSSC_PROTECTS_NOTHING;
    if (judged->protects == WSSC_PROTECTS_NOTHING)
        say(judged, "the signature belongs to an Envelope inside %s, which no receiver takes for a message",
            name_of(envelope->parent));
    else if (!wssc_place_read(envelope, &judged->shape) || !wssc_place_is_security(&judged->shape, judged->security))
        judged->security = NULL;
    else
        wssc_result_note(judged->work->result, "nested-message",
                         "a signed message stands inside %s: its signature does not protect the message around it",
                         name_of(envelope->parent));
}

static void find_scope(Judged *judged)
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
        find_role(judged);
    } else if (is_in_body(&root, judged->element) && signs_payload_only(judged)) {
        judged->protects = WSSC_PROTECTS_PAYLOAD;
        judged->security = NULL;
    } else {
        judged->protects = WSSC_PROTECTS_NOTHING;
        say(judged,
            root.has_two_headers ? "there are two Headers, and which of them is read is open"
                                 : "the signature stands in %s, where no receiver looks for one",
            name_of(parent));
    }
}

/* ---- what is signed ------------------------------------------------------------------------------------------ */

/* The same envelope in the tree of an older stage; FALSE when it came out of decryption since. */
static gboolean shape_then(const Judged *judged, guint stage, WsscShape *ret_shape)
{
    xmlNode *then = wssc_work_older(judged->work, judged->shape.envelope, stage);
    *ret_shape = judged->shape;
    return then == judged->shape.envelope || (then != NULL && wssc_place_read(then, ret_shape));
}

static void judge_target(Judged *judged, const WsscMatch *match)
{
    const xmlNode *target = match->target, *in = NULL;
    const char *uri = match->reference->uri;
    WsscShape shape;
    if (target == NULL || !shape_then(judged, match->stage, &shape))
        return;
    const xmlNode *then = wssc_work_older(judged->work, judged->element, match->stage);
    switch (wssc_place_judge(&shape, target, then, &in)) {
    case WSSC_STRAY_OTHER_VERSION:
        say(judged, "the signed %s (%s) is of another version of SOAP than the Envelope", target->name, uri);
        break;
    case WSSC_STRAY_NOT_READ:
        say(judged, "the signed %s (%s) stands in %s, where it is not read", target->name, uri, name_of(in));
        break;
    case WSSC_STRAY_ROLE_NONE:
        say(judged, "the signed %s (%s) is for role none: nobody reads it", target->name, uri);
        break;
    case WSSC_STRAY_ELSEWHERE:
        say(judged, "the signed %s (%s) stands inside %s, where no receiver looks for it", target->name, uri,
            name_of(in));
        break;
    case WSSC_STRAY_INSIDE_BODY:
        if (judged->protects == WSSC_PROTECTS_MESSAGE && judged->shape.body != NULL &&
            judged->verdict->verdict == WSSC_VERDICT_VALID &&
            !wssc_work_covers(judged->work, judged->verdict, judged->shape.body))
            wssc_result_note(judged->work->result, "signed-inside-body",
                             "%s (%s) is signed, the Body around it is not: what else stands there may be anybody's",
                             target->name, uri);
        break;
    case WSSC_STRAY_NONE: /* a Timestamp is for whom its Security header is for */
        if (wssc_place_part(target) == WSSC_PART_TIMESTAMP && judged->security != NULL &&
            wssc_place_reader(&shape, target->parent) != wssc_place_reader(&judged->shape, judged->security))
            say(judged, "the signed Timestamp (%s) stands in a Security header for another role", uri);
        break;
    }
}

/* ---- others of its kind ----------------------------------------------------------------------------------- */

typedef struct {
    Judged *judged;
    gboolean is_signed[WSSC_PART_MAX]; /* something of that kind is among the targets */
} Twins;

/* Children of one place: of what is read once and signed, nothing unsigned may stand beside it for the same reader,
 * whatever its version; some receivers read the first and some the last. Where there are more than the signature has
 * references, one is unsigned for sure. */
static void find_twins(const Twins *twins, xmlNode *parent, WsscPart only)
{
    Judged *judged = twins->judged;
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    guint looked_at[WSSC_PART_MAX] = {0};
    if (wssc_work_covers(judged->work, judged->verdict, parent))
        return;
    for (xmlNode *n = wssc_xml_first(parent); n != NULL && judged->problem == NULL; n = wssc_xml_next(n)) {
        WsscPart part = wssc_place_part(n);
        if (part == WSSC_PART_NONE || part == WSSC_PART_RELATES_TO || !twins->is_signed[part] ||
            (only != WSSC_PART_NONE && part != only) || looked_at[part] > checked->match_count)
            continue;
        if (part != WSSC_PART_BODY && part != WSSC_PART_TIMESTAMP &&
            wssc_place_reader(&judged->shape, n) != WSSC_READER_US)
            continue;
        looked_at[part]++;
        if (!wssc_work_covers(judged->work, judged->verdict, n))
            say(judged, "the signed %s stands in %s beside an unsigned one", n->name, name_of(parent));
    }
}

static void judge_twins(Judged *judged)
{
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    Twins twins = {.judged = judged};
    for (guint i = 0; i < checked->match_count; i++) {
        const WsscMatch *match = wssc_work_match(judged->work, checked, i);
        if (match->target != NULL && match->target->type == XML_ELEMENT_NODE)
            twins.is_signed[wssc_place_part(match->target)] = TRUE;
    }
    find_twins(&twins, judged->shape.envelope, WSSC_PART_BODY);
    if (judged->shape.header == NULL)
        return;
    find_twins(&twins, judged->shape.header, WSSC_PART_NONE);
    for (xmlNode *s = twins.is_signed[WSSC_PART_TIMESTAMP] ? wssc_xml_first(judged->shape.header) : NULL; s != NULL;
         s = wssc_xml_next(s))
        if (wssc_place_is_security(&judged->shape, s) &&
            wssc_place_reader(&judged->shape, s) == wssc_place_reader(&judged->shape, judged->security))
            find_twins(&twins, s, WSSC_PART_TIMESTAMP);
}

/* ---- assertions --------------------------------------------------------------------------------------------- */

/* Where a token that counts may stand: in a Security header, in what WS-Trust hands over, embedded in a reference, in a
 * response of SAML's own protocol, or as advice to another. Payload may hold it anywhere. */
static gboolean is_token_place(const Judged *judged, const xmlNode *parent)
{
    const char *name = (const char *)parent->name;
    switch (wssc_ns_family(wssc_xml_ns(parent))) {
    case WSSC_NS_FAMILY_WSSE:
        return strcmp(name, "Security") == 0 || strcmp(name, "Embedded") == 0;
    case WSSC_NS_FAMILY_WST:
        return TRUE;
    case WSSC_NS_FAMILY_SAML:
        return strcmp(name, "Advice") == 0 || strcmp(name, "Evidence") == 0;
    default:
        return is_in_body(&judged->shape, parent) || parent == judged->shape.body;
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
static void judge_other_tokens(Judged *judged, const xmlNode *place)
{
    gboolean is_unsigned = has_unsigned_token(judged->work, place);
    for (xmlNode *n = wssc_xml_first(place); n != NULL && !is_unsigned; n = wssc_xml_next(n))
        is_unsigned = wssc_xml_is(n, WSSC_NS_FAMILY_SAML, "EncryptedAssertion") && has_unsigned_token(judged->work, n);
    if (is_unsigned)
        say(judged, "the signed Assertion stands in %s beside an unsigned one", name_of(place));
}

/* SAML 2.0 core section 5.4.2: the signature of an assertion refers to the assertion it stands in, by its id. */
static void judge_token(Judged *judged)
{
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    xmlNode *assertion = judged->element->parent;
    for (guint i = 0; i < checked->match_count; i++) {
        const WsscMatch *match = wssc_work_match(judged->work, checked, i);
        if (match->target != NULL && match->target != wssc_work_older(judged->work, assertion, match->stage))
            say(judged, "the signature inside an Assertion signs another %s (%s)", match->target->name,
                match->reference->uri);
    }
    const xmlNode *place = assertion->parent;
    if (wssc_place_is_opened_token(assertion) && place->parent != NULL)
        place = place->parent; /* it stands where its wrapper stands */
    if (!is_token_place(judged, place))
        say(judged, "the signed Assertion stands inside %s, where no receiver looks for it", name_of(place));
    if (judged->problem == NULL)
        judge_other_tokens(judged, place);
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static void judge_references(Judged *judged)
{
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    for (guint i = 0; i < checked->match_count; i++)
        judge_target(judged, wssc_work_match(judged->work, checked, i));
    judge_twins(judged);
}

static void conclude(Judged *judged)
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
    Judged judged = {.work = work,
                     .verdict = verdict,
                     .element = wssc_work_checked(work, verdict)->element,
                     .shape = *root,
                     .protects = WSSC_PROTECTS_MESSAGE,
                     .kind = "signature-wrapping"};
    find_scope(&judged);
    if (judged.protects == WSSC_PROTECTS_TOKEN)
        judge_token(&judged);
    else if (judged.protects != WSSC_PROTECTS_NOTHING && judged.security != NULL)
        judge_references(&judged);
    conclude(&judged);
    g_free(judged.problem);
}

void wssc_wrapping_refuse(WsscWork *work)
{
    WsscShape root;
    if (!wssc_place_read(xmlDocGetRootElement(wssc_work_current(work)->doc), &root))
        return;
    for (guint i = 0; i < work->result->signatures->len; i++)
        judge(work, work->result->signatures->pdata[i], &root);
}
