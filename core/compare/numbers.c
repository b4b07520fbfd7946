/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Clocks, pauses, ages of keys and loads: numbers that always differ a little.
 */
#include "compare/private.h"

#define CLOCK_SLACK (30 * G_USEC_PER_SEC) /* clocks that are kept differ by less, with the time on the way */
#define SHORT (2 * G_USEC_PER_SEC)        /* less is nobody's timeout */

/* The largest of a kind, and where. */
typedef struct {
    gint64 value;
    guint count; /* of those that count at all */
    const WsscMessage *from;
} Most;

static void take(Most *most, gint64 value, const WsscMessage *from)
{
    if (most->from == NULL || value > most->value) {
        most->value = value;
        most->from = from;
    }
}

static WsscDifferenceSide side(char *text, const WsscMessage *from)
{
    return (WsscDifferenceSide){
        .text = text, .file = from != NULL ? from->file : 0, .frame = from != NULL ? from->frame : 0};
}

/* ---- clocks ----------------------------------------------------------------------------------------------------- */

/* How far clocks of that part are from the capture's, as their messages say: one that is behind cannot be told from
 * messages that took so long to come. */
typedef struct {
    gboolean is_known, is_unsteady;
    gint64 ahead; /* the furthest; below zero: behind */
    const WsscMessage *from;
} Clock;

static void look_at(const WsscPeer *peer, Clock *clock)
{
    gboolean has_min = peer->ahead_min != WSSC_TIME_NONE, has_max = peer->ahead_max != WSSC_TIME_NONE;
    gint64 ahead = has_min ? peer->ahead_min : has_max ? peer->ahead_max : 0;
    clock->is_unsteady |= !peer->is_steady;
    if ((!has_min && !has_max) || (clock->is_known && ABS(ahead) <= ABS(clock->ahead)))
        return;
    clock->is_known = TRUE;
    clock->ahead = ahead;
    clock->from = has_min ? peer->min_from : peer->max_from;
}

static Clock clock_of(const WsscModel *model, gboolean is_server)
{
    Clock clock = {FALSE, FALSE, 0, NULL};
    for (guint i = 0; i < model->peers->len; i++) {
        const WsscPeer *peer = model->peers->pdata[i];
        if (peer->is_server == is_server) /* without samples: by Date of HTTP */
            look_at(peer, &clock);
    }
    return clock;
}

static char *clock_text(const Clock *clock)
{
    const char *unsteady = clock->is_unsteady ? ", and not steady" : "";
    g_autofree char *span = wssc_compare_span(ABS(clock->ahead));
    if (ABS(clock->ahead) <= CLOCK_SLACK)
        return g_strdup_printf("as the capture's%s", unsteady);
    return g_strdup_printf("%s %s the capture's%s", span, clock->ahead > 0 ? "ahead of" : "behind", unsteady);
}

static void compare_clocks(WsscLedger *ledger, const WsscModel *const models[WSSC_COMPARED], gboolean is_server)
{
    Clock a = clock_of(models[0], is_server), b = clock_of(models[1], is_server);
    gboolean differ = ABS(a.ahead - b.ahead) > CLOCK_SLACK || a.is_unsteady != b.is_unsteady;
    if (a.is_known && b.is_known && differ)
        wssc_ledger_add(ledger, WSSC_ASPECT_CLOCK, is_server ? "clock of the service" : "clock of the client",
                        side(clock_text(&a), a.from), side(clock_text(&b), b.from));
}

/* ---- pauses and ages of keys ------------------------------------------------------------------------------------- */

typedef struct {
    Most pause; /* between two uses of a context, or its issue and the first */
    Most late;  /* use of a key after its end */
    Most old;   /* use of a key after a newer one of the context was used */
} Uses;

static const WsscMessage *before(const WsscMessage *message)
{
    if (message->prev_use != NULL)
        return message->prev_use;
    const WsscExchange *asked = message->context->established_by;
    return asked != NULL ? asked->response : NULL;
}

static void look_at_key(const WsscMessage *message, Uses *uses)
{
    const WsscInstance *own = message->instance;
    if (own == NULL || message->exchange == NULL || message->is_response)
        return;
    gint64 late = own->expires != WSSC_TIME_NONE ? message->time + message->context->clock_offset - own->expires : 0;
    uses->late.count++;
    if (late > 0)
        take(&uses->late, late, message);
    gboolean is_newer = FALSE;
    for (guint i = 0; i < message->context->instances->len; i++) {
        const WsscInstance *other = message->context->instances->pdata[i];
        if (is_newer && other->first_use != NULL && wssc_message_is_after(message, other->first_use))
            take(&uses->old, message->time - other->first_use->time, message);
        is_newer |= other == own;
    }
    uses->old.count += message->context->instances->len > 1 ? 1 : 0;
}

static Uses uses_of(const WsscModel *model)
{
    Uses uses = {{0, 0, NULL}, {0, 0, NULL}, {0, 0, NULL}};
    for (guint i = 0; i < model->messages->len; i++) {
        const WsscMessage *message = model->messages->pdata[i];
        if (!message->is_use || message->context == NULL || message->is_copy)
            continue;
        const WsscMessage *last = before(message);
        if (last != NULL && !message->is_response) {
            take(&uses.pause, message->time - last->time, message);
            uses.pause.count++;
        }
        look_at_key(message, &uses);
    }
    return uses;
}

static char *span_or(gint64 value, const char *nothing, const char *behind)
{
    g_autofree char *span = wssc_compare_span(value);
    return value > 0 ? g_strdup_printf("%s%s", span, behind) : g_strdup(nothing);
}

/* A few times as long is another behaviour. */
static gboolean is_other(const Most *a, const Most *b)
{
    gint64 more = MAX(a->value, b->value), less = MAX(MIN(a->value, b->value), 0);
    return a->count > 0 && b->count > 0 && more > SHORT && more > 3 * less;
}

static void compare_most(WsscLedger *ledger, WsscAspect aspect, const char *what, const Most *a, const Most *b,
                         const char *nothing, const char *behind)
{
    if (is_other(a, b))
        wssc_ledger_add(ledger, aspect, what, side(span_or(a->value, nothing, behind), a->from),
                        side(span_or(b->value, nothing, behind), b->from));
}

/* ---- loads ------------------------------------------------------------------------------------------------------ */

static WsscPeak peak_of(const WsscModel *model, gboolean is_pending)
{
    WsscPeak peak = {0, WSSC_TIME_NONE, NULL};
    for (guint i = 0; i < model->services->len; i++) {
        const WsscService *service = model->services->pdata[i];
        const WsscPeak *one = is_pending ? &service->pending : &service->active;
        if (one->count > peak.count)
            peak = *one;
    }
    return peak;
}

static void compare_peaks(WsscLedger *ledger, const WsscModel *const models[WSSC_COMPARED], gboolean is_pending)
{
    WsscPeak a = peak_of(models[0], is_pending), b = peak_of(models[1], is_pending);
    guint more = MAX(a.count, b.count), less = MIN(a.count, b.count);
    if (less > 0 && more >= 2 * less)
        wssc_ledger_add(ledger, WSSC_ASPECT_LOAD,
                        is_pending ? "contexts issued and not used yet, at most" : "contexts alive at once, at most",
                        side(g_strdup_printf("%u", a.count), a.reached),
                        side(g_strdup_printf("%u", b.count), b.reached));
}

void wssc_compare_numbers(WsscLedger *ledger, const WsscModel *const models[WSSC_COMPARED])
{
    Uses a = uses_of(models[0]), b = uses_of(models[1]);
    compare_clocks(ledger, models, FALSE);
    compare_clocks(ledger, models, TRUE);
    compare_most(ledger, WSSC_ASPECT_LIFETIME, "latest use of a key after its end", &a.late, &b.late, "none", " after");
    compare_most(ledger, WSSC_ASPECT_LIFETIME, "latest use of an old key after the new one was used", &a.old, &b.old,
                 "none", " after");
    compare_most(ledger, WSSC_ASPECT_PAUSE, "longest pause in the use of a context", &a.pause, &b.pause, "none", "");
    compare_peaks(ledger, models, TRUE);
    compare_peaks(ledger, models, FALSE);
}
