/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The brain's one door: messages in, contexts out.
 *
 *     WsscSession *session = wssc_session_new();
 *     const WsscMessage *m = wssc_session_feed(session, &unit);     (once for each message, in
 *     ...                                                            the order of the capture)
 *     wssc_session_finish(session);                                  (after the last frame)
 *     for each in wssc_session_contexts(session) ...
 *     wssc_session_free(session);
 *
 * Everything a session hands out is borrowed and lives as long as the session. A message's
 * verdicts may improve after it was returned: when a later message or a key settles it.
 * No I/O, no output, no globals; one session is used by one thread.
 */
#ifndef WSSC_SESSION_SESSION_H
#define WSSC_SESSION_SESSION_H

#include "base/limits.h"
#include "keys/keyring.h"
#include "model/capture.h"
#include "model/model.h"
#include "rules/bounds.h"

typedef struct WsscSession WsscSession;

/* One message as the carrier delivered it. All pointers are borrowed for the call. */
typedef struct {
    guint file;            /* index from wssc_session_add_file */
    guint32 frame;         /* capture frame number, from 1 */
    guint ordinal;         /* position among the messages of that frame, from 0 */
    gint64 time;           /* microseconds since 1970-01-01T00:00:00Z */
    const char *src, *dst; /* "address:port", "[v6]:port" */
    WsscTransport transport;
    gboolean is_protected; /* TLS or SSPI around it */
    WsscEncoding encoding;
    WsscDirection direction;
    guint64 stream; /* the connection, unique in the file */
    guint64 pair;   /* joins an HTTP request with its response on that stream: equal and
                       non-zero for the two; 0 when the carrier has no pairs */
    const char *content_type;
    const char *soap_action; /* from the HTTP header or the action parameter; or NULL */
    guint http_status;       /* of a response; 0 otherwise */
    gsize announced;         /* octets by the carrier's head, where the message runs past them; else 0 */
    const char *agent;       /* HTTP's User-Agent or Server; "" where the head has none, NULL where it is not known */
    const char *forwarded; /* a proxy passed it on: the protocol that it names ("https"), "" when it names none; NULL */
    gint64 http_date;      /* HTTP's Date; 0 when not said */
    const char *host, *target; /* of a request of HTTP: Host, and the target in its first line; of net.tcp: those of the
                                  preamble's Via; NULL when not known */
    const char *relays;        /* of a request of HTTP: Via, the proxies that passed it on; or NULL */
    const char *server_name;   /* that the client asked TLS for on this connection (SNI); or NULL */
    gboolean is_other_end_heard;  /* octets or signals of the receiver are in the capture */
    WsscTruth client_certificate; /* what the handshake so far shows, and the frame that does; see WsscConnection */
    guint32 certificate_frame;
    GBytes *octets;        /* the text document, or the binary form the tree was made from */
    WsscXml *xml;          /* what the octets were read as, with or without spans; NULL: they are text XML and are
                              read here, with spans, */
    const char *xml_error; /* unless somebody has tried: then this says why it is none */
    guint64 hash;          /* of octets, wssc_bytes_hash; 0: it is made here */
    const char *charset;   /* of the carrier; or NULL */
    const char *damage;    /* why octets are missing ("lost segment", "cut by snaplen"); NULL when whole.
                              Damaged octets are kept out of every verdict */
    gboolean is_fragment;  /* no carrier's message, but what somebody put into a file: another root than an envelope
                              is taken as well, a token, a header or an answer by itself */
    const char *left_out;  /* what a log or trace masked or left out of the message; NULL when nothing. A signature
                              over that is never invalid */
    const char *layout;    /* how a log may have laid it out; NULL when it did not. The same for signatures whose
                              value does not fit SignedInfo as it stands either */
} WsscUnit;

/* ---- calls ------------------------------------------------------------------------------- */

WsscSession *wssc_session_new(void);
void wssc_session_free(WsscSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscSession, wssc_session_free)

typedef enum {
    WSSC_KEEP_NONE,
    WSSC_KEEP_FIRST,    /* of the first messages */
    WSSC_KEEP_TROUBLED, /* of messages in trouble and of their requests, and of others while there is room */
} WsscKeep;

typedef struct {
    gboolean want_hypotheses; /* look into invalid signatures */
    gboolean is_strict;       /* try no habits of stacks: the specifications alone count */
    guint32 explain_frame;    /* keep the worked steps of this frame; 0: none */
    WsscKeep keep_documents;  /* what messages were read from, as far as the limit kept-octets goes: for a report */
    gboolean only_rows; /* nobody asks for more than a row a context: its identifier, version, state, how many keys and
                           which are not known, bootstrap, tokens, counts, the fault that ended it, its first and its
                           last place. What else messages say is let go once it can change none of that (message.h,
                           is_brief), and messages themselves, with the next call at the latest; no findings are looked
                           for, and nothing that is known at the end only of everything */
    gboolean wants_verdicts; /* ... and a row a verdict: of only_rows, a message is not let go before wssc_session_shown
                                told of it */
    gboolean only_lists; /* nobody asks for more than lists of verdicts, findings and events, and for no message by its
                            place: of how messages are written little is kept (wssc_soap_read_lasting), and
                            wssc_session_shown lets go of their verdicts */
    X509_STORE *trust;   /* borrowed; NULL: say nothing about trust */
    const WsscBounds *bounds; /* copied; NULL: the defaults */
    const WsscLimits *limits; /* the same */
} WsscSessionOptions;
void wssc_session_set_options(WsscSession *session, const WsscSessionOptions *options);

/* The keys the session uses: add those of a key file before or between messages. Borrowed. */
WsscKeyring *wssc_session_keyring(WsscSession *session);

/* Registers a capture file by name; messages and findings carry the index. */
guint wssc_session_add_file(WsscSession *session, const char *name);
const char *wssc_session_file(const WsscSession *session, guint file);

/* Octets of the file that no message came of: a finding. */
void wssc_session_note_unread(WsscSession *session, guint file, const WsscUnreadOctets *octets);
/* So many connections were seen that carried nothing of ours and of which nobody else tells anything. */
void wssc_session_pass_over_connections(WsscSession *session, guint count);

/* Whoever wants to know of messages as they become settled (model/message.h): called once for each, while feeding or at
 * the latest from wssc_session_finish, in the thread that does. Later changes of what the carrier alone told, exchanges
 * and findings are not covered. */
typedef void (*WsscOnSettled)(gpointer user, const WsscMessage *message);
void wssc_session_tell_settled(WsscSession *session, WsscOnSettled on_settled, gpointer user);
/* A message of which that told was shown to whoever asked (only_lists): no more is kept of its verdicts than what is
 * known of others by them, and nothing with wants_verdicts once the session is done with it. */
void wssc_session_shown(WsscSession *session, const WsscMessage *message);

/* Takes one message. Call it once for each, in the order of the capture (first pass only).
 * Never fails: what can't be read has "damage" set. Returns NULL only for octets that are whole and
 * well formed but no SOAP envelope. */
const WsscMessage *wssc_session_feed(WsscSession *session, const WsscUnit *unit);
/* The message fed for that place, or NULL. */
const WsscMessage *wssc_session_lookup(const WsscSession *session, guint file, guint32 frame, guint ordinal);

/* What the carrier alone tells of requests that have no answer yet: a response without a SOAP message (HTTP 404,
 * 202, ...; pair as in WsscUnit), and a connection that was reset by the end named src. */
void wssc_session_note_status(WsscSession *session, guint file, guint32 frame, gint64 time, guint64 stream,
                              guint64 pair, guint http_status);
void wssc_session_note_reset(WsscSession *session, guint file, guint32 frame, gint64 time, guint64 stream,
                             const char *src);

/* What the carrier alone tells of a connection, these two among it (model/connection.h); strings are borrowed. */
typedef struct {
    guint file;
    guint32 frame;
    gint64 time;
    guint64 stream;
    guint64 pair; /* of a status: as in WsscUnit */
    WsscSignKind kind;
    gboolean is_from_server, is_answer_due;
    WsscTlsPhase phase;
    const char *client, *server; /* "address:port" */
    guint value;
    const char *text, *media, *via; /* or NULL */
    const char *server_name;        /* as in WsscUnit, like the next two */
    WsscTruth client_certificate;
    guint32 certificate_frame;
    gint64 date; /* 0: not said */
} WsscCarrierNote;
void wssc_session_note(WsscSession *session, const WsscCarrierNote *note);

/* Settles what waited and ends every open context at the time of the last frame. */
void wssc_session_finish(WsscSession *session, gint64 end_time);

/* After wssc_session_finish: what is handed out from here on is what the frames carry for which is_shown is TRUE: their
 * messages, findings and events, and the contexts and exchanges these belong to, which stay as they are known from all
 * of the capture, but count what is shown. What is no longer shown lives on. Once a session. */
typedef gboolean (*WsscIsShown)(guint file, guint32 frame, gpointer user);
void wssc_session_show_only(WsscSession *session, WsscIsShown is_shown, gpointer user);

/* All of the following and more. */
const WsscModel *wssc_session_model(const WsscSession *session);
const GPtrArray *wssc_session_messages(const WsscSession *session);  /* WsscMessage */
const GPtrArray *wssc_session_contexts(const WsscSession *session);  /* WsscContext */
const GPtrArray *wssc_session_exchanges(const WsscSession *session); /* WsscExchange */
const GPtrArray *wssc_session_findings(const WsscSession *session);  /* WsscFinding */
const GPtrArray *wssc_session_events(const WsscSession *session);    /* WsscEvent of all contexts, in order */

/* A context by identifier; NULL when there is none. */
const WsscContext *wssc_session_context(const WsscSession *session, const char *identifier);

#endif
