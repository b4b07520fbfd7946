/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The work of dissecting a capture, shared out to processes (watch/sharing.h says how): each has libwireshark as it
 * stood when the first of them was forked, dissects its share of the frames and tells by records (record.h) what it
 * found. What they say is put into the order of the capture here, and fed to the session as if one process had found
 * it.
 */
#ifndef WSSC_WORKERS_WORK_H
#define WSSC_WORKERS_WORK_H

#include "pass.h"
#include "workers/ending.h"

typedef struct {
    WsscSession *session;
    const WsscPass *pass; /* segments have shares; tls and loss are the workers' own */
    const char *path;     /* of the file */
    guint jobs;           /* processes that work at a time */
    guint patience;       /* seconds for which one may do nothing while it is waited for */
} WsscWork;

/* Reads the file. ending gets what all workers tell at their ends, failed a WsscUnreadOctets for each direction of the
 * connections whose worker ended before it was done, and the pass' report all of the capture but those. The session is
 * the caller's again afterwards. FALSE when no process can be begun: nothing was read. */
gboolean wssc_work_run(const WsscWork *work, WsscEnding *ending, GPtrArray *failed, GError **error);

#endif
