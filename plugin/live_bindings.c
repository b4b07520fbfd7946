/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "live_bindings.h"

#include "compat.h"

#include "live.h"
#include "session/session.h"

/* Up to so many messages the inference is made anew with each, then each time that they are a third more. */
#define FEW_MESSAGES 50

static struct {
    WsscBindings *bindings;
    guint messages; /* of the model when they were inferred */
    gboolean is_settled;
} cache;

void wssc_live_bindings_clear(void)
{
    g_clear_pointer(&cache.bindings, wssc_bindings_free);
    cache.messages = 0;
    cache.is_settled = FALSE;
}

static gboolean is_stale(const WsscModel *model)
{
    guint now = model->messages->len;
    return cache.bindings == NULL || (now <= FEW_MESSAGES ? now != cache.messages : now > cache.messages / 3 * 4);
}

const WsscBindings *wssc_live_bindings(const WsscContext *context)
{
    const WsscSession *session = wssc_dissect_session();
    if (wssc_live_is_lent() || session == NULL || context == NULL)
        return NULL;
    const WsscModel *model = wssc_session_model(session);
    gboolean is_settled = wssc_live_is_finished();
    if (cache.is_settled ? FALSE : is_settled || is_stale(model)) {
        wssc_live_bindings_clear();
        cache.bindings = wssc_bindings_begin(model);
        cache.messages = model->messages->len;
        cache.is_settled = is_settled;
    }
    return cache.bindings;
}
