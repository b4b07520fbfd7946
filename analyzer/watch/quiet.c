/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/quiet.h"

#include "watch/marks.h"
#include "watch/noted.h"

/* Those inside of the frame, which come to it one after the other; NULL: no more. at: begins zeroed, for all frames. */
static const WsscInside *next_inside(const WsscQuietView *view, guint32 frame, guint *at)
{
    for (; view->inside != NULL && *at < view->inside->len; (*at)++) {
        const WsscInside *inside = &g_array_index(view->inside, WsscInside, *at);
        if (inside->frame > frame)
            return NULL;
        if (inside->frame == frame) {
            (*at)++;
            return inside;
        }
    }
    return NULL;
}

/* With keys for TLS a datagram may be QUIC's. */
static gboolean is_loose(const WsscQuietView *view, guint32 frame)
{
    return view->noted->at[frame - 1] == WSSC_NOTED_LOOSE && !view->has_keys;
}

/* For each connection (and, together, for all that is none: index 0) the last of its frames that are dissected. */
static guint32 *last_frames(const WsscQuietView *view, const GByteArray *marks)
{
    guint32 *last = g_new0(guint32, wssc_connections_count(view->connections) + 1);
    const WsscInside *inside;
    guint at = 0;
    for (guint frame = 1; frame < marks->len; frame++) {
        if ((marks->data[frame] & WSSC_SEGMENTS_PASSED_OVER) != 0)
            continue;
        if (!is_loose(view, frame))
            last[wssc_noted_index(view->noted->at[frame - 1])] = frame;
        while ((inside = next_inside(view, frame, &at)) != NULL)
            last[inside->index] = frame;
    }
    return last;
}

/* Each connection that could be taken up again where it rests: all of its segments are as its ends sent them, and what
 * is on its ports is found by its octets. */
static GByteArray *resumable(const WsscQuietView *view)
{
    guint count = wssc_connections_count(view->connections);
    GByteArray *can = g_byte_array_sized_new(count + 1);
    g_byte_array_append(can, (const guint8 *)"", 1);
    for (guint i = 1; i <= count; i++) {
        const WsscGist *gist = wssc_connections_get(view->connections, i);
        gboolean is_in_turn = view->is_in_turn && (gist->bits & WSSC_GIST_RESUMABLE) != 0;
        const guint8 own = is_in_turn && wssc_triage_is_found(gist) ? 1 : 0;
        g_byte_array_append(can, &own, 1);
    }
    return can;
}

static gboolean is_under_way(const WsscQuietView *view, const GByteArray *can, guint32 frame, guint32 index)
{
    guint32 noted = view->noted->at[frame - 1];
    return index == 0 || can->data[index] == 0 || (noted & WSSC_NOTED_AT_REST) == 0;
}

typedef struct {
    guint8 *of;  /* by index: it is under way */
    guint count; /* of those that are */
} Busy;

static void set_busy(Busy *busy, guint32 index, gboolean is_busy)
{
    busy->count -= busy->of[index];
    busy->of[index] = is_busy ? 1 : 0;
    busy->count += busy->of[index];
}

void wssc_quiet_mark(const WsscQuietView *view, GByteArray *marks)
{
    g_autofree guint32 *last = last_frames(view, marks);
    g_autofree guint8 *is_busy = g_new0(guint8, wssc_connections_count(view->connections) + 1);
    g_autoptr(GByteArray) can = resumable(view);
    Busy busy = {.of = is_busy};
    const WsscInside *inside;
    guint at = 0;
    for (guint frame = 1; frame < marks->len; frame++) {
        if ((marks->data[frame] & WSSC_SEGMENTS_PASSED_OVER) != 0)
            continue;
        guint32 index = wssc_noted_index(view->noted->at[frame - 1]);
        marks->data[frame] |= busy.count == 0 ? WSSC_SEGMENTS_QUIET : 0;
        if (!is_loose(view, frame)) {
            marks->data[frame] |= last[index] == frame ? WSSC_SEGMENTS_LAST : 0;
            set_busy(&busy, index, last[index] != frame && is_under_way(view, can, frame, index));
        }
        while ((inside = next_inside(view, frame, &at)) != NULL)
            set_busy(&busy, inside->index, last[inside->index] != frame);
    }
}
