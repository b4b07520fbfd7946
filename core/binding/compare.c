/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The alternative of a policy that is nearest to what was observed.
 */
#include "binding/compare.h"

#include "binding/compare_private.h"

const char *wssc_compared_name(WsscCompared compared)
{
    static const char *const names[WSSC_COMPARED_MAX] = {"same", "differs", "cannot tell"};
    return names[compared];
}

static guint count(const GPtrArray *lines, WsscCompared result)
{
    guint number = 0;
    for (guint i = 0; i < lines->len; i++)
        number += ((const WsscComparedLine *)lines->pdata[i])->result == result ? 1 : 0;
    return number;
}

/* The nearest so far. */
typedef struct {
    const WsscSubject *subject;
    const WsscAlternative *said;
    guint number; /* from 1 */
    GPtrArray *lines;
} Nearest;

/* One that asks for a context, then fewer differences, then more that agrees. */
static gboolean is_nearer(const WsscAlternative *said, const GPtrArray *lines, const Nearest *best)
{
    if (best->lines == NULL)
        return TRUE;
    gboolean has_context = said->place != WSSC_PLACE_NONE;
    guint differs = count(lines, WSSC_COMPARED_DIFFERS), least = count(best->lines, WSSC_COMPARED_DIFFERS);
    if (has_context != (best->said->place != WSSC_PLACE_NONE))
        return has_context;
    return differs < least ||
           (differs == least && count(lines, WSSC_COMPARED_SAME) > count(best->lines, WSSC_COMPARED_SAME));
}

static void try_alternatives(const WsscBinding *binding, const WsscSubject *subject, Nearest *best)
{
    for (guint i = 0; i < subject->alternatives->len; i++) {
        const WsscAlternative *said = subject->alternatives->pdata[i];
        GPtrArray *lines = wssc_compare_lines(binding, said);
        if (!is_nearer(said, lines, best)) {
            g_ptr_array_unref(lines);
            continue;
        }
        g_clear_pointer(&best->lines, g_ptr_array_unref);
        *best = (Nearest){subject, said, i + 1, lines};
    }
}

/* The port of that address, when the policy has one. */
static const WsscSubject *subject_at(const WsscPolicy *policy, const char *endpoint)
{
    for (guint i = 0; i < policy->subjects->len; i++) {
        const WsscSubject *subject = policy->subjects->pdata[i];
        if (g_strcmp0(subject->address, endpoint) == 0 && subject->alternatives->len > 0)
            return subject;
    }
    return NULL;
}

static void take_problems(WsscComparison *comparison, const WsscPolicy *policy)
{
    for (guint i = 0; i < policy->problems->len; i++)
        g_ptr_array_add(comparison->problems, g_strdup(policy->problems->pdata[i]));
    for (guint i = 0; i < policy->unknown->len; i++)
        g_ptr_array_add(comparison->problems, g_strdup_printf("an assertion that is not looked at: %s",
                                                              (const char *)policy->unknown->pdata[i]));
}

/* What was not read may say otherwise. */
static void doubt(const GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        WsscComparedLine *line = lines->pdata[i];
        if (line->result != WSSC_COMPARED_DIFFERS)
            continue;
        line->result = WSSC_COMPARED_OPEN;
        g_free(line->text);
        line->text = g_strdup("it seems to differ, but the policy could not be read as a whole");
    }
}

WsscComparison *wssc_compare(const WsscBinding *binding, const WsscPolicy *policy)
{
    const WsscSubject *own = subject_at(policy, binding->endpoint);
    Nearest best = {NULL, NULL, 0, NULL};

    for (guint s = 0; s < policy->subjects->len; s++)
        if (own == NULL || own == policy->subjects->pdata[s])
            try_alternatives(binding, policy->subjects->pdata[s], &best);
    if (best.lines == NULL)
        return NULL;
    if (policy->is_partial)
        doubt(best.lines);
    WsscComparison *comparison = g_new0(WsscComparison, 1);
    comparison->lines = best.lines;
    comparison->subject = g_strdup(best.subject->name);
    comparison->alternative = best.number;
    comparison->alternatives = best.subject->alternatives->len;
    comparison->differences = count(best.lines, WSSC_COMPARED_DIFFERS);
    comparison->problems = g_ptr_array_new_with_free_func(g_free);
    take_problems(comparison, policy);
    return comparison;
}

void wssc_comparison_free(WsscComparison *comparison)
{
    if (comparison == NULL)
        return;
    g_free(comparison->subject);
    g_ptr_array_unref(comparison->lines);
    g_ptr_array_unref(comparison->problems);
    g_free(comparison);
}
