/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pipe2, F_SETPIPE_SZ */
#endif
#include "compat.h"

#include "workers/nursery.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workers/worker.h"

#define PIPE_OCTETS (1024 * 1024)

/* ---- a descriptor on its way --------------------------------------------------------------------------------------
 */

typedef union {
    struct cmsghdr align;
    char octets[CMSG_SPACE(sizeof(int))];
} Passed;

static gboolean pass_on(int control, guint share, int fd)
{
    Passed passed = {.octets = {0}};
    struct iovec part = {.iov_base = &share, .iov_len = sizeof share};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = passed.octets, .msg_controllen = sizeof passed.octets};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
    return sendmsg(control, &message, MSG_NOSIGNAL) == (gssize)sizeof share;
}

/* What comes back. */
typedef struct {
    guint share;
    pid_t process;
} Born;

/* -1: no more will come. */
static int receive(int control, guint *ret_share)
{
    Passed passed;
    struct iovec part = {.iov_base = ret_share, .iov_len = sizeof *ret_share};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = passed.octets, .msg_controllen = sizeof passed.octets};
    gssize got;
    int fd = -1;
    do
        got = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    struct cmsghdr *head = got == (gssize)sizeof *ret_share ? CMSG_FIRSTHDR(&message) : NULL;
    if (head != NULL && head->cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(head), sizeof fd);
    return fd;
}

/* ---- the process --------------------------------------------------------------------------------------------------
 */

/* Whoever forked this one may have ended before it could ask to end with that. */
static void end_with(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
}

/* Descriptors are few, and a worker holds none of another one: each fork closes what the nursery does not need. */
static void run_worker(const WsscWork *work, guint share, int to, int control, pid_t nursery)
{
    close(control);
    end_with(nursery);
    gboolean is_ok = wssc_worker_reopen(work->path) && wssc_worker_run(work, share, to);
    close(to);            /* the next one may begin: giving all memory back takes its time */
    _exit(is_ok ? 0 : 1); /* nothing of the first process is written or freed twice */
}

/* How they ended nobody asks, what they said tells: but the time they took is to be counted. */
static void reap(GArray *workers, int options)
{
    for (guint i = workers->len; i > 0; i--)
        if (waitpid(g_array_index(workers, pid_t, i - 1), NULL, options) != 0)
            g_array_remove_index_fast(workers, i - 1);
}

/* The first process keeps up with it: it hears before it asks for another one. */
static void tell(int control, guint share, pid_t child, GArray *workers)
{
    const Born born = {share, child};
    g_array_append_val(workers, child);
    send(control, &born, sizeof born, MSG_NOSIGNAL); /* where nobody hears it, this one ends, too */
}

static void run_nursery(const WsscWork *work, int control)
{
    GArray *workers = g_array_new(FALSE, FALSE, sizeof(pid_t));
    pid_t own = getpid();
    guint share;
    int to;
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    if (!wssc_worker_reopen(work->path))
        _exit(1);
    while ((to = receive(control, &share)) >= 0) {
        pid_t child = fork();
        if (child == 0)
            run_worker(work, share, to, control, own);
        close(to);
        if (child > 0)
            tell(control, share, child, workers);
        reap(workers, WNOHANG);
    }
    for (guint i = 0; i < workers->len; i++) /* who is still there is not wanted any more */
        kill(g_array_index(workers, pid_t, i), SIGKILL);
    reap(workers, 0);
    _exit(0);
}

/* ---- the other side -----------------------------------------------------------------------------------------------
 */

gboolean wssc_nursery_begin(const WsscWork *work, WsscNursery *ret_nursery, GError **error)
{
    int ends[2];
    pid_t own = getpid(), child = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0) {
        child = fork();
        if (child == 0) {
            close(ends[0]);
            end_with(own);
            run_nursery(work, ends[1]);
        }
        close(ends[1]);
        if (child < 0)
            close(ends[0]);
    }
    if (child < 0) {
        g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_FILE, "no further process: %s", g_strerror(errno));
        return FALSE;
    }
    *ret_nursery = (WsscNursery){child, ends[0], g_hash_table_new(NULL, NULL)};
    return TRUE;
}

/* FALSE when the nursery has ended. */
static gboolean hear(WsscNursery *nursery)
{
    Born born;
    gssize got;
    while ((got = recv(nursery->control, &born, sizeof born, MSG_DONTWAIT)) == (gssize)sizeof born)
        g_hash_table_insert(nursery->workers, GUINT_TO_POINTER(born.share), GINT_TO_POINTER(born.process));
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

int wssc_nursery_fork(WsscNursery *nursery, guint share)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_OCTETS); /* or as large as it is */
    hear(nursery);
    gboolean is_ok = pass_on(nursery->control, share, ends[1]);
    close(ends[1]);
    if (is_ok)
        return ends[0];
    close(ends[0]);
    return -1;
}

gboolean wssc_nursery_kill_idle(WsscNursery *nursery, guint share, WsscIdle *idle, guint patience)
{
    hear(nursery);
    GPid worker = GPOINTER_TO_INT(g_hash_table_lookup(nursery->workers, GUINT_TO_POINTER(share)));
    GPid process = worker > 0 ? worker : nursery->process;
    wssc_idle_look(idle, process, worker > 0 ? nursery->process : getpid());
    return idle->seconds > patience && kill(process, SIGKILL) == 0;
}

void wssc_nursery_end(WsscNursery *nursery, guint patience)
{
    WsscIdle idle = {.seconds = 0};
    struct pollfd control = {.fd = nursery->control, .events = POLLIN};
    shutdown(nursery->control, SHUT_WR);
    while (hear(nursery) && idle.seconds <= patience) {
        poll(&control, 1, WSSC_IDLE_INTERVAL_MS);
        wssc_idle_look(&idle, nursery->process, getpid());
    }
    if (idle.seconds > patience)
        kill(nursery->process, SIGKILL);
    close(nursery->control);
    g_hash_table_unref(nursery->workers);
    while (waitpid(nursery->process, NULL, 0) < 0 && errno == EINTR)
        continue;
}
