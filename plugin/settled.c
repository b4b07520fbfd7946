/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settled.h"

#include <gmodule.h>

#include <epan/tap.h>

#include "dissect.h"
#include "live.h"

typedef struct {
    void *listener;
    WsscOnCount on_count;
    WsscTapped tapped;
    guint32 frame;
    nstime_t time, since_start;
} Waiting;

static GArray *waiting; /* Waiting; NULL: none */

/* Wireshark shows statistics of a capture while it is made, and reads on: nothing waits there, for the end is not near.
 * Nothing in the interface tells a window from a command, but only the former brings Qt. */
static gboolean has_window(void)
{
    static int answer = -1;
    if (answer < 0) {
        gpointer symbol;
        GModule *program = g_module_open(NULL, (GModuleFlags)0);
        answer = program != NULL && g_module_symbol(program, "qVersion", &symbol);
        if (program != NULL)
            g_module_close(program);
    }
    return answer;
}

gboolean wssc_settled_is_waiting(void)
{
    return !wssc_live_is_finished() && !wssc_live_is_lent() && !has_window();
}

static void free_waiting(Waiting *one)
{
    if (one->tapped.xml != NULL)
        wssc_xml_unref(one->tapped.xml);
}

static void count_waiting(const Waiting *one)
{
    g_autoptr(WsscXml) xml = one->tapped.xml != NULL ? wssc_xml_unfold(one->tapped.xml) : NULL;
    const WsscTapped tapped = {.message = one->tapped.message, .xml = xml};
    frame_data frame = {.num = one->frame, .abs_ts = one->time};
    packet_info pinfo = {.num = one->frame, .fd = &frame, .abs_ts = one->time, .rel_ts = one->since_start};
    one->on_count(one->listener, &pinfo, &tapped);
}

/* Drawn before those that wait, for listeners are drawn the latest first, and this one comes with their first packet.
 */
static void draw(void *data _U_)
{
    if (waiting == NULL || wssc_dissect_session() == NULL)
        return;
    wssc_live_finish(); /* tshark draws once, when all is read; with one pass it tells us nothing of its end */
    for (guint i = 0; i < waiting->len; i++)
        count_waiting(&g_array_index(waiting, Waiting, i));
    wssc_settled_clear();
}

static tap_packet_status on_message(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                    const void *message _U_, tap_flags_t flags _U_)
{
    return TAP_PACKET_REDRAW;
}

static void listen(void)
{
    static int id;
    static gboolean is_listening;
    if (is_listening)
        return;
    is_listening = TRUE;
    GString *problem = register_tap_listener(WSSC_TAP, &id, NULL, TL_REQUIRES_NOTHING, NULL, on_message, draw, NULL);
    if (problem != NULL)
        g_string_free(problem, TRUE);
}

void wssc_settled_count(void *listener, packet_info *pinfo, const WsscTapped *tapped, WsscOnCount on_count)
{
    if (!wssc_settled_is_waiting()) {
        on_count(listener, pinfo, tapped);
        return;
    }
    listen();
    Waiting one = {.listener = listener,
                   .on_count = on_count,
                   .tapped = *tapped,
                   .frame = pinfo->num,
                   .time = pinfo->abs_ts,
                   .since_start = pinfo->rel_ts};
    if (one.tapped.xml != NULL)
        one.tapped.xml = wssc_xml_fold(one.tapped.xml);
    if (waiting == NULL)
        waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
    g_array_append_val(waiting, one);
}

void wssc_settled_forget(const void *listener)
{
    for (guint i = waiting != NULL ? waiting->len : 0; i > 0; i--) {
        Waiting *one = &g_array_index(waiting, Waiting, i - 1);
        if (one->listener != listener)
            continue;
        free_waiting(one);
        g_array_remove_index(waiting, i - 1);
    }
}

void wssc_settled_clear(void)
{
    for (guint i = 0; waiting != NULL && i < waiting->len; i++)
        free_waiting(&g_array_index(waiting, Waiting, i));
    g_clear_pointer(&waiting, g_array_unref);
}
