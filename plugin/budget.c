/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "budget.h"

#include <epan/proto_data.h>

#include "limit_prefs.h"
#include "live.h"

guint *wssc_budget(packet_info *pinfo)
{
    guint *budget = p_get_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_BUDGET);
    if (budget == NULL) {
        budget = wmem_new(pinfo->pool, guint);
        *budget = wssc_dissect_limit(WSSC_LIMIT_ITEMS);
        p_add_proto_data(pinfo->pool, pinfo, proto_wssc, WSSC_DATA_BUDGET, budget);
    }
    return budget;
}
