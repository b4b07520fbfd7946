/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "watch/descriptor.h"

static gboolean is_standard_input(const char *file)
{
    return strcmp(file, "-") == 0;
}

/* FALSE also for what is not there. */
static gboolean is_read_once(const char *file)
{
    GStatBuf status;
    return is_standard_input(file) ||
           (g_stat(file, &status) == 0 &&
            (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || S_ISCHR(status.st_mode)));
}

gboolean wssc_input_is_lasting(const char *file)
{
    return !is_read_once(file);
}

static gboolean is_empty(const char *path)
{
    GStatBuf status;
    return g_stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

static gboolean copy_all(int from, int to)
{
    guint8 chunk[65536];
    gssize got;
    while ((got = read(from, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || !wssc_descriptor_write(to, wssc_bytes(chunk, (gsize)got)))
            return FALSE;
    }
    return TRUE;
}

static int spool(int from, GError **error)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("wssc-input-XXXXXX", &path, error);
    if (fd < 0)
        return -1;
    g_unlink(path);
    if (copy_all(from, fd))
        return fd;
    g_set_error_literal(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_FILE, g_strerror(errno));
    close(fd);
    return -1;
}

static gboolean open_spooled(const char *file, WsscInput *input, GError **error)
{
    int from = is_standard_input(file) ? STDIN_FILENO : g_open(file, O_RDONLY | O_CLOEXEC, 0);
    if (from < 0) {
        g_set_error_literal(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_FILE, g_strerror(errno));
        return FALSE;
    }
    input->spool = spool(from, error);
    if (from != STDIN_FILENO)
        close(from);
    if (input->spool < 0)
        return FALSE;
    input->path = g_strdup_printf("/proc/self/fd/%d", input->spool);
    return TRUE;
}

gboolean wssc_input_open(const char *file, WsscInput *ret_input, GError **error)
{
    WsscInput input = {.spool = -1};
    if (!is_read_once(file))
        input.path = g_strdup(file);
    else if (!open_spooled(file, &input, error))
        return FALSE;
    if (is_empty(input.path)) {
        g_set_error_literal(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_FILE, "it is empty");
        wssc_input_close(&input);
        return FALSE;
    }
    *ret_input = input;
    return TRUE;
}

void wssc_input_close(WsscInput *input)
{
    if (input->spool >= 0)
        close(input->spool);
    g_clear_pointer(&input->path, g_free);
    input->spool = -1;
}
