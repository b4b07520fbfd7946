/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "model/context.h"

const char *wssc_state_name(WsscState state)
{
    static const char *const names[WSSC_STATE_MAX] = {
        "requested", "issued",  "active",  "renewing",  "rollover",
        "cancelled", "expired", "refused", "abandoned", "observed",
    };
    return names[state];
}

const char *wssc_entropy_mode_name(WsscEntropyMode mode)
{
    static const char *const names[] = {NULL, "client", "server", "combined"};
    return names[mode];
}
