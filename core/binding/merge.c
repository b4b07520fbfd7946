/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Two observations of one property: what both allow. What they don't agree on is a contradiction, never an average.
 */
#include <string.h>

#include "binding/private.h"

#define MAX_EVIDENCE 8 /* kept of what many contexts say alike */

static void take_evidence(WsscProperty *into, const WsscProperty *from)
{
    for (guint i = 0; i < from->evidence->len && into->evidence->len < MAX_EVIDENCE; i++) {
        const WsscEvidence *evidence = from->evidence->pdata[i];
        wssc_evidence_add(into->evidence, evidence->role, evidence->file, evidence->frame, "%s", evidence->text);
    }
}

static void take_text(WsscProperty *into, const WsscProperty *from)
{
    g_free(into->text);
    into->text = g_strdup(from->text);
}

/* All of it. */
static void copy(WsscProperty *into, const WsscProperty *from)
{
    wssc_property_clear(into);
    *into = *from;
    into->word = g_strdup(from->word);
    into->text = g_strdup(from->text);
    into->contradiction = g_strdup(from->contradiction);
    into->evidence = wssc_evidence_list_new();
    take_evidence(into, from);
}

static guint32 frame_of(const WsscProperty *property)
{
    const GPtrArray *evidence = property->evidence;
    return evidence->len > 0 ? ((const WsscEvidence *)evidence->pdata[evidence->len - 1])->frame : 0;
}

static void contradict(WsscPropertyId id, WsscProperty *into, const WsscProperty *from)
{
    g_autofree char *one = wssc_property_shown(id, into);
    g_autofree char *other = wssc_property_shown(id, from);
    into->contradiction =
        g_strdup_printf("%s (frame %u), and %s (frame %u)", one, frame_of(into), other, frame_of(from));
    wssc_property_say(into, "the capture shows two: %s", into->contradiction);
    take_evidence(into, from);
    into->knowledge = WSSC_KNOWN_NOT;
    into->value = into->min = into->max = WSSC_NO_VALUE;
    g_clear_pointer(&into->word, g_free);
}

static gboolean has_bounds(const WsscProperty *property)
{
    return property->min != WSSC_NO_VALUE || property->max != WSSC_NO_VALUE;
}

static gboolean contains(const WsscProperty *bounds, gint64 value)
{
    return (bounds->min == WSSC_NO_VALUE || value >= bounds->min) &&
           (bounds->max == WSSC_NO_VALUE || value <= bounds->max);
}

static gboolean is_firm(const WsscProperty *property)
{
    return property->knowledge != WSSC_KNOWN_LIKELY;
}

static gboolean is_same(const WsscProperty *a, const WsscProperty *b)
{
    return a->value == b->value && g_strcmp0(a->word, b->word) == 0;
}

/* Each has a value. */
static void merge_values(WsscPropertyId id, WsscProperty *into, const WsscProperty *from)
{
    if (is_same(into, from)) {
        if (!is_firm(into) && is_firm(from))
            copy(into, from);
        else
            take_evidence(into, from);
    } else if (is_firm(into) == is_firm(from)) {
        contradict(id, into, from);
    } else if (is_firm(from)) {
        copy(into, from);
    }
}

/* Neither has one. */
static void merge_bounds(WsscPropertyId id, WsscProperty *into, const WsscProperty *from)
{
    gboolean is_min = from->min != WSSC_NO_VALUE && (into->min == WSSC_NO_VALUE || from->min > into->min);
    gboolean is_max = from->max != WSSC_NO_VALUE && (into->max == WSSC_NO_VALUE || from->max < into->max);
    gint64 min = is_min ? from->min : into->min, max = is_max ? from->max : into->max;

    if (min != WSSC_NO_VALUE && max != WSSC_NO_VALUE && min > max) {
        contradict(id, into, from);
        return;
    }
    if (is_min || is_max) {
        g_autofree char *text = g_strdup(is_min && into->max == WSSC_NO_VALUE ? from->text : into->text);
        wssc_property_bound(into, min, max, "%s", text);
        take_evidence(into, from);
    }
}

void wssc_property_merge(WsscPropertyId id, WsscProperty *into, const WsscProperty *from)
{
    gboolean has_value = into->value != WSSC_NO_VALUE || into->word != NULL;
    gboolean brings_value = from->value != WSSC_NO_VALUE || from->word != NULL;

    if (into->contradiction != NULL)
        return;
    if (from->contradiction != NULL || (!has_value && !has_bounds(into) && (brings_value || has_bounds(from)))) {
        copy(into, from);
    } else if (has_value && brings_value) {
        merge_values(id, into, from);
    } else if (has_value && has_bounds(from)) {
        if (!contains(from, into->value))
            is_firm(into) ? contradict(id, into, from) : copy(into, from);
    } else if (has_bounds(into) && brings_value) {
        if (contains(into, from->value))
            copy(into, from);
        else if (is_firm(from))
            contradict(id, into, from);
    } else if (has_bounds(into) && has_bounds(from)) {
        merge_bounds(id, into, from);
    } else if (into->text == NULL) {
        take_text(into, from);
        take_evidence(into, from);
    }
}
