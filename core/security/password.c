/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/password.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "keys/derive.h"

/* Password_Digest = Base64(SHA-1(nonce + created + password)); each of the three as one of some texts. */
typedef struct {
    WsscBytes octets;
    const char *change; /* what was done to get it; NULL: as it stands */
} Variant;

/* The texts of one of the three. What they point to is the pool's. */
typedef struct {
    Variant list[8];
    guint count;
} Variants;

typedef struct {
    const xmlNode *token;
    Variants nonce, created;
    WsscBytes wanted;     /* the digest */
    GPtrArray *pool;      /* GBytes */
    gboolean is_readable; /* the nonce is base64 */
} Digest;

static void add(Variants *variants, GPtrArray *pool, const void *octets, gsize len, const char *change)
{
    GBytes *kept = g_bytes_new(octets, len);
    g_ptr_array_add(pool, kept);
    if (variants->count < G_N_ELEMENTS(variants->list))
        variants->list[variants->count++] = (Variant){wssc_bytes_of(kept), change};
}

static void add_text(Variants *variants, GPtrArray *pool, const char *text, const char *change)
{
    for (guint i = 0; i < variants->count; i++)
        if (variants->list[i].octets.len == strlen(text) &&
            memcmp(variants->list[i].octets.data, text, strlen(text)) == 0)
            return;
    add(variants, pool, text, strlen(text), change);
}

static void read_nonce(Digest *digest)
{
    const xmlNode *element = wssc_xml_child(digest->token, WSSC_NS_FAMILY_WSSE, "Nonce");
    g_autofree char *text = element != NULL ? wssc_xml_text_stripped(element) : g_strdup("");
    g_autoptr(GBytes) octets = element != NULL ? wssc_xml_base64(element) : NULL;
    digest->is_readable = element == NULL || octets != NULL;
    if (octets != NULL) {
        WsscBytes bytes = wssc_bytes_of(octets);
        add(&digest->nonce, digest->pool, bytes.data, bytes.len, NULL);
    }
    add_text(&digest->nonce, digest->pool, text,
             octets != NULL ? "the nonce's base64 text was hashed, not the octets it stands for" : NULL);
    if (*text != '\0')
        add_text(&digest->nonce, digest->pool, "", "the nonce was not hashed");
}

/* Libraries that read a time and write it anew change its fraction or its zone. */
static void read_created(Digest *digest)
{
    static const char reformatted[] = "the time was hashed in another form than Created shows";
    const xmlNode *element = wssc_xml_child(digest->token, WSSC_NS_FAMILY_WSU, "Created");
    g_autofree char *written = element != NULL ? wssc_xml_text(element) : g_strdup("");
    g_autofree char *text = wssc_strip(written);
    GPtrArray *pool = digest->pool;
    add_text(&digest->created, pool, written, NULL);
    add_text(&digest->created, pool, text, "Created was hashed without the white space around it");
    gsize whole = strcspn(text, ".Zz+");
    gsize digits = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
    if (*text == '\0' || whole < strlen("2000-01-01T00:00:00"))
        return;
    g_autofree char *second = g_strndup(text, whole);
    g_autofree char *milli = g_strdup_printf("%s.%.3sZ", second, digits >= 3 ? text + whole + 1 : "000");
    g_autofree char *plain = g_strconcat(second, "Z", NULL);
    g_autofree char *offset = g_strconcat(second, "+00:00", NULL);
    add_text(&digest->created, pool, plain, reformatted);
    add_text(&digest->created, pool, milli, reformatted);
    add_text(&digest->created, pool, second, reformatted);
    add_text(&digest->created, pool, offset, reformatted);
    add_text(&digest->created, pool, "", "Created was not hashed");
}

static void read_password(const WsscSecret *secret, GPtrArray *pool, Variants *variants)
{
    guint8 hash[SHA_DIGEST_LENGTH];
    SHA1(secret->data, secret->len, hash);
    g_autofree char *base64 = wssc_base64_encode(wssc_bytes(hash, sizeof hash));
    g_autofree char *hex = wssc_hex_encode(wssc_bytes(hash, sizeof hash));
    variants->list[variants->count++] = (Variant){wssc_secret_bytes(secret), NULL};
    add(variants, pool, hash, sizeof hash, "the password was hashed first (SHA-1)");
    add_text(variants, pool, base64, "the password was hashed first (SHA-1 in base64)");
    add_text(variants, pool, hex, "the password was hashed first (SHA-1 in hexadecimal)");
}

static gboolean has_digest(const Digest *digest, const Variant *nonce, const Variant *created, const Variant *password)
{
    guint8 value[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    const Variant *const parts[] = {nonce, created, password};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    gboolean is_ok = EVP_DigestInit_ex2(context, EVP_sha1(), NULL) == 1;
    for (guint i = 0; is_ok && i < G_N_ELEMENTS(parts); i++)
        is_ok =
            parts[i]->octets.len == 0 || EVP_DigestUpdate(context, parts[i]->octets.data, parts[i]->octets.len) == 1;
    is_ok = is_ok && EVP_DigestFinal_ex(context, value, &len) == 1;
    EVP_MD_CTX_free(context);
    return is_ok && len == digest->wanted.len && CRYPTO_memcmp(value, digest->wanted.data, len) == 0;
}

/* What was changed, joined by "and"; "" when nothing was. Caller frees. */
static char *changes(const Variant *const *parts, guint count, guint *ret_number)
{
    GString *text = g_string_new(NULL);
    *ret_number = 0;
    for (guint i = 0; i < count; i++) {
        if (parts[i]->change == NULL)
            continue;
        g_string_append_printf(text, "%s%s", (*ret_number)++ > 0 ? ", and " : "", parts[i]->change);
    }
    return g_string_free(text, FALSE);
}

/* The way with that many changes to get the digest with the password; NULL when there is none. Caller frees. */
static char *find_way(const Digest *digest, const Variants *passwords, guint wanted_number)
{
    for (guint n = 0; n < digest->nonce.count; n++)
        for (guint c = 0; c < digest->created.count; c++)
            for (guint p = 0; p < passwords->count; p++) {
                const Variant *const parts[] = {&digest->nonce.list[n], &digest->created.list[c], &passwords->list[p]};
                guint number;
                char *way = changes(parts, G_N_ELEMENTS(parts), &number);
                if (number == wanted_number && has_digest(digest, parts[0], parts[1], parts[2]))
                    return way;
                g_free(way);
            }
    return NULL;
}

static void check_digest(const xmlNode *password, Digest *digest, const GPtrArray *known, WsscPasswordCheck *check)
{
    g_autoptr(GBytes) value = wssc_xml_base64(password);
    if (value == NULL || g_bytes_get_size(value) != SHA_DIGEST_LENGTH) {
        check->reason = value == NULL
                            ? g_strdup("what stands in the token is no base64")
                            : g_strdup_printf("what stands in the token has %" G_GSIZE_FORMAT " octets, a SHA-1 has %d",
                                              g_bytes_get_size(value), SHA_DIGEST_LENGTH);
        return;
    }
    digest->wanted = wssc_bytes_of(value);
    read_nonce(digest);
    read_created(digest);
    for (guint number = 0; number <= 2 && check->hypothesis == NULL; number++)
        for (guint i = 0; i < known->len; i++) {
            const WsscKey *key = known->pdata[i];
            Variants passwords = {0};
            read_password(key->secret, digest->pool, &passwords);
            g_autofree char *way = find_way(digest, &passwords, number);
            if (way == NULL)
                continue;
            check->key_origin = key->origin;
            if (number == 0)
                check->result = WSSC_PASSWORD_FITS;
            else
                check->hypothesis = g_steal_pointer(&way);
            return;
        }
    if (!digest->is_readable)
        check->reason = g_strdup("the Nonce is no base64");
}

static gboolean is_text(const WsscSecret *secret, const char *text)
{
    return secret->len == strlen(text) && CRYPTO_memcmp(secret->data, text, secret->len) == 0;
}

static void check_text(const xmlNode *password, const GPtrArray *known, GPtrArray *pool, WsscPasswordCheck *check)
{
    g_autofree char *text = wssc_xml_text(password);
    for (guint i = 0; i < known->len && check->result != WSSC_PASSWORD_FITS; i++) {
        const WsscKey *key = known->pdata[i];
        Variants variants = {0};
        if (is_text(key->secret, text))
            check->result = WSSC_PASSWORD_FITS;
        read_password(key->secret, pool, &variants);
        for (guint v = 1; v < variants.count && check->hypothesis == NULL; v++)
            if (variants.list[v].octets.len == strlen(text) &&
                CRYPTO_memcmp(variants.list[v].octets.data, text, strlen(text)) == 0)
                check->hypothesis = g_strdup(variants.list[v].change);
        if (check->result == WSSC_PASSWORD_FITS || check->hypothesis != NULL)
            check->key_origin = key->origin;
    }
    OPENSSL_cleanse(text, strlen(text));
}

static WsscPasswordKind kind_of(const xmlNode *password)
{
    g_autofree char *type = wssc_xml_attr_value(password, WSSC_NS_FAMILY_NONE, "Type");
    if (type == NULL || *type == '\0' ||
        g_str_has_suffix(type, "PasswordText")) /* the default: profile 1.1 section 3.1 */
        return WSSC_PASSWORD_TEXT;
    return g_str_has_suffix(type, "PasswordDigest") ? WSSC_PASSWORD_DIGEST : WSSC_PASSWORD_OTHER;
}

static void check_token(WsscWork *work, const xmlNode *token, const xmlNode *password)
{
    WsscPasswordCheck *check = g_new0(WsscPasswordCheck, 1);
    const xmlNode *name = wssc_xml_child(token, WSSC_NS_FAMILY_WSSE, "Username");
    g_autoptr(GPtrArray) pool = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    Digest digest = {.token = token, .pool = pool};

    check->user = name != NULL ? wssc_xml_text_stripped(name) : g_strdup("");
    check->kind = kind_of(password);
    check->was_encrypted = wssc_xml_span(token) == NULL;
    g_ptr_array_add(work->result->passwords, check);
    const GPtrArray *known = wssc_keyring_passwords(work->ring, check->user);
    if (check->kind == WSSC_PASSWORD_OTHER) {
        check->result = WSSC_PASSWORD_UNSUPPORTED;
        check->reason = g_strdup("a password of another kind than text and digest");
    } else if (known == NULL) {
        check->result = WSSC_PASSWORD_NO_KEY;
        check->reason = g_strdup("the user's password is not known");
    } else {
        check->result = WSSC_PASSWORD_DIFFERS;
        if (check->kind == WSSC_PASSWORD_DIGEST)
            check_digest(password, &digest, known, check);
        else
            check_text(password, known, pool, check);
    }
}

void wssc_password_check_all(WsscWork *work)
{
    enum { MOST = 16 };
    xmlNode *root = xmlDocGetRootElement(wssc_work_current(work)->doc);
    const xmlNode *header = wssc_xml_child(root, WSSC_NS_FAMILY_SOAP, "Header");
    for (const xmlNode *s = wssc_xml_first(header); s != NULL; s = wssc_xml_next(s))
        for (const xmlNode *t = wssc_xml_is(s, WSSC_NS_FAMILY_WSSE, "Security") ? wssc_xml_first(s) : NULL;
             t != NULL && work->result->passwords->len < MOST; t = wssc_xml_next(t)) {
            const xmlNode *password = wssc_xml_is(t, WSSC_NS_FAMILY_WSSE, "UsernameToken")
                                          ? wssc_xml_child(t, WSSC_NS_FAMILY_WSSE, "Password")
                                          : NULL;
            if (password != NULL)
                check_token(work, t, password);
        }
}
