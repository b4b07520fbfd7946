/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Descriptions of services that pass by are kept: WSDL, policies, metadata.
 */
#include "base/limits.h"
#include "session/private.h"

static gboolean is_description(const xmlNode *element)
{
    return wssc_xml_is(element, WSSC_NS_FAMILY_WSDL, "definitions") ||
           wssc_xml_is(element, WSSC_NS_FAMILY_MEX, "Metadata") || wssc_xml_is(element, WSSC_NS_FAMILY_WSP, "Policy");
}

void wssc_session_keep_description(WsscSession *session, const WsscUnit *unit, const WsscXml *xml)
{
    const xmlNode *root = wssc_xml_root(xml);
    gboolean is_message = wssc_soap_is_envelope(xml);
    const xmlNode *content = is_message ? wssc_xml_first(wssc_xml_child(root, WSSC_NS_FAMILY_SOAP, "Body")) : root;

    if (!is_description(content) ||
        session->model.descriptions->len >= session->rules.limits.value[WSSC_LIMIT_DESCRIPTIONS] ||
        unit->octets == NULL || g_bytes_get_size(unit->octets) > WSSC_MAX_DESCRIPTION_OCTETS)
        return;
    WsscDescription *description = g_new0(WsscDescription, 1);
    description->file = unit->file;
    description->frame = unit->frame;
    description->time = unit->time;
    description->src = g_strdup(unit->src);
    description->dst = g_strdup(unit->dst);
    description->is_message = is_message;
    description->xml = wssc_xml_copy(xml);
    g_ptr_array_add(session->model.descriptions, description);
}

void wssc_session_free_description(gpointer data)
{
    WsscDescription *description = data;
    g_free(description->src);
    g_free(description->dst);
    wssc_xml_unref(description->xml);
    g_free(description);
}
