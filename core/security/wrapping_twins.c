/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What is signed, and others of its kind that are not beside it: which of them a receiver takes is open.
 */
#include "security/wrapping_twins.h"

#include "security/result.h"

typedef struct {
    WsscJudged *judged;
    gboolean is_signed[WSSC_PART_MAX]; /* something of that kind is among the targets */
} Twins;

/* Children of one place: of what is read once and signed, nothing unsigned may stand beside it for the same reader,
 * whatever its version; some receivers read the first and some the last. Where there are more than the signature has
 * references, one is unsigned for sure. */
static void find_twins(const Twins *twins, xmlNode *parent, WsscPart only)
{
    WsscJudged *judged = twins->judged;
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
            wssc_judged_say(judged, "the signed %s stands in %s beside an unsigned one", n->name,
                            wssc_judged_name(parent));
    }
}

/* Messages may be related to several others, and by several kinds of relations (WS-Addressing 1.0 section 3.1). Caller
 * frees. */
static char *whole_name(const xmlNode *element)
{
    if (wssc_place_part(element) != WSSC_PART_RELATES_TO)
        return g_strconcat(element->ns != NULL ? (const char *)element->ns->href : "", " ", element->name, NULL);
    g_autofree char *type = wssc_xml_attr_value(element, WSSC_NS_FAMILY_NONE, "RelationshipType");
    gboolean is_reply = type == NULL || g_str_has_suffix(type, "/reply") || g_str_has_suffix(type, ":Reply");
    return g_strconcat("RelatesTo ", is_reply ? "" : type, NULL);
}

/* Names of the signed headers of which there may be more. Few others have such a local name: whole ones are made of
 * those alone. */
typedef struct {
    GHashTable *local, *whole; /* NULL without any */
} Names;

static void names_clear(Names *names)
{
    g_clear_pointer(&names->local, g_hash_table_unref);
    g_clear_pointer(&names->whole, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Names, names_clear)

static void find_headers_of_many(const WsscWork *work, const WsscSignature *signature, Names *names)
{
    const WsscChecked *checked = wssc_work_checked(work, signature);
    for (guint i = 0; i < checked->match_count; i++) {
        const WsscMatch *match = wssc_work_match(work, checked, i);
        if (match->target == NULL || match->is_text_only || !wssc_place_may_be_many(match->target))
            continue;
        if (names->local == NULL) {
            names->local = g_hash_table_new(g_str_hash, g_str_equal);
            names->whole = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        }
        g_hash_table_add(names->local, (gpointer)match->target->name);
        g_hash_table_add(names->whole, whole_name(match->target));
    }
}

static gboolean has_name_of_many(const Names *names, const xmlNode *element)
{
    if (!g_hash_table_contains(names->local, element->name))
        return FALSE;
    g_autofree char *name = whole_name(element);
    return g_hash_table_contains(names->whole, name);
}

/* Each may be another's to sign. */
static gboolean is_signed_by_any(const WsscWork *work, xmlNode *element)
{
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        if (signature->verdict == WSSC_VERDICT_VALID && wssc_work_covers(work, signature, element))
            return TRUE;
    }
    return FALSE;
}

/* WS-SecurityPolicy 1.2 section 4.1.1: a header that is to be signed is meant by its name, however often it is there;
 * but SOAP lets blocks of one name be many, and what each is for only the application knows. */
void wssc_wrapping_note_twins(const WsscWork *work, const WsscShape *shape)
{
    g_auto(Names) names = {NULL, NULL};
    guint looked_at = 0;
    for (guint i = 0; i < work->result->signatures->len; i++) {
        const WsscSignature *signature = work->result->signatures->pdata[i];
        if (signature->verdict == WSSC_VERDICT_VALID && signature->protects == WSSC_PROTECTS_MESSAGE)
            find_headers_of_many(work, signature, &names);
    }
    for (xmlNode *n = names.local != NULL ? wssc_xml_first(shape->header) : NULL;
         n != NULL && looked_at <= work->matches->len; n = wssc_xml_next(n)) {
        if (!has_name_of_many(&names, n) || wssc_place_reader(shape, n) != WSSC_READER_US)
            continue;
        looked_at++;
        if (is_signed_by_any(work, n))
            continue;
        wssc_result_note(work->result, "part-unsigned", "%s is signed, another one beside it in the Header not",
                         n->name);
        break;
    }
}

/* XML Signature section 6.6.2: elements inside, and what is around the text, are not part of it. */
static void note_text_only(const WsscJudged *judged, const WsscMatch *match)
{
    wssc_result_note(
        judged->work->result, "part-unsigned",
        "of %s (%s) only the text is signed, by the base64 transform: its name and place, and elements in it, "
        "may be anybody's",
        match->target->name, match->reference->uri);
}

void wssc_wrapping_twins(WsscJudged *judged)
{
    const WsscChecked *checked = wssc_work_checked(judged->work, judged->verdict);
    Twins twins = {.judged = judged};
    for (guint i = 0; i < checked->match_count; i++) {
        const WsscMatch *match = wssc_work_match(judged->work, checked, i);
        if (match->target == NULL || match->target->type != XML_ELEMENT_NODE)
            continue;
        if (match->is_text_only)
            note_text_only(judged, match);
        else
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
