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

/* All of its segments are as its ends sent them, and what is on its ports is found by its octets. */
void wssc_quiet_begin(WsscQuietView *view)
{
    guint count = wssc_connections_count(view->connections);
    view->resumable = g_byte_array_sized_new(count + 1);
    g_byte_array_append(view->resumable, (const guint8 *)"", 1);
    for (guint i = 1; i <= count; i++) {
        const WsscGist *gist = wssc_connections_get(view->connections, i);
        gboolean is_resumable = (gist->bits & WSSC_GIST_RESUMABLE) != 0;
        const guint8 own = is_resumable && wssc_triage_is_found(gist) ? 1 : 0;
        g_byte_array_append(view->resumable, &own, 1);
    }
}

void wssc_quiet_end(WsscQuietView *view)
{
    g_clear_pointer(&view->resumable, g_byte_array_unref);
}

WsscQuietState wssc_quiet_behind(const WsscQuietView *view, guint32 frame)
{
    guint32 noted = view->noted->at[frame - 1], index = wssc_noted_index(noted);
    if (is_loose(view, frame))
        return WSSC_QUIET_LOOSE;
    if (index == 0 || view->resumable->data[index] == 0 || (noted & WSSC_NOTED_AT_REST) == 0)
        return WSSC_QUIET_UNDER_WAY;
    const WsscGist *gist = wssc_connections_get(view->connections, index);
    return (gist->bits & WSSC_GIST_IS_TLS) != 0 ? WSSC_QUIET_CLOSED : WSSC_QUIET_AT_REST;
}

gboolean wssc_quiet_has_inside(const WsscQuietView *view, guint32 frame, guint *at)
{
    gboolean has_any = FALSE;
    while (next_inside(view, frame, at) != NULL)
        has_any = TRUE;
    return has_any;
}

typedef struct {
    const WsscQuietShares *shares;
    guint8 *of;     /* by index: it is under way */
    guint32 *count; /* by share, of those that are */
} Busy;

static guint share_of(const WsscQuietShares *shares, guint32 index)
{
    return shares->of_connection != NULL ? g_array_index(shares->of_connection, guint16, index) : 0;
}

static void set_busy(Busy *busy, guint32 index, gboolean is_busy)
{
    guint32 *count = &busy->count[share_of(busy->shares, index)];
    *count -= busy->of[index];
    busy->of[index] = is_busy ? 1 : 0;
    *count += busy->of[index];
}

void wssc_quiet_mark(const WsscQuietView *view, const WsscQuietShares *shares, GByteArray *marks)
{
    g_autofree guint32 *last = last_frames(view, marks);
    g_autofree guint8 *is_busy = g_new0(guint8, wssc_connections_count(view->connections) + 1);
    g_autofree guint32 *count = g_new0(guint32, MAX(shares->count, 1));
    Busy busy = {.shares = shares, .of = is_busy, .count = count};
    const WsscInside *inside;
    guint at = 0;
    count[0] = shares->is_first_open ? 1 : 0;
    for (guint frame = 1; frame < marks->len; frame++) {
        if ((marks->data[frame] & WSSC_SEGMENTS_PASSED_OVER) != 0)
            continue;
        guint32 index = wssc_noted_index(view->noted->at[frame - 1]);
        WsscQuietState behind = wssc_quiet_behind(view, frame);
        marks->data[frame] |= count[share_of(shares, index)] == 0 ? WSSC_SEGMENTS_QUIET : 0;
        if (behind != WSSC_QUIET_LOOSE) {
            marks->data[frame] |= last[index] == frame ? WSSC_SEGMENTS_LAST : 0;
            set_busy(&busy, index, last[index] != frame && behind == WSSC_QUIET_UNDER_WAY);
        }
        while ((inside = next_inside(view, frame, &at)) != NULL)
            set_busy(&busy, inside->index, last[inside->index] != frame);
    }
}
