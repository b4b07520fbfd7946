/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "compare/compare.h"

#include "compare/ledger.h"

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static const struct {
    WsscCauseId cause;
    WsscAspect aspect;
} shows[] = {
#define WSSC_SHOWS(cause, aspect) {WSSC_CAUSE_##cause, WSSC_ASPECT_##aspect},
#include "compare/shows.def"
#undef WSSC_SHOWS
};

/* ---- causes ----------------------------------------------------------------------------------------------------- */

static const WsscTrouble *trouble_of(const WsscWhy *why, WsscCauseId cause)
{
    for (guint i = 0; i < why->troubles->len; i++) {
        const WsscTrouble *trouble = why->troubles->pdata[i];
        if (trouble->cause == cause)
            return trouble;
    }
    return NULL;
}

static WsscDifferenceSide cause_side(const WsscWhy *why, const WsscTrouble *trouble)
{
    if (trouble == NULL)
        return (WsscDifferenceSide){.text = g_strdup(why->troubles->len > 0 ? "something else" : "nothing")};
    char *text = g_strdup_printf("%s (%s, %u time%s)", wssc_cause_info(trouble->cause)->title,
                                 wssc_confidence_name(trouble->confidence), trouble->occurrences->len,
                                 trouble->occurrences->len == 1 ? "" : "s");
    return (WsscDifferenceSide){.text = text, .file = trouble->file, .frame = trouble->frame};
}

/* In the order of why, which has the most telling first. */
static void add_causes(WsscLedger *ledger, const WsscWhy *const why[WSSC_COMPARED], gboolean *only)
{
    for (guint side = 0; side < WSSC_COMPARED; side++) {
        for (guint i = 0; i < why[side]->troubles->len; i++) {
            const WsscTrouble *trouble = why[side]->troubles->pdata[i];
            const WsscTrouble *other = trouble_of(why[1 - side], trouble->cause);
            if (other != NULL || only[trouble->cause])
                continue;
            only[trouble->cause] = TRUE;
            WsscDifferenceSide own = cause_side(why[side], trouble), others = cause_side(why[1 - side], NULL);
            g_autofree char *what = g_strdup_printf("what went wrong: %s", wssc_cause_info(trouble->cause)->name);
            wssc_ledger_add(ledger, WSSC_ASPECT_CAUSE, what, side == 0 ? own : others, side == 0 ? others : own)
                ->cause = wssc_cause_info(trouble->cause)->name;
        }
    }
}

/* ---- ranking ---------------------------------------------------------------------------------------------------- */

#define SHOWS_IT 500

/* Of the causes that only one capture has, the one that a difference in that aspect shows; NULL. */
static const char *shown_cause(WsscAspect aspect, const gboolean *only)
{
    for (guint i = 0; i < G_N_ELEMENTS(shows); i++)
        if (shows[i].aspect == aspect && only[shows[i].cause])
            return wssc_cause_info(shows[i].cause)->name;
    return NULL;
}

static void rank(WsscDifference *difference, const gboolean *only)
{
    difference->weight = wssc_aspect_weight(difference->aspect);
    if (difference->aspect == WSSC_ASPECT_CAUSE)
        return;
    difference->cause = shown_cause(difference->aspect, only);
    if (difference->cause != NULL)
        difference->weight += SHOWS_IT;
}

static int by_weight(gconstpointer a, gconstpointer b)
{
    const WsscDifference *one = *(WsscDifference *const *)a, *other = *(WsscDifference *const *)b;
    return one->weight > other->weight ? -1 : one->weight < other->weight ? 1 : 0;
}

/* The first cause, what shows it, further causes and what shows them: three lines are to tell. */
static void set_causes_apart(GPtrArray *differences)
{
    guint causes = 0;
    for (guint i = 0; i < differences->len; i++) {
        WsscDifference *difference = differences->pdata[i];
        if (difference->aspect == WSSC_ASPECT_CAUSE && causes++ > 0)
            difference->weight = SHOWS_IT + 50;
    }
}

WsscDifferences *wssc_differences_find(const WsscModel *a, const WsscModel *b)
{
    const WsscModel *models[WSSC_COMPARED] = {a, b};
    g_autoptr(WsscWhy) why_a = wssc_why_ask(a);
    g_autoptr(WsscWhy) why_b = wssc_why_ask(b);
    g_autoptr(WsscBindings) bindings_a = wssc_bindings_infer(a);
    g_autoptr(WsscBindings) bindings_b = wssc_bindings_infer(b);
    const WsscWhy *why[WSSC_COMPARED] = {why_a, why_b};
    const WsscBindings *bindings[WSSC_COMPARED] = {bindings_a, bindings_b};
    WsscDifferences *comparison = g_new0(WsscDifferences, 1);
    g_autoptr(WsscLedger) ledger = wssc_ledger_new();
    gboolean only[WSSC_CAUSE_MAX] = {FALSE};

    add_causes(ledger, why, only);
    for (guint side = 0; side < WSSC_COMPARED; side++) {
        const WsscLedgerSide one = {.ledger = ledger, .side = side, .model = models[side]};
        wssc_compare_note_binding(&one, bindings[side]);
        wssc_compare_note_traffic(&one);
    }
    wssc_compare_properties(ledger, bindings);
    wssc_compare_numbers(ledger, models);
    comparison->differences = wssc_ledger_close(ledger, &comparison->left_out);
    for (guint i = 0; i < comparison->differences->len; i++)
        rank(comparison->differences->pdata[i], only);
    set_causes_apart(comparison->differences);
    g_ptr_array_sort(comparison->differences, by_weight);
    return comparison;
}

void wssc_differences_free(WsscDifferences *comparison)
{
    if (comparison == NULL)
        return;
    g_ptr_array_unref(comparison->differences);
    g_free(comparison);
}
