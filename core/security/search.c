/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "security/search.h"

void wssc_candidate_free(gpointer data)
{
    WsscCandidate *candidate = data;
    wssc_secret_unref(candidate->secret);
    wssc_secret_unref(candidate->root);
    EVP_PKEY_free(candidate->pkey);
    X509_free(candidate->certificate);
    g_free(candidate->context);
    g_free(candidate->instance);
    g_free(candidate->derivation);
    g_free(candidate);
}

WsscSearch wssc_search_begin(WsscWork *work, gboolean with_habits)
{
    return (WsscSearch){
        .work = work, .with_habits = with_habits, .found = g_ptr_array_new_with_free_func(wssc_candidate_free)};
}

void wssc_search_clear(WsscSearch *search)
{
    g_clear_pointer(&search->found, g_ptr_array_unref);
    g_clear_pointer(&search->context, g_free);
    g_clear_pointer(&search->instance, g_free);
    g_clear_pointer(&search->reason, g_free);
}

WsscCandidate *wssc_search_add(WsscSearch *search, WsscKeyKind kind, WsscSecret *secret, WsscKeyOrigin origin)
{
    WsscCandidate *candidate = g_new0(WsscCandidate, 1);
    candidate->kind = kind;
    candidate->secret = wssc_secret_ref(secret);
    candidate->origin = origin;
    g_ptr_array_add(search->found, candidate);
    return candidate;
}

void wssc_search_fail(WsscSearch *search, WsscKeyKind kind, const char *format, ...)
{
    va_list args;
    if (search->kind == WSSC_KEY_KIND_UNKNOWN)
        search->kind = kind;
    if (search->reason != NULL)
        return;
    va_start(args, format);
    search->reason = g_strdup_vprintf(format, args);
    va_end(args);
}

void wssc_search_add_ring(WsscSearch *search, const GPtrArray *keys, WsscKeyKind kind, const char *what,
                          const char *value)
{
    search->kind = kind;
    for (guint i = 0; keys != NULL && i < keys->len; i++) {
        const WsscKey *key = keys->pdata[i];
        wssc_search_add(search, kind, key->secret, key->origin);
    }
    if (keys == NULL || keys->len == 0)
        wssc_search_fail(search, kind, "the key of %s %s is not known", what, value);
}

WsscKeyOrigin wssc_search_here(const WsscSearch *search)
{
    return (WsscKeyOrigin){
        .source = WSSC_KEY_FROM_CAPTURE, .file = search->work->options->file, .frame = search->work->options->frame};
}

WsscSearch wssc_search_sub(const WsscSearch *search)
{
    WsscSearch sub = wssc_search_begin(search->work, search->with_habits);
    sub.with_hints = search->with_hints;
    return sub;
}

void wssc_search_end_sub(WsscSearch *search, WsscSearch *sub)
{
    if (search->context == NULL) {
        search->context = g_steal_pointer(&sub->context);
        search->instance = g_steal_pointer(&sub->instance);
    }
    if (sub->found->len == 0 && sub->reason != NULL) {
        if (search->kind == WSSC_KEY_KIND_UNKNOWN)
            search->kind = sub->kind;
        if (search->reason == NULL)
            search->reason = g_steal_pointer(&sub->reason);
    }
    if (search->open == NULL)
        search->open = sub->open;
    search->has_habits |= sub->has_habits;
    wssc_search_clear(sub);
}
