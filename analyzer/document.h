/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages in a bare file, without libwireshark: text, binary XML, a framed stream, MIME parts.
 */
#ifndef WSSC_ANALYZER_DOCUMENT_H
#define WSSC_ANALYZER_DOCUMENT_H

#include "base/wire.h"
#include "nbfx/dictionary.h"
#include "xml/xml.h"

typedef enum {
    WSSC_FORM_GUESS, /* by the octets */
    WSSC_FORM_XML,
    WSSC_FORM_NBFX,  /* binary XML without a static dictionary */
    WSSC_FORM_NBFS,  /* with the static dictionary */
    WSSC_FORM_NBFSE, /* with a string table before the document as well */
    WSSC_FORM_NETTCP,
    WSSC_FORM_MIME,
    WSSC_FORM_MAX
} WsscForm;

/* FALSE for a name that --from does not know. */
gboolean wssc_form_from_name(const char *name, WsscForm *ret_form);

typedef struct {
    WsscXml *xml;   /* NULL when no root element could be read, and for text_only */
    GBytes *octets; /* what the spans point into */
    WsscEncoding encoding;
    char *content_type; /* what the stream or the parts say; or NULL */
    GString *text;      /* the equivalent XML; only with text_only */
} WsscDocument;

typedef struct {
    WsscForm form;
    WsscStringTable *strings; /* further strings of odd ids; added to by what is read */
    gboolean text_only;       /* make the equivalent text and no tree */
} WsscDocumentOptions;

/* The messages in the octets, in order. What is damaged gives both: what could be read, and error with reason
 * and offset. Never NULL. */
GPtrArray *wssc_documents_read(GBytes *octets, const WsscDocumentOptions *options, GError **error);

#endif
