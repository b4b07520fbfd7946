/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where the parts of a wsc:DerivedKeyToken stand (WS-SC 1.4 section 7.1): for who reads what it says, and for who
 * derives its key.
 */
#ifndef WSSC_SOAP_DERIVED_KEY_H
#define WSSC_SOAP_DERIVED_KEY_H

#include "xml/xml.h"

/* Each is NULL where the token has none; all stay the tree's. */
typedef struct {
    const xmlNode *source; /* wsse:SecurityTokenReference */
    const xmlNode *nonce, *label;
    const xmlNode *generation, *offset, *length;
    const xmlAttr *algorithm;
} WsscDerivedKeyParts;

WsscDerivedKeyParts wssc_derived_key_find(const xmlNode *token);

#endif
