/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Policies as they are configured: WS-Policy 1.2 and 1.5 with WS-SecurityPolicy 1.1 to 1.3, alone, in a WSDL or in an
 * answer of WS-MetadataExchange. Each subject (a port of the WSDL) has alternatives; each alternative is what it says
 * of a security context.
 *
 *     g_autoptr(GError) error = NULL;
 *     g_autoptr(WsscPolicy) policy = wssc_policy_read(root, &error);
 *
 * Input is foreign: depth, alternatives and work are bounded, and nothing outside the document is read.
 */
#ifndef WSSC_BINDING_POLICY_H
#define WSSC_BINDING_POLICY_H

#include "base/pool.h"
#include "binding/binding.h"

/* How the context is to be used. */
typedef enum {
    WSSC_PLACE_NONE,       /* the policy asks for no context */
    WSSC_PLACE_SUPPORTING, /* a supporting token: endorsing, signed, ... */
    WSSC_PLACE_PROTECTION, /* the token of a symmetric binding */
} WsscPlace;

typedef enum {
    WSSC_LAYOUT_UNSAID,
    WSSC_LAYOUT_STRICT,
    WSSC_LAYOUT_LAX,
    WSSC_LAYOUT_LAX_TS_FIRST,
    WSSC_LAYOUT_LAX_TS_LAST,
} WsscLayout;

typedef enum {
    WSSC_SAID_NOTHING,
    WSSC_SAID_HTTPS,
    WSSC_SAID_TCP_TLS,
    WSSC_SAID_TCP_SSPI,
} WsscSaidTransport;

/* A kind of token that the request for the context is to carry. */
typedef struct {
    WsscTokenKind kind;
    gboolean is_never_sent; /* IncludeToken Never or AlwaysToInitiator: its key wraps an EncryptedKey */
    gboolean is_any_issued; /* IssuedToken: of whatever kind */
} WsscSaidToken;

/* One alternative of a subject's policy. */
typedef struct {
    WsscPlace place;
    const char *token_place; /* "EndorsingSupportingTokens", ...; or NULL */
    gint64 version;          /* WsscVersionValue; WSSC_NO_VALUE */
    gint64 entropy;          /* WsscEntropyValue; WSSC_NO_VALUE: not stated */
    gboolean derived_keys, no_cancel, no_renew;
    gboolean has_bootstrap;
    WsscPoolList *tokens; /* WsscSaidToken of the bootstrap */
    WsscSaidTransport transport;
    WsscTruth client_certificate; /* unknown: not stated */
    const char *suite;            /* of the binding; or NULL */
    gboolean timestamp;
    WsscLayout layout;
    gboolean body_signed, body_encrypted;
} WsscAlternative;

typedef struct {
    const char *name;           /* of the port or binding; "" for a policy that stands alone */
    const char *address;        /* of the port; or NULL */
    WsscPoolList *alternatives; /* WsscAlternative; empty: nothing can fulfil it */
} WsscSubject;

typedef struct {
    WsscPool *pool;         /* of all that follows */
    WsscPoolList *subjects; /* WsscSubject: those that ask for a context first */
    WsscPoolList *unknown;  /* const char *: assertions that mean nothing here, each once */
    gboolean is_partial;    /* something that belongs to it was not read: what it does not say, it may say there */
    WsscPoolList *problems; /* const char *: references without target, what was left away */
} WsscPolicy;

/* root: of a policy, a WSDL, a SOAP message with metadata, or of anything around them. NULL with error when no policy
 * is in it. */
WsscPolicy *wssc_policy_read(const xmlNode *root, GError **error);
void wssc_policy_free(WsscPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscPolicy, wssc_policy_free)
/* TRUE when some alternative asks for a context. */
gboolean wssc_policy_has_context(const WsscPolicy *policy);

#define WSSC_POLICY_ERROR (wssc_policy_error_quark())
GQuark wssc_policy_error_quark(void);
enum { WSSC_POLICY_ERROR_NONE };

#endif
