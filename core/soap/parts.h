/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Readers of parts of a message, shared inside core/soap.
 */
#ifndef WSSC_SOAP_PARTS_H
#define WSSC_SOAP_PARTS_H

#include "soap/message.h"

/* wsc:SecurityContextToken. Never NULL. */
WsscSct *wssc_sct_read(const xmlNode *element);
void wssc_sct_free(WsscSct *sct);

/* A wsse:SecurityTokenReference, or a token that stands by value. Never NULL. */
WsscReference *wssc_reference_read(const xmlNode *element);
void wssc_reference_free(WsscReference *reference);

/* One wsse:Security header, added to what "into" already holds (NULL: a new one). */
WsscSecurityHeader *wssc_security_header_read(const xmlNode *element, WsscSecurityHeader *into);
void wssc_security_header_free(WsscSecurityHeader *header);

void wssc_trust_free(WsscTrust *trust);

/* soap:Fault of either version. Never NULL. */
WsscFault *wssc_fault_read(const xmlNode *element, WsscSoapVersion version);
void wssc_fault_free(WsscFault *fault);

/* Text of a child element, stripped; NULL when absent. Caller frees. */
char *wssc_child_text(const xmlNode *parent, WsscNsFamily family, const char *local_name);
/* The element's id by any of its names; NULL when it has none. Caller frees. */
char *wssc_id_text(const xmlNode *element);
/* Non-negative decimal; -1 for NULL, -2 when it is not a number. */
gint64 wssc_number(const char *text);

#endif
