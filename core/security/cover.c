/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Coverage: which parts of the message the valid signatures cover, what that leaves open, and the shapes of
 * signature wrapping, where what is signed is not what is processed (WSS 1.1 section 13).
 */
#include <string.h>

#include "security/algorithms.h"
#include "security/work.h"

static void free_coverage(gpointer data)
{
    WsscCoverage *coverage = data;
    g_free(coverage->part);
    g_free(coverage->part_ns);
    g_array_unref(coverage->signatures);
    g_free(coverage);
}

static void note(WsscWork *work, const char *id, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void note(WsscWork *work, const char *id, const char *format, ...)
{
    WsscSecurityNote *entry = g_new0(WsscSecurityNote, 1);
    va_list args;
    entry->id = id;
    va_start(args, format);
    entry->text = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(work->result->notes, entry);
}

/* ---- parts that matter ------------------------------------------------------------------------------------ */

typedef enum { PLACE_ENVELOPE, PLACE_HEADER, PLACE_SECURITY } Place;

static const struct {
    WsscNsFamily family;
    const char *name;
    Place place;
} parts[] = {
    {WSSC_NS_FAMILY_SOAP, "Body", PLACE_ENVELOPE},       {WSSC_NS_FAMILY_WSU, "Timestamp", PLACE_SECURITY},
    {WSSC_NS_FAMILY_WSA, "To", PLACE_HEADER},            {WSSC_NS_FAMILY_WSA, "Action", PLACE_HEADER},
    {WSSC_NS_FAMILY_WSA, "MessageID", PLACE_HEADER},     {WSSC_NS_FAMILY_WSA, "RelatesTo", PLACE_HEADER},
    {WSSC_NS_FAMILY_WSA, "ReplyTo", PLACE_HEADER},       {WSSC_NS_FAMILY_WSC, "SecurityContextToken", PLACE_SECURITY},
    {WSSC_NS_FAMILY_WSSE, "UsernameToken", PLACE_SECURITY},
    {WSSC_NS_FAMILY_WSSE, "BinarySecurityToken", PLACE_SECURITY},
    {WSSC_NS_FAMILY_SAML, "Assertion", PLACE_SECURITY},
    {WSSC_NS_FAMILY_WSSE11, "SignatureConfirmation", PLACE_SECURITY},
    {WSSC_NS_FAMILY_DS, "Signature", PLACE_SECURITY},
};

static xmlNode *place_node(xmlNode *envelope, Place place)
{
    xmlNode *header = wssc_xml_child(envelope, WSSC_NS_FAMILY_SOAP, "Header");
    return place == PLACE_ENVELOPE ? envelope
           : place == PLACE_HEADER ? header
                                   : wssc_xml_child(header, WSSC_NS_FAMILY_WSSE, "Security");
}

static gboolean is_within(const xmlNode *node, const xmlNode *ancestor)
{
    for (; node != NULL; node = node->parent)
        if (node == ancestor)
            return TRUE;
    return FALSE;
}

/* Base64 signs what the text stands for: no element, name or attribute. */
static gboolean is_of_text_only(const WsscSignedReference *reference)
{
    for (guint i = 0; i < reference->transforms->len; i++) {
        const WsscAlgorithm *transform = wssc_algorithm_find(reference->transforms->pdata[i]);
        if (transform != NULL && transform->kind == WSSC_ALGORITHM_BASE64)
            return TRUE;
    }
    return FALSE;
}

/* The element of a reference in the current tree. */
static xmlNode *target_of(const WsscWork *work, const WsscSignedReference *reference)
{
    const WsscStage *stage = wssc_work_current(work);
    gboolean keeps_comments;
    if (reference->digest != WSSC_DIGEST_OK || reference->uri == NULL || is_of_text_only(reference))
        return NULL;
    g_autofree char *id = wssc_reference_id(reference->uri, &keeps_comments);
    if (id == NULL || *id == '\0')
        return id != NULL ? xmlDocGetRootElement(stage->doc) : NULL;
    xmlNode *target = wssc_ids_find(stage->ids, id, NULL);
    /* STR-Transform: what is covered is the token. */
    if (wssc_xml_is(target, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference")) {
        for (guint i = 0; i < reference->transforms->len; i++) {
            xmlNode *token = wssc_resolve_token(stage, target);
            if (g_str_has_suffix(reference->transforms->pdata[i], "#STR-Transform") && token != NULL)
                return token;
        }
    }
    return target;
}

static gboolean covers(const WsscWork *work, const WsscSignature *signature, const xmlNode *part)
{
    for (guint i = 0; i < signature->references->len; i++) {
        xmlNode *target = target_of(work, signature->references->pdata[i]);
        if (target != NULL && is_within(part, target))
            return TRUE;
        /* Body content may be signed through its encrypted form: the reference's element is gone then. */
        const WsscSignedReference *reference = signature->references->pdata[i];
        if (target == NULL && reference->digest == WSSC_DIGEST_OK && !is_of_text_only(reference) &&
            reference->element != NULL &&
            strcmp(reference->element, (const char *)part->name) == 0)
            return TRUE;
    }
    return FALSE;
}

static WsscCoverage *cover_part(WsscWork *work, const xmlNode *part)
{
    WsscCoverage *coverage = g_new0(WsscCoverage, 1);
    coverage->part = g_strdup((const char *)part->name);
    coverage->part_ns = part->ns != NULL ? g_strdup((const char *)part->ns->href) : NULL;
    coverage->signatures = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        if (signature->verdict == WSSC_VERDICT_VALID && covers(work, signature, part))
            g_array_append_val(coverage->signatures, signature->position);
    }
    g_ptr_array_add(work->result->coverage, coverage);
    return coverage;
}

/* ---- wrapping ------------------------------------------------------------------------------------------------ */

/* A signed element with the name of a part that matters, but in another place than the one that is read. */
static void check_places(WsscWork *work, const WsscSignature *signature, xmlNode *envelope)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        xmlNode *target = target_of(work, reference);
        for (guint p = 0; target != NULL && p < 3; p++) { /* Body, Timestamp, To */
            xmlNode *place = place_node(envelope, parts[p].place);
            if (!wssc_xml_is(target, parts[p].family, parts[p].name) || place == NULL ||
                target->parent == place)
                continue;
            if (parts[p].place == PLACE_SECURITY &&
                wssc_xml_is(target->parent, WSSC_NS_FAMILY_WSSE, "Security"))
                continue; /* a second Security header, for another actor */
            note(work, "signature-wrapping", "the signed %s (%s) does not stand where %s is read from",
                 parts[p].name, reference->uri, parts[p].name);
        }
    }
}

static void check_duplicates(WsscWork *work, const WsscSignature *signature)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        guint count = 0;
        if (reference->uri != NULL && reference->uri[0] == '#' &&
            wssc_ids_find(wssc_work_current(work)->ids, reference->uri + 1, &count) != NULL && count > 1)
            note(work, "duplicate-id", "%u elements have the id %s", count, reference->uri + 1);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static gboolean is_covered(const WsscWork *work, const char *part, gboolean *ret_exists)
{
    *ret_exists = FALSE;
    for (guint i = 0; i < work->result->coverage->len; i++) {
        const WsscCoverage *coverage = work->result->coverage->pdata[i];
        if (strcmp(coverage->part, part) != 0)
            continue;
        *ret_exists = TRUE;
        if (coverage->signatures->len > 0)
            return TRUE;
    }
    return FALSE;
}

/* Where the message's own signatures (not those of an assertion in its Body) could be checked, and none of them
 * is in doubt. */
static void check_open_parts(WsscWork *work, xmlNode *envelope)
{
    gboolean exists;
    if (wssc_xml_child(place_node(envelope, PLACE_SECURITY), WSSC_NS_FAMILY_DS, "Signature") == NULL)
        return;
    for (guint i = 0; i < work->result->signatures->len; i++)
        if (((WsscSignature *)work->result->signatures->pdata[i])->verdict != WSSC_VERDICT_VALID)
            return;
    if (!is_covered(work, "Timestamp", &exists) && exists)
        note(work, "timestamp-unsigned", "no valid signature covers the Timestamp");
    /* Over TLS only the Timestamp is signed, and rightly so: the rule holds where the Body is signed. */
    if (!is_covered(work, "Body", &exists))
        return;
    static const char *const others[] = {"To", "Action"};
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        if (!is_covered(work, others[i], &exists) && exists)
            note(work, "part-unsigned", "the Body is signed, %s is not", others[i]);
}

void wssc_cover(WsscWork *work)
{
    xmlNode *envelope = xmlDocGetRootElement(wssc_work_current(work)->doc);
    gboolean has_valid = FALSE;

    g_ptr_array_set_free_func(work->result->coverage, free_coverage);
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        check_duplicates(work, signature);
        if (signature->verdict != WSSC_VERDICT_VALID)
            continue;
        has_valid = TRUE;
        check_places(work, signature, envelope);
    }
    if (!has_valid)
        return;
    for (guint p = 0; p < G_N_ELEMENTS(parts); p++) {
        const xmlNode *place = place_node(envelope, parts[p].place);
        for (const xmlNode *e = wssc_xml_first(place); e != NULL; e = wssc_xml_next(e))
            if (wssc_xml_is(e, parts[p].family, parts[p].name))
                cover_part(work, e);
    }
    check_open_parts(work, envelope);
}
