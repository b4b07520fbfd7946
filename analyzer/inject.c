/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wssc inject and extract: key lines into a pcapng file's decryption secrets, and out of them.
 */
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/limits.h"
#include "input.h"
#include "key_file.h"
#include "keys/keyfile.h"
#include "pcapng.h"
#include "secrets.h"

/* ---- files --------------------------------------------------------------------------------------------------- */

static gboolean is_same_file(FILE *in, const char *path)
{
    struct stat a, b;
    return fstat(fileno(in), &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* For its owner alone: it holds secrets. NULL with a message on standard error. */
static FILE *open_output(FILE *in, const char *path)
{
    if (strcmp(path, "-") == 0)
        return stdout;
    if (is_same_file(in, path)) {
        fprintf(stderr, "wssc: -o \"%s\": that is the capture itself, which is still to be read\n", path);
        return NULL;
    }
    int fd = g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *out = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (out == NULL)
        fprintf(stderr, "wssc: -o \"%s\": %s\n", path, g_strerror(errno));
    return out;
}

static gboolean close_output(FILE *out, const char *path)
{
    gboolean is_ok = fflush(out) == 0 && !ferror(out);
    int why = errno;
    if (out != stdout && fclose(out) != 0) {
        is_ok = FALSE;
        why = errno;
    }
    if (!is_ok)
        fprintf(stderr, "wssc: -o \"%s\": %s\n", path, g_strerror(why));
    return is_ok;
}

static FILE *open_input(const char *path, WsscInput *input)
{
    g_autoptr(GError) error = NULL;
    FILE *in = NULL;
    if (!wssc_input_open(path, input, &error)) {
        fprintf(stderr, "wssc: %s: %s\n", path, error->message);
        return NULL;
    }
    in = g_fopen(input->path, "rb");
    if (in == NULL) {
        fprintf(stderr, "wssc: %s: %s\n", path, g_strerror(errno));
        wssc_input_close(input);
    }
    return in;
}

/* ---- key lines ----------------------------------------------------------------------------------------------- */

typedef struct {
    const char *path;
    GHashTable *lines; /* their numbers */
} Unfit;

static void take_unfit(const char *name G_GNUC_UNUSED, guint line, const char *text, gpointer user)
{
    Unfit *unfit = user;
    fprintf(stderr, "wssc: %s:%u: %s: left out\n", unfit->path, line, text);
    g_hash_table_add(unfit->lines, GUINT_TO_POINTER(line));
}

/* What can be used, line by line: the reader of the block knows no files beside it. */
static void append_fit(GBytes *octets, const char *path, GString *out)
{
    g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL);
    g_autoptr(WsscKeyring) ring = wssc_keyring_new();
    Unfit unfit = {path, numbers};
    gsize size;
    const char *text = g_bytes_get_data(octets, &size);
    wssc_key_file_take_foreign(path, text, size, ring, take_unfit, &unfit);
    const char *end = text + size;
    for (guint line = 1; text < end; line++) {
        const char *stop = memchr(text, '\n', (gsize)(end - text));
        gsize len = (gsize)((stop != NULL ? stop : end) - text);
        gboolean is_entry = len > 0 && *text != '#' && *text != '\r';
        if (is_entry && !g_hash_table_contains(numbers, GUINT_TO_POINTER(line))) {
            g_string_append_len(out, text, (gssize)len);
            g_string_append_c(out, '\n');
        }
        text += len + 1;
    }
}

/* Of -k, else of standard input. */
static gboolean read_lines(const WsscOptions *options, GString *out)
{
    static char *standard_input[] = {(char *)"/dev/stdin", NULL};
    for (char **path = options->key_files != NULL ? options->key_files : standard_input; *path != NULL; path++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) octets = wssc_key_file_read(strcmp(*path, "-") == 0 ? "/dev/stdin" : *path, &error);
        if (octets == NULL) {
            fprintf(stderr, "wssc: key file: %s\n", error->message);
            return FALSE;
        }
        if (wssc_keyfile_kind(wssc_bytes_of(octets)) != WSSC_KEYFILE_LINES) {
            fprintf(stderr, "wssc: %s: no lines of a key file, and nothing else is put into captures\n", *path);
            return FALSE;
        }
        append_fit(octets, *path, out);
    }
    if (out->len > 0 && out->len <= WSSC_MAX_KEY_FILE_OCTETS)
        return TRUE;
    fprintf(stderr, out->len > 0 ? "wssc: inject: too many keys for one capture\n"
                                 : "wssc: inject: no key lines (-k FILE, or on standard input)\n");
    return FALSE;
}

/* ---- inject -------------------------------------------------------------------------------------------------- */

/* Behind the first section's header: before every packet that may need them. */
static int inject(const char *name, FILE *in, const GString *lines, FILE *out)
{
    g_autoptr(GError) error = NULL;
    WsscPcapng pcapng;
    WsscPcapngBlock block = {.length = 0};
    gboolean is_put = FALSE;
    wssc_pcapng_begin(&pcapng, in);
    while (wssc_pcapng_next(&pcapng, &block, &error) && wssc_pcapng_pass(&pcapng, &block, out, &error)) {
        if (!is_put)
            wssc_pcapng_put_secrets(&pcapng, WSSC_SECRETS_TYPE, lines->str, lines->len, out);
        is_put = TRUE;
    }
    if (error == NULL)
        return WSSC_EXIT_DONE;
    fprintf(stderr, "wssc: %s: %s\n", name, error->message);
    return WSSC_EXIT_DAMAGED;
}

int wssc_command_inject(const WsscOptions *options)
{
    const char *name = options->files[0];
    g_autoptr(GString) lines = g_string_new(NULL);
    WsscInput input;
    if (options->output == NULL || (options->key_files == NULL && strcmp(name, "-") == 0)) {
        fprintf(stderr, options->output == NULL
                            ? "wssc: inject writes a capture: say where to with -o FILE\n"
                            : "wssc: inject: keys and capture cannot both come by standard input\n");
        return WSSC_EXIT_USAGE;
    }
    if (!read_lines(options, lines))
        return WSSC_EXIT_USAGE;
    FILE *in = open_input(name, &input);
    FILE *out = in != NULL ? open_output(in, options->output) : NULL;
    int status = WSSC_EXIT_DAMAGED;
    if (out != NULL) {
        status = inject(name, in, lines, out);
        status = close_output(out, options->output) ? status : WSSC_EXIT_DAMAGED;
    }
    if (in != NULL) {
        fclose(in);
        wssc_input_close(&input);
    }
    memset(lines->str, 0, lines->len);
    return status;
}

/* ---- extract ------------------------------------------------------------------------------------------------- */

typedef struct {
    WsscPcapng pcapng;
    FILE *lines, *capture; /* capture: what is left without them; or NULL */
    guint blocks;
} Extraction;

/* A block of other secrets goes where the rest goes. */
static gboolean take_secrets(Extraction *extraction, const WsscPcapngBlock *block, GError **error)
{
    guint32 type = 0;
    g_autoptr(GBytes) secrets = NULL;
    g_autoptr(GBytes) octets = wssc_pcapng_read(&extraction->pcapng, block, WSSC_MAX_KEY_FILE_OCTETS + 1024, error);
    if (octets == NULL)
        return FALSE;
    gsize size;
    gboolean is_ours = wssc_pcapng_secrets(&extraction->pcapng, octets, &type, &secrets) && type == WSSC_SECRETS_TYPE;
    const void *data = g_bytes_get_data(is_ours ? secrets : octets, &size);
    FILE *to = is_ours ? extraction->lines : extraction->capture;
    if (to != NULL)
        fwrite(data, 1, size, to);
    if (is_ours && size > 0 && ((const char *)data)[size - 1] != '\n')
        fputc('\n', to);
    extraction->blocks += is_ours ? 1 : 0;
    return TRUE;
}

static int extract(const char *name, FILE *in, Extraction *extraction)
{
    g_autoptr(GError) error = NULL;
    WsscPcapngBlock block = {.length = 0};
    gboolean is_ok = TRUE;
    wssc_pcapng_begin(&extraction->pcapng, in);
    while (is_ok && wssc_pcapng_next(&extraction->pcapng, &block, &error))
        is_ok = block.type == WSSC_PCAPNG_SECRETS
                    ? take_secrets(extraction, &block, &error)
                    : wssc_pcapng_pass(&extraction->pcapng, &block, extraction->capture, &error);
    if (error != NULL)
        fprintf(stderr, "wssc: %s: %s\n", name, error->message);
    else if (extraction->blocks == 0)
        fprintf(stderr, "wssc: %s: no key lines in it\n", name);
    return error != NULL ? WSSC_EXIT_DAMAGED : extraction->blocks == 0 ? WSSC_EXIT_CHECK_FAILED : WSSC_EXIT_DONE;
}

int wssc_command_extract(const WsscOptions *options)
{
    const char *name = options->files[0];
    Extraction extraction = {.lines = stdout};
    WsscInput input;
    if (g_strcmp0(options->output, "-") == 0) {
        fprintf(stderr, "wssc: -o -: the key lines go to standard output\n");
        return WSSC_EXIT_USAGE;
    }
    FILE *in = open_input(name, &input);
    if (in == NULL)
        return WSSC_EXIT_DAMAGED;
    if (options->output != NULL)
        extraction.capture = open_output(in, options->output);
    int status = WSSC_EXIT_DAMAGED;
    if (options->output == NULL || extraction.capture != NULL)
        status = extract(name, in, &extraction);
    if (extraction.capture != NULL && !close_output(extraction.capture, options->output))
        status = WSSC_EXIT_DAMAGED;
    fclose(in);
    wssc_input_close(&input);
    return status;
}
