/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "soap/derived_key.h"

/* Of the token itself, else of its wsc:Properties, which may hold label and nonce as defaults. */
static const xmlNode *own_or_default(const xmlNode *token, const char *name)
{
    const xmlNode *own = wssc_xml_child(token, WSSC_NS_FAMILY_WSC, name);
    return own != NULL
               ? own
               : wssc_xml_child(wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Properties"), WSSC_NS_FAMILY_WSC, name);
}

WsscDerivedKeyParts wssc_derived_key_find(const xmlNode *token)
{
    WsscDerivedKeyParts parts = {
        .source = wssc_xml_child(token, WSSC_NS_FAMILY_WSSE, "SecurityTokenReference"),
        .nonce = own_or_default(token, "Nonce"),
        .label = own_or_default(token, "Label"),
        .generation = wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Generation"),
        .offset = wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Offset"),
        .length = wssc_xml_child(token, WSSC_NS_FAMILY_WSC, "Length"),
        .algorithm = wssc_xml_attr(token, WSSC_NS_FAMILY_NONE, "Algorithm"),
    };
    if (parts.nonce == NULL) /* the namespace of the first drafts, which .NET still writes */
        parts.nonce = wssc_xml_child(token, WSSC_NS_FAMILY_WSSE, "Nonce");
    if (parts.algorithm == NULL)
        parts.algorithm = wssc_xml_attr(token, WSSC_NS_FAMILY_WSC, "Algorithm");
    return parts;
}
