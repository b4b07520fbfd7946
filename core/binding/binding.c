/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "binding/binding.h"

#include "binding/private.h"

const char *wssc_usage_name(WsscUsage usage)
{
    static const char *const names[] = {NULL, "supporting", "protection"};
    return names[usage];
}

/* ---- life ------------------------------------------------------------------------------------------------------- */

static void free_breach(gpointer data)
{
    WsscBreach *breach = data;
    g_free(breach->text);
    g_ptr_array_unref(breach->evidence);
    g_free(breach);
}

WsscBinding *wssc_binding_new(void)
{
    WsscBinding *binding = g_new0(WsscBinding, 1);
    binding->clients = g_ptr_array_new_with_free_func(g_free);
    binding->services = g_ptr_array_new_with_free_func(g_free);
    binding->suites = g_ptr_array_new();
    binding->breaches = g_ptr_array_new_with_free_func(free_breach);
    binding->shown.size_asked = binding->shown.size_given = -1;
    for (int part = 0; part < WSSC_PART_MAX; part++)
        binding->likeness[part].reasons = g_ptr_array_new_with_free_func(g_free);
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++)
        wssc_property_init(&binding->properties[id]);
    return binding;
}

void wssc_binding_free(gpointer data)
{
    WsscBinding *binding = data;
    if (binding == NULL)
        return;
    g_free(binding->endpoint);
    g_ptr_array_unref(binding->clients);
    g_ptr_array_unref(binding->services);
    g_free(binding->suite);
    g_free(binding->suite_text);
    g_ptr_array_unref(binding->suites);
    g_free(binding->template_text);
    g_ptr_array_unref(binding->breaches);
    g_clear_pointer(&binding->statements, g_ptr_array_unref);
    g_clear_pointer(&binding->contexts, g_ptr_array_unref);
    for (int part = 0; part < WSSC_PART_MAX; part++)
        g_ptr_array_unref(binding->likeness[part].reasons);
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++)
        wssc_property_clear(&binding->properties[id]);
    g_free(binding);
}
