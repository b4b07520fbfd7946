/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics > WSSC contexts, findings and causes: tables, a row each (-z wssc_table,contexts and so on in tshark,
 * which has better ones, see stats_texts.c). Of the messages that are counted: what none of them is part of has no row.
 */
#include "compat.h"

#include <epan/stat_tap_ui.h>

#include "dissect.h"
#include "live_why.h"
#include "report/layout.h"
#include "report/sentence.h"
#include "settled.h"
#include "stats.h"

typedef struct {
    const char *title, *command;
    stat_tap_table_item *columns;
    guint width; /* in columns */
    WsscOnCount on_count;
} Kind;

/* What a table's rows are of, so that nothing gets two. */
static GHashTable *rows; /* stat_tap_table -> GHashTable, a set */

static gboolean is_new(const stat_tap_table *table, gconstpointer thing)
{
    GHashTable *set = g_hash_table_lookup(rows, table);
    return set != NULL && thing != NULL && g_hash_table_add(set, (gpointer)thing);
}

/* ---- cells --------------------------------------------------------------------------------------------------- */

static stat_tap_table_item_type number(guint value)
{
    return (stat_tap_table_item_type){.type = TABLE_ITEM_UINT, .value.uint_value = value};
}

/* Takes the text over. */
static stat_tap_table_item_type words(char *text)
{
    return (stat_tap_table_item_type){.type = TABLE_ITEM_STRING, .value.string_value = text};
}

static stat_tap_table_item_type quoted(const char *text)
{
    return words(text != NULL ? wssc_shown_whole(text) : g_strdup(""));
}

static void free_cell(stat_tap_table *table _U_, guint row _U_, guint column _U_, stat_tap_table_item_type *cell)
{
    if (cell->type == TABLE_ITEM_STRING)
        g_free((char *)cell->value.string_value);
    cell->type = TABLE_ITEM_NONE;
}

#define TEXT(name)                                                                                                     \
    {                                                                                                                  \
        TABLE_ITEM_STRING, TAP_ALIGN_LEFT, name, "%-24s"                                                               \
    }
#define NUMBER(name)                                                                                                   \
    {                                                                                                                  \
        TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, name, "%u"                                                                   \
    }

/* ---- contexts ------------------------------------------------------------------------------------------------ */

static stat_tap_table_item context_columns[] = {
    TEXT("Context"), TEXT("State"),   NUMBER("First frame"), TEXT("Client"),   TEXT("Service"),   NUMBER("Messages"),
    NUMBER("Keys"),  NUMBER("Valid"), NUMBER("Invalid"),     NUMBER("No key"), TEXT("Identifier")};

static void count_contexts(void *listener, packet_info *pinfo, const WsscTapped *tapped)
{
    stat_tap_table *table = listener;
    const WsscContext *context = tapped->message->context;
    if (!is_new(table, context))
        return;
    const stat_tap_table_item_type cells[G_N_ELEMENTS(context_columns)] = {
        words(g_strdup_printf("%u", context->index)),
        words(g_strdup(wssc_state_name(context->state))),
        number(pinfo->num),
        quoted(context->requestor),
        quoted(context->issuer),
        number(context->messages),
        number(context->instances->len),
        number(context->verdicts[WSSC_VERDICT_VALID]),
        number(context->verdicts[WSSC_VERDICT_INVALID]),
        number(context->verdicts[WSSC_VERDICT_NO_KEY]),
        quoted(context->identifier),
    };
    stat_tap_init_table_row(table, table->num_elements, G_N_ELEMENTS(cells), cells);
}

/* ---- findings ------------------------------------------------------------------------------------------------ */

static stat_tap_table_item finding_columns[] = {TEXT("Severity"), NUMBER("Frame"), TEXT("Finding"),
                                                TEXT("What happened"), TEXT("Context")};

static void add_findings(stat_tap_table *table, const GPtrArray *findings)
{
    const WsscModel *model = wssc_session_model(wssc_dissect_session());
    for (guint i = 0; i < findings->len; i++) {
        const WsscFinding *finding = findings->pdata[i];
        if (!is_new(table, finding))
            continue;
        g_autofree char *sentence = wssc_finding_sentence(model, finding);
        const stat_tap_table_item_type cells[G_N_ELEMENTS(finding_columns)] = {
            words(g_strdup(wssc_severity_name(finding->severity))),
            number(finding->frame),
            words(g_strdup(wssc_finding_info(finding->id)->name)),
            quoted(sentence),
            quoted(finding->context),
        };
        stat_tap_init_table_row(table, table->num_elements, G_N_ELEMENTS(cells), cells);
    }
}

static void count_findings(void *listener, packet_info *pinfo _U_, const WsscTapped *tapped)
{
    stat_tap_table *table = listener;
    add_findings(table, tapped->message->findings);
    if (tapped->message->context != NULL)
        add_findings(table, tapped->message->context->findings);
}

/* ---- causes -------------------------------------------------------------------------------------------------- */

static stat_tap_table_item cause_columns[] = {
    TEXT("Confidence"),    NUMBER("Frame"), NUMBER("Occurrences"), TEXT("Cause"), TEXT("What happened, and why"),
    TEXT("What to change")};

static void add_trouble(stat_tap_table *table, const WsscTrouble *trouble)
{
    if (!is_new(table, trouble))
        return;
    const stat_tap_table_item_type cells[G_N_ELEMENTS(cause_columns)] = {
        words(g_strdup(wssc_confidence_name(trouble->confidence))),
        number(trouble->frame),
        number(trouble->occurrences->len),
        words(g_strdup(wssc_cause_info(trouble->cause)->name)),
        quoted(trouble->text),
        quoted(trouble->advice),
    };
    stat_tap_init_table_row(table, table->num_elements, G_N_ELEMENTS(cells), cells);
}

static void count_causes(void *listener, packet_info *pinfo _U_, const WsscTapped *tapped)
{
    stat_tap_table *table = listener;
    const WsscContext *context = tapped->message->context;
    const GPtrArray *troubles = context != NULL ? wssc_live_troubles_of(context) : NULL;
    add_trouble(table, wssc_live_trouble(tapped->message));
    for (guint i = 0; troubles != NULL && i < troubles->len; i++)
        add_trouble(table, troubles->pdata[i]);
}

/* ---- the tables ---------------------------------------------------------------------------------------------- */

static const Kind kinds[] = {
    {"WSSC contexts", "wssc_table,contexts", context_columns, G_N_ELEMENTS(context_columns), count_contexts},
    {"WSSC findings", "wssc_table,findings", finding_columns, G_N_ELEMENTS(finding_columns), count_findings},
    {"WSSC refusals and causes", "wssc_table,why", cause_columns, G_N_ELEMENTS(cause_columns), count_causes},
};

static void begin(stat_tap_table *table)
{
    wssc_settled_forget(table);
    g_hash_table_replace(rows, table, g_hash_table_new(NULL, NULL));
}

static void reset(stat_tap_table *table)
{
    for (guint i = 0; i < table->num_elements; i++) {
        for (guint j = 0; j < table->num_fields; j++)
            free_cell(NULL, 0, 0, &table->elements[i][j]);
        g_free(table->elements[i]);
    }
    table->num_elements = 0;
    begin(table);
}

static void start(stat_tap_table_ui *ui)
{
    stat_tap_table *table = stat_tap_find_table(ui, ui->title);
    if (table != NULL) {
        reset(table);
        return;
    }
    table = stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL);
    stat_tap_add_table(ui, table);
    begin(table);
}

static tap_packet_status on_message(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *message,
                                    tap_flags_t flags _U_)
{
    const stat_tap_table_ui *ui = ((const stat_data_t *)data)->stat_tap_data;
    const WsscTapped tapped = {.message = message};
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(kinds[i].command, ui->cli_string))
            wssc_settled_count(g_array_index(ui->tables, stat_tap_table *, 0), pinfo, &tapped, kinds[i].on_count);
    return TAP_PACKET_REDRAW;
}

void wssc_stats_tables_register(void)
{
    static stat_tap_table_ui tables[G_N_ELEMENTS(kinds)];
    static tap_param filter = {PARAM_FILTER, "filter", "Filter", NULL, TRUE};
    rows = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        tables[i] = (stat_tap_table_ui){.group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
                                        .title = kinds[i].title,
                                        .tap_name = WSSC_TAP,
                                        .cli_string = kinds[i].command,
                                        .stat_tap_init_cb = start,
                                        .packet_func = on_message,
                                        .stat_tap_reset_table_cb = reset,
                                        .stat_tap_free_table_item_cb = free_cell,
                                        .nfields = kinds[i].width,
                                        .fields = kinds[i].columns,
                                        .nparams = 1,
                                        .params = &filter};
        register_stat_tap_table_ui(&tables[i]);
    }
}
