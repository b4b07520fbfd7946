/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "frames_agree.h"

#include <string.h>

#include <wiretap/wtap.h>
#include <wsutil/wslog.h>

#include "base/text.h"
#include "watch/frames.h"
#include "watch/plain.h"

void frames_agree_init(void)
{
    wssc_log_init();
    ws_log_set_level(LOG_LEVEL_CRITICAL);
    wtap_init(FALSE);
}

/* Wiretap's own way, beside what is to be the same. */
typedef struct {
    wtap *wth;
    wtap_rec rec;
    Buffer buffer;
    gint64 place;
    int err;
    char *info;
} Own;

/* Even of one that is opened Wiretap may tell what it was taken for before. */
static wtap *open_quietly(const char *path)
{
    int err = 0;
    char *info = NULL;
    wtap *wth = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, TRUE);
    g_free(info);
    return wth;
}

static gboolean open_own(const char *path, Own *own)
{
    *own = (Own){.wth = open_quietly(path)};
    if (own->wth == NULL)
        return FALSE;
    wssc_record_init(&own->rec);
    ws_buffer_init(&own->buffer, 1514);
    return TRUE;
}

static void close_own(Own *own)
{
    wtap_rec_cleanup(&own->rec);
    ws_buffer_free(&own->buffer);
    wtap_close(own->wth);
    g_free(own->info);
}

static gboolean next_own(Own *own)
{
    wtap_rec_reset(&own->rec);
    g_clear_pointer(&own->info, g_free); /* of what it passed over */
    return wssc_wtap_read(own->wth, &own->rec, &own->buffer, &own->err, &own->info, &own->place);
}

static gboolean is_same(const Own *own, WsscBytes octets)
{
    const wtap_packet_header *header = &own->rec.rec_header.packet_header;
    return octets.len == header->caplen &&
           (octets.len == 0 ||
            memcmp(octets.data, wssc_record_data(&own->rec, (Buffer *)&own->buffer), octets.len) == 0);
}

/* ---- what is read without Wiretap -------------------------------------------------------------------------------- */

static char *compare_plain(const Own *own, const WsscPlainFrame *frame, guint number)
{
    const wtap_rec *rec = &own->rec;
    const wtap_packet_header *header = &rec->rec_header.packet_header;
    const char *what = rec->rec_type != REC_TYPE_PACKET               ? "kind"
                       : frame->place != own->place                   ? "place"
                       : frame->seconds != (gint64)rec->ts.secs       ? "seconds"
                       : frame->nanoseconds != (guint32)rec->ts.nsecs ? "nanoseconds"
                       : frame->on_wire != header->len                ? "length"
                       : frame->encapsulation != header->pkt_encap    ? "link type"
                       : !is_same(own, frame->octets)                 ? "octets"
                                                                      : NULL;
    return what != NULL ? g_strdup_printf("frame %u: another %s", number, what) : NULL;
}

static char *compare_all_plain(Own *own, const char *path, WsscFramesSeen *seen)
{
    WsscPlain *plain = wssc_plain_open(path, own->wth);
    WsscPlainResult result = WSSC_PLAIN_STRANGE;
    WsscPlainFrame frame;
    char *different = NULL;
    while (plain != NULL && different == NULL && (result = wssc_plain_next(plain, &frame)) == WSSC_PLAIN_FRAME) {
        seen->plain++;
        different = next_own(own) ? compare_plain(own, &frame, seen->plain)
                                  : g_strdup_printf("frame %u: Wiretap has none", seen->plain);
    }
    seen->is_plain = result == WSSC_PLAIN_END;
    if (seen->is_plain && (next_own(own) || own->err != 0))
        different = g_strdup_printf("behind frame %u: Wiretap has another one, or an error", seen->plain);
    wssc_plain_free(plain);
    return different;
}

/* ---- what is read in both ways ------------------------------------------------------------------------------------
 */

static char *compare_frame(const Own *own, const WsscSeenFrame *frame, guint number)
{
    const wtap_rec *rec = &own->rec;
    gboolean is_packet = rec->rec_type == REC_TYPE_PACKET;
    if (frame->is_packet != is_packet || frame->place != own->place)
        return g_strdup_printf("frame %u: another kind or place, by frames.h", number);
    if (is_packet && (frame->on_wire != rec->rec_header.packet_header.len || !is_same(own, frame->octets) ||
                      frame->encapsulation != rec->rec_header.packet_header.pkt_encap ||
                      frame->time != wssc_time_of_clock(rec->ts.secs, rec->ts.nsecs / 1000)))
        return g_strdup_printf("frame %u: something is different, by frames.h", number);
    return NULL;
}

static char *compare_all(Own *own, const char *path, WsscFramesSeen *seen)
{
    int err = 0;
    char *info = NULL, *different = NULL;
    gboolean has_own = TRUE;
    WsscSeenFrame frame;
    wtap *wth = open_quietly(path);
    WsscFrames *frames = wssc_frames_new(path, wth);
    while (has_own && different == NULL) {
        has_own = next_own(own);
        gboolean has_frame = wssc_frames_next(frames, &frame, &err, &info);
        seen->frames += has_own ? 1 : 0;
        if (has_own != has_frame)
            different = g_strdup_printf("behind frame %u: not the same number", seen->frames);
        else if (has_own)
            different = compare_frame(own, &frame, seen->frames);
    }
    if (different == NULL && (err != own->err || g_strcmp0(info, own->info) != 0))
        different = g_strdup_printf("the end: error %d (%s), not %d (%s)", err, info, own->err, own->info);
    wssc_frames_free(frames);
    wtap_close(wth);
    g_free(info);
    return different;
}

char *frames_agree(const char *path, WsscFramesSeen *ret_seen)
{
    Own own;
    *ret_seen = (WsscFramesSeen){.frames = 0};
    if (!open_own(path, &own))
        return NULL;
    char *different = compare_all_plain(&own, path, ret_seen);
    close_own(&own);
    if (different != NULL || !open_own(path, &own))
        return different;
    different = compare_all(&own, path, ret_seen);
    close_own(&own);
    return different;
}
