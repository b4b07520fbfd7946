/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/weak.h"

#include <string.h>

#include "base/text.h"
#include "security/algorithms.h"
#include "security/result.h"

/* Fewer bits are no longer held safe: NIST SP 800-131A revision 2, tables 2 and 9. */
#define LEAST_RSA_BITS 2048
#define LEAST_SECRET_BITS 112
/* Places in text that are held to the signatures: each of them costs a look at all of these. */
#define MOST_PLACES 16

/* ---- algorithms ------------------------------------------------------------------------------------------------ */

static gboolean is_named(const char *uri, const char *name)
{
    const WsscAlgorithm *algorithm = wssc_algorithm_find(uri);
    return algorithm != NULL && strcmp(algorithm->name, name) == 0;
}

static gboolean is_by_certificate(const char *uri)
{
    const WsscAlgorithm *algorithm = wssc_algorithm_find(uri);
    return algorithm != NULL && wssc_algorithm_is_signature(algorithm) && algorithm->kind != WSSC_ALGORITHM_HMAC;
}

/* All names of it end so: what nearly every message has needs no look at the table. */
static gboolean is_md5(const char *uri)
{
    return uri != NULL && g_str_has_suffix(uri, "md5") && is_named(uri, "MD5");
}

/* The algorithm of a signature, or of a digest in it, by MD5; NULL for none. */
static const char *md5_of(const WsscSignature *signature)
{
    if (is_md5(signature->algorithm))
        return signature->algorithm;
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        if (is_md5(reference->digest_algorithm))
            return reference->digest_algorithm;
    }
    return NULL;
}

static const char *sha1_of(const WsscSignature *signature)
{
    gboolean is_it = is_by_certificate(signature->algorithm) && is_named(signature->algorithm, "SHA1");
    return is_it ? signature->algorithm : NULL;
}

static void note_signatures(WsscWork *work, const char *id, const char *(*algorithm_of)(const WsscSignature *signature))
{
    const WsscSignature *first = NULL;
    guint count = 0;
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        if (algorithm_of(signature) == NULL)
            continue;
        first = first != NULL ? first : signature;
        count++;
    }
    if (count == 1)
        wssc_result_note(work->result, id, "signature %u uses %s", first->position, algorithm_of(first));
    else if (count > 1)
        wssc_result_note(work->result, id, "%u signatures, the first of them %u, use %s", count, first->position,
                         algorithm_of(first));
}

/* An RSA signature is as long as the modulus (RFC 8017 section 8); a valid one only says so. 0: not known. */
static guint rsa_bits(const WsscSignature *signature)
{
    const WsscAlgorithm *algorithm = signature->context == NULL ? wssc_algorithm_find(signature->algorithm) : NULL;
    if (signature->verdict != WSSC_VERDICT_VALID || algorithm == NULL || signature->value == NULL ||
        (algorithm->kind != WSSC_ALGORITHM_RSA && algorithm->kind != WSSC_ALGORITHM_RSA_PSS))
        return 0;
    gsize length = strlen(signature->value), octets = length / 4 * 3;
    for (; length > 0 && signature->value[length - 1] == '='; length--)
        octets--;
    return (guint)octets * 8;
}

static void note_short_keys(WsscWork *work)
{
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        guint bits = rsa_bits(signature);
        if (bits > 0 && bits < LEAST_RSA_BITS) {
            wssc_result_note(work->result, "short-key", "the RSA key of signature %u has %u bits", signature->position,
                             bits);
            return;
        }
        bits = signature->verdict == WSSC_VERDICT_VALID ? signature->context_bits : 0;
        if (bits > 0 && bits < LEAST_SECRET_BITS) {
            wssc_result_note(work->result, "short-key", "the context's key, of signature %u, has %u bits",
                             signature->position, bits);
            return;
        }
    }
}

static void note_key_transport(WsscWork *work)
{
    guint count = 0;
    for (guint i = 0; i < work->result->decryptions->len; i++) {
        const WsscAlgorithm *algorithm =
            wssc_algorithm_find(((const WsscDecryption *)work->result->decryptions->pdata[i])->algorithm);
        count += algorithm != NULL && algorithm->kind == WSSC_ALGORITHM_RSA15 ? 1 : 0;
    }
    if (count > 0)
        wssc_result_note(work->result, "rsa-1-5", "%u %s encrypted by rsa-1_5, whose padding tells on the key", count,
                         count > 1 ? "keys are" : "key is");
}

/* ---- what signatures leave open ---------------------------------------------------------------------------------- */

static gboolean has_open_verdict(const WsscWork *work)
{
    for (guint i = 0; i < work->result->signatures->len; i++) {
        WsscVerdict verdict = ((const WsscSignature *)work->result->signatures->pdata[i])->verdict;
        if (verdict != WSSC_VERDICT_VALID && verdict != WSSC_VERDICT_INVALID)
            return TRUE;
    }
    return FALSE;
}

/* The first valid signature over the element, of those that have a canonical form as asked for. */
static const WsscSignature *covering(const WsscWork *work, xmlNode *element,
                                     gboolean (*is_asked_for)(const WsscSignedReference *reference))
{
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        gboolean is_one = signature->verdict == WSSC_VERDICT_VALID && signature->references->len > 0;
        for (guint r = 0; is_one && is_asked_for != NULL && r < signature->references->len; r++)
            is_one = is_asked_for(signature->references->pdata[r]);
        if (is_one && wssc_work_covers(work, signature, element))
            return signature;
    }
    return NULL;
}

static gboolean is_cbc(const WsscWork *work, const char *content)
{
    for (guint i = 0; i < work->result->decryptions->len; i++) {
        const WsscDecryption *decryption = work->result->decryptions->pdata[i];
        const WsscAlgorithm *algorithm = wssc_algorithm_find(decryption->algorithm);
        if (decryption->result == WSSC_DECRYPTION_DECRYPTED && algorithm != NULL &&
            algorithm->kind == WSSC_ALGORITHM_CBC && g_strcmp0(decryption->content, content) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Came out of decryption by itself. */
static gboolean is_opened(const xmlNode *node)
{
    return node->_private == NULL && node->parent != NULL && node->parent->type == XML_ELEMENT_NODE &&
           node->parent->_private != NULL;
}

/* XML Encryption 1.1 section 6.1.2: who may change what is encrypted so, and sees whether it is refused, can read it.
 * A signature is its own proof. */
static void note_cbc(WsscWork *work)
{
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(work)->doc);
    guint looked_at = 0;
    if (work->stages->len < 2 || has_open_verdict(work))
        return;
    for (xmlNode *n = root; n != NULL && looked_at < MOST_PLACES; n = wssc_ids_walk(root, n)) {
        if (!is_opened(n) || wssc_xml_is(n, WSSC_NS_FAMILY_DS, "Signature") || !is_cbc(work, (const char *)n->name))
            continue;
        looked_at++;
        if (covering(work, n, NULL) != NULL)
            continue;
        wssc_result_note(work->result, "cbc-unsigned", "%s is encrypted in CBC and no valid signature covers it",
                         (const char *)n->name);
        return;
    }
}

static gboolean drops_comments(const WsscSignedReference *reference)
{
    for (guint i = 0; i < reference->transforms->len; i++)
        if (g_str_has_suffix(reference->transforms->pdata[i], "#WithComments"))
            return FALSE;
    return TRUE;
}

static gboolean is_exclusive(const WsscSignedReference *reference)
{
    for (guint i = 0; i < reference->transforms->len; i++) {
        const WsscAlgorithm *algorithm = wssc_algorithm_find(reference->transforms->pdata[i]);
        if (algorithm != NULL && algorithm->kind == WSSC_ALGORITHM_C14N)
            return (algorithm->flags & WSSC_C14N_EXCLUSIVE) != 0;
    }
    return FALSE;
}

static gboolean is_text(const xmlNode *node)
{
    return node != NULL && (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) &&
           !xmlIsBlankNode((xmlNode *)node);
}

/* Text that a comment divides: some readers take the first piece for all of it. */
static gboolean is_divided(const xmlNode *element)
{
    for (const xmlNode *child = element->children; child != NULL; child = child->next)
        if (child->type == XML_COMMENT_NODE && is_text(child->prev) && is_text(child->next))
            return TRUE;
    return FALSE;
}

static gboolean note_comment(WsscWork *work, xmlNode *element)
{
    const WsscSignature *signature = covering(work, element, drops_comments);
    if (signature != NULL)
        wssc_result_note(work->result, "signed-comment",
                         "the text of %s is signed (signature %u), the comment in it is not: anybody may have put it "
                         "there",
                         (const char *)element->name, signature->position);
    return signature != NULL;
}

/* ---- prefixes in values ------------------------------------------------------------------------------------------ */

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

/* The value that is a QName: xsi:type's, or the code of a fault. Caller frees; NULL for none. */
static char *qname_of(const xmlNode *element)
{
    for (const xmlAttr *attr = element->properties; attr != NULL; attr = attr->next)
        if (attr->ns != NULL && attr->name[0] == 't' && strcmp((const char *)attr->name, "type") == 0 &&
            strcmp((const char *)attr->ns->href, XSI) == 0)
            return wssc_xml_attr_text(attr);
    gboolean is_code = wssc_xml_is(element, WSSC_NS_FAMILY_SOAP, "Value") ||
                       (element->ns == NULL && strcmp((const char *)element->name, "faultcode") == 0);
    return is_code ? wssc_xml_text_stripped(element) : NULL;
}

static const xmlNs *declared_here(const xmlNode *element, const char *prefix)
{
    for (const xmlNs *ns = element->nsDef; ns != NULL; ns = ns->next)
        if (ns->prefix != NULL && strcmp((const char *)ns->prefix, prefix) == 0)
            return ns;
    return NULL;
}

/* By a name: then exclusive canonical form holds the declaration (section 3). */
static gboolean uses(const xmlNode *element, const char *prefix)
{
    gboolean is_used = element->ns != NULL && g_strcmp0((const char *)element->ns->prefix, prefix) == 0;
    for (const xmlAttr *attr = element->properties; attr != NULL && !is_used; attr = attr->next)
        is_used = attr->ns != NULL && g_strcmp0((const char *)attr->ns->prefix, prefix) == 0;
    return is_used;
}

/* The prefix means something else here than it did further out, and nothing but the value needs that. */
static gboolean is_rebound(const xmlNode *element, const char *prefix)
{
    const xmlNs *inner = NULL;
    for (const xmlNode *e = element; e != NULL && e->type == XML_ELEMENT_NODE; e = e->parent) {
        const xmlNs *ns = declared_here(e, prefix);
        if (inner == NULL && uses(e, prefix))
            return FALSE;
        if (inner != NULL && ns != NULL && strcmp((const char *)ns->href, (const char *)inner->href) != 0)
            return TRUE;
        inner = inner != NULL ? inner : ns;
    }
    return FALSE;
}

static gboolean has_rebound(const xmlNode *element, char **ret_value)
{
    *ret_value = qname_of(element);
    char *colon = *ret_value != NULL ? strchr(*ret_value, ':') : NULL;
    if (colon == NULL)
        return FALSE;
    *colon = '\0';
    gboolean is_it = is_rebound(element, *ret_value);
    *colon = ':';
    return is_it;
}

/* InclusiveNamespaces of the signature name the prefix: then it is signed (Exclusive Canonicalization section 2). */
static gboolean is_kept(const WsscWork *work, const WsscSignature *signature, const char *value)
{
    g_autofree char *prefix = g_strndup(value, strcspn(value, ":"));
    xmlNode *root = wssc_work_checked(work, signature)->element;
    gboolean is_there = FALSE;
    for (xmlNode *n = root; n != NULL && !is_there; n = wssc_ids_walk(root, n)) {
        g_autofree char *list = wssc_xml_is(n, WSSC_NS_FAMILY_EC, "InclusiveNamespaces")
                                    ? wssc_xml_attr_value(n, WSSC_NS_FAMILY_NONE, "PrefixList")
                                    : NULL;
        g_auto(GStrv) names = list != NULL ? g_strsplit_set(list, " \t\r\n", -1) : NULL;
        is_there = names != NULL && g_strv_contains((const char *const *)names, prefix);
    }
    return is_there;
}

static gboolean note_qname(WsscWork *work, xmlNode *element, const char *value)
{
    const WsscSignature *signature = covering(work, element, is_exclusive);
    if (signature == NULL || is_kept(work, signature, value))
        return FALSE;
    wssc_result_note(work->result, "qname-rebound",
                     "the prefix of %s in %s is declared anew, which exclusive canonical form leaves unsigned "
                     "(signature %u)",
                     value, (const char *)element->name, signature->position);
    return TRUE;
}

/* One way through the message for both; most messages have neither. */
static void note_content(WsscWork *work)
{
    const WsscStage *stage = wssc_work_current(work);
    xmlNode *root = xmlDocGetRootElement(stage->doc);
    guint comments = wssc_ids_has_seen(stage->ids, WSSC_SEEN_COMMENT) ? MOST_PLACES : 0;
    guint qnames = wssc_ids_has_seen(stage->ids, WSSC_SEEN_QNAME) ? MOST_PLACES : 0;
    for (xmlNode *n = root; n != NULL && comments + qnames > 0; n = wssc_ids_walk(root, n)) {
        char *value = NULL;
        if (comments > 0 && is_divided(n))
            comments = note_comment(work, n) ? 0 : comments - 1;
        if (qnames > 0 && has_rebound(n, &value))
            qnames = note_qname(work, n, value) ? 0 : qnames - 1;
        if (value != NULL)
            g_free(value);
    }
}

static gboolean has_valid(const WsscWork *work)
{
    for (guint i = 0; i < work->result->signatures->len; i++)
        if (((const WsscSignature *)work->result->signatures->pdata[i])->verdict == WSSC_VERDICT_VALID)
            return TRUE;
    return FALSE;
}

void wssc_weak_note(WsscWork *work)
{
    note_signatures(work, "md5-used", md5_of);
    note_signatures(work, "sha1-signature", sha1_of);
    note_short_keys(work);
    note_key_transport(work);
    if (wssc_verifier_is_spent(work->budget))
        return;
    note_cbc(work);
    if (has_valid(work))
        note_content(work);
}
