/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The binding of each endpoint, as a settings page.
 */
#include "binding/binding.h"
#include "report/html/sections.h"

#define ENDPOINTS_SHOWN 50

static void put_row(WsscHtml *html, const char *name, const char *value, const char *knowledge, const char *text)
{
    wssc_html_put(html, "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"dim\">%s</td><td class=\"text\">", name,
                  value != NULL ? value : "unknown", knowledge);
    wssc_html_text(html, text);
    wssc_html_raw(html, "</td></tr>\n");
}

static void put_part(WsscHtml *html, const WsscBinding *binding, WsscPart part, const char *name)
{
    const WsscLikeness *likeness = &binding->likeness[part];
    const char *like = likeness->is_like ? wssc_stack_name(likeness->like) : NULL;
    const char *reason = likeness->reasons != NULL && likeness->reasons->len > 0 ? likeness->reasons->pdata[0] : NULL;
    put_row(html, name, like, likeness->confidence != NULL ? likeness->confidence : "", reason);
}

static void put_binding(WsscHtml *html, const WsscBinding *binding)
{
    wssc_html_put(html,
                  "<h3>%s</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Binding of "
                  "%s\"><table><thead><tr>",
                  binding->endpoint, binding->endpoint);
    wssc_html_raw(html, "<th scope=\"col\">Property</th><th scope=\"col\">Value</th><th scope=\"col\">Knowledge</th>"
                        "<th scope=\"col\">Why</th></tr></thead>\n<tbody>\n");
    put_row(html, "Template", binding->template_name, "", binding->template_text);
    put_row(html, "Algorithm suite", binding->suite, "", binding->suite_text);
    put_part(html, binding, WSSC_PART_CLIENT, "Client is like");
    put_part(html, binding, WSSC_PART_SERVICE, "Service is like");
    for (int id = 0; id < WSSC_PROPERTY_MAX; id++) {
        const WsscProperty *property = &binding->properties[id];
        gboolean is_known = property->knowledge != WSSC_KNOWN_NOT;
        g_autofree char *value = is_known ? wssc_property_shown((WsscPropertyId)id, property) : NULL;
        put_row(html, wssc_property_info((WsscPropertyId)id)->title, value, wssc_knowledge_name(property->knowledge),
                property->contradiction != NULL ? property->contradiction : property->text);
    }
    wssc_html_raw(html, "</tbody></table></div>\n");
}

void wssc_html_bindings(WsscHtml *html, const WsscSession *session)
{
    g_autoptr(WsscBindings) bindings = wssc_bindings_infer(wssc_session_model(session));
    if (bindings->endpoints->len == 0)
        return;
    wssc_html_raw(html, "<section id=\"bindings\" aria-labelledby=\"bindings-title\">"
                        "<h2 id=\"bindings-title\">Binding of each endpoint</h2>\n");
    for (guint i = 0; i < MIN(bindings->endpoints->len, ENDPOINTS_SHOWN); i++)
        put_binding(html, bindings->endpoints->pdata[i]);
    if (bindings->endpoints->len > ENDPOINTS_SHOWN)
        wssc_html_put(html, "<p class=\"dim\">%u further endpoints are not shown.</p>\n",
                      bindings->endpoints->len - ENDPOINTS_SHOWN);
    wssc_html_raw(html, "</section>\n");
}
