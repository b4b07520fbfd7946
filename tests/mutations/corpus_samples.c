/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "keys/keyfile.h"
#include "sample.h"

static GBytes *load_beside(const char *path, gpointer folder, GError **error)
{
    g_autofree char *full = g_path_is_absolute(path) ? g_strdup(path) : g_build_filename(folder, path, NULL);
    char *data = NULL;
    gsize len = 0;
    return g_file_get_contents(full, &data, &len, error) ? g_bytes_new_take(data, len) : NULL;
}

static const KeySet *read_keys(const char *folder, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) octets = load_beside(name, (gpointer)folder, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    gsize len = 0;
    const char *data = g_bytes_get_data(octets, &len);
    g_autofree char *text = g_strndup(data, len);

    wssc_keyfile_parse(wssc_bytes(data, len), load_beside, (gpointer)folder, ring, problems);
    g_assert_cmpuint(problems->len, ==, 0);
    return keys_from_ring(ring, text);
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void samples_from_folder(GPtrArray *samples, const char *source, const char *folder)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
        if (g_str_has_suffix(name, ".xml"))
            g_ptr_array_add(names, g_strndup(name, strlen(name) - 4));
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *file = g_strconcat(names->pdata[i], ".xml", NULL);
        g_autofree char *key_file = g_strconcat(names->pdata[i], ".keys", NULL);
        Sample *sample = g_new0(Sample, 1);
        sample->source = g_strdup(source);
        sample->name = g_strconcat(source, "/", names->pdata[i], NULL);
        sample->octets = load_beside(file, (gpointer)folder, &error);
        g_assert_no_error(error);
        sample->keys = read_keys(folder, key_file);
        g_ptr_array_add(samples, sample);
    }
}
