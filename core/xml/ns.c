/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "xml/xml.h"

#include <string.h>

static const struct {
    const char *uri;
    gsize len; /* of uri */
    const char *version;
    WsscNsFamily family;
} namespaces[WSSC_NS_MAX] = {
    [WSSC_NS_NONE] = {NULL, 0, "", WSSC_NS_FAMILY_NONE},
#define WSSC_NS(id, family_, version_, uri_)                                                       \
    [WSSC_NS_##id] = {uri_, sizeof(uri_) - 1, version_, WSSC_NS_FAMILY_##family_},
#include "xml/ns.def"
#undef WSSC_NS
};

WsscNs wssc_ns_from_uri(const char *uri)
{
    if (uri == NULL || *uri == '\0')
        return WSSC_NS_NONE;
    /* Some forty strings that differ in length and tail: comparing lengths first rules out
     * nearly all of them, and each xmlNs is looked up once only (wssc_xml_ns keeps it). */
    gsize len = strlen(uri);
    for (int i = WSSC_NS_NONE + 1; i < WSSC_NS_MAX; i++) {
        if (namespaces[i].len == len && memcmp(namespaces[i].uri, uri, len) == 0)
            return (WsscNs)i;
    }
    return WSSC_NS_NONE;
}

const char *wssc_ns_uri(WsscNs ns)
{
    return namespaces[ns].uri;
}

const char *wssc_ns_version(WsscNs ns)
{
    return namespaces[ns].version;
}

WsscNsFamily wssc_ns_family(WsscNs ns)
{
    return namespaces[ns].family;
}

WsscNs wssc_xml_ns(const xmlNode *node)
{
    xmlNs *ns = node != NULL ? node->ns : NULL;
    if (ns == NULL)
        return WSSC_NS_NONE;
    if (ns->_private == NULL)
        ns->_private = GINT_TO_POINTER(wssc_ns_from_uri((const char *)ns->href) + 1);
    return (WsscNs)(GPOINTER_TO_INT(ns->_private) - 1);
}
