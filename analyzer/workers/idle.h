/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For how long a process does nothing: one that was stopped, or waits for what never comes, uses no processor time,
 * while one that is merely slow does.
 */
#ifndef WSSC_WORKERS_IDLE_H
#define WSSC_WORKERS_IDLE_H

#include <glib.h>

#define WSSC_IDLE_INTERVAL_MS 1000

/* Begins zeroed. */
typedef struct {
    gint64 looked; /* when, last */
    guint64 used;  /* processor time until then, in the kernel's ticks */
    guint seconds; /* in a row, about, that it did nothing while who looks was there to see it */
} WsscIdle;

/* To be called each interval, or more often, by who waits for the process. Who comes much later may have been stopped
 * himself, and the process with him: what it did until then does not count. parent: another parent's process is not the
 * one that is meant. */
void wssc_idle_look(WsscIdle *idle, GPid process, GPid parent);

#endif
