/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "keys/keyfile.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/text.h"

#define SHA1_OCTETS 20

typedef struct {
    WsscKeyfileLoad load;
    gpointer user;
    WsscKeyring *ring;
    WsscKeyOrigin origin;
    char *rest; /* of the line, after the keyword */
} Entry;

void wssc_keyfile_diagnostic_free(gpointer data)
{
    WsscKeyfileDiagnostic *diagnostic = data;
    g_free(diagnostic->text);
    g_free(diagnostic);
}

WsscSecret *wssc_keyfile_secret(const char *text)
{
    GBytes *octets = wssc_hex_decode(text, strlen(text));
    if (octets == NULL)
        octets = wssc_base64_decode(text, strlen(text));
    if (octets == NULL)
        return NULL;
    gsize len;
    const void *data = g_bytes_get_data(octets, &len);
    WsscSecret *secret = len > 0 ? wssc_secret_new(data, len) : NULL;
    /* The decoder's own copy: nobody else holds it. */
    if (len > 0)
        OPENSSL_cleanse((void *)data, len);
    g_bytes_unref(octets);
    return secret;
}

/* ---- the words of a line -------------------------------------------------------------------- */

/* The next word, cut off in place; NULL at the end or at a comment. */
static char *next_word(Entry *entry)
{
    char *word = entry->rest;
    while (*word == ' ' || *word == '\t')
        word++;
    if (*word == '\0' || *word == '#')
        return NULL;
    char *end = word + strcspn(word, " \t");
    entry->rest = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return word;
}

/* The secret that must be the last word. */
static char *last_secret(Entry *entry, char *word, WsscSecret **ret_secret)
{
    if (word == NULL)
        return g_strdup("the secret is missing");
    g_autoptr(WsscSecret) secret = wssc_keyfile_secret(word);
    if (secret == NULL)
        return g_strdup("the secret is neither hexadecimal nor base64");
    if (next_word(entry) != NULL)
        return g_strdup("there is more after the secret");
    *ret_secret = g_steal_pointer(&secret);
    return NULL;
}

/* ---- the entries: NULL, or what is wrong ------------------------------------------------------- */

static char *take_sct(Entry *entry)
{
    const char *identifier = next_word(entry);
    char *word = next_word(entry);
    const char *instance = NULL;
    g_autoptr(WsscSecret) secret = NULL;

    if (identifier == NULL)
        return g_strdup("the context's identifier is missing");
    if (word != NULL && g_str_has_prefix(word, "instance=")) {
        instance = word + strlen("instance=");
        word = next_word(entry);
    }
    char *problem = last_secret(entry, word, &secret);
    if (problem == NULL)
        wssc_keyring_add_context(entry->ring, identifier, instance, secret, entry->origin);
    return problem;
}

static char *take_encrypted_key(Entry *entry)
{
    const char *word = next_word(entry);
    g_autoptr(WsscSecret) secret = NULL;

    if (word == NULL || !g_str_has_prefix(word, "sha1:"))
        return g_strdup("\"sha1:\" with the base64 SHA-1 of the EncryptedKey is missing");
    word += strlen("sha1:");
    GBytes *digest = wssc_base64_decode(word, strlen(word));
    gsize len = digest != NULL ? g_bytes_get_size(digest) : 0;
    g_autofree char *sha1 = len == SHA1_OCTETS ? wssc_base64_encode(wssc_bytes_of(digest)) : NULL;
    g_clear_pointer(&digest, g_bytes_unref);
    if (sha1 == NULL)
        return g_strdup("the SHA-1 of the EncryptedKey is not base64 of 20 octets");
    char *problem = last_secret(entry, next_word(entry), &secret);
    if (problem == NULL)
        wssc_keyring_add_encrypted_key(entry->ring, sha1, secret, entry->origin);
    return problem;
}

static GBytes *load_file(const Entry *entry, const char *path, char **ret_problem)
{
    g_autoptr(GError) error = NULL;
    if (entry->load == NULL) {
        *ret_problem = g_strdup("files can't be read here");
        return NULL;
    }
    GBytes *octets = entry->load(path, entry->user, &error);
    if (octets == NULL)
        *ret_problem = g_strdup_printf("%s: %s", path, error != NULL ? error->message : "could not be read");
    return octets;
}

/* The path may hold blanks: it ends at " password=" or at the end of the line. */
static char *take_private_key(Entry *entry)
{
    char *problem = NULL;
    char *password = strstr(entry->rest, " password=");
    if (password != NULL) {
        *password = '\0';
        password += strlen(" password=");
    }
    const char *path = g_strstrip(entry->rest);
    if (*path == '\0')
        return g_strdup("the file's path is missing");
    g_autoptr(GBytes) octets = load_file(entry, path, &problem);
    if (octets == NULL)
        return problem;
    g_autofree char *why = wssc_keyfile_add_private_key(entry->ring, wssc_bytes_of(octets), password, entry->origin);
    return why != NULL ? g_strdup_printf("%s: %s", path, why) : NULL;
}

static char *take_certificate(Entry *entry)
{
    char *problem = NULL;
    const char *path = g_strstrip(entry->rest);
    if (*path == '\0')
        return g_strdup("the file's path is missing");
    g_autoptr(GBytes) octets = load_file(entry, path, &problem);
    if (octets == NULL)
        return problem;
    g_autofree char *why = wssc_keyfile_add_certificates(entry->ring, wssc_bytes_of(octets), path, entry->origin);
    return why != NULL ? g_strdup_printf("%s: %s", path, why) : NULL;
}

/* All that stands after the user is the password: it may hold blanks and "#". */
static char *take_password(Entry *entry)
{
    const char *user = next_word(entry);
    if (user == NULL || *entry->rest == '\0')
        return g_strdup("username or password is missing");
    wssc_keyring_add_password(entry->ring, user, entry->rest, entry->origin);
    return NULL;
}

static char *take_token(Entry *entry)
{
    const char *id = next_word(entry);
    g_autoptr(WsscSecret) secret = NULL;
    if (id == NULL)
        return g_strdup("the token's id is missing");
    char *problem = last_secret(entry, next_word(entry), &secret);
    if (problem == NULL)
        wssc_keyring_add_token(entry->ring, id, secret, entry->origin);
    return problem;
}

static char *take_key_name(Entry *entry)
{
    const char *word = next_word(entry);
    g_autoptr(WsscSecret) secret = NULL;
    if (word == NULL)
        return g_strdup("the key's name is missing");
    g_autofree char *name = g_uri_unescape_string(word, NULL);
    if (name == NULL)
        return g_strdup("the key's name is not percent-encoded rightly");
    char *problem = last_secret(entry, next_word(entry), &secret);
    if (problem == NULL)
        wssc_keyring_add_key_name(entry->ring, name, secret, entry->origin);
    return problem;
}

static const struct {
    const char *keyword;
    char *(*take)(Entry *entry);
} kinds[] = {
    {"SCT", take_sct},
    {"ENCRYPTED_KEY", take_encrypted_key},
    {"PRIVATE_KEY", take_private_key},
    {"CERTIFICATE", take_certificate},
    {"PASSWORD", take_password},
    {"TOKEN", take_token},
    {"KEY_NAME", take_key_name},
};

/* ---- the file ------------------------------------------------------------------------------------ */

static char *take_line(Entry *entry)
{
    const char *keyword = next_word(entry);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].keyword, keyword) == 0)
            return kinds[i].take(entry);
    /* What is not a keyword may be a secret in the wrong place: it is not repeated. */
    return g_strdup("the line begins with no keyword of the key file");
}

static gboolean is_text(const char *line, gsize len)
{
    return memchr(line, '\0', len) == NULL && g_utf8_validate(line, (gssize)len, NULL);
}

guint wssc_keyfile_parse(WsscBytes octets, WsscKeyfileLoad load, gpointer user, WsscKeyring *ring,
                         GPtrArray *diagnostics)
{
    const char *at = (const char *)octets.data;
    const char *end = at + octets.len;
    guint used = 0;

    if (octets.len >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    for (guint number = 1; at < end; number++) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        gsize len = (gsize)((newline != NULL ? newline : end) - at);
        g_autoptr(WsscSecret) line = wssc_secret_new(at, len);
        Entry entry = {load, user, ring, {WSSC_KEY_FROM_KEYFILE, 0, 0, number}, NULL};
        char *problem = NULL;

        at = newline != NULL ? newline + 1 : end;
        while (len > 0 && (line->data[len - 1] == '\r' || line->data[len - 1] == ' '))
            line->data[--len] = '\0';
        entry.rest = (char *)line->data;
        while (*entry.rest == ' ' || *entry.rest == '\t')
            entry.rest++;
        if (len == 0 || *entry.rest == '#' || (*entry.rest == '\0' && is_text((char *)line->data, len)))
            continue;
        problem = is_text((const char *)line->data, len) ? take_line(&entry) : g_strdup("the line is no UTF-8 text");
        if (problem == NULL) {
            used++;
            continue;
        }
        WsscKeyfileDiagnostic *diagnostic = g_new0(WsscKeyfileDiagnostic, 1);
        diagnostic->line = number;
        diagnostic->text = problem;
        g_ptr_array_add(diagnostics, diagnostic);
    }
    return used;
}

/* ---- writing --------------------------------------------------------------------------------------- */

void wssc_keyfile_write_sct(GString *out, const char *identifier, const char *instance, const WsscSecret *secret)
{
    g_autofree char *hex = wssc_hex_encode(wssc_secret_bytes(secret));
    g_string_append_printf(out, "SCT %s ", identifier);
    if (instance != NULL && *instance != '\0')
        g_string_append_printf(out, "instance=%s ", instance);
    g_string_append_printf(out, "%s\n", hex);
    OPENSSL_cleanse(hex, strlen(hex));
}

void wssc_keyfile_write_encrypted_key(GString *out, const char *sha1, const WsscSecret *secret)
{
    g_autofree char *hex = wssc_hex_encode(wssc_secret_bytes(secret));
    g_string_append_printf(out, "ENCRYPTED_KEY sha1:%s %s\n", sha1, hex);
    OPENSSL_cleanse(hex, strlen(hex));
}

/* An identifier from a capture is anybody's text: only one that is one word can stand in a line. */
static gboolean is_word(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (g_ascii_isspace(*c) || g_ascii_iscntrl(*c))
            return FALSE;
    return *text != '\0' && *text != '#';
}

typedef struct {
    GString *out;
    WsscKeyfileIsWanted is_wanted; /* or NULL */
    gpointer user;
} Writing;

static void write_key(const char *kind, const char *id, const WsscKey *key, gpointer user)
{
    const Writing *writing = user;
    if (key->origin.source != WSSC_KEY_FROM_CAPTURE || !is_word(id) ||
        (*key->instance != '\0' && !is_word(key->instance)))
        return;
    if (writing->is_wanted != NULL && !writing->is_wanted(&key->origin, writing->user))
        return;
    if (strcmp(kind, "SCT") == 0)
        wssc_keyfile_write_sct(writing->out, id, key->instance, key->secret);
    else
        wssc_keyfile_write_encrypted_key(writing->out, id, key->secret);
}

char *wssc_keyfile_write_capture(const WsscKeyring *ring, WsscKeyfileIsWanted is_wanted, gpointer user)
{
    Writing writing = {g_string_new(NULL), is_wanted, user};
    wssc_keyring_foreach(ring, write_key, &writing);
    return g_string_free(writing.out, FALSE);
}
