/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the files of keyinfo share.
 */
#ifndef WSSC_SECURITY_KEYINFO_RESOLVE_H
#define WSSC_SECURITY_KEYINFO_RESOLVE_H

#include "security/certificate.h"
#include "security/keyinfo/keyinfo.h"

/* A wsse:SecurityTokenReference, without and with the implied derivation that its attributes ask for. */
void wssc_resolve_forms(WsscSearch *search, const xmlNode *parent);
void wssc_resolve_reference(WsscSearch *search, const xmlNode *str);
/* A token. */
void wssc_resolve_element(WsscSearch *search, xmlNode *token);

/* derived.c */
void wssc_resolve_sct(WsscSearch *search, xmlNode *sct);
/* A reference to what is not in the message: a context that is called so elsewhere. fragment: without its #. */
void wssc_resolve_elsewhere(WsscSearch *search, const char *fragment);
/* By the URI that its issuer gave for it. FALSE when none did. */
gboolean wssc_resolve_given_name(WsscSearch *search, const char *uri);
void wssc_resolve_context(WsscSearch *search, const char *identifier, const char *instance);
void wssc_resolve_derived(WsscSearch *search, xmlNode *token);
gboolean wssc_resolve_implied(WsscSearch *search, const xmlNode *str);

/* x509.c */
void wssc_resolve_certificate(WsscSearch *search, const xmlNode *element);
void wssc_resolve_known_certificate(WsscSearch *search, WsscCertificateMatch match, const char *value,
                                    const char *more);
/* By a subject's name. FALSE, and no reason told, when none has it. */
gboolean wssc_resolve_subject(WsscSearch *search, const char *name);
void wssc_resolve_file(WsscSearch *search, const char *uri);
void wssc_resolve_given_certificates(WsscSearch *search);
void wssc_resolve_x509_data(WsscSearch *search, const xmlNode *data);
void wssc_resolve_key_value(WsscSearch *search, const xmlNode *value);
void wssc_resolve_der_key_value(WsscSearch *search, const xmlNode *value);

/* token.c */
void wssc_resolve_encrypted_key(WsscSearch *search, xmlNode *element);
void wssc_resolve_username(WsscSearch *search, xmlNode *token);
void wssc_resolve_assertion(WsscSearch *search, xmlNode *assertion);
void wssc_resolve_binary_secret(WsscSearch *search, xmlNode *secret);
void wssc_resolve_binary_token(WsscSearch *search, xmlNode *token);

/* A whole number in an element: WSSC_DERIVE_ABSENT without one, WSSC_DERIVE_MALFORMED when it is none. */
gint64 wssc_resolve_number(const xmlNode *element);
/* Stripped text of a child; NULL when there is none. Caller frees. */
char *wssc_resolve_child_text(const xmlNode *parent, WsscNsFamily family, const char *name);

#endif
