/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Envelopes that run past the end their carrier announces: some stacks count characters instead of octets, others count
 * before the last changes.
 */
#ifndef WSSC_CARRIER_OVERRUN_H
#define WSSC_CARRIER_OVERRUN_H

#include "base/bytes.h"

typedef enum {
    WSSC_OVERRUN_NONE,  /* it ends where it should, is no envelope, or what follows does not complete it */
    WSSC_OVERRUN_MORE,  /* what follows so far may be the rest of it */
    WSSC_OVERRUN_DONE,  /* it is well-formed up to ret_end */
    WSSC_OVERRUN_STRAY, /* it is not completed by what follows, and at ret_end another message begins */
} WsscOverrun;

/* octets: from the beginning of the body on, with what follows it, as far as that came; announced: the body's length as
 * announced, at most that of the octets; seen: how many of the octets were looked at before, with the answer MORE.
 * content_type: with its parameters; NULL when not told. */
WsscOverrun wssc_overrun_look(WsscBytes octets, gsize announced, gsize seen, const char *content_type, gsize *ret_end);

#endif
