/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "base/text.h"
#include "report/html/sections.h"
#include "report/html/xml_view.h"
#include "report/sentence.h"
#include "rules/rules.h"

#define MESSAGES_SHOWN 2000
#define XML_OF_A_MESSAGE (96 * 1024) /* octets of HTML */
#define XML_OF_ALL (6 * 1024 * 1024)

/* A fault's request is looked at beside it. */
static gboolean is_wanted(const WsscMessage *message, WsscHtmlMessages which)
{
    const WsscExchange *exchange = message->exchange;
    if (which != WSSC_HTML_MESSAGES_TROUBLED)
        return which == WSSC_HTML_MESSAGES_ALL;
    return wssc_rules_is_troubled(message) ||
           (exchange != NULL && exchange->response != NULL && wssc_rules_is_troubled(exchange->response));
}

static void put_summary(WsscHtml *html, const WsscSession *session, const WsscMessage *message)
{
    g_autofree char *frame = wssc_html_frame(session, message->file, message->frame);
    g_autofree char *time = wssc_time_format(message->time);
    const WsscFault *fault = message->soap->fault;
    wssc_html_put(html, "<summary><b>%s</b> <span class=\"dim\">%s</span> %s → %s ", frame, time, message->src,
                  message->dst);
    wssc_html_put(html, "<code>%s</code>",
                  message->soap->action != NULL      ? message->soap->action
                  : message->soap->body_name != NULL ? message->soap->body_name
                                                     : "no action");
    if (message->damage != NULL)
        wssc_html_raw(html, " <span class=\"tag bad\">not readable</span>");
    if (fault != NULL)
        wssc_html_put(html, " <span class=\"tag bad\">%s</span>", fault->code);
    for (guint s = 0; message->security != NULL && s < MIN(message->security->signatures->len, 8); s++) {
        const WsscSignature *signature = message->security->signatures->pdata[s];
        wssc_html_put(html, " <span class=\"%s\">%s</span>", wssc_html_verdict_style(signature->verdict),
                      wssc_verdict_name(signature->verdict));
    }
    wssc_html_raw(html, "</summary>\n");
}

static void put_fact(WsscHtml *html, const char *name, const char *value)
{
    if (value != NULL && *value != '\0')
        wssc_html_put(html, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", name, value);
}

static char *fault_text(const WsscFault *fault)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < fault->codes->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " / " : "", ((const WsscFaultCode *)fault->codes->pdata[i])->name);
    g_string_append_printf(text, "%s%s", fault->reason != NULL ? ": " : "", fault->reason != NULL ? fault->reason : "");
    return g_string_free(text, FALSE);
}

static void put_facts(WsscHtml *html, const WsscSession *session, const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    g_autofree char *fault = soap->fault != NULL ? fault_text(soap->fault) : NULL;
    wssc_html_raw(html, "<table><tbody>\n");
    put_fact(html, "not readable", message->damage);
    put_fact(html, "fault", fault);
    put_fact(html, "which means", soap->fault != NULL ? soap->fault->cause : NULL);
    put_fact(html, "message id", soap->message_id);
    put_fact(html, "relates to", soap->relates_to);
    put_fact(html, "to", soap->to);
    put_fact(html, "context", message->context != NULL ? message->context->identifier : NULL);
    put_fact(html, "instance", wssc_message_instance_name(message));
    for (guint s = 0; message->security != NULL && s < message->security->signatures->len; s++) {
        const WsscSignature *signature = message->security->signatures->pdata[s];
        g_autofree char *name = g_strdup_printf("signature %u", signature->position);
        g_autofree char *text = g_strdup_printf(
            "%s%s%s%s%s", wssc_verdict_name(signature->verdict), signature->reason != NULL ? ": " : "",
            signature->reason != NULL ? signature->reason : "", signature->hypothesis != NULL ? "; " : "",
            signature->hypothesis != NULL ? signature->hypothesis : "");
        put_fact(html, name, text);
    }
    for (guint i = 0; i < message->findings->len; i++) {
        const WsscFinding *finding = message->findings->pdata[i];
        g_autofree char *sentence = wssc_finding_sentence(wssc_session_model(session), finding);
        put_fact(html, wssc_finding_info(finding->id)->name, sentence);
    }
    wssc_html_raw(html, "</tbody></table>\n");
}

static void put_xml(WsscHtml *html, const WsscMessage *message, const WsscHtmlOptions *options, gsize *left)
{
    const WsscXml *opened = message->security != NULL ? message->security->opened : NULL;
    const WsscXml *xml = opened != NULL ? opened : message->document;
    if (xml == NULL)
        return;
    if (*left == 0) {
        wssc_html_raw(html, "<p class=\"dim\">Its XML is left out: the page holds so much of it and no more.</p>\n");
        return;
    }
    WsscHtmlXml view = {.security = message->security,
                        .is_opened = opened != NULL,
                        .show_secrets = options->show_secrets,
                        .limit = MIN(XML_OF_A_MESSAGE, *left)};
    *left -= wssc_html_xml(html, xml, &view);
}

static void put_message(WsscHtml *html, const WsscSession *session, const WsscMessage *message,
                        const WsscHtmlOptions *options, gsize *left)
{
    wssc_html_put(html, "<details id=\"message-%u\">", message->index);
    put_summary(html, session, message);
    /* Text alone where scripts run, which make elements of it when it is opened: a browser needs seconds for all. */
    wssc_html_raw(html, "<noscript><div><div class=\"scroll\">");
    put_facts(html, session, message);
    wssc_html_raw(html, "</div><p>");
    wssc_html_filter_button(html, message->frame, message->frame);
    wssc_html_raw(html, "</p>\n");
    put_xml(html, message, options, left);
    wssc_html_raw(html, "</div></noscript></details>\n");
}

void wssc_html_messages(WsscHtml *html, const WsscSession *session, const WsscHtmlOptions *options)
{
    const GPtrArray *messages = wssc_session_messages(session);
    guint wanted = 0;
    gsize left = XML_OF_ALL;
    wssc_html_raw(
        html, "<section id=\"messages\" aria-labelledby=\"messages-title\"><h2 id=\"messages-title\">Messages</h2>\n"
              "<p class=\"legend\"><span>bar at the left: signed (green: the signature is valid, red: invalid, grey: "
              "not checked)</span>"
              "<span>violet: was encrypted and is shown opened</span><span>yellow: still encrypted</span></p>\n");
    for (guint i = 0; i < messages->len; i++)
        if (is_wanted(messages->pdata[i], options->messages) && wanted++ < MESSAGES_SHOWN)
            put_message(html, session, messages->pdata[i], options, &left);
    if (options->messages == WSSC_HTML_MESSAGES_NONE)
        wssc_html_put(html, "<p class=\"dim\">%u messages were read; none is shown, as was asked for.</p>\n",
                      messages->len);
    else if (wanted > MESSAGES_SHOWN)
        wssc_html_put(html, "<p class=\"dim\">%u further messages are not in this page.</p>\n",
                      wanted - MESSAGES_SHOWN);
    else if (wanted == 0)
        wssc_html_put(
            html,
            "<p class=\"dim\">None of the %u messages was in trouble; <code>--messages all</code> shows them.</p>\n",
            messages->len);
    wssc_html_raw(html, "</section>\n");
}
