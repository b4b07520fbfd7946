/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The tables as documents: docs/causes.md and docs/findings.md are what comes out here.
 */
#include "report/why.h"

static void put_cause(GString *out, WsscCauseId id)
{
    const WsscCauseInfo *info = wssc_cause_info(id);
    g_string_append_printf(out, "\n## %s\n\n", info->name);
    if (*info->layer != '\0')
        g_string_append_printf(out, "Layer `%s`: %s.\n\n", info->layer, info->title);
    else
        g_string_append_printf(out, "Any layer: %s.\n\n", info->title);
    g_string_append_printf(out, "- What to do: %s\n- What would tell, where it is only possible: %s.\n", info->advice,
                           info->tell);
    for (int stack = WSSC_PLATFORM_UNKNOWN + 1; stack < WSSC_PLATFORM_MAX; stack++) {
        const char *more = wssc_cause_advice(id, (WsscPlatform)stack);
        gboolean is_that_of_wcf =
            stack == WSSC_PLATFORM_COREWCF && more != NULL && more == wssc_cause_advice(id, WSSC_PLATFORM_WCF);
        if (more != NULL && !is_that_of_wcf)
            g_string_append_printf(out, "- On `%s`: %s\n", wssc_platform_name((WsscPlatform)stack), more);
    }
}

void wssc_markdown_causes(GString *out)
{
    g_string_append(out,
                    "# Causes\n\n"
                    "What `wssc why` puts a refusal, a failure or a loss down to. This page is made from\n"
                    "`core/why/causes.def` and `advice.def` by the build (`wssc why --list-causes=markdown`).\n\n"
                    "A cause is `certain` only where the capture proves it, `likely` where it rests on how services\n"
                    "of that kind are known to act, `possible` where others would explain it as well. Nothing is said\n"
                    "where nothing was refused, lost or late.\n");
    for (int id = 0; id < WSSC_CAUSE_MAX; id++)
        put_cause(out, (WsscCauseId)id);
}

void wssc_markdown_findings(GString *out)
{
    g_string_append(out, "# Findings\n\n"
                         "What `wssc findings` can say. This page is made from `core/findings/findings.def` by the\n"
                         "build (`wssc findings --list-findings=markdown`). Severities: `chat` lifecycle, `note`\n"
                         "unusual, `warn` likely bug, `error` protocol broken.\n\n"
                         "| id | severity | what | by |\n| --- | --- | --- | --- |\n");
    for (int id = 0; id < WSSC_FINDING_MAX; id++) {
        const WsscFindingInfo *info = wssc_finding_info((WsscFindingId)id);
        g_string_append_printf(out, "| `%s` | %s | %s | %s |\n", info->name, wssc_severity_name(info->severity),
                               info->title, info->clause);
    }
}

void wssc_markdown_limits(GString *out)
{
    g_string_append(out,
                    "# Limits\n\n"
                    "What keeps hostile input cheap, and what is said where it leaves something away. This page is\n"
                    "made from `core/base/limits.def` by the build (`wssc --list-limits=markdown`). What has a most\n"
                    "can be set within 1 and that: `--limit NAME=VALUE`, in Wireshark the preference\n"
                    "`wssc.limit_NAME` with `_` for `-`. The rest is fixed: the program is built for it.\n"
                    "Ids such as `limit-reached` are findings; they stand at the frame.\n\n"
                    "| name | default | most | of | what | beyond it |\n| --- | --- | --- | --- | --- | --- |\n");
    for (int id = 0; id < WSSC_LIMIT_MAX; id++) {
        const WsscLimitInfo *info = wssc_limit_info((WsscLimitId)id);
        g_autofree char *most = info->most > 0 ? g_strdup_printf("%u", info->most) : g_strdup("fixed");
        g_string_append_printf(out, "| `%s` | %u | %s | %s | %s | %s |\n", info->name, info->value, most, info->unit,
                               info->what, info->beyond);
    }
}
