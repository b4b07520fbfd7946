/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An envelope, or one of SOAP 1.2 made of a header's and a body's content, read: for tests of what is read out of it.
 */
#ifndef WSSC_TESTS_UNIT_ENVELOPE_H
#define WSSC_TESTS_UNIT_ENVELOPE_H

#include <string.h>

#include "soap/message.h"

/* Its prefixes. */
#define NS                                                                                                             \
    "xmlns:s='http://www.w3.org/2003/05/soap-envelope' xmlns:a='http://www.w3.org/2005/08/addressing' "                \
    "xmlns:t='http://docs.oasis-open.org/ws-sx/ws-trust/200512' "                                                      \
    "xmlns:c='http://docs.oasis-open.org/ws-sx/ws-secureconversation/200512' "                                         \
    "xmlns:o='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd' "                     \
    "xmlns:u='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd' "                    \
    "xmlns:p='http://www.w3.org/ns/ws-policy'"

typedef struct {
    WsscXml *xml;
    WsscSoap *soap;
} Read;

static Read read_text(const char *text)
{
    g_autoptr(GBytes) octets = g_bytes_new(text, strlen(text));
    g_autoptr(GError) error = NULL;
    Read read = {.xml = wssc_xml_parse(octets, NULL, &error)};
    g_assert_no_error(error);
    read.soap = wssc_soap_read(read.xml);
    return read;
}

static Read read_envelope(const char *header, const char *body)
{
    g_autofree char *text =
        g_strdup_printf("<s:Envelope " NS "><s:Header>%s</s:Header><s:Body>%s</s:Body></s:Envelope>", header, body);
    return read_text(text);
}

static void done(Read *read)
{
    wssc_soap_free(read->soap);
    wssc_xml_unref(read->xml);
}

#endif
