/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * From the octets of a text XML document to UTF-8, with a way back to the octets.
 */
#ifndef WSSC_XML_ENCODING_H
#define WSSC_XML_ENCODING_H

#include "base/bytes.h"

typedef struct {
    const char *text; /* UTF-8 without byte order mark, not terminated */
    gsize len;
    char *owned;     /* text when it had to be converted, else NULL */
    guint32 *map;    /* octet offset of each UTF-8 octet (len + 1 entries); NULL: text is the
                        octets from "skip" on */
    gsize map_start; /* of text in map, when white space before it was dropped */
    gsize skip;      /* octets before the text (the byte order mark) */
    char *encoding;  /* what it was */
    char *note;      /* contradiction between octets, declaration and carrier; or NULL */
} WsscDecodedText;

/* Octets decide first (byte order mark, zero octets of UTF-16), then the carrier's charset, then
 * the XML declaration, then UTF-8. FALSE with error (WSSC_XML_ERROR_ENCODING) when the octets are
 * not text in any of them. Free with wssc_decoded_text_clear. */
gboolean wssc_text_decode(WsscBytes octets, const char *charset, WsscDecodedText *ret_text, GError **error);
/* The octet that the text's octet at pos came from; past the end for its length. */
static inline gsize wssc_decoded_text_octet(const WsscDecodedText *text, gsize pos)
{
    pos = MIN(pos, text->len);
    return text->map != NULL ? text->map[text->map_start + pos] : pos + text->skip;
}

void wssc_decoded_text_clear(WsscDecodedText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WsscDecodedText, wssc_decoded_text_clear)

#endif
