/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Coverage: which parts of the message the valid signatures cover, what that leaves open, and the shapes of
 * signature wrapping, where what is signed is not what is processed (WSS 1.1 section 13).
 */
#include <string.h>

#include "base/limits.h"
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

/* First those that a message has once. */
static const struct {
    WsscNsFamily family;
    const char *name;
    Place place;
    gboolean is_single;
} parts[] = {
    {WSSC_NS_FAMILY_SOAP, "Body", PLACE_ENVELOPE, TRUE},
    {WSSC_NS_FAMILY_WSU, "Timestamp", PLACE_SECURITY, TRUE},
    {WSSC_NS_FAMILY_WSA, "To", PLACE_HEADER, TRUE},
    {WSSC_NS_FAMILY_WSA, "Action", PLACE_HEADER, TRUE},
    {WSSC_NS_FAMILY_WSA, "MessageID", PLACE_HEADER, TRUE},
    {WSSC_NS_FAMILY_WSA, "ReplyTo", PLACE_HEADER, TRUE},
    {WSSC_NS_FAMILY_WSA, "RelatesTo", PLACE_HEADER, FALSE},
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", PLACE_SECURITY, FALSE},
    {WSSC_NS_FAMILY_WSSE, "UsernameToken", PLACE_SECURITY, FALSE},
    {WSSC_NS_FAMILY_WSSE, "BinarySecurityToken", PLACE_SECURITY, FALSE},
    {WSSC_NS_FAMILY_SAML, "Assertion", PLACE_SECURITY, FALSE},
    {WSSC_NS_FAMILY_WSSE11, "SignatureConfirmation", PLACE_SECURITY, FALSE},
    {WSSC_NS_FAMILY_DS, "Signature", PLACE_SECURITY, FALSE},
};

static gboolean is_within(const xmlNode *node, const xmlNode *ancestor)
{
    for (; node != NULL; node = node->parent)
        if (node == ancestor)
            return TRUE;
    return FALSE;
}

/* The part is what had the digest, or stands or stood inside it: looked at in the state of the message in which it
 * had it, for after decryption an id may be another element's. */
static gboolean covers(const WsscWork *work, const WsscSignature *signature, xmlNode *part)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscMatch *match = g_hash_table_lookup(work->matches, signature->references->pdata[i]);
        if (match == NULL)
            continue;
        const xmlNode *then = wssc_work_trace(work, part, match->stage);
        if (then != NULL && (match->target == NULL || is_within(then, match->target)) &&
            (match->without == NULL || !is_within(then, match->without)))
            return TRUE;
    }
    return FALSE;
}

static void cover_part(WsscWork *work, xmlNode *part)
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
}

/* Calls back for every part of a kind, in the places where receivers look. */
typedef void (*VisitPart)(WsscWork *work, xmlNode *part, guint kind, gpointer user);

static void visit_children(WsscWork *work, xmlNode *parent, guint kind, VisitPart visit, gpointer user)
{
    guint count = 0;
    for (xmlNode *e = wssc_xml_first(parent); e != NULL && count < WSSC_MAX_REFERENCES; e = wssc_xml_next(e)) {
        if (!wssc_xml_is(e, parts[kind].family, parts[kind].name))
            continue;
        visit(work, e, kind, user);
        count++;
    }
}

static void visit_parts(WsscWork *work, guint kind, VisitPart visit, gpointer user)
{
    xmlNode *envelope = xmlDocGetRootElement(wssc_work_current(work)->doc);
    xmlNode *header = wssc_xml_child(envelope, WSSC_NS_FAMILY_SOAP, "Header");
    if (parts[kind].place == PLACE_ENVELOPE)
        visit_children(work, envelope, kind, visit, user);
    else if (parts[kind].place == PLACE_HEADER)
        visit_children(work, header, kind, visit, user);
    else /* one Security header for each actor */
        for (xmlNode *s = wssc_xml_first(header); s != NULL; s = wssc_xml_next(s))
            if (wssc_xml_is(s, WSSC_NS_FAMILY_WSSE, "Security"))
                visit_children(work, s, kind, visit, user);
}

/* ---- wrapping ------------------------------------------------------------------------------------------------ */

static gboolean is_in_place(const WsscWork *work, const xmlNode *part, Place place)
{
    const xmlNode *envelope = xmlDocGetRootElement(wssc_work_current(work)->doc);
    const xmlNode *header = wssc_xml_child(envelope, WSSC_NS_FAMILY_SOAP, "Header");
    const xmlNode *parent = part->parent;
    if (place == PLACE_SECURITY)
        return wssc_xml_is(parent, WSSC_NS_FAMILY_WSSE, "Security") && parent->parent == header;
    return parent == (place == PLACE_ENVELOPE ? envelope : header);
}

/* The element of a reference as it stands now. */
static xmlNode *target_now(const WsscWork *work, const WsscSignedReference *reference)
{
    const WsscMatch *match = g_hash_table_lookup(work->matches, reference);
    gboolean keeps_comments;
    if (match == NULL || match->target == NULL || reference->uri == NULL)
        return NULL;
    if (match->stage + 1 == work->stages->len)
        return match->target;
    g_autofree char *id = wssc_reference_id(reference->uri, &keeps_comments);
    return id != NULL ? wssc_ids_find(wssc_work_current(work)->ids, id, NULL) : NULL;
}

/* A signed element with the name of a part that matters, but in another place than the one that is read. */
static void check_places(WsscWork *work, const WsscSignature *signature)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        const xmlNode *target = target_now(work, reference);
        for (guint p = 0; target != NULL && p < G_N_ELEMENTS(parts) && parts[p].is_single; p++)
            if (wssc_xml_is(target, parts[p].family, parts[p].name) && !is_in_place(work, target, parts[p].place))
                note(work, "signature-wrapping", "the signed %s (%s) does not stand where %s is read from",
                     parts[p].name, reference->uri, parts[p].name);
    }
}

typedef struct {
    guint signed_parts, open_parts;
    const xmlNode *parent;
} Count;

static void count_part(WsscWork *work, xmlNode *part, guint kind G_GNUC_UNUSED, gpointer user)
{
    Count *count = user;
    gboolean is_signed = FALSE;
    if (count->parent != NULL && count->parent != part->parent)
        return; /* another actor's Security header */
    count->parent = part->parent;
    for (guint i = 0; i < work->result->signatures->len && !is_signed; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        is_signed = signature->verdict == WSSC_VERDICT_VALID && covers(work, signature, part);
    }
    count->signed_parts += is_signed;
    count->open_parts += !is_signed;
}

/* A part that a message has once, here twice, one signed and one not: receivers differ in which they take. */
static void check_doubles(WsscWork *work)
{
    for (guint p = 0; p < G_N_ELEMENTS(parts) && parts[p].is_single; p++) {
        Count count = {0};
        visit_parts(work, p, count_part, &count);
        if (count.signed_parts > 0 && count.open_parts > 0)
            note(work, "signature-wrapping", "%s stands there %u times, and not each is signed", parts[p].name,
                 count.signed_parts + count.open_parts);
    }
}

static void check_duplicates(WsscWork *work, const WsscSignature *signature)
{
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        gboolean keeps_comments;
        guint count = 0;
        g_autofree char *id = reference->uri != NULL ? wssc_reference_id(reference->uri, &keeps_comments) : NULL;
        if (id != NULL && *id != '\0' && wssc_ids_find(wssc_work_current(work)->ids, id, &count) != NULL && count > 1)
            note(work, "duplicate-id", "%u elements have the id %s", count, id);
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

/* Where signatures could be checked, and none of them is in doubt. */
static void check_open_parts(WsscWork *work)
{
    gboolean exists;
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

static void cover_one(WsscWork *work, xmlNode *part, guint kind G_GNUC_UNUSED, gpointer user G_GNUC_UNUSED)
{
    cover_part(work, part);
}

void wssc_cover(WsscWork *work)
{
    gboolean has_valid = FALSE;

    g_ptr_array_set_free_func(work->result->coverage, free_coverage);
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        check_duplicates(work, signature);
        if (signature->verdict != WSSC_VERDICT_VALID)
            continue;
        has_valid = TRUE;
        check_places(work, signature);
    }
    if (!has_valid)
        return;
    for (guint p = 0; p < G_N_ELEMENTS(parts); p++)
        visit_parts(work, p, cover_one, NULL);
    check_doubles(work);
    check_open_parts(work);
}
