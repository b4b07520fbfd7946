/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "keys/keyfile.h"

/* ---- files --------------------------------------------------------------------------------------------------- */

#define MAX_WAIT 10000 /* milliseconds for a pipe to go on */

static gboolean fail(const char *path, const char *why, GError **error)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s", path, why);
    return FALSE;
}

/* Octets are there, or the end. */
static gboolean wait_for(int file, const char *path, GError **error)
{
    struct pollfd ready = {.fd = file, .events = POLLIN};
    int count = poll(&ready, 1, MAX_WAIT);
    return count != 0 || fail(path, "nothing came out of it for 10 seconds", error);
}

static gboolean read_all(int file, const char *path, GByteArray *out, GError **error)
{
    guint8 chunk[65536];
    while (wait_for(file, path, error)) {
        gssize got = read(file, chunk, sizeof chunk);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return fail(path, g_strerror(errno), error);
        if (got == 0)
            return TRUE;
        if (out->len + (gsize)got > WSSC_MAX_KEY_FILE_OCTETS)
            return fail(path, "has more than 16 MB, the limit for files with keys", error);
        g_byte_array_append(out, chunk, (guint)got);
    }
    return FALSE;
}

GBytes *wssc_key_file_read(const char *path, GError **error)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    struct stat status;
    /* A pipe that nobody writes to would not even open. */
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) != 0) {
        fail(path, g_strerror(errno), error);
        if (file >= 0)
            close(file);
        return NULL;
    }
    gboolean is_ok = S_ISDIR(status.st_mode) ? fail(path, "is a directory", error)
                     : S_ISREG(status.st_mode) && status.st_size > WSSC_MAX_KEY_FILE_OCTETS
                         ? fail(path, "has more than 16 MB, the limit for files with keys", error)
                         : read_all(file, path, out, error);
    close(file);
    return is_ok ? g_byte_array_free_to_bytes(g_steal_pointer(&out)) : NULL;
}

static GBytes *load_beside(const char *path, gpointer directory, GError **error)
{
    g_autofree char *full =
        g_path_is_absolute(path) || directory == NULL ? g_strdup(path) : g_build_filename(directory, path, NULL);
    return wssc_key_file_read(full, error);
}

/* ---- what is in them ----------------------------------------------------------------------------------------- */

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
    g_autoptr(GBytes) octets = wssc_key_file_read(path, error);
    if (octets == NULL)
        return FALSE;
    WsscBytes text = wssc_bytes_of(octets);
    gboolean is_ok = take_any(path, text, ring, tell, user, error);
    memset((guint8 *)text.data, 0, text.len); /* ours alone */
    return is_ok;
}

void wssc_key_file_take(const char *name, const char *lines, gsize len, WsscKeyring *ring, WsscKeyFileTell tell,
                        gpointer user)
{
    take(name, NULL, wssc_bytes(lines, len), ring, tell, user);
}

static GBytes *refuse(const char *path G_GNUC_UNUSED, gpointer user G_GNUC_UNUSED, GError **error)
{
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "keys inside of a capture name no files");
    return NULL;
}

void wssc_key_file_take_foreign(const char *name, const char *lines, gsize len, WsscKeyring *ring, WsscKeyFileTell tell,
                                gpointer user)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(wssc_keyfile_diagnostic_free);
    wssc_keyfile_parse(wssc_bytes(lines, len), refuse, NULL, ring, problems);
    for (guint i = 0; i < problems->len; i++) {
        const WsscKeyfileDiagnostic *problem = problems->pdata[i];
        tell(name, problem->line, problem->text, user);
    }
}
