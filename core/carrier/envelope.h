/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From a carrier's octets and its content type to a tree: text or binary XML, compressed or not. What the
 * octets are is decided by the octets; the content type only says how they were compressed and whether a
 * string table comes first.
 */
#ifndef WSSC_CARRIER_ENVELOPE_H
#define WSSC_CARRIER_ENVELOPE_H

#include "base/wire.h"
#include "nbfx/dictionary.h"
#include "xml/xml.h"

typedef struct {
    WsscXml *xml;   /* caller's; NULL when nothing could be read */
    GBytes *octets; /* what the spans point into: the input, or the inflated envelope; caller's */
    WsscEncoding encoding;
    gsize document; /* where in octets the document begins, behind a string table */
} WsscEnvelope;

/* session is the direction's string table and is added to (content types of binary sessions); NULL where the
 * carrier has no sessions. charset as for wssc_xml_parse. FALSE with error when the octets are damaged; ret_envelope
 * then holds what could be read (its xml may still be NULL). */
gboolean wssc_envelope_read(GBytes *octets, const char *content_type, const char *charset, WsscStringTable *session,
                            WsscEnvelope *ret_envelope, GError **error);
gboolean wssc_envelope_is_multipart(const char *content_type);
/* TRUE when the octets begin as text XML can begin. */
gboolean wssc_envelope_is_text(WsscBytes octets);
/* TRUE when a string table comes first, as far as octets without a content type can tell. */
gboolean wssc_envelope_has_table(WsscBytes octets);

#endif
