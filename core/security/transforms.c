/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/transforms.h"

#include <string.h>

#include "base/limits.h"

/* ---- reading ------------------------------------------------------------------------------------------------- */

void wssc_transforms_clear(WsscTransforms *transforms)
{
    wssc_c14n_clear(&transforms->c14n);
    g_free(transforms->unsupported);
}

static void read_str_transform(const xmlNode *transform, WsscTransforms *out)
{
    const xmlNode *parameters = wssc_xml_child(transform, WSSC_NS_FAMILY_WSSE, "TransformationParameters");
    const xmlNode *method = wssc_xml_child(parameters, WSSC_NS_FAMILY_DS, "CanonicalizationMethod");
    g_autofree char *uri = method != NULL ? wssc_xml_attr_value(method, WSSC_NS_FAMILY_NONE, "Algorithm") : NULL;
    const WsscAlgorithm *algorithm = wssc_algorithm_find(uri);
    out->is_str = TRUE;
    if (algorithm == NULL || algorithm->kind != WSSC_ALGORITHM_C14N) {
        out->unsupported = g_strdup("STR-Transform without a canonicalization that is known");
        return;
    }
    wssc_c14n_clear(&out->c14n);
    out->c14n = wssc_c14n_read(algorithm, method);
    out->has_c14n = TRUE;
}

static void read_transform(const xmlNode *transform, WsscTransforms *out, GPtrArray *uris)
{
    char *uri = wssc_xml_attr_value(transform, WSSC_NS_FAMILY_NONE, "Algorithm");
    const WsscAlgorithm *algorithm = wssc_algorithm_find(uri);
    gboolean is_last = out->has_c14n || out->is_base64; /* octets so far: no further transform takes them */
    g_ptr_array_add(uris, uri != NULL ? uri : g_strdup(""));
    if (out->unsupported != NULL)
        return;
    if (uri == NULL && !is_last) {
        out->c14n.flags = WSSC_C14N_EXCLUSIVE;
        out->has_c14n = out->is_implied = TRUE;
    } else if (algorithm == NULL)
        out->unsupported = g_strdup_printf("transform %s is not known", uri != NULL ? uri : "without algorithm");
    else if (algorithm->kind == WSSC_ALGORITHM_REFUSED)
        out->unsupported = g_strdup_printf("transform %s is never run", algorithm->name);
    else if (algorithm->kind == WSSC_ALGORITHM_ATTACHMENT && !is_last && strcmp(algorithm->name, "ciphertext") != 0)
        out->attachment = algorithm->name;
    else if (algorithm->kind == WSSC_ALGORITHM_ENVELOPED && !is_last)
        out->is_enveloped = TRUE;
    else if (algorithm->kind == WSSC_ALGORITHM_STR && !is_last && !out->is_enveloped)
        read_str_transform(transform, out);
    else if (algorithm->kind == WSSC_ALGORITHM_BASE64 && !is_last && !out->is_enveloped)
        out->is_base64 = TRUE;
    else if (algorithm->kind == WSSC_ALGORITHM_C14N && !is_last) {
        out->c14n = wssc_c14n_read(algorithm, transform);
        out->has_c14n = TRUE;
    } else
        out->unsupported = g_strdup_printf("transform %s in this place", uri);
}

WsscTransforms wssc_transforms_read(const xmlNode *reference, GPtrArray *uris)
{
    const xmlNode *list = wssc_xml_child(reference, WSSC_NS_FAMILY_DS, "Transforms");
    WsscTransforms transforms = {.c14n = {.flags = WSSC_C14N_INCLUSIVE}};
    guint count = 0;
    for (const xmlNode *t = wssc_xml_first(list); t != NULL; t = wssc_xml_next(t)) {
        if (++count > WSSC_MAX_TRANSFORMS) {
            g_free(transforms.unsupported);
            transforms.unsupported = g_strdup_printf("more than %d transforms", WSSC_MAX_TRANSFORMS);
            break;
        }
        if (wssc_xml_is(t, WSSC_NS_FAMILY_DS, "Transform"))
            read_transform(t, &transforms, uris);
    }
    return transforms;
}

/* ---- octets ---------------------------------------------------------------------------------------------- */

static gsize text_size(const xmlNode *node)
{
    gsize size = 0;
    for (; node != NULL; node = node->next)
        size += node->type == XML_ELEMENT_NODE ? text_size(node->children)
                : node->content != NULL        ? strlen((const char *)node->content)
                                               : 0;
    return size;
}

gboolean wssc_transforms_extend_budget(WsscWork *work)
{
    if (work->budget->is_extended)
        return FALSE;
    work->budget->is_extended = TRUE; /* or it is known that it needs not be */
    gsize size = text_size(work->xml->doc->children);
    const guint *most = work->budget->limits->value;
    if (size <= most[WSSC_LIMIT_WORK_OCTETS] / 5)
        return FALSE;
    work->budget->work.left = size * most[WSSC_LIMIT_WORK_TIMES];
    return TRUE;
}

static gboolean decoded_octets(xmlNode *target, EVP_MD_CTX *digest, GByteArray *octets)
{
    g_autoptr(GBytes) decoded = target != NULL ? wssc_xml_base64(target) : NULL;
    WsscBytes bytes = decoded != NULL ? wssc_bytes_of(decoded) : wssc_bytes(NULL, 0);
    if (decoded == NULL)
        return FALSE;
    if (octets != NULL)
        g_byte_array_append(octets, bytes.data, (guint)bytes.len);
    return digest == NULL || bytes.len == 0 || EVP_DigestUpdate(digest, bytes.data, bytes.len) == 1;
}

xmlNode *wssc_transforms_hidden(const WsscCheck *check, guint stage, xmlNode *target, const WsscTransforms *transforms)
{
    xmlNode *own = transforms->is_enveloped ? wssc_work_older(check->work, check->element, stage) : NULL;
    for (xmlNode *n = own; n != NULL; n = n->parent)
        if (n == target || (target == NULL && n->type == XML_DOCUMENT_NODE))
            return own;
    return NULL;
}

gboolean wssc_transforms_apply(const WsscCheck *check, guint stage, xmlNode *target, const WsscTransforms *transforms,
                               EVP_MD_CTX *digest, GByteArray *octets)
{
    xmlDoc *doc = ((const WsscStage *)check->work->stages->pdata[stage])->doc;
    WsscC14n c14n = transforms->c14n;
    if (transforms->is_base64)
        return decoded_octets(target, digest, octets);
    /* A same-document reference drops comments, whatever the method says (XML Signature section 4.4.3.3). */
    if (!transforms->keeps_comments)
        c14n.flags &= ~(guint)WSSC_C14N_COMMENTS;
    c14n.budget = check->work->budget->spending;
    c14n.out = check->work->out;
    return wssc_c14n_write(&c14n, doc, target, wssc_transforms_hidden(check, stage, target, transforms), digest,
                           octets);
}
