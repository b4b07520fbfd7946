/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command lines of wssc, each in a process of its own that is forked from this one, where libwireshark has started.
 * They come over a socket (support/served.py): the directory and the arguments, each with a NUL behind it, and
 * standard input, output and error as descriptors. Of each the process's number is told, then its status as wait has
 * it. It ends when nobody is at the other end.
 *
 * usage: wssc_served DESCRIPTOR
 */
#include "compat.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command_line.h"
#include "libwireshark.h"

enum { STREAMS = 3, MOST_OCTETS = 256 * 1024, FAILED = 99 };

static int served;

/* The octets that came, and the descriptors; 0: nobody is there. */
static gsize receive(char *octets, gsize size, int *streams)
{
    union {
        struct cmsghdr head;
        char octets[CMSG_SPACE(STREAMS * sizeof(int))];
    } control;
    struct iovec part = {octets, size};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t len = recvmsg(served, &message, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *head = len > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (head == NULL || head->cmsg_len != CMSG_LEN(STREAMS * sizeof(int)) || octets[len - 1] != '\0')
        return 0;
    memcpy(streams, CMSG_DATA(head), STREAMS * sizeof(int));
    return (gsize)len;
}

static int serve(char *octets, gsize len, const int *streams)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (char *word = octets; word < octets + len; word += strlen(word) + 1)
        g_ptr_array_add(words, word);
    g_ptr_array_add(words, NULL);
    for (int i = 0; i < STREAMS; i++)
        if (dup2(streams[i], i) < 0)
            return FAILED;
    close(served);
    if (chdir(words->pdata[0]) != 0)
        return FAILED;
    return wssc_command_line((int)words->len - 2, (char **)words->pdata + 1);
}

static void tell(int number)
{
    if (write(served, &number, sizeof number) != (ssize_t)sizeof number)
        exit(1);
}

int main(int argc, char **argv)
{
    static char octets[MOST_OCTETS];
    const WsscEngineOptions options = {.jobs = 0};
    int streams[STREAMS], status;
    gsize len;
    if (argc != 2)
        return 2;
    served = atoi(argv[1]);
    wssc_libwireshark_prepare(argv[0], &options);
    if (!wssc_libwireshark_begin(&options))
        return 1;
    while ((len = receive(octets, sizeof octets, streams)) > 0) {
        pid_t child = fork();
        if (child == 0)
            exit(serve(octets, len, streams));
        for (int i = 0; i < STREAMS; i++)
            close(streams[i]);
        tell(child);
        if (child < 0 || waitpid(child, &status, 0) < 0)
            return 1;
        tell(status);
    }
    return 0;
}
