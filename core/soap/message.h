/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The model of one SOAP message: what its headers and body say about WS-Addressing, WS-Trust,
 * WS-SecureConversation and WS-Security. Strings only; where a thing stands in the octets is
 * asked of the XML tree (wssc_xml_span).
 *
 * Ownership: WsscSoap owns everything it points to (read only), except nodes, which belong to the tree it
 * was read from and are good only as long as that.
 */
#ifndef WSSC_SOAP_MESSAGE_H
#define WSSC_SOAP_MESSAGE_H

#include "base/limits.h"
#include "base/pool.h"
#include "base/secret.h"
#include "base/text.h"
#include "soap/layer.h"
#include "xml/xml.h"

/* WS-Trust 1.4 section 3; amend: WS-SecureConversation 1.4 section 4. */
typedef enum {
    WSSC_OPERATION_NONE,
    WSSC_OPERATION_ISSUE,
    WSSC_OPERATION_AMEND,
    WSSC_OPERATION_RENEW,
    WSSC_OPERATION_CANCEL,
    WSSC_OPERATION_VALIDATE,
    WSSC_OPERATION_KET,
    WSSC_OPERATION_MAX
} WsscOperation;

/* "issue", "amend", ...; "none". */
const char *wssc_operation_name(WsscOperation operation);

/* wsc:SecurityContextToken (WS-SC 1.4 section 2). */
typedef struct {
    WsscNs ns;        /* WSSC_NS_WSC_* */
    char *id;         /* wsu:Id or NULL */
    char *identifier; /* never NULL; "" when the element is missing */
    char *instance;   /* NULL when absent */
    gboolean has_cookie;
} WsscSct;

typedef enum {
    WSSC_STR_NONE,
    WSSC_STR_LOCAL,          /* wsse:Reference URI="#id": value is the id */
    WSSC_STR_URI,            /* wsse:Reference with another URI: value is the URI */
    WSSC_STR_KEY_IDENTIFIER, /* value is the text */
    WSSC_STR_ISSUER_SERIAL,  /* value is "issuer serial" */
    WSSC_STR_X509_DATA,
    WSSC_STR_EMBEDDED,
    WSSC_STR_KEY_NAME,
    WSSC_STR_KEY_VALUE,
    WSSC_STR_OTHER,
    WSSC_STR_MAX
} WsscStrKind;
/* "local", "uri", "key-identifier", "issuer-serial", "x509-data", "embedded", "key-name", "key-value", "other"; NULL.
 */
const char *wssc_str_kind_name(WsscStrKind kind);

/* wsse:SecurityTokenReference, or the token itself where one may stand instead. */
typedef struct {
    WsscStrKind kind;
    char *value;
    char *value_type;
    char *instance;   /* the wsc:Instance attribute, or NULL */
    char *token_type; /* wsse11:TokenType of the reference, or NULL */
    /* An implied derived key (WS-SC 1.4 section 7.3): wsc:Nonce and wsc:Length on the reference. */
    gboolean has_nonce;
    gint64 length;                /* octets; -1 when absent, -2 when not a number */
    WsscSct *sct;                 /* an SCT that stands here by value or is embedded; or NULL */
    gboolean is_value_type_first; /* ValueType is written before URI */
} WsscReference;

typedef enum {
    WSSC_SECRET_NONE,
    WSSC_SECRET_BINARY,         /* wst:BinarySecret */
    WSSC_SECRET_ENCRYPTED_KEY,  /* xenc:EncryptedKey */
    WSSC_SECRET_ENCRYPTED_DATA, /* xenc:EncryptedData */
    WSSC_SECRET_COMPUTED,       /* wst:ComputedKey */
    WSSC_SECRET_OTHER,
    WSSC_SECRET_MAX
} WsscSecretKind;
/* "binary", "encrypted-key", "encrypted-data", "computed", "other"; NULL for none. */
const char *wssc_secret_kind_name(WsscSecretKind kind);

/* wst:Entropy or wst:RequestedProofToken content. */
typedef struct {
    WsscSecretKind kind;
    char *type;          /* BinarySecret/@Type or the ComputedKey URI; or NULL */
    const xmlNode *node; /* the element itself (borrowed from the tree) */
} WsscSecretElement;

/* One child of an RST or RSTR, whether it means something to us or not. */
typedef struct {
    WsscNs ns;
    char *name;       /* local name */
    char *value;      /* its text when it has no element inside, the address of an endpoint reference in it; NULL for
                         other content, for key material and when it is empty */
    char *attributes; /* "Allow=true OK=false"; NULL without any */
    gboolean is_secondary; /* inside wst:SecondaryParameters */
} WsscParameter;

typedef enum {
#define WSSC_TOKEN_KIND(ID, name) WSSC_TOKEN_KIND_##ID,
#include "soap/token_kinds.def"
#undef WSSC_TOKEN_KIND
    WSSC_TOKEN_KIND_MAX
} WsscTokenKind;
/* "username", "x509", ...: the stable word of the outputs. */
const char *wssc_token_kind_name(WsscTokenKind kind);

/* A SAML assertion, of either version. */
typedef struct {
    WsscTokenKind kind;
    const char *id;          /* never NULL; "" when it has none */
    char *issuer, *subject;  /* or NULL */
    gint64 created, expires; /* NotBefore and NotOnOrAfter of its conditions; WSSC_TIME_NONE when absent */
} WsscSaml;

/* An element of the Security header that stands before a token which it refers to. */
typedef struct {
    const char *user, *token; /* local names */
    const char *id;           /* of the token */
} WsscMisplaced;

typedef struct {
    guint8 list[WSSC_TOKEN_KIND_MAX]; /* WsscTokenKind */
    guint8 count;
} WsscTokenKinds;
gboolean wssc_token_kinds_have(const WsscTokenKinds *kinds, WsscTokenKind kind);

/* One wst:RequestSecurityToken or wst:RequestSecurityTokenResponse (WS-Trust 1.4 section 3). */
typedef struct {
    gboolean is_response;
    WsscNs ns; /* WSSC_NS_WST_* */
    char *context;
    char *token_type, *request_type, *key_type, *computed_key_algorithm;
    gint64 key_size; /* bits; -1 when absent, -2 when not a number */
    WsscSecretElement entropy, proof;
    gint64 created, expires; /* of wst:Lifetime; WSSC_TIME_NONE when absent */
    int created_digits;      /* fraction digits of the former; -1 when absent */
    gboolean has_lifetime;
    char *applies_to;      /* address of the endpoint */
    WsscReference *target; /* renew, cancel or validate target; or NULL */
    char *target_element;  /* "RenewTarget", "CancelTarget", "ValidateTarget" */
    WsscSct *sct;          /* requested SCT; NULL when none or not readable */
    char *requested_token; /* local name of what RequestedSecurityToken holds; or NULL */
    WsscSaml *assertion;   /* that is requested; NULL when none or not readable */
    WsscReference *attached, *unattached;
    gboolean is_cancelled;          /* wst:RequestedTokenCancelled */
    char *status_code;              /* wst:Status/Code */
    char *status_reason;            /* wst:Status/Reason */
    char *binary_exchange;          /* ValueType, stripped; or NULL */
    char *binary_exchange_encoding; /* EncodingType, or NULL */
    gboolean has_binary_exchange;
    WsscTokenKinds exchanged;       /* what the exchange is, and what is inside: spnego, tlsnego, ntlm, kerberos */
    char *combined_hash;            /* Authenticator/CombinedHash */
    gboolean is_authenticator_only; /* RSTR that carries nothing but the Authenticator */
    gboolean has_on_behalf_of, has_act_as, has_renewing;
    WsscPoolList *parameters; /* WsscParameter: every child, in order */
    const xmlNode *node;
} WsscTrust;

/* wsc:DerivedKeyToken (WS-SC 1.4 section 7). Numbers are -1 when absent, -2 when malformed. */
typedef struct {
    WsscNs ns;
    char *id;
    char *algorithm;
    WsscReference *source;
    gint64 generation, offset, length;
    char *label;
    gboolean has_nonce;
    gsize nonce_len;    /* octets */
    guint64 nonce_hash; /* over them; 0 without any */
} WsscDerivedKey;

/* One wsse:Security header (WSS 1.1 section 5). */
typedef struct {
    char *actor;
    gboolean has_timestamp;
    guint timestamps;
    gint64 created, expires;    /* of wsu:Timestamp */
    int created_digits;         /* fraction digits of the former; -1 when absent */
    gboolean has_output_length; /* some signature has ds:HMACOutputLength */
    WsscPoolList *scts;         /* WsscSct */
    WsscPoolList *derived_keys; /* WsscDerivedKey */
    WsscPoolList *assertions;   /* WsscSaml */
    WsscPoolList *misplaced;    /* WsscMisplaced */
    WsscTokenKinds tokens;      /* each once, in order of appearance */
    WsscPoolList *references;   /* WsscReference in every ds:KeyInfo and DerivedKeyToken */
    guint signatures;           /* ds:Signature elements */
    guint encrypted;            /* EncryptedData, EncryptedHeader and EncryptedKey elements */
    guint reference_lists;      /* ReferenceList elements: something outside the header is encrypted */
    guint signature_confirmations;
    char *username;             /* of the first UsernameToken */
    gboolean has_binary_secret; /* a key itself stands there as a token */
    guint64 username_nonce;     /* a hash over the octets of its Nonce; 0 without one */
    gboolean has_password;      /* some UsernameToken carries one */
} WsscSecurityHeader;

/* One code of a fault: a QName. */
typedef struct {
    WsscNs ns;
    char *uri; /* its namespace as written; or NULL */
    char *name;
} WsscFaultCode;

/* What a fault means for the context of its request, the weakest first. */
typedef enum {
    WSSC_EFFECT_NONE,
    WSSC_EFFECT_ABORTED, /* the receiver gave the context up */
    WSSC_EFFECT_EXPIRED, /* its key is over and may be renewed */
    WSSC_EFFECT_REFUSED, /* the receiver does not accept the context */
} WsscFaultEffect;

/* soap:Fault of either version, with its cause in plain words. */
typedef struct {
    WsscPoolList *codes; /* WsscFaultCode, from the outermost to the innermost */
    /* The innermost code that is known to soap/faults.def, else the innermost; borrowed from codes. */
    WsscNs code_ns;
    const char *code;       /* its local name; "" when the fault has none */
    const char *code_uri;   /* its namespace as written; or NULL */
    char *top;              /* SOAP 1.2 Code/Value local name, or the SOAP 1.1 faultcode */
    char *reason;           /* the sender's text */
    char *role;             /* SOAP 1.2 Role, 1.1 faultactor; or NULL */
    char *detail;           /* local name of what Detail holds; or NULL */
    WsscFaultEffect effect; /* the strongest of its codes, by soap/faults.def */
    const char *cause;      /* our plain words from soap/faults.def or fault_texts.def; NULL for an unknown fault */
    WsscLayer layer;        /* that refuses: by its codes, where they say nothing by its text */
} WsscFault;

/* "Sender > BadContextToken": the names of its codes, the outermost first; "" without any. Caller frees. */
char *wssc_fault_codes(const WsscFault *fault);
/* All that it says, in words: code and cause, layer, codes, reason in full. is_secured: the message that carries it is
 * signed or encrypted. Caller frees. */
char *wssc_fault_words(const WsscFault *fault, gboolean is_secured);
/* Its cause as it fits a request that proves itself by a security context alone. */
void wssc_fault_fit_context(WsscFault *fault);

/* TRUE when the message's security is refused, or its context, and not what it asks for. */
gboolean wssc_fault_is_security(const WsscFault *fault);

/* TRUE when one of the fault's codes is that one. */
gboolean wssc_fault_has(const WsscFault *fault, WsscNsFamily family, const char *code);

/* One element of how a message is written: Envelope, header blocks, what stands in Security, the Body's content. */
typedef struct {
    guint depth; /* 0: Envelope; 2: header blocks and the Body's first child; 3: in Security */
    WsscNs ns;
    char *name;
    char *prefix; /* "" for the default namespace */
    char *id;     /* or NULL */
    char *type;   /* ValueType of a BinarySecurityToken, Type of a UsernameToken's Password; or NULL */
} WsscOutlineItem;

/* Stands twice, or more often, where a receiver takes one; of header blocks: for one role. */
typedef struct {
    const char *what, *where; /* local names, static: "Identifier", "SecurityContextToken" */
} WsscTwice;

typedef enum { WSSC_SOAP_NOT, WSSC_SOAP_11, WSSC_SOAP_12 } WsscSoapVersion;

typedef struct {
    WsscSoapVersion version;
    WsscNs wsa;
    char *action, *message_id, *relates_to, *to, *reply_to;
    WsscSecurityHeader *security; /* all Security headers taken together; NULL without one */
    guint security_headers;
    WsscPoolList *trusts; /* WsscTrust; several in a collection */
    gboolean is_collection;
    WsscLimitSet limits_met; /* what was not read */
    WsscPoolList *twice;     /* WsscTwice */
    WsscFault *fault;
    WsscOperation operation;   /* from action and RequestType */
    gboolean is_sct_operation; /* an SCT action, or a request for one */
    gboolean is_negotiation;   /* a leg of a BinaryExchange */
    gboolean body_encrypted;
    gboolean has_encrypted_header; /* EncryptedHeader among the headers */
    char *body_name;               /* local name of the body's first child; or NULL */
    WsscPoolList *outline; /* WsscOutlineItem, in document order; empty without Security header, trust and fault */
    /*< private >*/
    WsscPool *pool; /* what the model and all it points to are made of */
} WsscSoap;

/* Reads the model from a tree. Never NULL: a document that is no SOAP envelope has version WSSC_SOAP_NOT and nothing
 * but what its root element itself says, a Security header or an element of WS-Trust. */
WsscSoap *wssc_soap_read(const WsscXml *xml);
/* The same for a model that is kept for long, in little room: of how the message is written (outline) only its
 * BinarySecurityTokens, no parameters, and texts are those of "strings", each once, which lives longer. */
WsscSoap *wssc_soap_read_lasting(const WsscXml *xml, WsscStrings *strings);
void wssc_soap_free(WsscSoap *soap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscSoap, wssc_soap_free)

/* The first element of that name in the outline; NULL when it is not there. */
const WsscOutlineItem *wssc_outline_find(const WsscSoap *soap, WsscNsFamily family, const char *name);

/* Whether a KeyType stands for a token without a secret: of a public key, or of none (WS-Trust 1.4 section 9.2). */
gboolean wssc_key_type_has_no_secret(const char *key_type);

/* The last parameter of that local name in a WS-Trust or WS-Policy namespace, those at the top before
 * secondary ones; NULL when absent. */
const WsscParameter *wssc_trust_parameter(const WsscTrust *trust, const char *name);

/* TRUE for the URI of WS-Trust's own computed key, of any version (WS-Trust 1.4 section 4.4.4). */
gboolean wssc_trust_is_psha1(const char *uri);

/* TRUE when the root element is a SOAP envelope of either version. */
gboolean wssc_soap_is_envelope(const WsscXml *xml);
/* What is wrong with a document that is none, though its type says so (content_type; or NULL), or it is built like one;
 * NULL for an envelope, and for what was not meant to be one. Caller frees. */
char *wssc_soap_no_envelope(const WsscXml *xml, const char *content_type);

#endif
