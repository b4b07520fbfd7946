/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From .NET binary XML to a tree, or straight to XML text.
 *
 * The tree is the one the text form would give (xml/xml.h), with spans that point into the binary
 * octets: an element's start is its record, content begins behind its start tag; an attribute's
 * content is its value record; a text's span covers its records. Items of an array all have the
 * start tag's offsets. Floating point and local time values are flagged in their spans.
 *
 * Ids without a string give names and texts "unknown-id-N" and namespaces "urn:unknown-id-N": the
 * rest stays readable, and the notes tell.
 */
#ifndef WSSC_NBFX_NBFX_H
#define WSSC_NBFX_NBFX_H

#include "nbfx/reader.h"
#include "xml/xml.h"

/* Reads octets from "from" on. Damaged octets give both: the tree of what could be read, properly
 * closed, as return value, and error set (WSSC_XML_ERROR); NULL only when not even a root element
 * could be read. ret_notes may be NULL; else clear it with wssc_nbfx_notes_clear. */
WsscXml *wssc_nbfx_to_xml(GBytes *octets, gsize from, const WsscNbfxOptions *options, WsscNbfxNotes *ret_notes,
                          GError **error);

/* Appends the same as UTF-8 XML text: attributes and declarations in the order of the message,
 * start and end tag always both, escaped as Canonical XML does. Writes no declaration and accepts a
 * document that is only a comment, or an array at the top. FALSE with error when damaged: what was
 * read is in out, elements closed. */
gboolean wssc_nbfx_to_text(WsscBytes octets, gsize from, const WsscNbfxOptions *options, GString *out,
                           WsscNbfxNotes *ret_notes, GError **error);

void wssc_nbfx_notes_clear(WsscNbfxNotes *notes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WsscNbfxNotes, wssc_nbfx_notes_clear)

#endif
