/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Gives every node of a text document its octet offsets (internal to core/xml).
 */
#ifndef WSSC_XML_SPAN_H
#define WSSC_XML_SPAN_H

#include "xml/encoding.h"
#include "xml/xml.h"

/* text is what xml->doc was parsed from. Linear in its length. */
void wssc_xml_assign_spans(WsscXml *xml, const WsscDecodedText *text);

#endif
