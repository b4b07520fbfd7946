/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "watch/frames.h"

#include <wiretap/wtap.h>

#include "base/text.h"
#include "watch/plain.h"

struct WsscFrames {
    wtap *wth;
    WsscPlain *plain; /* NULL: Wiretap reads */
    guint64 passed;   /* frames that were read without it */
    wtap_rec rec;
    Buffer buffer;
};

WsscFrames *wssc_frames_new(const char *path, wtap *wth)
{
    WsscFrames *frames = g_new0(WsscFrames, 1);
    frames->wth = wth;
    frames->plain = wssc_plain_open(path, wth);
    wssc_record_init(&frames->rec);
    ws_buffer_init(&frames->buffer, 1514);
    return frames;
}

/* Wiretap may leave words about what it passed over, too. */
static gboolean read_next(WsscFrames *frames, int *ret_err, char **ret_info, gint64 *ret_place)
{
    wtap_rec_reset(&frames->rec);
    gboolean is_read = wssc_wtap_read(frames->wth, &frames->rec, &frames->buffer, ret_err, ret_info, ret_place);
    if (is_read)
        g_clear_pointer(ret_info, g_free);
    return is_read;
}

/* Wiretap cannot begin but at the beginning. */
static gboolean catch_up(WsscFrames *frames, int *ret_err, char **ret_info)
{
    gint64 place;
    for (; frames->passed > 0; frames->passed--)
        if (!read_next(frames, ret_err, ret_info, &place))
            return FALSE;
    return TRUE;
}

static gboolean next_of_wiretap(WsscFrames *frames, WsscSeenFrame *ret_frame, int *ret_err, char **ret_info)
{
    const wtap_rec *rec = &frames->rec;
    const wtap_packet_header *header = &rec->rec_header.packet_header;
    *ret_frame = (WsscSeenFrame){.is_packet = FALSE};
    if (!catch_up(frames, ret_err, ret_info) || !read_next(frames, ret_err, ret_info, &ret_frame->place))
        return FALSE;
    ret_frame->is_packet = rec->rec_type == REC_TYPE_PACKET;
    if (!ret_frame->is_packet)
        return TRUE;
    ret_frame->time = wssc_time_of_clock(rec->ts.secs, rec->ts.nsecs / 1000);
    ret_frame->on_wire = header->len;
    ret_frame->encapsulation = header->pkt_encap;
    ret_frame->octets = wssc_bytes(wssc_record_data(rec, &frames->buffer), header->caplen);
    return TRUE;
}

gboolean wssc_frames_next(WsscFrames *frames, WsscSeenFrame *ret_frame, int *ret_err, char **ret_info)
{
    WsscPlainFrame plain;
    WsscPlainResult result = frames->plain != NULL ? wssc_plain_next(frames->plain, &plain) : WSSC_PLAIN_STRANGE;
    *ret_err = 0;
    *ret_info = NULL;
    if (result == WSSC_PLAIN_END)
        return FALSE;
    if (result == WSSC_PLAIN_STRANGE) {
        g_clear_pointer(&frames->plain, wssc_plain_free);
        return next_of_wiretap(frames, ret_frame, ret_err, ret_info);
    }
    frames->passed++;
    *ret_frame = (WsscSeenFrame){.is_packet = TRUE,
                                 .place = plain.place,
                                 .time = wssc_time_of_clock(plain.seconds, plain.nanoseconds / 1000),
                                 .on_wire = plain.on_wire,
                                 .encapsulation = plain.encapsulation,
                                 .octets = plain.octets};
    return TRUE;
}

gboolean wssc_frames_were_plain(const WsscFrames *frames, gint64 *ret_end)
{
    *ret_end = frames->plain != NULL ? wssc_plain_place(frames->plain) : 0;
    return frames->plain != NULL;
}

void wssc_frames_free(WsscFrames *frames)
{
    wssc_plain_free(frames->plain);
    wtap_rec_cleanup(&frames->rec);
    ws_buffer_free(&frames->buffer);
    g_free(frames);
}
