/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Coverage: which parts of the message the valid signatures cover, and what that leaves open.
 */
#include "security/cover.h"

#include <string.h>

#include "base/limits.h"
#include "security/place.h"
#include "security/result.h"

/* ---- parts that matter ------------------------------------------------------------------------------------ */

typedef enum { PLACE_ENVELOPE, PLACE_HEADER, PLACE_SECURITY } Place;

static const struct {
    WsscNsFamily family;
    const char *name;
    Place place;
} parts[] = {
    {WSSC_NS_FAMILY_SOAP, "Body", PLACE_ENVELOPE},
    {WSSC_NS_FAMILY_WSU, "Timestamp", PLACE_SECURITY},
    {WSSC_NS_FAMILY_WSA, "To", PLACE_HEADER},
    {WSSC_NS_FAMILY_WSA, "Action", PLACE_HEADER},
    {WSSC_NS_FAMILY_WSA, "MessageID", PLACE_HEADER},
    {WSSC_NS_FAMILY_WSA, "From", PLACE_HEADER},
    {WSSC_NS_FAMILY_WSA, "ReplyTo", PLACE_HEADER},
    {WSSC_NS_FAMILY_WSA, "FaultTo", PLACE_HEADER},
    {WSSC_NS_FAMILY_WSA, "RelatesTo", PLACE_HEADER},
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", PLACE_SECURITY},
    {WSSC_NS_FAMILY_WSSE, "UsernameToken", PLACE_SECURITY},
    {WSSC_NS_FAMILY_WSSE, "BinarySecurityToken", PLACE_SECURITY},
    {WSSC_NS_FAMILY_SAML, "Assertion", PLACE_SECURITY},
    {WSSC_NS_FAMILY_WSSE11, "SignatureConfirmation", PLACE_SECURITY},
    {WSSC_NS_FAMILY_DS, "Signature", PLACE_SECURITY},
};
#define SIGNATURE_PART (G_N_ELEMENTS(parts) - 1)

G_STATIC_ASSERT(WSSC_MAX_SIGNATURES <= 64); /* none behind that is ever valid */

static void cover_part(WsscWork *work, xmlNode *part, guint kind)
{
    WsscCoverage coverage = {.part = parts[kind].name, .part_ns = wssc_ns_uri(wssc_xml_ns(part))};
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        if (signature->verdict == WSSC_VERDICT_VALID && wssc_work_covers(work, signature, part))
            coverage.signatures |= G_GUINT64_CONSTANT(1) << (signature->position - 1);
    }
    g_array_append_val(work->result->coverage, coverage);
}

/* A part, and its row in the table. */
typedef struct {
    xmlNode *element;
    guint kind;
} Part;

static guint kind_of(const xmlNode *element, Place place)
{
    WsscNsFamily family = wssc_ns_family(wssc_xml_ns(element));
    if (family == WSSC_NS_FAMILY_NONE)
        return G_N_ELEMENTS(parts);
    for (guint kind = 0; kind < G_N_ELEMENTS(parts); kind++)
        if (parts[kind].family == family && parts[kind].place == place &&
            element->name[0] == (xmlChar)parts[kind].name[0] &&
            strcmp((const char *)element->name, parts[kind].name) == 0)
            return kind;
    return G_N_ELEMENTS(parts);
}

static void find_children(xmlNode *parent, Place place, GArray *found)
{
    guint counts[G_N_ELEMENTS(parts)] = {0};
    for (xmlNode *e = wssc_xml_first(parent); e != NULL; e = wssc_xml_next(e)) {
        guint kind = kind_of(e, place);
        if (kind < G_N_ELEMENTS(parts) && counts[kind]++ < WSSC_MAX_REFERENCES)
            g_array_append_val(found, ((Part){e, kind}));
    }
}

/* Every part, in the places where receivers look; those of one kind in the order of the message. */
static GArray *find_parts(const WsscWork *work)
{
    GArray *found = g_array_sized_new(FALSE, FALSE, sizeof(Part), 16);
    xmlNode *envelope = xmlDocGetRootElement(wssc_work_current(work)->doc);
    xmlNode *header = wssc_xml_child(envelope, WSSC_NS_FAMILY_SOAP, "Header");
    find_children(envelope, PLACE_ENVELOPE, found);
    find_children(header, PLACE_HEADER, found);
    /* one Security header for each actor */
    for (xmlNode *s = wssc_xml_first(header); s != NULL; s = wssc_xml_next(s))
        if (wssc_xml_is(s, WSSC_NS_FAMILY_WSSE, "Security"))
            find_children(s, PLACE_SECURITY, found);
    return found;
}

static gboolean has_kind(const GArray *found, guint kind)
{
    for (guint i = 0; i < found->len; i++)
        if (g_array_index(found, Part, i).kind == kind)
            return TRUE;
    return FALSE;
}

static void cover_parts(WsscWork *work, const GArray *found)
{
    for (guint kind = 0; kind < G_N_ELEMENTS(parts); kind++)
        for (guint i = 0; i < found->len; i++)
            if (g_array_index(found, Part, i).kind == kind)
                cover_part(work, g_array_index(found, Part, i).element, kind);
}

/* ---- tokens --------------------------------------------------------------------------------------------------- */

static gboolean is_signed(const WsscWork *work, const Part *part)
{
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        if (signature->verdict == WSSC_VERDICT_VALID && wssc_work_covers(work, signature, part->element))
            return TRUE;
    }
    return FALSE;
}

/* Of the kinds that say who sends the message: one that is unsigned, where another of its kind is signed. An assertion
 * has an issuer or a sender who vouches for it (SAML token profile 1.1 section 3.5). */
static void check_tokens(WsscWork *work, const GArray *found, guint kind, const WsscShape *shape)
{
    gboolean has_signed = FALSE, has_unsigned = FALSE;
    gboolean is_assertion = parts[kind].family == WSSC_NS_FAMILY_SAML;
    for (guint i = 0; i < found->len; i++) {
        const Part *part = &g_array_index(found, Part, i);
        if (part->kind != kind || wssc_place_reader(shape, part->element->parent) != WSSC_READER_US)
            continue;
        gboolean is_good = is_signed(work, part) ||
                           (is_assertion && wssc_xml_child(part->element, WSSC_NS_FAMILY_DS, "Signature") != NULL);
        has_signed |= is_good;
        has_unsigned |= !is_good;
    }
    if (has_unsigned && (has_signed || is_assertion))
        wssc_result_note(work->result, "token-unsigned",
                         has_signed ? "%s: one is signed, another one beside it is not"
                                    : "%s: it has no signature of its own, and no valid one covers it",
                         parts[kind].name);
}

static void check_all_tokens(WsscWork *work, const GArray *found)
{
    WsscShape shape;
    if (!wssc_place_read(xmlDocGetRootElement(wssc_work_current(work)->doc), &shape))
        return;
    for (guint kind = 0; kind < G_N_ELEMENTS(parts); kind++)
        if (parts[kind].place == PLACE_SECURITY &&
            (parts[kind].family == WSSC_NS_FAMILY_SAML || parts[kind].family == WSSC_NS_FAMILY_WSC ||
             strcmp(parts[kind].name, "UsernameToken") == 0))
            check_tokens(work, found, kind, &shape);
}

/* ---- ids ------------------------------------------------------------------------------------------------------- */

/* In the newest tree that has the id: what it named may have been replaced by what came out of it. */
static guint count_id(const WsscWork *work, const char *id)
{
    guint count = 0;
    for (guint i = work->stages->len; i > 0 && count == 0; i--) {
        const WsscStage *stage = work->stages->pdata[i - 1];
        if (wssc_ids_has_doubles(stage->ids) && wssc_ids_find(stage->ids, id, &count) == NULL)
            count = 0;
    }
    return count;
}

static void check_duplicates(WsscWork *work, const WsscSignature *signature)
{
    if (!wssc_ids_has_doubles(((const WsscStage *)work->stages->pdata[0])->ids) &&
        !wssc_ids_has_doubles(wssc_work_current(work)->ids))
        return;
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        gboolean keeps_comments;
        g_autofree char *id = reference->uri != NULL ? wssc_ids_from_uri(reference->uri, &keeps_comments) : NULL;
        guint count = id != NULL && *id != '\0' ? count_id(work, id) : 0;
        if (count > 1)
            wssc_result_note(work->result, "duplicate-id", "%u elements have the id %s", count, id);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static gboolean is_covered(const WsscWork *work, const char *part, gboolean *ret_exists)
{
    *ret_exists = FALSE;
    for (guint i = 0; i < work->result->coverage->len; i++) {
        const WsscCoverage *coverage = &g_array_index(work->result->coverage, WsscCoverage, i);
        if (coverage->part[0] != part[0] || strcmp(coverage->part, part) != 0)
            continue;
        *ret_exists = TRUE;
        if (coverage->signatures != 0)
            return TRUE;
    }
    return FALSE;
}

/* What a receiver goes by beside the Body: where to, what for, where the answer goes, and who asks. Who signs none of
 * the addressing leaves it to the transport: that is told once, by To and Action. */
static void check_addressing(WsscWork *work)
{
    static const char *const names[] = {"To",      "Action",  "MessageID", "From",
                                        "ReplyTo", "FaultTo", "RelatesTo", "UsernameToken"};
    enum { FIRST_OF_ANSWER = 2, USERNAME = G_N_ELEMENTS(names) - 1 };
    g_autoptr(GPtrArray) open = g_ptr_array_new();
    gboolean exists, has_signed = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        gboolean is_signed = is_covered(work, names[i], &exists);
        has_signed |= is_signed && i < FIRST_OF_ANSWER;
        if (exists && !is_signed && (i < FIRST_OF_ANSWER || has_signed || i == USERNAME))
            g_ptr_array_add(open, (gpointer)names[i]);
    }
    if (open->len == 0)
        return;
    const char *last = g_ptr_array_steal_index(open, open->len - 1);
    g_ptr_array_add(open, NULL);
    g_autofree char *others = g_strjoinv(", ", (char **)open->pdata);
    gboolean is_one = *others == '\0';
    wssc_result_note(work->result, "part-unsigned", "the Body is signed, %s%s%s %s not", others, is_one ? "" : " and ",
                     last, is_one ? "is" : "are");
}

/* Where the message's own signatures (not those of an assertion in its Body) could be checked, and none of them
 * is in doubt. */
static void check_open_parts(WsscWork *work, const GArray *found)
{
    gboolean exists;
    if (!has_kind(found, SIGNATURE_PART))
        return;
    for (guint i = 0; i < work->result->signatures->len; i++)
        if (((WsscSignature *)work->result->signatures->pdata[i])->verdict != WSSC_VERDICT_VALID)
            return;
    if (!is_covered(work, "Timestamp", &exists) && exists)
        wssc_result_note(work->result, "timestamp-unsigned", "no valid signature covers the Timestamp");
    /* Over TLS only the Timestamp is signed, and rightly so: the rule holds where the Body is signed. */
    if (!is_covered(work, "Body", &exists)) {
        if (exists)
            wssc_result_note(work->result, "body-unsigned", "no valid signature covers the Body");
        return;
    }
    check_addressing(work);
}

void wssc_cover_parts(WsscWork *work)
{
    gboolean has_valid = FALSE;

    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        check_duplicates(work, signature);
        if (signature->verdict != WSSC_VERDICT_VALID)
            continue;
        has_valid = TRUE;
    }
    if (!has_valid)
        return;
    g_autoptr(GArray) found = find_parts(work);
    cover_parts(work, found);
    check_all_tokens(work, found);
    check_open_parts(work, found);
}
