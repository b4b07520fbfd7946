/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A message's XML for reading: folded, with what is signed, what was decrypted and what stayed encrypted marked.
 */
#ifndef WSSC_REPORT_HTML_XML_VIEW_H
#define WSSC_REPORT_HTML_XML_VIEW_H

#include "model/message.h"
#include "report/html/write.h"

typedef struct {
    const WsscSecurity *security; /* whose references mark what is signed; or NULL */
    gboolean is_opened;           /* the tree holds decrypted content: elements without a span */
    gboolean show_secrets;
    gsize limit; /* octets of HTML; what is beyond is left out and said */
} WsscHtmlXml;

/* How many octets of the limit were used. */
gsize wssc_html_xml(WsscHtml *html, const WsscXml *xml, const WsscHtmlXml *view);

#endif
