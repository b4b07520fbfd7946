/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/place.h"

#define XENC_CONTENT "http://www.w3.org/2001/04/xmlenc#Content"

/* ---- an envelope ------------------------------------------------------------------------------------------- */

/* SOAP 1.1 section 4, SOAP 1.2 part 1 section 5.1: a Header, if any, stands first; all are of one version. */
static const char *doubt_of(const WsscShape *shape, guint headers, gboolean has_strange_header, const xmlNode *strange)
{
    if (headers > 1 || (headers == 1 && has_strange_header))
        return "there are two Headers, and which of them is read is open";
    if (has_strange_header)
        return "the Header is of another version of SOAP than the Envelope";
    if (shape->body == NULL && strange != NULL)
        return "the Body is of another version of SOAP than the Envelope";
    return NULL;
}

gboolean wssc_place_read(xmlNode *envelope, WsscShape *ret_shape)
{
    guint headers = 0;
    gboolean has_strange_header = FALSE, is_behind = FALSE;
    const xmlNode *strange = NULL; /* a Body of another version */
    *ret_shape = (WsscShape){.envelope = envelope};
    if (!wssc_xml_is(envelope, WSSC_NS_FAMILY_SOAP, "Envelope"))
        return FALSE;
    for (xmlNode *n = wssc_xml_first(envelope); n != NULL; n = wssc_xml_next(n)) {
        gboolean is_own = wssc_xml_ns(n) == wssc_xml_ns(envelope);
        if (wssc_xml_is(n, WSSC_NS_FAMILY_SOAP, "Header")) {
            headers += is_own ? 1 : 0;
            has_strange_header |= !is_own;
            is_behind |= ret_shape->body != NULL;
            ret_shape->header = n;
        } else if (wssc_xml_is(n, WSSC_NS_FAMILY_SOAP, "Body")) {
            strange = !is_own ? n : strange;
            ret_shape->body = ret_shape->body == NULL && is_own ? n : ret_shape->body;
        }
    }
    ret_shape->doubt = doubt_of(ret_shape, headers, has_strange_header, strange);
    if (ret_shape->doubt == NULL && is_behind)
        ret_shape->doubt = "the Header stands behind the Body, where it need not be looked for";
    if (ret_shape->doubt != NULL)
        ret_shape->header = NULL;
    return TRUE;
}

char *wssc_place_role(const WsscShape *shape, const xmlNode *block)
{
    gboolean is_first_version = wssc_xml_ns(shape->envelope) == WSSC_NS_SOAP11;
    for (const xmlAttr *attr = block->properties; attr != NULL; attr = attr->next)
        if (wssc_xml_ns((const xmlNode *)attr) == wssc_xml_ns(shape->envelope) &&
            strcmp((const char *)attr->name, is_first_version ? "actor" : "role") == 0)
            return wssc_xml_attr_text(attr);
    return NULL;
}

WsscReader wssc_place_reader(const WsscShape *shape, const xmlNode *block)
{
    static const char *const ours[] = {"", "http://schemas.xmlsoap.org/soap/actor/next",
                                       "http://www.w3.org/2003/05/soap-envelope/role/next",
                                       "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"};
    g_autofree char *role = wssc_place_role(shape, block);
    if (role == NULL)
        return WSSC_READER_US;
    for (guint i = 0; i < G_N_ELEMENTS(ours); i++)
        if (strcmp(role, ours[i]) == 0)
            return WSSC_READER_US;
    return strcmp(role, "http://www.w3.org/2003/05/soap-envelope/role/none") == 0 ? WSSC_READER_NOBODY
                                                                                  : WSSC_READER_OTHERS;
}

/* NULL, an empty one and the ultimate receiver's are one role. */
static const char *plain_role(const char *role)
{
    return role == NULL || strcmp(role, "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver") == 0 ? ""
                                                                                                              : role;
}

gboolean wssc_place_is_same_role(const WsscShape *shape, const xmlNode *block, const xmlNode *other)
{
    if (block == other)
        return TRUE;
    g_autofree char *one = wssc_place_role(shape, block);
    g_autofree char *two = wssc_place_role(shape, other);
    return strcmp(plain_role(one), plain_role(two)) == 0;
}

const xmlNode *wssc_place_block(const WsscShape *shape, const xmlNode *element)
{
    while (element != NULL && element->parent != shape->header)
        element = element->parent;
    return shape->header != NULL ? element : NULL;
}

gboolean wssc_place_is_security(const WsscShape *shape, const xmlNode *element)
{
    return shape->header != NULL && element != NULL && element->parent == shape->header &&
           wssc_xml_is(element, WSSC_NS_FAMILY_WSSE, "Security");
}

/* ---- parts ------------------------------------------------------------------------------------------------- */

static const struct {
    WsscNsFamily family;
    const char *name;
} parts[WSSC_PART_MAX] = {
    [WSSC_PART_BODY] = {WSSC_NS_FAMILY_SOAP, "Body"},
    [WSSC_PART_TIMESTAMP] = {WSSC_NS_FAMILY_WSU, "Timestamp"},
    [WSSC_PART_TO] = {WSSC_NS_FAMILY_WSA, "To"},
    [WSSC_PART_ACTION] = {WSSC_NS_FAMILY_WSA, "Action"},
    [WSSC_PART_MESSAGE_ID] = {WSSC_NS_FAMILY_WSA, "MessageID"},
    [WSSC_PART_FROM] = {WSSC_NS_FAMILY_WSA, "From"},
    [WSSC_PART_REPLY_TO] = {WSSC_NS_FAMILY_WSA, "ReplyTo"},
    [WSSC_PART_FAULT_TO] = {WSSC_NS_FAMILY_WSA, "FaultTo"},
    [WSSC_PART_RELATES_TO] = {WSSC_NS_FAMILY_WSA, "RelatesTo"},
};

WsscPart wssc_place_part(const xmlNode *element)
{
    if (element->type != XML_ELEMENT_NODE)
        return WSSC_PART_NONE;
    WsscNsFamily family = wssc_ns_family(wssc_xml_ns(element));
    if (family != WSSC_NS_FAMILY_WSA && family != WSSC_NS_FAMILY_SOAP && family != WSSC_NS_FAMILY_WSU)
        return WSSC_PART_NONE; /* most are so */
    for (int part = WSSC_PART_NONE + 1; part < WSSC_PART_MAX; part++)
        if (parts[part].family == family && element->name[0] == (xmlChar)parts[part].name[0] &&
            strcmp((const char *)element->name, parts[part].name) == 0)
            return (WsscPart)part;
    return WSSC_PART_NONE;
}

/* ---- places ------------------------------------------------------------------------------------------------ */

static WsscNsFamily family_of(const xmlNode *element)
{
    return wssc_ns_family(wssc_xml_ns(element));
}

static gboolean is_below(const xmlNode *node, const xmlNode *ancestor)
{
    while (node != NULL && node != ancestor)
        node = node->parent;
    return node != NULL;
}

/* Encrypted content stands where its parent's content was, so in no header. */
static gboolean is_encrypted_content(const xmlNode *element)
{
    g_autofree char *type = wssc_xml_is(element, WSSC_NS_FAMILY_XENC, "EncryptedData")
                                ? wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "Type")
                                : NULL;
    return type != NULL && strcmp(type, XENC_CONTENT) == 0;
}

/* Tokens and what is said of keys: what may stand in a ds:KeyInfo, a reference, or beside signatures. */
static gboolean is_of_security(const xmlNode *element)
{
    switch (family_of(element)) {
    case WSSC_NS_FAMILY_WSSE:
        return strcmp((const char *)element->name, "Security") != 0;
    case WSSC_NS_FAMILY_WSU:
        return strcmp((const char *)element->name, "Timestamp") == 0;
    case WSSC_NS_FAMILY_WSSE11:
    case WSSC_NS_FAMILY_WSC:
    case WSSC_NS_FAMILY_DS:
    case WSSC_NS_FAMILY_DS11:
    case WSSC_NS_FAMILY_SAML:
    case WSSC_NS_FAMILY_DOTNET:
        return TRUE;
    case WSSC_NS_FAMILY_XENC:
        return !is_encrypted_content(element);
    default:
        return FALSE;
    }
}

/* A header block's place is the header; the parts of others have theirs. */
static gboolean is_header_block(const xmlNode *element)
{
    switch (family_of(element)) {
    case WSSC_NS_FAMILY_SOAP:
    case WSSC_NS_FAMILY_DS:
    case WSSC_NS_FAMILY_WSU:
    case WSSC_NS_FAMILY_SAML:
    case WSSC_NS_FAMILY_WSC:
    case WSSC_NS_FAMILY_DS11:
        return FALSE;
    case WSSC_NS_FAMILY_WSSE:
        return strcmp((const char *)element->name, "Security") == 0;
    case WSSC_NS_FAMILY_WSSE11:
        return strcmp((const char *)element->name, "EncryptedHeader") == 0;
    case WSSC_NS_FAMILY_WST: /* WS-Trust 1.4 section 9.5: what it has in headers; requests and answers are Bodies */
        return strcmp((const char *)element->name, "IssuedTokens") == 0;
    case WSSC_NS_FAMILY_XENC:
        return strcmp((const char *)element->name, "EncryptedData") == 0 && !is_encrypted_content(element);
    default:
        return TRUE;
    }
}

/* What XAdES and XML Signature section 4.5 put into an Object is about the signature itself. */
static gboolean is_about_signature(const xmlNode *target)
{
    return wssc_xml_is(target, WSSC_NS_FAMILY_DS, "SignatureProperties") ||
           wssc_xml_is(target, WSSC_NS_FAMILY_DS, "SignatureProperty") ||
           (target->ns != NULL && target->ns->href != NULL &&
            g_str_has_prefix((const char *)target->ns->href, "http://uri.etsi.org/"));
}

/* What was written there in the clear is read by nobody: only what came out of decryption has no span. */
gboolean wssc_place_is_opened_token(const xmlNode *element)
{
    return wssc_xml_is(element, WSSC_NS_FAMILY_SAML, "Assertion") &&
           wssc_xml_is(element->parent, WSSC_NS_FAMILY_SAML, "EncryptedAssertion") && wssc_xml_span(element) == NULL;
}

/* On the way from a child of the Security header to a key or a token: nothing that a reader of keys does not look into.
 */
static gboolean is_way_to_key(const xmlNode *step)
{
    switch (family_of(step)) {
    case WSSC_NS_FAMILY_WSSE11:
    case WSSC_NS_FAMILY_WSC:
    case WSSC_NS_FAMILY_WST:
    case WSSC_NS_FAMILY_DS:
    case WSSC_NS_FAMILY_DS11:
    case WSSC_NS_FAMILY_SAML:
    case WSSC_NS_FAMILY_XENC:
    case WSSC_NS_FAMILY_XENC11:
    case WSSC_NS_FAMILY_DOTNET:
        return TRUE;
    case WSSC_NS_FAMILY_WSSE:
        return strcmp((const char *)step->name, "Security") != 0;
    default:
        return FALSE;
    }
}

/* What a KeyInfo or a reference tells of: not who sends the message, unless it is embedded there, nor when. */
static gboolean is_key_material(const xmlNode *target)
{
    WsscNsFamily family = family_of(target);
    if (wssc_xml_is(target, WSSC_NS_FAMILY_WSSE, "UsernameToken"))
        return wssc_xml_is(target->parent, WSSC_NS_FAMILY_WSSE, "Embedded");
    return is_of_security(target) && family != WSSC_NS_FAMILY_WSU && family != WSSC_NS_FAMILY_WSSE11;
}

/* Deeper inside a child of the Security header: only where keys and tokens are told of. The step of the way that
 * decides is the one right below that child, or below a nested one of the same kind. */
static gboolean is_told_of(const xmlNode *child, const xmlNode *target)
{
    gboolean is_key_info = FALSE, is_object = FALSE, is_way = is_way_to_key(child);
    for (const xmlNode *n = target->parent; n != child; n = n->parent) {
        is_key_info |= wssc_xml_is(n, WSSC_NS_FAMILY_DS, "KeyInfo") ||
                       wssc_xml_is(n, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference");
        is_object |= wssc_xml_is(n, WSSC_NS_FAMILY_DS, "Object");
        is_way &= is_way_to_key(n);
    }
    if (wssc_xml_is(target, WSSC_NS_FAMILY_DS, "Object")) /* whole, as an enveloping signature has it */
        return target->parent == child && family_of(child) == WSSC_NS_FAMILY_DS;
    if (is_object)
        return is_about_signature(target);
    if (target->parent == child && wssc_xml_is(child, WSSC_NS_FAMILY_SAML, "EncryptedAssertion"))
        return wssc_xml_is(target, WSSC_NS_FAMILY_XENC, "EncryptedData") || wssc_place_is_opened_token(target);
    return is_way && is_key_material(target) &&
           (is_key_info || wssc_xml_is(child, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference") ||
            wssc_xml_is(child, WSSC_NS_FAMILY_WSC, "DerivedKeyToken") ||
            (family_of(child) == WSSC_NS_FAMILY_DS && target->parent == child &&
             wssc_xml_is(target, WSSC_NS_FAMILY_DS, "KeyInfo")));
}

static WsscStray judge_in_security(const WsscShape *shape, const xmlNode *security, const xmlNode *target,
                                   const xmlNode **ret_in)
{
    if (wssc_place_reader(shape, security) == WSSC_READER_NOBODY)
        return WSSC_STRAY_ROLE_NONE;
    const xmlNode *child = target;
    while (child->parent != security)
        child = child->parent;
    *ret_in = child == target ? security : child;
    if (child == target)
        return is_of_security(target)                      ? WSSC_STRAY_NONE
               : wssc_place_part(target) != WSSC_PART_NONE ? WSSC_STRAY_NOT_READ
                                                           : WSSC_STRAY_ELSEWHERE;
    if (wssc_place_part(target) != WSSC_PART_NONE)
        return WSSC_STRAY_NOT_READ;
    return is_told_of(child, target) ? WSSC_STRAY_NONE : WSSC_STRAY_ELSEWHERE;
}

gboolean wssc_place_may_be_many(const xmlNode *element)
{
    WsscPart part = wssc_place_part(element);
    if (element->type != XML_ELEMENT_NODE || element->parent == NULL ||
        !wssc_xml_is(element->parent, WSSC_NS_FAMILY_SOAP, "Header") || !is_header_block(element))
        return FALSE;
    switch (family_of(element)) {
    case WSSC_NS_FAMILY_WSSE:
    case WSSC_NS_FAMILY_WSSE11:
    case WSSC_NS_FAMILY_XENC:
        return FALSE;
    default:
        return part == WSSC_PART_NONE || part == WSSC_PART_RELATES_TO;
    }
}

static WsscStray judge_in_header(const WsscShape *shape, const xmlNode *target, const xmlNode **ret_in)
{
    const xmlNode *block = target;
    WsscPart part = wssc_place_part(target);
    while (block->parent != shape->header)
        block = block->parent;
    *ret_in = block;
    if (block != target && wssc_xml_is(block, WSSC_NS_FAMILY_WSSE, "Security"))
        return judge_in_security(shape, block, target, ret_in);
    if (part == WSSC_PART_BODY || part == WSSC_PART_TIMESTAMP || (part != WSSC_PART_NONE && block != target))
        return WSSC_STRAY_NOT_READ;
    if (part != WSSC_PART_NONE && wssc_place_reader(shape, target) == WSSC_READER_NOBODY)
        return WSSC_STRAY_ROLE_NONE;
    if (block == target) {
        *ret_in = shape->header;
        return is_header_block(target) ? WSSC_STRAY_NONE : WSSC_STRAY_ELSEWHERE;
    }
    /* A header may have been encrypted, and what was encrypted be signed there. */
    return target->parent == block && wssc_xml_is(block, WSSC_NS_FAMILY_WSSE11, "EncryptedHeader") &&
                   wssc_xml_is(target, WSSC_NS_FAMILY_XENC, "EncryptedData")
               ? WSSC_STRAY_NONE
               : WSSC_STRAY_ELSEWHERE;
}

WsscStray wssc_place_judge(const WsscShape *shape, const xmlNode *target, const xmlNode *signature,
                           const xmlNode **ret_in)
{
    *ret_in = shape->envelope;
    if (target == shape->envelope || (signature != NULL && is_below(signature, target)))
        return WSSC_STRAY_NONE;
    const xmlNode *top = target; /* child of the envelope */
    while (top != NULL && top->parent != shape->envelope)
        top = top->parent;
    if (top == NULL)
        return WSSC_STRAY_ELSEWHERE;
    if (top != target)
        *ret_in = top;
    if (shape->header != NULL && top == shape->header && top != target)
        return judge_in_header(shape, target, ret_in);
    /* Of two Bodies some receivers read the first and some the last: that is asked elsewhere. */
    if (top == target && wssc_place_part(target) == WSSC_PART_BODY)
        return wssc_xml_ns(target) == wssc_xml_ns(shape->envelope) ? WSSC_STRAY_NONE : WSSC_STRAY_OTHER_VERSION;
    if (wssc_place_part(target) != WSSC_PART_NONE || family_of(target) == WSSC_NS_FAMILY_SOAP)
        return WSSC_STRAY_NOT_READ;
    return top == shape->body ? WSSC_STRAY_INSIDE_BODY : WSSC_STRAY_ELSEWHERE;
}
