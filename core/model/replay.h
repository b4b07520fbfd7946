/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What was sent twice and should not have been (WSS 1.1 section 14). No replay are: a retransmission, a copy on another
 * leg of the way, a frame that was captured twice, two files of one session. Complete when the session is finished.
 */
#ifndef WSSC_MODEL_REPLAY_H
#define WSSC_MODEL_REPLAY_H

#include "model/types.h"

typedef enum {
    WSSC_REPLAY_MESSAGE,        /* the same octets to the same receiver again after they were answered */
    WSSC_REPLAY_USERNAME_NONCE, /* a UsernameToken's nonce in another message (UsernameToken profile 1.1 section 3.1) */
    WSSC_REPLAY_DERIVED_NONCE, /* a derived key's nonce under the same key in another message (WS-SC 1.4 section 7.1) */
    WSSC_REPLAY_MAX
} WsscReplayKind;
/* "message", "username-nonce", "derived-nonce". */
const char *wssc_replay_kind_name(WsscReplayKind kind);

struct WsscReplay {
    WsscReplayKind kind;
    WSSC_MODEL WsscMessage *first, *again;
    WSSC_MODEL WsscMessage
        *refused; /* the fault that answered the second one; NULL: it was accepted, or not answered */
};

#endif
