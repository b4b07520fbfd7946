/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings.h"

#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "findings/finding.h"
#include "print.h"
#include "report/why.h"

/* "name=value" taken apart; a number that is none below zero. Caller frees the name. */
static char *take_apart(const char *text, gint64 *ret_value)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || !g_ascii_string_to_signed(equals + 1, 10, 0, G_MAXINT32, ret_value, NULL))
        return NULL;
    return g_strndup(text, (gsize)(equals - text));
}

static gboolean parse_bound(const char *text, WsscBoundId *ret_id, gint64 *ret_value)
{
    g_autofree char *name = take_apart(text, ret_value);
    return name != NULL && wssc_bound_from_name(name, ret_id);
}

static gboolean parse_limit(const char *text, WsscLimitId *ret_id, gint64 *ret_value)
{
    g_autofree char *name = take_apart(text, ret_value);
    return name != NULL && wssc_limit_from_name(name, ret_id);
}

static gboolean fail(GError **error, const char *option, const char *value, const char *problem)
{
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "%s \"%s\": %s", option, value, problem);
    return FALSE;
}

static gboolean check_limit(const char *text, GError **error)
{
    WsscLimitId id;
    gint64 value;
    if (!parse_limit(text, &id, &value))
        return fail(error, "--limit", text, "not NAME=VALUE with a name of wssc --list-limits");
    const WsscLimitInfo *info = wssc_limit_info(id);
    g_autofree char *range = g_strdup_printf("not 1 to %u", info->most);
    if (info->most == 0)
        return fail(error, "--limit", text, "this limit is fixed");
    return (value >= 1 && value <= info->most) || fail(error, "--limit", text, range);
}

gboolean wssc_settings_check(const WsscOptions *options, GError **error)
{
    WsscBoundId id;
    gint64 value;
    for (guint i = 0; options->bounds != NULL && options->bounds[i] != NULL; i++)
        if (!parse_bound(options->bounds[i], &id, &value))
            return fail(error, "--bound", options->bounds[i],
                        "not NAME=VALUE with a name of wssc findings --list-bounds");
    for (guint i = 0; options->limits != NULL && options->limits[i] != NULL; i++)
        if (!check_limit(options->limits[i], error))
            return FALSE;
    return TRUE;
}

void wssc_settings_take_bounds(const WsscOptions *options, WsscBounds *bounds)
{
    WsscBoundId id;
    gint64 value;
    for (guint i = 0; options->bounds != NULL && options->bounds[i] != NULL; i++)
        if (parse_bound(options->bounds[i], &id, &value))
            bounds->value[id] = value;
}

void wssc_settings_take_limits(const WsscOptions *options, WsscLimits *limits)
{
    WsscLimitId id;
    gint64 value;
    for (guint i = 0; options->limits != NULL && options->limits[i] != NULL; i++)
        if (parse_limit(options->limits[i], &id, &value))
            limits->value[id] = (guint)value;
}

/* ---- lists ------------------------------------------------------------------------------------------------------- */

gboolean wssc_settings_are_asked_for(const WsscOptions *options)
{
    return options->list_findings || options->list_bounds || options->list_limits;
}

static void list_findings(void)
{
    for (int id = 0; id < WSSC_FINDING_MAX; id++) {
        const WsscFindingInfo *info = wssc_finding_info((WsscFindingId)id);
        printf("%-30s %-5s %s (%s)\n", info->name, wssc_severity_name(info->severity), info->title, info->clause);
    }
}

static void list_bounds(void)
{
    for (int id = 0; id < WSSC_BOUND_MAX; id++) {
        const WsscBoundInfo *info = wssc_bound_info((WsscBoundId)id);
        g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT " %s", info->value, info->unit);
        printf("%-16s %-8s %s (%s)\n", info->name, value, info->what, info->source);
    }
}

static void list_limits(void)
{
    for (int id = 0; id < WSSC_LIMIT_MAX; id++) {
        const WsscLimitInfo *info = wssc_limit_info((WsscLimitId)id);
        g_autofree char *most = info->most > 0 ? g_strdup_printf("1 to %u", info->most) : g_strdup("fixed");
        printf("%-20s %10u %-12s %-16s %s; beyond: %s\n", info->name, info->value, info->unit, most, info->what,
               info->beyond);
    }
}

void wssc_settings_list(const WsscOptions *options)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (options->is_markdown && options->list_findings)
        wssc_markdown_findings(out);
    if (options->is_markdown && options->list_limits)
        wssc_markdown_limits(out);
    if (options->is_markdown) {
        wssc_print_text(out);
        return;
    }
    if (options->list_findings)
        list_findings();
    if (options->list_bounds)
        list_bounds();
    if (options->list_limits)
        list_limits();
}
