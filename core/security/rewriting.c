/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/rewriting.h"

#include <string.h>

gboolean wssc_rewrite_is_spent(const WsscRewritten *part)
{
    return part->rewriting->left == 0;
}

gboolean wssc_rewrite_try(const WsscRewritten *part, const GByteArray *octets)
{
    gsize cost = (octets->len + 512u) * MAX(part->cost, 1u); /* a digest of nothing costs, too */
    gsize *left = &part->rewriting->left;
    if (*left < cost) {
        *left = 0;
        return FALSE;
    }
    *left -= cost;
    return part->fits(part->user, octets);
}

gboolean wssc_rewrite_try_form(const WsscRewritten *part, GByteArray *form)
{
    gboolean is_other =
        form != NULL && (form->len != part->octets->len || memcmp(form->data, part->octets->data, form->len) != 0);
    gboolean is_fit = is_other && wssc_rewrite_try(part, form);
    if (form != NULL)
        g_byte_array_unref(form);
    return is_fit;
}
