/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One swim lane, and the frame of pictures over time. Positions are shares of the whole time, from 0 to 1, which the
 * page's script places anew when it zooms (data-t, data-u).
 */
#ifndef WSSC_REPORT_HTML_LANE_H
#define WSSC_REPORT_HTML_LANE_H

#include "report/html/write.h"
#include "session/session.h"

#define WSSC_LANE_TOP 20.0
#define WSSC_LANE_HEIGHT 20.0
#define WSSC_LANE_LEFT 200.0
#define WSSC_LANE_WIDTH 780.0

typedef struct {
    gint64 start, end; /* microseconds since 1970: what the pictures span */
} WsscLaneScale;

/* From 0 to 1, of a time within the scale; others are moved to its ends. */
double wssc_lane_share(const WsscLaneScale *scale, gint64 time);

/* When a context lived, as far as the capture shows it. */
typedef struct {
    gint64 start, first_use, end;
    gboolean is_issued; /* its establishment is in the capture */
    gboolean is_used;
} WsscLaneLife;
/* FALSE for one that never came to be. */
gboolean wssc_lane_life(const WsscContext *context, const WsscLaneScale *scale, WsscLaneLife *ret_life);

typedef struct WsscLane WsscLane;
/* Context and scale are borrowed. Free with wssc_lane_free. */
WsscLane *wssc_lane_new(const WsscContext *context, const WsscLaneScale *scale);
void wssc_lane_free(gpointer lane);
/* A message under its context. */
void wssc_lane_add(WsscLane *lane, const WsscMessage *message);
void wssc_lane_put(WsscHtml *html, const WsscLane *lane, double top);

/* The picture's opening with its time axis, and its end, which is also that of a figure. height: below the axis. */
void wssc_lane_begin_picture(WsscHtml *html, const WsscLaneScale *scale, double height, const char *title);
void wssc_lane_end_picture(WsscHtml *html);
/* A bar over a span of time. style is constant. */
void wssc_lane_put_span(WsscHtml *html, const char *style, double from, double to, double top, double height,
                        const char *hint);

#endif
