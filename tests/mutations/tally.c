/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tally.h"

static const char *const seen_names[SEEN_MAX] = {
    "invalid", "no-key", "unsupported", "no signature any more", "valid by a known habit, named", "valid"};

Tally *tally_of(GHashTable *table, const char *name)
{
    Tally *tally = g_hash_table_lookup(table, name);
    if (tally == NULL) {
        tally = g_new0(Tally, 1);
        g_hash_table_insert(table, g_strdup(name), tally);
    }
    return tally;
}

void tally_sum(Tally *to, const Tally *from)
{
    to->signatures += from->signatures;
    to->mutations += from->mutations;
    for (guint i = 0; i < SEEN_MAX; i++)
        to->seen[i] += from->seen[i];
}

char *tally_line(const char *name, const Tally *tally)
{
    GString *line = g_string_new(NULL);
    g_string_append_printf(line, "%-38s %5u signatures, %7u mutations:", name, tally->signatures, tally->mutations);
    for (guint i = 0; i < SEEN_MAX; i++)
        if (tally->seen[i] > 0 || i == SEEN_VALID)
            g_string_append_printf(line, " %u %s%s", tally->seen[i], seen_names[i], i == SEEN_VALID ? "" : ",");
    return g_string_free(line, FALSE);
}
