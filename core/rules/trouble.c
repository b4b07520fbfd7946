/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "rules/rules.h"

gboolean wssc_rules_has_invalid(const WsscMessage *message)
{
    for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++)
        if (((const WsscSignature *)message->security->signatures->pdata[s])->verdict == WSSC_VERDICT_INVALID)
            return TRUE;
    return FALSE;
}

gboolean wssc_rules_is_troubled(const WsscMessage *message)
{
    if (message->damage != NULL || message->soap->fault != NULL || wssc_rules_has_invalid(message))
        return TRUE;
    for (guint i = 0; i < message->findings->len; i++)
        if (((const WsscFinding *)message->findings->pdata[i])->severity >= WSSC_SEVERITY_WARN)
            return TRUE;
    return FALSE;
}
