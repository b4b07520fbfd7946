/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/wire.h"

const char *wssc_transport_name(WsscTransport transport)
{
    static const char *const names[WSSC_TRANSPORT_MAX] = {
#define WSSC_TRANSPORT(ID, name) name,
#include "base/transports.def"
#undef WSSC_TRANSPORT
    };
    return names[transport];
}

gboolean wssc_transport_is_http(WsscTransport transport)
{
    return transport == WSSC_TRANSPORT_HTTP || transport == WSSC_TRANSPORT_HTTPS;
}

const char *wssc_encoding_name(WsscEncoding encoding)
{
    static const char *const names[WSSC_ENCODING_MAX] = {"text", "mtom", "binary", "binary-session"};
    return names[encoding];
}

gboolean wssc_encoding_is_binary(WsscEncoding encoding)
{
    return encoding == WSSC_ENCODING_BINARY || encoding == WSSC_ENCODING_BINARY_SESSION;
}
