/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <string.h>

#include "why/why.h"

static const WsscCauseInfo causes[WSSC_CAUSE_MAX] = {
#define WSSC_CAUSE(ID, name_, layer_, title_, tell_, advice_)                                                          \
    [WSSC_CAUSE_##ID] = {name_, layer_, title_, tell_, advice_},
#include "why/causes.def"
#undef WSSC_CAUSE
};

static const struct {
    WsscCauseId cause;
    WsscPlatform stack;
    const char *text;
} advice[] = {
#define WSSC_ADVICE(cause, stack, text) {WSSC_CAUSE_##cause, WSSC_PLATFORM_##stack, text},
#include "why/advice.def"
#undef WSSC_ADVICE
};

const WsscCauseInfo *wssc_cause_info(WsscCauseId id)
{
    return &causes[id];
}

gboolean wssc_cause_from_name(const char *name, WsscCauseId *ret_id)
{
    for (int i = 0; i < WSSC_CAUSE_MAX; i++) {
        if (strcmp(causes[i].name, name) == 0) {
            *ret_id = (WsscCauseId)i;
            return TRUE;
        }
    }
    return FALSE;
}

static const char *advice_of(WsscCauseId id, WsscPlatform stack)
{
    for (guint i = 0; i < G_N_ELEMENTS(advice); i++)
        if (advice[i].cause == id && advice[i].stack == stack)
            return advice[i].text;
    return NULL;
}

/* What is said of WCF goes for CoreWCF, unless that has a row of its own. */
const char *wssc_cause_advice(WsscCauseId id, WsscPlatform stack)
{
    const char *text = stack != WSSC_PLATFORM_UNKNOWN ? advice_of(id, stack) : NULL;
    return text == NULL && stack == WSSC_PLATFORM_COREWCF ? advice_of(id, WSSC_PLATFORM_WCF) : text;
}

const char *wssc_platform_name(WsscPlatform stack)
{
    static const char *const names[WSSC_PLATFORM_MAX] = {
        NULL, "wcf", "corewcf", "cxf", "metro", "rampart", "gsoap", "wwsapi",
    };
    return names[stack];
}

const char *wssc_confidence_name(WsscConfidence confidence)
{
    static const char *const names[] = {"possible", "likely", "certain"};
    return names[confidence];
}
