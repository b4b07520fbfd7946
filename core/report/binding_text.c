/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Bindings as pages of settings: a block for each service, and for each of its contexts where there are several.
 */
#include <string.h>

#include "report/binding.h"
#include "report/layout.h"

#define LABEL 26  /* columns of the names on the left */
#define FEW 8     /* contexts of one service that are shown each */
#define REASONS 3 /* marks of a stack that are shown */

/* ---- lines ------------------------------------------------------------------------------------------------------ */

typedef struct {
    const WsscSession *session;
    const WsscTextStyle *style;
    GString *out;
} Page;

static void put_label(const Page *page, const char *label)
{
    g_string_append_printf(page->out, "  ");
    wssc_put(page->out, page->style, WSSC_DIM, "%-*s", LABEL, label);
}

static void put_line(const Page *page, const char *label, WsscColor color, const char *text)
{
    g_autofree char *shown = wssc_shown(text);
    put_label(page, label);
    wssc_put_wrapped(page->out, page->style, color, LABEL + 2, LABEL + 2, shown);
}

/* " (frames 10, 12)"; nothing without evidence. Caller frees. */
static char *frames_of(const Page *page, const GPtrArray *evidence)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    guint count = 0;
    for (guint i = 0; i < evidence->len && count < 4; i++) {
        const WsscEvidence *entry = evidence->pdata[i];
        char *frame = entry->frame != 0 ? wssc_frame_text(page->session, page->style, entry->file, entry->frame) : NULL;
        if (frame == NULL || !g_hash_table_add(seen, frame))
            continue;
        g_string_append_printf(text, "%s%s", count > 0 ? ", " : "", frame);
        count++;
    }
    if (count == 0)
        return g_strdup("");
    return g_strdup_printf(" (frame%s %s)", count > 1 ? "s" : "", text->str);
}

static char *joined(const GPtrArray *words, guint most)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < words->len && i < most; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", (const char *)words->pdata[i]);
    if (words->len > most)
        g_string_append_printf(text, " and %u more", words->len - most);
    return g_string_free(text, FALSE);
}

/* ---- the head --------------------------------------------------------------------------------------------------- */

static void put_end(const Page *page, const char *label, const GPtrArray *addresses, const WsscLikeness *likeness)
{
    g_autofree char *where = joined(addresses, 3);
    g_autofree char *reasons = joined(likeness->reasons, REASONS);
    g_autofree char *text =
        likeness->is_like
            ? g_strdup_printf("%s: %slike %s, by %s", where,
                              strcmp(likeness->confidence, "likely") == 0 ? "" : "possibly ",
                              wssc_stack_name(likeness->like), reasons)
            : g_strdup_printf("%s: like no stack that is known here%s%s", where, *reasons != '\0' ? ", " : "", reasons);
    put_line(page, label, WSSC_PLAIN, text);
}

static char *bootstrap_text(const WsscBinding *binding)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < binding->bootstrap.count; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " + " : "", wssc_token_kind_name(binding->bootstrap.list[i]));
    if (text->len == 0)
        g_string_append(text, binding->rst != NULL ? "no token in the request"
                                                   : "unknown: the request for the context would show it");
    return g_string_free(text, FALSE);
}

static const char *usage_text(const WsscBinding *binding)
{
    switch (binding->usage) {
    case WSSC_USAGE_SUPPORTING:
        return "supporting: the context says who the client is, the transport protects";
    case WSSC_USAGE_PROTECTION:
        return "protection: the context protects messages, which WWSAPI has no usage for";
    default:
        return "unknown: a signature made with the context would show it";
    }
}

static void put_suite(const Page *page, const WsscBinding *binding)
{
    g_autofree char *text = binding->suite_text == NULL
                                ? g_strdup("unknown: a signature made with the context would show it")
                                : g_strdup_printf("%s%s%s", binding->suite != NULL ? binding->suite : "not told",
                                                  binding->suite != NULL ? ": " : ", ", binding->suite_text);
    put_line(page, "algorithm suite", binding->suite_text == NULL ? WSSC_DIM : WSSC_PLAIN, text);
}

static void put_breaches(const Page *page, const WsscBinding *binding)
{
    for (guint i = 0; i < binding->breaches->len; i++) {
        const WsscBreach *breach = binding->breaches->pdata[i];
        g_autofree char *frames = frames_of(page, breach->evidence);
        g_autofree char *text = g_strdup_printf("the %s: %s%s", breach->part == WSSC_PART_CLIENT ? "client" : "service",
                                                breach->text, frames);
        put_line(page, i == 0 ? "not WWSAPI" : "", WSSC_YELLOW, text);
    }
}

static void put_head(const Page *page, const WsscBinding *binding)
{
    g_autofree char *bootstrap = bootstrap_text(binding);
    WsscTruth derived = binding->shown.derived_keys;

    put_end(page, "client", binding->clients, &binding->likeness[WSSC_PART_CLIENT]);
    put_end(page, "service", binding->services, &binding->likeness[WSSC_PART_SERVICE]);
    put_line(page, "transport", WSSC_PLAIN, wssc_transport_name(binding->transport));
    put_line(page, "bootstrap", WSSC_PLAIN, bootstrap);
    put_line(page, "usage", binding->usage == WSSC_USAGE_UNKNOWN ? WSSC_DIM : WSSC_PLAIN, usage_text(binding));
    put_suite(page, binding);
    put_line(page, "derived keys", derived == WSSC_TRUTH_UNKNOWN ? WSSC_DIM : WSSC_PLAIN,
             derived == WSSC_TRUTH_YES  ? "yes"
             : derived == WSSC_TRUTH_NO ? "no"
                                        : "unknown: a signature made with the context would show it");
    put_line(page, "template", binding->template_name != NULL ? WSSC_GREEN : WSSC_PLAIN,
             binding->template_name != NULL ? binding->template_name : binding->template_text);
    put_breaches(page, binding);
}

/* ---- properties and rules --------------------------------------------------------------------------------------- */

static const char *default_text(const WsscProperty *property)
{
    if (property->is_default == WSSC_TRUTH_YES && property->knowledge == WSSC_KNOWN_BETWEEN)
        return " (WWSAPI's default lies there)";
    if (property->is_default == WSSC_TRUTH_YES)
        return property->knowledge == WSSC_KNOWN_LIKELY ? " (WWSAPI's default)" : " (WWSAPI's default, set or unset)";
    return property->is_default == WSSC_TRUTH_NO && property->word == NULL ? " (not WWSAPI's default)" : "";
}

static void put_property(const Page *page, WsscPropertyId id, const WsscProperty *property)
{
    g_autofree char *shown = wssc_property_shown(id, property);
    g_autofree char *frames = frames_of(page, property->evidence);
    gboolean is_known = property->knowledge != WSSC_KNOWN_NOT;
    g_autofree char *text = g_strdup_printf("%s%s: %s%s", shown, default_text(property), property->text, frames);
    put_line(page, wssc_property_info(id)->title,
             property->contradiction != NULL ? WSSC_YELLOW
             : is_known                      ? WSSC_PLAIN
                                             : WSSC_DIM,
             text);
}

static void put_statements(const Page *page, const WsscBinding *binding)
{
    for (guint i = 0; i < binding->statements->len; i++) {
        const WsscStatement *statement = binding->statements->pdata[i];
        g_autofree char *frames = frames_of(page, statement->evidence);
        const char *verdict = statement->holds == WSSC_TRUTH_YES  ? "holds"
                              : statement->holds == WSSC_TRUTH_NO ? "does not hold"
                                                                  : "can't be told";
        g_autofree char *text =
            g_strdup_printf("%s: %s; %s%s", verdict, wssc_statement_says(statement->id), statement->text, frames);
        put_line(page, wssc_statement_name(statement->id),
                 statement->holds == WSSC_TRUTH_YES  ? WSSC_PLAIN
                 : statement->holds == WSSC_TRUTH_NO ? WSSC_YELLOW
                                                     : WSSC_DIM,
                 text);
    }
}

static void put_binding(const Page *page, const WsscBinding *binding)
{
    put_head(page, binding);
    wssc_put(page->out, page->style, WSSC_BOLD, "  WS_SECURITY_CONTEXT_MESSAGE_SECURITY_BINDING\n");
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++)
        put_property(page, (WsscPropertyId)id, &binding->properties[id]);
    wssc_put(page->out, page->style, WSSC_BOLD, "  WWSAPI's rules\n");
    put_statements(page, binding);
}

/* ---- blocks ----------------------------------------------------------------------------------------------------- */

static void put_title(const Page *page, const char *what, const char *name, const char *more)
{
    g_autofree char *shown = wssc_shown(name);
    if (page->out->len > 0)
        g_string_append_c(page->out, '\n');
    wssc_put(page->out, page->style, WSSC_BOLD, "%s %s", what, shown);
    g_string_append_printf(page->out, "%s\n", more);
}

static void put_context(const Page *page, const WsscBinding *binding)
{
    const WsscContext *context = binding->context;
    g_autofree char *more = g_strdup_printf(", %s", wssc_state_name(context->state));
    g_autofree char *name = context->identifier != NULL ? g_strdup(context->identifier)
                                                        : g_strdup_printf("%u (never named)", context->index);
    put_title(page, "Context", name, more);
    put_binding(page, binding);
}

static void put_endpoint(const Page *page, const WsscBindings *bindings, const WsscBinding *endpoint)
{
    const GPtrArray *contexts = endpoint->contexts;
    g_autofree char *more = contexts->len > 1 ? g_strdup_printf(", %u contexts", contexts->len) : NULL;

    put_title(page, "Service", endpoint->endpoint, more != NULL ? more : ":");
    if (contexts->len == 1) {
        const WsscContext *context = contexts->pdata[0];
        put_line(page, "context", WSSC_PLAIN, context->identifier != NULL ? context->identifier : "(never named)");
    }
    put_binding(page, endpoint);
    for (guint i = 0; contexts->len > 1 && contexts->len <= FEW && i < contexts->len; i++)
        put_context(page, wssc_bindings_of(bindings, contexts->pdata[i]));
    if (contexts->len > FEW)
        wssc_put(page->out, page->style, WSSC_DIM, "  (--context IDENTIFIER shows one of the %u contexts)\n",
                 contexts->len);
}

void wssc_text_bindings(const WsscSession *session, const WsscBindings *bindings, const WsscBindingChoice *choice,
                        const WsscTextStyle *style, GString *out)
{
    const Page page = {session, style, out};
    if (bindings->contexts->len == 0) {
        g_string_append(out, "No security context: there is no binding to infer.\n");
        return;
    }
    for (guint i = 0; choice->context != NULL && i < bindings->contexts->len; i++)
        if (wssc_binding_is_chosen(bindings->contexts->pdata[i], choice))
            put_context(&page, bindings->contexts->pdata[i]);
    for (guint i = 0; choice->context == NULL && i < bindings->endpoints->len; i++)
        if (wssc_binding_is_chosen(bindings->endpoints->pdata[i], choice))
            put_endpoint(&page, bindings, bindings->endpoints->pdata[i]);
}
