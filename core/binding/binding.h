/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The security binding behind the traffic: what WWSAPI's WS_SECURITY_CONTEXT_MESSAGE_SECURITY_BINDING must have been
 * configured with at both ends, as far as the messages of a context tell it, with the kind of knowledge and the frames.
 *
 *     g_autoptr(WsscBindings) bindings = wssc_bindings_infer(model);     (of a finished session)
 *     for each WsscBinding in bindings->contexts, bindings->endpoints ...
 *
 * Everything is owned by the bindings; they point into the model, which must live as long. No I/O.
 */
#ifndef WSSC_BINDING_BINDING_H
#define WSSC_BINDING_BINDING_H

#include "findings/evidence.h"
#include "model/model.h"
#include "rules/statement.h"

/* ---- properties ---------------------------------------------------------------------------------------------- */

#define WSSC_NO_VALUE G_MININT64

typedef enum {
    WSSC_KNOWN_NOT,
    WSSC_KNOWN_EXACT,    /* it can't be otherwise */
    WSSC_KNOWN_AT_LEAST, /* min */
    WSSC_KNOWN_AT_MOST,  /* max */
    WSSC_KNOWN_BETWEEN,  /* min and max */
    WSSC_KNOWN_LIKELY,   /* value, which rests on habit or on one end alone */
    WSSC_KNOWN_MAX
} WsscKnowledge;
/* "unknown", "exact", "at-least", "at-most", "between", "likely". */
const char *wssc_knowledge_name(WsscKnowledge knowledge);

typedef enum {
#define WSSC_PROPERTY(ID, name, constant, kind, standard, infer, title, wanted) WSSC_PROPERTY_##ID,
#include "binding/properties.def"
#undef WSSC_PROPERTY
    WSSC_PROPERTY_MAX
} WsscPropertyId;

typedef enum {
    WSSC_PROPERTY_KIND_BITS,
    WSSC_PROPERTY_KIND_COUNT,
    WSSC_PROPERTY_KIND_MODE,    /* WsscEntropyValue */
    WSSC_PROPERTY_KIND_VERSION, /* WsscVersionValue */
    WSSC_PROPERTY_KIND_TEXT,    /* the value is a word */
    WSSC_PROPERTY_KIND_FLAG,
    WSSC_PROPERTY_KIND_TIME, /* microseconds */
} WsscPropertyKind;

/* The values are WWSAPI's numbers. */
typedef enum { WSSC_MODE_CLIENT_ONLY = 1, WSSC_MODE_SERVER_ONLY = 2, WSSC_MODE_COMBINED = 3 } WsscEntropyValue;
typedef enum { WSSC_VERSION_FEBRUARY_2005 = 1, WSSC_VERSION_1_3 = 2 } WsscVersionValue;

typedef struct {
    const char *name;     /* of the member in JSON and of the field in Wireshark */
    const char *constant; /* without WS_SECURITY_BINDING_PROPERTY_ */
    WsscPropertyKind kind;
    gint64 standard; /* WWSAPI's default; WSSC_NO_VALUE: it has none */
    const char *title;
    const char *wanted; /* what would show it */
} WsscPropertyInfo;
const WsscPropertyInfo *wssc_property_info(WsscPropertyId id);

typedef struct {
    WsscKnowledge knowledge;
    gint64 value, min, max; /* by the kind; WSSC_NO_VALUE */
    char *word;             /* of kind TEXT; or NULL */
    WsscTruth is_default;   /* whether it can be, or must be, WWSAPI's default; unknown where bounds leave it open */
    char *text;             /* one sentence without full stop */
    GPtrArray *evidence;    /* WsscEvidence */
    char *contradiction;    /* what the capture shows two ways, and where; or NULL */
} WsscProperty;

/* The value in words, "15 h", "COMBINED", "2005/02", "at least 7"; caller frees. */
char *wssc_property_shown(WsscPropertyId id, const WsscProperty *property);
/* A value of that property's kind: "15 h", "CLIENT_ONLY"; caller frees. */
char *wssc_property_value_text(WsscPropertyId id, gint64 value);

/* ---- the two ends ---------------------------------------------------------------------------------------------- */

typedef enum { WSSC_PART_CLIENT, WSSC_PART_SERVICE, WSSC_PART_MAX } WsscPart;

typedef enum {
#define WSSC_STACK(ID, name) WSSC_STACK_##ID,
#include "binding/stacks.def"
#undef WSSC_STACK
    WSSC_STACK_MAX
} WsscStack;
const char *wssc_stack_name(WsscStack stack);

/* What an end does that WWSAPI's profile of the protocols ([MS-LWSSP]) does not allow. */
typedef struct {
    WsscPart part;
    char *text;
    GPtrArray *evidence;
} WsscBreach;

typedef struct {
    gboolean is_like; /* FALSE: like none that is known, or too little was seen */
    WsscStack like;
    const char *confidence; /* "likely", "possible"; NULL when it is like none */
    GPtrArray *reasons;     /* char *: the marks that say so, the weightiest first */
} WsscLikeness;

/* ---- one binding ------------------------------------------------------------------------------------------------ */

typedef enum { WSSC_USAGE_UNKNOWN, WSSC_USAGE_SUPPORTING, WSSC_USAGE_PROTECTION } WsscUsage;

/* What the messages show beside the properties: what a policy, a configuration file and a template speak of. */
typedef struct {
    WsscTruth derived_keys;  /* keys are derived from the context */
    WsscTruth is_signed;     /* messages under the context are signed with it */
    gboolean is_call_signed; /* ... and not only what asks for, renews or cancels it */
    WsscTruth body_signed, body_encrypted;
    WsscTruth timestamp;       /* in all requests and answers that could be read */
    WsscTruth timestamp_last;  /* ... or last */
    WsscTruth declared_late;   /* some header has its context token behind the signature that uses it */
    WsscTruth timestamp_first; /* it stands first in every header */
    WsscTruth cancel_seen, renew_seen;
    WsscTruth client_certificate;         /* clients showed one to TLS */
    const WsscConnection *certificate_on; /* ... on this connection, or none on it */
    gint64 size_asked, size_given;        /* bits; -1 */
    WsscSoapVersion soap;
    WsscNs wsa;
    WsscEncoding encoding;
    const WsscMessage *signed_by, *derived_in, *encrypted_in, *without_timestamp, *cancel_in, *renew_in, *timestamp_in,
        *late_in, *clear_in;
} WsscShown;

typedef struct {
    const WsscContext *context;    /* NULL: of an endpoint */
    char *endpoint;                /* the service's address */
    GPtrArray *clients, *services; /* char *: addresses */
    WsscUsage usage;
    WsscTransport transport;
    WsscTokenKinds bootstrap; /* of the request for the context */
    const WsscMessage *rst;   /* that request; or NULL */
    char *suite;              /* name of WS-SecurityPolicy's, several joined by " or "; NULL when nothing tells it */
    GPtrArray *suites;        /* const char *: all that fit */
    char *suite_text;
    const WsscMessage *suite_from; /* or NULL */
    const char *template_name;     /* a WS_BINDING_TEMPLATE_TYPE without WS_ and _BINDING_TEMPLATE_TYPE; or NULL */
    char *template_text;
    GPtrArray *breaches; /* WsscBreach */
    WsscLikeness likeness[WSSC_PART_MAX];
    GPtrArray *statements; /* WsscStatement, all of them */
    WsscProperty properties[WSSC_PROPERTY_MAX];
    WsscShown shown;
    GPtrArray *contexts; /* of an endpoint: const WsscContext; else NULL */
} WsscBinding;

typedef struct {
    const WsscModel *model;
    GPtrArray *contexts;  /* WsscBinding, in the order of the model's contexts */
    GPtrArray *endpoints; /* WsscBinding, in order of appearance */
    /* wssc_bindings_begin: what those are inferred from that nobody asked for; else NULL. */
    GPtrArray *traces; /* WsscTrace */
    struct WsscSurvey *survey;
} WsscBindings;

WsscBindings *wssc_bindings_infer(const WsscModel *model);
/* The same of the messages that there are so far, for wssc_bindings_of alone: it infers each context's binding when it
 * is first asked for. No endpoints. */
WsscBindings *wssc_bindings_begin(const WsscModel *model);
void wssc_bindings_free(WsscBindings *bindings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscBindings, wssc_bindings_free)

/* Of the context; NULL when it is none of those that the model had. */
const WsscBinding *wssc_bindings_of(const WsscBindings *bindings, const WsscContext *context);
/* "supporting", "protection"; NULL for unknown. */
const char *wssc_usage_name(WsscUsage usage);
/* "WWSAPI template ..." or "not WWSAPI: ...", one line; caller frees. */
char *wssc_binding_line(const WsscBinding *binding);

#endif
