/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What stands twice where a receiver takes one: readers differ in which.
 */
#include <string.h>

#include "soap/parts.h"

/* Header blocks of which a message has one for each role: WS-Addressing 1.0 SOAP binding section 3.2 (RelatesTo may be
 * many), WSS 1.1 section 5. */
static const struct {
    WsscNsFamily family;
    const char *name;
} blocks[] = {
    {WSSC_NS_FAMILY_WSA, "Action"},    {WSSC_NS_FAMILY_WSA, "MessageID"}, {WSSC_NS_FAMILY_WSA, "To"},
    {WSSC_NS_FAMILY_WSA, "ReplyTo"},   {WSSC_NS_FAMILY_WSA, "From"},      {WSSC_NS_FAMILY_WSA, "FaultTo"},
    {WSSC_NS_FAMILY_WSSE, "Security"},
};

/* Children of a token of which it has one. */
static const struct {
    WsscNsFamily family;
    const char *token;
    WsscNsFamily child_family;
    const char *child;
} children[] = {
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", WSSC_NS_FAMILY_WSC, "Identifier"},
    {WSSC_NS_FAMILY_WSC, "SecurityContextToken", WSSC_NS_FAMILY_WSC, "Instance"},
    {WSSC_NS_FAMILY_WSU, "Timestamp", WSSC_NS_FAMILY_WSU, "Created"},
    {WSSC_NS_FAMILY_WSU, "Timestamp", WSSC_NS_FAMILY_WSU, "Expires"},
    {WSSC_NS_FAMILY_WSSE, "UsernameToken", WSSC_NS_FAMILY_WSSE, "Username"},
    {WSSC_NS_FAMILY_WSSE, "UsernameToken", WSSC_NS_FAMILY_WSSE, "Password"},
};

static void add(WsscSoap *soap, const char *what, const char *where)
{
    for (guint i = 0; i < soap->twice->len; i++) {
        const WsscTwice *known = soap->twice->pdata[i];
        if (strcmp(known->what, what) == 0 && strcmp(known->where, where) == 0)
            return;
    }
    WsscTwice *twice = wssc_pool_new0(soap->pool, WsscTwice);
    twice->what = what;
    twice->where = where;
    wssc_pool_add(soap->pool, &soap->twice, twice);
}

static gboolean has_two(const xmlNode *parent, WsscNsFamily family, const char *name)
{
    guint count = 0;
    for (const xmlNode *e = wssc_xml_first(parent); e != NULL && count < 2; e = wssc_xml_next(e))
        count += wssc_xml_is(e, family, name) ? 1 : 0;
    return count > 1;
}

/* SOAP 1.2 section 2.2: without a role it is for the ultimate receiver. Caller frees. */
static char *role_of(const xmlNode *block)
{
    const xmlAttr *attr = wssc_xml_attr(block, WSSC_NS_FAMILY_SOAP, "role");
    attr = attr != NULL ? attr : wssc_xml_attr(block, WSSC_NS_FAMILY_SOAP, "actor");
    g_autofree char *role = attr != NULL ? wssc_xml_attr_text(attr) : g_strdup("");
    return g_str_has_suffix(role, "/role/ultimateReceiver") ? g_strdup("") : g_steal_pointer(&role);
}

/* A block of that row before this one, of the same version and for the same role. */
static gboolean has_before(const xmlNode *block, guint row, const xmlNode *first)
{
    g_autofree char *role = role_of(block);
    for (const xmlNode *e = first; e != NULL && e != block; e = wssc_xml_next(e)) {
        if (!wssc_xml_is(e, blocks[row].family, blocks[row].name) || wssc_xml_ns(e) != wssc_xml_ns(block))
            continue;
        g_autofree char *other = role_of(e);
        if (strcmp(role, other) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Of each kind the first one is remembered, so that what was told is not looked for again. */
static void read_blocks(WsscSoap *soap, const xmlNode *header)
{
    enum { MOST = 16 }; /* of one kind that are compared with each other */
    const xmlNode *firsts[G_N_ELEMENTS(blocks)] = {NULL};
    guint counts[G_N_ELEMENTS(blocks)] = {0};
    for (const xmlNode *e = wssc_xml_first(header); e != NULL; e = wssc_xml_next(e))
        for (guint row = 0; row < G_N_ELEMENTS(blocks); row++) {
            if (!wssc_xml_is(e, blocks[row].family, blocks[row].name))
                continue;
            if (firsts[row] != NULL && counts[row]++ < MOST && has_before(e, row, firsts[row]))
                add(soap, blocks[row].name, "Header");
            firsts[row] = firsts[row] != NULL ? firsts[row] : e;
        }
}

static void read_tokens(WsscSoap *soap, const xmlNode *security)
{
    for (const xmlNode *e = wssc_xml_first(security); e != NULL; e = wssc_xml_next(e))
        for (guint row = 0; row < G_N_ELEMENTS(children); row++)
            if (wssc_xml_is(e, children[row].family, children[row].token) &&
                has_two(e, children[row].child_family, children[row].child))
                add(soap, children[row].child, children[row].token);
}

void wssc_twice_read(WsscSoap *soap, const xmlNode *envelope)
{
    const xmlNode *header = wssc_xml_child(envelope, WSSC_NS_FAMILY_SOAP, "Header");
    if (has_two(envelope, WSSC_NS_FAMILY_SOAP, "Header"))
        add(soap, "Header", "Envelope");
    if (has_two(envelope, WSSC_NS_FAMILY_SOAP, "Body"))
        add(soap, "Body", "Envelope");
    read_blocks(soap, header);
    for (const xmlNode *e = wssc_xml_first(header); e != NULL; e = wssc_xml_next(e))
        if (wssc_xml_is(e, WSSC_NS_FAMILY_WSSE, "Security"))
            read_tokens(soap, e);
}
