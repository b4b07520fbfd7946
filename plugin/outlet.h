/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where dissectors put what they find when the analyzer dissects and nobody waits for an answer: a feeder of the
 * session (core/session/feeder.h), or another process that has it.
 */
#ifndef WSSC_PLUGIN_OUTLET_H
#define WSSC_PLUGIN_OUTLET_H

#include "nbfx/dictionary.h"
#include "session/session.h"

/* What a binary message was read with: the strings of its direction as they were before it. */
typedef struct {
    const WsscStringTable *table; /* NULL: the message needs none */
    guint64 number;               /* of the table, that no other one ever has; 0: it is this message's alone */
    guint count;                  /* strings that were there */
    const char *unknown;          /* wssc_string_table_unknown_reason */
} WsscStringsThen;

/* Everything is borrowed for the call, in the order of the frames as they are taken. */
typedef struct {
    void (*feed)(gpointer user, const WsscUnit *unit, const WsscStringsThen *strings);
    void (*note)(gpointer user, const WsscCarrierNote *note);
    /* A connection got the next number, before it is named anywhere: one of TCP that begins in that frame, or another,
     * 0 (wssc_live_stream). NULL: nobody needs to know. */
    void (*begin_stream)(gpointer user, guint32 frame);
    /* Returns when the session and its keyring may be used. */
    void (*wait)(gpointer user);
    gpointer user;
} WsscOutlet;

#endif
