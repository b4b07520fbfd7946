/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/judged.h"

void wssc_judged_say(WsscJudged *judged, const char *format, ...)
{
    va_list args;
    if (judged->problem != NULL)
        return;
    va_start(args, format);
    judged->problem = g_strdup_vprintf(format, args);
    va_end(args);
}

const char *wssc_judged_name(const xmlNode *element)
{
    return element->type == XML_ELEMENT_NODE ? (const char *)element->name : "the document";
}

gboolean wssc_judged_is_in_body(const WsscShape *shape, const xmlNode *node)
{
    return shape->body != NULL && node != shape->body && wssc_work_is_within(node, shape->body);
}

void wssc_judged_role(WsscJudged *judged, const xmlNode *security)
{
    WsscReader reader = wssc_place_reader(&judged->shape, security);
    g_autofree char *role = wssc_place_role(&judged->shape, security);
    if (reader == WSSC_READER_NOBODY) {
        judged->protects = WSSC_PROTECTS_NOTHING;
        wssc_judged_say(judged, "the signature stands in a Security header that nobody reads (role none)");
    } else if (reader == WSSC_READER_OTHERS) {
        judged->protects = WSSC_PROTECTS_OTHERS;
        judged->kind = "signature-for-others";
        wssc_judged_say(
            judged, "the signature stands in a Security header for %s: whom the message is for does not read it", role);
    }
}
