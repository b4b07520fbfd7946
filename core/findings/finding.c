/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "findings/finding.h"

#include <string.h>

static const WsscFindingInfo table[WSSC_FINDING_MAX] = {
#define WSSC_FINDING(ID, name_, severity_, title_, clause_)                                                            \
    [WSSC_FINDING_##ID] = {name_, WSSC_SEVERITY_##severity_, title_, clause_},
#include "findings/findings.def"
#undef WSSC_FINDING
};

static const char *const severities[] = {"chat", "note", "warn", "error"};

const WsscFindingInfo *wssc_finding_info(WsscFindingId id)
{
    g_assert(id < WSSC_FINDING_MAX);
    return &table[id];
}

gboolean wssc_finding_from_name(const char *name, WsscFindingId *ret_id)
{
    for (int i = 0; i < WSSC_FINDING_MAX; i++) {
        if (table[i].name[0] == name[0] && strcmp(table[i].name, name) == 0) {
            *ret_id = (WsscFindingId)i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *wssc_severity_name(WsscSeverity severity)
{
    return severities[severity];
}

gboolean wssc_severity_from_name(const char *name, WsscSeverity *ret_severity)
{
    for (guint i = 0; i < G_N_ELEMENTS(severities); i++) {
        if (strcmp(name, severities[i]) == 0) {
            *ret_severity = (WsscSeverity)i;
            return TRUE;
        }
    }
    return FALSE;
}
