/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Readers of parts of a message, shared inside core/soap.
 */
#ifndef WSSC_SOAP_PARTS_H
#define WSSC_SOAP_PARTS_H

#include "base/pool.h"
#include "soap/message.h"

/* What they make belongs to the pool, which is the model's. */

/* wsc:SecurityContextToken. Never NULL. */
WsscSct *wssc_sct_read(WsscPool *pool, const xmlNode *element);

/* A wsse:SecurityTokenReference, or a token that stands by value. Never NULL. */
WsscReference *wssc_reference_read(WsscPool *pool, const xmlNode *element);

/* Of saml:Assertion. Never NULL. */
WsscSaml *wssc_saml_read(WsscPool *pool, const xmlNode *element);

/* One wsse:Security header, added to what "into" already holds (NULL: a new one). */
WsscSecurityHeader *wssc_security_header_read(WsscPool *pool, const xmlNode *element, WsscSecurityHeader *into);

/* An RST, RSTR or collection element, added to trusts. met: limits at which something was left away are added. */
void wssc_trust_read(WsscPool *pool, const xmlNode *element, WsscPoolList **trusts, WsscLimitSet *met);

/* What stands twice in an envelope, added to soap->twice. */
void wssc_twice_read(WsscSoap *soap, const xmlNode *envelope);

/* soap:Fault of either version. Never NULL. */
WsscFault *wssc_fault_read(WsscPool *pool, const xmlNode *element, WsscSoapVersion version);

/* How the message is written, added to items. */
void wssc_outline_read(WsscPool *pool, const xmlNode *root, WsscPoolList **items);
/* Of an xsd:dateTime; -1 for NULL. */
int wssc_fraction_digits(const char *time);

/* Text of an element, stripped. */
char *wssc_element_text(WsscPool *pool, const xmlNode *element);
/* Text of a child element, stripped; NULL when absent. */
char *wssc_child_text(WsscPool *pool, const xmlNode *parent, WsscNsFamily family, const char *local_name);
/* Value of an attribute as it is; NULL when absent. */
char *wssc_attribute_text(WsscPool *pool, const xmlNode *element, WsscNsFamily family, const char *local_name);
char *wssc_attribute_value(WsscPool *pool, const xmlAttr *attr);
/* The element's id by any of its names; NULL when it has none. */
char *wssc_id_text(WsscPool *pool, const xmlNode *element);
/* Non-negative decimal; -1 for NULL, -2 when it is not a number. */
gint64 wssc_number(const char *text);

#endif
