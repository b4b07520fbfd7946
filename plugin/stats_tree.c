/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -z wssc,tree: how many contexts, exchanges, verdicts, findings and causes there are, of the messages that are
 * counted.
 */
#include "compat.h"

#include <epan/stats_tree_priv.h>

#include "dissect.h"
#include "live_why.h"
#include "settled.h"
#include "stats.h"

typedef enum { MESSAGES, CONTEXTS, EXCHANGES, SIGNATURES, DECRYPTIONS, FINDINGS, CAUSES, BRANCH_MAX } Branch;

static const char *const branch_names[BRANCH_MAX] = {"Messages",    "Contexts", "Exchanges", "Signatures",
                                                     "Decryptions", "Findings", "Causes"};

/* One tree: its branches, and what it has counted already, for many messages share one context. */
typedef struct {
    int branches[BRANCH_MAX];
    GHashTable *counted;
} Tree;

static GHashTable *trees; /* stats_tree -> Tree */

static void free_tree(gpointer data)
{
    Tree *tree = data;
    g_hash_table_unref(tree->counted);
    g_free(tree);
}

static void begin(stats_tree *stats)
{
    if (trees == NULL)
        trees = g_hash_table_new_full(NULL, NULL, NULL, free_tree);
    Tree *tree = g_new0(Tree, 1);
    tree->counted = g_hash_table_new(NULL, NULL);
    for (int b = 0; b < BRANCH_MAX; b++)
        tree->branches[b] = stats_tree_create_node(stats, branch_names[b], 0, STAT_DT_INT, TRUE);
    wssc_settled_forget(stats);
    g_hash_table_replace(trees, stats, tree);
}

static void end(stats_tree *stats)
{
    wssc_settled_forget(stats);
    g_hash_table_remove(trees, stats);
}

/* TRUE the first time. */
static gboolean is_new(const Tree *tree, gconstpointer thing)
{
    return thing != NULL && g_hash_table_add(tree->counted, (gpointer)thing);
}

static void tick(stats_tree *stats, const Tree *tree, Branch branch, const char *name)
{
    tick_stat_node(stats, branch_names[branch], 0, TRUE);
    tick_stat_node(stats, name, tree->branches[branch], FALSE);
}

/* ---- what there is to count ---------------------------------------------------------------------------------- */

static void count_security(stats_tree *stats, const Tree *tree, const WsscSecurity *security)
{
    for (guint i = 0; security != NULL && i < security->signatures->len; i++) {
        const WsscSignature *signature = security->signatures->pdata[i];
        tick(stats, tree, SIGNATURES, wssc_verdict_name(signature->verdict));
    }
    for (guint i = 0; security != NULL && i < security->decryptions->len; i++) {
        const WsscDecryption *decryption = security->decryptions->pdata[i];
        tick(stats, tree, DECRYPTIONS, wssc_decryption_result_name(decryption->result));
    }
}

static void count_findings(stats_tree *stats, const Tree *tree, const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++) {
        const WsscFinding *finding = findings->pdata[i];
        char name[128];
        if (!is_new(tree, finding))
            continue;
        g_snprintf(name, sizeof name, "%s: %s", wssc_severity_name(finding->severity),
                   wssc_finding_info(finding->id)->name);
        tick(stats, tree, FINDINGS, name);
    }
}

static void count_troubles(stats_tree *stats, const Tree *tree, const GPtrArray *troubles)
{
    for (guint i = 0; troubles != NULL && i < troubles->len; i++) {
        const WsscTrouble *trouble = troubles->pdata[i];
        char name[128];
        if (!is_new(tree, trouble))
            continue;
        g_snprintf(name, sizeof name, "%s: %s", wssc_confidence_name(trouble->confidence),
                   wssc_cause_info(trouble->cause)->name);
        tick(stats, tree, CAUSES, name);
    }
}

static void count_context(stats_tree *stats, const Tree *tree, const WsscContext *context)
{
    if (!is_new(tree, context))
        return;
    tick(stats, tree, CONTEXTS, wssc_state_name(context->state));
    count_findings(stats, tree, context->findings);
    count_troubles(stats, tree, wssc_live_troubles_of(context));
}

static void count_exchange(stats_tree *stats, const Tree *tree, const WsscExchange *exchange)
{
    if (!is_new(tree, exchange))
        return;
    char name[128];
    const char *what = exchange->operation == WSSC_OPERATION_NONE ? "call" : wssc_operation_name(exchange->operation);
    g_snprintf(name, sizeof name, "%s: %s", what, wssc_outcome_name(exchange->outcome));
    tick(stats, tree, EXCHANGES, name);
}

static void count(void *listener, packet_info *pinfo, const WsscTapped *tapped)
{
    const WsscMessage *message = tapped->message;
    stats_tree *stats = listener;
    const Tree *tree = g_hash_table_lookup(trees, stats);
    if (tree == NULL)
        return;
    stats->now = nstime_to_msec(&pinfo->rel_ts); /* which it has already, unless the message waited: for bursts */
    const char *kind = message->damage != NULL        ? "damaged"
                       : message->soap->fault != NULL ? "fault"
                       : message->is_response         ? "response"
                                                      : "request";
    const WsscTrouble *trouble = wssc_live_trouble(message);
    tick(stats, tree, MESSAGES, kind);
    count_context(stats, tree, message->context);
    count_exchange(stats, tree, message->exchange);
    count_security(stats, tree, message->security);
    count_findings(stats, tree, message->findings);
    if (trouble != NULL) {
        const GPtrArray one = {.pdata = (gpointer *)&trouble, .len = 1};
        count_troubles(stats, tree, &one);
    }
}

static tap_packet_status on_message(stats_tree *stats, packet_info *pinfo, epan_dissect_t *edt _U_, const void *message,
                                    tap_flags_t flags _U_)
{
    const WsscTapped tapped = {.message = message};
    wssc_settled_count(stats, pinfo, &tapped, count);
    return TAP_PACKET_REDRAW;
}

void wssc_stats_tree_register(void)
{
    stats_tree_register_plugin(WSSC_TAP, "wssc", "WSSC counts", 0, on_message, begin, end);
}
