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

/* In the order of results. */
typedef enum {
    KIND_BODY,
    KIND_TIMESTAMP,
    KIND_TO,
    KIND_ACTION,
    KIND_MESSAGE_ID,
    KIND_FROM,
    KIND_REPLY_TO,
    KIND_FAULT_TO,
    KIND_RELATES_TO,
    KIND_CONTEXT_TOKEN,
    KIND_USERNAME_TOKEN,
    KIND_BINARY_TOKEN,
    KIND_ASSERTION,
    KIND_CONFIRMATION,
    KIND_SIGNATURE,
    KIND_MAX, /* none of them */
} Kind;

static const struct {
    WsscNsFamily family;
    const char *name;
    Place place;
} parts[KIND_MAX] = {
    [KIND_BODY] = {WSSC_NS_FAMILY_SOAP, "Body", PLACE_ENVELOPE},
    [KIND_TIMESTAMP] = {WSSC_NS_FAMILY_WSU, "Timestamp", PLACE_SECURITY},
    [KIND_TO] = {WSSC_NS_FAMILY_WSA, "To", PLACE_HEADER},
    [KIND_ACTION] = {WSSC_NS_FAMILY_WSA, "Action", PLACE_HEADER},
    [KIND_MESSAGE_ID] = {WSSC_NS_FAMILY_WSA, "MessageID", PLACE_HEADER},
    [KIND_FROM] = {WSSC_NS_FAMILY_WSA, "From", PLACE_HEADER},
    [KIND_REPLY_TO] = {WSSC_NS_FAMILY_WSA, "ReplyTo", PLACE_HEADER},
    [KIND_FAULT_TO] = {WSSC_NS_FAMILY_WSA, "FaultTo", PLACE_HEADER},
    [KIND_RELATES_TO] = {WSSC_NS_FAMILY_WSA, "RelatesTo", PLACE_HEADER},
    [KIND_CONTEXT_TOKEN] = {WSSC_NS_FAMILY_WSC, "SecurityContextToken", PLACE_SECURITY},
    [KIND_USERNAME_TOKEN] = {WSSC_NS_FAMILY_WSSE, "UsernameToken", PLACE_SECURITY},
    [KIND_BINARY_TOKEN] = {WSSC_NS_FAMILY_WSSE, "BinarySecurityToken", PLACE_SECURITY},
    [KIND_ASSERTION] = {WSSC_NS_FAMILY_SAML, "Assertion", PLACE_SECURITY},
    [KIND_CONFIRMATION] = {WSSC_NS_FAMILY_WSSE11, "SignatureConfirmation", PLACE_SECURITY},
    [KIND_SIGNATURE] = {WSSC_NS_FAMILY_DS, "Signature", PLACE_SECURITY},
};

G_STATIC_ASSERT(WSSC_MAX_SIGNATURES <= 64); /* none behind that is ever valid */

/* FALSE when no valid signature covers it. */
static gboolean cover_part(WsscWork *work, xmlNode *part, Kind kind)
{
    WsscCoverage coverage = {.part = parts[kind].name, .part_ns = wssc_ns_uri(wssc_xml_ns(part))};
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        if (signature->verdict == WSSC_VERDICT_VALID && wssc_work_covers(work, signature, part))
            coverage.signatures |= G_GUINT64_CONSTANT(1) << (signature->position - 1);
    }
    g_array_append_val(work->result->coverage, coverage);
    return coverage.signatures != 0;
}

typedef struct {
    xmlNode *element;
    Kind kind;
} Part;

/* What there is of a kind. */
typedef struct {
    gboolean exists;
    gboolean is_covered; /* one of them, at least */
} Shown;

static Kind kind_of(const xmlNode *element, Place place)
{
    WsscNsFamily family = wssc_ns_family(wssc_xml_ns(element));
    Kind kind = family != WSSC_NS_FAMILY_NONE ? 0 : KIND_MAX;
    while (kind < KIND_MAX && (parts[kind].family != family || parts[kind].place != place ||
                               element->name[0] != (xmlChar)parts[kind].name[0] ||
                               strcmp((const char *)element->name, parts[kind].name) != 0))
        kind++;
    return kind;
}

static void find_children(const WsscWork *work, xmlNode *parent, Place place, GArray *found)
{
    guint counts[KIND_MAX] = {0}, most = wssc_work_most(work, WSSC_LIMIT_REFERENCES);
    for (xmlNode *e = wssc_xml_first(parent); e != NULL; e = wssc_xml_next(e)) {
        Kind kind = kind_of(e, place);
        if (kind < KIND_MAX && counts[kind]++ < most)
            g_array_append_val(found, ((Part){e, kind}));
    }
}

/* Every part, in the places where receivers look; those of one kind in the order of the message. */
static GArray *find_parts(const WsscWork *work)
{
    GArray *found = g_array_sized_new(FALSE, FALSE, sizeof(Part), 16);
    xmlNode *envelope = xmlDocGetRootElement(wssc_work_current(work)->doc);
    xmlNode *header = wssc_xml_child(envelope, WSSC_NS_FAMILY_SOAP, "Header");
    find_children(work, envelope, PLACE_ENVELOPE, found);
    find_children(work, header, PLACE_HEADER, found);
    /* one Security header for each actor */
    for (xmlNode *s = wssc_xml_first(header); s != NULL; s = wssc_xml_next(s))
        if (wssc_xml_is(s, WSSC_NS_FAMILY_WSSE, "Security"))
            find_children(work, s, PLACE_SECURITY, found);
    return found;
}

static void cover_parts(WsscWork *work, const GArray *found, Shown shown[KIND_MAX])
{
    GArray *coverage = work->result->coverage;
    g_array_set_size(coverage, found->len); /* room for all of it at once */
    g_array_set_size(coverage, 0);
    for (Kind kind = 0; kind < KIND_MAX; kind++)
        for (guint i = 0; i < found->len; i++) {
            const Part *part = &g_array_index(found, Part, i);
            if (part->kind != kind)
                continue;
            shown[kind].exists = TRUE;
            shown[kind].is_covered |= cover_part(work, part->element, kind);
        }
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
static void check_tokens(WsscWork *work, const GArray *found, Kind kind, const WsscShape *shape)
{
    gboolean has_signed = FALSE, has_unsigned = FALSE;
    gboolean is_assertion = kind == KIND_ASSERTION;
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

static void check_all_tokens(WsscWork *work, const GArray *found, const Shown shown[KIND_MAX])
{
    static const Kind kinds[] = {KIND_CONTEXT_TOKEN, KIND_USERNAME_TOKEN, KIND_ASSERTION};
    WsscShape shape;
    if (!wssc_place_read(xmlDocGetRootElement(wssc_work_current(work)->doc), &shape))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (shown[kinds[i]].exists)
            check_tokens(work, found, kinds[i], &shape);
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

/* What a receiver goes by beside the Body: where to, what for, where the answer goes, and who asks. Who signs none of
 * the addressing leaves it to the transport: that is told once, by To and Action. */
static void check_addressing(WsscWork *work, const Shown shown[KIND_MAX])
{
    static const Kind kinds[] = {KIND_TO,       KIND_ACTION,   KIND_MESSAGE_ID, KIND_FROM,
                                 KIND_REPLY_TO, KIND_FAULT_TO, KIND_RELATES_TO, KIND_USERNAME_TOKEN};
    gboolean has_signed = shown[KIND_TO].is_covered || shown[KIND_ACTION].is_covered;
    char *open[G_N_ELEMENTS(kinds)] = {NULL}; /* one stays free: the end of the list */
    const char *last = NULL;
    guint count = 0;
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        gboolean is_needed =
            has_signed || kinds[i] == KIND_TO || kinds[i] == KIND_ACTION || kinds[i] == KIND_USERNAME_TOKEN;
        if (!shown[kinds[i]].exists || shown[kinds[i]].is_covered || !is_needed)
            continue;
        if (last != NULL)
            open[count++] = (char *)last;
        last = parts[kinds[i]].name;
    }
    if (last == NULL)
        return;
    g_autofree char *others = g_strjoinv(", ", open);
    wssc_result_take_note(work->result, "part-unsigned",
                          g_strconcat("the Body is signed, ", others, count > 0 ? " and " : "", last,
                                      count > 0 ? " are" : " is", " not", NULL));
}

/* Where the message's own signatures (not those of an assertion in its Body) could be checked, and none of them
 * is in doubt. */
static void check_open_parts(WsscWork *work, const Shown shown[KIND_MAX])
{
    if (!shown[KIND_SIGNATURE].exists)
        return;
    for (guint i = 0; i < work->result->signatures->len; i++)
        if (((WsscSignature *)work->result->signatures->pdata[i])->verdict != WSSC_VERDICT_VALID)
            return;
    if (shown[KIND_TIMESTAMP].exists && !shown[KIND_TIMESTAMP].is_covered)
        wssc_result_note(work->result, "timestamp-unsigned", "no valid signature covers the Timestamp");
    /* Over TLS only the Timestamp is signed, and rightly so: the rule holds where the Body is signed. */
    if (shown[KIND_BODY].is_covered)
        check_addressing(work, shown);
    else if (shown[KIND_BODY].exists)
        wssc_result_note(work->result, "body-unsigned", "no valid signature covers the Body");
}

void wssc_cover_parts(WsscWork *work)
{
    Shown shown[KIND_MAX] = {{0}};
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
    cover_parts(work, found, shown);
    check_all_tokens(work, found, shown);
    check_open_parts(work, shown);
}
