/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "workers/worker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dissect.h"
#include "watch/descriptor.h"
#include "workers/finds.h"

#define FLUSH_OCTETS (64u * 1024)
#define FLUSH_FRAMES 64u /* so often at least: others wait for what is not told */

typedef struct {
    const WsscWork *work;
    guint share;
    int to;
    gboolean is_deaf; /* nobody reads what is written */
    WsscRecordWriter writer;
    WsscStringsSent *sent;
    guint64 key;  /* of the frame under way */
    gsize before; /* octets that waited when it began */
    guint frames; /* since the last flush */
} Worker;

/* ---- descriptors --------------------------------------------------------------------------------------------------
 */

/* A descriptor that is opened anew has a place of its own in the file. */
static gboolean replace(int fd, const char *name)
{
    off_t place = lseek(fd, 0, SEEK_CUR);
    int own = open(name, O_RDONLY | O_CLOEXEC);
    if (own < 0)
        return FALSE;
    gboolean is_ok = place >= 0 && lseek(own, place, SEEK_SET) == place && dup2(own, fd) == fd;
    close(own);
    return is_ok;
}

gboolean wssc_worker_reopen(const char *path)
{
    struct stat file, status;
    const char *name;
    g_autoptr(GDir) all = g_dir_open("/proc/self/fd", 0, NULL);
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(int));
    if (all == NULL || stat(path, &file) != 0)
        return FALSE;
    while ((name = g_dir_read_name(all)) != NULL) {
        int fd = (int)g_ascii_strtoll(name, NULL, 10);
        if (fstat(fd, &status) == 0 && status.st_dev == file.st_dev && status.st_ino == file.st_ino)
            g_array_append_val(found, fd);
    }
    for (guint i = 0; i < found->len; i++) {
        int fd = g_array_index(found, int, i);
        g_autofree char *magic = g_strdup_printf("/proc/self/fd/%d", fd);
        if (!replace(fd, magic))
            return FALSE;
    }
    return TRUE;
}

/* ---- records ------------------------------------------------------------------------------------------------------
 */

static void flush(Worker *worker)
{
    const GByteArray *out = worker->writer.out;
    worker->is_deaf = worker->is_deaf || !wssc_descriptor_write(worker->to, wssc_bytes(out->data, out->len));
    g_byte_array_set_size(worker->writer.out, 0);
    worker->frames = 0;
}

static void mark(Worker *worker, guint64 key)
{
    wssc_record_begin(&worker->writer, WSSC_RECORD_MARK, key);
    wssc_record_end(&worker->writer);
}

static void feed(gpointer user, const WsscUnit *unit, const WsscStringsThen *strings)
{
    Worker *worker = user;
    wssc_finds_put_message(&worker->writer, worker->sent, worker->key, unit, strings);
}

static void feed_note(gpointer user, const WsscCarrierNote *note)
{
    Worker *worker = user;
    wssc_finds_put_note(&worker->writer, worker->key, note);
}

static void begin_stream(gpointer user, guint32 frame)
{
    Worker *worker = user;
    wssc_record_begin(&worker->writer, WSSC_RECORD_STREAM, worker->key);
    wssc_record_put(&worker->writer, frame);
    wssc_record_end(&worker->writer);
}

/* ---- the share ----------------------------------------------------------------------------------------------------
 */

static gboolean is_own(gpointer user, guint32 frame)
{
    const Worker *worker = user;
    return !worker->is_deaf && wssc_segments_share(worker->work->pass->segments, frame) == worker->share;
}

static void begin_turn(gpointer user, guint32 turn, gboolean is_late)
{
    Worker *worker = user;
    worker->key = wssc_record_key(turn, is_late);
    worker->before = worker->writer.out->len;
}

static void on_taken(gpointer user)
{
    Worker *worker = user;
    gboolean has_said = worker->writer.out->len > worker->before;
    worker->frames++;
    if (has_said || worker->frames >= FLUSH_FRAMES)
        mark(worker, worker->key);
    if (worker->writer.out->len >= FLUSH_OCTETS || worker->frames >= FLUSH_FRAMES)
        flush(worker);
}

static void end(Worker *worker, WsscPass *pass)
{
    WsscEnding ending = {.lost = wssc_lost_log_new(FALSE), .closed_tls = g_ptr_array_new()};
    ending.tls_sessions = wssc_tls_watch_finish(pass->tls, ending.closed_tls, &ending.cut_tls_frames);
    wssc_loss_finish(pass->loss, ending.lost);
    wssc_ending_put(&worker->writer, worker->key, &ending);
    flush(worker);
}

gboolean wssc_worker_run(const WsscWork *work, guint share, int to)
{
    Worker worker = {
        .work = work, .share = share, .to = to, .writer.out = g_byte_array_new(), .sent = wssc_strings_sent_new()};
    const WsscOutlet outlet = {.feed = feed, .note = feed_note, .begin_stream = begin_stream, .user = &worker};
    const WsscShare own = {.is_own = is_own, .begin_turn = begin_turn, .on_taken = on_taken, .user = &worker};
    WsscPass pass = *work->pass;

    pass.tls = wssc_tls_watch_new();
    pass.loss = wssc_loss_new(wssc_strays_are_real(wssc_segments_strays(pass.segments)));
    wssc_dissect_use_outlet(&outlet);
    gboolean is_ok = wssc_pass_run_share(&pass, &own);
    if (is_ok)
        end(&worker, &pass);
    flush(&worker);
    wssc_strings_sent_free(worker.sent);
    return is_ok && !worker.is_deaf;
}
