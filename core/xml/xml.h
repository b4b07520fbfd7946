/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The one way from octets to an XML tree, and the few questions we ask of one.
 *
 *     g_autoptr(GError) error = NULL;
 *     g_autoptr(WsscXml) xml = wssc_xml_parse(octets, NULL, &error);
 *     xmlNode *body = wssc_xml_child(wssc_xml_root(xml), WSSC_NS_FAMILY_SOAP, "Body");
 *
 * The tree is libxml2's, so that its canonical forms can be used on it. Every element,
 * attribute and text node that stands in the message has a WsscSpan: where its octets are.
 * libxml2 runs without DTD, entities, network or global state: the process is shared with
 * Wireshark.
 *
 * Ownership: WsscXml is reference counted (any thread may drop a reference; the tree itself is for one thread at a
 * time). It owns the tree, the spans and a reference to the octets. Nodes are borrowed.
 */
#ifndef WSSC_XML_XML_H
#define WSSC_XML_XML_H

#include <libxml/tree.h>
#include <string.h>

#include "base/bytes.h"

/* ---- namespaces -------------------------------------------------------------------------- */

typedef enum {
    WSSC_NS_NONE, /* no namespace, or one that means nothing to us */
#define WSSC_NS(id, family, version, uri) WSSC_NS_##id,
#include "xml/ns.def"
#undef WSSC_NS
    WSSC_NS_MAX
} WsscNs;

typedef enum {
    WSSC_NS_FAMILY_NONE,
    WSSC_NS_FAMILY_SOAP,
    WSSC_NS_FAMILY_WSA,
    WSSC_NS_FAMILY_WSSE,
    WSSC_NS_FAMILY_WSSE11,
    WSSC_NS_FAMILY_WSU,
    WSSC_NS_FAMILY_WST,
    WSSC_NS_FAMILY_WSC,
    WSSC_NS_FAMILY_WSP,
    WSSC_NS_FAMILY_DS,
    WSSC_NS_FAMILY_DS11,
    WSSC_NS_FAMILY_XENC,
    WSSC_NS_FAMILY_XENC11,
    WSSC_NS_FAMILY_EC,
    WSSC_NS_FAMILY_SAML,
    WSSC_NS_FAMILY_DOTNET,
    WSSC_NS_FAMILY_DOTNET_DISPATCH,
    WSSC_NS_FAMILY_WSS4J,
    WSSC_NS_FAMILY_XOP,
    WSSC_NS_FAMILY_WSDL,
    WSSC_NS_FAMILY_WSDL_SOAP,
    WSSC_NS_FAMILY_MEX,
    WSSC_NS_FAMILY_SP,
    WSSC_NS_FAMILY_MSSP,
    WSSC_NS_FAMILY_FRAMING,
    WSSC_NS_FAMILY_XML,
} WsscNsFamily;

WsscNs wssc_ns_from_uri(const char *uri); /* NULL gives WSSC_NS_NONE */
const char *wssc_ns_uri(WsscNs ns);
const char *wssc_ns_version(WsscNs ns); /* "2005/02", "200512", "1.1", ... */
extern const WsscNsFamily wssc_ns_families[WSSC_NS_MAX];
static inline WsscNsFamily wssc_ns_family(WsscNs ns)
{
    return wssc_ns_families[ns];
}

/* ---- spans ------------------------------------------------------------------------------- */

enum {
    WSSC_SPAN_FLOAT = 1 << 0,      /* text came from a binary Float or Double record */
    WSSC_SPAN_LOCAL_TIME = 1 << 1, /* text came from a binary DateTime of kind local */
};

/* Octet offsets into WsscXml.octets. Element: start of "<", content between the tags, end past
 * the end tag (an empty-element tag has content_start == content_end == end). Attribute: start of
 * its name, content is the value without quotes. Text: start == content_start. */
typedef struct {
    guint32 start;
    guint32 content_start;
    guint32 content_end;
    guint32 end;
    guint32 flags;
} WsscSpan;

/* The span of an element, text node, comment, or (cast) xmlAttr; NULL where the node does not
 * stand in the message, for example after decryption. Namespace declarations have none. In a document without spans
 * elements that stand in the message have one of zeros, and nothing else has any. */
const WsscSpan *wssc_xml_span(const void *node);

/* ---- documents --------------------------------------------------------------------------- */

typedef enum {
    WSSC_XML_TEXT,
    WSSC_XML_BINARY, /* .NET binary XML */
} WsscXmlForm;

/* A part of the MIME message that the document came in, beside it (RFC 2387, SOAP Messages with Attachments). */
typedef struct {
    char *id;       /* Content-ID without its angle brackets; or NULL */
    char *headers;  /* as they stand; "" without any */
    GBytes *octets; /* content, transfer encoding undone */
} WsscXmlPart;

typedef struct WsscXml {
    xmlDoc *doc;
    GBytes *octets; /* what the spans point into */
    WsscXmlForm form;
    char *encoding;          /* as found: "UTF-8", "UTF-16LE", ... */
    char *encoding_note;     /* what was odd about the encoding, or NULL */
    char *undeclared;        /* the first prefix that is used and not declared, and where, in words; or NULL */
    gboolean has_float;      /* some span has WSSC_SPAN_FLOAT */
    gboolean has_local_time; /* some span has WSSC_SPAN_LOCAL_TIME */
    GPtrArray *includes;     /* xmlNode: each xop:Include, and behind it the text in its place; NULL for none */
    GPtrArray *parts;        /* WsscXmlPart; NULL for a document that came alone */
    GArray *unknown_ids;     /* guint32: dictionary ids of the binary form that have no string, each once; NULL: none.
                                Placeholders stand for the strings: what the sender wrote there is not known */
    /*< private >*/
    gint refs;
    struct WsscArena *arena; /* of doc; NULL: it has none */
    gboolean is_changed;     /* nodes were put into doc */
    gint names;              /* in doc's dictionary when the arena was complete */
    gboolean is_text_read;   /* the tree is what the octets say as text, and nothing else: it can be read again */
    gboolean has_spans;
    char *charset;                     /* as given to the parser */
    struct WsscSpanBlock *span_blocks; /* the newest first */
    guint span_used;                   /* of the newest */
} WsscXml;

/* Reads text XML. charset is what the carrier said ("utf-8", "utf-16"), or NULL; a byte order
 * mark or the octets themselves win over it, and encoding_note says so. Errors (domain
 * WSSC_XML_ERROR) name the octet offset. Bounds: WSSC_MAX_XML_*. */
WsscXml *wssc_xml_parse(GBytes *octets, const char *charset, GError **error);
/* The same without spans, for who will not ask where something stands: a tenth less time. */
WsscXml *wssc_xml_parse_without_spans(GBytes *octets, const char *charset, GError **error);

/* An empty document for builders (binary XML); takes a reference to octets, which may be NULL. */
WsscXml *wssc_xml_new(GBytes *octets, WsscXmlForm form);
/* Puts a text in the place of an xop:Include, which is kept. */
void wssc_xml_replace_include(WsscXml *xml, xmlNode *include, xmlNode *text);
/* Puts all of them back, or the texts again: for a short look at the document as it was sent. */
void wssc_xml_show_includes(const WsscXml *xml, gboolean as_sent);
/* Adds a part beside it. id and headers may be NULL; takes references. */
void wssc_xml_add_part(WsscXml *xml, const char *id, const char *headers, GBytes *octets);
/* The part that "cid:..." names (RFC 2392: percent-decoded before comparing); NULL when there is none. */
const WsscXmlPart *wssc_xml_find_part(const WsscXml *xml, const char *uri);
/* There is another part of that name: which one is meant is open. */
gboolean wssc_xml_has_two_parts(const WsscXml *xml, const char *uri);
/* A fresh zeroed span owned by xml; assign it to node->_private. */
WsscSpan *wssc_xml_new_span(WsscXml *xml);
/* A deep copy of the tree without spans and octets, for changing (decryption). */
WsscXml *wssc_xml_copy(const WsscXml *xml);
WsscXml *wssc_xml_ref(WsscXml *xml);
void wssc_xml_unref(WsscXml *xml);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WsscXml, wssc_xml_unref)

/* For keeping many documents: one without its tree where that can be read again from the octets, else xml itself. The
 * caller's reference. */
WsscXml *wssc_xml_fold(WsscXml *xml);
/* What was folded, with its tree again. The caller's reference. */
WsscXml *wssc_xml_unfold(WsscXml *folded);
/* The tree is no longer what the octets say: parts from elsewhere were put in, or are to be. */
void wssc_xml_note_change(WsscXml *xml);

typedef enum {
    WSSC_XML_ERROR_MALFORMED,
    WSSC_XML_ERROR_LIMIT, /* a bound of base/limits.h */
    WSSC_XML_ERROR_DTD,   /* a document type declaration: refused */
    WSSC_XML_ERROR_ENCODING,
} WsscXmlError;
#define WSSC_XML_ERROR (wssc_xml_error_quark())
GQuark wssc_xml_error_quark(void);

/* Parses a well-formed fragment (zero or more nodes) in the scope of "parent": prefixes declared
 * there are known. The nodes belong to parent->doc, unlinked, as a list by ->next; NULL with error
 * set when malformed; NULL without error when empty. Same safety as wssc_xml_parse. */
xmlNode *wssc_xml_parse_fragment(xmlNode *parent, WsscBytes text, GError **error);

/* TRUE when some namespace name in the document holds a character that XML escapes. libxml2's canonical forms
 * write such a name as it is; core/security/c14n.c mends that. Copies of a tree have to be told. */
gboolean wssc_xml_has_odd_names(const xmlDoc *doc);
void wssc_xml_set_odd_names(xmlDoc *doc, gboolean has_odd_names);

/* ---- questions --------------------------------------------------------------------------- */

xmlNode *wssc_xml_root(const WsscXml *xml);
/* Among the known ones; the declaration keeps what was found. */
WsscNs wssc_ns_look_up(xmlNs *ns);
/* Of an element or (cast) attribute; NULL gives WSSC_NS_NONE. Asked most often of all, with wssc_xml_is. */
static inline WsscNs wssc_xml_ns(const xmlNode *node)
{
    xmlNs *ns = node != NULL ? node->ns : NULL;
    if (ns == NULL)
        return WSSC_NS_NONE;
    return ns->_private != NULL ? (WsscNs)(GPOINTER_TO_INT(ns->_private) - 1) : wssc_ns_look_up(ns);
}
/* FALSE for NULL. */
static inline gboolean wssc_xml_is(const xmlNode *node, WsscNsFamily family, const char *local_name)
{
    return node != NULL && node->type == XML_ELEMENT_NODE && node->name[0] == (xmlChar)local_name[0] &&
           wssc_ns_family(wssc_xml_ns(node)) == family && strcmp((const char *)node->name, local_name) == 0;
}
/* First child element, next sibling element; NULL at the end. */
xmlNode *wssc_xml_first(const xmlNode *parent);
xmlNode *wssc_xml_next(const xmlNode *node);
/* First child element of that family and name. */
xmlNode *wssc_xml_child(const xmlNode *parent, WsscNsFamily family, const char *local_name);
/* The text of an element or attribute, borrowed, where it stands in one piece; NULL where it has to be joined. */
const char *wssc_xml_plain_text(const xmlNode *node);
/* All text below the node, joined. Caller frees. Never NULL. */
char *wssc_xml_text(const xmlNode *node);
/* The same without white space at both ends. */
char *wssc_xml_text_stripped(const xmlNode *node);
/* Attribute by name; family NONE means unqualified. NULL when absent. */
xmlAttr *wssc_xml_attr(const xmlNode *node, WsscNsFamily family, const char *local_name);
/* Its value. Caller frees. */
char *wssc_xml_attr_text(const xmlAttr *attr);
/* The value of an attribute; caller frees; NULL when absent. */
char *wssc_xml_attr_value(const xmlNode *node, WsscNsFamily family, const char *local_name);
/* Base64 text content as octets; NULL when it is not base64. Resolves nothing. */
GBytes *wssc_xml_base64(const xmlNode *node);
/* Why it has no octets: it is missing (NULL), empty or no base64. name: how it is called. Caller frees. */
char *wssc_xml_base64_problem(const xmlNode *node, const char *name);
/* The id of an element by any of: wsu:Id, xml:id, unqualified Id/ID/id, AssertionID. Borrowed
 * attribute, NULL when there is none. With several, wsu:Id first. */
xmlAttr *wssc_xml_id_attr(const xmlNode *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)

#endif
