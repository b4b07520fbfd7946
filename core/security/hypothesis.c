/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/hypothesis.h"

#include <string.h>

#include "base/text.h"
#include "keys/crypto.h"
#include "security/changed.h"
#include "security/keyinfo/keyinfo.h"
#include "security/transforms.h"
#include "soap/derived_key.h"

static gboolean fits_secret(const WsscLook *look, WsscSecret *secret)
{
    WsscCandidate key = {.secret = secret};
    return wssc_look_fits_key(look, &key, look->signed_info);
}

static const char *shown_instance(const char *instance)
{
    return instance != NULL && *instance != '\0' ? instance : "(the first)";
}

/* ---- the value --------------------------------------------------------------------------------------------- */

/* Without habits (--strict): what one would explain. */
static char *habit_of_a_stack(const WsscLook *look)
{
    for (guint i = 0; i < look->keys->len; i++) {
        const WsscCandidate *key = look->keys->pdata[i];
        if (key->deviation != WSSC_DEVIATION_NONE && wssc_look_fits_key(look, key, look->signed_info))
            return g_strdup_printf("the habit %s were allowed: %s", wssc_deviation_info(key->deviation)->name,
                                   wssc_deviation_info(key->deviation)->title);
    }
    return NULL;
}

static char *cut_value(const WsscLook *look)
{
    if (look->algorithm->kind != WSSC_ALGORITHM_HMAC || look->value.len >= look->algorithm->octets)
        return NULL;
    for (guint i = 0; i < look->keys->len; i++)
        if (wssc_look_fits_key(look, look->keys->pdata[i], look->signed_info))
            return g_strdup_printf("the value was cut to %" G_GSIZE_FORMAT " octets", look->value.len);
    return NULL;
}

/* ---- another key of the same context, directly or through the same derivation ----------------------------- */

static gboolean is_named_instance(const WsscLook *look, const WsscKey *key)
{
    return g_strcmp0(look->verdict->instance != NULL ? look->verdict->instance : "", key->instance) == 0;
}

static char *other_instance(const WsscLook *look)
{
    const WsscSignature *verdict = look->verdict;
    const GPtrArray *keys = verdict->context != NULL ? wssc_keyring_context(look->work->ring, verdict->context) : NULL;
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        if (!fits_secret(look, key->secret))
            continue;
        if (is_named_instance(look, key) && verdict->key_kind == WSSC_KEY_KIND_DERIVED)
            return g_strdup("signed with the context's key itself, not with one derived from it");
        return g_strdup_printf("signed with the context's key of instance %s", shown_instance(key->instance));
    }
    return NULL;
}

/* The DerivedKeyToken, or the reference with wsc:Nonce, that the signature names. */
static xmlNode *derived_token(const WsscWork *work, const xmlNode *signature)
{
    const xmlNode *key_info = wssc_xml_child(signature, WSSC_NS_FAMILY_DS, "KeyInfo");
    xmlNode *str = wssc_xml_child(key_info, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference");
    xmlNode *token = str != NULL ? wssc_resolve_token(wssc_work_current(work), str) : NULL;
    if (wssc_xml_is(token, WSSC_NS_FAMILY_WSC, "DerivedKeyToken"))
        return token;
    return str != NULL && wssc_xml_attr(str, WSSC_NS_FAMILY_WSC, "Nonce") != NULL ? str : NULL;
}

/* The nonce's text, of a token or of a reference. Caller frees. */
static char *nonce_text(const xmlNode *token, const WsscDerivedKeyParts *parts)
{
    return parts->nonce != NULL ? wssc_xml_text_stripped(parts->nonce)
                                : wssc_xml_attr_value(token, WSSC_NS_FAMILY_WSC, "Nonce");
}

typedef struct {
    const char *label; /* NULL: the default */
    const char *name;
} Label;

/* Lengths and offsets that stacks mix up, out of one key stream. */
static char *other_range(const WsscLook *look, WsscBytes secret, WsscBytes nonce, const Label *label, const char *more)
{
    static const gsize lengths[] = {16, 20, 24, 32, 48, 64};
    static const gsize offsets[] = {0, 16, 20, 24, 32, 40, 48, 64, 96, 128};
    enum { STREAM = 160 };
    WsscDerivation whole = {.crypto = look->work->crypto,
                            .nonce = nonce,
                            .label = label->label,
                            .offset = 0,
                            .generation = WSSC_DERIVE_ABSENT,
                            .length = STREAM};
    g_autoptr(WsscSecret) stream = wssc_derive_key(&whole, secret, NULL);
    for (guint o = 0; stream != NULL && o < G_N_ELEMENTS(offsets); o++)
        for (guint i = 0; i < G_N_ELEMENTS(lengths) && offsets[o] + lengths[i] <= STREAM; i++) {
            WsscSecret part = {.refs = 1, .len = lengths[i], .data = stream->data + offsets[o]};
            if (fits_secret(look, &part))
                return g_strdup_printf("the key was derived with offset %" G_GSIZE_FORMAT ", length %" G_GSIZE_FORMAT
                                       "%s%s",
                                       offsets[o], lengths[i], label->name, more);
        }
    return NULL;
}

static char *other_derivation_of(const WsscLook *look, const xmlNode *token, WsscBytes secret, const char *more)
{
    const WsscDerivedKeyParts parts = wssc_derived_key_find(token);
    g_autofree char *own_text = parts.label != NULL ? wssc_xml_text(parts.label) : NULL;
    g_autofree char *stripped = parts.label != NULL ? wssc_xml_text_stripped(parts.label) : NULL;
    g_autofree char *text = nonce_text(token, &parts);
    g_autoptr(GBytes) octets = text != NULL ? wssc_base64_decode(text, strlen(text)) : g_bytes_new_static("", 0);
    const Label labels[] = {{own_text, ""},
                            {NULL, " and the default label"},
                            {"WS-SecureConversation", " and half the default label"},
                            {stripped, " and the label without white space"}};
    char *found = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(labels) && found == NULL; i++) {
        if (i > 0 && g_strcmp0(labels[i].label, own_text) == 0)
            continue;
        if (octets != NULL)
            found = other_range(look, secret, wssc_bytes_of(octets), &labels[i], more);
    }
    if (found == NULL && text != NULL) {
        const Label as_text = {own_text, ", the nonce taken as text"};
        found = other_range(look, secret, wssc_bytes(text, strlen(text)), &as_text, more);
    }
    return found;
}

/* From what the token names, then from the context's other keys. */
static char *other_derivation(const WsscLook *look)
{
    enum { MOST = 8 };
    xmlNode *token = look->algorithm->kind == WSSC_ALGORITHM_HMAC ? derived_token(look->work, look->signature) : NULL;
    if (token == NULL)
        return NULL;
    g_auto(WsscSearch) bases = wssc_resolve_derivation_base(look->work, token);
    char *found = NULL;
    for (guint i = 0; i < MIN(bases.found->len, MOST) && found == NULL; i++) {
        const WsscCandidate *base = bases.found->pdata[i];
        if (base->secret != NULL)
            found = other_derivation_of(look, token, wssc_secret_bytes(base->secret), "");
    }
    const GPtrArray *keys =
        look->verdict->context != NULL ? wssc_keyring_context(look->work->ring, look->verdict->context) : NULL;
    for (guint i = 0; keys != NULL && i < MIN(keys->len, MOST) && found == NULL; i++) {
        const WsscKey *key = keys->pdata[i];
        g_autofree char *more =
            g_strdup_printf(", from the context's key of instance %s", shown_instance(key->instance));
        if (!is_named_instance(look, key))
            found = other_derivation_of(look, token, wssc_secret_bytes(key->secret), more);
    }
    return found;
}

/* ---- another canonical form --------------------------------------------------------------------------------- */

static const struct {
    guint flags;
    const char *name;
} forms[] = {{WSSC_C14N_EXCLUSIVE, "exclusive"},
             {WSSC_C14N_INCLUSIVE, "inclusive 1.0"},
             {WSSC_C14N_VERSION_11, "inclusive 1.1"},
             {WSSC_C14N_EXCLUSIVE | WSSC_C14N_COMMENTS, "exclusive with comments"},
             {WSSC_C14N_INCLUSIVE | WSSC_C14N_COMMENTS, "inclusive 1.0 with comments"}};

static WsscC14n form_of(const WsscLook *look, guint which)
{
    return (WsscC14n){.flags = forms[which].flags, .budget = look->work->budget->spending, .out = look->work->out};
}

static char *other_signed_info(const WsscLook *look)
{
    xmlNode *signed_info = wssc_xml_child(look->signature, WSSC_NS_FAMILY_DS, "SignedInfo");
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        WsscC14n c14n = form_of(look, i);
        g_autoptr(GByteArray) octets = g_byte_array_new();
        if (!wssc_c14n_write(&c14n, wssc_work_current(look->work)->doc, signed_info, NULL, NULL, octets))
            continue;
        for (guint k = 0; k < look->keys->len; k++)
            if (wssc_look_fits_key(look, look->keys->pdata[k], wssc_bytes(octets->data, octets->len)))
                return g_strdup_printf("SignedInfo was signed in its %s canonical form", forms[i].name);
    }
    return NULL;
}

/* ---- a digest that does not fit --------------------------------------------------------------------------- */

/* How the digest was made that does not fit. */
typedef struct {
    guint flags;
    guint bare; /* ... without comments */
    gboolean
        is_kept; /* under a form that keeps comments, with them: one may have been added on the way (rewrite.h tells) */
    gboolean is_only; /* nothing but that form says what was digested */
} OwnForm;

static OwnForm own_form_of(const xmlNode *reference, gboolean keeps_comments)
{
    g_autoptr(GPtrArray) uris = g_ptr_array_new_with_free_func(g_free);
    g_auto(WsscTransforms) own = wssc_transforms_read(reference, uris);
    guint bare = own.c14n.flags & ~(guint)WSSC_C14N_COMMENTS;
    return (OwnForm){
        .flags = keeps_comments ? own.c14n.flags : bare,
        .bare = bare,
        .is_kept = keeps_comments && own.c14n.flags != bare,
        .is_only = own.c14n.prefix_count == 0 && !own.is_enveloped && !own.is_base64 && !own.is_str && !own.is_implied,
    };
}

static char *other_digest(const WsscLook *look, const xmlNode *element, const WsscSignedReference *reference,
                          WsscBytes expected)
{
    const WsscAlgorithm *digest = wssc_algorithm_find(reference->digest_algorithm);
    const WsscStage *stage = wssc_work_current(look->work);
    gboolean keeps_comments, is_bare = FALSE;
    g_autofree char *id = reference->uri != NULL ? wssc_ids_from_uri(reference->uri, &keeps_comments) : NULL;
    xmlNode *target = id != NULL && *id != '\0' ? wssc_ids_find(stage->ids, id, NULL) : NULL;
    guint found = G_N_ELEMENTS(forms);
    if (digest == NULL || target == NULL)
        return NULL;
    const OwnForm own = own_form_of(element, keeps_comments);
    for (guint i = 0; i < G_N_ELEMENTS(forms) && !is_bare; i++) {
        if (own.is_only && forms[i].flags == own.flags)
            continue; /* it was tried */
        WsscC14n c14n = form_of(look, i);
        g_autoptr(GByteArray) octets = g_byte_array_new();
        if (!wssc_c14n_write(&c14n, stage->doc, target, NULL, NULL, octets) ||
            !wssc_look_has_digest(look, digest, expected, octets))
            continue;
        is_bare = own.is_kept && forms[i].flags == own.bare;
        found = MIN(found, i);
        if (!own.is_kept)
            break;
    }
    return found < G_N_ELEMENTS(forms) && !is_bare ? g_strdup_printf("%s was digested in its %s canonical form",
                                                                     wssc_look_name(reference), forms[found].name)
                                                   : NULL;
}

static char *other_references(const WsscLook *look)
{
    const WsscSignature *verdict = look->verdict;
    const xmlNode *signed_info = wssc_xml_child(look->signature, WSSC_NS_FAMILY_DS, "SignedInfo");
    guint index = 0;
    for (const xmlNode *r = wssc_xml_first(signed_info); r != NULL; r = wssc_xml_next(r)) {
        if (!wssc_xml_is(r, WSSC_NS_FAMILY_DS, "Reference") || index >= verdict->references->len)
            continue;
        const WsscSignedReference *reference = verdict->references->pdata[index++];
        const xmlNode *value = wssc_xml_child(r, WSSC_NS_FAMILY_DS, "DigestValue");
        if (reference->digest != WSSC_DIGEST_MISMATCH || value == NULL)
            continue;
        g_autoptr(GBytes) expected = wssc_xml_base64(value);
        char *found = expected != NULL ? other_digest(look, r, reference, wssc_bytes_of(expected)) : NULL;
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* The value fits, so SignedInfo is the sender's: the element itself was altered. */
static char *altered_time(const WsscLook *look)
{
    for (guint i = 0; i < look->verdict->references->len && look->is_value_fit; i++) {
        const WsscSignedReference *reference = look->verdict->references->pdata[i];
        if (reference->digest == WSSC_DIGEST_MISMATCH && g_strcmp0(reference->element, "Timestamp") == 0)
            return g_strdup("the Timestamp was altered after signing");
    }
    return NULL;
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

/* Which key and which octets the value was made of: asked only where it does not fit. */
static char *other_value(const WsscLook *look)
{
    char *(*const ways[])(const WsscLook *) = {habit_of_a_stack, cut_value, other_instance, other_derivation,
                                               other_signed_info};
    char *found = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(ways) && found == NULL && !look->is_value_fit; i++)
        found = ways[i](look);
    return found;
}

static char *find(const WsscLook *about)
{
    /* What takes the fewest tries first. */
    char *(*const ways[])(const WsscLook *) = {other_references, other_value, wssc_changed_on_the_way, altered_time};
    WsscLook look = *about;
    const xmlNode *key_info = wssc_xml_child(about->signature, WSSC_NS_FAMILY_DS, "KeyInfo");
    g_auto(WsscSearch) named =
        key_info != NULL ? wssc_resolve_key_info(about->work, key_info, TRUE) : wssc_resolve_unnamed(about->work);
    char *found = NULL;
    look.keys = named.found;
    for (guint i = 0; i < G_N_ELEMENTS(ways) && found == NULL; i++)
        found = ways[i](&look);
    return found;
}

char *wssc_hypothesis_find(const WsscLook *about)
{
    WsscBudget *budget = about->work->budget;
    budget->spending = &budget->guesses;
    char *found = budget->guesses.left > 0 ? find(about) : NULL;
    budget->spending = &budget->work;
    return found;
}
