/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What each capture shows, and what of that differs.
 */
#include "compare/ledger.h"

#include <string.h>

#define MAX_ENTRIES 2000
#define MAX_VALUES 64 /* of one subject on one side */
#define MAX_SHOWN 4

typedef struct {
    char *text;
    guint count;
    guint file;
    guint32 frame;
} Value;

typedef struct {
    WsscAspect aspect;
    char *what;
    GPtrArray *values[WSSC_COMPARED]; /* Value, in order of appearance */
} Entry;

struct WsscLedger {
    GPtrArray *entries;  /* Entry */
    GHashTable *by_name; /* "aspect what" -> Entry */
    GPtrArray *found;    /* WsscDifference */
    guint left_out;
};

static void free_value(gpointer data)
{
    Value *value = data;
    g_free(value->text);
    g_free(value);
}

static void free_entry(gpointer data)
{
    Entry *entry = data;
    g_free(entry->what);
    for (guint side = 0; side < WSSC_COMPARED; side++)
        g_ptr_array_unref(entry->values[side]);
    g_free(entry);
}

WsscLedger *wssc_ledger_new(void)
{
    WsscLedger *ledger = g_new0(WsscLedger, 1);
    ledger->entries = g_ptr_array_new_with_free_func(free_entry);
    ledger->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ledger->found = g_ptr_array_new_with_free_func(wssc_difference_free);
    return ledger;
}

void wssc_ledger_free(WsscLedger *ledger)
{
    g_ptr_array_unref(ledger->entries);
    g_hash_table_unref(ledger->by_name);
    g_ptr_array_unref(ledger->found);
    g_free(ledger);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static Entry *entry_of(WsscLedger *ledger, WsscAspect aspect, const char *what)
{
    g_autofree char *name = g_strdup_printf("%d %s", (int)aspect, what);
    Entry *entry = g_hash_table_lookup(ledger->by_name, name);
    if (entry != NULL)
        return entry;
    if (ledger->entries->len >= MAX_ENTRIES) {
        ledger->left_out++;
        return NULL;
    }
    entry = g_new0(Entry, 1);
    entry->aspect = aspect;
    entry->what = g_strdup(what);
    for (guint side = 0; side < WSSC_COMPARED; side++)
        entry->values[side] = g_ptr_array_new_with_free_func(free_value);
    g_ptr_array_add(ledger->entries, entry);
    g_hash_table_insert(ledger->by_name, g_steal_pointer(&name), entry);
    return entry;
}

static Value *value_in(const GPtrArray *values, const char *text)
{
    for (guint i = 0; i < values->len; i++)
        if (strcmp(((Value *)values->pdata[i])->text, text) == 0)
            return values->pdata[i];
    return NULL;
}

void wssc_ledger_note_frame(const WsscLedgerSide *one, WsscAspect aspect, const char *what, const char *value,
                            guint file, guint32 frame)
{
    Entry *entry = entry_of(one->ledger, aspect, what);
    if (entry == NULL)
        return;
    GPtrArray *values = entry->values[one->side];
    Value *known = value_in(values, value);
    if (known != NULL) {
        known->count++;
        return;
    }
    if (values->len >= MAX_VALUES) {
        one->ledger->left_out++;
        return;
    }
    known = g_new0(Value, 1);
    *known = (Value){.text = g_strdup(value), .count = 1, .file = file, .frame = frame};
    g_ptr_array_add(values, known);
}

void wssc_ledger_note(const WsscLedgerSide *one, WsscAspect aspect, const char *what, const char *value,
                      const WsscMessage *from)
{
    wssc_ledger_note_frame(one, aspect, what, value, from != NULL ? from->file : 0, from != NULL ? from->frame : 0);
}

WsscDifference *wssc_ledger_add(WsscLedger *ledger, WsscAspect aspect, const char *what, WsscDifferenceSide a,
                                WsscDifferenceSide b)
{
    WsscDifference *difference = g_new0(WsscDifference, 1);
    *difference = (WsscDifference){.aspect = aspect, .what = g_strdup(what), .sides = {a, b}};
    g_ptr_array_add(ledger->found, difference);
    return difference;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* What the other capture does not have as well comes first: it is the difference. */
static void put_values(GString *out, const GPtrArray *values, const GPtrArray *others, gboolean is_own, guint *shown)
{
    for (guint i = 0; i < values->len && *shown < MAX_SHOWN; i++) {
        const Value *value = values->pdata[i];
        if ((value_in(others, value->text) == NULL) != is_own)
            continue;
        g_string_append_printf(out, "%s%s", out->len > 0 ? "; " : "", value->text);
        if (value->count > 1)
            g_string_append_printf(out, " (%u times)", value->count);
        (*shown)++;
    }
}

static WsscDifferenceSide side_of(const GPtrArray *values, const GPtrArray *others)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const Value *first = NULL;
    guint shown = 0;
    put_values(out, values, others, TRUE, &shown);
    put_values(out, values, others, FALSE, &shown);
    if (values->len > shown)
        g_string_append_printf(out, "; and %u more", values->len - shown);
    for (guint i = 0; i < values->len && first == NULL; i++)
        if (value_in(others, ((Value *)values->pdata[i])->text) == NULL)
            first = values->pdata[i];
    if (first == NULL && values->len > 0)
        first = values->pdata[0];
    return (WsscDifferenceSide){.text = g_strdup(values->len > 0 ? out->str : "none"),
                                .file = first != NULL ? first->file : 0,
                                .frame = first != NULL ? first->frame : 0};
}

static guint missing_from(const GPtrArray *values, const GPtrArray *others)
{
    guint count = 0;
    for (guint i = 0; i < values->len; i++)
        count += value_in(others, ((Value *)values->pdata[i])->text) == NULL ? 1 : 0;
    return count;
}

static void compare_entry(WsscLedger *ledger, const Entry *entry)
{
    const GPtrArray *a = entry->values[0], *b = entry->values[1];
    gboolean is_one_sided = a->len == 0 || b->len == 0;
    if ((is_one_sided && !wssc_aspect_takes_absence(entry->aspect)) || missing_from(a, b) + missing_from(b, a) == 0)
        return;
    wssc_ledger_add(ledger, entry->aspect, entry->what, side_of(a, b), side_of(b, a));
}

GPtrArray *wssc_ledger_close(WsscLedger *ledger, guint *ret_left_out)
{
    for (guint i = 0; i < ledger->entries->len; i++)
        compare_entry(ledger, ledger->entries->pdata[i]);
    *ret_left_out = ledger->left_out;
    return g_ptr_array_ref(ledger->found);
}
