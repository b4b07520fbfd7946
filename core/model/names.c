/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "model/model.h"

const char *wssc_state_name(WsscState state)
{
    static const char *const names[WSSC_STATE_MAX] = {
        "requested", "issued",  "active",  "renewing",  "rollover",
        "cancelled", "expired", "refused", "abandoned", "observed",
    };
    return names[state];
}

const char *wssc_entropy_mode_name(WsscEntropyMode mode)
{
    static const char *const names[] = {NULL, "client", "server", "combined"};
    return names[mode];
}

const char *wssc_end_name(WsscEnd end)
{
    static const char *const names[WSSC_END_MAX] = {
        "none", "cancelled", "cancel-unanswered", "expired", "refused", "aborted", "closed", "capture",
    };
    return names[end];
}

const char *wssc_renewal_outcome_name(WsscRenewalOutcome outcome)
{
    static const char *const names[WSSC_RENEWAL_MAX] = {
        "done", "same-key", "reissued", "refused", "unanswered", "unreadable", "missing",
    };
    return names[outcome];
}

const char *wssc_renewal_timing_name(WsscRenewalTiming timing)
{
    static const char *const names[WSSC_TIMING_MAX] = {"unknown", "early", "on-time", "late"};
    return names[timing];
}

const char *wssc_replay_kind_name(WsscReplayKind kind)
{
    static const char *const names[WSSC_REPLAY_MAX] = {"message", "username-nonce", "derived-nonce"};
    return names[kind];
}

const char *wssc_outcome_name(WsscOutcome outcome)
{
    static const char *const names[WSSC_OUTCOME_MAX] = {
        "pending", "done", "fault", "no-response", "reset", "incomplete",
    };
    return names[outcome];
}

const char *wssc_event_kind_name(WsscEventKind kind)
{
    static const char *const names[WSSC_EVENT_MAX] = {
#define WSSC_EVENT(ID, name) name,
#include "model/event_kinds.def"
#undef WSSC_EVENT
    };
    return names[kind];
}

char *wssc_token_words(const WsscToken *token)
{
    GString *text = g_string_new(token->kind == WSSC_TOKEN_KIND_SCT ? "context token " : "assertion ");
    g_string_append(text, *token->id != '\0' ? token->id : "(without a name)");
    if (token->issuer != NULL)
        g_string_append_printf(text, " of %s", token->issuer);
    if (token->subject != NULL)
        g_string_append_printf(text, " for %s", token->subject);
    return g_string_free(text, FALSE);
}
