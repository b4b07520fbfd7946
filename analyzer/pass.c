/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "pass.h"

#include <string.h>

#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <epan/secrets.h>
#include <wiretap/wtap.h>

#include "base/limits.h"
#include "capture_file.h"
#include "dissect.h"
#include "libwireshark.h"
#include "progress.h"
#include "secrets.h"
#include "watch/held.h"

struct packet_provider_data {
    nstime_t first, previous; /* arrival times: what relative times are made from */
    guint32 previous_number;
};

static struct {
    epan_t *epan; /* of the file that was read last */
    struct packet_provider_data provider;
    GArray *secrets; /* Secrets: that the file brought for libwireshark so far; NULL: they are not kept */
    gsize secret_octets;
} kept;

typedef struct {
    WsscPass own;
    WsscShare share; /* of all frames: zeroed */
    wtap *wth;
    epan_dissect_t *edt;
    frame_data first, previous; /* what relative times are counted from */
    const frame_data *reference;
    nstime_t elapsed;
    WsscHeld *held;
    WsscResume *resume;   /* NULL: libwireshark is not made to forget */
    gboolean is_ordering; /* the preference as it stands */
    int proto_http;
    GArray *opened;   /* WsscTlsOpened, of the frame under way */
    guint remembered; /* frames that libwireshark has dissected since it began anew */
    WsscProgress *progress;
} Pass;

/* ---- secrets in the file -------------------------------------------------------------------------------------
 */

/* They are handed over once, and libwireshark forgets them with all else. */
typedef struct {
    guint32 type;
    WsscSecret *octets;
} Secrets;

static void clear_secrets(gpointer data)
{
    wssc_secret_unref(((Secrets *)data)->octets);
}

static void keep_secrets(void)
{
    kept.secrets = g_array_new(FALSE, FALSE, sizeof(Secrets));
    kept.secret_octets = 0;
    g_array_set_clear_func(kept.secrets, clear_secrets);
}

static gboolean are_too_many(void)
{
    return kept.secret_octets > WSSC_MAX_KEY_FILE_OCTETS;
}

/* Should they be too many, none are kept, and libwireshark is not made to forget any more. */
static void keep(guint32 type, const void *octets, guint size)
{
    kept.secret_octets += size;
    if (are_too_many()) {
        g_array_set_size(kept.secrets, 0);
        return;
    }
    const Secrets secrets = {type, wssc_secret_new(octets, size)};
    g_array_append_val(kept.secrets, secrets);
}

/* Wiretap's callback. */
#if WSSC_WIRESHARK(4, 4)
static void take_secrets(uint32_t type, const void *octets, unsigned size)
#else
static void take_secrets(guint32 type, const void *octets, guint size)
#endif
{
    if (kept.secrets != NULL && type != WSSC_SECRETS_TYPE)
        keep(type, octets, size);
    wssc_secrets_take(type, octets, size);
}

static void hand_over_again(void)
{
    for (guint i = 0; kept.secrets != NULL && i < kept.secrets->len; i++) {
        const Secrets *secrets = &g_array_index(kept.secrets, Secrets, i);
        WsscBytes octets = wssc_secret_bytes(secrets->octets);
        secrets_wtap_callback(secrets->type, octets.data, (guint)octets.len);
    }
}

/* ---- epan ----------------------------------------------------------------------------------------------------- */

void wssc_pass_leave_file(void)
{
    g_clear_pointer(&kept.epan, epan_free);
}

static const nstime_t *frame_time(struct packet_provider_data *provider, guint32 number)
{
    return number == 1 ? &provider->first : number == provider->previous_number ? &provider->previous : NULL;
}

static guint8 mark_of(const Pass *pass, guint32 number)
{
    return wssc_segments_mark(pass->own.segments, number);
}

static void order_segments(Pass *pass, gboolean is_needed)
{
    if (is_needed == pass->is_ordering)
        return;
    pass->is_ordering = is_needed;
    wssc_libwireshark_set(is_needed ? "tcp.reassemble_out_of_order:TRUE" : "tcp.reassemble_out_of_order:FALSE", NULL);
}

static gboolean is_http(const Pass *pass)
{
    return wssc_dissect_has_layer(&pass->edt->pi, pass->proto_http) && pass->edt->pi.ptype == PT_TCP;
}

/* Behind the frame: what is asked of its TLS lies in libwireshark's memory. */
static void follow(Pass *pass, gboolean is_last)
{
    packet_info *pinfo = &pass->edt->pi;
    gboolean is_tls = wssc_resume_follows_tls(pass->resume);
    WsscTlsPlace place;
    if (is_tls)
        wssc_dissect_tls_opened(pinfo, pass->opened);
    gboolean has_place = pass->opened->len > 0 && wssc_dissect_tls_place(pinfo, &place);
    wssc_resume_took(pass->resume, &(WsscTook){.stream = wssc_dissect_begun(),
                                               .is_http = is_http(pass),
                                               .is_last = is_last,
                                               .opened = pass->opened,
                                               .place = has_place ? &place : NULL});
    g_array_set_size(pass->opened, 0);
}

static void run_epan(Pass *pass, wtap_rec *rec, Buffer *buffer _U_, frame_data *frame)
{
#if WSSC_WIRESHARK(4, 6)
    epan_dissect_run_with_taps(pass->edt, wtap_file_type_subtype(pass->wth), rec, frame, NULL);
#else
    /* A length that is no gint would be thrown at us, and nobody catches that here. */
    guint32 len = MIN(rec->rec_header.packet_header.len, (guint32)G_MAXINT);
    tvbuff_t *tvb = tvb_new_real_data(wssc_record_data(rec, buffer), rec->rec_header.packet_header.caplen, (gint)len);
    epan_dissect_run_with_taps(pass->edt, wtap_file_type_subtype(pass->wth), rec, tvb, frame, NULL);
#endif
}

static void dissect(Pass *pass, wtap_rec *rec, Buffer *buffer, frame_data *frame, guint32 number)
{
    if (pass->own.filter != NULL)
        wssc_filter_prime(pass->own.filter, pass->edt);
    run_epan(pass, rec, buffer, frame);
    if (pass->own.filter != NULL) {
        pass->own.matches->data[number] = wssc_filter_matches(pass->own.filter, pass->edt) ? 1 : 0;
    } else {
        wssc_tls_watch_frame(pass->own.tls, &pass->edt->pi, wssc_loss_payload(pass->own.loss, &pass->edt->pi));
        wssc_loss_frame(pass->own.loss, &pass->edt->pi);
        gboolean is_last = (mark_of(pass, number) & WSSC_SEGMENTS_LAST) != 0;
        if (pass->resume != NULL)
            follow(pass, is_last);
        if (pass->resume != NULL && is_last)
            wssc_dissect_end_connection(&pass->edt->pi);
    }
    epan_dissect_reset(pass->edt);
}

static void open_epan(Pass *pass)
{
    static const struct packet_provider_funcs provider_functions = {.get_frame_ts = frame_time};
    kept.epan = epan_new(&kept.provider, &provider_functions);
    pass->edt = epan_dissect_new(kept.epan, pass->own.filter != NULL, FALSE);
    pass->remembered = 0;
}

static gboolean goes_on(gconstpointer resume, const WsscEnds *ends)
{
    return wssc_resume_knows(resume, ends);
}

/* libwireshark keeps all that it has learned of connections and put together of segments, more than the segments
 * themselves, until it is made to forget everything. That changes nothing where all connections so far are over, or
 * rest: but one may go on past the length that it announced. */
static void begin_anew(Pass *pass)
{
    wssc_dissect_count_on();
    wssc_dissect_keep(goes_on, pass->resume);
    wssc_tls_watch_count_anew(pass->own.tls, pass->resume);
    wssc_resume_forget(pass->resume);
    wssc_loss_forget_over(pass->own.loss, pass->resume);
    epan_dissect_free(pass->edt);
    wssc_pass_leave_file();
    open_epan(pass);
    hand_over_again();
}

/* With keys for TLS it reads all of them again: where they are many, that is to be seldom. */
static gboolean is_enough(const Pass *pass)
{
    enum { SELDOM = 200, FEW = 4096 }; /* octets of keys for a frame; frames for which that does not matter */
    goffset frames = (pass->own.key_octets + (goffset)kept.secret_octets) / SELDOM;
    return pass->remembered >= pass->own.remembered_frames && (frames < FEW || pass->remembered >= frames);
}

/* A filter may ask of libwireshark what it counts itself. */
static gboolean is_full(const Pass *pass, guint8 mark)
{
    return (mark & WSSC_SEGMENTS_QUIET) != 0 && pass->resume != NULL && is_enough(pass) &&
           wssc_held_count(pass->held) == 0 && !are_too_many() && !wssc_resume_is_busy(pass->resume) &&
           !wssc_dissect_holds_any();
}

/* As in_frame, with whose number it is dissected. place: of the session of TLS behind it; or NULL. */
static void show_hello(Pass *pass, const WsscHello *hello, const wtap_rec *in_rec, const frame_data *in_frame,
                       const WsscTlsPlace *place)
{
    wtap_rec rec;
    Buffer buffer;
    frame_data frame;
    wssc_record_init(&rec);
    ws_buffer_init(&buffer, hello->octets->len);
    wssc_record_is_packet(&rec, hello->encapsulation);
    rec.ts = in_rec->ts;
    rec.presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
    rec.rec_header.packet_header.caplen = hello->octets->len;
    rec.rec_header.packet_header.len = hello->on_wire;
    ws_buffer_append(wssc_record_buffer(&rec, &buffer), hello->octets->data, hello->octets->len);
    frame_data_init(&frame, in_frame->num, &rec, in_frame->file_off, 0);
    run_epan(pass, &rec, &buffer, &frame);
    wssc_dissect_take_up(&pass->edt->pi);
    if (place != NULL)
        wssc_dissect_tls_go_on(&pass->edt->pi, place);
    epan_dissect_reset(pass->edt);
    frame_data_destroy(&frame);
    wtap_rec_cleanup(&rec);
    ws_buffer_free(&buffer);
}

static void take_up(Pass *pass, wtap_rec *rec, Buffer *buffer _U_, const frame_data *frame)
{
    const wtap_packet_header *header = &rec->rec_header.packet_header;
    WsscBytes octets = wssc_bytes(wssc_record_data(rec, buffer), header->caplen);
    WsscResumed resumed;
    if (pass->resume == NULL || !wssc_resume_is_due(pass->resume, octets, header->len, header->pkt_encap, &resumed))
        return;
    wssc_dissect_go_on(&(WsscGoingOn){resumed.stream, resumed.is_http, resumed.is_answer_due, resumed.server});
    for (guint i = 0; i < G_N_ELEMENTS(resumed.hellos) && resumed.hellos[i].octets != NULL; i++)
        show_hello(pass, &resumed.hellos[i], rec, frame, NULL);
    for (guint i = 0; resumed.handshake != NULL && i < resumed.handshake->len; i++)
        show_hello(pass, &g_array_index(resumed.handshake, WsscHello, i), rec, frame,
                   i + 1 == resumed.handshake->len ? resumed.place : NULL);
    wssc_loss_pass_over(pass->own.loss);
    wssc_dissect_go_on(NULL);
}

static void tell_beginning(const Pass *pass, guint32 number)
{
    guint32 turn = pass->own.report->capture.frames;
    if (pass->share.begin_turn != NULL)
        pass->share.begin_turn(pass->share.user, turn, number != turn);
}

/* taken: the frame's number in the order in which they are taken, by which libwireshark goes. */
static void take_frame(Pass *pass, wtap_rec *rec, Buffer *buffer, gint64 offset, guint32 number, guint32 taken)
{
    WsscEngineReport *report = pass->own.report;
    frame_data frame;
    guint32 cumulative = 0;

    tell_beginning(pass, number);
    frame_data_init(&frame, taken, rec, offset, 0);
    gboolean is_first = pass->reference == NULL;
    if (is_first) {
        pass->first = frame;
        pass->reference = &pass->first;
        kept.provider.first = frame.abs_ts;
    }
    frame_data_set_before_dissect(&frame, &pass->elapsed, &pass->reference, is_first ? NULL : &pass->previous);
    if (pass->own.matches != NULL && pass->own.filter == NULL)
        wssc_dissect_set_feeding(pass->own.matches->data[number]);
    guint8 mark = mark_of(pass, number);
    if ((mark & WSSC_SEGMENTS_PASSED_OVER) == 0) {
        order_segments(pass, (mark & WSSC_SEGMENTS_REORDERED) != 0);
        if (is_full(pass, mark))
            begin_anew(pass);
        pass->remembered++;
        wssc_dissect_use_frame(number);
        take_up(pass, rec, buffer, &frame);
        dissect(pass, rec, buffer, &frame, number);
    }
    frame_data_set_after_dissect(&frame, &cumulative);
    kept.provider.previous = frame.abs_ts;
    kept.provider.previous_number = taken;
    gint64 time = wssc_dissect_time(&frame.abs_ts);
    report->capture.last_time = MAX(report->capture.last_time, time);
    if (report->capture.first_time == WSSC_TIME_NONE)
        report->capture.first_time = time;
    frame_data_destroy(&frame);
    pass->previous = frame; /* only its times are looked at */
    if (pass->share.on_taken != NULL)
        pass->share.on_taken(pass->share.user);
}

/* What belongs behind a frame that was taken. */
static void take_held(Pass *pass, wtap_rec *rec, Buffer *buffer)
{
    guint32 number = pass->own.report->capture.frames;
    WsscFramePlace at;
    int err = 0;
    char *info = NULL;
    while (wssc_held_next(pass->held, number, &at)) {
        wtap_rec_reset(rec);
        if (wssc_wtap_read_at(pass->wth, at.place, rec, buffer, &err, &info))
            take_frame(pass, rec, buffer, at.place, at.frame, number - wssc_held_count(pass->held));
        g_clear_pointer(&info, g_free);
    }
}

/* Or holds it. */
static void take_in_turn(Pass *pass, wtap_rec *rec, Buffer *buffer, gint64 offset)
{
    guint32 number = pass->own.report->capture.frames;
    if ((mark_of(pass, number) & WSSC_SEGMENTS_MOVED) != 0) {
        wssc_held_put(pass->held, number, offset);
        return;
    }
    take_frame(pass, rec, buffer, offset, number, number - wssc_held_count(pass->held));
}

/* rec is used for other frames, too, when this one was taken. */
static void read_frame(Pass *pass, wtap_rec *rec, Buffer *buffer, gint64 offset)
{
    pass->own.report->capture.frames++;
    take_in_turn(pass, rec, buffer, offset);
    if ((mark_of(pass, pass->own.report->capture.frames) & WSSC_SEGMENTS_MOVED) == 0)
        take_held(pass, rec, buffer);
}

static void read_all(Pass *pass, wtap_rec *rec, Buffer *buffer)
{
    int err = 0;
    char *info = NULL;
    gint64 offset;
    while (wssc_wtap_read(pass->wth, rec, buffer, &err, &info, &offset)) {
        g_clear_pointer(&info, g_free); /* of what it passed over */
        if (pass->own.filter != NULL)
            g_byte_array_append(pass->own.matches, (const guint8 *)"", 1);
        if (rec->rec_type == REC_TYPE_PACKET) {
            read_frame(pass, rec, buffer, offset);
            wssc_progress_at(pass->progress, wtap_read_so_far(pass->wth), pass->own.report->capture.frames);
        } else {
            pass->own.report->capture.frames++;
        }
        wtap_rec_reset(rec);
    }
    if (err != 0)
        pass->own.report->capture.damage = wssc_capture_error(err, info);
}

/* Of the others the look over the file told what there is to tell. */
static void read_chosen(Pass *pass, const WsscLookedOver *seen, wtap_rec *rec, Buffer *buffer)
{
    WsscCapture *capture = &pass->own.report->capture;
    WsscFramePlace at = {.frame = 0};
    int err = 0;
    char *info = NULL;
    while (err == 0 && wssc_segments_next(pass->own.segments, &at)) {
        capture->frames = at.frame - 1;
        if (!wssc_wtap_read_at(pass->wth, at.place, rec, buffer, &err, &info))
            break;
        g_clear_pointer(&info, g_free);
        read_frame(pass, rec, buffer, at.place);
        wssc_progress_at(pass->progress, at.place, at.frame);
        wtap_rec_reset(rec);
    }
    if (err == 0)
        capture->frames = seen->frames;
    capture->first_time = seen->first_time;
    capture->last_time = seen->last_time;
    if (err != 0 || seen->err != 0)
        capture->damage =
            err != 0 ? wssc_capture_error(err, info) : wssc_capture_error(seen->err, g_strdup(seen->info));
}

/* Frames of others have their turns, too: what is held goes by them. */
static gboolean read_share(Pass *pass, wtap_rec *rec, Buffer *buffer)
{
    gboolean has_few = wssc_segments_has_few(pass->own.segments);
    WsscFramePlace at = {.frame = 0};
    int err = 0;
    char *info = NULL;
    while (err == 0 && wssc_segments_step(pass->own.segments, &at)) {
        guint8 mark = mark_of(pass, at.frame);
        gboolean is_chosen = (mark & WSSC_SEGMENTS_PASSED_OVER) == 0;
        pass->own.report->capture.frames = at.frame;
        if (is_chosen && pass->share.is_own(pass->share.user, at.frame)) {
            if (!wssc_wtap_read_at(pass->wth, at.place, rec, buffer, &err, &info))
                break;
            g_clear_pointer(&info, g_free);
            take_in_turn(pass, rec, buffer, at.place);
            wtap_rec_reset(rec);
        }
        if ((is_chosen || !has_few) && (mark & WSSC_SEGMENTS_MOVED) == 0)
            take_held(pass, rec, buffer);
    }
    g_free(info);
    return err == 0;
}

static gboolean read_frames(Pass *pass, const WsscLookedOver *seen)
{
    gboolean is_ok = TRUE;
    wtap_rec rec;
    Buffer buffer;
    wssc_record_init(&rec);
    ws_buffer_init(&buffer, 1514);
    if (pass->share.is_own != NULL)
        is_ok = read_share(pass, &rec, &buffer);
    else if (seen != NULL)
        read_chosen(pass, seen, &rec, &buffer);
    else
        read_all(pass, &rec, &buffer);
    take_held(pass, &rec, &buffer);
    wtap_rec_cleanup(&rec);
    ws_buffer_free(&buffer);
    return is_ok;
}

static gboolean run(Pass *pass, const WsscLookedOver *seen)
{
    wssc_pass_leave_file();
    memset(&kept.provider, 0, sizeof kept.provider);
    open_epan(pass);
    gboolean may_forget = pass->own.filter == NULL && wssc_segments_tells_quiet(pass->own.segments);
    pass->resume = may_forget ? wssc_resume_new() : NULL;
    /* Those that were met when the file was opened are handed over at once. */
    if (pass->share.is_own == NULL && seen == NULL) {
        if (may_forget)
            keep_secrets();
        wtap_set_cb_new_secrets(pass->wth, pass->own.filter != NULL ? secrets_wtap_callback : take_secrets);
    }
    pass->proto_http = proto_get_id_by_filter_name("http");
    pass->opened = g_array_new(FALSE, FALSE, sizeof(WsscTlsOpened));
    pass->held = wssc_held_new(wssc_segments_moves(pass->own.segments));
    gboolean is_ok = read_frames(pass, seen);
    order_segments(pass, FALSE);
    wssc_dissect_use_frame(0);
    wssc_held_free(pass->held);
    wssc_resume_free(pass->resume);
    g_array_unref(pass->opened);
    epan_dissect_free(pass->edt);
    g_clear_pointer(&kept.secrets, g_array_unref);
    kept.secret_octets = 0;
    return is_ok;
}

gboolean wssc_pass_run(const WsscPass *own, const char *path, GError **error)
{
    Pass pass = {.own = *own};
    const WsscLookedOver *seen = own->filter != NULL ? NULL : wssc_segments_looked_over(own->segments);
    if (seen != NULL && !wssc_capture_is_blob(seen->wth))
        pass.wth = seen->wth;
    else
        pass.wth = wssc_capture_open(path, wssc_segments_moves(own->segments) != NULL, error);
    if (pass.wth == NULL)
        return FALSE;
    pass.progress = wssc_progress_new(own->shows_progress, path, wtap_file_size(pass.wth, NULL));
    wssc_dissect_use_left_out(wssc_segments_triage(own->segments)->first_frames);
    run(&pass, seen);
    wssc_dissect_use_left_out(NULL);
    wssc_progress_free(pass.progress);
    if (seen == NULL)
        wtap_close(pass.wth);
    return TRUE;
}

gboolean wssc_pass_run_share(const WsscPass *own, const WsscShare *share)
{
    Pass pass = {.own = *own, .share = *share, .wth = wssc_segments_places(own->segments)->wth};
    return run(&pass, NULL);
}
