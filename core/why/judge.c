/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "why/judge.h"

#include <string.h>

/* ---- the tables ------------------------------------------------------------------------------------------------- */

typedef enum { NEEDS, ALLOWS, SUGGESTS, PROVES, LIMITS, WEAKENS, EXCLUDES } Level;

static const struct {
    WsscRefusal refusal;
    WsscCauseId cause;
    Level level;
} fits[] = {
#define WSSC_FIT(refusal, cause, level) {WSSC_REFUSAL_##refusal, WSSC_CAUSE_##cause, level},
#include "why/fits.def"
#undef WSSC_FIT
};

static const struct {
    WsscCauseId cause;
    Level level;
    WsscPredicate holds;
} predicates[] = {
#define WSSC_PREDICATE(cause, level, function) {WSSC_CAUSE_##cause, level, wssc_holds_##function},
#include "why/predicates.def"
#undef WSSC_PREDICATE
};

/* Causes that only say which layer dropped the message, and fit whatever else does: they never contest another one. */
static gboolean is_generic(WsscCauseId cause)
{
    return cause >= WSSC_CAUSE_GATEWAY || cause == WSSC_CAUSE_UNKNOWN_CONTEXT;
}

/* ---- one candidate ---------------------------------------------------------------------------------------------- */

typedef struct {
    WsscCauseId cause;
    int level; /* NEEDS to PROVES */
    gboolean is_excluded;
    GString *reasons; /* for it */
    GString *against;
    GPtrArray *evidence;
} Candidate;

static void free_candidate(gpointer data)
{
    Candidate *candidate = data;
    g_string_free(candidate->reasons, TRUE);
    g_string_free(candidate->against, TRUE);
    g_ptr_array_unref(candidate->evidence);
    g_free(candidate);
}

static void append(GString *text, const GString *more)
{
    if (more->len == 0 || strstr(text->str, more->str) != NULL)
        return;
    g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", more->str);
}

static void move_evidence(GPtrArray *to, GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++) {
        const WsscEvidence *one = from->pdata[i];
        gboolean is_there = FALSE;
        for (guint k = 0; k < to->len && !is_there; k++) {
            const WsscEvidence *other = to->pdata[k];
            is_there = other->file == one->file && other->frame == one->frame && other->role == one->role &&
                       strcmp(other->text, one->text) == 0;
        }
        if (!is_there)
            wssc_evidence_add(to, one->role, one->file, one->frame, "%s", one->text);
    }
}

/* Takes what a predicate says into the candidate. */
static void weigh(Candidate *candidate, Level level, int *raised, guint *lowered, gboolean *is_limited,
                  const WsscArgument *argument)
{
    switch (level) {
    case EXCLUDES:
        candidate->is_excluded = TRUE;
        append(candidate->against, argument->text);
        break;
    case WEAKENS:
        (*lowered)++;
        append(candidate->against, argument->text);
        break;
    case LIMITS:
        *is_limited = TRUE;
        append(candidate->against, argument->text);
        break;
    default:
        *raised = MAX(*raised, (int)level);
        append(candidate->reasons, argument->text);
        move_evidence(candidate->evidence, argument->evidence);
        break;
    }
}

static Candidate *consider(const WsscCase *own, WsscCauseId cause, Level level)
{
    Candidate *candidate = g_new0(Candidate, 1);
    int raised = (int)level;
    guint lowered = 0;
    gboolean is_limited = FALSE;

    candidate->cause = cause;
    candidate->reasons = g_string_new(NULL);
    candidate->against = g_string_new(NULL);
    candidate->evidence = wssc_evidence_list_new();
    for (guint i = 0; i < G_N_ELEMENTS(predicates); i++) {
        if (predicates[i].cause != cause)
            continue;
        WsscArgument argument = {g_string_new(NULL), wssc_evidence_list_new()};
        if (predicates[i].holds(own, &argument))
            weigh(candidate, predicates[i].level, &raised, &lowered, &is_limited, &argument);
        g_string_free(argument.text, TRUE);
        g_ptr_array_unref(argument.evidence);
    }
    /* Proof of the contrary is stronger than anything that only fits. */
    if (raised == PROVES)
        candidate->is_excluded = FALSE;
    candidate->level = MAX(raised - (int)lowered, NEEDS);
    if (is_limited)
        candidate->level = MIN(candidate->level, ALLOWS);
    return candidate;
}

/* ---- the choice ------------------------------------------------------------------------------------------------- */

static GPtrArray *candidates_of(const WsscCase *own)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(free_candidate);
    for (guint i = 0; i < G_N_ELEMENTS(fits); i++)
        if (fits[i].refusal == own->refusal)
            g_ptr_array_add(list, consider(own, fits[i].cause, fits[i].level));
    return list;
}

static gboolean is_better(const Candidate *one, const Candidate *other)
{
    if (one->level != other->level)
        return one->level > other->level;
    if (is_generic(one->cause) != is_generic(other->cause))
        return is_generic(other->cause);
    return one->cause < other->cause;
}

static const Candidate *best_of(const GPtrArray *candidates)
{
    const Candidate *best = NULL;
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = candidates->pdata[i];
        if (!candidate->is_excluded && candidate->level > NEEDS && (best == NULL || is_better(candidate, best)))
            best = candidate;
    }
    return best;
}

/* Another cause explains it as well. */
static gboolean is_contested(const Candidate *best, const GPtrArray *candidates)
{
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *other = candidates->pdata[i];
        if (other != best && !other->is_excluded && other->level == best->level && !is_generic(other->cause))
            return TRUE;
    }
    return FALSE;
}

static WsscConfidence confidence_of(const Candidate *best, const GPtrArray *candidates)
{
    if (best->level == PROVES)
        return WSSC_CERTAIN;
    return best->level == SUGGESTS && !is_contested(best, candidates) ? WSSC_LIKELY : WSSC_POSSIBLE;
}

/* ---- the trouble ------------------------------------------------------------------------------------------------ */

static void free_note(gpointer data)
{
    g_free(((WsscCauseNote *)data)->text);
    g_free(data);
}

static void add_note(GPtrArray *list, WsscCauseId cause, char *text)
{
    WsscCauseNote *note = g_new(WsscCauseNote, 1);
    *note = (WsscCauseNote){cause, text};
    g_ptr_array_add(list, note);
}

void wssc_trouble_free(gpointer data)
{
    WsscTrouble *trouble = data;
    g_free(trouble->text);
    g_free(trouble->advice);
    g_ptr_array_unref(trouble->evidence);
    g_ptr_array_unref(trouble->ruled_out);
    g_ptr_array_unref(trouble->open);
    g_ptr_array_unref(trouble->occurrences);
    g_free(trouble);
}

/* What is to be said of those that were not chosen. */
static void note_others(WsscTrouble *trouble, const Candidate *best, const GPtrArray *candidates)
{
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *other = candidates->pdata[i];
        const WsscCauseInfo *info = wssc_cause_info(other->cause);
        if (other == best)
            continue;
        if (other->is_excluded || (other->level == NEEDS && other->against->len > 0)) {
            if (other->against->len > 0)
                add_note(trouble->ruled_out, other->cause, g_strdup(other->against->str));
        } else if (other->level > NEEDS && (best == NULL || best->level < PROVES)) {
            add_note(trouble->open, other->cause,
                     g_strdup_printf("%s%swhat would tell: %s", other->reasons->str,
                                     other->reasons->len > 0 ? "; " : "", info->tell));
        }
    }
}

static WsscTrouble *new_trouble(const WsscCase *own)
{
    WsscTrouble *trouble = g_new0(WsscTrouble, 1);
    WsscOccurrence *first = g_new0(WsscOccurrence, 1);
    trouble->context = own->context;
    trouble->instance = own->instance != NULL ? own->instance->name : NULL;
    trouble->file = own->file;
    trouble->frame = own->frame;
    trouble->time = own->time;
    trouble->client = own->client;
    trouble->service = own->service;
    trouble->front = own->call != NULL ? own->call->request->dst : own->service;
    trouble->clients = 1;
    trouble->detail =
        own->sign != NULL && (own->sign->kind == WSSC_SIGN_STATUS || own->sign->kind == WSSC_SIGN_TLS_ALERT)
            ? own->sign->value
            : 0;
    trouble->stack = own->stack;
    trouble->layer = wssc_refusal_layer(own->refusal);
    trouble->fault = own->fault;
    trouble->http_status = own->sign != NULL && own->sign->kind == WSSC_SIGN_STATUS ? own->sign->value
                           : own->call != NULL && own->call->answer != NULL         ? own->call->answer->http_status
                                                                                    : 0;
    trouble->evidence = wssc_evidence_list_new();
    trouble->ruled_out = g_ptr_array_new_with_free_func(free_note);
    trouble->open = g_ptr_array_new_with_free_func(free_note);
    trouble->occurrences = g_ptr_array_new_with_free_func(g_free);
    *first = (WsscOccurrence){own->file, own->frame, own->request != NULL ? own->request->frame : 0, own->context};
    g_ptr_array_add(trouble->occurrences, first);
    for (guint i = 0; own->others != NULL && i < own->others->len; i++)
        g_ptr_array_add(trouble->occurrences, g_memdup2(own->others->pdata[i], sizeof(WsscOccurrence)));
    return trouble;
}

static char *text_of(const WsscCase *own, const Candidate *best)
{
    g_autofree char *what = wssc_say_what(own);
    GString *text = g_string_new(what);
    if (best != NULL && best->reasons->len > 0) {
        g_autofree char *first = g_utf8_substring(best->reasons->str, 0, 1);
        g_autofree char *upper = g_utf8_strup(first, -1);
        g_string_append_printf(text, " %s%s.", upper, best->reasons->str + strlen(first));
    }
    return g_string_free(text, FALSE);
}

static char *advice_of(const WsscCase *own, WsscCauseId cause)
{
    const char *more = wssc_cause_advice(cause, own->stack);
    return g_strdup_printf("%s%s%s", wssc_cause_info(cause)->advice, more != NULL ? " " : "", more != NULL ? more : "");
}

static int by_frame(gconstpointer a, gconstpointer b)
{
    const WsscEvidence *one = *(WsscEvidence *const *)a, *other = *(WsscEvidence *const *)b;
    if (one->file != other->file)
        return one->file < other->file ? -1 : 1;
    return one->frame < other->frame ? -1 : one->frame > other->frame;
}

WsscTrouble *wssc_judge(const WsscCase *own)
{
    g_autoptr(GPtrArray) candidates = candidates_of(own);
    const Candidate *best = best_of(candidates);
    WsscTrouble *trouble = new_trouble(own);

    trouble->cause = best != NULL ? best->cause : WSSC_CAUSE_UNEXPLAINED;
    trouble->confidence = best != NULL ? confidence_of(best, candidates) : WSSC_POSSIBLE;
    note_others(trouble, best, candidates);
    wssc_cite_what(own, trouble->evidence);
    if (best != NULL)
        move_evidence(trouble->evidence, best->evidence);
    g_ptr_array_sort(trouble->evidence, by_frame);
    trouble->text = text_of(own, best);
    trouble->advice = advice_of(own, trouble->cause);
    return trouble;
}
