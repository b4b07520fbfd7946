/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/descriptor.h"

#include <errno.h>
#include <unistd.h>

gboolean wssc_descriptor_write(int fd, WsscBytes octets)
{
    while (octets.len > 0) {
        gssize written = write(fd, octets.data, octets.len);
        if (written < 0 && errno != EINTR)
            return FALSE;
        octets.data += MAX(written, 0);
        octets.len -= (gsize)MAX(written, 0);
    }
    return TRUE;
}

gboolean wssc_descriptor_read_at(int fd, guint8 *octets, gsize len, gint64 place)
{
    while (len > 0) {
        gssize got = pread(fd, octets, len, place);
        if (got == 0 || (got < 0 && errno != EINTR))
            return FALSE;
        octets += MAX(got, 0);
        len -= (gsize)MAX(got, 0);
        place += MAX(got, 0);
    }
    return TRUE;
}
