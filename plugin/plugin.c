/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Wireshark looks for in a plugin, and nothing else.
 */
#include "compat.h"

#include <epan/proto.h>

#include "dissect.h"
#ifdef WSSC_LATE_CRYPTO
#include "late_crypto.h"
#endif

#define EXPORTED __attribute__((visibility("default")))

EXPORTED const gchar plugin_version[] = WSSC_VERSION;
EXPORTED const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
EXPORTED const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

EXPORTED void plugin_register(void);

EXPORTED void plugin_register(void)
{
    static proto_plugin plugin;
#ifdef WSSC_LATE_CRYPTO
    wssc_dissect_use_crypto(wssc_late_crypto_open);
#endif
    plugin.register_protoinfo = wssc_dissect_register;
    plugin.register_handoff = wssc_dissect_handoff;
    proto_register_plugin(&plugin);
}

#if WSSC_WIRESHARK(4, 2)
#include <wsutil/plugins.h>

EXPORTED uint32_t plugin_describe(void);

EXPORTED uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR;
}
#endif
