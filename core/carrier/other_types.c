/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "carrier/other_types.h"

#include <string.h>

gboolean wssc_other_types_has(const char *value, gsize len)
{
    static const char *const types[] = {
#define TYPE(name) name,
#include "carrier/other_types.def"
#undef TYPE
    };
    gsize size = 0;
    while (size < len && value[size] != ';' && value[size] != ' ')
        size++;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        gsize own = strlen(types[i]);
        gboolean fits = types[i][own - 1] == '/' ? size > own : size == own;
        if (fits && g_ascii_strncasecmp(value, types[i], own) == 0)
            return TRUE;
    }
    return FALSE;
}
