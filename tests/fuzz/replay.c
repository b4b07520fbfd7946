/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replays inputs through a fuzz target, without libFuzzer.
 *
 * usage: fuzz_NAME FILE|FOLDER...
 *
 * The alarm is no measurement: it ends a target that hangs, and the input's name is printed first.
 */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "fuzz.h"

#define HANG_SECONDS 120

static char current[4096];

static void replay(const char *path)
{
    g_autoptr(GError) error = NULL;
    char *data = NULL;
    gsize len = 0;
    if (!g_file_get_contents(path, &data, &len, &error)) {
        fprintf(stderr, "%s\n", error->message);
        exit(2);
    }
    g_strlcpy(current, path, sizeof current);
    guint8 *exact = g_memdup2(data, len);
    g_free(data);
    alarm(HANG_SECONDS);
    LLVMFuzzerTestOneInput(exact, len);
    alarm(0);
    g_free(exact);
}

static guint replay_all(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;
    guint count = 0;
    if (dir == NULL) {
        replay(path);
        return 1;
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        count += replay_all(inner);
    }
    g_dir_close(dir);
    return count;
}

static void tell(int signal_number)
{
    static const char hang[] = "hangs or crashes on ";
    ssize_t written = write(STDERR_FILENO, hang, sizeof hang - 1);
    written += write(STDERR_FILENO, current, strlen(current));
    written += write(STDERR_FILENO, "\n", 1);
    _exit(written > 0 ? 128 + signal_number : 1);
}

int main(int argc, char **argv)
{
    guint count = 0;
    signal(SIGALRM, tell);
    signal(SIGABRT, tell);
    for (int i = 1; i < argc; i++)
        count += replay_all(argv[i]);
    printf("%u inputs\n", count);
    return count > 0 ? 0 : 2;
}
