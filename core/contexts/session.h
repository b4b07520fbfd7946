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
#ifndef WSSC_CONTEXTS_SESSION_H
#define WSSC_CONTEXTS_SESSION_H

#include "findings/finding.h"
#include "keys/keyring.h"
#include "security/security.h"
#include "soap/message.h"

typedef struct WsscSession WsscSession;
typedef struct WsscMessage WsscMessage;
typedef struct WsscContext WsscContext;
typedef struct WsscExchange WsscExchange;
typedef struct WsscInstance WsscInstance;

/* ---- in ---------------------------------------------------------------------------------- */

typedef enum {
    WSSC_DIRECTION_UNKNOWN,
    WSSC_DIRECTION_REQUEST,  /* an HTTP request; client to server */
    WSSC_DIRECTION_RESPONSE, /* an HTTP response; server to client */
} WsscDirection;

/* One message as the carrier delivered it. All pointers are borrowed for the call. */
typedef struct {
    guint file;            /* index from wssc_session_add_file */
    guint32 frame;         /* capture frame number, from 1 */
    guint ordinal;         /* position among the messages of that frame, from 0 */
    gint64 time;           /* microseconds since 1970-01-01T00:00:00Z */
    const char *src, *dst; /* "address:port", "[v6]:port" */
    const char *transport; /* "http", "https", "net.tcp", "net.tcp+tls", "udp", ... */
    gboolean is_protected; /* TLS or SSPI around it */
    const char *encoding;  /* "text", "mtom", "binary", "binary-session" */
    WsscDirection direction;
    guint64 stream; /* the connection, unique in the file */
    guint64 pair;   /* joins an HTTP request with its response on that stream: equal and
                       non-zero for the two; 0 when the carrier has no pairs */
    const char *content_type;
    const char *soap_action; /* from the HTTP header or the action parameter; or NULL */
    guint http_status;       /* of a response; 0 otherwise */
    GBytes *octets;          /* the text document, or the binary form the tree was made from */
    WsscXml *xml;            /* already a tree (binary XML, XOP resolved): the session takes it over;
                                NULL: octets are text XML and are parsed here, */
    gboolean
        is_parsed; /* unless that was done already, without spans: xml is what came of it and stays the caller's, */
    const char *xml_error; /* or this is why nothing came */
    const char *charset;   /* of the carrier; or NULL */
    const char *damage;    /* why octets are missing ("lost segment", "cut by snaplen"); NULL when whole.
                              Damaged octets are kept out of every verdict */
} WsscUnit;

/* ---- out --------------------------------------------------------------------------------- */

struct WsscMessage {
    guint index; /* from 1, in the order of feeding */
    guint file;
    guint32 frame;
    guint ordinal;
    gint64 time;
    char *src, *dst;
    const char *transport, *encoding;
    gboolean is_protected;
    WsscDirection direction;
    guint64 stream, pair;
    guint http_status;
    guint length; /* octets */
    guint64 hash; /* over the octets: copies of one message have the same */

    char *damage;           /* why it could not be read; NULL for a readable message */
    WsscSoap *soap;         /* after decryption, when that was possible; never NULL (its nodes are not valid) */
    WsscSecurity *security; /* verdicts and decryptions; NULL when there is nothing to check */

    WsscExchange *exchange; /* or NULL */
    WsscContext *context;   /* the context it uses, establishes or asks about; or NULL */
    char *instance;         /* instance used or issued; NULL: first key or no context */
    gboolean is_use;        /* carries or references the SCT of context */
    gboolean is_response;   /* answers another message (RelatesTo, what it carries, or the carrier say so) */
    gboolean is_copy;       /* the same octets under the same MessageID were seen before: relayed, repeated, or
                               captured at a second place */
    int state;              /* WsscState of context right after this message; -1 without context */
    WsscMessage *prev_use, *next_use; /* other uses of that context */
    GPtrArray *findings;              /* WsscFinding, borrowed from the session */
    gboolean is_judged;               /* the findings on its verdicts are among them */
};

/* wst exchange, or a plain request and its response under a context. */
struct WsscExchange {
    guint index;
    WsscOperation operation;         /* NONE: an ordinary call */
    WsscMessage *request, *response; /* either may be NULL; of a negotiation the first and the last */
    GPtrArray *legs;                 /* WsscMessage: of a negotiation, every message in order; else NULL */
    const char *outcome;             /* "pending", "done", "fault", "no-response", "reset", "incomplete" */
    WsscExchange *copy_of;           /* the first exchange whose request is the same message; or NULL */
    WsscContext *context;
    gint64 response_time; /* microseconds; -1 without response */
};

typedef enum {
    WSSC_STATE_REQUESTED,
    WSSC_STATE_ISSUED,
    WSSC_STATE_ACTIVE,
    WSSC_STATE_RENEWING,
    WSSC_STATE_ROLLOVER,
    WSSC_STATE_CANCELLED,
    WSSC_STATE_EXPIRED,
    WSSC_STATE_REFUSED,
    WSSC_STATE_ABANDONED,
    WSSC_STATE_OBSERVED,
    WSSC_STATE_MAX
} WsscState;
const char *wssc_state_name(WsscState state);

typedef enum { WSSC_ENTROPY_UNKNOWN, WSSC_ENTROPY_CLIENT, WSSC_ENTROPY_SERVER, WSSC_ENTROPY_COMBINED } WsscEntropyMode;
const char *wssc_entropy_mode_name(WsscEntropyMode mode); /* NULL for unknown */

/* One key of a context. */
struct WsscInstance {
    char *name;              /* wsc:Instance; NULL for the first key of most stacks */
    WsscMessage *issued_by;  /* RSTR; NULL when not in the capture */
    gint64 created, expires; /* WSSC_TIME_NONE when not said */
    WsscMessage *first_use, *last_use;
    WsscSecret *key; /* NULL when unknown; never print it unasked */
    WsscKeyOrigin key_origin;
    char *key_fingerprint; /* NULL when unknown */
    WsscEntropyMode entropy_mode;
    gint64 key_size;         /* bits; -1 when not known */
    char *key_derivation;    /* what the capture's key was made of, in words, without secrets; or NULL */
    const char *key_missing; /* why the key is unknown, in plain words; NULL when known */
    /*< private >*/
    WsscInstance *older; /* one of the same name that was issued before */
};

/* A line of a context's story. */
typedef struct {
    WsscContext *context;
    WsscMessage *message; /* NULL for what no message says (expiry, end of capture) */
    guint32 frame;        /* of the message, or of what the carrier said instead; 0 without either */
    gint64 time;
    const char *kind; /* "request", "issue", "use", "response", "renew", "cancel", "fault", "transition", ... */
    char *text;       /* reads like a sentence */
    gboolean is_transition;
    WsscState from, to; /* of a transition */
} WsscEvent;

struct WsscContext {
    guint index;      /* from 1, in order of appearance */
    char *identifier; /* NULL while only requested, or refused */
    WsscNs version;   /* WSSC_NS_WSC_*; WSSC_NS_NONE when not known */
    WsscState state;
    char *requestor, *issuer; /* "address:port" */
    const char *transport;
    gboolean is_protected;
    GPtrArray *bootstrap; /* const char * token kinds of the RST */
    GPtrArray *instances; /* WsscInstance, in the order of issue */
    guint renewals;
    guint messages;
    guint verdicts[5];            /* counts by WsscVerdict */
    WsscExchange *requested_by;   /* what asked for it; or NULL */
    WsscExchange *established_by; /* or NULL */
    WsscMessage *ended_by;        /* or NULL */
    GPtrArray *events;            /* WsscEvent, in order */
    GPtrArray *findings;          /* WsscFinding, borrowed */
    /*< private >*/
    WsscState life;      /* the state as if the establishment had been seen: what "observed" hides */
    GHashTable *by_name; /* name, "" for none -> the latest WsscInstance of that name */
    gint64 clock_offset; /* microseconds: by how much Created of the latest response is after its capture */
    WsscMessage *last_use;
    gboolean is_unprotected_told;
    gboolean is_renewed; /* in state "renewing": the response was seen, the new key's first use was not */
};

/* ---- calls ------------------------------------------------------------------------------- */

WsscSession *wssc_session_new(void);
void wssc_session_free(WsscSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscSession, wssc_session_free)

typedef struct {
    gboolean want_hypotheses; /* look into invalid signatures */
    guint32 explain_frame;    /* keep the worked steps of this frame; 0: none */
    X509_STORE *trust;        /* borrowed; NULL: say nothing about trust */
} WsscSessionOptions;
void wssc_session_set_options(WsscSession *session, const WsscSessionOptions *options);

/* The keys the session uses: add those of a key file before or between messages. Borrowed. */
WsscKeyring *wssc_session_keyring(WsscSession *session);

/* Registers a capture file by name; messages and findings carry the index. */
guint wssc_session_add_file(WsscSession *session, const char *name);
const char *wssc_session_file(const WsscSession *session, guint file);

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

/* Settles what waited and ends every open context at the time of the last frame. */
void wssc_session_finish(WsscSession *session, gint64 end_time);

const GPtrArray *wssc_session_messages(const WsscSession *session);  /* WsscMessage */
const GPtrArray *wssc_session_contexts(const WsscSession *session);  /* WsscContext */
const GPtrArray *wssc_session_exchanges(const WsscSession *session); /* WsscExchange */
const GPtrArray *wssc_session_findings(const WsscSession *session);  /* WsscFinding */
const GPtrArray *wssc_session_events(const WsscSession *session);    /* WsscEvent of all contexts, in order */

/* A context by identifier; NULL when there is none. */
const WsscContext *wssc_session_context(const WsscSession *session, const char *identifier);

#endif
