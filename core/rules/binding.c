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

/* In the order of their contexts, then of the table. */
static void note(const WsscTrace *trace, GHashTable *known, GPtrArray *all)
{
    GPtrArray *statements = wssc_statements_judge(trace);
    for (guint i = 0; i < statements->len; i++) {
        WsscStatement *statement = statements->pdata[i];
        if (statement->holds != WSSC_TRUTH_NO || statement->broken_by == NULL)
            continue;
        g_autofree char *key = g_strdup_printf("%u %s", i, trace->context->issuer);
        Broken *broken = g_hash_table_lookup(known, key);
        if (broken != NULL) {
            broken->others++;
            continue;
        }
        broken = g_new0(Broken, 1);
        broken->context = trace->context;
        broken->statement = statement;
        statements->pdata[i] = wssc_statement_new(statement->id, WSSC_TRUTH_UNKNOWN, NULL);
        g_hash_table_insert(known, g_steal_pointer(&key), broken);
        g_ptr_array_add(all, broken);
    }
    g_ptr_array_unref(statements);
}

void wssc_rules_check_binding(const WsscRules *rules, const WsscModel *model)
{
    g_autoptr(GPtrArray) traces = wssc_traces_new(model);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_broken);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < traces->len; i++)
        note(traces->pdata[i], known, all);
    for (guint i = 0; i < all->len; i++) {
        const Broken *broken = all->pdata[i];
        g_autofree char *others =
            broken->others > 0 ? g_strdup_printf("; so do %u other contexts of the service", broken->others) : NULL;
        wssc_rules_raise(rules, wssc_statement_finding(broken->statement->id), broken->statement->broken_by,
                         broken->context, "%s%s", broken->statement->text, others != NULL ? others : "");
    }
}
