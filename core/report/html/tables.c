/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Contexts, signatures and findings as tables.
 */
#include "base/text.h"
#include "report/html/sections.h"
#include "report/html/table.h"
#include "report/sentence.h"

#define FINDINGS_OF_A_KIND 200

/* ---- contexts ------------------------------------------------------------------------------------------------- */

static char *signatures_text(const guint *counts)
{
    GString *text = g_string_new(NULL);
    for (int v = WSSC_VERDICT_VALID; v < WSSC_VERDICT_MAX; v++)
        if (counts[v] > 0)
            g_string_append_printf(text, "%s%u %s", text->len > 0 ? ", " : "", counts[v],
                                   wssc_verdict_name((WsscVerdict)v));
    if (text->len == 0)
        g_string_append(text, "none");
    return g_string_free(text, FALSE);
}

static const char *signatures_style(const guint *counts)
{
    return counts[WSSC_VERDICT_INVALID] > 0 ? "bad" : counts[WSSC_VERDICT_VALID] > 0 ? "good" : "dim";
}

static const WsscInstance *first_established(const WsscContext *context)
{
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->entropy_mode != WSSC_ENTROPY_UNKNOWN || instance->key_size > 0)
            return instance;
    }
    return NULL;
}

static void put_key_cells(WsscHtmlTable *table, const WsscContext *context)
{
    const WsscInstance *instance = first_established(context);
    const char *mode = instance != NULL ? wssc_entropy_mode_name(instance->entropy_mode) : NULL;
    guint known = 0;
    for (guint i = 0; i < context->instances->len; i++)
        known += ((const WsscInstance *)context->instances->pdata[i])->key != NULL;
    g_autofree char *keys = g_strdup_printf("%u/%u", known, context->instances->len);
    g_autofree char *bits = instance != NULL && instance->key_size > 0
                                ? g_strdup_printf("%" G_GINT64_FORMAT " bits%s", instance->key_size,
                                                  instance->is_size_assumed ? " (assumed)" : "")
                                : g_strdup("?");
    g_autofree char *key = g_strdup_printf("%s, %s", mode != NULL ? mode : "?", bits);
    wssc_html_table_text(table, key, NULL, NULL);
    wssc_html_table_text(table, keys, known < context->instances->len ? "warn" : NULL, NULL);
}

static void put_context(WsscHtmlTable *table, const WsscSession *session, const WsscContext *context)
{
    g_autofree char *id = g_strdup_printf("context-%u", context->index);
    g_autofree char *signatures = signatures_text(context->verdicts);
    const WsscEvent *first = context->events->len > 0 ? context->events->pdata[0] : NULL;
    const WsscEvent *last = context->events->len > 0 ? context->events->pdata[context->events->len - 1] : NULL;
    g_autofree char *from =
        first != NULL && first->message != NULL ? wssc_html_frame(session, first->message->file, first->frame) : NULL;
    g_autofree char *frames = from == NULL ? g_strdup("-")
                              : last->message != NULL && last->message->file == first->message->file
                                  ? g_strdup_printf("%s-%u", from, last->frame)
                                  : g_strdup_printf("%s on", from);

    if (!wssc_html_table_row(table, id))
        return;
    wssc_html_table_number(table, context->index);
    wssc_html_table_text(table, context->identifier != NULL ? context->identifier : "(never named)", NULL, NULL);
    wssc_html_table_text(table, wssc_state_name(context->state), wssc_html_state_style(context->state), NULL);
    wssc_html_table_text(table, context->issuer, NULL, NULL);
    wssc_html_table_text(table, context->requestor, NULL, NULL);
    wssc_html_table_text(table, context->version != WSSC_NS_NONE ? wssc_ns_version(context->version) : "?", NULL, NULL);
    put_key_cells(table, context);
    wssc_html_table_number(table, context->renewals);
    wssc_html_table_number(table, context->messages);
    wssc_html_table_text(table, signatures, signatures_style(context->verdicts), NULL);
    wssc_html_table_measure(table, frames, first != NULL ? first->frame : 0);
}

void wssc_html_contexts(WsscHtml *html, const WsscSession *session)
{
    static const WsscHtmlColumn columns[] = {
        {"#", "num"},        {"Identifier", "id"}, {"State", NULL},      {"Service", NULL},
        {"Client", NULL},    {"WS-SC", NULL},      {"Key", NULL},        {"Known", NULL},
        {"Renewals", "num"}, {"Messages", "num"},  {"Signatures", NULL}, {"Frames", NULL},
    };
    const GPtrArray *contexts = wssc_session_contexts(session);
    WsscHtmlTable table;
    if (contexts->len == 0)
        return;
    wssc_html_table_begin(&table, html, "contexts", "Contexts", columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < contexts->len; i++)
        put_context(&table, session, contexts->pdata[i]);
    wssc_html_table_end(&table);
}

/* ---- signatures ----------------------------------------------------------------------------------------------- */

/* URIs of algorithms end in their name. */
static const char *short_name(const char *uri)
{
    const char *end = uri != NULL ? strrchr(uri, '#') : NULL;
    return end != NULL && end[1] != '\0' ? end + 1 : uri;
}

static char *signed_parts(const WsscSignature *signature)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < signature->references->len && text->len < WSSC_HTML_WORDS; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               reference->element != NULL ? reference->element
                               : reference->uri != NULL   ? reference->uri
                                                          : "?");
        if (reference->digest != WSSC_DIGEST_OK)
            g_string_append_printf(text, " (%s)", wssc_digest_name(reference->digest));
    }
    return g_string_free(text, FALSE);
}

static void put_signature(WsscHtmlTable *table, const WsscSession *session, const WsscMessage *message,
                          const WsscSignature *signature)
{
    if (!wssc_html_table_row(table, NULL))
        return;
    g_autofree char *frame = wssc_html_frame(session, message->file, message->frame);
    g_autofree char *parts = signed_parts(signature);
    g_autofree char *link = message->context != NULL ? g_strdup_printf("context-%u", message->context->index) : NULL;
    g_autofree char *number = message->context != NULL ? g_strdup_printf("%u", message->context->index) : NULL;
    g_autofree char *why = g_strdup_printf("%s%s%s", signature->reason != NULL ? signature->reason : "",
                                           signature->hypothesis != NULL ? "; " : "",
                                           signature->hypothesis != NULL ? signature->hypothesis : "");
    wssc_html_table_measure(table, frame, message->frame);
    wssc_html_table_text(table, wssc_verdict_name(signature->verdict), wssc_html_verdict_style(signature->verdict),
                         NULL);
    wssc_html_table_text(table, why[0] != '\0' ? why : signature->deviation, NULL, NULL);
    wssc_html_table_text(table, short_name(signature->algorithm), NULL, NULL);
    wssc_html_table_text(table, wssc_key_kind_name(signature->key_kind), NULL, NULL);
    wssc_html_table_text(table, number, NULL, link);
    wssc_html_table_text(table, parts, NULL, NULL);
}

static void put_signatures_of(WsscHtmlTable *table, const WsscSession *session, WsscVerdict verdict)
{
    const GPtrArray *messages = wssc_session_messages(session);
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++) {
            const WsscSignature *signature = message->security->signatures->pdata[s];
            if (signature->verdict == verdict)
                put_signature(table, session, message, signature);
        }
    }
}

void wssc_html_signatures(WsscHtml *html, const WsscSession *session)
{
    static const WsscHtmlColumn columns[] = {
        {"Frame", "num"}, {"Verdict", NULL},  {"Why", "text"},    {"Algorithm", NULL},
        {"Key", NULL},    {"Context", "num"}, {"Signed", "text"},
    };
    /* What needs a look comes first: a page holds so many rows. */
    static const WsscVerdict order[] = {WSSC_VERDICT_INVALID, WSSC_VERDICT_UNCHECKED, WSSC_VERDICT_UNSUPPORTED,
                                        WSSC_VERDICT_NO_KEY, WSSC_VERDICT_VALID};
    WsscHtmlTable table;
    wssc_html_table_begin(&table, html, "signatures", "Signatures", columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < G_N_ELEMENTS(order); i++)
        put_signatures_of(&table, session, order[i]);
    wssc_html_table_end(&table);
}

/* ---- findings ------------------------------------------------------------------------------------------------- */

static void put_finding(WsscHtmlTable *table, const WsscSession *session, const WsscFinding *finding)
{
    if (!wssc_html_table_row(table, NULL))
        return;
    g_autofree char *frame =
        finding->frame != 0 ? wssc_html_frame(session, finding->file, finding->frame) : g_strdup("-");
    g_autofree char *sentence = wssc_finding_sentence(wssc_session_model(session), finding);
    const WsscFindingInfo *info = wssc_finding_info(finding->id);
    wssc_html_table_text(table, wssc_severity_name(finding->severity), wssc_html_severity_style(finding->severity),
                         NULL);
    wssc_html_table_measure(table, frame, finding->frame);
    wssc_html_table_text(table, info->name, NULL, NULL);
    wssc_html_table_text(table, info->title, NULL, NULL);
    wssc_html_table_text(table, sentence, NULL, NULL);
    wssc_html_table_text(table, info->clause, "dim", NULL);
}

void wssc_html_findings(WsscHtml *html, const WsscSession *session)
{
    static const WsscHtmlColumn columns[] = {
        {"Severity", NULL},     {"Frame", "num"},          {"Finding", "mono"},
        {"What it is", "text"}, {"What happened", "text"}, {"Clause", NULL},
    };
    const GPtrArray *findings = wssc_session_findings(session);
    guint counts[WSSC_FINDING_MAX] = {0};
    WsscHtmlTable table;
    if (findings->len == 0)
        return;
    wssc_html_table_begin(&table, html, "findings", "Findings", columns, G_N_ELEMENTS(columns));
    for (int severity = WSSC_SEVERITY_ERROR; severity >= WSSC_SEVERITY_CHAT; severity--)
        for (guint i = 0; i < findings->len; i++) {
            const WsscFinding *finding = findings->pdata[i];
            if (finding->severity == (WsscSeverity)severity && counts[finding->id]++ < FINDINGS_OF_A_KIND)
                put_finding(&table, session, finding);
        }
    wssc_html_table_end(&table);
    for (guint id = 0; id < WSSC_FINDING_MAX; id++)
        if (counts[id] > FINDINGS_OF_A_KIND)
            wssc_html_put(html, "<p class=\"dim\">%s was found %u times; %d are listed.</p>\n",
                          wssc_finding_info((WsscFindingId)id)->name, counts[id], FINDINGS_OF_A_KIND);
}
