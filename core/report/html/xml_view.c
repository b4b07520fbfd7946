/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "report/html/xml_view.h"

#include "report/mask.h"

#define OPEN_DEPTH 3    /* elements nested deeper are folded */
#define DRAWN_DEPTH 100 /* browsers nest no more than some hundred elements, and one of XML is three of HTML */
#define TEXT_SHOWN 600  /* octets of one text */

typedef struct {
    WsscHtml *html;
    const WsscHtmlXml *view;
    GHashTable *signed_ids; /* id -> constant class */
    gsize written;
    gboolean is_cut;
} Drawing;

/* ---- what is signed ------------------------------------------------------------------------------------------- */

static const char *class_of(const WsscSignature *signature, const WsscSignedReference *reference)
{
    if (signature->verdict == WSSC_VERDICT_VALID)
        return "signed";
    return reference->digest == WSSC_DIGEST_MISMATCH || signature->verdict == WSSC_VERDICT_INVALID ? "signed invalid"
                                                                                                   : "signed unchecked";
}

/* A part that two signatures cover shows the better of them. */
static GHashTable *signed_ids(const WsscSecurity *security)
{
    GHashTable *ids = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint s = 0; security != NULL && s < security->signatures->len; s++) {
        const WsscSignature *signature = security->signatures->pdata[s];
        for (guint r = 0; r < signature->references->len; r++) {
            const WsscSignedReference *reference = signature->references->pdata[r];
            const char *class = class_of(signature, reference);
            if (reference->uri == NULL || reference->uri[0] != '#' || reference->digest == WSSC_DIGEST_UNRESOLVED)
                continue;
            if (!g_hash_table_contains(ids, reference->uri + 1) || signature->verdict == WSSC_VERDICT_VALID)
                g_hash_table_insert(ids, reference->uri + 1, (gpointer) class);
        }
    }
    return ids;
}

static const char *mark_of(const Drawing *drawing, const xmlNode *node)
{
    const xmlAttr *attr = wssc_xml_id_attr(node);
    g_autofree char *id = attr != NULL ? wssc_xml_attr_text(attr) : NULL;
    return id != NULL ? g_hash_table_lookup(drawing->signed_ids, id) : NULL;
}

/* ---- pieces --------------------------------------------------------------------------------------------------- */

static void put_text(Drawing *drawing, const char *class, const char *text)
{
    g_autofree char *visible = wssc_html_visible(text, TEXT_SHOWN);
    g_autofree char *escaped = g_markup_escape_text(visible, -1);
    drawing->written += strlen(escaped);
    if (class != NULL)
        wssc_html_put(drawing->html, "<span class=\"%s\">", class);
    wssc_html_raw(drawing->html, escaped);
    wssc_html_raw(drawing->html, class != NULL ? "</span>" : "");
}

static char *qualified(const xmlNs *ns, const xmlChar *name)
{
    return ns != NULL && ns->prefix != NULL ? g_strdup_printf("%s:%s", (const char *)ns->prefix, (const char *)name)
                                            : g_strdup((const char *)name);
}

static void put_attribute(Drawing *drawing, const char *name, const char *value)
{
    wssc_html_raw(drawing->html, " ");
    put_text(drawing, "a", name);
    wssc_html_raw(drawing->html, "=<span class=\"v\">&quot;");
    put_text(drawing, NULL, value);
    wssc_html_raw(drawing->html, "&quot;</span>");
}

static void put_start(Drawing *drawing, const xmlNode *node)
{
    g_autofree char *name = qualified(node->ns, node->name);
    wssc_html_raw(drawing->html, "&lt;");
    put_text(drawing, "n", name);
    for (const xmlNs *ns = node->nsDef; ns != NULL; ns = ns->next) {
        g_autofree char *declared =
            ns->prefix != NULL ? g_strdup_printf("xmlns:%s", (const char *)ns->prefix) : g_strdup("xmlns");
        put_attribute(drawing, declared, ns->href != NULL ? (const char *)ns->href : "");
    }
    for (const xmlAttr *attr = node->properties; attr != NULL; attr = attr->next) {
        g_autofree char *called = qualified(attr->ns, attr->name);
        g_autofree char *value = wssc_xml_attr_text(attr);
        put_attribute(drawing, called, value);
    }
}

static void put_end(Drawing *drawing, const xmlNode *node)
{
    g_autofree char *name = qualified(node->ns, node->name);
    wssc_html_raw(drawing->html, "&lt;/");
    put_text(drawing, "n", name);
    wssc_html_raw(drawing->html, "&gt;");
}

/* ---- elements ------------------------------------------------------------------------------------------------- */

static void put_nodes(Drawing *drawing, const xmlNode *parent, guint depth);

static gboolean is_hidden(const Drawing *drawing, const xmlNode *node)
{
    return !drawing->view->show_secrets && wssc_mask_is_secret((const char *)node->name);
}

static void put_leaf(Drawing *drawing, const xmlNode *node)
{
    g_autofree char *text = wssc_xml_text(node);
    if (is_hidden(drawing, node)) {
        g_autofree char *instead = wssc_mask_text(node);
        wssc_html_raw(drawing->html, "&gt;<mark>");
        put_text(drawing, NULL, instead);
        wssc_html_raw(drawing->html, "</mark>");
    } else if (*text == '\0') {
        wssc_html_raw(drawing->html, "/&gt;");
        return;
    } else {
        wssc_html_raw(drawing->html, "&gt;");
        put_text(drawing, NULL, text);
    }
    put_end(drawing, node);
}

static void put_element(Drawing *drawing, const xmlNode *node, guint depth)
{
    const char *mark = mark_of(drawing, node);
    gboolean is_opened = drawing->view->is_opened && wssc_xml_span(node) == NULL;
    gboolean is_closed = wssc_xml_is(node, WSSC_NS_FAMILY_XENC, "EncryptedData") ||
                         wssc_xml_is(node, WSSC_NS_FAMILY_XENC, "EncryptedKey");
    gboolean has_elements = wssc_xml_first(node) != NULL && !is_hidden(drawing, node);
    wssc_html_put(drawing->html, "<div class=\"%s%s%s\">", mark != NULL ? mark : "", is_opened ? " opened" : "",
                  is_closed ? " closed" : "");
    if (has_elements)
        wssc_html_raw(drawing->html,
                      depth < OPEN_DEPTH || mark != NULL ? "<details open><summary>" : "<details><summary>");
    put_start(drawing, node);
    if (has_elements) {
        wssc_html_raw(drawing->html, "&gt;</summary><div>");
        put_nodes(drawing, node, depth + 1);
        wssc_html_raw(drawing->html, "</div>");
        put_end(drawing, node);
        wssc_html_raw(drawing->html, "</details>");
    } else {
        put_leaf(drawing, node);
    }
    wssc_html_raw(drawing->html, "</div>");
}

static gboolean is_blank(const xmlNode *node)
{
    for (const xmlChar *c = node->content; c != NULL && *c != '\0'; c++)
        if (!g_ascii_isspace(*c))
            return FALSE;
    return TRUE;
}

static void put_nodes(Drawing *drawing, const xmlNode *parent, guint depth)
{
    for (const xmlNode *node = parent->children; node != NULL && !drawing->is_cut; node = node->next) {
        if (drawing->written > drawing->view->limit || depth > DRAWN_DEPTH) {
            drawing->is_cut = TRUE;
            wssc_html_raw(drawing->html, "<div class=\"c\">… the rest is left out here</div>");
        } else if (node->type == XML_ELEMENT_NODE) {
            put_element(drawing, node, depth);
        } else if (node->type == XML_COMMENT_NODE) {
            wssc_html_raw(drawing->html, "<div class=\"c\">&lt;!--");
            put_text(drawing, NULL, node->content != NULL ? (const char *)node->content : "");
            wssc_html_raw(drawing->html, "--&gt;</div>");
        } else if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) && !is_blank(node)) {
            put_text(drawing, NULL, (const char *)node->content);
        }
    }
}

gsize wssc_html_xml(WsscHtml *html, const WsscXml *xml, const WsscHtmlXml *view)
{
    g_autoptr(GHashTable) ids = signed_ids(view->security);
    Drawing drawing = {.html = html, .view = view, .signed_ids = ids};
    wssc_html_raw(html, "<div class=\"xml\">");
    if (xml->doc != NULL)
        put_nodes(&drawing, (const xmlNode *)xml->doc, 0);
    wssc_html_raw(html, "</div>");
    return MIN(drawing.written, view->limit);
}
