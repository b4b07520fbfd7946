/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

WsscFinding *wssc_rules_raise(const WsscRules *rules, WsscFindingId id, const WsscMessage *message,
                              const WsscContext *context, const char *format, ...)
{
    WsscFinding *finding = g_new0(WsscFinding, 1);
    va_list args;

    finding->id = id;
    finding->severity = wssc_finding_info(id)->severity;
    finding->file = message->file;
    finding->frame = message->frame;
    finding->time = message->time;
    finding->context = context != NULL ? context->identifier : NULL;
    va_start(args, format);
    finding->text = g_strdup_vprintf(format, args);
    va_end(args);
    rules->take(rules->user, finding, message, context);
    return finding;
}
