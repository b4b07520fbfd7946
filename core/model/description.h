/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What a service says of itself in the capture: its WSDL, a policy, an answer of WS-MetadataExchange.
 */
#ifndef WSSC_MODEL_DESCRIPTION_H
#define WSSC_MODEL_DESCRIPTION_H

#include "model/types.h"
#include "xml/xml.h"

typedef struct WsscDescription {
    guint file;
    guint32 frame;
    gint64 time;             /* microseconds since 1970 */
    char *src, *dst;         /* who sent it, and to whom */
    gboolean is_message;     /* the content of a SOAP message; else the body of an HTTP answer */
    WSSC_MODEL WsscXml *xml; /* the whole document, or the whole message; without spans */
} WsscDescription;

#endif
