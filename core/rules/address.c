/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * The names under which a request for a service, or a call under a context, is on its way: in To, in Host or in the
 * preamble's Via, and in what TLS was asked for. Behind a load balancer or where TLS ends they may be others.
 */
#include <string.h>

#include "rules/rules.h"

/* The host in an absolute URI or in "host:port", without its port; the length is 0 when there is none. */
static gsize find_host(const char *text, const char **ret_host)
{
    const char *host = strstr(text, "://") != NULL ? strstr(text, "://") + 3 : text;
    gsize len = strcspn(host, "/?#");
    const char *port = g_strrstr_len(host, (gssize)len, ":");
    const char *bracket = g_strrstr_len(host, (gssize)len, "]");
    if (port != NULL && (bracket == NULL || port > bracket))
        len = (gsize)(port - host);
    *ret_host = host;
    return len;
}

/* As far as both are said. */
static gboolean is_other_host(const char *one, const char *other)
{
    const char *a, *b;
    if (one == NULL || other == NULL)
        return FALSE;
    gsize a_len = find_host(one, &a), b_len = find_host(other, &b);
    return a_len > 0 && b_len > 0 && (a_len != b_len || g_ascii_strncasecmp(a, b, a_len) != 0);
}

/* NULL where it names no machine. */
static const char *to_of(const WsscMessage *message)
{
    const char *to = message->soap->to;
    return to != NULL && strstr(to, "://") != NULL && strstr(to, "anonymous") == NULL ? to : NULL;
}

static void add_name(GString *text, const char *label, const char *name)
{
    if (name == NULL)
        return;
    if (text->len > 0)
        g_string_append(text, ", ");
    g_string_append(text, label);
    g_string_append_c(text, ' ');
    g_string_append(text, name);
}

static void check_names(const WsscRules *rules, const WsscMessage *message, const WsscContext *context)
{
    const char *to = to_of(message), *host = message->host;
    const char *asked = message->connection != NULL ? message->connection->server_name : NULL;
    gboolean is_framed = g_str_has_prefix(wssc_transport_name(message->transport), "net.tcp");
    gboolean is_in_the_clear = to != NULL && g_ascii_strncasecmp(to, "https:", 6) == 0 && !message->is_protected &&
                               message->transport == WSSC_TRANSPORT_HTTP;

    if (!is_other_host(to, host) && !is_other_host(to, asked) && !is_other_host(host, asked) && !is_in_the_clear)
        return;
    GString *text = g_string_new(NULL);
    add_name(text, "To is", to);
    add_name(text, is_framed ? "Via is" : "Host is", host);
    add_name(text, "TLS was asked for", asked);
    if (is_in_the_clear)
        g_string_append(text, "; To says https, and the message comes in the clear: TLS ended before");
    if (message->relays != NULL)
        g_string_append_printf(text, "; passed on by %s", message->relays);
    wssc_rules_raise(rules, WSSC_FINDING_ADDRESS_MISMATCH, message, context, "%s", text->str);
    g_string_free(text, TRUE);
}

/* A context, and an address that its messages go to. */
typedef struct {
    const WsscContext *context;
    const char *server;
} Way;

static guint way_hash(gconstpointer data)
{
    const Way *way = data;
    return g_direct_hash(way->context) * 31 + g_str_hash(way->server);
}

static gboolean way_equal(gconstpointer a, gconstpointer b)
{
    const Way *one = a, *other = b;
    return one->context == other->context && g_str_equal(one->server, other->server);
}

/* Once for each way that a context's messages take: its first message is looked at. */
void wssc_rules_check_addresses(const WsscRules *rules, const WsscModel *model)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(way_hash, way_equal, g_free, NULL);
    for (guint i = 0; i < model->messages->len; i++) {
        const WsscMessage *message = model->messages->pdata[i];
        const WsscContext *context = message->context;
        if (context == NULL && message->exchange != NULL)
            context = message->exchange->context;
        if (context == NULL || message->is_response || message->dst == NULL || message->damage != NULL)
            continue;
        const Way way = {context, message->dst};
        if (g_hash_table_contains(seen, &way))
            continue;
        g_hash_table_add(seen, g_memdup2(&way, sizeof way));
        check_names(rules, message, context);
    }
}
