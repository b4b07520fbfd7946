/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Properties of the binding: "at least 7" and "3" differ, "at least 7" and "at least 3" do not.
 */
#include <string.h>

#include "compare/private.h"

/* From and to which value a property may be. */
static void range_of(const WsscProperty *property, gint64 *ret_least, gint64 *ret_most)
{
    gboolean is_one = property->knowledge == WSSC_KNOWN_EXACT || property->knowledge == WSSC_KNOWN_LIKELY;
    gboolean has_least = property->knowledge == WSSC_KNOWN_AT_LEAST || property->knowledge == WSSC_KNOWN_BETWEEN;
    gboolean has_most = property->knowledge == WSSC_KNOWN_AT_MOST || property->knowledge == WSSC_KNOWN_BETWEEN;
    *ret_least = is_one ? property->value : has_least ? property->min : G_MININT64;
    *ret_most = is_one ? property->value : has_most ? property->max : G_MAXINT64;
}

/* Intervals are read off messages and so are a little off. */
static gboolean contradict(WsscPropertyId id, const WsscProperty *a, const WsscProperty *b)
{
    gint64 least_a, most_a, least_b, most_b;
    gint64 slack = wssc_property_info(id)->kind == WSSC_PROPERTY_KIND_TIME ? 2 * G_USEC_PER_SEC : 0;
    if (wssc_property_info(id)->kind == WSSC_PROPERTY_KIND_TEXT)
        return a->word != NULL && b->word != NULL && strcmp(a->word, b->word) != 0;
    range_of(a, &least_a, &most_a);
    range_of(b, &least_b, &most_b);
    return (most_a != G_MAXINT64 && least_b != G_MININT64 && most_a < least_b - slack) ||
           (most_b != G_MAXINT64 && least_a != G_MININT64 && most_b < least_a - slack);
}

static const WsscProperty *known(const WsscBindings *bindings, guint at, WsscPropertyId id)
{
    const WsscBinding *binding = bindings->endpoints->pdata[at];
    return binding->properties[id].knowledge != WSSC_KNOWN_NOT ? &binding->properties[id] : NULL;
}

static WsscDifferenceSide side_of(WsscPropertyId id, const WsscProperty *property)
{
    const WsscEvidence *first = property->evidence->len > 0 ? property->evidence->pdata[0] : NULL;
    return (WsscDifferenceSide){.text = wssc_property_shown(id, property),
                                .file = first != NULL ? first->file : 0,
                                .frame = first != NULL ? first->frame : 0};
}

static WsscAspect aspect_of(WsscPropertyId id)
{
    return id == WSSC_PROPERTY_VERSION ? WSSC_ASPECT_VERSION
           : id == WSSC_PROPERTY_RENEWAL_SERVICE || id == WSSC_PROPERTY_RENEWAL_CLIENT || id == WSSC_PROPERTY_ROLLOVER
               ? WSSC_ASPECT_LIFETIME
           : id == WSSC_PROPERTY_MAX_PENDING || id == WSSC_PROPERTY_MAX_ACTIVE ? WSSC_ASPECT_LOAD
                                                                               : WSSC_ASPECT_PROPERTY;
}

/* Services cannot be told by address, which differs from capture to capture: a property differs where no service of one
 * has what one of the other may have. */
static void compare_property(WsscLedger *ledger, const WsscBindings *const bindings[WSSC_COMPARED], WsscPropertyId id)
{
    const WsscProperty *a = NULL, *b = NULL;
    for (guint i = 0; i < bindings[0]->endpoints->len; i++) {
        const WsscProperty *one = known(bindings[0], i, id);
        for (guint k = 0; one != NULL && k < bindings[1]->endpoints->len; k++) {
            const WsscProperty *other = known(bindings[1], k, id);
            if (other != NULL && !contradict(id, one, other))
                return;
            a = a == NULL && other != NULL ? one : a;
            b = b == NULL ? other : b;
        }
    }
    if (a == NULL || b == NULL)
        return;
    g_autofree char *what = g_strdup_printf("%s (%s)", wssc_property_info(id)->title, wssc_property_info(id)->constant);
    wssc_ledger_add(ledger, aspect_of(id), what, side_of(id, a), side_of(id, b));
}

void wssc_compare_properties(WsscLedger *ledger, const WsscBindings *const bindings[WSSC_COMPARED])
{
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++)
        compare_property(ledger, bindings, (WsscPropertyId)id);
}
