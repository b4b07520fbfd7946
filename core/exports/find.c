/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Envelopes anywhere in a text: as they stand, or in layers of escapes.
 *
 * The word "Envelope" behind "<", in any form that character may have been written, is a candidate (without any, those
 * of what else is looked at by itself). How the quotes of its start tag are written tells the layer; the string it
 * stands in is taken out of that layer and searched in turn. Each octet is looked at once a layer, but for elements
 * that are cut, whose work has a budget.
 */
#define _GNU_SOURCE
#include <string.h>

#include "base/limits.h"
#include "exports/element.h"
#include "exports/lines.h"
#include "exports/reader.h"
#include "exports/unescape.h"
#include "xml/xml.h"

#define MAX_PREFIX 64       /* octets of a namespace prefix */
#define MAX_START_TAG 65536 /* looked through for a quote */
#define MAX_AROUND 16384    /* looked through for a declaration before */
#define MAX_INHERITED 16
#define BUDGET 4 /* so many times the text is looked at again, for cut elements and declarations around them */

/* Looked for one after the other, until one is found. */
static const struct {
    const char *name;
    gsize len;
    WsscNsFamily family;
} words[] = {
    {"Envelope", 8, WSSC_NS_FAMILY_SOAP},
    {"RequestSecurityTokenResponseCollection", 38, WSSC_NS_FAMILY_WST},
    {"RequestSecurityTokenResponse", 28, WSSC_NS_FAMILY_WST},
    {"RequestSecurityToken", 20, WSSC_NS_FAMILY_WST},
    {"Security", 8, WSSC_NS_FAMILY_WSSE},
    {"EncryptedAssertion", 18, WSSC_NS_FAMILY_SAML},
    {"Assertion", 9, WSSC_NS_FAMILY_SAML},
};

void wssc_text_find_clear(gpointer find)
{
    g_clear_pointer(&((WsscTextFind *)find)->octets, g_bytes_unref);
}

typedef struct {
    guint word;       /* of words */
    GArray *finds;    /* WsscTextFind */
    gsize budget;     /* octets that may still be looked at again */
    guint depth;      /* of layers */
    WsscEscape layer; /* the outermost one */
    gsize start, end; /* in the whole text, while a layer is open */
} Search;

/* ---- candidates ------------------------------------------------------------------------------------------------ */

typedef struct {
    gsize open;       /* where its "<" begins, however that is written */
    WsscEscape layer; /* of its "<" */
    gsize prefix;     /* where the prefix, or the word, begins */
    gsize name_end;   /* behind the word */
} Candidate;

static gboolean is_name(guint8 c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '-' || c == '.' || c >= 0x80;
}

static gboolean ends_with(WsscBytes text, gsize at, const char *tail)
{
    gsize len = strlen(tail);
    return at >= len && g_ascii_strncasecmp((const char *)text.data + at - len, tail, len) == 0;
}

/* "&lt;" and its numeric forms, also where the "&" was escaped again, before at. */
static gsize entity_before(WsscBytes text, gsize at)
{
    static const char *const forms[] = {"lt;", "#60;", "#060;", "#x3c;", "#x03c;"};
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (!ends_with(text, at, forms[i]))
            continue;
        gsize from = at - strlen(forms[i]);
        while (ends_with(text, from, "amp;"))
            from -= 4;
        if (ends_with(text, from, "&"))
            return from - 1;
    }
    return at;
}

/* "<" and the others: the name run itself may have swallowed "u003c" or "3C". */
static gboolean open_before(WsscBytes text, gsize run, gsize colon, Candidate *candidate)
{
    static const struct {
        const char *run; /* how the run begins */
        char before;
        WsscEscape layer;
    } swallowed[] = {{"u003c", '\\', WSSC_ESCAPE_BACKSLASH},
                     {"x3c", '\\', WSSC_ESCAPE_BACKSLASH},
                     {"3c", '%', WSSC_ESCAPE_PERCENT},
                     {"253c", '%', WSSC_ESCAPE_PERCENT}};
    const char *name = (const char *)text.data + run;
    candidate->prefix = run;
    for (guint i = 0; i < G_N_ELEMENTS(swallowed); i++) {
        gsize len = strlen(swallowed[i].run);
        if (run == 0 || (char)text.data[run - 1] != swallowed[i].before || colon - run < len ||
            g_ascii_strncasecmp(name, swallowed[i].run, len) != 0)
            continue;
        candidate->layer = swallowed[i].layer;
        candidate->prefix = run + len;
        candidate->open = run - 1;
        while (candidate->layer == WSSC_ESCAPE_BACKSLASH && candidate->open > 0 &&
               text.data[candidate->open - 1] == '\\')
            candidate->open--;
        return TRUE;
    }
    if (run > 0 && text.data[run - 1] == '<') {
        candidate->layer = WSSC_ESCAPE_NONE;
        candidate->open = run - 1;
        return TRUE;
    }
    candidate->layer = WSSC_ESCAPE_ENTITY;
    candidate->open = entity_before(text, run);
    return candidate->open < run;
}

/* Octets of the ":" before at, however it is written; 0 when there is none. */
static gsize colon_before(WsscBytes text, gsize at)
{
    static const char *const forms[] = {":", "%3a", "%253a", "\\u003a", "&#58;", "&#x3a;"};
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
        if (ends_with(text, at, forms[i]))
            return strlen(forms[i]);
    return 0;
}

static gboolean is_candidate(const Search *search, WsscBytes text, gsize at, gsize floor, Candidate *candidate)
{
    gsize colon = colon_before(text, at), run = at - colon;
    gsize longest = colon > 0 ? MAX_PREFIX : strlen("u003c");
    candidate->name_end = at + words[search->word].len;
    if (candidate->name_end < text.len &&
        (is_name(text.data[candidate->name_end]) || text.data[candidate->name_end] == ':'))
        return FALSE;
    while (run > floor && at - colon - run <= longest && is_name(text.data[run - 1]))
        run--;
    return open_before(text, run, at - colon, candidate) && candidate->open >= floor &&
           (colon > 0 || candidate->prefix == at);
}

/* ---- the layer ------------------------------------------------------------------------------------------------- */

/* How the first quote of the start tag is written; ret_is_plain: as a double quote and no more. */
static WsscEscape layer_of_quote(WsscBytes text, const Candidate *candidate, gboolean *ret_is_plain)
{
    *ret_is_plain = FALSE;
    gsize end = MIN(text.len, candidate->name_end + MAX_START_TAG);
    const guint8 *equals = memchr(text.data + candidate->name_end, '=', end - candidate->name_end);
    gsize at = equals != NULL ? (gsize)(equals - text.data) + 1 : end;
    const guint8 *close = memchr(text.data + candidate->name_end, '>', at - candidate->name_end);
    if (close != NULL || at >= end)
        return WSSC_ESCAPE_NONE;
    *ret_is_plain = text.data[at] == '"';
    if (text.data[at] == '\\')
        return WSSC_ESCAPE_BACKSLASH;
    if (text.data[at] == '&')
        return WSSC_ESCAPE_ENTITY;
    if (text.data[at] == '%')
        return WSSC_ESCAPE_PERCENT;
    gboolean is_doubled =
        at + 2 < end && text.data[at] == '"' && text.data[at + 1] == '"' && is_name(text.data[at + 2]);
    return is_doubled ? WSSC_ESCAPE_DOUBLED : WSSC_ESCAPE_NONE;
}

/* Quotes between the line's beginning and what was looked at so far. */
typedef struct {
    gsize line, at;
    gboolean is_open;
} Quotes;

/* Whether at stands in a string of JSON: single quotes in the start tag leave no other trace of it. */
static gboolean is_in_string(WsscBytes text, gsize at, Quotes *quotes)
{
    for (; quotes->at < at; quotes->at++) {
        guint8 c = text.data[quotes->at];
        if (c == '\n')
            *quotes = (Quotes){.line = quotes->at + 1, .at = quotes->at};
        else if (c == '\\' && quotes->is_open)
            quotes->at++;
        else if (c == '"')
            quotes->is_open = !quotes->is_open;
    }
    gsize first = quotes->line;
    while (first < at && wssc_is_xml_space((char)text.data[first]))
        first++;
    return quotes->is_open && first < at && strchr("{[\"", text.data[first]) != NULL;
}

/* ---- envelopes as they stand ------------------------------------------------------------------------------------ */

typedef enum { NS_RIGHT, NS_OTHER, NS_UNDECLARED } Ns;

/* What the start tag itself says of its prefix. */
static Ns namespace_of(const WsscTag *tag, WsscNsFamily family)
{
    WsscBytes rest = tag->rest, name, value;
    gsize prefix = tag->qname.len > tag->name.len ? tag->qname.len - tag->name.len - 1 : 0;
    while (wssc_tag_next_attribute(&rest, &name, &value)) {
        gboolean is_it = prefix > 0 ? name.len == 6 + prefix && memcmp(name.data, "xmlns:", 6) == 0 &&
                                          memcmp(name.data + 6, tag->qname.data, prefix) == 0
                                    : name.len == 5 && memcmp(name.data, "xmlns", 5) == 0;
        if (!is_it)
            continue;
        g_autofree char *uri = g_strndup((const char *)value.data, value.len);
        return wssc_ns_family(wssc_ns_from_uri(uri)) == family ? NS_RIGHT : NS_OTHER;
    }
    return NS_UNDECLARED;
}

/* Without a declaration: what comes first inside has to be a SOAP envelope's. */
static gboolean has_soap_child(WsscTags tags, const WsscTag *envelope)
{
    WsscTag child = {0};
    while (wssc_tags_next(&tags, &child) && child.kind == WSSC_TAG_TEXT && child.rest.data[0] != '<')
        ;
    gsize prefix = envelope->qname.len - envelope->name.len;
    return (child.kind == WSSC_TAG_START || child.kind == WSSC_TAG_EMPTY) &&
           child.qname.len - child.name.len == prefix &&
           (prefix == 0 || memcmp(child.qname.data, envelope->qname.data, prefix) == 0) &&
           (wssc_tag_is(&child, "Header") || wssc_tag_is(&child, "Body"));
}

static gboolean is_meant(const Search *search, WsscBytes text, gsize open)
{
    WsscTags tags = {.text = text, .at = open};
    WsscTag tag = {0};
    if (!wssc_tags_next(&tags, &tag) || (tag.kind != WSSC_TAG_START && tag.kind != WSSC_TAG_EMPTY)) /* cut inside it */
        return tag.kind == WSSC_TAG_TEXT && memmem(tag.rest.data, tag.rest.len, "/soap", 5) != NULL;
    Ns ns = namespace_of(&tag, words[search->word].family);
    return ns == NS_RIGHT ||
           (ns == NS_UNDECLARED && words[search->word].family == WSSC_NS_FAMILY_SOAP && has_soap_child(tags, &tag));
}

static gboolean is_among(const GArray *names, WsscBytes name)
{
    for (guint i = 0; i < names->len; i++) {
        WsscBytes one = g_array_index(names, WsscBytes, i);
        if (one.len == name.len && memcmp(one.data, name.data, name.len) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The last declaration of the prefix before: with its quotes; NULL when there is none. Caller frees. */
static char *declaration_before(WsscBytes text, gsize before, WsscBytes prefix)
{
    g_autofree char *name = g_strndup((const char *)prefix.data, prefix.len);
    g_autofree char *start = g_strdup_printf("xmlns:%s=", name);
    gsize len = strlen(start), from = before > MAX_AROUND ? before - MAX_AROUND : 0;
    const char *found = NULL, *at = (const char *)text.data + from, *end = (const char *)text.data + before;
    while ((at = memmem(at, (gsize)(end - at), start, len)) != NULL) {
        found = at;
        at += len;
    }
    if (found == NULL || found + len >= end || (found[len] != '"' && found[len] != '\''))
        return NULL;
    const char *close = memchr(found + len + 1, found[len], (gsize)(end - found) - len - 1);
    return close != NULL ? g_strndup(found, (gsize)(close - found) + 1) : NULL;
}

/* The envelope as a document of its own: what elements around it declare, and it uses, is put into its start tag. */
static GBytes *cut_out(Search *search, WsscBytes text, gsize open, const WsscElement *element, guint *ret_inherited)
{
    WsscTags tags = {.text = text, .at = open};
    WsscTag tag;
    g_autoptr(GString) added = g_string_new(NULL);
    for (guint i = 0; i < element->used->len; i++) {
        WsscBytes prefix = g_array_index(element->used, WsscBytes, i);
        if (is_among(element->declared, prefix) || *ret_inherited >= MAX_INHERITED || search->budget == 0)
            continue;
        search->budget -= MIN(search->budget, MIN(open, MAX_AROUND));
        g_autofree char *declaration = declaration_before(text, open, prefix);
        if (declaration == NULL)
            continue;
        g_string_append_printf(added, " %s", declaration);
        (*ret_inherited)++;
    }
    if (added->len == 0 || !wssc_tags_next(&tags, &tag))
        return g_bytes_new(text.data + open, element->end - open);
    gsize name = (gsize)(tag.qname.data - text.data) + tag.qname.len;
    g_autoptr(GByteArray) out = g_byte_array_new();
    g_byte_array_append(out, text.data + open, (guint)(name - open));
    g_byte_array_append(out, (const guint8 *)added->str, (guint)added->len);
    g_byte_array_append(out, text.data + name, (guint)(element->end - name));
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* Where each line of it has the log's prefix: left alone it would be well formed, and not what was signed. */
static gboolean take_lines(Search *search, WsscBytes text, gsize open, gsize *ret_next)
{
    g_autofree char *last = g_strconcat(words[search->word].name, ">", NULL);
    WsscElement element;
    gsize end = 0;
    g_autoptr(GString) joined = wssc_lines_join(text, open, last, &search->budget, &end);
    if (joined == NULL)
        return FALSE;
    WsscBytes inner = wssc_bytes(joined->str, joined->len);
    search->budget -= MIN(search->budget, joined->len);
    gboolean is_whole = wssc_element_scan(inner, 0, TRUE, &element);
    WsscTextFind find = {.start = open, .end = end, .layers = "the log's prefix on each line"};
    if (is_whole && element.end <= WSSC_MAX_MESSAGE_OCTETS && search->finds->len <= WSSC_MAX_FOUND) {
        find.octets = g_bytes_new(inner.data, element.end);
        g_array_append_val(search->finds, find);
    }
    wssc_element_clear(&element);
    if (is_whole)
        *ret_next = end;
    return is_whole;
}

/* Returns where to go on. */
static gsize take_envelope(Search *search, WsscBytes text, gsize open)
{
    WsscElement element;
    WsscTextFind find = {.start = open, .layers = wssc_escape_name(search->layer)};

    find.is_cut = !wssc_element_scan(text, open, search->budget > 0, &element);
    if (find.is_cut && element.again > open) {
        /* One that is cut, and the next one: what is between them is the first one's. */
        search->budget -= MIN(search->budget, element.end > element.again ? element.end - element.again : 0);
        element.end = element.again;
    }
    find.end = MAX(element.end, open + 1);
    if (find.end - open <= WSSC_MAX_MESSAGE_OCTETS)
        find.octets = cut_out(search, text, open, &element, &find.inherited);
    wssc_element_clear(&element);
    gsize next = find.end;
    if (search->depth > 0) {
        find.start = search->start;
        find.end = search->end;
    }
    if (find.octets != NULL && search->finds->len <= WSSC_MAX_FOUND)
        g_array_append_val(search->finds, find);
    return next;
}

/* ---- the search ------------------------------------------------------------------------------------------------- */

static void search_text(Search *search, WsscBytes text);

static gsize enter_layer(Search *search, WsscBytes text, gsize open, WsscEscape layer)
{
    gsize len = 0;
    if (search->depth >= WSSC_MAX_ESCAPE_LAYERS)
        return text.len;
    g_autoptr(GBytes) inner = wssc_escape_undo(layer, wssc_bytes(text.data + open, text.len - open), &len);
    Search deeper = *search;
    deeper.depth++;
    if (search->depth == 0) {
        deeper.layer = layer;
        deeper.start = open;
        deeper.end = open + len;
    }
    search_text(&deeper, wssc_bytes_of(inner));
    search->budget = deeper.budget;
    return open + MAX(len, 1);
}

static void search_text(Search *search, WsscBytes text)
{
    Quotes quotes = {0, 0, FALSE};
    const char *word = words[search->word].name;
    gsize at = 0, floor = 0, len = words[search->word].len;
    const guint8 *found;

    while (at < text.len && (found = memmem(text.data + at, text.len - at, word, len)) != NULL) {
        Candidate candidate;
        at = (gsize)(found - text.data) + len;
        if (!is_candidate(search, text, at - len, floor, &candidate))
            continue;
        gboolean is_plain = FALSE, is_top = search->depth == 0 && candidate.layer == WSSC_ESCAPE_NONE;
        if (is_top && wssc_lines_is_wire(text, candidate.open) && take_lines(search, text, candidate.open, &at)) {
            floor = at;
            continue;
        }
        WsscEscape layer =
            candidate.layer != WSSC_ESCAPE_NONE ? candidate.layer : layer_of_quote(text, &candidate, &is_plain);
        if (layer != WSSC_ESCAPE_BACKSLASH && !is_plain && is_in_string(text, candidate.open, &quotes))
            layer = WSSC_ESCAPE_BACKSLASH;
        if (layer != WSSC_ESCAPE_NONE)
            at = floor = enter_layer(search, text, candidate.open, layer);
        else if (is_top && is_meant(search, text, candidate.open) && take_lines(search, text, candidate.open, &at))
            floor = at;
        else if (is_meant(search, text, candidate.open))
            at = floor = take_envelope(search, text, candidate.open);
    }
}

GArray *wssc_text_find(WsscBytes text, gboolean only_envelopes)
{
    Search search = {.finds = g_array_new(FALSE, FALSE, sizeof(WsscTextFind)), .budget = BUDGET * (text.len + 1)};
    g_array_set_clear_func(search.finds, wssc_text_find_clear);
    guint count = only_envelopes ? 1 : G_N_ELEMENTS(words);
    for (; search.word < count && search.finds->len == 0; search.word++)
        search_text(&search, text);
    return search.finds;
}
