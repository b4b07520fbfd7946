/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "keys.h"

#include <string.h>

#include <epan/uat.h>
#include <wsutil/wslog.h>

#include "has_crypto.h"
#include "key_file.h"
#include "keys/keyfile.h"

#undef WS_LOG_DOMAIN
#define WS_LOG_DOMAIN "wssc"

static const char *keylog_file;

/* One row of the table: a line of a key file, in two columns. */
typedef struct {
    char *kind; /* "SCT", "PRIVATE_KEY", ... */
    char *rest; /* what follows it in a key file */
} Row;

static Row *rows;
static guint row_count;
static uat_t *table;

UAT_CSTRING_CB_DEF(key_rows, kind, Row)
UAT_CSTRING_CB_DEF(key_rows, rest, Row)

static void *copy_row(void *to, const void *from, size_t size _U_)
{
    Row *row = to;
    const Row *other = from;
    row->kind = g_strdup(other->kind);
    row->rest = g_strdup(other->rest);
    return row;
}

static void free_row(void *data)
{
    Row *row = data;
    /* The rest holds secrets. */
    if (row->rest != NULL)
        memset(row->rest, 0, strlen(row->rest));
    g_free(row->kind);
    g_free(row->rest);
}

static void warn(const char *name, guint line, const char *text, gpointer user _U_)
{
    ws_warning("%s, line %u: %s", name, line, text);
}

static void load_keylog_file(WsscKeyring *ring)
{
    g_autoptr(GError) error = NULL;
    if (!wssc_key_file_load(keylog_file, ring, warn, NULL, &error))
        ws_warning("key file: %s", error->message);
}

/* A row is the line of that number, so that a key tells its row. */
static void load_table(WsscKeyring *ring)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < row_count; i++)
        g_string_append_printf(text, "%s %s\n", rows[i].kind, rows[i].rest);
    wssc_key_file_take("key table", text->str, text->len, ring, warn, NULL);
    memset(text->str, 0, text->len);
    g_string_free(text, TRUE);
}

void wssc_keys_load(WsscKeyring *ring)
{
    gboolean has_file = keylog_file != NULL && *keylog_file != '\0';
    if ((!has_file && row_count == 0) || !wssc_has_crypto())
        return;
    if (has_file)
        load_keylog_file(ring);
    load_table(ring);
}

static GBytes *load_nothing(const char *path _U_, gpointer user _U_, GError **error _U_)
{
    return g_bytes_new(NULL, 0);
}

/* What would be refused later is refused where it is typed. Files may come later. */
static WsscBool check_row(void *record, char **ret_error)
{
    const Row *row = record;
    if (g_str_equal(row->kind, "PRIVATE_KEY") || g_str_equal(row->kind, "CERTIFICATE"))
        return TRUE;
    if (!wssc_has_crypto())
        return TRUE;
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    g_autofree char *line = g_strdup_printf("%s %s\n", row->kind, row->rest);
    wssc_keyfile_parse(wssc_bytes(line, strlen(line)), load_nothing, NULL, ring, problems);
    memset(line, 0, strlen(line));
    if (problems->len == 0)
        return TRUE;
    *ret_error = g_strdup(((const WsscKeyfileDiagnostic *)problems->pdata[0])->text);
    return FALSE;
}

void wssc_keys_register(module_t *module)
{
    static uat_field_t columns[] = {
        UAT_FLD_CSTRING(key_rows, kind, "Kind",
                        "SCT, ENCRYPTED_KEY, PRIVATE_KEY, CERTIFICATE, PASSWORD, TOKEN or KEY_NAME"),
        UAT_FLD_CSTRING(key_rows, rest, "Entry", "What follows the kind in a line of a key file"), UAT_END_FIELDS};

    prefs_register_filename_preference(module, "keylog_file", "Key file",
                                       "Keys of contexts, private keys and passwords, one a line", &keylog_file, FALSE);
    table = uat_new("WSSC keys", sizeof(Row), "wssc_keys", TRUE, &rows, &row_count, UAT_AFFECTS_DISSECTION, NULL,
                    copy_row, check_row, free_row, NULL, NULL, columns);
    prefs_register_uat_preference(module, "keys", "Keys", "Keys that are kept with the preferences", table);
}
