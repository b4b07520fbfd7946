/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "key_file.h"

#include <string.h>

#include "keys/keyfile.h"

static GBytes *load_beside(const char *path, gpointer directory, GError **error)
{
    char *contents = NULL;
    gsize len = 0;
    g_autofree char *full =
        g_path_is_absolute(path) || directory == NULL ? g_strdup(path) : g_build_filename(directory, path, NULL);
    if (!g_file_get_contents(full, &contents, &len, error))
        return NULL;
    return g_bytes_new_take(contents, len);
}

static void take(const char *name, const char *directory, WsscBytes lines, WsscKeyring *ring, WsscKeyFileTell tell,
                 gpointer user)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    wssc_keyfile_parse(lines, load_beside, (gpointer)directory, ring, problems);
    for (guint i = 0; i < problems->len; i++) {
        const WsscKeyfileDiagnostic *problem = problems->pdata[i];
        tell(name, problem->line, problem->text, user);
    }
}

static gboolean take_any(const char *path, WsscBytes octets, WsscKeyring *ring, WsscKeyFileTell tell, gpointer user,
                         GError **error)
{
    g_autofree char *directory = g_path_get_dirname(path);
    g_autofree char *problem = NULL;
    switch (wssc_keyfile_kind(octets)) {
    case WSSC_KEYFILE_STORE:
        problem = wssc_keyfile_add_store(ring, octets, path, (WsscKeyOrigin){.source = WSSC_KEY_FROM_KEYFILE});
        break;
    case WSSC_KEYFILE_JAVA_STORE:
        problem = wssc_keyfile_convert_hint(path);
        break;
    default:
        take(path, directory, octets, ring, tell, user);
    }
    if (problem != NULL)
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s", path, problem);
    return problem == NULL;
}

gboolean wssc_key_file_load(const char *path, WsscKeyring *ring, WsscKeyFileTell tell, gpointer user, GError **error)
{
    g_autofree char *text = NULL;
    gsize len = 0;
    if (!g_file_get_contents(path, &text, &len, error))
        return FALSE;
    gboolean is_ok = take_any(path, wssc_bytes(text, len), ring, tell, user, error);
    memset(text, 0, len);
    return is_ok;
}

void wssc_key_file_take(const char *name, const char *lines, gsize len, WsscKeyring *ring, WsscKeyFileTell tell,
                        gpointer user)
{
    take(name, NULL, wssc_bytes(lines, len), ring, tell, user);
}
