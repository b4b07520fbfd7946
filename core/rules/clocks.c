/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "rules/rules.h"

/* ---- peers --------------------------------------------------------------------------------------------------- */

static void check_peer(const WsscRules *rules, const WsscPeer *peer)
{
    gint64 skew = wssc_bounds_usec(&rules->bounds, WSSC_BOUND_SKEW);
    gboolean is_ahead = peer->ahead_min != WSSC_TIME_NONE && peer->ahead_min > skew;
    gboolean is_behind = peer->ahead_max != WSSC_TIME_NONE && peer->ahead_max < -skew;

    if (!peer->is_steady && peer->ahead_max - peer->ahead_min > skew)
        wssc_rules_point(wssc_rules_raise(rules, WSSC_FINDING_CLOCK_SET, peer->min_from, NULL,
                                          "that of %s does not fit what it said in " WSSC_AT(1), peer->address),
                         WSSC_EVIDENCE_CLOCK, peer->max_from);
    else if (is_ahead)
        wssc_rules_raise(rules, WSSC_FINDING_PEER_CLOCK, peer->min_from, NULL,
                         "that of %s is ahead by at least " WSSC_SECONDS, peer->address,
                         wssc_rules_seconds(peer->ahead_min));
    else if (is_behind)
        wssc_rules_raise(rules, WSSC_FINDING_PEER_CLOCK, peer->max_from, NULL,
                         "that of %s is behind by at least " WSSC_SECONDS, peer->address,
                         wssc_rules_seconds(peer->ahead_max));
}

/* ---- what a receiver takes ------------------------------------------------------------------------------------- */

/* The receiver's time when the message came, as far as it is known. */
typedef struct {
    gint64 least, most;
} Now;

static const WsscPeer *find_peer(GHashTable *peers, const char *address, gboolean is_server)
{
    const char *port = address != NULL ? strrchr(address, ':') : NULL;
    if (port == NULL)
        return NULL;
    g_autofree char *name = is_server ? g_strdup(address) : g_strndup(address, (gsize)(port - address));
    return g_hash_table_lookup(peers, name);
}

/* A clock that is not known is taken for the capture's own. */
static Now time_of(const WsscPeer *peer, const WsscMessage *message)
{
    Now now = {message->time, message->time};
    if (peer != NULL && peer->is_steady && peer->ahead_min != WSSC_TIME_NONE && peer->ahead_max != WSSC_TIME_NONE) {
        now.least += peer->ahead_min;
        now.most += peer->ahead_max;
    }
    return now;
}

static void check_timestamp(const WsscRules *rules, const WsscMessage *message, Now now)
{
    const WsscSecurityHeader *security = message->soap->security;
    gint64 skew = wssc_bounds_usec(&rules->bounds, WSSC_BOUND_SKEW);
    gint64 latest = security->created + wssc_bounds_usec(&rules->bounds, WSSC_BOUND_LATENCY);
    gint64 expires = security->expires != WSSC_TIME_NONE
                         ? security->expires
                         : security->created + wssc_bounds_usec(&rules->bounds, WSSC_BOUND_VALIDITY);

    if (security->created > now.most + skew)
        wssc_rules_raise(rules, WSSC_FINDING_TIMESTAMP_REJECTED, message, message->context,
                         "created " WSSC_SECONDS " after it came, by the receiver's clock",
                         wssc_rules_seconds(security->created - now.most));
    else if (now.least > expires + skew)
        wssc_rules_raise(rules, WSSC_FINDING_TIMESTAMP_REJECTED, message, message->context,
                         "came " WSSC_SECONDS " after its end, by the receiver's clock",
                         wssc_rules_seconds(now.least - expires));
    else if (now.least > latest + skew)
        wssc_rules_raise(rules, WSSC_FINDING_TIMESTAMP_REJECTED, message, message->context,
                         "came " WSSC_SECONDS " after it was created, by the receiver's clock",
                         wssc_rules_seconds(now.least - security->created));
}

void wssc_rules_check_clocks(const WsscRules *rules, const WsscModel *model)
{
    g_autoptr(GHashTable) peers = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < model->peers->len; i++) {
        const WsscPeer *peer = model->peers->pdata[i];
        g_hash_table_insert(peers, peer->address, (gpointer)peer);
        check_peer(rules, peer);
    }
    for (guint i = 0; i < model->messages->len; i++) {
        const WsscMessage *message = model->messages->pdata[i];
        const WsscSecurityHeader *security = message->soap->security;
        if (message->damage != NULL || message->is_copy || security == NULL || security->created == WSSC_TIME_NONE)
            continue;
        check_timestamp(rules, message, time_of(find_peer(peers, message->dst, !message->is_response), message));
    }
}
