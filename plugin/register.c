/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registration of everything the dissectors bring.
 */
#include "compat.h"

#include <epan/prefs.h>
#include <epan/tap.h>

#include "bounds.h"
#include "limit_prefs.h"
#include "carrier_watch.h"
#include "documents.h"
#include "draw.h"
#include "http_front.h"
#include "http_held.h"
#include "http_middle.h"
#include "http_plain.h"
#include "tcp_whole.h"
#include "keys.h"
#include "live.h"
#include "live_bindings.h"
#include "live_why.h"
#include "nbfx.h"
#include "nettcp.h"
#include "secrets.h"
#include "settled.h"
#include "soap_body.h"
#include "stats.h"
#include "string_tables.h"
#include "this_context.h"
#include "websocket.h"

int proto_wssc = -1;
int wssc_tap = -1;
static dissector_handle_t soap_body;

void wssc_dissect_register(void)
{
    proto_wssc = proto_register_protocol("WS-SecureConversation and WS-Trust", "WSSC", "wssc");
    wssc_draw_register(proto_wssc);
    soap_body = wssc_soap_body_register();
    wssc_nbfx_register();
    wssc_string_tables_register();
    wssc_nettcp_register();
    wssc_carrier_watch_register();
    wssc_http_front_register();
    wssc_http_held_register();
    wssc_http_middle_register();
    wssc_http_plain_register();
    wssc_tcp_whole_register();
    wssc_websocket_register();
    wssc_tap = register_tap(WSSC_TAP);
    wssc_stats_tree_register();
    wssc_stats_times_register(proto_wssc);
    wssc_stats_tables_register();
    wssc_stats_texts_register();
    wssc_objects_register(proto_wssc);
    wssc_follow_register(proto_wssc);
    wssc_flow_register(proto_wssc);
    wssc_this_context_register();
    register_init_routine(wssc_live_init);
    register_init_routine(wssc_secrets_begin);
    register_cleanup_routine(wssc_settled_clear);
    register_cleanup_routine(wssc_live_cleanup);
    register_cleanup_routine(wssc_live_bindings_clear);
    register_cleanup_routine(wssc_live_why_clear);
    register_postseq_cleanup_routine(wssc_live_finish);

    module_t *module = prefs_register_protocol(proto_wssc, NULL);
    prefs_register_bool_preference(
        module, "stock_xml", "Show the stock XML tree beside ours",
        "Whether SOAP messages are given to the stock XML dissector too. It costs about three "
        "times the work.",
        &wssc_pref_stock_xml);
    prefs_register_bool_preference(module, "strict", "Only what the specifications say",
                                   "Whether signatures and encryption that fit only under a known habit of a stack are "
                                   "left as what they are by the specifications.",
                                   &wssc_pref_strict);
    wssc_keys_register(module);
    wssc_secrets_register();
    wssc_bounds_register(module);
    wssc_limits_register(module);
}

void wssc_dissect_handoff(void)
{
    wssc_soap_body_handoff(soap_body);
    wssc_nettcp_handoff();
    wssc_carrier_watch_handoff();
    wssc_websocket_handoff();
}
