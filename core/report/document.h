/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A message as a document of its own, with what is encrypted opened as far as keys are known, and the things in it that
 * are worth a file: tokens and certificates. Secrets are masked (report/mask.h).
 */
#ifndef WSSC_REPORT_DOCUMENT_H
#define WSSC_REPORT_DOCUMENT_H

#include "model/message.h"

/* What is shown of the message: the tree with plaintext in place, else xml, which it was read from. NULL: neither. */
WsscXml *wssc_document_tree(const WsscMessage *message, WsscXml *xml);

/* In lines, for eyes only: indenting changes the text that signatures cover. UTF-8; caller frees. */
char *wssc_document_indented(const WsscXml *xml);

typedef struct {
    char *name;        /* of a file: letters, digits, points and hyphens */
    const char *media; /* "application/xml", "application/pkix-cert"; static */
    GBytes *octets;
} WsscObject;
void wssc_object_free(WsscObject *object);

/* The message itself, not indented, then each token in it as a document of its own, then each certificate in DER. List
 * of WsscObject; never NULL, caller frees. */
GPtrArray *wssc_document_objects(const WsscMessage *message, WsscXml *xml);

#endif
