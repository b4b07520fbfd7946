/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/text.h"

#include <string.h>

#include "report/phrase.h"

typedef enum { PLAIN, BOLD, DIM, GREEN, YELLOW, RED, CYAN } Color;

static void put(GString *out, const WsscTextStyle *style, Color color, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

static void put(GString *out, const WsscTextStyle *style, Color color, const char *format, ...)
{
    static const char *const codes[] = {"", "\033[1m", "\033[2m", "\033[32m", "\033[33m", "\033[31m",
                                        "\033[36m"};
    va_list args;
    if (style->color && color != PLAIN)
        g_string_append(out, codes[color]);
    va_start(args, format);
    g_string_append_vprintf(out, format, args);
    va_end(args);
    if (style->color && color != PLAIN)
        g_string_append(out, "\033[0m");
}

static Color state_color(WsscState state)
{
    static const Color colors[WSSC_STATE_MAX] = {
        [WSSC_STATE_ACTIVE] = GREEN,  [WSSC_STATE_ISSUED] = GREEN,     [WSSC_STATE_CANCELLED] = GREEN,
        [WSSC_STATE_EXPIRED] = YELLOW, [WSSC_STATE_REFUSED] = RED,      [WSSC_STATE_ABANDONED] = YELLOW,
        [WSSC_STATE_OBSERVED] = CYAN,  [WSSC_STATE_REQUESTED] = YELLOW,
    };
    return colors[state];
}

static Color severity_color(WsscSeverity severity)
{
    static const Color colors[] = {DIM, CYAN, YELLOW, RED};
    return colors[severity];
}

static Color verdict_color(WsscVerdict verdict)
{
    return verdict == WSSC_VERDICT_VALID ? GREEN : verdict == WSSC_VERDICT_INVALID ? RED : YELLOW;
}

/* "frame 12", or "a.pcap:12" with several files. */
static char *frame_text(const WsscSession *session, const WsscTextStyle *style, guint file, guint32 frame)
{
    const char *name = wssc_session_file(session, file);
    if (!style->many_files || name == NULL)
        return g_strdup_printf("%u", frame);
    g_autofree char *base = g_path_get_basename(name);
    return g_strdup_printf("%s:%u", base, frame);
}

/* ---- contexts --------------------------------------------------------------------------------------------- */

static void put_frames(GString *out, const WsscSession *session, const WsscTextStyle *style,
                       const WsscContext *context)
{
    const WsscMessage *first = NULL, *last = NULL;
    for (guint i = 0; i < context->events->len; i++) {
        const WsscEvent *event = context->events->pdata[i];
        if (event->message == NULL)
            continue;
        first = first == NULL ? event->message : first;
        last = event->message;
    }
    if (first == NULL)
        return;
    g_autofree char *from = frame_text(session, style, first->file, first->frame);
    g_string_append_printf(out, "%s", from);
    if (last != first)
        g_string_append_printf(out, "-%u", last->frame);
}

static void put_verdicts(GString *out, const WsscTextStyle *style, const guint *counts)
{
    gboolean is_first = TRUE;
    for (int v = WSSC_VERDICT_VALID; v < WSSC_VERDICT_MAX; v++) {
        if (counts[v] == 0)
            continue;
        put(out, style, verdict_color((WsscVerdict)v), "%s%u %s", is_first ? "" : ", ", counts[v],
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

static void put_second_line(GString *out, const WsscTextStyle *style, const WsscContext *context)
{
    g_string_append_printf(out, "    %s -> %s over %s", context->requestor, context->issuer,
                           context->transport);
    for (guint i = 0; i < context->bootstrap->len; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? ", bootstrap " : "+",
                               (const char *)context->bootstrap->pdata[i]);
    g_string_append(out, "; signatures: ");
    put_verdicts(out, style, context->verdicts);
    g_string_append_c(out, '\n');
}

void wssc_text_contexts(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    const GPtrArray *contexts = wssc_session_contexts(session);
    if (contexts->len == 0) {
        g_string_append(out, "No security context.\n");
        return;
    }
    put(out, style, BOLD, "%3s %-46s %-7s %-9s %-8s %4s %4s %5s %s\n", "#", "IDENTIFIER", "WS-SC", "STATE",
        "ENTROPY", "BITS", "KEYS", "RENEW", "FRAMES");
    for (guint i = 0; i < contexts->len; i++) {
        const WsscContext *context = contexts->pdata[i];
        const WsscInstance *instance = first_established(context);
        const char *mode = instance != NULL ? wssc_entropy_mode_name(instance->entropy_mode) : NULL;
        g_autofree char *bits = instance != NULL && instance->key_size > 0
                                    ? g_strdup_printf("%" G_GINT64_FORMAT, instance->key_size) : g_strdup("?");
        g_autofree char *keys = g_strdup_printf("%u/%u", known_keys(context), context->instances->len);
        g_string_append_printf(out, "%3u ", context->index);
        put(out, style, BOLD, "%-46s", context->identifier != NULL ? context->identifier : "(never named)");
        g_string_append_printf(out, " %-7s ",
                               context->version != WSSC_NS_NONE ? wssc_ns_version(context->version) : "?");
        put(out, style, state_color(context->state), "%-9s", wssc_state_name(context->state));
        g_string_append_printf(out, " %-8s %4s %4s %5u ", mode != NULL ? mode : "?", bits, keys,
                               context->renewals);
        put_frames(out, session, style, context);
        g_string_append_c(out, '\n');
        put_second_line(out, style, context);
    }
}

/* ---- timeline ----------------------------------------------------------------------------------------------- */

static void put_event(GString *out, const WsscSession *session, const WsscTextStyle *style,
                      const WsscEvent *event, gint64 start)
{
    g_autofree char *frame =
        event->message != NULL ? frame_text(session, style, event->message->file, event->frame)
                               : g_strdup("-");
    g_string_append_printf(out, "  %8s %+11.6f s  ", frame, (double)(event->time - start) / G_USEC_PER_SEC);
    if (event->is_transition)
        put(out, style, state_color(event->to), "= %s\n", event->text);
    else
        put(out, style, strcmp(event->kind, "fault") == 0 ? RED : PLAIN, "%s\n", event->text);
}

void wssc_text_timeline(const WsscSession *session, const WsscTextStyle *style, const char *identifier,
                        GString *out)
{
    const GPtrArray *contexts = wssc_session_contexts(session);
    for (guint i = 0; i < contexts->len; i++) {
        const WsscContext *context = contexts->pdata[i];
        if (identifier != NULL && g_strcmp0(identifier, context->identifier) != 0)
            continue;
        gint64 start = context->events->len > 0 ? ((WsscEvent *)context->events->pdata[0])->time : 0;
        g_autofree char *when = wssc_time_format(start);
        put(out, style, BOLD, "Context %u: %s\n", context->index,
            context->identifier != NULL ? context->identifier : "(never named)");
        put(out, style, DIM, "  %8s %11s      times from %s\n", "frame", "", when);
        for (guint e = 0; e < context->events->len; e++)
            put_event(out, session, style, context->events->pdata[e], start);
    }
}

/* ---- findings ----------------------------------------------------------------------------------------------- */

void wssc_text_findings(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    const GPtrArray *findings = wssc_session_findings(session);
    for (int severity = WSSC_SEVERITY_ERROR; severity >= WSSC_SEVERITY_CHAT; severity--) {
        for (guint i = 0; i < findings->len; i++) {
            const WsscFinding *finding = findings->pdata[i];
            if (finding->severity != (WsscSeverity)severity)
                continue;
            const WsscFindingInfo *info = wssc_finding_info(finding->id);
            g_autofree char *frame = frame_text(session, style, finding->file, finding->frame);
            put(out, style, severity_color(finding->severity), "%-5s", wssc_severity_name(finding->severity));
            g_string_append_printf(out, " %8s  %s: %s\n", frame, info->name, finding->text);
        }
    }
}

/* ---- verify -------------------------------------------------------------------------------------------------- */

static const char *short_algorithm(const char *uri)
{
    const char *hash = uri != NULL ? strrchr(uri, '#') : NULL;
    return hash != NULL ? hash + 1 : uri != NULL ? uri : "?";
}

static void put_signature(GString *out, const WsscSession *session, const WsscTextStyle *style,
                          const WsscMessage *message, const WsscSignature *signature)
{
    g_autofree char *frame = frame_text(session, style, message->file, message->frame);
    g_string_append_printf(out, "%8s %2u  ", frame, signature->position);
    put(out, style, verdict_color(signature->verdict), "%-11s", wssc_verdict_name(signature->verdict));
    g_string_append_printf(out, " %-11s %-13s", short_algorithm(signature->algorithm),
                           wssc_key_kind_name(signature->key_kind));
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        g_string_append_printf(out, "%s%s%s", i == 0 ? " " : ", ",
                               reference->element != NULL ? reference->element
                               : reference->uri != NULL   ? reference->uri : "?",
                               reference->digest == WSSC_DIGEST_OK ? "" : "(!)");
    }
    g_string_append_c(out, '\n');
    if (signature->reason != NULL)
        g_string_append_printf(out, "             %s\n", signature->reason);
    if (signature->deviation != NULL)
        g_string_append_printf(out, "             deviation: %s\n", signature->deviation);
    if (signature->hypothesis != NULL)
        g_string_append_printf(out, "             it would fit if: %s\n", signature->hypothesis);
    if (signature->trust != NULL)
        g_string_append_printf(out, "             certificate %s: %s\n", signature->certificate,
                               signature->trust);
}

void wssc_text_verify(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    const GPtrArray *messages = wssc_session_messages(session);
    gboolean is_first = TRUE;
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++) {
            if (is_first)
                put(out, style, BOLD, "%8s %2s  %-11s %-11s %-13s %s\n", "FRAME", "#", "VERDICT",
                    "ALGORITHM", "KEY", "SIGNED");
            is_first = FALSE;
            put_signature(out, session, style, message, message->security->signatures->pdata[s]);
        }
    }
    if (is_first)
        g_string_append(out, "No signature.\n");
}

/* ---- summary --------------------------------------------------------------------------------------------------- */

static void count_all(const WsscSession *session, guint *verdicts, guint *damaged)
{
    const GPtrArray *messages = wssc_session_messages(session);
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        *damaged += message->damage != NULL;
        for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++)
            verdicts[((WsscSignature *)message->security->signatures->pdata[s])->verdict]++;
    }
}

void wssc_text_summary(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    guint verdicts[WSSC_VERDICT_MAX] = {0}, damaged = 0;
    const GPtrArray *findings = wssc_session_findings(session);

    count_all(session, verdicts, &damaged);
    wssc_text_contexts(session, style, out);
    g_string_append_printf(out, "\n%u SOAP messages", wssc_session_messages(session)->len);
    if (damaged > 0)
        put(out, style, RED, ", %u of them not readable", damaged);
    g_string_append(out, "; signatures: ");
    put_verdicts(out, style, verdicts);
    g_string_append(out, "\n");
    if (findings->len == 0) {
        g_string_append(out, "No findings.\n");
        return;
    }
    g_string_append_c(out, '\n');
    put(out, style, BOLD, "%-5s %8s  %s\n", "LEVEL", "FRAME", "FINDING");
    wssc_text_findings(session, style, out);
}
