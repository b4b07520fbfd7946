/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where output goes, piece by piece: the core writes nothing itself.
 */
#ifndef WSSC_REPORT_SINK_H
#define WSSC_REPORT_SINK_H

#include <glib.h>

typedef struct {
    void (*write)(gpointer user, const char *octets, gsize len);
    gpointer user;
} WsscSink;

/* A sink that appends to a string. */
WsscSink wssc_sink_to_string(GString *string);

#endif
