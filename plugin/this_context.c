/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "this_context.h"

#include <epan/conversation_filter.h>

#include "dissect.h"
#include "live.h"

const WsscContext *wssc_this_context(const packet_info *pinfo)
{
    const WsscMessage *message;
    for (guint ordinal = 0; (message = wssc_live_find(wssc_dissect_frame(pinfo), ordinal)) != NULL; ordinal++)
        if (message->context != NULL)
            return message->context;
    return NULL;
}

char *wssc_this_context_filter(guint number)
{
    return g_strdup_printf("wssc.context.index == %u", number);
}

static WsscBool is_there(packet_info *pinfo WSSC_FILTER_DATA)
{
    return wssc_this_context(pinfo) != NULL;
}

static char *build(packet_info *pinfo WSSC_FILTER_DATA)
{
    const WsscContext *context = wssc_this_context(pinfo);
    return context != NULL ? wssc_this_context_filter(context->index) : NULL;
}

void wssc_this_context_register(void)
{
    wssc_compat_register_filter("wssc", "Security context", is_there, build);
}
