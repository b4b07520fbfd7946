/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Where the rules of WWSAPI's security context binding do not hold: told once of each service, at the context that
 * shows it first, for a binding is the service's and its contexts are alike.
 */
#include "rules/rules.h"
#include "rules/statement.h"

typedef struct {
    const WsscContext *context; /* the first */
    WsscStatement *statement;   /* of it */
    guint others;               /* contexts of the service that break it too */
} Broken;

static void free_broken(gpointer data)
{
    Broken *broken = data;
    wssc_statement_free(broken->statement);
    g_free(broken);
}

/* By what its contexts break, the services that are known to. */
typedef struct {
    GHashTable *services[WSSC_STATEMENT_MAX]; /* address -> Broken */
    GPtrArray *all;                           /* Broken, in the order of their contexts, then of the table */
} Known;

static void note(const WsscTrace *trace, Known *known)
{
    const char *issuer = trace->context->issuer != NULL ? trace->context->issuer : "";
    for (guint id = 0; id < WSSC_STATEMENT_MAX; id++) {
        if (!wssc_statement_is_broken(trace, (WsscStatementId)id))
            continue;
        Broken *broken = g_hash_table_lookup(known->services[id], issuer);
        if (broken != NULL) {
            broken->others++;
            continue;
        }
        broken = g_new0(Broken, 1);
        broken->context = trace->context;
        broken->statement = wssc_statement_judge(trace, (WsscStatementId)id);
        g_hash_table_insert(known->services[id], (gpointer)issuer, broken);
        g_ptr_array_add(known->all, broken);
    }
}

void wssc_rules_check_binding(const WsscRules *rules, const WsscModel *model)
{
    g_autoptr(GPtrArray) traces = wssc_traces_new(model);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_broken);
    Known known = {.all = all};

    for (guint id = 0; id < WSSC_STATEMENT_MAX; id++)
        known.services[id] = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < traces->len; i++)
        note(traces->pdata[i], &known);
    for (guint id = 0; id < WSSC_STATEMENT_MAX; id++)
        g_hash_table_unref(known.services[id]);
    for (guint i = 0; i < all->len; i++) {
        const Broken *broken = all->pdata[i];
        g_autofree char *others =
            broken->others > 0 ? g_strdup_printf("; so do %u other contexts of the service", broken->others) : NULL;
        wssc_rules_raise(rules, wssc_statement_finding(broken->statement->id), broken->statement->broken_by,
                         broken->context, "%s%s", broken->statement->text, others != NULL ? others : "");
    }
}
