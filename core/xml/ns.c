/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "xml/xml.h"

#include <string.h>

static const struct {
    const char *uri;
    gsize len; /* of uri */
    const char *version;
} namespaces[WSSC_NS_MAX] = {
    [WSSC_NS_NONE] = {NULL, 0, ""},
#define WSSC_NS(id, family_, version_, uri_) [WSSC_NS_##id] = {uri_, sizeof(uri_) - 1, version_},
#include "xml/ns.def"
#undef WSSC_NS
};

const WsscNsFamily wssc_ns_families[WSSC_NS_MAX] = {
#define WSSC_NS(id, family_, version_, uri_) [WSSC_NS_##id] = WSSC_NS_FAMILY_##family_,
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

WsscNs wssc_ns_look_up(xmlNs *ns)
{
    WsscNs found = wssc_ns_from_uri((const char *)ns->href);
    ns->_private = GINT_TO_POINTER(found + 1);
    return found;
}
