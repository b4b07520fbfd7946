/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What one context can't tell alone: the ages of keys when something was sent, beside those of the same client's other
 * contexts, and how many contexts the service had.
 */
#include <string.h>

#include "binding/private.h"

/* How long an issued context that is never used counts as pending: services drop them sooner or later. */
#define UNUSED_COUNTS (5 * G_USEC_PER_SEC)

/* ---- where ------------------------------------------------------------------------------------------------------- */

static const char *to_of(const WsscTrace *trace)
{
    const char *first = NULL;
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        if (message->is_response || message->soap->to == NULL || *message->soap->to == '\0')
            continue;
        if (wssc_trace_is_call(message))
            return message->soap->to;
        first = first != NULL ? first : message->soap->to;
    }
    return first;
}

static char *endpoint_of(const WsscTrace *trace)
{
    const char *to = to_of(trace);
    const char *scheme = wssc_transport_name(trace->context->transport);
    if (to != NULL && strlen(to) < 2048)
        return g_strdup(to);
    return g_strdup_printf("%.*s://%s", (int)strcspn(scheme, "+"), scheme, trace->context->issuer);
}

/* "10.0.0.1" of "10.0.0.1:5000"; caller frees. */
static char *host_of(const char *address)
{
    const char *colon = strrchr(address, ':');
    return colon != NULL ? g_strndup(address, (gsize)(colon - address)) : g_strdup(address);
}

/* ---- ages ------------------------------------------------------------------------------------------------------- */

/* A key, and what the client did while it had it. */
typedef struct {
    gint64 since, life;
    const WsscMessage *from;
    const WsscInstance *instance; /* or NULL */
    gboolean is_renewal_asked, is_needed;
    gboolean is_from_middle; /* it is older than that */
} Key;

static void note_call(const Key *key, const WsscMessage *call, WsscAges *ages)
{
    gint64 age = call->time - key->since;
    gboolean is_other = key->instance != NULL && call->instance != NULL && call->instance != key->instance;
    if (key->since == WSSC_TIME_NONE || key->is_renewal_asked || is_other || age < 0)
        return;
    if (ages->unrenewed == WSSC_NO_VALUE || age > ages->unrenewed) {
        ages->unrenewed = age;
        ages->unrenewed_at = call;
        ages->unrenewed_since = key->from;
    }
}

static void note_renewal(const Key *key, const WsscGrant *grant, WsscAges *ages)
{
    gint64 age = grant->asked - key->since;
    if (key->since == WSSC_TIME_NONE || grant->asked == WSSC_TIME_NONE || key->is_renewal_asked || key->is_needed ||
        key->is_from_middle || age < 0 || (ages->renewed != WSSC_NO_VALUE && age >= ages->renewed))
        return;
    ages->renewed = age;
    ages->renewed_at = grant->request;
    ages->share = key->life > 0 ? age * 1000 / key->life : -1;
    ages->is_late = key->life > 0 && age >= key->life;
}

static gint64 life_of(const WsscInstance *instance)
{
    return instance != NULL && instance->created != WSSC_TIME_NONE && instance->expires != WSSC_TIME_NONE
               ? instance->expires - instance->created
               : -1;
}

static gboolean asks_for_renewal(const WsscMessage *call)
{
    const WsscMessage *response = call->exchange != NULL ? call->exchange->response : NULL;
    const WsscFault *fault = response != NULL ? response->soap->fault : NULL;
    return fault != NULL && (wssc_fault_has(fault, WSSC_NS_FAMILY_WSC, "RenewNeeded") ||
                             wssc_fault_has(fault, WSSC_NS_FAMILY_WST, "RenewNeeded") ||
                             wssc_fault_has(fault, WSSC_NS_FAMILY_DOTNET, "ExpiredSecurityContextTokenKey"));
}

/* The grant that the message asks for or answers; NULL. */
static const WsscGrant *grant_of(const WsscTrace *trace, const WsscMessage *message)
{
    for (guint i = 0; message->soap->operation != WSSC_OPERATION_NONE && i < trace->grants->len; i++) {
        const WsscGrant *grant = trace->grants->pdata[i];
        if (grant->request == message || grant->response == message)
            return grant;
    }
    return NULL;
}

/* Calls and grants in the order in which the client made them: it looks at the age when it sends something. */
static void read_ages(const WsscTrace *trace, WsscAges *ages)
{
    Key key = {.since = WSSC_TIME_NONE, .life = -1};

    *ages = (WsscAges){.unrenewed = WSSC_NO_VALUE, .renewed = WSSC_NO_VALUE, .share = -1};
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        const WsscGrant *grant = grant_of(trace, message);
        if (grant != NULL && message == grant->request && grant->operation == WSSC_OPERATION_RENEW) {
            note_renewal(&key, grant, ages);
            key.is_renewal_asked = TRUE;
        } else if (grant != NULL && grant->outcome == WSSC_GRANT_ISSUED && message == grant->response) {
            key = (Key){
                .since = message->time, .life = life_of(grant->instance), .from = message, .instance = grant->instance};
        } else if (wssc_trace_is_call(message)) {
            if (key.since == WSSC_TIME_NONE)
                key = (Key){.since = message->time, .life = -1, .from = message, .is_from_middle = TRUE};
            note_call(&key, message, ages);
            key.is_needed |= asks_for_renewal(message);
        }
    }
}

/* ---- other contexts of the same client ------------------------------------------------------------------------- */

static char *pair_of(const WsscTrace *trace, const WsscSurveyed *entry, GStringChunk *strings)
{
    g_autofree char *host = host_of(trace->context->requestor);
    g_autofree char *pair = g_strconcat(host, " ", entry->endpoint, NULL);
    return g_string_chunk_insert_const(strings, pair);
}

static void find_older(WsscSurvey *survey)
{
    g_autoptr(GHashTable) oldest = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < survey->traces->len; i++) {
        WsscSurveyed *entry = &survey->entries[i];
        const WsscSurveyed *known = g_hash_table_lookup(oldest, entry->pair);
        if (entry->ages.unrenewed != WSSC_NO_VALUE && (known == NULL || entry->ages.unrenewed > known->ages.unrenewed))
            g_hash_table_insert(oldest, entry->pair, entry);
    }
    for (guint i = 0; i < survey->traces->len; i++) {
        WsscSurveyed *entry = &survey->entries[i];
        const WsscSurveyed *known = g_hash_table_lookup(oldest, entry->pair);
        if (known == NULL || known == entry || entry->ages.renewed == WSSC_NO_VALUE ||
            known->ages.unrenewed <= entry->ages.renewed)
            continue;
        entry->older = known->ages.unrenewed_at;
        entry->older_age = known->ages.unrenewed;
    }
}

/* How many contexts a client has with a service, and how many of them it renewed unasked. */
typedef struct {
    guint all, renewed;
} Habit;

static void count_habits(WsscSurvey *survey)
{
    g_autoptr(GHashTable) habits = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (guint i = 0; i < survey->traces->len; i++) {
        const WsscSurveyed *entry = &survey->entries[i];
        Habit *habit = g_hash_table_lookup(habits, entry->pair);
        if (habit == NULL) {
            habit = g_new0(Habit, 1);
            g_hash_table_insert(habits, entry->pair, habit);
        }
        habit->all += entry->ages.unrenewed != WSSC_NO_VALUE ? 1 : 0;
        habit->renewed += entry->ages.renewed != WSSC_NO_VALUE ? 1 : 0;
    }
    for (guint i = 0; i < survey->traces->len; i++) {
        const Habit *habit = g_hash_table_lookup(habits, survey->entries[i].pair);
        survey->entries[i].is_rare = habit->renewed * 2 < habit->all;
    }
}

/* ---- load ------------------------------------------------------------------------------------------------------- */

/* A context at its service, by the capture's clock. */
typedef struct {
    WsscSurveyed *entry;
    const WsscTrace *trace;
    gint64 asked, issued;       /* WSSC_TIME_NONE */
    gint64 used;                /* first served call; G_MAXINT64: never */
    gint64 alive_until;         /* last proof that the service has it */
    const WsscMessage *refusal; /* as one too many */
    const WsscMessage *served;  /* a call of it that was; or NULL */
    gboolean is_from_middle;    /* in use, and not issued in the capture */
} Load;

static gboolean is_too_busy(const WsscGrant *grant)
{
    const WsscPoolList *codes = grant->fault != NULL ? grant->fault->codes : NULL;
    for (guint i = 0; codes != NULL && i < codes->len; i++)
        if (strcmp(((const WsscFaultCode *)codes->pdata[i])->name, "ServerTooBusy") == 0)
            return TRUE;
    return FALSE;
}

static Load read_load(const WsscTrace *trace, WsscSurveyed *entry)
{
    const WsscGrant *first = wssc_trace_first(trace);
    Load load = {.entry = entry, .trace = trace, .asked = WSSC_TIME_NONE, .issued = WSSC_TIME_NONE, .used = G_MAXINT64};

    load.is_from_middle = trace->context->identifier != NULL && (first == NULL || first->outcome != WSSC_GRANT_ISSUED);
    for (guint i = 0; i < trace->messages->len && load.served == NULL; i++)
        if (wssc_trace_is_call(trace->messages->pdata[i]) && wssc_trace_is_served(trace->messages->pdata[i]))
            load.served = trace->messages->pdata[i];
    if (first == NULL || first->operation != WSSC_OPERATION_ISSUE)
        return load;
    load.asked = first->asked;
    if (first->outcome == WSSC_GRANT_REFUSED && is_too_busy(first))
        load.refusal = first->response;
    if (first->outcome != WSSC_GRANT_ISSUED)
        return load;
    load.issued = load.alive_until = first->answered;
    for (guint i = 0; i < trace->messages->len; i++) {
        const WsscMessage *message = trace->messages->pdata[i];
        if (message->is_response || message->time < load.issued || !wssc_trace_is_served(message) ||
            !(message->is_use || message->soap->operation == WSSC_OPERATION_CANCEL))
            continue;
        load.used = MIN(load.used, message->time);
        load.alive_until = MAX(load.alive_until, message->time);
    }
    return load;
}

static int compare_times(gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
    return left < right ? -1 : left > right;
}

/* Sorted times, and how many are at or before a moment. */
static guint count_until(const GArray *times, gint64 moment)
{
    guint low = 0, high = times->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(times, gint64, middle) <= moment)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

typedef struct {
    GArray *issued, *unused_until, *alive_until, *used; /* gint64, sorted */
} Times;

static Times collect(const GArray *loads)
{
    Times times;
    GArray **arrays[] = {&times.issued, &times.unused_until, &times.alive_until, &times.used};
    for (guint a = 0; a < G_N_ELEMENTS(arrays); a++)
        *arrays[a] = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint i = 0; i < loads->len; i++) {
        const Load *load = &g_array_index(loads, Load, i);
        if (load->issued == WSSC_TIME_NONE)
            continue;
        gint64 unused = load->used != G_MAXINT64 ? load->used : load->issued + UNUSED_COUNTS;
        gint64 alive = MAX(load->alive_until, load->issued + 1);
        g_array_append_val(times.issued, load->issued);
        g_array_append_val(times.unused_until, unused);
        g_array_append_val(times.alive_until, alive);
        g_array_append_val(times.used, load->used);
    }
    for (guint a = 0; a < G_N_ELEMENTS(arrays); a++)
        g_array_sort(*arrays[a], compare_times);
    return times;
}

static gboolean has_unseen(const GArray *loads)
{
    for (guint i = 0; i < loads->len; i++)
        if (g_array_index(loads, Load, i).is_from_middle)
            return TRUE;
    return FALSE;
}

static void weigh(const GArray *loads, const Times *times)
{
    gboolean are_all_seen = !has_unseen(loads);
    for (guint i = 0; i < loads->len; i++) {
        Load *load = &g_array_index(loads, Load, i);
        WsscLoad *result = &load->entry->load;
        const WsscGrant *first = wssc_trace_first(load->trace);
        if (load->issued != WSSC_TIME_NONE) {
            guint begun = count_until(times->issued, load->issued);
            result->pending = begun - count_until(times->unused_until, load->issued);
            result->active = begun - count_until(times->alive_until, load->issued);
            result->shown_by = first->response;
        } else if (load->refusal != NULL && load->asked != WSSC_TIME_NONE) {
            result->is_refused = TRUE;
            result->refused_at = count_until(times->issued, load->asked) - count_until(times->used, load->asked);
            result->shown_by = load->refusal;
            /* One was used after the refusal, and a further one issued after that. */
            guint used = count_until(times->used, load->asked);
            if (used < times->used->len) {
                gint64 freed = g_array_index(times->used, gint64, used);
                result->is_confirmed =
                    are_all_seen && freed != G_MAXINT64 && count_until(times->issued, freed) < times->issued->len;
            }
        } else if (load->served != NULL) {
            result->active = 1;
            result->shown_by = load->served;
        }
    }
}

static void times_clear(Times *times)
{
    g_array_unref(times->issued);
    g_array_unref(times->unused_until);
    g_array_unref(times->alive_until);
    g_array_unref(times->used);
}

static void read_loads(WsscSurvey *survey)
{
    g_autoptr(GHashTable) services =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
    GHashTableIter iter;
    gpointer loads;

    for (guint i = 0; i < survey->traces->len; i++) {
        WsscSurveyed *entry = &survey->entries[i];
        GArray *of_service = g_hash_table_lookup(services, entry->endpoint);
        if (of_service == NULL) {
            of_service = g_array_new(FALSE, FALSE, sizeof(Load));
            g_hash_table_insert(services, entry->endpoint, of_service);
        }
        Load load = read_load(survey->traces->pdata[i], entry);
        g_array_append_val(of_service, load);
    }
    g_hash_table_iter_init(&iter, services);
    while (g_hash_table_iter_next(&iter, NULL, &loads)) {
        Times times = collect(loads);
        weigh(loads, &times);
        times_clear(&times);
    }
}

/* ---- all -------------------------------------------------------------------------------------------------------- */

WsscSurvey *wssc_survey_new(GPtrArray *traces)
{
    WsscSurvey *survey = g_new0(WsscSurvey, 1);
    survey->traces = traces;
    survey->entries = g_new0(WsscSurveyed, traces->len + 1);
    survey->strings = g_string_chunk_new(1024);
    for (guint i = 0; i < traces->len; i++) {
        g_autofree char *endpoint = endpoint_of(traces->pdata[i]);
        survey->entries[i].endpoint = g_string_chunk_insert_const(survey->strings, endpoint);
        survey->entries[i].pair = pair_of(traces->pdata[i], &survey->entries[i], survey->strings);
        read_ages(traces->pdata[i], &survey->entries[i].ages);
    }
    find_older(survey);
    count_habits(survey);
    read_loads(survey);
    return survey;
}

void wssc_survey_free(WsscSurvey *survey)
{
    if (survey == NULL)
        return;
    g_string_chunk_free(survey->strings);
    g_free(survey->entries);
    g_free(survey);
}
