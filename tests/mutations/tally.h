/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of the mutations of a family, or of a source of messages. */
#ifndef WSSC_TESTS_MUTATIONS_TALLY_H
#define WSSC_TESTS_MUTATIONS_TALLY_H

#include <glib.h>

typedef enum { SEEN_INVALID, SEEN_NO_KEY, SEEN_UNSUPPORTED, SEEN_GONE, SEEN_HABIT, SEEN_VALID, SEEN_MAX } Seen;

typedef struct {
    guint signatures;
    guint mutations;
    guint seen[SEEN_MAX];
} Tally;

/* name -> Tally; a new one is put in. */
Tally *tally_of(GHashTable *table, const char *name);
void tally_sum(Tally *to, const Tally *from);
/* Of the report. Caller frees. */
char *tally_line(const char *name, const Tally *tally);

#endif
