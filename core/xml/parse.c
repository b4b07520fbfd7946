/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "xml/arena.h"
#include "xml/bounds.h"
#include "xml/span.h"

G_DEFINE_QUARK(wssc - xml - error - quark, wssc_xml_error)

/* NOENT: without it libxml2 leaves "&#38;" in namespace names. There are no entities but the five of XML, for a
 * document type declaration is refused. HUGE: a text of more than 10 MB is a plain attachment; our own limits
 * hold in place of libxml2's. */
#define PARSE_OPTIONS                                                                                                  \
    (XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC |              \
     XML_PARSE_HUGE | XML_PARSE_COMPACT)
#define TEXT_ENCODING "UTF-8" /* of what libxml2 gets to read */

typedef struct {
    startElementNsSAX2Func start;
    gboolean has_odd_names;
    gboolean wants_spans;
    char *undeclared; /* as WsscXml has it */
    gsize consumed;   /* octets of the text, when the parser ended */
    WsscXmlError code;
    const char *reason; /* why we stopped the parser ourselves, or NULL */
} Guard;

static void stop(xmlParserCtxt *ctxt, WsscXmlError code, const char *reason)
{
    Guard *guard = ctxt->_private;
    if (guard->reason == NULL) {
        guard->code = code;
        guard->reason = reason;
    }
    xmlStopParser(ctxt);
}

/* Namespaces in XML section 5: a prefix has to be declared. libxml2 makes it part of the name. */
static void note_undeclared(Guard *guard, const xmlChar *prefix, const char *kind, const xmlChar *name)
{
    if (guard->undeclared == NULL)
        guard->undeclared = g_strdup_printf("the prefix %s is not declared (%s %s:%s)", (const char *)prefix, kind,
                                            (const char *)prefix, (const char *)name);
}

/* Tells an element that stands in the message from others where there are no spans. */
static const WsscSpan somewhere;

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int nb_namespaces,
                     const xmlChar **namespaces, int nb_attributes, int nb_defaulted, const xmlChar **attributes)
{
    xmlParserCtxt *ctxt = user;
    Guard *guard = ctxt->_private;

    for (int i = 0; i < nb_namespaces; i++)
        guard->has_odd_names |=
            namespaces[2 * i + 1] != NULL && strpbrk((const char *)namespaces[2 * i + 1], "&<\"\t\r\n") != NULL;
    if (prefix != NULL && uri == NULL)
        note_undeclared(guard, prefix, "element", name);
    for (int i = 0; i < nb_attributes; i++) /* five pointers each: name, prefix, namespace, value, its end */
        if (attributes[5 * i + 1] != NULL && attributes[5 * i + 2] == NULL)
            note_undeclared(guard, attributes[5 * i + 1], "attribute", attributes[5 * i]);
    guard->start(user, name, prefix, uri, nb_namespaces, namespaces, nb_attributes, nb_defaulted, attributes);
    if (!guard->wants_spans && ctxt->node != NULL)
        ctxt->node->_private = (void *)&somewhere;
}

/* SOAP forbids a document type declaration (SOAP 1.2 part 1, section 5); with it go entities,
 * external subsets and defaulted attributes. */
static void on_doctype(void *user, const xmlChar *name G_GNUC_UNUSED, const xmlChar *external_id G_GNUC_UNUSED,
                       const xmlChar *system_id G_GNUC_UNUSED)
{
    stop(user, WSSC_XML_ERROR_DTD, "document type declaration");
}

/* libxml2 2.12 made the handler's argument const. */
#if LIBXML_VERSION >= 21200
#define ERROR_ARG const xmlError
#else
#define ERROR_ARG xmlError
#endif

static void ignore_error(void *user G_GNUC_UNUSED, ERROR_ARG *error G_GNUC_UNUSED)
{
}

static void set_parse_error(xmlParserCtxt *ctxt, const Guard *guard, const WsscDecodedText *text, GError **error)
{
    gsize offset = wssc_decoded_text_octet(text, guard->consumed);
    const xmlError *last = xmlCtxtGetLastError(ctxt);
    g_autofree char *stripped = wssc_strip(guard->reason != NULL                   ? guard->reason
                                           : last != NULL && last->message != NULL ? last->message
                                                                                   : "not well formed");
    g_autofree char *reason = g_utf8_make_valid(stripped, -1); /* libxml2 may have cut a name within a character */
    WsscXmlError code = guard->reason != NULL ? guard->code : WSSC_XML_ERROR_MALFORMED;
    g_set_error(error, WSSC_XML_ERROR, (int)code, "%s (near octet %" G_GSIZE_FORMAT ")", reason, offset);
}

static gsize consumed_by(const xmlParserCtxt *ctxt)
{
    if (ctxt->input == NULL || ctxt->input->cur == NULL || ctxt->input->base == NULL)
        return 0;
    return (gsize)(ctxt->input->cur - ctxt->input->base) + (gsize)ctxt->input->consumed;
}

/* xmlCtxtReadDoc reads a terminated string where it stands, while xmlCtxtReadMemory copies what it is given and turns
 * to its buffer again and again. */
static xmlDoc *read_terminated(xmlParserCtxt *ctxt, const WsscDecodedText *text)
{
    Guard *guard = ctxt->_private;
    char small[8 * 1024];
    g_autofree char *large = text->len >= sizeof small ? g_malloc(text->len + 1) : NULL;
    char *copy = large != NULL ? large : small;

    memcpy(copy, text->text, text->len);
    copy[text->len] = '\0';
    /* Were it named as UTF-8, the text would be converted to UTF-8. */
    xmlDoc *doc = xmlCtxtReadDoc(ctxt, (const xmlChar *)copy, NULL, NULL, PARSE_OPTIONS);
    guard->consumed = consumed_by(ctxt);
    if (doc != NULL && doc->encoding == NULL)
        doc->encoding = xmlStrdup((const xmlChar *)TEXT_ENCODING);
    return doc;
}

/* UTF-16 can spell a NUL, which is malformed and no end. */
static xmlDoc *read_text(xmlParserCtxt *ctxt, const WsscDecodedText *text)
{
    Guard *guard = ctxt->_private;
    if (memchr(text->text, '\0', text->len) == NULL)
        return read_terminated(ctxt, text);
    xmlDoc *doc = xmlCtxtReadMemory(ctxt, text->text, (int)text->len, NULL, TEXT_ENCODING, PARSE_OPTIONS);
    guard->consumed = consumed_by(ctxt);
    return doc;
}

static xmlDoc *parse_text(const WsscDecodedText *text, gboolean wants_spans, char **ret_undeclared, GError **error)
{
    xmlParserCtxt *ctxt = xmlNewParserCtxt();
    Guard guard = {.start = ctxt->sax->startElementNs, .wants_spans = wants_spans};
    xmlDoc *doc;

    ctxt->_private = &guard;
    ctxt->sax->startElementNs = on_start;
    ctxt->sax->internalSubset = on_doctype;
    ctxt->sax->serror = ignore_error;
    doc = read_text(ctxt, text);
    if (doc == NULL || guard.reason != NULL || !ctxt->wellFormed || xmlDocGetRootElement(doc) == NULL) {
        set_parse_error(ctxt, &guard, text, error);
        g_clear_pointer(&doc, xmlFreeDoc);
    }
    xmlFreeParserCtxt(ctxt);
    if (doc != NULL)
        wssc_xml_set_odd_names(doc, guard.has_odd_names);
    *ret_undeclared = guard.undeclared;
    return doc;
}

/* Some stacks put line ends before the declaration; XML forbids it, receivers forgive it. */
static void trim_start(WsscDecodedText *text)
{
    while (text->len > 0 && g_ascii_isspace(text->text[0])) {
        text->text++;
        text->len--;
        if (text->map != NULL)
            text->map_start++;
        else
            text->skip++;
    }
}

static WsscXml *parse(GBytes *octets, const char *charset, gboolean wants_spans, GError **error)
{
    g_auto(WsscDecodedText) text = {0};
    WsscBytes bytes = wssc_bytes_of(octets);

    if (bytes.len > WSSC_MAX_MESSAGE_OCTETS) {
        g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_LIMIT,
                    "message of %" G_GSIZE_FORMAT " octets is over the limit of %u", bytes.len,
                    WSSC_MAX_MESSAGE_OCTETS);
        return NULL;
    }
    if (!wssc_text_decode(bytes, charset, &text, error))
        return NULL;
    trim_start(&text);
    if (!wssc_xml_is_within_limits(text.text, text.len, error))
        return NULL;
    g_autofree char *undeclared = NULL;
    WsscArena *arena = wssc_arena_begin();
    xmlDoc *doc = parse_text(&text, wants_spans, &undeclared, error);
    if (doc == NULL) {
        wssc_arena_end(arena);
        wssc_arena_free(arena);
        return NULL;
    }
    WsscXml *xml = wssc_xml_new(octets, WSSC_XML_TEXT);
    xml->doc = doc;
    wssc_xml_end_arena(xml, arena);
    xml->encoding = g_steal_pointer(&text.encoding);
    xml->encoding_note = g_steal_pointer(&text.note);
    xml->undeclared = g_steal_pointer(&undeclared);
    xml->is_text_read = TRUE;
    xml->has_spans = wants_spans;
    xml->charset = g_strdup(charset);
    if (wants_spans)
        wssc_xml_assign_spans(xml, &text);
    return xml;
}

WsscXml *wssc_xml_parse(GBytes *octets, const char *charset, GError **error)
{
    return parse(octets, charset, TRUE, error);
}

WsscXml *wssc_xml_parse_without_spans(GBytes *octets, const char *charset, GError **error)
{
    return parse(octets, charset, FALSE, error);
}

WsscXml *wssc_xml_fold(WsscXml *xml)
{
    if (!xml->is_text_read)
        return wssc_xml_ref(xml);
    WsscXml *folded = wssc_xml_new(xml->octets, xml->form);
    folded->is_text_read = TRUE;
    folded->has_spans = xml->has_spans;
    folded->charset = g_strdup(xml->charset);
    return folded;
}

WsscXml *wssc_xml_unfold(WsscXml *folded)
{
    return folded->doc != NULL ? wssc_xml_ref(folded) : parse(folded->octets, folded->charset, folded->has_spans, NULL);
}

xmlNode *wssc_xml_parse_fragment(xmlNode *parent, WsscBytes text, GError **error)
{
    xmlNode *list = NULL;
    if (text.len > WSSC_MAX_MESSAGE_OCTETS) {
        g_set_error_literal(error, WSSC_XML_ERROR, WSSC_XML_ERROR_LIMIT, "fragment too large");
        return NULL;
    }
    if (!wssc_xml_is_within_limits((const char *)text.data, text.len, error))
        return NULL;
    if (!g_utf8_validate((const char *)text.data, (gssize)text.len, NULL)) {
        g_set_error_literal(error, WSSC_XML_ERROR, WSSC_XML_ERROR_ENCODING, "not UTF-8 text");
        return NULL;
    }
    xmlParserErrors code = xmlParseInNodeContext(parent, (const char *)text.data, (int)text.len, PARSE_OPTIONS, &list);
    if (code != XML_ERR_OK) {
        g_set_error(error, WSSC_XML_ERROR, WSSC_XML_ERROR_MALFORMED, "fragment is not well formed (libxml2 code %d)",
                    (int)code);
        xmlFreeNodeList(list);
        return NULL;
    }
    return list;
}
