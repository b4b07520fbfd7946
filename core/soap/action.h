/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the action and request type URIs of WS-Trust mean.
 */
#ifndef WSSC_SOAP_ACTION_H
#define WSSC_SOAP_ACTION_H

#include "soap/message.h"

typedef struct {
    WsscNs trust; /* version whose base the URI begins with */
    WsscOperation operation;
    gboolean is_response;
    gboolean is_sct; /* one of the SCT actions of WS-SecureConversation */
} WsscAction;

/* White space around the URI is ignored. FALSE when it is no WS-Trust action. */
gboolean wssc_action_parse(const char *uri, WsscAction *ret_action);
/* RequestType URI of any version; NONE when unknown. */
WsscOperation wssc_request_type_parse(const char *uri);

/* TokenType or ValueType URI of a security context token, of any version. */
gboolean wssc_is_sct_type(const char *uri);

#endif
