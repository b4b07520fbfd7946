/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "binding/emit.h"

#include <string.h>

#include "binding/emit_private.h"

gboolean wssc_emit_form_from_name(const char *name, WsscEmitForm *ret_form)
{
    static const char *const names[WSSC_EMIT_MAX] = {"c", "wcf", "policy"};
    for (int i = 0; i < WSSC_EMIT_MAX; i++) {
        if (g_strcmp0(names[i], name) == 0) {
            *ret_form = (WsscEmitForm)i;
            return TRUE;
        }
    }
    return FALSE;
}

void wssc_emit(const WsscModel *model, const WsscBinding *binding, WsscEmitForm form, GString *out)
{
    static void (*const emit[WSSC_EMIT_MAX])(WsscEmitter *) = {wssc_emit_c, wssc_emit_wcf, wssc_emit_policy};
    WsscEmitter emitter = {model, binding, out};
    emit[form](&emitter);
}
