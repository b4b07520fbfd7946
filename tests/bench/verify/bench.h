/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the measured programs share: the set of messages, and the clock.
 *
 * A program reads the table of messages (file, HMAC key in hexadecimal, key file; parted by tabs),
 * then a number of seconds a line from standard input; for each it verifies the whole set again and
 * again for so long, and answers with messages per second. So rounds of several programs, a warm
 * JVM among them, can take turns.
 */
#ifndef WSSC_BENCH_H
#define WSSC_BENCH_H

#include <glib.h>

typedef struct {
    char *file;
    char *key_file;
    GBytes *octets;
    GBytes *key;    /* the HMAC's own key: derived keys are not for the others to derive */
    gpointer ready; /* what a program prepared before the clock runs */
} BenchMessage;

/* BenchMessage; ends the program when something can't be read. */
GPtrArray *bench_load(const char *table);

/* TRUE when the message's signature was verified. */
typedef gboolean (*BenchVerify)(BenchMessage *message, gpointer user);
/* Ends the program when a message is not valid: a fast failure is no result. */
int bench_serve(GPtrArray *messages, BenchVerify verify, gpointer user);

#endif
