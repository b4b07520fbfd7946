/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/rewrite.h"

/* Those that take the fewest tries first: one budget is for all of them, and what they leave for those that follow. */
static const struct {
    const char *title;
    gboolean (*undo)(const WsscRewritten *part, char **ret_detail);
} rewrites[] = {
    {"white space between the tags of %s was changed on the way", wssc_rewrite_space_between},
    {"white space in the text of %s was changed on the way", wssc_rewrite_space_in_text},
    {"the line ends of %s were changed on the way", wssc_rewrite_line_ends},
    {"the characters of %s were read in another coding on the way", wssc_rewrite_coding},
    {"%s was signed as the octets stand, not in canonical form", wssc_rewrite_raw},
    {"a character outside ASCII in %s was replaced on the way", wssc_rewrite_replaced},
    {"a prefix in %s was rewritten on the way", wssc_rewrite_prefixes},
};

guint wssc_rewrite_count(void)
{
    return G_N_ELEMENTS(rewrites);
}

const char *wssc_rewrite_title(guint which)
{
    return rewrites[which].title;
}

gboolean wssc_rewrite_undo(guint which, const WsscRewritten *part, char **ret_detail)
{
    *ret_detail = NULL;
    return !wssc_rewrite_is_spent(part) && rewrites[which].undo(part, ret_detail);
}
