/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The contexts of one service drawn together: what all of them allow, and where they don't agree.
 */
#include <string.h>

#include "binding/private.h"

/* ---- parts of a binding ------------------------------------------------------------------------------------------ */

static void add_addresses(GPtrArray *into, const GPtrArray *from)
{
    for (guint i = 0; i < from->len && into->len < 64; i++) {
        gboolean is_known = FALSE;
        for (guint k = 0; k < into->len && !is_known; k++)
            is_known = strcmp(into->pdata[k], from->pdata[i]) == 0;
        if (!is_known)
            g_ptr_array_add(into, g_strdup(from->pdata[i]));
    }
}

static void add_breaches(WsscBinding *into, const WsscBinding *from)
{
    for (guint i = 0; i < from->breaches->len; i++) {
        const WsscBreach *breach = from->breaches->pdata[i];
        gboolean is_known = FALSE;
        for (guint k = 0; k < into->breaches->len && !is_known; k++) {
            const WsscBreach *other = into->breaches->pdata[k];
            is_known = other->part == breach->part && strcmp(other->text, breach->text) == 0;
        }
        if (is_known)
            continue;
        wssc_breach_add(into, breach->part, NULL, WSSC_EVIDENCE_HEADER, "%s", breach->text);
        WsscBreach *copy = into->breaches->pdata[into->breaches->len - 1];
        for (guint e = 0; e < breach->evidence->len; e++) {
            const WsscEvidence *evidence = breach->evidence->pdata[e];
            wssc_evidence_add(copy->evidence, evidence->role, evidence->file, evidence->frame, "%s", evidence->text);
        }
    }
}

/* A statement is broken where one context breaks it, and holds where one shows it. */
static void merge_statements(WsscBinding *into, const WsscBinding *from)
{
    for (int id = 0; id < WSSC_STATEMENT_MAX; id++) {
        WsscStatement *statement = into->statements->pdata[id];
        const WsscStatement *other = from->statements->pdata[id];
        if (statement->holds == WSSC_TRUTH_NO || other->holds == WSSC_TRUTH_UNKNOWN ||
            (statement->holds == WSSC_TRUTH_YES && other->holds == WSSC_TRUTH_YES))
            continue;
        statement->holds = other->holds;
        g_free(statement->text);
        statement->text = g_strdup(other->text);
        g_ptr_array_set_size(statement->evidence, 0);
        for (guint e = 0; e < other->evidence->len; e++) {
            const WsscEvidence *evidence = other->evidence->pdata[e];
            wssc_evidence_add(statement->evidence, evidence->role, evidence->file, evidence->frame, "%s",
                              evidence->text);
        }
    }
}

/* The surest likeness; another stack's ends what the contexts agree on. */
static void merge_likeness(WsscLikeness *into, const WsscLikeness *from, gboolean *is_mixed)
{
    if (!from->is_like || *is_mixed)
        return;
    if (into->is_like && into->like != from->like) {
        *is_mixed = TRUE;
        into->is_like = FALSE;
        into->confidence = NULL;
        g_autofree char *text =
            g_strdup_printf("several: %s and %s", wssc_stack_name(into->like), wssc_stack_name(from->like));
        g_ptr_array_set_size(into->reasons, 0);
        g_ptr_array_add(into->reasons, g_steal_pointer(&text));
        return;
    }
    if (into->is_like && (strcmp(into->confidence, "likely") == 0 || strcmp(from->confidence, "likely") != 0))
        return;
    into->is_like = TRUE;
    into->like = from->like;
    into->confidence = from->confidence;
    g_ptr_array_set_size(into->reasons, 0);
    for (guint i = 0; i < from->reasons->len; i++)
        g_ptr_array_add(into->reasons, g_strdup(from->reasons->pdata[i]));
}

static void merge_truth(WsscTruth *into, const WsscMessage **at, WsscTruth from, const WsscMessage *from_at)
{
    if (from == WSSC_TRUTH_YES || *into == WSSC_TRUTH_UNKNOWN) {
        if (at != NULL && *at == NULL)
            *at = from_at;
        *into = from;
    }
}

static void merge_shown(WsscShown *into, const WsscShown *from)
{
    merge_truth(&into->derived_keys, &into->derived_in, from->derived_keys, from->derived_in);
    merge_truth(&into->is_signed, &into->signed_by, from->is_signed, from->signed_by);
    merge_truth(&into->body_signed, NULL, from->body_signed, NULL);
    merge_truth(&into->body_encrypted, &into->encrypted_in, from->body_encrypted, from->encrypted_in);
    merge_truth(&into->cancel_seen, &into->cancel_in, from->cancel_seen, from->cancel_in);
    merge_truth(&into->renew_seen, &into->renew_in, from->renew_seen, from->renew_in);
    if (from->client_certificate == WSSC_TRUTH_YES || into->client_certificate == WSSC_TRUTH_UNKNOWN) {
        into->client_certificate = from->client_certificate;
        into->certificate_on = from->certificate_on;
    }
    /* One without is enough. */
    if (from->timestamp == WSSC_TRUTH_NO || into->timestamp == WSSC_TRUTH_UNKNOWN)
        into->timestamp = from->timestamp;
    if (from->timestamp_first == WSSC_TRUTH_NO || into->timestamp_first == WSSC_TRUTH_UNKNOWN)
        into->timestamp_first = from->timestamp_first;
    if (from->timestamp_last == WSSC_TRUTH_NO || into->timestamp_last == WSSC_TRUTH_UNKNOWN)
        into->timestamp_last = from->timestamp_last;
    merge_truth(&into->declared_late, &into->late_in, from->declared_late, from->late_in);
    into->timestamp_in = into->timestamp_in != NULL ? into->timestamp_in : from->timestamp_in;
    into->without_timestamp = into->without_timestamp != NULL ? into->without_timestamp : from->without_timestamp;
    into->clear_in = into->clear_in != NULL ? into->clear_in : from->clear_in;
    into->size_asked = into->size_asked > 0 ? into->size_asked : from->size_asked;
    into->size_given = into->size_given > 0 ? into->size_given : from->size_given;
    if (into->soap == WSSC_SOAP_NOT) {
        into->soap = from->soap;
        into->wsa = from->wsa;
        into->encoding = from->encoding;
    }
}

/* Suites that fit all contexts that tell one. */
static void merge_suites(WsscBinding *into, const WsscBinding *from)
{
    if (from->suites->len == 0)
        return;
    if (into->suite_text == NULL) {
        for (guint i = 0; i < from->suites->len; i++)
            g_ptr_array_add(into->suites, from->suites->pdata[i]);
        into->suite = g_strdup(from->suite);
        into->suite_text = g_strdup(from->suite_text);
        into->suite_from = from->suite_from;
        return;
    }
    for (guint i = into->suites->len; i > 0; i--)
        if (!g_ptr_array_find(from->suites, into->suites->pdata[i - 1], NULL))
            g_ptr_array_remove_index(into->suites, i - 1);
    if (g_strcmp0(into->suite, from->suite) == 0)
        return;
    if (into->suites->len > 0 && (into->suite == NULL || from->suites->len < 3)) {
        g_free(into->suite);
        into->suite = g_strdup(from->suite);
        into->suite_from = from->suite_from;
    } else if (into->suites->len == 0) {
        g_autofree char *text =
            g_strdup_printf("the contexts differ: %s and %s", into->suite != NULL ? into->suite : "?",
                            from->suite != NULL ? from->suite : "?");
        g_clear_pointer(&into->suite, g_free);
        g_free(into->suite_text);
        into->suite_text = g_steal_pointer(&text);
    }
}

/* ---- one endpoint ----------------------------------------------------------------------------------------------- */

typedef struct {
    WsscBinding *binding;
    gboolean is_mixed[WSSC_PART_MAX];
} Endpoint;

static void add_context(Endpoint *endpoint, const WsscBinding *context)
{
    WsscBinding *into = endpoint->binding;
    g_ptr_array_add(into->contexts, (gpointer)context->context);
    add_addresses(into->clients, context->clients);
    add_addresses(into->services, context->services);
    if (into->usage == WSSC_USAGE_UNKNOWN || context->usage == WSSC_USAGE_PROTECTION)
        into->usage = context->usage;
    if (into->bootstrap.count == 0)
        into->bootstrap = context->bootstrap;
    if (into->rst == NULL)
        into->rst = context->rst;
    add_breaches(into, context);
    merge_statements(into, context);
    for (int part = 0; part < WSSC_PART_MAX; part++)
        merge_likeness(&into->likeness[part], &context->likeness[part], &endpoint->is_mixed[part]);
    merge_shown(&into->shown, &context->shown);
    merge_suites(into, context);
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++)
        wssc_property_merge((WsscPropertyId)id, &into->properties[id], &context->properties[id]);
}

static WsscBinding *endpoint_new(const WsscBinding *context)
{
    WsscBinding *binding = wssc_binding_new();
    binding->endpoint = g_strdup(context->endpoint);
    binding->transport = context->transport;
    binding->contexts = g_ptr_array_new();
    binding->statements = g_ptr_array_new_with_free_func(wssc_statement_free);
    for (int id = 0; id < WSSC_STATEMENT_MAX; id++)
        g_ptr_array_add(binding->statements, wssc_statement_new((WsscStatementId)id, WSSC_TRUTH_UNKNOWN,
                                                                g_strdup("nothing in the capture shows it")));
    return binding;
}

/* What one context shows to be no WWSAPI, another's marks don't make one. */
static void settle_likeness(WsscBinding *binding)
{
    for (guint i = 0; i < binding->breaches->len; i++) {
        WsscPart part = ((const WsscBreach *)binding->breaches->pdata[i])->part;
        WsscLikeness *likeness = &binding->likeness[part];
        if (!likeness->is_like || (likeness->like != WSSC_STACK_WWSAPI && likeness->like != WSSC_STACK_WINE))
            continue;
        g_ptr_array_set_size(likeness->reasons, 0);
        g_ptr_array_add(likeness->reasons,
                        g_strdup_printf("several: %s, and one that is not", wssc_stack_name(likeness->like)));
        likeness->is_like = FALSE;
        likeness->confidence = NULL;
    }
}

static void finish(WsscBinding *binding)
{
    settle_likeness(binding);
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++) {
        WsscProperty *property = &binding->properties[id];
        if (wssc_property_info((WsscPropertyId)id)->kind != WSSC_PROPERTY_KIND_TEXT)
            property->is_default = WSSC_TRUTH_UNKNOWN;
        wssc_property_compare_default((WsscPropertyId)id, property);
    }
    wssc_template_choose(binding);
}

void wssc_endpoints_draw(WsscBindings *bindings)
{
    g_autoptr(GHashTable) by_address = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < bindings->contexts->len; i++) {
        const WsscBinding *context = bindings->contexts->pdata[i];
        Endpoint *endpoint = g_hash_table_lookup(by_address, context->endpoint);
        if (endpoint == NULL) {
            endpoint = g_new0(Endpoint, 1);
            endpoint->binding = endpoint_new(context);
            g_ptr_array_add(bindings->endpoints, endpoint->binding);
            g_hash_table_insert(by_address, endpoint->binding->endpoint, endpoint);
        }
        add_context(endpoint, context);
    }
    for (guint i = 0; i < bindings->endpoints->len; i++)
        finish(bindings->endpoints->pdata[i]);
}
