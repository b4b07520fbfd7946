/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "why/platform.h"

#include <string.h>

typedef enum { MARK_AGENT, MARK_REASON, MARK_CODE, MARK_ACTION } Where;

static const struct {
    WsscPlatform stack;
    guint weight;
    Where where;
    const char *fragment;
} marks[] = {
#define WSSC_PLATFORM_MARK(stack, weight, where, fragment) {WSSC_PLATFORM_##stack, weight, MARK_##where, fragment},
#include "why/platforms.def"
#undef WSSC_PLATFORM_MARK
};

typedef struct {
    WsscPlatform stack;
    guint weight;
} Guess;

static void look(Guess *guess, Where where, const char *text)
{
    for (guint i = 0; text != NULL && i < G_N_ELEMENTS(marks); i++)
        if (marks[i].where == where && marks[i].weight > guess->weight && strstr(text, marks[i].fragment) != NULL)
            *guess = (Guess){marks[i].stack, marks[i].weight};
}

static void look_at_fault(Guess *guess, const WsscFault *fault)
{
    if (fault == NULL)
        return;
    look(guess, MARK_REASON, fault->reason);
    for (guint i = 0; i < fault->codes->len; i++)
        look(guess, MARK_CODE, ((const WsscFaultCode *)fault->codes->pdata[i])->uri);
}

#define ENOUGH 64 /* answers of a server that are looked at */

WsscPlatform wssc_platform_of(const WsscServer *server, const WsscFault *fault)
{
    Guess guess = {WSSC_PLATFORM_UNKNOWN, 0};
    look_at_fault(&guess, fault);
    for (guint i = 0; server != NULL && i < MIN(server->calls->len, ENOUGH); i++) {
        const WsscCall *call = server->calls->pdata[i];
        if (call->sign != NULL && call->sign->kind == WSSC_SIGN_STATUS)
            look(&guess, MARK_AGENT, call->sign->text);
        if (call->answer == NULL)
            continue;
        look(&guess, MARK_AGENT, call->answer->agent);
        look(&guess, MARK_ACTION, call->answer->soap->action);
        look_at_fault(&guess, call->answer->soap->fault);
    }
    return guess.stack;
}
