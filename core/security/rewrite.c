/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/rewrite.h"

/* Those that take the fewest tries first: one budget is for all of them, and what they leave for those that follow. */
enum { SPACE_BETWEEN, SPACE_IN_TEXT, LINE_ENDS, COMMENTS, DECLARATIONS, CODING, RAW, REPLACED, PREFIXES, SINGLE };
static const struct {
    const char *title;
    gboolean (*undo)(const WsscRewritten *part, char **ret_detail);
} rewrites[SINGLE] = {
    [SPACE_BETWEEN] = {"white space between the tags of %s was changed on the way", wssc_rewrite_space_between},
    [SPACE_IN_TEXT] = {"white space in the text of %s was changed on the way", wssc_rewrite_space_in_text},
    [LINE_ENDS] = {"the line ends of %s were changed on the way", wssc_rewrite_line_ends},
    [COMMENTS] = {"comments of %s were added on the way, or left out when it was signed", wssc_rewrite_comments},
    [DECLARATIONS] = {"namespace declarations around %s were changed on the way", wssc_rewrite_declarations},
    [CODING] = {"the characters of %s were read in another coding on the way", wssc_rewrite_coding},
    [RAW] = {"%s was signed as the octets stand, not in canonical form", wssc_rewrite_raw},
    [REPLACED] = {"a character outside ASCII in %s was replaced on the way", wssc_rewrite_replaced},
    [PREFIXES] = {"a prefix in %s was rewritten on the way", wssc_rewrite_prefixes},
};

/* Two stations, or one that does both: a parser that writes its own prefixes indents as well. For each form that undoes
 * the first, which are few, the second is undone, too. */
static const struct {
    guint first, second;
    const char *title;
} pairs[] = {
    {SPACE_BETWEEN, PREFIXES, "white space between the tags and prefixes of %s were changed on the way"},
    {SPACE_BETWEEN, CODING, "white space between the tags and the coding of characters of %s were changed on the way"},
    {SPACE_BETWEEN, REPLACED,
     "white space between the tags and a character outside ASCII of %s were changed on the way"},
    {CODING, PREFIXES, "the coding of characters and prefixes of %s were changed on the way"},
    {LINE_ENDS, PREFIXES, "line ends and prefixes of %s were changed on the way"},
    {LINE_ENDS, CODING, "line ends and the coding of characters of %s were changed on the way"},
    {LINE_ENDS, SPACE_BETWEEN, "line ends and white space between the tags of %s were changed on the way"},
    {SPACE_IN_TEXT, PREFIXES, "white space in the text and prefixes of %s were changed on the way"},
    {SPACE_IN_TEXT, CODING, "white space in the text and the coding of characters of %s were changed on the way"},
    {COMMENTS, SPACE_BETWEEN, "comments and white space between the tags of %s were changed on the way"},
    {COMMENTS, PREFIXES, "comments and prefixes of %s were changed on the way"},
    {DECLARATIONS, SPACE_BETWEEN,
     "namespace declarations around %s and white space between its tags were changed on the way"},
    {CODING, REPLACED, "the coding of characters of %s was changed on the way, and one was replaced"},
};

guint wssc_rewrite_count(void)
{
    return SINGLE + G_N_ELEMENTS(pairs);
}

gboolean wssc_rewrite_is_pair(guint which)
{
    return which >= SINGLE;
}

const char *wssc_rewrite_title(guint which)
{
    return which < SINGLE ? rewrites[which].title : pairs[which - SINGLE].title;
}

/* ---- two at once ------------------------------------------------------------------------------------------------ */

typedef struct {
    const WsscRewritten *part;
    guint second;
    char *detail; /* of the second */
} Both;

/* The second, for these octets of the part and with no more than a share of what is left. */
static gboolean undo_second(Both *both, const GByteArray *octets)
{
    enum { SHARE = 3 };
    WsscRewritten part = *both->part;
    gsize kept = part.rewriting->left - part.rewriting->left / SHARE;
    part.octets = octets;
    part.rewriting->left -= kept;
    gboolean is_fit = part.rewriting->left > 0 && rewrites[both->second].undo(&part, &both->detail);
    part.rewriting->left += kept;
    return is_fit;
}

static gboolean fits_both(gpointer user, const GByteArray *octets)
{
    Both *both = user;
    return both->part->fits(both->part->user, octets) || undo_second(both, octets);
}

/* Either alone may be enough for a part, as for one without white space. */
static gboolean undo_pair(guint which, const WsscRewritten *part, char **ret_detail)
{
    Both both = {.part = part, .second = pairs[which].second};
    gboolean is_fit = undo_second(&both, part->octets);
    char *first = NULL;
    if (!is_fit) {
        WsscRewritten outer = *part;
        outer.fits = fits_both;
        outer.user = &both;
        is_fit = rewrites[pairs[which].first].undo(&outer, &first);
    }
    *ret_detail = first != NULL && both.detail != NULL ? g_strdup_printf("%s; %s", first, both.detail)
                  : first != NULL                      ? g_strdup(first)
                                                       : g_strdup(both.detail);
    g_free(first);
    g_free(both.detail);
    return is_fit;
}

gboolean wssc_rewrite_undo(guint which, const WsscRewritten *part, char **ret_detail)
{
    *ret_detail = NULL;
    if (wssc_rewrite_is_spent(part))
        return FALSE;
    return which < SINGLE ? rewrites[which].undo(part, ret_detail) : undo_pair(which - SINGLE, part, ret_detail);
}
