/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"

#include "filter.h"

#include <epan/dfilter/dfilter.h>

#include "engine.h"

struct WsscFilter {
    dfilter_t *compiled;
    gboolean is_on_results;
};

static gboolean compile(const char *text, dfilter_t **ret_filter, GError **error)
{
#if WSSC_WIRESHARK(4, 2)
    df_error_t *why = NULL;
    if (dfilter_compile(text, ret_filter, &why))
        return TRUE;
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "-Y \"%s\": %s", text,
                why != NULL ? why->msg : "not a display filter");
    df_error_free(&why);
#else
    char *why = NULL;
    if (dfilter_compile(text, ret_filter, &why))
        return TRUE;
    g_set_error(error, WSSC_ENGINE_ERROR, WSSC_ENGINE_ERROR_OPTION, "-Y \"%s\": %s", text,
                why != NULL ? why : "not a display filter");
    g_free(why);
#endif
    return FALSE;
}

/* A tree primed with a filter marks the fields that it asks for, and the protocols they belong to. */
static gboolean asks_for(const char *protocol)
{
    header_field_info *info = proto_registrar_get_byname(protocol);
    return info != NULL && info->ref_type != HF_REF_TYPE_NONE;
}

static gboolean asks_for_results(const dfilter_t *compiled)
{
    static const char *const protocols[] = {"wssc", "nettcp", "nbfx", "_ws.expert"};
    static const struct packet_provider_funcs no_functions = {.get_frame_ts = NULL};
    epan_t *epan = epan_new(NULL, &no_functions);
    epan_dissect_t *edt = epan_dissect_new(epan, TRUE, FALSE);
    gboolean asks = FALSE;
    epan_dissect_prime_with_dfilter(edt, compiled);
    for (guint i = 0; i < G_N_ELEMENTS(protocols); i++)
        asks |= asks_for(protocols[i]);
    epan_dissect_free(edt);
    epan_free(epan);
    return asks;
}

WsscFilter *wssc_filter_new(const char *text, GError **error)
{
    dfilter_t *compiled = NULL;
    if (!compile(text, &compiled, error))
        return NULL;
    WsscFilter *filter = g_new0(WsscFilter, 1);
    filter->compiled = compiled;
    /* An empty filter is none to libwireshark, and lets everything through. */
    filter->is_on_results = compiled != NULL && asks_for_results(compiled);
    return filter;
}

void wssc_filter_free(WsscFilter *filter)
{
    if (filter == NULL)
        return;
    dfilter_free(filter->compiled);
    g_free(filter);
}

gboolean wssc_filter_is_on_results(const WsscFilter *filter)
{
    return filter->is_on_results;
}

void wssc_filter_prime(const WsscFilter *filter, epan_dissect_t *edt)
{
    if (filter->compiled != NULL)
        epan_dissect_prime_with_dfilter(edt, filter->compiled);
}

gboolean wssc_filter_matches(const WsscFilter *filter, epan_dissect_t *edt)
{
    return filter->compiled == NULL || dfilter_apply_edt(filter->compiled, edt);
}
