/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Descriptions that bindings are compared with: a file, or what the service said of itself in the capture.
 */
#include <string.h>

#include "binding/compare.h"

void wssc_compared_with_free(gpointer data)
{
    WsscComparedWith *compared = data;
    g_free(compared->source);
    wssc_comparison_free(compared->comparison);
    g_free(compared);
}

static WsscComparedWith *add(GPtrArray *comparisons, const WsscBinding *binding, const WsscPolicy *policy,
                             const char *source)
{
    WsscComparison *comparison = wssc_compare(binding, policy);
    if (comparison == NULL)
        return NULL;
    WsscComparedWith *compared = g_new0(WsscComparedWith, 1);
    compared->binding = binding;
    compared->source = g_strdup(source);
    compared->comparison = comparison;
    g_ptr_array_add(comparisons, compared);
    return compared;
}

void wssc_compare_with_file(GPtrArray *comparisons, const WsscBinding *binding, const WsscPolicy *policy,
                            const char *name)
{
    add(comparisons, binding, policy, name);
}

/* Sent by one of the service's addresses, or with a port of the binding's address. */
static gboolean is_of_service(const WsscDescription *description, const WsscPolicy *policy, const WsscBinding *binding)
{
    for (guint i = 0; i < binding->services->len; i++)
        if (strcmp(binding->services->pdata[i], description->src) == 0)
            return TRUE;
    for (guint i = 0; i < policy->subjects->len; i++)
        if (g_strcmp0(((const WsscSubject *)policy->subjects->pdata[i])->address, binding->endpoint) == 0)
            return TRUE;
    return FALSE;
}

static gboolean compare_one(GPtrArray *comparisons, const WsscBinding *binding, const WsscDescription *description,
                            const WsscPolicy *policy)
{
    WsscComparedWith *compared =
        is_of_service(description, policy, binding) ? add(comparisons, binding, policy, description->src) : NULL;
    if (compared == NULL)
        return FALSE;
    compared->is_from_capture = TRUE;
    compared->file = description->file;
    compared->frame = description->frame;
    return TRUE;
}

guint wssc_compare_with_capture(GPtrArray *comparisons, const GPtrArray *bindings, const WsscModel *model)
{
    guint found = 0;
    for (guint i = 0; i < model->descriptions->len; i++) {
        const WsscDescription *description = model->descriptions->pdata[i];
        g_autoptr(WsscPolicy) policy = wssc_policy_read(wssc_xml_root(description->xml), NULL);
        if (policy == NULL || !wssc_policy_has_context(policy))
            continue;
        for (guint b = 0; b < bindings->len; b++)
            found += compare_one(comparisons, bindings->pdata[b], description, policy) ? 1 : 0;
    }
    return found;
}
