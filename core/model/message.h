/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * One message of the capture: where it stood, what it says, what became of its signatures.
 */
#ifndef WSSC_MODEL_MESSAGE_H
#define WSSC_MODEL_MESSAGE_H

#include "base/wire.h"
#include "findings/evidence.h"
#include "model/connection.h"
#include "model/types.h"
#include "security/security.h"
#include "soap/message.h"

typedef enum {
    WSSC_DIRECTION_UNKNOWN,
    WSSC_DIRECTION_REQUEST,  /* an HTTP request; client to server */
    WSSC_DIRECTION_RESPONSE, /* an HTTP response; server to client */
} WsscDirection;

/*
 * What is said of a message may be said before all is known: keys, answers and contexts come later. "Once fed": final
 * when wssc_session_feed returned the message; what the carrier gave, and its place among what came before. "Once
 * settled": final when wssc_session_finish is over, and until then what is known so far: a key may turn "no-key" into a
 * verdict and open what was encrypted, an answer may come, the context may turn out to be another one.
 *
 * A face that shows a message while the capture is still read (tshark's one pass, Wireshark's first) shows what is
 * known then; whatever it shows after that pass is settled, and the same in any order of visits.
 */
struct WsscMessage {
    /* ---- once fed ---- */
    guint index; /* from 1, in the order of feeding */
    guint file;
    guint32 frame;
    guint ordinal;
    gint64 time;
    const char *src, *dst;
    WsscTransport transport;
    WsscEncoding encoding;
    gboolean is_protected;
    WsscDirection direction;
    guint64 stream, pair;
    guint http_status;
    gsize announced;       /* octets by its carrier's head (Content-Length), where it runs past them; else 0 */
    const char *agent;     /* HTTP's User-Agent or Server; "" where the head has none, NULL where it is not known */
    const char *forwarded; /* a proxy passed it on: the protocol it names ("https"), "" when it names none; else NULL */
    gint64 http_date;      /* HTTP's Date (RFC 9110 section 6.6.1), microseconds since 1970; 0 when not said */
    const char *host, *target; /* of a request of HTTP: Host, and the target in its first line; of net.tcp: those of the
                                  preamble's Via; NULL when not known */
    const char *relays;        /* of a request of HTTP: Via, the proxies that passed it on; or NULL */
    WSSC_MODEL WsscConnection *connection; /* NULL where there is none */
    guint length;                          /* octets */
    guint64 hash;                          /* over the octets: copies of one message have the same */

    char *damage;            /* why it could not be read; NULL for a readable message */
    char *left_out;          /* what a log masked or left out of it: no signature over that is invalid; or NULL */
    char *layout;            /* how a log may have laid it out, white space between tags; or NULL */
    const WsscXml *document; /* what it was read from, only where the session keeps that; or NULL */

    WSSC_MODEL WsscExchange *exchange; /* or NULL; what the exchange holds is settled later */
    gboolean is_use;                   /* carries or references the SCT of context */
    gboolean is_response;              /* answers another message (RelatesTo, what it carries, or the carrier say so) */
    gboolean is_copy; /* the same octets under the same MessageID were seen before: relayed, repeated, or
                         captured at a second place */
    int state;        /* WsscState of context right after this message, as known then; -1 without context */
    WSSC_MODEL WsscMessage *prev_use; /* the use before of that context */

    /* ---- once settled ---- */
    WsscSoap *soap;         /* after decryption, when that was possible; never NULL (its nodes are not valid) */
    WsscSecurity *security; /* verdicts and decryptions; NULL when there is nothing to check */
    WSSC_MODEL WsscContext *context;   /* the context it uses, establishes or asks about; or NULL */
    WSSC_MODEL WsscInstance *instance; /* of context, used or issued; of several with one name that whose key its
                                          signatures prove; or NULL */
    WSSC_MODEL WsscMessage *next_use;
    WSSC_MODEL GPtrArray *findings; /* WsscFinding, borrowed from the session */
    gboolean is_judged;             /* the findings on its verdicts are among them */
    struct WsscWaiting *waiting;    /* the session's own: what is needed to read it again; or NULL */
    gboolean is_shown;              /* whoever asked for its verdicts has them (wssc_session_shown) */
    gboolean
        is_brief; /* what it says was let go, with its verdicts (WsscSessionOptions.only_rows): the two are empty */
};

/* Whether a comes after b: by the order of feeding, across files by the clock. */
gboolean wssc_message_is_after(const WsscMessage *a, const WsscMessage *b);

/* The part that it plays as evidence, and a few words on what it is: "call urn:app/echo". Caller frees the words. */
WsscEvidenceRole wssc_message_role(const WsscMessage *message);
char *wssc_message_words(const WsscMessage *message);
/* Adds it to a list of WsscEvidence. */
void wssc_message_point(GPtrArray *evidence, const WsscMessage *message);

/* Signed or encrypted by itself, whatever the transport does. */
gboolean wssc_message_is_secured(const WsscMessage *message);

/* The name of its instance; NULL: the first key, which most stacks give no name, or no context. */
const char *wssc_message_instance_name(const WsscMessage *message);
/* Which of its context's keys it is, from 1 in the order of issue; 0: of none. */
guint wssc_message_instance_number(const WsscMessage *message);

#endif
