/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include "compat.h"

#include "watch/gathered.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wiretap/wtap.h>

#include "watch/descriptor.h"

#define MAX_FRONT (64u * 1024) /* octets in front of the first frame */

typedef struct {
    const guint8 *marks;
    guint8 unwanted;
} Wanted;

static gboolean is_wanted(Wanted wanted, guint index)
{
    return (wanted.marks[index] & wanted.unwanted) == 0;
}

static guint64 length_of(const WsscNumbers *apart, guint index, gint64 place, gint64 end)
{
    return index + 1 < apart->len ? apart->at[index + 1] : (guint64)(end - place);
}

/* Of what is copied: all that stands in front of the first frame, and the wanted ones. */
static gboolean are_few(const WsscNumbers *apart, gint64 end, Wanted wanted)
{
    if (apart->len == 0 || apart->at[0] > MAX_FRONT)
        return FALSE;
    gint64 place = 0;
    guint64 total = apart->at[0];
    for (guint i = 0; i < apart->len && total <= WSSC_GATHERED_MOST; i++) {
        place += apart->at[i];
        total += is_wanted(wanted, i) ? length_of(apart, i, place, end) : 0;
    }
    return total <= WSSC_GATHERED_MOST;
}

/* Where they lie when nothing else is between them. */
static void move_together(WsscNumbers *apart, gint64 end, Wanted wanted)
{
    gint64 place = 0;
    guint32 latest = apart->at[0];
    for (guint i = 0; i < apart->len; i++) {
        place += apart->at[i];
        guint32 own = is_wanted(wanted, i) ? (guint32)length_of(apart, i, place, end) : 0;
        apart->at[i] = latest;
        latest = own;
    }
}

/* The octets of the file from a place on, behind those that are in buffer; what is full goes out. */
static gboolean copy(int from, gint64 place, guint64 len, GByteArray *buffer, int to)
{
    enum { FULL = 256 * 1024 };
    guint at = buffer->len;
    g_byte_array_set_size(buffer, at + (guint)len);
    if (!wssc_descriptor_read_at(from, buffer->data + at, (gsize)len, place))
        return FALSE;
    if (buffer->len < FULL)
        return TRUE;
    gboolean is_ok = wssc_descriptor_write(to, wssc_bytes(buffer->data, buffer->len));
    g_byte_array_set_size(buffer, 0);
    return is_ok;
}

static gboolean copy_wanted(int from, const WsscNumbers *apart, gint64 end, Wanted wanted, int to)
{
    g_autoptr(GByteArray) buffer = g_byte_array_new();
    gint64 place = 0;
    gboolean is_ok = copy(from, 0, apart->at[0], buffer, to);
    for (guint i = 0; i < apart->len && is_ok; i++) {
        place += apart->at[i];
        is_ok = !is_wanted(wanted, i) || copy(from, place, length_of(apart, i, place, end), buffer, to);
    }
    return is_ok && wssc_descriptor_write(to, wssc_bytes(buffer->data, buffer->len));
}

/* As what it was in the capture. */
static wtap *open_copy(int file, wtap *like)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
    int err = 0;
    char *info = NULL;
    wtap *wth = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, TRUE);
    g_free(info);
    if (wth == NULL ||
        (wtap_file_type_subtype(wth) == wtap_file_type_subtype(like) && wtap_file_encap(wth) == wtap_file_encap(like)))
        return wth;
    wtap_close(wth);
    return NULL;
}

wtap *wssc_gather(const char *path, wtap *wth, WsscNumbers *apart, gint64 end, const guint8 *marks, guint8 unwanted)
{
    const Wanted wanted = {marks, unwanted};
    if (!are_few(apart, end, wanted))
        return NULL;
    int from = g_open(path, O_RDONLY | O_CLOEXEC, 0), to = memfd_create("wssc-gathered", MFD_CLOEXEC);
    wtap *gathered = NULL;
    if (from >= 0 && to >= 0 && copy_wanted(from, apart, end, wanted, to))
        gathered = open_copy(to, wth);
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    if (gathered != NULL)
        move_together(apart, end, wanted);
    return gathered;
}
