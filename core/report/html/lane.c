/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/html/lane.h"

#include "base/text.h"
#include "report/html/lanes.h"

#define TICKS 6

typedef struct {
    gint64 time;
    const char *shape; /* path or the like, constant, around (0, middle) */
    char *hint;
} Mark;

struct WsscLane {
    const WsscContext *context;
    const WsscLaneScale *scale;
    guint uses[WSSC_HTML_LANE_BINS]; /* messages in each share of the time */
    guint32 first_frame[WSSC_HTML_LANE_BINS];
    GArray *marks; /* Mark */
};

double wssc_lane_share(const WsscLaneScale *scale, gint64 time)
{
    return CLAMP((double)(time - scale->start) / (double)(scale->end - scale->start), 0.0, 1.0);
}

/* ---- a life --------------------------------------------------------------------------------------------------- */

static gboolean is_final(WsscState state)
{
    return state == WSSC_STATE_CANCELLED || state == WSSC_STATE_REFUSED || state == WSSC_STATE_EXPIRED;
}

static gint64 end_of(const WsscContext *context, const WsscLaneScale *scale)
{
    if (context->ended_by != NULL)
        return context->ended_by->time;
    for (guint i = context->events->len; i > 0; i--) {
        const WsscEvent *event = context->events->pdata[i - 1];
        if (event->is_transition && is_final(event->to))
            return CLAMP(event->time, scale->start, scale->end);
    }
    return scale->end;
}

gboolean wssc_lane_life(const WsscContext *context, const WsscLaneScale *scale, WsscLaneLife *ret_life)
{
    *ret_life = (WsscLaneLife){.start = G_MAXINT64, .first_use = G_MAXINT64, .end = end_of(context, scale)};
    for (guint i = 0; i < context->instances->len; i++) {
        const WsscInstance *instance = context->instances->pdata[i];
        if (instance->issued_by != NULL) {
            ret_life->is_issued = TRUE;
            ret_life->start = MIN(ret_life->start, instance->issued_by->time);
        }
        if (instance->first_use != NULL) {
            ret_life->is_used = TRUE;
            ret_life->first_use = MIN(ret_life->first_use, instance->first_use->time);
        }
    }
    if (!ret_life->is_issued && !ret_life->is_used)
        return FALSE;
    if (!ret_life->is_used)
        ret_life->first_use = ret_life->end;
    ret_life->start = MIN(ret_life->start, ret_life->first_use);
    ret_life->end = MAX(ret_life->end, ret_life->start);
    return TRUE;
}

/* ---- what is in it -------------------------------------------------------------------------------------------- */

#define SHAPE_ISSUE "<circle class=\"m-issue\" cy=\"10\" r=\"4.5\"/>"
#define SHAPE_RENEW "<path class=\"m-renew\" d=\"M0 4.5l5 5.5-5 5.5-5-5.5z\"/>"
#define SHAPE_CANCEL "<rect class=\"m-end\" x=\"-4\" y=\"6\" width=\"8\" height=\"8\"/>"
#define SHAPE_BAD "<path class=\"m-bad\" d=\"M-4 5l4 4 4-4 1.5 1.5-4 4 4 4-1.5 1.5-4-4-4 4-1.5-1.5 4-4-4-4z\"/>"
#define SHAPE_EXPIRY "<path class=\"m-expiry\" d=\"M0 4l5.5 11h-11z\"/>"

static void add_mark(WsscLane *lane, gint64 time, const char *shape, char *hint)
{
    Mark mark = {time, shape, hint};
    if (lane->marks->len < WSSC_HTML_LANE_MARKS)
        g_array_append_val(lane->marks, mark);
    else
        g_free(hint);
}

static void clear_mark(gpointer mark)
{
    g_free(((Mark *)mark)->hint);
}

static void add_events(WsscLane *lane)
{
    for (guint i = 0; i < lane->context->events->len; i++) {
        const WsscEvent *event = lane->context->events->pdata[i];
        if (event->is_transition && event->to == WSSC_STATE_EXPIRED)
            add_mark(lane, event->time, SHAPE_EXPIRY, g_strdup("expired"));
    }
}

WsscLane *wssc_lane_new(const WsscContext *context, const WsscLaneScale *scale)
{
    WsscLane *lane = g_new0(WsscLane, 1);
    lane->context = context;
    lane->scale = scale;
    lane->marks = g_array_new(FALSE, FALSE, sizeof(Mark));
    g_array_set_clear_func(lane->marks, clear_mark);
    add_events(lane);
    return lane;
}

void wssc_lane_free(gpointer data)
{
    WsscLane *lane = data;
    g_array_unref(lane->marks);
    g_free(lane);
}

static void add_answer(WsscLane *lane, const WsscMessage *message)
{
    static const char *const shapes[WSSC_OPERATION_MAX] = {
        [WSSC_OPERATION_ISSUE] = SHAPE_ISSUE,
        [WSSC_OPERATION_AMEND] = SHAPE_ISSUE,
        [WSSC_OPERATION_RENEW] = SHAPE_RENEW,
        [WSSC_OPERATION_CANCEL] = SHAPE_CANCEL,
    };
    WsscOperation operation = message->exchange != NULL ? message->exchange->operation : WSSC_OPERATION_NONE;
    const WsscFault *fault = message->soap->fault;
    if (fault != NULL)
        add_mark(lane, message->time, SHAPE_BAD,
                 g_strdup_printf("frame %u: %s%s%s", message->frame, fault->code, fault->reason != NULL ? ": " : "",
                                 fault->reason != NULL ? fault->reason : ""));
    else if (message->damage != NULL)
        add_mark(lane, message->time, SHAPE_BAD, g_strdup_printf("frame %u: %s", message->frame, message->damage));
    else if (shapes[operation] != NULL)
        add_mark(lane, message->time, shapes[operation],
                 g_strdup_printf("frame %u: %s answered", message->frame, wssc_operation_name(operation)));
}

void wssc_lane_add(WsscLane *lane, const WsscMessage *message)
{
    guint bin = (guint)(wssc_lane_share(lane->scale, message->time) * (WSSC_HTML_LANE_BINS - 1));
    if (lane->uses[bin]++ == 0)
        lane->first_frame[bin] = message->frame;
    if (message->is_response)
        add_answer(lane, message);
    else if (message->damage != NULL)
        add_mark(lane, message->time, SHAPE_BAD, g_strdup_printf("frame %u: %s", message->frame, message->damage));
}

/* ---- drawing -------------------------------------------------------------------------------------------------- */

static double x_of(double share)
{
    return WSSC_LANE_LEFT + WSSC_LANE_WIDTH * share;
}

void wssc_lane_put_span(WsscHtml *html, const char *style, double from, double to, double top, double height,
                        const char *hint)
{
    double width = MAX(0.75, WSSC_LANE_WIDTH * (to - from));
    wssc_html_put(
        html, "<rect class=\"%s\" data-t=\"%.5f\" data-u=\"%.5f\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\"",
        style, from, to, x_of(from), top, width, height);
    if (hint != NULL)
        wssc_html_put(html, " data-hint=\"%s\"><title>%s</title></rect>", hint, hint);
    else
        wssc_html_raw(html, "/>");
}

static void put_uses(WsscHtml *html, const WsscLane *lane, double top)
{
    for (guint bin = 0; bin < WSSC_HTML_LANE_BINS; bin++) {
        double share = (double)bin / (WSSC_HTML_LANE_BINS - 1);
        if (lane->uses[bin] == 0)
            continue;
        wssc_html_put(html,
                      "<g data-t=\"%.5f\" transform=\"translate(%.2f 0)\" data-hint=\"%u %s from frame %u on\">"
                      "<path class=\"use\" d=\"M0 %.1fv10\"/></g>",
                      share, x_of(share), lane->uses[bin], lane->uses[bin] == 1 ? "message" : "messages",
                      lane->first_frame[bin], top + 5);
    }
}

static void put_marks(WsscHtml *html, const WsscLane *lane, double top)
{
    for (guint i = 0; i < lane->marks->len; i++) {
        const Mark *mark = &g_array_index(lane->marks, Mark, i);
        double share = wssc_lane_share(lane->scale, mark->time);
        wssc_html_put(
            html,
            "<g data-t=\"%.5f\" transform=\"translate(%.2f 0)\" data-hint=\"%s\"><g transform=\"translate(0 %.1f)\">",
            share, x_of(share), mark->hint, top);
        wssc_html_raw(html, mark->shape);
        wssc_html_put(html, "</g><title>%s</title></g>", mark->hint);
    }
}

/* From the first message under a new key to the last under the one before. */
static void put_rollovers(WsscHtml *html, const WsscLane *lane, double top)
{
    const GPtrArray *instances = lane->context->instances;
    for (guint i = 1; i < MIN(instances->len, WSSC_HTML_LANE_MARKS); i++) {
        const WsscInstance *before = instances->pdata[i - 1], *now = instances->pdata[i];
        if (now->first_use == NULL || before->last_use == NULL || before->last_use->time <= now->first_use->time)
            continue;
        wssc_lane_put_span(html, "rollover", wssc_lane_share(lane->scale, now->first_use->time),
                           wssc_lane_share(lane->scale, before->last_use->time), top + 3, WSSC_LANE_HEIGHT - 6,
                           "rollover: both keys in use");
    }
}

static void put_life(WsscHtml *html, const WsscLane *lane, double top)
{
    WsscLaneLife life;
    gboolean is_refused = lane->context->state == WSSC_STATE_REFUSED;
    if (!wssc_lane_life(lane->context, lane->scale, &life))
        return;
    double start = wssc_lane_share(lane->scale, life.start), use = wssc_lane_share(lane->scale, life.first_use),
           end = wssc_lane_share(lane->scale, life.end);
    if (life.is_issued && use > start)
        wssc_lane_put_span(html, "life unused", start, use, top + 5, WSSC_LANE_HEIGHT - 10, NULL);
    if (life.is_used)
        wssc_lane_put_span(html, is_refused ? "life refused" : "life", use, end, top + 5, WSSC_LANE_HEIGHT - 10, NULL);
}

static void put_label(WsscHtml *html, const WsscContext *context, double top)
{
    const char *identifier = context->identifier != NULL ? context->identifier : "never named";
    glong length = g_utf8_validate(identifier, -1, NULL) ? g_utf8_strlen(identifier, -1) : 0;
    const char *tail = length > 12 ? g_utf8_offset_to_pointer(identifier, length - 12) : identifier;
    wssc_html_put(html, "<text x=\"8\" y=\"%.1f\">%u</text><text class=\"dim\" x=\"38\" y=\"%.1f\">%s%s %s</text>",
                  top + 14, context->index, top + 14, length > 12 ? "…" : "", tail, wssc_state_name(context->state));
}

void wssc_lane_put(WsscHtml *html, const WsscLane *lane, double top)
{
    const WsscContext *context = lane->context;
    wssc_html_put(html, "<g><a href=\"#context-%u\" aria-label=\"context %u, %s\">", context->index, context->index,
                  wssc_state_name(context->state));
    wssc_html_put(html, "<rect class=\"lane-back\" x=\"0\" y=\"%.1f\" width=\"%.0f\" height=\"%.1f\"/>", top,
                  WSSC_LANE_LEFT + WSSC_LANE_WIDTH + 20, WSSC_LANE_HEIGHT);
    put_label(html, context, top);
    put_life(html, lane, top);
    put_rollovers(html, lane, top);
    wssc_html_raw(html, "</a>");
    put_uses(html, lane, top);
    put_marks(html, lane, top);
    wssc_html_raw(html, "</g>\n");
}

/* ---- the picture ---------------------------------------------------------------------------------------------- */

static char *tick_text(double seconds, double step)
{
    if (step >= 3600)
        return g_strdup_printf("+%.1f h", seconds / 3600);
    if (step >= 60)
        return g_strdup_printf("+%.1f min", seconds / 60);
    return g_strdup_printf("+%.*f s", step >= 10 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3, seconds);
}

void wssc_lane_begin_picture(WsscHtml *html, const WsscLaneScale *scale, double height, const char *title)
{
    double seconds = (double)(scale->end - scale->start) / G_USEC_PER_SEC, bottom = WSSC_LANE_TOP + height;
    wssc_html_raw(
        html,
        "<div class=\"tools script-only\"><button type=\"button\" class=\"back\" aria-label=\"earlier\">←</button>"
        "<button type=\"button\" class=\"in\">Zoom in</button><button type=\"button\" class=\"out\">Zoom out</button>"
        "<button type=\"button\" class=\"all\">All</button><button type=\"button\" class=\"on\" "
        "aria-label=\"later\">→</button>"
        "</div>\n");
    wssc_html_put(
        html,
        "<div class=\"lanes\"><svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\" data-left=\"%.0f\" "
        "data-width=\"%.0f\" data-seconds=\"%.6f\">\n",
        WSSC_LANE_LEFT + WSSC_LANE_WIDTH + 20, bottom + 6, title, WSSC_LANE_LEFT, WSSC_LANE_WIDTH, seconds);
    for (int i = 0; i < TICKS; i++) {
        double share = (double)i / (TICKS - 1);
        g_autofree char *text = tick_text(seconds * share, seconds / (TICKS - 1));
        wssc_html_put(html,
                      "<path class=\"grid\" d=\"M%.1f %.0fV%.0f\"/><text class=\"tick dim\" x=\"%.1f\" y=\"11\" "
                      "text-anchor=\"%s\">%s</text>\n",
                      x_of(share), WSSC_LANE_TOP - 4, bottom, x_of(share), i == TICKS - 1 ? "end" : "middle", text);
    }
}

void wssc_lane_end_picture(WsscHtml *html)
{
    wssc_html_raw(html, "</svg></div></figure>\n");
}
