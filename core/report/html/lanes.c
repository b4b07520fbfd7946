/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/html/lanes.h"

#include <string.h>

#include "report/html/lane.h"

#define PEAK_BINS 200
#define PEAK_HEIGHT 56.0
#define PEAK_GAP 12.0 /* between the lanes and the chart below them */

/* The contexts of one service. */
typedef struct {
    const char *service;
    GPtrArray *contexts; /* WsscContext, in the order of the capture */
    guint drawn;
} Group;

static void free_group(gpointer data)
{
    Group *group = data;
    g_ptr_array_unref(group->contexts);
    g_free(group);
}

static GPtrArray *group_contexts(const WsscSession *session)
{
    const GPtrArray *contexts = wssc_session_contexts(session);
    g_autoptr(GHashTable) by_service = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *groups = g_ptr_array_new_with_free_func(free_group);
    for (guint i = 0; i < contexts->len; i++) {
        const WsscContext *context = contexts->pdata[i];
        const char *service = context->issuer != NULL ? context->issuer : "?";
        Group *group = g_hash_table_lookup(by_service, service);
        if (group == NULL) {
            group = g_new0(Group, 1);
            group->service = service;
            group->contexts = g_ptr_array_new();
            g_hash_table_insert(by_service, (gpointer)service, group);
            g_ptr_array_add(groups, group);
        }
        g_ptr_array_add(group->contexts, (gpointer)context);
    }
    return groups;
}

/* ---- which are drawn ------------------------------------------------------------------------------------------ */

static gboolean is_troubled(const WsscContext *context)
{
    if (context->state == WSSC_STATE_REFUSED)
        return TRUE;
    for (guint i = 0; i < context->findings->len; i++)
        if (((const WsscFinding *)context->findings->pdata[i])->severity >= WSSC_SEVERITY_WARN)
            return TRUE;
    return FALSE;
}

/* Lanes by context: those in trouble first, then the others, until there are enough. */
static GHashTable *choose(const WsscSession *session, const WsscLaneScale *scale)
{
    const GPtrArray *contexts = wssc_session_contexts(session);
    GHashTable *lanes = g_hash_table_new_full(NULL, NULL, NULL, wssc_lane_free);
    for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < contexts->len && g_hash_table_size(lanes) < WSSC_HTML_LANES; i++) {
            const WsscContext *context = contexts->pdata[i];
            if (is_troubled(context) == (round == 0))
                g_hash_table_insert(lanes, (gpointer)context, wssc_lane_new(context, scale));
        }
    return lanes;
}

static void fill(GHashTable *lanes, const WsscSession *session)
{
    const GPtrArray *messages = wssc_session_messages(session);
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        WsscLane *lane = message->context != NULL ? g_hash_table_lookup(lanes, message->context) : NULL;
        if (lane != NULL)
            wssc_lane_add(lane, message);
    }
}

static WsscLaneScale scale_of(const WsscSession *session)
{
    const GPtrArray *messages = wssc_session_messages(session);
    WsscLaneScale scale = {.start = G_MAXINT64, .end = G_MININT64};
    for (guint i = 0; i < messages->len; i++) {
        const WsscMessage *message = messages->pdata[i];
        scale.start = MIN(scale.start, message->time);
        scale.end = MAX(scale.end, message->time);
    }
    if (scale.end <= scale.start)
        scale.end = scale.start + G_USEC_PER_SEC;
    return scale;
}

/* ---- peaks ---------------------------------------------------------------------------------------------------- */

typedef struct {
    gint64 time;
    int pending, active; /* by how many these change */
} Step;

static gint by_time(gconstpointer a, gconstpointer b)
{
    const Step *x = a, *y = b;
    return x->time < y->time ? -1 : x->time > y->time;
}

static void add_step(GArray *steps, gint64 time, int pending, int active)
{
    Step step = {time, pending, active};
    g_array_append_val(steps, step);
}

/* Pending: issued and not used yet. Active: from its first use to its end. */
static GArray *steps_of(const Group *group, const WsscLaneScale *scale)
{
    GArray *steps = g_array_new(FALSE, FALSE, sizeof(Step));
    for (guint i = 0; i < group->contexts->len; i++) {
        WsscLaneLife life;
        if (!wssc_lane_life(group->contexts->pdata[i], scale, &life))
            continue;
        if (life.is_issued && life.first_use > life.start) {
            add_step(steps, life.start, 1, 0);
            add_step(steps, life.first_use, -1, 0);
        }
        if (life.is_used) {
            add_step(steps, life.first_use, 0, 1);
            add_step(steps, life.end, 0, -1);
        }
    }
    g_array_sort(steps, by_time);
    return steps;
}

/* The highest count in each share of the time. */
static void bin_steps(const GArray *steps, const WsscLaneScale *scale, gboolean is_pending, int *bins, int *ret_peak)
{
    int now = 0, peak = 0;
    guint next = 0;
    for (guint bin = 0; bin < PEAK_BINS; bin++) {
        double until = (double)(bin + 1) / PEAK_BINS;
        bins[bin] = now;
        while (next < steps->len && wssc_lane_share(scale, g_array_index(steps, Step, next).time) <= until) {
            const Step *step = &g_array_index(steps, Step, next++);
            now += is_pending ? step->pending : step->active;
            bins[bin] = MAX(bins[bin], now);
        }
        peak = MAX(peak, bins[bin]);
    }
    *ret_peak = peak;
}

static void put_bins(WsscHtml *html, const int *bins, int peak, double base, const char *style, const char *what)
{
    for (guint bin = 0; bin < PEAK_BINS;) {
        guint end = bin + 1;
        while (end < PEAK_BINS && bins[end] == bins[bin])
            end++;
        if (bins[bin] > 0) {
            double height = PEAK_HEIGHT * bins[bin] / peak;
            g_autofree char *hint = g_strdup_printf("%d %s", bins[bin], what);
            wssc_lane_put_span(html, style, (double)bin / PEAK_BINS, (double)end / PEAK_BINS, base - height, height,
                               hint);
        }
        bin = end;
    }
}

static void put_peaks(WsscHtml *html, const Group *group, const WsscLaneScale *scale, double top)
{
    g_autoptr(GArray) steps = steps_of(group, scale);
    int active[PEAK_BINS], pending[PEAK_BINS], active_peak, pending_peak;
    bin_steps(steps, scale, FALSE, active, &active_peak);
    bin_steps(steps, scale, TRUE, pending, &pending_peak);
    int peak = MAX(1, MAX(active_peak, pending_peak));
    wssc_html_put(
        html,
        "<text x=\"8\" y=\"%.0f\">at once, at most</text><text class=\"dim\" x=\"8\" y=\"%.0f\">%d active</text>"
        "<text class=\"dim\" x=\"8\" y=\"%.0f\">%d pending</text>\n",
        top + 12, top + 28, active_peak, top + 44, pending_peak);
    put_bins(html, active, peak, top + PEAK_HEIGHT, "peak-active", "active");
    put_bins(html, pending, peak, top + PEAK_HEIGHT, "peak-pending", "pending");
}

/* ---- a group -------------------------------------------------------------------------------------------------- */

static guint drawn_of(const Group *group, GHashTable *lanes)
{
    guint drawn = 0;
    for (guint i = 0; i < group->contexts->len; i++)
        drawn += g_hash_table_contains(lanes, group->contexts->pdata[i]) ? 1 : 0;
    return drawn;
}

static void put_group(WsscHtml *html, const Group *group, GHashTable *lanes, const WsscLaneScale *scale)
{
    guint drawn = drawn_of(group, lanes), at = 0;
    double peaks = WSSC_LANE_TOP + drawn * WSSC_LANE_HEIGHT + PEAK_GAP;

    wssc_html_put(html, "<figure class=\"timed\"><figcaption><b>%s</b> <span class=\"dim\">", group->service);
    if (drawn < group->contexts->len)
        wssc_html_put(html, "%u of %u contexts are drawn, those in trouble first", drawn, group->contexts->len);
    else
        wssc_html_put(html, drawn == 1 ? "%u context" : "%u contexts", drawn);
    wssc_html_raw(html, "</span></figcaption>");
    wssc_lane_begin_picture(html, scale, drawn * WSSC_LANE_HEIGHT + PEAK_GAP + PEAK_HEIGHT, "Contexts over time");
    for (guint i = 0; i < group->contexts->len; i++) {
        WsscLane *lane = g_hash_table_lookup(lanes, group->contexts->pdata[i]);
        if (lane != NULL)
            wssc_lane_put(html, lane, WSSC_LANE_TOP + WSSC_LANE_HEIGHT * at++);
    }
    put_peaks(html, group, scale, peaks);
    wssc_lane_end_picture(html);
}

static void put_legend(WsscHtml *html)
{
    wssc_html_raw(
        html,
        "<p class=\"legend\">"
        "<span><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><rect class=\"life\" y=\"2\" width=\"16\" "
        "height=\"8\"/></svg> in use</span>"
        "<span><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><rect class=\"life unused\" x=\"1\" y=\"2\" "
        "width=\"14\" height=\"8\"/></svg> not used</span>"
        "<span><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><path class=\"use\" d=\"M8 1V11\"/></svg> message</span>"
        "<span><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><circle class=\"m-issue\" cx=\"8\" cy=\"6\" "
        "r=\"4\"/></svg> issued</span>"
        "<span><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><path class=\"m-renew\" d=\"M8 1l5 5-5 5-5-5z\"/></svg> "
        "renewed</span>"
        "<span><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><rect class=\"rollover\" y=\"2\" width=\"16\" "
        "height=\"8\"/></svg> rollover</span>"
        "<span><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><rect class=\"m-end\" x=\"4\" y=\"2\" width=\"8\" "
        "height=\"8\"/></svg> cancelled</span>"
        "<span><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><path class=\"m-bad\" d=\"M4 1l4 4 4-4 2 2-4 4 4 4-2 "
        "1-4-4-4 4-2-1 4-4-4-4z\"/></svg> refused or failed</span>"
        "<span><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><path class=\"m-expiry\" d=\"M8 1l6 10H2z\"/></svg> "
        "expired</span>"
        "</p>\n");
}

void wssc_html_lanes(WsscHtml *html, const WsscSession *session)
{
    g_autoptr(GPtrArray) groups = group_contexts(session);
    wssc_html_raw(
        html, "<section id=\"lanes\" aria-labelledby=\"lanes-title\"><h2 id=\"lanes-title\">Contexts over time</h2>\n");
    if (groups->len == 0) {
        wssc_html_raw(html, "<p class=\"dim\">No security context.</p></section>\n");
        return;
    }
    WsscLaneScale scale = scale_of(session);
    g_autoptr(GHashTable) lanes = choose(session, &scale);
    fill(lanes, session);
    put_legend(html);
    for (guint i = 0; i < MIN(groups->len, WSSC_HTML_SERVICES); i++)
        put_group(html, groups->pdata[i], lanes, &scale);
    if (groups->len > WSSC_HTML_SERVICES)
        wssc_html_put(html, "<p class=\"dim\">%u further services are not drawn.</p>\n",
                      groups->len - WSSC_HTML_SERVICES);
    wssc_html_raw(html, "</section>\n");
}
