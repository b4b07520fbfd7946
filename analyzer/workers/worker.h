/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process that dissects one share.
 */
#ifndef WSSC_WORKERS_WORKER_H
#define WSSC_WORKERS_WORKER_H

#include "workers/work.h"

/* This process, which was forked, has descriptors of the file of its own from here on: until then they share where they
 * stand in it with those of others. FALSE when that cannot be had. */
gboolean wssc_worker_reopen(const char *path);
/* Writes its records to that descriptor. FALSE when a frame could not be read, or nobody reads the records. */
gboolean wssc_worker_run(const WsscWork *work, guint share, int to);

#endif
