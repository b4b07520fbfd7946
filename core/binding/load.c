/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * How many contexts a service holds: bounded from below by what it held, known where it refuses one more.
 */
#include "binding/private.h"

void wssc_infer_max_pending(const WsscInference *inference, WsscProperty *property)
{
    const WsscLoad *load = &inference->surveyed->load;
    if (load->is_refused && load->is_confirmed && load->refused_at > 0) {
        wssc_property_is(property, WSSC_KNOWN_EXACT, load->refused_at,
                         "one more was refused while %u were issued and unused, and served again once one was used",
                         load->refused_at);
        wssc_property_cite(property, WSSC_EVIDENCE_FAULT, load->shown_by, "refused: too many are pending");
    } else if (load->is_refused && load->refused_at > 0) {
        wssc_property_bound(property, load->refused_at, WSSC_NO_VALUE,
                            "one more was refused while %u were issued and unused; there may be others",
                            load->refused_at);
        wssc_property_cite(property, WSSC_EVIDENCE_FAULT, load->shown_by, "refused: too many are pending");
    } else if (load->pending > 0) {
        wssc_property_bound(property, load->pending, WSSC_NO_VALUE, "so many were issued and unused at one time");
        wssc_property_cite(property, WSSC_EVIDENCE_ISSUE, load->shown_by, "%u issued and unused", load->pending);
    }
}

void wssc_infer_max_active(const WsscInference *inference, WsscProperty *property)
{
    const WsscLoad *load = &inference->surveyed->load;
    if (load->active == 0)
        return;
    wssc_property_bound(property, load->active, WSSC_NO_VALUE, "so many were alive at one time");
    wssc_property_cite(property, WSSC_EVIDENCE_ISSUE, load->shown_by, "%u alive", load->active);
}
