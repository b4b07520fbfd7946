/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/text.h"

#include <string.h>

#include "binding/binding.h"
#include "report/layout.h"

#define INDENT 4

/* ---- contexts --------------------------------------------------------------------------------------------- */

static void put_frames(GString *out, const WsscSession *session, const WsscTextStyle *style, const WsscContext *context)
{
    WsscSpot first = context->first, last = context->last;
    for (guint i = 0; i < context->events->len; i++) {
        const WsscMessage *message = ((const WsscEvent *)context->events->pdata[i])->message;
        if (message == NULL)
            continue;
        last = (WsscSpot){message->file, message->frame, message->ordinal};
        first = first.frame == 0 ? last : first;
    }
    if (first.frame == 0)
        return;
    g_autofree char *from = wssc_frame_text(session, style, first.file, first.frame);
    g_autofree char *to = wssc_frame_text(session, style, last.file, last.frame);
    if (last.file == first.file && last.frame == first.frame && last.ordinal == first.ordinal)
        g_string_append_printf(out, "frame %s, ", from);
    else if (last.file != first.file)
        g_string_append_printf(out, "frames %s to %s, ", from, to);
    else
        g_string_append_printf(out, "frames %s-%u, ", from, last.frame);
}

static void put_verdicts(GString *out, const WsscTextStyle *style, const guint *counts, const char *blank)
{
    gboolean is_first = TRUE;
    for (int v = WSSC_VERDICT_VALID; v < WSSC_VERDICT_MAX; v++) {
        if (counts[v] == 0)
            continue;
        g_string_append_printf(out, "%s%s", is_first ? "" : ",", is_first ? "" : blank);
        wssc_put(out, style, wssc_verdict_color((WsscVerdict)v), "%u%s%s", counts[v], blank,
                 wssc_verdict_name((WsscVerdict)v));
        is_first = FALSE;
    }
    if (is_first)
        g_string_append(out, "none");
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

static guint known_keys(const WsscContext *context)
{
    guint known = 0;
    for (guint i = 0; i < context->instances->len; i++)
        known += ((const WsscInstance *)context->instances->pdata[i])->key != NULL;
    return known;
}

/* "by assertion a1 of sts for alice, issued in frame 3 by 192.0.2.7:443" */
static void put_tokens(GString *line, const WsscSession *session, const WsscTextStyle *style,
                       const WsscContext *context)
{
    for (guint i = 0; i < context->tokens->len; i++) {
        const WsscToken *token = context->tokens->pdata[i];
        const WsscMessage *issued = token->issued_by != NULL ? token->issued_by->response : NULL;
        g_autofree char *words = wssc_token_words(token), *shown = wssc_shown(words);
        g_string_append_printf(line, ", by %s", shown);
        if (issued == NULL)
            continue;
        g_autofree char *frame = wssc_frame_text(session, style, issued->file, issued->frame);
        g_string_append_printf(line, ", issued in frame %s by %s", frame, issued->src);
    }
}

static void put_details(GString *out, const WsscSession *session, const WsscTextStyle *style,
                        const WsscContext *context)
{
    g_autoptr(GString) line = g_string_new(NULL);
    put_frames(line, session, style, context);
    g_string_append_printf(line, "%s -> %s over %s", context->requestor, context->issuer,
                           wssc_transport_name(context->transport));
    for (guint i = 0; i < context->bootstrap.count; i++)
        g_string_append_printf(line, "%s%s", i == 0 ? ", bootstrap " : "+",
                               wssc_token_kind_name(context->bootstrap.list[i]));
    put_tokens(line, session, style, context);
    g_string_append(line, "; signatures:" WSSC_TIE);
    put_verdicts(line, style, context->verdicts, WSSC_TIE);
    g_string_append_printf(out, "%*s", INDENT, "");
    wssc_put_wrapped(out, style, WSSC_PLAIN, INDENT, INDENT, line->str);
}

/* Why keys are not known, each reason once. */
static void put_missing_keys(GString *out, const WsscTextStyle *style, const WsscContext *context)
{
    const char *before = NULL;
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        const char *why =
            instance->key_missing != NULL ? instance->key_missing : "its establishment is not in the capture";
        if (instance->key != NULL || g_strcmp0(why, before) == 0)
            continue;
        g_autofree char *line = g_strdup_printf("key not known: %s", why);
        g_string_append_printf(out, "%*s", INDENT, "");
        wssc_put_wrapped(out, style, WSSC_DIM, INDENT, INDENT, line);
        before = why;
    }
}

/* What the fault that ended it says. */
static void put_refusal(GString *out, const WsscSession *session, const WsscTextStyle *style,
                        const WsscContext *context)
{
    const WsscMessage *message = context->ended_by;
    if (message == NULL || message->soap->fault == NULL)
        return;
    g_autofree char *frame = wssc_frame_text(session, style, message->file, message->frame);
    g_autofree char *words = wssc_fault_words(message->soap->fault, wssc_message_is_secured(message));
    g_autofree char *shown = wssc_shown_whole(words);
    g_autofree char *line = g_strdup_printf("frame %s: fault %s", frame, shown);
    g_string_append_printf(out, "%*s", INDENT, "");
    wssc_put_wrapped(out, style, WSSC_RED, INDENT, INDENT, line);
}

static void put_context(GString *out, const WsscSession *session, const WsscTextStyle *style,
                        const WsscContext *context)
{
    const WsscInstance *instance = first_established(context);
    const char *mode = instance != NULL ? wssc_entropy_mode_name(instance->entropy_mode) : NULL;
    g_autofree char *identifier = wssc_shown(context->identifier != NULL ? context->identifier : "(never named)");
    g_autofree char *bits =
        instance != NULL && instance->key_size > 0
            ? g_strdup_printf("%" G_GINT64_FORMAT "%s", instance->key_size, instance->is_size_assumed ? "?" : "")
            : g_strdup("?");
    g_autofree char *keys = g_strdup_printf("%u/%u", known_keys(context), context->instances->len);

    g_string_append_printf(out, "%3u ", context->index);
    wssc_put(out, style, WSSC_BOLD, "%-46s", identifier);
    if (g_utf8_strlen(identifier, -1) > 46)
        g_string_append_printf(out, "\n%50s", "");
    g_string_append_printf(out, " %-7s ", context->version != WSSC_NS_NONE ? wssc_ns_version(context->version) : "?");
    wssc_put(out, style, wssc_state_color(context->state), "%-9s", wssc_state_name(context->state));
    g_string_append_printf(out, " %-8s %4s %5s %7u\n", mode != NULL ? mode : "?", bits, keys, context->renewals);
    put_details(out, session, style, context);
    put_missing_keys(out, style, context);
}

/* Which template of WWSAPI it fits, or what rules WWSAPI out. */
static void put_binding(GString *out, const WsscTextStyle *style, const WsscBinding *binding)
{
    if (binding == NULL)
        return;
    g_autofree char *line = wssc_binding_line(binding);
    g_autofree char *shown = wssc_shown_whole(line);
    wssc_put(out, style, WSSC_PLAIN, "%*s%s\n", INDENT, "", shown);
}

/* A size that nobody states is no fact. */
static void put_assumed(GString *out, const WsscTextStyle *style, const GPtrArray *contexts)
{
    for (guint i = 0; i < contexts->len; i++) {
        const WsscInstance *instance = first_established(contexts->pdata[i]);
        if (instance == NULL || !instance->is_size_assumed || instance->key_size <= 0)
            continue;
        wssc_put(out, style, WSSC_DIM,
                 "%" G_GINT64_FORMAT "?: neither side states the size of the key, it is assumed\n", instance->key_size);
        return;
    }
}

/* bindings: or NULL. */
static void put_contexts(const WsscSession *session, const WsscTextStyle *style, const WsscBindings *bindings,
                         gboolean with_faults, GString *out)
{
    const GPtrArray *contexts = wssc_session_contexts(session);
    if (contexts->len == 0) {
        g_string_append(out, "No security context.\n");
        return;
    }
    wssc_put(out, style, WSSC_BOLD, "%3s %-46s %-7s %-9s %-8s %4s %5s %7s\n", "#", "IDENTIFIER", "WS-SC", "STATE",
             "ENTROPY", "BITS", "KEYS", "RENEWED");
    for (guint i = 0; i < contexts->len; i++) {
        put_context(out, session, style, contexts->pdata[i]);
        if (bindings != NULL)
            put_binding(out, style, wssc_bindings_of(bindings, contexts->pdata[i]));
        if (with_faults)
            put_refusal(out, session, style, contexts->pdata[i]);
        wssc_pour(out, style);
    }
    put_assumed(out, style, contexts);
}

void wssc_text_contexts(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    put_contexts(session, style, NULL, TRUE, out);
}

/* ---- summary --------------------------------------------------------------------------------------------------- */

typedef struct {
    guint verdicts[WSSC_VERDICT_MAX], damaged;
    GHashTable *reasons; /* why signatures could not be checked (borrowed) -> count */
    gboolean states[WSSC_STATE_MAX];
} Counts;

static void count_signature(Counts *counts, const WsscSignature *signature)
{
    counts->verdicts[signature->verdict]++;
    if (signature->reason == NULL || signature->verdict == WSSC_VERDICT_INVALID)
        return;
    guint seen = GPOINTER_TO_UINT(g_hash_table_lookup(counts->reasons, signature->reason));
    g_hash_table_insert(counts->reasons, signature->reason, GUINT_TO_POINTER(seen + 1));
}

static void count_all(const WsscSession *session, Counts *counts)
{
    const GPtrArray *messages = wssc_session_messages(session);
    const GPtrArray *contexts = wssc_session_contexts(session);
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        counts->damaged += message->damage != NULL;
        for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++)
            count_signature(counts, message->security->signatures->pdata[s]);
    }
    for (guint i = 0; i < contexts->len; i++)
        counts->states[((const WsscContext *)contexts->pdata[i])->state] = TRUE;
}

/* States whose name alone may not tell. */
static void put_legend(GString *out, const WsscTextStyle *style, const Counts *counts)
{
    static const char *const meanings[WSSC_STATE_MAX] = {
        [WSSC_STATE_ABANDONED] = "abandoned: the capture ends before any end of the context is seen",
        [WSSC_STATE_OBSERVED] = "observed: the context is used, but its establishment cannot be read in the capture",
        [WSSC_STATE_REFUSED] = "refused: the service gave no context, or took it no more",
        [WSSC_STATE_REQUESTED] = "requested: asked for, and no answer is in the capture",
    };
    for (int state = 0; state < WSSC_STATE_MAX; state++)
        if (counts->states[state] && meanings[state] != NULL)
            wssc_put(out, style, WSSC_DIM, "%s\n", meanings[state]);
}

/* The most frequent reasons. */
static void put_reasons(GString *out, const WsscTextStyle *style, GHashTable *reasons)
{
    for (guint shown = 0; shown < 3 && g_hash_table_size(reasons) > 0; shown++) {
        GHashTableIter iter;
        gpointer reason, count;
        const char *most = NULL;
        guint top = 0;
        g_hash_table_iter_init(&iter, reasons);
        while (g_hash_table_iter_next(&iter, &reason, &count)) {
            guint n = GPOINTER_TO_UINT(count);
            if (n > top || (n == top && strcmp(reason, most) < 0)) {
                most = reason;
                top = n;
            }
        }
        g_autofree char *text = wssc_shown(most);
        g_autofree char *line = g_strdup_printf("%u not checked: %s", top, text);
        g_string_append_printf(out, "%*s", INDENT, "");
        wssc_put_wrapped(out, style, WSSC_DIM, INDENT, INDENT + 2, line);
        g_hash_table_remove(reasons, most);
    }
    if (g_hash_table_size(reasons) > 0)
        wssc_put(out, style, WSSC_DIM, "%*sand for other reasons (wssc verify tells)\n", INDENT, "");
}

void wssc_text_summary(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    g_autoptr(GHashTable) reasons = g_hash_table_new(g_str_hash, g_str_equal);
    Counts counts = {.reasons = reasons};
    const GPtrArray *findings = wssc_session_findings(session);
    guint messages = wssc_session_messages(session)->len;

    count_all(session, &counts);
    g_autoptr(WsscBindings) bindings = wssc_bindings_infer(wssc_session_model(session));
    put_contexts(session, style, bindings, FALSE, out); /* faults are among the findings */
    put_legend(out, style, &counts);
    g_string_append_printf(out, "\n%u SOAP message%s", messages, messages == 1 ? "" : "s");
    if (counts.damaged > 0)
        wssc_put(out, style, WSSC_RED, ", %u of them not readable", counts.damaged);
    g_string_append(out, "; signatures: ");
    put_verdicts(out, style, counts.verdicts, " ");
    g_string_append(out, "\n");
    put_reasons(out, style, reasons);
    if (findings->len > 0)
        g_string_append_c(out, '\n');
    wssc_text_findings(session, style, out);
}
