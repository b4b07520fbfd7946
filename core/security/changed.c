/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/changed.h"

#include <string.h>

#include "base/limits.h"
#include "security/implied.h"
#include "security/keyinfo/keyinfo.h"
#include "security/rewrite.h"
#include "security/transforms.h"

enum { MOST_MISFITS = 64 };

/* A reference whose digest does not fit, and what was digested for it. */
typedef struct {
    const WsscLook *look;
    const WsscSignedReference *reference;
    const WsscAlgorithm *digest;
    GBytes *expected;
    GByteArray *octets;
    WsscTransforms transforms;
    WsscRewritten part;
    gboolean is_fit; /* when that is undone which is being tried */
} Misfit;

static void misfit_free(gpointer data)
{
    Misfit *misfit = data;
    g_clear_pointer(&misfit->expected, g_bytes_unref);
    g_byte_array_unref(misfit->octets);
    wssc_transforms_clear(&misfit->transforms);
    g_free(misfit);
}

static gboolean fits_digest(gpointer user, const GByteArray *octets)
{
    const Misfit *misfit = user;
    return wssc_look_has_digest(misfit->look, misfit->digest, wssc_bytes_of(misfit->expected), octets);
}

static gboolean fits_value(gpointer user, const GByteArray *octets)
{
    const WsscLook *look = user;
    for (guint k = 0; look->keys != NULL && k < look->keys->len; k++)
        if (wssc_look_fits_key(look, look->keys->pdata[k], wssc_bytes(octets->data, octets->len)))
            return TRUE;
    return FALSE;
}

/* NULL when nothing is known of what was digested. */
static Misfit *new_misfit(const WsscLook *look, const xmlNode *element, const WsscSignedReference *reference)
{
    WsscWork *work = look->work;
    guint newest = work->stages->len - 1;
    const WsscCheck check = {.work = work, .signature = (WsscSignature *)look->verdict, .element = look->signature};
    const xmlNode *value = wssc_xml_child(element, WSSC_NS_FAMILY_DS, "DigestValue");
    g_autoptr(GPtrArray) uris = g_ptr_array_new_with_free_func(g_free);
    gboolean keeps_comments = FALSE;
    g_autofree char *id = reference->uri != NULL ? wssc_ids_from_uri(reference->uri, &keeps_comments) : NULL;
    xmlNode *target = id != NULL && *id != '\0' ? wssc_ids_find(wssc_work_current(work)->ids, id, NULL) : NULL;
    Misfit *misfit = g_new0(Misfit, 1);
    misfit->look = look;
    misfit->reference = reference;
    misfit->expected = value != NULL ? wssc_xml_base64(value) : NULL;
    misfit->digest = reference->digest_algorithm != NULL || misfit->expected == NULL
                         ? wssc_algorithm_find(reference->digest_algorithm)
                         : wssc_implied_digest(0, g_bytes_get_size(misfit->expected));
    misfit->octets = g_byte_array_new();
    misfit->transforms = wssc_transforms_read(element, uris);
    misfit->transforms.keeps_comments = id != NULL && keeps_comments;
    if (misfit->transforms.is_str && target != NULL)
        target = wssc_resolve_token(wssc_work_current(work), target);
    gboolean is_known = id != NULL && (*id == '\0' || target != NULL) && misfit->expected != NULL &&
                        misfit->digest != NULL && !misfit->transforms.is_base64 &&
                        wssc_transforms_apply(&check, newest, target, &misfit->transforms, NULL, misfit->octets);
    if (!is_known) {
        misfit_free(misfit);
        return NULL;
    }
    misfit->part = (WsscRewritten){.work = work,
                                   .c14n = &misfit->transforms.c14n,
                                   .octets = misfit->octets,
                                   .element = target,
                                   .hidden = wssc_transforms_hidden(&check, newest, target, &misfit->transforms),
                                   .fits = fits_digest,
                                   .user = misfit};
    return misfit;
}

/* All that does not fit. */
typedef struct {
    GPtrArray *misfits; /* Misfit */
    guint others;       /* references that do not fit, or cannot be checked, and of which nothing can be tried */
} Parts;

static Parts find_parts(const WsscLook *look)
{
    Parts parts = {.misfits = g_ptr_array_new_with_free_func(misfit_free)};
    const xmlNode *signed_info = wssc_xml_child(look->signature, WSSC_NS_FAMILY_DS, "SignedInfo");
    guint index = 0;
    for (const xmlNode *r = wssc_xml_first(signed_info); r != NULL; r = wssc_xml_next(r)) {
        if (!wssc_xml_is(r, WSSC_NS_FAMILY_DS, "Reference") || index >= look->verdict->references->len)
            continue;
        const WsscSignedReference *reference = look->verdict->references->pdata[index++];
        gboolean is_tried = reference->digest == WSSC_DIGEST_MISMATCH && parts.misfits->len < MOST_MISFITS;
        Misfit *misfit = is_tried ? new_misfit(look, r, reference) : NULL;
        if (misfit != NULL)
            g_ptr_array_add(parts.misfits, misfit);
        else if (reference->digest != WSSC_DIGEST_OK)
            parts.others++;
    }
    return parts;
}

/* What undoing one rewrite does to the whole signature. */
typedef struct {
    guint which;
    guint fitting; /* of the misfits */
    gboolean is_value_fit;
    GString *names;  /* of the parts that fit then */
    GString *others; /* of those that don't */
    char *detail;
} Undone;

static void undone_clear(Undone *undone)
{
    if (undone->names == NULL)
        return;
    g_string_free(undone->names, TRUE);
    g_string_free(undone->others, TRUE);
    g_clear_pointer(&undone->detail, g_free);
    undone->names = NULL;
}

static void add_name(GString *names, const char *name)
{
    g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", name);
}

/* share: what is left is for so many parts alike. */
static gboolean undo(Undone *undone, WsscRewriting *rewriting, WsscRewritten part, gsize share)
{
    char *detail = NULL;
    gsize kept = rewriting->left - rewriting->left / share;
    rewriting->left -= kept;
    part.rewriting = rewriting;
    gboolean is_fit = wssc_rewrite_undo(undone->which, &part, &detail);
    rewriting->left += kept;
    /* Of two that happened a part may show one alone. */
    if (is_fit && detail != NULL && (undone->detail == NULL || strlen(detail) > strlen(undone->detail))) {
        g_free(undone->detail);
        undone->detail = g_steal_pointer(&detail);
    }
    g_free(detail);
    return is_fit;
}

static gboolean undo_in_signed_info(const WsscLook *look, Undone *undone, WsscRewriting *rewriting)
{
    enum { PUBLIC_KEY = 8 }; /* times what a digest takes */
    const GByteArray octets = {.data = (guint8 *)look->signed_info.data, .len = (guint)look->signed_info.len};
    guint keys = look->keys != NULL ? look->keys->len : 0;
    const WsscRewritten signed_info = {.work = look->work,
                                       .c14n = look->c14n,
                                       .octets = &octets,
                                       .element = wssc_xml_child(look->signature, WSSC_NS_FAMILY_DS, "SignedInfo"),
                                       .cost = look->algorithm->kind == WSSC_ALGORITHM_HMAC ? keys : keys * PUBLIC_KEY,
                                       .fits = fits_value,
                                       .user = (gpointer)look};
    gboolean is_fit = keys > 0 && undo(undone, rewriting, signed_info, 1);
    add_name(is_fit ? undone->names : undone->others, "SignedInfo");
    return is_fit;
}

/* One round over those that do not fit yet. */
static void undo_round(Undone *undone, const GPtrArray *misfits, WsscRewriting *rewriting)
{
    guint open = misfits->len - undone->fitting;
    for (guint i = 0; i < misfits->len; i++) {
        Misfit *misfit = misfits->pdata[i];
        if (misfit->is_fit)
            continue;
        misfit->is_fit = undo(undone, rewriting, misfit->part, open--);
        undone->fitting += misfit->is_fit ? 1 : 0;
    }
}

static Undone undo_all(const WsscLook *look, guint which, const GPtrArray *misfits, WsscRewriting *rewriting)
{
    Undone undone = {.which = which, .names = g_string_new(NULL), .others = g_string_new(NULL)};
    for (guint i = 0; i < misfits->len; i++)
        ((Misfit *)misfits->pdata[i])->is_fit = FALSE;
    undo_round(&undone, misfits, rewriting);
    /* What one part taught may help another that stands before it. */
    if (undone.fitting < misfits->len && g_hash_table_size(rewriting->prefixes) > 0)
        undo_round(&undone, misfits, rewriting);
    for (guint i = 0; i < misfits->len; i++) {
        const Misfit *misfit = misfits->pdata[i];
        add_name(misfit->is_fit ? undone.names : undone.others, wssc_look_name(misfit->reference));
    }
    undone.is_value_fit =
        look->is_value_fit || (undone.fitting == misfits->len && undo_in_signed_info(look, &undone, rewriting));
    return undone;
}

/* ---- in words -------------------------------------------------------------------------------------------------- */

static void tell_value(const WsscLook *look, const Undone *undone, GString *text)
{
    if (undone->is_value_fit)
        g_string_append(text, ": the whole signature, digests and value, fits then, so it was rewritten, not forged");
    else if (look->keys == NULL || look->keys->len == 0)
        g_string_append(text, "; the digests fit then, the signature value cannot be checked without its key");
    else
        g_string_append(text, "; the digests fit then, the signature value does not");
}

static char *tell(const WsscLook *look, const Undone *undone, const Parts *parts)
{
    GString *text = g_string_new(NULL);
    g_auto(GStrv) title = g_strsplit(wssc_rewrite_title(undone->which), "%s", 2);
    g_string_append_printf(text, "%s%s%s", title[0], undone->names->str, title[1]);
    if (undone->detail != NULL)
        g_string_append_printf(text, " (%s)", undone->detail);
    if (undone->fitting < parts->misfits->len)
        g_string_append_printf(text, "; that does not explain %s", undone->others->str);
    else if (parts->others > 0)
        g_string_append_printf(text, "; that does not explain %u other reference%s", parts->others,
                               parts->others == 1 ? "" : "s");
    else
        tell_value(look, undone, text);
    return g_string_free(text, FALSE);
}

/* ---- the whole ------------------------------------------------------------------------------------------------- */

/* How much of the signature is explained. */
static guint score(const Undone *undone, guint misfits)
{
    if (misfits > 0 && undone->fitting == 0)
        return 0;
    return undone->fitting + (undone->fitting == misfits && undone->is_value_fit ? 1u + misfits : 0);
}

/* What happens alone gets half of all, each of the pairs half of what the ones before it left. */
static guint share_of(guint which)
{
    guint singles = 0;
    while (!wssc_rewrite_is_pair(singles))
        singles++;
    return wssc_rewrite_is_pair(which) ? 2 : singles - which + 1;
}

/* Comments that are gone are not to be found again: it is said where they may have been. */
static char *find_lost_comments(const Parts *parts)
{
    for (guint i = 0; i < parts->misfits->len; i++) {
        const Misfit *misfit = parts->misfits->pdata[i];
        const char *octets = (const char *)misfit->octets->data;
        if ((misfit->transforms.c14n.flags & WSSC_C14N_COMMENTS) != 0 &&
            g_strstr_len(octets, (gssize)misfit->octets->len, "<!--") == NULL)
            return g_strdup_printf("%s was signed in a form with comments and holds none: if it held some they were "
                                   "dropped on the way, and what they said cannot be found out",
                                   wssc_look_name(misfit->reference));
    }
    return NULL;
}

static char *find_best(const WsscLook *look, const Parts *parts, WsscRewriting *rewriting)
{
    Undone best = {0};
    guint best_score = 0, count = wssc_rewrite_count(), whole = 1 + 2 * parts->misfits->len;
    for (guint which = 0; which < count && best_score < whole; which++) {
        gsize kept = rewriting->left - rewriting->left / share_of(which); /* for those to come */
        rewriting->left -= kept;
        Undone undone = undo_all(look, which, parts->misfits, rewriting);
        rewriting->left += kept;
        guint own = score(&undone, parts->misfits->len);
        Undone *worse = own > best_score ? &best : &undone;
        undone_clear(worse);
        if (worse == &best) {
            best = undone;
            best_score = own;
        }
    }
    char *found = best_score > 0 ? tell(look, &best, parts) : NULL;
    undone_clear(&best);
    return found;
}

char *wssc_changed_on_the_way(const WsscLook *look)
{
    enum { TRIED = 4 }; /* octets, in the time that one is brought into canonical form */
    WsscBudget *budget = look->work->budget;
    Parts parts = find_parts(look);
    /* Where all digests fit it is most often another key: that is not worth as much. */
    gsize most = budget->limits->value[WSSC_LIMIT_REWRITE_OCTETS] / (parts.misfits->len > 0 ? 1 : 16);
    gsize start = MIN(budget->spending->left, most / TRIED) * TRIED;
    WsscRewriting rewriting = {.left = start,
                               .prefixes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    char *found = parts.misfits->len > 0 || parts.others == 0 ? find_best(look, &parts, &rewriting) : NULL;
    gsize spent = (start - rewriting.left) / TRIED;
    wssc_verifier_take(budget, spent);
    if (found == NULL) {
        wssc_verifier_note_vain(look->work->verifier, spent);
        found = find_lost_comments(&parts);
    }
    g_hash_table_unref(rewriting.prefixes);
    g_ptr_array_unref(parts.misfits);
    return found;
}
