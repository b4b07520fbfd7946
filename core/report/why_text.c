/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "base/text.h"
#include "report/layout.h"
#include "report/why.h"

#define INDENT 4
/* What fits a page; the rest is in the other formats. The first trouble is told in full, some others shortly, of the
 * rest only the head. */
#define MAX_TOLD 4
#define MAX_HEADS 12

/* How much is told of one. */
typedef struct {
    guint evidence, notes;
} Amount;
static const Amount in_full = {8, 4}, shortly = {2, 1};

gboolean wssc_why_is_chosen(const WsscWhyChoice *choice, const WsscTrouble *trouble)
{
    if (choice->context != NULL && !wssc_trouble_is_of(trouble, choice->context))
        return FALSE;
    for (guint i = 0; choice->frame != 0 && i < trouble->occurrences->len; i++) {
        const WsscOccurrence *one = trouble->occurrences->pdata[i];
        if (one->frame == choice->frame || one->request == choice->frame)
            return TRUE;
    }
    return choice->frame == 0;
}

/* ---- one trouble ------------------------------------------------------------------------------------------------ */

static WsscColor confidence_color(WsscConfidence confidence)
{
    return confidence == WSSC_CERTAIN ? WSSC_RED : confidence == WSSC_LIKELY ? WSSC_YELLOW : WSSC_CYAN;
}

static void put_line(GString *out, const WsscTextStyle *style, guint indent, WsscColor color, const char *before,
                     const char *text)
{
    g_autofree char *shown = wssc_shown_whole(text);
    g_autofree char *line = g_strconcat(before, shown, NULL);
    g_string_append_printf(out, "%*s", (int)indent, "");
    wssc_put_wrapped(out, style, color, indent, indent + (*before != '\0' ? 2 : 0), line);
}

/* "3 times, frame 12 first", "30 times, of 12 clients, frame 12 first" */
static char *occurrences_text(const WsscSession *session, const WsscTextStyle *style, const WsscTrouble *trouble)
{
    g_autofree char *frame = wssc_frame_text(session, style, trouble->file, trouble->frame);
    if (trouble->occurrences->len == 1)
        return g_strdup_printf("frame %s", frame);
    if (trouble->clients > 1)
        return g_strdup_printf("%u times, of %u clients, frame %s first", trouble->occurrences->len, trouble->clients,
                               frame);
    return g_strdup_printf("%u times, frame %s first", trouble->occurrences->len, frame);
}

static void put_head(GString *out, const WsscSession *session, const WsscTextStyle *style, const WsscTrouble *trouble,
                     guint number)
{
    g_autofree char *where = occurrences_text(session, style, trouble);
    const WsscCauseInfo *info = wssc_cause_info(trouble->cause);
    g_autoptr(GString) line = g_string_new(NULL);
    wssc_put(line, style, confidence_color(trouble->confidence), "%s", wssc_confidence_name(trouble->confidence));
    g_string_append_c(line, ' ');
    wssc_put(line, style, WSSC_BOLD, "%s", info->name);
    g_string_append_printf(line, ": %s (%s)", info->title, where);
    g_string_append_printf(out, "%2u  ", number);
    wssc_put_wrapped(out, style, WSSC_PLAIN, INDENT, INDENT, line->str);
}

static void put_evidence(GString *out, const WsscSession *session, const WsscTextStyle *style,
                         const WsscTrouble *trouble, guint most)
{
    int width = wssc_frame_width(session, style);
    guint column = INDENT + (guint)width + 2;
    for (guint i = 0; i < MIN(trouble->evidence->len, most); i++) {
        const WsscEvidence *one = trouble->evidence->pdata[i];
        g_autofree char *frame =
            one->frame != 0 ? wssc_frame_text(session, style, one->file, one->frame) : g_strdup("-");
        g_autofree char *shown = wssc_shown(one->text);
        g_autofree char *line = g_strdup_printf("%s: %s", wssc_evidence_role_name(one->role), shown);
        g_string_append_printf(out, "%*s%*s  ", INDENT, "", width, frame);
        wssc_put_wrapped(out, style, WSSC_DIM, column, column + 2, line);
    }
    if (trouble->evidence->len > most)
        wssc_put(out, style, WSSC_DIM, "%*sand %u more frames (--format json)\n", INDENT, "",
                 trouble->evidence->len - most);
}

static void put_notes(GString *out, const WsscTextStyle *style, const char *before, const GPtrArray *notes, guint most)
{
    for (guint i = 0; i < MIN(notes->len, most); i++) {
        const WsscCauseNote *note = notes->pdata[i];
        g_autofree char *start = g_strdup_printf("%s%s: ", before, wssc_cause_info(note->cause)->name);
        put_line(out, style, INDENT, WSSC_PLAIN, start, note->text);
    }
    if (notes->len > most)
        wssc_put(out, style, WSSC_DIM, "%*sand %u more (--format json)\n", INDENT, "", notes->len - most);
}

static void put_trouble(GString *out, const WsscSession *session, const WsscTextStyle *style,
                        const WsscTrouble *trouble, guint number, const Amount *amount)
{
    put_head(out, session, style, trouble, number);
    put_line(out, style, INDENT, WSSC_PLAIN, "", trouble->text);
    put_evidence(out, session, style, trouble, amount->evidence);
    put_notes(out, style, "not ", trouble->ruled_out, amount->notes);
    put_notes(out, style, "or ", trouble->open, amount->notes);
    put_line(out, style, INDENT, WSSC_PLAIN, "what to do: ", trouble->advice);
}

/* ---- all of them ------------------------------------------------------------------------------------------------ */

static const char *plural(guint count)
{
    return count == 1 ? "" : "s";
}

char *wssc_why_nothing(const WsscWhy *why)
{
    if (why->messages == 0)
        return g_strdup_printf("Nothing can be told: no SOAP message could be read, and %s%u connection%s.",
                               why->connections > 0 ? "no failure shows on " : "there are ", why->connections,
                               plural(why->connections));
    return g_strdup_printf(
        "Nothing was refused, lost or late: %u message%s, %u exchange%s, %u context%s and %u connection%s looked "
        "at%s%s.",
        why->messages, plural(why->messages), why->exchanges, plural(why->exchanges), why->contexts,
        plural(why->contexts), why->connections, plural(why->connections),
        why->unreadable > 0 ? ", as far as they could be read" : "",
        why->is_one_sided ? "; no answers are in the capture, so nothing can be told of what became of the requests"
                          : "");
}

static void put_nothing(GString *out, const WsscWhy *why, const WsscWhyChoice *choice)
{
    g_autofree char *nothing = wssc_why_nothing(why);
    if (choice->frame != 0)
        g_string_append_printf(out, "Nothing was refused, lost or late in frame %u.\n", choice->frame);
    else if (choice->context != NULL)
        g_string_append_printf(out, "Nothing was refused, lost or late under context %u.\n", choice->context->index);
    else
        g_string_append_printf(out, "%s\n", nothing);
}

void wssc_text_why(const WsscSession *session, const WsscTextStyle *style, const WsscWhy *why,
                   const WsscWhyChoice *choice, GString *out)
{
    guint shown = 0, total = 0;
    for (guint i = 0; i < why->troubles->len; i++)
        total += wssc_why_is_chosen(choice, why->troubles->pdata[i]) ? 1 : 0;
    for (guint i = 0; i < why->troubles->len && shown < MAX_HEADS; i++) {
        const WsscTrouble *trouble = why->troubles->pdata[i];
        if (!wssc_why_is_chosen(choice, trouble))
            continue;
        if (++shown > MAX_TOLD) {
            put_head(out, session, style, trouble, shown);
            continue;
        }
        if (shown > 1)
            g_string_append_c(out, '\n');
        put_trouble(out, session, style, trouble, shown, shown == 1 ? &in_full : &shortly);
        if (shown == MAX_TOLD && total > shown)
            g_string_append_c(out, '\n');
    }
    if (total > shown)
        g_string_append_printf(out, "and %u more (--format json)\n", total - shown);
    if (total == 0)
        put_nothing(out, why, choice);
}

void wssc_text_why_first(const WsscSession *session, const WsscTextStyle *style, const WsscWhy *why, GString *out)
{
    if (why->troubles->len == 0)
        return;
    const WsscTrouble *trouble = why->troubles->pdata[0];
    const WsscCauseInfo *info = wssc_cause_info(trouble->cause);
    g_autofree char *where = occurrences_text(session, style, trouble);
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "Why: %s %s: %s (%s)", wssc_confidence_name(trouble->confidence), info->name,
                           info->title, where);
    if (why->troubles->len > 1)
        g_string_append_printf(line, ", and %u more", why->troubles->len - 1);
    g_string_append(line, "; wssc why tells more");
    wssc_put_wrapped(out, style, confidence_color(trouble->confidence), 0, 2, line->str);
}

/* ---- the tables ------------------------------------------------------------------------------------------------- */

void wssc_text_causes(GString *out)
{
    for (int id = 0; id < WSSC_CAUSE_MAX; id++) {
        const WsscCauseInfo *info = wssc_cause_info((WsscCauseId)id);
        g_string_append_printf(out, "%-25s %-11s %s\n", info->name, *info->layer != '\0' ? info->layer : "any",
                               info->title);
    }
}
