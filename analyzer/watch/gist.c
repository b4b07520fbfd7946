/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch/gist.h"

static guint bit(guint which, gboolean is_set)
{
    return is_set ? which : 0;
}

static guint bits_of_sharing(const WsscWatched *watched)
{
    const WsscBeginning *beginning = &watched->beginning;
    gboolean is_known = watched->is_elsewhere == 0 && watched->is_resumed == 0;
    gboolean is_seen = watched->is_untidy == 0 || !wssc_beginning_is_nettcp(beginning);
    return bit(WSSC_GIST_ALONE, is_known && wssc_beginning_is_alone(beginning, FALSE)) |
           bit(WSSC_GIST_ALONE_KEYED, is_known && is_seen && wssc_beginning_is_alone(beginning, TRUE)) |
           bit(WSSC_GIST_MAY_BE_TLS, watched->is_resumed != 0 || wssc_beginning_may_be_tls(beginning)) |
           bit(WSSC_GIST_UNKEYED, is_known && watched->is_unkeyed != 0) |
           bit(WSSC_GIST_STRANGE, watched->is_resumed != 0 || wssc_beginning_is_strange(beginning));
}

static guint bits_of_talk(const WsscTalk *talk)
{
    return bit(WSSC_GIST_IS_NETTCP, talk->is_nettcp != 0) | bit(WSSC_GIST_IS_TLS, talk->is_tls != 0) |
           bit(WSSC_GIST_REFUSED, talk->is_refused != 0) | bit(WSSC_GIST_ASKED, talk->is_asked != 0) |
           bit(WSSC_GIST_ANSWERED, talk->is_answered != 0) | bit(WSSC_GIST_TOLD, wssc_talk_is_told(talk)) |
           bit(WSSC_GIST_MIDWAY, talk->is_midway != 0);
}

WsscGist wssc_gist_of(WsscWatched *watched)
{
    WsscTalk *talk = &watched->talk;
    gboolean is_tidy =
        watched->is_broken == 0 && watched->is_cut == 0 && watched->is_elsewhere == 0 && watched->is_moved == 0;
    if (watched->early != NULL) /* what was acknowledged did not come */
        wssc_talk_give_up(talk);
    wssc_talk_finish(talk);
    return (WsscGist){
        .first_frame = talk->first_frame,
        .client = watched->ends.port[talk->client],
        .server = watched->ends.port[!talk->client],
        .bits = (bit(WSSC_GIST_UNTIDY, watched->is_untidy != 0) | bit(WSSC_GIST_REORDERED, watched->is_reordered != 0) |
                 bit(WSSC_GIST_ELSEWHERE, watched->is_elsewhere != 0) |
                 bit(WSSC_GIST_RESUMABLE, is_tidy && talk->is_unasked == 0) |
                 bit(WSSC_GIST_RESUMED, watched->is_resumed != 0) | bits_of_talk(talk) | bits_of_sharing(watched)),
        .kind = talk->kind,
    };
}

WsscWatched *wssc_gist_resume(const WsscGist *gist, const WsscEnds *ends, guint32 index)
{
    WsscWatched *watched = g_new0(WsscWatched, 1);
    WsscTalk *talk = &watched->talk;
    watched->ends = *ends;
    watched->index = index;
    watched->is_untidy = watched->is_broken = WSSC_BOTH_ENDS;
    watched->is_reordered = (gist->bits & WSSC_GIST_REORDERED) != 0;
    watched->is_elsewhere = (gist->bits & WSSC_GIST_ELSEWHERE) != 0;
    watched->is_resumed = TRUE;
    talk->kind = WSSC_TALK_STRANGE;
    talk->first_frame = gist->first_frame;
    talk->client = ends->port[0] == gist->client ? 0 : 1;
    talk->is_nettcp = (gist->bits & WSSC_GIST_IS_NETTCP) != 0;
    talk->is_refused = (gist->bits & WSSC_GIST_REFUSED) != 0;
    talk->is_asked = (gist->bits & WSSC_GIST_ASKED) != 0;
    talk->is_answered = (gist->bits & WSSC_GIST_ANSWERED) != 0;
    return watched;
}
