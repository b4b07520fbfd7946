/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/sink.h"

static void append(gpointer user, const char *octets, gsize len)
{
    g_string_append_len(user, octets, (gssize)len);
}

WsscSink wssc_sink_to_string(GString *string)
{
    return (WsscSink){.write = append, .user = string};
}
