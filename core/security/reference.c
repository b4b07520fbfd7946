/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The digest of one ds:Reference (XML Signature sections 4.4.3 and 3.2.1).
 */
#include "security/reference.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/crypto.h"
#include "security/attachment.h"
#include "security/implied.h"
#include "security/keyinfo/keyinfo.h"
#include "security/result.h"
#include "security/str_transform.h"
#include "security/transforms.h"

/* ---- targets ---------------------------------------------------------------------------------------------- */

static void set_digest(WsscSignedReference *reference, WsscDigest digest, char *reason)
{
    reference->digest = digest;
    g_free(reference->reason);
    reference->reason = reason;
}

/* Element of a same-document reference in one tree; NULL for the whole document or when not there. */
static gboolean find_target(const WsscStage *stage, const char *id, xmlNode **ret_target, guint *ret_count)
{
    *ret_target = NULL;
    *ret_count = 1;
    if (*id == '\0')
        return TRUE;
    *ret_target = wssc_ids_find(stage->ids, id, ret_count);
    return *ret_target != NULL;
}

static void name_target(WsscSignedReference *reference, const xmlNode *target)
{
    const WsscSpan *span = wssc_xml_span(target);
    g_free(reference->element);
    g_free(reference->element_ns);
    reference->element = g_strdup((const char *)target->name);
    reference->element_ns = target->ns != NULL ? g_strdup((const char *)target->ns->href) : NULL;
    if (span != NULL)
        reference->target_span = *span;
}

/* Text whose digest .NET's writer makes over other characters than a reader of the binary form sees. */
static gboolean has_writer_text(const WsscXml *xml, const xmlNode *root)
{
    if (!xml->has_float && !xml->has_local_time)
        return FALSE;
    for (const xmlNode *n = root != NULL ? root->children : xml->doc->children; n != NULL; n = n->next) {
        const WsscSpan *span = wssc_xml_span(n);
        if (span != NULL && (span->flags & (WSSC_SPAN_FLOAT | WSSC_SPAN_LOCAL_TIME)) != 0)
            return TRUE;
        if (n->type != XML_ELEMENT_NODE)
            continue;
        for (const xmlAttr *a = n->properties; a != NULL; a = a->next)
            if (wssc_xml_span(a) != NULL && (wssc_xml_span(a)->flags & (WSSC_SPAN_FLOAT | WSSC_SPAN_LOCAL_TIME)) != 0)
                return TRUE;
        if (has_writer_text(xml, n))
            return TRUE;
    }
    return FALSE;
}

/* The list that named an EncryptedData: what one pass of encryption made. */
static const xmlNode *list_of(WsscStage *stage, const xmlNode *data)
{
    g_autofree char *id = wssc_xml_attr_value(data, WSSC_NS_FAMILY_NONE, "Id");
    const xmlNode *listed = id != NULL ? wssc_work_listed(stage, id) : NULL;
    return listed != NULL ? listed->parent : data;
}

/* Content that was encrypted in one pass, or in passes one inside the other: then the trees that we have are all the
 * states it went through. With two passes side by side a signature may have been made between them. */
static gboolean has_passes_side_by_side(WsscWork *work, const char *id)
{
    if (work->budget->passes == 0)
        return TRUE;
    work->budget->passes--;
    for (guint i = 0; i + 1 < work->stages->len; i++) {
        WsscStage *stage = work->stages->pdata[i];
        xmlNode *root = xmlDocGetRootElement(stage->doc), *target;
        const xmlNode *list = NULL;
        guint count, seen = 0;
        if (!find_target(stage, id, &target, &count))
            continue;
        if (target == NULL)
            target = root;
        for (xmlNode *n = target; n != NULL; n = wssc_ids_walk(target, n)) {
            if (!wssc_xml_is(n, WSSC_NS_FAMILY_XENC, "EncryptedData"))
                continue;
            const xmlNode *own = ++seen < 16 ? list_of(stage, n) : n;
            if (list != NULL && own != list)
                return TRUE;
            list = own;
        }
    }
    return FALSE;
}

/* ---- the digest -------------------------------------------------------------------------------------------- */

static gboolean digest_octets(WsscCheck *check, const char *digest, const GByteArray *octets, guint8 *ret_value)
{
    unsigned int len = 0;
    EVP_MD_CTX *context = wssc_crypto_digest_start(check->work->crypto, digest);
    return context != NULL && (octets->len == 0 || EVP_DigestUpdate(context, octets->data, octets->len) == 1) &&
           EVP_DigestFinal_ex(context, ret_value, &len) == 1;
}

static gboolean digest_of(WsscCheck *check, guint stage, xmlNode *target, const WsscTransforms *transforms,
                          const char *digest, guint8 *ret_value, GByteArray *octets)
{
    unsigned int len = 0;
    if (octets != NULL) /* an explanation shows them */
        return wssc_transforms_apply(check, stage, target, transforms, NULL, octets) &&
               digest_octets(check, digest, octets, ret_value);
    EVP_MD_CTX *context = wssc_crypto_digest_start(check->work->crypto, digest);
    return context != NULL && wssc_transforms_apply(check, stage, target, transforms, context, NULL) &&
           EVP_DigestFinal_ex(context, ret_value, &len) == 1;
}

/* One element may be referenced many times: it is digested once, unless that costs less than remembering it. */
static gboolean kept_digest_of(WsscCheck *check, guint stage, xmlNode *target, const WsscTransforms *transforms,
                               const WsscAlgorithm *digest, guint8 *ret_value, GByteArray *octets)
{
    enum { FEW_OCTETS = 2048 };
    g_autofree char *prefixes = transforms->c14n.prefixes != NULL ? g_strjoinv(" ", transforms->c14n.prefixes) : NULL;
    WsscAsked asked = {.node = target,
                       .without = wssc_transforms_hidden(check, stage, target, transforms),
                       .name = digest->name,
                       .prefixes = prefixes,
                       .stage = stage,
                       .how = transforms->c14n.flags << 2 | (transforms->is_base64 ? 2u : 0u) |
                              (transforms->keeps_comments ? 1u : 0u)};
    const gsize *left = &check->work->budget->spending->left;
    gsize before = *left;
    gpointer kept;
    if (octets == NULL && wssc_asked_find(check->work->digests, &asked, &kept)) {
        memcpy(ret_value, kept, digest->octets);
        return TRUE;
    }
    if (!digest_of(check, stage, target, transforms, digest->name, ret_value, octets))
        return FALSE;
    if (transforms->is_base64 || before - *left >= FEW_OCTETS) {
        asked.prefixes = g_steal_pointer(&prefixes);
        wssc_asked_keep(&check->work->digests, &asked, g_memdup2(ret_value, digest->octets), g_free);
    }
    return TRUE;
}

static void explain_reference(WsscCheck *check, const WsscSignedReference *reference, const GByteArray *octets,
                              const guint8 *value, const WsscAlgorithm *digest, WsscBytes expected)
{
    g_autofree char *title =
        g_strdup_printf("Reference %s: canonical octets of %s", reference->uri != NULL ? reference->uri : "",
                        reference->element != NULL ? reference->element : "the document");
    g_autofree char *seen = wssc_base64_encode(wssc_bytes(value, digest->octets));
    g_autofree char *wanted = wssc_base64_encode(expected);
    wssc_result_explain_octets(check->signature, title, octets);
    wssc_result_explain(check->signature, "Its digest", "%s over %u octets\ncomputed %s\nexpected %s", digest->name,
                        octets->len, seen, wanted);
}

/* ---- the digest in each state of the message ---------------------------------------------------------------- */

typedef struct {
    WsscCheck *check;
    WsscSignedReference *reference;
    const char *id;
    const WsscTransforms *transforms;
    const WsscAlgorithm *digest;
    WsscBytes wanted;
} Trial;

/* What is covered is remembered as it was found: ids may mean something else in another state of the message. */
static void note_match(const Trial *trial, guint stage, xmlNode *target)
{
    WsscWork *work = trial->check->work;
    const WsscMatch match = {trial->reference, stage, target,
                             wssc_transforms_hidden(trial->check, stage, target, trial->transforms),
                             trial->transforms->is_base64};
    g_array_append_val(work->matches, match);
    wssc_work_checked(work, trial->check->signature)->match_count++;
}

/* Nothing said yet. */
static gboolean is_open(const WsscSignedReference *reference)
{
    return reference->digest == WSSC_DIGEST_UNCHECKED && reference->reason == NULL;
}

static void try_token(const Trial *trial, guint position, xmlNode *target)
{
    WsscWork *work = trial->check->work;
    WsscSignedReference *reference = trial->reference;
    WsscC14n c14n = trial->transforms->c14n;
    WsscStrToken token;
    c14n.budget = work->budget->spending;
    c14n.out = work->out;
    if (wssc_str_digest_fits(work, position, target, &c14n, trial->digest, trial->wanted, &token)) {
        set_digest(reference, WSSC_DIGEST_OK, NULL);
        if (token.element != NULL)
            note_match(trial, token.stage, token.element);
        return;
    }
    WsscStrTokenState state = wssc_str_token_state(work, position, target);
    if (state == WSSC_STR_TOKEN_KNOWN)
        set_digest(reference, WSSC_DIGEST_MISMATCH, NULL);
    else if (state == WSSC_STR_TOKEN_CLOSED)
        set_digest(reference, WSSC_DIGEST_UNCHECKED, g_strdup("the token behind the reference is still encrypted"));
    else if (is_open(reference))
        set_digest(reference, WSSC_DIGEST_UNCHECKED,
                   g_strdup("the token behind the reference is neither in the message nor known"));
}

static void set_mismatch(WsscSignedReference *reference, const Trial *trial, const guint8 *value)
{
    set_digest(reference, WSSC_DIGEST_MISMATCH, NULL);
    g_free(reference->expected);
    g_free(reference->computed);
    reference->expected = wssc_base64_encode(trial->wanted);
    reference->computed = wssc_base64_encode(wssc_bytes(value, trial->digest->octets));
}

static void try_element(const Trial *trial, guint position, xmlNode *target)
{
    WsscCheck *check = trial->check;
    WsscSignedReference *reference = trial->reference;
    g_autoptr(GByteArray) octets = check->signature->steps != NULL ? g_byte_array_new() : NULL;
    gboolean is_newest = position + 1 == check->work->stages->len;
    guint8 value[EVP_MAX_MD_SIZE];

    if (!kept_digest_of(check, position, target, trial->transforms, trial->digest, value, octets)) {
        gboolean is_used_up = wssc_verifier_is_spent(check->work->budget);
        if (is_used_up && wssc_transforms_extend_budget(check->work)) {
            try_element(trial, position, target);
            return;
        }
        gboolean has_many_prefixes = trial->transforms->c14n.prefix_count > WSSC_MAX_PREFIXES;
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED,
                   trial->transforms->is_base64 ? g_strdup("its content is no base64")
                   : is_used_up                 ? g_strdup(WSSC_BUDGET_SPENT)
                   : has_many_prefixes
                       ? g_strdup_printf("its PrefixList names more than %d prefixes", WSSC_MAX_PREFIXES)
                       : g_strdup("libxml2 has no canonical form for it"));
        return;
    }
    gboolean is_same =
        trial->wanted.len == trial->digest->octets && CRYPTO_memcmp(value, trial->wanted.data, trial->wanted.len) == 0;
    if (octets != NULL && (is_same || is_newest))
        explain_reference(check, reference, octets, value, trial->digest, trial->wanted);
    if (is_same)
        set_digest(reference, WSSC_DIGEST_OK, NULL);
    else if (is_open(reference))
        set_mismatch(reference, trial, value);
    if (is_same)
        note_match(trial, position, target);
}

/* A digest that fits in no state of the message is a mismatch only when nothing of what it covers was kept from
 * us; target: in the newest tree that has it. */
static void doubt_mismatch(const Trial *trial, xmlNode *target)
{
    WsscWork *work = trial->check->work;
    WsscSignedReference *reference = trial->reference;
    xmlNode *root = target != NULL ? target : xmlDocGetRootElement(wssc_work_current(work)->doc);
    if (wssc_work_holds(work, root, WSSC_NS_FAMILY_XENC, "EncryptedData"))
        set_digest(reference, WSSC_DIGEST_UNCHECKED, g_strdup("what it covers is still encrypted"));
    else if (wssc_work_holds(work, root, WSSC_NS_FAMILY_XOP, "Include"))
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED,
                   g_strdup("it covers a MIME part (xop:Include) that is not in the message"));
    else if (trial->transforms->is_str && !wssc_xml_is(target, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference") &&
             wssc_work_holds(work, root, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference"))
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED,
                   g_strdup("STR-Transform over more than one SecurityTokenReference"));
    else if (has_writer_text(work->xml, target))
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED,
                   g_strdup("it covers floating point or local time values, whose text the .NET writer signs in "
                            "another form than the wire carries"));
    else if (work->stages->len > 1 && has_passes_side_by_side(work, trial->id))
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED,
                   g_strdup("parts of it were encrypted one by one, and it may have been signed between: not every "
                            "order is tried"));
    if (reference->digest == WSSC_DIGEST_MISMATCH && wssc_verifier_is_spent(work->budget))
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED, g_strdup(WSSC_BUDGET_SPENT));
}

/* The digest in the newest tree first, then in those before: encryption may have come after or before. */
static void try_stages(const Trial *trial)
{
    const GPtrArray *stages = trial->check->work->stages;
    WsscSignedReference *reference = trial->reference;
    gboolean is_found = FALSE;
    xmlNode *newest = NULL;

    for (guint i = stages->len; i > 0 && reference->digest != WSSC_DIGEST_OK; i--) {
        xmlNode *target;
        guint count;
        if (!find_target(stages->pdata[i - 1], trial->id, &target, &count))
            continue;
        if (count > 1 && is_found)
            continue;
        if (target != NULL)
            name_target(reference, target);
        if (count > 1) {
            trial->check->is_lost = TRUE;
            set_digest(reference, WSSC_DIGEST_UNRESOLVED,
                       g_strdup_printf("%u elements have the id %s", count, trial->id));
            return;
        }
        if (!is_found)
            newest = target;
        is_found = TRUE;
        if (trial->transforms->is_str && wssc_xml_is(target, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference"))
            try_token(trial, i - 1, target);
        else
            try_element(trial, i - 1, target);
    }
    if (!is_found) {
        gboolean is_closed = trial->check->work->has_closed;
        trial->check->is_lost |= !is_closed;
        set_digest(reference, WSSC_DIGEST_UNRESOLVED,
                   is_closed ? g_strdup("it may stand inside content that is still encrypted")
                             : g_strdup("nothing in the message has that id"));
    } else if (reference->digest == WSSC_DIGEST_MISMATCH) {
        doubt_mismatch(trial, newest);
    }
}

static void note_unsigned_parts(WsscCheck *check, const WsscSignedReference *reference)
{
    check->habit = WSSC_DEVIATION_XOP_AS_SENT;
    wssc_result_note(check->work->result, "part-unsigned",
                     "what is signed of %s is the xop:Include as it was sent: the MIME part that it names is itself "
                     "unsigned",
                     reference->element != NULL ? reference->element : "the document");
}

/* XOP has the text signed that a part stands for (XOP section 1.1); some stacks sign what they send, and then nobody
 * signs the part. So it is in a document whose parts are not there. */
static void try_as_sent(const Trial *trial)
{
    WsscWork *work = trial->check->work;
    const WsscStage *stage = work->stages->pdata[0];
    WsscSignedReference *reference = trial->reference;
    xmlNode *target;
    guint count;
    if (trial->transforms->is_str || !find_target(stage, trial->id, &target, &count) || count != 1)
        return;
    xmlNode *root = target != NULL ? target : xmlDocGetRootElement(stage->doc);
    if (reference->digest == WSSC_DIGEST_MISMATCH && work->xml->includes != NULL && !work->options->is_strict) {
        GHashTable *digests = g_steal_pointer(&work->digests); /* of the document as it is */
        GHashTable *holds = g_steal_pointer(&work->holds);
        wssc_xml_show_includes(work->xml, TRUE);
        gboolean is_covered = wssc_work_holds(work, root, WSSC_NS_FAMILY_XOP, "Include");
        if (is_covered)
            try_element(trial, 0, target);
        wssc_xml_show_includes(work->xml, FALSE);
        g_clear_pointer(&work->digests, g_hash_table_unref);
        g_clear_pointer(&work->holds, g_hash_table_unref);
        work->digests = digests;
        work->holds = holds;
        if (is_covered && reference->digest == WSSC_DIGEST_OK)
            note_unsigned_parts(trial->check, reference);
    } else if (reference->digest == WSSC_DIGEST_OK && wssc_ids_has_seen(stage->ids, WSSC_SEEN_INCLUDE) &&
               wssc_work_holds(work, root, WSSC_NS_FAMILY_XOP, "Include")) {
        if (work->options->is_strict)
            set_digest(reference, WSSC_DIGEST_UNSUPPORTED,
                       g_strdup("it covers a MIME part (xop:Include) that is not in the message"));
        else
            note_unsigned_parts(trial->check, reference);
    }
}

/* What it designates, whether its digest can be made or not. */
static void name_where_it_points(const WsscCheck *check, WsscSignedReference *reference)
{
    const GPtrArray *stages = check->work->stages;
    gboolean keeps_comments;
    if (reference->element != NULL)
        return;
    g_autofree char *id = reference->uri != NULL ? wssc_ids_from_uri(reference->uri, &keeps_comments) : NULL;
    for (guint i = stages->len; i > 0 && id != NULL && *id != '\0' && reference->element == NULL; i--) {
        xmlNode *target;
        guint count;
        if (find_target(stages->pdata[i - 1], id, &target, &count) && count == 1)
            name_target(reference, target);
    }
}

/* Why nothing can be said of a reference; NULL: its digest can be made. Caller frees. */
static char *problem_of(const WsscCheck *check, const WsscSignedReference *reference, const WsscTransforms *transforms,
                        const WsscAlgorithm *digest)
{
    gboolean is_strict = check->work->options->is_strict;
    if (transforms->unsupported != NULL)
        return g_strdup(transforms->unsupported);
    if (transforms->is_implied && is_strict)
        return g_strdup("a Transform names no algorithm");
    if (reference->digest_algorithm == NULL && is_strict)
        return g_strdup("DigestMethod names no algorithm");
    if (reference->digest_algorithm == NULL && digest == NULL)
        return g_strdup("DigestMethod names no algorithm, and none has values of that length");
    if (digest == NULL || digest->kind != WSSC_ALGORITHM_DIGEST)
        return g_strdup_printf("the digest algorithm %s is not known", reference->digest_algorithm);
    if (wssc_crypto_digest(check->work->crypto, digest->name) == NULL)
        return g_strdup_printf("this OpenSSL does not do the digest algorithm %s", digest->uri);
    return reference->uri == NULL ? g_strdup("a reference without URI") : NULL;
}

/* With each digest and each canonical form that may be meant, where none is named. */
static void try_meant(Trial *trial, WsscTransforms *transforms)
{
    WsscSignedReference *reference = trial->reference;
    gboolean is_digest_absent = reference->digest_algorithm == NULL;
    const WsscAlgorithm *digest = trial->digest;
    trial->check->is_implied |= is_digest_absent || transforms->is_implied;
    for (guint d = 0; digest != NULL; digest = is_digest_absent ? wssc_implied_digest(++d, trial->wanted.len) : NULL) {
        guint flags = transforms->c14n.flags;
        trial->digest = digest;
        for (guint f = 0; f == 0 || (transforms->is_implied && wssc_implied_c14n(f, &flags)); f++) {
            transforms->c14n.flags = flags;
            try_stages(trial);
            try_as_sent(trial);
            if (reference->digest != WSSC_DIGEST_MISMATCH)
                return;
            set_digest(reference, WSSC_DIGEST_UNCHECKED, NULL);
        }
    }
    set_digest(reference, WSSC_DIGEST_MISMATCH, NULL);
}

void wssc_reference_check(WsscCheck *check, const xmlNode *element)
{
    WsscSignedReference *reference = g_new0(WsscSignedReference, 1);
    const xmlNode *method = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "DigestMethod");
    const xmlNode *value = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "DigestValue");
    const WsscSpan *span = wssc_xml_span(element);

    g_ptr_array_add(check->signature->references, reference);
    reference->uri = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "URI");
    reference->digest_algorithm = method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    reference->transforms = g_ptr_array_new_with_free_func(g_free);
    if (span != NULL)
        reference->span = *span;
    g_auto(WsscTransforms) transforms = wssc_transforms_read(element, reference->transforms);
    g_autoptr(GBytes) expected = value != NULL ? wssc_xml_base64(value) : NULL;
    const WsscAlgorithm *digest = reference->digest_algorithm != NULL || expected == NULL
                                      ? wssc_algorithm_find(reference->digest_algorithm)
                                      : wssc_implied_digest(0, g_bytes_get_size(expected));
    char *problem = problem_of(check, reference, &transforms, digest);
    g_autofree char *id = NULL;

    if (problem != NULL)
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED, problem);
    else if (expected != NULL && g_bytes_get_size(expected) != digest->octets)
        set_digest(reference, WSSC_DIGEST_MISMATCH,
                   g_strdup_printf("the DigestValue has %" G_GSIZE_FORMAT " octets, %s makes %u",
                                   g_bytes_get_size(expected), digest->name, (guint)digest->octets));
    else if (g_str_has_prefix(reference->uri, "cid:") && expected != NULL)
        wssc_attachment_reference(check, reference, transforms.attachment, digest, wssc_bytes_of(expected));
    else if (*reference->uri != '\0' && *reference->uri != '#')
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED, g_strdup("it points out of the message"));
    else if (transforms.attachment != NULL)
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED, g_strdup("an attachment transform over what is no attachment"));
    else if ((id = wssc_ids_from_uri(reference->uri, &transforms.keeps_comments)) == NULL)
        set_digest(reference, WSSC_DIGEST_UNSUPPORTED, g_strdup("this XPointer is never run"));
    else if (expected == NULL)
        set_digest(reference, WSSC_DIGEST_MISMATCH, wssc_xml_base64_problem(value, "DigestValue"));
    else
        try_meant(&(Trial){check, reference, id, &transforms, digest, wssc_bytes_of(expected)}, &transforms);
    name_where_it_points(check, reference);
}
